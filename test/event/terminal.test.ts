/** What commands print of an event: text from a branch neither controls the terminal nor writes lines of its own. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sayStatus } from '../../src/cli/event-text.ts';
import { commandWord, escapeControls, escapeLines, findingLines } from '../../src/cli/output.ts';
import type { EventStatus } from '../../src/event/event.ts';
import { finding } from '../../src/repository/findings.ts';

describe('a text for the terminal', () => {
  it('shows what would control it', () => {
    expect(escapeControls('\u001b[2J')).toBe('\\u001b[2J');
    expect(escapeControls('a\rb\u0007\u009b1m')).toBe('a\\u000db\\u0007\\u009b1m');
    expect(escapeControls('\u202egnp.exe\u2066\u200b\u061c')).toBe('\\u202egnp.exe\\u2066\\u200b\\u061c');
    expect(escapeControls('line\nline\u2028line')).toBe('line\\u000aline\\u2028line');
  });

  it('is left alone where it is plain, letters of all languages included', () => {
    for (const text of ['targets/a-b_c.txt', 'Ünïcode → ✓ 日本語 🎉', ''])
      expect(escapeControls(text)).toBe(text);
  });

  it('holds no character that moves the cursor, whatever it was made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeControls(text)).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('keeps its lines where it is a message of several', () => {
    expect(escapeLines('first\n\u001bsecond')).toBe('first\n\\u001bsecond');
  });
});

describe('a name in a command to copy', () => {
  it('is one word and nothing else to a shell, however a branch is called', () => {
    const names = [
      'init',
      'a.b/c_d-1',
      '-x',
      'x;reboot',
      '$(id)',
      "it's",
      '`id`',
      'a"b',
      'a&b',
      '$IFS',
      '!!',
      '',
    ];
    const words = names.map(commandWord);
    const seen = execFileSync('sh', ['-c', `printf '%s\\n' ${words.join(' ')}`], { encoding: 'utf8' });
    expect(seen.split('\n').slice(0, -1)).toEqual(names);
    expect(words.slice(0, 2)).toEqual(names.slice(0, 2));
    expect(commandWord('x\u202ey')).toBe("'x\\u202ey'");
  });
});

describe('an event on the terminal', () => {
  const hostile = 'x\n✓ Ready to merge\u001b[1A';
  const status: EventStatus = {
    name: 'x',
    base: 'a'.repeat(40),
    head: 'b'.repeat(40),
    state: 'invalid',
    changes: [{ role: hostile, kind: 'changed', lines: [`artifact added: ${hostile}`] }],
    artifacts: { added: [hostile], changed: [], removed: [] },
    invitations: new Map(),
    thresholds: [],
    findings: [finding('artifact-missing', { role: hostile, path: hostile, message: hostile })],
    nextSteps: new Map([[hostile, `sign ${hostile}`]]),
  };

  it('has the lines that we wrote and no other', () => {
    const lines: string[] = [];
    sayStatus((line = '') => lines.push(line), status);
    expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('✓'))).toEqual([]);
    expect(lines.join('\n')).not.toContain('\u001b[1A');
    expect(lines).toHaveLength(8);
  });

  it('has two lines for each finding: what is wrong and how to mend it', () => {
    expect(findingLines(status.findings)).toHaveLength(2);
  });
});

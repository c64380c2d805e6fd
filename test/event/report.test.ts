/** The report as Markdown: what it says, and that nothing in a branch can make it say, mention or link anything else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventStatus } from '../../src/event/event.ts';
import { escapeMarkdown, headline, jsonReport, markdownReport } from '../../src/event/report.ts';
import { finding } from '../../src/repository/findings.ts';
import type { RoleThreshold } from '../../src/repository/validate/signatures.ts';
import { KEY_OWNER } from '../../src/tuf/custom-fields.ts';
import { memorySigner } from '../support/signed-repository.ts';

/** A threshold of one by one owner, signed or not. */
function threshold(role: string, owner: string, signed: boolean, by = 'root'): RoleThreshold {
  const key = { ...memorySigner('x').key, [KEY_OWNER]: owner };
  return {
    role,
    by,
    source: 'delegator',
    changed: true,
    result: {
      threshold: 1,
      count: signed ? 1 : 0,
      met: signed,
      keys: [{ keyid: 'ab'.repeat(32), key, status: signed ? 'signed' : 'unsigned' }],
      others: [],
    },
  };
}

const WAITING: EventStatus = {
  name: 'add-bob',
  base: 'a'.repeat(40),
  head: 'b'.repeat(40),
  state: 'waiting',
  changes: [{ role: 'targets', kind: 'changed', lines: ['version 1 → 2'] }],
  artifacts: { added: ['new.txt'], changed: ['a.txt'], removed: ['old.txt'] },
  invitations: new Map(),
  thresholds: [threshold('targets', '@alice', false), threshold('team', '@bob', true, 'targets')],
  findings: [
    finding('threshold-is-all', {
      role: 'team',
      path: 'metadata/team.json',
      message: 'team needs all of its keys',
    }),
  ],
  nextSteps: new Map([['@alice', 'sign targets']]),
};

describe('the report', () => {
  it('says where the event stands, who has signed, what changes and what is to be done', () => {
    const report = markdownReport(WAITING);
    expect(report).toMatch(/^### Signing event `add-bob`: Waiting for signatures\n/);
    expect(report).toContain('Commit bbbbbbbbbbbb, compared with aaaaaaaaaaaa.');
    expect(report).toContain('⏳ 1 of 1 needed for targets: @\u2060alice waiting');
    expect(report).toContain('✅ 1 of 1 needed for team &#40;by targets&#41;: @\u2060bob ✓');
    expect(report).toContain('- @\u2060alice: sign targets — `playground sign add-bob`');
    expect(report).toContain('**targets is changed**\n\n- version 1 → 2\n');
    expect(report).toContain('- added: new.txt\n- changed: a.txt\n- removed: old.txt\n');
    expect(report).toMatch(/\*\*Warnings\*\*\n\n- team needs all of its keys \(`threshold-is-all`\) — \w/);
  });

  it('says that invited signers are awaited before signatures are', () => {
    expect(headline({ ...WAITING, invitations: new Map([['@bob', ['root']]]) })).toBe(
      'Waiting for invited signers to accept',
    );
    expect(headline({ ...WAITING, state: 'ready' })).toBe('Ready to merge');
  });

  it('says the same to a machine, as plain JSON', () => {
    const status = { ...WAITING, invitations: new Map([['@bob', ['root']]]) };
    const json = JSON.parse(JSON.stringify(jsonReport(status)));
    expect(json).toMatchObject({
      event: 'add-bob',
      state: 'waiting',
      ready: false,
      invitations: { '@bob': ['root'] },
      thresholds: [
        { role: 'targets', met: false, keys: [{ owner: '@alice', status: 'unsigned' }] },
        { role: 'team', met: true, keys: [{ owner: '@bob', status: 'signed' }] },
      ],
      nextSteps: { '@alice': 'sign targets' },
    });
  });
});

/** The text as a reader sees it once Markdown has put the characters in place of their numbers. */
function rendered(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

const HOSTILE = [
  '@alice',
  '@alice/team',
  'a@example.com',
  '#12',
  'owner/repo#12',
  'GH-12',
  'https://evil.example/',
  'www.evil.example',
  '<img src=x onerror=alert(1)>',
  '<!-- ',
  ' -->',
  '&lt;b&gt;',
  '&#64;alice',
  '](https://evil.example)',
  '![x](y)',
  '[x]: y',
  '`',
  '```',
  '~~~',
  '\n',
  '\r\n- ✅ forged\n',
  '\u2028',
  '\u0085',
  '\n\n### Ready to merge\n\n',
  '- ',
  '1. ',
  '12) ',
  '+ ',
  '* ',
  '# ',
  '> ',
  '    ',
  '\t',
  '---',
  '===',
  '| a | b |',
  '**',
  '__',
  '\\',
  '$x$',
  '\u202e',
  '\u200b',
  '\u061c',
  '\u0000',
  '\u001b[31m',
  '[ ] ',
  '',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 5 })
  .map((parts) => parts.join(''));

describe('text from a branch', () => {
  it.each(HOSTILE)('such as %j stays what it is, in one line', (text) => {
    const escaped = escapeMarkdown(text);
    expect(escaped).not.toMatch(/[\r\n\u2028\u2029\u0085<>`*_[\]|~$\\]/);
    const shown = rendered(escaped).replaceAll('\u2060', '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken away
    expect(shown).toBe(text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b\u2028\u202e]/g, ' ').trim());
  });

  it('makes no mention, link or list of its own, wherever it stands in the report', () => {
    const all = fc.record({ role: hostile, owner: hostile, path: hostile, line: hostile, name: hostile });
    fc.assert(
      fc.property(all, ({ role, owner, path, line, name }) => {
        const found = finding('artifact-missing', { role, path, message: `${line} is wrong` });
        const report = markdownReport({
          ...WAITING,
          name: `e${name}`,
          changes: [{ role, kind: 'added', lines: [`${line} added`, `${role}: + ${owner}`] }],
          artifacts: { added: [path], changed: [path], removed: [path] },
          thresholds: [threshold(role, owner, false, path), threshold(role, owner, true)],
          findings: [found, { ...found, severity: 'warning' }],
          nextSteps: new Map([[owner, `sign ${role}`]]),
        });
        const lines = report.split('\n');
        // Two findings, two thresholds, one step, two lines, three artifacts: each one list item, none nested.
        expect(lines.filter((one) => one.startsWith('- '))).toHaveLength(10);
        expect(lines.filter((one) => /^(#|\s|>|```|~~~|[-=+*] {2}|\d+\.)/.test(one))).toEqual([lines[0]]);
        for (const item of lines.filter((one) => one.startsWith('- ')))
          expect(item.slice(2)).not.toMatch(/^\s|^[-+*#>]|^\d+[.)]|^\[/);
        // Code spans are ours alone: a command, the name of the event, the code of a finding.
        const withoutSpans = report.replace(/`[A-Za-z0-9 ._/?-]+`/g, '');
        expect(withoutSpans).not.toContain('`');
        expect(withoutSpans).not.toMatch(/[<>[\]~|\\$]/);
        // GitHub looks for these in the text that it shows.
        const shown = rendered(withoutSpans);
        expect(shown).not.toMatch(/@\w|#\d|\bGH-\d|:\/\/|\bwww\./i);
        expect(shown).not.toMatch(/[\u200b\u202e\u061c\u2028\r]/);
      }),
      { numRuns: 300 },
    );
  });
});

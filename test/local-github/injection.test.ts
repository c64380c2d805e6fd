/** Text in comments that would be a command, markup or a mention somewhere else: in every answer and log it is text. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { acceptance, answerTo, block, post, signature } from '../support/contributions.ts';
import { git, temporaryFolder } from '../support/git.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';

const TRACE = join(temporaryFolder(), 'trace');

/** Without white space, so that they can stand where names stand. */
const NAMES = [
  `$(touch\${IFS}${TRACE})`,
  `\`touch\${IFS}${TRACE}\``,
  `';touch\${IFS}${TRACE};'`,
  '<img/src=x/onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '![x](https://evil.example/pixel)',
  'https://evil.example/',
  'www.evil.example',
  '**bold**|~~x~~',
  '@alice',
  '#1',
  'GH-1',
  '--><script>alert(1)</script>',
  '&#60;b&#62;',
  '::error::broken',
  '%0A::error::broken',
  '__proto__',
];

/** Those that no name may have: control characters, line ends, directions, and much of everything. */
const TEXTS = [
  ...NAMES,
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m',
  '\n\n# Ready to merge\n\n',
  '\r::error::broken',
  '\u202eevil\u2066',
  '\n<!-- signing-event-report -->\n',
  '\n```\n</details>',
  'x'.repeat(10_000),
];

describe('Whatever stands in a contribution', () => {
  let github: LocalGitHub;
  let pull = 0;
  let ids: readonly number[] = [];
  let head: string | undefined;

  beforeAll(async () => {
    github = await (await publishedGitHub())();
    const alice = await github.person('alice');
    await alice.does('delegate', 'team', 'team-a', '--signers', '@erin', '--yes');
    pull = await github.openPull('team');
    await github.idle();
    head = await github.branch('sign/team');
    const signs = await signature(github, 'bob', 'team', 'targets');
    const accepts = acceptance(github, 'erin', 'team', 'team-a');
    const fields = (member: object, values: readonly string[], names: readonly string[]) =>
      names.flatMap((name) => values.map((value) => block({ ...member, [name]: value })));
    const comments = [
      ...fields(signs, NAMES, ['role']),
      ...fields(accepts, NAMES, ['repository', 'event', 'login', 'role']),
      ...fields(signs, TEXTS, ['type', 'role', 'version', 'sha256', 'keyid', 'sig']),
      ...fields(accepts, TEXTS, ['key', 'proof', 'login']),
      ...TEXTS.flatMap((text) => [
        block({ ...signs, [text]: 'x' }),
        block({ ...accepts, key: { ...accepts.key, [text]: 'x' } }),
        block({ ...accepts, key: { keytype: text, scheme: text, keyval: { public: text } } }),
      ]),
    ];
    // As many blocks in a comment as it may have; they are told apart by the lines of the answer.
    const bodies: string[] = [];
    while (comments.length > 0) {
      let body = comments.shift() ?? '';
      while (
        comments.length > 0 &&
        body.length + (comments[0]?.length ?? 0) < 50_000 &&
        body.split('```').length < 120
      )
        body += comments.shift();
      bodies.push(body);
    }
    const heads = TEXTS.filter((text) => !/[\n`]/.test(text)).map((text) =>
      block('{}', `tuf-contribution ${text}`),
    );
    bodies.push(heads.join(''));
    const posted = [];
    for (const body of bodies) posted.push(await post(github, 'erin', pull, body));
    await github.idle();
    ids = posted;
  });

  it('is refused', async () => {
    expect(github.lastRun('Signing event').conclusion).toBe('success');
    for (const id of ids) {
      const { reactions, replies } = await answerTo(github, pull, id);
      expect([reactions, replies.length]).toEqual([['confused'], 1]);
    }
    expect(await github.branch('sign/team')).toBe(head);
  });

  it('stands in the answer as text: no markup, no mention, no reference, no line of its own', async () => {
    const lines: string[] = [];
    for (const id of ids) {
      const { replies } = await answerTo(github, pull, id);
      const [, ...rest] = (replies[0] ?? '').split('\n');
      lines.push(...rest.filter((line) => line !== '' && line !== `<!-- answer-to-comment ${id} -->`));
    }
    expect(lines.length).toBeGreaterThan(100);
    for (const written of lines) {
      // Commands to copy, of letters that mark nothing, are code.
      const line = written.replaceAll(/`[\w ./-]+`/g, 'command');
      expect(line).toMatch(/^- |^… and more/);
      expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(line).not.toMatch(/[<>[\]`*_|~]/);
      expect(line).not.toMatch(/@\w|[^&]#\d|:\/\/|\bwww\.|\bgh-\d/i);
      expect(line.length).toBeLessThan(2000);
    }
  });

  it('shows as text on the page of the pull request', async () => {
    const page = await fetch(`${github.playground.url}/alice/repository/pull/${pull}`);
    const html = await page.text();
    expect(html).not.toMatch(/<img|<script|href="javascript|href="https:\/\/evil/i);
  });

  it('commands neither a shell nor the runner, and moves no cursor', async () => {
    expect(existsSync(TRACE)).toBe(false);
    for (const run of github.runs('Signing event')) {
      const said = github.annotations(run).map(({ level, message }) => `${level}: ${message}`);
      // Runs that waited were replaced.
      expect(said.filter((line) => !/^failure: Canceling since a higher priority/.test(line))).toEqual([]);
      expect(github.log(run).replaceAll(/[\r\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
      for (const { id } of run.jobs) expect(github.actions.jobSummary(id)).not.toMatch(/<img|<script|evil/);
    }
    const messages = await git(github.gitDir, 'log', '--format=%B', 'main..sign/team');
    expect(messages).not.toMatch(/evil|alert|touch/);
  });

  it('leaves the one report and the one status as they are', async () => {
    expect(await github.report(pull)).toContain('Waiting for invited signers to accept');
    expect(await github.status('sign/team')).toBe('pending: Waiting for invited signers to accept');
  });
});

/** Contributions that come as text: each is judged for itself, and what does not count says why. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBlocks } from '../../src/event/comment-block.ts';
import { temporaryFolder } from '../support/git.ts';
import { addArtifacts, publishedTeam, type Team } from '../support/people.ts';

const REPOSITORY = 'acme/repository';

let signing: Team;
/** Signatures of the event `change`, as their signers printed them. */
let blocks: { readonly alice: string; readonly bob: string };
beforeAll(async () => {
  signing = await publishedTeam({ signers: ['alice', 'bob'], threshold: 2, artifacts: { 'app.txt': 'app' } });
  const [alice, bob] = [await signing.person('alice'), await signing.person('bob')];
  await addArtifacts(alice, 'change', { 'app.txt': 'second' });
  const print = ['sign', 'change', '--print', '--yes'];
  blocks = { alice: (await alice.does(...print)).stdout, bob: (await bob.does(...print)).stdout };
});

/** A copy of the team, in which Carol, who signs nothing, imports a text. */
async function importing(text: string | Buffer, ...more: readonly string[]) {
  const team = signing.copy();
  const file = join(temporaryFolder(), 'comment.txt');
  await writeFile(file, text);
  const before = await team.branch('sign/change');
  const carol = await team.person('carol');
  const outcome = await carol.playground('import-signature', 'change', file, '--yes', '--json', ...more);
  return { team, outcome, moved: (await team.branch('sign/change')) !== before };
}

describe.concurrent('A text with contributions', () => {
  it('is recorded whole, in one commit, by whoever brings it', async () => {
    const pasted = `Hello!\r\n\r\nHere they are:\r\n\r\n${blocks.bob.replaceAll('\n', '\r\n')}\r\nand\r\n\r\n${blocks.alice}`;
    const { team, outcome } = await importing(`\ufeff${pasted}`);
    expect(outcome).toMatchObject({
      code: 0,
      json: { ok: true, event: { state: 'ready' }, commit: await team.branch('sign/change') },
    });
    expect(outcome.json.contributions).toMatchObject([
      { type: 'sign', role: 'targets', outcome: 'recorded', owner: '@bob' },
      { type: 'sign', role: 'targets', outcome: 'recorded', owner: '@alice' },
    ]);
    expect(await team.read('sign/change^{commit}', 'metadata/targets.json')).not.toContain('"sig": ""');
  });

  it('counts in part: the rest is told why not, and the exit code says so', async () => {
    const bob = findBlocks(blocks.bob)[0];
    if (!bob?.ok || bob.contribution.type !== 'sign') throw new Error('Bob signed nothing');
    const made = (change: object) => {
      const text = JSON.stringify({ ...(bob.ok ? bob.contribution : {}), ...change });
      return `\`\`\`tuf-contribution-v1\n${text}\n\`\`\`\n`;
    };
    const text = [
      made({ version: 7 }),
      made({ role: 'root' }),
      made({ sha256: 'ab'.repeat(32) }),
      made({ keyid: 'cd'.repeat(32) }),
      made({ sig: 'ef'.repeat(64) }),
      made({ note: '\u001b[2J\u202eevil' }),
      made({ role: '\u001b]0;evil\u0007' }),
      '```tuf-contribution-v9\n{}\n```\n',
      blocks.alice,
      '```tuf-contribution-v1\n{"type":"sign"',
    ].join('\n');
    const { outcome, moved } = await importing(text);
    expect(outcome).toMatchObject({ code: 1, json: { ok: false } });
    expect(moved).toBe(true);
    expect(outcome.json.contributions?.map(({ outcome: what }) => what)).toEqual([
      ...['refused', 'refused', 'refused', 'refused', 'refused'],
      ...['unreadable', 'unreadable', 'unreadable', 'recorded', 'unreadable'],
    ]);
    for (const { outcome: what, reason } of outcome.json.contributions ?? [])
      expect(typeof reason).toBe(what === 'recorded' ? 'undefined' : 'string');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    expect(outcome.stderr).not.toMatch(/[\u0007\u001b\u202e]/);
  });

  it.each([
    ['nothing of the kind', 'Dear Carol,\n\nI signed it.\n'],
    ['a quotation', () => blocks.bob.replace(/^/gm, '> ')],
    ['a block in a comment of HTML', () => `<!--\n${blocks.bob}\n-->\n`],
    ['nothing at all', ''],
    ['no text', Buffer.from([0xff, 0xfe, 0, 1, 2, 3])],
  ])('is refused with %s in it', async (_what, text) => {
    const { outcome, moved } = await importing(typeof text === 'function' ? text() : text);
    expect(outcome).toMatchObject({ code: 1, json: { ok: false, error: { code: 'refused' } } });
    expect(outcome.json.error?.message).toContain('There is no contribution in');
    expect(moved).toBe(false);
  });

  it('of more than any signer writes is not read', async () => {
    const { outcome } = await importing(Buffer.alloc(5 * 1024 * 1024, 'a'));
    expect(outcome).toMatchObject({ code: 2 });
    expect(outcome.stderr).toContain('contributions are shorter');
  });

  it('stays in the clone with --no-push', async () => {
    const { team, outcome, moved } = await importing(blocks.bob, '--no-push');
    expect(outcome.code).toBe(0);
    expect(moved).toBe(false);
    const carol = await team.person('carol');
    expect(await carol.git('rev-parse', 'sign/change')).toBe(outcome.json.commit);
  });

  it('is asked about before anything is committed', async () => {
    const carol = await signing.copy().person('carol');
    const run = carol.start(['import-signature', 'change', '-'], {}, blocks.bob);
    const outcome = await run.ended;
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('--yes');
    expect(outcome.stdout).toContain('signature of targets by @bob');
  });

  it('is recorded once when several bring it at the same time', async () => {
    const team = signing.copy();
    const people = await Promise.all(['carol', 'dave', 'erin'].map((name) => team.person(name)));
    const before = await team.branch('sign/change');
    const text = `${blocks.bob}\n${blocks.alice}`;
    const runs = people.map((person) =>
      person.start(['import-signature', 'change', '-', '--yes', '--json'], {}, text),
    );
    const outcomes = await Promise.all(runs.map(({ ended }) => ended));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(outcomes.filter(({ json }) => json.commit !== null)).toHaveLength(1);
    const log =
      (await people[0]
        ?.git('fetch', '--quiet')
        .then(() => people[0]?.git('rev-list', `${before}..origin/sign/change`))) ?? '';
    expect(log.split('\n')).toHaveLength(1);
  });
});

describe.concurrent('As a comment', () => {
  it('only what counts and is not there yet goes out', async () => {
    const team = signing.copy();
    const [bob, carol] = [await team.person('bob'), await team.person('carol')];
    await bob.does('sign', 'change', '--yes');
    const before = await team.branch('sign/change');
    const old = blocks.alice.replace('"version": 2', '"version": 1');
    expect(old).not.toBe(blocks.alice);
    const args = ['import-signature', 'change', '-', '--print'];
    const outcome = await carol.start(args, {}, `${blocks.bob}\n${old}\n${blocks.alice}`).ended;
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toBe(blocks.alice);
    expect(outcome.stderr).toContain('signature of targets by @bob: there already');
    expect(outcome.stderr).toContain('It signs version 1 of targets');
    expect(outcome.stderr).toContain('Paste this into a comment on the pull request of sign/change');
    expect(await team.branch('sign/change')).toBe(before);
  });
});

describe.concurrent('An acceptance', () => {
  it('is one of the own login, of this event and of this repository, or none', async () => {
    const team = signing.copy();
    const [alice, dave, erin] = [
      await team.person('alice'),
      await team.person('dave'),
      await team.person('erin'),
    ];
    for (const event of ['team', 'other'])
      await alice.does('delegate', event, 'team-a', '--signers', '@dave,@erin', '--yes');
    const print = ['--print', '--yes', '--repository', REPOSITORY];
    const accepted = (await dave.does('sign', 'team', ...print)).stdout;
    const bring = (person: typeof dave, event: string, repository: string, ...more: readonly string[]) =>
      person.start(
        ['import-signature', event, '-', '--yes', '--json', '--repository', repository, ...more],
        {},
        accepted,
      ).ended;
    for (const [outcome, reason] of [
      [await bring(erin, 'team', REPOSITORY), 'posted by @erin'],
      [await bring(dave, 'other', REPOSITORY), 'this is other of'],
      [await bring(dave, 'team', 'acme/other'), 'this is team of acme/other'],
    ] as const) {
      expect(outcome).toMatchObject({
        code: 1,
        json: { commit: null, contributions: [{ outcome: 'refused' }] },
      });
      expect(outcome.json.contributions?.[0]?.reason).toContain(reason);
    }
    // Without a remote that says it, the repository has to be named.
    const unnamed = await dave.start(['import-signature', 'team', '-', '--yes'], {}, accepted).ended;
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toContain('--repository');
    expect(await bring(dave, 'team', 'ACME/Repository')).toMatchObject({ code: 0 });
    expect(await team.read('sign/team^{commit}', 'metadata/.signing-event-state')).not.toContain('dave');
  });
});

describe.concurrent('The command', () => {
  it.each([
    ['no file', ['change']],
    ['a file and a pull request', ['change', '-', '--pull', '1']],
    ['a pull request of a remote without an API', ['change', '--pull', '1']],
    ['a file that is not there', ['change', 'nowhere.txt']],
    ['a folder', ['change', 'folder']],
    ['an event that is not there', ['nowhere', '-']],
    ['an event that cannot be a branch', ['a..b', '-']],
    ['a repository that is none', ['change', '-', '--repository', 'x']],
  ])('cannot run with %s', async (_what, args) => {
    const carol = await signing.copy().person('carol');
    await mkdir(join(carol.folder, 'folder'));
    const outcome = await carol.start(['import-signature', ...args, '--yes'], {}, blocks.bob).ended;
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).not.toContain('mistake in playground itself');
    expect(outcome.stderr).not.toBe('');
  });

  it.each([
    ['two ways to sign', ['sign', 'change', '--web', '--bundle', 'x']],
    ['a comment and a page', ['sign', 'change', '--web', '--comment']],
    ['a bundle and a pull request', ['sign', '--bundle', 'x', '--pull', '1']],
    ['a comment that is not pushed', ['sign', 'change', '--comment', '--no-push']],
    ['a first root that is no hash', ['sign', 'change', '--first-root', 'abc']],
    ['a page for a remote that is none of GitHub', ['sign', 'change', '--web']],
    ['a port that is none', ['sign', 'change', '--web', '--port', '70000']],
    ['a pull request of a remote without an API', ['status', '--pull', '1']],
    [
      'a comment that accepts in a repository without a name',
      ['sign', 'team', '--print', '--login', '@dave'],
    ],
    ['a folder that is not there', ['export', 'change', '--out', 'nowhere/x']],
  ])('sign and its neighbours cannot run with %s', async (_what, args) => {
    const team = signing.copy();
    const carol = await team.person('carol');
    await (await team.person('alice')).does('delegate', 'team', 'team-a', '--signers', '@dave', '--yes');
    const outcome = await carol.playground(...args, ...(args[0] === 'sign' ? ['--yes'] : []));
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).not.toContain('mistake in playground itself');
    expect(outcome.stderr).not.toBe('');
  });
});

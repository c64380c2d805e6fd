/** `playground sign` for people without push access: the signature goes into a comment, and the real workflow records it. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBlocks } from '../../src/event/comment-block.ts';
import { git } from '../support/git.ts';
import { type LocalGitHub, publishedGitHub, REPOSITORY } from '../support/local-github.ts';
import type { Person } from '../support/people.ts';
import type { Outcome } from '../support/playground.ts';

let copy: () => Promise<LocalGitHub>;
beforeAll(async () => {
  copy = await publishedGitHub();
});

/** Somebody's comments on a pull request. */
const commentsOf = async (github: LocalGitHub, pull: number, name: string) =>
  (await github.comments(pull)).filter(({ user }) => user.login === name);

/** An event that invites Erin, who may not push, to a role of her own; its pull request. */
async function invitesErin(github: LocalGitHub, event = 'team'): Promise<number> {
  const alice = await github.person('alice');
  await alice.does('delegate', event, 'team-a', '--signers', '@erin', '--yes');
  const pull = await github.openPull(event);
  await github.idle();
  return pull;
}

/** Runs `playground` with a token for the API. No word of it may ever be shown. */
async function withToken(
  github: LocalGitHub,
  person: Person,
  args: readonly string[],
  owner = person.name,
): Promise<Outcome> {
  const token = github.token(owner);
  const outcome = await person.playgroundWith({ GITHUB_TOKEN: token }, ...args);
  for (const secret of [token, github.token(person.name)]) {
    expect(outcome.stdout).not.toContain(secret);
    expect(outcome.stderr).not.toContain(secret);
  }
  return outcome;
}

describe('Without push access', () => {
  it('one command accepts the invitation, waits until that is recorded, and signs', async () => {
    const github = await copy();
    const pull = await invitesErin(github);
    const erin = await github.person('erin');
    const outcome = await withToken(github, erin, ['sign', 'team', '--yes', '--json']);
    expect(outcome.stderr).toContain('You have no push access to origin');
    expect(outcome).toMatchObject({
      code: 0,
      json: { ok: true, accepted: ['team-a'], signed: ['team-a'], event: { invitations: {} } },
    });
    await github.idle();
    const posted = await commentsOf(github, pull, 'erin');
    expect(outcome.json.comments).toEqual(
      posted.map(({ id }) => `${github.playground.url}/${REPOSITORY}/pull/${pull}#issuecomment-${id}`),
    );
    expect(posted).toHaveLength(2);

    // Who may push may sign by comment too.
    const bob = await github.person('bob');
    expect(await withToken(github, bob, ['sign', 'team', '--comment', '--yes'])).toMatchObject({ code: 0 });
    await github.idle();
    await github.sign('team', 'alice');
    await github.idle();
    expect(await github.status('sign/team')).toBe('success: Ready to merge');
    const after = await withToken(github, erin, ['sign', 'team', '--yes']);
    expect(after).toMatchObject({ code: 0 });
    expect(after.stdout).toContain('There is nothing for @erin to do');
    expect(await commentsOf(github, pull, 'erin')).toHaveLength(2);
  });

  it('and without a token the block is printed, alone on standard output, to be pasted', async () => {
    const github = await copy();
    const pull = await invitesErin(github);
    const erin = await github.person('erin');
    const accepted = await erin.playground('sign', 'team', '--yes');
    expect(accepted.code).toBe(0);
    expect(accepted.stderr).toContain(`${REPOSITORY}/pulls?q=`);
    expect(accepted.stderr).toContain('Signing follows when the signing action has recorded the acceptance');
    expect(findBlocks(accepted.stdout)).toMatchObject([
      { ok: true, contribution: { type: 'accept', repository: REPOSITORY, event: 'team', login: '@erin' } },
    ]);
    expect(accepted.stdout).toMatch(/^```tuf-contribution-v1\n[^`]*\n```\n$/);
    expect(await commentsOf(github, pull, 'erin')).toEqual([]);

    await github.api('erin', 'POST', `/issues/${pull}/comments`, { body: accepted.stdout });
    await github.idle();
    const signed = await erin.playground('sign', '--pull', `${pull}`, '--yes', '--json');
    expect(signed.stderr).toContain(`/${REPOSITORY}/pull/${pull}`);
    expect(signed.json).toMatchObject({ ok: true, signed: ['team-a'], comments: [] });
    await github.api('erin', 'POST', `/issues/${pull}/comments`, { body: signed.json.blocks?.join('\n') });
    await github.idle();
    expect((await erin.playground('sign', 'team', '--yes')).stderr).toContain(
      'There is nothing for @erin to do',
    );
  });

  it('nobody has to wait, and nobody waits for ever', async () => {
    const github = await copy();
    // A repository whose Actions are off: nothing records the comment.
    await github.api('alice', 'PUT', '/actions/permissions', { enabled: false });
    const pull = await invitesErin(github);
    const erin = await github.person('erin');
    const left = await withToken(github, erin, ['sign', 'team', '--yes', '--no-wait']);
    expect(left).toMatchObject({ code: 0 });
    expect(left.stdout).toContain('playground sign team --comment');
    const waited = await withToken(github, erin, ['sign', 'team', '--yes', '--wait', '1', '--json']);
    expect(waited).toMatchObject({ code: 0, json: { accepted: ['team-a'], signed: [] } });
    expect(waited.stderr).toContain('It is not recorded yet');
    // Somebody objects: whoever waits is sent to look.
    const waiting = withToken(github, erin, ['sign', 'team', '--yes', '--wait', '120']);
    const newest = async () => (await commentsOf(github, pull, 'erin')).at(2)?.id;
    while ((await newest()) === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
    await github.api('alice', 'POST', `/issues/comments/${await newest()}/reactions`, {
      content: 'confused',
    });
    expect((await waiting).stdout).toContain('was met with a 😕');
  });
});

describe('A comment', () => {
  let github: LocalGitHub;
  let erin: Person;
  let pull: number;
  beforeAll(async () => {
    github = await copy();
    pull = await invitesErin(github);
    erin = await github.person('erin');
  });

  it('that accepts an invitation is not posted by another account', async () => {
    const outcome = await withToken(github, erin, ['sign', 'team', '--yes', '--json'], 'frank');
    expect(outcome).toMatchObject({ code: 1, json: { ok: false, error: { code: 'refused' } } });
    expect(outcome.json.error?.message).toContain('is one of @frank');
    expect(await commentsOf(github, pull, 'frank')).toEqual([]);
  });

  it('that cannot be posted is printed, so that no signature is lost', async () => {
    github.host.faults.add({ method: 'POST', path: /\/comments$/, status: 403 });
    const outcome = await withToken(github, erin, ['sign', 'team', '--yes']);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('Could not post the comment');
    const blocks = outcome.stdout.slice(outcome.stdout.indexOf('```'), outcome.stdout.lastIndexOf('```') + 3);
    expect(findBlocks(blocks)).toMatchObject([{ ok: true, contribution: { type: 'accept' } }]);
    github.host.faults.add({ method: 'POST', path: /\/comments$/, status: 403 });
    const json = await withToken(github, erin, ['sign', 'team', '--yes', '--json']);
    expect(json).toMatchObject({ code: 2, json: { ok: false, error: { code: 'not-posted' }, comments: [] } });
    expect(json.json.blocks).toHaveLength(1);
  });

  it('is not posted with a token that is none', async () => {
    const outcome = await erin.playgroundWith(
      { GITHUB_TOKEN: 'ghp_notatokenatallreallynot' },
      'sign',
      'team',
      '--yes',
    );
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('The token is not valid');
    expect(outcome.stdout + outcome.stderr).not.toContain('ghp_');
  });

  it('is printed with --print and written with --out, whatever token is at hand', async () => {
    const printed = await withToken(github, erin, ['sign', 'team', '--yes', '--print']);
    expect(printed).toMatchObject({ code: 0 });
    expect(findBlocks(printed.stdout)).toHaveLength(1);
    const file = join(github.folder, 'comment.txt');
    const written = await withToken(github, erin, ['sign', 'team', '--yes', '--out', file]);
    expect(written.stdout).toContain(`Wrote ${file}`);
    expect(await withToken(github, erin, ['sign', 'team', '--yes', '--out', file])).toMatchObject({
      code: 2,
    });
    expect(await commentsOf(github, pull, 'erin')).toEqual([]);
  });

  it('has nowhere to go without an open pull request, which is said before a key is touched', async () => {
    const alice = await github.person('alice');
    await alice.does('delegate', 'lonely', 'team-b', '--signers', '@erin', '--yes');
    const outcome = await withToken(github, erin, ['sign', 'lonely', '--key', 'file2:/nowhere.pem', '--yes']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('There is no open pull request of sign/lonely');
    expect(outcome.stderr).toContain('/compare/main...sign/lonely');
  });
});

describe('An event in a fork', () => {
  const FORK = 'erin/repository';
  let github: LocalGitHub;
  let pull: number;
  beforeAll(async () => {
    github = await copy();
    await github.host.fork(REPOSITORY, 'erin');
    const owner = await github.person('erin', FORK);
    await owner.git('remote', 'add', 'upstream', `${github.playground.url}/${REPOSITORY}.git`);
    await owner.git('config', 'playground.pullRemote', 'upstream');
    await owner.git('config', 'playground.pushRemote', 'origin');
    await owner.does('delegate', 'ours', 'team-a', '--signers', '@erin', '--yes');
    pull = await github.openPull('ours', 'erin', 'erin');
    await github.idle();
  });

  it('is read by the number of its pull request, and its owner records what came in comments', async () => {
    const bob = await github.person('bob');
    expect(await bob.playground('sign', 'ours', '--yes')).toMatchObject({ code: 2 });
    const status = await bob.playground('status', '--pull', `${pull}`);
    expect(status).toMatchObject({ code: 1 });
    expect(status.stdout).toContain(`@bob: sign targets — playground sign --pull ${pull}`);

    const signed = await withToken(github, bob, ['sign', '--pull', `${pull}`, '--yes', '--json']);
    expect(signed).toMatchObject({ code: 0, json: { signed: ['targets'] } });
    const alice = await github.person('alice');
    expect(await withToken(github, alice, ['sign', 'ours', '--pull', `${pull}`, '--yes'])).toMatchObject({
      code: 0,
    });
    await github.idle();
    const head = await git(github.host.gitDir(FORK), 'rev-parse', 'sign/ours');

    const owner = await github.person('erin', FORK);
    const imported = await withToken(github, owner, [
      'import-signature',
      'ours',
      '--pull',
      `${pull}`,
      '--yes',
      '--json',
    ]);
    expect(imported).toMatchObject({ code: 0, json: { ok: true } });
    expect(imported.json.contributions).toMatchObject([
      { role: 'targets', by: '@bob', outcome: 'recorded' },
      { role: 'targets', by: '@alice', outcome: 'recorded' },
    ]);
    expect(await git(github.host.gitDir(FORK), 'rev-parse', 'sign/ours~1')).toBe(head);
    const format = '--format=%an%n%(trailers:key=Co-authored-by,valueonly)';
    const log = await git(github.host.gitDir(FORK), 'log', '-1', format, 'sign/ours');
    expect(log).toMatch(/^erin\nbob <\d+\+bob@users\.\S+>\nalice <\d+\+alice@users\.\S+>\n*$/);
    await owner.does('sign', 'ours', '--yes');
    expect(await bob.playground('status', '--pull', `${pull}`)).toMatchObject({ code: 0 });
    // By name as well, where the number says the same.
    expect(await bob.playground('status', 'other', '--pull', `${pull}`)).toMatchObject({ code: 2 });
  });

  it('leaves out comments that were edited, and says which', async () => {
    const owner = await github.person('erin', FORK);
    await owner.does('delegate', 'edited', 'team-b', '--signers', '@erin', '--yes');
    const number = await github.openPull('edited', 'erin', 'erin');
    const bob = await github.person('bob');
    await withToken(github, bob, ['sign', '--pull', `${number}`, '--yes']);
    const [comment] = await commentsOf(github, number, 'bob');
    await github.api('alice', 'PATCH', `/issues/comments/${comment?.id}`, {
      body: `Hi.\n\n${comment?.body}`,
    });
    const imported = await withToken(github, owner, [
      'import-signature',
      'edited',
      '--pull',
      `${number}`,
      '--yes',
    ]);
    expect(imported.stdout).toContain('Not read, since it was edited');
    expect(imported.stdout).toContain(`#issuecomment-${comment?.id}`);
    expect(imported.stdout).toContain('Nothing new for sign/edited');
  });

  it('is told apart from another of the same name and content by its number', async () => {
    await github.host.fork(REPOSITORY, 'frank');
    const frank = await github.person('frank', 'frank/repository');
    const owner = await github.person('erin', FORK);
    await owner.does('delegate', 'twice', 'team-c', '--signers', '@erin', '--yes');
    await frank.git('fetch', '--quiet', owner.folder, 'refs/heads/main');
    const source = github.host.gitDir(FORK);
    await frank.git('fetch', '--quiet', source, 'sign/twice');
    await frank.git('push', '--quiet', 'origin', 'FETCH_HEAD:refs/heads/sign/twice');
    const numbers = [
      await github.openPull('twice', 'erin', 'erin'),
      await github.openPull('twice', 'frank', 'frank'),
    ];
    const bob = await github.person('bob');
    await bob.git('remote', 'add', 'erin', source);
    const several = await withToken(github, bob, [
      'sign',
      'twice',
      '--push-remote',
      'erin',
      '--comment',
      '--yes',
    ]);
    expect(several.code).toBe(1);
    for (const number of numbers) expect(several.stderr).toContain(`#${number}`);
    expect(several.stderr).toContain('--pull <number>');
  });

  it.each([
    ['is of another branch', 'feature', 'is no signing event'],
    ['has a branch that only looks like one', 'sign', 'is no signing event'],
  ])('is no event where the pull request %s', async (_what, branch, why) => {
    const owner = await github.person('erin', FORK);
    await owner.git(
      'push',
      '--quiet',
      '--force',
      'origin',
      `refs/remotes/origin/main~0:refs/heads/x-${branch}`,
    );
    const head = `x-${branch}`;
    await owner.push(head, { 'targets/x.txt': branch });
    const { number } = await github.api('erin', 'POST', '/pulls', {
      title: 'x',
      head: `erin:${head}`,
      base: 'main',
    });
    const bob = await github.person('bob');
    for (const args of [
      ['sign', '--pull', `${number}`, '--yes', '--json'],
      ['status', '--pull', `${number}`, '--json'],
      ['export', '--pull', `${number}`, '--json'],
    ]) {
      const outcome = await withToken(github, bob, args);
      expect(outcome).toMatchObject({ code: 1, json: { ok: false } });
      expect(outcome.json.error?.message).toContain(why);
    }
    const none = await withToken(github, bob, ['sign', '--pull', '4711', '--yes']);
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('There is no pull request 4711');
  });
});

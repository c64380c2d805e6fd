/** Comments that come faster than runs can follow: nobody's contribution is lost, and none is recorded twice. */
import { beforeAll, describe, expect, it } from 'vitest';
import { acceptance, answerTo, block, post, signature, signersOf } from '../support/contributions.ts';
import { git } from '../support/git.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';
import type { Person } from '../support/people.ts';

const SIGNERS = ['bob', 'carol', 'dave', 'erin', 'frank'];
const ROLES = ['team-a', 'team-b', 'team-c', 'team-d', 'team-e'];
const LOGINS = SIGNERS.map((login) => `@${login}`);

/** Five roles, each for five people who have accepted; what is signed now stays what it is. */
async function bigEvent(github: LocalGitHub): Promise<number> {
  const alice = await github.person('alice');
  for (const role of ROLES) {
    const people = ['--signers', LOGINS.join(','), '--threshold', `${SIGNERS.length}`];
    await alice.does('delegate', 'big', role, ...people, '--yes');
  }
  const pull = await github.openPull('big');
  await github.idle();
  return pull;
}

/** Everybody accepts everything, one comment each, all at once. */
async function allAccept(github: LocalGitHub, pull: number): Promise<void> {
  await Promise.all(
    SIGNERS.map((name) => {
      const blocks = ROLES.map((role) => block(acceptance(github, name, 'big', role)));
      return post(github, name, pull, blocks.join('\n'));
    }),
  );
  await github.idle();
}

/** Pushes, again where the action was faster, as anybody does whose push is rejected. */
async function pushAtLast(person: Person, files: Parameters<Person['push']>[1]): Promise<void> {
  for (let triesLeft = 5; ; triesLeft--) {
    try {
      await person.push('sign/big', files);
      return;
    } catch (error) {
      if (triesLeft <= 1 || !/rejected/.test(String(error))) throw error;
    }
  }
}

const keyids = async (github: LocalGitHub, role: string): Promise<readonly string[]> =>
  JSON.parse(await github.read('sign/big', `metadata/${role}.json`)).signatures.map(
    ({ keyid }: { keyid: string }) => keyid,
  );

const commits = (github: LocalGitHub) => git(github.gitDir, 'log', '--format=%b', 'main..sign/big');

describe('Fifty comments in a minute', () => {
  let copy: () => Promise<LocalGitHub>;
  beforeAll(async () => {
    const github = await (await publishedGitHub())();
    const pull = await bigEvent(github);
    await allAccept(github, pull);
    expect(await github.status('sign/big')).toBe('pending: Waiting for signatures');
    copy = await github.stop();
  });
  const PULL = 2;

  it('all end up recorded, once each, although most of their runs are dropped', async () => {
    const github = await copy();
    const before = github.runs('Signing event').length;
    const wanted = ROLES.flatMap((role) => SIGNERS.map((name) => ({ role, name })));
    const texts = await Promise.all(
      wanted.map(async ({ role, name }) => ({
        name,
        text: block(await signature(github, name, 'big', role)),
      })),
    );
    // Each twice: by who made it, and by somebody who passes it on.
    const posts = texts.flatMap(({ name, text }) => [
      { name, text },
      { name: 'mallory', text },
    ]);
    expect(posts).toHaveLength(50);
    const ids = await Promise.all(posts.map(({ name, text }) => post(github, name, PULL, text)));
    await github.idle();

    const runs = github.runs('Signing event').slice(0, -before);
    expect(runs).toHaveLength(50);
    expect(runs.filter(({ conclusion }) => conclusion === 'cancelled').length).toBeGreaterThan(25);
    expect(runs.filter(({ conclusion }) => conclusion === 'failure')).toEqual([]);

    for (const role of ROLES) {
      expect([role, await signersOf(github, 'sign/big', role)]).toEqual([role, LOGINS]);
      expect(new Set(await keyids(github, role)).size).toBe((await keyids(github, role)).length);
    }
    // Each is named once in the history, as the deed of whoever was first.
    for (const role of ROLES) {
      const deeds = (await commits(github)).match(new RegExp(`signs ${role}\\b`, 'g'));
      expect([role, deeds?.length]).toEqual([role, SIGNERS.length]);
    }
    for (const id of ids) {
      expect(await answerTo(github, PULL, id)).toEqual({ reactions: ['+1'], replies: [] });
    }
    expect((await github.report(PULL)).match(/⏳/g)).toHaveLength(1);
  });

  it('are recorded by runs side by side too, where a workflow lets several run at once', async () => {
    const github = await copy();
    const path = '.github/workflows/signing-event.yml';
    const workflow = await github.read('main', path);
    const alone = workflow.replace(/^concurrency:\n(?: .*\n)+/m, '');
    expect(alone).not.toContain('concurrency');
    await (await github.person('alice')).push('main', { [path]: alone });
    await github.idle();
    const ids = await Promise.all(
      SIGNERS.map(async (name) =>
        post(github, name, PULL, block(await signature(github, name, 'big', 'team-a'))),
      ),
    );
    await github.idle();
    const runs = github.runs('Signing event').slice(0, SIGNERS.length);
    expect(runs.map(({ event, conclusion }) => [event, conclusion])).toEqual(
      SIGNERS.map(() => ['issue_comment', 'success']),
    );
    expect(await signersOf(github, 'sign/big', 'team-a')).toEqual(LOGINS);
    expect((await commits(github)).match(/signs team-a\b/g)).toHaveLength(SIGNERS.length);
    for (const id of ids) {
      expect(await answerTo(github, PULL, id)).toEqual({ reactions: ['+1'], replies: [] });
    }
    await github.report(PULL);
  });

  it('count while the branch moves under the run that records them', async () => {
    const github = await copy();
    const text = block(await signature(github, 'erin', 'big', 'team-a'));
    const stale = block(await signature(github, 'alice', 'big', 'targets'));
    const id = await post(github, 'erin', PULL, text);
    const bob = await github.person('bob');
    for (let count = 0; count < 3; count++) {
      await pushAtLast(bob, { 'targets/moving.txt': `${count}\n` });
      if (count === 0)
        await post(github, 'carol', PULL, block(await signature(github, 'carol', 'big', 'team-a')));
    }
    await github.idle();
    expect(await signersOf(github, 'sign/big', 'team-a')).toEqual(['@carol', '@erin']);
    expect(await answerTo(github, PULL, id)).toEqual({ reactions: ['+1'], replies: [] });
    // Nothing that was pushed is lost, and the status stands on what is there now.
    expect(await github.read('sign/big', 'targets/moving.txt')).toBe('2');
    expect(await git(github.gitDir, 'log', '--format=%an', 'main..sign/big')).toMatch(
      /bob\n(.*\n)*.*bob\n(.*\n)*.*bob/,
    );
    expect(await github.status('sign/big')).toBe('pending: Waiting for signatures');

    // What was signed before the artifact was there is of other content than what is proposed now.
    const late = await post(github, 'alice', PULL, stale);
    await github.idle();
    expect(await answerTo(github, PULL, late)).toMatchObject({
      reactions: ['confused'],
      replies: [expect.stringMatching(/targets: .*(?:other content|signs version)/)],
    });
  });
});

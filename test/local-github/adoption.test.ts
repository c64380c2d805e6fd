/** Adopting a fork's event: its metadata and artifacts, and nothing else, become an event on which comments count. */
import { beforeAll, describe, expect, it } from 'vitest';
import { block, post, postAndWait, signature, signersOf } from '../support/contributions.ts';
import { addHostileFiles, FORK, hasRun, proposedInFork } from '../support/forks.ts';
import { git } from '../support/git.ts';
import { type LocalGitHub, publishedGitHub, REPOSITORY } from '../support/local-github.ts';

let copy: () => Promise<LocalGitHub>;
let pull = 0;
beforeAll(async () => {
  const github = await (await publishedGitHub())();
  pull = await proposedInFork(github);
  copy = await github.stop();
});

const openPulls = async (github: LocalGitHub): Promise<readonly { number: number; title: string }[]> =>
  await github.api('alice', 'GET', '/pulls?state=open');

/** The paths at which an event differs from main. */
const changed = async (github: LocalGitHub, branch: string) =>
  (await git(github.gitDir, 'diff', '--name-only', 'main', branch)).split('\n');

const adopt = (github: LocalGitHub, inputs: object) =>
  github.api('alice', 'POST', '/actions/workflows/signing-event.yml/dispatches', { ref: 'main', inputs });

describe('/adopt', () => {
  it('makes an event of metadata and artifacts alone, where comments count, up to the client', async () => {
    const github = await copy();
    github.host.allowActionsToCreatePulls(REPOSITORY);
    await addHostileFiles(github);
    const answer = await postAndWait(github, 'bob', pull, '/adopt\n');
    expect(await github.report(pull)).toContain('outside-event');
    expect(answer.reactions).toEqual(['rocket']);
    const number = Number(/Adopted as #(\d+)/.exec(answer.replies[0] ?? '')?.[1]);
    expect(await openPulls(github)).toContainEqual(
      expect.objectContaining({
        number,
        title: 'Signing event: gift',
        user: expect.objectContaining({ login: 'github-actions[bot]' }),
      }),
    );
    expect(await changed(github, 'sign/gift')).toEqual(['metadata/targets.json', 'targets/gift.txt']);
    expect(
      await git(github.gitDir, 'log', '-1', '--format=%(trailers:key=Co-authored-by,valueonly)', 'sign/gift'),
    ).toMatch(/^mallory <\d+\+mallory@users\.noreply\.github\.com>/);
    // Looked at in the same run, since a pull request by a bot wakes none.
    expect(await github.status('sign/gift')).toBe('pending: Waiting for signatures');
    expect(await github.report(number)).toContain('added: gift.txt');

    for (const name of ['alice', 'bob']) {
      const text = block(await signature(github, name, 'gift', 'targets'));
      expect(await postAndWait(github, name, number, text)).toMatchObject({ reactions: ['+1'] });
    }
    expect(await github.status('sign/gift')).toBe('success: Ready to merge');
    await github.merge(number);
    await github.idle();
    expect((await github.verify()).json).toMatchObject({
      ok: true,
      artifacts: expect.arrayContaining([{ path: 'gift.txt', ok: true, length: 7 }]),
    });
    expect(hasRun()).toBe(false);
  });

  it('is for whoever may write here', async () => {
    const github = await copy();
    for (const name of ['mallory', 'erin']) {
      expect(await postAndWait(github, name, pull, '/adopt')).toMatchObject({
        reactions: ['confused'],
        replies: [expect.stringMatching(/write access/)],
      });
    }
    expect(await github.branch('sign/gift')).toBeUndefined();
  });

  it('where Actions may not open pull requests, leaves a branch and a link for a person', async () => {
    const github = await copy();
    const answer = await postAndWait(github, 'bob', pull, '/adopt');
    expect(answer.reactions).toEqual(['rocket']);
    const [, link = ''] = /\[open it\]\((\S+)\)/.exec(answer.replies[0] ?? '') ?? [];
    expect(link).toBe(`${github.playground.url}/${REPOSITORY}/compare/main...sign/gift?expand=1`);
    expect((await fetch(link)).status).toBe(200);
    expect(await changed(github, 'sign/gift')).toEqual(['metadata/targets.json', 'targets/gift.txt']);
    const number = await github.openPull('gift', 'bob');
    await github.idle();
    const text = block(await signature(github, 'bob', 'gift', 'targets'));
    expect(await postAndWait(github, 'mallory', number, text)).toMatchObject({ reactions: ['+1'] });
    expect(await signersOf(github, 'sign/gift', 'targets')).toEqual(['@bob']);
  });

  it('is done once, and never over another event', async () => {
    const github = await copy();
    github.host.allowActionsToCreatePulls(REPOSITORY);
    await postAndWait(github, 'bob', pull, '/adopt');
    const head = await github.branch('sign/gift');
    const count = (await openPulls(github)).length;
    await postAndWait(github, 'alice', pull, '/adopt');
    expect(await github.branch('sign/gift')).toBe(head);
    expect(await openPulls(github)).toHaveLength(count);

    await github.proposes('alice', 'taken', { 'mine.txt': 'mine' });
    const taken = await github.branch('sign/taken');
    expect(await postAndWait(github, 'bob', pull, '/adopt taken')).toMatchObject({
      reactions: ['confused'],
      replies: [expect.stringMatching(/another event sign\/taken already/)],
    });
    expect(await github.branch('sign/taken')).toBe(taken);
    expect(await postAndWait(github, 'bob', pull, '/adopt  gift-2')).toMatchObject({ reactions: ['rocket'] });
    expect(await changed(github, 'sign/gift-2')).toEqual(['metadata/targets.json', 'targets/gift.txt']);
  });

  it('takes no name that is a path, a command or a branch of another kind', async () => {
    const github = await copy();
    const before = await git(github.gitDir, 'for-each-ref', '--format=%(refname)', 'refs/heads/');
    const commands = [
      '/adopt ../main',
      '/adopt main;touch x',
      '/adopt $(touch x)',
      '/adopt --force',
      '/adopt a b',
      '/adopt\nmain',
      '/adopted',
      '/ADOPT',
      'please /adopt',
      '> /adopt',
      '/adopt x.lock',
      '/adopt x..y',
      '/adopt x.',
    ];
    for (const text of commands) await post(github, 'bob', pull, text);
    await github.idle();
    expect(github.lastRun('Signing event').conclusion).not.toBe('failure');
    expect(await git(github.gitDir, 'for-each-ref', '--format=%(refname)', 'refs/heads/')).toBe(before);
  });

  it('is refused where the event holds links, changes nothing, or is no fork’s', async () => {
    const github = await copy();
    const mallory = await github.person('mallory', FORK);
    await mallory.push('sign/link', { 'targets/link.txt': { link: '/etc/passwd' } });
    const link = await github.openPull('link', 'mallory', 'mallory');
    expect(await postAndWait(github, 'bob', link, '/adopt')).toMatchObject({
      reactions: ['confused'],
      replies: [expect.stringMatching(/link or a submodule/)],
    });
    await mallory.push('sign/nothing', { 'README.md': 'hello\n' });
    const nothing = await github.openPull('nothing', 'mallory', 'mallory');
    expect(await postAndWait(github, 'bob', nothing, '/adopt')).toMatchObject({
      reactions: ['confused'],
      replies: [expect.stringMatching(/changes nothing/)],
    });
    await github.proposes('alice', 'own', { 'own.txt': 'own' });
    const own = await github.openPull('own');
    expect(await postAndWait(github, 'bob', own, '/adopt')).toMatchObject({
      reactions: ['confused'],
      replies: [expect.stringMatching(/no fork/)],
    });
    expect([await github.branch('sign/link'), await github.branch('sign/nothing')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('The workflow started by hand', () => {
  it('adopts the pull request that its input names', async () => {
    const github = await copy();
    github.host.allowActionsToCreatePulls(REPOSITORY);
    await adopt(github, { adopt: `${pull}` });
    await github.idle();
    expect(github.lastRun('Signing event').conclusion).toBe('success');
    expect(await changed(github, 'sign/gift')).toEqual(['metadata/targets.json', 'targets/gift.txt']);
    expect(await github.status('sign/gift')).toBe('pending: Waiting for signatures');
  });

  it('adopts from a branch of any name', async () => {
    const github = await copy();
    github.host.allowActionsToCreatePulls(REPOSITORY);
    const mallory = await github.person('mallory', FORK);
    await mallory.push('patch-1', { 'targets/patch.txt': 'patch\n' });
    const head = { title: 'Patch', head: 'mallory:patch-1', base: 'main' };
    const { number } = await github.api('mallory', 'POST', '/pulls', head);
    await adopt(github, { adopt: `${number}` });
    await github.idle();
    expect(await github.read(`sign/adopted-${number}`, 'targets/patch.txt')).toBe('patch');
    // Its metadata is made here, as for any artifact that somebody pushed.
    expect(await changed(github, `sign/adopted-${number}`)).toEqual([
      'metadata/targets.json',
      'targets/patch.txt',
    ]);
  });

  it('fails with what is wrong where it names nothing to adopt', async () => {
    const github = await copy();
    for (const [input, message] of [
      ['999', /#999 is no open pull request from a fork/],
      ['x"; exit 1', /Give the number/],
      ['-1', /Give the number/],
    ] as const) {
      await adopt(github, { adopt: input });
      await github.idle();
      const run = github.lastRun('Signing event');
      expect([input, run.conclusion, github.failures(run)]).toEqual([
        input,
        'failure',
        expect.arrayContaining([expect.stringMatching(message)]),
      ]);
    }
  });
});

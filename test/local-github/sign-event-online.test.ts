/** Targets roles with an online key: a job of the main branch signs them in the event, and nothing else can. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';

let copy: Awaited<ReturnType<typeof publishedGitHub>>;
beforeAll(async () => {
  copy = await publishedGitHub();
});

const SIGNED_ONLINE = 'Sign nightly online';

/** A role `nightly` that the secret of the repository signs, delegated and published. */
async function withNightly(...flags: readonly string[]): Promise<LocalGitHub> {
  const github = await copy();
  const alice = await github.person('alice');
  await alice.does('delegate', 'nightly', 'nightly', '--online-key', 'env:ONLINE_KEY', ...flags, '--yes');
  return github;
}

const lastCommit = async (github: LocalGitHub, branch: string) => {
  const commit = await github.branch(branch);
  const { commit: data, author } = await github.api('alice', 'GET', `/commits/${commit}`);
  return { message: data.message as string, author: author?.login as string | undefined };
};

describe('a role that the workflow signs alone', () => {
  it('is signed in the event that delegates to it, and then in one that changes its artifacts, and published', async () => {
    const github = await withNightly();
    const first = await github.openPull('nightly');
    await github.sign('nightly', 'alice');
    await github.idle();
    // The key counts when those who delegate to it have agreed; until then it is what an event says.
    expect((await lastCommit(github, 'sign/nightly')).message).not.toBe(SIGNED_ONLINE);
    expect(await github.report(first)).toContain('online key env:ONLINE&#95;KEY waiting');
    await github.sign('nightly', 'bob');
    await github.idle();
    expect(await lastCommit(github, 'sign/nightly')).toMatchObject({ message: SIGNED_ONLINE });
    expect(await github.status('sign/nightly')).toBe('success: Ready to merge');
    await github.merge(first);
    await github.idle();
    expect(github.lastRun('Publish').conclusion, github.log(github.lastRun('Publish'))).toBe('success');

    // An artifact is pushed, nothing more: the metadata and its signature follow.
    const bob = await github.person('bob');
    await bob.push('sign/build-7', { 'targets/nightly/build.txt': 'build 7\n' });
    const second = await github.openPull('build-7', 'bob');
    await github.idle();
    expect(await github.status('sign/build-7')).toBe('success: Ready to merge');
    const runs = github.runs('Publish').filter(({ event }) => event === 'workflow_dispatch');
    expect(new Set(runs.map(({ conclusion }) => conclusion))).toEqual(new Set(['success']));
    expect(github.jobs(runs[0] ?? github.lastRun('Publish'))).toMatchObject({
      'sign-event': 'success',
      'online-sign': 'skipped',
      deploy: 'skipped',
    });
    await github.merge(second);
    await github.idle();
    expect((await github.verify()).json).toMatchObject({ ok: true });
    const [, hash] = /"sha256": "([0-9a-f]+)"/.exec(await github.read('main', 'metadata/nightly.json')) ?? [];
    expect(await github.download(`targets/nightly/${hash}.build.txt`)).toBe('build 7\n');
  });

  it('is not signed from any other branch than main, whatever its workflow says', async () => {
    const github = await withNightly();
    const dave = await github.person('dave');
    const workflow = (await github.read('main', '.github/workflows/publish.yml')).replace(
      / {4}environment: online-signing\n/g,
      '',
    );
    await dave.push('sign/nightly', { '.github/workflows/publish.yml': workflow });
    await github.api('dave', 'POST', '/actions/workflows/publish.yml/dispatches', {
      ref: 'sign/nightly',
      inputs: { event: 'nightly' },
    });
    await github.idle();
    const run = github.lastRun('Publish');
    expect(run.conclusion).toBe('failure');
    expect(github.failures(run).join()).toMatch(/only on main, not on refs\/heads\/sign\/nightly/);
    expect((await lastCommit(github, 'sign/nightly')).message).not.toBe(SIGNED_ONLINE);
  });

  it('is not signed in an event that is not valid, however it is asked for', async () => {
    const github = await withNightly();
    const dave = await github.person('dave');
    await dave.push('sign/nightly', { 'targets/nightly/x': 'unlisted\n', 'metadata/strange.json': '{}' });
    await github.openPull('nightly', 'dave');
    await github.idle();
    const before = await github.branch('sign/nightly');
    await github.api('dave', 'POST', '/actions/workflows/publish.yml/dispatches', {
      ref: 'main',
      inputs: { event: 'nightly' },
    });
    await github.idle();
    const run = github.lastRun('Publish');
    expect(github.jobs(run)['sign-event']).toBe('failure');
    expect(github.failures(run).join()).toContain('Nothing was signed: the event nightly is not valid');
    expect(await github.branch('sign/nightly')).toBe(before);
  });

  it.each(['../main', 'x y', '-f', '$(id)'])('asks for no event called %s', async (event) => {
    const github = await copy();
    await github.api('dave', 'POST', '/actions/workflows/publish.yml/dispatches', {
      ref: 'main',
      inputs: { event },
    });
    await github.idle();
    const run = github.lastRun('Publish');
    expect(run.conclusion).toBe('failure');
    expect(github.failures(run).join()).toMatch(/is the name of no event|There is no event/);
  });
});

describe('a role that needs a person and the workflow', () => {
  it('is signed by the workflow once the person has signed, by comment or by commit', async () => {
    const github = await withNightly('--signers', '@bob', '--threshold', '2');
    const pull = await github.openPull('nightly');
    const bob = await github.person('bob');
    await github.sign('nightly', 'bob', 'alice');
    await github.idle();
    expect(await lastCommit(github, 'sign/nightly')).toMatchObject({ message: SIGNED_ONLINE });
    expect(await github.status('sign/nightly')).toBe('success: Ready to merge');
    await github.merge(pull);
    await github.idle();

    const dispatched = () =>
      github.runs('Publish').filter(({ event }) => event === 'workflow_dispatch').length;
    const before = dispatched();
    await bob.push('sign/build', { 'targets/nightly/build.txt': 'build\n' });
    await github.openPull('build', 'bob');
    await github.idle();
    expect(await github.status('sign/build')).toBe('pending: Waiting for signatures');
    expect(dispatched()).toBe(before);
    const token = { GITHUB_TOKEN: github.token('bob') };
    expect(await bob.playgroundWith(token, 'sign', 'build', '--comment', '--yes')).toMatchObject({ code: 0 });
    await github.idle();
    expect(await lastCommit(github, 'sign/build')).toMatchObject({ message: SIGNED_ONLINE });
    expect(await github.status('sign/build')).toBe('success: Ready to merge');
  });
});

/** Signing events on the local GitHub, with the real workflows and the real bundle: from pull request to client. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowRun } from '../../src/playground/contract.ts';
import { git } from '../support/git.ts';
import { HELLO, LocalGitHub, publishedGitHub, REPOSITORY } from '../support/local-github.ts';

/** What became of the jobs that were not skipped. */
const jobsOf = ({ jobs }: WorkflowRun) =>
  Object.fromEntries(
    jobs
      .filter(({ conclusion }) => conclusion !== 'skipped')
      .map(({ name, conclusion }) => [name, conclusion]),
  );

describe('A repository fresh from the template', () => {
  it('goes from the first invitation to an artifact that a client downloads', async () => {
    const github = await LocalGitHub.fresh();
    await github.idle();
    const alice = await github.person('alice');
    await alice.does('init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
    await github.proposes('alice', 'init', { 'hello.txt': HELLO });
    const pull = await github.openPull('init');
    await github.idle();
    expect(await github.status('sign/init')).toBe('pending: Waiting for invited signers to accept');
    expect(await github.report(pull)).toContain('@\u2060bob');

    await github.sign('init', 'bob');
    await github.idle();
    expect(await github.status('sign/init')).toBe('pending: Waiting for signatures');

    await github.sign('init', 'alice');
    await github.idle();
    expect(await github.status('sign/init')).toBe('success: Ready to merge');
    expect(await github.report(pull)).toContain('Ready to merge');
    const comments = await github.comments(pull);
    expect(new Set(comments.map(({ user }) => user.login))).toEqual(new Set(['github-actions[bot]']));
    // Besides the report, one comment each time that somebody new is awaited.
    const mentions = comments.flatMap(({ body }) => body.match(/^- @\w+: .*$/m) ?? []);
    expect(mentions).toEqual([
      '- @bob: please accept the invitation to root, targets',
      '- @alice: please sign root, targets',
    ]);

    await github.merge(pull);
    await github.idle();
    const run = github.lastRun('Publish');
    expect(run).toMatchObject({ conclusion: 'success' });
    expect(jobsOf(run)).toEqual({
      'online-sign': 'success',
      build: 'success',
      gate: 'success',
      deploy: 'success',
      check: 'success',
    });
    expect((await github.verify()).json).toMatchObject({
      ok: true,
      versions: { root: 1, targets: 1 },
      artifacts: [{ path: 'hello.txt', ok: true, length: HELLO.length }],
    });
  });

  it('publishes nothing and stays green while there is no metadata', async () => {
    const github = await LocalGitHub.fresh({ pages: false, secret: false });
    await (await github.person('alice')).push('main', { 'README.md': 'Soon.\n' });
    await github.idle();
    const run = github.lastRun('Publish');
    expect(run).toMatchObject({ event: 'push', conclusion: 'success' });
    expect(github.jobs(run)).toMatchObject({ 'online-sign': 'success', build: 'skipped', deploy: 'skipped' });
    expect(github.annotations(run)).toEqual([]);
    expect(github.actions.jobSummary(run.jobs.find(({ name }) => name === 'online-sign')?.id ?? 0)).toContain(
      'playground init',
    );
    expect(await github.branch('online')).toBeUndefined();
  });

  it('publishes its signing page before there is any metadata', async () => {
    const github = await LocalGitHub.fresh({ secret: false });
    await (await github.person('alice')).push('main', { 'README.md': 'Soon.\n' });
    await github.idle();
    const run = github.lastRun('Publish');
    expect(jobsOf(run)).toEqual({ 'online-sign': 'success', build: 'success', deploy: 'success' });
    expect(await github.download('sign/')).toContain('<title>');
    expect(await github.download('metadata/1.root.json')).toBe('404');

    await (await github.person('alice')).does(
      'init',
      '--signers',
      '@alice,@bob',
      '--threshold',
      '2',
      '--yes',
    );
    const pull = await github.openPull('init');
    await github.idle();
    expect(await github.report(pull)).toContain(`[signing page](${github.site}sign/#${REPOSITORY}/${pull})`);
  });
});

describe('A published repository', () => {
  let copy: () => Promise<LocalGitHub>;
  beforeAll(async () => {
    copy = await publishedGitHub();
  });

  it('is not replaced by an empty site where somebody takes all metadata from main', async () => {
    const github = await copy();
    const alice = await github.person('alice');
    const metadata = (await git(github.gitDir, 'ls-tree', '-r', '--name-only', 'main', 'metadata')).split(
      '\n',
    );
    await alice.push('main', Object.fromEntries(metadata.map((path) => [path, null])));
    await github.idle();
    expect(github.jobs(github.lastRun('Publish'))).toMatchObject({
      'online-sign': 'success',
      build: 'skipped',
    });
    expect(await github.download('metadata/1.root.json')).toContain('"root"');
  });

  it('hands root over to another signer, and clients that know the old root follow', async () => {
    const github = await copy();
    const alice = await github.person('alice');
    await alice.does('delegate', 'swap', 'root', '--signers', '@alice,@carol', '--threshold', '2', '--yes');
    await github.sign('swap', 'carol', 'alice');
    const pull = await github.openPull('swap');
    await github.idle();
    expect(await github.status('sign/swap')).toBe('pending: Waiting for signatures');
    expect(await github.report(pull)).toContain(
      '2 of 2 needed for the root before: @\u2060alice ✓, @\u2060bob waiting',
    );
    await github.sign('swap', 'bob');
    await github.idle();
    expect(await github.status('sign/swap')).toBe('success: Ready to merge');
    await github.merge(pull);
    await github.idle();
    expect(github.lastRun('Publish').conclusion).toBe('success');
    expect((await github.verify()).json).toMatchObject({
      ok: true,
      firstRoot: { origin: 'state', version: 1 },
      versions: { root: 2 },
    });
  });

  it('follows an artifact that somebody changed with nothing but git, once the signers agree', async () => {
    const github = await copy();
    const bob = await github.person('bob');
    const pushed = await bob.push('sign/edit', { 'targets/hello.txt': 'Hello again\n' });
    const pull = await github.openPull('edit', 'bob');
    await github.idle();
    expect(await github.status('sign/edit')).toBe('pending: Waiting for signatures');
    expect(await github.api('bob', 'GET', `/commits/${await github.branch('sign/edit')}`)).toMatchObject({
      author: { login: 'github-actions[bot]' },
      commit: { message: 'Update artifacts of targets' },
      parents: [{ sha: pushed }],
      files: [{ filename: 'metadata/targets.json' }],
    });
    expect(await github.report(pull)).toContain('artifact changed: hello.txt');

    await github.sign('edit', 'alice', 'bob');
    await github.idle();
    expect(await github.status('sign/edit')).toBe('success: Ready to merge');
    await github.merge(pull);
    await github.idle();
    expect((await github.verify()).json).toMatchObject({
      ok: true,
      versions: { targets: 2 },
      artifacts: [{ path: 'hello.txt', ok: true, length: 12 }],
    });
  });

  it('lets the signer of a delegated role publish what is delegated, and nobody else has to sign', async () => {
    const github = await copy();
    const alice = await github.person('alice');
    await alice.does('delegate', 'team', 'team-a', '--signers', '@dave', '--yes');
    await github.sign('team', 'dave', 'alice', 'bob');
    const first = await github.openPull('team');
    await github.idle();
    expect(await github.status('sign/team')).toBe('success: Ready to merge');
    await github.merge(first);
    await github.idle();

    await github.proposes('dave', 'tool', { 'team-a/tool.txt': 'a tool' });
    const second = await github.openPull('tool', 'dave');
    await github.idle();
    expect(await github.status('sign/tool')).toBe('pending: Waiting for signatures');
    await github.sign('tool', 'dave');
    await github.idle();
    expect(await github.status('sign/tool')).toBe('success: Ready to merge');
    await github.merge(second, 'dave');
    await github.idle();
    expect((await github.verify()).json).toMatchObject({
      ok: true,
      versions: { targets: 2, delegated: [{ role: 'team-a', version: 2 }] },
      artifacts: expect.arrayContaining([{ path: 'team-a/tool.txt', ok: true, length: 6 }]),
    });
  });
});

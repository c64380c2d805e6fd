import { chmod, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GitError } from '../../src/git/errors.ts';
import { type GitRepository, openRepository } from '../../src/git/repository.ts';
import { commitFiles, git, gitClone, gitSandbox, temporaryFolder, writeFiles } from '../support/git.ts';

/** A commit on top of another, made without touching a worktree. */
function commitOn(repository: GitRepository, parent: string, file: string): Promise<string> {
  const changes = new Map([[file, Buffer.from(file)]]);
  return repository.writeCommit({ parents: [parent], base: parent, changes, message: `Add ${file}` });
}

/** Answers every request with one status, and remembers what was asked. */
async function httpServer(status: number) {
  const requests: { url: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', authorization: request.headers.authorization });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { origin, requests, [Symbol.asyncDispose]: close };
}

describe('pushing', () => {
  it('creates a branch that must not exist, and moves one from where it was', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    await using repository = await openRepository(await sandbox.clone('clone'));
    const main = (await repository.resolve('refs/heads/main')) ?? '';
    const first = await commitOn(repository, main, 'first');
    await repository.push('origin', first, 'sign/x', null);
    expect(await repository.remoteBranch('origin', 'sign/x')).toBe(first);
    const second = await commitOn(repository, first, 'second');
    await repository.push('origin', second, 'sign/x', first);
    expect(await git(sandbox.remote, 'rev-parse', 'refs/heads/sign/x')).toBe(second);
  });

  it('can be repeated', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    await using repository = await openRepository(await sandbox.clone('clone'));
    const main = (await repository.resolve('refs/heads/main')) ?? '';
    const next = await commitOn(repository, main, 'next');
    await repository.push('origin', next, 'main', main);
    await repository.push('origin', next, 'main', main);
    expect(await repository.remoteBranch('origin', 'main')).toBe(next);
  });

  it('of two clones at once, one wins and the other is told to read again', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    await using one = await openRepository(await sandbox.clone('one'));
    await using two = await openRepository(await sandbox.clone('two'));
    let base = (await one.resolve('refs/heads/main')) ?? '';
    for (let round = 0; round < 4; round++) {
      const rivals = [
        { repository: one, commit: await commitOn(one, base, `one-${round}`) },
        { repository: two, commit: await commitOn(two, base, `two-${round}`) },
      ];
      const pushes = await Promise.allSettled(
        rivals.map(({ repository, commit }) => repository.push('origin', commit, 'main', base)),
      );
      const lost = pushes.flatMap((push) => (push.status === 'rejected' ? [push.reason as GitError] : []));
      expect(lost).toMatchObject([{ code: 'push-rejected', declined: false }]);
      expect(lost[0]?.message).toContain('Read the branch again');
      const winner = rivals[pushes.findIndex(({ status }) => status === 'fulfilled')]?.commit ?? '';
      expect(await git(sandbox.remote, 'rev-parse', 'refs/heads/main')).toBe(winner);
      for (const { repository } of rivals)
        await repository.fetch('origin', ['refs/heads/main:refs/remotes/origin/main']);
      base = winner;
    }
  });

  it('fails when the branch has moved, is gone, or exists already', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    await using repository = await openRepository(await sandbox.clone('clone'));
    const main = (await repository.resolve('refs/heads/main')) ?? '';
    const next = await commitOn(repository, main, 'next');
    const other = await commitOn(repository, main, 'other');
    for (const [branch, expected] of [
      ['main', null],
      ['main', other],
      ['gone', main],
    ] as const) {
      const push = repository.push('origin', next, branch, expected);
      await expect(push, branch).rejects.toMatchObject({ code: 'push-rejected', declined: false });
    }
    expect(await repository.remoteBranch('origin', 'main')).toBe(main);
  });

  it('tells a refusal by the remote’s rules from a lost race', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    await using repository = await openRepository(await sandbox.clone('clone'));
    const main = (await repository.resolve('refs/heads/main')) ?? '';
    const next = await commitOn(repository, main, 'next');

    // No room for sign/x beside sign.
    await repository.push('origin', main, 'sign', null);
    await expect(repository.push('origin', next, 'sign/x', null)).rejects.toMatchObject({ declined: true });

    await git(sandbox.remote, 'config', 'receive.denyNonFastForwards', 'true');
    await repository.push('origin', next, 'sign', main);
    await expect(repository.push('origin', main, 'sign', next)).rejects.toMatchObject({ declined: true });

    const hook = join(sandbox.remote, 'hooks', 'pre-receive');
    await writeFile(
      hook,
      '#!/bin/sh\nprintf "GH013: \\033[31mrule violations: cannot lock ref\\n" >&2\nexit 1\n',
    );
    await chmod(hook, 0o755);
    const error = await repository.push('origin', next, 'main', main).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'push-rejected', declined: true });
    expect((error as GitError).message).toContain('GH013');
    expect((error as GitError).message).not.toContain('\u001b');
  });

  it('runs no hook of the clone, and pushes neither tags nor submodules', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    const dir = await sandbox.clone('clone');
    const marks = temporaryFolder();
    await writeFiles(dir, { '.husky/pre-push': `#!/bin/sh\ntouch ${marks}/hook\n` });
    await chmod(join(dir, '.husky/pre-push'), 0o755);
    await git(dir, 'config', 'core.hooksPath', '.husky');
    await git(dir, 'config', 'push.followTags', 'true');
    await git(dir, 'tag', '-a', '-m', 'tag', 'v1');
    await using repository = await openRepository(dir);
    const main = (await repository.resolve('refs/heads/main')) ?? '';
    await repository.push('origin', await commitOn(repository, main, 'next'), 'main', main);
    expect(await readdir(marks)).toEqual([]);
    expect(await git(sandbox.remote, 'tag')).toBe('');
    // The trap is set.
    await git(dir, 'push', '--quiet', 'origin', 'v1');
    expect(await readdir(marks)).toEqual(['hook']);
  });
});

describe('whether we may push', () => {
  const asked = async (url: string) => {
    await using repository = await openRepository(await gitClone({ 'a.txt': 'a' }));
    return await repository.mayPush(url, (await repository.resolve('HEAD')) ?? '', 'sign/x');
  };

  it('is yes where a push would be taken, and nothing is pushed', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    const dir = await sandbox.clone('clone');
    await using repository = await openRepository(dir);
    const main = (await repository.resolve('refs/heads/main')) ?? '';
    const next = await commitOn(repository, main, 'next');
    const before = await git(sandbox.remote, 'for-each-ref');
    expect(await repository.mayPush('origin', next, 'sign/x')).toBe(true);
    // The branch is there already, or has moved on: still an answer of somebody who let us in.
    expect(await repository.mayPush('origin', main, 'main')).toBe(true);
    await repository.push('origin', next, 'main', main);
    const elsewhere = await commitOn(repository, main, 'elsewhere');
    expect(await repository.mayPush('origin', elsewhere, 'main')).toBe(true);
    await git(sandbox.remote, 'update-ref', 'refs/heads/main', main);
    expect(await git(sandbox.remote, 'for-each-ref')).toBe(before);
  });

  it.each([401, 403])('is no where the remote does not let us in (%i)', async (status) => {
    await using server = await httpServer(status);
    expect(await asked(`${server.origin}/o/r.git`)).toBe(false);
    expect(server.requests[0]?.url).toContain('service=git-receive-pack');
  });

  it.each([404, 500])('stays open where the remote says something else (%i)', async (status) => {
    await using server = await httpServer(status);
    await expect(asked(`${server.origin}/o/r.git`)).rejects.toMatchObject({ code: 'remote-unreachable' });
  });

  it('stays open where nobody answers', async () => {
    const server = await httpServer(200);
    await server[Symbol.asyncDispose]();
    await expect(asked(`${server.origin}/o/r.git`)).rejects.toMatchObject({
      code: 'remote-unreachable',
      notLetIn: false,
    });
  });

  it.each([
    ['ERROR: Permission to o/r.git denied to bob.', false],
    ['ERROR: The key you are authenticating with has been marked as read only.', false],
    ['ERROR: This repository was archived so it is read-only.', false],
    ['git@host: Permission denied (publickey).', false],
    ['ssh: connect to host host port 22: Connection refused', undefined],
    ['ssh: Could not resolve hostname host: Name or service not known', undefined],
  ])('is told over ssh as well: %s', async (words, answer) => {
    const program = join(temporaryFolder(), 'ssh');
    await writeFile(program, `#!/bin/sh\necho '${words}' >&2\nexit 255\n`);
    await chmod(program, 0o755);
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir, { env: { ...process.env, GIT_SSH: program } });
    const head = (await repository.resolve('HEAD')) ?? '';
    const asking = repository.mayPush('git@host:o/r.git', head, 'sign/x');
    if (answer === undefined) await expect(asking).rejects.toMatchObject({ code: 'remote-unreachable' });
    else expect(await asking).toBe(answer);
  });
});

describe('fetching', () => {
  it('brings what was asked for and nothing else', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    const [here, there] = [await sandbox.clone('here'), await sandbox.clone('there')];
    const commit = await commitFiles(there, { 'b.txt': 'b' });
    await git(there, 'tag', 'v1');
    await git(there, 'push', '--quiet', 'origin', 'HEAD:refs/pull/7/head', 'HEAD:refs/heads/main', 'v1');
    await using repository = await openRepository(here);
    const before = await git(here, 'for-each-ref');
    await repository.fetch('origin', ['+refs/pull/7/head:refs/playground/pull/7']);
    expect(await repository.resolve('refs/playground/pull/7')).toBe(commit);
    await repository.deleteRef('refs/playground/pull/7', commit);
    expect(await git(here, 'for-each-ref')).toBe(before);
    expect(await readdir(join(here, '.git'))).not.toContain('FETCH_HEAD');
  });

  it('brings a commit by its id, and only so much history as asked', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    const there = await sandbox.clone('there');
    await commitFiles(there, { 'b.txt': 'b' });
    const commit = await commitFiles(there, { 'c.txt': 'c' });
    await git(there, 'push', '--quiet', 'origin', 'main');
    const empty = temporaryFolder();
    await git(empty, 'init', '--quiet');
    await using repository = await openRepository(empty);
    await repository.fetch(`file://${sandbox.remote}`, [commit], { depth: 1 });
    const info = await repository.commitInfo(commit);
    expect(await repository.resolve(info.parents[0] ?? '')).toBeUndefined();
    expect(await repository.listTree(commit)).toHaveLength(3);
  });

  it('does not go into a submodule that a branch names', async () => {
    const [outer, inner] = [await gitSandbox({ 'a.txt': 'a' }), await gitSandbox({ 'b.txt': 'b' })];
    const trusting = ['-c', 'protocol.file.allow=always'];
    const there = await outer.clone('there');
    await git(there, ...trusting, 'submodule', '--quiet', 'add', inner.remote, 's');
    await commitFiles(there, {});
    await git(there, 'push', '--quiet', 'origin', 'main');
    const here = await outer.clone('here');
    await git(here, ...trusting, 'submodule', '--quiet', 'update', '--init');
    await git(here, 'config', 'fetch.recurseSubmodules', 'true');
    const next = await commitFiles(join(there, 's'), { 'c.txt': 'c' });
    await git(join(there, 's'), 'push', '--quiet', 'origin', 'main');
    await commitFiles(there, {});
    await git(there, 'push', '--quiet', 'origin', 'main');

    await using repository = await openRepository(here);
    await repository.fetch('origin', ['refs/heads/main:refs/remotes/origin/main']);
    await expect(git(join(here, 's'), 'cat-file', '-e', next)).rejects.toThrow();
    // A fetch that follows its configuration does bring it.
    await git(here, ...trusting, 'fetch', '--quiet');
    await git(join(here, 's'), 'cat-file', '-e', next);
  });

  it('says what is missing: the branch, or the remote', async () => {
    await using repository = await openRepository(await gitClone({ 'a.txt': 'a' }));
    const fetch = (remote: string, ref: string) =>
      repository.fetch(remote, [ref]).catch((reason: unknown) => reason);
    expect(await fetch('origin', 'refs/heads/nope')).toMatchObject({ code: 'no-such-revision' });
    expect(await fetch('/no/such/repository', 'refs/heads/main')).toMatchObject({
      code: 'remote-unreachable',
    });
    expect(await fetch('nobody', 'refs/heads/main')).toMatchObject({ code: 'remote-unreachable' });
    expect(await fetch('http://127.0.0.1:1/r.git', 'refs/heads/main')).toMatchObject({
      code: 'remote-unreachable',
    });
  });
});

describe('a remote that would start a program', () => {
  it('is refused as an address, and as the address of a configured remote', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const marks = temporaryFolder();
    const address = `ext::sh -c touch% ${marks}/pwned`;
    await git(dir, 'config', 'remote.evil.url', address);
    await git(dir, 'config', 'protocol.allow', 'always');
    // Any program called git-remote-<name> is such a helper.
    const bin = temporaryFolder();
    await writeFiles(bin, { 'git-remote-helper': `#!/bin/sh\ntouch ${marks}/helper\n` });
    await chmod(join(bin, 'git-remote-helper'), 0o755);
    await git(dir, 'config', 'remote.helped.url', 'helper::anything');
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, GIT_ALLOW_PROTOCOL: 'ext:helper' };
    await using repository = await openRepository(dir, { env });
    const head = (await repository.resolve('HEAD')) ?? '';
    for (const remote of [
      address,
      'evil',
      'helped',
      `--upload-pack=touch ${marks}/pwned`,
      `-utouch ${marks}/pwned`,
    ]) {
      const attempts = [
        repository.fetch(remote, ['refs/heads/main']),
        repository.push(remote, head, 'main', null),
        repository.remoteBranch(remote, 'main'),
        repository.remoteDefaultBranch(remote),
        repository.listRemoteBranches(remote, 'sign/'),
      ];
      for (const attempt of await Promise.allSettled(attempts)) {
        expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'bad-name' } });
      }
    }
    expect(await readdir(marks)).toEqual([]);
  });

  it('cannot be hidden in a refspec or a branch name', async () => {
    await using repository = await openRepository(await gitClone({ 'a.txt': 'a' }));
    const head = (await repository.resolve('HEAD')) ?? '';
    const bad = { code: 'bad-name' };
    await expect(repository.fetch('origin', ['--upload-pack=touch pwned'])).rejects.toMatchObject(bad);
    await expect(repository.push('origin', head, '--receive-pack=x', null)).rejects.toMatchObject(bad);
    await expect(repository.push('origin', head, 'main:refs/heads/other', null)).rejects.toMatchObject(bad);
    await expect(repository.push('origin', '--all', 'main', null)).rejects.toMatchObject(bad);
    await expect(repository.remoteBranch('origin', '*')).rejects.toMatchObject(bad);
  });
});

describe('what a remote has', () => {
  it('is its branches, by exact name', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    const head = await git(sandbox.remote, 'rev-parse', 'main');
    for (const ref of [
      'refs/heads/sign/a',
      'refs/heads/sign/deep/b',
      'refs/heads/design/c',
      'refs/tags/sign/t',
    ]) {
      await git(sandbox.remote, 'update-ref', ref, head);
    }
    // Git's own matching would find this one too.
    await git(sandbox.remote, 'update-ref', 'refs/x/refs/heads/only-here', head);
    await git(sandbox.remote, 'update-ref', 'refs/x/refs/heads/sign/z', head);
    await using repository = await openRepository(await sandbox.clone('clone'));
    expect([...(await repository.listRemoteBranches('origin', 'sign/'))]).toEqual([
      ['sign/a', head],
      ['sign/deep/b', head],
    ]);
    expect((await repository.listRemoteBranches('origin', '')).size).toBe(4);
    expect(await repository.remoteBranch('origin', 'main')).toBe(head);
    expect(await repository.remoteBranch('origin', 'only-here')).toBeUndefined();
    expect(await repository.remoteBranch('origin', 'a')).toBeUndefined();
  });

  it('includes a default branch, unless it is empty', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    const dir = await sandbox.clone('clone');
    await using repository = await openRepository(dir);
    expect(await repository.remoteDefaultBranch('origin')).toBe('main');
    await git(sandbox.remote, 'symbolic-ref', 'HEAD', 'refs/heads/no/such');
    expect(await repository.remoteDefaultBranch('origin')).toBeUndefined();
  });

  it('includes its address', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    await using repository = await openRepository(await sandbox.clone('clone'));
    expect(await repository.remoteUrl('origin')).toBe(sandbox.remote);
    expect(await repository.remoteUrl('nobody')).toBeUndefined();
  });
});

describe('a token', () => {
  it('reaches its own site only, in place of a header that was configured before', async () => {
    await using own = await httpServer(404);
    await using other = await httpServer(404);
    const dir = await gitClone({ 'a.txt': 'a' });
    await git(dir, 'config', `http.${own.origin}/.extraHeader`, 'Authorization: Basic old');
    const env = { ...process.env, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'c' };
    await using repository = await openRepository(dir, { env });
    const token = { origin: own.origin, token: 's3cret' };
    for (const { origin } of [own, other]) {
      const fetch = repository.fetch(`${origin}/o/r.git`, ['refs/heads/main'], { token });
      await expect(fetch).rejects.toMatchObject({ code: 'remote-unreachable' });
    }
    const basic = `Basic ${Buffer.from('x-access-token:s3cret').toString('base64')}`;
    expect(own.requests[0]?.authorization).toBe(basic);
    expect(other.requests[0]).toMatchObject({
      url: '/o/r.git/info/refs?service=git-upload-pack',
      authorization: undefined,
    });
  });

  it('that may not write is a refusal, not a race', async () => {
    await using server = await httpServer(403);
    await using repository = await openRepository(await gitClone({ 'a.txt': 'a' }));
    const head = (await repository.resolve('HEAD')) ?? '';
    const error = await repository
      .push(`${server.origin}/o/r.git`, head, 'main', null)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GitError);
    expect(error).toMatchObject({ code: 'push-rejected', declined: true });
  });

  it('that is missing is not asked for', async () => {
    await using server = await httpServer(401);
    await using repository = await openRepository(await gitClone({ 'a.txt': 'a' }));
    const fetch = repository.fetch(`${server.origin}/o/r.git`, ['refs/heads/main']);
    await expect(fetch).rejects.toThrow('The remote wants credentials');
  });
});

import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitEnvironment, gitVersion, runGit } from '../../src/git/command.ts';
import { cleanText, commandError, GitError } from '../../src/git/errors.ts';
import { openRepository } from '../../src/git/repository.ts';
import { commitFiles, git, gitClone, gitSandbox, temporaryFolder } from '../support/git.ts';

/** The error that a promise fails with. */
async function failure(promise: Promise<unknown>): Promise<GitError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GitError);
  return error as GitError;
}

describe('the git program', () => {
  it('is reported missing when it is not on the path', async () => {
    const nowhere = { PATH: temporaryFolder() };
    const error = await failure(openRepository(temporaryFolder(), { env: nowhere }));
    expect(error.code).toBe('git-missing');
    expect(error.message).toContain('Install git 2.39');
  });

  it('is not reported missing when it is the folder that does not exist', async () => {
    const error = await failure(openRepository(join(temporaryFolder(), 'no', 'such')));
    expect(error.code).toBe('not-a-repository');
  });

  it('is reported too old below the version that has what we use', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'git'), '#!/bin/sh\necho "git version 2.38.9 (Vendor Git-1)"\n');
    await chmod(join(folder, 'git'), 0o755);
    const error = await failure(gitVersion({ ...process.env, PATH: folder }));
    expect(error.code).toBe('git-too-old');
    expect(error.message).toContain('2.38.9');
  });

  it('says its version', async () => {
    expect(await gitVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('running a command', () => {
  it('passes bytes through unchanged in both directions', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256);
    const oid = (await runGit(dir, ['hash-object', '-w', '--stdin'], { input: bytes })).stdout
      .toString()
      .trim();
    const { stdout } = await runGit(dir, ['cat-file', 'blob', oid]);
    expect(Buffer.compare(stdout, bytes)).toBe(0);
  });

  it('stops a command whose answer is larger than allowed', async () => {
    const dir = await gitClone({ 'a.txt': 'x'.repeat(500_000) });
    const error = await failure(runGit(dir, ['cat-file', 'blob', 'HEAD:a.txt'], { maxOutputBytes: 1000 }));
    expect(error.code).toBe('too-large');
  });

  it('stops when the caller gives up', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const reason = new Error('enough');
    // Without an end of input this command would wait for ever.
    const running = runGit(dir, ['-c', 'alias.wait=!sleep 600', 'wait'], {
      signal: AbortSignal.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
    const later = new AbortController();
    const second = runGit(dir, ['-c', 'alias.wait=!exec sleep 600', 'wait'], { signal: later.signal });
    setTimeout(() => later.abort(reason), 50);
    await expect(second).rejects.toBe(reason);
  });

  it('gives no meaning to shell characters in an argument', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await failure(runGit(dir, ['cat-file', 'blob', '$(touch pwned); `touch pwned` | touch pwned']));
    expect(await readdir(dir)).not.toContain('pwned');
  });

  it('does not run into another repository that a hook left in the environment', async () => {
    const other = await gitClone({ 'other.txt': 'other' });
    const dir = await gitClone({ 'mine.txt': 'mine' });
    const leaky = {
      ...process.env,
      GIT_DIR: join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: join(other, '.git', 'index'),
      GIT_OBJECT_DIRECTORY: join(other, '.git', 'objects'),
      GIT_COMMON_DIR: join(other, '.git'),
      GIT_NAMESPACE: 'elsewhere',
      GIT_PREFIX: 'sub/',
      GIT_LITERAL_PATHSPECS: '0',
      GIT_CONFIG_PARAMETERS: "'user.name=Mallory'",
      GIT_AUTHOR_DATE: '@1 +0000',
    };
    await using repository = await openRepository(dir, { env: leaky });
    expect(repository.topLevel).toBe(dir);
    expect((await repository.listTree('refs/heads/main')).map(({ path }) => path)).toEqual(['mine.txt']);
    const commit = await repository.writeCommit({
      parents: ['refs/heads/main'],
      base: 'refs/heads/main',
      changes: new Map([['new.txt', Buffer.from('new')]]),
      message: 'New',
    });
    const info = await repository.commitInfo(commit);
    expect(info.authorName).toBe('Tess Ter');
    expect(info.authorTime).toBeGreaterThan(1);
    expect(await git(other, 'status', '--porcelain')).toBe('');
    await expect(git(other, 'cat-file', '-e', commit)).rejects.toThrow();
  });

  it('lets pass what says how to reach a remote and who the user is', () => {
    const kept = {
      GIT_SSH_COMMAND: 'ssh -i key',
      GIT_ASKPASS: '/bin/ask',
      GIT_AUTHOR_NAME: 'A',
      PATH: '/bin',
    };
    expect(
      gitEnvironment({ ...kept, GIT_DIR: '/x', git_dir: '/y', GIT_EXTERNAL_DIFF: 'evil' }),
    ).toMatchObject(kept);
    const environment = gitEnvironment({ GIT_DIR: '/x', git_dir: '/y', GIT_EXTERNAL_DIFF: 'evil' });
    expect(environment).not.toHaveProperty('GIT_DIR');
    expect(environment).not.toHaveProperty('git_dir');
    expect(environment).not.toHaveProperty('GIT_EXTERNAL_DIFF');
    expect(environment.GIT_TERMINAL_PROMPT).toBe('0');
  });
});

describe('what an error says', () => {
  it('holds no password, token or control character', () => {
    const said =
      'fatal: https://bob:hunter2@x:secret@example.com/o/r.git\u001b[2J\u202e ghp_0123456789abcdef0123\r\nbye\u0007';
    const text = cleanText(said);
    expect(text).toContain('https://example.com/o/r.git');
    for (const secret of ['hunter2', 'secret', 'ghp_0123']) expect(text).not.toContain(secret);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(text.endsWith('bye\u{fffd}')).toBe(true);
  });

  it('is not endless', () => {
    expect(cleanText('x'.repeat(100_000)).length).toBeLessThan(3000);
  });

  it('does not let the remote choose the kind of failure', () => {
    const stderr =
      'remote: fatal: not a git repository\nfatal: unable to access the thing: Could not resolve host';
    expect(commandError('fetch', 128, stderr).code).toBe('remote-unreachable');
  });

  it('does not repeat the arguments', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const error = await failure(repository.fetch('http://me:hunter2@127.0.0.1:1/r.git', ['refs/heads/main']));
    expect(error.code).toBe('remote-unreachable');
    expect(error.message).not.toContain('hunter2');
  });
});

describe('opening a repository', () => {
  it('finds the top level from a folder inside a clone', async () => {
    const dir = await gitClone({ 'deep/down/a.txt': 'a' });
    await using repository = await openRepository(join(dir, 'deep', 'down'));
    expect(repository.topLevel).toBe(dir);
    expect(repository.gitDir).toBe(join(dir, '.git'));
    expect((await repository.listTree('HEAD')).map(({ path }) => path)).toEqual(['deep/down/a.txt']);
  });

  it('works in a linked worktree', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const linked = join(temporaryFolder(), 'linked');
    await git(dir, 'worktree', 'add', '--quiet', '-b', 'side', linked);
    await using repository = await openRepository(linked);
    expect(repository.topLevel).toBe(linked);
    expect(await repository.currentBranch()).toBe('side');
    expect(await repository.listTree('HEAD')).toHaveLength(1);
  });

  it('works in a bare repository, and with SHA-256 object ids', async () => {
    const { remote } = await gitSandbox({ 'a.txt': 'a' });
    await using bare = await openRepository(remote);
    expect(bare.topLevel).toBeUndefined();
    expect(await bare.listTree('refs/heads/main')).toHaveLength(1);

    const folder = temporaryFolder();
    await git(folder, 'init', '--quiet', '--object-format=sha256');
    await commitFiles(folder, { 'a.txt': 'a', 'b.txt': 'b' });
    await using repository = await openRepository(folder);
    const commit = await repository.writeCommit({
      parents: [],
      base: 'HEAD',
      changes: new Map([
        ['a.txt', null],
        ['c.txt', Buffer.from('c')],
      ]),
      message: 'Change',
    });
    expect(commit).toHaveLength(64);
    expect((await repository.listTree(commit)).map(({ path }) => path)).toEqual(['b.txt', 'c.txt']);
  });

  it('says so where there is none', async () => {
    const error = await failure(openRepository(temporaryFolder()));
    expect(error.code).toBe('not-a-repository');
    expect(error.message).toContain('inside a clone');
  });

  it('refuses the administrative folder of a clone', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    for (const inside of ['.git', '.git/refs']) {
      expect((await failure(openRepository(join(dir, inside)))).code).toBe('not-a-repository');
    }
  });

  it('does not take a folder of a branch for a repository of its own', async () => {
    // All that makes a repository is there, with a configuration that git would follow.
    const dir = await gitClone({
      'trap/HEAD': 'ref: refs/heads/main\n',
      'trap/refs/heads/x': '',
      'trap/objects/x': '',
      'trap/config':
        '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tsshCommand = evil\n',
    });
    const inside = join(dir, 'trap', 'refs', 'heads');
    expect(await git(inside, 'config', 'core.sshCommand')).toBe('evil');
    await expect(openRepository(inside)).rejects.toMatchObject({ code: 'not-a-repository' });
    await expect(openRepository(join(dir, 'trap'))).rejects.toMatchObject({ code: 'not-a-repository' });
  });
});

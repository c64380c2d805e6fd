import { chmod, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRepository } from '../../src/git/repository.ts';
import { commitFiles, git, gitClone, gitSandbox, temporaryFolder, writeFiles } from '../support/git.ts';

afterEach(() => vi.unstubAllEnvs());

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('writing a commit', () => {
  it('stores text as UTF-8, and empty text as an empty file', async () => {
    const dir = await gitClone({ 'README.md': 'r' });
    await using repository = await openRepository(dir);
    const plan = { parents: [], message: 'Text' };
    const changes = new Map([
      ['metadata/a', 'schön\n'],
      ['metadata/b', ''],
    ]);
    const commit = await repository.writeCommit({ ...plan, changes });
    expect(await git(dir, 'show', `${commit}:metadata/a`)).toBe('schön');
    expect(await git(dir, 'cat-file', '-s', `${commit}:metadata/a`)).toBe('7');
    expect(await git(dir, 'cat-file', '-s', `${commit}:metadata/b`)).toBe('0');
    const both = new Map([
      ['metadata', ''],
      ['metadata/a', 'x'],
    ]);
    await expect(repository.writeCommit({ ...plan, changes: both })).rejects.toMatchObject({
      code: 'bad-name',
    });
  });

  it('takes a base, changes and deletes files, and keeps all others', async () => {
    const dir = await gitClone({ 'metadata/root.json': 'old', 'metadata/gone.json': 'x', 'README.md': 'r' });
    await chmod(join(dir, 'README.md'), 0o755);
    const base = await commitFiles(dir, {});
    await using repository = await openRepository(dir);
    const commit = await repository.writeCommit({
      parents: [base],
      base,
      changes: new Map([
        ['metadata/root.json', bytes('new')],
        ['metadata/gone.json', null],
        ['metadata/never-there.json', null],
        ['targets/a\nb "c"', bytes('odd')],
        ['targets/-x', bytes('')],
      ]),
      message: 'Sign root',
      trailers: [['Role', 'root']],
      author: { name: 'Alice <script>\nX', email: 'alice@example.com' },
      when: new Date('2026-01-02T03:04:05Z'),
    });
    const entries = await repository.listTree(commit);
    expect(entries.map(({ path, kind }) => [path, kind])).toEqual([
      ['README.md', 'executable'],
      ['metadata/root.json', 'file'],
      ['targets/-x', 'file'],
      ['targets/a\nb "c"', 'file'],
    ]);
    const info = await repository.commitInfo(commit);
    expect(info).toMatchObject({
      parents: [base],
      authorName: 'Alice script X',
      authorEmail: 'alice@example.com',
      authorTime: Date.parse('2026-01-02T03:04:05Z') / 1000,
      committerName: 'Tess Ter',
      message: 'Sign root\n\nRole: root\n',
    });
    expect(info.trailers.get('Role')).toBe('root');
    expect(await git(dir, 'fsck', '--strict')).not.toContain('error');
  });

  it('starts from nothing without a base, and joins several parents', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const orphan = await repository.writeCommit({
      parents: [],
      changes: new Map([['metadata/timestamp.json', bytes('{}')]]),
      message: 'Online',
    });
    expect((await repository.listTree(orphan)).map(({ path }) => path)).toEqual(['metadata/timestamp.json']);
    expect((await repository.commitInfo(orphan)).parents).toEqual([]);
    const main = (await repository.resolve('refs/heads/main')) ?? '';
    const merge = await repository.writeCommit({
      parents: [main, orphan],
      base: main,
      changes: new Map(),
      message: 'M',
    });
    expect((await repository.commitInfo(merge)).parents).toEqual([main, orphan]);
  });

  it('is the same commit when everything about it is the same', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const plan = {
      parents: [],
      changes: new Map([['a', bytes('a')]]),
      message: 'Same',
      author: { name: 'A', email: 'a@example.com' },
      committer: { name: 'B', email: 'b@example.com' },
      when: new Date(1_700_000_000_000),
    };
    expect(await repository.writeCommit(plan)).toBe(await repository.writeCommit(plan));
  });

  it('leaves index, worktree, refs and temporary folder alone', async () => {
    const dir = await gitClone({ 'a.txt': 'a', 'b.txt': 'b' });
    await writeFiles(dir, { 'a.txt': 'edited', 'new.txt': 'n' });
    await git(dir, 'add', 'a.txt');
    const state = async () => [
      await readFile(join(dir, '.git/index'), 'latin1'),
      await git(dir, '--no-optional-locks', 'status', '--porcelain'),
      await git(dir, 'for-each-ref'),
    ];
    const temporary = temporaryFolder();
    vi.stubEnv('TMPDIR', temporary);
    const before = await state();
    await using repository = await openRepository(dir);
    await repository.writeCommit({
      parents: ['HEAD'],
      base: 'HEAD',
      changes: new Map([['a.txt', bytes('other')]]),
      message: 'Beside',
    });
    expect(await state()).toEqual(before);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('runs no hook and no filter, wherever a branch puts them', async () => {
    const marks = temporaryFolder();
    const hook = `#!/bin/sh\ntouch ${marks}/hook\n`;
    const dir = await gitClone({
      '.gitattributes': '* filter=evil text eol=crlf ident\n',
      'a.txt': 'a\n$Id$\n',
    });
    const names = [
      'pre-commit',
      'commit-msg',
      'post-commit',
      'post-checkout',
      'post-index-change',
      'reference-transaction',
    ];
    await writeFiles(dir, Object.fromEntries(names.map((name) => [`.husky/${name}`, hook])));
    for (const name of names) await chmod(join(dir, '.husky', name), 0o755);
    await git(dir, 'config', 'core.hooksPath', '.husky');
    await git(dir, 'config', 'core.fsmonitor', `touch ${marks}/fsmonitor`);
    for (const part of ['clean', 'smudge'])
      await git(dir, 'config', `filter.evil.${part}`, `touch ${marks}/${part}; cat`);
    await using repository = await openRepository(dir);
    const content = 'line\n$Id$\n';
    await writeFile(join(dir, 'on-disk.txt'), content);
    const commit = await repository.writeCommit({
      parents: ['HEAD'],
      base: 'HEAD',
      changes: new Map<string, Uint8Array | { oid: string }>([
        ['b.txt', bytes(content)],
        ['c.txt', { oid: await repository.hashFile(join(dir, 'on-disk.txt')) }],
      ]),
      message: 'Plain',
    });
    await repository.updateRef('refs/heads/plain', commit, null);
    for (const { path, oid } of await repository.listTree(commit, ['b.txt', 'c.txt'])) {
      expect([path, Buffer.from(await repository.readBlob(oid, { maxBytes: 100 })).toString()]).toEqual([
        path,
        content,
      ]);
    }
    await repository.worktreeChanges();
    expect(await readdir(marks)).toEqual([]);
    // The traps are set: a git that does not avoid them falls in.
    await git(dir, 'checkout', '--quiet', 'plain');
    await commitFiles(dir, { 'd.txt': 'd' });
    expect((await readdir(marks)).sort()).toEqual(['clean', 'fsmonitor', 'hook', 'smudge']);
  });

  it('refuses paths that leave the tree, and names of git’s own', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    for (const path of [
      '../x',
      '/etc/passwd',
      'a/../../x',
      '.git/config',
      'a/.GIT/x',
      'git~1/x',
      '',
      'a//b',
    ]) {
      const plan = { parents: [], changes: new Map([[path, bytes('x')]]), message: 'No' };
      await expect(repository.writeCommit(plan), path).rejects.toMatchObject({ code: 'bad-name' });
    }
    const both = new Map([
      ['a', bytes('file')],
      ['a/b', bytes('inside')],
    ]);
    await expect(repository.writeCommit({ parents: [], changes: both, message: 'No' })).rejects.toMatchObject(
      {
        code: 'bad-name',
      },
    );
  });

  it('refuses trailers that would make another line, and options for revisions', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const plan = { parents: [], changes: new Map<string, null>(), message: 'No' };
    for (const trailer of [
      ['Role', 'root\nMain-Commit: abc'],
      ['Two words', 'x'],
      ['', 'x'],
    ] as const) {
      await expect(repository.writeCommit({ ...plan, trailers: [trailer] })).rejects.toMatchObject({
        code: 'bad-name',
      });
    }
    for (const revision of ['--empty', '-S', '--gpg-sign=x']) {
      await expect(repository.writeCommit({ ...plan, base: revision })).rejects.toMatchObject({
        code: 'bad-name',
      });
      await expect(repository.writeCommit({ ...plan, parents: [revision] })).rejects.toMatchObject({
        code: 'bad-name',
      });
    }
    await expect(repository.writeCommit({ ...plan, base: '1'.repeat(40) })).rejects.toMatchObject({
      code: 'no-such-revision',
    });
  });

  it('cannot be given trailers by its own message', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const message = 'Title\n\nMain-Commit: forged';
    const plan = { parents: [], changes: new Map<string, null>(), message };
    const commit = await repository.writeCommit({ ...plan, trailers: [['Role', 'root']] });
    expect([...(await repository.commitInfo(commit)).trailers]).toEqual([['Role', 'root']]);
  });

  it('lets a folder take the place of a file, and a file that of a folder', async () => {
    const dir = await gitClone({ file: 'f', 'folder/a': 'a' });
    await using repository = await openRepository(dir);
    const commit = await repository.writeCommit({
      parents: [],
      base: 'HEAD',
      changes: new Map([
        ['file/inside', bytes('i')],
        ['file', null],
        ['folder/a', null],
        ['folder', bytes('now a file')],
      ]),
      message: 'Swap',
    });
    expect((await repository.listTree(commit)).map(({ path }) => path)).toEqual(['file/inside', 'folder']);
  });

  it('says what to do when git does not know the user', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const config = join(temporaryFolder(), 'config');
    await writeFile(config, '');
    await using repository = await openRepository(dir, {
      env: { ...process.env, GIT_CONFIG_GLOBAL: config },
    });
    const plan = { parents: [], changes: new Map<string, null>(), message: 'Who' };
    await expect(repository.writeCommit(plan)).rejects.toThrow('Set user.name and user.email');
    const person = { name: 'Bot', email: 'bot@example.com' };
    const commit = await repository.writeCommit({ ...plan, author: person, committer: person });
    expect((await repository.commitInfo(commit)).committerName).toBe('Bot');
  });

  it('works in a bare repository', async () => {
    const { remote } = await gitSandbox({ 'a.txt': 'a' });
    await using repository = await openRepository(remote);
    const head = (await repository.resolve('refs/heads/main')) ?? '';
    const changes = new Map([
      ['a.txt', null],
      ['b.txt', bytes('b')],
    ]);
    const commit = await repository.writeCommit({ parents: [head], base: head, changes, message: 'Bare' });
    expect((await repository.listTree(commit)).map(({ path }) => path)).toEqual(['b.txt']);
  });

  it('writes thousands of files in one go', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const changes = new Map(
      Array.from({ length: 3000 }, (_, at) => [`metadata/${at}.json`, bytes(`{"n":${at}}`)]),
    );
    const commit = await repository.writeCommit({ parents: [], base: 'HEAD', changes, message: 'Many' });
    expect(await repository.listTree(commit, ['metadata'])).toHaveLength(3000);
  });
});

describe('storing a file from disk', () => {
  it('stores its bytes and keeps the mode it is given', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const file = join(temporaryFolder(), '-odd "name"\n');
    await writeFile(file, 'content');
    const oid = await repository.hashFile(file);
    const changes = new Map([['run', { oid, mode: '100755' as const }]]);
    const commit = await repository.writeCommit({ parents: [], changes, message: 'Run' });
    expect(await repository.listTree(commit)).toMatchObject([
      { path: 'run', kind: 'executable', oid, size: 7 },
    ]);
  });

  it('refuses links, folders and pipes', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const folder = temporaryFolder();
    await symlink('/etc/passwd', join(folder, 'link'));
    await git(folder, '-c', 'alias.pipe=!mkfifo pipe', 'pipe');
    await using repository = await openRepository(dir);
    for (const name of ['link', '.', 'pipe', 'missing']) {
      await expect(repository.hashFile(join(folder, name)), name).rejects.toMatchObject({ code: 'bad-name' });
    }
  });
});

describe('a ref', () => {
  it('moves only from where it was seen', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const first = await git(dir, 'rev-parse', 'HEAD');
    const second = await commitFiles(dir, { 'a.txt': 'b' });
    await using repository = await openRepository(dir);
    const ref = 'refs/heads/sign/x';
    await repository.updateRef(ref, first, null);
    await expect(repository.updateRef(ref, second, null)).rejects.toMatchObject({ code: 'ref-moved' });
    await expect(repository.updateRef(ref, second, second)).rejects.toMatchObject({ code: 'ref-moved' });
    await expect(repository.deleteRef(ref, second)).rejects.toMatchObject({ code: 'ref-moved' });
    expect(await repository.resolve(ref)).toBe(first);
    await repository.updateRef(ref, second, first);
    expect(await repository.resolve(ref)).toBe(second);
    await repository.deleteRef(ref, second);
    expect(await repository.resolve(ref)).toBeUndefined();
    await expect(repository.updateRef(ref, second, first)).rejects.toMatchObject({ code: 'ref-moved' });
  });

  it('of two that move it at once, one wins', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const first = await git(dir, 'rev-parse', 'HEAD');
    const commits = [await commitFiles(dir, { a: '1' }), await commitFiles(dir, { a: '2' })];
    await using repository = await openRepository(dir);
    await repository.updateRef('refs/heads/x', first, null);
    const moves = await Promise.allSettled(
      commits.map((to) => repository.updateRef('refs/heads/x', to, first)),
    );
    expect(moves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(moves.find((move) => move.status === 'rejected')?.reason).toMatchObject({ code: 'ref-moved' });
  });

  it('points only to what exists, under a full name', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const head = (await repository.resolve('HEAD')) ?? '';
    await expect(repository.updateRef('refs/heads/x', '1'.repeat(40), null)).rejects.toMatchObject({
      code: 'no-such-revision',
    });
    for (const ref of ['x', 'HEAD', '-d', 'refs/heads/../../config', 'refs/heads/x.lock']) {
      await expect(repository.updateRef(ref, head, null)).rejects.toMatchObject({ code: 'bad-name' });
    }
    expect(await readFile(join(dir, '.git/HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  });
});

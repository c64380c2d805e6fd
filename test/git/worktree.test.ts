import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GitError } from '../../src/git/errors.ts';
import { type GitRepository, openRepository } from '../../src/git/repository.ts';
import type { StoredFile } from '../../src/git/write.ts';
import {
  commitFiles,
  git,
  gitClone,
  gitSandbox,
  gitWithInput,
  temporaryFolder,
  writeFiles,
} from '../support/git.ts';

type Changes = Readonly<Record<string, string | StoredFile | null>>;

/** A commit on top of `main` that changes files, made beside the worktree. */
async function commitOnMain(
  repository: GitRepository,
  changes: Changes,
): Promise<{ from: string; to: string }> {
  const from = (await repository.resolve('refs/heads/main')) ?? '';
  const contents = Object.entries(changes).map(
    ([path, change]) => [path, typeof change === 'string' ? Buffer.from(change) : change] as const,
  );
  const to = await repository.writeCommit({
    parents: [from],
    base: from,
    changes: new Map(contents),
    message: 'Next',
  });
  return { from, to };
}

/** Everything about a clone that a refusal must leave as it was. */
async function state(dir: string): Promise<unknown[]> {
  return [
    await readFile(join(dir, '.git/index'), 'latin1'),
    await git(dir, '--no-optional-locks', 'status', '--porcelain', '--ignored'),
    await git(dir, 'for-each-ref'),
    (await readdir(join(dir, '.git'))).sort(),
  ];
}

const status = (dir: string) => git(dir, 'status', '--porcelain', '--untracked-files=all');
const content = (dir: string, path: string) => readFile(join(dir, path), 'utf8');

/** Advances `main`, expects a refusal that changes nothing, and returns it. */
async function refusal(repository: GitRepository, dir: string, changes: Changes): Promise<GitError> {
  const { from, to } = await commitOnMain(repository, changes);
  const before = await state(dir);
  const error = await repository.advanceCheckedOutBranch('main', from, to).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'dirty-worktree' });
  expect(await state(dir)).toEqual(before);
  return error as GitError;
}

describe('uncommitted work', () => {
  it('is listed below the folders asked for, staged or not, without ignored files', async () => {
    const dir = await gitClone({
      '.gitignore': '*.log\n',
      'targets/edit': '1',
      'targets/stage': '1',
      'targets/delete': '1',
      'targets/again': '1',
      'targets/same': '1',
      'README.md': 'r',
    });
    await writeFiles(dir, {
      'targets/edit': '2',
      'targets/stage': '2',
      'targets/staged-new': 'n',
      'targets/new/-odd\n"name"': 'n',
      'targets/x.log': 'ignored',
      'README.md': 'changed',
    });
    await rm(join(dir, 'targets/delete'));
    await git(dir, 'add', 'targets/stage', 'targets/staged-new');
    await git(dir, 'rm', '--quiet', '--cached', 'targets/again');
    await using repository = await openRepository(dir);
    const before = await readFile(join(dir, '.git/index'), 'latin1');
    const changes = await repository.worktreeChanges(['targets/']);
    expect(Object.fromEntries(changes.map((change) => [change.path, change.status]))).toEqual({
      'targets/edit': 'modified',
      'targets/stage': 'modified',
      'targets/delete': 'deleted',
      'targets/again': 'modified',
      'targets/staged-new': 'added',
      'targets/new/-odd\n"name"': 'untracked',
    });
    expect(await readFile(join(dir, '.git/index'), 'latin1')).toBe(before);
    expect(await repository.worktreeChanges(['metadata'])).toEqual([]);
    expect((await repository.worktreeChanges()).map(({ path }) => path)).toContain('README.md');
  });

  it('includes everything before the first commit', async () => {
    const dir = temporaryFolder();
    await git(dir, 'init', '--quiet');
    await writeFiles(dir, { 'targets/a': 'a' });
    await using repository = await openRepository(dir);
    expect(await repository.worktreeChanges(['targets'])).toMatchObject([
      { path: 'targets/a', status: 'untracked' },
    ]);
  });
});

describe('a branch that moves', () => {
  it('takes a clean worktree with it', async () => {
    const dir = await gitClone({ 'a.txt': 'a', 'b/c.txt': 'c', 'gone/d.txt': 'd' });
    await using repository = await openRepository(dir);
    const { from, to } = await commitOnMain(repository, {
      'a.txt': 'A',
      'gone/d.txt': null,
      'new/e.txt': 'e',
    });
    await repository.advanceCheckedOutBranch('main', from, to);
    expect(await git(dir, 'rev-parse', 'HEAD')).toBe(to);
    expect(await status(dir)).toBe('');
    expect(await content(dir, 'a.txt')).toBe('A');
    expect(await content(dir, 'new/e.txt')).toBe('e');
    expect(await readdir(dir)).not.toContain('gone');
    expect(await git(dir, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(await readdir(join(dir, '.git'))).not.toContain('index.lock');
  });

  it('finds files that are new already, because the commit was made from them', async () => {
    const dir = await gitClone({
      'targets/edit': '1',
      'targets/staged': '1',
      'targets/gone': '1',
      'targets/mode': '1',
    });
    await writeFiles(dir, { 'targets/edit': '2', 'targets/staged': '2', 'targets/new': 'n' });
    await git(dir, 'add', 'targets/staged');
    await writeFiles(dir, { 'targets/staged': '3' });
    await chmod(join(dir, 'targets/mode'), 0o755);
    await symlink('elsewhere', join(dir, 'targets/link'));
    await rm(join(dir, 'targets/gone'));
    await using repository = await openRepository(dir);
    const oid = await gitWithInput(dir, ['hash-object', '-w', '--stdin'], '1');
    const { from, to } = await commitOnMain(repository, {
      'targets/edit': '2',
      'targets/staged': '3',
      'targets/new': 'n',
      'targets/gone': null,
      'targets/mode': { oid, mode: '100755' },
      'targets/link': {
        oid: await gitWithInput(dir, ['hash-object', '-w', '--stdin'], 'elsewhere'),
        mode: '120000',
      },
      'metadata/root.json': '{}',
    });
    await repository.advanceCheckedOutBranch('main', from, to);
    expect(await status(dir)).toBe('');
    expect(await content(dir, 'metadata/root.json')).toBe('{}');
    expect(await content(dir, 'targets/staged')).toBe('3');
    expect((await lstat(join(dir, 'targets/mode'))).mode & 0o111).not.toBe(0);
  });

  it('leaves work on other files as it was, staged or not', async () => {
    const dir = await gitClone({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c', '.gitignore': '*.log\n' });
    await writeFiles(dir, { 'b.txt': 'edited', 'c.txt': 'staged', 'new.txt': 'n', 'x.log': 'l' });
    await git(dir, 'add', 'c.txt');
    await using repository = await openRepository(dir);
    const before = await status(dir);
    const { from, to } = await commitOnMain(repository, { 'a.txt': 'A' });
    await repository.advanceCheckedOutBranch('main', from, to);
    expect(await status(dir)).toBe(before);
    expect(await content(dir, 'a.txt')).toBe('A');
    expect(await content(dir, 'b.txt')).toBe('edited');
  });

  it('does not overwrite an edit that is not committed', async () => {
    const dir = await gitClone({ 'a.txt': 'a', 'b.txt': 'b' });
    await writeFiles(dir, { 'a.txt': 'mine' });
    await using repository = await openRepository(dir);
    const error = await refusal(repository, dir, { 'a.txt': 'theirs', 'b.txt': 'B' });
    expect(error.message).toContain('a.txt');
    expect(error.message).toContain('Commit these changes');
    expect(await content(dir, 'a.txt')).toBe('mine');
    // Nor one that is staged, nor does it delete an edited file.
    await git(dir, 'add', 'a.txt');
    await refusal(repository, dir, { 'a.txt': 'theirs' });
    await git(dir, 'reset', '--quiet');
    await refusal(repository, dir, { 'a.txt': null });
    expect(await content(dir, 'a.txt')).toBe('mine');
  });

  it('does not overlook an edit of the same length in the same instant', async () => {
    const dir = await gitClone({ 'a.txt': 'old' });
    // All that git notes about the file is the same before and after; only the age of the index says "look closer".
    await git(dir, 'config', 'core.trustctime', 'false');
    const [file, index] = [join(dir, 'a.txt'), join(dir, '.git/index')];
    const instant = Math.floor(Date.now() / 1000) - 100;
    await utimes(file, instant, instant);
    await git(dir, 'update-index', '--refresh');
    await utimes(index, instant, instant);
    await writeFile(file, 'own');
    await utimes(file, instant, instant);
    await using repository = await openRepository(dir);
    await refusal(repository, dir, { 'a.txt': 'new' });
    expect(await content(dir, 'a.txt')).toBe('own');
  });

  it('does not take a file for edited that was only touched or copied', async () => {
    const dir = await gitClone({ 'a.txt': 'a', 'b.txt': 'b' });
    await utimes(join(dir, 'a.txt'), 1, 1);
    await using repository = await openRepository(dir);
    const { from, to } = await commitOnMain(repository, { 'a.txt': 'A' });
    await repository.advanceCheckedOutBranch('main', from, to);
    expect(await content(dir, 'a.txt')).toBe('A');
  });

  it('does not overwrite files that git does not know, not even ignored ones', async () => {
    const dir = await gitClone({ '.gitignore': '*.log\nignored*\n', 'a.txt': 'a' });
    await writeFiles(dir, {
      'new.txt': 'mine',
      'x.log': 'mine',
      'ignored/deep/f': 'mine',
      'ignored-file': 'mine',
    });
    await mkdir(join(dir, 'empty/inner'), { recursive: true });
    await using repository = await openRepository(dir);
    const cases: Record<string, string> = {
      'new.txt': 'new.txt',
      'x.log': 'x.log',
      ignored: 'ignored/deep/f',
      'ignored-file/f': 'ignored-file',
    };
    for (const [path, inTheWay] of Object.entries(cases)) {
      const error = await refusal(repository, dir, { [path]: 'theirs' });
      expect(error.message).toContain(inTheWay);
    }
    for (const file of ['new.txt', 'x.log', 'ignored/deep/f', 'ignored-file'])
      expect(await content(dir, file)).toBe('mine');
    // Empty folders hold nothing that could be lost.
    const { from, to } = await commitOnMain(repository, { empty: 'now a file' });
    await repository.advanceCheckedOutBranch('main', from, to);
    expect(await content(dir, 'empty')).toBe('now a file');
  });

  it('writes through no link that stands in a folder’s place', async () => {
    const dir = await gitClone({ 'metadata/root.json': '1', 'a.txt': 'a' });
    const outside = temporaryFolder();
    await writeFiles(outside, { 'root.json': '1' });
    await rm(join(dir, 'metadata'), { recursive: true });
    await symlink(outside, join(dir, 'metadata'));
    await using repository = await openRepository(dir);
    await refusal(repository, dir, { 'metadata/root.json': '2' });
    await refusal(repository, dir, { 'metadata/new.json': '2' });
    expect(await readdir(outside)).toEqual(['root.json']);
    expect(await content(outside, 'root.json')).toBe('1');
  });

  it('lets files and folders take each other’s place', async () => {
    const dir = await gitClone({ file: 'f', 'folder/a': 'a', 'folder/b/c': 'c' });
    await using repository = await openRepository(dir);
    const { from, to } = await commitOnMain(repository, {
      file: null,
      'file/inside': 'i',
      'folder/a': null,
      'folder/b/c': null,
      folder: 'now a file',
    });
    await repository.advanceCheckedOutBranch('main', from, to);
    expect(await status(dir)).toBe('');
    expect(await content(dir, 'file/inside')).toBe('i');
    expect(await content(dir, 'folder')).toBe('now a file');
  });

  it('moves alone where it is not checked out, and in a bare repository', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    const dir = await sandbox.clone('clone');
    await git(dir, 'checkout', '--quiet', '-b', 'other');
    for (const place of [dir, sandbox.remote]) {
      await using repository = await openRepository(place);
      const { from, to } = await commitOnMain(repository, { 'a.txt': 'A' });
      await repository.advanceCheckedOutBranch('main', from, to);
      expect(await repository.resolve('refs/heads/main')).toBe(to);
      await expect(repository.advanceCheckedOutBranch('main', from, to)).rejects.toMatchObject({
        code: 'ref-moved',
      });
    }
    expect(await content(dir, 'a.txt')).toBe('a');
    expect(await status(dir)).toBe('');
  });

  it('takes along another worktree that has it checked out', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const linked = join(temporaryFolder(), 'linked tree');
    await git(dir, 'checkout', '--quiet', '-b', 'other');
    await git(dir, 'worktree', 'add', '--quiet', linked, 'main');
    await using repository = await openRepository(dir);
    const { from, to } = await commitOnMain(repository, { 'a.txt': 'A' });
    await repository.advanceCheckedOutBranch('main', from, to);
    expect(await content(linked, 'a.txt')).toBe('A');
    expect(await content(dir, 'a.txt')).toBe('a');
    for (const worktree of [dir, linked]) expect(await status(worktree)).toBe('');

    await writeFiles(linked, { 'a.txt': 'mine' });
    const next = await commitOnMain(repository, { 'a.txt': 'theirs' });
    await expect(repository.advanceCheckedOutBranch('main', next.from, next.to)).rejects.toMatchObject({
      code: 'dirty-worktree',
    });
    // A worktree whose folder was deleted is in nobody's way.
    await rm(linked, { recursive: true });
    await repository.advanceCheckedOutBranch('main', next.from, next.to);
    expect(await repository.resolve('refs/heads/main')).toBe(next.to);
  });

  it('stays, with everything else, if it was elsewhere already', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    const { from, to } = await commitOnMain(repository, { 'a.txt': 'A' });
    await commitFiles(dir, { 'b.txt': 'b' });
    const before = await state(dir);
    await expect(repository.advanceCheckedOutBranch('main', from, to)).rejects.toMatchObject({
      code: 'ref-moved',
    });
    expect(await state(dir)).toEqual(before);
    expect(await content(dir, 'a.txt')).toBe('a');
  });

  it('waits for no other git command', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await writeFile(join(dir, '.git/index.lock'), '');
    await using repository = await openRepository(dir);
    const error = await refusal(repository, dir, { 'a.txt': 'A' });
    expect(error.message).toContain('index.lock');
  });

  it('continues where a run was killed between files and branch', async () => {
    const dir = await gitClone({ 'a.txt': 'a', 'b.txt': 'b' });
    await using repository = await openRepository(dir);
    const { from, to } = await commitOnMain(repository, { 'a.txt': 'A', 'b.txt': null, 'c.txt': 'c' });
    await git(dir, 'read-tree', '-m', '-u', from, to);
    await repository.advanceCheckedOutBranch('main', from, to);
    expect(await status(dir)).toBe('');
    expect(await git(dir, 'rev-parse', 'HEAD')).toBe(to);
  });

  it('runs no hook and no filter of the branch that it brings', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const marks = temporaryFolder();
    for (const part of ['clean', 'smudge'])
      await git(dir, 'config', `filter.my.evil.${part}`, `touch ${marks}/${part}; cat`);
    await git(dir, 'config', 'filter.my.evil.required', 'true');
    await git(dir, 'config', 'core.hooksPath', '.husky');
    await using repository = await openRepository(dir);
    const hook = `#!/bin/sh\ntouch ${marks}/hook\n`;
    const oid = await gitWithInput(dir, ['hash-object', '-w', '--stdin'], hook);
    const names = ['post-checkout', 'post-merge', 'post-index-change', 'reference-transaction'];
    const { from, to } = await commitOnMain(repository, {
      '.gitattributes': '* filter=my.evil\n',
      'a.txt': 'A',
      ...Object.fromEntries(names.map((name) => [`.husky/${name}`, { oid, mode: '100755' as const }])),
    });
    await repository.advanceCheckedOutBranch('main', from, to);
    const next = await commitOnMain(repository, { 'a.txt': 'B' });
    await repository.advanceCheckedOutBranch('main', next.from, next.to);
    expect(await content(dir, 'a.txt')).toBe('B');
    expect(await repository.worktreeChanges()).toEqual([]);
    expect(await readdir(marks)).toEqual([]);
    // The traps are set.
    await git(dir, 'checkout', '--quiet', 'HEAD^');
    expect(await readdir(marks)).toEqual(expect.arrayContaining(['hook', 'smudge']));
  });

  it('brings nothing into .git, whatever its tree says', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const blob = await gitWithInput(dir, ['hash-object', '-w', '--stdin'], 'evil');
    const entry = (mode: string, name: string, oid: string) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
    const store = (tree: Buffer) =>
      gitWithInput(dir, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], tree);
    await using repository = await openRepository(dir);
    const from = (await repository.resolve('refs/heads/main')) ?? '';
    for (const name of ['.git', '.GIT', 'git~1', '..']) {
      const tree = await store(entry('40000', name, await store(entry('100644', 'planted', blob))));
      const to = await git(dir, 'commit-tree', '-p', from, '-m', 'Evil', tree);
      const before = await state(dir);
      await expect(repository.advanceCheckedOutBranch('main', from, to)).rejects.toMatchObject({
        code: 'bad-name',
      });
      expect(await state(dir)).toEqual(before);
      await expect(lstat(join(dir, '..', 'planted'))).rejects.toThrow();
    }
  });
});

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseCommit, parseTrailers } from '../../src/git/commits.ts';
import { openRepository } from '../../src/git/repository.ts';
import {
  commitFiles,
  git,
  gitClone,
  gitSandbox,
  gitWithInput,
  temporaryFolder,
  writeFiles,
} from '../support/git.ts';

async function storeBlob(dir: string, content: string): Promise<string> {
  return await gitWithInput(dir, ['hash-object', '-w', '--stdin'], content);
}

/** Stores a tree object made by hand, as a hostile client could. */
async function storeTree(
  dir: string,
  entries: readonly (readonly [mode: string, name: string | Buffer, oid: string])[],
) {
  const bytes = entries.flatMap(([mode, name, oid]) => [
    Buffer.from(`${mode} `),
    Buffer.from(name),
    Buffer.of(0),
    Buffer.from(oid, 'hex'),
  ]);
  return await gitWithInput(
    dir,
    ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'],
    Buffer.concat(bytes),
  );
}

async function commitTree(dir: string, tree: string): Promise<string> {
  return await git(dir, 'commit-tree', '-m', 'By hand', tree);
}

describe('the files of a commit', () => {
  it('are read from another branch without checking it out', async () => {
    const dir = await gitClone({ 'a.txt': 'on main' });
    await git(dir, 'checkout', '--quiet', '-b', 'other');
    const other = await commitFiles(dir, { 'metadata/root.json': '{}', 'targets/a b.txt': 'hello' });
    await git(dir, 'checkout', '--quiet', 'main');
    await using repository = await openRepository(dir);
    const entries = await repository.listTree(other, ['metadata', 'targets/']);
    expect(entries.map(({ path, size, kind, mode }) => ({ path, size, kind, mode }))).toEqual([
      { path: 'metadata/root.json', size: 2, kind: 'file', mode: '100644' },
      { path: 'targets/a b.txt', size: 5, kind: 'file', mode: '100644' },
    ]);
    const data = await repository.readBlob(entries[1]?.oid ?? '', { maxBytes: 5 });
    expect(Buffer.from(data).toString()).toBe('hello');
  });

  it('show links, submodules and executable files for what they are', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await writeFiles(dir, { 'targets/run.sh': '#!/bin/sh\n' });
    await chmod(join(dir, 'targets/run.sh'), 0o755);
    await symlink('/etc/passwd', join(dir, 'targets/link'));
    await git(dir, 'add', '--all');
    await git(dir, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},targets/sub`);
    await git(dir, 'commit', '--quiet', '-m', 'Odd');
    await using repository = await openRepository(dir);
    const entries = await repository.listTree('HEAD', ['targets']);
    expect(entries.map(({ path, kind, size }) => [path, kind, size])).toEqual([
      ['targets/link', 'symlink', 11],
      ['targets/run.sh', 'executable', 10],
      ['targets/sub', 'submodule', 0],
    ]);
    const link = await repository.readBlob(entries[0]?.oid ?? '', { maxBytes: 100 });
    expect(Buffer.from(link).toString()).toBe('/etc/passwd');
  });

  it('show a link that stands in the place of a whole folder', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await symlink('/etc', join(dir, 'metadata'));
    const commit = await commitFiles(dir, {});
    await using repository = await openRepository(dir);
    for (const prefix of ['metadata', 'metadata/']) {
      expect(await repository.listTree(commit, [prefix])).toMatchObject([
        { path: 'metadata', kind: 'symlink' },
      ]);
    }
  });

  it('keep odd names apart and unchanged', async () => {
    const names = [
      '-x',
      'new\nline',
      '"quoted"',
      "it's",
      'tab\there',
      'é',
      '*',
      '[a]',
      ':(top)x',
      '\\x41',
      '__proto__',
    ];
    const dir = await gitClone(Object.fromEntries(names.map((name) => [`targets/${name}`, name])));
    await using repository = await openRepository(dir);
    const entries = await repository.listTree('HEAD', ['targets']);
    expect(new Set(entries.map(({ path }) => path))).toEqual(new Set(names.map((name) => `targets/${name}`)));
    expect(entries.every(({ validName }) => validName)).toBe(true);
    expect(await repository.listTree('HEAD', ['targets/*'])).toHaveLength(1);
  });

  it('mark names that are not UTF-8, and keep them apart', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const blob = await storeBlob(dir, 'x');
    const tree = await storeTree(dir, [
      ['100644', 'a\\xfe', blob],
      ['100644', Buffer.of(0x61, 0xfe), blob],
      ['100644', Buffer.of(0x61, 0xff), blob],
      ['100644', 'ok', blob],
    ]);
    await using repository = await openRepository(dir);
    const entries = await repository.listTree(await commitTree(dir, tree));
    expect(entries.map(({ path, validName }) => [path, validName])).toEqual([
      ['a\\xfe', false],
      ['a\\xfe', false],
      ['a\\xff', false],
      ['ok', true],
    ]);
  });

  it('mark names that leave the tree, reach into .git, or stand there twice', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const [one, two] = [await storeBlob(dir, 'one'), await storeBlob(dir, 'two')];
    const inner = await storeTree(dir, [['100644', 'config', one]]);
    const tree = await storeTree(dir, [
      ['40000', '..', inner],
      ['40000', '.git', inner],
      ['100644', 'a/b', one],
      ['100644', 'twice', one],
      ['100644', 'twice', two],
      ['100664', 'usual', one],
    ]);
    await using repository = await openRepository(dir);
    const entries = await repository.listTree(await commitTree(dir, tree));
    expect(entries.filter(({ validName }) => !validName).map(({ path }) => path)).toEqual([
      '../config',
      '.git/config',
      'twice',
      'twice',
    ]);
    expect(entries.find(({ path }) => path === 'usual')).toMatchObject({ mode: '100644', kind: 'file' });
  });

  it('say so when the commit is not there', async () => {
    await using repository = await openRepository(await gitClone({ 'a.txt': 'a' }));
    await expect(repository.listTree('1'.repeat(40))).rejects.toMatchObject({ code: 'no-such-revision' });
    await expect(repository.listTree('--name-only')).rejects.toMatchObject({ code: 'bad-name' });
    expect(await repository.listTree('HEAD', ['metadata'])).toEqual([]);
  });

  it('do not change under a replacement ref', async () => {
    const dir = await gitClone({ 'a.txt': 'true' });
    const before = await git(dir, 'rev-parse', 'HEAD:a.txt');
    await git(dir, 'replace', before, await storeBlob(dir, 'false'));
    await using repository = await openRepository(dir);
    expect(Buffer.from(await repository.readBlob(before, { maxBytes: 9 })).toString()).toBe('true');
  });
});

describe('reading objects', () => {
  it('answers many reads at once, in any mixture, each with its own content', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`f${at}`, `${at}\n`.repeat(at * 3)]),
    );
    await using repository = await openRepository(await gitClone(files));
    const entries = await repository.listTree('HEAD');
    const missing = repository.readBlob('1'.repeat(40), { maxBytes: 1 });
    missing.catch(() => undefined);
    const contents = await Promise.all(
      entries.map(({ oid }) => repository.readBlob(oid, { maxBytes: 10_000 })),
    );
    for (const [at, { path }] of entries.entries()) {
      expect(Buffer.from(contents[at] ?? []).toString()).toBe(files[path]);
    }
    await expect(missing).rejects.toMatchObject({ code: 'no-such-revision' });
  });

  it('refuses what is larger than allowed, and goes on reading', async () => {
    const dir = await gitClone({ big: 'x'.repeat(3_000_000), small: 'y', empty: '' });
    await using repository = await openRepository(dir);
    const [big, empty, small] = await repository.listTree('HEAD');
    await expect(repository.readBlob(big?.oid ?? '', { maxBytes: 2_999_999 })).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(await repository.readBlob(big?.oid ?? '', { maxBytes: 3_000_000 })).toHaveLength(3_000_000);
    expect(await repository.readBlob(empty?.oid ?? '', { maxBytes: 0 })).toHaveLength(0);
    expect(await repository.readBlob(small?.oid ?? '', { maxBytes: 1 })).toHaveLength(1);
  });

  it('does not take a folder or a commit for a file, or an option for an id', async () => {
    const dir = await gitClone({ 'd/a.txt': 'a' });
    await using repository = await openRepository(dir);
    for (const name of ['HEAD', 'HEAD:d']) {
      const oid = await git(dir, 'rev-parse', name);
      await expect(repository.readBlob(oid, { maxBytes: 1000 })).rejects.toMatchObject({
        code: 'no-such-revision',
      });
      await expect(repository.streamBlob(oid)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        code: 'no-such-revision',
      });
    }
    await expect(repository.readBlob('--batch', { maxBytes: 1 })).rejects.toMatchObject({ code: 'bad-name' });
    await expect(repository.readBlob('HEAD:d/a.txt', { maxBytes: 1 })).rejects.toMatchObject({
      code: 'bad-name',
    });
  });

  it('streams a large file in pieces, and may stop early', async () => {
    const bytes = createHash('shake256', { outputLength: 20 * 1024 * 1024 })
      .update('seed')
      .digest();
    const dir = await gitClone({ 'a.txt': 'a' });
    await writeFile(join(dir, 'big'), bytes);
    await using repository = await openRepository(dir);
    const oid = await repository.hashFile(join(dir, 'big'));
    const hash = createHash('sha256');
    let largest = 0;
    for await (const piece of repository.streamBlob(oid)) {
      hash.update(piece);
      largest = Math.max(largest, piece.length);
    }
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(largest).toBeLessThan(1024 * 1024);

    for await (const piece of repository.streamBlob(oid)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(await repository.resolve('HEAD')).toMatch(/^[0-9a-f]{40}$/);
  });

  it('sees what was written, fetched and moved after it began', async () => {
    const sandbox = await gitSandbox({ 'a.txt': 'a' });
    const [here, there] = [await sandbox.clone('here'), await sandbox.clone('there')];
    await using repository = await openRepository(here);
    const first = await repository.resolve('refs/heads/main');
    const later = await commitFiles(there, { 'b.txt': 'b' });
    expect(await repository.resolve(later)).toBeUndefined();
    await git(there, 'push', '--quiet', 'origin', 'main');
    await git(here, 'pull', '--quiet');
    await git(here, 'gc', '--quiet');
    expect(await repository.resolve('refs/heads/main')).toBe(later);
    expect(later).not.toBe(first);
  });

  it('goes on after its process was closed', async () => {
    await using repository = await openRepository(await gitClone({ 'a.txt': 'a' }));
    const before = await repository.resolve('HEAD');
    await repository.close();
    expect(await repository.resolve('HEAD')).toBe(before);
  });

  it('does not keep a program alive', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const module = join(import.meta.dirname, '../../src/git/repository.ts');
    const program = `
      const { openRepository } = await import(${JSON.stringify(module)});
      const repository = await openRepository(${JSON.stringify(dir)});
      console.log(await repository.resolve('HEAD'));`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 30_000,
    });
    expect((await run).stdout.trim()).toBe(await git(dir, 'rev-parse', 'HEAD'));
  });
});

describe('revisions', () => {
  it('name a commit, or nothing', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await git(dir, 'tag', '-a', '-m', 'tag', 'v1');
    await using repository = await openRepository(dir);
    const head = await git(dir, 'rev-parse', 'HEAD');
    for (const revision of ['HEAD', 'refs/heads/main', head, 'v1'])
      expect(await repository.resolve(revision)).toBe(head);
    for (const revision of ['nope', 'HEAD:a.txt', '1'.repeat(40), 'x missing', `${head} commit 3`]) {
      expect(await repository.resolve(revision)).toBeUndefined();
    }
    for (const revision of ['--upload-pack=touch pwned', '-x', 'HEAD\ncontents HEAD', '']) {
      await expect(repository.resolve(revision)).rejects.toMatchObject({ code: 'bad-name' });
      await expect(repository.mergeBase('HEAD', revision)).rejects.toMatchObject({ code: 'bad-name' });
      await expect(repository.isAncestor(revision, 'HEAD')).rejects.toMatchObject({ code: 'bad-name' });
      await expect(repository.changedPaths('HEAD', revision)).rejects.toMatchObject({ code: 'bad-name' });
    }
  });

  it('show how they follow one another', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const base = await git(dir, 'rev-parse', 'HEAD');
    const left = await commitFiles(dir, { 'left.txt': '1' });
    await git(dir, 'checkout', '--quiet', '-b', 'right', base);
    const right = await commitFiles(dir, { 'right.txt': '1' });
    await git(dir, 'checkout', '--quiet', '--orphan', 'alone');
    const alone = await commitFiles(dir, {});
    await using repository = await openRepository(dir);
    expect(await repository.mergeBase(left, right)).toBe(base);
    expect(await repository.mergeBase(left, alone)).toBeUndefined();
    expect(await repository.isAncestor(base, left)).toBe(true);
    expect(await repository.isAncestor(left, base)).toBe(false);
    await expect(repository.isAncestor('1'.repeat(40), base)).rejects.toMatchObject({
      code: 'no-such-revision',
    });
  });
});

describe('a commit', () => {
  it('is read with its parents, people and trailers', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    const message = 'Online: snapshot 2\n\nWhy: because\n\nMain-Commit: abc\nNote: one\n two\n';
    await gitWithInput(dir, ['commit', '--quiet', '--allow-empty', '-F', '-'], message);
    await using repository = await openRepository(dir);
    const info = await repository.commitInfo('HEAD');
    expect(info).toMatchObject({
      id: await git(dir, 'rev-parse', 'HEAD'),
      tree: await git(dir, 'rev-parse', 'HEAD^{tree}'),
      parents: [await git(dir, 'rev-parse', 'HEAD^')],
      authorName: 'Tess Ter',
      committerEmail: 'tess@example.com',
      message,
    });
    expect([...info.trailers]).toEqual([
      ['Main-Commit', 'abc'],
      ['Note', 'one two'],
    ]);
    await expect(repository.commitInfo('1'.repeat(40))).rejects.toMatchObject({ code: 'no-such-revision' });
  });

  it('has trailers only in its last paragraph, and only if all of it is trailers', () => {
    expect(parseTrailers('Main-Commit: abc').size).toBe(0);
    expect(parseTrailers('Title\n\nMain-Commit: abc\nand prose').size).toBe(0);
    expect(parseTrailers('Title\n\nMain-Commit: abc\n\nprose').size).toBe(0);
    expect([...parseTrailers('Title\n\nvalueOf: x\nconstructor: y\n')]).toEqual([
      ['valueOf', 'x'],
      ['constructor', 'y'],
    ]);
  });

  it('cannot smuggle in a parent behind its other headers', () => {
    const text = 'tree T\nparent A\nauthor <> x\nparent B\ngpgsig -----\n parent C\n\nparent D\n';
    expect(parseCommit('id', text)).toMatchObject({ parents: ['A'], authorName: '', authorTime: 0 });
  });
});

describe('the difference of two commits', () => {
  it('names what was added, deleted and modified, with renames taken apart', async () => {
    const dir = await gitClone({ 'same.txt': 's', 'old.txt': 'moved', 'mode.sh': 'x', 'edit.txt': '1' });
    const before = await git(dir, 'rev-parse', 'HEAD');
    await git(dir, 'mv', 'old.txt', 'new\nname.txt');
    await chmod(join(dir, 'mode.sh'), 0o755);
    const after = await commitFiles(dir, { 'edit.txt': '2' });
    await using repository = await openRepository(dir);
    const changes = await repository.changedPaths(before, after);
    expect(changes.map(({ status, path }) => [status, path])).toEqual([
      ['modified', 'edit.txt'],
      ['modified', 'mode.sh'],
      ['added', 'new\nname.txt'],
      ['deleted', 'old.txt'],
    ]);
    expect(changes[1]).toMatchObject({ before: { mode: '100644' }, after: { mode: '100755' } });
    expect(changes[3]?.after).toBeUndefined();
    expect(await repository.changedPaths(before, after, ['edit.txt'])).toHaveLength(1);
    for (const pattern of ['*.txt', ':(exclude)edit.txt', ':/']) {
      expect(await repository.changedPaths(before, after, [pattern]), pattern).toEqual([]);
    }
    expect(await repository.changedPaths(after, after)).toEqual([]);
  });

  it('from nothing is everything', async () => {
    await using repository = await openRepository(await gitClone({ 'a.txt': 'a', 'metadata/b': 'b' }));
    expect(await repository.changedPaths(undefined, 'HEAD', ['metadata'])).toMatchObject([
      { status: 'added', path: 'metadata/b', before: undefined, after: { mode: '100644' } },
    ]);
  });

  it('shows a submodule that moved, even if the branch asks git to ignore it', async () => {
    const dir = await gitClone({
      '.gitmodules': '[submodule "s"]\n\tpath = s\n\turl = https://example.com/\n\tignore = all\n',
    });
    const commits: string[] = [];
    for (const oid of ['1'.repeat(40), '2'.repeat(40)]) {
      await git(dir, 'update-index', '--add', '--cacheinfo', `160000,${oid},s`);
      await git(dir, 'commit', '--quiet', '-m', oid);
      commits.push(await git(dir, 'rev-parse', 'HEAD'));
    }
    await using repository = await openRepository(dir);
    expect(await repository.changedPaths(commits[0], commits[1] ?? '')).toMatchObject([{ path: 's' }]);
  });
});

describe('settings of a repository', () => {
  it('are stored in the repository alone', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    expect(await repository.getConfig('playground.user-name')).toBeUndefined();
    for (const value of ['@alice', '--global', 'two words\nand a line', '']) {
      await repository.setConfig('playground.user-name', value);
      expect(await repository.getConfig('playground.user-name')).toBe(value);
    }
    // The user's own configuration is not the repository's.
    expect(await repository.getConfig('user.name')).toBeUndefined();
    for (const key of ['--global', 'nodot', 'a.b\nc', '-x.y']) {
      await expect(repository.setConfig(key, 'x')).rejects.toMatchObject({ code: 'bad-name' });
    }
  });

  it('name the branch that is checked out', async () => {
    const dir = await gitClone({ 'a.txt': 'a' });
    await using repository = await openRepository(dir);
    await git(dir, 'checkout', '--quiet', '-b', 'sign/é');
    expect(await repository.currentBranch()).toBe('sign/é');
    await git(dir, 'checkout', '--quiet', '--detach');
    expect(await repository.currentBranch()).toBeUndefined();
  });

  it('exist before the first commit', async () => {
    const dir = temporaryFolder();
    await git(dir, 'init', '--quiet');
    await using repository = await openRepository(dir);
    expect(await repository.currentBranch()).toBe('main');
    expect(await repository.resolve('HEAD')).toBeUndefined();
  });
});

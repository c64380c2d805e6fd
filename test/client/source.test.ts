/** Where a repository may be read from, and that reading never leaves it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIRECTORY_URL, DirectoryFetcher } from '../../src/client/directory-fetcher.ts';
import { parseSource } from '../../src/client/source.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'client-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a source', () => {
  it('may be a directory, by path or file URL, whatever its name', async () => {
    const odd = join(dir, 'ab:c#d %2e');
    mkdirSync(odd);
    expect(await parseSource(odd)).toEqual({ kind: 'directory', directory: odd });
    expect(await parseSource(pathToFileURL(odd))).toEqual({ kind: 'directory', directory: odd });
  });

  it.each([
    ['https://example.org/a/b', 'https://example.org/a/b/'],
    ['HTTPS://example.org', 'https://example.org/'],
    ['http://localhost:8080/', 'http://localhost:8080/'],
    ['http://127.1/x', 'http://127.0.0.1/x/'],
    ['http://[::1]:1/', 'http://[::1]:1/'],
  ])('may be the URL %s', async (text, url) => {
    expect(await parseSource(text)).toEqual({ kind: 'url', url });
  });

  it.each([
    'http://example.org',
    'http://127.0.0.1.example.org/',
    'http://localhost.example.org/',
    'http://10.0.0.1/',
  ])('is not read over plain http from another machine unless asked: %s', async (text) => {
    await expect(parseSource(text)).rejects.toMatchObject({ code: 'insecure-source' });
    expect(await parseSource(text, true)).toMatchObject({ kind: 'url' });
  });

  it.each([
    'ftp://example.org/',
    'https://u:p@example.org/',
    'https://example.org/?a',
    'https://',
    'no/such/place',
  ])('is not %s', async (text) => {
    await expect(parseSource(text)).rejects.toMatchObject({ code: 'bad-source' });
  });

  it('is not a file', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    await expect(parseSource(file)).rejects.toMatchObject({ code: 'bad-source' });
  });
});

describe('a directory that is read like a site', () => {
  const read = (path: string) => {
    const fetcher = new DirectoryFetcher(join(dir, 'tree'), () => {});
    return fetcher.downloadBytes(new URL(path, DIRECTORY_URL).href, 1000).then(String);
  };
  beforeEach(() => {
    mkdirSync(join(dir, 'tree/folder'), { recursive: true });
    writeFileSync(join(dir, 'tree/folder/a b'), 'inside');
    writeFileSync(join(dir, 'secret'), 'outside');
    mkdirSync(join(dir, 'tree-beside'));
    writeFileSync(join(dir, 'tree-beside/file'), 'outside');
  });

  it('gives its files, also through links that stay inside', async () => {
    symlinkSync('folder', join(dir, 'tree/link'));
    expect(await read('folder/a%20b')).toBe('inside');
    expect(await read('link/a b')).toBe('inside');
  });

  it.each(['absent', 'folder', 'folder/a%20b/below', `folder/${'x'.repeat(300)}`, 'dangling'])(
    'answers 404 for %s',
    async (path) => {
      symlinkSync('nowhere', join(dir, 'tree/dangling'));
      await expect(read(path)).rejects.toMatchObject({ statusCode: 404 });
    },
  );

  it.each([
    '..%2fsecret',
    'folder%2f..%2f..%2fsecret',
    'folder/..%5c..%5csecret',
    'folder//a%20b',
    'folder/',
    '',
    'folder/a%00b',
    'folder/%ff',
    'folder/a b?x',
    'folder/a b#x',
    'file:///etc/passwd',
    'http://directory.invalid.example.org/x',
    'out',
    'beside/file',
  ])('refuses %j, and not with a 404', async (path) => {
    symlinkSync('../secret', join(dir, 'tree/out'));
    symlinkSync(join(dir, 'tree-beside'), join(dir, 'tree/beside'));
    await expect(read(path)).rejects.toMatchObject({ name: 'UnsafePathError' });
  });

  it('resolves .. as a URL does, which never leaves the top', async () => {
    writeFileSync(join(dir, 'tree/secret'), 'the one inside');
    expect(await read('../../secret')).toBe('the one inside');
    expect(await read('folder/%2e%2e/%2E./secret')).toBe('the one inside');
  });
});

/** Git over HTTP: who may read and write, what the protocol can do, and URLs made to break out. */
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { commitFiles, git, temporaryFolder } from '../../support/git.ts';
import { pushBranch, repositoryWith, world } from './support.ts';

const get = world();
let work = '';
beforeAll(async () => {
  work = await repositoryWith(get(), 'alice/open', { 'README.md': 'one\n' });
  await repositoryWith(get(), 'alice/secret', { 'README.md': 'hidden\n' });
  await get().api(get().tokens.alice, 'PATCH', '/repos/alice/secret', { private: true });
});

const remotes = (token: string | undefined, name: string) => git('.', 'ls-remote', get().remote(token, name));

/** Sends a request as it is, without the tidying of URLs that fetch does. */
function rawRequest(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const { port } = new URL(get().playground.url);
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, path, headers: { host: `127.0.0.1:${port}`, ...headers } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });
}

test('anyone reads a public repository, and nobody writes without a token', async () => {
  expect(await remotes(undefined, 'alice/open')).toContain('refs/heads/main');
  const info = await fetch(`${get().playground.url}/alice/open.git/info/refs?service=git-receive-pack`);
  expect([info.status, info.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="GitHub"']);
});

test('a private repository is not there for strangers, and asks who one is', async () => {
  const status = async (token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Basic ${btoa(`x:${token}`)}` };
    const url = `${get().playground.url}/alice/secret.git/info/refs?service=git-upload-pack`;
    return (await fetch(url, { headers })).status;
  };
  expect(await status()).toBe(401);
  expect(await status('ghp_wrong')).toBe(401);
  expect(await status(get().tokens.bob)).toBe(404);
  expect(await status(get().tokens.alice)).toBe(200);
});

test('who may only read gets 403 for a push, with the sentence that GitHub says', async () => {
  const folder = await get().clone(get().tokens.bob, 'alice/open');
  await commitFiles(folder, { 'x.txt': 'x\n' });
  await expect(git(folder, 'push', 'origin', 'HEAD:x')).rejects.toThrow(
    /Permission to alice\/open\.git denied to bob/,
  );
});

test('a collaborator with write access pushes, one with triage does not', async () => {
  const folder = await get().clone(get().tokens.carol, 'alice/open');
  await commitFiles(folder, { 'x.txt': 'x\n' });
  get().playground.host.setRole('alice/open', 'carol', 'triage');
  await expect(git(folder, 'push', 'origin', 'HEAD:carol')).rejects.toThrow(/denied to carol/);
  get().playground.host.setRole('alice/open', 'carol', 'write');
  await git(folder, 'push', '--quiet', 'origin', 'HEAD:carol');
  expect(await remotes(undefined, 'alice/open')).toContain('refs/heads/carol');
  get().playground.host.setRole('alice/open', 'carol', 'none');
});

test('shallow clones, protocol 0 and 2, large pushes and tags all work', async () => {
  const folder = temporaryFolder();
  const url = get().remote(undefined, 'alice/open');
  await pushBranch(work, 'big', { 'big.bin': 'x'.repeat(3_000_000) + Math.random() });
  await git(work, 'tag', '--annotate', 'v1', '-m', 'One');
  await git(work, 'push', '--quiet', 'origin', 'v1');
  await git(folder, 'clone', '--quiet', '--depth=1', '--branch=big', url, 'shallow');
  expect(await git(join(folder, 'shallow'), 'rev-list', '--count', 'HEAD')).toBe('1');
  await git(folder, '-c', 'protocol.version=0', 'clone', '--quiet', url, 'old');
  await git(folder, '-c', 'protocol.version=2', 'clone', '--quiet', '--filter=blob:none', url, 'partial');
  expect(await git(join(folder, 'old'), 'tag')).toBe('v1');
  expect(get().events.at(-1)).toMatchObject({ name: 'push', ref: 'refs/tags/v1', changedPaths: [] });
  expect(get().events.at(-1)?.sha).toBe(await git(work, 'rev-parse', 'v1^{commit}'));
});

test('a push says which paths changed, and which commits came', async () => {
  get().events.length = 0;
  const sha = await pushBranch(work, 'paths', { 'a/b.txt': '1\n', 'c.txt': '2\n' }, 'Two files');
  expect(get().events).toMatchObject([
    {
      name: 'push',
      ref: 'refs/heads/paths',
      sha,
      payload: {
        created: true,
        forced: false,
        before: '0'.repeat(40),
        head_commit: { id: sha, added: ['a/b.txt', 'c.txt'] },
        pusher: { name: 'alice' },
      },
    },
  ]);
  get().events.length = 0;
  await git(work, 'push', '--quiet', '--atomic', 'origin', 'paths:p1', 'paths:p2', ':paths');
  expect(get().events.map(({ ref, payload }) => [ref, payload.deleted])).toEqual([
    ['refs/heads/paths', true],
    ['refs/heads/p1', false],
    ['refs/heads/p2', false],
  ]);
});

test('of pushes at the same time each is whole, and the loser of a race is told', async () => {
  const clones = await Promise.all([1, 2, 3].map(() => get().clone(get().tokens.alice, 'alice/open')));
  await Promise.all(clones.map((folder, index) => commitFiles(folder, { [`race-${index}.txt`]: 'x\n' })));
  const results = await Promise.allSettled(
    clones.map((folder, index) =>
      git(folder, 'push', '--atomic', 'origin', 'HEAD:race', `HEAD:own-${index}`),
    ),
  );
  const winners = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
  expect(winners).toHaveLength(1);
  const refs = await remotes(undefined, 'alice/open');
  expect([0, 1, 2].filter((index) => refs.includes(`refs/heads/own-${index}`))).toEqual(winners);
});

test('a client that goes away in the middle of a push stops nobody', async () => {
  const { port } = new URL(get().playground.url);
  const leave = (bytes: string) =>
    new Promise<void>((resolve) => {
      const sent = request({
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/alice/open.git/git-receive-pack',
        headers: {
          authorization: `Basic ${btoa(`x:${get().tokens.alice}`)}`,
          'content-type': 'application/x-git-receive-pack-request',
          'content-length': 100_000,
        },
      });
      sent.on('error', () => undefined);
      sent.on('close', () => resolve());
      sent.write(bytes, () => setTimeout(() => sent.destroy(), 50));
    });
  await leave('0');
  await leave('0000');
  const main = (await remotes(undefined, 'alice/open')).match(/(\w+)\trefs\/heads\/main/)?.[1];
  await leave(`0077${main} ${'0'.repeat(40)} refs/heads/main\0report-status0000`);
  await pushBranch(work, 'after', { 'after.txt': 'x\n' });
  expect(await remotes(undefined, 'alice/open')).toMatch(/refs\/heads\/after[\s\S]*refs\/heads\/main/);
});

test('broken objects are refused', async () => {
  const folder = await get().clone(get().tokens.alice, 'alice/open');
  const tree = await git(folder, 'rev-parse', 'HEAD^{tree}');
  const text = `tree ${tree}\nauthor nobody 1\ncommitter nobody 1\n\nbad\n`;
  const bad = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      'git',
      ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'],
      { cwd: folder },
      (error, out) => (error ? reject(error) : resolve(out.trim())),
    );
    child.stdin?.end(text);
  });
  await expect(git(folder, 'push', 'origin', `${bad}:refs/heads/bad`)).rejects.toThrow(/missingEmail|unpack/);
});

test('no URL leads out of the repositories', async () => {
  const paths = [
    '/alice/../../etc/passwd',
    '/alice/open.git/../../../playground.sqlite',
    '/alice/open.git/config',
    '/alice/open.git/HEAD',
    '/alice/open.git/objects/info/packs',
    '/alice/%2e%2e/%2e%2e/playground.sqlite',
    '/..%2f..%2f/open.git/info/refs?service=git-upload-pack',
    '/alice/..%2fopen.git/info/refs?service=git-upload-pack',
    '/alice/open.git/info/refs?service=git-shell',
    '/alice/open.git/info/refs',
    '/1.git/x/info/refs?service=git-upload-pack',
    '/constructor/__proto__/info/refs?service=git-upload-pack',
  ];
  for (const path of paths)
    expect([path, (await rawRequest(path)) ?? 0]).toSatisfy(([, status]) => status >= 400);
});

test('another name for this address is refused', async () => {
  expect(await rawRequest('/', { host: 'evil.example' })).toBe(421);
  expect(await rawRequest('/api/v3/repos/alice/open', { host: 'evil.example:80' })).toBe(421);
});

test('the way to the hook is closed to others', async () => {
  const response = await fetch(`${get().playground.url}/_playground/pre-receive`, {
    method: 'POST',
    headers: { authorization: 'guess' },
    body: '{}',
  });
  expect(response.status).toBe(403);
});

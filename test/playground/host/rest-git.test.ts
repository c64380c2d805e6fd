/** The REST API's reading and moving of git, and commit statuses. */
import { beforeAll, describe, expect, test } from 'vitest';
import { commitFiles, git } from '../../support/git.ts';
import { pushBranch, repositoryWith, world } from './support.ts';

const get = world();
const REPO = '/repos/alice/api';
let work = '';
let head = '';

beforeAll(async () => {
  work = await repositoryWith(get(), 'alice/api', { 'README.md': 'one\n', 'dir/file.txt': 'two\n' });
  head = await git(work, 'rev-parse', 'HEAD');
});

const as = (login: 'alice' | 'bob') => (method: string, path: string, body?: unknown) =>
  get().api(get().tokens[login], method, path, body);
const alice = as('alice');
const bob = as('bob');

describe('reading git', () => {
  test('refs, commits, trees, blobs, contents and branches answer what git has', async () => {
    await git(work, 'checkout', '--quiet', '-b', 'feature/slash');
    const sha = await commitFiles(work, { 'dir/näme ?#.txt': 'odd\n' }, 'Odd');
    await git(work, 'push', '--quiet', 'origin', 'feature/slash');
    expect((await alice('GET', `${REPO}/git/ref/heads/main`)).body.object).toMatchObject({
      sha: head,
      type: 'commit',
    });
    expect((await alice('GET', `${REPO}/git/ref/heads%2Ffeature%2Fslash`)).body.object.sha).toBe(sha);
    expect((await alice('GET', `${REPO}/git/ref/heads/feat`)).status).toBe(404);
    expect((await alice('GET', `${REPO}/git/matching-refs/heads/feat`)).body).toHaveLength(1);
    expect((await alice('GET', `${REPO}/git/commits/${sha}`)).body).toMatchObject({
      message: 'Odd',
      parents: [{ sha: head }],
    });
    const tree = (await alice('GET', `${REPO}/git/trees/${sha}?recursive=1`)).body;
    expect(tree.tree.map((entry: { path: string }) => entry.path)).toEqual([
      'README.md',
      'dir',
      'dir/file.txt',
      'dir/näme ?#.txt',
    ]);
    const blob = (await alice('GET', `${REPO}/git/blobs/${tree.tree[3].sha}`)).body;
    expect(atob(blob.content)).toBe('odd\n');
    const file = (
      await alice('GET', `${REPO}/contents/dir/${encodeURIComponent('näme ?#.txt')}?ref=feature/slash`)
    ).body;
    expect([file.path, atob(file.content)]).toEqual(['dir/näme ?#.txt', 'odd\n']);
    const raw = await fetch(`${get().playground.apiUrl}${REPO}/contents/README.md`, {
      headers: { accept: 'application/vnd.github.raw+json' },
    });
    expect(await raw.text()).toBe('one\n');
    expect((await alice('GET', `${REPO}/contents/dir`)).body).toMatchObject([
      { name: 'file.txt', type: 'file' },
    ]);
    expect((await alice('GET', `${REPO}/contents/../etc`)).status).toBe(404);
    expect((await alice('GET', `${REPO}/contents/dir/..%2FREADME.md`)).status).toBe(404);
    expect(
      (await alice('GET', `${REPO}/branches`)).body.map((branch: { name: string }) => branch.name),
    ).toEqual(['feature/slash', 'main']);
    expect((await alice('GET', `${REPO}/branches/feature%2Fslash`)).body.commit.sha).toBe(sha);
    expect((await alice('GET', `${REPO}/commits/${sha}`)).body.files).toMatchObject([
      { status: 'added', additions: 1 },
    ]);
    expect((await alice('GET', `${REPO}/commits?sha=feature/slash`)).body).toHaveLength(2);
    expect((await alice('GET', `${REPO}/compare/main...feature%2Fslash`)).body).toMatchObject({
      status: 'ahead',
      ahead_by: 1,
      behind_by: 0,
      merge_base_commit: { sha: head },
    });
    expect((await alice('GET', `${REPO}/commits/${'0'.repeat(40)}`)).status).toBe(422);
  });

  test('refs are made, moved and deleted by the rules', async () => {
    const sha = await pushBranch(work, 'tip', { 'tip.txt': 'tip\n' });
    expect((await alice('POST', `${REPO}/git/refs`, { ref: 'refs/heads/made', sha: head })).status).toBe(201);
    expect((await alice('POST', `${REPO}/git/refs`, { ref: 'refs/heads/made', sha })).body.message).toBe(
      'Reference already exists',
    );
    expect((await alice('POST', `${REPO}/git/refs`, { ref: 'heads/bad', sha })).status).toBe(422);
    expect((await alice('POST', `${REPO}/git/refs`, { ref: 'refs/pull/9/head', sha })).status).toBe(422);
    expect((await alice('PATCH', `${REPO}/git/refs/heads/made`, { sha })).status).toBe(200);
    expect((await alice('PATCH', `${REPO}/git/refs/heads/made`, { sha: head })).body.message).toBe(
      'Update is not a fast forward',
    );
    expect((await alice('PATCH', `${REPO}/git/refs/heads/made`, { sha: head, force: true })).status).toBe(
      200,
    );
    expect((await bob('DELETE', `${REPO}/git/refs/heads/made`)).status).toBe(403);
    expect((await alice('DELETE', `${REPO}/git/refs/heads/made`)).status).toBe(204);
    expect((await alice('DELETE', `${REPO}/git/refs/heads/made`)).status).toBe(422);
    expect((await alice('DELETE', `${REPO}/git/refs/heads/main`)).status).toBe(422);
  });
});

describe('statuses', () => {
  const set = (body: object, sha = head) => alice('POST', `${REPO}/statuses/${sha}`, body);

  test('the newest of each context counts', async () => {
    expect((await alice('GET', `${REPO}/commits/main/status`)).body).toMatchObject({
      state: 'pending',
      total_count: 0,
    });
    await set({ state: 'pending', context: 'a' });
    await set({ state: 'success', context: 'a', target_url: 'https://example.com/', description: 'fine' });
    await set({ state: 'success' });
    expect((await alice('GET', `${REPO}/commits/${head}/status`)).body).toMatchObject({
      state: 'success',
      total_count: 2,
    });
    expect(
      (await alice('GET', `${REPO}/commits/${head}/statuses`)).body.map(
        (status: { state: string }) => status.state,
      ),
    ).toEqual(['success', 'success', 'pending']);
    await set({ state: 'error', context: 'b' });
    expect((await alice('GET', `${REPO}/commits/main/status`)).body.state).toBe('failure');
  });

  test('what GitHub refuses is refused', async () => {
    expect((await set({ state: 'great' })).status).toBe(422);
    expect((await set({})).status).toBe(422);
    expect((await set({ state: 'success', description: 'x'.repeat(141) })).status).toBe(422);
    expect((await set({ state: 'success', target_url: 'javascript:alert(1)' })).status).toBe(422);
    expect((await set({ state: 'success' }, '0'.repeat(40))).body.message).toMatch(/No commit found/);
    expect((await bob('POST', `${REPO}/statuses/${head}`, { state: 'success' })).status).toBe(403);
    expect(
      (await get().api(undefined, 'POST', `${REPO}/statuses/${head}`, { state: 'success' })).status,
    ).toBe(401);
  });

  test('a commit and context takes a thousand and no more', async () => {
    const sha = await pushBranch(work, 'many', { 'many.txt': 'm\n' });
    expect((await set({ state: 'pending', context: 'm' }, sha)).status).toBe(201);
    const { database } = get().forActions;
    const copy = `INSERT INTO statuses (repositoryId, sha, context, state, creatorId, createdAt)
      SELECT repositoryId, sha, context, state, creatorId, createdAt FROM statuses WHERE sha = ? LIMIT 1`;
    for (let count = 0; count < 998; count += 1) database.prepare(copy).run(sha);
    expect((await set({ state: 'pending', context: 'm' }, sha)).status).toBe(201);
    const refused = await set({ state: 'success', context: 'm' }, sha);
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ code: 'custom' }] } });
    expect((await set({ state: 'success', context: 'other' }, sha)).status).toBe(201);
  });
});

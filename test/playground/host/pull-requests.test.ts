/** The life of a pull request, with real git over real HTTP. */
import { beforeEach, describe, expect, test } from 'vitest';
import { commitFiles, git } from '../../support/git.ts';
import { pushBranch, repositoryWith, world } from './support.ts';

const get = world();
let work = '';
let name = '';
let count = 0;

beforeEach(async () => {
  count += 1;
  name = `alice/project-${count}`;
  work = await repositoryWith(get(), name, { 'README.md': 'one\n', 'list.txt': 'a\nb\nc\n' });
  get().events.length = 0;
});

const open = (head: string, base = 'main', token = get().tokens.alice) =>
  get().api(token, 'POST', `/repos/${name}/pulls`, { title: `Offer ${head}`, head, base, body: 'Please' });
const read = async (number: number) =>
  (await get().api(get().tokens.alice, 'GET', `/repos/${name}/pulls/${number}`)).body;
const raised = () => get().events.map((event) => [event.name, event.action ?? event.ref]);

describe('opening', () => {
  test('a branch is offered, and both of its refs are kept by git', async () => {
    const head = await pushBranch(work, 'topic', { 'new.txt': 'new\n' });
    const { status, body } = await open('topic');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      number: 1,
      state: 'open',
      mergeable: true,
      commits: 1,
      additions: 1,
      changed_files: 1,
      head: { sha: head, ref: 'topic', label: 'alice:topic' },
      base: { ref: 'main' },
    });
    await git(work, 'fetch', '--quiet', 'origin', 'refs/pull/1/head:head', 'refs/pull/1/merge:merge');
    expect(await git(work, 'rev-parse', 'head')).toBe(head);
    expect(await git(work, 'rev-parse', 'merge^2')).toBe(head);
    expect(await git(work, 'rev-parse', 'merge')).toBe(body.merge_commit_sha);
    expect(await git(work, 'ls-tree', '--name-only', 'merge')).toBe('README.md\nlist.txt\nnew.txt');
  });

  test('the engine hears of it, with the merge commit as what runs', async () => {
    const head = await pushBranch(work, 'topic', { 'new.txt': 'new\n' });
    const { body } = await open('topic');
    const event = get().events.find(({ name }) => name === 'pull_request');
    expect(event).toMatchObject({
      action: 'opened',
      repository: name,
      actor: 'alice',
      causedByJob: false,
      fromFork: false,
      ref: 'refs/pull/1/merge',
      sha: body.merge_commit_sha,
      workflowsAt: body.merge_commit_sha,
      changedPaths: ['new.txt'],
      payload: { number: 1, pull_request: { head: { sha: head } }, sender: { login: 'alice' } },
    });
  });

  test('what cannot be offered is refused as GitHub refuses it', async () => {
    await pushBranch(work, 'topic', { 'new.txt': 'new\n' });
    expect((await open('missing')).body.errors).toEqual([
      { resource: 'PullRequest', field: 'head', code: 'invalid' },
    ]);
    expect((await open('topic', 'missing')).body.errors[0].field).toBe('base');
    expect((await open('main')).body.errors[0].message).toBe('No commits between main and main');
    expect((await open('stranger:topic')).status).toBe(422);
    await open('topic');
    const second = await open('topic');
    expect(second.status).toBe(422);
    expect(second.body.errors[0].message).toBe('A pull request already exists for alice:topic.');
    expect((await open('topic', 'main', get().tokens.bob)).status).toBe(422);
  });
});

describe('a branch moves', () => {
  test('a push to the head is a synchronize with the new head', async () => {
    const before = await pushBranch(work, 'topic', { 'new.txt': 'new\n' });
    await open('topic');
    get().events.length = 0;
    const after = await pushBranch(work, 'topic', { 'more.txt': 'more\n' });
    expect(raised()).toEqual([
      ['push', 'refs/heads/topic'],
      ['pull_request', 'synchronize'],
    ]);
    expect(get().events[1]?.payload).toMatchObject({ before, after });
    expect(await read(1)).toMatchObject({ head: { sha: after }, commits: 2, changed_files: 2 });
  });

  test('a push of the head into the base marks it as merged', async () => {
    const head = await pushBranch(work, 'topic', { 'new.txt': 'new\n' });
    await open('topic');
    get().events.length = 0;
    await git(work, 'push', '--quiet', 'origin', 'topic:main');
    expect(raised()).toEqual([
      ['push', 'refs/heads/main'],
      ['pull_request', 'closed'],
    ]);
    expect(await read(1)).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: head });
  });

  test('a conflict takes the merge ref away, and mending it brings it back', async () => {
    await pushBranch(work, 'topic', { 'list.txt': 'a\nB\nc\n' });
    await open('topic');
    await git(work, 'checkout', '--quiet', '-b', 'other', 'origin/main');
    await commitFiles(work, { 'list.txt': 'a\nX\nc\n' });
    await git(work, 'push', '--quiet', 'origin', 'other:main');
    expect(await read(1)).toMatchObject({
      mergeable: false,
      mergeable_state: 'dirty',
      merge_commit_sha: null,
    });
    expect(await git(work, 'ls-remote', 'origin', 'refs/pull/1/merge')).toBe('');
    const refused = await get().api(get().tokens.alice, 'PUT', `/repos/${name}/pulls/1/merge`, {});
    expect(refused).toMatchObject({ status: 405, body: { message: 'Pull Request is not mergeable' } });
    get().events.length = 0;
    await git(work, 'checkout', '--quiet', 'topic');
    await git(work, 'merge', '--quiet', '-s', 'ours', 'other', '-m', 'Mend');
    await git(work, 'push', '--quiet', 'origin', 'topic');
    expect(await read(1)).toMatchObject({ mergeable: true, mergeable_state: 'clean' });
    expect(raised()).toContainEqual(['pull_request', 'synchronize']);
  });

  test('deleting the head branch closes it; pushing it again lets it be reopened', async () => {
    await pushBranch(work, 'topic', { 'new.txt': 'new\n' });
    await open('topic');
    await git(work, 'push', '--quiet', 'origin', ':topic');
    expect(await read(1)).toMatchObject({ state: 'closed', merged: false });
    const reopen = () => get().api(get().tokens.alice, 'PATCH', `/repos/${name}/pulls/1`, { state: 'open' });
    expect((await reopen()).status).toBe(422);
    await git(work, 'push', '--quiet', 'origin', 'topic');
    expect((await reopen()).body).toMatchObject({ state: 'open', mergeable: true });
    expect(get().events.at(-1)).toMatchObject({ name: 'pull_request', action: 'reopened' });
  });

  test('nobody can push to refs/pull', async () => {
    await pushBranch(work, 'topic', { 'new.txt': 'new\n' });
    await open('topic');
    await expect(git(work, 'push', 'origin', '+main:refs/pull/1/head')).rejects.toThrow(/hidden ref/);
  });
});

describe('merging', () => {
  const merge = (options: object, token = get().tokens.alice) =>
    get().api(token, 'PUT', `/repos/${name}/pulls/1/merge`, options);
  const offer = async () => {
    await git(work, 'checkout', '--quiet', '-B', 'topic');
    await commitFiles(work, { 'one.txt': '1\n' }, 'First');
    const head = await commitFiles(work, { 'two.txt': '2\n' }, 'Second\n\nwith a body');
    await git(work, 'push', '--quiet', 'origin', 'topic');
    await open('topic');
    await git(work, 'checkout', '--quiet', '-b', 'other', 'origin/main');
    await commitFiles(work, { 'list.txt': 'a\nb\nc\nd\n' }, 'Meanwhile');
    await git(work, 'push', '--quiet', 'origin', 'other:main');
    get().events.length = 0;
    return head;
  };
  const main = async (...args: string[]) => {
    await git(work, 'fetch', '--quiet', 'origin');
    return git(work, 'log', ...args, 'origin/main');
  };

  test('makes a merge commit, in the name of who merged', async () => {
    const head = await offer();
    const { status, body } = await merge({ sha: head });
    expect(status).toBe(200);
    expect(await main('-1', '--format=%H %P')).toMatch(new RegExp(`^${body.sha} \\w{40} ${head}$`));
    expect(await main('-1', '--format=%an/%cn/%s')).toBe(
      'alice/GitHub/Merge pull request #1 from alice/topic',
    );
    expect(raised()).toEqual([
      ['push', 'refs/heads/main'],
      ['pull_request', 'closed'],
    ]);
    expect(get().events[1]).toMatchObject({
      ref: 'refs/heads/main',
      sha: body.sha,
      payload: { pull_request: { merged: true, merged_by: { login: 'alice' } } },
    });
    expect(await read(1)).toMatchObject({ merged: true, merge_commit_sha: body.sha, commits: 2 });
  });

  test('squashes into one commit', async () => {
    await offer();
    await merge({ merge_method: 'squash' });
    expect(await main('-2', '--format=%s')).toBe('Offer topic (#1)\nMeanwhile');
    expect(await git(work, 'ls-tree', '--name-only', 'origin/main')).toBe(
      'README.md\nlist.txt\none.txt\ntwo.txt',
    );
  });

  test('rebases commit by commit and keeps who wrote them', async () => {
    await offer();
    await merge({ merge_method: 'rebase' });
    expect(await main('-3', '--format=%s/%an/%cn')).toBe(
      'Second/Tess Ter/GitHub\nFirst/Tess Ter/GitHub\nMeanwhile/Tess Ter/Tess Ter',
    );
    expect(await main('-1', '--format=%b')).toBe('with a body\n');
  });

  test('is refused when the head is not the one that was seen', async () => {
    await offer();
    const { status, body } = await merge({ sha: '0'.repeat(40) });
    expect([status, body.message]).toEqual([
      409,
      'Head branch was modified. Review and try the merge again.',
    ]);
  });

  test('needs write access, and happens once', async () => {
    await offer();
    expect((await merge({}, get().tokens.bob)).status).toBe(403);
    expect((await merge({})).status).toBe(200);
    expect((await merge({})).status).toBe(405);
  });
});

describe('from a fork', () => {
  let fork = '';
  beforeEach(async () => {
    expect((await get().api(get().tokens.bob, 'POST', `/repos/${name}/forks`, {})).status).toBe(202);
    fork = await get().clone(get().tokens.bob, `bob/project-${count}`);
    get().events.length = 0;
  });

  test('it is opened by who may not push to the parent, and marked as from a fork', async () => {
    const head = await pushBranch(fork, 'gift', { 'gift.txt': 'for you\n' });
    const { status, body } = await open('bob:gift', 'main', get().tokens.bob);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      head: { sha: head, repo: { full_name: `bob/project-${count}`, fork: true } },
      author_association: 'FIRST_TIME_CONTRIBUTOR',
    });
    expect(get().events.map((event) => [event.name, event.repository, event.fromFork])).toEqual([
      ['push', `bob/project-${count}`, false],
      ['pull_request', name, true],
    ]);
    const files = await get().api(undefined, 'GET', `/repos/${name}/pulls/1/files`);
    expect(files.body).toMatchObject([
      { filename: 'gift.txt', status: 'added', patch: '@@ -0,0 +1 @@\n+for you' },
    ]);
  });

  test('a push to the fork moves it', async () => {
    await pushBranch(fork, 'gift', { 'gift.txt': 'for you\n' });
    await open('bob:gift', 'main', get().tokens.bob);
    const head = await pushBranch(fork, 'gift', { 'gift.txt': 'for you all\n' });
    expect((await read(1)).head.sha).toBe(head);
    expect(
      (await get().api(get().tokens.alice, 'PUT', `/repos/${name}/pulls/1/merge`, { sha: head })).status,
    ).toBe(200);
    expect((await read(1)).merged).toBe(true);
  });

  test('is found by head, base and state', async () => {
    await pushBranch(fork, 'gift', { 'gift.txt': 'for you\n' });
    await open('bob:gift', 'main', get().tokens.bob);
    const list = async (query: string) =>
      (await get().api(undefined, 'GET', `/repos/${name}/pulls?${query}`)).body.length;
    expect(await list('head=bob:gift&base=main')).toBe(1);
    expect(await list('head=alice:gift')).toBe(0);
    expect(await list('base=other')).toBe(0);
    expect(await list('state=closed')).toBe(0);
    expect(await list('state=all')).toBe(1);
  });
});

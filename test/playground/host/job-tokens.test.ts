/** What a job's token may do: exactly its permissions, on exactly its repository. */
import { beforeAll, describe, expect, test } from 'vitest';
import { commitFiles, git } from '../../support/git.ts';
import { type Answer, pushBranch, repositoryWith, world } from './support.ts';

const get = world();
const REFUSED = { status: 403, body: { message: 'Resource not accessible by integration' } };
let work = '';
let head = '';
/** Ids of a comment on the pull request and of one on the issue. */
const comments = new Map<string, string>();

beforeAll(async () => {
  work = await repositoryWith(get(), 'alice/jobs', {
    'README.md': 'one\n',
    '.github/workflows/ci.yml': 'on: push\n',
  });
  await repositoryWith(get(), 'alice/elsewhere', { 'README.md': 'one\n' });
  head = await pushBranch(work, 'topic', { 'x.txt': 'x\n' });
  const { tokens, api } = get();
  await api(tokens.alice, 'POST', '/repos/alice/jobs/pulls', { title: 'P', head: 'topic', base: 'main' });
  await api(tokens.alice, 'POST', '/repos/alice/jobs/issues', { title: 'I' });
  await api(tokens.alice, 'PUT', '/repos/alice/jobs/environments/prod', {});
  for (const [name, number] of [
    ['PULL_COMMENT', 1],
    ['ISSUE_COMMENT', 2],
  ] as const) {
    const path = `/repos/alice/jobs/issues/${number}/comments`;
    comments.set(name, String((await api(tokens.alice, 'POST', path, { body: 'hi' })).body.id));
  }
});

type Permission = Parameters<ReturnType<typeof get>['jobToken']>[1];
type Case = readonly [
  what: string,
  method: string,
  path: string,
  body: unknown,
  enough: readonly Permission[],
];

const CASES: readonly Case[] = [
  ['set a status', 'POST', '/statuses/HEAD', { state: 'success' }, [{ statuses: 'write' }]],
  ['make a branch', 'POST', '/git/refs', { ref: 'refs/heads/new', sha: 'HEAD' }, [{ contents: 'write' }]],
  [
    'comment on a pull request',
    'POST',
    '/issues/1/comments',
    { body: 'hi' },
    [{ issues: 'write' }, { 'pull-requests': 'write' }],
  ],
  [
    'react to a comment on a pull request',
    'POST',
    '/issues/comments/PULL_COMMENT/reactions',
    { content: '+1' },
    [{ issues: 'write' }, { 'pull-requests': 'write' }],
  ],
  [
    'react to a comment on an issue',
    'POST',
    '/issues/comments/ISSUE_COMMENT/reactions',
    { content: '+1' },
    [{ issues: 'write' }],
  ],
  ['comment on an issue', 'POST', '/issues/2/comments', { body: 'hi' }, [{ issues: 'write' }]],
  ['open an issue', 'POST', '/issues', { title: 'new' }, [{ issues: 'write' }]],
  [
    'label a pull request',
    'POST',
    '/issues/1/labels',
    { labels: ['x'] },
    [{ issues: 'write' }, { 'pull-requests': 'write' }],
  ],
  ['retitle a pull request', 'PATCH', '/pulls/1', { title: 'Q' }, [{ 'pull-requests': 'write' }]],
  [
    'start a workflow',
    'POST',
    '/actions/workflows/ci.yml/dispatches',
    { ref: 'main' },
    [{ actions: 'write' }],
  ],
  ['dispatch to the repository', 'POST', '/dispatches', { event_type: 'x' }, [{ contents: 'write' }]],
  ['change an environment', 'PUT', '/environments/prod', {}, []],
  ['protect a branch', 'POST', '/rulesets', { name: 'r', enforcement: 'disabled' }, []],
  ['read secret names', 'GET', '/actions/secrets', undefined, []],
  ['fork', 'POST', '/forks', {}, []],
];

const ALL: readonly Permission[] = (
  ['actions', 'contents', 'issues', 'pull-requests', 'statuses', 'pages', 'checks', 'deployments'] as const
).flatMap((name) => [{ [name]: 'write' }, { [name]: 'read' }]);
const key = (permission: Permission) => JSON.stringify(permission);

describe('writing', () => {
  test.each(CASES)('to %s needs what GitHub names', async (_what, method, path, body, enough) => {
    const send = (token: string): Promise<Answer> => {
      const filled = JSON.parse(JSON.stringify(body ?? null).replaceAll('"HEAD"', `"${head}"`));
      const unique =
        filled?.ref === 'refs/heads/new' ? { ...filled, ref: `refs/heads/n${Math.random()}` } : filled;
      const place = path.replace('HEAD', head).replace(/[A-Z]+_COMMENT/, (name) => comments.get(name) ?? '');
      return get().api(token, method, `/repos/alice/jobs${place}`, unique ?? undefined);
    };
    const admitted: Permission[] = [];
    for (const permission of ALL) {
      const answer = await send(get().jobToken('alice/jobs', permission));
      if (answer.status < 300) admitted.push(permission);
      else expect(answer).toMatchObject(REFUSED);
    }
    expect(admitted.map(key)).toEqual(ALL.map(key).filter((one) => enough.map(key).includes(one)));
    const elsewhere = get().jobToken('alice/elsewhere', Object.assign({}, ...enough));
    expect(await send(elsewhere)).toMatchObject(REFUSED);
  });

  test('pull requests are not opened by Actions until someone allows it', async () => {
    await pushBranch(work, 'offer', { 'y.txt': 'y\n' });
    const token = get().jobToken('alice/jobs', { 'pull-requests': 'write', contents: 'write' });
    const send = () =>
      get().api(token, 'POST', '/repos/alice/jobs/pulls', { title: 'O', head: 'offer', base: 'main' });
    expect(await send()).toMatchObject({
      status: 403,
      body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' },
    });
    get().playground.host.allowActionsToCreatePulls('alice/jobs');
    get().events.length = 0;
    expect(await send()).toMatchObject({
      status: 201,
      body: { user: { login: 'github-actions[bot]', id: 41898282 } },
    });
    expect(get().events).toMatchObject([{ name: 'pull_request', causedByJob: true }]);
  });
});

describe('reading', () => {
  test('public things need no permission, private ones need theirs', async () => {
    const none = get().jobToken('alice/jobs', {});
    expect((await get().api(none, 'GET', '/repos/alice/jobs/pulls')).status).toBe(200);
    await get().api(get().tokens.alice, 'PATCH', '/repos/alice/jobs', { private: true });
    expect(await get().api(none, 'GET', '/repos/alice/jobs/pulls')).toMatchObject(REFUSED);
    const reader = get().jobToken('alice/jobs', { 'pull-requests': 'read' });
    expect((await get().api(reader, 'GET', '/repos/alice/jobs/pulls')).status).toBe(200);
    expect(await get().api(reader, 'GET', '/repos/alice/jobs/contents/README.md')).toMatchObject(REFUSED);
    const other = get().jobToken('alice/elsewhere', { contents: 'write' });
    expect((await get().api(other, 'GET', '/repos/alice/jobs')).status).toBe(404);
    await get().api(get().tokens.alice, 'PATCH', '/repos/alice/jobs', { private: false });
  });

  test('a job is nobody’s account', async () => {
    const token = get().jobToken('alice/jobs', { contents: 'write' });
    expect(await get().api(token, 'GET', '/user')).toMatchObject(REFUSED);
  });
});

describe('git', () => {
  const push = async (permissions: Permission, refspec: string, repository = 'alice/jobs') => {
    const token = get().jobToken('alice/jobs', permissions);
    return git(work, 'push', get().remote(token, repository), refspec);
  };

  test('pushing needs contents: write', async () => {
    await expect(push({ contents: 'read' }, 'topic:job-1')).rejects.toThrow(
      /denied to github-actions\[bot\]/,
    );
    get().events.length = 0;
    await push({ contents: 'write' }, 'topic:job-1');
    expect(get().events).toMatchObject([{ name: 'push', causedByJob: true, actor: 'github-actions[bot]' }]);
  });

  test('another repository is out of reach', async () => {
    await expect(push({ contents: 'write' }, 'topic:job-1', 'alice/elsewhere')).rejects.toThrow(/denied/);
  });

  test('workflow files cannot be changed, not even in a commit between others', async () => {
    await git(work, 'checkout', '--quiet', '-B', 'sneak', 'origin/main');
    await commitFiles(work, { '.github/workflows/ci.yml': 'on: [push, pull_request]\n' });
    await commitFiles(work, { '.github/workflows/ci.yml': 'on: push\n', 'z.txt': 'z\n' });
    await expect(push({ contents: 'write', actions: 'write' }, 'sneak')).rejects.toThrow(
      /refusing to allow a GitHub App to create or update workflow `\.github\/workflows\/ci\.yml` without `workflows` permission/,
    );
    await git(work, 'push', '--quiet', 'origin', 'sneak');
    await push({ contents: 'write' }, 'sneak:again');
  });

  test('a revoked token is no token', async () => {
    const token = get().jobToken('alice/jobs', { contents: 'write' });
    get().forActions.revokeToken(token);
    await expect(git(work, 'push', get().remote(token, 'alice/jobs'), 'topic:late')).rejects.toThrow();
    expect((await get().api(token, 'GET', '/repos/alice/jobs')).status).toBe(401);
  });
});

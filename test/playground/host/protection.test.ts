/** Rules of branches hold for pushes, for the API and for merges, and jobs have no way around them. */
import { beforeEach, describe, expect, test } from 'vitest';
import { commitFiles, git } from '../../support/git.ts';
import { pushBranch, repositoryWith, world } from './support.ts';

const ACTIONS = 15368;
const get = world();
let name = '';
let work = '';
let count = 0;

beforeEach(async () => {
  count += 1;
  name = `alice/guarded-${count}`;
  work = await repositoryWith(get(), name, { 'README.md': 'one\n' });
});

const api = (method: string, path: string, body?: unknown, token = get().tokens.alice) =>
  get().api(token, method, `/repos/${name}${path}`, body);

const protect = async (rules: readonly unknown[], more: object = {}) => {
  const { status } = await api('POST', '/rulesets', {
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules,
    ...more,
  });
  expect(status).toBe(201);
};
const checks = (strict: boolean) => ({
  type: 'required_status_checks',
  parameters: {
    strict_required_status_checks_policy: strict,
    required_status_checks: [{ context: 'event', integration_id: ACTIONS }],
  },
});
const pullRequest = {
  type: 'pull_request',
  parameters: {
    required_approving_review_count: 0,
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  },
};
const commitAndPush = async (refspec: string, ...options: string[]) => {
  await commitFiles(work, { 'change.txt': `${Math.random()}\n` });
  return git(work, 'push', ...options, 'origin', refspec);
};

describe('pushes', () => {
  test('a required pull request refuses even the owner, and tells why', async () => {
    await protect([pullRequest]);
    await expect(commitAndPush('HEAD:main')).rejects.toThrow(
      /GH013: Repository rule violations found for refs\/heads\/main[\s\S]*Changes must be made through a pull request/,
    );
    await commitAndPush('HEAD:other');
  });

  test('nothing of a refused push is kept', async () => {
    await protect([pullRequest]);
    get().events.length = 0;
    await expect(git(work, 'push', 'origin', 'HEAD:fine', '+HEAD:main', 'HEAD:main~')).rejects.toThrow();
    const sha = await commitFiles(work, { 'x.txt': 'x\n' });
    await expect(git(work, 'push', 'origin', 'HEAD:fine', 'HEAD:main')).rejects.toThrow(/declined/);
    expect(await git(work, 'ls-remote', 'origin', 'fine')).toBe('');
    expect((await api('GET', `/git/commits/${sha}`)).status).toBe(404);
    expect(get().events).toEqual([]);
  });

  test('force pushes and deletions are refused where rules say so', async () => {
    await protect([{ type: 'non_fast_forward' }, { type: 'deletion' }], {
      conditions: { ref_name: { include: ['refs/heads/release/**'], exclude: [] } },
    });
    await commitAndPush('HEAD:release/1');
    await git(work, 'commit', '--quiet', '--amend', '-m', 'Other');
    await expect(git(work, 'push', '--force', 'origin', 'HEAD:release/1')).rejects.toThrow(
      /Cannot force-push/,
    );
    await expect(git(work, 'push', 'origin', ':release/1')).rejects.toThrow(/Cannot delete this branch/);
    await git(work, 'push', '--force', 'origin', 'HEAD:main');
  });

  test('a bypass is for who it names', async () => {
    await protect([pullRequest], {
      bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
    });
    await commitAndPush('HEAD:main');
    get().playground.host.setRole(name, 'bob', 'maintain');
    await commitFiles(work, { 'y.txt': 'y\n' });
    await expect(git(work, 'push', get().remote(get().tokens.bob, name), 'HEAD:main')).rejects.toThrow(
      /GH013/,
    );
  });

  test('GitHub Actions cannot be given one', async () => {
    const { status } = await api('POST', '/rulesets', {
      name: 'main',
      enforcement: 'active',
      bypass_actors: [{ actor_id: ACTIONS, actor_type: 'Integration', bypass_mode: 'always' }],
    });
    expect(status).toBe(422);
  });

  test('the API is bound by the same rules', async () => {
    await protect([pullRequest]);
    const sha = await pushBranch(work, 'topic', { 'x.txt': 'x\n' });
    const { status, body } = await api('PATCH', '/git/refs/heads/main', { sha });
    expect(status).toBe(422);
    expect(body.message).toContain('Changes must be made through a pull request.');
  });

  test('classic protection holds for administrators only where it says so', async () => {
    const put = (enforce: boolean) =>
      api('PUT', '/branches/main/protection', {
        required_status_checks: null,
        enforce_admins: enforce,
        required_pull_request_reviews: { required_approving_review_count: 0 },
        restrictions: null,
      });
    expect((await put(false)).status).toBe(200);
    await commitAndPush('HEAD:main');
    await put(true);
    await expect(commitAndPush('HEAD:main')).rejects.toThrow(/pull request/);
    expect((await api('GET', '/branches/main')).body).toMatchObject({ protected: true });
    expect(get().forActions.isProtectedBranch(name, 'main')).toBe(true);
    expect(get().forActions.isProtectedBranch(name, 'other')).toBe(false);
  });
});

describe('merging with a required status', () => {
  let head = '';
  const merge = (token = get().tokens.alice) => api('PUT', '/pulls/1/merge', {}, token);
  const status = (state: string, token: string, sha = head) =>
    api('POST', `/statuses/${sha}`, { state, context: 'event' }, token);
  const job = () => get().jobToken(name, { statuses: 'write', contents: 'write' });
  const start = async (strict: boolean) => {
    head = await pushBranch(work, 'topic', { 'x.txt': 'x\n' });
    await protect([pullRequest, checks(strict)]);
    await api('POST', '/pulls', { title: 'T', head: 'topic', base: 'main' });
  };

  test('only the status that Actions set counts, and only the newest', async () => {
    await start(false);
    expect(await merge()).toMatchObject({
      status: 405,
      body: { message: expect.stringContaining('"event" is expected') },
    });
    await status('success', get().tokens.alice);
    expect((await merge()).status).toBe(405);
    await status('success', job());
    await status('failure', job());
    expect((await merge()).status).toBe(405);
    expect((await api('GET', '/pulls/1')).body.mergeable_state).toBe('blocked');
    await status('success', job());
    expect((await api('GET', '/pulls/1')).body.mergeable_state).toBe('clean');
    expect((await merge(job())).status).toBe(200);
  });

  test('a new head needs a status of its own', async () => {
    await start(false);
    await status('success', job());
    head = await pushBranch(work, 'topic', { 'y.txt': 'y\n' });
    expect((await merge()).status).toBe(405);
  });

  test('strict: the branch must contain what main is now', async () => {
    await start(true);
    await status('success', job());
    const [ruleset] = (await api('GET', '/rulesets')).body;
    const enforce = (enforcement: string) => api('PUT', `/rulesets/${ruleset.id}`, { enforcement });
    await enforce('disabled');
    await git(work, 'checkout', '--quiet', '-B', 'ahead', 'origin/main');
    await commitAndPush('HEAD:main');
    await enforce('active');
    expect((await api('GET', '/pulls/1')).body.mergeable_state).toBe('behind');
    expect((await merge()).body.message).toContain('up to date');
  });

  test('a push of a commit with the status is refused while a pull request is required', async () => {
    await start(false);
    await status('success', job());
    await expect(git(work, 'push', 'origin', 'topic:main')).rejects.toThrow(/pull request/);
    await expect(git(work, 'push', get().remote(job(), name), 'topic:main')).rejects.toThrow(/pull request/);
  });
});

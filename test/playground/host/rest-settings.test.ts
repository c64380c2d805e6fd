/** Settings of a repository, its collaborators, its copies, and Actions over REST. */
import { beforeAll, describe, expect, test } from 'vitest';
import { git } from '../../support/git.ts';
import { repositoryWith, world } from './support.ts';

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

describe('settings', () => {
  test('environments, variables, secrets, Pages and permissions of Actions', async () => {
    const branches = {
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    };
    expect((await alice('PUT', `${REPO}/environments/online`, branches)).body).toMatchObject({
      name: 'online',
      ...branches,
    });
    expect(
      (await alice('POST', `${REPO}/environments/online/deployment-branch-policies`, { name: 'main' }))
        .status,
    ).toBe(200);
    expect(
      (await alice('GET', `${REPO}/environments/online/deployment-branch-policies`)).body.total_count,
    ).toBe(1);
    expect((await alice('GET', `${REPO}/environments`)).body.total_count).toBe(1);
    expect((await bob('PUT', `${REPO}/environments/other`, {})).status).toBe(403);
    expect(get().forActions.environment('alice/api', 'online')).toEqual({ branchPolicy: ['main'] });

    get().playground.host.setSecret('alice/api', 'key', 'repository');
    get().playground.host.setSecret('alice/api', 'KEY', 'environment', 'online');
    expect(get().forActions.secrets('alice/api', undefined).get('KEY')).toBe('repository');
    expect(get().forActions.secrets('alice/api', 'online').get('KEY')).toBe('environment');
    const secrets = await alice('GET', `${REPO}/actions/secrets`);
    expect(secrets.body).toMatchObject({ total_count: 1, secrets: [{ name: 'KEY' }] });
    expect(JSON.stringify(secrets.body)).not.toContain('repository');
    expect((await bob('GET', `${REPO}/actions/secrets`)).status).toBe(403);

    expect((await alice('POST', `${REPO}/actions/variables`, { name: 'V', value: '1' })).status).toBe(201);
    expect((await alice('POST', `${REPO}/actions/variables`, { name: 'v', value: '1' })).status).toBe(409);
    expect((await alice('PATCH', `${REPO}/actions/variables/V`, { value: '2' })).status).toBe(204);
    expect((await alice('GET', `${REPO}/actions/variables`)).body.variables).toMatchObject([
      { name: 'V', value: '2' },
    ]);

    expect((await alice('GET', `${REPO}/pages`)).status).toBe(404);
    expect((await alice('POST', `${REPO}/pages`, { build_type: 'workflow' })).body).toMatchObject({
      build_type: 'workflow',
    });
    expect((await alice('POST', `${REPO}/pages`, { build_type: 'workflow' })).status).toBe(409);
    expect((await alice('PUT', `${REPO}/pages`, { build_type: 'workflow' })).status).toBe(204);
    expect((await alice('GET', `${REPO}/pages`)).body.html_url).toBe(
      `${get().playground.pagesUrl}/alice/api/`,
    );

    const permissions = { default_workflow_permissions: 'read', can_approve_pull_request_reviews: true };
    expect((await alice('PUT', `${REPO}/actions/permissions/workflow`, permissions)).status).toBe(204);
    expect((await alice('GET', `${REPO}/actions/permissions/workflow`)).body).toEqual(permissions);
  });

  test('collaborators have the permission that they were given', async () => {
    const permission = async (login: string) =>
      (await alice('GET', `${REPO}/collaborators/${login}/permission`)).body;
    expect(await permission('alice')).toMatchObject({ permission: 'admin', role_name: 'admin' });
    expect(await permission('carol')).toMatchObject({ permission: 'read', role_name: 'read' });
    await alice('PUT', `${REPO}/collaborators/carol`, { permission: 'maintain' });
    expect(await permission('carol')).toMatchObject({ permission: 'write', role_name: 'maintain' });
    await alice('DELETE', `${REPO}/collaborators/carol`);
    expect((await bob('GET', `${REPO}/collaborators/bob/permission`)).status).toBe(403);
    expect((await alice('GET', `${REPO}/collaborators/nobody-here/permission`)).status).toBe(404);
  });

  test('a template gives its files and none of its history', async () => {
    await alice('PATCH', REPO, { is_template: true });
    const { status, body } = await bob('POST', `${REPO}/generate`, { name: 'mine' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      full_name: 'bob/mine',
      fork: false,
      template_repository: { full_name: 'alice/api' },
    });
    const folder = await get().clone(get().tokens.bob, 'bob/mine');
    expect(await git(folder, 'log', '--format=%s')).toBe('Initial commit');
    expect(await git(folder, 'ls-tree', '-r', '--name-only', 'HEAD')).toBe('README.md\ndir/file.txt');
    await git(folder, 'fsck', '--full');
  });

  test('a fork starts with Actions and schedules off', async () => {
    await get().api(get().tokens.carol, 'POST', `${REPO}/forks`, {});
    expect(get().forActions.repositoryInfo('carol/api')).toMatchObject({
      fork: true,
      actionsEnabled: false,
      schedulesEnabled: false,
    });
    get().playground.host.enableActions('carol/api');
    expect(get().forActions.repositoryInfo('carol/api')).toMatchObject({
      actionsEnabled: true,
      schedulesEnabled: true,
    });
    expect((await alice('GET', `${REPO}/forks`)).body.length).toBeGreaterThan(0);
  });
});

describe('Actions', () => {
  test('runs and jobs are shown, and workflows started', async () => {
    get().runs.push({
      id: 11,
      repository: 'alice/api',
      workflowId: 7,
      workflowPath: '.github/workflows/ci.yml',
      name: 'CI',
      displayTitle: 'Begin',
      event: 'push',
      headBranch: 'main',
      headSha: head,
      headRepository: 'alice/api',
      actor: 'alice',
      status: 'completed',
      conclusion: 'success',
      runNumber: 1,
      attempt: 1,
      createdAt: 1_800_000_000,
      updatedAt: 1_800_000_009,
      annotations: [],
      jobs: [
        {
          id: 12,
          name: 'build',
          status: 'completed',
          conclusion: 'success',
          startedAt: 1_800_000_001,
          completedAt: 1_800_000_008,
          steps: [{ name: 'Run', status: 'completed', conclusion: 'success', number: 1 }],
          annotations: [],
        },
      ],
    });
    expect((await alice('GET', `${REPO}/actions/runs`)).body).toMatchObject({
      total_count: 1,
      workflow_runs: [{ id: 11 }],
    });
    expect((await alice('GET', `${REPO}/actions/runs/11`)).body).toMatchObject({
      conclusion: 'success',
      head_sha: head,
    });
    expect((await alice('GET', `${REPO}/actions/runs/11/jobs`)).body.jobs).toMatchObject([{ name: 'build' }]);
    expect((await alice('GET', '/repos/bob/mine/actions/runs/11')).status).toBe(404);
    expect((await alice('GET', `${REPO}/actions/jobs/12/logs`)).body).toBe('log of 12\n');
    expect((await alice('GET', `${REPO}/actions/workflows`)).body.workflows).toMatchObject([{ id: 7 }]);
    const send = (body: object, send = alice) =>
      send('POST', `${REPO}/actions/workflows/ci.yml/dispatches`, body);
    expect((await send({ ref: 'main', inputs: { a: '1', b: true } })).status).toBe(204);
    expect(get().dispatched.at(-1)).toEqual([
      'alice/api',
      '.github/workflows/ci.yml',
      'main',
      { a: '1', b: 'true' },
      'alice',
      false,
    ]);
    expect((await send({ ref: 'nowhere' })).status).toBe(422);
    expect((await send({ ref: 'main' }, bob)).status).toBe(403);
    get().events.length = 0;
    await alice('POST', `${REPO}/dispatches`, { event_type: 'wake', client_payload: { a: 1 } });
    expect(get().events).toMatchObject([
      { name: 'repository_dispatch', action: 'wake', payload: { client_payload: { a: 1 } } },
    ]);
  });
});

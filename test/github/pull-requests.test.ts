/** Pull requests as the actions open and read them, and who may write to the repository. */
import { beforeAll, expect, test } from 'vitest';
import { mayWrite } from '../../src/github/collaborators.ts';
import { ensurePullRequest, openPullRequests, pullRequest } from '../../src/github/pull-requests.ts';
import { pushBranch, repositoryWith, world } from '../playground/host/support.ts';
import { BOT, REPOSITORY, seenByJob } from './support.ts';

const get = world();
const job = () => seenByJob(get(), { 'pull-requests': 'write', contents: 'write' });
let clone = '';

beforeAll(async () => {
  clone = await repositoryWith(get(), REPOSITORY, { 'README.md': 'one\n' });
});

test('a pull request is told with who opened it and whether it is open', async () => {
  const sha = await pushBranch(clone, 'topic', { 'x.txt': 'x\n' });
  const { api, tokens } = get();
  const wanted = { title: 'A & B', head: 'topic', base: 'main' };
  const { number } = (await api(tokens.alice, 'POST', `/repos/${REPOSITORY}/pulls`, wanted)).body;
  expect(await pullRequest(job(), number)).toEqual({
    number,
    url: `${get().playground.url}/${REPOSITORY}/pull/${number}`,
    title: 'A & B',
    state: 'open',
    headSha: sha,
    headRef: 'topic',
    headRepository: REPOSITORY,
    baseRef: 'main',
    author: 'alice',
    authorId: 1001,
    fromFork: false,
  });
  expect(await openPullRequests(job(), 'main')).toMatchObject([{ number }]);
  await api(tokens.alice, 'PATCH', `/repos/${REPOSITORY}/pulls/${number}`, { state: 'closed' });
  expect(await pullRequest(job(), number)).toMatchObject({ state: 'closed' });
  expect(await pullRequest(job(), 99_999)).toBeUndefined();
});

test('where Actions may open no pull requests, the error names the setting; where they may, one is opened once', async () => {
  await pushBranch(clone, 'offer', { 'y.txt': 'y\n' });
  const offer = () => ensurePullRequest(job(), { head: 'offer', base: 'main', title: 'Offer', body: 'text' });
  await expect(offer()).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringMatching(
      /Settings → Actions → General → Workflow permissions.*Allow GitHub Actions to create and approve pull requests/,
    ),
  });
  const { api, tokens } = get();
  const settings = { default_workflow_permissions: 'read', can_approve_pull_request_reviews: true };
  await api(tokens.alice, 'PUT', `/repos/${REPOSITORY}/actions/permissions/workflow`, settings);
  get().playground.host.faults.add({ method: 'POST', path: /\/pulls$/, status: 502, afterEffect: true });
  const made = await offer();
  expect(made.pull).toMatchObject({ title: 'Offer', author: BOT, authorId: 41_898_282 });
  expect(await offer()).toEqual({ pull: made.pull, created: false });
});

test('a permission that the job lacks is told from the setting', async () => {
  const reader = seenByJob(get(), { 'pull-requests': 'read' });
  await expect(
    ensurePullRequest(reader, { head: 'none', base: 'main', title: 'x', body: '' }),
  ).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.not.stringContaining('Workflow permissions'),
  });
});

test('writing is for the owner and for collaborators from write upwards', async () => {
  const { playground } = get();
  const asked = (login: string) => mayWrite(job(), login);
  expect([await asked('alice'), await asked('bob'), await asked('carol')]).toEqual([true, false, false]);
  for (const [role, allowed] of [
    ['triage', false],
    ['write', true],
    ['maintain', true],
    ['admin', true],
    ['read', false],
  ] as const) {
    playground.host.setRole(REPOSITORY, 'bob', role);
    expect([role, await asked('bob')]).toEqual([role, allowed]);
  }
  for (const login of ['nobody-here', BOT, 'ghost', '__proto__', '../../alice', '']) {
    expect([login, await asked(login)]).toEqual([login, false]);
  }
});

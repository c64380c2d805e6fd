/** What all answers of the REST API have in common: pages of lists, headers, refusals, failures on purpose. */
import { beforeAll, describe, expect, test } from 'vitest';
import { openapiRecorder } from '../../support/openapi.ts';
import { repositoryWith, testWithOpenapi, world } from './support.ts';

const get = world();
const REPO = '/repos/alice/api';

beforeAll(async () => {
  await repositoryWith(get(), 'alice/api', { 'README.md': 'one\n', 'dir/file.txt': 'two\n' });
});

const alice = (method: string, path: string, body?: unknown) =>
  get().api(get().tokens.alice, method, path, body);

describe('the frame of each answer', () => {
  test('lists come in pages with links', async () => {
    const { body: issue } = await alice('POST', `${REPO}/issues`, { title: 'Long' });
    const path = `${REPO}/issues/${issue.number}/comments`;
    for (let count = 1; count <= 7; count += 1) await alice('POST', path, { body: `c${count}` });
    const first = await alice('GET', `${path}?per_page=3`);
    expect(first.body.map((comment: { body: string }) => comment.body)).toEqual(['c1', 'c2', 'c3']);
    expect(first.headers.get('link')).toBe(
      `<${get().playground.apiUrl}${path}?per_page=3&page=2>; rel="next", <${get().playground.apiUrl}${path}?per_page=3&page=3>; rel="last"`,
    );
    const last = await alice('GET', `${path}?per_page=3&page=3`);
    expect(last.body).toHaveLength(1);
    expect(last.headers.get('link')).toMatch(/rel="prev".*rel="first"/);
    expect((await alice('GET', `${path}?per_page=1000&page=x`)).body).toHaveLength(7);
    expect((await alice('GET', `${path}?page=99`)).body).toEqual([]);
  });

  test('says how many requests are left, and lets pages of other sites read', async () => {
    const { headers } = await get().api(undefined, 'GET', REPO);
    expect(headers.get('x-ratelimit-limit')).toBe('60');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect((await alice('GET', REPO)).headers.get('x-ratelimit-limit')).toBe('5000');
    expect((await alice('GET', '/rate_limit')).body.rate).toMatchObject({
      limit: 5000,
      used: expect.any(Number),
    });
    const preflight = await fetch(get().playground.apiUrl + REPO, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, POST, PATCH, PUT, DELETE',
    ]);
  });

  test('refuses with GitHub’s words', async () => {
    expect((await get().api('ghp_wrong', 'GET', REPO)).body).toMatchObject({
      message: 'Bad credentials',
      status: '401',
    });
    expect((await get().api(undefined, 'POST', `${REPO}/issues`, { title: 'x' })).body.message).toBe(
      'Requires authentication',
    );
    expect((await alice('GET', '/no/such/thing')).body).toMatchObject({
      message: 'Not Found',
      documentation_url: expect.any(String),
    });
    expect((await alice('POST', `${REPO}/issues`, {})).body).toMatchObject({
      message: 'Validation Failed',
      errors: [{ resource: 'Issue', field: 'title', code: 'missing_field' }],
    });
    const response = await fetch(`${get().playground.apiUrl}${REPO}/issues`, {
      method: 'POST',
      headers: { authorization: `token ${get().tokens.alice}` },
      body: '{"title":',
    });
    expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
      400,
      'Problems parsing JSON',
    ]);
    expect((await alice('POST', `${REPO}/issues`, { title: 'x', body: 'x'.repeat(9_000_000) })).status).toBe(
      413,
    );
    expect((await alice('POST', `${REPO}/issues`, { title: 'x', body: 'x'.repeat(65_537) })).status).toBe(
      422,
    );
  });

  test('fails on purpose where a test says so', async () => {
    const { faults } = get().playground.host;
    faults.add({ path: /\/issues$/, method: 'POST', status: 502, times: 2 });
    faults.add({ path: /\/issues$/, method: 'POST', status: 429 });
    const send = () => alice('POST', `${REPO}/issues`, { title: 'Again' });
    expect([(await send()).status, (await send()).status]).toEqual([502, 502]);
    const limited = await send();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await send()).status).toBe(201);
    faults.add({ path: /\/issues$/, status: 500, afterEffect: true });
    expect((await send()).status).toBe(500);
    expect(
      (await alice('GET', `${REPO}/issues?per_page=100`)).body.filter(
        (issue: { title: string }) => issue.title === 'Again',
      ),
    ).toHaveLength(2);
  });

  testWithOpenapi('the check against GitHub’s description finds what is wrong', async () => {
    const recorder = openapiRecorder();
    recorder.observe({ method: 'GET', path: '/repos/a/b/pulls', status: 200, body: [{ number: 'one' }] });
    recorder.observe({ method: 'GET', path: '/repos/a/b/no-such-thing', status: 200, body: {} });
    recorder.observe({ method: 'DELETE', path: '/repos/a/b/pulls/1', status: 200, body: {} });
    expect(recorder.mismatches()).toContain(
      "GET /repos/{owner}/{repo}/pulls 200: /* must have required property 'url'",
    );
    expect(recorder.mismatches()).toContain('GET /repos/{owner}/{repo}/pulls 200: /*/number must be integer');
    expect(recorder.mismatches()).toContain('GET /repos/a/b/no-such-thing 200: GitHub has no such operation');
    expect(recorder.mismatches()).toContain('DELETE /repos/a/b/pulls/1 200: GitHub has no such operation');
  });
});

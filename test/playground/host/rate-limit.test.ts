/** GitHub's primary rate limit: a reader without a token has 60 requests an hour. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryWith, startWorld, type World } from './support.ts';

const REPO = '/repos/alice/api';
const HOUR = 3_600_000;
let now = Date.parse('2026-01-01T00:00:00Z');
let world: World;

beforeAll(async () => {
  world = await startWorld({ now: () => new Date(now), rateLimits: { job: 5 } });
  await repositoryWith(world, 'alice/api', { 'README.md': 'one\n' });
});
afterAll(() => world.close());

const header = ({ headers }: { headers: Headers }, name: string) => headers.get(`x-ratelimit-${name}`);

test('the sixty-first request without a token is refused until the hour is over', async () => {
  const answers = [];
  for (let count = 1; count <= 61; count++) answers.push(await world.api(undefined, 'GET', REPO));
  expect(answers.slice(0, 60).map(({ status }) => status)).toEqual(Array(60).fill(200));
  const [refused] = answers.slice(60);
  expect(refused).toMatchObject({
    status: 403,
    body: { message: expect.stringMatching(/^API rate limit exceeded for 127\.0\.0\.1\. \(But here's/) },
  });
  expect(refused && ['limit', 'remaining', 'used'].map((name) => header(refused, name))).toEqual([
    '60',
    '0',
    '60',
  ]);
  expect(Number(refused && header(refused, 'reset')) * 1000).toBe(now + HOUR);
  expect(refused?.headers.get('access-control-allow-origin')).toBe('*');

  // With a token there is more, and asking how much costs nothing.
  expect((await world.api(world.tokens.bob, 'GET', REPO)).status).toBe(200);
  expect((await world.api(undefined, 'GET', '/rate_limit')).body.rate).toMatchObject({
    limit: 60,
    used: 60,
    remaining: 0,
  });

  now += HOUR;
  const after = await world.api(undefined, 'GET', REPO);
  expect([after.status, header(after, 'remaining')]).toEqual([200, '59']);
});

test('jobs of a repository share their limit; GraphQL has its own, and says so in an answer of 200', async () => {
  const tokens = [world.jobToken('alice/api', {}), world.jobToken('alice/api', {})];
  const rest = [];
  for (let count = 0; count < 6; count++) rest.push((await world.api(tokens[count % 2], 'GET', REPO)).status);
  expect(rest).toEqual([200, 200, 200, 200, 200, 403]);
  const ask = async () => {
    const response = await fetch(`${world.playground.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens[0]}` },
      body: JSON.stringify({ query: '{ viewer { login } }' }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  for (let count = 0; count < 5; count++)
    expect(await ask()).toMatchObject({ status: 200, body: { data: {} } });
  const refused = await ask();
  expect(refused).toMatchObject({
    status: 200,
    body: {
      errors: [{ type: 'RATE_LIMITED', message: expect.stringMatching(/^API rate limit exceeded/) }],
    },
  });
  expect([header(refused, 'remaining'), header(refused, 'resource')]).toEqual(['0', 'graphql']);
});

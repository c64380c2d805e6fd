/** Comments and reactions of a program: written once, whatever gets lost on the way. */
import { beforeAll, expect, test } from 'vitest';
import { keepComment, react, reply } from '../../src/github/comments.ts';
import { pushBranch, repositoryWith, world } from '../playground/host/support.ts';
import { BOT, comment, REPOSITORY, seenByJob } from './support.ts';

const get = world();
const job = () => seenByJob(get(), { 'pull-requests': 'write' });
const PULL = 1;

beforeAll(async () => {
  const clone = await repositoryWith(get(), REPOSITORY, { 'README.md': 'one\n' });
  await pushBranch(clone, 'topic', { 'x.txt': 'x\n' });
  const { api, tokens } = get();
  const wanted = { title: 'P', head: 'topic', base: 'main' };
  await api(tokens.alice, 'POST', `/repos/${REPOSITORY}/pulls`, wanted);
});

async function bodies(): Promise<readonly string[]> {
  const { api, tokens } = get();
  const path = `/repos/${REPOSITORY}/issues/${PULL}/comments?per_page=100`;
  return (await api(tokens.alice, 'GET', path)).body.map(({ body }: { body: string }) => body);
}

const marked = async (marker: string) =>
  (await bodies()).filter((body) => body.includes(`<!-- ${marker} -->`));

test('a reply is written once, and stays as it was written', async () => {
  const first = { marker: 'reply-once', author: BOT, body: 'Why not' };
  expect(await reply(job(), PULL, first)).toBe(true);
  expect(await reply(job(), PULL, { ...first, body: 'Other words' })).toBe(false);
  expect(await marked('reply-once')).toEqual(['Why not\n\n<!-- reply-once -->\n']);
});

test('a reply whose answer was lost is not written again', async () => {
  get().playground.host.faults.add({
    method: 'POST',
    path: /\/issues\/1\/comments$/,
    status: 502,
    afterEffect: true,
  });
  await reply(job(), PULL, { marker: 'reply-lost', author: BOT, body: 'Once' });
  expect(await marked('reply-lost')).toHaveLength(1);
});

test('somebody else’s comment with the same marker is not ours', async () => {
  await comment(get(), get().tokens.carol, PULL, 'Nothing\n\n<!-- reply-forged -->\n');
  expect(await reply(job(), PULL, { marker: 'reply-forged', author: BOT, body: 'Ours' })).toBe(true);
  expect(await marked('reply-forged')).toHaveLength(2);
});

test('only what is as young as the comment is looked through for a reply to it', async () => {
  const one = { marker: 'reply-since', author: BOT, body: 'Once' };
  await reply(job(), PULL, one);
  const [hour, later] = [-3_600_000, 3_600_000].map((by) => new Date(Date.now() + by).toISOString());
  expect(await reply(job(), PULL, { ...one, since: hour ?? '' })).toBe(false);
  expect(await reply(job(), PULL, { ...one, since: later ?? '' })).toBe(true);
});

test('a kept comment is changed, not repeated', async () => {
  const report = (body: string) => keepComment(job(), PULL, { marker: 'report', author: BOT, body });
  expect([await report('one'), await report('one'), await report('two')]).toEqual([true, false, true]);
  expect(await marked('report')).toEqual(['two\n\n<!-- report -->\n']);
});

test('a text that GitHub would refuse for its length is cut at the end of a line', async () => {
  await reply(job(), PULL, { marker: 'reply-long', author: BOT, body: `${'line\n'.repeat(20_000)}` });
  const [body = ''] = await marked('reply-long');
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(/line\n\n… and more: .*\n\n\n<!-- reply-long -->\n$/s);
});

test('a reaction is given once, and a comment that is gone is no error', async () => {
  const { api, tokens } = get();
  const id = await comment(get(), tokens.bob, PULL, 'hello');
  expect([await react(job(), id, '+1'), await react(job(), id, '+1')]).toEqual([true, true]);
  const path = `/repos/${REPOSITORY}/issues/comments/${id}`;
  expect((await api(tokens.alice, 'GET', `${path}/reactions`)).body).toMatchObject([
    { content: '+1', user: { login: BOT } },
  ]);
  await api(tokens.bob, 'DELETE', path);
  expect(await react(job(), id, 'confused')).toBe(false);
});

test('a job that may only read is refused, with the permission named as the mend', async () => {
  const id = await comment(get(), get().tokens.bob, PULL, 'hello');
  const reader = seenByJob(get(), { 'pull-requests': 'read', contents: 'write' });
  await expect(react(reader, id, '+1')).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('permissions'),
  });
});

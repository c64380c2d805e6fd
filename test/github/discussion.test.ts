/** The discussion of a pull request as the signing action reads it. */
import { beforeAll, expect, test } from 'vitest';
import { react } from '../../src/github/comments.ts';
import { readDiscussion } from '../../src/github/discussion.ts';
import { pushBranch, repositoryWith, world } from '../playground/host/support.ts';
import { BOT, comment, REPOSITORY, seenBy, seenByJob } from './support.ts';

const get = world();
const JOB = { 'pull-requests': 'write' } as const;
let clone = '';

/** A pull request of its own, by Alice. */
async function pull(branch: string): Promise<number> {
  await pushBranch(clone, branch, { [`${branch}.txt`]: 'x\n' });
  const { api, tokens } = get();
  const wanted = { title: branch, head: branch, base: 'main' };
  return (await api(tokens.alice, 'POST', `/repos/${REPOSITORY}/pulls`, wanted)).body.number;
}

beforeAll(async () => {
  clone = await repositoryWith(get(), REPOSITORY, { 'README.md': 'one\n' });
});

test('each comment comes with its author, and says whether it is our own', async () => {
  const { tokens } = get();
  const number = await pull('authors');
  const job = get().jobToken(REPOSITORY, JOB);
  const ids = [
    await comment(get(), tokens.bob, number, 'From Bob'),
    await comment(get(), job, number, 'From the job'),
  ];
  const seen = await readDiscussion(seenBy(get(), job), number);
  expect(seen.map(({ id }) => id)).toEqual(ids);
  expect(seen).toMatchObject([
    { body: 'From Bob', author: { login: 'bob', id: 1002, bot: false }, mine: false, edited: false },
    { body: 'From the job', author: { login: BOT, id: 41_898_282, bot: true }, mine: true, edited: false },
  ]);
  expect(seen[0]?.url).toBe(`${get().playground.url}/${REPOSITORY}/pull/${number}#issuecomment-${ids[0]}`);
  expect(Date.parse(seen[0]?.createdAt ?? '')).not.toBeNaN();
  expect((await readDiscussion(seenBy(get(), tokens.bob), number)).map(({ mine }) => mine)).toEqual([
    true,
    false,
  ]);
});

test('a comment that somebody else edited is edited, one that was deleted is gone', async () => {
  const { tokens, api } = get();
  const number = await pull('edited');
  const [edited, deleted] = [
    await comment(get(), tokens.bob, number, 'one'),
    await comment(get(), tokens.bob, number, 'two'),
  ];
  await api(tokens.alice, 'PATCH', `/repos/${REPOSITORY}/issues/comments/${edited}`, { body: 'other' });
  await api(tokens.bob, 'DELETE', `/repos/${REPOSITORY}/issues/comments/${deleted}`);
  expect(await readDiscussion(seenByJob(get(), JOB), number)).toMatchObject([
    { id: edited, body: 'other', edited: true, author: { login: 'bob' } },
  ]);
});

test('only our own reactions count', async () => {
  const { tokens } = get();
  const number = await pull('reactions');
  const id = await comment(get(), tokens.bob, number, 'hello');
  const job = seenByJob(get(), JOB);
  for (const content of ['+1', 'confused', 'rocket'] as const) {
    await react(seenBy(get(), tokens.carol), id, content);
  }
  expect((await readDiscussion(job, number))[0]?.myReactions).toEqual(new Set());
  for (const content of ['+1', 'eyes'] as const) await react(job, id, content);
  expect((await readDiscussion(job, number))[0]?.myReactions).toEqual(new Set(['+1', 'eyes']));
});

test('a long discussion is read whole, oldest first', async () => {
  const { tokens } = get();
  const number = await pull('long');
  for (let count = 0; count < 203; count++) await comment(get(), tokens.bob, number, `${count}`);
  const seen = await readDiscussion(seenByJob(get(), JOB), number);
  expect(seen.map(({ body }) => Number(body))).toEqual([...seen.keys()]);
  expect(seen).toHaveLength(203);
});

test('what does not exist, and what may not be seen, is said as REST says it', async () => {
  await expect(readDiscussion(seenByJob(get(), JOB), 99_999)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('PullRequest with the number of 99999'),
  });
  const { tokens, api } = get();
  const number = await pull('private');
  await api(tokens.alice, 'PATCH', `/repos/${REPOSITORY}`, { private: true });
  await expect(readDiscussion(seenByJob(get(), { contents: 'read' }), number)).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(readDiscussion(seenBy(get(), tokens.carol), number)).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(await readDiscussion(seenByJob(get(), { 'pull-requests': 'read' }), number)).toEqual([]);
  await api(tokens.alice, 'PATCH', `/repos/${REPOSITORY}`, { private: false });
  await expect(readDiscussion(seenBy(get(), undefined), number)).rejects.toMatchObject({ code: 'forbidden' });
});

test('a server that fails for a moment is asked again', async () => {
  const number = await pull('failing');
  await comment(get(), get().tokens.bob, number, 'still here');
  get().playground.host.faults.add({ path: /^\/graphql$/, status: 502, times: 2 });
  expect(await readDiscussion(seenByJob(get(), JOB), number)).toMatchObject([{ body: 'still here' }]);
});

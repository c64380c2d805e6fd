/** Runs over comments that are killed, repeated or cut off from GitHub: the next one finishes, and repeats nothing. */
import { beforeAll, describe, expect, it } from 'vitest';
import { answerTo, block, post, postAndWait, signature, signersOf } from '../support/contributions.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';

let copy: () => Promise<LocalGitHub>;
const PULL = 2;
beforeAll(async () => {
  const github = await (await publishedGitHub())();
  await github.proposes('alice', 'more', { 'more.txt': 'more' });
  expect(await github.openPull('more')).toBe(PULL);
  await github.idle();
  copy = await github.stop();
});

async function sweepAgain(github: LocalGitHub): Promise<void> {
  await github.dispatch('signing-event.yml');
  await github.idle();
  expect(github.lastRun('Signing event').conclusion).toBe('success');
}

/** Everything that a run over comments can change. */
async function everything(github: LocalGitHub, ...comments: readonly number[]) {
  return {
    head: await github.branch('sign/more'),
    statuses: await github.statuses('sign/more'),
    comments: await github.comments(PULL),
    answers: await Promise.all(comments.map((id) => answerTo(github, PULL, id))),
  };
}

describe('A run over comments', () => {
  it('changes nothing when it is repeated, with the comment that woke it or without', async () => {
    const github = await copy();
    const good = await postAndWait(
      github,
      'bob',
      PULL,
      block(await signature(github, 'bob', 'more', 'targets')),
    );
    const bad = await postAndWait(github, 'mallory', PULL, block('{}'));
    const commanded = await postAndWait(github, 'mallory', PULL, '/status');
    const before = await everything(github, good.id, bad.id, commanded.id);
    expect(before.answers.map(({ reactions }) => reactions)).toEqual([['+1'], ['confused'], ['rocket']]);
    const woken = github.runs('Signing event').filter(({ event }) => event === 'issue_comment');
    expect(woken).toHaveLength(3);
    for (const { id } of woken) {
      github.actions.rerun(id);
      await github.idle();
      expect(github.actions.run(id)).toMatchObject({ attempt: 2, conclusion: 'success' });
    }
    await sweepAgain(github);
    expect(await everything(github, good.id, bad.id, commanded.id)).toEqual(before);
  });

  it('is finished by the next one, wherever it was killed', async () => {
    const github = await copy();
    const texts = {
      good: block(await signature(github, 'bob', 'more', 'targets')),
      bad: block('{}'),
    };
    const ids: number[] = [];
    for (let delay = 0; delay <= 1000; delay += 125) {
      ids.push(await post(github, 'erin', PULL, texts.good), await post(github, 'erin', PULL, texts.bad));
      await new Promise((resolve) => setTimeout(resolve, delay));
      for (const { id, status } of github.runs('Signing event'))
        if (status !== 'completed') github.actions.cancel(id);
      await github.idle();
    }
    await sweepAgain(github);
    expect(await signersOf(github, 'sign/more', 'targets')).toEqual(['@bob']);
    for (const [index, id] of ids.entries()) {
      const answer = await answerTo(github, PULL, id);
      expect([index, answer.reactions]).toEqual([index, [index % 2 === 0 ? '+1' : 'confused']]);
      expect([index, answer.replies.length]).toEqual([index, index % 2]);
    }
    await github.report(PULL);
  });

  it('gets through failures of a moment, and repeats nothing whose answer was lost', async () => {
    const github = await copy();
    const { faults } = github.host;
    faults.add({ path: /^\/graphql$/, status: 502 });
    faults.add({ method: 'POST', path: /\/reactions$/, status: 502, afterEffect: true });
    faults.add({ method: 'POST', path: /\/issues\/2\/comments$/, status: 502, afterEffect: true, times: 2 });
    // The people's own comments are not to meet the faults that are meant for the run.
    const bad = await github
      .api('erin', 'POST', '/issues/2/comments', { body: block('{}') })
      .catch(() => undefined);
    expect(bad).toBeUndefined();
    await github.idle();
    expect(github.lastRun('Signing event').conclusion).toBe('success');
    const [posted] = (await github.comments(PULL)).filter(({ user }) => user.login === 'erin');
    const answer = await answerTo(github, PULL, posted?.id ?? 0);
    expect([answer.reactions, answer.replies.length]).toEqual([['confused'], 1]);
  });

  it('records what it cannot answer, and the next run answers it', async () => {
    const github = await copy();
    const { faults } = github.host;
    faults.add({ method: 'POST', path: /\/reactions$/, status: 403, times: 100 });
    const id = await post(github, 'bob', PULL, block(await signature(github, 'bob', 'more', 'targets')));
    await github.idle();
    expect(github.lastRun('Signing event').conclusion).toBe('failure');
    expect(github.failures(github.lastRun('Signing event'))).toContainEqual(
      expect.stringMatching(/#2: Could not react to a comment/),
    );
    expect(await signersOf(github, 'sign/more', 'targets')).toEqual(['@bob']);
    expect(await github.report(PULL)).toContain('@\u2060bob ✓');
    faults.clear();
    await sweepAgain(github);
    expect(await answerTo(github, PULL, id)).toEqual({ reactions: ['+1'], replies: [] });
  });
});

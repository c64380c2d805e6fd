/** Comments on a pull request from a fork: verified and answered, and never pushed to where we may not push. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { answerTo, block, postAndWait, signature } from '../support/contributions.ts';
import { addHostileFiles, forkHead, hasRun, proposedInFork, pullHead } from '../support/forks.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';

let copy: () => Promise<LocalGitHub>;
let pull = 0;
beforeAll(async () => {
  const github = await (await publishedGitHub())();
  pull = await proposedInFork(github);
  copy = await github.stop();
});

describe('A contribution to a fork’s event', () => {
  it('is answered with the two ways that work, once, and pushed nowhere', async () => {
    const github = await copy();
    const head = await forkHead(github, 'sign/gift');
    const main = await github.branch('main');
    const valid = block(await signature(github, 'bob', 'gift', 'targets', pullHead(pull)));
    const answer = await postAndWait(github, 'bob', pull, valid);
    expect(answer).toMatchObject({
      reactions: ['eyes'],
      replies: [expect.stringMatching(/valid but not recorded/)],
    });
    const text = answer.replies[0]?.replaceAll('&#96;', '`') ?? '';
    expect(text).toContain(
      `mallory can record it there: \`playground import-signature gift --pull ${pull}\``,
    );
    expect(text).toContain('/adopt');

    expect(await github.status(pullHead(pull))).toBe('pending: Waiting for signatures');
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(await answerTo(github, pull, answer.id)).toMatchObject({ reactions: ['eyes'], replies: [text] });
    expect(await forkHead(github, 'sign/gift')).toBe(head);
    expect(await github.branch('sign/gift')).toBeUndefined();
    expect(await github.branch('main')).toBe(main);
    expect(hasRun()).toBe(false);
  });

  it('is refused for the same reasons as elsewhere', async () => {
    const github = await copy();
    const right = await signature(github, 'bob', 'gift', 'targets', pullHead(pull));
    expect(await postAndWait(github, 'bob', pull, block({ ...right, sig: '00'.repeat(64) }))).toMatchObject({
      reactions: ['confused'],
      replies: [expect.stringMatching(/does not count/)],
    });
  });

  it('wakes the code of the default branch alone, whatever the fork has in its place', async () => {
    const github = await copy();
    await addHostileFiles(github);
    const head = await forkHead(github, 'sign/gift');
    const valid = block(await signature(github, 'bob', 'gift', 'targets', pullHead(pull)));
    expect(await postAndWait(github, 'bob', pull, valid)).toMatchObject({ reactions: ['eyes'] });
    expect(github.lastRun('Signing event')).toMatchObject({
      event: 'issue_comment',
      conclusion: 'success',
      headSha: await github.branch('main'),
    });
    expect(await github.status(pullHead(pull))).toBe('failure: Not valid: see the errors below');
    expect(await github.report(pull)).toContain('outside-event');
    expect(await forkHead(github, 'sign/gift')).toBe(head);
    expect(hasRun()).toBe(false);
  });

  it('mentions nobody who did not write a comment there', async () => {
    const github = await copy();
    await postAndWait(github, 'mallory', pull, '/status');
    for (const { body } of await github.comments(pull))
      expect(body.replaceAll(/`[^`]*`|<!--.*?-->/gs, '')).not.toMatch(/@(?:alice|bob)\b/);
  });
});

describe('A fork’s event with signatures that were committed there', () => {
  it('is evaluated like any other, and ready when they are enough', async () => {
    const github = await copy();
    const mallory = await github.person('mallory', 'mallory/repository');
    // What its owner would commit by hand, from the comments of Bob and Alice.
    for (const name of ['bob', 'alice']) {
      const { keyid, sig } = await signature(github, name, 'gift', 'targets', pullHead(pull));
      await mallory.checkOut('sign/gift');
      const file = join(mallory.folder, 'metadata', 'targets.json');
      const metadata = JSON.parse(readFileSync(file, 'utf8'));
      const others = metadata.signatures.filter((one: { keyid: string }) => one.keyid !== keyid);
      metadata.signatures = [...others, { keyid, sig }];
      await mallory.push('sign/gift', { 'metadata/targets.json': `${JSON.stringify(metadata, null, 1)}\n` });
      await postAndWait(github, 'mallory', pull, '/status');
      if (name === 'bob') {
        expect(await github.status(pullHead(pull))).toBe('pending: Waiting for signatures');
        expect(await github.report(pull)).toContain('@\u2060alice waiting, @\u2060bob ✓');
      }
    }
    expect(await github.status(pullHead(pull))).toBe('success: Ready to merge');
  });
});

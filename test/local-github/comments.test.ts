/** Contributions in comments, through the real workflow: who signs needs a key and an account, and no push access. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  acceptance,
  answerTo,
  block,
  post,
  postAndWait,
  signature,
  signersOf,
} from '../support/contributions.ts';
import { git } from '../support/git.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';

const RECORDED = { reactions: ['+1'], replies: [] };

let copy: () => Promise<LocalGitHub>;
beforeAll(async () => {
  copy = await publishedGitHub();
});

/** An event that gives a new role to an invited stranger; its pull request. */
async function invited(
  github: LocalGitHub,
  event: string,
  role: string,
  ...names: string[]
): Promise<number> {
  const alice = await github.person('alice');
  const logins = names.map((name) => `@${name}`).join(',');
  await alice.does('delegate', event, role, '--signers', logins, '--threshold', `${names.length}`, '--yes');
  const pull = await github.openPull(event);
  await github.idle();
  return pull;
}

const log = (github: LocalGitHub, revision: string, format: string) =>
  git(github.gitDir, 'log', '-1', `--format=${format}`, revision);

describe('By comments alone', () => {
  it('a stranger accepts an invitation and signs, the others sign, and a client follows', async () => {
    const github = await copy();
    const pull = await invited(github, 'team', 'team-a', 'erin');
    expect(await github.status('sign/team')).toBe('pending: Waiting for invited signers to accept');

    const accepted = `I accept.\n\n${block(acceptance(github, 'erin', 'team', 'team-a'))}\nThank you!\n`;
    expect(await postAndWait(github, 'erin', pull, accepted)).toMatchObject(RECORDED);
    expect(await github.status('sign/team')).toBe('pending: Waiting for signatures');
    expect(await log(github, 'sign/team', '%an%n%(trailers:key=Co-authored-by,valueonly)')).toMatch(
      /^github-actions\[bot\]\nerin <\d+\+erin@users\.noreply\.github\.com>\n*$/,
    );

    for (const [name, role] of [
      ['erin', 'team-a'],
      ['bob', 'targets'],
      ['alice', 'targets'],
    ] as const) {
      const signed = block(await signature(github, name, 'team', role));
      expect(await postAndWait(github, name, pull, signed)).toMatchObject(RECORDED);
    }
    expect(await github.status('sign/team')).toBe('success: Ready to merge');
    expect(await github.report(pull)).not.toContain('posted by');

    await github.merge(pull);
    await github.idle();
    expect(github.lastRun('Publish').conclusion).toBe('success');
    expect((await github.verify()).json).toMatchObject({
      ok: true,
      versions: { targets: 2, delegated: [{ role: 'team-a', version: 1 }] },
    });
  });

  it('several contributions come in one comment, and what is recorded already is answered, not repeated', async () => {
    const github = await copy();
    await github.proposes('alice', 'more', { 'more.txt': 'more' });
    await (await github.person('alice')).does(
      'delegate',
      'more',
      'root',
      '--signers',
      '@alice,@bob',
      '--threshold',
      '1',
      '--yes',
    );
    const pull = await github.openPull('more');
    await github.idle();
    const roles = ['root', 'targets'];
    const both = await Promise.all(roles.map((role) => signature(github, 'bob', 'more', role)));
    const text = `${block(both[0] ?? '')}\nand\n\n${block(both[1] ?? '')}`;
    expect(await postAndWait(github, 'bob', pull, text)).toMatchObject(RECORDED);
    const head = await github.branch('sign/more');
    for (const role of roles) expect(await signersOf(github, 'sign/more', role)).toEqual(['@bob']);
    // Both in one commit.
    expect((await log(github, 'sign/more', '%b')).match(/@bob signs root, signs targets/g)).toHaveLength(1);

    expect(await postAndWait(github, 'bob', pull, text)).toMatchObject(RECORDED);
    expect(await github.branch('sign/more')).toBe(head);
  });

  it('two people with one key are one signer', async () => {
    const github = await copy();
    const pull = await invited(github, 'team', 'team-a', 'erin', 'frank');
    const erin = await post(github, 'erin', pull, block(acceptance(github, 'erin', 'team', 'team-a')));
    const same = acceptance(github, 'erin', 'team', 'team-a', { login: '@frank' });
    const frank = await post(github, 'frank', pull, block(same));
    await github.idle();
    expect(await answerTo(github, pull, erin)).toEqual(RECORDED);
    expect(await answerTo(github, pull, frank)).toEqual({
      reactions: ['confused'],
      replies: [expect.stringMatching(/as that of @\u2060erin/)],
    });
    expect(await github.status('sign/team')).toBe('pending: Waiting for invited signers to accept');
    const own = block(acceptance(github, 'frank', 'team', 'team-a'));
    expect(await postAndWait(github, 'frank', pull, own)).toMatchObject(RECORDED);
    expect(await github.status('sign/team')).toBe('pending: Waiting for signatures');
  });

  it('a signature that another account posts counts, and the report says who posted it', async () => {
    const github = await copy();
    await github.proposes('alice', 'more', { 'more.txt': 'more' });
    const pull = await github.openPull('more');
    await github.idle();
    const posted = block(await signature(github, 'bob', 'more', 'targets'));
    expect(await postAndWait(github, 'mallory', pull, posted)).toMatchObject(RECORDED);
    expect(await signersOf(github, 'sign/more', 'targets')).toEqual(['@bob']);
    const said = 'targets: the signature of @\u2060bob was posted by @\u2060mallory';
    expect(await github.report(pull)).toContain(said);
    // It says so still when a later run looks again.
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(await github.report(pull)).toContain(said);
  });
});

describe('A comment that is no contribution', () => {
  it('costs no job, and gets no answer', async () => {
    const github = await copy();
    await github.proposes('alice', 'more', { 'more.txt': 'more' });
    const pull = await github.openPull('more');
    await github.idle();
    const head = await github.branch('sign/more');
    const before = await github.comments(pull);
    const texts = ['Looks good to me.', 'tuf', '```json\n{"type":"sign"}\n```', '> /status'];
    const ids = [];
    for (const text of texts) ids.push((await postAndWait(github, 'mallory', pull, text)).id);
    const runs = github.runs('Signing event').filter(({ event }) => event === 'issue_comment');
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(texts.map(() => 'skipped'));
    expect(await github.branch('sign/more')).toBe(head);
    expect(await github.comments(pull)).toHaveLength(before.length + texts.length);
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(await github.comments(pull)).toHaveLength(before.length + texts.length);
    for (const id of ids) expect((await answerTo(github, pull, id)).replies).toEqual([]);
  });

  it('/status brings the report up to date', async () => {
    const github = await copy();
    await github.proposes('alice', 'more', { 'more.txt': 'more' });
    const pull = await github.openPull('more');
    await github.idle();
    const [report] = (await github.comments(pull)).filter(({ body }) =>
      body.includes('signing-event-report'),
    );
    await github.api('alice', 'PATCH', `/issues/comments/${report?.id}`, {
      body: `Changed by hand\n\n<!-- signing-event-report -->\n`,
    });
    expect(await postAndWait(github, 'mallory', pull, '/status\n')).toMatchObject({
      reactions: ['rocket'],
      replies: [],
    });
    expect(await github.report(pull)).toContain('Waiting for signatures');
    // Anything else that begins with a slash is left alone.
    expect(await postAndWait(github, 'mallory', pull, '/status please')).toMatchObject({
      reactions: [],
      replies: [],
    });
  });
});

describe('People', () => {
  it('are asked once each, and the report that changes asks nobody', async () => {
    const github = await copy();
    const pull = await invited(github, 'team', 'team-a', 'erin');
    const mentions = async () =>
      (await github.comments(pull)).flatMap(({ body }) =>
        // A mention that GitHub would follow: not broken apart, not code.
        [...body.replaceAll(/`[^`]*`|<!--.*?-->/gs, '').matchAll(/@(\w+)/g)].map(([, login]) => login),
      );
    expect(await mentions()).toEqual(['erin']);
    await postAndWait(github, 'erin', pull, block(acceptance(github, 'erin', 'team', 'team-a')));
    expect((await mentions()).sort()).toEqual(['alice', 'bob', 'erin', 'erin']);
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect((await mentions()).sort()).toEqual(['alice', 'bob', 'erin', 'erin']);
  });

  it('a comment on an issue wakes nothing', async () => {
    const github = await copy();
    const { number } = await github.api('alice', 'POST', '/issues', { title: 'No pull request' });
    await post(github, 'mallory', number, block('{}'));
    await github.idle();
    expect(github.lastRun('Signing event')).toMatchObject({ event: 'issue_comment', conclusion: 'skipped' });
  });
});

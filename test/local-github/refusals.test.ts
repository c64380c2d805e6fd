/** What must not be published is not, whoever merges it: the status says no, Publish ends red, the site stays. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';

const TARGETS = 'metadata/targets.json';

let copy: () => Promise<LocalGitHub>;
beforeAll(async () => {
  copy = await publishedGitHub();
});

interface File {
  readonly signatures: { readonly keyid: string; sig: string }[];
  readonly signed: { expires: string };
}

/** The metadata file of a revision with a change to it, in the form in which such files are stored. */
async function altered(github: LocalGitHub, revision: string, change: (file: File) => void): Promise<string> {
  const file: File = JSON.parse(await github.read(revision, TARGETS));
  change(file);
  return JSON.stringify(file, null, 1);
}

describe('An event that lacks a signature', () => {
  it('publishes nothing when it is merged all the same, and the site stays as it was', async () => {
    const github = await copy();
    const [online, timestamp] = [
      await github.branch('online'),
      await github.download('metadata/timestamp.json'),
    ];
    await github.proposes('alice', 'half', { 'more.txt': 'more' });
    await github.sign('half', 'alice');
    const pull = await github.openPull('half');
    await github.idle();
    expect(await github.status('sign/half')).toBe('pending: Waiting for signatures');

    await github.merge(pull, 'alice');
    await github.idle();
    const run = github.lastRun('Publish');
    expect(run.conclusion).toBe('failure');
    expect(github.jobs(run)).toMatchObject({ 'online-sign': 'failure', build: 'skipped', deploy: 'skipped' });
    expect(github.annotations(run)).toContainEqual(
      expect.objectContaining({ level: 'failure', title: 'threshold-not-met', path: TARGETS }),
    );
    expect(await github.branch('online')).toBe(online);
    expect(await github.download('metadata/timestamp.json')).toBe(timestamp);
    expect((await github.verify()).json).toMatchObject({ ok: true, versions: { targets: 1 } });
  });
});

describe('Metadata that breaks a rule, pushed to events that are opened all at once', () => {
  let github: LocalGitHub;
  let first = '';
  const pulls = new Map<string, number>();
  const attacks: readonly (readonly [string, string, () => Promise<string>])[] = [
    [
      'forged',
      'signature-invalid',
      () =>
        altered(github, 'sign/honest', ({ signatures }) => {
          const signed = signatures.find(({ sig }) => sig !== '')?.sig ?? '';
          for (const entry of signatures) entry.sig = signed;
        }),
    ],
    ['downgraded', 'version-rollback', () => github.read(first, TARGETS)],
    [
      'changed',
      'version-unchanged',
      () =>
        altered(github, 'main', ({ signed }) => {
          signed.expires = '2999-01-01T00:00:00Z';
        }),
    ],
    ['nested', 'invalid-json', async () => '['.repeat(100_000)],
  ];

  beforeAll(async () => {
    github = await copy();
    first = (await github.branch('main')) ?? '';
    await github.proposes('alice', 'second', { 'hello.txt': 'Hello again\n' });
    await github.sign('second', 'alice', 'bob');
    const alice = await github.person('alice');
    await alice.checkOut('sign/second');
    await alice.git('push', '--quiet', 'origin', 'HEAD:main');
    await github.proposes('alice', 'honest', { 'more.txt': 'more' });
    await github.sign('honest', 'alice');
    const carol = await github.person('carol');
    for (const [event, , text] of attacks) await carol.push(`sign/${event}`, { [TARGETS]: await text() });
    for (const event of ['honest', ...attacks.map(([name]) => name)])
      pulls.set(event, await github.openPull(event, 'carol'));
    await github.idle();
  });

  it.each(attacks.map(([event, code]) => [event, code]))(
    'is named in the report and fails the status: %s (%s)',
    async (event, code) => {
      expect(await github.status(`sign/${event}`)).toBe('failure: Not valid: see the errors below');
      expect(await github.report(pulls.get(event) ?? 0)).toMatch(
        new RegExp(`\\*\\*Errors\\*\\*[^*]*\`${code}\``),
      );
    },
  );

  it('does not keep the honest event beside them from its own status', async () => {
    expect(await github.status('sign/honest')).toBe('pending: Waiting for signatures');
  });
});

describe('The online key', () => {
  it('signs nothing for a branch other than the default one, neither by rule nor by request', async () => {
    const github = await copy();
    const online = await github.branch('online');
    await (await github.person('carol')).push('feature', { 'note.txt': 'x' });
    const refused = await github.publish('feature');
    expect(refused.conclusion).toBe('failure');
    expect(github.failures(refused)).toContainEqual(
      'Branch "feature" is not allowed to deploy to online-signing due to environment protection rules.',
    );
    // Somebody has loosened the environment: the action itself refuses as well.
    github.host.putEnvironment('alice/repository', 'online-signing');
    const run = await github.publish('feature');
    expect(github.jobs(run)).toMatchObject({ 'online-sign': 'failure', deploy: 'skipped' });
    expect(github.failures(run)).toContainEqual(
      expect.stringMatching(
        /Online signing runs only on main, not on refs\/heads\/feature\. Start the workflow there/,
      ),
    );
    expect(await github.branch('online')).toBe(online);
  });
});

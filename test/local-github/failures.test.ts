/** What goes wrong around the actions: every failed run says once what is wrong and what to do; what may pass is tried again. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowRun } from '../../src/playground/contract.ts';
import { LocalGitHub, publishedGitHub, REPOSITORY } from '../support/local-github.ts';

let copy: () => Promise<LocalGitHub>;
beforeAll(async () => {
  copy = await publishedGitHub();
});

/** What a failed run says; the runner's own word about the exit code says nothing. */
function complaints(github: LocalGitHub, run: WorkflowRun): readonly string[] {
  expect(run.conclusion).toBe('failure');
  return github.failures(run).filter((message) => !/^Process completed with exit code/.test(message));
}

/** Puts an event on main without a pull request, and waits for what comes of it. */
async function putOnMain(github: LocalGitHub, event: string): Promise<void> {
  const alice = await github.person('alice');
  await alice.checkOut(`sign/${event}`);
  await alice.git('push', '--quiet', 'origin', 'HEAD:main');
  await github.idle();
}

describe('A setting that is missing', () => {
  it('is named where the workflow lacks a permission', async () => {
    const github = await copy();
    const path = '.github/workflows/signing-event.yml';
    const workflow = await github.read('main', path);
    const alice = await github.person('alice');
    await alice.push('main', { [path]: workflow.replace(/ *statuses: write.*\n/, '') });
    await alice.push('sign/edit', { 'targets/hello.txt': 'Hello again\n' });
    await github.idle();
    await github.openPull('edit');
    await github.idle();
    const said = complaints(github, github.lastRun('Signing event'));
    expect(said).toEqual([
      expect.stringMatching(
        /^#1?\d: Could not set the commit status: .*lacks a permission.*`permissions` of the job/,
      ),
    ]);
  });

  it('is named where there is no online key, and Publish goes on once it is there', async () => {
    const github = await copy();
    const [online, timestamp] = [
      await github.branch('online'),
      await github.download('metadata/timestamp.json'),
    ];
    await github.api('alice', 'DELETE', '/environments/online-signing/secrets/ONLINE_KEY');
    await github.proposes('alice', 'next', { 'more.txt': 'more' });
    await github.sign('next', 'alice', 'bob');
    await putOnMain(github, 'next');
    const said = complaints(github, github.lastRun('Publish'));
    expect(said).toEqual([expect.stringMatching(/ONLINE_KEY/)]);
    expect(await github.branch('online')).toBe(online);
    expect(await github.download('metadata/timestamp.json')).toBe(timestamp);
    github.putSecret();
    expect((await github.publish()).conclusion).toBe('success');
    expect((await github.verify()).json).toMatchObject({ ok: true, versions: { targets: 2 } });
  });

  it('is named where Pages is not set up, and Publish goes on once it is', async () => {
    const github = await LocalGitHub.fresh({ pages: false });
    const alice = await github.person('alice');
    await alice.does('init', '--signers', '@alice', '--threshold', '1', '--yes');
    await github.sign('init', 'alice');
    await putOnMain(github, 'init');
    const run = github.lastRun('Publish');
    expect(github.jobs(run)).toMatchObject({ gate: 'success', deploy: 'failure' });
    expect(complaints(github, run)).toEqual([expect.stringMatching(/Pages is not enabled.*settings/)]);
    github.host.enablePages(REPOSITORY);
    expect((await github.publish()).conclusion).toBe('success');
    expect((await github.verify()).json).toMatchObject({ ok: true, versions: { root: 1, timestamp: 1 } });
  });
});

describe('An API that fails', () => {
  let github: LocalGitHub;
  beforeAll(async () => {
    github = await copy();
  });

  /** Opens an event while the API has faults, and answers the number of its pull request. */
  async function openEvent(event: string): Promise<number> {
    await (await github.person('bob')).push(`sign/${event}`, { 'targets/hello.txt': `${event}\n` });
    const pull = await github.openPull(event, 'bob');
    await github.idle();
    return pull;
  }

  it('is asked again after errors of the server and rate limits, and no report is written twice', async () => {
    const { faults } = github.host;
    faults.add({ method: 'POST', path: /\/statuses\//, status: 500, times: 2 });
    faults.add({
      method: 'GET',
      path: /\/issues\/\d+\/comments/,
      status: 429,
      headers: { 'retry-after': '1' },
    });
    faults.add({ method: 'POST', path: /\/issues\/\d+\/comments/, status: 502, afterEffect: true });
    faults.add({ method: 'GET', path: /\/pulls\/\d+$/, status: 403, headers: { 'retry-after': '1' } });
    const pull = await openEvent('flaky');
    expect(github.lastRun('Signing event').conclusion).toBe('success');
    for (const path of ['/repos/alice/repository/statuses/1', '/repos/alice/repository/issues/1/comments'])
      expect(faults.take('POST', path)).toBeUndefined();
    expect(await github.status('sign/flaky')).toBe('pending: Waiting for signatures');
    expect(await github.report(pull)).toContain('Waiting for signatures');
  });

  it('ends the run with one clear annotation where it says no, and the next run finishes the work', async () => {
    const headers = { 'x-accepted-github-permissions': 'statuses=write' };
    github.host.faults.add({ method: 'POST', path: /\/statuses\//, status: 403, headers });
    const pull = await openEvent('denied');
    const said = complaints(github, github.lastRun('Signing event'));
    expect(said).toEqual([
      expect.stringMatching(/Could not set the commit status: .*permission \(statuses=write\)/),
    ]);
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(await github.status('sign/denied')).toBe('pending: Waiting for signatures');
    expect(await github.report(pull)).toContain('Waiting for signatures');
  });
});

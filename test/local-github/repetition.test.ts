/** Runs that overlap, are repeated or are killed: the newest state wins, and a second run changes nothing. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalGitHub, publishedGitHub, REPOSITORY } from '../support/local-github.ts';

let copy: () => Promise<LocalGitHub>;
beforeAll(async () => {
  copy = await publishedGitHub();
});

/** Waits until the newest run of a workflow has a job that runs. */
async function untilRunning(github: LocalGitHub, workflow: string, job: string): Promise<number> {
  for (;;) {
    const [run] = github.runs(workflow);
    if (run?.status === 'completed') throw new Error(`${workflow} ended before ${job}: ${github.log(run)}`);
    if (run?.jobs.some(({ name, status }) => name === job && status === 'in_progress')) return run.id;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('The sweep over events', () => {
  it('changes nothing when it looks at the same state again', async () => {
    const github = await copy();
    await (await github.person('bob')).push('sign/edit', { 'targets/hello.txt': 'Hello again\n' });
    const pull = await github.openPull('edit', 'bob');
    await github.idle();
    const seen = async () => ({
      head: await github.branch('sign/edit'),
      statuses: await github.statuses('sign/edit'),
      comments: await github.comments(pull),
      pull: (await github.api('bob', 'GET', `/pulls/${pull}`)).updated_at,
    });
    const before = await seen();
    await github.dispatch('signing-event.yml');
    await github.idle();
    github.actions.rerun(github.lastRun('Signing event').id);
    await github.idle();
    expect(github.lastRun('Signing event')).toMatchObject({ attempt: 2, conclusion: 'success' });
    expect(await seen()).toEqual(before);
  });

  it('ends at the newest head while it moves and runs overtake each other', async () => {
    const github = await copy();
    await github.proposes('alice', 'move', { 'more.txt': 'more' });
    const pull = await github.openPull('move');
    await untilRunning(github, 'Signing event', 'evaluate');
    await github.sign('move', 'alice');
    await Promise.all([github.dispatch('signing-event.yml'), github.sign('move', 'bob')]);
    await Promise.all(Array.from({ length: 3 }, () => github.dispatch('signing-event.yml')));
    await github.idle();
    expect(await github.status('sign/move')).toBe('success: Ready to merge');
    const head = (await github.branch('sign/move')) ?? '';
    expect(await github.report(pull)).toContain(`Commit ${head.slice(0, 12)}`);
    const outcomes = github.runs('Signing event').map(({ conclusion }) => conclusion);
    expect(outcomes.every((conclusion) => conclusion === 'success' || conclusion === 'cancelled')).toBe(true);
  });

  it('misses none of many pull requests that are opened at once', async () => {
    const github = await copy();
    const events = ['one', 'two', 'three', 'four'];
    const bob = await github.person('bob');
    for (const event of events) await bob.push(`sign/${event}`, { 'targets/hello.txt': `${event}\n` });
    await Promise.all(events.map((event) => github.openPull(event, 'bob')));
    await github.idle();
    for (const event of events)
      expect([event, await github.status(`sign/${event}`)]).toEqual([
        event,
        'pending: Waiting for signatures',
      ]);
  });
});

describe('Publish', () => {
  it('is finished by the next run, wherever the run before was killed', async () => {
    const github = await copy();
    await github.proposes('alice', 'next', { 'more.txt': 'more' });
    await github.sign('next', 'alice', 'bob');
    const pull = await github.openPull('next');
    await github.idle();
    await github.merge(pull);
    // Long enough to be caught at it.
    github.deployments.before = () => new Promise((resolve) => setTimeout(resolve, 200));
    for (const job of ['online-sign', 'build', 'gate', 'deploy']) {
      if (job !== 'online-sign') await github.dispatch('publish.yml');
      const run = await untilRunning(github, 'Publish', job);
      github.actions.cancel(run);
      await github.idle();
      expect([job, github.actions.run(run)?.conclusion]).toEqual([job, 'cancelled']);
      // Whatever is live now, a client that has seen what was before accepts it.
      expect((await github.verify()).json).toMatchObject({ ok: true });
    }
    expect((await github.publish()).conclusion).toBe('success');
    expect((await github.verify()).json).toMatchObject({
      ok: true,
      versions: { root: 1, timestamp: 2, snapshot: 2, targets: 2 },
      artifacts: [{ path: 'hello.txt' }, { path: 'more.txt', ok: true }],
    });
  });

  it('signs nothing when it is started by schedule and nothing is due', async () => {
    const github = await copy();
    const online = await github.branch('online');
    github.actions.fireSchedules(REPOSITORY);
    await github.idle();
    expect(github.lastRun('Publish')).toMatchObject({ event: 'schedule', conclusion: 'success' });
    expect(await github.branch('online')).toBe(online);
  });

  it('leaves the live site as it was where the deployment fails', async () => {
    const github = await copy();
    const timestamp = await github.download('metadata/timestamp.json');
    await github.proposes('alice', 'next', { 'more.txt': 'more' });
    await github.sign('next', 'alice', 'bob');
    const fault = async () => {
      throw new Error('Deployment failed, try again later.');
    };
    github.deployments.before = fault;
    await github.merge(await github.openPull('next'));
    await github.idle();
    const failed = github.lastRun('Publish');
    expect(github.jobs(failed)).toMatchObject({ gate: 'success', deploy: 'failure', check: 'skipped' });
    expect(github.failures(failed)).toContainEqual(expect.stringContaining('try again later'));
    expect(await github.download('metadata/timestamp.json')).toBe(timestamp);

    github.deployments.before = async () => undefined;
    expect((await github.publish()).conclusion).toBe('success');
    expect((await github.verify()).json).toMatchObject({ ok: true, versions: { timestamp: 2, targets: 2 } });
  });

  it('does not deploy a site that was changed after it was built', async () => {
    const github = await copy();
    const timestamp = await github.download('metadata/timestamp.json');
    const path = '.github/workflows/publish.yml';
    const tamper = "      - run: find _site -name '*hello.txt' -exec sh -c 'echo changed >> \"$0\"' {} ';'\n";
    const workflow = (await github.read('main', path)).replace(
      / *- uses: actions\/upload-artifact@/,
      (found) => tamper + found,
    );
    await (await github.person('alice')).push('main', { [path]: workflow });
    await github.idle();
    const run = github.lastRun('Publish');
    expect(github.jobs(run)).toMatchObject({ build: 'success', gate: 'failure', deploy: 'skipped' });
    expect(github.failures(run)).toContainEqual(
      expect.stringMatching(/independent client refuses _site.*hello\.txt/),
    );
    expect(await github.download('metadata/timestamp.json')).toBe(timestamp);
    expect((await github.verify()).json).toMatchObject({ ok: true });
  });
});

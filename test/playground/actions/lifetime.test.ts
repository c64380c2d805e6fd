/** Cancelling, time limits, running again, stopping and coming back. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { FakeHost, oneJob } from '../../support/fake-host.ts';
import { git } from '../../support/git.ts';

const REPOSITORY = 'octo/hello';

async function startWith(workflow: string, options = {}) {
  const host = await FakeHost.start(options);
  await host.repository(REPOSITORY, { '.github/workflows/test.yml': workflow });
  await host.push(REPOSITORY, 'main');
  return host;
}

/** Until the log of the first job has a line. */
async function logged(host: FakeHost, line: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = line.exec(host.log(host.engine.runs(REPOSITORY)[0]));
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

const SLOW = `
- run: |
    sleep 300 & echo "child: $!"
    echo "begun"
    wait
- run: echo skipped
- run: echo "always \${{ job.status }}"
  if: always()
- run: echo "only when cancelled"
  if: cancelled()
- run: echo "not a failure"
  if: failure()
`;

test('a cancelled run stops the process and what it started, and runs what is for always', async () => {
  const host = await startWith(oneJob('push', SLOW));
  const child = Number((await logged(host, /^child: (\d+)$/m))[1]);
  await logged(host, /^begun$/m);
  host.engine.cancel(host.engine.runs(REPOSITORY)[0]?.id ?? 0);
  const [run] = await host.finished(REPOSITORY);
  expect(run).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  expect(run?.jobs[0]?.conclusion).toBe('cancelled');
  expect(run?.jobs[0]?.steps.map((step) => step.conclusion)).toEqual([
    'success',
    'cancelled',
    'skipped',
    'success',
    'success',
    'skipped',
    'success',
  ]);
  const log = host.log(run);
  expect(log).toContain('##[error]The operation was canceled.\n');
  expect(log).toContain('always cancelled\n');
  expect(log).toContain('only when cancelled\n');
  expect(isRunning(child)).toBe(false);
  expect(() => host.engine.cancel(run?.id ?? 0)).toThrow(expect.objectContaining({ status: 409 }));
});

test('a process that ignores signals is killed', async () => {
  const host = await startWith(
    oneJob('push', `- run: |\n    trap '' INT TERM\n    echo "pid: $$"\n    while true; do sleep 0.1; done`),
  );
  const pid = Number((await logged(host, /^pid: (\d+)$/m))[1]);
  host.engine.cancel(host.engine.runs(REPOSITORY)[0]?.id ?? 0);
  const [run] = await host.finished(REPOSITORY);
  expect(run?.conclusion).toBe('cancelled');
  expect(isRunning(pid)).toBe(false);
});

test('a process that asks to can end in good order', async () => {
  const steps = `- run: |\n    trap 'echo "tidied up"; exit 1' INT\n    echo begun\n    while true; do sleep 0.05; done`;
  const host = await startWith(oneJob('push', steps), { cancelGrace: { interrupt: 5000, terminate: 5000 } });
  await logged(host, /^begun$/m);
  host.engine.cancel(host.engine.runs(REPOSITORY)[0]?.id ?? 0);
  const [run] = await host.finished(REPOSITORY);
  expect(host.log(run)).toContain('tidied up\n');
});

test('a cancelled run still runs jobs that are for always, and none of the others', async () => {
  const host = await startWith(`
on: push
jobs:
  slow: { runs-on: x, steps: [ { run: 'echo begun; sleep 300' } ] }
  after: { needs: slow, runs-on: x, steps: [ { run: echo } ] }
  always: { needs: slow, if: always(), runs-on: x, steps: [ { run: echo } ] }
`);
  await logged(host, /^begun$/m);
  host.engine.cancel(host.engine.runs(REPOSITORY)[0]?.id ?? 0);
  const [run] = await host.finished(REPOSITORY);
  expect(run?.conclusion).toBe('cancelled');
  expect(run?.jobs.map((job) => [job.name, job.conclusion])).toEqual([
    ['slow', 'cancelled'],
    ['after', 'cancelled'],
    ['always', 'success'],
  ]);
});

test('a step that takes too long fails, one step only', async () => {
  const host = await startWith(
    oneJob('push', '- run: sleep 300\n  timeout-minutes: 1\n  continue-on-error: true\n- run: echo after'),
    { minute: 300 },
  );
  const [run] = await host.finished(REPOSITORY);
  expect(run?.conclusion).toBe('success');
  expect(run?.jobs[0]?.annotations[0]?.message).toBe(
    "The action 'Run sleep 300' has timed out after 1 minutes.",
  );
  expect(host.log(run)).toMatch(/^after$/m);
});

test('a job that takes too long is cancelled', async () => {
  const host = await startWith(
    oneJob('push', '- run: sleep 300').replace('runs-on', 'timeout-minutes: 2\n    runs-on'),
    { minute: 200 },
  );
  const [run] = await host.finished(REPOSITORY);
  expect(run?.jobs[0]?.conclusion).toBe('cancelled');
  expect(run?.jobs[0]?.annotations.map((annotation) => annotation.message)).toEqual([
    'The job has exceeded the maximum execution time of 2m0s',
    'The operation was canceled.',
  ]);
});

test('running again takes the original commit and event, as the next attempt', async () => {
  const host = await startWith(
    oneJob('push', '- run: echo "attempt $GITHUB_RUN_ATTEMPT of $GITHUB_RUN_NUMBER at $GITHUB_SHA"'),
  );
  const [first] = await host.finished(REPOSITORY);
  const sha = first?.headSha ?? '';
  await host.commit(REPOSITORY, 'main', { '.github/workflows/test.yml': oneJob('push', '- run: echo new') });
  host.engine.rerun(first?.id ?? 0);
  const runs = await host.finished(REPOSITORY);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ id: first?.id, attempt: 2, headSha: sha, conclusion: 'success' });
  expect(runs[0]?.jobs).toHaveLength(1);
  expect(host.log(runs[0])).toContain(`attempt 2 of 1 at ${sha}\n`);
  expect(host.log(first)).toContain('attempt 1 of 1');
  expect(host.raised.filter((event) => event.action === 'completed')).toHaveLength(2);
  expect(host.raised.filter((event) => event.action === 'requested')).toHaveLength(1);
});

test('what was under way when the program was killed is cancelled with a note when it comes back', async () => {
  const host = await startWith(oneJob('push', SLOW));
  const child = Number((await logged(host, /^child: (\d+)$/m))[1]);
  await logged(host, /^begun$/m);
  await host.repository('octo/done', { '.github/workflows/test.yml': oneJob('push', '- run: echo kept') });
  const id = host.engine.runs(REPOSITORY)[0]?.id ?? 0;
  const engine = host.restart();
  expect(engine.run(id)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  expect(engine.run(id)?.annotations[0]?.message).toContain('was stopped while this run was under way');
  expect(engine.run(id)?.jobs[0]).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  // A process that was killed is gone a moment later.
  await vi.waitFor(() => expect(isRunning(child)).toBe(false), { timeout: 10_000 });
  await host.push('octo/done', 'main');
  const [run] = await host.finished('octo/done');
  expect(host.log(run)).toMatch(/^kept$/m);
});

test('finished runs, their logs and numbers survive a restart', async () => {
  const host = await startWith(oneJob('push', '- run: echo kept; echo "# kept" >> $GITHUB_STEP_SUMMARY'));
  const before = await host.finished(REPOSITORY);
  await host.engine.close();
  host.restart();
  expect(host.engine.runs(REPOSITORY)).toEqual(before);
  expect(host.log(before[0])).toMatch(/^kept$/m);
  expect(host.engine.jobSummary(before[0]?.jobs[0]?.id ?? 0)).toBe('# kept\n');
  await host.push(REPOSITORY, 'main');
  expect((await host.finished(REPOSITORY)).map((run) => run.runNumber)).toEqual([1, 2]);
});

test('closing leaves no process, no folder and no run under way', async () => {
  const host = await startWith(
    oneJob(
      'push',
      `- run: |\n    trap '' INT TERM\n    echo "pid: $$"; echo "at: $RUNNER_TEMP"\n    while true; do sleep 0.1; done\n- run: echo never\n  if: always()`,
    ),
  );
  const pid = Number((await logged(host, /^pid: (\d+)$/m))[1]);
  const folder = (await logged(host, /^at: (.+)$/m))[1] ?? '';
  await host.engine.close();
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(folder)).toBe(false);
  expect(
    readdirSync(tmpdir()).some((name) => folder.includes(name) && name.startsWith('playground-actions-')),
  ).toBe(false);
  const [run] = host.engine.runs(REPOSITORY);
  expect(run).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  expect(host.log(run)).not.toMatch(/^never$/m);
  await host.push(REPOSITORY, 'main');
  expect(host.engine.runs(REPOSITORY)).toHaveLength(1);
});

test('runs can be found by event, status, commit, branch and workflow', async () => {
  const host = await startWith(
    oneJob('[push, workflow_dispatch]', '- run: test "$GITHUB_EVENT_NAME" = push'),
  );
  host.dispatch(REPOSITORY, 'test.yml');
  await host.engine.idle();
  const sha = await git(host.gitDir(REPOSITORY), 'rev-parse', 'main');
  const count = (filter: Parameters<typeof host.engine.runs>[1]) =>
    host.engine.runs(REPOSITORY, filter).length;
  expect(count({ event: 'push' })).toBe(1);
  expect(count({ status: 'completed' })).toBe(2);
  expect(count({ status: 'failure' })).toBe(1);
  expect(count({ headSha: sha, branch: 'main', workflow: 'test.yml' })).toBe(2);
  expect(count({ branch: 'other' })).toBe(0);
  expect(count({ workflow: '.github/workflows/test.yml', event: 'workflow_dispatch' })).toBe(1);
});

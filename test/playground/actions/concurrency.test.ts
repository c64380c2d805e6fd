/** Concurrency groups of real runs and jobs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WorkflowRun } from '../../../src/playground/contract.ts';
import { FakeHost } from '../../support/fake-host.ts';

const REPOSITORY = 'octo/hello';

/** A workflow whose job waits until the test makes a file `go`. */
function waiting(host: FakeHost, concurrency: string, level: 'workflow' | 'job' = 'workflow'): string {
  const line = `concurrency: ${concurrency}`;
  return `
name: Waiting
on: { workflow_dispatch: { inputs: { n: { default: '' } } } }
${level === 'workflow' ? line : ''}
jobs:
  wait:
    ${level === 'job' ? line : ''}
    runs-on: x
    steps: [ { run: 'while ! test -e "${host.dataDir}/go"; do sleep 0.05; done; echo "ran \${{ inputs.n }}"' } ]
`;
}

async function dispatchMany(concurrency: string, count: number, level?: 'job') {
  const host = await FakeHost.start({ concurrentJobs: 20 });
  await host.repository(REPOSITORY, { '.github/workflows/wait.yml': waiting(host, concurrency, level) });
  for (let n = 1; n <= count; n += 1) host.dispatch(REPOSITORY, 'wait.yml', { n: `${n}` });
  await started(host);
  return host;
}

/** Until a first job runs. */
async function started(host: FakeHost): Promise<void> {
  while (!host.engine.runs(REPOSITORY).some((run) => run.status === 'in_progress')) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function go(host: FakeHost): void {
  writeFileSync(join(host.dataDir, 'go'), '');
}

const conclusions = (runs: readonly WorkflowRun[]) => runs.map((run) => run.conclusion);

test('of five dispatches in one group the first and the last run, the others are cancelled', async () => {
  const host = await dispatchMany('{ group: one }', 5);
  const meanwhile = host.engine.runs(REPOSITORY).toReversed();
  expect(meanwhile.map((run) => run.status)).toEqual([
    'in_progress',
    'completed',
    'completed',
    'completed',
    'pending',
  ]);
  go(host);
  const runs = await host.finished(REPOSITORY);
  expect(conclusions(runs)).toEqual(['success', 'cancelled', 'cancelled', 'cancelled', 'success']);
  expect(runs[1]?.annotations[0]?.message).toBe(
    "Canceling since a higher priority waiting request for 'one' exists",
  );
  expect(host.log(runs[4])).toContain('ran 5\n');
});

test('with queue: max all five run, one after the other', async () => {
  const host = await dispatchMany('{ group: one, queue: max }', 5);
  expect(host.engine.runs(REPOSITORY, { status: 'pending' })).toHaveLength(4);
  go(host);
  expect(conclusions(await host.finished(REPOSITORY))).toEqual([
    'success',
    'success',
    'success',
    'success',
    'success',
  ]);
});

test('cancel-in-progress stops the running one for the newest', async () => {
  const host = await dispatchMany('{ group: one, cancel-in-progress: true }', 1);
  host.dispatch(REPOSITORY, 'wait.yml', { n: '2' });
  go(host);
  const runs = await host.finished(REPOSITORY);
  expect(conclusions(runs)).toEqual(['cancelled', 'success']);
  expect(runs[0]?.jobs[0]?.conclusion).toBe('cancelled');
});

test('groups of different names, and those of other repositories, do not wait for each other', async () => {
  const host = await dispatchMany(`{ group: "g-\${{ inputs.n }}" }`, 3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(host.engine.runs(REPOSITORY, { status: 'pending' })).toEqual([]);
  go(host);
  expect(conclusions(await host.finished(REPOSITORY))).toEqual(['success', 'success', 'success']);
});

test('a group of jobs keeps one running and the newest pending', async () => {
  const host = await dispatchMany('one', 3, 'job');
  go(host);
  const runs = await host.finished(REPOSITORY);
  expect(conclusions(runs)).toEqual(['success', 'cancelled', 'success']);
  expect(runs[1]?.jobs[0]?.annotations[0]?.message).toContain("higher priority waiting request for 'one'");
});

test('a job that waits for the group of its own run is cancelled instead of waiting for ever', async () => {
  const host = await FakeHost.start();
  await host.repository(REPOSITORY, {
    '.github/workflows/a.yml':
      'on: push\nconcurrency: same\njobs: { a: { concurrency: Same, runs-on: x, steps: [ { run: echo } ] } }',
  });
  await host.push(REPOSITORY, 'main');
  const [run] = await host.finished(REPOSITORY);
  expect(run?.jobs[0]?.annotations[0]?.message).toContain('a deadlock for concurrency group');
});

test('queue: max with a cancel-in-progress that comes out true is a failure', async () => {
  const host = await FakeHost.start();
  await host.repository(REPOSITORY, {
    '.github/workflows/a.yml': `on: push\nconcurrency: { group: g, queue: max, cancel-in-progress: "\${{ github.ref == 'refs/heads/main' }}" }\njobs: { a: { runs-on: x, steps: [ { run: echo } ] } }`,
  });
  await host.push(REPOSITORY, 'main');
  const [run] = await host.finished(REPOSITORY);
  expect(run?.annotations[0]?.message).toContain("'queue: max' cannot be combined");
});

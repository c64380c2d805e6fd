/** Starting a workflow by hand, and workflow files that GitHub refuses. */
import { expect, test } from 'vitest';
import { readWorkflow } from '../../../src/playground/actions/workflow-file.ts';
import { FakeHost, oneJob } from '../../support/fake-host.ts';

const REPOSITORY = 'octo/hello';
const INPUTS = `
{ workflow_dispatch: { inputs: {
  word: { type: string, default: hello },
  level: { type: choice, options: [low, high], default: low },
  loud: { type: boolean },
  count: { type: number, default: 3 },
  need: { type: string, required: true } } } }`;
const SHOW = `
- run: 'echo "$SHOWN"'
  env:
    SHOWN: \${{ inputs.word }} \${{ inputs.level }} \${{ inputs.loud == false }} \${{ inputs.count == 3 }} \${{ github.event.inputs.loud == 'false' }} \${{ inputs.need }}`;

async function hostWith(workflow: string) {
  const host = await FakeHost.start();
  await host.repository(REPOSITORY, { '.github/workflows/test.yml': workflow });
  return host;
}

test('inputs have types and defaults', async () => {
  const host = await hostWith(oneJob(INPUTS.trim().replaceAll('\n', ' '), SHOW));
  host.dispatch(REPOSITORY, 'test.yml', { need: 'x y' });
  const [run] = await host.finished(REPOSITORY);
  expect(run).toMatchObject({ event: 'workflow_dispatch', conclusion: 'success', headBranch: 'main' });
  expect(host.log(run)).toContain('hello low true true true x y\n');
});

test.each([
  [{}, 422, "Required input 'need' not provided"],
  [{ need: 'x', other: 'y' }, 422, 'Unexpected inputs provided: ["other"]'],
  [{ need: 'x', level: 'middle' }, 422, 'not in the list of allowed values'],
  [{ need: 'x', loud: 'maybe' }, 422, 'is not a boolean'],
  [{ need: 'x', count: 'many' }, 422, 'is not a number'],
  [{ need: 'x', constructor: 'y' }, 422, 'Unexpected inputs provided'],
])('inputs %o are refused', async (inputs, status, message) => {
  const host = await hostWith(oneJob(INPUTS.trim().replaceAll('\n', ' '), SHOW));
  const dispatch = () => host.dispatch(REPOSITORY, 'test.yml', inputs as Record<string, string>);
  expect(dispatch).toThrow(expect.objectContaining({ status, message: expect.stringContaining(message) }));
  expect(await host.finished(REPOSITORY)).toEqual([]);
});

test('a workflow without the trigger, an unknown one, and an unknown ref are refused', async () => {
  const host = await hostWith(oneJob('push', '- run: echo'));
  expect(() => host.dispatch(REPOSITORY, 'test.yml')).toThrow(
    "Workflow does not have 'workflow_dispatch' trigger",
  );
  expect(() => host.dispatch(REPOSITORY, 'none.yml')).toThrow(expect.objectContaining({ status: 404 }));
  expect(() => host.dispatch(REPOSITORY, 'test.yml', {}, 'nowhere')).toThrow('No ref found for: nowhere');
});

test('a workflow can be dispatched on a branch, and only if the default branch has it', async () => {
  const host = await hostWith(oneJob('workflow_dispatch', '- run: echo main'));
  await host.commit(REPOSITORY, 'topic', {
    '.github/workflows/test.yml': oneJob('workflow_dispatch', '- run: echo "topic $GITHUB_REF"'),
    '.github/workflows/new.yml': oneJob('workflow_dispatch', '- run: echo'),
  });
  host.dispatch(REPOSITORY, '.github/workflows/test.yml', {}, 'topic');
  const [run] = await host.finished(REPOSITORY);
  expect(host.log(run)).toContain('topic refs/heads/topic\n');
  expect(() => host.dispatch(REPOSITORY, 'new.yml', {}, 'topic')).toThrow(
    expect.objectContaining({ status: 404 }),
  );
});

test('a dispatch by a job starts a run', async () => {
  const host = await hostWith(oneJob('workflow_dispatch', '- run: echo'));
  host.engine.dispatch(REPOSITORY, 'test.yml', 'main', {}, 'github-actions[bot]', true);
  expect(await host.finished(REPOSITORY)).toMatchObject([
    { conclusion: 'success', actor: 'github-actions[bot]' },
  ]);
});

test('the workflows of the default branch are listed', async () => {
  const host = await hostWith(oneJob('push', '- run: echo'));
  expect(host.engine.workflows(REPOSITORY)).toEqual([
    { id: expect.any(Number), name: 'Test', path: '.github/workflows/test.yml', state: 'active' },
  ]);
});

test('a push with a workflow file that is not valid makes a failed run with the messages', async () => {
  const host = await hostWith('on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n');
  await host.push(REPOSITORY, 'main');
  const [run] = await host.finished(REPOSITORY);
  expect(run).toMatchObject({ conclusion: 'failure', name: '.github/workflows/test.yml', jobs: [] });
  expect(run?.annotations[0]).toEqual({
    level: 'failure',
    title: 'Invalid workflow file: .github/workflows/test.yml#L5',
    message:
      "The workflow is not valid. .github/workflows/test.yml (Line: 5, Col: 5): Unexpected value 'stepz'",
    path: '.github/workflows/test.yml',
    line: 5,
  });
});

const job = (more: string) => `on: push\njobs:\n  a:\n    runs-on: x\n${more}`;
const STEPS = '    steps: [ { run: echo } ]\n';

test.each([
  ['secrets in an if', job(`    steps:\n      - run: echo\n        if: secrets.KEY != ''\n`), 'secrets'],
  ['secrets in the if of a job', job(`    if: secrets.KEY\n${STEPS}`), 'secrets'],
  [
    'queue: max with cancel-in-progress',
    job(`    concurrency: { group: g, queue: max, cancel-in-progress: true }\n${STEPS}`),
    'queue: max',
  ],
  [
    'two filters for branches',
    `on: { push: { branches: [a], branches-ignore: [b] } }\njobs: { a: { runs-on: x, steps: [ { run: echo } ] } }`,
    'you may only define one',
  ],
  ['a fraction of a minute', job(`    timeout-minutes: 0.5\n${STEPS}`), 'positive integer'],
  ['a job without steps', job(''), 'No steps defined'],
  ['an unknown permission', job(`    permissions: { everything: write }\n${STEPS}`), 'everything'],
  ['a need that is not there', job(`    needs: b\n${STEPS}`), 'b'],
  [
    'a circle of needs',
    `on: push\njobs:\n  a: { needs: b, runs-on: x, steps: [ { run: echo } ] }\n  b: { needs: a, runs-on: x, steps: [ { run: echo } ] }`,
    'no dependencies',
  ],
  ['two steps of one id', job(`    steps: [ { id: x, run: echo }, { id: x, run: echo } ]\n`), 'x'],
  ['an unknown function', job(`    steps: [ { run: "\${{ evil() }}" } ]\n`), 'evil'],
  ['YAML that is none', 'on: [push', 'Flow sequence'],
])('%s is not valid', (_, content, message) => {
  const read = readWorkflow({ path: '.github/workflows/x.yml', content });
  expect('problems' in read ? read.problems.map((problem) => problem.message).join('\n') : 'valid').toContain(
    message,
  );
});

test('what is not supported fails and says so', async () => {
  const host = await FakeHost.start();
  await host.repository(REPOSITORY, {
    '.github/workflows/call.yml': 'on: push\njobs: { a: { uses: ./.github/workflows/other.yml } }',
    '.github/workflows/container.yml':
      'on: push\njobs: { a: { runs-on: x, container: alpine, steps: [ { run: echo } ] } }',
    '.github/workflows/services.yml':
      'on: push\njobs: { a: { runs-on: x, services: { db: { image: x } }, steps: [ { run: echo } ] } }',
  });
  await host.push(REPOSITORY, 'main');
  const runs = await host.finished(REPOSITORY);
  expect(runs.map((run) => run.conclusion)).toEqual(['failure', 'failure', 'failure']);
  expect(
    runs.every((run) => run.jobs[0]?.annotations[0]?.message.includes('not supported by the local GitHub')),
  ).toBe(true);
});

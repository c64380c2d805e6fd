/** `uses:` — actions in Node, composite actions, and those that are refused. */
import { expect, test } from 'vitest';
import { FakeHost, oneJob } from '../../support/fake-host.ts';

const NODE_ACTION = {
  'say/action.yml': `
name: Say
description: Says something
inputs:
  text: { description: What, required: true }
  loud voice: { description: How, default: "\${{ github.repository }}" }
outputs:
  said: { description: What was said }
runs: { using: node24, pre: pre.js, main: main.js, post: post.js }
`,
  'say/pre.js': `console.log('pre ' + process.env.INPUT_TEXT); require('fs').appendFileSync(process.env.GITHUB_STATE, 'a=from pre\\n');`,
  'say/main.js': `
const { appendFileSync } = require('fs');
console.log('main', process.env.INPUT_TEXT, process.env['INPUT_LOUD_VOICE'], process.env.STATE_a ?? 'no state', process.version.split('.')[0]);
console.log('place', process.env.GITHUB_ACTION_REPOSITORY || 'none');
appendFileSync(process.env.GITHUB_OUTPUT, 'said=' + process.env.INPUT_TEXT + '\\n');
appendFileSync(process.env.GITHUB_STATE, 'b=from main ' + process.env.INPUT_TEXT + '\\n');
`,
  'say/post.js': `console.log('post', process.env.STATE_b);`,
};

const CHECKOUT = '- uses: actions/checkout@v6';

async function run(steps: string, files: Readonly<Record<string, string>> = {}) {
  const host = await FakeHost.start();
  await host.repository('octo/tools', NODE_ACTION);
  await host.repository('octo/hello', { '.github/workflows/test.yml': oneJob('push', steps), ...files });
  await host.push('octo/hello', 'main');
  const [made] = await host.finished('octo/hello');
  return { host, run: made, log: host.log(made), first: made?.jobs[0]?.annotations[0]?.message ?? '' };
}

test('an action of another repository runs pre, main and, in reverse order, post', async () => {
  const { run: made, log } = await run(`
- uses: octo/tools/say@main
  id: say
  with: { text: one }
- uses: octo/tools/say@main
  with: { text: two, loud voice: high }
- run: 'echo "said: \${{ steps.say.outputs.said }}"'
`);
  expect(made?.conclusion).toBe('success');
  const said = [...log.matchAll(/^(?:pre|main|post|said:|place) .*$/gm)].map(([line]) => line);
  expect(said).toEqual([
    'pre one',
    'pre two',
    'main one octo/hello from pre v24',
    'place octo/tools',
    'main two high from pre v24',
    'place octo/tools',
    'said: one',
    'post from main two',
    'post from main one',
  ]);
  expect(made?.jobs[0]?.steps.map((step) => step.name)).toEqual([
    'Set up job',
    'Pre octo/tools/say@main',
    'Pre octo/tools/say@main',
    'Run octo/tools/say@main',
    'Run octo/tools/say@main',
    'Run echo "said: one"',
    'Post octo/tools/say@main',
    'Post octo/tools/say@main',
    'Complete job',
  ]);
});

test('post runs although a step failed', async () => {
  const { log, run: made } = await run('- uses: octo/tools/say@main\n  with: { text: x }\n- run: exit 1');
  expect(made?.conclusion).toBe('failure');
  expect(log).toContain('post from main x\n');
});

test('an action of the workspace is there after checkout, and not before', async () => {
  const { log, first } = await run('- uses: ./say\n  with: { text: x }', NODE_ACTION);
  expect(first).toContain('Did you forget to run actions/checkout');
  expect(log).not.toContain('main x');
  const after = await run(`${CHECKOUT}\n- uses: ./say\n  with: { text: x }`, NODE_ACTION);
  expect(after.run?.conclusion).toBe('success');
  // `pre` would come before the first step, when the action is not there yet.
  expect(after.log).toContain('main x octo/hello no state v24\n');
});

test('a missing required input and an unknown one are warnings', async () => {
  const { log, run: made } = await run('- uses: octo/tools/say@main\n  with: { txt: x }');
  expect(made?.conclusion).toBe('success');
  expect(log).toContain("##[warning]Input 'text' is required and was not supplied");
  expect(log).toContain("##[warning]Unexpected input(s) 'txt', valid inputs are ['text', 'loud voice']");
});

test('a composite action has inputs, outputs and steps of its own, and no secrets', async () => {
  const { log, run: made } = await run(
    `
${CHECKOUT}
- uses: ./both
  id: both
  with: { word: hi }
  env: { AROUND: outer }
- run: 'echo "result: \${{ steps.both.outputs.result }} inner: \${{ steps.inner.outputs.x }}|"'
`,
    {
      ...NODE_ACTION,
      'both/action.yml': `
name: Both
description: Two steps
inputs: { word: { description: x, required: true } }
outputs: { result: { description: x, value: "\${{ steps.inner.outputs.x }}" } }
runs:
  using: composite
  steps:
    - id: inner
      shell: bash
      run: |
        echo "x=$WORD-$AROUND" >> "$GITHUB_OUTPUT"
        test -f "$GITHUB_ACTION_PATH/action.yml" && echo "path is right"
        echo "FROM_COMPOSITE=1" >> "$GITHUB_ENV"
      env: { WORD: "\${{ inputs.word }}" }
    - uses: ./say
      with: { text: "\${{ steps.inner.outputs.x }}" }
`,
    },
  );
  expect(made?.conclusion).toBe('success');
  expect(log).toContain('path is right\n');
  expect(log).toContain('main hi-outer octo/hello no state v24\n');
  expect(log).toContain('result: hi-outer inner: |\n');
});

test('a failure within a composite action fails the step once', async () => {
  const { run: made } = await run(`${CHECKOUT}\n- uses: ./bad\n- run: echo no`, {
    'bad/action.yml': `
name: Bad
description: x
runs:
  using: composite
  steps:
    - run: exit 7
      shell: bash
    - run: echo never
      shell: bash
`,
  });
  expect(made?.jobs[0]?.annotations.map((annotation) => annotation.message)).toEqual([
    'Process completed with exit code 7.',
  ]);
  expect(made?.jobs[0]?.steps.map((step) => step.conclusion)).toEqual([
    'success',
    'success',
    'failure',
    'skipped',
    'success',
    'success',
  ]);
});

test('an action that uses itself does not run for ever', async () => {
  const { first } = await run(`${CHECKOUT}\n- uses: ./loop`, {
    'loop/action.yml': 'name: L\ndescription: x\nruns: { using: composite, steps: [ { uses: ./loop } ] }\n',
  });
  expect(first).toContain('nested deeper');
});

test.each([
  ['actions/cache@v4', 'no counterpart of this action'],
  ['docker://alpine:3', 'not supported by the local GitHub'],
  ['octo/tools/say@nowhere', "unable to find version 'nowhere'"],
  ['octo/tools/../../../home@main', 'Expected format {org}/{repo}[/path]@ref'],
  ['octo/tools/none@main', "Can't find 'action.yml'"],
  ['actions/checkout@8e8c483', 'shortened version of a commit SHA'],
])('the action %s fails the job by name before any step runs', async (uses, message) => {
  const { first, run: made, log } = await run(`- run: echo begun\n- uses: ${uses}`);
  expect(first).toContain(uses.split('@')[0]);
  expect(first).toContain(message);
  expect(made?.conclusion).toBe('failure');
  expect(log).not.toMatch(/^begun$/m);
});

test('an action of a private repository is not open to others', async () => {
  const host = await FakeHost.start();
  (await host.repository('octo/tools', NODE_ACTION)).private = true;
  await host.repository('octo/hello', {
    '.github/workflows/test.yml': oneJob('push', '- uses: octo/tools/say@main'),
  });
  await host.push('octo/hello', 'main');
  const [made] = await host.finished('octo/hello');
  expect(made?.jobs[0]?.annotations[0]?.message).toContain('repository not found');
});

test('an action that is pinned to a full hash runs as of that commit', async () => {
  const host = await FakeHost.start();
  await host.repository('octo/tools', NODE_ACTION);
  const old = await host.commit('octo/tools', 'main', { 'say/main.js': 'console.log("old")' });
  await host.commit('octo/tools', 'main', { 'say/main.js': 'console.log("new")' });
  const steps = `- uses: octo/tools/say@${old}\n  with: { text: x }`;
  await host.repository('octo/hello', { '.github/workflows/test.yml': oneJob('push', steps) });
  await host.push('octo/hello', 'main');
  const [made] = await host.finished('octo/hello');
  expect(host.log(made)).toMatch(/^old$/m);
});

/** Running steps: environment, shells, and the files and commands through which steps speak. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { FakeHost, oneJob } from '../../support/fake-host.ts';

async function runSteps(steps: string, more = '', prepare: (host: FakeHost) => void = () => undefined) {
  const host = await FakeHost.start();
  await host.repository('octo/hello', { '.github/workflows/test.yml': oneJob('push', steps, more) });
  prepare(host);
  await host.push('octo/hello', 'main');
  const [run] = await host.finished('octo/hello');
  return { host, run, log: host.log(run), steps: run?.jobs[0]?.steps.map((step) => step.conclusion) ?? [] };
}

/** A process that nobody has fetched the end of (state Z) does not run. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

afterEach(() => {
  delete process.env.SECRET_OF_THE_PARENT;
});

test('a push runs the steps of a workflow and the run succeeds', async () => {
  const { run, log } = await runSteps('- run: echo "Hello $GITHUB_REPOSITORY on $GITHUB_REF_NAME"');
  expect(run).toMatchObject({ status: 'completed', conclusion: 'success', event: 'push', runNumber: 1 });
  expect(run).toMatchObject({ name: 'Test', displayTitle: 'Begin', headBranch: 'main', attempt: 1 });
  expect(run?.jobs[0]?.steps.map((step) => step.name)).toEqual([
    'Set up job',
    'Run echo "Hello $GITHUB_REPOSITORY on $GITHUB_REF_NAME"',
    'Complete job',
  ]);
  expect(log).toContain('Hello octo/hello on main\n');
});

test('nothing of the environment of the program reaches a step but the search path', async () => {
  process.env.SECRET_OF_THE_PARENT = 'leak';
  const { log, host } = await runSteps(
    "- run: \"env -0 | tr '\\\\n\\\\0' ' \\\\n' | cut -d= -f1; echo HOME=$HOME; git config --list; command -v vitest || echo none\"",
  );
  const names = [...log.matchAll(/^([A-Z_a-z0-9]+)$/gm)].map(([name]) => name);
  expect(names).toContain('GITHUB_SHA');
  const others = names.filter((name) => !/^(?:GITHUB|RUNNER)_/.test(name));
  // The shell itself adds PWD, SHLVL and _.
  expect(others.sort()).toEqual(['CI', 'HOME', 'LANG', 'PATH', 'PWD', 'SHLVL', '_', 'none'].sort());
  expect(log).not.toContain('leak');
  expect(log).not.toContain('tess@example.com');
  expect(log).not.toContain(`HOME=${process.env.HOME}`);
  expect(host.tokens.size).toBe(1);
  expect(log).not.toContain([...host.tokens.keys()][0]);
});

test('the variables of GitHub cannot be overridden, others can', async () => {
  const { log } = await runSteps(
    `
- run: |
    echo "GITHUB_SHA=evil" >> "$GITHUB_ENV"
    echo "MINE=first" >> "$GITHUB_ENV"
- run: 'echo "sha: $GITHUB_SHA mine: $MINE level: $LEVEL"'
  env: { GITHUB_SHA: bad, LEVEL: step }
`,
    'env: { LEVEL: workflow, MINE: none }',
  );
  expect(log).toMatch(/^sha: [0-9a-f]{40} mine: first level: step$/m);
});

test('steps pass on variables, outputs and search paths, also with several lines', async () => {
  const { log } = await runSteps(`
- id: first
  run: |
    { echo 'TEXT<<END'; echo one; echo two; echo END; } >> "$GITHUB_ENV"
    echo "answer=42" >> "$GITHUB_OUTPUT"
    mkdir "$RUNNER_TEMP/bin"; printf '#!/bin/sh\\necho found\\n' > "$RUNNER_TEMP/bin/mine"; chmod +x "$RUNNER_TEMP/bin/mine"
    echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"
- run: |
    echo "text: \${TEXT//$'\\n'/+}"
    echo "answer: \${{ steps.first.outputs.answer }} \${{ steps.first.conclusion }}"
    mine
`);
  expect(log).toContain('text: one+two\n');
  expect(log).toContain('answer: 42 success\n');
  expect(log).toContain('found\n');
});

test('a text of several lines with an expression in it is what YAML says, without its indentation', async () => {
  const { log, run } = await runSteps(`
- run: |
    cat <<'END'
    sha: \${{ github.ref_name }}
      indented
    END
- run: "true"
  name: >-
    folded \${{ github.event_name
    }} name
`);
  expect(log).toContain('\nsha: main\n  indented\n');
  expect(run?.jobs[0]?.steps.map(({ name }) => name)).toContain('folded push name');
});

test('a command file that cannot be read fails the step, and NODE_OPTIONS cannot be set through one', async () => {
  const { run } = await runSteps('- run: echo nonsense >> "$GITHUB_OUTPUT"');
  expect(run?.jobs[0]?.annotations[0]?.message).toContain(
    "Unable to process file command 'output' successfully",
  );
  const other = await runSteps('- run: echo "NODE_OPTIONS=--require=./evil.js" >> "$GITHUB_ENV"');
  expect(other.run?.conclusion).toBe('failure');
  expect(other.run?.jobs[0]?.annotations[0]?.message).toContain("Can't store NODE_OPTIONS");
});

test('the shell stops at the first failure, and bash named by hand also in a pipe', async () => {
  const { steps, log } = await runSteps(`
- run: false | true
- run: false | true
  shell: bash
  continue-on-error: true
- run: |
    false
    echo not reached
  continue-on-error: true
- run: 'echo "sh: $0 in $(basename "$PWD")"'
  shell: sh
  working-directory: \${{ runner.temp }}
`);
  expect(steps).toEqual(['success', 'success', 'success', 'success', 'success', 'success']);
  expect(log.match(/Process completed with exit code 1/g)).toHaveLength(2);
  expect(log).not.toMatch(/^not reached$/m);
  expect(log).toMatch(/^sh: .* in _temp$/m);
});

test('an unknown shell and one that is not there are failures that say so', async () => {
  const { run } = await runSteps('- run: echo\n  shell: fish');
  expect(run?.jobs[0]?.annotations[0]?.message).toContain('Invalid shell option');
  const windows = await runSteps('- run: echo\n  shell: pwsh');
  expect(windows.run?.jobs[0]?.annotations[0]?.message).toContain('not supported by the local GitHub');
});

test('a step without shell and directory takes the defaults of the workflow', async () => {
  const { log } = await runSteps(
    '- run: "echo in $(basename $PWD)"',
    'defaults: { run: { working-directory: ".." , shell: sh } }',
  );
  expect(log).toContain('shell: sh -e {0}\n');
  expect(log).toContain('in hello\n');
});

test('quotes around an expression in a script stay as they are', async () => {
  const { log } = await runSteps(`- run: |\n    echo 'a' 'b' '\${{ github.job }}' 'it'"'"'s'`);
  expect(log).toMatch(/^a b job it's$/m);
});

test('conditions see how the steps before ended', async () => {
  const { steps, run } = await runSteps(`
- run: exit 3
- run: echo skipped
- run: echo failure
  if: failure()
- run: echo always
  if: always() && github.event_name == 'push'
- run: echo not
  if: always() && cancelled()
`);
  expect(steps).toEqual(['success', 'failure', 'skipped', 'success', 'success', 'skipped', 'success']);
  expect(run?.conclusion).toBe('failure');
});

test('continue-on-error keeps the outcome and forgives it', async () => {
  const { run, log } = await runSteps(`
- id: bad
  run: exit 1
  continue-on-error: true
- run: echo "\${{ steps.bad.outcome }} \${{ steps.bad.conclusion }}"
`);
  expect(run?.conclusion).toBe('success');
  expect(log).toContain('failure success\n');
});

test('commands make annotations, groups and nothing while they are stopped', async () => {
  const { run, log } = await runSteps(`
- run: |
    echo "::error file=a.ts,line=7,title=Bad%2C really::first%0Asecond"
    echo "::warning::careful"
    echo "::group::inside"; echo "::endgroup::"
    echo "::stop-commands::pause-1"
    echo "::error::not seen"
    echo "::pause-1::"
    echo "::notice::seen"
`);
  expect(run?.conclusion).toBe('success');
  expect(run?.jobs[0]?.annotations).toEqual([
    { level: 'failure', title: 'Bad, really', message: 'first\nsecond', path: 'a.ts', line: 7 },
    { level: 'warning', title: '', message: 'careful' },
    { level: 'notice', title: '', message: 'seen' },
  ]);
  expect(log).toContain('##[group]inside\n');
});

test('a step makes at most ten annotations of each level', async () => {
  const { run } = await runSteps('- run: for i in $(seq 30); do echo "::warning::$i"; done');
  expect(run?.jobs[0]?.annotations).toHaveLength(10);
});

test('secrets and masked values show in no log, summary, annotation or output', async () => {
  const steps = `
- name: "Named \${{ secrets.KEY }}"
  run: |
    echo "plain $SECRET"; echo "json $JSON"; printf %s "$SECRET" | base64; echo "token $TOKEN"
    echo "::add-mask::computed-value"
    echo "now computed-value"
    echo "::error::says $SECRET"
    echo "summary $SECRET" >> "$GITHUB_STEP_SUMMARY"
    echo "out=\${SECRET##*$'\\n'}" >> "$GITHUB_OUTPUT"
  id: leak
  env: { SECRET: "\${{ secrets.KEY }}", JSON: "\${{ toJSON(secrets.KEY) }}", TOKEN: "\${{ github.token }}" }
`;
  const outputs = `    outputs: { out: "\${{ steps.leak.outputs.out }}", fine: "\${{ github.job }}" }`;
  const workflow = oneJob('push', steps).replace('    steps:', `${outputs}\n    steps:`);
  const host = await FakeHost.start();
  const repository = await host.repository('octo/hello', { '.github/workflows/test.yml': workflow });
  repository.secrets.set('KEY', 'line "one"\nhunter2-hunter2');
  await host.push('octo/hello', 'main');
  const [run] = await host.finished('octo/hello');
  const job = run?.jobs[0];
  const everything = host.log(run) + JSON.stringify(job) + host.engine.jobSummary(job?.id ?? 0);
  expect(everything).not.toContain('hunter2');
  expect(everything).not.toContain(
    Buffer.from('line "one"\nhunter2-hunter2').toString('base64').slice(0, 20),
  );
  expect(everything).not.toContain([...host.tokens.keys()][0]);
  expect(host.log(run)).toContain('now ***\n');
  expect(everything).toContain("Skip output 'out' since it may contain secret.");
  expect(host.engine.jobSummary(job?.id ?? 0)).toContain('summary ***');
});

test('summaries of all steps are one text', async () => {
  const { host, run } = await runSteps(
    '- run: echo "# One" >> $GITHUB_STEP_SUMMARY\n- run: printf "two" >> $GITHUB_STEP_SUMMARY',
  );
  expect(host.engine.jobSummary(run?.jobs[0]?.id ?? 0)).toBe('# One\ntwo\n');
});

test('each line of a log has its time', async () => {
  const { host, run } = await runSteps('- run: echo hello');
  const lines = host.engine
    .jobLog(run?.jobs[0]?.id ?? 0)
    .trimEnd()
    .split('\n');
  expect(lines.every((line) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z /.test(line))).toBe(true);
});

test('what a step leaves in the background ends with the job, and its folders go', async () => {
  const { host, log, run } = await runSteps(`
- run: |
    nohup setsid sleep 300 > /dev/null 2>&1 &
    echo "pid: $!"; echo "folder: $GITHUB_WORKSPACE"
- run: 'kill -0 "$(pgrep -f "sleep 300" | head -1)" && echo still there'
`);
  expect(run?.conclusion).toBe('success');
  expect(log).toContain('still there\n');
  const pid = Number(/^pid: (\d+)$/m.exec(log)?.[1]);
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(/^folder: (.+)$/m.exec(log)?.[1] ?? '/')).toBe(false);
  expect([...host.tokens.values()].every((token) => token.revoked)).toBe(true);
});

test('the event is in a file, whatever its text', async () => {
  const { log } = await runSteps('- run: node -e "console.log(require(process.env.GITHUB_EVENT_PATH).ref)"');
  expect(log).toContain('refs/heads/main\n');
});

/** Jobs of a run: needs, conditions, matrices, environments, permissions and tokens. */
import { expect, test } from 'vitest';
import { FakeHost, oneJob } from '../../support/fake-host.ts';

const REPOSITORY = 'octo/hello';

async function start(
  workflow: string,
  prepare: (repository: Awaited<ReturnType<FakeHost['repository']>>) => void = () => undefined,
) {
  const host = await FakeHost.start();
  prepare(await host.repository(REPOSITORY, { '.github/workflows/test.yml': workflow }));
  await host.push(REPOSITORY, 'main');
  const [run] = await host.finished(REPOSITORY);
  const jobs = Object.fromEntries((run?.jobs ?? []).map((job) => [job.name, job.conclusion]));
  return { host, run, jobs };
}

test('jobs run after those they need and see their outputs', async () => {
  const { host, run, jobs } = await start(`
on: push
jobs:
  last:
    needs: [first, middle]
    runs-on: x
    steps: [ { run: 'echo "\${{ needs.first.outputs.word }} \${{ needs.middle.result }}"' } ]
  first:
    runs-on: x
    outputs: { word: "\${{ steps.s.outputs.word }}" }
    steps: [ { id: s, run: 'echo word=hello >> $GITHUB_OUTPUT' } ]
  middle: { needs: first, runs-on: x, steps: [ { run: echo } ] }
`);
  expect(jobs).toEqual({ first: 'success', middle: 'success', last: 'success' });
  expect(run?.jobs.map((job) => job.name)).toEqual(['first', 'middle', 'last']);
  expect(host.log(run, 2)).toContain('hello success\n');
});

test('what follows a failed or skipped job is skipped, unless its condition says otherwise', async () => {
  const { run, jobs } = await start(`
on: push
jobs:
  bad: { runs-on: x, steps: [ { run: exit 1 } ] }
  skipped: { needs: bad, runs-on: x, steps: [ { run: echo } ] }
  failure: { needs: bad, if: failure(), runs-on: x, steps: [ { run: echo } ] }
  always: { needs: skipped, if: always(), runs-on: x, steps: [ { run: echo } ] }
  result: { needs: [bad], if: "!cancelled() && needs.bad.result == 'failure'", runs-on: x, steps: [ { run: echo } ] }
  # GitHub's success() looks at all jobs before, so that one skipped far ahead still counts.
  after-always: { needs: always, runs-on: x, steps: [ { run: echo } ] }
  never: { if: github.ref == 'refs/heads/other', runs-on: x, steps: [ { run: echo } ] }
`);
  expect(run?.conclusion).toBe('failure');
  expect(jobs).toEqual({
    bad: 'failure',
    skipped: 'skipped',
    failure: 'success',
    always: 'success',
    result: 'success',
    'after-always': 'skipped',
    never: 'skipped',
  });
});

test('a run whose jobs are all skipped is skipped', async () => {
  const { run } = await start(oneJob('push', '- run: echo').replace('runs-on', 'if: false\n    runs-on'));
  expect(run?.conclusion).toBe('skipped');
});

test('continue-on-error of a job keeps the run from failing', async () => {
  const { run, jobs } = await start(`
on: push
jobs:
  bad: { continue-on-error: true, runs-on: x, steps: [ { run: exit 1 } ] }
  after: { needs: bad, runs-on: x, steps: [ { run: echo } ] }
`);
  expect(run?.conclusion).toBe('success');
  expect(jobs).toEqual({ bad: 'failure', after: 'success' });
});

test('a matrix makes a job of each combination, also one from the output of another job', async () => {
  const { host, run, jobs } = await start(`
on: push
jobs:
  list:
    runs-on: x
    outputs: { list: "\${{ steps.s.outputs.list }}" }
    steps: [ { id: s, run: "echo 'list=[1,2]' >> $GITHUB_OUTPUT" } ]
  build:
    needs: list
    strategy:
      matrix:
        number: "\${{ fromJSON(needs.list.outputs.list) }}"
        include: [ { number: 2, extra: yes! } ]
    runs-on: x
    steps: [ { run: 'echo "n=\${{ matrix.number }} of \${{ strategy.job-total }} \${{ matrix.extra }}"' } ]
`);
  expect(jobs).toEqual({ list: 'success', 'build (1)': 'success', 'build (2, yes!)': 'success' });
  expect(host.log(run, 2)).toContain('n=2 of 2 yes!\n');
});

test('the first failure of a matrix cancels the rest, unless fail-fast is off', async () => {
  const matrix = (failFast: boolean) => `
on: push
jobs:
  build:
    strategy: { fail-fast: ${failFast}, max-parallel: 1, matrix: { n: [1, 2, 3] } }
    runs-on: x
    steps: [ { run: "test \${{ matrix.n }} != 1" } ]
`;
  expect((await start(matrix(true))).jobs).toEqual({
    'build (1)': 'failure',
    'build (2)': 'cancelled',
    'build (3)': 'cancelled',
  });
  const all = await start(matrix(false));
  expect(all.jobs).toEqual({ 'build (1)': 'failure', 'build (2)': 'success', 'build (3)': 'success' });
  expect(all.run?.conclusion).toBe('failure');
});

test('no more jobs run at once than the limit, and no more of a matrix than max-parallel', async () => {
  const host = await FakeHost.start({ concurrentJobs: 2 });
  const steps = `
      - run: |
          mkdir -p "$DIR"; echo x > "$DIR/$$"; ls "$DIR" | wc -l | sed 's/^/at once: /'; sleep 0.3; rm "$DIR/$$"
        env: { DIR: ${host.dataDir}/at-once }`;
  await host.repository(REPOSITORY, {
    '.github/workflows/test.yml': `on: push\njobs:\n  a:\n    strategy: { matrix: { n: [1, 2, 3, 4, 5] } }\n    runs-on: x\n    steps:${steps}\n`,
  });
  await host.push(REPOSITORY, 'main');
  const [run] = await host.finished(REPOSITORY);
  const counts = (run?.jobs ?? []).map((_, index) =>
    Number(/at once: +(\d)/.exec(host.log(run, index))?.[1]),
  );
  expect(Math.max(...counts)).toBe(2);
});

test('a token has what the job asks for, else what the workflow does, else to read the contents', async () => {
  const { host } = await start(`
on: push
permissions: { issues: write, contents: none }
jobs:
  own: { permissions: { statuses: write }, runs-on: x, steps: [ { run: echo } ] }
  none: { needs: own, permissions: {}, runs-on: x, steps: [ { run: echo } ] }
  workflow: { needs: none, runs-on: x, steps: [ { run: echo } ] }
  read: { needs: workflow, permissions: read-all, runs-on: x, steps: [ { run: echo } ] }
`);
  const granted = [...host.tokens.values()].map((token) => token.permissions);
  expect(granted.slice(0, 3)).toEqual([{ statuses: 'write' }, {}, { issues: 'write' }]);
  expect(granted[3]).toMatchObject({ contents: 'read', pages: 'read' });
  expect(granted[3]).not.toHaveProperty('id-token');
  expect([...host.tokens.values()].every((token) => token.revoked)).toBe(true);
  const plain = await start(oneJob('push', '- run: echo'));
  expect([...plain.host.tokens.values()][0]?.permissions).toEqual({ contents: 'read', packages: 'read' });
});

const DEPLOY = `
on: push
jobs:
  deploy:
    runs-on: x
    environment: { name: production, url: "https://example.org/\${{ steps.s.outputs.x }}" }
    steps: [ { id: s, run: 'echo x=1 >> $GITHUB_OUTPUT; test "$KEY" = deep && echo "has it $PLACE"', env: { KEY: "\${{ secrets.KEY }}", PLACE: "\${{ vars.PLACE }}" } } ]
`;

test('secrets of an environment reach the job that names it, on a branch that may use it', async () => {
  const { host, run } = await start(DEPLOY, (repository) => {
    repository.environments.set('production', { branchPolicy: ['main', 'release/*'] });
    repository.environmentSecrets.set('production', new Map([['KEY', 'deep']]));
    repository.variables.set('PLACE', 'here');
  });
  expect(run?.conclusion).toBe('success');
  expect(host.log(run)).toContain('has it here\n');
  expect(host.log(run)).toContain('https://example.org/1');
});

test.each([[['release/*']], ['protected' as const]])(
  'a branch that the environment does not allow (%o) starts no step',
  async (branchPolicy) => {
    const { host, run, jobs } = await start(DEPLOY, (repository) => {
      repository.environments.set('production', { branchPolicy });
    });
    expect(jobs).toEqual({ deploy: 'failure' });
    expect(run?.jobs[0]?.annotations.map((annotation) => annotation.message)).toEqual([
      'Branch "main" is not allowed to deploy to production due to environment protection rules.',
      "The deployment was rejected or didn't satisfy other protection rules.",
    ]);
    expect(host.tokens.size).toBe(0);
  },
);

test('without its environment, a job has none of its secrets', async () => {
  const { host, run } = await start(
    oneJob('push', `- run: echo "key=$KEY|"\n  env: { KEY: "\${{ secrets.KEY }}" }`),
    (repository) => {
      repository.environmentSecrets.set('production', new Map([['KEY', 'deep']]));
    },
  );
  expect(host.log(run)).toContain('key=|\n');
});

/** What a stranger's pull request gets: nothing but the reading of what is public, once somebody has approved. */
import { expect, test } from 'vitest';
import { FakeHost, oneJob } from '../../support/fake-host.ts';

const REPOSITORY = 'octo/hello';
const FORK = 'mallory/hello';

/** Everything that an attacker could ask for, in the workflow of the fork itself. */
const HOSTILE = `
name: Harmless
on: pull_request
permissions: write-all
env: { ALL: "\${{ toJSON(secrets) }}", CONFIGURED: "\${{ toJSON(vars) }}" }
jobs:
  steal:
    runs-on: x
    environment: production
    permissions: { contents: write, statuses: write, id-token: write, pull-requests: write }
    steps:
      - run: |
          echo "all: $(echo "$ALL" | grep -oE '[A-Za-z_]+"?:' | tr -d '":' | tr '\\n' ' ')"
          echo "configured: $CONFIGURED"
          echo "oidc: \${ACTIONS_ID_TOKEN_REQUEST_URL:-none}"
        env: { KEY: "\${{ secrets.KEY }}" }
      - run: 'echo "key: $KEY|"'
        env: { KEY: "\${{ secrets.KEY }}" }
        if: always()
      - uses: actions/checkout@v6
      - run: |
          git config user.name m; git config user.email m@example.org
          git commit --allow-empty -qm evil
          git push origin HEAD:refs/heads/main && echo "pushed"
        continue-on-error: true
`;

async function attack(options: Readonly<Record<string, unknown>> = {}, association = 'CONTRIBUTOR') {
  const host = await FakeHost.start(options);
  const repository = await host.repository(REPOSITORY, {
    '.github/workflows/ci.yml': oneJob('pull_request', '- run: echo'),
  });
  repository.secrets.set('KEY', 'secret-of-octo');
  repository.variables.set('PLACE', 'place-of-octo');
  repository.environments.set('production', { branchPolicy: 'any' });
  repository.environmentSecrets.set('production', new Map([['DEEP', 'deep-secret']]));
  await host.repository(FORK, { '.github/workflows/ci.yml': HOSTILE });
  await host.pullRequest(REPOSITORY, { number: 1, head: 'main', fork: FORK, association });
  return host;
}

test('a hostile workflow in a pull request of a fork gets no secret, no variable and no token that writes', async () => {
  const host = await attack();
  const [run] = await host.finished(REPOSITORY);
  const log = host.log(run);
  expect(log).toContain('all: github_token \n');
  expect(log).toContain('configured: {}\n');
  expect(log).toContain('oidc: none\n');
  expect(log).toContain('key: |\n');
  expect(log).not.toContain('place-of-octo');
  expect(log).not.toMatch(/^pushed$/m);
  expect([...host.tokens.values()].map((token) => token.permissions)).toEqual([
    { contents: 'read', statuses: 'read', 'pull-requests': 'read' },
  ]);
  expect(run?.jobs[0]?.steps.map((step) => step.conclusion)).toEqual([
    'success',
    'success',
    'success',
    'success',
    'success',
    'success',
    'success',
  ]);
});

test('an environment for branches only does not start for a pull request', async () => {
  const host = await FakeHost.start();
  const repository = await host.repository(REPOSITORY, { x: '1' });
  repository.environments.set('production', { branchPolicy: ['**', 'main'] });
  await host.repository(FORK, { '.github/workflows/ci.yml': HOSTILE });
  await host.pullRequest(REPOSITORY, { number: 1, head: 'main', fork: FORK, association: 'CONTRIBUTOR' });
  const [run] = await host.finished(REPOSITORY);
  expect(run?.jobs[0]?.annotations[0]?.message).toContain(
    'Branch "refs/pull/1/merge" is not allowed to deploy',
  );
});

test('a first-time contributor waits for approval, and the approval starts the run', async () => {
  const host = await attack({}, 'FIRST_TIME_CONTRIBUTOR');
  const [waiting] = await host.finished(REPOSITORY);
  expect(waiting).toMatchObject({ status: 'completed', conclusion: 'action_required', jobs: [] });
  expect(host.tokens.size).toBe(0);
  expect(host.raised.map((event) => event.action)).toEqual(['requested']);
  expect(() => host.engine.rerun(waiting?.id ?? 0)).toThrow(expect.objectContaining({ status: 403 }));
  host.engine.approve(waiting?.id ?? 0);
  const [run] = await host.finished(REPOSITORY);
  expect(run).toMatchObject({ status: 'completed', conclusion: 'success', attempt: 1 });
  expect(() => host.engine.approve(run?.id ?? 0)).toThrow(expect.objectContaining({ status: 403 }));
});

test('who waits is a setting', async () => {
  const all = await attack({ forkApproval: 'all-external-contributors' }, 'CONTRIBUTOR');
  expect(await all.finished(REPOSITORY)).toMatchObject([{ conclusion: 'action_required' }]);
  const never = await attack({ forkApproval: 'never' }, 'NONE');
  expect(await never.finished(REPOSITORY)).toMatchObject([{ conclusion: 'success' }]);
});

test('a pull request by a job token waits for approval', async () => {
  const host = await FakeHost.start();
  await host.repository(REPOSITORY, { '.github/workflows/ci.yml': oneJob('pull_request', '- run: echo') });
  await host.commit(REPOSITORY, 'topic', { x: '1' });
  await host.pullRequest(REPOSITORY, { number: 1, head: 'topic', causedByJob: true });
  expect(await host.finished(REPOSITORY)).toMatchObject([{ conclusion: 'action_required' }]);
});

test('a pull request of a branch of the repository itself has secrets', async () => {
  const host = await FakeHost.start();
  const steps = `- run: test "$KEY" = inside\n  env: { KEY: "\${{ secrets.KEY }}" }`;
  const repository = await host.repository(REPOSITORY, {
    '.github/workflows/ci.yml': oneJob('pull_request', steps),
  });
  repository.secrets.set('KEY', 'inside');
  await host.commit(REPOSITORY, 'topic', { x: '1' });
  await host.pullRequest(REPOSITORY, { number: 1, head: 'topic' });
  expect(await host.finished(REPOSITORY)).toMatchObject([{ conclusion: 'success' }]);
});

test('the privileged workflow_run after it runs the default branch, and checkout refuses the code of the fork', async () => {
  const host = await FakeHost.start();
  const privileged = `
name: After
on: { workflow_run: { workflows: [Wake], types: [completed] } }
jobs:
  after:
    runs-on: x
    steps:
      - uses: actions/checkout@v6
      - run: cat who
      - uses: actions/checkout@v6
        with: { ref: "\${{ github.event.workflow_run.head_sha }}", path: head, repository: "\${{ github.event.workflow_run.head_repository.full_name }}" }
        continue-on-error: true
      - uses: actions/checkout@v6
        with: { ref: refs/pull/1/head, path: head }
        continue-on-error: true
      - uses: actions/checkout@v6
        with: { ref: "\${{ github.event.workflow_run.head_sha }}", path: head }
        continue-on-error: true
      - run: test ! -e head/who && echo "no code of the fork"
`;
  const wake = oneJob('pull_request', '- run: echo').replace('name: Test', 'name: Wake');
  await host.repository(REPOSITORY, {
    who: 'octo\n',
    '.github/workflows/after.yml': privileged,
    '.github/workflows/wake.yml': wake,
  });
  const evil = privileged.replace('cat who', 'echo evil');
  await host.repository(FORK, {
    who: 'mallory\n',
    '.github/workflows/after.yml': evil,
    '.github/workflows/wake.yml': wake,
  });
  await host.pullRequest(REPOSITORY, { number: 1, head: 'main', fork: FORK, association: 'CONTRIBUTOR' });
  const runs = await host.finished(REPOSITORY);
  const after = runs.find((run) => run.name === 'After');
  const log = host.log(after);
  expect(after?.conclusion).toBe('success');
  expect(log).toMatch(/^octo$/m);
  expect(log).not.toMatch(/^(?:evil|mallory)$/m);
  expect(log).toContain('no code of the fork\n');
  expect(log.match(/Refusing to check out fork pull request code/g)).toHaveLength(3);
});

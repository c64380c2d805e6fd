/** Which events start which workflows, and what the runs then say of themselves. */
import { expect, test } from 'vitest';
import type { HostEvent } from '../../../src/playground/contract.ts';
import { FakeHost, oneJob } from '../../support/fake-host.ts';
import { git } from '../../support/git.ts';

const REPOSITORY = 'octo/hello';
const SHOW = `- run: 'echo "ref=$GITHUB_REF head=$GITHUB_HEAD_REF base=$GITHUB_BASE_REF event=$GITHUB_EVENT_NAME type=$GITHUB_REF_TYPE"'`;

async function hostWith(workflows: Readonly<Record<string, string>>) {
  const host = await FakeHost.start();
  const files = Object.entries(workflows).map(([name, text]) => [`.github/workflows/${name}.yml`, text]);
  await host.repository(REPOSITORY, Object.fromEntries(files));
  return host;
}

async function names(host: FakeHost): Promise<readonly string[]> {
  return (await host.finished(REPOSITORY)).map((run) => run.workflowPath.replace(/^.*\/|\.yml$/g, '')).sort();
}

test('a push starts what its branch, tag and paths match', async () => {
  const host = await hostWith({
    any: oneJob('push', '- run: echo'),
    main: oneJob('{ push: { branches: [main] } }', '- run: echo'),
    sign: oneJob("{ push: { branches: ['sign/**', '!sign/old/**'] } }", '- run: echo'),
    ignore: oneJob("{ push: { branches-ignore: ['sign/**'] } }", '- run: echo'),
    tags: oneJob("{ push: { tags: ['v*'] } }", '- run: echo'),
    paths: oneJob("{ push: { paths: ['metadata/**'] } }", '- run: echo'),
    docs: oneJob("{ push: { paths-ignore: ['docs/**'] } }", '- run: echo'),
    manual: oneJob('workflow_dispatch', '- run: echo'),
  });
  await host.commit(REPOSITORY, 'sign/new', { 'docs/a.md': 'x' });
  await host.push(REPOSITORY, 'sign/new', { changedPaths: ['docs/a.md'] });
  expect(await names(host)).toEqual(['any', 'sign']);
  await git(host.gitDir(REPOSITORY), 'tag', 'v1', 'main');
  await host.push(REPOSITORY, 'refs/tags/v1', { changedPaths: [] });
  // GitHub does not evaluate path filters for tags.
  expect(await names(host)).toEqual(['any', 'any', 'docs', 'paths', 'sign', 'tags']);
});

test('a push to a branch starts nothing that is for tags or other branches and paths', async () => {
  const host = await hostWith({
    main: oneJob('{ push: { branches: [main] } }', '- run: echo'),
    ignore: oneJob('{ push: { branches-ignore: [main] } }', '- run: echo'),
    tags: oneJob("{ push: { tags: ['**'] } }", '- run: echo'),
    paths: oneJob("{ push: { paths: ['**', '!docs/**'] } }", '- run: echo'),
    docs: oneJob("{ push: { paths-ignore: ['docs/**'] } }", '- run: echo'),
  });
  await host.push(REPOSITORY, 'main', { changedPaths: ['docs/a.md'] });
  expect(await names(host)).toEqual(['main']);
  await host.push(REPOSITORY, 'main', { changedPaths: ['docs/a.md', 'metadata/root.json'] });
  expect(await names(host)).toEqual(['docs', 'main', 'main', 'paths']);
});

test('workflows are those of the commit that the event names, not of the default branch', async () => {
  const host = await hostWith({ a: oneJob('push', '- run: echo') });
  await host.commit(REPOSITORY, 'topic', { '.github/workflows/b.yaml': oneJob('push', '- run: echo') });
  await host.push(REPOSITORY, 'main');
  expect(await names(host)).toEqual(['a']);
  await host.push(REPOSITORY, 'topic');
  expect(await names(host)).toEqual(['a', 'a', 'b.yaml']);
});

test('links among the workflow files are not followed', async () => {
  const host = await hostWith({ a: oneJob('push', '- run: echo') });
  const { clone } = await host.repository('octo/other', { 'x.yml': oneJob('push', '- run: echo') });
  await git(
    clone,
    'update-index',
    '--add',
    '--cacheinfo',
    `120000,${await git(clone, 'rev-parse', 'HEAD:x.yml')},.github/workflows/x.yml`,
  );
  await git(clone, 'commit', '--quiet', '-m', 'Link');
  await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  await host.push('octo/other', 'main');
  expect(await host.finished('octo/other')).toEqual([]);
});

test('a deleted branch, a skipped commit and a job token start nothing', async () => {
  const host = await hostWith({ a: oneJob('[push, issue_comment]', '- run: echo') });
  await host.push(REPOSITORY, 'main', { sha: '0'.repeat(40) });
  await host.push(REPOSITORY, 'main', { causedByJob: true });
  await host.commit(REPOSITORY, 'main', { x: '1' }, 'Change [skip ci]');
  await host.push(REPOSITORY, 'main');
  expect(await names(host)).toEqual([]);
});

test('nothing starts where Actions are switched off', async () => {
  const host = await hostWith({ a: oneJob('push', '- run: echo') });
  const off = await host.repository('octo/off', { '.github/workflows/a.yml': oneJob('push', '- run: echo') });
  off.actionsEnabled = false;
  await host.push('octo/off', 'main');
  expect(await host.finished('octo/off')).toEqual([]);
});

test('a pull request runs on its merge commit; types, base branch and paths filter it', async () => {
  const host = await hostWith({
    plain: oneJob('pull_request', SHOW),
    closed: oneJob('{ pull_request: { types: [closed] } }', '- run: echo'),
    base: oneJob("{ pull_request: { branches: ['release/**'] } }", '- run: echo'),
    paths: oneJob("{ pull_request: { paths: ['metadata/**'] } }", '- run: echo'),
  });
  const sha = await host.commit(REPOSITORY, 'topic', { 'metadata/x': '1' });
  await host.pullRequest(REPOSITORY, { number: 7, head: 'topic', changedPaths: ['README.md'] });
  expect(await names(host)).toEqual(['plain']);
  const [run] = await host.finished(REPOSITORY);
  expect(run).toMatchObject({ headBranch: 'topic', headSha: sha, displayTitle: 'Pull request 7' });
  expect(host.log(run)).toContain(
    'ref=refs/pull/7/merge head=topic base=main event=pull_request type=branch\n',
  );
  await host.pullRequest(REPOSITORY, { number: 7, head: 'topic', action: 'closed' });
  await host.pullRequest(REPOSITORY, { number: 7, head: 'topic', action: 'labeled' });
  expect(await names(host)).toEqual(['closed', 'plain']);
});

test('pull_request_target is refused by name, as GitHub does by default', async () => {
  const host = await hostWith({ target: oneJob('pull_request_target', '- run: echo') });
  const sha = await git(host.gitDir(REPOSITORY), 'rev-parse', 'main');
  host.engine.handle({
    ...commentEvent(sha),
    name: 'pull_request_target',
    action: 'opened',
    payload: { pull_request: { head: { ref: 'x', sha }, base: { ref: 'main' } } },
  });
  const [run] = await host.finished(REPOSITORY);
  expect(run?.conclusion).toBe('failure');
  expect(run?.annotations[0]?.message).toBe(
    "Event 'pull_request_target' is not allowed to trigger Actions workflows. Workflow file: '.github/workflows/target.yml'.",
  );
  expect(run?.jobs).toEqual([]);
});

function commentEvent(sha: string): HostEvent {
  return {
    name: 'issue_comment',
    action: 'created',
    repository: REPOSITORY,
    actor: 'mallory',
    causedByJob: false,
    fromFork: false,
    ref: 'refs/heads/main',
    sha,
    workflowsAt: sha,
    payload: { action: 'created', issue: { title: 'Hello', number: 1 }, comment: { body: '"; exit 1 #' } },
  };
}

test('a comment starts what asks for its type', async () => {
  const host = await hostWith({
    created: oneJob(
      '{ issue_comment: { types: [created] } }',
      `- run: printf "%s\\n" "$BODY"\n  env: { BODY: "\${{ github.event.comment.body }}" }`,
    ),
    edited: oneJob('{ issue_comment: { types: [edited] } }', '- run: echo'),
    all: oneJob('issue_comment', '- run: echo'),
  });
  const sha = await git(host.gitDir(REPOSITORY), 'rev-parse', 'main');
  host.engine.handle(commentEvent(sha));
  expect(await names(host)).toEqual(['all', 'created']);
  const run = host.engine.runs(REPOSITORY, { workflow: 'created.yml' })[0];
  expect(run).toMatchObject({ conclusion: 'success', displayTitle: 'Hello', actor: 'mallory' });
  expect(host.log(run)).toContain('"; exit 1 #\n');
});

test('repository_dispatch filters by its type and starts runs although a job caused it', async () => {
  const host = await hostWith({
    one: oneJob(
      '{ repository_dispatch: { types: [one] } }',
      `- run: echo "\${{ github.event.client_payload.x }}"`,
    ),
    two: oneJob('{ repository_dispatch: { types: [two] } }', '- run: echo'),
  });
  const sha = await git(host.gitDir(REPOSITORY), 'rev-parse', 'main');
  const payload = { action: 'one', client_payload: { x: 'payload-x' } };
  host.engine.handle({
    ...commentEvent(sha),
    name: 'repository_dispatch',
    action: 'one',
    causedByJob: true,
    payload,
  });
  expect(await names(host)).toEqual(['one']);
  expect(host.log(host.engine.runs(REPOSITORY)[0])).toContain('payload-x\n');
});

test('schedules run on the default branch when they are fired', async () => {
  const host = await hostWith({
    nightly: oneJob("{ schedule: [ { cron: '0 3 * * *' } ] }", `- run: echo "\${{ github.event.schedule }}"`),
    other: oneJob('push', '- run: echo'),
  });
  host.engine.fireSchedules(REPOSITORY);
  expect(await names(host)).toEqual(['nightly']);
  const [run] = await host.finished(REPOSITORY);
  expect(run).toMatchObject({ event: 'schedule', headBranch: 'main', displayTitle: 'Test' });
  expect(host.log(run)).toContain('0 3 * * *\n');
});

test('workflow_run follows a completed run by its name, on the default branch', async () => {
  const host = await hostWith({
    first: `run-name: "By \${{ github.actor }}"\n${oneJob('push', '- run: exit 1').replace('name: Test', 'name: First')}`,
    after: oneJob(
      '{ workflow_run: { workflows: [First], types: [completed] } }',
      `${SHOW}\n- run: echo "\${{ github.event.workflow_run.conclusion }} \${{ github.event.workflow_run.head_branch }}"`,
    ),
    branches: oneJob(
      '{ workflow_run: { workflows: [First], types: [completed], branches: [main] } }',
      '- run: echo',
    ),
    requested: oneJob('{ workflow_run: { workflows: [First], types: [requested] } }', '- run: echo'),
    other: oneJob('{ workflow_run: { workflows: [Second] } }', '- run: echo'),
  });
  await host.commit(REPOSITORY, 'topic', { x: '1' });
  await host.push(REPOSITORY, 'topic');
  expect(await names(host)).toEqual(['after', 'first', 'requested']);
  const after = host.engine.runs(REPOSITORY, { workflow: 'after.yml' })[0];
  expect(host.log(after)).toContain('ref=refs/heads/main head= base= event=workflow_run type=branch\n');
  expect(host.log(after)).toContain('failure topic\n');
  const payload = host.raised
    .map((event) => event.payload.workflow_run)
    .find((run) => isCompleted(run, 'First'));
  expect(payload).toMatchObject({
    name: 'First',
    display_title: 'By octocat',
    event: 'push',
    head_branch: 'topic',
    conclusion: 'failure',
    run_attempt: 1,
    pull_requests: [],
    head_repository: { full_name: REPOSITORY },
  });
});

test('a chain of workflow_run ends after three', async () => {
  const link = (name: string, before: string) =>
    oneJob(`{ workflow_run: { workflows: [${before}], types: [completed] } }`, '- run: echo').replace(
      'name: Test',
      `name: ${name}`,
    );
  const host = await hostWith({
    a: oneJob('push', '- run: echo').replace('name: Test', 'name: A'),
    b: link('B', 'A'),
    c: link('C', 'B'),
    d: link('D', 'C'),
    e: link('E', 'D'),
  });
  await host.push(REPOSITORY, 'main');
  expect(await names(host)).toEqual(['a', 'b', 'c', 'd']);
});

test('a pull request of the repository itself is named in workflow_run, and one of a fork is not', async () => {
  const host = await hostWith({ a: oneJob('pull_request', '- run: echo') });
  await host.commit(REPOSITORY, 'topic', { x: '1' });
  await host.pullRequest(REPOSITORY, { number: 3, head: 'topic' });
  await host.engine.idle();
  const last = () => host.raised.at(-1)?.payload.workflow_run;
  expect(last()).toMatchObject({ pull_requests: [{ number: 3, head: { ref: 'topic' } }] });
  await host.repository('mallory/hello', {
    x: '2',
    '.github/workflows/a.yml': oneJob('pull_request', '- run: echo'),
  });
  await host.pullRequest(REPOSITORY, {
    number: 4,
    head: 'main',
    fork: 'mallory/hello',
    association: 'CONTRIBUTOR',
  });
  await host.engine.idle();
  expect(last()).toMatchObject({ pull_requests: [], head_repository: { full_name: 'mallory/hello' } });
});

function isCompleted(run: unknown, name: string): boolean {
  const { status, name: actual } = run as { readonly status?: unknown; readonly name?: unknown };
  return status === 'completed' && actual === name;
}

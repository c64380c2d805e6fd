/** Workflow runs, jobs and workflows as GitHub's API shows them. */
import type { ActionsEngine, WorkflowJob, WorkflowRun } from '../../contract.ts';
import { userByLogin } from '../accounts.ts';
import { type Context, nodeId, toTimestamp } from '../context.ts';
import { readCommit } from '../git-read.ts';
import { gitDirOf, type Repository, requireRepository } from '../repositories.ts';
import { minimalRepositoryShape, repositoryApi, repositoryPage } from './repository.ts';
import { type Shape, userShape } from './user.ts';

const time = (seconds: number | null) => (seconds === null ? null : toTimestamp(new Date(seconds * 1000)));

type Workflow = ReturnType<ActionsEngine['workflows']>[number];

export async function runShape(context: Context, repository: Repository, run: WorkflowRun): Promise<Shape> {
  const url = `${repositoryApi(context, repository)}/actions/runs/${run.id}`;
  const workflowUrl = `${repositoryApi(context, repository)}/actions/workflows/${run.workflowId}`;
  const actor = userByLogin(context, run.actor);
  const actorShape = actor ? userShape(context, actor) : null;
  const commit = await readCommit(gitDirOf(context, repository), run.headSha).catch(() => undefined);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WorkflowRun', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflowPath,
    display_title: run.displayTitle,
    run_number: run.runNumber,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CheckSuite', run.id),
    url,
    html_url: `${repositoryPage(context, repository)}/actions/runs/${run.id}`,
    // Empty on github.com too where the head is in a fork; none is listed here at all.
    pull_requests: [],
    created_at: time(run.createdAt),
    updated_at: time(run.updatedAt),
    actor: actorShape,
    run_attempt: run.attempt,
    referenced_workflows: [],
    run_started_at: time(run.createdAt),
    triggering_actor: actorShape,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryApi(context, repository)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: workflowUrl,
    head_commit: commit
      ? {
          id: commit.sha,
          tree_id: commit.tree,
          message: commit.message,
          timestamp: commit.committer.date,
          author: { name: commit.author.name, email: commit.author.email },
          committer: { name: commit.committer.name, email: commit.committer.email },
        }
      : null,
    repository: minimalRepositoryShape(context, repository),
    head_repository: minimalRepositoryShape(context, headRepository(context, repository, run)),
  };
}

function headRepository(context: Context, repository: Repository, run: WorkflowRun): Repository {
  return run.headRepository === '' ? repository : requireRepository(context, run.headRepository);
}

export function jobShape(
  context: Context,
  repository: Repository,
  run: WorkflowRun,
  job: WorkflowJob,
): Shape {
  const api = repositoryApi(context, repository);
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.name,
    head_branch: run.headBranch,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: run.attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${repositoryPage(context, repository)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: time(run.createdAt),
    started_at: time(job.startedAt ?? run.createdAt),
    completed_at: time(job.completedAt),
    name: job.name,
    steps: job.steps.map(({ name, status, conclusion, number }) => ({
      name,
      status: status === 'in_progress' || status === 'completed' ? status : 'queued',
      conclusion,
      number,
      started_at: time(job.startedAt),
      completed_at: time(job.completedAt),
    })),
    check_run_url: `${api}/check-runs/${job.id}`,
    labels: ['ubuntu-latest'],
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null,
  };
}

export function workflowShape(context: Context, repository: Repository, workflow: Workflow): Shape {
  const page = repositoryPage(context, repository);
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    url: `${repositoryApi(context, repository)}/actions/workflows/${workflow.id}`,
    html_url: `${page}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${page}/actions/workflows/${workflow.path.split('/').at(-1) ?? ''}/badge.svg`,
  };
}

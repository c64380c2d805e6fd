/**
 * The event `workflow_run` of a run: GitHub's payload, on the default branch.
 * https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_run
 */
import type { HostEvent, HostForActions } from '../contract.ts';
import { commitInfo, resolveCommit } from './git.ts';
import { at, text } from './payload.ts';
import type { RunRecord } from './records.ts';

/** Undefined where the default branch has no commit. */
export function workflowRunEvent(
  run: RunRecord,
  action: 'requested' | 'in_progress' | 'completed',
  host: HostForActions,
): HostEvent | undefined {
  const { defaultBranch } = host.repositoryInfo(run.repository);
  const ref = `refs/heads/${defaultBranch}`;
  const sha = resolveCommit(host.gitDir(run.repository), ref);
  if (sha === undefined) return undefined;
  const actor = host.webhookUser(run.event.actor);
  return {
    name: 'workflow_run',
    action,
    repository: run.repository,
    actor: run.event.actor,
    causedByJob: false,
    fromFork: false,
    ref,
    sha,
    workflowsAt: sha,
    payload: {
      action,
      workflow_run: workflowRunPayload(run, host),
      workflow: {
        id: run.workflowId,
        name: run.name,
        path: run.workflowPath,
        state: 'active',
        url: `${host.apiUrl}/repos/${run.repository}/actions/workflows/${run.workflowId}`,
      },
      repository: host.webhookRepository(run.repository),
      sender: actor,
    },
  };
}

function workflowRunPayload(run: RunRecord, host: HostForActions): Readonly<Record<string, unknown>> {
  const actor = host.webhookUser(run.event.actor);
  const url = `${host.apiUrl}/repos/${run.repository}/actions/runs/${run.id}`;
  const htmlUrl = `${host.serverUrl}/${run.repository}/actions/runs/${run.id}`;
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const head = commitInfo(host.gitDir(run.repository), run.headSha);
  return {
    id: run.id,
    name: run.name,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflowPath,
    display_title: run.displayTitle,
    run_number: run.runNumber,
    run_attempt: run.attempt,
    event: run.event.name,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    url,
    html_url: htmlUrl,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    created_at: time(run.createdAt),
    run_started_at: time(run.createdAt),
    updated_at: time(run.updatedAt),
    actor,
    triggering_actor: actor,
    pull_requests: pullRequests(run),
    head_commit:
      head === undefined
        ? null
        : {
            id: run.headSha,
            tree_id: head.tree,
            message: head.message,
            timestamp: head.timestamp,
            author: head.author,
            committer: head.committer,
          },
    repository: host.webhookRepository(run.repository),
    head_repository:
      at(run.event.payload, 'pull_request', 'head', 'repo') ?? host.webhookRepository(run.headRepository),
  };
}

/** GitHub names the pull requests of branches of the repository itself, and none of a fork's. */
function pullRequests(run: RunRecord): readonly unknown[] {
  const { event } = run;
  if (event.name !== 'pull_request' || run.headRepository.toLowerCase() !== run.repository.toLowerCase())
    return [];
  const side = (name: string) => ({
    ref: text(event.payload, 'pull_request', name, 'ref'),
    sha: text(event.payload, 'pull_request', name, 'sha'),
    repo: {
      id: at(event.payload, 'pull_request', name, 'repo', 'id'),
      name: at(event.payload, 'pull_request', name, 'repo', 'name'),
      url: at(event.payload, 'pull_request', name, 'repo', 'url'),
    },
  });
  return [
    {
      id: at(event.payload, 'pull_request', 'id'),
      number: at(event.payload, 'pull_request', 'number'),
      url: at(event.payload, 'pull_request', 'url'),
      head: side('head'),
      base: side('base'),
    },
  ];
}

/**
 * The `github` context of a run and the variables that say the same.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context
 * https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
import type { HostForActions } from '../contract.ts';
import { text } from './payload.ts';
import type { RunRecord } from './records.ts';

/** GitHub's contexts are open: actions and steps add to `github`. */
export type GithubContext = Readonly<Record<string, unknown>>;

/** What is known of a run before any of its jobs. */
export function githubContext(run: RunRecord, host: HostForActions): GithubContext {
  const { event } = run;
  const info = host.repositoryInfo(run.repository);
  const tag = event.ref.startsWith('refs/tags/');
  const branch = /^refs\/heads\/(.+)$/s.exec(event.ref)?.[1];
  const pullRequest = event.name === 'pull_request';
  return {
    ref: event.ref,
    sha: event.sha,
    ref_name: event.ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    ref_type: tag ? 'tag' : 'branch',
    ref_protected: branch !== undefined && host.isProtectedBranch(run.repository, branch),
    head_ref: pullRequest ? text(event.payload, 'pull_request', 'head', 'ref') : '',
    base_ref: pullRequest ? text(event.payload, 'pull_request', 'base', 'ref') : '',
    repository: run.repository,
    repository_id: String(info.id),
    repository_owner: info.owner,
    repository_owner_id: String(info.ownerId),
    repository_visibility: info.private ? 'private' : 'public',
    repositoryUrl: `${host.serverUrl}/${run.repository}.git`,
    run_id: String(run.id),
    run_number: String(run.runNumber),
    run_attempt: String(run.attempt),
    retention_days: '90',
    actor: event.actor,
    actor_id: String(host.webhookUser(event.actor).id ?? ''),
    triggering_actor: event.actor,
    workflow: run.name,
    workflow_ref: `${run.repository}/${run.workflowPath}@${event.ref}`,
    workflow_sha: event.workflowsAt,
    event_name: event.name,
    event: event.payload,
    server_url: host.serverUrl,
    api_url: host.apiUrl,
    graphql_url: host.graphqlUrl,
    secret_source: event.fromFork ? 'None' : 'Actions',
  };
}

/** Parts of the context that are variables too, as `GITHUB_` and the name in capitals. */
const VARIABLES = [
  'ref',
  'sha',
  'ref_name',
  'ref_type',
  'ref_protected',
  'head_ref',
  'base_ref',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'run_id',
  'run_number',
  'run_attempt',
  'retention_days',
  'actor',
  'actor_id',
  'triggering_actor',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'event_name',
  'event_path',
  'server_url',
  'api_url',
  'graphql_url',
  'job',
  'workspace',
  'action',
  'action_path',
  'action_repository',
  'action_ref',
] as const;

export function githubVariables(context: GithubContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    VARIABLES.filter((name) => context[name] !== undefined).map((name) => [
      `GITHUB_${name.toUpperCase()}`,
      String(context[name]),
    ]),
  );
}

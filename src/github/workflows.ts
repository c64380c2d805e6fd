/**
 * Starting a workflow by hand, as `workflow_dispatch` does: one of the few things that a job's token can wake
 * (https://docs.github.com/actions/reference/security/github_token#when-github_token-triggers-workflow-runs).
 */
import type { GitHubRepository } from './client.ts';

/**
 * Starts a workflow on a branch. Needs `actions: write`.
 * @param workflow the name of its file
 */
export async function startWorkflow(
  github: GitHubRepository,
  workflow: string,
  branch: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<void> {
  await github.call(`start the workflow ${workflow}`, (octokit, at) =>
    octokit.rest.actions.createWorkflowDispatch({ ...at, workflow_id: workflow, ref: branch, inputs }),
  );
}

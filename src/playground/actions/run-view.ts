/** Runs as the contract shows them. */
import type { ActionsEngine, WorkflowRun } from '../contract.ts';
import type { RunRecord } from './records.ts';
import type { Store } from './store.ts';

export type RunFilter = NonNullable<Parameters<ActionsEngine['runs']>[1]>;

/** `status` is a status or a conclusion, as in GitHub's API; `workflow` a file name, a path or an id. */
export function matchesFilter(run: RunRecord, filter: RunFilter): boolean {
  const { event, status, headSha, branch, workflow } = filter;
  return (
    (event === undefined || run.event.name === event) &&
    (status === undefined || run.status === status || run.conclusion === status) &&
    (headSha === undefined || run.headSha === headSha) &&
    (branch === undefined || run.headBranch === branch) &&
    (workflow === undefined ||
      String(run.workflowId) === workflow ||
      run.workflowPath === workflow ||
      run.workflowPath.split('/').pop() === workflow)
  );
}

/** A run with the jobs of its latest attempt. */
export function shownRun(run: RunRecord, store: Store): WorkflowRun {
  const { event, chain: _, ...shown } = run;
  const jobs = store
    .jobs(run.id, run.attempt)
    .map(({ runId: _run, attempt: _attempt, key: _key, ...job }) => job);
  return { ...shown, event: event.name, actor: event.actor, jobs };
}

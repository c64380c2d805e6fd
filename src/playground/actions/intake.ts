/** From an event to the runs that it makes, before any of them starts. */
import type { Annotation, HostEvent, HostForActions } from '../contract.ts';
import { type ForkApproval, needsApproval } from './approval.ts';
import { commitInfo, NO_COMMIT } from './git.ts';
import { text } from './payload.ts';
import type { RunRecord } from './records.ts';
import { defaultTitle, headOf, titleOf } from './run-description.ts';
import { chainLength, type Store } from './store.ts';
import { asksToSkip, isTriggered } from './triggers.ts';
import { type ReadWorkflow, readWorkflows, type Workflow } from './workflow-file.ts';

/** GitHub follows a chain of `workflow_run` events this far. */
const LONGEST_CHAIN = 3;

export interface NewRun {
  readonly run: RunRecord;
  /** Undefined for a run that failed before it began. */
  readonly workflow: Workflow | undefined;
}

/** Makes the runs of an event. Those that wait for approval, and those that failed at once, are `completed`. */
export function makeRuns(
  event: HostEvent,
  host: HostForActions,
  store: Store,
  forkApproval: ForkApproval,
): readonly NewRun[] {
  if (!mayStart(event, host, store)) return [];
  const workflows = readWorkflows(host.gitDir(event.repository), event.workflowsAt);
  // Whoever fires a schedule or dispatches by hand means one workflow.
  const only =
    event.name === 'workflow_dispatch' || event.name === 'schedule' ? text(event.payload, 'workflow') : '';
  return workflows
    .filter((workflow) => only === '' || workflow.path === only)
    .flatMap((workflow) => makeRun(workflow, event, host, store, forkApproval) ?? []);
}

function mayStart(event: HostEvent, host: HostForActions, store: Store): boolean {
  const info = host.repositoryInfo(event.repository);
  if (!info.actionsEnabled || NO_COMMIT.test(event.sha)) return false;
  const dispatched = event.name === 'workflow_dispatch' || event.name === 'repository_dispatch';
  // What GITHUB_TOKEN does starts nothing, so that workflows do not call themselves for ever.
  if (event.causedByJob && !dispatched && event.name !== 'pull_request') return false;
  if (event.name === 'workflow_run' && chainLength(store, event) > LONGEST_CHAIN) return false;
  if (event.name === 'push' || event.name === 'pull_request') {
    const message = commitInfo(host.gitDir(event.repository), headOf(event).headSha)?.message ?? '';
    if (asksToSkip(message)) return false;
  }
  return true;
}

function makeRun(
  read: ReadWorkflow,
  event: HostEvent,
  host: HostForActions,
  store: Store,
  forkApproval: ForkApproval,
): NewRun | undefined {
  if ('problems' in read) {
    // GitHub shows a workflow that it cannot read at every push, and at events that it can still recognise.
    const concerned = event.name === 'push' || (read.on !== undefined && isTriggered(read.on, event));
    if (!concerned) return undefined;
    const annotations = read.problems.map((problem) => problemAnnotation(read.path, problem));
    return { run: failedRun(read.path, read.path, event, host, store, annotations), workflow: undefined };
  }
  const { workflow } = read;
  if (!isTriggered(workflow.on, event)) return undefined;
  if (event.name === 'pull_request_target') {
    const message = `Event 'pull_request_target' is not allowed to trigger Actions workflows. Workflow file: '${workflow.path}'.`;
    const annotation: Annotation = { level: 'failure', title: '', message, path: workflow.path };
    return {
      run: failedRun(workflow.path, workflow.name, event, host, store, [annotation]),
      workflow: undefined,
    };
  }
  const waits = needsApproval(event, forkApproval);
  const run = store.createRun({
    ...common(workflow.path, workflow.name, event, store),
    displayTitle: defaultTitle(event, host, workflow.name),
    status: waits ? 'completed' : 'queued',
    conclusion: waits ? 'action_required' : null,
    annotations: [],
  });
  try {
    const displayTitle = titleOf(run, workflow, host);
    return { run: store.saveRun({ ...run, displayTitle }), workflow };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const annotations: readonly Annotation[] = [
      { level: 'failure', title: '', message, path: workflow.path },
    ];
    return {
      run: store.saveRun({ ...run, status: 'completed', conclusion: 'failure', annotations }),
      workflow: undefined,
    };
  }
}

function common(path: string, name: string, event: HostEvent, store: Store) {
  return {
    repository: event.repository,
    workflowPath: path,
    name,
    ...headOf(event),
    event,
    chain: chainLength(store, event),
    attempt: 1,
  };
}

function failedRun(
  path: string,
  name: string,
  event: HostEvent,
  host: HostForActions,
  store: Store,
  annotations: readonly Annotation[],
): RunRecord {
  return store.createRun({
    ...common(path, name, event, store),
    displayTitle: defaultTitle(event, host, name),
    status: 'completed',
    conclusion: 'failure',
    annotations,
  });
}

function problemAnnotation(
  path: string,
  problem: { readonly message: string; readonly line: number | undefined },
): Annotation {
  const { line } = problem;
  return {
    level: 'failure',
    title: `Invalid workflow file: ${path}${line === undefined ? '' : `#L${line}`}`,
    message: `The workflow is not valid. ${problem.message}`,
    path,
    ...(line === undefined ? {} : { line }),
  };
}

/** The events that the engine makes itself: a workflow started by hand, a schedule that fires. */
import { ActionsRequestError, type HostEvent, type HostForActions } from '../contract.ts';
import { resolveInputs } from './dispatch-inputs.ts';
import { resolveRef } from './git.ts';
import { readWorkflows } from './workflow-file.ts';

interface Dispatch {
  readonly repository: string;
  readonly path: string;
  /** Branch or tag, short or full. */
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly actor: string;
  readonly causedByJob: boolean;
}

/** @throws {ActionsRequestError} as GitHub's API answers. */
export function dispatchEvent(host: HostForActions, dispatch: Dispatch): HostEvent {
  const { repository, path, inputs, actor, causedByJob } = dispatch;
  const gitDir = host.gitDir(repository);
  const target = resolveRef(gitDir, dispatch.ref);
  if (target === undefined) throw new ActionsRequestError('invalid', `No ref found for: ${dispatch.ref}`);
  const read = readWorkflows(gitDir, target.sha).find((candidate) => candidate.path === path);
  if (read === undefined) {
    throw new ActionsRequestError('not-found', `There is no workflow ${path} at ${dispatch.ref}.`);
  }
  if (!('workflow' in read)) {
    throw new ActionsRequestError(
      'invalid',
      `Failed to parse workflow: ${read.problems[0]?.message ?? path}`,
    );
  }
  if (!Object.hasOwn(read.workflow.on, 'workflow_dispatch')) {
    throw new ActionsRequestError('invalid', "Workflow does not have 'workflow_dispatch' trigger");
  }
  return {
    name: 'workflow_dispatch',
    repository,
    actor,
    causedByJob,
    fromFork: false,
    ref: target.ref,
    sha: target.sha,
    workflowsAt: target.sha,
    payload: {
      inputs: resolveInputs(read.workflow.onToken, inputs),
      ref: target.ref,
      workflow: path,
      repository: host.webhookRepository(repository),
      sender: host.webhookUser(actor),
    },
  };
}

/** One event for each workflow of the default branch that has a schedule. */
export function scheduleEvents(host: HostForActions, repository: string): readonly HostEvent[] {
  const info = host.repositoryInfo(repository);
  if (!info.schedulesEnabled) return [];
  const gitDir = host.gitDir(repository);
  const target = resolveRef(gitDir, `refs/heads/${info.defaultBranch}`);
  if (target === undefined) return [];
  return readWorkflows(gitDir, target.sha).flatMap((read) => {
    const schedule = 'workflow' in read ? read.workflow.on.schedule?.[0]?.cron : undefined;
    if (schedule === undefined) return [];
    return {
      name: 'schedule',
      repository,
      actor: info.owner,
      causedByJob: false,
      fromFork: false,
      ref: target.ref,
      sha: target.sha,
      workflowsAt: target.sha,
      payload: { schedule, workflow: read.path, repository: host.webhookRepository(repository) },
    };
  });
}

/** What expressions of a run see before any job of it has started. */

import type { HostForActions } from '../contract.ts';
import type { ConcurrencySettings } from './concurrency-waits.ts';
import { typedInputs } from './dispatch-inputs.ts';
import { EvaluationError, evaluateToken, type Scope, toText } from './expressions.ts';
import { githubContext } from './github-context.ts';
import type { TemplateToken } from './github-parser.ts';
import { at } from './payload.ts';
import type { RunRecord } from './records.ts';
import type { Workflow } from './workflow-file.ts';

/** A pull request from a fork may read and nothing else. */
export function isRestricted(run: Pick<RunRecord, 'event'>): boolean {
  return run.event.name === 'pull_request' && run.event.fromFork;
}

/** Contexts `github`, `vars` and `inputs`. Variables, like secrets, do not reach pull requests from forks. */
export function runScope(
  run: RunRecord,
  workflow: Workflow,
  host: HostForActions,
  environment?: string,
): Scope {
  const given = at(run.event.payload, 'inputs');
  const dispatched = run.event.name === 'workflow_dispatch' && typeof given === 'object' && given !== null;
  return {
    contexts: {
      github: githubContext(run, host),
      vars: isRestricted(run) ? {} : Object.fromEntries(host.variables(run.repository, environment)),
      inputs: dispatched ? typedInputs(workflow.onToken, given as Readonly<Record<string, unknown>>) : {},
    },
  };
}

/** @throws {EvaluationError} */
export function concurrencyOf(
  token: TemplateToken | undefined,
  scope: Scope,
): ConcurrencySettings | undefined {
  if (token === undefined) return undefined;
  const value = evaluateToken(token, scope);
  const settings =
    typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : { group: value };
  const group = toText(settings.group);
  const cancelInProgress = toText(settings['cancel-in-progress']) === 'true';
  const queue = settings.queue === 'max' ? 'max' : 'single';
  if (queue === 'max' && cancelInProgress) {
    throw new EvaluationError("'queue: max' cannot be combined with 'cancel-in-progress: true'");
  }
  // An expression that comes out empty means no group.
  return group === '' ? undefined : { group, cancelInProgress, queue };
}

/**
 * Running one step: its `env`, its `if`, its time, and what counts as its end.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps
 */
import { runUses } from './action.ts';
import {
  evaluateBoolean,
  evaluateCondition,
  evaluateStrings,
  evaluateText,
  evaluateToken,
  type Scope,
} from './expressions.ts';
import { type Frame, type StepResult, stepGithub, stepScope } from './frame.ts';
import { KILL } from './process.ts';
import { runScript } from './script.ts';
import type { StepDefinition } from './step-definition.ts';
import { ReportedFailure, StepFailure } from './step-failure.ts';
import type { Outputs, StepTask } from './step-task.ts';

const SKIPPED: StepResult = { outputs: {}, outcome: 'skipped', conclusion: 'skipped' };

/** What a step is called in the list of steps, before it has run. A name may hold an expression with a secret. */
export function stepName(frame: Frame, step: StepDefinition): string {
  const scope = stepScope(frame, frame.job.github, new Map());
  const named = tryText(() => evaluateText(step.name, scope)) || undefined;
  const first = () => (tryText(() => evaluateText(step.run, scope)) ?? '').trim().split('\n')[0];
  return frame.job.masker.apply(named ?? `Run ${step.uses ?? first()}`);
}

function tryText(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Runs a step, whatever happens, and says how it ended. Failures are in the log and among the annotations.
 * @param outer of the step whose composite action this step belongs to: stopped with it.
 */
export async function runStep(
  frame: Frame,
  step: StepDefinition,
  index: number,
  outer?: AbortSignal,
): Promise<StepResult> {
  const { job } = frame;
  const action =
    step.id ??
    `__${step.uses === undefined ? 'run' : step.uses.replace(/@.*$/s, '').replaceAll('/', '_')}_${index}`;
  const github = stepGithub(frame, action);
  const scopeWithout = () => stepScope(frame, github, new Map());
  const controller = new AbortController();
  let timedOut: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopListening = () => undefined as unknown;
  try {
    const env = evaluateStrings(step.env, scopeWithout());
    const scope = () => stepScope(frame, github, env);
    if (!evaluateCondition(step.condition, scope())) return remember(frame, step, SKIPPED);
    // A cancelled run lets a step go on whose condition still holds, such as `always()`.
    const onCancel = () => {
      if (job.cancellation.killed) controller.abort(KILL);
      else if (!holds(step, scope())) controller.abort();
    };
    stopListening = job.cancellation.listen(onCancel);
    if (job.cancellation.killed) onCancel();
    const signal = outer === undefined ? controller.signal : AbortSignal.any([controller.signal, outer]);
    const minutes = minutesOf(step, scope());
    if (minutes !== undefined) {
      timer = setTimeout(() => {
        timedOut = `The action '${stepName(frame, step)}' has timed out after ${minutes} minutes.`;
        controller.abort();
      }, minutes * job.services.minute);
    }
    const outputs = await carryOut({ frame, definition: step, scope: scope(), env, action, signal });
    if (signal.aborted) throw new StepFailure('The operation was canceled.');
    return remember(frame, step, { outputs, outcome: 'success', conclusion: 'success' });
  } catch (error) {
    const cancelled = (controller.signal.aborted || outer?.aborted === true) && timedOut === undefined;
    const reported = error instanceof ReportedFailure && timedOut === undefined;
    if (!reported) job.fail(timedOut ?? (cancelled ? 'The operation was canceled.' : messageOf(error)));
    const outputs = error instanceof StepFailure ? error.outputs : {};
    if (cancelled) return remember(frame, step, { outputs, outcome: 'cancelled', conclusion: 'cancelled' });
    const goOn = continues(step, scopeWithout());
    if (!goOn) frame.failed = true;
    return remember(frame, step, { outputs, outcome: 'failure', conclusion: goOn ? 'success' : 'failure' });
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

function remember(frame: Frame, step: StepDefinition, result: StepResult): StepResult {
  if (step.id !== undefined) frame.steps.set(step.id, result);
  return result;
}

function carryOut(task: StepTask): Promise<Outputs> {
  const { definition } = task;
  if (definition.unsupported !== undefined) {
    throw new StepFailure(`'${definition.unsupported}' of a step is not supported by the local GitHub.`);
  }
  return definition.uses === undefined ? runScript(task) : runUses(task, definition.uses, runStep);
}

/** @throws {StepFailure} unless it is a positive integer, as GitHub asks. */
function minutesOf(step: StepDefinition, scope: Scope): number | undefined {
  const value = evaluateToken(step.timeoutMinutes, scope);
  if (value === undefined) return undefined;
  const minutes = Number(value);
  if (Number.isInteger(minutes) && minutes > 0) return minutes;
  throw new StepFailure(`timeout-minutes of a step must be a positive integer, not '${String(value)}'.`);
}

/** A condition that cannot be evaluated keeps nothing running. */
function holds(step: StepDefinition, scope: Scope): boolean {
  try {
    return evaluateCondition(step.condition, scope);
  } catch {
    return false;
  }
}

function continues(step: StepDefinition, scope: Scope): boolean {
  try {
    return evaluateBoolean(step.continueOnError, scope, false);
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

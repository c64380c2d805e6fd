/** `uses:` — a counterpart of one of GitHub's actions, an action in Node, or a composite action. */
import { join } from 'node:path';
import { type ActionManifest, readManifest } from './action-manifest.ts';
import { evaluateStrings, evaluateText, type Scope } from './expressions.ts';
import { type ActionPlace, DEEPEST, type Frame, stepGithub, stepScope } from './frame.ts';
import type { JobContext } from './job-context.ts';
import type { StepDefinition } from './step-definition.ts';
import { ReportedFailure, StepFailure } from './step-failure.ts';
import { runStepProcess } from './step-process.ts';
import type { Outputs, RunStep, StepTask } from './step-task.ts';
import { isLocal, resolveUses } from './uses.ts';

/** Runs the action of a step; answers its outputs. @throws {StepFailure} */
export async function runUses(task: StepTask, uses: string, runStep: RunStep): Promise<Outputs> {
  const { job } = task.frame;
  const resolved = resolveUses(job, uses);
  const given = evaluateStrings(task.definition.with, task.scope);
  job.log.group(
    `Run ${uses}`,
    given.size === 0 ? [] : ['with:', ...[...given].map(([key, value]) => `  ${key}: ${value}`)],
  );
  if (resolved.kind === 'builtin') {
    const declared = [...resolved.action.inputs.keys()];
    warnOfUnexpected(job, given, declared);
    const inputs = new Map(resolved.action.inputs);
    for (const [name, value] of given) inputs.set(name.toLowerCase(), value);
    return await resolved.action.run({
      job,
      inputs,
      env: job.environment(
        new Map([...task.frame.overlay, ...task.env]),
        stepGithub(task.frame, task.action),
      ),
      signal: task.signal,
    });
  }
  const manifest = readManifest(resolved.folder, uses);
  const inputs = actionInputs(job, manifest, given, task.scope);
  return manifest.runs.using === 'composite'
    ? await runComposite(task, manifest, inputs, resolved.place, runStep)
    : await runNode(task, manifest, inputs, resolved.folder, resolved.place);
}

/** Given inputs and defaults, by lower-case name. */
function actionInputs(
  job: JobContext,
  manifest: ActionManifest,
  given: ReadonlyMap<string, string>,
  scope: Scope,
): ReadonlyMap<string, string> {
  warnOfUnexpected(
    job,
    given,
    manifest.inputs.map((input) => input.id),
  );
  const inputs = new Map([...given].map(([name, value]) => [name.toLowerCase(), value]));
  for (const input of manifest.inputs) {
    const name = input.id.toLowerCase();
    if (inputs.has(name)) continue;
    const value = evaluateText(input.default, scope);
    if (value !== undefined) inputs.set(name, value);
    else if (input.required === true) job.log.warning(`Input '${input.id}' is required and was not supplied`);
  }
  return inputs;
}

function warnOfUnexpected(
  job: JobContext,
  given: ReadonlyMap<string, string>,
  declared: readonly string[],
): void {
  const known = new Set(declared.map((name) => name.toLowerCase()));
  const unexpected = [...given.keys()].filter((name) => !known.has(name.toLowerCase()));
  if (unexpected.length === 0) return;
  const message = `Unexpected input(s) ${quoted(unexpected)}, valid inputs are [${quoted(declared)}]`;
  job.log.warning(message);
  job.annotate({ level: 'warning', title: '', message });
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

async function runNode(
  task: StepTask,
  { runs }: ActionManifest,
  inputs: ReadonlyMap<string, string>,
  folder: string,
  place: ActionPlace,
): Promise<Outputs> {
  const { frame } = task;
  const { job } = frame;
  if (!('main' in runs)) throw new StepFailure(`The action in ${folder} names no 'main'.`);
  const step = task.definition.preOf ?? task.definition;
  const known = job.actionState.get(step);
  const state = known ?? new Map<string, string>();
  job.actionState.set(step, state);
  const variables = [...inputs].map(
    ([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value] as const,
  );
  const run = async (script: string, signal: AbortSignal) => {
    const commands = await runStepProcess({
      frame,
      file: process.execPath,
      args: [join(folder, script)],
      cwd: job.workspace.workspace,
      env: new Map([
        ...task.env,
        ...variables,
        ...[...state].map(([name, value]) => [`STATE_${name}`, value] as const),
      ]),
      github: stepGithub(frame, task.action, { ...place, path: folder }),
      signal,
    });
    for (const [name, value] of commands.state) state.set(name, value);
    return Object.fromEntries(commands.outputs);
  };
  const { pre, post, postIf, main } = runs;
  if (post !== undefined && known === undefined) {
    job.postSteps.push({
      name: `Post ${step.uses}`,
      condition: postIf ?? 'always()',
      run: async (signal) => void (await run(post, signal)),
    });
  }
  if (task.definition.preOf === undefined) return await run(main, task.signal);
  return pre === undefined ? {} : await run(pre, task.signal);
}

/**
 * The step that runs the `pre` of an action, if it has one. GitHub runs these before the first step of the job, so
 * never for actions of the workspace, which are not there yet.
 * @throws {StepFailure} if the action cannot be had, or is none.
 */
export function preStep(job: JobContext, step: StepDefinition): StepDefinition | undefined {
  if (step.uses === undefined || isLocal(step.uses)) return undefined;
  const resolved = resolveUses(job, step.uses);
  if (resolved.kind === 'builtin') return undefined;
  const { runs } = readManifest(resolved.folder, step.uses);
  if (!('main' in runs) || runs.pre === undefined) return undefined;
  return { ...step, id: undefined, condition: runs.preIf ?? 'always()', preOf: step };
}

async function runComposite(
  task: StepTask,
  manifest: ActionManifest,
  inputs: ReadonlyMap<string, string>,
  place: ActionPlace,
  runStep: RunStep,
): Promise<Outputs> {
  const outer = task.frame;
  if (outer.depth >= DEEPEST) throw new StepFailure(`Composite actions are nested deeper than ${DEEPEST}.`);
  const frame: Frame = {
    job: outer.job,
    depth: outer.depth + 1,
    steps: new Map(),
    overlay: new Map([...outer.overlay, ...task.env]),
    contexts: { ...outer.contexts, inputs: Object.fromEntries(inputs) },
    place,
    defaultShell: undefined,
    defaultDirectory: undefined,
    failed: false,
  };
  let cancelled = false;
  for (const [index, step] of manifest.steps.entries()) {
    const result = await runStep(frame, step, index, task.signal);
    cancelled ||= result.conclusion === 'cancelled';
  }
  const scope = stepScope(frame, stepGithub(frame, task.action), new Map());
  const outputs = Object.fromEntries(
    manifest.outputs.map((output) => [output.id, evaluateText(output.value, scope) ?? '']),
  );
  if (frame.failed || cancelled) throw new ReportedFailure('A step of the action failed.', outputs);
  return outputs;
}

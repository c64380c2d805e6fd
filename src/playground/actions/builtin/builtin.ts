/** Counterparts of GitHub's own actions, which need a service that only GitHub has: what they are to the runner. */
import type { JobContext } from '../job-context.ts';

export interface BuiltinStep {
  readonly job: JobContext;
  /** By lower-case name, with the defaults. */
  readonly inputs: ReadonlyMap<string, string>;
  /** What a process of this step gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface BuiltinAction {
  /** Names and defaults of all inputs, in lower case; those without default are empty. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Answers the outputs. @throws {StepFailure} */
  run(step: BuiltinStep): Promise<Readonly<Record<string, string>>>;
}

/** An input, empty where it was not given. */
export function input(step: BuiltinStep, name: string): string {
  return (step.inputs.get(name) ?? '').trim();
}

export function isOn(step: BuiltinStep, name: string): boolean {
  return input(step, name).toLowerCase() === 'true';
}

/** A step that is to be carried out, and what carries out the steps within it. */
import type { Scope } from './expressions.ts';
import type { Frame, StepResult } from './frame.ts';
import type { StepDefinition } from './step-definition.ts';

export interface StepTask {
  readonly frame: Frame;
  readonly definition: StepDefinition;
  readonly scope: Scope;
  /** The step's own `env`. */
  readonly env: ReadonlyMap<string, string>;
  /** GITHUB_ACTION */
  readonly action: string;
  /** Aborted when the step has to stop. */
  readonly signal: AbortSignal;
}

/** How composite actions run their steps. */
export type RunStep = (
  frame: Frame,
  step: StepDefinition,
  index: number,
  outer: AbortSignal,
) => Promise<StepResult>;

export type Outputs = Readonly<Record<string, string>>;

/** The surroundings of a list of steps: those of a job, or those of a composite action within one of its steps. */
import { type Scope, statusFunctions } from './expressions.ts';
import type { GithubContext } from './github-context.ts';
import type { TemplateToken } from './github-parser.ts';
import type { JobContext } from './job-context.ts';

export interface StepResult {
  readonly outputs: Readonly<Record<string, string>>;
  /** Before `continue-on-error`. */
  readonly outcome: 'success' | 'failure' | 'cancelled' | 'skipped';
  readonly conclusion: 'success' | 'failure' | 'cancelled' | 'skipped';
}

export interface ActionPlace {
  /** `owner/name`, where the action is not one of the workspace. */
  readonly repository?: string;
  readonly ref?: string;
  readonly path?: string;
}

export interface Frame {
  readonly job: JobContext;
  /** How many actions within actions. */
  readonly depth: number;
  readonly steps: Map<string, StepResult>;
  /** `env` of the steps around. */
  readonly overlay: ReadonlyMap<string, string>;
  /** `inputs`, and what else differs from the job's contexts. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly place: ActionPlace;
  readonly defaultShell: TemplateToken | undefined;
  readonly defaultDirectory: TemplateToken | undefined;
  failed: boolean;
}

/** GitHub's limit of composite actions within composite actions. */
export const DEEPEST = 10;

/** The `github` context of a step: its own names beside those of the job. */
export function stepGithub(frame: Frame, action: string, place: ActionPlace = frame.place): GithubContext {
  return {
    ...frame.job.github,
    action,
    action_repository: place.repository ?? '',
    action_ref: place.ref ?? '',
    ...(place.path === undefined ? {} : { action_path: place.path }),
  };
}

/** What the expressions of a step see. Secrets reach a composite action only through its inputs. */
export function stepScope(frame: Frame, github: GithubContext, env: ReadonlyMap<string, string>): Scope {
  const { job } = frame;
  const cancelled = () => job.cancellation.cancelled;
  return {
    contexts: {
      ...job.contexts(),
      ...(frame.depth === 0 ? { secrets: Object.fromEntries(job.secrets) } : {}),
      ...frame.contexts,
      github,
      steps: Object.fromEntries(frame.steps),
      env: Object.fromEntries([...job.env, ...frame.overlay, ...env]),
    },
    functions: statusFunctions({
      always: () => true,
      cancelled,
      failure: () => !cancelled() && frame.failed,
      success: () => !cancelled() && !frame.failed,
    }),
  };
}

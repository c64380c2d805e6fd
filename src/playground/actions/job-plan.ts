/** Making jobs of a job definition, once the jobs that it needs are done: matrix, name, environment, permissions. */
import type { HostForActions, Permissions } from '../contract.ts';
import type { ConcurrencySettings } from './concurrency-waits.ts';
import { environmentRefusal } from './environments.ts';
import {
  EvaluationError,
  evaluateBoolean,
  evaluateText,
  evaluateToken,
  type Scope,
  toText,
} from './expressions.ts';
import { isMapping, isString } from './github-parser.ts';
import { jobTimeout } from './job.ts';
import { type Combination, expandMatrix } from './matrix.ts';
import { jobPermissions } from './permissions.ts';
import type { RunRecord } from './records.ts';
import { concurrencyOf, isRestricted, runScope } from './run-scope.ts';
import { findToken, type JobDefinition, type Workflow } from './workflow-file.ts';

export interface PlannedJob {
  readonly name: string;
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly permissions: Permissions;
  readonly environment: string | undefined;
  readonly concurrency: ConcurrencySettings | undefined;
  readonly timeoutMinutes: number;
  readonly continueOnError: boolean;
  /** Why the job must not start. */
  readonly refusal: string | undefined;
}

export interface PlannedJobs {
  readonly jobs: readonly PlannedJob[];
  readonly failFast: boolean;
  readonly maxParallel: number;
}

/**
 * @param needs the `needs` context.
 * @throws {EvaluationError} or {MatrixError}: the job fails with the message.
 */
export function planJobs(
  run: RunRecord,
  workflow: Workflow,
  definition: JobDefinition,
  host: HostForActions,
  needs: Readonly<Record<string, unknown>>,
): PlannedJobs {
  const unsupported = ['uses', 'container', 'services', 'snapshot'].find(
    (key) => definition.properties.find(key) !== undefined,
  );
  if (unsupported !== undefined) {
    const what = unsupported === 'uses' ? 'Calling a reusable workflow' : `'${unsupported}' of a job`;
    throw new EvaluationError(`${what} is not supported by the local GitHub (job ${definition.id}).`);
  }
  const shared = runScope(run, workflow, host).contexts;
  const scope: Scope = { contexts: { ...shared, needs } };
  const strategy = definition.properties.find('strategy');
  const matrix = evaluateToken(findToken(strategy, 'matrix'), scope);
  const combinations = matrix === undefined ? [undefined] : expandMatrix(matrix);
  const failFast = evaluateBoolean(findToken(strategy, 'fail-fast'), scope, true);
  const limit = evaluateToken(findToken(strategy, 'max-parallel'), scope);
  const maxParallel = typeof limit === 'number' && limit > 0 ? limit : combinations.length;
  const jobs = combinations.map((combination, index) => {
    const contexts = {
      ...shared,
      needs,
      matrix: combination ?? null,
      strategy: {
        'fail-fast': failFast,
        'job-index': index,
        'job-total': combinations.length,
        'max-parallel': maxParallel,
      },
    };
    return planJob(run, workflow, definition, host, contexts, combination);
  });
  return { jobs, failFast, maxParallel };
}

function planJob(
  run: RunRecord,
  workflow: Workflow,
  definition: JobDefinition,
  host: HostForActions,
  contexts: Readonly<Record<string, unknown>>,
  combination: Combination | undefined,
): PlannedJob {
  const { properties } = definition;
  const scope: Scope = { contexts };
  if (toText(evaluateToken(properties.find('runs-on'), scope)) === '') {
    throw new EvaluationError(`'runs-on' of the job ${definition.id} is empty`);
  }
  const environmentToken = properties.find('environment');
  const named =
    environmentToken !== undefined && isMapping(environmentToken)
      ? environmentToken.find('name')
      : environmentToken;
  const environment = evaluateText(named, scope) || undefined;
  const vars = runScope(run, workflow, host, environment).contexts.vars;
  return {
    name: jobName(definition, combination, scope),
    contexts: { ...contexts, vars },
    permissions: jobPermissions(
      workflow.properties.find('permissions'),
      properties.find('permissions'),
      isRestricted(run),
    ),
    environment,
    concurrency: concurrencyOf(properties.find('concurrency'), scope),
    timeoutMinutes: jobTimeout({ definition }, scope),
    continueOnError: evaluateBoolean(properties.find('continue-on-error'), scope, false),
    refusal:
      environment === undefined
        ? undefined
        : environmentRefusal(host, run.repository, environment, run.event.ref),
  };
}

/** Without an expression of its own, the name of a job of a matrix ends with its values. */
function jobName(definition: JobDefinition, combination: Combination | undefined, scope: Scope): string {
  const token = definition.properties.find('name');
  const name = evaluateText(token, scope) || definition.id;
  if (combination === undefined || (token !== undefined && !isString(token))) return name;
  const values = Object.values(combination).map((value) =>
    typeof value === 'object' && value !== null ? Object.values(value).map(toText).join(', ') : toText(value),
  );
  return values.length === 0 ? name : `${name} (${values.join(', ')})`;
}

/** The jobs that a run makes of one job of its workflow, and what is known of them together. */
import type { Conclusion } from '../contract.ts';
import { Cancellation } from './cancellation.ts';
import { statusFunctions } from './expressions.ts';
import type { PlannedJob } from './job-plan.ts';
import type { JobRecord } from './records.ts';
import type { JobDefinition } from './workflow-file.ts';

export interface JobInstance {
  readonly planned: PlannedJob;
  readonly cancellation: Cancellation;
  record: JobRecord;
  /** `held`: by `max-parallel`; `pending`: in a concurrency group; `queued`: no runner is free. */
  state: 'held' | 'pending' | 'queued' | 'running' | 'done';
  conclusion: Conclusion;
  outputs: Readonly<Record<string, string>>;
}

export interface JobGroup {
  readonly definition: JobDefinition;
  state: 'waiting' | 'active' | 'done';
  instances: readonly JobInstance[];
  failFast: boolean;
  maxParallel: number;
  /** As in `needs.<job>.result`. */
  result: 'success' | 'failure' | 'cancelled' | 'skipped';
  outputs: Readonly<Record<string, string>>;
}

export function newGroup(definition: JobDefinition): JobGroup {
  return {
    definition,
    state: 'waiting',
    instances: [],
    failFast: true,
    maxParallel: 1,
    result: 'skipped',
    outputs: {},
  };
}

export function newInstance(planned: PlannedJob, record: JobRecord): JobInstance {
  return {
    planned,
    record,
    cancellation: new Cancellation(),
    state: 'held',
    conclusion: null,
    outputs: {},
  };
}

/** A failure that `continue-on-error` forgives does not count. */
export function closeGroup(group: JobGroup): void {
  group.state = 'done';
  const conclusions = group.instances.map((instance) =>
    instance.conclusion === 'failure' && instance.planned.continueOnError ? 'success' : instance.conclusion,
  );
  group.result = conclusions.includes('failure')
    ? 'failure'
    : conclusions.includes('cancelled')
      ? 'cancelled'
      : 'success';
  // Of a matrix, the last job that sets an output to something wins.
  group.outputs = Object.fromEntries(
    group.instances.flatMap((instance) =>
      Object.entries(instance.outputs).filter(([, value]) => value !== ''),
    ),
  );
}

/** The `needs` context of a job: those it names. */
export function needsContext(
  groups: ReadonlyMap<string, JobGroup>,
  definition: JobDefinition,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    definition.needs.map((id) => {
      const group = groups.get(id);
      return [id, { result: group?.result ?? 'skipped', outputs: group?.outputs ?? {} }];
    }),
  );
}

/** `success()` and `failure()` of a job look at all jobs before it, not only at those it names. */
export function jobStatusFunctions(
  groups: ReadonlyMap<string, JobGroup>,
  definition: JobDefinition,
  cancelled: boolean,
): ReturnType<typeof statusFunctions> {
  const results = [...ancestors(groups, definition)].map((id) => groups.get(id)?.result);
  return statusFunctions({
    always: () => true,
    cancelled: () => cancelled,
    success: () => !cancelled && results.every((result) => result === 'success'),
    failure: () => !cancelled && results.includes('failure'),
  });
}

function ancestors(groups: ReadonlyMap<string, JobGroup>, definition: JobDefinition): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const need of groups.get(id)?.definition.needs ?? []) visit(need);
  };
  for (const need of definition.needs) visit(need);
  return found;
}

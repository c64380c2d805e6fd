/**
 * The jobs that a run has made of one job of its workflow: each waits for its turn in the matrix, for its place in a
 * concurrency group and for a runner, runs, and ends.
 */
import { setImmediate } from 'node:timers/promises';
import type { Annotation, Conclusion } from '../contract.ts';
import { runJob } from './job.ts';
import { closeGroup, type JobGroup, type JobInstance } from './job-group.ts';
import type { PlannedJob } from './job-plan.ts';
import { now, type RunRecord } from './records.ts';
import { isRestricted } from './run-scope.ts';
import type { RunServices } from './run-services.ts';
import type { Workflow } from './workflow-file.ts';

/** What the jobs know of their run. */
export interface RunOfJobs {
  readonly record: RunRecord;
  readonly workflow: Workflow;
  readonly services: RunServices;
  /** Of the workflow, if it has one. */
  readonly concurrencyGroup: string | undefined;
  /** A job is about to start. */
  jobStarts(): void;
  /** All jobs of the group are done. */
  groupDone(): void;
  failure(error: unknown): Annotation;
}

export class RunJobs {
  readonly #run: RunOfJobs;
  readonly #group: JobGroup;
  #stopped = false;

  constructor(run: RunOfJobs, group: JobGroup) {
    this.#run = run;
    this.#group = group;
  }

  /** Those that must not start fail at once, the others begin to wait. */
  start(): void {
    const second = "The deployment was rejected or didn't satisfy other protection rules.";
    for (const instance of this.#group.instances) {
      const { refusal } = instance.planned;
      if (refusal === undefined) continue;
      const annotations = [refusal, second].map(
        (message) => ({ level: 'failure', title: '', message }) as const,
      );
      this.#jobDone(instance, 'failure', {}, annotations);
    }
    this.#startHeld();
  }

  /** Stops everything without the grace that `cancel` leaves. */
  kill(): void {
    this.#stopped = true;
    for (const instance of this.#group.instances) {
      if (instance.state === 'running') instance.cancellation.kill();
      else this.#stopWaiting(instance);
    }
  }

  /** Lets as many jobs of a matrix go on as `max-parallel` allows. */
  #startHeld(): void {
    if (this.#stopped) return;
    for (const instance of this.#group.instances) {
      const busy = this.#group.instances.filter(
        (other) => other.state !== 'held' && other.state !== 'done',
      ).length;
      if (busy >= this.#group.maxParallel) return;
      if (instance.state === 'held') this.#startInstance(instance);
    }
  }

  #startInstance(instance: JobInstance): void {
    const { concurrency } = instance.planned;
    if (concurrency === undefined) {
      this.#enqueue(instance);
      return;
    }
    if (concurrency.group.toLowerCase() === this.#run.concurrencyGroup?.toLowerCase()) {
      const message = `Canceling since a deadlock for concurrency group '${concurrency.group}' was detected between 'top level workflow' and '${this.#group.definition.id}'`;
      this.#jobDone(instance, 'cancelled', {}, [{ level: 'failure', title: '', message }]);
      return;
    }
    instance.state = 'pending';
    this.#saveJob(instance, { status: 'pending' });
    this.#run.services.waits.enter(this.#run.record.repository, `job ${instance.record.id}`, concurrency, {
      run: () => this.#enqueue(instance),
      cancel: (message) => {
        this.#saveJob(instance, {
          annotations: [...instance.record.annotations, { level: 'failure', title: '', message }],
        });
        if (instance.state === 'running') instance.cancellation.cancel();
        else this.#stopWaiting(instance);
      },
    });
  }

  #enqueue(instance: JobInstance): void {
    instance.state = 'queued';
    this.#saveJob(instance, { status: 'queued' });
    this.#run.services.slots.request(`job ${instance.record.id}`, () => {
      this.#runInstance(instance).catch((error: unknown) => {
        this.#jobDone(instance, 'failure', {}, [this.#run.failure(error)]);
      });
    });
  }

  async #runInstance(instance: JobInstance): Promise<void> {
    const { definition } = this.#group;
    const { planned } = instance;
    instance.state = 'running';
    try {
      // Whoever raised the event, perhaps in answering a push, does not wait for what a job does first.
      await setImmediate();
      this.#run.jobStarts();
      this.#saveJob(instance, { status: 'in_progress', startedAt: now() });
      const plan = {
        run: this.#run.record,
        workflow: this.#run.workflow,
        definition,
        jobId: instance.record.id,
        restricted: isRestricted(this.#run.record),
        ...planned,
      };
      const result = await runJob(plan, this.#run.services, instance.cancellation, (steps) =>
        this.#saveJob(instance, { steps }),
      );
      this.#jobDone(instance, result.conclusion, result.outputs, result.annotations);
    } finally {
      this.#run.services.slots.release();
    }
  }

  /** Stops what runs and starts nothing more. */
  cancel(): void {
    this.#stopped = true;
    for (const instance of this.#group.instances) {
      if (instance.state === 'running') instance.cancellation.cancel();
      else this.#stopWaiting(instance);
    }
  }

  #stopWaiting(instance: JobInstance): void {
    if (instance.state === 'done' || instance.state === 'running') return;
    this.#run.services.slots.withdraw(`job ${instance.record.id}`);
    this.#jobDone(instance, 'cancelled', {}, []);
  }

  #jobDone(
    instance: JobInstance,
    conclusion: Conclusion,
    outputs: Readonly<Record<string, string>>,
    annotations: readonly Annotation[],
  ): void {
    if (instance.state === 'done') return;
    const { concurrency, continueOnError }: PlannedJob = instance.planned;
    instance.state = 'done';
    instance.conclusion = conclusion;
    instance.outputs = outputs;
    this.#saveJob(instance, {
      status: 'completed',
      conclusion,
      completedAt: now(),
      annotations: [...instance.record.annotations, ...annotations],
    });
    if (concurrency !== undefined) {
      this.#run.services.waits.leave(
        this.#run.record.repository,
        `job ${instance.record.id}`,
        concurrency.group,
      );
    }
    if (conclusion === 'failure' && this.#group.failFast && !continueOnError) this.cancel();
    if (this.#group.state !== 'active') return;
    this.#startHeld();
    if (this.#group.instances.every((other) => other.state === 'done')) {
      closeGroup(this.#group);
      this.#run.groupDone();
    }
  }

  #saveJob(instance: JobInstance, change: Partial<JobInstance['record']>): void {
    instance.record = this.#run.services.store.saveJob({ ...instance.record, ...change });
  }
}

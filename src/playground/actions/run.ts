/**
 * One run: it waits for its place in a concurrency group, starts jobs as those they need are done, and ends.
 * https://docs.github.com/actions/concepts/workflows-and-actions/workflows
 */
import type { Annotation, Conclusion } from '../contract.ts';
import type { ConcurrencySettings } from './concurrency-waits.ts';
import { evaluateCondition } from './expressions.ts';
import { type JobGroup, jobStatusFunctions, needsContext, newGroup, newInstance } from './job-group.ts';
import { planJobs } from './job-plan.ts';
import { type JobRecord, now, type RunRecord } from './records.ts';
import { RunJobs, type RunOfJobs } from './run-jobs.ts';
import { concurrencyOf, runScope } from './run-scope.ts';
import type { RunServices } from './run-services.ts';
import type { JobDefinition, Workflow } from './workflow-file.ts';

export class Run {
  record: RunRecord;
  readonly #workflow: Workflow;
  readonly #services: RunServices;
  readonly #groups: ReadonlyMap<string, JobGroup>;
  readonly #jobs = new Map<string, RunJobs>();
  #place: ConcurrencySettings | undefined;
  #begun = false;
  #cancelled = false;
  #closing = false;

  constructor(record: RunRecord, workflow: Workflow, services: RunServices) {
    this.record = record;
    this.#workflow = workflow;
    this.#services = services;
    this.#groups = new Map(workflow.jobs.map((definition) => [definition.id, newGroup(definition)]));
  }

  start(): void {
    const { host, waits } = this.#services;
    try {
      const scope = runScope(this.record, this.#workflow, host);
      this.#place = concurrencyOf(this.#workflow.properties.find('concurrency'), scope);
    } catch (error) {
      this.#finish('failure', [this.#failure(error)]);
      return;
    }
    if (this.#place === undefined) {
      this.#begin();
      return;
    }
    this.#save({ status: 'pending' });
    waits.enter(this.record.repository, `run ${this.record.id}`, this.#place, {
      run: () => this.#begin(),
      cancel: (message) => this.cancel(message),
    });
  }

  /** Stops politely: what has a condition that still holds, such as `always()`, runs. */
  cancel(message: string): void {
    if (this.record.status === 'completed' || this.#cancelled) return;
    this.#cancelled = true;
    this.#annotate({ level: 'failure', title: this.record.name, message });
    if (!this.#begun) {
      this.#finish('cancelled');
      return;
    }
    for (const { definition } of this.#active()) {
      if (!this.#stillHolds(definition)) this.#jobs.get(definition.id)?.cancel();
    }
    this.#advance();
  }

  /** Stops at once; nothing more is started. */
  kill(message: string): void {
    if (this.record.status === 'completed') return;
    this.#closing = true;
    if (!this.#cancelled) this.#annotate({ level: 'failure', title: this.record.name, message });
    this.#cancelled = true;
    if (!this.#begun) {
      this.#finish('cancelled');
      return;
    }
    for (const { definition } of this.#active()) this.#jobs.get(definition.id)?.kill();
    this.#advance();
  }

  #active(): readonly JobGroup[] {
    return [...this.#groups.values()].filter((group) => group.state === 'active');
  }

  #begin(): void {
    if (this.#begun || this.record.status === 'completed') return;
    this.#begun = true;
    this.#save({ status: 'queued' });
    this.#advance();
  }

  /** Starts whatever can start now, and ends the run if nothing is left. */
  #advance(): void {
    if (this.record.status === 'completed') return;
    for (let moved = true; moved; ) {
      moved = false;
      for (const group of this.#groups.values()) {
        const ready =
          group.state === 'waiting' &&
          group.definition.needs.every((id) => (this.#groups.get(id)?.state ?? 'done') === 'done');
        if (ready) this.#activate(group);
        moved ||= ready;
      }
    }
    const groups = [...this.#groups.values()];
    if (groups.every((group) => group.state === 'done')) this.#finish(this.#conclusion(groups));
  }

  #conclusion(groups: readonly JobGroup[]): Conclusion {
    const results = groups.map((group) => group.result);
    if (this.#cancelled) return 'cancelled';
    if (results.includes('failure')) return 'failure';
    if (results.includes('cancelled')) return 'cancelled';
    return results.every((result) => result === 'skipped') ? 'skipped' : 'success';
  }

  /** A condition that cannot be evaluated keeps nothing running. */
  #stillHolds(definition: JobDefinition): boolean {
    try {
      return this.#holds(definition);
    } catch {
      return false;
    }
  }

  #holds(definition: JobDefinition): boolean {
    const scope = runScope(this.record, this.#workflow, this.#services.host);
    return evaluateCondition(definition.condition, {
      contexts: { ...scope.contexts, needs: needsContext(this.#groups, definition) },
      functions: jobStatusFunctions(this.#groups, definition, this.#cancelled),
    });
  }

  #activate(group: JobGroup): void {
    const { definition } = group;
    try {
      if (this.#closing || !this.#holds(definition)) {
        group.state = 'done';
        group.result = this.#cancelled ? 'cancelled' : 'skipped';
        this.#createJob(definition, definition.id, group.result);
        return;
      }
      const needs = needsContext(this.#groups, definition);
      const planned = planJobs(this.record, this.#workflow, definition, this.#services.host, needs);
      group.state = 'active';
      group.failFast = planned.failFast;
      group.maxParallel = planned.maxParallel;
      group.instances = planned.jobs.map((job) =>
        newInstance(job, this.#createJob(definition, job.name, null)),
      );
    } catch (error) {
      group.state = 'done';
      group.result = 'failure';
      this.#createJob(definition, definition.id, 'failure', [this.#failure(error)]);
      return;
    }
    const jobs = new RunJobs(this.#forJobs(), group);
    this.#jobs.set(definition.id, jobs);
    jobs.start();
  }

  #forJobs(): RunOfJobs {
    const run = this;
    return {
      get record() {
        return run.record;
      },
      workflow: this.#workflow,
      services: this.#services,
      concurrencyGroup: this.#place?.group,
      jobStarts: () => {
        if (this.record.status === 'in_progress') return;
        this.#save({ status: 'in_progress' });
        this.#services.announce(this.record, 'in_progress');
      },
      groupDone: () => this.#advance(),
      failure: (error) => this.#failure(error),
    };
  }

  #createJob(
    definition: JobDefinition,
    name: string,
    conclusion: Conclusion,
    annotations: readonly Annotation[] = [],
  ): JobRecord {
    const time = conclusion === null ? null : now();
    return this.#services.store.createJob({
      runId: this.record.id,
      attempt: this.record.attempt,
      key: definition.id,
      name,
      status: conclusion === null ? 'queued' : 'completed',
      conclusion,
      startedAt: time,
      completedAt: time,
      steps: [],
      annotations,
    });
  }

  #save(change: Partial<RunRecord>): void {
    this.record = this.#services.store.saveRun({ ...this.record, ...change, updatedAt: now() });
  }

  #annotate(annotation: Annotation): void {
    this.#save({ annotations: [...this.record.annotations, annotation] });
  }

  #failure(error: unknown): Annotation {
    const message = error instanceof Error ? error.message : String(error);
    return { level: 'failure', title: '', message, path: this.record.workflowPath };
  }

  #finish(conclusion: Conclusion, annotations: readonly Annotation[] = []): void {
    if (this.record.status === 'completed') return;
    this.#save({
      status: 'completed',
      conclusion,
      annotations: [...this.record.annotations, ...annotations],
    });
    if (this.#place !== undefined) {
      this.#services.waits.leave(this.record.repository, `run ${this.record.id}`, this.#place.group);
    }
    this.#services.announce(this.record, 'completed');
    this.#services.ended(this.record.id);
  }
}

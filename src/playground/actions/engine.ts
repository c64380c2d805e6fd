/**
 * GitHub Actions for one machine: workflows from git, jobs as real processes, logs and artifacts as files.
 * What it does not do (containers, reusable workflows, other runners) fails and says so.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  type ActionsEngine,
  ActionsRequestError,
  type HostEvent,
  type HostForActions,
  type WorkflowRun,
} from '../contract.ts';
import type { ForkApproval } from './approval.ts';
import { ConcurrencyWaits } from './concurrency-waits.ts';
import { dispatchEvent, scheduleEvents } from './dispatch.ts';
import { resolveCommit } from './git.ts';
import { makeRuns } from './intake.ts';
import { endLeftovers, newWorkRoot } from './leftovers.ts';
import { OpenIdServer } from './open-id.ts';
import { type CancelGrace, GITHUB_GRACE } from './process.ts';
import type { RunRecord } from './records.ts';
import { Run } from './run.ts';
import type { RunServices } from './run-services.ts';
import { matchesFilter, type RunFilter, shownRun } from './run-view.ts';
import { Slots } from './slots.ts';
import { Store } from './store.ts';
import { readWorkflows } from './workflow-file.ts';
import { workflowRunEvent } from './workflow-run-event.ts';
import { removeWorkspace } from './workspace.ts';

export interface ActionsEngineOptions {
  /** How many jobs run at once. Default 2. */
  readonly concurrentJobs?: number;
  /** Whose pull requests from forks wait for approval. Default: first-time contributors, as on GitHub. */
  readonly forkApproval?: ForkApproval;
  /** Milliseconds of a minute of `timeout-minutes`. Default 60,000. */
  readonly minute?: number;
  /** How long a cancelled process has between signals. Default: GitHub's 7.5 and 2.5 seconds. */
  readonly cancelGrace?: CancelGrace;
}

const CANCELLED_BY_PERSON = 'The run was canceled.';

/** @throws {ActionsStoreError} if the data is of another version. */
export function createActionsEngine(host: HostForActions, options: ActionsEngineOptions = {}): ActionsEngine {
  return new Engine(host, options);
}

class Engine implements ActionsEngine {
  readonly #host: HostForActions;
  readonly #store: Store;
  readonly #forkApproval: ForkApproval;
  readonly #openId: OpenIdServer;
  readonly #services: RunServices;
  readonly #workRoot: string;
  readonly #live = new Map<number, Run>();
  #quiet: (() => void)[] = [];
  #closed = false;

  constructor(host: HostForActions, options: ActionsEngineOptions) {
    this.#host = host;
    this.#store = new Store(host.database, host.dataDir);
    this.#forkApproval = options.forkApproval ?? 'first-time-contributors';
    this.#openId = new OpenIdServer(host);
    endLeftovers(this.#store);
    this.#workRoot = newWorkRoot(this.#store);
    this.#services = {
      host,
      store: this.#store,
      grace: options.cancelGrace ?? GITHUB_GRACE,
      minute: options.minute ?? 60_000,
      slots: new Slots(options.concurrentJobs ?? 2),
      waits: new ConcurrencyWaits(),
      jobFolder: (jobId) => {
        const folder = join(this.#workRoot, `job-${jobId}`);
        mkdirSync(folder, { recursive: true });
        return folder;
      },
      openIdTokens: (plan) => this.#openId.grant(plan),
      announce: (run, action) => this.#announce(run, action),
      ended: (runId) => this.#ended(runId),
    };
  }

  handle(event: HostEvent): void {
    if (this.#closed) return;
    const made = makeRuns(event, this.#host, this.#store, this.#forkApproval);
    for (const { run, workflow } of made) {
      this.#announce(run, 'requested');
      if (workflow === undefined) this.#announce(run, 'completed');
      else if (run.status === 'queued') this.#start(run);
    }
  }

  dispatch(
    repository: string,
    workflowFile: string,
    ref: string,
    inputs: Readonly<Record<string, string>>,
    actor: string,
    causedByJob: boolean,
  ): void {
    const path = this.#workflowPath(repository, workflowFile);
    this.handle(dispatchEvent(this.#host, { repository, path, ref, inputs, actor, causedByJob }));
  }

  fireSchedules(repository: string): void {
    for (const event of scheduleEvents(this.#host, repository)) this.handle(event);
  }

  runs(repository: string, filter: RunFilter = {}): readonly WorkflowRun[] {
    return this.#store
      .runs(repository)
      .filter((run) => matchesFilter(run, filter))
      .map((run) => shownRun(run, this.#store));
  }

  run(id: number): WorkflowRun | undefined {
    const run = this.#store.run(id);
    return run === undefined ? undefined : shownRun(run, this.#store);
  }

  jobLog(jobId: number): string {
    return this.#store.text(this.#store.logFile(jobId));
  }

  jobSummary(jobId: number): string {
    return this.#store.text(this.#store.summaryFile(jobId));
  }

  workflows(repository: string): ReturnType<ActionsEngine['workflows']> {
    const { defaultBranch } = this.#host.repositoryInfo(repository);
    const gitDir = this.#host.gitDir(repository);
    const commit = resolveCommit(gitDir, `refs/heads/${defaultBranch}`);
    if (commit === undefined) return [];
    return readWorkflows(gitDir, commit).map((read) => ({
      id: this.#store.workflowId(repository, read.path),
      name: 'workflow' in read ? read.workflow.name : read.path,
      path: read.path,
      state: 'active',
    }));
  }

  rerun(id: number): void {
    const run = this.#known(id);
    if (run.status !== 'completed' || run.conclusion === 'action_required') {
      throw new ActionsRequestError('forbidden', 'This workflow run cannot be re-run: it is not completed.');
    }
    this.#restart({ ...run, attempt: run.attempt + 1 });
  }

  cancel(id: number): void {
    const run = this.#known(id);
    const live = this.#live.get(id);
    if (live === undefined || run.status === 'completed') {
      throw new ActionsRequestError('conflict', 'Cannot cancel a workflow run that is completed.');
    }
    live.cancel(CANCELLED_BY_PERSON);
  }

  approve(id: number): void {
    const run = this.#known(id);
    if (run.conclusion !== 'action_required') {
      throw new ActionsRequestError(
        'forbidden',
        'This run is not from a fork pull request that waits for approval.',
      );
    }
    this.#restart(run);
  }

  async idle(): Promise<void> {
    // An event that the host passes on a little later may still start something.
    for (let rounds = 0; rounds < 3; rounds += 1) {
      while (this.#live.size > 0) {
        rounds = 0;
        await new Promise<void>((resolve) => this.#quiet.push(resolve));
      }
      await setImmediate();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const run of [...this.#live.values()]) run.kill('The local GitHub was stopped.');
    while (this.#live.size > 0) await new Promise<void>((resolve) => this.#quiet.push(resolve));
    await this.#openId.close();
    removeWorkspace(this.#workRoot);
  }

  /** Starts a run again from its event, in the state that it had when it was made. */
  #restart(record: RunRecord): void {
    if (this.#closed) return;
    const { repository, event, workflowPath } = record;
    const read = readWorkflows(this.#host.gitDir(repository), event.workflowsAt).find(
      (candidate) => candidate.path === workflowPath,
    );
    if (read === undefined || !('workflow' in read) || event.name === 'pull_request_target') {
      throw new ActionsRequestError(
        'forbidden',
        'This workflow run cannot be run: its workflow file is not valid.',
      );
    }
    this.#start(this.#store.saveRun({ ...record, status: 'queued', conclusion: null, annotations: [] }));
  }

  #start(record: RunRecord): void {
    const { repository, event, workflowPath } = record;
    for (const read of readWorkflows(this.#host.gitDir(repository), event.workflowsAt)) {
      if (read.path !== workflowPath || !('workflow' in read)) continue;
      const run = new Run(record, read.workflow, this.#services);
      this.#live.set(record.id, run);
      run.start();
    }
  }

  #announce(run: RunRecord, action: 'requested' | 'in_progress' | 'completed'): void {
    if (this.#closed) return;
    const event = workflowRunEvent(run, action, this.#host);
    if (event !== undefined) this.#host.raise(event);
  }

  #ended(runId: number): void {
    this.#live.delete(runId);
    if (this.#live.size > 0) return;
    const waiting = this.#quiet;
    this.#quiet = [];
    for (const resolve of waiting) resolve();
  }

  #known(id: number): RunRecord {
    const run = this.#store.run(id);
    if (run === undefined) throw new ActionsRequestError('not-found', `There is no workflow run ${id}.`);
    return run;
  }

  /** A workflow by file name, path or id; it has to be on the default branch. */
  #workflowPath(repository: string, wanted: string): string {
    const found = this.workflows(repository).find(
      ({ id, path }) => String(id) === wanted || path === wanted || path.split('/').pop() === wanted,
    );
    if (found === undefined)
      throw new ActionsRequestError('not-found', `There is no workflow ${wanted} on the default branch.`);
    return found.path;
  }
}

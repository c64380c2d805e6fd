/** Everything that the steps of one running job share. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Annotation, HostForActions, Permissions } from '../contract.ts';
import type { Cancellation } from './cancellation.ts';
import type { Scope } from './expressions.ts';
import type { FileCommands } from './file-commands.ts';
import { type GithubContext, githubVariables } from './github-context.ts';
import { JobLog } from './job-log.ts';
import { Masker } from './masker.ts';
import type { CancelGrace } from './process.ts';
import type { RunRecord } from './records.ts';
import type { StepDefinition } from './step-definition.ts';
import type { Store } from './store.ts';
import type { JobDefinition, Workflow } from './workflow-file.ts';
import { baseEnvironment, runnerContext, type Workspace } from './workspace.ts';

/** What the run decided for a job before it starts. */
export interface JobPlan {
  readonly run: RunRecord;
  readonly workflow: Workflow;
  readonly definition: JobDefinition;
  readonly jobId: number;
  readonly name: string;
  readonly permissions: Permissions;
  /** A pull request from a fork: no secrets, a token that only reads. */
  readonly restricted: boolean;
  /** github, vars, inputs, needs, strategy, matrix. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly environment: string | undefined;
  readonly timeoutMinutes: number;
}

/** What the engine lends to jobs. */
export interface JobServices {
  readonly host: HostForActions;
  readonly store: Store;
  readonly grace: CancelGrace;
  /** Milliseconds of a minute of `timeout-minutes`. */
  readonly minute: number;
  /** A new folder for a job, removed at its end. */
  jobFolder(jobId: number): string;
  /** Where and with which secret a job may ask for OIDC tokens, and how to end that. */
  openIdTokens(plan: JobPlan): Promise<{ readonly url: string; readonly token: string; close(): void }>;
}

export interface PostStep {
  readonly name: string;
  readonly condition: string;
  run(signal: AbortSignal): Promise<void>;
}

export class JobContext {
  readonly plan: JobPlan;
  readonly services: JobServices;
  readonly workspace: Workspace;
  readonly token: string;
  readonly secrets: ReadonlyMap<string, string>;
  readonly github: GithubContext;
  readonly masker = new Masker();
  readonly log: JobLog;
  readonly cancellation: Cancellation;
  readonly trackingId = `github_${randomUUID()}`;
  /** Workflow's and job's `env`, and what steps wrote to GITHUB_ENV. */
  readonly env = new Map<string, string>();
  /** GITHUB_PATH, newest first. */
  readonly paths: string[] = [];
  readonly postSteps: PostStep[] = [];
  /** What `pre`, `main` and `post` of an action keep for each other, by its step. */
  readonly actionState = new Map<StepDefinition, Map<string, string>>();
  readonly annotations: Annotation[] = [];
  /** Variables for OIDC, where the job may ask for tokens. */
  oidc: Readonly<Record<string, string>> = {};
  failed = false;

  constructor(
    plan: JobPlan,
    services: JobServices,
    details: {
      readonly workspace: Workspace;
      readonly token: string;
      readonly secrets: ReadonlyMap<string, string>;
      readonly cancellation: Cancellation;
    },
  ) {
    this.plan = plan;
    this.services = services;
    this.workspace = details.workspace;
    this.token = details.token;
    // As GitHub calls it; names of secrets differ by more than case.
    this.secrets = new Map([...details.secrets, ['github_token', details.token]]);
    this.cancellation = details.cancellation;
    for (const secret of this.secrets.values()) this.masker.add(secret);
    this.log = new JobLog(services.store.logFile(plan.jobId), this.masker);
    writeFileSync(services.store.summaryFile(plan.jobId), '');
    const eventPath = join(this.workspace.temp, '_github_workflow', 'event.json');
    this.github = {
      ...(plan.contexts.github as GithubContext),
      token: details.token,
      job: plan.definition.id,
      workspace: this.workspace.workspace,
      event_path: eventPath,
    };
  }

  get status(): 'success' | 'failure' | 'cancelled' {
    if (this.cancellation.cancelled) return 'cancelled';
    return this.failed ? 'failure' : 'success';
  }

  /** What expressions of the job see, without `steps`, `env` and `secrets`. */
  contexts(): Readonly<Record<string, unknown>> {
    return {
      ...this.plan.contexts,
      github: this.github,
      runner: runnerContext(this.workspace),
      job: { status: this.status },
    };
  }

  /** What expressions of the job itself see, at its beginning and for its outputs. */
  scope(steps: Readonly<Record<string, unknown>> = {}): Scope {
    return {
      contexts: {
        ...this.contexts(),
        steps,
        env: Object.fromEntries(this.env),
        secrets: Object.fromEntries(this.secrets),
      },
    };
  }

  /** The environment of a process of the job. Variables of GitHub and of the runner cannot be overridden. */
  environment(
    own: ReadonlyMap<string, string>,
    github: GithubContext,
    commandFiles: Readonly<Record<string, string>> = {},
  ): Readonly<Record<string, string>> {
    const base = baseEnvironment(this.workspace, this.trackingId);
    const chosen: Record<string, string> = {
      ...base,
      CI: 'true',
      ...Object.fromEntries(this.env),
      ...Object.fromEntries(own),
    };
    const runner = Object.entries(runnerContext(this.workspace)).map(([name, value]) => [
      `RUNNER_${name.toUpperCase()}`,
      value,
    ]);
    return {
      ...chosen,
      PATH: [...this.paths, chosen.PATH ?? ''].join(delimiter),
      ...githubVariables(github),
      GITHUB_ACTIONS: 'true',
      ...Object.fromEntries(runner),
      RUNNER_TRACKING_ID: this.trackingId,
      ...this.oidc,
      ...commandFiles,
    };
  }

  /** Takes over what a step left in its command files, `outputs` and `state` aside. */
  applyFileCommands(commands: FileCommands): void {
    for (const [name, value] of commands.env) this.env.set(name, value);
    this.paths.unshift(...[...commands.paths].reverse());
    if (commands.summary !== '') {
      const summary = commands.summary.endsWith('\n') ? commands.summary : `${commands.summary}\n`;
      appendFileSync(this.services.store.summaryFile(this.plan.jobId), this.masker.apply(summary));
    }
  }

  annotate(annotation: Annotation): void {
    this.annotations.push({
      ...annotation,
      title: this.masker.apply(annotation.title),
      message: this.masker.apply(annotation.message),
    });
  }

  /** An error that belongs to no line of the repository, as GitHub shows it: in the log and as an annotation. */
  fail(message: string): void {
    this.log.error(message);
    this.annotate({ level: 'failure', title: '', message });
  }
}

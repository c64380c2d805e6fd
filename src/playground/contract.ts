/**
 * What the halves of the local GitHub know of each other: the host (accounts, git, REST, pages of a person) and the
 * Actions engine (workflows, jobs, runner). Each half is written against this file only.
 */

/** GitHub's fine-grained job permissions (https://docs.github.com/actions/reference/workflow-syntax#permissions). */
export type PermissionName =
  | 'actions'
  | 'attestations'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'discussions'
  | 'id-token'
  | 'issues'
  | 'packages'
  | 'pages'
  | 'pull-requests'
  | 'repository-projects'
  | 'security-events'
  | 'statuses';
export type PermissionLevel = 'none' | 'read' | 'write';
export type Permissions = Readonly<Partial<Record<PermissionName, PermissionLevel>>>;

/** Something that happened in a repository and may start workflows. `payload` has the shape of GitHub's webhook. */
export interface HostEvent {
  readonly name:
    | 'push'
    | 'pull_request'
    | 'pull_request_target'
    | 'issue_comment'
    | 'workflow_run'
    | 'workflow_dispatch'
    | 'repository_dispatch'
    | 'schedule';
  /** e.g. `opened`, `synchronize`, `created`, `completed`. */
  readonly action?: string;
  /** `owner/name` of the repository whose workflows may start. */
  readonly repository: string;
  readonly actor: string;
  /** Set where the cause was a job's own token: such events start no run, `*_dispatch` aside. */
  readonly causedByJob: boolean;
  /** From a fork: read-only token, no secrets, approval for first-time contributors. */
  readonly fromFork: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The ref and commit that GITHUB_REF and GITHUB_SHA will name (push: pushed ref; pull_request: refs/pull/N/merge; workflow_run, issue_comment, schedule: default branch). */
  readonly ref: string;
  readonly sha: string;
  /** From which commit the workflow files are taken (pull_request: the merge commit; workflow_run, issue_comment, schedule: the default branch's tip). */
  readonly workflowsAt: string;
  /** Changed paths, for `paths:` filters of push and pull_request. */
  readonly changedPaths?: readonly string[];
}

/** What the engine needs of the host. */
export interface HostForActions {
  /** e.g. http://127.0.0.1:1234, http://127.0.0.1:1234/api/v3, http://127.0.0.1:1234/api/graphql */
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** Bare repository on disk. */
  gitDir(repository: string): string;
  repositoryInfo(repository: string): {
    readonly id: number;
    readonly ownerId: number;
    readonly owner: string;
    readonly name: string;
    readonly defaultBranch: string;
    readonly private: boolean;
    readonly fork: boolean;
    readonly actionsEnabled: boolean;
    readonly schedulesEnabled: boolean;
  };
  /** A token that is valid until revoked, with exactly these permissions on this repository; identity `github-actions[bot]`. */
  createJobToken(repository: string, permissions: Permissions, runId: number): string;
  revokeToken(token: string): void;
  /** Repository secrets, and those of an environment if one is named (the engine has checked the environment's ref rule). */
  secrets(repository: string, environment: string | undefined): ReadonlyMap<string, string>;
  variables(repository: string, environment: string | undefined): ReadonlyMap<string, string>;
  environment(
    repository: string,
    name: string,
  ): { readonly branchPolicy: 'any' | 'protected' | readonly string[] } | undefined;
  isProtectedBranch(repository: string, branch: string): boolean;
  /** Publishes a folder (already checked: plain files, no links) as the repository's Pages site; answers its URL. */
  publishPages(
    repository: string,
    folder: string,
    details: { readonly sha: string; readonly runId: number },
  ): Promise<string>;
  /** JWT of the local OIDC issuer for a job with `id-token: write`. */
  issueOidcToken(claims: Readonly<Record<string, unknown>>, audience: string): Promise<string>;
  /** The shared SQLite database; each half owns its own tables (the engine's begin with `actions_`). */
  readonly database: import('node:sqlite').DatabaseSync;
  /** Folder for logs and artifacts. */
  readonly dataDir: string;
  /** For workflow_run: raise the event once a run has completed. */
  raise(event: HostEvent): void;
  webhookRepository(repository: string): Readonly<Record<string, unknown>>;
  webhookUser(login: string): Readonly<Record<string, unknown>>;
}

/**
 * A run that waits for approval is `completed` with the conclusion `action_required`, as in GitHub's API; a run or job
 * that waits for its place in a concurrency group is `pending`.
 */
export type RunStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'pending' | 'action_required';
export type Conclusion =
  | 'success'
  | 'failure'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'neutral'
  | 'action_required'
  | null;

/** What a run or a job has to say beside its log. */
export interface Annotation {
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
  readonly path?: string;
  readonly line?: number;
}

export interface WorkflowRun {
  readonly id: number;
  readonly repository: string;
  readonly workflowId: number;
  readonly workflowPath: string;
  readonly name: string;
  /** `run-name`, or what GitHub shows without one: the commit's or pull request's title, or the workflow's name. */
  readonly displayTitle: string;
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly headRepository: string;
  readonly actor: string;
  readonly status: RunStatus;
  readonly conclusion: Conclusion;
  /** Counts the runs of one workflow. */
  readonly runNumber: number;
  readonly attempt: number;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Of the latest attempt. */
  readonly jobs: readonly WorkflowJob[];
  /** What concerns the run as a whole: an invalid workflow file, a replaced place in a concurrency group. */
  readonly annotations: readonly Annotation[];
}

export interface WorkflowJob {
  readonly id: number;
  readonly name: string;
  readonly status: RunStatus;
  readonly conclusion: Conclusion;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly steps: readonly {
    readonly name: string;
    readonly status: RunStatus;
    readonly conclusion: Conclusion;
    readonly number: number;
  }[];
  readonly annotations: readonly Annotation[];
}

/** A person asked the engine for something that GitHub refuses; `status` is the HTTP status of its answer. */
export class ActionsRequestError extends Error {
  override readonly name = 'ActionsRequestError';
  readonly code: 'not-found' | 'forbidden' | 'conflict' | 'invalid';
  readonly status: 403 | 404 | 409 | 422;

  constructor(code: ActionsRequestError['code'], message: string) {
    super(message);
    this.code = code;
    this.status = ({ 'not-found': 404, forbidden: 403, conflict: 409, invalid: 422 } as const)[code];
  }
}

/** What the host asks of the engine. */
export interface ActionsEngine {
  /** Starts whatever workflows match; returns at once. */
  handle(event: HostEvent): void;
  /**
   * Starts a workflow by hand.
   * @throws {ActionsRequestError} no such workflow or ref, no `workflow_dispatch` trigger, inputs that do not fit.
   */
  dispatch(
    repository: string,
    workflowFile: string,
    ref: string,
    inputs: Readonly<Record<string, string>>,
    actor: string,
    causedByJob: boolean,
  ): void;
  runs(
    repository: string,
    filter?: {
      readonly event?: string;
      readonly status?: string;
      readonly headSha?: string;
      readonly branch?: string;
      readonly workflow?: string;
    },
  ): readonly WorkflowRun[];
  run(id: number): WorkflowRun | undefined;
  jobLog(jobId: number): string;
  /** Markdown of GITHUB_STEP_SUMMARY, all steps of a job joined. */
  jobSummary(jobId: number): string;
  workflows(repository: string): readonly {
    readonly id: number;
    readonly name: string;
    readonly path: string;
    readonly state: 'active';
  }[];
  /** Runs all jobs again, with the original commit and event. @throws {ActionsRequestError} if it is not completed. */
  rerun(id: number): void;
  /** @throws {ActionsRequestError} if it is completed. */
  cancel(id: number): void;
  /** Lets a run start that waits for approval. @throws {ActionsRequestError} if it does not wait. */
  approve(id: number): void;
  /** Runs the workflows whose `schedule` would fire; the local GitHub has no wall-clock cron unless asked. */
  fireSchedules(repository: string): void;
  /** Resolves when no run is queued or running. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

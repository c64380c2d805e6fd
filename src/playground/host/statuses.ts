/** Commit statuses (https://docs.github.com/rest/commits/statuses): the newest of each context counts. */
import type { User } from './accounts.ts';
import { type Context, timestamp } from './context.ts';
import { insert, row, rows } from './database.ts';
import { ApiError } from './errors.ts';
import type { Repository } from './repositories.ts';

export const STATES = ['error', 'failure', 'pending', 'success'] as const;
type State = (typeof STATES)[number];

export interface Status {
  readonly id: number;
  readonly repositoryId: number;
  readonly sha: string;
  readonly context: string;
  readonly state: State;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creatorId: number;
  /** The app that set it, if it was one. */
  readonly integrationId: number | null;
  readonly createdAt: string;
}

/** "There is a limit of 1000 statuses per sha and context within a repository." */
const MAX_STATUSES = 1000;

export function addStatus(
  context: Context,
  repository: Repository,
  creator: User,
  status: Pick<Status, 'sha' | 'context' | 'state' | 'description' | 'targetUrl' | 'integrationId'>,
): Status {
  const { count } = row<{ count: number }>(
    context.database,
    'SELECT count(*) AS count FROM statuses WHERE repositoryId = ? AND sha = ? AND context = ?',
    repository.id,
    status.sha,
    status.context,
  ) ?? { count: 0 };
  if (count >= MAX_STATUSES) {
    throw new ApiError(422, 'Validation Failed', [
      {
        resource: 'Status',
        code: 'custom',
        message: 'This SHA and context has reached the maximum number of statuses.',
      },
    ]);
  }
  const values = {
    repositoryId: repository.id,
    sha: status.sha,
    context: status.context,
    state: status.state,
    description: status.description,
    targetUrl: status.targetUrl,
    creatorId: creator.id,
    integrationId: status.integrationId,
    createdAt: timestamp(context),
  };
  return { id: insert(context.database, 'statuses', values), ...values };
}

/** All statuses of a commit, newest first. */
export function statusesOf(context: Context, repository: Repository, sha: string): readonly Status[] {
  return rows<Status>(
    context.database,
    'SELECT * FROM statuses WHERE repositoryId = ? AND sha = ? ORDER BY id DESC',
    repository.id,
    sha,
  );
}

/** The newest status of each context. */
export function latestStatuses(context: Context, repository: Repository, sha: string): readonly Status[] {
  const latest = new Map<string, Status>();
  for (const status of statusesOf(context, repository, sha)) {
    if (!latest.has(status.context)) latest.set(status.context, status);
  }
  return [...latest.values()];
}

/** `failure` if one failed, `pending` if one is pending or there is none, else `success`. */
export function combinedState(statuses: readonly Status[]): 'failure' | 'pending' | 'success' {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  if (statuses.length === 0 || statuses.some(({ state }) => state === 'pending')) return 'pending';
  return 'success';
}

/** Whether a required status is there: the newest of its context, set by the app that the rule names, if it names one. */
export function isSatisfied(
  statuses: readonly Status[],
  check: { readonly context: string; readonly integrationId: number | null },
): boolean {
  const counted = statuses.find(
    (status) =>
      status.context === check.context &&
      (check.integrationId === null || status.integrationId === check.integrationId),
  );
  return counted?.state === 'success';
}

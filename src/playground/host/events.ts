/**
 * What happened, told to the engine with payloads shaped as GitHub's webhooks
 * (https://docs.github.com/webhooks/webhook-events-and-payloads) and refs as workflows see them
 * (https://docs.github.com/actions/reference/events-that-trigger-workflows).
 */
import type { HostEvent } from '../contract.ts';
import type { KnownViewer } from './access.ts';
import { noreplyAddress } from './accounts.ts';
import type { Context } from './context.ts';
import { runGit } from './git.ts';
import {
  type Commit,
  changedPaths,
  EMPTY_TREE,
  mergeBase,
  type PathChanges,
  pathChanges,
  readBranch,
  readCommit,
  readCommits,
} from './git-read.ts';
import { type Comment, type Issue, requireIssue } from './issues.ts';
import type { Pull } from './pulls.ts';
import type { RefUpdate } from './push-rules.ts';
import { fullName, gitDirOf, type Repository, repositoryById } from './repositories.ts';
import { webhookCommitShape } from './shapes/commit.ts';
import { commentShape, issueShape } from './shapes/issue.ts';
import { pullShape } from './shapes/pull.ts';
import { repositoryPage, repositoryShape } from './shapes/repository.ts';
import { type Shape, userShape } from './shapes/user.ts';

const NO_CHANGES: PathChanges = { added: [], removed: [], modified: [] };
const ZERO = '0'.repeat(40);
/** A push event lists at most this many commits. */
const MAX_COMMITS = 2048;

const causedByJob = (viewer: KnownViewer) => viewer.kind === 'job';

export function webhookRepositoryShape(context: Context, repository: Repository): Shape {
  return repositoryShape(context, repository);
}

async function defaultBranchEvent(
  context: Context,
  repository: Repository,
): Promise<Pick<HostEvent, 'ref' | 'sha' | 'workflowsAt'> | undefined> {
  const sha = await readBranch(gitDirOf(context, repository), repository.defaultBranch);
  return sha === undefined
    ? undefined
    : { ref: `refs/heads/${repository.defaultBranch}`, sha, workflowsAt: sha };
}

/** `push`: one for each branch or tag that moved. */
export async function raisePush(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  update: RefUpdate,
): Promise<void> {
  const gitDir = gitDirOf(context, repository);
  const { ref, before, after } = update;
  if (!/^refs\/(?:heads|tags)\//.test(ref)) return;
  const page = repositoryPage(context, repository);
  const listed = after === undefined ? [] : await pushedCommits(context, repository, update, after);
  const head =
    after === undefined
      ? undefined
      : (listed.find(({ sha }) => sha === after) ?? (await tipOf(gitDir, after)));
  const changes = await pathChanges(
    gitDir,
    [...listed, ...(head ? [head] : [])].map(({ sha }) => sha),
  );
  const shape = (commit: Commit) =>
    webhookCommitShape(context, repository, commit, changes.get(commit.sha) ?? NO_CHANGES);
  const payload = {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    repository: webhookRepositoryShape(context, repository),
    pusher: { name: viewer.user.login, email: noreplyAddress(viewer.user) },
    sender: userShape(context, viewer.user),
    created: before === undefined,
    deleted: after === undefined,
    forced:
      before !== undefined && after !== undefined && (await mergeBase(gitDir, before, after)) !== before,
    base_ref: null,
    compare: `${page}/compare/${(before ?? ZERO).slice(0, 12)}...${(after ?? ZERO).slice(0, 12)}`,
    commits: listed.map(shape),
    head_commit: head ? shape(head) : null,
  };
  context.emit({
    name: 'push',
    repository: fullName(repository),
    actor: viewer.user.login,
    causedByJob: causedByJob(viewer),
    fromFork: false,
    payload,
    ref,
    sha: head?.sha ?? ZERO,
    workflowsAt: head?.sha ?? ZERO,
    changedPaths: after === undefined ? [] : await pushedPaths(context, repository, update, after),
  });
}

/** Where a branch that was just made began: at the default branch, unless it is that itself. */
async function startOf(
  context: Context,
  repository: Repository,
  update: RefUpdate,
): Promise<string | undefined> {
  if (update.before !== undefined) return update.before;
  const isDefault = update.ref === `refs/heads/${repository.defaultBranch}`;
  return isDefault ? undefined : readBranch(gitDirOf(context, repository), repository.defaultBranch);
}

async function pushedCommits(context: Context, repository: Repository, update: RefUpdate, after: string) {
  if (!update.ref.startsWith('refs/heads/')) return [];
  const start = await startOf(context, repository, update);
  const exclude = start === undefined ? [] : [`^${start}`];
  const args = ['--reverse', '--topo-order', `--max-count=${MAX_COMMITS}`, after, ...exclude];
  return readCommits(gitDirOf(context, repository), args);
}

/** The commit that a branch or tag leads to; a tag may lead to something else. */
async function tipOf(gitDir: string, sha: string): Promise<Commit | undefined> {
  const { status } = await runGit(gitDir, ['rev-parse', '--verify', '--quiet', `${sha}^{commit}`], {
    okStatuses: [0, 1, 128],
  });
  return status === 0 ? readCommit(gitDir, sha) : undefined;
}

async function pushedPaths(context: Context, repository: Repository, update: RefUpdate, after: string) {
  if (!update.ref.startsWith('refs/heads/')) return [];
  const gitDir = gitDirOf(context, repository);
  const start = await startOf(context, repository, update);
  const from = update.before ?? (start === undefined ? undefined : await mergeBase(gitDir, start, after));
  return changedPaths(gitDir, from ?? EMPTY_TREE, after);
}

/**
 * `pull_request`. None is raised while there is a conflict, since there is no merge commit to run on; of one that is
 * closed the last merge commit is named, of a merged one the branch it went into.
 */
export async function raisePull(
  context: Context,
  viewer: KnownViewer,
  pull: Pull,
  action: 'opened' | 'synchronize' | 'reopened' | 'closed' | 'edited' | 'labeled' | 'unlabeled',
  before?: string,
): Promise<void> {
  const repository = repositoryById(context, pull.repositoryId);
  const merged = pull.mergeCommitSha;
  const sha = merged ?? pull.testMergeSha;
  if (sha === null) return;
  const gitDir = gitDirOf(context, repository);
  const start = (await mergeBase(gitDir, pull.baseSha, pull.headSha)) ?? pull.baseSha;
  context.emit({
    name: 'pull_request',
    action,
    repository: fullName(repository),
    actor: viewer.user.login,
    causedByJob: causedByJob(viewer),
    fromFork: pull.headRepositoryId !== pull.repositoryId,
    payload: {
      action,
      number: pull.number,
      pull_request: await pullShape(context, pull, { blocked: false, behind: false }),
      ...(action === 'synchronize' ? { before, after: pull.headSha } : {}),
      repository: webhookRepositoryShape(context, repository),
      sender: userShape(context, viewer.user),
    },
    ref: merged === null ? `refs/pull/${pull.number}/merge` : `refs/heads/${pull.baseRef}`,
    sha,
    workflowsAt: sha,
    changedPaths: await changedPaths(gitDir, start, pull.headSha),
  });
}

/** `issue_comment`, for issues and pull requests alike. */
export async function raiseComment(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  issue: Issue,
  comment: Comment,
  action: 'created' | 'edited' | 'deleted',
): Promise<void> {
  const at = await defaultBranchEvent(context, repository);
  if (!at) return;
  context.emit({
    name: 'issue_comment',
    action,
    repository: fullName(repository),
    actor: viewer.user.login,
    causedByJob: causedByJob(viewer),
    fromFork: false,
    payload: {
      action,
      issue: issueShape(context, repository, requireIssue(context, issue.id)),
      comment: commentShape(context, repository, issue, comment),
      repository: webhookRepositoryShape(context, repository),
      sender: userShape(context, viewer.user),
    },
    ...at,
  });
}

/** `repository_dispatch`, asked for over the API. */
export async function raiseRepositoryDispatch(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  eventType: string,
  clientPayload: unknown,
): Promise<void> {
  const at = await defaultBranchEvent(context, repository);
  if (!at) return;
  context.emit({
    name: 'repository_dispatch',
    action: eventType,
    repository: fullName(repository),
    actor: viewer.user.login,
    causedByJob: causedByJob(viewer),
    fromFork: false,
    payload: {
      action: eventType,
      branch: repository.defaultBranch,
      client_payload: clientPayload ?? null,
      repository: webhookRepositoryShape(context, repository),
      sender: userShape(context, viewer.user),
    },
    ...at,
  });
}

/** Merging a pull request by the REST API or the button (https://docs.github.com/rest/pulls/pulls#merge-a-pull-request). */
import type { KnownViewer } from './access.ts';
import { noreplyAddress } from './accounts.ts';
import { afterRefUpdates } from './after-push.ts';
import type { Context } from './context.ts';
import { ApiError, notForIntegrations } from './errors.ts';
import { raisePull } from './events.ts';
import { GITHUB_IDENTITY, mergeTrees, moveRef, rebase, workflowChanges, writeCommit } from './git-merge.ts';
import { isAncestor, readBranch, readCommits } from './git-read.ts';
import { type BranchRules, rulesFor } from './protection.ts';
import { markMerged, type Pull, requirePull } from './pulls.ts';
import { missingChecks } from './push-rules.ts';
import { gitDirOf, type Repository, repositoryById } from './repositories.ts';

export const MERGE_METHODS = ['merge', 'squash', 'rebase'] as const;
type MergeMethod = (typeof MERGE_METHODS)[number];

export interface MergeOptions {
  readonly method: MergeMethod;
  /** The head that the caller saw. */
  readonly sha?: string | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * Merges, if everything that the base branch asks for is there.
 * @returns the commit that the base branch points to afterwards
 * @throws {ApiError} 405 (not mergeable, rules), 409 (head moved)
 */
export function mergePull(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  seen: Pull,
  options: MergeOptions,
): Promise<string> {
  return context.refLock.hold(async () => {
    const pull = requirePull(context, seen.id);
    const gitDir = gitDirOf(context, repository);
    const base = await readBranch(gitDir, pull.baseRef);
    if (pull.state !== 'open' || pull.draft === 1 || base === undefined) {
      throw new ApiError(405, 'Pull Request is not mergeable');
    }
    if (options.sha !== undefined && options.sha !== pull.headSha) {
      throw new ApiError(409, 'Head branch was modified. Review and try the merge again.');
    }
    const obstacles = await obstaclesOf(context, repository, viewer, pull, base, options.method);
    if (obstacles.length > 0) {
      throw new ApiError(405, `Repository rule violations found\n\n${obstacles.join('\n\n')}\n\n`);
    }
    const merged = await mergedCommit(context, repository, viewer, pull, base, options);
    if (merged === undefined) throw new ApiError(405, 'Pull Request is not mergeable');
    if (viewer.kind === 'job' && (await workflowChanges(gitDir, [merged])).length > 0)
      throw notForIntegrations();
    await moveRef(gitDir, `refs/heads/${pull.baseRef}`, merged, base);
    const done = markMerged(context, pull, viewer.user, merged);
    const update = { ref: `refs/heads/${pull.baseRef}`, before: base, after: merged };
    await afterRefUpdates(context, repository, viewer, [update], done);
    await raisePull(context, viewer, done, 'closed');
    return merged;
  });
}

/** How the merge button stands, for `mergeable_state`. */
export async function mergeState(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  pull: Pull,
): Promise<{ readonly blocked: boolean; readonly behind: boolean; readonly obstacles: readonly string[] }> {
  if (pull.state !== 'open') return { blocked: false, behind: false, obstacles: [] };
  const gitDir = gitDirOf(context, repository);
  const base = (await readBranch(gitDir, pull.baseRef)) ?? pull.baseSha;
  const rules = rulesFor(context, repository, pull.baseRef, viewer, 'merge');
  const behind = rules.strict && !(await isAncestor(gitDir, base, pull.headSha));
  const obstacles = await obstaclesOf(context, repository, viewer, pull, base, 'merge');
  return { behind, blocked: obstacles.length > 0, obstacles };
}

async function obstaclesOf(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  pull: Pull,
  base: string,
  method: MergeMethod,
): Promise<readonly string[]> {
  const rules: BranchRules = rulesFor(context, repository, pull.baseRef, viewer, 'merge');
  const obstacles = [...missingChecks(context, repository, pull.headSha, rules.checks)];
  if (rules.strict && !(await isAncestor(gitDirOf(context, repository), base, pull.headSha))) {
    obstacles.push('This branch must be up to date with the base branch before merging.');
  }
  if (rules.approvals > 0) {
    obstacles.push(
      `At least ${rules.approvals} approving review is required by reviewers with write access.`,
    );
  }
  if (!rules.updates) obstacles.push('Cannot update this protected ref.');
  if (rules.linearHistory && method === 'merge')
    obstacles.push('This branch must not contain merge commits.');
  return obstacles;
}

async function mergedCommit(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  pull: Pull,
  base: string,
  options: MergeOptions,
): Promise<string | undefined> {
  const gitDir = gitDirOf(context, repository);
  const at = Math.floor(context.now().getTime() / 1000);
  const committer = { ...GITHUB_IDENTITY, at };
  if (options.method === 'rebase') return rebase(gitDir, base, pull.headSha, committer);
  const tree = await mergeTrees(gitDir, base, pull.headSha);
  if (tree === undefined) return undefined;
  const headRepository = repositoryById(context, pull.headRepositoryId);
  const standard =
    options.method === 'merge'
      ? {
          title: `Merge pull request #${pull.number} from ${headRepository.owner}/${pull.headRef}`,
          message: pull.title,
        }
      : {
          title: `${pull.title} (#${pull.number})`,
          message: await squashMessage(gitDir, base, pull.headSha),
        };
  const { title, message } = {
    title: options.title ?? standard.title,
    message: options.message ?? standard.message,
  };
  return writeCommit(gitDir, {
    tree,
    parents: options.method === 'merge' ? [base, pull.headSha] : [base],
    message: message === '' ? title : `${title}\n\n${message}`,
    author: { name: viewer.user.login, email: noreplyAddress(viewer.user), at },
    committer,
  });
}

async function squashMessage(gitDir: string, base: string, head: string): Promise<string> {
  const commits = await readCommits(gitDir, ['--reverse', head, `^${base}`]);
  return commits.length === 1
    ? (commits[0]?.message.split('\n').slice(2).join('\n') ?? '')
    : commits.map((commit) => `* ${commit.message}`).join('\n\n');
}

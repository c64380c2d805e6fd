/** Pull requests as GitHub's API and webhooks show them. */
import { userById } from '../accounts.ts';
import { type Context, nodeId } from '../context.ts';
import { gitText } from '../git.ts';
import { countCommits, mergeBase } from '../git-read.ts';
import { associationOf } from '../issues.ts';
import { labelsOf } from '../labels.ts';
import type { Pull } from '../pulls.ts';
import { gitDirOf, ownerOf, type Repository, repositoryById } from '../repositories.ts';
import { countComments, issuePage, labelShape } from './issue.ts';
import { repositoryApi, repositoryShape } from './repository.ts';
import { type Shape, userShape } from './user.ts';

/** The form in lists (`pull-request-simple`). */
export function pullSimpleShape(context: Context, pull: Pull): Shape {
  const repository = repositoryById(context, pull.repositoryId);
  const headRepository = repositoryById(context, pull.headRepositoryId);
  const api = repositoryApi(context, repository);
  const url = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const page = issuePage(context, repository, pull);
  const statuses = `${api}/statuses/${pull.headSha}`;
  const author = userById(context, pull.authorId);
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    active_lock_reason: null,
    title: pull.title,
    user: userShape(context, author),
    body: pull.body,
    labels: labelsOf(context, pull).map((label) => labelShape(context, repository, label)),
    milestone: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha ?? pull.testMergeSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: sideShape(context, headRepository, pull.headRef, pull.headSha),
    base: sideShape(context, repository, pull.baseRef, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(context, repository, author, true),
    auto_merge: null,
    draft: pull.draft === 1,
  };
}

function sideShape(context: Context, repository: Repository, ref: string, sha: string): Shape {
  return {
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: userShape(context, ownerOf(context, repository)),
    repo: repositoryShape(context, repository),
  };
}

/** The whole form (`pull-request`), as for one pull request and in webhooks. */
export async function pullShape(
  context: Context,
  pull: Pull,
  state: { readonly blocked: boolean; readonly behind: boolean },
): Promise<Shape> {
  const gitDir = gitDirOf(context, { id: pull.repositoryId });
  // Of a merged pull request the base no longer moves, so this stays what it was.
  const from = pull.baseSha;
  const start = (await mergeBase(gitDir, from, pull.headSha)) ?? from;
  const [numbers, commits] = await Promise.all([
    gitText(gitDir, ['diff-tree', '-r', '-M', '--shortstat', start, pull.headSha]),
    countCommits(gitDir, from, pull.headSha),
  ]);
  const count = (pattern: RegExp) => Number(pattern.exec(numbers)?.[1] ?? 0);
  const open = pull.state === 'open';
  const mergeable = pull.testMergeSha !== null;
  return {
    ...pullSimpleShape(context, pull),
    merged: pull.mergedAt !== null,
    mergeable: open ? mergeable : null,
    rebaseable: open ? mergeable : null,
    mergeable_state: open ? mergeableState(mergeable, pull.draft === 1, state) : 'unknown',
    merged_by: pull.mergedById === null ? null : userShape(context, userById(context, pull.mergedById)),
    comments: countComments(context, pull),
    review_comments: 0,
    maintainer_can_modify: false,
    commits,
    additions: count(/(\d+) insertion/),
    deletions: count(/(\d+) deletion/),
    changed_files: count(/(\d+) file/),
  };
}

function mergeableState(
  mergeable: boolean,
  draft: boolean,
  state: { readonly blocked: boolean; readonly behind: boolean },
): string {
  if (!mergeable) return 'dirty';
  if (draft) return 'draft';
  if (state.behind) return 'behind';
  return state.blocked ? 'blocked' : 'clean';
}

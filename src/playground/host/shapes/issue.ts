/** Issues, comments, labels and reactions as GitHub's API and webhooks show them. */
import { ACTIONS_BOT, ACTIONS_INTEGRATION, userById } from '../accounts.ts';
import { type Context, nodeId } from '../context.ts';
import { row } from '../database.ts';
import { associationOf, type Comment, type Issue } from '../issues.ts';
import {
  type Label,
  labelsOf,
  REACTIONS,
  type Reaction,
  type ReactionSubject,
  reactionsOf,
} from '../labels.ts';
import type { Repository } from '../repositories.ts';
import { repositoryApi, repositoryPage } from './repository.ts';
import { type Shape, userShape } from './user.ts';

export function issuePage(context: Context, repository: Repository, issue: Issue): string {
  return `${repositoryPage(context, repository)}/${issue.isPull ? 'pull' : 'issues'}/${issue.number}`;
}

export function issueShape(context: Context, repository: Repository, issue: Issue): Shape {
  const api = `${repositoryApi(context, repository)}/issues/${issue.number}`;
  const page = issuePage(context, repository, issue);
  const pull = `${repositoryApi(context, repository)}/pulls/${issue.number}`;
  const author = userById(context, issue.authorId);
  const merged = issue.isPull
    ? row<{ mergedAt: string | null; draft: number }>(
        context.database,
        'SELECT mergedAt, draft FROM pulls WHERE id = ?',
        issue.id,
      )
    : undefined;
  return {
    id: issue.id,
    node_id: nodeId(issue.isPull ? 'PullRequest' : 'Issue', issue.id),
    number: issue.number,
    url: api,
    repository_url: repositoryApi(context, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    timeline_url: `${api}/timeline`,
    html_url: page,
    title: issue.title,
    body: issue.body,
    user: userShape(context, author),
    labels: labelsOf(context, issue).map((label) => labelShape(context, repository, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    active_lock_reason: null,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: countComments(context, issue),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: issue.closedById === null ? null : userShape(context, userById(context, issue.closedById)),
    author_association: associationOf(context, repository, author),
    reactions: reactionsShape(context, 'issue', issue.id, api),
    performed_via_github_app: appOf(context, issue.authorId),
    ...(issue.isPull
      ? {
          draft: merged?.draft === 1,
          pull_request: {
            url: pull,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: merged?.mergedAt ?? null,
          },
        }
      : {}),
  };
}

export function countComments(context: Context, issue: Issue): number {
  const sql = 'SELECT count(*) AS count FROM comments WHERE issueId = ?';
  return row<{ count: number }>(context.database, sql, issue.id)?.count ?? 0;
}

export function commentShape(
  context: Context,
  repository: Repository,
  issue: Issue,
  comment: Comment,
): Shape {
  const url = `${repositoryApi(context, repository)}/issues/comments/${comment.id}`;
  const author = userById(context, comment.authorId);
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url,
    html_url: `${issuePage(context, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryApi(context, repository)}/issues/${issue.number}`,
    user: userShape(context, author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(context, repository, author),
    reactions: reactionsShape(context, 'comment', comment.id, url),
    performed_via_github_app: appOf(context, comment.authorId),
  };
}

/** The app through which an account wrote, where it is the bot of GitHub Actions. */
function appOf(context: Context, userId: number): Shape | null {
  if (userId !== ACTIONS_BOT.id) return null;
  const owner = userShape(context, {
    id: 9919,
    login: 'github',
    type: 'User',
    createdAt: '2008-05-11T04:37:31Z',
  });
  return {
    id: ACTIONS_INTEGRATION,
    client_id: 'Iv1.0000000000000000',
    slug: 'github-actions',
    node_id: nodeId('App', ACTIONS_INTEGRATION),
    owner,
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${context.urls.server}/apps/github-actions`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: {},
    events: [],
  };
}

export function labelShape(context: Context, repository: Repository, label: Label): Shape {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${repositoryApi(context, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}

export function reactionShape(context: Context, reaction: Reaction): Shape {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: userShape(context, userById(context, reaction.userId)),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function reactionsShape(context: Context, subject: ReactionSubject, id: number, url: string): Shape {
  const given = reactionsOf(context, subject, id);
  const count = (content: string) => given.filter((reaction) => reaction.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: given.length,
    ...Object.fromEntries(REACTIONS.map((content) => [content, count(content)])),
  };
}

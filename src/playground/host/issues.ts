/**
 * Issues, and what pull requests share with them: one row of numbers for both, a title, a text, comments, labels and
 * reactions. Pull requests proper are in pulls.ts.
 */
import type { User } from './accounts.ts';
import { type Context, timestamp } from './context.ts';
import { insert, row, rows, run, transaction, update } from './database.ts';
import type { Repository } from './repositories.ts';

export interface Issue {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly isPull: 0 | 1;
  readonly title: string;
  readonly body: string | null;
  readonly authorId: number;
  readonly state: 'open' | 'closed';
  readonly stateReason: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly closedById: number | null;
}

export interface Comment {
  readonly id: number;
  readonly issueId: number;
  readonly authorId: number;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When the text was last changed, by whomever; null if never. */
  readonly editedAt: string | null;
}

export interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly isPull?: boolean;
}

export function createIssue(context: Context, repository: Repository, author: User, issue: NewIssue): Issue {
  return transaction(context.database, () => {
    const last = row<{ number: number | null }>(
      context.database,
      'SELECT max(number) AS number FROM issues WHERE repositoryId = ?',
      repository.id,
    );
    const time = timestamp(context);
    const id = insert(context.database, 'issues', {
      repositoryId: repository.id,
      number: (last?.number ?? 0) + 1,
      isPull: issue.isPull ? 1 : 0,
      title: issue.title,
      body: issue.body,
      authorId: author.id,
      createdAt: time,
      updatedAt: time,
    });
    return requireIssue(context, id);
  });
}

export function requireIssue(context: Context, id: number): Issue {
  const issue = row<Issue>(context.database, 'SELECT * FROM issues WHERE id = ?', id);
  if (!issue) throw new Error(`issue ${id} is gone`);
  return issue;
}

export function issueByNumber(context: Context, repository: Repository, number: number): Issue | undefined {
  return row<Issue>(
    context.database,
    'SELECT * FROM issues WHERE repositoryId = ? AND number = ?',
    repository.id,
    number,
  );
}

export function changeIssue(
  context: Context,
  issue: Issue,
  values: Partial<Pick<Issue, 'title' | 'body'>>,
): Issue {
  update(context.database, 'issues', issue.id, { ...values, updatedAt: timestamp(context) });
  return requireIssue(context, issue.id);
}

export function touchIssue(context: Context, issue: Issue): void {
  update(context.database, 'issues', issue.id, { updatedAt: timestamp(context) });
}

export function setIssueState(
  context: Context,
  issue: Issue,
  state: Issue['state'],
  by: User,
  reason: string | null = null,
): Issue {
  const time = timestamp(context);
  update(context.database, 'issues', issue.id, {
    state,
    stateReason: issue.isPull ? null : (reason ?? (state === 'closed' ? 'completed' : 'reopened')),
    updatedAt: time,
    closedAt: state === 'closed' ? time : null,
    closedById: state === 'closed' ? by.id : null,
  });
  return requireIssue(context, issue.id);
}

export function commentsOf(context: Context, issue: Issue): readonly Comment[] {
  return rows<Comment>(context.database, 'SELECT * FROM comments WHERE issueId = ? ORDER BY id', issue.id);
}

export function commentById(context: Context, repository: Repository, id: number): Comment | undefined {
  return row<Comment>(
    context.database,
    `SELECT comments.* FROM comments JOIN issues ON issues.id = comments.issueId
     WHERE comments.id = ? AND issues.repositoryId = ?`,
    id,
    repository.id,
  );
}

export function addComment(context: Context, issue: Issue, author: User, body: string): Comment {
  const time = timestamp(context);
  const id = insert(context.database, 'comments', {
    issueId: issue.id,
    authorId: author.id,
    body,
    createdAt: time,
    updatedAt: time,
  });
  touchIssue(context, issue);
  return requireComment(context, id);
}

function requireComment(context: Context, id: number): Comment {
  const comment = row<Comment>(context.database, 'SELECT * FROM comments WHERE id = ?', id);
  if (!comment) throw new Error(`comment ${id} is gone`);
  return comment;
}

export function editComment(context: Context, comment: Comment, body: string): Comment {
  const time = timestamp(context);
  if (body !== comment.body) {
    update(context.database, 'comments', comment.id, { body, updatedAt: time, editedAt: time });
  }
  return requireComment(context, comment.id);
}

export function deleteComment(context: Context, comment: Comment): void {
  transaction(context.database, () => {
    run(context.database, `DELETE FROM reactions WHERE subject = 'comment' AND subjectId = ?`, comment.id);
    run(context.database, 'DELETE FROM comments WHERE id = ?', comment.id);
  });
}

/** How an author stands to the repository, for `author_association`. */
export function associationOf(context: Context, repository: Repository, user: User, onPull = false): string {
  if (user.id === repository.ownerId) return 'OWNER';
  const collaborator = row(
    context.database,
    'SELECT 1 FROM collaborators WHERE repositoryId = ? AND userId = ?',
    repository.id,
    user.id,
  );
  if (collaborator) return 'COLLABORATOR';
  const merged = row(
    context.database,
    `SELECT 1 FROM pulls JOIN issues USING (id)
     WHERE repositoryId = ? AND authorId = ? AND mergedAt IS NOT NULL LIMIT 1`,
    repository.id,
    user.id,
  );
  if (merged) return 'CONTRIBUTOR';
  return onPull && user.type === 'User' ? 'FIRST_TIME_CONTRIBUTOR' : 'NONE';
}

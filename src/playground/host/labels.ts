/** Labels of a repository and of its issues, and reactions. */
import type { User } from './accounts.ts';
import { type Context, timestamp } from './context.ts';
import { insert, row, rows, run, transaction } from './database.ts';
import type { Issue } from './issues.ts';
import type { Repository } from './repositories.ts';

export interface Label {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export function labelsOfRepository(context: Context, repository: Repository): readonly Label[] {
  return rows<Label>(
    context.database,
    'SELECT * FROM labels WHERE repositoryId = ? ORDER BY id',
    repository.id,
  );
}

export function labelByName(context: Context, repository: Repository, name: string): Label | undefined {
  return row<Label>(
    context.database,
    'SELECT * FROM labels WHERE repositoryId = ? AND name = ?',
    repository.id,
    name,
  );
}

export function ensureLabel(
  context: Context,
  repository: Repository,
  name: string,
  color = 'ededed',
  description: string | null = null,
): Label {
  const found = labelByName(context, repository, name);
  if (found) return found;
  const id = insert(context.database, 'labels', { repositoryId: repository.id, name, color, description });
  return { id, repositoryId: repository.id, name, color, description };
}

export function deleteLabel(context: Context, label: Label): void {
  run(context.database, 'DELETE FROM labels WHERE id = ?', label.id);
}

export function labelsOf(context: Context, issue: Issue): readonly Label[] {
  return rows<Label>(
    context.database,
    `SELECT labels.* FROM labels JOIN issueLabels ON labelId = labels.id WHERE issueId = ? ORDER BY labels.id`,
    issue.id,
  );
}

export function addLabels(
  context: Context,
  repository: Repository,
  issue: Issue,
  names: readonly string[],
): void {
  for (const name of names) {
    const label = ensureLabel(context, repository, name);
    run(context.database, 'INSERT OR IGNORE INTO issueLabels VALUES (?, ?)', issue.id, label.id);
  }
}

export function setLabels(
  context: Context,
  repository: Repository,
  issue: Issue,
  names: readonly string[],
): void {
  transaction(context.database, () => {
    run(context.database, 'DELETE FROM issueLabels WHERE issueId = ?', issue.id);
    addLabels(context, repository, issue, names);
  });
}

export function removeLabel(context: Context, issue: Issue, label: Label): void {
  run(context.database, 'DELETE FROM issueLabels WHERE issueId = ? AND labelId = ?', issue.id, label.id);
}

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export interface Reaction {
  readonly id: number;
  readonly userId: number;
  readonly content: (typeof REACTIONS)[number];
  readonly createdAt: string;
}
export type ReactionSubject = 'comment' | 'issue';

export function reactionsOf(context: Context, subject: ReactionSubject, id: number): readonly Reaction[] {
  return rows<Reaction>(
    context.database,
    'SELECT * FROM reactions WHERE subject = ? AND subjectId = ? ORDER BY id',
    subject,
    id,
  );
}

/** Adds a reaction. One that the account gave already is answered again. */
export function react(
  context: Context,
  subject: ReactionSubject,
  id: number,
  user: User,
  content: Reaction['content'],
): { readonly reaction: Reaction; readonly created: boolean } {
  const own = (reaction: Reaction) => reaction.userId === user.id && reaction.content === content;
  const found = reactionsOf(context, subject, id).find(own);
  if (found) return { reaction: found, created: false };
  const createdAt = timestamp(context);
  const reactionId = insert(context.database, 'reactions', {
    subject,
    subjectId: id,
    userId: user.id,
    content,
    createdAt,
  });
  return { reaction: { id: reactionId, userId: user.id, content, createdAt }, created: true };
}

export function deleteReaction(context: Context, id: number): void {
  run(context.database, 'DELETE FROM reactions WHERE id = ?', id);
}

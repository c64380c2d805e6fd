/** Comments that a program writes, and its reactions (https://docs.github.com/rest/issues/comments). */
import type { Call, GitHubRepository } from './client.ts';

/** GitHub refuses comments of more than 65,536 characters; the rest is room for the marker. */
const LONGEST_BODY = 65_000;

interface Comment {
  readonly id: number;
  readonly body?: string | null;
}

/** A comment that is known again by an invisible marker and by its author, since anybody can write the same marker. */
interface MarkedComment {
  readonly marker: string;
  /** The login that the token writes as, e.g. `github-actions[bot]`. */
  readonly author: string;
  readonly body: string;
}

function cut(body: string): string {
  if (body.length <= LONGEST_BODY) return body;
  // At the end of a line, so that no entity or link is left half.
  const end = body.lastIndexOf('\n', LONGEST_BODY - 100);
  return `${body.slice(0, end)}\n\n… and more: this report is too long for a comment.\n`;
}

function textOf({ marker, body }: MarkedComment): string {
  return `${cut(body)}\n\n<!-- ${marker} -->\n`;
}

/** Finds the comment. `since` (ISO 8601): it cannot be older, so that not all of a long discussion is read. */
function finder(issue: number, { marker, author }: MarkedComment, since?: string): Call<Comment | undefined> {
  return async (octokit, at) => {
    const request = { ...at, issue_number: issue, per_page: 100, ...(since === undefined ? {} : { since }) };
    const comments = await octokit.paginate(octokit.rest.issues.listComments, request);
    return comments.find(({ user, body }) => user?.login === author && body?.includes(`<!-- ${marker} -->`));
  };
}

/** Writes a comment that was looked for and not found. */
async function create(
  repository: GitHubRepository,
  issue: number,
  comment: MarkedComment,
  find: Call<Comment | undefined>,
): Promise<void> {
  let tried = false;
  await repository.call('write a comment', async (octokit, at) => {
    // It may be there already, where only the answer to the try before was lost.
    if (tried && (await find(octokit, at))) return;
    tried = true;
    await octokit.rest.issues.createComment({ ...at, issue_number: issue, body: textOf(comment) });
  });
}

/**
 * Writes the comment, or changes the one that was written before.
 * @returns whether anything was changed
 */
export async function keepComment(
  repository: GitHubRepository,
  issue: number,
  comment: MarkedComment,
): Promise<boolean> {
  const find = finder(issue, comment);
  const mine = await repository.call('read the comments', find);
  const text = textOf(comment);
  if (mine?.body?.trim() === text.trim()) return false;
  if (mine) {
    await repository.call('update the report', (octokit, at) =>
      octokit.rest.issues.updateComment({ ...at, comment_id: mine.id, body: text }),
    );
  } else {
    await create(repository, issue, comment, find);
  }
  return true;
}

/**
 * Writes the comment unless it is there already, whatever it says there.
 * @param since when what it replies to was posted (ISO 8601): a reply is no older
 * @returns whether it was written
 */
export async function reply(
  repository: GitHubRepository,
  issue: number,
  comment: MarkedComment & { readonly since?: string },
): Promise<boolean> {
  const find = finder(issue, comment, comment.since);
  if (await repository.call('read the comments', find)) return false;
  await create(repository, issue, comment, find);
  return true;
}

/**
 * Puts a reaction on a comment; once, however often it is asked for
 * (https://docs.github.com/rest/reactions/reactions#create-reaction-for-an-issue-comment).
 * @returns whether the comment is still there
 */
export async function react(
  repository: GitHubRepository,
  comment: number,
  content: '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes',
): Promise<boolean> {
  const answer = await repository.callOrNothing('react to a comment', (octokit, at) =>
    octokit.rest.reactions.createForIssueComment({ ...at, comment_id: comment, content }),
  );
  return answer !== undefined;
}

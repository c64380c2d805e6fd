/** One comment that a program keeps up to date (https://docs.github.com/rest/issues/comments). */
import type { Call, GitHubRepository } from './client.ts';

/** GitHub refuses comments of more than 65,536 characters; the rest is room for the marker. */
const LONGEST_BODY = 65_000;

interface Comment {
  readonly id: number;
  readonly body?: string | null;
}

function cut(body: string): string {
  if (body.length <= LONGEST_BODY) return body;
  // At the end of a line, so that no entity or link is left half.
  const end = body.lastIndexOf('\n', LONGEST_BODY - 100);
  return `${body.slice(0, end)}\n\n… and more: this report is too long for a comment.\n`;
}

/**
 * Writes the comment, or changes the one that was written before. It is found by an invisible marker and by its author,
 * since anybody can write the same marker.
 * @param author the login that the token writes as, e.g. `github-actions[bot]`
 * @returns whether anything was changed
 */
export async function keepComment(
  repository: GitHubRepository,
  issue: number,
  { marker, author, body }: { readonly marker: string; readonly author: string; readonly body: string },
): Promise<boolean> {
  const text = `${cut(body)}\n\n<!-- ${marker} -->\n`;
  const find: Call<Comment | undefined> = async (octokit, at) => {
    const request = { ...at, issue_number: issue, per_page: 100 };
    const comments = await octokit.paginate(octokit.rest.issues.listComments, request);
    return comments.find(({ user, body }) => user?.login === author && body?.includes(`<!-- ${marker} -->`));
  };
  const mine = await repository.call('read the comments', find);
  if (mine?.body?.trim() === text.trim()) return false;
  if (mine) {
    await repository.call('update the report', (octokit, at) =>
      octokit.rest.issues.updateComment({ ...at, comment_id: mine.id, body: text }),
    );
  } else {
    let tried = false;
    await repository.call('write the report', async (octokit, at) => {
      // It may be there already, where only the answer to the try before was lost.
      if (tried && (await find(octokit, at))) return;
      tried = true;
      await octokit.rest.issues.createComment({ ...at, issue_number: issue, body: text });
    });
  }
  return true;
}

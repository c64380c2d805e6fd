/**
 * Comments that a person posts by a program: as whom, the comment, and whether somebody objected
 * (https://docs.github.com/rest/issues/comments, https://docs.github.com/rest/users/users#get-the-authenticated-user).
 */
import type { GitHubRepository } from './client.ts';

/** The login that the token belongs to; undefined where it is none of a person, or may not say. */
export async function tokenLogin(repository: GitHubRepository): Promise<string | undefined> {
  return repository.call('ask whose token this is', (octokit) =>
    octokit.rest.users.getAuthenticated().then(
      ({ data }) => data.login,
      (error: { status?: number }) => {
        if (error.status === 403 || error.status === 404) return undefined;
        throw error;
      },
    ),
  );
}

export interface PostedComment {
  readonly id: number;
  readonly url: string;
}

/** Posts a comment on an issue or pull request. @throws {GitHubError} */
export async function postComment(
  repository: GitHubRepository,
  issue: number,
  body: string,
): Promise<PostedComment> {
  const { data } = await repository.call('post the comment', (octokit, at) =>
    octokit.rest.issues.createComment({ ...at, issue_number: issue, body }),
  );
  return { id: data.id, url: data.html_url };
}

/** Whether somebody reacted to a comment with 😕, as the signing action does where it does not record it. */
export async function isQuestioned(repository: GitHubRepository, comment: number): Promise<boolean> {
  const answer = await repository.callOrNothing('read the comment', (octokit, at) =>
    octokit.rest.issues.getComment({ ...at, comment_id: comment }),
  );
  return (answer?.data.reactions?.confused ?? 0) > 0;
}

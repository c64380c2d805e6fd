/** Commit statuses (https://docs.github.com/rest/commits/statuses). */
import type { GitHubRepository } from './client.ts';

export interface Status {
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string;
  readonly targetUrl?: string;
}

/** GitHub cuts descriptions at this many characters by refusing longer ones. */
const LONGEST_DESCRIPTION = 140;

/**
 * Sets a commit's status unless it says the same already: GitHub keeps at most 1,000 statuses for a commit and context.
 * @returns whether it was set
 */
export async function setStatus(repository: GitHubRepository, sha: string, status: Status): Promise<boolean> {
  const description = cut(status.description);
  const known = await repository.call('read the commit status', (octokit, at) =>
    octokit.rest.repos.getCombinedStatusForRef({ ...at, ref: sha, per_page: 100 }),
  );
  const current = known.data.statuses.find(({ context }) => context === status.context);
  if (current?.state === status.state && current.description === description) return false;
  await repository.call('set the commit status', (octokit, at) =>
    octokit.rest.repos.createCommitStatus({
      ...at,
      sha,
      context: status.context,
      state: status.state,
      description,
      ...(status.targetUrl === undefined ? {} : { target_url: status.targetUrl }),
    }),
  );
  return true;
}

function cut(text: string): string {
  return text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 1)}…`;
}

/** Pull requests into the main branch (https://docs.github.com/rest/pulls). */
import type { GitHubRepository } from './client.ts';

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly headSha: string;
  readonly headRef: string;
  /** `owner/name` of the repository that holds the head; undefined where it was deleted. */
  readonly headRepository: string | undefined;
  readonly baseRef: string;
  /** The login of who opened it; `ghost` where the account was deleted. */
  readonly author: string;
  /** The number that stays when an account is renamed; undefined where the account was deleted. */
  readonly authorId: number | undefined;
  /** Whether the head is in another repository. */
  readonly fromFork: boolean;
}

interface ApiPullRequest {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly state: string;
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly full_name: string } | null;
  };
  readonly base: { readonly ref: string };
  readonly user: { readonly login: string; readonly id: number } | null;
}

function fromApi(pull: ApiPullRequest, repository: GitHubRepository): PullRequest {
  const headRepository = pull.head.repo?.full_name;
  return {
    number: pull.number,
    url: pull.html_url,
    title: pull.title,
    state: pull.state === 'open' ? 'open' : 'closed',
    headSha: pull.head.sha,
    headRef: pull.head.ref,
    headRepository,
    baseRef: pull.base.ref,
    author: pull.user?.login ?? 'ghost',
    authorId: pull.user?.id,
    fromFork: headRepository?.toLowerCase() !== repository.fullName.toLowerCase(),
  };
}

/** The open pull requests into a branch. */
export async function openPullRequests(
  repository: GitHubRepository,
  base: string,
): Promise<readonly PullRequest[]> {
  const pulls = await repository.call('list the open pull requests', (octokit, at) =>
    octokit.paginate(octokit.rest.pulls.list, { ...at, state: 'open', base, per_page: 100 }),
  );
  return pulls.map((pull) => fromApi(pull, repository));
}

/** One pull request, or undefined. */
export async function pullRequest(
  repository: GitHubRepository,
  number: number,
): Promise<PullRequest | undefined> {
  const answer = await repository.callOrNothing(`read pull request ${number}`, (octokit, at) =>
    octokit.rest.pulls.get({ ...at, pull_number: number }),
  );
  return answer && fromApi(answer.data, repository);
}

/**
 * Opens a pull request, or finds the one that is open already for the same branch.
 * @param head the branch, with `owner:` before it where it is in a fork
 * @throws {GitHubError} `forbidden` where the repository's settings do not let Actions do it; the message names the setting
 */
export async function ensurePullRequest(
  repository: GitHubRepository,
  wanted: { readonly head: string; readonly base: string; readonly title: string; readonly body: string },
): Promise<{ readonly pull: PullRequest; readonly created: boolean }> {
  const qualified = wanted.head.includes(':') ? wanted.head : `${repository.address.owner}:${wanted.head}`;
  const find = async (): Promise<PullRequest | undefined> => {
    const { data } = await repository.call('look for the pull request', (octokit, at) =>
      octokit.rest.pulls.list({ ...at, state: 'open', base: wanted.base, head: qualified }),
    );
    return data[0] && fromApi(data[0], repository);
  };
  const open = await find();
  if (open) return { pull: open, created: false };
  try {
    const made = await repository.call('open the pull request', (octokit, at) =>
      octokit.rest.pulls.create({ ...at, ...wanted }),
    );
    return { pull: fromApi(made.data, repository), created: true };
  } catch (error) {
    // The answer to a first try may have been lost, or somebody else was faster.
    const there = await find();
    if (there) return { pull: there, created: false };
    throw error;
  }
}

/**
 * The pull request of a signing event, and where main and the event part. Of what GitHub says about it only names and
 * commit ids are used: title and text are anybody's words.
 */
import { EVENT_PREFIX } from '../../event/name.ts';
import { Answer } from './answer.ts';
import type { GitHubApi } from './github-api.ts';
import { PageProblem } from './problem.ts';
import { type Address, pullUrl, type Settings } from './settings.ts';

export interface PullRequest {
  readonly number: number;
  /** The event's name: the branch without `sign/`. */
  readonly event: string;
  readonly head: string;
  /** `owner/name` of the repository with the head; undefined where that is this repository itself, or gone. */
  readonly fork: string | undefined;
  readonly defaultBranch: string;
  /** How many comments there are. */
  readonly comments: number;
}

/** @throws {PageProblem} where it is no open pull request of a signing event */
export async function readPullRequest(
  api: GitHubApi,
  settings: Settings,
  { pull: number, repository }: Address,
): Promise<PullRequest> {
  const link = { href: pullUrl(settings, number), text: `Pull request #${number}` };
  const answer = new Answer(await api.json(`/pulls/${number}`), 'the pull request');
  const base = answer.at('base');
  const head = answer.at('head');
  const fullName = base.at('repo').at('full_name').text();
  if (fullName.toLowerCase() !== repository.toLowerCase()) {
    throw new PageProblem('other-repository', `The repository ${repository} is now called ${fullName}.`, {
      next: [
        'Open the signing page of the repository under its new name, from the report of the pull request.',
      ],
      link,
    });
  }
  if (answer.at('state').text() !== 'open') {
    const merged = !answer.at('merged_at').isNothing;
    throw new PageProblem(
      'closed',
      `Pull request #${number} is ${merged ? 'merged' : 'closed'}: there is nothing to sign.`,
      {
        next: [
          merged
            ? 'What was signed in it is on its way to be published.'
            : 'If it was closed by mistake, whoever may do so can reopen it on its page.',
        ],
        link,
      },
    );
  }
  const defaultBranch = base.at('repo').at('default_branch').text();
  const baseBranch = base.at('ref').text();
  if (baseBranch !== defaultBranch) {
    throw new PageProblem(
      'other-base',
      `Pull request #${number} goes into ${baseBranch}, not into the default branch ${defaultBranch}.`,
      {
        next: [
          `Signatures count in pull requests into ${defaultBranch} only. Its author can change the base on its page.`,
        ],
        link,
      },
    );
  }
  const branch = head.at('ref').text();
  if (!branch.startsWith(EVENT_PREFIX)) {
    throw new PageProblem(
      'no-event',
      `Pull request #${number} is no signing event: its branch is ${branch}.`,
      {
        next: [`The branch of a signing event begins with ${EVENT_PREFIX}. There is nothing to sign here.`],
        link,
      },
    );
  }
  const headRepository = head.at('repo').isNothing ? undefined : head.at('repo').at('full_name').text();
  const inFork = headRepository?.toLowerCase() !== fullName.toLowerCase();
  return {
    number,
    event: branch.slice(EVENT_PREFIX.length),
    head: head.at('sha').oid(),
    fork: inFork ? (headRepository ?? 'a repository that is gone') : undefined,
    defaultBranch,
    comments: answer.at('comments').number(),
  };
}

/** The tip of main and the last commit that main and the event have in common. */
export async function readBase(
  api: GitHubApi,
  { defaultBranch, head }: PullRequest,
): Promise<{ readonly main: string; readonly base: string }> {
  try {
    const path = `/compare/${encodeURIComponent(defaultBranch)}...${head}?per_page=1`;
    const answer = new Answer(await api.json(path), 'the comparison');
    return {
      main: answer.at('base_commit').at('sha').oid(),
      base: answer.at('merge_base_commit').at('sha').oid(),
    };
  } catch (error) {
    if (!(error instanceof PageProblem) || error.code !== 'not-found') throw error;
    throw new PageProblem('no-common-commit', `The event has no commit in common with ${defaultBranch}.`, {
      next: ['Whoever proposed it starts it again from the main branch.'],
      cause: error,
    });
  }
}

/** The commits from which publishing starts, fetched from the remote: main, `online`, and tuf-on-ci's `publish`. */
import type { GitRepository } from '../git/repository.ts';
import { RepositoryError } from '../repository/errors.ts';
import { ONLINE_BRANCH, TUF_ON_CI_PUBLISH_BRANCH } from '../repository/publication.ts';
import type { TakenOver } from '../repository/publish.ts';
import { loadState, rootOf } from '../repository/state.ts';
import { commitTree } from '../repository/tree.ts';
import type { Root } from '../tuf/root.ts';
import type { Workspace } from './workspace.ts';

export interface PublicationSource {
  readonly main: string;
  /** The tip of `online`; undefined where the branch is not there. */
  readonly tip: string | undefined;
  readonly takenOver: TakenOver | undefined;
}

/**
 * Fetches the three branches. A clone without that remote is read by itself, so that a repository can be built from a
 * plain `git init`; where `shared` is false a local branch `online` counts before the remote's.
 */
export async function fetchPublication(workspace: Workspace, shared: boolean): Promise<PublicationSource> {
  const { repository } = workspace;
  const remote = await workspace.remote();
  const mainBranch = await workspace.mainBranch();
  const hasRemote = (await repository.remoteUrl(remote)) !== undefined;
  const find = async (branch: string): Promise<string | undefined> => {
    if (!hasRemote) return repository.resolve(`refs/heads/${branch}`);
    const commit = await repository.remoteBranch(remote, branch);
    if (commit !== undefined)
      await repository.fetch(remote, [`+refs/heads/${branch}:refs/remotes/${remote}/${branch}`]);
    return commit;
  };

  const main = await find(mainBranch);
  if (main === undefined) {
    throw new RepositoryError(
      'not-found',
      `${hasRemote ? `The remote ${remote}` : 'This repository'} has no branch ${mainBranch}. Name the main branch with --main.`,
    );
  }
  const local = shared ? undefined : await repository.resolve(`refs/heads/${ONLINE_BRANCH}`);
  const tip = local ?? (await find(ONLINE_BRANCH));
  if (tip !== undefined) return { main, tip, takenOver: undefined };
  const published = await find(TUF_ON_CI_PUBLISH_BRANCH);
  const known = published !== undefined && (await repository.isAncestor(published, main));
  return { main, tip, takenOver: { commit: known ? published : main, published: known } };
}

/** The root metadata of a commit, if it has any. */
export async function rootAt(repository: GitRepository, commit: string): Promise<Root | undefined> {
  return rootOf(await loadState(await commitTree(repository, commit)))?.signed;
}

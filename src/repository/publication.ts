/**
 * What is published: a commit on the branch `online`, which holds snapshot and timestamp and names in a trailer the
 * commit on the main branch that they describe. Anyone with write access can add commits there, so a tip is read,
 * never believed: whoever uses it validates it.
 */
import type { GitRepository } from '../git/repository.ts';
import { ONLINE_ROLES } from '../tuf/names.ts';
import { verifyThreshold } from '../tuf/threshold.ts';
import { RepositoryError } from './errors.ts';
import { type OnlineState, onlineOf } from './online-state.ts';
import { loadState, type RepositoryState, rootOf } from './state.ts';
import { commitTree } from './tree.ts';
import type { Proposed } from './validate.ts';

export const ONLINE_BRANCH = 'online';
export const MAIN_COMMIT = 'Main-Commit';

/** Where tuf-on-ci keeps the state that it published last: a commit in the history of main. */
export const TUF_ON_CI_PUBLISH_BRANCH = 'publish';

export interface Publication {
  /** The commit that holds the online roles. */
  readonly commit: string;
  /** The commit on the main branch that they describe. */
  readonly mainCommit: string;
  readonly offline: RepositoryState;
  readonly online: OnlineState;
}

/**
 * Reads a commit of the branch `online`.
 * @throws {RepositoryError} `online-branch` where it names no commit of the main branch.
 */
export async function readPublication(
  repository: GitRepository,
  commit: string,
  main: string,
): Promise<Publication> {
  const { trailers } = await repository.commitInfo(commit);
  const named = trailers.get(MAIN_COMMIT) ?? '';
  const mainCommit = /^[0-9a-f]{40,64}$/.test(named) ? await repository.resolve(named) : undefined;
  if (mainCommit === undefined || !(await repository.isAncestor(mainCommit, main))) {
    throw new RepositoryError(
      'online-branch',
      `The commit ${commit.slice(0, 12)} on the branch ${ONLINE_BRANCH} names no commit of the main branch in "${MAIN_COMMIT}:". Somebody else has pushed there; set the branch back to its last good commit.`,
    );
  }
  const offline = await loadState(await commitTree(repository, mainCommit));
  const online = onlineOf(await loadState(await commitTree(repository, commit)));
  return { commit, mainCommit, offline, online };
}

/**
 * The publication of a repository that was taken over from tuf-on-ci, which keeps its online roles on the main branch:
 * that of the given commit. Undefined where there are none.
 */
export async function readTakenOver(
  repository: GitRepository,
  commit: string,
): Promise<Publication | undefined> {
  const offline = await loadState(await commitTree(repository, commit));
  const online = onlineOf(offline);
  if (!online.timestamp.file || !online.snapshot.file) return undefined;
  return { commit, mainCommit: commit, offline, online };
}

/** Whether both online roles are signed as the root of that publication asks, whatever their age. */
export async function isSigned({ offline, online }: Proposed): Promise<boolean> {
  const root = rootOf(offline)?.signed;
  if (!root || !online) return false;
  for (const role of ONLINE_ROLES) {
    const { metadata } = online[role];
    if (!metadata || !(await verifyThreshold(metadata, root.roles[role], root.keys)).met) return false;
  }
  return true;
}

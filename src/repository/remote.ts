/**
 * Publishing against a remote: the branches from which it starts are fetched, the commit of online signing is pushed by
 * compare-and-swap. The command line and the actions come here.
 */
import { GitError } from '../git/errors.ts';
import type { RemoteOptions } from '../git/remote.ts';
import type { GitRepository } from '../git/repository.ts';
import { RepositoryError } from './errors.ts';
import { readLive } from './live.ts';
import type { OpenOnlineSigner } from './online-keys.ts';
import { ONLINE_BRANCH, TUF_ON_CI_PUBLISH_BRANCH } from './publication.ts';
import { type OnlineSignResult, onlineSign, type TakenOver } from './publish.ts';
import { loadState, rootOf } from './state.ts';
import { commitTree } from './tree.ts';

export interface Remote {
  readonly repository: GitRepository;
  /** The name of the remote, e.g. `origin`. */
  readonly name: string;
  readonly mainBranch: string;
  /** How to get at it, where git's own configuration does not say. */
  readonly access?: RemoteOptions;
}

/** Fetches one branch and tells where it stands; undefined where it is not there. */
export async function fetchBranch(
  { repository, name, access }: Remote,
  branch: string,
): Promise<string | undefined> {
  const commit = await repository.remoteBranch(name, branch, access);
  if (commit !== undefined)
    await repository.fetch(name, [`+refs/heads/${branch}:refs/remotes/${name}/${branch}`], access);
  return commit;
}

export interface PublicationSource {
  readonly main: string;
  /** The tip of `online`; undefined where the branch is not there. */
  readonly tip: string | undefined;
  readonly takenOver: TakenOver | undefined;
}

/**
 * Fetches main, `online`, and tuf-on-ci's `publish`. A clone without that remote is read by itself, so that a repository
 * can be built from a plain `git init`; with `localOnline` a local branch `online` counts before the remote's.
 */
export async function fetchPublication(
  remote: Remote,
  { localOnline = false } = {},
): Promise<PublicationSource> {
  const { repository, name, mainBranch } = remote;
  const hasRemote = (await repository.remoteUrl(name)) !== undefined;
  const find = (branch: string) =>
    hasRemote ? fetchBranch(remote, branch) : repository.resolve(`refs/heads/${branch}`);

  const main = await find(mainBranch);
  if (main === undefined) {
    const where = hasRemote ? `The remote ${name}` : 'This repository';
    throw new RepositoryError(
      'not-found',
      `${where} has no branch ${mainBranch}. Name the main branch with --main.`,
    );
  }
  const local = localOnline ? await repository.resolve(`refs/heads/${ONLINE_BRANCH}`) : undefined;
  const tip = local ?? (await find(ONLINE_BRANCH));
  if (tip !== undefined) return { main, tip, takenOver: undefined };
  const published = await find(TUF_ON_CI_PUBLISH_BRANCH);
  const known = published !== undefined && (await repository.isAncestor(published, main));
  return { main, tip, takenOver: { commit: known ? published : main, published: known } };
}

export interface PublishOnlineRequest {
  /** URL or folder of what is published now, where there is one to look at. */
  readonly site: string | undefined;
  /** Whether the caller says that nothing has ever been published. */
  readonly first: boolean;
  /** False: the commit stays on the local branch. */
  readonly push: boolean;
  /** Milliseconds until no cache shows what was published before; 0 where new online keys take over at once. */
  readonly cacheLifetime: number;
  readonly now: Date;
  readonly openSigner: OpenOnlineSigner;
}

/** Runs whose push was overtaken start again from what is there then. */
const TRIES = 3;

/** Signs snapshot and timestamp for the newest main and puts the commit on `online`. Nothing is pushed where nothing is due. */
export async function publishOnline(
  remote: Remote,
  request: PublishOnlineRequest,
): Promise<OnlineSignResult> {
  const { repository, name, access } = remote;
  const { site, first, push } = request;
  for (let triesLeft = TRIES; ; triesLeft--) {
    const source = await fetchPublication(remote, { localOnline: !push });
    const root = rootOf(await loadState(await commitTree(repository, source.main)))?.signed;
    const live = root && site !== undefined ? await readLive(site, root) : undefined;
    const result = await onlineSign({ ...request, ...source, repository, live, first });
    if (result.commit === undefined) return result;
    try {
      if (push) await repository.push(name, result.commit, ONLINE_BRANCH, source.tip ?? null, access);
      else await moveLocalBranch(repository, result.commit, source.tip);
      return result;
    } catch (error) {
      const overtaken = error instanceof GitError && error.code === 'push-rejected' && !error.declined;
      if (!overtaken || triesLeft <= 1) throw error;
    }
  }
}

/** The tip may be the remote's, with no local branch yet. */
async function moveLocalBranch(
  repository: GitRepository,
  commit: string,
  tip: string | undefined,
): Promise<void> {
  const ref = `refs/heads/${ONLINE_BRANCH}`;
  const isHere = (await repository.resolve(ref)) !== undefined;
  await repository.updateRef(ref, commit, isHere ? (tip ?? null) : null);
}

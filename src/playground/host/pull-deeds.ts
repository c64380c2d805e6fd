/** What people and jobs do with pull requests, by whichever way they ask: offer, close, reopen, point elsewhere. */
import { demand, type KnownViewer, may, maySee, type Need, type Viewer } from './access.ts';
import type { Context } from './context.ts';
import { update } from './database.ts';
import { ApiError, invalid } from './errors.ts';
import { raisePull } from './events.ts';
import { readBranch } from './git-read.ts';
import { closePull, openPull, type Pull, refreshMerge, reopenPull, requirePull } from './pulls.ts';
import { allRepositories, gitDirOf, type Repository, repositoryByName } from './repositories.ts';
import { networkRoot } from './shapes/repository.ts';

const OFFERING: Need = { role: 'read', level: 'write', permissions: ['pull-requests'] };

/** The repository and branch that `head` names: a branch here, or `owner:branch` in the network. */
function headOf(context: Context, viewer: Viewer, base: Repository, head: string, repo?: string) {
  const colon = head.indexOf(':');
  if (colon < 0) return { headRepository: base, branch: head };
  const [owner, branch] = [head.slice(0, colon), head.slice(colon + 1)];
  if (owner.toLowerCase() === base.owner.toLowerCase() && repo === undefined) {
    return { headRepository: base, branch };
  }
  const root = networkRoot(context, base).id;
  const headRepository =
    repo === undefined
      ? allRepositories(context).find(
          (candidate) =>
            candidate.owner.toLowerCase() === owner.toLowerCase() &&
            networkRoot(context, candidate).id === root,
        )
      : repositoryByName(context, owner, repo);
  if (
    !headRepository ||
    networkRoot(context, headRepository).id !== root ||
    !maySee(context, viewer, headRepository)
  ) {
    throw invalid('PullRequest', 'head');
  }
  return { headRepository, branch };
}

/** Opens a pull request as the viewer, if that is allowed, and tells the engine. */
export async function createPull(
  context: Context,
  viewer: KnownViewer,
  repository: Repository,
  wanted: {
    title: string;
    body: string | null;
    base: string;
    head: string;
    headRepo?: string;
    draft: boolean;
  },
): Promise<Pull> {
  demand(context, viewer, repository, OFFERING);
  if (viewer.kind === 'job' && !repository.actionsMayCreatePulls) {
    throw new ApiError(403, 'GitHub Actions is not permitted to create or approve pull requests.');
  }
  const { headRepository, branch } = headOf(context, viewer, repository, wanted.head, wanted.headRepo);
  // Someone else's branch may be offered only by who may write there or here.
  const mayOffer = [headRepository, repository].some((candidate) =>
    may(context, viewer, candidate, { ...OFFERING, role: 'write' }),
  );
  if (!mayOffer)
    throw new ApiError(422, 'Validation Failed', [
      { resource: 'PullRequest', field: 'head', code: 'invalid', message: 'must be a collaborator' },
    ]);
  return context.refLock.hold(async () => {
    const pull = await openPull(context, repository, viewer.user, {
      ...wanted,
      head: branch,
      headRepository,
    });
    await raisePull(context, viewer, pull, 'opened');
    return pull;
  });
}

/** Closes or reopens. Who opened it may, and who has write access. */
export function setPullState(
  context: Context,
  viewer: KnownViewer,
  pull: Pull,
  state: 'open' | 'closed',
): Promise<Pull> {
  return context.refLock.hold(async () => {
    const now = requirePull(context, pull.id);
    if (now.state === state) return now;
    const changed =
      state === 'closed' ? closePull(context, now, viewer.user) : await reopenPull(context, now, viewer.user);
    await raisePull(context, viewer, changed, state === 'closed' ? 'closed' : 'reopened');
    return changed;
  });
}

/** Points a pull request at another branch of its repository. */
export function setPullBase(context: Context, viewer: KnownViewer, pull: Pull, base: string): Promise<void> {
  return context.refLock.hold(async () => {
    if ((await readBranch(gitDirOf(context, { id: pull.repositoryId }), base)) === undefined) {
      throw invalid('PullRequest', 'base');
    }
    update(context.database, 'pulls', pull.id, { baseRef: base });
    const changed = await refreshMerge(context, requirePull(context, pull.id));
    await raisePull(context, viewer, changed, 'edited');
  });
}

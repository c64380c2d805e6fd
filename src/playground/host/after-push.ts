/** What follows when refs have moved, whoever moved them: pull requests take note, events are raised. */
import type { KnownViewer } from './access.ts';
import { type Context, timestamp } from './context.ts';
import { update as updateRow } from './database.ts';
import { raisePull, raisePush } from './events.ts';
import { isAncestor } from './git-read.ts';
import {
  closePull,
  markMerged,
  moveHead,
  openPullsFrom,
  openPullsInto,
  type Pull,
  refreshMerge,
} from './pulls.ts';
import type { RefUpdate } from './push-rules.ts';
import { gitDirOf, type Repository } from './repositories.ts';

type Raise = () => Promise<void>;

/**
 * Brings pull requests up to date and then tells the engine. The caller holds the lock of refs.
 * @param merging the pull request that the caller is merging itself
 */
export async function afterRefUpdates(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  updates: readonly RefUpdate[],
  merging?: Pull,
): Promise<void> {
  if (updates.length === 0) return;
  updateRow(context.database, 'repositories', repository.id, { pushedAt: timestamp(context) });
  for (const update of updates) {
    const raise: Raise[] = [];
    if (update.ref.startsWith('refs/heads/')) {
      const branch = update.ref.slice('refs/heads/'.length);
      raise.push(...(await followHeads(context, repository, branch, viewer, update)));
      raise.push(...(await followBases(context, repository, branch, viewer, update, merging)));
    }
    await raisePush(context, repository, viewer, update);
    for (const tell of raise) await tell();
  }
}

/** Pull requests whose head branch moved get the new head; a deleted branch closes them. */
async function followHeads(
  context: Context,
  repository: Repository,
  branch: string,
  viewer: KnownViewer,
  { after }: RefUpdate,
): Promise<readonly Raise[]> {
  const raise: Raise[] = [];
  for (const pull of openPullsFrom(context, repository, branch)) {
    if (after === undefined) {
      const closed = closePull(context, pull, viewer.user);
      raise.push(() => raisePull(context, viewer, closed, 'closed'));
    } else if (after !== pull.headSha) {
      const moved = await moveHead(context, pull, after);
      raise.push(() => raisePull(context, viewer, moved, 'synchronize', pull.headSha));
      // A head that offers nothing any more cannot stay open.
      if (await isAncestor(gitDirOf(context, { id: pull.repositoryId }), after, moved.baseSha)) {
        const closed = closePull(context, moved, viewer.user);
        raise.push(() => raisePull(context, viewer, closed, 'closed'));
      }
    }
  }
  return raise;
}

/** Pull requests into a branch that moved: merged if the branch now has their head, else compared anew. */
async function followBases(
  context: Context,
  repository: Repository,
  branch: string,
  viewer: KnownViewer,
  { after }: RefUpdate,
  merging: Pull | undefined,
): Promise<readonly Raise[]> {
  const gitDir = gitDirOf(context, repository);
  const raise: Raise[] = [];
  for (const pull of openPullsInto(context, repository, branch)) {
    if (pull.id === merging?.id) continue;
    if (after === undefined) {
      const closed = closePull(context, pull, viewer.user);
      raise.push(() => raisePull(context, viewer, closed, 'closed'));
    } else if (await isAncestor(gitDir, pull.headSha, after)) {
      const merged = markMerged(context, pull, viewer.user, after);
      raise.push(() => raisePull(context, viewer, merged, 'closed'));
    } else {
      await refreshMerge(context, pull);
    }
  }
  return raise;
}

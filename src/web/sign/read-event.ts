/**
 * A signing event read through GitHub's API into the same two sides that a clone gives, so that the same code evaluates
 * it here, in the reader's browser.
 */
import type { EventSides } from '../../event/event.ts';
import { loadState } from '../../repository/state.ts';
import { ANONYMOUS_LIMITS, apiTree, TOKEN_LIMITS } from './api-tree.ts';
import type { Blobs } from './blobs.ts';
import { changedPaths, readTree } from './git-tree.ts';
import type { GitHubApi } from './github-api.ts';
import { type PullRequest, readBase } from './pull-request.ts';

/** @throws {PageProblem} */
export async function readSides(api: GitHubApi, blobs: Blobs, pull: PullRequest): Promise<EventSides> {
  const { main, base } = await readBase(api, pull);
  const [before, after, now] = await Promise.all([
    readTree(api, base),
    readTree(api, pull.head),
    main === base ? undefined : readTree(api, main),
  ]);
  const limits = api.hasToken ? TOKEN_LIMITS : ANONYMOUS_LIMITS;
  // Known good first: what both have is found on the site while that is read.
  const knownGood = await loadState(apiTree(before, blobs, limits));
  const proposed = await loadState(apiTree(after, blobs, limits));
  return {
    name: pull.event,
    main,
    base,
    head: pull.head,
    knownGood,
    proposed,
    changedPaths: changedPaths(before, after),
    movedPaths: now ? changedPaths(before, now) : [],
  };
}

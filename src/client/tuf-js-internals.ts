/**
 * The three private things of tuf-js that the client needs, in one place, with the reason for each. tuf-js is pinned
 * to one version; should a later one lack them, the first run says so.
 */
import type { Metadata, Targets } from '@tufjs/models';
import type { Updater } from 'tuf-js';
import type { TrustedMetadataStore } from 'tuf-js/dist/store.js';

interface Internals {
  readonly trustedSet: TrustedMetadataStore;
  loadTargets(role: string, delegator: string): Promise<Metadata<Targets> | undefined>;
}

function internals(updater: Updater): Internals {
  const inside = updater as unknown as Partial<Internals>;
  if (!inside.trustedSet || !inside.loadTargets) {
    throw new Error('This version of tuf-js is built differently: adapt tuf-js-internals.ts to it.');
  }
  return inside as Internals;
}

/** What the client trusts at the moment. The public methods answer for artifacts only. */
export function trusted(updater: Updater): TrustedMetadataStore {
  return internals(updater).trustedSet;
}

/**
 * Loads and verifies a role for one of its delegators: the step of a search (specification 5.6.7) that public
 * methods reach only with the path of an artifact that leads there.
 */
export async function loadRole(
  updater: Updater,
  role: string,
  delegator: string,
): Promise<Metadata<Targets>> {
  const metadata = await internals(updater).loadTargets(role, delegator);
  if (!metadata) throw new Error(`the client has no role ${role}`);
  return metadata;
}

/**
 * Makes the client remember what it answered for each delegation. tuf-js verifies a role again whenever a search
 * passes through it, in time that grows with the square of what the role lists: hours for a few thousand
 * artifacts. It loads roles only when root, timestamp and snapshot are settled for the run, so a second answer would
 * be the first.
 */
export function rememberRoles(updater: Updater): void {
  const inside = internals(updater);
  const load = inside.loadTargets.bind(updater);
  const answers = new Map<string, ReturnType<typeof load>>();
  inside.loadTargets = (role, delegator) => {
    const delegation = JSON.stringify([role, delegator]);
    const answer = answers.get(delegation) ?? load(role, delegator);
    answers.set(delegation, answer);
    return answer;
  };
}

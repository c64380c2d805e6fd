/**
 * The switch from old online keys to new ones. Caches show an old timestamp for a while beside a new root, and an old
 * root beside a new timestamp, so around the switch both keys sign, in three steps:
 *
 *   prepare   what is published stays, and is signed by the old keys and the new ones
 *   wait      until every cache has let go of what the old keys alone had signed
 *   publish   the new root, with snapshot and timestamp signed by the new keys and, for a while, the old ones
 *
 * Clients ignore signatures of keys that their root does not give the role (specification 5.4.1, 5.5.3).
 */
import { periodsOf } from '../tuf/custom-fields.ts';
import type { Key } from '../tuf/key.ts';
import type { Metadata } from '../tuf/metadata.ts';
import { ONLINE_ROLES } from '../tuf/names.ts';
import type { Root } from '../tuf/root.ts';
import type { Snapshot } from '../tuf/snapshot.ts';
import { verifyThreshold } from '../tuf/threshold.ts';
import { DAY, parseTime } from '../tuf/time.ts';
import type { Timestamp } from '../tuf/timestamp.ts';
import { DEFAULT_ONLINE_PERIODS } from './online.ts';
import { type KeySet, type OnlineKey, onlineKeysOf, withoutKeys } from './online-keys.ts';
import type { OnlineState } from './online-state.ts';
import { type RepositoryState, rootOf } from './state.ts';

/**
 * Seconds from online signing until no cache shows what was published before: the ten minutes of GitHub Pages, and the
 * time that build and deployment take.
 */
export const CACHE_LIFETIME = 900;

type OnlineRole = (typeof ONLINE_ROLES)[number];

/** Old keys that sign beside those of the role. */
export type RetiringKeys = { readonly [role in OnlineRole]: readonly OnlineKey[] };

export type Handover =
  | { readonly step: 'prepare' }
  | { readonly step: 'wait'; readonly until: Date }
  | { readonly step: 'publish'; readonly retiring: RetiringKeys };

export interface HandoverRequest {
  readonly offline: RepositoryState;
  /** What is published; undefined where nothing is. */
  readonly before: { readonly offline: RepositoryState; readonly online: OnlineState } | undefined;
  readonly now: Date;
  /** Milliseconds from signing until no cache shows what was published before; 0 for a switch at once. */
  readonly cacheLifetime: number;
}

const NO_KEYS: RetiringKeys = { snapshot: [], timestamp: [] };

/** What comes next on the way from what is published to the main branch. */
export async function planHandover(request: HandoverRequest): Promise<Handover> {
  const { offline, before, now, cacheLifetime } = request;
  const root = rootOf(offline)?.signed;
  const rootBefore = before && rootOf(before.offline)?.signed;
  const online = before?.online;
  const timestamp = online?.timestamp.metadata;
  const snapshot = online?.snapshot.metadata;
  if (!root || !rootBefore || !timestamp || !snapshot || cacheLifetime <= 0)
    return { step: 'publish', retiring: NO_KEYS };

  const settled = settledAt(timestamp, rootBefore, request);
  if (rootBefore.version === root.version) {
    // The new root is out already: the old keys go on for as long as a cache may hide it.
    const retiring = now < settled ? furtherSigners({ timestamp, snapshot }, offline, root) : NO_KEYS;
    return { step: 'publish', retiring };
  }
  const retiring = retiringKeys(before, offline);
  if (!(await meets(root, { timestamp, snapshot }))) return { step: 'prepare' };
  const prepared =
    signedBeforehand(timestamp, rootBefore, root) || signedBeforehand(snapshot, rootBefore, root);
  return prepared && now < settled ? { step: 'wait', until: settled } : { step: 'publish', retiring };
}

/** The online keys of what is published that the root of the main branch has no more. */
export function retiringKeys(
  before: { readonly offline: RepositoryState } | undefined,
  offline: RepositoryState,
): RetiringKeys {
  const [old, next] = [before && rootOf(before.offline)?.signed, rootOf(offline)?.signed];
  if (!old || !next) return NO_KEYS;
  return perRole((role) => withoutKeys(onlineKeysOf(keySet(old, role)), onlineKeysOf(keySet(next, role))));
}

/** Whether both online roles are signed as a root asks. */
export async function meets(
  root: Root,
  online: { readonly snapshot: Metadata<Snapshot>; readonly timestamp: Metadata<Timestamp> },
): Promise<boolean> {
  for (const role of ONLINE_ROLES)
    if (!(await verifyThreshold(online[role], root.roles[role], root.keys)).met) return false;
  return true;
}

function keySet(root: Root, role: OnlineRole): KeySet {
  return { role: root.roles[role], keys: root.keys };
}

function perRole(keys: (role: OnlineRole) => readonly OnlineKey[]): RetiringKeys {
  return { snapshot: keys('snapshot'), timestamp: keys('timestamp') };
}

/**
 * From when on no cache shows what was published before this timestamp. The time of signing is its expiry, which is
 * signed too, less its period; never later than now.
 */
export function settledAt(
  { signed }: Metadata<Timestamp>,
  root: Root,
  { now, cacheLifetime }: Pick<HandoverRequest, 'now' | 'cacheLifetime'>,
): Date {
  const { expiry } = periodsOf(root.roles.timestamp) ?? DEFAULT_ONLINE_PERIODS.timestamp;
  const signing = (parseTime(signed.expires)?.getTime() ?? 0) - expiry * DAY;
  return new Date(Math.min(signing, now.getTime()) + cacheLifetime);
}

/** Whether a key has signed that only the next root gives the role. */
function signedBeforehand(
  { signatures, signed }: Metadata<Snapshot | Timestamp>,
  before: Root,
  next: Root,
): boolean {
  const { _type: role } = signed;
  return signatures.some(
    ({ keyid }) => next.roles[role].keyids.includes(keyid) && !before.roles[role].keyids.includes(keyid),
  );
}

/** The online keys of earlier roots whose signatures stand beside those of the role's own keys. */
function furtherSigners(
  online: { readonly snapshot: Metadata<Snapshot>; readonly timestamp: Metadata<Timestamp> },
  { rootHistory }: RepositoryState,
  root: Root,
): RetiringKeys {
  return perRole((role) => {
    const own = onlineKeysOf(keySet(root, role));
    const keyids = online[role].signatures.map(({ keyid }) => keyid);
    const known = new Map<string, Key>();
    for (const { metadata } of rootHistory.values()) {
      const { signed } = (metadata as Metadata<Root> | undefined) ?? {};
      for (const keyid of signed?.roles[role].keyids ?? []) {
        const key = signed && Object.hasOwn(signed.keys, keyid) ? signed.keys[keyid] : undefined;
        if (key && keyids.includes(keyid)) known.set(keyid, key);
      }
    }
    const earlier = { role: { keyids: [...known.keys()], threshold: 1 }, keys: Object.fromEntries(known) };
    return withoutKeys(onlineKeysOf(earlier), own);
  });
}

/**
 * Signing snapshot and timestamp (specification sections 4.4 and 4.6): the next versions that belong to an offline
 * state, or nothing where what is there still holds.
 */
import { type Periods, periodsOf } from '../tuf/custom-fields.ts';
import { MAX_BYTES } from '../tuf/limits.ts';
import { type MetaFile, type MetaFiles, metaFileProblem } from '../tuf/meta-file.ts';
import { formatMetadata, type Metadata } from '../tuf/metadata.ts';
import type { Root } from '../tuf/root.ts';
import { own } from '../tuf/shape.ts';
import type { Snapshot } from '../tuf/snapshot.ts';
import { verifyThreshold } from '../tuf/threshold.ts';
import { DAY, formatTime, parseTime } from '../tuf/time.ts';
import type { Timestamp } from '../tuf/timestamp.ts';
import { reachableRoles } from './delegators.ts';
import { SPEC_VERSION } from './edit.ts';
import { RepositoryError } from './errors.ts';
import {
  type KeySet,
  type OnlineKey,
  OnlineKeys,
  type OpenOnlineSigner,
  onlineKeysOf,
} from './online-keys.ts';
import type { OnlineState } from './online-state.ts';
import { type RepositoryState, rootOf, targetsOf } from './state.ts';
import { checkOnlineRole, contentProblem } from './validate/online.ts';
import { isSpecVersion } from './validate/roles.ts';
import { sameJson } from './validate/same.ts';

/** Periods in days where root states none. */
export const DEFAULT_ONLINE_PERIODS: { readonly [role in 'snapshot' | 'timestamp']: Periods } = {
  snapshot: { expiry: 365, signing: 60 },
  timestamp: { expiry: 4, signing: 2 },
};

export interface OnlineSigning {
  readonly offline: RepositoryState;
  /** What was signed before; its entries are kept and its versions continued. */
  readonly before: OnlineState | undefined;
  /** Versions that have been seen in the world; the next ones are higher. */
  readonly floor?: { readonly snapshot: number; readonly timestamp: number };
  /** The root that is published next: what is signed is to hold for it as well. */
  readonly successor?: Root;
  /** Old keys that sign beside those of the roles, as far as they can. */
  readonly also?: { readonly [role in 'snapshot' | 'timestamp']: readonly OnlineKey[] };
  readonly now: Date;
  readonly openSigner: OpenOnlineSigner;
}

export interface SignedOnline {
  readonly snapshot: Metadata<Snapshot>;
  readonly timestamp: Metadata<Timestamp>;
  /** Why each role was signed anew, in words; empty where nothing had to be. */
  readonly reasons: readonly string[];
  /** Why online keys could not sign where the threshold was met without them. */
  readonly troubles: readonly string[];
}

/** Signs what has to be signed. The offline state must have been validated. */
export async function signOnline(request: OnlineSigning): Promise<SignedOnline> {
  const root = rootOf(request.offline);
  if (!root) throw new RepositoryError('not-found', 'There is no root metadata to sign for.');
  const reasons: string[] = [];
  const onlineKeys = new OnlineKeys(request.openSigner);
  const sign = <T extends Snapshot | Timestamp>(content: T) =>
    onlineKeys.sign(content, keysFor(root.signed, content._type), [
      ...(request.also?.[content._type] ?? []),
      ...(request.successor ? onlineKeysOf(keysFor(request.successor, content._type)) : []),
    ]);

  const old = { snapshot: request.before?.snapshot.metadata, timestamp: request.before?.timestamp.metadata };
  const meta = await snapshotMeta(request.offline, old.snapshot?.signed.meta);
  const snapshotReason = sameJson(old.snapshot?.signed.meta, meta)
    ? await whyRenew('snapshot', old.snapshot, root.signed, request)
    : 'the targets roles changed';
  let snapshot = old.snapshot;
  if (!snapshot || snapshotReason) {
    reasons.push(`snapshot: ${snapshotReason ?? 'there is none'}`);
    snapshot = await sign<Snapshot>({
      ...common(request, root.signed, old.snapshot, 'snapshot'),
      _type: 'snapshot',
      meta,
    });
  }

  const names: MetaFiles = { 'snapshot.json': { version: snapshot.signed.version } };
  const timestampReason = isNamed(snapshot, own(old.timestamp?.signed.meta, 'snapshot.json'))
    ? await whyRenew('timestamp', old.timestamp, root.signed, request)
    : 'there is a new snapshot';
  let timestamp = old.timestamp;
  if (!timestamp || timestampReason) {
    reasons.push(`timestamp: ${timestampReason ?? 'there is none'}`);
    timestamp = await sign<Timestamp>({
      ...common(request, root.signed, old.timestamp, 'timestamp'),
      _type: 'timestamp',
      meta: names,
    });
  }
  return { snapshot, timestamp, reasons, troubles: onlineKeys.troubles };
}

function keysFor(root: Root, role: 'snapshot' | 'timestamp'): KeySet {
  return { role: root.roles[role], keys: root.keys };
}

/** Every role that clients can reach, in its current version; what was listed before stays (section 5.5.5). */
async function snapshotMeta(offline: RepositoryState, before: MetaFiles = {}): Promise<MetaFiles> {
  const meta = new Map<string, MetaFile>(Object.entries(before));
  for (const role of reachableRoles(offline).keys()) {
    const version = targetsOf(offline, role)?.signed.version;
    const file = offline.roles.get(role)?.file;
    if (version === undefined || !file) continue;
    const name = `${role}.json`;
    const entry = meta.get(name);
    // A length and hashes of other bytes, such as those before a signature was added, would lock clients out.
    const holds =
      entry?.version === version &&
      (await contentProblem(entry, offline.tree, file, MAX_BYTES.targets)) === undefined;
    if (!holds) meta.set(name, { version });
  }
  return Object.fromEntries(meta);
}

/** Whether an entry of timestamp describes this snapshot, as its file will be written. */
function isNamed(snapshot: Metadata<Snapshot>, entry: MetaFile | undefined): boolean {
  return (
    entry?.version === snapshot.signed.version &&
    metaFileProblem(entry, new TextEncoder().encode(formatMetadata(snapshot))) === undefined
  );
}

/** Why a role that still says the right thing is signed anew all the same; undefined where it need not be. */
async function whyRenew(
  role: 'snapshot' | 'timestamp',
  metadata: Metadata<Snapshot> | Metadata<Timestamp> | undefined,
  root: Root,
  { now, floor, successor }: OnlineSigning,
): Promise<string | undefined> {
  if (!metadata) return 'there is none';
  if (floor && floor[role] > metadata.signed.version) return `version ${floor[role]} is published already`;
  if (!(await verifyThreshold(metadata, root.roles[role], root.keys)).met) return 'its key changed';
  if (successor && !(await verifyThreshold(metadata, successor.roles[role], successor.keys)).met)
    return `root ${successor.version} gives it other keys, which sign it beforehand`;
  const expires = parseTime(metadata.signed.expires)?.getTime() ?? 0;
  const { signing } = periodsOf(root.roles[role]) ?? DEFAULT_ONLINE_PERIODS[role];
  if (expires - now.getTime() <= signing * DAY) return `it expires on ${metadata.signed.expires}`;
  const [problem] = await checkOnlineRole(role, metadata, root, now);
  return problem?.message;
}

function common(
  { now, floor }: OnlineSigning,
  root: Root,
  before: Metadata<Snapshot> | Metadata<Timestamp> | undefined,
  role: 'snapshot' | 'timestamp',
) {
  const { expiry } = periodsOf(root.roles[role]) ?? DEFAULT_ONLINE_PERIODS[role];
  return {
    ...before?.signed,
    spec_version:
      before && isSpecVersion(before.signed.spec_version) ? before.signed.spec_version : SPEC_VERSION,
    version: Math.max(before?.signed.version ?? 0, floor?.[role] ?? 0) + 1,
    expires: formatTime(new Date(now.getTime() + expiry * DAY)),
  };
}

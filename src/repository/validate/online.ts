/** Snapshot and timestamp: signed by their keys, not expired, never going back, and in step with the targets roles. */
import { MAX_BYTES } from '../../tuf/limits.ts';
import { type MetaFile, metaFileProblem } from '../../tuf/meta-file.ts';
import type { Metadata } from '../../tuf/metadata.ts';
import { ONLINE_ROLES } from '../../tuf/names.ts';
import type { Root } from '../../tuf/root.ts';
import { own } from '../../tuf/shape.ts';
import type { Snapshot } from '../../tuf/snapshot.ts';
import { verifyThreshold } from '../../tuf/threshold.ts';
import { parseTime } from '../../tuf/time.ts';
import type { Timestamp } from '../../tuf/timestamp.ts';
import { reachableRoles } from '../delegators.ts';
import { type Finding, type FindingCode, finding } from '../findings.ts';
import { rolePath } from '../layout.ts';
import type { OnlineState } from '../online-state.ts';
import { type RepositoryState, rootOf, targetsOf } from '../state.ts';
import type { Tree, TreeFile } from '../tree.ts';
import { isSpecVersion } from './roles.ts';

type OnlineRoleName = (typeof ONLINE_ROLES)[number];

const AGAIN = 'Run online signing again.';

/**
 * Checks a published state: that the online roles belong to this offline state, at this time, and go on from the
 * online state that was published before.
 */
export async function checkOnline(
  offline: RepositoryState,
  online: OnlineState,
  before: OnlineState | undefined,
  now: Date,
): Promise<readonly Finding[]> {
  const root = rootOf(offline)?.signed;
  const findings: Finding[] = [];
  if (!root) return findings;
  for (const role of ONLINE_ROLES) {
    const { metadata, problem } = online[role];
    const path = rolePath(role);
    if (!metadata) {
      findings.push(
        problem
          ? finding('invalid-metadata', {
              role,
              path,
              message: `${path} cannot be used: ${problem}`,
              mend: AGAIN,
            })
          : finding('online-missing', { role, path, message: `${path} is missing` }),
      );
      continue;
    }
    findings.push(...(await checkOnlineRole(role, metadata, root, now)));
    const earlier = before?.[role].metadata?.signed.version ?? 0;
    if (metadata.signed.version < earlier) {
      findings.push(
        finding('version-rollback', {
          role,
          path,
          message: `${role} goes back from version ${earlier} to ${metadata.signed.version}`,
        }),
      );
    }
  }
  if (online.snapshot.metadata) {
    findings.push(
      ...(await checkSnapshot(offline, online.snapshot.metadata, before?.snapshot.metadata)),
      ...(await checkTimestamp(online)),
    );
  }
  return findings;
}

/** What can be said of an online role by itself; nothing where a client would take it. */
export async function checkOnlineRole(
  role: OnlineRoleName,
  { signatures, signed }: Metadata<Snapshot> | Metadata<Timestamp>,
  root: Root,
  now: Date,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const path = rolePath(role);
  const add = (code: FindingCode, message: string) =>
    void findings.push(finding(code, { role, path, message, mend: AGAIN }));

  const result = await verifyThreshold({ signatures, signed }, root.roles[role], root.keys);
  for (const { keyid, status, reason } of result.keys) {
    if (status === 'invalid')
      add(
        'signature-invalid',
        `${role}: the signature of key ${keyid.slice(0, 8)} does not count: ${reason}`,
      );
  }
  if (!result.met)
    add(
      'threshold-not-met',
      `${role} has ${result.count} of the ${result.threshold} signatures that it needs`,
    );
  if (new Set(signatures.map(({ keyid }) => keyid)).size !== signatures.length)
    add('keyid-duplicate', `${role} holds two signatures of one keyid`);
  if (!isSpecVersion(signed.spec_version))
    add('spec-version', `${role} has spec_version ${JSON.stringify(signed.spec_version)}`);
  const expires = parseTime(signed.expires);
  if (!expires) add('expiry-format', `${role} expires at ${JSON.stringify(signed.expires)}`);
  else if (expires <= now) add('expired', `${role} expired on ${signed.expires}`);
  return findings;
}

/** Entries of roles that clients cannot reach any more are legacy: nobody compares them with a file. */
async function checkSnapshot(
  offline: RepositoryState,
  snapshot: Metadata<Snapshot>,
  before: Metadata<Snapshot> | undefined,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const path = rolePath('snapshot');
  for (const role of reachableRoles(offline).keys()) {
    const version = targetsOf(offline, role)?.signed.version;
    const file = offline.roles.get(role)?.file;
    if (version === undefined || !file) continue;
    const entry = own(snapshot.signed.meta, `${role}.json`);
    const mismatch =
      entry?.version === version
        ? await contentProblem(entry, offline.tree, file, MAX_BYTES.targets)
        : `has version ${version}`;
    if (mismatch === undefined) continue;
    const listed = entry === undefined ? `no ${role}` : `${role} in version ${entry.version}`;
    findings.push(
      finding('snapshot-mismatch', { role, path, message: `snapshot lists ${listed}; its file ${mismatch}` }),
    );
  }
  for (const [name, file] of Object.entries(before?.signed.meta ?? {})) {
    const listed = own(snapshot.signed.meta, name)?.version;
    if (listed === undefined || listed < file.version) {
      const what = listed === undefined ? `drops ${name}` : `takes ${name} back to version ${listed}`;
      findings.push(
        finding('snapshot-rollback', {
          role: 'snapshot',
          path,
          message: `snapshot ${what}; it was published with version ${file.version}`,
        }),
      );
    }
  }
  return findings;
}

async function checkTimestamp({ tree, snapshot, timestamp }: OnlineState): Promise<readonly Finding[]> {
  if (!timestamp.metadata || !snapshot.metadata || !snapshot.file) return [];
  const { version } = snapshot.metadata.signed;
  const entry = own(timestamp.metadata.signed.meta, 'snapshot.json');
  const mismatch =
    entry?.version === version
      ? await contentProblem(entry, tree, snapshot.file, MAX_BYTES.snapshot)
      : `has version ${version}`;
  if (mismatch === undefined) return [];
  const message = `timestamp names snapshot version ${entry?.version}; the file ${mismatch}`;
  return [finding('timestamp-mismatch', { role: 'timestamp', path: rolePath('timestamp'), message })];
}

/** Compares a file with the length and hashes of its entry; it is read only where there are any. */
export async function contentProblem(
  entry: MetaFile,
  tree: Tree,
  file: TreeFile,
  maxBytes: number,
): Promise<string | undefined> {
  if (entry.length === undefined && entry.hashes === undefined) return undefined;
  return metaFileProblem(entry, await tree.read(file, maxBytes));
}

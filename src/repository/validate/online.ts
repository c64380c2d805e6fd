/** Snapshot and timestamp: signed by their keys, not expired, never going back, and in step with the targets roles. */
import type { Metadata } from '../../tuf/metadata.ts';
import { ONLINE_ROLES } from '../../tuf/names.ts';
import { own } from '../../tuf/shape.ts';
import type { Snapshot } from '../../tuf/snapshot.ts';
import { verifyThreshold } from '../../tuf/threshold.ts';
import { parseTime } from '../../tuf/time.ts';
import type { Timestamp } from '../../tuf/timestamp.ts';
import { reachableRoles } from '../delegators.ts';
import { type Finding, finding } from '../findings.ts';
import { rolePath } from '../layout.ts';
import type { OnlineState } from '../online-state.ts';
import { type RepositoryState, rootOf, targetsOf } from '../state.ts';

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
              mend: 'Run online signing again.',
            })
          : finding('online-missing', { role, path, message: `${path} is missing` }),
      );
      continue;
    }
    const result = await verifyThreshold(metadata, root.roles[role], root.keys);
    for (const { keyid, status, reason } of result.keys) {
      if (status === 'invalid')
        findings.push(
          finding('signature-invalid', {
            role,
            path,
            message: `${role}: the signature of key ${keyid.slice(0, 8)} does not count: ${reason}`,
            mend: 'Run online signing again.',
          }),
        );
    }
    if (!result.met) {
      const message = `${role} has ${result.count} of the ${result.threshold} signatures that it needs`;
      findings.push(finding('threshold-not-met', { role, path, message, mend: 'Run online signing again.' }));
    }
    const expires = parseTime(metadata.signed.expires);
    if (!expires)
      findings.push(
        finding('expiry-format', {
          role,
          path,
          message: `${role} expires at ${JSON.stringify(metadata.signed.expires)}`,
        }),
      );
    else if (expires <= now) {
      findings.push(
        finding('expired', {
          role,
          path,
          message: `${role} expired on ${metadata.signed.expires}`,
          mend: 'Run online signing again.',
        }),
      );
    }
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
  const snapshot = online.snapshot.metadata;
  if (snapshot) findings.push(...checkSnapshot(offline, snapshot, before?.snapshot.metadata));
  if (snapshot && online.timestamp.metadata)
    findings.push(...checkTimestamp(online.timestamp.metadata, snapshot));
  return findings;
}

function checkSnapshot(
  offline: RepositoryState,
  snapshot: Metadata<Snapshot>,
  before: Metadata<Snapshot> | undefined,
): readonly Finding[] {
  const findings: Finding[] = [];
  const path = rolePath('snapshot');
  for (const role of reachableRoles(offline).keys()) {
    const version = targetsOf(offline, role)?.signed.version;
    const listed = own(snapshot.signed.meta, `${role}.json`)?.version;
    if (version !== undefined && version !== listed) {
      findings.push(
        finding('snapshot-mismatch', {
          role,
          path,
          message: `snapshot lists ${listed === undefined ? `no ${role}` : `${role} in version ${listed}`}; the role has version ${version}`,
        }),
      );
    }
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

function checkTimestamp(timestamp: Metadata<Timestamp>, snapshot: Metadata<Snapshot>): readonly Finding[] {
  const named = own(timestamp.signed.meta, 'snapshot.json');
  if (named?.version === snapshot.signed.version) return [];
  const message = `timestamp names snapshot version ${named?.version}; the snapshot has version ${snapshot.signed.version}`;
  return [finding('timestamp-mismatch', { role: 'timestamp', path: rolePath('timestamp'), message })];
}

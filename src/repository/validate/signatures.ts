/** Signatures: every role meets the threshold of each delegator; root that of its predecessor as well. */
import { keyOwner } from '../../tuf/custom-fields.ts';
import type { Key } from '../../tuf/key.ts';
import { type Metadata, signedBytes } from '../../tuf/metadata.ts';
import { isTopLevelRole } from '../../tuf/names.ts';
import type { RoleKeys } from '../../tuf/role-keys.ts';
import { SignatureChecks, type ThresholdResult, verifyThreshold } from '../../tuf/threshold.ts';
import { delegatorsOf, type Judge, judgesOf } from '../delegators.ts';
import { type Finding, finding } from '../findings.ts';
import { rolePath } from '../layout.ts';
import { type RepositoryState, targetsRoles } from '../state.ts';
import { type CheckContext, roleChanged } from './context.ts';
import { sameJson } from './same.ts';

/** A threshold that applies to a role's file, and how far it is met. */
export interface RoleThreshold {
  readonly role: string;
  /** Who gives the keys: the root before (`previous-root`), root itself, or a delegating role. */
  readonly by: string;
  readonly source: Judge['source'];
  /** Whether the role's file or its delegation is part of the change. */
  readonly changed: boolean;
  readonly result: ThresholdResult;
}

/** All thresholds that apply to the files of root and the targets roles. */
export async function checkThresholds(context: CheckContext): Promise<readonly RoleThreshold[]> {
  const { proposed } = context;
  const thresholds: RoleThreshold[] = [];
  for (const role of ['root', ...targetsRoles(proposed)]) {
    const metadata = proposed.roles.get(role)?.metadata;
    if (!metadata) continue;
    const checks = new SignatureChecks(signedBytes(metadata));
    for (const { by, source, role: entry, keys } of judgesOf(proposed, role)) {
      const delegation = source === 'delegator' && delegationChanged(context, role, by);
      const result = await verifyThreshold(metadata, entry, keys, checks);
      thresholds.push({ role, by, source, changed: roleChanged(context, role) || delegation, result });
    }
  }
  return thresholds;
}

/** Whether the keys or the threshold that a delegator gives differ from the known-good ones. */
function delegationChanged(context: CheckContext, role: string, by: string): boolean {
  const find = (state: RepositoryState) => delegatorsOf(state, role).find((delegator) => delegator.by === by);
  const now = find(context.proposed);
  const before = find(context.knownGood);
  return !now || !before || !sameJson(speakers(now), speakers(before));
}

function speakers({ role, keys }: { role: RoleKeys; keys: { readonly [keyid: string]: Key } }): unknown {
  const own = role.keyids.map((keyid) => [keyid, Object.hasOwn(keys, keyid) ? keys[keyid] : null]);
  return [role.threshold, own];
}

/** The findings that follow from the thresholds. */
export function signatureFindings(
  state: RepositoryState,
  thresholds: readonly RoleThreshold[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const reported = new Set<string>();
  for (const { role, by, source, changed, result } of thresholds) {
    const path = rolePath(role);
    if (!result.met) {
      const whose =
        source === 'previous-root' ? ' of the root version before it' : role === 'root' ? ' of its own' : '';
      const message = `${role} has ${result.count} of the ${result.threshold} signatures${whose} that it needs${by === 'root' || source === 'previous-root' ? '' : ` by ${by}`}`;
      findings.push(
        finding('threshold-not-met', { role, path, message, changed: changed || isTopLevelRole(role) }),
      );
    }
    for (const { keyid, key, status, reason } of result.keys) {
      if (status !== 'invalid' || reported.has(`${role} ${keyid}`)) continue;
      reported.add(`${role} ${keyid}`);
      const who = (key && keyOwner(key)) ?? `key ${keyid.slice(0, 8)}`;
      findings.push(
        finding('signature-invalid', {
          role,
          path,
          message: `${role}: the signature of ${who} does not count: ${reason}`,
          changed,
        }),
      );
    }
  }
  const byRole = Map.groupBy(thresholds, ({ role }) => role);
  for (const [role, applying] of byRole)
    findings.push(...signatureList(role, state.roles.get(role)?.metadata, applying));
  return findings;
}

/** Duplicates, and signatures of keys that no delegator knows. */
function signatureList(
  role: string,
  metadata: Metadata | undefined,
  applying: readonly RoleThreshold[],
): readonly Finding[] {
  if (!metadata) return [];
  const path = rolePath(role);
  const changed = applying.some((threshold) => threshold.changed);
  const findings: Finding[] = [];
  const keyids = metadata.signatures.map((signature) => signature.keyid);
  if (new Set(keyids).size !== keyids.length) {
    findings.push(
      finding('keyid-duplicate', {
        role,
        path,
        message: `${role} holds two signatures of one keyid`,
        changed,
      }),
    );
  }
  const unknown = applying[0]?.result.others.filter((keyid) =>
    applying.every(({ result }) => result.others.includes(keyid)),
  );
  for (const keyid of unknown ?? []) {
    findings.push(
      finding('signature-unknown', {
        role,
        path,
        message: `${role} holds a signature of ${keyid.slice(0, 8)}, which is no key of the role`,
        changed,
      }),
    );
  }
  return findings;
}

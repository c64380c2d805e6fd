/**
 * Signatures of online keys in an event: for targets roles that are signed by a machine, alone or beside people. The
 * machine signs last, when its signatures are all that a role's thresholds lack, and only what the validator has
 * nothing against. It opens no key on the word of an event: who delegates must have been signed, or be as on the main
 * branch. Who runs this with the keys must be a job of the main branch.
 */
import { delegatorsOf } from '../repository/delegators.ts';
import { type FileChanges, withRole } from '../repository/edit.ts';
import { RepositoryError } from '../repository/errors.ts';
import type { Finding } from '../repository/findings.ts';
import { OnlineKeys, type OpenOnlineSigner, onlineKeysOf } from '../repository/online-keys.ts';
import { onlineUri } from '../tuf/custom-fields.ts';
import { publicKeyIdentity } from '../tuf/key.ts';
import { signedBytes } from '../tuf/metadata.ts';
import type { KeyVerdict } from '../tuf/threshold.ts';
import { addSignature, unstableRoles } from './contribution.ts';
import type { EventSides, EventStatus } from './event.ts';

/** The roles of an event for which signatures of online keys are all that is missing. */
export function onlineRoles({ proposed }: EventSides, status: EventStatus): readonly string[] {
  if (stoppingErrors(status).length > 0) return [];
  const unstable = unstableRoles(proposed, status.invitations);
  return [...Map.groupBy(status.thresholds, ({ role }) => role)].flatMap(([role, thresholds]) => {
    const unmet = thresholds.filter(({ result }) => !result.met);
    if (role === 'root' || unstable.has(role) || unmet.length === 0) return [];
    if (!unmet.every(({ by }) => isAgreed(status, by))) return [];
    const enough = unmet.every(
      ({ result }) => result.count + missingOnline(result.keys).size >= result.threshold,
    );
    return enough ? [role] : [];
  });
}

/** Whether enough keys have signed what a role says now, its delegations included. */
function isAgreed({ thresholds }: EventStatus, role: string): boolean {
  return thresholds.every((threshold) => threshold.role !== role || threshold.result.met);
}

/** The online keys that have not signed, each once. */
function missingOnline(keys: readonly KeyVerdict[]): ReadonlySet<string> {
  const missing = keys.filter(
    ({ status, key }) => status !== 'signed' && key && onlineUri(key) !== undefined,
  );
  return new Set(missing.map(({ key }) => (key ? publicKeyIdentity(key) : '')));
}

/** All errors, but for signatures of online keys that do not count: signing again is what mends those. */
function stoppingErrors({ findings, thresholds }: EventStatus): readonly Finding[] {
  const mended = new Set(
    thresholds
      .filter(({ result }) =>
        result.keys.some(({ status, key }) => status === 'invalid' && key && onlineUri(key) !== undefined),
      )
      .map(({ role }) => role),
  );
  return findings.filter(
    ({ severity, code, role }) =>
      severity === 'error' && !(code === 'signature-invalid' && role !== undefined && mended.has(role)),
  );
}

export interface OnlineSignatures {
  readonly files: FileChanges;
  /** The roles that have a signature more. */
  readonly roles: readonly string[];
  /** Why keys could not sign. */
  readonly troubles: readonly string[];
}

/**
 * Signs the roles that wait for online keys, each with every one of its online keys that can sign.
 * @throws {RepositoryError} where the event is not valid, or where no key that is needed can sign
 */
export async function signEventOnline(
  sides: EventSides,
  status: EventStatus,
  openSigner: OpenOnlineSigner,
): Promise<OnlineSignatures> {
  const errors = stoppingErrors(status);
  if (errors.length > 0) {
    throw new RepositoryError('invalid', `Nothing was signed: the event ${status.name} is not valid.`, {
      findings: errors,
    });
  }
  const keys = new OnlineKeys(openSigner);
  const wanted = onlineRoles(sides, status);
  const files = new Map<string, string | null>();
  const roles: string[] = [];
  let draft = sides.proposed;
  for (const role of wanted) {
    const metadata = draft.roles.get(role)?.metadata;
    if (!metadata) continue;
    const known = new Map(
      delegatorsOf(draft, role)
        .flatMap(onlineKeysOf)
        .map((key) => [key.keyid, key]),
    );
    for (const { keyid, sig, bundle } of await keys.signatures(role, signedBytes(metadata), [
      ...known.values(),
    ])) {
      const signed = await addSignature(draft, role, keyid, bundle ? { sig, bundle } : sig);
      draft = withRole(draft, role, signed.metadata);
      for (const [path, text] of signed.files) files.set(path, text);
      if (!roles.includes(role)) roles.push(role);
    }
  }
  if (wanted.length > 0 && roles.length === 0) {
    throw new RepositoryError(
      'bad-request',
      `No online key of ${wanted.join(', ')} could sign.\n${keys.troubles.map((trouble) => `- ${trouble}`).join('\n')}`,
    );
  }
  return { files, roles, troubles: keys.troubles };
}

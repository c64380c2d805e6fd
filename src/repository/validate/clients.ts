/** What stock clients would not follow although it is valid: keys that some of them do not know, and their limits. */

import { clientsInWords, isForEveryClient } from '../../tuf/client-support.ts';
import { maxSignatureBytes } from '../../tuf/crypto/index.ts';
import { classifyKey, describeKey, type Key, publicKeyIdentity } from '../../tuf/key.ts';
import { MAX_BYTES, MAX_VERSION } from '../../tuf/limits.ts';
import { formatMetadata } from '../../tuf/metadata.ts';
import type { RoleKeys } from '../../tuf/role-keys.ts';
import type { Root } from '../../tuf/root.ts';
import { own } from '../../tuf/shape.ts';
import { formatTime } from '../../tuf/time.ts';
import { type Finding, finding } from '../findings.ts';
import { rolePath } from '../layout.ts';
import { rootOf } from '../state.ts';
import type { CheckContext } from './context.ts';
import { keyBooks } from './keys.ts';

/**
 * Bytes of a bundle in a metadata file: a certificate of GitHub’s workflows twice, the log entry with a proof of some
 * thirty hashes, and a timestamp.
 */
const SIGSTORE_BUNDLE_BYTES = 9_000;

export function checkClients(context: CheckContext): readonly Finding[] {
  const root = rootOf(context.proposed)?.signed;
  const keys = keyBooks(context.proposed).flatMap(({ by, keys, roles }) =>
    roles.flatMap(({ name, role }) => fewClients(by, name, role, keys)),
  );
  return [...keys, ...(root ? timestampSize(root) : [])];
}

/** The keys of a role that not every client knows, and whether the role can do without them. */
function fewClients(
  by: string,
  name: string,
  role: RoleKeys,
  keys: { readonly [keyid: string]: Key },
): readonly Finding[] {
  const present = [...new Set(role.keyids)]
    .map((keyid) => own(keys, keyid))
    .filter((key) => key !== undefined);
  const limited = Map.groupBy(
    present.filter((key) => !isForEveryClient(key)),
    (key) => clientsInWords(key) ?? '',
  );
  const known = new Set(present.filter(isUsual).map(publicKeyIdentity)).size;
  return [...limited].map(([words, [first, ...more]]) => {
    const which = `${first ? describeKey(first) : ''}${more.length > 0 ? ` and ${more.length} more` : ''}`;
    const rest =
      known >= role.threshold
        ? `The threshold of ${role.threshold} can be met without it, by usual keys alone; so the role is as safe as those`
        : `The threshold of ${role.threshold} cannot be met without it`;
    const message = `${name}: ${which} ${words}. ${rest}`;
    return finding('key-few-clients', { role: name, path: rolePath(by), message });
  });
}

/** Whether every client counts the key. */
function isUsual(key: Key): boolean {
  return classifyKey(key).status === 'supported' && isForEveryClient(key);
}

/** The timestamp that the keys in root would make: its limit is the one that large signatures reach. */
function timestampSize(root: Root): readonly Finding[] {
  const keyids = [...new Set(root.roles.timestamp.keyids)];
  const signatures = keyids.map((keyid) => {
    const key = own(root.keys, keyid);
    const support = key && classifyKey(key);
    if (support?.status !== 'supported') return { keyid, sig: '' };
    if (support.algorithm === 'sigstore')
      return { keyid, sig: '', bundle: { of: ' '.repeat(SIGSTORE_BUNDLE_BYTES) } };
    return { keyid, sig: '00'.repeat(maxSignatureBytes(support.publicKey)) };
  });
  const bytes = formatMetadata({
    signatures,
    signed: {
      _type: 'timestamp',
      spec_version: root.spec_version,
      version: MAX_VERSION,
      expires: formatTime(new Date(0)),
      meta: { 'snapshot.json': { version: MAX_VERSION } },
    },
  }).length;
  if (bytes <= MAX_BYTES.timestamp) return [];
  const message = `timestamp will have up to ${bytes} bytes with the signatures of its ${keyids.length} keys; clients read ${MAX_BYTES.timestamp}`;
  const mend =
    'Give timestamp fewer keys, or keys with smaller signatures: Ed25519, P-256, RSA or ML-DSA-44.';
  return [finding('file-too-large', { role: 'timestamp', path: rolePath('root'), message, mend })];
}

/**
 * Threshold verification (specification section 5: "signed by a threshold of keys"). The answer says who signed, who
 * did not and why a signature does not count, because that is what a signer wants to know.
 */
import { type Key, publicKeyIdentity } from './key.ts';
import { type Metadata, type SignatureValue, signedBytes } from './metadata.ts';
import type { RoleKeys } from './role-keys.ts';
import type { Root } from './root.ts';
import { own } from './shape.ts';
import { type SignatureCheck, verifySignature } from './signature.ts';

/** One key of a role and what became of its signature. */
export interface KeyVerdict {
  readonly keyid: string;
  /** Undefined where the role names a keyid that is not among the delegator's keys. */
  readonly key: Key | undefined;
  readonly status: 'signed' | 'unsigned' | 'invalid';
  /** Why the signature does not count; only where the status is `invalid`. */
  readonly reason?: string;
}

export interface ThresholdResult {
  /** Signatures needed. */
  readonly threshold: number;
  /** Valid signatures by different public keys. */
  readonly count: number;
  readonly met: boolean;
  /** In the role's order, each keyid once. */
  readonly keys: readonly KeyVerdict[];
  /** Keyids that signed without being keys of this role. */
  readonly others: readonly string[];
}

/**
 * The signature checks of one file. Several thresholds can apply to it, such as those of the old root and of the new
 * one; a signature that both ask about is checked once.
 */
export class SignatureChecks {
  readonly #message: Uint8Array;
  readonly #done = new Map<string, SignatureCheck | Promise<SignatureCheck>>();

  /** @param message the bytes that the signatures cover */
  constructor(message: Uint8Array) {
    this.#message = message;
  }

  check(key: Key, { sig, bundle }: SignatureValue): SignatureCheck | Promise<SignatureCheck> {
    // All of a key and of a signature that verification looks at.
    const asked = JSON.stringify([key.keytype, key.scheme, key.keyval, sig, bundle]);
    const known = this.#done.get(asked);
    if (known !== undefined) return known;
    const check = verifySignature(key, this.#message, bundle ? { sig, bundle } : sig);
    this.#done.set(asked, check);
    return check;
  }
}

/**
 * Checks the signatures of a file against the keys and threshold that its delegator gives. A public key counts once,
 * whatever number of keyids it stands under; a threshold below 1 is never met.
 */
export async function verifyThreshold(
  metadata: Metadata,
  role: RoleKeys,
  keys: { readonly [keyid: string]: Key },
  checks = new SignatureChecks(signedBytes(metadata)),
): Promise<ThresholdResult> {
  const signatures = new Map<string, SignatureValue>();
  for (const signature of metadata.signatures)
    if (!signatures.get(signature.keyid)?.sig) signatures.set(signature.keyid, signature);

  const verdicts: KeyVerdict[] = [];
  const counted = new Set<string>();
  for (const keyid of new Set(role.keyids)) {
    const key = own(keys, keyid);
    const signature = signatures.get(keyid);
    if (!signature?.sig) {
      verdicts.push({ keyid, key, status: 'unsigned' });
    } else if (!key) {
      verdicts.push({
        keyid,
        key,
        status: 'invalid',
        reason: 'the role names this keyid, but no such key is given',
      });
    } else {
      const check = await checks.check(key, signature);
      if (check.valid) {
        verdicts.push({ keyid, key, status: 'signed' });
        counted.add(publicKeyIdentity(key));
      } else {
        verdicts.push({ keyid, key, status: 'invalid', reason: check.reason });
      }
    }
  }
  return {
    threshold: role.threshold,
    count: counted.size,
    met: role.threshold >= 1 && counted.size >= role.threshold,
    keys: verdicts,
    others: [...signatures.keys()].filter(
      (keyid) => signatures.get(keyid)?.sig && !role.keyids.includes(keyid),
    ),
  };
}

/** What stands between an old root and its successor. */
export interface RootSuccession {
  /** Threshold of the old root's keys; undefined for the first root, which nothing precedes. */
  readonly old: ThresholdResult | undefined;
  /** Threshold of the new root's own keys. */
  readonly new: ThresholdResult;
  /** Whether the version is exactly one more than the old one's. */
  readonly versionFollows: boolean;
  readonly ok: boolean;
}

/**
 * Checks one step of the root chain (specification section 5.3): signed by the thresholds of the old root and of the
 * new one, version exactly one higher. An old root that has expired does not stop its successor.
 */
export async function verifyRootSuccession(
  previous: Metadata<Root> | undefined,
  next: Metadata<Root>,
): Promise<RootSuccession> {
  const checks = new SignatureChecks(signedBytes(next));
  const byOld = previous
    ? await verifyThreshold(next, previous.signed.roles.root, previous.signed.keys, checks)
    : undefined;
  const byNew = await verifyThreshold(next, next.signed.roles.root, next.signed.keys, checks);
  const versionFollows = !previous || next.signed.version === previous.signed.version + 1;
  return { old: byOld, new: byNew, versionFollows, ok: (byOld?.met ?? true) && byNew.met && versionFollows };
}

/** Public keys as metadata has them: keyids, new key objects, and what two of them have in common. */
import { canonicalize } from './canonical.ts';
import { hashHex, toHex } from './crypto/index.ts';
import { decodePem, encodePem } from './crypto/pem.ts';
import { importSpki } from './crypto/public-key.ts';
import { type Key, KeyError } from './key-object.ts';
import { classifyKey } from './key-support.ts';

export { type Key, KeyError, parseKey } from './key-object.ts';
export { classifyKey } from './key-support.ts';

/**
 * The keyid that the specification (section 4.2) gives the key: SHA-256 of the canonical form of the whole object.
 * Throws where the object has no canonical form, such as one with a fraction in an extra field.
 */
export function computeKeyid(key: Key): string {
  return hashHex('sha256', canonicalize(key));
}

/** Marks the PEM label of a SubjectPublicKeyInfo. */
const PUBLIC_KEY = 'PUBLIC KEY';

/**
 * The key object, without extra fields, for a public key that is to be enrolled.
 * @param spki SubjectPublicKeyInfo as DER bytes or as PEM text
 * @throws KeyError for kinds, sizes and points that no new key may have
 */
export function keyFromSpki(spki: Uint8Array | string): Key {
  const block = typeof spki === 'string' ? decodePem(spki) : { label: PUBLIC_KEY, der: spki };
  if (block?.label !== PUBLIC_KEY) {
    throw new KeyError('key-invalid', 'Not a public key in PEM form: expected one block "BEGIN PUBLIC KEY".');
  }
  const imported = importSpki(block.der);
  if (!imported.ok) {
    const { status, name, reason } = imported.problem;
    throw new KeyError(
      `key-${status}`,
      `This ${name} key cannot be used: ${reason}. Use Ed25519, P-256, RSA or ML-DSA.`,
    );
  }
  const { key } = imported;
  switch (key.algorithm) {
    case 'ed25519':
      return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: toHex(key.point) } };
    case 'ecdsa-p256':
      return {
        keytype: 'ecdsa',
        scheme: 'ecdsa-sha2-nistp256',
        keyval: { public: encodePem(PUBLIC_KEY, key.spki) },
      };
    case 'rsa-pss-sha256':
      return {
        keytype: 'rsa',
        scheme: 'rsassa-pss-sha256',
        keyval: { public: encodePem(PUBLIC_KEY, key.spki) },
      };
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return {
        keytype: 'ml-dsa',
        scheme: `${key.algorithm}/1`,
        keyval: { public: encodePem(PUBLIC_KEY, key.spki) },
      };
  }
}

/** The key for people: its kind and the start of its keyid, such as `Ed25519 3f2a90c1…`. Never throws. */
export function describeKey(key: Key): string {
  const { name } = classifyKey(key);
  try {
    return `${name} ${computeKeyid(key).slice(0, 8)}…`;
  } catch {
    return `${name} without a keyid`;
  }
}

/** The key without the fields that a repository adds to it. */
export function bare({ keytype, scheme, keyval }: Key): Key {
  return { keytype, scheme, keyval };
}

/**
 * A text that is equal for two key objects if and only if they hold the same public key, whatever their keyids,
 * extra fields, spelling of the keytype or encoding. One public key must count once towards a threshold.
 */
export function publicKeyIdentity(key: Key): string {
  const support = classifyKey(key);
  if (support.status === 'supported') {
    if (support.algorithm !== 'sigstore') return `spki ${toHex(support.publicKey.spki)}`;
    return `sigstore ${support.identity.identity} ${support.identity.issuer}`;
  }
  const text = key.keyval.public;
  if (text === undefined) return `keyval ${JSON.stringify(Object.entries(key.keyval).sort())}`;
  const block = decodePem(text);
  return block ? `spki ${toHex(block.der)}` : `public ${text}`;
}

/** 32 hex digits that stand for the public key alone, whatever fields a repository's entry for it has besides. */
export function fingerprintOf(key: Key): string {
  return hashHex('sha256', new TextEncoder().encode(publicKeyIdentity(key))).slice(0, 32);
}

/** Whether both hold the same public key; see `publicKeyIdentity`. */
export function samePublicKey(a: Key, b: Key): boolean {
  return a === b || publicKeyIdentity(a) === publicKeyIdentity(b);
}

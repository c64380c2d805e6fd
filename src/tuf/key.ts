/**
 * Public keys as metadata has them (specification section 4.2). The model is the wire form: a plain object whose
 * unknown fields are kept, because they are part of the key and so of its keyid.
 */
import { canonicalize } from './canonical.ts';
import { hashHex, toHex } from './crypto/index.ts';
import { decodePem, encodePem } from './crypto/pem.ts';
import { importSpki } from './crypto/public-key.ts';
import type { Json, JsonObject } from './json.ts';
import { classifyKey } from './key-support.ts';

export { classifyKey, type KeySupport } from './key-support.ts';

export interface Key {
  readonly keytype: string;
  readonly scheme: string;
  /** `public` for all kinds but Sigstore identities, which have `identity` and `issuer`. */
  readonly keyval: { readonly [field: string]: string };
  readonly [field: string]: Json;
}

export type KeyErrorCode = 'key-shape' | 'key-unsupported' | 'key-weak' | 'key-invalid';

/** A key object of the wrong shape, or a public key that no new key can be made from. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Takes a key from parsed metadata, unchanged; `where` is its place in the file, for the error. Only the shape is
 * checked: whether the key can verify anything is for `classifyKey` to say.
 */
export function parseKey(value: Json | undefined, where: string): Key {
  const fail = (place: string, wanted: string): never => {
    throw new KeyError('key-shape', `${place}: expected ${wanted} (specification section 4.2)`);
  };
  if (!isObject(value)) return fail(where, 'a key object');
  for (const field of ['keytype', 'scheme'] as const) {
    const text = Object.hasOwn(value, field) ? value[field] : undefined;
    if (typeof text !== 'string' || text === '') fail(`${where}.${field}`, 'a string that is not empty');
  }
  const keyval = Object.hasOwn(value, 'keyval') ? value.keyval : undefined;
  if (!isObject(keyval)) return fail(`${where}.keyval`, 'an object');
  for (const [field, text] of Object.entries(keyval)) {
    // Also for fields beyond `public`: tuf-js refuses the whole file otherwise.
    if (typeof text !== 'string') fail(`${where}.keyval.${field}`, 'a string');
  }
  return value as unknown as Key;
}

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
      `This ${name} key cannot be used: ${reason}. Use Ed25519, P-256 or RSA.`,
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

/**
 * A text that is equal for two key objects if and only if they hold the same public key, whatever their keyids,
 * extra fields, spelling of the keytype or encoding. One public key must count once towards a threshold.
 */
export function publicKeyIdentity(key: Key): string {
  const support = classifyKey(key);
  if (support.status === 'supported') return `spki ${toHex(support.publicKey.spki)}`;
  const text = key.keyval.public;
  if (text === undefined) return `keyval ${JSON.stringify(Object.entries(key.keyval).sort())}`;
  const block = decodePem(text);
  return block ? `spki ${toHex(block.der)}` : `public ${text}`;
}

/** Whether both hold the same public key; see `publicKeyIdentity`. */
export function samePublicKey(a: Key, b: Key): boolean {
  return a === b || publicKeyIdentity(a) === publicKeyIdentity(b);
}

/**
 * Imports public keys: from raw points (as TUF writes Ed25519) and from SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7,
 * RFC 5480, RFC 8410, RFC 9881). A key comes through only if every library that we use agrees on it; what is refused is named.
 */
import { Point } from '@noble/ed25519';
import {
  type DerElement,
  OBJECT_IDENTIFIER,
  readBitString,
  readElements,
  readPositive,
  readSequence,
  SEQUENCE,
} from './der.ts';
import { fromHex, toHex } from './hex.ts';
import { provider } from './index.ts';
import type { MlDsaSet, PublicKey } from './provider.ts';

/** Why a key cannot be used. `unsupported`: a known kind that this code does not verify; `weak`: it protects nothing. */
export interface KeyProblem {
  readonly status: 'unsupported' | 'weak' | 'invalid';
  /** The kind of key, as people call it. */
  readonly name: string;
  readonly reason: string;
}

export type ImportedKey =
  | { readonly ok: true; readonly key: PublicKey }
  | { readonly ok: false; readonly problem: KeyProblem };

export const ED25519 = 'Ed25519';
export const P256 = 'ECDSA P-256';
export const RSA = 'RSA';
export const ML_DSA = {
  'ml-dsa-44': 'ML-DSA-44',
  'ml-dsa-65': 'ML-DSA-65',
  'ml-dsa-87': 'ML-DSA-87',
} as const;

/** Bits. Below 2048 tough and NIST SP 800-131A refuse; above 8192 tough and browsers do. */
const RSA_MODULUS = { least: 2048, most: 8192 } as const;
/** Go takes public exponents up to 31 bits; all known RSA keys have 65537. */
const RSA_MOST_EXPONENT_BITS = 31;

const ED25519_SPKI = '302a300506032b6570032100';
const P256_SPKI = '3059301306072a8648ce3d020106082a8648ce3d030107034200';
/** What stands before the key itself; its length is that of FIPS 204, table 2. */
const ML_DSA_SPKI: ReadonlyMap<string, MlDsaSet> = new Map([
  ['30820532300b06096086480165030403110382052100', 'ml-dsa-44'],
  ['308207b2300b0609608648016503040312038207a100', 'ml-dsa-65'],
  ['30820a32300b060960864801650304031303820a2100', 'ml-dsa-87'],
]);
/** rsaEncryption with the NULL that RFC 3279 section 2.3.1 demands. */
const RSA_IDENTIFIER = '06092a864886f70d0101010500';

const OID = {
  ed25519: '2b6570',
  ec: '2a8648ce3d0201',
  p256: '2a8648ce3d030107',
  rsa: '2a864886f70d010101',
} as const;

/** Kinds of key that are recognised and refused, by object identifier (contents in hex). */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ['2b8104000a', 'ECDSA secp256k1'],
  ['2b81040022', 'ECDSA P-384'],
  ['2b81040023', 'ECDSA P-521'],
  ['2b656e', 'X25519'],
  ['2b656f', 'X448'],
  ['2b6571', 'Ed448'],
  ['2a8648ce380401', 'DSA'],
  ['2a864886f70d01010a', 'RSA restricted to PSS'],
]);

/** By object identifier (contents in hex). */
const ML_DSA_NAMES: ReadonlyMap<string, string> = new Map([
  ['608648016503040311', ML_DSA['ml-dsa-44']],
  ['608648016503040312', ML_DSA['ml-dsa-65']],
  ['608648016503040313', ML_DSA['ml-dsa-87']],
]);

function refuse(status: KeyProblem['status'], name: string, reason: string): ImportedKey {
  return { ok: false, problem: { status, name, reason } };
}

function withPrefix(prefix: string, bytes: Uint8Array): Uint8Array {
  const head = fromHex(prefix) ?? new Uint8Array();
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

/**
 * A 32-byte Ed25519 point (RFC 8032 section 5.1.5). Points of small order are refused, because a signature that
 * anyone can make verifies under them, and points of mixed order, because verifiers disagree about those.
 */
export function importEd25519(point: Uint8Array): ImportedKey {
  if (point.length !== 32)
    return refuse('invalid', ED25519, `the public key has ${point.length} bytes instead of 32`);
  let decoded: Point;
  try {
    decoded = Point.fromBytes(point);
  } catch {
    return refuse('invalid', ED25519, 'the public key is not the encoding of a point on the curve');
  }
  if (decoded.isSmallOrder())
    return refuse('weak', ED25519, 'the public key is a point of small order: anyone can sign');
  if (!decoded.isTorsionFree()) {
    return refuse('weak', ED25519, 'the public key is a point of mixed order, about which clients disagree');
  }
  return {
    ok: true,
    key: { algorithm: 'ed25519', spki: withPrefix(ED25519_SPKI, point), point: new Uint8Array(point) },
  };
}

/** A P-256 point in its uncompressed form, `04 ‖ x ‖ y` (SEC 1 section 2.3.3). */
export function importP256(point: Uint8Array): ImportedKey {
  if (point.length !== 65 || point[0] !== 4) {
    return refuse('invalid', P256, 'the public key is not an uncompressed point of 65 bytes');
  }
  if (!provider.isP256Point(point))
    return refuse('invalid', P256, 'the public key is not a point on the curve');
  return {
    ok: true,
    key: { algorithm: 'ecdsa-p256', spki: withPrefix(P256_SPKI, point), point: new Uint8Array(point) },
  };
}

function importRsa(spki: Uint8Array, rsaPublicKey: Uint8Array): ImportedKey {
  const parts = readSequence(rsaPublicKey);
  const modulus = readPositive(parts?.[0]);
  const exponent = readPositive(parts?.[1]);
  if (parts?.length !== 2 || !modulus || !exponent)
    return refuse('invalid', RSA, 'the public key is not strict DER');

  const bits = bitLength(modulus);
  const name = `${RSA} ${bits} bits`;
  const { least, most } = RSA_MODULUS;
  if (bits < least)
    return refuse('weak', name, `the modulus has ${bits} bits; clients ask for ${least} or more`);
  if (bits > most)
    return refuse('unsupported', name, `the modulus has ${bits} bits; clients take ${most} at most`);
  if (!isOdd(modulus) || !isOdd(exponent)) return refuse('invalid', name, 'modulus and exponent must be odd');
  const exponentBits = bitLength(exponent);
  if (exponentBits < 2) return refuse('weak', name, 'the public exponent is 1: anyone can sign');
  if (exponentBits > RSA_MOST_EXPONENT_BITS) {
    return refuse(
      'unsupported',
      name,
      `the public exponent has ${exponentBits} bits; clients take 31 at most`,
    );
  }
  return { ok: true, key: { algorithm: 'rsa-pss-sha256', spki: new Uint8Array(spki), modulusBits: bits } };
}

function bitLength(magnitude: Uint8Array): number {
  return magnitude.length * 8 - (Math.clz32(magnitude[0] ?? 0) - 24);
}

function isOdd(magnitude: Uint8Array): boolean {
  return (magnitude.at(-1) ?? 0) % 2 === 1;
}

/** A DER SubjectPublicKeyInfo of any kind. */
export function importSpki(spki: Uint8Array): ImportedKey {
  const [algorithm, bits, ...more] = readSequence(spki) ?? [];
  const key = readBitString(bits);
  if (algorithm?.tag !== SEQUENCE || !key || more.length > 0) {
    return refuse('invalid', 'public key', 'it is not a DER SubjectPublicKeyInfo');
  }
  // The forms with fixed parameters are compared whole, so that no part of them goes unread.
  const head = toHex(spki.subarray(0, spki.length - key.length));
  if (head === ED25519_SPKI) return importEd25519(key);
  if (head === P256_SPKI) return importP256(key);
  const mlDsa = ML_DSA_SPKI.get(head);
  if (mlDsa !== undefined)
    return { ok: true, key: { algorithm: mlDsa, spki: new Uint8Array(spki), encoded: new Uint8Array(key) } };
  if (toHex(algorithm.content) === RSA_IDENTIFIER) return importRsa(spki, key);
  return refuseKind(readElements(algorithm.content));
}

function refuseKind(identifier: readonly DerElement[] | undefined): ImportedKey {
  const [kind, parameters] = identifier ?? [];
  if (kind?.tag !== OBJECT_IDENTIFIER)
    return refuse('invalid', 'public key', 'it is not a DER SubjectPublicKeyInfo');
  const oid = toHex(kind.content);
  const curve = parameters?.tag === OBJECT_IDENTIFIER ? toHex(parameters.content) : '';
  const mlDsa = ML_DSA_NAMES.get(oid);
  if (mlDsa !== undefined) return refuse('invalid', mlDsa, 'the public key is not encoded as RFC 9881 says');
  const name = OTHER_KINDS.get(oid === OID.ec ? curve : oid);
  if (name !== undefined) return refuse('unsupported', name, `${name} keys are not supported`);
  if (oid === OID.ec && curve === OID.p256) {
    return refuse('invalid', P256, 'the public key is not an uncompressed point of 65 bytes');
  }
  if (oid === OID.ec)
    return refuse('unsupported', 'ECDSA', 'only the curve P-256 is supported, under its name');
  if (oid === OID.ed25519)
    return refuse('invalid', ED25519, 'the public key is not encoded as RFC 8410 says');
  if (oid === OID.rsa) return refuse('invalid', RSA, 'the public key is not encoded as RFC 3279 says');
  return refuse('unsupported', 'unknown', `its algorithm is unknown (object identifier ${oid.slice(0, 40)})`);
}

/**
 * The form of signature bytes, checked before any library sees them. Libraries differ in what they forgive (stripped
 * zeros, padded integers, bytes after the end); here each signature has one encoding.
 */
import { readPositive, readSequence, SEQUENCE, writeElement, writeInteger } from './der.ts';
import { toHex } from './hex.ts';
import type { PublicKey } from './provider.ts';

const ED25519_SIGNATURE_BYTES = 64;
/** R as the identity: no signer makes it, and libraries differ on whether it may stand. */
const ED25519_IDENTITY = `01${'00'.repeat(31)}`;
const P256_SCALAR_BYTES = 32;
/** Two integers with a zero before each, and three headers. */
const P256_LONGEST_DER = 2 * (P256_SCALAR_BYTES + 1) + 6;
/** FIPS 204, table 2. */
const ML_DSA_SIGNATURE_BYTES = { 'ml-dsa-44': 2420, 'ml-dsa-65': 3309, 'ml-dsa-87': 4627 } as const;
/** Order of the P-256 group (FIPS 186-5, SP 800-186 section 3.2.1.3). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** `r ‖ s`, 32 bytes each, of a DER signature; undefined unless it is strict DER with both in 1 … order − 1. */
export function p256Compact(der: Uint8Array): Uint8Array | undefined {
  const parts = readSequence(der);
  if (parts?.length !== 2) return undefined;
  const compact = new Uint8Array(2 * P256_SCALAR_BYTES);
  for (const [index, part] of parts.entries()) {
    const scalar = readPositive(part);
    if (scalar === undefined || scalar.length > P256_SCALAR_BYTES || toBigInt(scalar) >= P256_ORDER)
      return undefined;
    compact.set(scalar, (index + 1) * P256_SCALAR_BYTES - scalar.length);
  }
  return compact;
}

/**
 * The DER form, which TUF signatures have, of `r ‖ s` as WebCrypto makes it; undefined unless there are 32 bytes of
 * each, both in 1 … order − 1.
 */
export function p256Der(compact: Uint8Array): Uint8Array | undefined {
  if (compact.length !== 2 * P256_SCALAR_BYTES) return undefined;
  const r = compact.subarray(0, P256_SCALAR_BYTES);
  const s = compact.subarray(P256_SCALAR_BYTES);
  const der = writeElement(SEQUENCE, writeInteger(r), writeInteger(s));
  return p256Compact(der) && der;
}

function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return value;
}

/** The most bytes that a signature of this key has. */
export function maxSignatureBytes(key: PublicKey): number {
  switch (key.algorithm) {
    case 'ed25519':
      return ED25519_SIGNATURE_BYTES;
    case 'ecdsa-p256':
      return P256_LONGEST_DER;
    case 'rsa-pss-sha256':
      return Math.ceil(key.modulusBits / 8);
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return ML_DSA_SIGNATURE_BYTES[key.algorithm];
  }
}

/** Whether the bytes could be a signature by this key at all. */
export function hasSignatureForm(key: PublicKey, signature: Uint8Array): boolean {
  switch (key.algorithm) {
    case 'ed25519':
      return (
        signature.length === ED25519_SIGNATURE_BYTES && toHex(signature.subarray(0, 32)) !== ED25519_IDENTITY
      );
    case 'ecdsa-p256':
      return p256Compact(signature) !== undefined;
    case 'rsa-pss-sha256':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return signature.length === maxSignatureBytes(key);
  }
}

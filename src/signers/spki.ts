/**
 * Public keys as SubjectPublicKeyInfo from their bare parts, the form in which SSH and PKCS#11 have them. Whether the
 * parts make a usable key is judged where the result is read (`keyFromSpki`).
 */
import { createPublicKey } from 'node:crypto';
import { fromHex } from '../tuf/crypto/index.ts';

const ED25519_PREFIX = fromHex('302a300506032b6570032100') ?? new Uint8Array();
const P256_PREFIX = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200') ?? new Uint8Array();

/** @param point 32 bytes (RFC 8032 section 5.1.5) */
export function ed25519Spki(point: Uint8Array): Uint8Array {
  return Buffer.concat([ED25519_PREFIX, point]);
}

/** @param point `04 ‖ x ‖ y`, 65 bytes (SEC 1 section 2.3.3) */
export function p256Spki(point: Uint8Array): Uint8Array {
  return Buffer.concat([P256_PREFIX, point]);
}

/** Both big-endian. Throws where they cannot be an RSA key. */
export function rsaSpki(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const [n, e] = [modulus, exponent].map((number) => Buffer.from(number).toString('base64url'));
  if (!n || !e) throw new RangeError('an RSA public key without modulus or exponent');
  return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' }).export({
    type: 'spki',
    format: 'der',
  });
}

/** Public keys as tokens describe them (PKCS#11 3.0, sections 2.1.2 and 2.3.3), as SubjectPublicKeyInfo. */
import { X509Certificate } from 'node:crypto';
import { readBitString, readElements } from '../../tuf/crypto/der.ts';
import { ed25519Spki, p256Spki, rsaSpki } from '../spki.ts';
import type { TokenKey } from './token.ts';

const OCTET_STRING = 0x04;
const CURVES: ReadonlyMap<string, string> = new Map([
  ['06082a8648ce3d030107', 'P-256'],
  ['06052b81040022', 'ECDSA P-384'],
  ['06052b81040023', 'ECDSA P-521'],
  ['06052b8104000a', 'ECDSA secp256k1'],
  // RFC 8410's identifier, the name that PKCS#11 3.0 gives, and GnuPG's identifier.
  ['06032b6570', 'Ed25519'],
  ['130c656477617264733235353139', 'Ed25519'],
  ['06092b06010401da470f01', 'Ed25519'],
  ['06032b6571', 'Ed448'],
  ['130a65647761726473343438', 'Ed448'],
]);

/** @param parameters CKA_EC_PARAMS, @param point CKA_EC_POINT: as it is, or wrapped into DER */
export function ecPublicKey(parameters: Uint8Array, point: Uint8Array): TokenKey['public'] {
  const curve = CURVES.get(Buffer.from(parameters).toString('hex')) ?? 'unknown curve';
  if (curve === 'P-256') {
    const bare = barePoint(point, 65);
    return bare ? { spki: p256Spki(bare) } : { problem: 'its P-256 point cannot be read' };
  }
  if (curve === 'Ed25519') {
    const bare = barePoint(point, 32);
    return bare ? { spki: ed25519Spki(bare) } : { problem: 'its Ed25519 point cannot be read' };
  }
  return { problem: `${curve} keys are not supported` };
}

/** Tokens differ: the standard's OCTET STRING, a BIT STRING, or no wrapping at all. */
function barePoint(point: Uint8Array, length: number): Uint8Array | undefined {
  if (point.length === length) return point;
  const [element, ...more] = readElements(point) ?? [];
  const content = element?.tag === OCTET_STRING ? element.content : readBitString(element);
  return more.length === 0 && content?.length === length ? content : undefined;
}

/** Both big-endian. */
export function rsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): TokenKey['public'] {
  try {
    return { spki: rsaSpki(modulus, exponent) };
  } catch {
    return { problem: 'its RSA key cannot be read' };
  }
}

/** @param certificate DER */
export function certifiedPublicKey(certificate: Uint8Array): TokenKey['public'] {
  try {
    const { publicKey } = new X509Certificate(certificate);
    return { spki: publicKey.export({ type: 'spki', format: 'der' }) };
  } catch {
    return { problem: 'its certificate cannot be read' };
  }
}

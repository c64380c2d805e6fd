/**
 * Cryptography for wherever JavaScript runs: noble's libraries, and WebCrypto for RSA, which noble does not have.
 * Loaded only where Node's own cryptography is missing.
 */
import { p256 } from '@noble/curves/nist.js';
import * as ed25519 from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { toHex } from './hex.ts';
import { verifyMlDsa } from './ml-dsa.ts';
import type { CryptoProvider, HashAlgorithm, PublicKey } from './provider.ts';
import { p256Compact } from './signature-form.ts';

const HASHES = { sha256, sha512 } as const;
ed25519.hashes.sha512 = sha512;

const encoder = new TextEncoder();

function hash(algorithm: HashAlgorithm, data: Uint8Array | string): Uint8Array {
  return HASHES[algorithm](typeof data === 'string' ? encoder.encode(data) : data);
}

export const portableProvider: CryptoProvider = {
  hash,

  hashHex: (algorithm, data) => toHex(hash(algorithm, data)),

  createHasher(algorithm) {
    const hasher = HASHES[algorithm].create();
    return {
      update: (bytes) => {
        hasher.update(bytes);
      },
      digest: () => hasher.digest(),
    };
  },

  isP256Point: (point) => p256.utils.isValidPublicKey(point, false),

  verify(key, message, signature) {
    switch (key.algorithm) {
      case 'ed25519':
        return verifyEd25519(key.point, message, signature);
      case 'ecdsa-p256': {
        const compact = p256Compact(signature);
        return compact !== undefined && p256.verify(compact, message, key.point, { lowS: false });
      }
      case 'rsa-pss-sha256':
        return verifyRsa(key, message, signature);
      case 'ml-dsa-44':
      case 'ml-dsa-65':
      case 'ml-dsa-87':
        return verifyMlDsa(key, message, signature);
    }
  },
};

/**
 * RFC 8032 section 5.1.7 lets a verifier multiply the equation by the cofactor, which noble does and OpenSSL does
 * not. They differ only where R is outside the prime-order group (A never is, see public-key.ts), so such an R is
 * refused.
 */
function verifyEd25519(point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!ed25519.verify(signature, message, point, { zip215: false })) return false;
  return ed25519.Point.fromBytes(signature.subarray(0, 32)).isTorsionFree();
}

const RSA_PSS = { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 } as const;
const rsaKeys = new WeakMap<PublicKey, Promise<CryptoKey>>();

async function verifyRsa(key: PublicKey, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) throw new Error('RSA needs WebCrypto, which browsers offer on https and localhost pages only');
  let imported = rsaKeys.get(key);
  if (!imported) {
    imported = subtle.importKey('spki', new Uint8Array(key.spki), RSA_PSS, false, ['verify']);
    rsaKeys.set(key, imported);
  }
  return subtle.verify(RSA_PSS, await imported, new Uint8Array(signature), new Uint8Array(message));
}

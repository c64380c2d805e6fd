/**
 * How a stored key rests: under AES-256-GCM, whose key comes from a passphrase (PBKDF2, RFC 8018 section 5.2) or from a
 * secret that a passkey gives (HKDF, RFC 5869). Each record has a salt of its own and so a key of its own.
 */
import { type Bytes, subtle } from './subtle.ts';

/**
 * OWASP's password storage cheat sheet for PBKDF2 with HMAC-SHA-256 (2023) asks for the least. Below it, a record was
 * tampered with to make its passphrase easy to find out; above the most, to make the page hang.
 */
export const ROUNDS = { least: 600_000, most: 10_000_000 } as const;
export const SALT_BYTES = 32;
/** NIST SP 800-38D section 8.2.1; made at random, and used once because each record has its own key. */
export const NONCE_BYTES = 12;

const AES_GCM_256 = { name: 'AES-GCM', length: 256 } as const;
const PASSKEY_PURPOSE = 'repository-playground: key from passkey, 1';
const encoder = new TextEncoder();

export async function keyFromPassphrase(passphrase: Bytes, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const base = await subtle().importKey('raw', passphrase, 'PBKDF2', false, ['deriveKey']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  return subtle().deriveKey(algorithm, base, AES_GCM_256, false, ['encrypt', 'decrypt']);
}

export async function keyFromPasskey(secret: Bytes, salt: Bytes): Promise<CryptoKey> {
  const base = await subtle().importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info: encoder.encode(PASSKEY_PURPOSE) };
  return subtle().deriveKey(algorithm, base, AES_GCM_256, false, ['encrypt', 'decrypt']);
}

/** @param context what belongs to the secret and is not secret; unsealing needs the same */
export async function seal(key: CryptoKey, nonce: Bytes, context: Bytes, secret: Bytes): Promise<Bytes> {
  const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: context };
  return new Uint8Array(await subtle().encrypt(algorithm, key, secret));
}

/** The secret; undefined where the key is another one, or anything was changed. */
export async function unseal(
  key: CryptoKey,
  nonce: Bytes,
  context: Bytes,
  sealed: Bytes,
): Promise<Bytes | undefined> {
  try {
    const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: context };
    return new Uint8Array(await subtle().decrypt(algorithm, key, sealed));
  } catch {
    return undefined;
  }
}

/** Opens and writes encrypted PKCS#8 (src/tuf/crypto/pbes2.ts has its form) with what the browser has. */
import { scryptAsync } from '@noble/hashes/scrypt.js';
import {
  type Derivation,
  type EncryptedKey,
  encryptedPkcs8Pem,
  IV_BYTES,
  PBKDF2_ROUNDS,
  SALT_BYTES,
} from '../../tuf/crypto/pbes2.ts';
import { decryptAes192Cbc } from './aes-192.ts';
import { type Bytes, randomBytes, subtle, withSecret } from './subtle.ts';

const AES_256_BYTES = 32;

/** The private key, or undefined where the padding shows that the passphrase is wrong (or the file is damaged). */
export async function decryptPkcs8(parts: EncryptedKey, passphrase: Bytes): Promise<Bytes | undefined> {
  const { keyBytes, iv, encrypted } = parts;
  return withSecret(await derive(parts.derivation, passphrase, keyBytes), async (key) => {
    if (keyBytes === 24) return decryptAes192Cbc(key, iv, encrypted);
    const cipher = await subtle().importKey('raw', key, 'AES-CBC', false, ['decrypt']);
    try {
      const algorithm = { name: 'AES-CBC', iv: new Uint8Array(iv) };
      return new Uint8Array(await subtle().decrypt(algorithm, cipher, new Uint8Array(encrypted)));
    } catch {
      return undefined;
    }
  });
}

/** @param pkcs8 PrivateKeyInfo, DER */
export async function encryptPkcs8(pkcs8: Bytes, passphrase: Bytes): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const derivation = { kind: 'pbkdf2', hash: 'SHA-256', salt, rounds: PBKDF2_ROUNDS } as const;
  return withSecret(await derive(derivation, passphrase, AES_256_BYTES), async (key) => {
    const cipher = await subtle().importKey('raw', key, 'AES-CBC', false, ['encrypt']);
    const encrypted = await subtle().encrypt({ name: 'AES-CBC', iv }, cipher, pkcs8);
    return encryptedPkcs8Pem({ salt, iv, encrypted: new Uint8Array(encrypted) });
  });
}

async function derive(derivation: Derivation, passphrase: Bytes, keyBytes: number): Promise<Bytes> {
  if (derivation.kind === 'scrypt') {
    const { salt, N, r, p } = derivation;
    // The library gives way to the page every few milliseconds.
    return scryptAsync(passphrase, salt, { N, r, p, dkLen: keyBytes });
  }
  const { hash, salt, rounds } = derivation;
  const base = await subtle().importKey('raw', passphrase, 'PBKDF2', false, ['deriveBits']);
  const algorithm = { name: 'PBKDF2', hash, salt: new Uint8Array(salt), iterations: rounds };
  return new Uint8Array(await subtle().deriveBits(algorithm, base, 8 * keyBytes));
}

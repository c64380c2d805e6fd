/**
 * Encrypts a private key under a passphrase: PKCS#8 (RFC 5958) with PBES2 (RFC 8018: PBKDF2 with HMAC-SHA-256, then
 * AES-256-CBC), which OpenSSL, Python and Node all read. Node's own export does the same with 2,048 rounds of PBKDF2,
 * too few for keys that protect a repository for years, and offers no way to ask for more.
 */
import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { encryptedPkcs8Pem, IV_BYTES, PBKDF2_ROUNDS, SALT_BYTES } from '../tuf/crypto/pbes2.ts';

const KEY_BYTES = 32;

/** @param pkcs8 PrivateKeyInfo, DER */
export function encryptPkcs8(pkcs8: Uint8Array, passphrase: string): string {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const key = pbkdf2Sync(passphrase, salt, PBKDF2_ROUNDS, KEY_BYTES, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return encryptedPkcs8Pem({ salt, iv, encrypted: Buffer.concat([cipher.update(pkcs8), cipher.final()]) });
}

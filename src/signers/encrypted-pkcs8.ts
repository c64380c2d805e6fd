/**
 * Encrypts a private key under a passphrase: PKCS#8 (RFC 5958) with PBES2 (RFC 8018: PBKDF2 with HMAC-SHA-256, then
 * AES-256-CBC), which OpenSSL, Python and Node all read. Node's own export does the same with 2,048 rounds of PBKDF2,
 * too few for keys that protect a repository for years, and offers no way to ask for more.
 */
import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { fromHex } from '../tuf/crypto/index.ts';
import { encodePem } from '../tuf/crypto/pem.ts';

/** OWASP's password storage cheat sheet for PBKDF2 with HMAC-SHA-256 (2023). About 0.2 seconds. */
const ROUNDS = 600_000;
const SALT_BYTES = 16;
const IV_BYTES = 16;
const KEY_BYTES = 32;

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;

/** Whole object identifiers, tag and length included. */
const PBES2 = fromHex('06092a864886f70d01050d') ?? new Uint8Array();
const PBKDF2 = fromHex('06092a864886f70d01050c') ?? new Uint8Array();
const AES_256_CBC = fromHex('060960864801650304012a') ?? new Uint8Array();
/** hmacWithSHA256 with the NULL that belongs to it. */
const HMAC_SHA256 = fromHex('06082a864886f70d02090500') ?? new Uint8Array();

/** One DER element; contents up to 65,535 bytes. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.of(tag, ...size, ...content);
}

/** @param pkcs8 PrivateKeyInfo, DER */
export function encryptPkcs8(pkcs8: Uint8Array, passphrase: string): string {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, ROUNDS, KEY_BYTES, 'sha256'), iv);
  const encrypted = Buffer.concat([cipher.update(pkcs8), cipher.final()]);

  const rounds = Uint8Array.of(ROUNDS >> 16, (ROUNDS >> 8) & 0xff, ROUNDS & 0xff);
  const derivation = der(
    SEQUENCE,
    PBKDF2,
    der(SEQUENCE, der(OCTET_STRING, salt), der(INTEGER, rounds), der(SEQUENCE, HMAC_SHA256)),
  );
  const encryption = der(SEQUENCE, AES_256_CBC, der(OCTET_STRING, iv));
  const algorithm = der(SEQUENCE, PBES2, der(SEQUENCE, derivation, encryption));
  return encodePem('ENCRYPTED PRIVATE KEY', der(SEQUENCE, algorithm, der(OCTET_STRING, encrypted)));
}

/** New key pairs, and the file that a private key is kept in. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fromHex, type MlDsaSet } from '../tuf/crypto/index.ts';
import { encodePem } from '../tuf/crypto/pem.ts';
import type { Key } from '../tuf/key.ts';
import { own } from '../tuf/shape.ts';
import { encryptPkcs8 } from './encrypted-pkcs8.ts';
import { publicKeyOf } from './private-key.ts';
import { SignerError } from './signer.ts';

export const NEW_KEY_TYPES = ['ed25519', 'ecdsa-p256', 'rsa', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const;
export type NewKeyType = (typeof NEW_KEY_TYPES)[number];

/** Bits; 128-bit strength, as the other two kinds have it (NIST SP 800-57 part 1). */
const RSA_BITS = 3072;
/** Bytes; OpenSSL reads no longer one. */
const LONGEST_PASSPHRASE = 1000;

export interface NewKey {
  /** PKCS#8 PEM, encrypted if a passphrase was given. */
  readonly pem: string;
  readonly key: Key;
}

/** Makes a key pair. @throws SignerError where the passphrase is empty or too long */
export function generateKey(wanted: { readonly type: NewKeyType; readonly passphrase?: string }): NewKey {
  const { type, passphrase } = wanted;
  if (passphrase !== undefined && (passphrase === '' || Buffer.byteLength(passphrase) > LONGEST_PASSPHRASE)) {
    throw new SignerError(
      'passphrase-unusable',
      `A passphrase has 1 to ${LONGEST_PASSPHRASE} bytes. Choose another one.`,
    );
  }
  const privateKey = generatePrivateKey(type);
  const pkcs8 = pkcs8Of(privateKey);
  const pem = passphrase === undefined ? encodePem('PRIVATE KEY', pkcs8) : encryptPkcs8(pkcs8, passphrase);
  return { pem, key: publicKeyOf(privateKey, 'the new key') };
}

function generatePrivateKey(type: NewKeyType): KeyObject {
  switch (type) {
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
    case 'ecdsa-p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey;
    default:
      return generateMlDsa(type);
  }
}

function generateMlDsa(type: Extract<NewKeyType, MlDsaSet>): KeyObject {
  try {
    // One overload for each, all alike.
    return generateKeyPairSync(type as 'ml-dsa-44').privateKey;
  } catch (error) {
    const message = `This Node (${process.version}) makes no ${type} keys. Use Node 24.6 or later, as nodejs.org builds it.`;
    throw new SignerError('key-unsupported', message, { cause: error });
  }
}

/** Up to the seed: version, algorithm, and the octet string with the seed's own tag (RFC 9881 section 6). */
const ML_DSA_PKCS8: { readonly [type in MlDsaSet]: string } = {
  'ml-dsa-44': '3034020100300b060960864801650304031104228020',
  'ml-dsa-65': '3034020100300b060960864801650304031204228020',
  'ml-dsa-87': '3034020100300b060960864801650304031304228020',
};

/**
 * PKCS#8. Of ML-DSA keys only the seed is written, the form that RFC 9881 prefers: all libraries read it, and Python's
 * reads no other. Node itself writes the seed together with the expanded key.
 */
function pkcs8Of(privateKey: KeyObject): Uint8Array {
  const prefix = own(ML_DSA_PKCS8, privateKey.asymmetricKeyType ?? '');
  if (prefix === undefined) return privateKey.export({ type: 'pkcs8', format: 'der' });
  const { priv: seed } = privateKey.export({ format: 'jwk' }) as { readonly priv: string };
  return Uint8Array.of(...(fromHex(prefix) ?? []), ...Buffer.from(seed, 'base64url'));
}

/**
 * Writes a private key to a new file that only its owner may read, and makes the folders above it. A file that exists
 * is never overwritten: it may be the only copy of a key.
 * @throws SignerError
 */
export async function writePrivateKey(path: string, pem: string): Promise<void> {
  let file: FileHandle | undefined;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    file = await open(path, 'wx', 0o600);
    await file.writeFile(pem);
    await file.sync();
  } catch (error) {
    // Half a key is worse than none; without a handle the file at this path is not ours.
    if (file) await rm(path, { force: true });
    throw writeError(path, error);
  } finally {
    await file?.close();
  }
}

function writeError(path: string, error: unknown): SignerError {
  const { code = 'unknown error', syscall } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST' && syscall === 'open') {
    const message = `${path} exists already, and a private key is never overwritten. Choose another name.`;
    return new SignerError('file-exists', message, { cause: error });
  }
  const message = `The private key cannot be written to ${path} (${code}). Choose another place.`;
  return new SignerError('file-not-written', message, { cause: error });
}

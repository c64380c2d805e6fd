/**
 * Key pairs for secrets: each repository and each environment publishes a key to which a secret is sealed before it is
 * sent (libsodium's `crypto_box_seal`). https://docs.github.com/rest/guides/encrypting-secrets-for-the-rest-api
 */
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomInt,
} from 'node:crypto';
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { blake2b } from '@noble/hashes/blake2.js';
import type { Context } from './context.ts';
import { row, run } from './database.ts';
import type { Repository } from './repositories.ts';

export interface SecretKey {
  /** Digits, as GitHub's are. */
  readonly id: string;
  /** Base64 of 32 bytes. */
  readonly publicKey: string;
}

interface StoredKey {
  readonly id: string;
  /** PKCS#8 DER in base64. */
  readonly privateKey: string;
}

/** The key to which secrets of a scope are to be sealed, made when it is first asked for. */
export function secretKey(context: Context, repository: Repository, environmentId: number): SecretKey {
  const { id, privateKey } = storedKey(context, repository, environmentId);
  return { id, publicKey: rawPublicKey(privateKey).toString('base64') };
}

/** Opens a sealed box; undefined where it is not one for this scope's key. */
export function openBox(
  context: Context,
  repository: Repository,
  environmentId: number,
  box: Uint8Array,
): string | undefined {
  const { privateKey } = storedKey(context, repository, environmentId);
  try {
    const ephemeral = box.subarray(0, 32);
    const publicKey = createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(ephemeral).toString('base64url') },
    });
    const shared = diffieHellman({ privateKey: keyObject(privateKey), publicKey });
    const nonce = blake2b(Buffer.concat([ephemeral, rawPublicKey(privateKey)]), { dkLen: 24 });
    const opened = xsalsa20poly1305(boxKey(shared), nonce).decrypt(box.subarray(32));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(opened);
  } catch {
    return undefined;
  }
}

function storedKey(context: Context, repository: Repository, environmentId: number): StoredKey {
  const name = `secret-key ${repository.id} ${environmentId}`;
  const known = row<{ value: string }>(context.database, 'SELECT value FROM settings WHERE name = ?', name);
  if (known) return JSON.parse(known.value) as StoredKey;
  const { privateKey } = generateKeyPairSync('x25519');
  const made: StoredKey = {
    id: `${randomInt(10 ** 8, 10 ** 9)}${randomInt(10 ** 8, 10 ** 9)}`,
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
  run(context.database, 'INSERT INTO settings VALUES (?, ?)', name, JSON.stringify(made));
  return made;
}

function keyObject(privateKey: string) {
  return createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
}

function rawPublicKey(privateKey: string): Buffer {
  const { x = '' } = createPublicKey(keyObject(privateKey)).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}

/** HSalsa20 of the shared secret, as NaCl's `crypto_box_beforenm`. */
function boxKey(shared: Buffer): Uint8Array {
  const words = (bytes: Buffer) =>
    Uint32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(4 * index));
  const out = new Uint32Array(8);
  hsalsa(words(Buffer.from('expand 32-byte k')), words(shared), new Uint32Array(4), out);
  const key = Buffer.alloc(32);
  for (const [index, word] of out.entries()) key.writeUInt32LE(word, 4 * index);
  return key;
}

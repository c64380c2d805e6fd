/**
 * A private key while it is open. Ed25519 signs with noble, because not every browser has it; P-256 and RSA with
 * WebCrypto, which keeps them out of JavaScript's reach and signs in constant time.
 */
import { p256 } from '@noble/curves/nist.js';
import { getPublicKeyAsync, signAsync } from '@noble/ed25519';
import { toHex } from '../../tuf/crypto/hex.ts';
import { ed25519Pkcs8, type PrivateKey, p256Pkcs8, readPkcs8, rsaPkcs8 } from '../../tuf/crypto/pkcs8.ts';
import { importEd25519, importP256 } from '../../tuf/crypto/public-key.ts';
import { p256Der } from '../../tuf/crypto/signature-form.ts';
import { type Key, KeyError, keyFromSpki } from '../../tuf/key.ts';
import { verifySignature } from '../../tuf/signature.ts';
import { BrowserKeyError, type BrowserSigner } from './signer.ts';
import { type Bytes, randomBytes, subtle, withSecret } from './subtle.ts';

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ECDSA_SHA256 = { name: 'ECDSA', hash: 'SHA-256' } as const;
const RSA_PSS = { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 } as const;
const SEED_BYTES = 32;

/** What each kind of key does in its own way; the signature is as the algorithm makes it for TUF (DER for ECDSA). */
interface RawSigner {
  readonly spki: Uint8Array;
  sign(message: Bytes): Promise<Uint8Array | undefined>;
}

/** A new private key as PKCS#8. */
export async function generatePkcs8(type: 'ed25519' | 'ecdsa-p256'): Promise<Bytes> {
  if (type === 'ed25519') {
    return withSecret(randomBytes(SEED_BYTES), async (seed) => ed25519Pkcs8(seed));
  }
  const { privateKey } = await subtle().generateKey(ECDSA_P256, true, ['sign', 'verify']);
  const exported = new Uint8Array(await subtle().exportKey('pkcs8', privateKey));
  return withSecret(exported, async () => {
    const parts = readPkcs8(exported);
    if (!('scalar' in parts)) throw malformed();
    // Browsers differ in what they write around the key; this is the form that OpenSSL has.
    return p256Pkcs8(parts.scalar, p256.getPublicKey(parts.scalar, false));
  });
}

/**
 * Opens a private key for one use and overwrites it afterwards, whatever happens.
 * @param pkcs8 PrivateKeyInfo, DER; zeros afterwards
 * @throws BrowserKeyError, and what `use` throws
 */
export async function withPrivateKey<T>(
  pkcs8: Uint8Array,
  use: (signer: BrowserSigner) => Promise<T>,
): Promise<T> {
  return withSecret(pkcs8, async () => {
    const raw = await open(pkcs8);
    const key = publicKey(raw.spki);
    let closed = false;
    const refuseClosed = () => {
      if (closed) throw new BrowserKeyError('key-closed', 'The key was open for one use, and that is over.');
    };
    try {
      return await use({
        key,
        async sign(message) {
          refuseClosed();
          // A copy, so that what is verified is what was signed, whatever the caller does meanwhile.
          const bytes = new Uint8Array(message);
          const signature = toHex((await raw.sign(bytes)) ?? new Uint8Array());
          const check = await verifySignature(key, bytes, signature);
          refuseClosed();
          if (check.valid) return signature;
          throw new BrowserKeyError(
            'signing-failed',
            `The key made a signature that does not verify: ${check.reason}.`,
          );
        },
      });
    } finally {
      closed = true;
    }
  });
}

function malformed(cause?: unknown): BrowserKeyError {
  return new BrowserKeyError(
    'key-malformed',
    'The private key is damaged: its parts do not belong together.',
    { cause },
  );
}

function publicKey(spki: Uint8Array): Key {
  try {
    return keyFromSpki(spki);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    const code = error.code === 'key-invalid' ? 'key-malformed' : 'key-unsupported';
    throw new BrowserKeyError(code, error.message, { cause: error });
  }
}

async function open(pkcs8: Uint8Array): Promise<RawSigner> {
  const parts = readPkcs8(pkcs8);
  if ('status' in parts) {
    const { status, name, reason } = parts;
    throw status === 'invalid'
      ? new BrowserKeyError('key-malformed', `The private key cannot be read (${name}): ${reason}.`)
      : new BrowserKeyError('key-unsupported', `This key cannot sign: ${reason}. Use Ed25519, P-256 or RSA.`);
  }
  // Asked first: a page without WebCrypto is told that, and not that its key is damaged.
  subtle();
  switch (parts.algorithm) {
    case 'ed25519':
      return openEd25519(parts);
    case 'ecdsa-p256':
      return openP256(parts);
    case 'rsa-pss-sha256':
      return openRsa(parts);
  }
}

type Of<A extends PrivateKey['algorithm']> = Extract<PrivateKey, { algorithm: A }>;

async function openEd25519({ seed, claimed }: Of<'ed25519'>): Promise<RawSigner> {
  const point = await getPublicKeyAsync(seed);
  const imported = importEd25519(point);
  if (!imported.ok || !agrees(claimed, point)) throw malformed();
  return { spki: imported.key.spki, sign: (message) => signAsync(message, seed) };
}

async function openP256({ scalar, claimed }: Of<'ecdsa-p256'>): Promise<RawSigner> {
  const point = p256PublicKey(scalar);
  const imported = importP256(point);
  if (!imported.ok || !agrees(claimed, point)) throw malformed();
  // Written anew: browsers differ in which optional parts they read.
  const key = await importKey(p256Pkcs8(scalar, point), ECDSA_P256);
  return {
    spki: imported.key.spki,
    sign: async (message) => p256Der(new Uint8Array(await subtle().sign(ECDSA_SHA256, key, message))),
  };
}

function p256PublicKey(scalar: Uint8Array): Uint8Array {
  try {
    return p256.getPublicKey(scalar, false);
  } catch (error) {
    throw malformed(error);
  }
}

async function openRsa({ spki, rsaPrivateKey }: Of<'rsa-pss-sha256'>): Promise<RawSigner> {
  // Before the browser works with it: it says why small, huge and strange keys are refused.
  publicKey(spki);
  const key = await importKey(rsaPkcs8(rsaPrivateKey), RSA_PSS);
  return { spki, sign: async (message) => new Uint8Array(await subtle().sign(RSA_PSS, key, message)) };
}

/** A key that signs and cannot be read back; the bytes are overwritten. */
async function importKey(pkcs8: Bytes, algorithm: typeof ECDSA_P256 | typeof RSA_PSS): Promise<CryptoKey> {
  return withSecret(pkcs8, async () => {
    try {
      return await subtle().importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
    } catch (error) {
      throw malformed(error);
    }
  });
}

function agrees(claimed: Uint8Array | undefined, computed: Uint8Array): boolean {
  return claimed === undefined || toHex(claimed) === toHex(computed);
}

/**
 * Signatures made elsewhere, on a token or a machine without a network: the command that makes one over a file of the
 * exact bytes, and what was pasted, checked before it is taken.
 */
import { fromHex, toHex } from '../../tuf/crypto/index.ts';
import { p256Der } from '../../tuf/crypto/signature-form.ts';
import { classifyKey, type Key, KeyError, keyFromSpki } from '../../tuf/key.ts';
import { verifySignature } from '../../tuf/signature.ts';

/** What was pasted cannot be used. The message says what to do. */
export class PastedError extends Error {
  override readonly name = 'PastedError';
}

/** Characters; a signature by the largest key has 1,024 bytes. */
const LONGEST_PASTE = 10_000;

/** The OpenSSL command that signs a file with a key of this kind; the private key is named as `key.pem`. */
export function opensslCommand(key: Key | undefined, file: string): string {
  const support = key && classifyKey(key);
  const kind = support?.status === 'supported' ? support.algorithm : 'ed25519';
  const output = `openssl base64 -A`;
  switch (kind) {
    case 'ed25519':
      return `openssl pkeyutl -sign -rawin -inkey key.pem -in ${file} | ${output}`;
    case 'ecdsa-p256':
      return `openssl dgst -sha256 -sign key.pem ${file} | ${output}`;
    case 'rsa-pss-sha256':
      return `openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sign key.pem ${file} | ${output}`;
    default:
      // What such a key signs is not the file itself, or needs a service.
      return 'playground sign --comment';
  }
}

/**
 * The signature that was pasted, as metadata has it (lower-case hex; DER inside for ECDSA), if it verifies.
 * @param pasted hex or base64
 * @throws {PastedError}
 */
export async function pastedSignature(key: Key, message: Uint8Array, pasted: string): Promise<string> {
  if (pasted.trim() === '') throw new PastedError('Paste the signature, in hex or base64.');
  const readings = [fromHex(compact(pasted)), fromBase64(compact(pasted))].filter(
    (bytes) => bytes !== undefined && bytes.length > 0,
  );
  if (pasted.length > LONGEST_PASTE || readings.length === 0)
    throw new PastedError('This is neither hex nor base64. Paste the signature alone, without other text.');
  for (const bytes of readings) {
    if (!bytes) continue;
    for (const form of [bytes, derFromCompact(key, bytes)]) {
      if (form && (await verifySignature(key, message, toHex(form))).valid) return toHex(form);
    }
  }
  throw new PastedError(
    'This signature does not match the key and the bytes above. Sign the downloaded file as it is, with the key that is chosen here.',
  );
}

/**
 * The public key that was pasted: PEM, or 64 hex digits for Ed25519.
 * @throws {PastedError}
 */
export function pastedPublicKey(pasted: string): Key {
  const text = pasted.trim();
  if (text.includes('PRIVATE KEY')) {
    throw new PastedError(
      'This is a private key. It was not kept. Paste the public key only: `openssl pkey -in key.pem -pubout`.',
    );
  }
  if (/^[0-9a-fA-F]{64}$/.test(text)) {
    const key: Key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: text.toLowerCase() } };
    const support = classifyKey(key);
    if (support.status === 'supported') return key;
    throw new PastedError(`This Ed25519 key cannot be used: ${support.reason}.`);
  }
  try {
    return keyFromSpki(`${text.replaceAll('\r', '')}\n`);
  } catch (error) {
    if (error instanceof KeyError) throw new PastedError(error.message, { cause: error });
    throw error;
  }
}

function compact(text: string): string {
  return text.replace(/\s+/g, '');
}

function fromBase64(text: string): Uint8Array | undefined {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) return undefined;
  try {
    return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Tokens give ECDSA signatures as `r ‖ s`; metadata has them in DER. */
function derFromCompact(key: Key, bytes: Uint8Array): Uint8Array | undefined {
  const support = classifyKey(key);
  if (support.status !== 'supported' || support.algorithm !== 'ecdsa-p256' || bytes.length !== 64)
    return undefined;
  return p256Der(bytes);
}

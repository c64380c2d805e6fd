/**
 * A sealed box (libsodium's `crypto_box_seal`), the form in which GitHub takes secrets: only the holder of the private
 * key can open it, and the key that made it is thrown away. X25519, XSalsa20-Poly1305, and a nonce by BLAKE2b from both
 * public keys. https://doc.libsodium.org/public-key_cryptography/sealed_boxes
 */
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { blake2b } from '@noble/hashes/blake2.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 24;

/**
 * Seals a message.
 * @param publicKey 32 bytes; it comes from whoever answers as GitHub
 * @throws {Error} where it is no public key
 */
export function sealedBox(message: Uint8Array, publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== KEY_BYTES) throw new Error(`the public key has ${publicKey.length} bytes, not 32`);
  const own = x25519.keygen();
  try {
    const key = boxKey(x25519.getSharedSecret(own.secretKey, publicKey));
    const nonce = blake2b(Buffer.concat([own.publicKey, publicKey]), { dkLen: NONCE_BYTES });
    return Buffer.concat([own.publicKey, xsalsa20poly1305(key, nonce).encrypt(message)]);
  } finally {
    own.secretKey.fill(0);
  }
}

/** The first 16 bytes of a block, `expand 32-byte k` (Salsa20's constant), as little-endian words. */
const SIGMA = wordsOf(new TextEncoder().encode('expand 32-byte k'));

/** HSalsa20 of the shared secret with a zero input, as `crypto_box_beforenm` does. */
function boxKey(shared: Uint8Array): Uint8Array {
  const words = new Uint32Array(8);
  hsalsa(SIGMA, wordsOf(shared), new Uint32Array(4), words);
  const key = new Uint8Array(KEY_BYTES);
  const view = new DataView(key.buffer);
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
  return key;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true));
}

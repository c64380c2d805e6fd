/**
 * What a signature is made over. For most keys that is the canonical form of `signed` itself. ML-DSA keys sign 68 bytes
 * that stand for it (TAP 21, version 1), because tokens and cloud services take short messages only: the prefix keeps
 * them from passing for anything that the same key signs elsewhere.
 */
import { type Algorithm, sha512 } from './crypto/index.ts';

/** `tuf` and the version. */
const TAP21_PREFIX = Uint8Array.of(0x74, 0x75, 0x66, 1);

/**
 * The bytes to sign and to verify with a key of this algorithm. Every check and every signer goes through here.
 * @param canonical the canonical form of `signed`
 */
export function signedMessage(algorithm: Algorithm, canonical: Uint8Array): Uint8Array {
  if (!algorithm.startsWith('ml-dsa-')) return canonical;
  return Uint8Array.of(...TAP21_PREFIX, ...sha512(canonical));
}

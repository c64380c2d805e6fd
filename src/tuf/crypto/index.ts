/**
 * Hashes and signature checks for the TUF core. This is the one place where Node's own cryptography takes over from
 * the portable one; the tests hold the two to the same answers.
 */
import { nodeProvider } from './node.ts';
import type { CryptoProvider, HashAlgorithm, Hasher, PublicKey } from './provider.ts';
import { hasSignatureForm } from './signature-form.ts';

export { fromHex, toHex } from './hex.ts';
export type { Algorithm, HashAlgorithm, Hasher, MlDsaSet, PublicKey } from './provider.ts';
export { maxSignatureBytes } from './signature-form.ts';

/** The library in use. The portable one takes 20 ms to load, so Node does not load it at all. */
export const provider: CryptoProvider = nodeProvider() ?? (await import('./portable.ts')).portableProvider;

/** SHA-256; a string is hashed as UTF-8. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return provider.hash('sha256', data);
}

/** SHA-512; a string is hashed as UTF-8. */
export function sha512(data: Uint8Array | string): Uint8Array {
  return provider.hash('sha512', data);
}

/** A hash in lower-case hex, as metadata has it. */
export function hashHex(algorithm: HashAlgorithm, data: Uint8Array | string): string {
  return provider.hashHex(algorithm, data);
}

/** Hashes a stream piece by piece, for artifacts that need not fit into memory. */
export function createHasher(algorithm: HashAlgorithm): Hasher {
  return provider.createHasher(algorithm);
}

/**
 * Whether `signature` (raw bytes; DER for ECDSA) was made over `message` with this key. The answer comes at once
 * where the library allows it, so that thousands of checks in a row wait for nothing.
 */
export function verify(
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  by: CryptoProvider = provider,
): boolean | Promise<boolean> {
  return hasSignatureForm(key, signature) && by.verify(key, message, signature);
}

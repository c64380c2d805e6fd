/**
 * What the rest of the code asks of a cryptographic library, and nothing about which one it is. Two libraries stand
 * behind it: Node's own (fast) and a portable one (browsers). They must give the same answers.
 */

/** A public key that was checked at import (public-key.ts); `spki` is its one encoding, whatever the file had. */
export type PublicKey =
  | { readonly algorithm: 'ed25519'; readonly spki: Uint8Array; readonly point: Uint8Array }
  | { readonly algorithm: 'ecdsa-p256'; readonly spki: Uint8Array; readonly point: Uint8Array }
  | { readonly algorithm: 'rsa-pss-sha256'; readonly spki: Uint8Array; readonly modulusBits: number }
  | MlDsaKey;

/** The parameter sets of ML-DSA (FIPS 204 section 4). */
export type MlDsaSet = 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87';

export interface MlDsaKey {
  readonly algorithm: MlDsaSet;
  readonly spki: Uint8Array;
  /** The key as FIPS 204 encodes it (section 7.2). */
  readonly encoded: Uint8Array;
}

export type Algorithm = PublicKey['algorithm'];

export type HashAlgorithm = 'sha256' | 'sha512';

/** Hashes a stream piece by piece; `digest` ends it. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

export interface CryptoProvider {
  /** A string is hashed as UTF-8. */
  hash(algorithm: HashAlgorithm, data: Uint8Array | string): Uint8Array;
  /** The same in lower-case hex: Node makes the text five times as fast as we could from its bytes. */
  hashHex(algorithm: HashAlgorithm, data: Uint8Array | string): string;
  createHasher(algorithm: HashAlgorithm): Hasher;
  /** Whether 65 bytes are an uncompressed point of the curve P-256. */
  isP256Point(point: Uint8Array): boolean;
  /** The signature has passed `hasSignatureForm`. A promise only where the library gives no other way. */
  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
}

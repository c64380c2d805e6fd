/** The browser's own cryptography (WebCrypto), and how secrets are treated that pass through JavaScript. */
import { BrowserKeyError } from './signer.ts';

/** Bytes that WebCrypto takes without a copy. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** @throws BrowserKeyError on pages that were not loaded over https or from this machine */
export function subtle(): SubtleCrypto {
  const found: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (found) return found;
  throw new BrowserKeyError(
    'crypto-unavailable',
    'This page was loaded in a way that keeps it from the cryptography of the browser. Open it over https, or from http://localhost.',
  );
}

export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** Lets `use` have the secret bytes, and overwrites them when it is done, whatever happens. */
export async function withSecret<S extends Uint8Array, T>(
  secret: S,
  use: (secret: S) => Promise<T>,
): Promise<T> {
  try {
    return await use(secret);
  } finally {
    // Copies that the engine made are out of reach; this one is gone.
    secret.fill(0);
  }
}

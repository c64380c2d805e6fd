/**
 * ML-DSA (FIPS 204) where the platform has none, as browsers of 2026. The library is loaded when a key asks for it, so
 * that nobody else waits for it.
 */
import type { MlDsaKey } from './provider.ts';

/** Whether the signature, made with an empty context, is valid. Its length and that of the key have been checked. */
export async function verifyMlDsa(
  key: MlDsaKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { ml_dsa44, ml_dsa65, ml_dsa87 } = await import('@noble/post-quantum/ml-dsa.js');
  const sets = { 'ml-dsa-44': ml_dsa44, 'ml-dsa-65': ml_dsa65, 'ml-dsa-87': ml_dsa87 };
  return sets[key.algorithm].verify(signature, message, key.encoded);
}

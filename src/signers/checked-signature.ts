/**
 * What every signer does with a signature before it hands it out: tokens, agents and services can answer with another
 * key's signature, in another form, or over other bytes, and the person who waits should hear it here and not from a
 * pull request.
 */
import type { Key } from '../tuf/key.ts';
import { verifySignature } from '../tuf/signature.ts';
import { SignerError } from './signer.ts';

/**
 * The signature as metadata has it (lower-case hex), verified under `key`.
 * @param signature raw bytes; DER for ECDSA
 * @param what the signer in messages, such as `The ssh-agent`
 * @throws SignerError where it does not verify
 */
export async function checkedSignature(
  key: Key,
  message: Uint8Array,
  signature: Uint8Array,
  what: string,
): Promise<string> {
  const hex = Buffer.from(signature).toString('hex');
  const check = await verifySignature(key, message, hex);
  if (check.valid) return hex;
  throw new SignerError('signing-failed', `${what} made a signature that does not verify: ${check.reason}.`);
}

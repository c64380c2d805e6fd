/**
 * One signature by one key (specification section 4.2: `sig` is the hex of a signature over the canonical form of
 * `signed`). The answer says why a signature does not count; data from outside never makes it throw.
 */
import { fromHex, verify } from './crypto/index.ts';
import { classifyKey, type Key } from './key.ts';
import type { SignatureValue } from './metadata.ts';
import { signedMessage } from './signed-message.ts';
import { repeatsBundle, type SigstoreIdentity, sigstoreVerifier } from './sigstore.ts';

type SignatureProblem =
  | 'unsigned'
  | 'not-hex'
  | 'no-bundle'
  | 'unsupported-key'
  | 'weak-key'
  | 'invalid-key'
  | 'does-not-verify'
  | 'cannot-check';

export type SignatureCheck =
  | { readonly valid: true }
  | { readonly valid: false; readonly code: SignatureProblem; readonly reason: string };

const VALID: SignatureCheck = { valid: true };

function refuse(code: SignatureProblem, reason: string): SignatureCheck {
  return { valid: false, code, reason };
}

function answer(verified: boolean): SignatureCheck {
  return verified
    ? VALID
    : refuse('does-not-verify', 'the signature does not match this key and this content');
}

/**
 * Checks a signature.
 * @param message the bytes that are signed: the canonical form of `signed`
 * @param made what stands in the file, or its hex alone (DER inside for ECDSA); empty where the signer has not signed yet
 * @returns at once, or a promise where the answer comes later (RSA and ML-DSA in browsers, Sigstore); never rejects
 */
export function verifySignature(
  key: Key,
  message: Uint8Array,
  made: string | SignatureValue,
): SignatureCheck | Promise<SignatureCheck> {
  const value = typeof made === 'string' ? { sig: made } : made;
  if (value.sig === '') return refuse('unsigned', 'the signature is empty: not signed yet');
  const support = classifyKey(key);
  if (support.status !== 'supported') {
    return refuse(`${support.status}-key`, `the ${support.name} key cannot be used: ${support.reason}`);
  }
  if (support.algorithm === 'sigstore') return verifyBundled(support.identity, message, value);
  const signature = fromHex(value.sig);
  if (!signature) return refuse('not-hex', 'the signature is not hex digits in pairs');
  try {
    const verified = verify(support.publicKey, signedMessage(support.algorithm, message), signature);
    return typeof verified === 'boolean' ? answer(verified) : verified.then(answer, cannotCheck);
  } catch (error) {
    return cannotCheck(error);
  }
}

async function verifyBundled(
  identity: SigstoreIdentity,
  message: Uint8Array,
  { sig, bundle }: SignatureValue,
): Promise<SignatureCheck> {
  if (!bundle) return refuse('no-bundle', 'there is no Sigstore bundle with the signature');
  if (!repeatsBundle(sig, bundle))
    return refuse('does-not-verify', 'the signature is not the one in its Sigstore bundle');
  try {
    const verifier = await sigstoreVerifier();
    if (!verifier) return cannotCheck(new Error('Sigstore bundles are not checked here'));
    const problem = await verifier.check(identity, message, bundle);
    return problem === undefined ? VALID : refuse('does-not-verify', `the Sigstore bundle ${problem}`);
  } catch (error) {
    return cannotCheck(error);
  }
}

function cannotCheck(error: unknown): SignatureCheck {
  const cause = error instanceof Error ? error.message : String(error);
  return refuse('cannot-check', `the signature could not be checked: ${cause}`);
}

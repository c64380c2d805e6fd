/**
 * One signature by one key (specification section 4.2: `sig` is the hex of a signature over the canonical form of
 * `signed`). The answer says why a signature does not count; data from outside never makes it throw.
 */
import { fromHex, verify } from './crypto/index.ts';
import { classifyKey, type Key } from './key.ts';

type SignatureProblem =
  | 'unsigned'
  | 'not-hex'
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
 * @param sigHex hex; DER inside for ECDSA; empty where the signer has not signed yet
 * @returns at once, or a promise where the platform's cryptography answers later (RSA in browsers); never rejects
 */
export function verifySignature(
  key: Key,
  message: Uint8Array,
  sigHex: string,
): SignatureCheck | Promise<SignatureCheck> {
  if (sigHex === '') return refuse('unsigned', 'the signature is empty: not signed yet');
  const signature = fromHex(sigHex);
  if (!signature) return refuse('not-hex', 'the signature is not hex digits in pairs');
  const support = classifyKey(key);
  if (support.status !== 'supported') {
    return refuse(`${support.status}-key`, `the ${support.name} key cannot be used: ${support.reason}`);
  }
  try {
    const verified = verify(support.publicKey, message, signature);
    return typeof verified === 'boolean' ? answer(verified) : verified.then(answer, cannotCheck);
  } catch (error) {
    return cannotCheck(error);
  }
}

function cannotCheck(error: unknown): SignatureCheck {
  const cause = error instanceof Error ? error.message : String(error);
  return refuse('cannot-check', `the signature could not be checked: ${cause}`);
}

/** PKCS#11 mechanisms (signature algorithms) that make TUF's signatures. */
import { createHash } from 'node:crypto';
import pkcs11js, { type Mechanism } from 'pkcs11js';
import { type TokenAlgorithm, TokenError } from './token.ts';

/** CKM_EDDSA of PKCS#11 3.0, which pkcs11js does not name. */
const EDDSA = 0x1057;

export interface Prepared {
  readonly mechanism: Mechanism;
  /** The message, or its hash where the token hashes nothing. */
  readonly data: Uint8Array;
}

/**
 * How a token signs for TUF, of the ways that it knows. @param known its list of mechanisms
 * @throws TokenError where none of them fits
 */
export function mechanismFor(
  known: readonly number[],
  algorithm: TokenAlgorithm,
  message: Uint8Array,
): Prepared {
  const digest = () => createHash('sha256').update(message).digest();
  const pss = {
    type: pkcs11js.CK_PARAMS_RSA_PSS,
    hashAlg: pkcs11js.CKM_SHA256,
    mgf: pkcs11js.CKG_MGF1_SHA256,
    saltLen: 32,
  };
  const ways: { readonly [name in TokenAlgorithm]: readonly (readonly [number, () => Prepared])[] } = {
    ed25519: [[EDDSA, () => ({ mechanism: { mechanism: EDDSA }, data: message })]],
    'ecdsa-p256': [
      [pkcs11js.CKM_ECDSA, () => ({ mechanism: { mechanism: pkcs11js.CKM_ECDSA }, data: digest() })],
      [
        pkcs11js.CKM_ECDSA_SHA256,
        () => ({ mechanism: { mechanism: pkcs11js.CKM_ECDSA_SHA256 }, data: message }),
      ],
    ],
    'rsa-pss-sha256': [
      [
        pkcs11js.CKM_RSA_PKCS_PSS,
        () => ({ mechanism: { mechanism: pkcs11js.CKM_RSA_PKCS_PSS, parameter: pss }, data: digest() }),
      ],
      [
        pkcs11js.CKM_SHA256_RSA_PKCS_PSS,
        () => ({ mechanism: { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS_PSS, parameter: pss }, data: message }),
      ],
    ],
  };
  const [, prepare] = ways[algorithm].find(([mechanism]) => known.includes(mechanism)) ?? [];
  if (prepare) return prepare();
  throw new TokenError({ code: 'no-mechanism', detail: `the token makes no ${algorithm} signatures` });
}

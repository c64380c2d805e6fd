/**
 * The pairs of `keytype` and `scheme` (specification section 4.2, and what securesystemslib and the TAPs add), and
 * what this code does with each. What is not supported is still known by name, so that people are told what they have.
 */
import type { Algorithm } from './crypto/index.ts';
import { ED25519, type KeyProblem, ML_DSA, P256, RSA } from './crypto/public-key.ts';

const SUPPORTED: readonly (readonly [keytype: string, scheme: string, algorithm: Algorithm])[] = [
  ['ed25519', 'ed25519', 'ed25519'],
  ['ecdsa', 'ecdsa-sha2-nistp256', 'ecdsa-p256'],
  // The keytype that securesystemslib wrote before 2022; Sigstore's early roots have it.
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256', 'ecdsa-p256'],
  ['rsa', 'rsassa-pss-sha256', 'rsa-pss-sha256'],
  // TAP 21; the number after the slash is the version of what is signed (signed-message.ts).
  ['ml-dsa', 'ml-dsa-44/1', 'ml-dsa-44'],
  ['ml-dsa', 'ml-dsa-65/1', 'ml-dsa-65'],
  ['ml-dsa', 'ml-dsa-87/1', 'ml-dsa-87'],
];

const FEW_CLIENTS = 'only some clients verify it';

/** The first row whose expression matches `keytype scheme` gives the name and the reason. */
const RECOGNISED: readonly (readonly [pattern: RegExp, name: string, reason: string])[] = [
  [/^ecdsa(-sha2-nistp384)? ecdsa-sha2-nistp384$/, 'ECDSA P-384', FEW_CLIENTS],
  [/^ecdsa(-sha2-nistp521)? ecdsa-sha2-nistp521$/, 'ECDSA P-521', 'no widely used client verifies it'],
  [/^rsa rsassa-pss-/, `${RSA}-PSS with another hash than SHA-256`, FEW_CLIENTS],
  [/^rsa rsa-pkcs1v15-/, `${RSA} PKCS#1 v1.5`, FEW_CLIENTS],
  [/^\S* pgp\+|^gpg /, 'GPG', 'TUF clients do not verify GPG signatures'],
  [/^sigstore-oidc /, 'Sigstore identity', 'of its schemes only Fulcio is known'],
  [/^ml-dsa ml-dsa-(44|65|87)\/\d+$/, 'ML-DSA', 'of TAP 21 only version 1 is known'],
  [
    /^sk-|^\S* sk-/,
    'SSH security key',
    'its signatures cover more than the metadata, and TUF clients do not verify them',
  ],
  [
    /^webauthn|^\S* webauthn/,
    'WebAuthn',
    'its signatures cover more than the metadata, and TUF clients do not verify them',
  ],
  [/^sphincs /, 'SPHINCS+', 'only securesystemslib ever had it'],
];

/** How to read a key of this keytype and scheme, or why it cannot be used. */
export function schemeOf(keytype: string, scheme: string): Algorithm | KeyProblem {
  const supported = SUPPORTED.find((row) => row[0] === keytype && row[1] === scheme);
  if (supported) return supported[2];
  const pair = `${keytype} ${scheme}`;
  const [, name, reason] = RECOGNISED.find(([pattern]) => pattern.test(pair)) ?? [];
  if (name !== undefined && reason !== undefined) return { status: 'unsupported', name, reason };
  const shown = `${plainText(keytype)}/${plainText(scheme)}`;
  const known = [ED25519, P256, `${RSA}-PSS with SHA-256`, ...Object.values(ML_DSA)].join(', ');
  return {
    status: 'unsupported',
    name: shown,
    reason: `this keytype and scheme are unknown; supported are ${known}`,
  };
}

/** Names come from files that anyone may have written; only harmless characters of them reach a message. */
function plainText(name: string): string {
  return name.slice(0, 40).replace(/[^\w.@+/-]/g, '?');
}

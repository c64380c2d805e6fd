/**
 * Which keys this code verifies with, and which may be enrolled. Verification takes what stock clients take and real
 * repositories contain; new keys have one form for each kind.
 */
import { type Algorithm, fromHex, type PublicKey } from './crypto/index.ts';
import { decodePem, encodePem } from './crypto/pem.ts';
import {
  ED25519,
  type ImportedKey,
  importEd25519,
  importP256,
  importSpki,
  type KeyProblem,
  ML_DSA,
  P256,
  RSA,
} from './crypto/public-key.ts';
import type { Key } from './key-object.ts';
import { schemeOf } from './key-schemes.ts';
import { identityOf, SIGSTORE_KEYTYPE, SIGSTORE_SCHEME, type SigstoreIdentity } from './sigstore.ts';

export type KeySupport =
  | ({
      readonly status: 'supported';
      readonly name: string;
      readonly algorithm: Algorithm;
      readonly publicKey: PublicKey;
    } & Enrolable)
  | ({
      readonly status: 'supported';
      readonly name: string;
      /** No key of its own: certificates say who signed (sigstore.ts). */
      readonly algorithm: 'sigstore';
      readonly identity: SigstoreIdentity;
      readonly publicKey?: undefined;
    } & Enrolable)
  | KeyProblem;

/** Whether a new key may have this form; if not, it is accepted only where a repository already has it. */
type Enrolable = { readonly enrolable: true } | { readonly enrolable: false; readonly reason: string };

const ENROLABLE: Enrolable = { enrolable: true };

const SIGSTORE = 'Sigstore identity';

/** Characters of `keyval.public`; the longest real one, ML-DSA-87, has 3,600. */
const LONGEST_PUBLIC = 16_384;

const cache = new Map<string, KeySupport>();
const MOST_CACHED = 1000;

/**
 * What can be done with a key: verify (`supported`), or why not. Answers are kept by the key's content, since a
 * repository with thousands of bins asks about the same few keys each time.
 */
export function classifyKey(key: Key): KeySupport {
  if (key.keytype === SIGSTORE_KEYTYPE && key.scheme === SIGSTORE_SCHEME) return classifyIdentity(key);
  const text = key.keyval.public;
  if (text !== undefined && text.length > LONGEST_PUBLIC) {
    return {
      status: 'invalid',
      name: 'public key',
      reason: `it is longer than ${LONGEST_PUBLIC} characters`,
    };
  }
  const content = JSON.stringify([key.keytype, key.scheme, text]);
  const known = cache.get(content);
  if (known) return known;
  const support = classify(key.keytype, key.scheme, text);
  if (cache.size >= MOST_CACHED) cache.clear();
  cache.set(content, support);
  return support;
}

function classifyIdentity(key: Key): KeySupport {
  const identity = identityOf(key);
  if (!identity) {
    return {
      status: 'invalid',
      name: SIGSTORE,
      reason: 'keyval does not name an identity and the URL of an issuer',
    };
  }
  // A reviewer has to see whom the role trusts.
  const name = `${SIGSTORE} ${identity.identity} of ${identity.issuer}`;
  const more = Object.keys(key.keyval).length > 2;
  const form = more ? existingOnly('its keyval has more than identity and issuer') : ENROLABLE;
  return { status: 'supported', name, algorithm: 'sigstore', identity, ...form };
}

function classify(keytype: string, scheme: string, text: string | undefined): KeySupport {
  const algorithm = schemeOf(keytype, scheme);
  if (typeof algorithm === 'object') return algorithm;
  const family = FAMILY[algorithm];
  if (text === undefined) return { status: 'invalid', name: family, reason: 'keyval has no "public"' };

  const read = READERS[algorithm](text);
  if (!read) return { status: 'invalid', name: family, reason: UNREADABLE[algorithm] };
  const [imported, form] = read;
  if (!imported.ok) {
    const { status, name, reason } = imported.problem;
    if (name.startsWith(family)) return imported.problem;
    return {
      status: 'invalid',
      name: family,
      reason: status === 'unsupported' ? `it holds a key of another kind: ${name}` : reason,
    };
  }
  const publicKey = imported.key;
  if (publicKey.algorithm !== algorithm) {
    return {
      status: 'invalid',
      name: family,
      reason: `it holds a key of another kind: ${FAMILY[publicKey.algorithm]}`,
    };
  }
  const name = publicKey.algorithm === 'rsa-pss-sha256' ? `${RSA} ${publicKey.modulusBits} bits` : family;
  return { status: 'supported', name, algorithm, publicKey, ...form };
}

const FAMILY: { readonly [algorithm in Algorithm]: string } = {
  ed25519: ED25519,
  'ecdsa-p256': P256,
  'rsa-pss-sha256': RSA,
  ...ML_DSA,
};

const NOT_PEM = 'the public key is not PEM';

const UNREADABLE: { readonly [algorithm in Algorithm]: string } = {
  ed25519: 'the public key is neither 64 hex digits nor PEM',
  'ecdsa-p256': NOT_PEM,
  'rsa-pss-sha256': NOT_PEM,
  'ml-dsa-44': NOT_PEM,
  'ml-dsa-65': NOT_PEM,
  'ml-dsa-87': NOT_PEM,
};

type Reading = readonly [key: ImportedKey, form: Enrolable];

const READERS: { readonly [algorithm in Algorithm]: (text: string) => Reading | undefined } = {
  ed25519(text) {
    const point = fromHex(text);
    if (point) {
      const form = text === text.toLowerCase() ? ENROLABLE : existingOnly('its hex digits are upper case');
      return [importEd25519(point), form];
    }
    return readPem(text, existingOnly('of all clients only tuf-js reads Ed25519 keys in PEM form'));
  },
  'ecdsa-p256'(text) {
    const point = fromHex(text);
    if (point)
      return [importP256(point), existingOnly('the hex form of P-256 keys was given up; new keys are PEM')];
    return readPem(text, ENROLABLE);
  },
  'rsa-pss-sha256': (text) => readPem(text, ENROLABLE),
  'ml-dsa-44': (text) => readPem(text, ENROLABLE),
  'ml-dsa-65': (text) => readPem(text, ENROLABLE),
  'ml-dsa-87': (text) => readPem(text, ENROLABLE),
};

function existingOnly(reason: string): Enrolable {
  return { enrolable: false, reason };
}

function readPem(text: string, form: Enrolable): Reading | undefined {
  const block = decodePem(text);
  if (block?.label !== 'PUBLIC KEY') return undefined;
  const usual = encodePem(block.label, block.der);
  const isUsual = text === usual || `${text}\n` === usual;
  return [importSpki(block.der), isUsual ? form : existingOnly('its PEM is not wrapped as OpenSSL does it')];
}

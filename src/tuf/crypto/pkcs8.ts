/**
 * Private keys as PKCS#8 has them (RFC 5958; RFC 8410 for Ed25519, RFC 5915 for P-256, RFC 8017 for RSA). Only the
 * parts that make a signature and name the public key are read; nothing is computed here.
 */
import {
  type DerElement,
  OCTET_STRING,
  readElements,
  readOctets,
  readPositive,
  readSequence,
  SEQUENCE,
  writeBitString,
  writeElement,
  writeInteger,
} from './der.ts';
import { fromHex, toHex } from './hex.ts';
import { ED25519, importSpki, type KeyProblem, P256, RSA } from './public-key.ts';

export type PrivateKey =
  | {
      readonly algorithm: 'ed25519';
      readonly seed: Uint8Array;
      /** The public key that the file states beside the private one; nobody has compared the two. */
      readonly claimed: Uint8Array | undefined;
    }
  | {
      readonly algorithm: 'ecdsa-p256';
      readonly scalar: Uint8Array;
      readonly claimed: Uint8Array | undefined;
    }
  | {
      readonly algorithm: 'rsa-pss-sha256';
      /** The public half, which RSA private keys contain. */
      readonly spki: Uint8Array;
      /** RSAPrivateKey alone (RFC 8017 appendix A.1.2). */
      readonly rsaPrivateKey: Uint8Array;
    };

/** Contents of the AlgorithmIdentifier. */
const ALGORITHM = {
  ed25519: '06032b6570',
  p256: '06072a8648ce3d020106082a8648ce3d030107',
  rsa: '06092a864886f70d0101010500',
} as const;

const RSA_IDENTIFIER = writeElement(SEQUENCE, fromHex(ALGORITHM.rsa) ?? new Uint8Array());
const VERSION_0 = writeInteger(Uint8Array.of(0));
const SECRET_BYTES = 32;
const INTEGER = 0x02;
const ATTRIBUTES = 0xa0;
/** `[1] IMPLICIT BIT STRING` in PKCS#8, `[1] EXPLICIT` in ECPrivateKey. */
const PUBLIC_KEY = { pkcs8: 0x81, ec: 0xa1 } as const;
const EC_PARAMETERS = 0xa0;
/** version, n, e, d, p, q, d mod (p − 1), d mod (q − 1), q^−1 mod p: a key of two primes. */
const RSA_MEMBERS = 9;

function invalid(name: string, reason: string): KeyProblem {
  return { status: 'invalid', name, reason };
}

/** Reads a PrivateKeyInfo (OneAsymmetricKey). The parts are views of `der`: who overwrites that overwrites them. */
export function readPkcs8(der: Uint8Array): PrivateKey | KeyProblem {
  const members = readSequence(der) ?? [];
  const [version, algorithm, octets, ...optional] = members;
  const secret = readOctets(octets);
  const claimed = readOptional(optional);
  if (!isVersion(version, 0, 1) || algorithm?.tag !== SEQUENCE || !secret || claimed === 'malformed') {
    return invalid('private key', 'it is not a DER PrivateKeyInfo');
  }
  switch (toHex(algorithm.content)) {
    case ALGORITHM.ed25519:
      return readEd25519(secret, claimed);
    case ALGORITHM.p256:
      return readP256(secret);
    case ALGORITHM.rsa:
      return readRsa(secret);
    default:
      return refuseKind(algorithm);
  }
}

function isVersion(element: DerElement | undefined, ...versions: readonly number[]): boolean {
  const [version = -1, ...more] = element?.tag === INTEGER ? element.content : [];
  return more.length === 0 && versions.includes(version);
}

/** Attributes, which say nothing about signing, and the public key. */
function readOptional(optional: readonly DerElement[]): Uint8Array | undefined | 'malformed' {
  const [stated, ...more] = optional[0]?.tag === ATTRIBUTES ? optional.slice(1) : optional;
  if (!stated) return undefined;
  if (more.length > 0 || stated.tag !== PUBLIC_KEY.pkcs8 || stated.content[0] !== 0) return 'malformed';
  return stated.content.subarray(1);
}

function readEd25519(secret: Uint8Array, claimed: Uint8Array | undefined): PrivateKey | KeyProblem {
  const [inner, ...more] = readElements(secret) ?? [];
  const seed = readOctets(inner);
  if (seed?.length !== SECRET_BYTES || more.length > 0) {
    return invalid(ED25519, 'the private key is not encoded as RFC 8410 says');
  }
  return { algorithm: 'ed25519', seed, claimed };
}

function readP256(secret: Uint8Array): PrivateKey | KeyProblem {
  const [version, octets, ...optional] = readSequence(secret) ?? [];
  const scalar = readOctets(octets);
  const [stated, ...more] = optional[0]?.tag === EC_PARAMETERS ? optional.slice(1) : optional;
  const wrapped = stated?.tag === PUBLIC_KEY.ec ? (readElements(stated.content) ?? []) : [];
  const bits = wrapped[0];
  const claimed = bits && wrapped.length === 1 ? bitString(bits) : undefined;
  if (!isVersion(version, 1) || scalar?.length !== SECRET_BYTES || more.length > 0 || (stated && !claimed)) {
    return invalid(P256, 'the private key is not encoded as RFC 5915 says');
  }
  return { algorithm: 'ecdsa-p256', scalar, claimed };
}

function bitString({ content }: DerElement): Uint8Array | undefined {
  return content[0] === 0 ? content.subarray(1) : undefined;
}

function readRsa(secret: Uint8Array): PrivateKey | KeyProblem {
  const members = readSequence(secret) ?? [];
  const [version, ...numbers] = members;
  const [modulus, exponent] = numbers.map(readPositive);
  if (members.length !== RSA_MEMBERS || !isVersion(version, 0) || !modulus || !exponent) {
    return invalid(RSA, 'the private key is not encoded as RFC 8017 says for two primes');
  }
  const publicKey = writeElement(SEQUENCE, writeInteger(modulus), writeInteger(exponent));
  const spki = writeElement(SEQUENCE, RSA_IDENTIFIER, writeBitString(publicKey));
  return { algorithm: 'rsa-pss-sha256', spki, rsaPrivateKey: secret };
}

/** Kinds that nothing here signs with are known by name where their public keys are. */
function refuseKind(algorithm: DerElement): KeyProblem {
  const imported = importSpki(
    writeElement(SEQUENCE, writeElement(SEQUENCE, algorithm.content), writeBitString(new Uint8Array())),
  );
  return imported.ok ? invalid('private key', 'it is of an unknown kind') : imported.problem;
}

/** Whole but for the secret and the public key, as OpenSSL and Node write it. */
const TEMPLATE = {
  ed25519: fromHex('302e020100300506032b657004220420'),
  p256: fromHex('308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420'),
  p256Public: fromHex('a144034200'),
} as const;

/** The PrivateKeyInfo of an Ed25519 seed of 32 bytes, in the one form that OpenSSL and Node write. */
export function ed25519Pkcs8(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatenate(TEMPLATE.ed25519, seed);
}

/** The PrivateKeyInfo of a P-256 scalar of 32 bytes and its uncompressed point, as OpenSSL and Node write it. */
export function p256Pkcs8(scalar: Uint8Array, point: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatenate(TEMPLATE.p256, scalar, TEMPLATE.p256Public, point);
}

/** The PrivateKeyInfo of an RSAPrivateKey, without the attributes that some files have. */
export function rsaPkcs8(rsaPrivateKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const octets = writeElement(OCTET_STRING, rsaPrivateKey);
  const whole = writeElement(SEQUENCE, VERSION_0, RSA_IDENTIFIER, octets);
  octets.fill(0);
  return whole;
}

/** In one step, so that no part of a secret stays behind. */
function concatenate(...parts: readonly (Uint8Array | undefined)[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part ?? [], offset);
    offset += part?.length ?? 0;
  }
  return whole;
}

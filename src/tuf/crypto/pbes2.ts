/**
 * The form of private keys that are encrypted under a passphrase: EncryptedPrivateKeyInfo (RFC 5958 section 3) with
 * PBES2 (RFC 8018 appendix A.4), as OpenSSL, Python and Node write it. Only the form: the caller derives and decrypts
 * with what its platform has.
 */
import {
  type DerElement,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  readCount,
  readElements,
  readOctets,
  readSequence,
  SEQUENCE,
  writeElement,
  writeInteger,
} from './der.ts';
import { fromHex, toHex } from './hex.ts';
import { encodePem } from './pem.ts';

/** How the key for the cipher comes from the passphrase. */
export type Derivation =
  | {
      readonly kind: 'pbkdf2';
      readonly hash: 'SHA-1' | 'SHA-256' | 'SHA-512';
      readonly salt: Uint8Array;
      readonly rounds: number;
    }
  /** RFC 7914: cost N, block size r, parallelization p. */
  | {
      readonly kind: 'scrypt';
      readonly salt: Uint8Array;
      readonly N: number;
      readonly r: number;
      readonly p: number;
    };

export interface EncryptedKey {
  readonly derivation: Derivation;
  /** For AES in CBC mode. */
  readonly keyBytes: 16 | 24 | 32;
  readonly iv: Uint8Array;
  readonly encrypted: Uint8Array;
}

/** Why an encrypted key is not opened; `reason` is a whole sentence. */
export interface EncryptionProblem {
  readonly status: 'malformed' | 'unsupported';
  readonly reason: string;
}

/** OWASP's password storage cheat sheet for PBKDF2 with HMAC-SHA-256 (2023). About 0.2 seconds. */
export const PBKDF2_ROUNDS = 600_000;
export const SALT_BYTES = 16;
export const IV_BYTES = 16;

/**
 * A file says itself how much work it is to open, and a hostile one may say years. These are far above what any tool
 * sets on its own, and take a browser seconds.
 */
const MOST_ROUNDS = 10_000_000;
/** 128 · r · N; OpenSSL itself stops at half of it unless told otherwise. */
const MOST_SCRYPT_BYTES = 64 * 1024 * 1024;
/** N · r · p; OpenSSL sets 2^17. */
const MOST_SCRYPT_WORK = 2 ** 21;

/** Contents of object identifiers. */
const PBES2 = '2a864886f70d01050d';
const PBKDF2 = '2a864886f70d01050c';
const SCRYPT = '2b06010401da47040b';
const HMAC_SHA256 = '2a864886f70d0209';
const AES_256_CBC = '60864801650304012a';

const HASHES: ReadonlyMap<string, 'SHA-1' | 'SHA-256' | 'SHA-512'> = new Map([
  ['2a864886f70d0207', 'SHA-1'],
  [HMAC_SHA256, 'SHA-256'],
  ['2a864886f70d020b', 'SHA-512'],
]);
const CIPHERS: ReadonlyMap<string, 16 | 24 | 32> = new Map([
  ['608648016503040102', 16],
  ['608648016503040116', 24],
  [AES_256_CBC, 32],
]);

const NULL = '0500';
const AES_BLOCK = 16;
const HOW_TO_MEND = 'Write the file anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem';

class Refusal extends Error {
  readonly problem: EncryptionProblem;

  constructor(status: EncryptionProblem['status'], reason: string) {
    super(reason);
    this.problem = { status, reason };
  }
}

function malformed(): Refusal {
  return new Refusal('malformed', 'It is not a DER EncryptedPrivateKeyInfo.');
}

function unsupported(what: string): Refusal {
  return new Refusal('unsupported', `${what} ${HOW_TO_MEND}`);
}

/** Reads an EncryptedPrivateKeyInfo. Parameters that ask for an absurd amount of work are refused. */
export function readEncryptedPkcs8(der: Uint8Array): EncryptedKey | EncryptionProblem {
  try {
    return read(der);
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
}

function read(der: Uint8Array): EncryptedKey {
  const [algorithm, octets, ...more] = readSequence(der) ?? [];
  const encrypted = readOctets(octets);
  if (!encrypted || more.length > 0) throw malformed();
  const scheme = readAlgorithm(algorithm);
  if (scheme.oid !== PBES2) throw unsupported('It is encrypted in an old way that protects little.');

  const [derivation, cipher, ...others] = members(scheme.parameters);
  if (others.length > 0) throw malformed();
  const { keyBytes, iv } = readCipher(readAlgorithm(cipher));
  if (encrypted.length === 0 || encrypted.length % AES_BLOCK !== 0) throw malformed();
  return { derivation: readDerivation(readAlgorithm(derivation), keyBytes), keyBytes, iv, encrypted };
}

interface Algorithm {
  readonly oid: string;
  readonly parameters: DerElement | undefined;
}

function readAlgorithm(element: DerElement | undefined): Algorithm {
  const [kind, parameters, ...more] = members(element);
  if (kind?.tag !== OBJECT_IDENTIFIER || more.length > 0) throw malformed();
  return { oid: toHex(kind.content), parameters };
}

function members(element: DerElement | undefined): readonly DerElement[] {
  const elements = element?.tag === SEQUENCE ? readElements(element.content) : undefined;
  if (!elements) throw malformed();
  return elements;
}

function readCipher({ oid, parameters }: Algorithm): Pick<EncryptedKey, 'keyBytes' | 'iv'> {
  const keyBytes = CIPHERS.get(oid);
  if (!keyBytes) throw unsupported('It is encrypted with another cipher than AES-CBC.');
  const iv = readOctets(parameters);
  if (iv?.length !== IV_BYTES) throw malformed();
  return { keyBytes, iv };
}

function readDerivation({ oid, parameters }: Algorithm, keyBytes: number): Derivation {
  if (oid === PBKDF2) return readPbkdf2(members(parameters), keyBytes);
  if (oid === SCRYPT) return readScrypt(members(parameters), keyBytes);
  throw unsupported('Its key comes from the passphrase in another way than PBKDF2 or scrypt.');
}

/** PBKDF2-params: salt, rounds, the key's length where it is stated, the hash where it is not SHA-1. */
function readPbkdf2([salt, rounds, ...optional]: readonly DerElement[], keyBytes: number): Derivation {
  const [prf, ...more] = withoutKeyLength(optional, keyBytes);
  const count = readCount(rounds);
  const octets = readOctets(salt);
  if (!octets || count === undefined || more.length > 0) throw malformed();
  const hash = prf === undefined ? 'SHA-1' : readHash(readAlgorithm(prf));
  if (count > MOST_ROUNDS) {
    throw unsupported(
      `It asks for ${count} rounds of PBKDF2, and more than ${MOST_ROUNDS} are never computed here.`,
    );
  }
  return { kind: 'pbkdf2', hash, salt: octets, rounds: count };
}

function readHash({ oid, parameters }: Algorithm): 'SHA-1' | 'SHA-256' | 'SHA-512' {
  const hash = HASHES.get(oid);
  if (!hash)
    throw unsupported('Its key comes from the passphrase by another hash than SHA-1, SHA-256 or SHA-512.');
  if (parameters && toHex(Uint8Array.of(parameters.tag, parameters.content.length)) !== NULL)
    throw malformed();
  return hash;
}

/** scrypt-params (RFC 7914 section 7): salt, N, r, p, the key's length where it is stated. */
function readScrypt([salt, ...numbers]: readonly DerElement[], keyBytes: number): Derivation {
  const octets = readOctets(salt);
  const [N, r, p] = numbers.slice(0, 3).map(readCount);
  const more = withoutKeyLength(numbers.slice(3), keyBytes);
  if (!octets || !N || !r || !p || more.length > 0) throw malformed();
  if (128 * r * Math.max(N, p) > MOST_SCRYPT_BYTES || N * r * p > MOST_SCRYPT_WORK) {
    throw unsupported(
      `It asks for scrypt with N = ${N}, r = ${r}, p = ${p}, which is more than is ever computed here.`,
    );
  }
  if (N < 2 || !Number.isInteger(Math.log2(N))) throw malformed();
  return { kind: 'scrypt', salt: octets, N, r, p };
}

function withoutKeyLength(optional: readonly DerElement[], keyBytes: number): readonly DerElement[] {
  const stated = readCount(optional[0]);
  if (stated === undefined) return optional;
  if (stated !== keyBytes) throw malformed();
  return optional.slice(1);
}

/** What `playground` encrypts with: PBKDF2 with HMAC-SHA-256 and `PBKDF2_ROUNDS`, then AES-256-CBC. */
export function encryptedPkcs8Pem(parts: {
  readonly salt: Uint8Array;
  readonly iv: Uint8Array;
  readonly encrypted: Uint8Array;
}): string {
  const sequence = (...members: readonly Uint8Array[]) => writeElement(SEQUENCE, ...members);
  const octets = (bytes: Uint8Array) => writeElement(OCTET_STRING, bytes);
  const identifier = (oid: string) => writeElement(OBJECT_IDENTIFIER, bytesOf(oid));

  const rounds = writeInteger(bytesOf(PBKDF2_ROUNDS.toString(16).padStart(6, '0')));
  const hash = sequence(identifier(HMAC_SHA256), bytesOf(NULL));
  const derivation = sequence(identifier(PBKDF2), sequence(octets(parts.salt), rounds, hash));
  const cipher = sequence(identifier(AES_256_CBC), octets(parts.iv));
  const algorithm = sequence(identifier(PBES2), sequence(derivation, cipher));
  return encodePem('ENCRYPTED PRIVATE KEY', sequence(algorithm, octets(parts.encrypted)));
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array();
}

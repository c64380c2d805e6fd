/**
 * Private keys in OpenSSH's own form, which `ssh-keygen` writes unless told otherwise (PROTOCOL.key in OpenSSH's
 * sources): the public key, and the private one as it is or encrypted under a passphrase.
 */
import { createDecipheriv, createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { decodePem } from '../../tuf/crypto/pem.ts';
import {
  positive,
  readSshPublicKey,
  SshFormatError,
  type SshPublicKey,
  type SshReader,
  sshReader,
} from './wire.ts';

const LABEL = 'OPENSSH PRIVATE KEY';

const MAGIC = 'openssh-key-v1\0';
const NONE = 'none';
/** Bytes of key and initialisation vector, by OpenSSH's name for the cipher. */
const CIPHERS: ReadonlyMap<string, { readonly name: string; readonly key: number; readonly iv: number }> =
  new Map([
    ['aes256-ctr', { name: 'aes-256-ctr', key: 32, iv: 16 }],
    ['aes256-cbc', { name: 'aes-256-cbc', key: 32, iv: 16 }],
  ]);
/** ssh-keygen writes 16 to 24 unless told otherwise; each takes about 0.02 seconds here. */
const MOST_ROUNDS = 1000;

interface Envelope {
  readonly cipher: string;
  readonly kdf: string;
  readonly salt: Uint8Array;
  readonly rounds: number;
  readonly publicKey: SshPublicKey;
  readonly privatePart: Uint8Array;
}

/** Whether the text is said to be an OpenSSH private key. */
export function isOpenssh(pem: string): boolean {
  return pem.includes(`-----BEGIN ${LABEL}-----`);
}

/** Whether the text is an OpenSSH private key that needs a passphrase. */
export function isEncryptedOpenssh(pem: string): boolean {
  const envelope = isOpenssh(pem) ? readEnvelope(pem) : undefined;
  return envelope !== undefined && envelope.cipher !== NONE;
}

/**
 * Why the key cannot sign, and what to do: its kind or its encryption is not supported. Undefined where nothing is
 * known against it; the public key is readable without the passphrase, so this needs none.
 */
export function opensshProblem(pem: string): string | undefined {
  const envelope = isOpenssh(pem) ? readEnvelope(pem) : undefined;
  return envelope && problemOf(envelope);
}

/**
 * Reads the private key.
 * @returns why it cannot be used, as `opensshProblem` says it; undefined where the text is damaged or the passphrase
 * does not open it
 */
export async function readOpensshKey(
  pem: string,
  passphrase?: string,
): Promise<KeyObject | string | undefined> {
  const envelope = readEnvelope(pem);
  if (!envelope) return undefined;
  const problem = problemOf(envelope);
  if (problem !== undefined) return problem;
  try {
    const plain = await decrypt(envelope, passphrase);
    return plain && readPrivatePart(plain);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') throw error;
    // What is damaged, and numbers that are no key, have errors of many kinds; none helps a person.
    return undefined;
  }
}

/** Undefined where the text is damaged. */
function readEnvelope(pem: string): Envelope | undefined {
  const block = decodePem(pem);
  if (block?.label !== LABEL) return undefined;
  const magic = Buffer.from(block.der.subarray(0, MAGIC.length)).toString('latin1');
  if (magic !== MAGIC) return undefined;
  try {
    const reader = sshReader(block.der.subarray(MAGIC.length));
    const [cipher, kdf] = [reader.name(), reader.name()];
    const options = readOptions(reader.string());
    if (reader.uint32() !== 1) return undefined;
    const publicKey = readSshPublicKey(reader.string());
    return { cipher, kdf, ...options, publicKey, privatePart: reader.string() };
  } catch {
    return undefined;
  }
}

/** Of bcrypt; without encryption there are none. */
function readOptions(bytes: Uint8Array): Pick<Envelope, 'salt' | 'rounds'> {
  if (bytes.length === 0) return { salt: bytes, rounds: 0 };
  const reader = sshReader(bytes);
  return { salt: reader.string(), rounds: reader.uint32() };
}

function problemOf({ publicKey, cipher, kdf, rounds }: Envelope): string | undefined {
  if (publicKey.problem !== undefined) {
    const problem = publicKey.problem.replace(/\.$/, '');
    return `it is of type ${publicKey.type}, and ${problem}. Make a key that can sign: ssh-keygen -t ed25519`;
  }
  if (cipher === NONE && kdf === NONE) return undefined;
  if (!CIPHERS.has(cipher) || kdf !== 'bcrypt') {
    return `it is encrypted with ${cipher}, which is not supported. Change that, and keep the passphrase: ssh-keygen -p -Z aes256-ctr -f <key file>`;
  }
  if (rounds <= MOST_ROUNDS) return undefined;
  return `its passphrase goes through ${rounds} rounds of bcrypt, which takes too long here. Let ssh-agent open it: ssh-add <key file>; then sign with ssh-agent: instead of the file`;
}

async function decrypt(envelope: Envelope, passphrase: string | undefined): Promise<Uint8Array | undefined> {
  const cipher = CIPHERS.get(envelope.cipher);
  if (!cipher) return envelope.privatePart;
  const { salt, rounds } = envelope;
  const secret = Buffer.from(passphrase ?? '', 'utf8');
  const derived = Buffer.alloc(cipher.key + cipher.iv);
  const { pbkdf } = await import('../libraries/bcrypt.ts');
  const status = pbkdf(secret, secret.length, salt, salt.length, derived, derived.length, rounds);
  if (status !== 0) return undefined;
  const key = derived.subarray(0, cipher.key);
  const decipher = createDecipheriv(cipher.name, key, derived.subarray(cipher.key)).setAutoPadding(false);
  return Buffer.concat([decipher.update(envelope.privatePart), decipher.final()]);
}

/** Starts with the same random number twice, by which a wrong passphrase is known. */
function readPrivatePart(plain: Uint8Array): KeyObject | undefined {
  const reader = sshReader(plain);
  const [first, second] = [reader.uint32(), reader.uint32()];
  if (first !== second) return undefined;
  const key = createPrivateKey({ key: readJwk(reader), format: 'jwk' });
  reader.string(); // the comment
  const padding = reader.rest();
  return padding.every((byte, index) => byte === index + 1) ? key : undefined;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

function readJwk(reader: SshReader): JsonWebKey {
  const type = reader.name();
  switch (type) {
    case 'ssh-ed25519': {
      const x = base64(reader.string());
      return { kty: 'OKP', crv: 'Ed25519', x, d: base64(reader.string().subarray(0, 32)) };
    }
    case 'ecdsa-sha2-nistp256': {
      reader.name(); // the curve
      const point = reader.string();
      const [x, y] = [base64(point.subarray(1, 33)), base64(point.subarray(33))];
      return { kty: 'EC', crv: 'P-256', x, y, d: base64(padded(positive(reader.string()), 32)) };
    }
    case 'ssh-rsa': {
      const [n, e, d, qi, p, q] = [1, 2, 3, 4, 5, 6].map(() => positive(reader.string()));
      if (!n || !e || !d || !qi || !p || !q) throw new SshFormatError('a number is missing');
      const [dp, dq] = [p, q].map((prime) => base64(bytesOf(toBigInt(d) % (toBigInt(prime) - 1n))));
      const [first, second] = [base64(p), base64(q)];
      const rest = { qi: base64(qi), ...(dp && dq ? { dp, dq } : {}) };
      return { kty: 'RSA', n: base64(n), e: base64(e), d: base64(d), p: first, q: second, ...rest };
    }
    default:
      throw new SshFormatError(`a private key of type ${type}`);
  }
}

function padded(number: Uint8Array, length: number): Uint8Array {
  return Buffer.concat([Buffer.alloc(Math.max(0, length - number.length)), number]);
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function bytesOf(number: bigint): Uint8Array {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

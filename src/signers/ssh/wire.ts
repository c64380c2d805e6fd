/**
 * SSH's binary form (RFC 4251 section 5) and public keys in it (RFC 4253 section 6.6, RFC 5656, RFC 8709), for the
 * agent and for OpenSSH's private key files.
 */
import { createHash } from 'node:crypto';
import { type Key, KeyError, keyFromSpki } from '../../tuf/key.ts';
import { ed25519Spki, p256Spki, rsaSpki } from '../spki.ts';

/** Bytes that are not in SSH's form. */
export class SshFormatError extends Error {
  override readonly name = 'SshFormatError';
  readonly code = 'ssh-format';
}

export interface SshReader {
  byte(): number;
  uint32(): number;
  /** A length and that many bytes. */
  string(): Uint8Array;
  /** A string of printable ASCII: names of algorithms and ciphers. */
  name(): string;
  /** What is left; the reader is at its end after it. */
  rest(): Uint8Array;
}

/** Reads one value after the other; every method throws SshFormatError where there is less than it needs. */
export function sshReader(bytes: Uint8Array): SshReader {
  let offset = 0;
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - offset) throw new SshFormatError('the bytes end in the middle of a value');
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  const uint32 = () => take(4).reduce((sum, byte) => sum * 256 + byte, 0);
  const string = () => take(uint32());
  return {
    byte: () => take(1)[0] ?? 0,
    uint32,
    string,
    name: () => {
      const text = Buffer.from(string()).toString('latin1');
      if (!/^[!-~]{1,64}$/.test(text)) throw new SshFormatError('a name is not printable ASCII');
      return text;
    },
    rest: () => take(bytes.length - offset),
  };
}

export function sshUint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

export function sshString(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([sshUint32(bytes.length), bytes]);
}

/** The bytes of a positive number without leading zeros. @throws SshFormatError */
export function positive(number: Uint8Array): Uint8Array {
  const start = number.findIndex((byte) => byte !== 0);
  if (start === -1 || (number[0] ?? 0) >= 0x80) throw new SshFormatError('a number is not positive');
  return number.subarray(start);
}

/** A public key in SSH's form. `problem` says why it cannot be a TUF key; then there is no `key`. */
export type SshPublicKey = { readonly type: string; readonly fingerprint: string } & (
  | { readonly key: Key; readonly problem?: never }
  | { readonly key?: never; readonly problem: string }
);

/** `SHA256:` and base64 without padding, as `ssh-add -l` and `ssh-keygen -l` show it. */
function sshFingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;
}

const SECURITY_KEY =
  'a security key (sk-) signs a structure of its own around the content, which no TUF client verifies';
const CERTIFICATE = 'it is an SSH certificate; the plain key beside it is what signs';

/** @throws SshFormatError where the bytes are no SSH public key at all */
export function readSshPublicKey(blob: Uint8Array): SshPublicKey {
  const type = sshReader(blob).name();
  const fingerprint = sshFingerprint(blob);
  if (/-cert-v\d\d@openssh\.com$/.test(type)) return { type, fingerprint, problem: CERTIFICATE };
  if (type.startsWith('sk-')) return { type, fingerprint, problem: SECURITY_KEY };
  const spki = spkiOf(blob);
  if (!spki) return { type, fingerprint, problem: `${type} keys are not supported` };
  try {
    return { type, fingerprint, key: keyFromSpki(spki) };
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return { type, fingerprint, problem: error.message };
  }
}

/**
 * The key in a line of OpenSSH's public form, `type base64 comment` (sshd(8), AUTHORIZED_KEYS); undefined where the line
 * holds none that could sign for TUF.
 */
export function keyOfPublicLine(line: string): Key | undefined {
  const [, base64 = ''] = /^\S+ ([A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(line) ?? [];
  try {
    return readSshPublicKey(Buffer.from(base64, 'base64')).key;
  } catch (error) {
    if (error instanceof SshFormatError) return undefined;
    throw error;
  }
}

function spkiOf(blob: Uint8Array): Uint8Array | undefined {
  const reader = sshReader(blob);
  switch (reader.name()) {
    case 'ssh-ed25519':
      return ed25519Spki(last(reader, reader.string()));
    case 'ecdsa-sha2-nistp256':
      if (reader.name() !== 'nistp256') throw new SshFormatError('the curve is not the one of the key type');
      return p256Spki(last(reader, reader.string()));
    case 'ssh-rsa': {
      const exponent = positive(reader.string());
      return rsaSpki(positive(last(reader, reader.string())), exponent);
    }
    default:
      return undefined;
  }
}

/** The value, where nothing follows it. @throws SshFormatError */
function last(reader: SshReader, value: Uint8Array): Uint8Array {
  if (reader.rest().length > 0) throw new SshFormatError('bytes follow after the end of the key');
  return value;
}

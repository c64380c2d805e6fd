/**
 * A stored key as it lies in the database, where every page of the same origin can read and write. So a record is
 * checked in all parts when it is read, and what is not secret in it is bound to what is: nothing can be changed, and
 * no two records swapped, without the key ceasing to open.
 */

import { toHex } from '../../tuf/crypto/hex.ts';
import type { Json } from '../../tuf/json.ts';
import { classifyKey, type Key, KeyError, keyFromSpki, parseKey } from '../../tuf/key.ts';
import { NONCE_BYTES, ROUNDS, SALT_BYTES } from './sealing.ts';
import type { Bytes } from './subtle.ts';

export type Protection =
  | { readonly kind: 'passphrase'; readonly salt: Bytes; readonly rounds: number }
  /** `salt` goes to the authenticator (PRF) and into HKDF. */
  | { readonly kind: 'passkey'; readonly salt: Bytes; readonly credentialId: Bytes };

/** What is known without opening the key. */
export interface RecordHead {
  readonly format: 1;
  /** 32 hex digits, at random. */
  readonly id: string;
  readonly label: string;
  readonly key: Key;
  readonly created: string;
  readonly protection: Protection;
}

export interface KeyRecord extends RecordHead {
  readonly nonce: Bytes;
  /** PKCS#8 under AES-256-GCM. */
  readonly sealed: Bytes;
}

const ID = /^[0-9a-f]{32}$/;
/** Characters. */
const LONGEST_LABEL = 100;
/** What breaks lines or turns them around, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
/** Bytes; WebAuthn level 3 section 4: at most 1023. */
const LONGEST_CREDENTIAL_ID = 1023;
/** Bytes; P-256 keys need 154. */
const LONGEST_SEALED = 1024;

export function isLabel(label: string): boolean {
  return label.trim() !== '' && label.length <= LONGEST_LABEL && !UNPRINTABLE.test(label);
}

/** What the encryption binds to the private key: all of the head, and the place it belongs to. */
export function sealingContext(namespace: string, head: RecordHead): Bytes {
  const { format, id, label, key, created, protection } = head;
  const fields = [
    protection.kind,
    toHex(protection.salt),
    protection.kind === 'passphrase' ? protection.rounds : toHex(protection.credentialId),
  ];
  const content = ['repository-playground: browser key', format, namespace, id, label, key, created, fields];
  return new TextEncoder().encode(JSON.stringify(content));
}

/** The record, if it is one that this code may have written; undefined for anything else. */
export function readRecord(value: unknown): KeyRecord | undefined {
  if (!isObject(value) || value.format !== 1) return undefined;
  const { id, label, created, nonce, sealed } = value;
  const protection = readProtection(value.protection);
  const key = readKey(value.key);
  if (typeof id !== 'string' || !ID.test(id)) return undefined;
  if (typeof label !== 'string' || !isLabel(label)) return undefined;
  if (typeof created !== 'string' || !isTime(created)) return undefined;
  if (!isBytes(nonce, NONCE_BYTES, NONCE_BYTES) || !isBytes(sealed, 1, LONGEST_SEALED)) return undefined;
  if (!protection || !key) return undefined;
  return { format: 1, id, label, key, created, protection, nonce, sealed };
}

function readProtection(value: unknown): Protection | undefined {
  if (!isObject(value) || !isBytes(value.salt, SALT_BYTES, SALT_BYTES)) return undefined;
  const { kind, salt, rounds, credentialId } = value;
  if (kind === 'passphrase' && typeof rounds === 'number' && Number.isInteger(rounds)) {
    return rounds >= ROUNDS.least && rounds <= ROUNDS.most ? { kind, salt, rounds } : undefined;
  }
  if (kind === 'passkey' && isBytes(credentialId, 1, LONGEST_CREDENTIAL_ID)) {
    return { kind, salt, credentialId };
  }
  return undefined;
}

/** A public key in the one form that this code writes. */
function readKey(value: unknown): Key | undefined {
  try {
    const support = classifyKey(parseKey(value as Json, 'key'));
    if (support.status !== 'supported' || !support.publicKey) return undefined;
    const key = keyFromSpki(support.publicKey.spki);
    return JSON.stringify(key) === JSON.stringify(value) ? key : undefined;
  } catch (error) {
    if (error instanceof KeyError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isBytes(value: unknown, least: number, most: number): value is Bytes {
  return value instanceof Uint8Array && value.length >= least && value.length <= most;
}

function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}

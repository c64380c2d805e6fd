/** The signer's keys in this browser: kept in IndexedDB, only encrypted, and opened for one use at a time. */
import { toHex } from '../../tuf/crypto/hex.ts';
import type { Key } from '../../tuf/key.ts';
import { type Database, openDatabase } from './database.ts';
import { encryptPkcs8 } from './encrypted-pkcs8.ts';
import { createPasskey, forgetPasskey, openPasskey } from './passkey.ts';
import { bytesAsTyped, checkNewPassphrase, normalisedBytes } from './passphrase.ts';
import { generatePkcs8, withPrivateKey } from './private-key.ts';
import { isLabel, type KeyRecord, type Protection, readRecord, sealingContext } from './record.ts';
import {
  keyFromPasskey,
  keyFromPassphrase,
  NONCE_BYTES,
  ROUNDS,
  SALT_BYTES,
  seal,
  unseal,
} from './sealing.ts';
import { BrowserKeyError, type BrowserSigner } from './signer.ts';
import { type Bytes, randomBytes, subtle, withSecret } from './subtle.ts';

export { passkeysAvailable } from './passkey.ts';
export { SHORTEST_PASSPHRASE } from './passphrase.ts';

export interface StoredKey {
  /** Random; no keyid. */
  readonly id: string;
  /** The name that the person gave the key. */
  readonly label: string;
  readonly key: Key;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly protection: 'passphrase' | 'passkey';
}

/** What opens a stored key. */
export type KeySecret = { readonly passphrase: string } | { readonly passkey: true };

export interface NewStoredKey {
  readonly type: 'ed25519' | 'ecdsa-p256';
  /** 1 to 100 characters. */
  readonly label: string;
  readonly protection:
    | { readonly kind: 'passphrase'; readonly passphrase: string }
    | { readonly kind: 'passkey' };
}

/** All methods throw BrowserKeyError. */
export interface KeyStore {
  /** Oldest first. Records that are not as this code writes them are left out; see `damaged`. */
  list(): Promise<readonly StoredKey[]>;
  /** Ids of records that something else than this code wrote or changed; `remove` takes them away. */
  damaged(): Promise<readonly string[]>;
  create(wanted: NewStoredKey): Promise<StoredKey>;
  /** Opens the key, lets `use` sign with it, and forgets it again, whatever happens. */
  withKey<T>(id: string, secret: KeySecret, use: (signer: BrowserSigner) => Promise<T>): Promise<T>;
  /**
   * The private key as encrypted PKCS#8 PEM, which `playground` (`file2:`) and OpenSSL read: a backup. The new
   * passphrase goes in as it is typed, byte for byte.
   */
  exportPem(id: string, secret: KeySecret, newPassphrase: string): Promise<string>;
  /** Nothing happens where there is no such key. */
  remove(id: string): Promise<void>;
  /** Whether the browser promised to keep the keys; else it may drop them when it is short of room. */
  persistent(): Promise<boolean>;
}

/**
 * Opens the keys of one namespace: the repository, as `owner/name`. All pages of an origin share one database, and the
 * namespaces keep their keys apart for people, not from attackers.
 * @throws BrowserKeyError where the browser stores nothing
 */
export async function openKeyStore(namespace: string): Promise<KeyStore> {
  const database = await openDatabase(`repository-playground keys ${namespace}`);
  const open = <T>(id: string, secret: KeySecret, use: (pkcs8: Bytes) => Promise<T>) =>
    withPkcs8(database, namespace, { id, secret }, use);
  return {
    async list() {
      const records = (await database.all()).map(readRecord).filter((record) => record !== undefined);
      return records.map(withoutSecrets).sort((a, b) => a.created.localeCompare(b.created));
    },

    async damaged() {
      const values = (await database.all()) as readonly { readonly id: unknown }[];
      return values
        .flatMap((value) => (readRecord(value) ? [] : [value.id]))
        .filter((id) => typeof id === 'string');
    },

    create: (wanted) => createKey(database, namespace, wanted),

    withKey: (id, secret, use) => open(id, secret, (pkcs8) => withPrivateKey(pkcs8, use)),

    async exportPem(id, secret, newPassphrase) {
      checkNewPassphrase(newPassphrase);
      return open(id, secret, (pkcs8) =>
        withSecret(bytesAsTyped(newPassphrase), (passphrase) => encryptPkcs8(pkcs8, passphrase)),
      );
    },

    async remove(id) {
      const record = readRecord(await database.get(id));
      await database.remove(id);
      if (record?.protection.kind === 'passkey') await forgetPasskey(record.protection.credentialId);
    },

    persistent: async () => (await navigator.storage?.persisted?.()) ?? false,
  };
}

function withoutSecrets({ id, label, key, created, protection }: KeyRecord): StoredKey {
  return { id, label, key, created, protection: protection.kind };
}

async function createKey(database: Database, namespace: string, wanted: NewStoredKey): Promise<StoredKey> {
  const label = wanted.label.trim();
  if (!isLabel(label)) {
    const message = 'The name of a key has 1 to 100 characters on one line. Choose another one.';
    throw new BrowserKeyError('label-unusable', message);
  }
  subtle();
  // Not waited for: some browsers ask the person, and the key is made whatever they answer.
  navigator.storage?.persist?.().catch(() => undefined);
  const { protection, key: sealingKey } = await newProtection(wanted.protection, `${label} (${namespace})`);
  try {
    const record = await withSecret(await generatePkcs8(wanted.type), async (pkcs8) => {
      const key = await withPrivateKey(pkcs8.slice(), async (signer) => signer.key);
      const id = toHex(randomBytes(16));
      const head = { format: 1, id, label, key, created: new Date().toISOString(), protection } as const;
      const nonce = randomBytes(NONCE_BYTES);
      return {
        ...head,
        nonce,
        sealed: await seal(sealingKey, nonce, sealingContext(namespace, head), pkcs8),
      };
    });
    await database.add(record);
    return withoutSecrets(record);
  } catch (error) {
    if (protection.kind === 'passkey') await forgetPasskey(protection.credentialId);
    throw error;
  }
}

async function newProtection(
  wanted: NewStoredKey['protection'],
  name: string,
): Promise<{ readonly protection: Protection; readonly key: CryptoKey }> {
  if (wanted.kind === 'passkey') {
    const { credentialId, salt, secret } = await createPasskey(name);
    const key = await withSecret(secret, (bytes) => keyFromPasskey(bytes, salt));
    return { protection: { kind: 'passkey', salt, credentialId }, key };
  }
  checkNewPassphrase(wanted.passphrase);
  const salt = randomBytes(SALT_BYTES);
  const rounds = ROUNDS.least;
  const key = await withSecret(normalisedBytes(wanted.passphrase), (bytes) =>
    keyFromPassphrase(bytes, salt, rounds),
  );
  return { protection: { kind: 'passphrase', salt, rounds }, key };
}

async function withPkcs8<T>(
  database: Database,
  namespace: string,
  { id, secret }: { readonly id: string; readonly secret: KeySecret },
  use: (pkcs8: Bytes) => Promise<T>,
): Promise<T> {
  const stored = await database.get(id);
  if (stored === undefined) {
    const message = 'The key is not in this browser any more. Choose another one, or enrol a new key.';
    throw new BrowserKeyError('key-missing', message);
  }
  const record = readRecord(stored);
  if (!record) throw damaged();
  const key = await sealingKeyOf(record.protection, secret);
  const pkcs8 = await unseal(key, record.nonce, sealingContext(namespace, record), record.sealed);
  if (pkcs8) return withSecret(pkcs8, use);
  // The cipher cannot tell the two apart. With a passkey, the secret is always the right one.
  if (record.protection.kind === 'passkey') throw damaged();
  throw new BrowserKeyError(
    'passphrase-wrong',
    'The passphrase does not open this key. Try again; if you are sure of it, the stored key was changed by something else and a new one has to be enrolled.',
  );
}

function damaged(): BrowserKeyError {
  return new BrowserKeyError(
    'key-damaged',
    'The stored key was changed by something else than this page, maybe another page of the same site. Do not use it: remove it and enrol a new key.',
  );
}

async function sealingKeyOf(protection: Protection, secret: KeySecret): Promise<CryptoKey> {
  if (protection.kind === 'passkey') {
    if ('passphrase' in secret) {
      throw new BrowserKeyError(
        'passphrase-wrong',
        'This key opens with its passkey, not with a passphrase.',
      );
    }
    const { credentialId, salt } = protection;
    return withSecret(await openPasskey(credentialId, salt), (bytes) => keyFromPasskey(bytes, salt));
  }
  if (!('passphrase' in secret) || secret.passphrase === '') {
    throw new BrowserKeyError('passphrase-missing', 'Enter the passphrase of this key.');
  }
  const { salt, rounds } = protection;
  return withSecret(normalisedBytes(secret.passphrase), (bytes) => keyFromPassphrase(bytes, salt, rounds));
}

/**
 * Online keys at work. Every key of a role whose signer can be opened signs; where that is not enough for the
 * threshold, the error names each key that could not, and why.
 */
import { checkOnlineUri } from '../signers/online-uri.ts';
import { type Signer, SignerError } from '../signers/signer.ts';
import { onlineUri } from '../tuf/custom-fields.ts';
import { type Key, publicKeyIdentity, samePublicKey } from '../tuf/key.ts';
import { MAX_BYTES } from '../tuf/limits.ts';
import {
  formatMetadata,
  type Metadata,
  type Signature,
  signatureEntry,
  signedBytes,
} from '../tuf/metadata.ts';
import type { RoleKeys } from '../tuf/role-keys.ts';
import { own } from '../tuf/shape.ts';
import type { Snapshot } from '../tuf/snapshot.ts';
import { verifyThreshold } from '../tuf/threshold.ts';
import type { Timestamp } from '../tuf/timestamp.ts';
import { RepositoryError } from './errors.ts';

/** Opens the signer of an online key. */
export type OpenOnlineSigner = (uri: string) => Promise<Signer>;

/** The keys that one delegator gives a role. */
export interface KeySet {
  readonly role: RoleKeys;
  readonly keys: { readonly [keyid: string]: Key };
}

export interface OnlineKey {
  readonly keyid: string;
  readonly key: Key;
  readonly uri: string;
}

/** The keys of a role that a machine holds. */
export function onlineKeysOf({ role, keys }: KeySet): readonly OnlineKey[] {
  return [...new Set(role.keyids)].flatMap((keyid) => {
    const key = own(keys, keyid);
    const uri = key && onlineUri(key);
    return key && uri !== undefined ? [{ keyid, key, uri }] : [];
  });
}

/** The online keys of one run: each signer is opened once, whatever it signs. */
export class OnlineKeys {
  readonly #open: OpenOnlineSigner;
  readonly #signers = new Map<string, Promise<Signer>>();
  readonly #troubles = new Map<OnlineKey['uri'], Error>();

  constructor(open: OpenOnlineSigner) {
    this.#open = open;
  }

  /** Why keys could not sign, as sentences that begin with their URI. */
  get troubles(): readonly string[] {
    return [...this.#troubles].map(([uri, { message }]) => `${uri}: ${message}`);
  }

  /** The signatures of those of these keys that can sign. `what` they sign is for messages. */
  async signatures(
    what: string,
    message: Uint8Array,
    keys: readonly OnlineKey[],
  ): Promise<readonly Signature[]> {
    const made: Signature[] = [];
    for (const { keyid, key, uri } of keys) {
      try {
        made.push(signatureEntry(keyid, await (await this.#signer(what, { keyid, key, uri })).sign(message)));
      } catch (error) {
        if (!(error instanceof SignerError || error instanceof RepositoryError)) throw error;
        this.#troubles.set(uri, error);
      }
    }
    return made;
  }

  /**
   * Signs snapshot or timestamp with every key of the role, and with those of `also` as far as they can sign and as
   * clients read the file with them.
   * @throws where the role's threshold is not met
   */
  async sign<T extends Snapshot | Timestamp>(
    signed: T,
    keySet: KeySet,
    also: readonly OnlineKey[] = [],
  ): Promise<Metadata<T>> {
    const what = signed._type;
    const message = signedBytes({ signatures: [], signed });
    const keys = onlineKeysOf(keySet);
    let metadata: Metadata<T> = { signatures: await this.signatures(what, message, keys), signed };
    const { met, count, threshold } = await verifyThreshold(metadata, keySet.role, keySet.keys);
    if (!met) throw this.#shortfall(what, keys, `${count} of the ${threshold} signatures that it needs`);
    for (const further of also) {
      if (metadata.signatures.some(({ keyid }) => keyid === further.keyid)) continue;
      const more = await this.signatures(what, message, [further]);
      const longer = { ...metadata, signatures: [...metadata.signatures, ...more] };
      if (formatMetadata(longer).length <= MAX_BYTES[signed._type]) metadata = longer;
    }
    return metadata;
  }

  async #signer(what: string, { keyid, key, uri }: OnlineKey): Promise<Signer> {
    checkOnlineUri(uri);
    const opened = this.#signers.get(uri) ?? this.#open(uri);
    this.#signers.set(uri, opened);
    const signer = await opened;
    if (samePublicKey(signer.key, key)) return signer;
    throw new RepositoryError(
      'bad-request',
      `The key at ${uri} is not the ${what} key ${keyid.slice(0, 8)} that the metadata names. Give the private key that belongs to it, or replace the online key in a signing event.`,
    );
  }

  #shortfall(role: string, keys: readonly OnlineKey[], has: string): Error {
    const failed = keys.flatMap(({ uri }) => {
      const error = this.#troubles.get(uri);
      return error ? [{ uri, error }] : [];
    });
    const [first, ...more] = failed;
    if (first && more.length === 0 && keys.length === 1) return first.error;
    const why =
      failed.length > 0
        ? `These keys could not sign:\n${failed.map(({ uri, error }) => `- ${uri}: ${error.message}`).join('\n')}`
        : 'Its other keys name no signer; only people could sign with them.';
    return new RepositoryError(
      'bad-request',
      `${role} has ${has} from its ${keys.length} online keys. ${why}`,
      {
        cause: failed.length > 1 ? new AggregateError(failed.map(({ error }) => error)) : first?.error,
      },
    );
  }
}

/** The keys among `keys` that are not the same as one of `others`, whatever they are called. */
export function withoutKeys(keys: readonly OnlineKey[], others: readonly OnlineKey[]): readonly OnlineKey[] {
  const known = new Set(others.map(({ key }) => publicKeyIdentity(key)));
  return keys.filter(({ key }) => !known.has(publicKeyIdentity(key)));
}

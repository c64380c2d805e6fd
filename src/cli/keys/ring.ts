/**
 * The keys of the person at the keyboard. Whoever moves to a new token needs the old one as well, for the version that
 * says so; so the clone remembers every key that a login has used, and which public key each is. A key need not be
 * opened then to know whether something waits for it: with two tokens and one socket that matters.
 *
 * In `git config`: `playground.key` (one or several, the newest last), `playground.<login>.key` for what a login has used,
 * `playground.<uri>.fingerprint` for the public key.
 */
import { resolve } from 'node:path';
import { GitError } from '../../git/errors.ts';
import type { GitRepository } from '../../git/repository.ts';
import type { Signer } from '../../signers/signer.ts';
import { fingerprintOf, type Key } from '../../tuf/key.ts';

export interface RingSettings {
  /** URIs from flags: these keys and no others. */
  readonly given: readonly string[] | undefined;
  /** Where settings are kept; without one nothing is remembered. */
  readonly clone: GitRepository | undefined;
  /** With its `@`. */
  readonly login: () => Promise<string>;
  /** Opens any signer by its URI. */
  readonly openSigner: (uri: string) => Promise<Signer>;
  /** Asks for a key where none is known. */
  readonly choose: () => Promise<string>;
}

export class KeyRing {
  readonly #settings: RingSettings;
  readonly #signers = new Map<string, Promise<Signer>>();
  readonly #fingerprints = new Map<string, string>();
  #uris: readonly string[] | undefined;

  constructor(settings: RingSettings) {
    this.#settings = settings;
  }

  /** The URIs of the person's keys, the newest last. */
  async uris(): Promise<readonly string[]> {
    this.#uris ??= this.#settings.given ?? (await this.#known());
    return this.#uris;
  }

  async #known(): Promise<readonly string[]> {
    const { clone } = this.#settings;
    if (!clone) return [];
    const login = await this.#settings.login();
    const used = await clone.getAllConfig(loginSetting(login));
    const owner = (await clone.getConfig('playground.login')) ?? login;
    // In a clone that others use as well, the key of its owner is nobody else's.
    const theirs = used.length > 0 && !isSame(owner, login);
    const set = theirs ? [] : (await clone.getAllConfig('playground.key')).map(absolute);
    const all = [...used, ...set];
    return all.filter((uri, index) => all.lastIndexOf(uri) === index);
  }

  /** The key with which invitations are accepted; asked for, and remembered, where none is known. */
  async newest(): Promise<Signer> {
    const known = (await this.uris()).at(-1);
    if (known !== undefined) return this.open(known);
    const uri = await this.#settings.choose();
    const signer = await this.open(uri);
    await this.#settings.clone?.setConfig('playground.key', uri);
    this.#uris = [uri];
    return signer;
  }

  /** Opens a key, once. @throws {SignerError} */
  open(uri: string): Promise<Signer> {
    const known = this.#signers.get(uri);
    if (known) return known;
    const opening = this.#settings.openSigner(uri).then(async (signer) => {
      await this.#rememberKey(uri, signer.key);
      return signer;
    });
    this.#signers.set(uri, opening);
    opening.catch(() => this.#signers.delete(uri));
    return opening;
  }

  /** Whether the key has been opened. */
  isOpen(uri: string): boolean {
    return this.#signers.has(uri);
  }

  /** Where a public key is held, as far as is known without opening any. */
  async holderOf(key: Key): Promise<string | undefined> {
    const wanted = fingerprintOf(key);
    for (const uri of [...(await this.uris())].reverse())
      if ((await this.fingerprint(uri)) === wanted) return uri;
    return undefined;
  }

  /** The keys of which the public part is not known, the newest first. */
  async unknown(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const uri of [...(await this.uris())].reverse())
      if ((await this.fingerprint(uri)) === undefined) found.push(uri);
    return found;
  }

  /** Opens the key that holds a public key. @throws {SignerError} */
  async openHolder(key: Key): Promise<Signer> {
    const uri = await this.holderOf(key);
    return uri === undefined ? this.newest() : this.open(uri);
  }

  /** Remembers a key that becomes part of a role: it is the newest from now on. */
  async rememberNewest(uri: string): Promise<void> {
    await this.remember(uri);
    const { clone, given } = this.#settings;
    if (!clone || !given) return;
    const owner = await clone.getConfig('playground.login');
    if (owner !== undefined && !isSame(owner, await this.#settings.login())) return;
    if (absolute((await clone.getConfig('playground.key')) ?? '') !== absolute(uri))
      await clone.addConfig('playground.key', absolute(uri));
  }

  /** Remembers that the login has used the key. */
  async remember(uri: string): Promise<void> {
    const { clone } = this.#settings;
    if (!clone) return;
    const setting = loginSetting(await this.#settings.login());
    const place = absolute(uri);
    if (!(await clone.getAllConfig(setting)).includes(place)) await clone.addConfig(setting, place);
    await this.#rememberKey(place, (await this.open(uri)).key);
  }

  /** Which public key a URI stands for; undefined where that is not known. */
  async fingerprint(uri: string): Promise<string | undefined> {
    const known = this.#fingerprints.get(uri);
    if (known !== undefined) return known;
    return tolerant(() => this.#settings.clone?.getConfig(fingerprintSetting(uri)));
  }

  async #rememberKey(uri: string, key: Key): Promise<void> {
    const fingerprint = fingerprintOf(key);
    this.#fingerprints.set(uri, fingerprint);
    const { clone } = this.#settings;
    await tolerant(async () => {
      if ((await clone?.getConfig(fingerprintSetting(uri))) !== fingerprint)
        await clone?.setConfig(fingerprintSetting(uri), fingerprint);
    });
  }
}

/** A key file is found from wherever the command runs. */
function absolute(uri: string): string {
  return /^file2:[^~]/.test(uri) ? `file2:${resolve(uri.slice('file2:'.length))}` : uri;
}

const isSame = (a: string, b: string) => a.replace(/^@?/, '@').toLowerCase() === b.toLowerCase();
const loginSetting = (login: string) => `playground.${login.toLowerCase()}.key`;
const fingerprintSetting = (uri: string) => `playground.${uri}.fingerprint`;

/** What git cannot keep is not remembered. */
async function tolerant<T>(work: () => Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

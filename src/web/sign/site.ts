/**
 * The published site that the page stands on. Its first root is what trust begins with; its other metadata saves
 * requests to the API, and is believed no further than its hash goes.
 */
import { placeOf } from '../../repository/layout.ts';
import type { TreeFile } from '../../repository/tree.ts';
import { MAX_BYTES, maxBytesOf } from '../../tuf/limits.ts';
import { parseMetadata } from '../../tuf/metadata.ts';
import { own } from '../../tuf/shape.ts';
import { readBody } from './body.ts';
import { PageProblem } from './problem.ts';

const TIMEOUT_MS = 30_000;

export class Site {
  /** The folder of the site's metadata, with a slash at its end. */
  readonly #metadata: URL;
  readonly #files = new Map<string, Promise<Uint8Array<ArrayBuffer> | undefined>>();
  #snapshot: Promise<ReadonlyMap<string, number>> | undefined;

  /** @param page the address of the page */
  constructor(page: string) {
    this.#metadata = new URL('../metadata/', page);
  }

  /**
   * The first root's file; undefined where the site has none, which is so before the first publication.
   * @throws {PageProblem} where the site does not answer: then nothing can be said
   */
  async firstRoot(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const file = await this.#fetch('1.root.json', MAX_BYTES.root, 'no-cache');
      this.#files.set('1.root.json', Promise.resolve(file));
      return file;
    } catch (cause) {
      throw new PageProblem('site-unreachable', 'The first root of this site cannot be read.', {
        next: ['Without it nothing here can be trusted. Check your connection and try again.'],
        cause,
      });
    }
  }

  /** The site's copy of a file of the repository, if it seems to have one. What it is, its reader has to check. */
  async copyOf({ path }: TreeFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const place = placeOf(path);
    const name =
      place.kind === 'root-history'
        ? `${place.version}.root.json`
        : place.kind === 'role'
          ? await this.#nameOf(place.role)
          : undefined;
    if (name === undefined || (await this.#published()).size === 0) return undefined;
    const known = this.#files.get(name);
    if (known) return known;
    const role = place.kind === 'role' ? place.role : 'root';
    const copy = this.#fetch(name, maxBytesOf(role), 'default').catch(() => undefined);
    this.#files.set(name, copy);
    return copy;
  }

  async #nameOf(role: string): Promise<string | undefined> {
    const version = (await this.#published()).get(role);
    return version === undefined ? undefined : `${version}.${role}.json`;
  }

  /** The version of each role that the site serves. */
  #published(): Promise<ReadonlyMap<string, number>> {
    this.#snapshot ??= this.#readSnapshot().catch(() => new Map());
    return this.#snapshot;
  }

  async #readSnapshot(): Promise<ReadonlyMap<string, number>> {
    const timestamp = await this.#fetch('timestamp.json', MAX_BYTES.timestamp, 'no-cache');
    if (!timestamp) return new Map();
    const version = own(parseMetadata(timestamp, 'timestamp').signed.meta, 'snapshot.json')?.version;
    const snapshot = await this.#fetch(`${version}.snapshot.json`, MAX_BYTES.snapshot, 'default');
    if (!snapshot) return new Map();
    return new Map(
      Object.entries(parseMetadata(snapshot, 'snapshot').signed.meta).map(([file, entry]) => [
        file.replace(/\.json$/, ''),
        entry.version,
      ]),
    );
  }

  async #fetch(
    name: string,
    maxBytes: number,
    cache: RequestCache,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const response = await fetch(new URL(encodeURIComponent(name), this.#metadata), {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${name}: the site answers ${response.status}`);
    return readBody(response, maxBytes);
  }
}

/**
 * File contents by git's own id, which is their hash, so that neither a cache nor the site nor the API can slip in other
 * bytes. Each is fetched once, from the site where that has it: its requests are free.
 */
import type { TreeFile } from '../../repository/tree.ts';
import { toHex } from '../../tuf/crypto/index.ts';
import type { GitHubApi } from './github-api.ts';
import { PageProblem } from './problem.ts';
import type { Site } from './site.ts';

/** Requests at the same time; GitHub frowns on many. */
const AT_ONCE = 6;

const encoder = new TextEncoder();

/** The id that git gives a file's content: SHA-1 over a header and the content. */
async function gitBlobId(content: Uint8Array): Promise<string> {
  const header = encoder.encode(`blob ${content.length}\0`);
  const whole = new Uint8Array(header.length + content.length);
  whole.set(header);
  whole.set(content, header.length);
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-1', whole)));
}

export class Blobs {
  readonly #api: GitHubApi;
  readonly #site: Site;
  readonly #known = new Map<string, Promise<Uint8Array>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(api: GitHubApi, site: Site) {
    this.#api = api;
    this.#site = site;
  }

  /**
   * The content of a file that a tree lists.
   * @param places where else the same content stands; the site may know it under one of these names only
   * @throws {PageProblem}
   */
  read(file: TreeFile, places: readonly TreeFile[]): Promise<Uint8Array> {
    const known = this.#known.get(file.id);
    if (known) return known;
    const content = this.#inTurn(() => this.#fetch(file, places));
    this.#known.set(file.id, content);
    // What failed may succeed later, e.g. with a token.
    content.catch(() => this.#known.delete(file.id));
    return content;
  }

  async #fetch(file: TreeFile, places: readonly TreeFile[]): Promise<Uint8Array> {
    for (const place of places) {
      const copy = await this.#site.copyOf(place);
      if (copy && (await gitBlobId(copy)) === file.id) return copy;
    }
    const content = await this.#api.blob(file.id, file.size);
    if ((await gitBlobId(content)) === file.id) return content;
    throw new PageProblem(
      'wrong-content',
      `What came for ${file.path} is not the file that the commit names.`,
      {
        next: [
          'Something between you and GitHub changed it. Do not sign from this connection; tell the other signers.',
        ],
      },
    );
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

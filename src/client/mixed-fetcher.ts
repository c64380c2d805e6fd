/**
 * What a client sees whose caches are of different ages: the roots of one place, and everything else of another. For
 * some minutes after a publication a content delivery network may show either mix.
 */
import { BaseFetcher } from 'tuf-js';

export interface FetchedPlace {
  /** Ends in `/`. */
  readonly base: string;
  readonly fetcher: BaseFetcher;
}

const ROOT_VERSION = /^metadata\/\d+\.root\.json$/;

export class MixedFetcher extends BaseFetcher {
  readonly #roots: FetchedPlace;
  readonly #rest: FetchedPlace;

  constructor(roots: FetchedPlace, rest: FetchedPlace) {
    super();
    this.#roots = roots;
    this.#rest = rest;
  }

  /** @param url below the base of `rest` */
  override fetch(url: string): ReturnType<BaseFetcher['fetch']> {
    const path = url.startsWith(this.#rest.base) ? url.slice(this.#rest.base.length) : '';
    return ROOT_VERSION.test(path)
      ? this.#roots.fetcher.fetch(this.#roots.base + path)
      : this.#rest.fetcher.fetch(url);
  }
}

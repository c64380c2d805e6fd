/**
 * tuf-js's own HTTP fetcher with its own time limit and retries (a repository that needs more patience than a
 * stock client has is one that stock clients cannot use), and with errors that say which URL failed, and how.
 */
import { defaultConfig } from 'tuf-js/dist/config.js';
import { DownloadError, DownloadHTTPError } from 'tuf-js/dist/error.js';
import { DefaultFetcher } from 'tuf-js/dist/fetcher.js';

export class HttpFetcher extends DefaultFetcher {
  readonly #onRequest: (url: string) => void;

  constructor(onRequest: (url: string) => void) {
    super({
      userAgent: 'repository-playground tuf-js',
      timeout: defaultConfig.fetchTimeout,
      retry: defaultConfig.fetchRetry,
    });
    this.#onRequest = onRequest;
  }

  /**
   * @throws DownloadHTTPError with the status of an answer that is not a success
   * @throws DownloadError where there was no answer
   */
  override async fetch(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    this.#onRequest(url);
    try {
      return await super.fetch(url);
    } catch (error) {
      if (error instanceof DownloadHTTPError) {
        throw new DownloadHTTPError(`${url}: HTTP ${error.statusCode}`, error.statusCode);
      }
      throw new DownloadError(`${url}: ${reason(error)}`);
    }
  }
}

/** `fetch` says only "fetch failed"; the cause says why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // Where several addresses were tried the message is empty and the code is all there is.
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}

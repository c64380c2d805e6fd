/**
 * Gives tuf-js the files of a directory as if a static site served them: what is not there is HTTP 404 (which is
 * also how a client learns that it has the newest root, specification 5.3.3), and nothing outside is reachable.
 */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { BaseFetcher } from 'tuf-js';
import { DownloadError, DownloadHTTPError } from 'tuf-js/dist/error.js';

/** The URL that stands for the directory. The name is reserved (RFC 6761), so it can never be a real site. */
export const DIRECTORY_URL = 'http://directory.invalid/';

/** A request that leads out of the directory. Not a 404: that could pass for the end of the root chain. */
export class UnsafePathError extends Error {
  override readonly name = 'UnsafePathError';
}

export class DirectoryFetcher extends BaseFetcher {
  readonly #directory: string;
  readonly #onRequest: (url: string) => void;

  constructor(directory: string, onRequest: (url: string) => void) {
    super();
    this.#directory = directory;
    this.#onRequest = onRequest;
  }

  /**
   * @throws DownloadHTTPError 404 where there is no such file
   * @throws UnsafePathError where the URL, or a symbolic link, leads out of the directory
   */
  override async fetch(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    this.#onRequest(url);
    const file = join(this.#directory, ...segmentsBelow(url));
    const root = await realpath(this.#directory);
    const real = await realpath(file).catch((cause: unknown) => {
      throw isAbsence(cause) ? notFound(url) : new DownloadError(`${file} cannot be read: ${textOf(cause)}`);
    });
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new UnsafePathError(`${file} is a link to a place outside ${this.#directory}`);
    }
    if (!(await stat(real)).isFile()) throw notFound(url);
    return Readable.toWeb(createReadStream(real)) as ReadableStream<Uint8Array<ArrayBuffer>>;
  }
}

/** The path of a URL below the directory, as names of files. */
function segmentsBelow(url: string): string[] {
  // Parsing a URL resolves `..` and `%2e%2e`, so one that climbed out no longer starts with the base.
  const { href, search, hash } = new URL(url);
  if (!href.startsWith(DIRECTORY_URL) || search || hash) {
    throw new UnsafePathError(`${url} is not the name of a file in the directory`);
  }
  return href
    .slice(DIRECTORY_URL.length)
    .split('/')
    .map((segment) => {
      const name = decoded(segment, url);
      // An encoded slash would be a second way to write a path; servers disagree about it, so it is none here.
      if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) {
        throw new UnsafePathError(`${url} has a part that is not a plain file name`);
      }
      return name;
    });
}

function decoded(segment: string, url: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new UnsafePathError(`${url} is not properly percent-encoded`);
  }
}

const notFound = (url: string) =>
  new DownloadHTTPError(`${url.slice(DIRECTORY_URL.length)}: there is no such file`, 404);

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * What the world sees: the online roles that a published site serves now. They count as a floor for the next versions
 * only where they verify; a site is no more to be believed than a branch.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JsonError } from '../tuf/json.ts';
import { MAX_BYTES } from '../tuf/limits.ts';
import { parseMetadata } from '../tuf/metadata.ts';
import type { Root } from '../tuf/root.ts';
import { MetadataError, own } from '../tuf/shape.ts';
import { verifyThreshold } from '../tuf/threshold.ts';
import { RepositoryError } from './errors.ts';

export type Live =
  /** The site answers that there is no timestamp: nothing has been published there. */
  | { readonly status: 'nothing' }
  /** There is something that the current root does not vouch for. */
  | { readonly status: 'unverified'; readonly why: string }
  | { readonly status: 'verified'; readonly timestamp: number; readonly snapshot: number };

const TIMEOUT_MS = 30_000;

/** Reads the versions that a site (URL, or folder of a build) serves, as far as this root vouches for them. */
export async function readLive(site: string, root: Root): Promise<Live> {
  const bytes = await readSiteFile(site, 'metadata/timestamp.json', MAX_BYTES.timestamp);
  if (!bytes) return { status: 'nothing' };
  try {
    const timestamp = parseMetadata(bytes, 'timestamp');
    const { met } = await verifyThreshold(timestamp, root.roles.timestamp, root.keys);
    if (!met)
      return {
        status: 'unverified',
        why: 'its timestamp is not signed by the timestamp key of the current root',
      };
    const snapshot = own(timestamp.signed.meta, 'snapshot.json')?.version ?? 0;
    return { status: 'verified', timestamp: timestamp.signed.version, snapshot };
  } catch (error) {
    if (error instanceof JsonError || error instanceof MetadataError)
      return { status: 'unverified', why: error.message };
    throw error;
  }
}

/** One file of a site; undefined where it is not there. */
async function readSiteFile(site: string, path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new RepositoryError(
      'unreachable',
      `Cannot tell what is published at ${site}: ${problem}. Try again, or check the address.`,
      { cause },
    );
  };
  if (!/^https?:/.test(site)) {
    const bytes = await readFile(join(site, path)).catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? undefined : refuse(error.message, error),
    );
    return bytes && bytes.length > maxBytes ? refuse(`${path} is larger than ${maxBytes} bytes`) : bytes;
  }
  const url = new URL(path, site.endsWith('/') ? site : `${site}/`);
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
  } catch (error) {
    return refuse((error as Error).message, error);
  }
  if (response.status === 404) return undefined;
  if (!response.ok || !response.body) return refuse(`it answers ${response.status}`);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body) {
    length += piece.length;
    if (length > maxBytes) return refuse(`${path} is larger than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

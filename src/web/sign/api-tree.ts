/**
 * The repository's files of one commit, read through GitHub's API as they are asked for. Metadata is always read;
 * artifacts only up to a limit, beyond which the validator is told that nobody looked.
 */
import { METADATA } from '../../repository/layout.ts';
import type { Tree, TreeFile } from '../../repository/tree.ts';
import type { Blobs } from './blobs.ts';
import { repositoryFiles } from './git-tree.ts';

/** What of the artifacts is fetched to be hashed. */
export interface ArtifactLimits {
  /** Bytes of one. */
  readonly each: number;
  /** Bytes of all. */
  readonly total: number;
  /** How many; each is a request. */
  readonly count: number;
}

const MEGABYTE = 1_000_000;

/** An anonymous reader has 60 requests an hour. */
export const ANONYMOUS_LIMITS: ArtifactLimits = { each: 10 * MEGABYTE, total: 50 * MEGABYTE, count: 20 };
export const TOKEN_LIMITS: ArtifactLimits = { ...ANONYMOUS_LIMITS, count: 200 };

/** @param all all files of the commit */
export function apiTree(all: readonly TreeFile[], blobs: Blobs, limits: ArtifactLimits): Tree {
  const files = repositoryFiles(all);
  const places = Map.groupBy(files, ({ id }) => id);
  const read = (file: TreeFile) => blobs.read(file, places.get(file.id) ?? [file]);
  const withheld = new Map<string, string | undefined>();
  let bytesLeft = limits.total;
  let countLeft = limits.count;

  const reasonAgainst = ({ size }: TreeFile): string | undefined => {
    if (size > limits.each)
      return `is too large to be checked here (${size} bytes; this page reads ${limits.each} at most)`;
    if (size > bytesLeft)
      return `was not checked here: this page reads ${limits.total} bytes of artifacts at most`;
    if (countLeft === 0) return `was not checked here: this page reads ${limits.count} artifacts at most`;
    bytesLeft -= size;
    countLeft -= 1;
    return undefined;
  };

  return {
    files,
    read: async (file, maxBytes) => {
      if (file.size > maxBytes)
        throw new Error(`${file.path} has ${file.size} bytes; at most ${maxBytes} are allowed here`);
      return read(file);
    },
    async *stream(file) {
      yield await read(file);
    },
    withheld(file) {
      if (file.path.startsWith(METADATA)) return undefined;
      if (!withheld.has(file.id)) withheld.set(file.id, reasonAgainst(file));
      return withheld.get(file.id);
    },
  };
}

/** Length and hashes of an artifact, computed while its bytes stream by. */
import { createHasher, toHex } from '../tuf/crypto/index.ts';
import type { Tree, TreeFile } from './tree.ts';

/** The hash algorithms for artifacts that stock clients know. */
export const SUPPORTED_HASHES: ReadonlySet<string> = new Set(['sha256', 'sha512']);

export interface Digest {
  /** Bytes. */
  readonly length: number;
  /** Hex, by algorithm. */
  readonly hashes: { readonly [algorithm: string]: string };
}

/** Hashes a file with each of the algorithms, which must be supported ones; `seen` is handed every piece. */
export async function digestFile(
  tree: Tree,
  file: TreeFile,
  algorithms: readonly string[],
  seen?: (piece: Uint8Array) => Promise<void>,
): Promise<Digest> {
  const hashers = algorithms.map((name) => ({ name, hasher: createHasher(name as 'sha256' | 'sha512') }));
  let length = 0;
  for await (const piece of tree.stream(file)) {
    length += piece.length;
    for (const { hasher } of hashers) hasher.update(piece);
    await seen?.(piece);
  }
  return {
    length,
    hashes: Object.fromEntries(hashers.map(({ name, hasher }) => [name, toHex(hasher.digest())])),
  };
}

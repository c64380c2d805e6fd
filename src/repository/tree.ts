/**
 * The files of a repository at one moment: what stands under `metadata/` and `targets/` in a commit, read as git
 * objects. Nothing is checked out, so no attribute, filter, hook or link of a branch takes effect.
 */
import type { GitRepository } from '../git/repository.ts';

export interface TreeFile {
  /** From the top of the repository, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'symlink' | 'submodule';
  /** Equal ids mean equal content. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** False where the path is not valid UTF-8. */
  readonly validName: boolean;
}

export interface Tree {
  /** All files, sorted by path. */
  readonly files: readonly TreeFile[];
  /** Reads a whole file; fails where it is larger than `maxBytes`. */
  read(file: TreeFile, maxBytes: number): Promise<Uint8Array>;
  /** Reads a file piece by piece. */
  stream(file: TreeFile): AsyncIterable<Uint8Array>;
  /**
   * Why the content of an artifact is not to be had here, in words that follow its path; undefined where it is. A commit
   * in a clone has everything; a browser fetches no large files.
   */
  withheld?(file: TreeFile): string | undefined;
}

/** The tree of a repository that has nothing in it yet. */
export const EMPTY_TREE: Tree = {
  files: [],
  read: () => Promise.reject(new Error('the empty tree has no files')),
  stream: () => {
    throw new Error('the empty tree has no files');
  },
};

/** The tree of a commit. */
export async function commitTree(repository: GitRepository, commit: string): Promise<Tree> {
  const entries = await repository.listTree(commit, ['metadata', 'targets']);
  return {
    files: entries.map(({ path, kind, oid, size, validName }) => ({
      path,
      kind,
      id: oid,
      size: size ?? 0,
      validName,
    })),
    read: (file, maxBytes) => repository.readBlob(file.id, { maxBytes }),
    stream: (file) => repository.streamBlob(file.id),
  };
}

/** The files of a repository held in memory, so that tests of what they mean need no git. */
import { createHash } from 'node:crypto';
import { loadState, type RepositoryState } from '../../src/repository/state.ts';
import type { Tree, TreeFile } from '../../src/repository/tree.ts';

/** One file; the text or bytes alone stand for a plain file. */
export type Content = string | Uint8Array | MemoryFile;

interface MemoryFile {
  readonly content: string | Uint8Array;
  readonly kind?: TreeFile['kind'];
  /** False as for a path that git marks as one that no file should have. */
  readonly validName?: boolean;
  /** Why the content is not to be had, as for a file that is too large for a browser. */
  readonly withheld?: string;
}

/** Content by path from the top of the repository. */
export type Files = ReadonlyMap<string, Content>;

/** A tree of these files, in git's order and with ids that are equal only for equal content. */
export function memoryTree(files: Files): Tree {
  const bytes = new Map<string, Uint8Array>();
  const withheld = new Map<string, string>();
  const entries = [...files].map(([path, given]): TreeFile => {
    const file = typeof given === 'string' || given instanceof Uint8Array ? { content: given } : given;
    const content = Buffer.from(file.content);
    bytes.set(path, content);
    if (file.withheld !== undefined) withheld.set(path, file.withheld);
    const id = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    return { path, kind: file.kind ?? 'file', id, size: content.length, validName: file.validName ?? true };
  });
  const read = ({ path }: TreeFile): Uint8Array => {
    const content = bytes.get(path);
    if (!content) throw new Error(`${path} is not in this tree`);
    return content;
  };
  return {
    files: entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))),
    read: async (file, maxBytes) => {
      if (file.size > maxBytes) throw new Error(`${file.path} is larger than ${maxBytes} bytes`);
      return read(file);
    },
    async *stream(file) {
      const content = read(file);
      // In two pieces, as larger files come.
      yield content.subarray(0, content.length >> 1);
      yield content.subarray(content.length >> 1);
    },
    withheld: ({ path }) => withheld.get(path),
  };
}

/** The state of these files. */
export function memoryState(files: Files): Promise<RepositoryState> {
  return loadState(memoryTree(files));
}

/** The files with some changed; null removes one. */
export function withFiles(files: Files, changes: Readonly<Record<string, Content | null>>): Files {
  const changed = new Map(files);
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) changed.delete(path);
    else changed.set(path, content);
  }
  return changed;
}

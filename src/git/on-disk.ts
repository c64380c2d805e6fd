/**
 * What stands in a worktree at the paths of a commit, seen without following a link. A commit may touch thousands of
 * small files, which the calls that wait read many times faster than those that do not; large ones are streamed.
 */
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { kindOf } from './tree.ts';

/** Files up to this many bytes are read whole. */
const SMALL = 1024 * 1024;

export class FilesOnDisk {
  readonly #topLevel: string;
  /** Paths known to be folders, so that each is looked at once. */
  readonly #folders = new Set<string>();

  constructor(topLevel: string) {
    this.#topLevel = topLevel;
  }

  /** True if a path has exactly this content and kind. */
  async holds(
    path: string,
    { mode, oid }: { readonly mode: string; readonly oid: string },
  ): Promise<boolean> {
    const found = this.#standing(path);
    if (found?.path !== path) return false;
    const kind = kindOf(mode);
    if (kind === 'symlink' && found.stats.isSymbolicLink()) {
      const target = readlinkSync(join(this.#topLevel, path), { encoding: 'buffer' });
      return blobHash(oid, target.length).update(target).digest('hex') === oid;
    }
    if (!found.stats.isFile() || (kind !== 'file' && kind !== 'executable')) return false;
    // Windows has no such bit.
    if (process.platform !== 'win32' && (found.stats.mode & 0o100) !== (kind === 'executable' ? 0o100 : 0))
      return false;
    const hash = blobHash(oid, found.stats.size);
    const file = join(this.#topLevel, path);
    if (found.stats.size <= SMALL) hash.update(readFileSync(file));
    else for await (const chunk of createReadStream(file)) hash.update(chunk);
    return hash.digest('hex') === oid;
  }

  /**
   * What would be lost if a file came to stand at a path: the path of a file, or of one inside a folder, that is not
   * among those `leaving`. Undefined if the place is free.
   *
   * @param replaces true if a file that git knows stands there, which git looks after itself
   */
  obstacle(path: string, replaces: boolean, leaving: ReadonlySet<string>): string | undefined {
    const found = this.#standing(path);
    if (found === undefined || leaving.has(found.path)) return undefined;
    if (found.path !== path) return found.path;
    if (!found.stats.isDirectory()) return replaces ? undefined : path;
    const inside = readdirSync(join(this.#topLevel, path), { recursive: true, withFileTypes: true });
    return inside
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(this.#topLevel, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
      .find((file) => !leaving.has(file));
  }

  /** What is at a path, or at the first of its folders that is not one; undefined if nothing. */
  #standing(path: string): { path: string; stats: Stats } | undefined {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      if (this.#folders.has(folder)) continue;
      const stats = this.#lstat(folder);
      if (stats === undefined) return undefined;
      if (!stats.isDirectory()) return { path: folder, stats };
      this.#folders.add(folder);
    }
    const stats = this.#lstat(path);
    return stats && { path, stats };
  }

  #lstat(path: string): Stats | undefined {
    return lstatSync(join(this.#topLevel, path), { throwIfNoEntry: false });
  }
}

/** A blob's id is the hash of its type, its size and its content; the length of the id says which hash. */
function blobHash(oid: string, size: number) {
  return createHash(oid.length === 40 ? 'sha1' : 'sha256').update(`blob ${size}\0`);
}

/**
 * What stands in a worktree at the paths of a commit, seen without following a link.
 */
import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { kindOf } from './tree.ts';

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
    const found = await this.#standing(path);
    if (found?.path !== path) return false;
    const kind = kindOf(mode);
    if (kind === 'symlink' && found.stats.isSymbolicLink()) {
      const target = await readlink(join(this.#topLevel, path), { encoding: 'buffer' });
      return blobHash(oid, target.length).update(target).digest('hex') === oid;
    }
    if (!found.stats.isFile() || (kind !== 'file' && kind !== 'executable')) return false;
    // Windows has no such bit.
    if (process.platform !== 'win32' && (found.stats.mode & 0o100) !== (kind === 'executable' ? 0o100 : 0))
      return false;
    const hash = blobHash(oid, found.stats.size);
    for await (const chunk of createReadStream(join(this.#topLevel, path))) hash.update(chunk);
    return hash.digest('hex') === oid;
  }

  /**
   * What would be lost if a file came to stand at a path: the path of a file, or of one inside a folder, that is not
   * among those `leaving`. Undefined if the place is free.
   *
   * @param replaces true if a file that git knows stands there, which git looks after itself
   */
  async obstacle(path: string, replaces: boolean, leaving: ReadonlySet<string>): Promise<string | undefined> {
    const found = await this.#standing(path);
    if (found === undefined || leaving.has(found.path)) return undefined;
    if (found.path !== path) return found.path;
    if (!found.stats.isDirectory()) return replaces ? undefined : path;
    const inside = await readdir(join(this.#topLevel, path), { recursive: true, withFileTypes: true });
    return inside
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(this.#topLevel, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
      .find((file) => !leaving.has(file));
  }

  /** What is at a path, or at the first of its folders that is not one; undefined if nothing. */
  async #standing(path: string): Promise<{ path: string; stats: Stats } | undefined> {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      if (this.#folders.has(folder)) continue;
      const stats = await this.#lstat(folder);
      if (stats === undefined) return undefined;
      if (!stats.isDirectory()) return { path: folder, stats };
      this.#folders.add(folder);
    }
    const stats = await this.#lstat(path);
    return stats && { path, stats };
  }

  async #lstat(path: string): Promise<Stats | undefined> {
    try {
      return await lstat(join(this.#topLevel, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** A blob's id is the hash of its type, its size and its content; the length of the id says which hash. */
function blobHash(oid: string, size: number) {
  return createHash(oid.length === 40 ? 'sha1' : 'sha256').update(`blob ${size}\0`);
}

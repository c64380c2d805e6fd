/**
 * The lock that git itself takes on a worktree's index (`index.lock`, made only if it is not there; renaming it to
 * `index` is the commit). Work happens in the lock file, so until the commit the index is untouched, and no other git
 * command changes it meanwhile.
 */
import { open, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from './errors.ts';

export interface IndexLock {
  /** The copy to work on: a value for `GIT_INDEX_FILE`. */
  readonly file: string;
  /** Puts the copy in the index's place. */
  commit(): Promise<void>;
  /** Gives the lock back; without a commit the index stays as it was. */
  release(): Promise<void>;
}

/**
 * Locks the index in a git folder; undefined if there is no index.
 *
 * @throws GitError `dirty-worktree` if another command holds the lock
 */
export async function lockIndex(gitDir: string): Promise<IndexLock | undefined> {
  const index = join(gitDir, 'index');
  const file = join(gitDir, 'index.lock');
  const before = await statIfThere(index);
  if (before === undefined) return undefined;
  const copy = await open(file, 'wx', before.mode).catch((cause: unknown) => {
    const next = 'Wait for the other git command to end; if none is running, delete that file.';
    throw new GitError('dirty-worktree', `The index is locked, or cannot be: ${file}. ${next}`, { cause });
  });
  let held = true;
  const release = async () => {
    if (held) await rm(file, { force: true });
    held = false;
  };
  try {
    const original = await open(index, 'r');
    try {
      await copy.writeFile(await original.readFile());
      // Git looks closer at files that are not older than the index (gitformat-index(5), "racy git"); a copy that
      // seems newer would hide an edit made in the same instant.
      const modified = Math.floor((await original.stat()).mtimeMs / 1000);
      await copy.close();
      await utimes(file, modified, modified);
    } finally {
      await original.close();
    }
  } catch (error) {
    await copy.close().catch(() => undefined);
    await release();
    throw error;
  }
  return {
    file,
    release,
    commit: async () => {
      await rename(file, index);
      held = false;
    },
  };
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

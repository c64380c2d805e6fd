/** Repositories of the world, as facts to test against; they lie beside the project, not in it. */
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryState } from '../../src/repository/state.ts';
import { git, temporaryFolder } from './git.ts';
import { memoryState } from './memory-tree.ts';

const DATA = join(import.meta.dirname, '../../../shared/data');

export type RealRepository = 'sigstore-root-signing' | 'tuf-demo' | 'pqc-test-repo';

/** Whether they are there; if not, this has been said. */
export const hasRealRepositories = ['sigstore-root-signing', 'tuf-demo', 'pqc-test-repo'].every((name) =>
  existsSync(join(DATA, name)),
);
if (!hasRealRepositories) console.warn('Skipped: the data of real repositories is not beside the project.');

/** A day on which all were valid. */
export const VALID_DAY = '2026-08-22';

/** The paths of all files, from the top of the repository. */
function pathsIn(name: RealRepository): string[] {
  const folder = join(DATA, name);
  return ['metadata', 'targets']
    .filter((part) => existsSync(join(folder, part)))
    .flatMap((part) => readdirSync(join(folder, part), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** The files that are marked as executable. */
export function executableFiles(name: RealRepository): readonly string[] {
  return pathsIn(name).filter((path) => (statSync(join(DATA, name, path)).mode & 0o100) !== 0);
}

/** The bytes of every file, by path. */
export function realFiles(name: RealRepository): ReadonlyMap<string, Buffer> {
  return new Map(pathsIn(name).map((path) => [path, readFileSync(join(DATA, name, path))]));
}

/** The state of a repository's files, read without git. */
export function realState(name: RealRepository): Promise<RepositoryState> {
  return memoryState(realFiles(name));
}

/** A copy that is a git repository with one commit on `main`. */
export async function realClone(name: RealRepository): Promise<string> {
  const dir = join(temporaryFolder(), name);
  cpSync(join(DATA, name), dir, { recursive: true });
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    // What lies there is read-only.
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, statSync(path).mode | 0o200);
  }
  await git(dir, 'init', '--quiet', '-b', 'main');
  await git(dir, 'add', '--all');
  await git(dir, 'commit', '--quiet', '-m', 'As it is');
  return dir;
}

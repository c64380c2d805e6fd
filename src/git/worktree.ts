/**
 * The user's worktree: what in it is not committed, and how it follows when a branch that is checked out moves to a
 * commit made elsewhere. Nothing that exists only in the worktree is ever overwritten. Filters of the user's
 * configuration (`filter.*`) do not run, because which files they apply to is decided by the `.gitattributes` of the
 * branch, and because what is signed are the bytes on disk.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { commandError, GitError } from './errors.ts';
import { lockIndex } from './index-lock.ts';
import { branchRef, checkedOid } from './names.ts';
import { FilesOnDisk } from './on-disk.ts';
import { findRepository, git, type Place } from './place.ts';
import { moveRefAround, updateRef } from './refs.ts';
import { changedPaths, checkedPrefixes, type PathChange, readPath } from './tree.ts';

export interface WorktreeChange {
  readonly path: string;
  /** As in `TreeEntry`. */
  readonly validName: boolean;
  readonly status: 'added' | 'modified' | 'deleted' | 'untracked' | 'conflicted';
}

type Worktree = Place & { readonly topLevel: string };

/**
 * The files below some paths that differ from `HEAD`, staged or not, and those that git does not know; ignored files
 * are left out.
 *
 * @param prefixes folders or files from the top; none means everything
 */
export async function worktreeChanges(place: Place, prefixes: readonly string[]): Promise<WorktreeChange[]> {
  const options = ['--porcelain=v1', '-z', '--untracked-files=all', '--ignored=no', '--no-renames'];
  const filters = await withoutFilters(place);
  // "dirty" keeps git from starting another git inside each submodule.
  const args = ['status', ...options, '--ignore-submodules=dirty', '--', ...checkedPrefixes(prefixes)];
  const { stdout } = await git(place, [...filters, ...args]);
  const changes = new Map<string, WorktreeChange>();
  for (let start = 0; start < stdout.length; ) {
    const end = stdout.indexOf(0, start);
    const name = readPath(stdout.subarray(start + 3, end));
    const status = statusOf(stdout.toString('latin1', start, start + 2));
    // Deleted in the index, but still there on disk: git lists it twice.
    const twice = changes.has(name.path);
    changes.set(name.path, { ...name, status: twice ? 'modified' : status });
    start = end + 1;
  }
  return [...changes.values()];
}

/** The two letters of git-status(1), "Short Format": staged, and not staged. */
function statusOf(letters: string): WorktreeChange['status'] {
  if (letters === '??') return 'untracked';
  if (/U|AA|DD/.test(letters)) return 'conflicted';
  if (letters.includes('D')) return 'deleted';
  return letters.includes('A') ? 'added' : 'modified';
}

/**
 * Moves a branch from one commit to another. Where the branch is checked out, in this worktree or another of the
 * repository, index and files follow; a file that already has its new content (because the commit was made from it)
 * counts as followed. Uncommitted work on other paths stays as it is.
 *
 * @throws GitError `dirty-worktree` if uncommitted work is in the way; then nothing has changed. `ref-moved` if the
 *   branch is not at `from`
 */
export async function advanceCheckedOutBranch(
  place: Place,
  branch: string,
  from: string,
  to: string,
): Promise<void> {
  const ref = branchRef(branch);
  const worktree = await worktreeOn(place, ref);
  const lock = worktree && (await lockIndex(worktree.gitDir));
  // Without an index nothing has been checked out yet.
  if (worktree === undefined || lock === undefined) return await updateRef(place, ref, to, from);
  try {
    await moveRefAround(worktree, ref, to, from, async () => {
      await carryOver(worktree, lock.file, from, to);
      await lock.commit();
    });
  } finally {
    await lock.release();
  }
}

/** Brings an index and the files on disk from one commit to another (git-read-tree(1), "Two Tree Merge"). */
async function carryOver(worktree: Worktree, index: string, from: string, to: string): Promise<void> {
  const changes = await changedPaths(worktree, checkedOid(from), checkedOid(to));
  const done = await alreadyThere(worktree.topLevel, changes);
  const env = { GIT_INDEX_FILE: index };
  const filters = await withoutFilters(worktree);
  if (done.length > 0) {
    const lines = done.map(({ path, after }) => `${after?.mode} ${after?.oid}\t${path}\0`);
    await git(worktree, ['update-index', '-z', '--index-info'], { env, input: lines.join('') });
  }
  // Status 1 says that some files differ, which is for read-tree to judge.
  await git(worktree, [...filters, 'update-index', '-q', '--refresh'], { env, okStatuses: [0, 1] });
  const args = ['read-tree', '-m', '-u', '--no-recurse-submodules', from, to];
  const { status, stderr } = await git(worktree, [...filters, ...args], { env, okStatuses: [0, 1, 128] });
  if (status === 0) return;
  if (!IN_THE_WAY.test(stderr)) throw commandError('read-tree', status, stderr);
  throw inTheWay(worktree.topLevel, stderr.replace(/^(?:error|fatal): /gm, ''));
}

/** How read-tree says that a file on disk or in the index has something which neither commit has. */
const IN_THE_WAY = /cannot merge|would lose|would be (?:overwritten|removed)|resolve your current index/i;

/**
 * The changes whose new content is on disk already. Looks at the same time for what git would overwrite without a
 * word: ignored files.
 */
async function alreadyThere(topLevel: string, changes: readonly PathChange[]): Promise<PathChange[]> {
  const disk = new FilesOnDisk(topLevel);
  const leaving = new Set(changes.filter(({ after }) => after === undefined).map(({ path }) => path));
  const done: PathChange[] = [];
  for (const change of changes) {
    const { path, validName, before, after } = change;
    if (after === undefined) continue;
    if (!validName) {
      const next = 'Look at the commit before you use it, and check it out by hand if you trust it.';
      throw new GitError(
        'bad-name',
        `The new commit has a file ${path}, a name that must not be on disk. ${next}`,
      );
    }
    if (await disk.holds(path, after)) {
      done.push(change);
    } else {
      const obstacle = disk.obstacle(path, before !== undefined, leaving);
      if (obstacle !== undefined)
        throw inTheWay(topLevel, `${obstacle} would be lost to ${path} of the new commit.`);
    }
  }
  return done;
}

function inTheWay(topLevel: string, what: string): GitError {
  const next = 'Commit these changes or move them away, then repeat. Nothing has been changed.';
  return new GitError(
    'dirty-worktree',
    `Uncommitted work in ${topLevel} is in the way: ${what.trim()}\n${next}`,
  );
}

/** The worktree that has a ref checked out, if its folder is there. */
async function worktreeOn(place: Place, ref: string): Promise<Worktree | undefined> {
  const { stdout } = await git(place, ['worktree', 'list', '--porcelain', '-z']);
  for (const block of stdout.toString().split('\0\0')) {
    const lines = block.split('\0');
    const path = lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length);
    if (path === undefined || lines.includes('bare') || !lines.includes(`branch ${ref}`)) continue;
    const { topLevel, gitDir } = place;
    if (topLevel === path) return { ...place, topLevel, gitDir };
    const isThere = await access(join(path, '.git')).then(
      () => true,
      () => false,
    );
    const other = isThere ? await findRepository(path, place.outerEnv) : undefined;
    if (other?.topLevel !== undefined) return { ...other, topLevel: other.topLevel };
  }
  return undefined;
}

/** Options that make every filter in the user's configuration do nothing (gitattributes(5), "filter"). */
async function withoutFilters(place: Place): Promise<string[]> {
  const args = ['config', '-z', '--name-only', '--get-regexp', '^filter\\.'];
  const { stdout } = await git(place, args, { okStatuses: [0, 1] });
  const keys = stdout.toString().split('\0');
  const drivers = new Set(
    keys.map((key) => /^(filter\..*)\.[^.]+$/s.exec(key)?.[1]).filter((key) => key !== undefined),
  );
  const off = ['clean=', 'smudge=', 'process=', 'required=false'];
  return [...drivers].flatMap((driver) => off.flatMap((setting) => ['-c', `${driver}.${setting}`]));
}

/**
 * Where a repository is. It is looked for once; every later command names it, so that nothing which appears in a
 * folder afterwards can put another repository, with other configuration, in its place.
 */
import { realpath } from 'node:fs/promises';
import { type Environment, type GitOptions, type GitResult, gitVersion, runGit } from './command.ts';
import { GitError } from './errors.ts';

export interface Place {
  /** The repository's own folder: `.git`, a bare repository, or a linked worktree's part of one. */
  readonly gitDir: string;
  /** The top of the worktree; undefined in a bare repository. */
  readonly topLevel: string | undefined;
  /** Hex digits of an object id: 40 (SHA-1) or 64 (SHA-256). */
  readonly idLength: number;
  /** What git processes inherit. */
  readonly outerEnv: Environment;
}

/**
 * Finds the repository that a folder is in: a clone, a linked worktree, or a bare repository (only its own folder,
 * not one inside it).
 *
 * @throws GitError `not-a-repository`, `git-missing`, `git-too-old`
 */
export async function findRepository(dir: string, outerEnv: Environment = process.env): Promise<Place> {
  const question = ['rev-parse', '--path-format=absolute', '--absolute-git-dir', '--show-object-format'];
  const [, found] = await Promise.all([
    gitVersion(outerEnv),
    // A folder of a branch that is laid out like a bare repository would otherwise be taken for one, configuration
    // and all (git-config(1), safe.bareRepository).
    runGit(dir, ['-c', 'safe.bareRepository=explicit', ...question, '--show-toplevel'], {
      outerEnv,
      okStatuses: [0, 128],
    }),
  ]);
  if (found.status === 0) {
    const [gitDir = '', format, topLevel] = answerLines(found, 3, dir);
    return { gitDir, topLevel, idLength: idLength(format), outerEnv };
  }
  const bare = await runGit(dir, [...question, '--is-bare-repository'], { outerEnv });
  const [gitDir = '', format, isBare] = answerLines(bare, 3, dir);
  if (isBare !== 'true' || gitDir !== (await realpath(dir))) {
    const message = `${dir} is inside the administrative files of a git repository. Name the folder of its files.`;
    throw new GitError('not-a-repository', message);
  }
  return { gitDir, topLevel: undefined, idLength: idLength(format), outerEnv };
}

function idLength(format: string | undefined): number {
  return format === 'sha256' ? 64 : 40;
}

function answerLines({ stdout }: GitResult, count: number, dir: string): string[] {
  const lines = stdout.toString().replace(/\n$/, '').split('\n');
  if (lines.length === count) return lines;
  throw new GitError(
    'bad-name',
    `The path of ${dir} has a line break in it. Move the repository to another folder.`,
  );
}

/** Runs a git command in a repository. */
export function git(
  place: Place,
  args: readonly string[],
  options: Omit<GitOptions, 'outerEnv'> = {},
): Promise<GitResult> {
  return runGit(place.topLevel ?? place.gitDir, [...placeOptions(place), ...args], {
    ...options,
    outerEnv: place.outerEnv,
  });
}

/** The global options that name the repository. */
export function placeOptions({ gitDir, topLevel }: Place): string[] {
  return [`--git-dir=${gitDir}`, ...(topLevel === undefined ? ['--bare'] : [`--work-tree=${topLevel}`])];
}

/**
 * Making commits without a worktree: merging, squashing and rebasing with `git merge-tree --write-tree`
 * (git-merge-tree(1)) and `git commit-tree`.
 */
import { gitLines, gitText, runGit } from './git.ts';
import { readCommit, readCommits } from './git-read.ts';

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Who commits what GitHub makes by itself. */
export const GITHUB_IDENTITY: Identity = { name: 'GitHub', email: 'noreply@github.com' };

/** Seconds since 1970 for authors and committers of what is made here. */
export interface CommitOptions {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Identity & { readonly at: number };
  readonly committer: Identity & { readonly at: number };
}

export async function writeCommit(gitDir: string, commit: CommitOptions): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  return gitText(gitDir, ['commit-tree', commit.tree, ...parents, '-F', '-'], {
    input: `${commit.message}\n`,
    env: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: `@${commit.author.at} +0000`,
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: `@${commit.committer.at} +0000`,
    },
  });
}

/** The tree in which two commits are merged; undefined for a conflict, or without a common ancestor. */
export async function mergeTrees(gitDir: string, ours: string, theirs: string): Promise<string | undefined> {
  const { status, stdout } = await runGit(
    gitDir,
    ['merge-tree', '--write-tree', '--no-messages', ours, theirs],
    {
      okStatuses: [0, 1, 128],
    },
  );
  return status === 0 ? stdout.toString().trim().split('\n')[0] : undefined;
}

/**
 * Puts the commits of `head` that `base` lacks, without merge commits, one after another on top of `base`.
 * @returns the last one; undefined for a conflict
 */
export async function rebase(
  gitDir: string,
  base: string,
  head: string,
  committer: CommitOptions['committer'],
): Promise<string | undefined> {
  const commits = await readCommits(gitDir, ['--reverse', '--topo-order', '--no-merges', head, `^${base}`]);
  let tip = base;
  for (const commit of commits) {
    const tree = await pick(gitDir, tip, commit.sha, commit.parents[0], committer);
    if (tree === undefined) return undefined;
    tip = await writeCommit(gitDir, {
      tree,
      parents: [tip],
      message: commit.message,
      author: { ...commit.author, at: Date.parse(commit.author.date) / 1000 },
      committer,
    });
  }
  return tip;
}

/**
 * The tree of `tip` with what `commit` changed. merge-tree finds its base by ancestry, so the tip's tree is given to
 * it as a child of the picked commit's parent.
 */
async function pick(
  gitDir: string,
  tip: string,
  commit: string,
  parent: string | undefined,
  by: CommitOptions['committer'],
): Promise<string | undefined> {
  if (parent === undefined) return undefined;
  const { tree } = await readCommit(gitDir, tip);
  const ours = await writeCommit(gitDir, {
    tree,
    parents: [parent],
    message: 'pick',
    author: by,
    committer: by,
  });
  return mergeTrees(gitDir, ours, commit);
}

/**
 * Moves a ref if it still is where the caller saw it.
 * @param before the old commit; undefined: the ref must not exist
 */
export async function moveRef(
  gitDir: string,
  ref: string,
  after: string,
  before: string | undefined,
): Promise<void> {
  await runGit(gitDir, ['update-ref', ref, after, before ?? '0'.repeat(40)]);
}

export async function deleteRef(gitDir: string, ref: string, before?: string): Promise<void> {
  await runGit(gitDir, ['update-ref', '-d', ref, ...(before === undefined ? [] : [before])]);
}

/** Brings a commit (and all it stands on) from another repository of this machine. */
export async function fetchCommit(gitDir: string, from: string, sha: string, ref: string): Promise<void> {
  await runGit(gitDir, [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    from,
    `+${sha}:${ref}`,
  ]);
}

/** Paths below `.github/workflows/` that commits not yet on any branch change. */
export async function workflowChanges(
  gitDir: string,
  tips: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  if (tips.length === 0) return [];
  const commits = await gitLines(gitDir, ['rev-list', ...tips, '--not', '--branches'], env ? { env } : {});
  if (commits.length === 0) return [];
  const lines = await gitLines(
    gitDir,
    [
      'diff-tree',
      '--stdin',
      '--root',
      '-r',
      '-c',
      '--no-commit-id',
      '--name-only',
      '--',
      '.github/workflows/',
    ],
    { input: `${commits.join('\n')}\n`, ...(env ? { env } : {}) },
  );
  return [...new Set(lines)].filter((line) => line.startsWith('.github/workflows/'));
}

/**
 * Pull requests: a branch, of this repository or of a fork, offered to a branch. `refs/pull/N/head` is what is
 * offered, `refs/pull/N/merge` what merging it would give; both are kept by real git and only while they make sense.
 */
import type { User } from './accounts.ts';
import { type Context, timestamp } from './context.ts';
import { row, rows, transaction, update } from './database.ts';
import { ApiError, invalid } from './errors.ts';
import { deleteRef, fetchCommit, GITHUB_IDENTITY, mergeTrees, moveRef, writeCommit } from './git-merge.ts';
import { isAncestor, readBranch, readRef } from './git-read.ts';
import { createIssue, type Issue, setIssueState } from './issues.ts';
import { gitDirOf, type Repository, repositoryById } from './repositories.ts';

interface PullColumns {
  readonly baseRef: string;
  readonly baseSha: string;
  readonly headRepositoryId: number;
  readonly headRef: string;
  readonly headSha: string;
  readonly draft: 0 | 1;
  /** The commit of `refs/pull/N/merge`; null while there is a conflict. */
  readonly testMergeSha: string | null;
  readonly mergedAt: string | null;
  readonly mergedById: number | null;
  readonly mergeCommitSha: string | null;
}
export type Pull = Issue & PullColumns;

const SELECT = 'SELECT * FROM issues JOIN pulls USING (id)';

export function pullByNumber(context: Context, repository: Repository, number: number): Pull | undefined {
  return row<Pull>(
    context.database,
    `${SELECT} WHERE repositoryId = ? AND number = ?`,
    repository.id,
    number,
  );
}

export function requirePull(context: Context, id: number): Pull {
  const pull = row<Pull>(context.database, `${SELECT} WHERE id = ?`, id);
  if (!pull) throw new Error(`pull request ${id} is gone`);
  return pull;
}

export function pullsOf(context: Context, repository: Repository): readonly Pull[] {
  return rows<Pull>(context.database, `${SELECT} WHERE repositoryId = ? ORDER BY number DESC`, repository.id);
}

export function openPullsInto(context: Context, repository: Repository, branch: string): readonly Pull[] {
  const sql = `${SELECT} WHERE repositoryId = ? AND baseRef = ? AND state = 'open' ORDER BY number`;
  return rows<Pull>(context.database, sql, repository.id, branch);
}

export function openPullsFrom(context: Context, repository: Repository, branch: string): readonly Pull[] {
  const sql = `${SELECT} WHERE headRepositoryId = ? AND headRef = ? AND state = 'open' ORDER BY id`;
  return rows<Pull>(context.database, sql, repository.id, branch);
}

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  readonly base: string;
  readonly headRepository: Repository;
  readonly head: string;
  readonly draft: boolean;
}

/** Opens a pull request. The caller holds the lock of refs and raises the event. @throws {ApiError} 422 */
export async function openPull(
  context: Context,
  repository: Repository,
  author: User,
  wanted: NewPull,
): Promise<Pull> {
  const gitDir = gitDirOf(context, repository);
  const baseSha = await readBranch(gitDir, wanted.base);
  if (baseSha === undefined) throw invalid('PullRequest', 'base');
  const headSha = await readBranch(gitDirOf(context, wanted.headRepository), wanted.head);
  if (headSha === undefined) throw invalid('PullRequest', 'head');
  refuseSecond(context, repository, wanted);

  // A ref of its own until there is a number, since the commits must be here to be compared.
  const arriving = `refs/playground/arriving/${headSha}`;
  await fetchCommit(gitDir, gitDirOf(context, wanted.headRepository), headSha, arriving);
  try {
    if (await isAncestor(gitDir, headSha, baseSha)) {
      throw custom(`No commits between ${wanted.base} and ${labelOf(repository, wanted)}`);
    }
    const issue = transaction(context.database, () => {
      const created = createIssue(context, repository, author, { ...wanted, isPull: true });
      context.database
        .prepare(
          `INSERT INTO pulls (id, baseRef, baseSha, headRepositoryId, headRef, headSha, draft)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          created.id,
          wanted.base,
          baseSha,
          wanted.headRepository.id,
          wanted.head,
          headSha,
          wanted.draft ? 1 : 0,
        );
      return created;
    });
    await moveRef(gitDir, `refs/pull/${issue.number}/head`, headSha, undefined);
    return await refreshMerge(context, requirePull(context, issue.id));
  } finally {
    await deleteRef(gitDir, arriving);
  }
}

function refuseSecond(context: Context, repository: Repository, wanted: NewPull): void {
  const same = openPullsFrom(context, wanted.headRepository, wanted.head).some(
    (pull) => pull.repositoryId === repository.id && pull.baseRef === wanted.base,
  );
  if (same) throw custom(`A pull request already exists for ${wanted.headRepository.owner}:${wanted.head}.`);
}

function labelOf(repository: Repository, wanted: NewPull): string {
  return wanted.headRepository.id === repository.id
    ? wanted.head
    : `${wanted.headRepository.owner}:${wanted.head}`;
}

function custom(message: string): ApiError {
  return new ApiError(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
}

/** Takes over where the head branch stands now. */
export async function moveHead(context: Context, pull: Pull, headSha: string): Promise<Pull> {
  const gitDir = gitDirOf(context, { id: pull.repositoryId });
  const from = gitDirOf(context, { id: pull.headRepositoryId });
  await fetchCommit(gitDir, from, headSha, `refs/pull/${pull.number}/head`);
  update(context.database, 'issues', pull.id, { updatedAt: timestamp(context) });
  update(context.database, 'pulls', pull.id, { headSha });
  return refreshMerge(context, requirePull(context, pull.id));
}

/** Makes `refs/pull/N/merge` anew from where base and head stand; takes it away if they conflict. */
export async function refreshMerge(context: Context, pull: Pull): Promise<Pull> {
  const gitDir = gitDirOf(context, { id: pull.repositoryId });
  const baseSha = (await readBranch(gitDir, pull.baseRef)) ?? pull.baseSha;
  const tree = await mergeTrees(gitDir, baseSha, pull.headSha);
  const ref = `refs/pull/${pull.number}/merge`;
  let testMergeSha: string | null = null;
  if (tree !== undefined) {
    const by = { ...GITHUB_IDENTITY, at: Math.floor(context.now().getTime() / 1000) };
    testMergeSha = await writeCommit(gitDir, {
      tree,
      parents: [baseSha, pull.headSha],
      message: `Merge ${pull.headSha} into ${baseSha}`,
      author: by,
      committer: by,
    });
    await moveRef(gitDir, ref, testMergeSha, await currentOrNone(gitDir, ref));
  } else {
    await deleteRef(gitDir, ref);
  }
  update(context.database, 'pulls', pull.id, { baseSha, testMergeSha });
  return requirePull(context, pull.id);
}

const currentOrNone = (gitDir: string, ref: string) => readRef(gitDir, ref);

export function closePull(context: Context, pull: Pull, by: User): Pull {
  setIssueState(context, pull, 'closed', by);
  return requirePull(context, pull.id);
}

/** Opens it again if the head branch is still there. @throws {ApiError} 422 */
export async function reopenPull(context: Context, pull: Pull, by: User): Promise<Pull> {
  if (pull.mergedAt !== null) throw custom('state cannot be changed. The pull request has been merged.');
  const head = await readBranch(gitDirOf(context, { id: pull.headRepositoryId }), pull.headRef);
  const repository = repositoryById(context, pull.repositoryId);
  const base = await readBranch(gitDirOf(context, repository), pull.baseRef);
  if (head === undefined)
    throw custom(`state cannot be changed. The ${pull.headRef} branch has been deleted.`);
  if (base === undefined)
    throw custom(`state cannot be changed. The ${pull.baseRef} branch has been deleted.`);
  setIssueState(context, pull, 'open', by);
  return moveHead(context, requirePull(context, pull.id), head);
}

export function markMerged(context: Context, pull: Pull, by: User, mergeCommitSha: string): Pull {
  transaction(context.database, () => {
    setIssueState(context, pull, 'closed', by);
    update(context.database, 'pulls', pull.id, {
      mergedAt: timestamp(context),
      mergedById: by.id,
      mergeCommitSha,
    });
  });
  return requirePull(context, pull.id);
}

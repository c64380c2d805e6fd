/** New repositories from old ones: forks, and "Use this template"; and from a folder of files, to begin with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noreplyAddress, type User, userById } from './accounts.ts';
import type { Context } from './context.ts';
import { ApiError } from './errors.ts';
import { gitText, runGit } from './git.ts';
import { moveRef, writeCommit } from './git-merge.ts';
import { readBranch } from './git-read.ts';
import {
  createRepository,
  forksOf,
  fullName,
  gitDirOf,
  type Repository,
  type RepositoryValues,
  repositoryByName,
} from './repositories.ts';

/**
 * Forks a repository into an account. An existing fork is answered again, as GitHub does. Actions and schedules are
 * off until someone enables them.
 */
export async function forkRepository(
  context: Context,
  parent: Repository,
  owner: User,
  options: { readonly name?: string | undefined; readonly defaultBranchOnly?: boolean } = {},
): Promise<Repository> {
  const existing = forksOf(context, parent).find((fork) => fork.ownerId === owner.id);
  if (existing) return existing;
  if (parent.ownerId === owner.id) {
    throw new ApiError(403, 'The fork could not be created: the repository is in this account already.');
  }
  const fork = await createRepository(
    context,
    owner.login,
    freeName(context, owner, options.name ?? parent.name),
    {
      description: parent.description,
      private: parent.private,
      defaultBranch: parent.defaultBranch,
      parentId: parent.id,
      hasIssues: 0,
      actionsEnabled: 0,
      schedulesEnabled: 0,
    },
  );
  const heads = options.defaultBranchOnly
    ? [`+refs/heads/${parent.defaultBranch}:refs/heads/${parent.defaultBranch}`]
    : ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  if ((await readBranch(gitDirOf(context, parent), parent.defaultBranch)) !== undefined) {
    await runGit(gitDirOf(context, fork), [
      'fetch',
      '--quiet',
      '--no-tags',
      gitDirOf(context, parent),
      ...heads,
    ]);
  }
  return fork;
}

function freeName(context: Context, owner: User, name: string): string {
  for (let count = 0; ; count += 1) {
    const candidate = count === 0 ? name : `${name}-${count}`;
    if (!repositoryByName(context, owner.login, candidate)) return candidate;
  }
}

/** A new repository with the template's files as its first and only commit. */
export async function generateRepository(
  context: Context,
  template: Repository,
  owner: User,
  name: string,
  values: RepositoryValues = {},
): Promise<Repository> {
  const sha = await readBranch(gitDirOf(context, template), template.defaultBranch);
  if (sha === undefined) throw new ApiError(422, `${fullName(template)} is empty`);
  const repository = await createRepository(context, owner.login, name, {
    ...values,
    defaultBranch: template.defaultBranch,
    templateId: template.id,
  });
  const gitDir = gitDirOf(context, repository);
  await runGit(gitDir, [
    'fetch',
    '--quiet',
    '--no-tags',
    '--depth=1',
    `file://${gitDirOf(context, template)}`,
    `refs/heads/${template.defaultBranch}`,
  ]);
  const tree = await gitText(gitDir, ['rev-parse', `${sha}^{tree}`]);
  await firstCommit(context, repository, tree);
  rmSync(join(gitDir, 'shallow'), { force: true });
  rmSync(join(gitDir, 'FETCH_HEAD'), { force: true });
  return repository;
}

/**
 * Puts the files of a folder (without what its .gitignore names), or of a commit of a git repository there, into an
 * empty repository as its first commit.
 */
export async function fillFromFolder(
  context: Context,
  repository: Repository,
  source: { readonly folder: string; readonly commit?: string | undefined },
): Promise<string> {
  const gitDir = gitDirOf(context, repository);
  if (source.commit !== undefined) {
    await runGit(gitDir, ['fetch', '--quiet', '--no-tags', source.folder, source.commit]);
    const tree = await gitText(gitDir, ['rev-parse', 'FETCH_HEAD^{tree}']);
    const commit = await firstCommit(context, repository, tree);
    rmSync(join(gitDir, 'FETCH_HEAD'), { force: true });
    return commit;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'playground-fill-'));
  try {
    const env = { GIT_INDEX_FILE: join(scratch, 'index') };
    await runGit(gitDir, [`--work-tree=${source.folder}`, '-C', source.folder, 'add', '--all', '.'], { env });
    const tree = await gitText(gitDir, ['write-tree'], { env });
    return await firstCommit(context, repository, tree);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function firstCommit(context: Context, repository: Repository, tree: string): Promise<string> {
  const gitDir = gitDirOf(context, repository);
  const owner = userById(context, repository.ownerId);
  const by = {
    name: owner.login,
    email: noreplyAddress(owner),
    at: Math.floor(context.now().getTime() / 1000),
  };
  const commit = await writeCommit(gitDir, {
    tree,
    parents: [],
    message: 'Initial commit',
    author: by,
    committer: by,
  });
  await moveRef(gitDir, `refs/heads/${repository.defaultBranch}`, commit, undefined);
  return commit;
}

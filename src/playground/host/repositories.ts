/** Repositories as records, and where their bare git repository lies. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type User, userById, userByLogin } from './accounts.ts';
import { type Context, timestamp } from './context.ts';
import { insert, row, rows, update } from './database.ts';
import { PlaygroundError } from './errors.ts';
import { runGit } from './git.ts';
import { isRepositoryName, splitRepository } from './names.ts';

export interface Repository {
  readonly id: number;
  readonly ownerId: number;
  /** Login of the owner. */
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly private: 0 | 1;
  readonly defaultBranch: string;
  readonly isTemplate: 0 | 1;
  readonly parentId: number | null;
  readonly templateId: number | null;
  readonly hasIssues: 0 | 1;
  readonly actionsEnabled: 0 | 1;
  readonly schedulesEnabled: 0 | 1;
  readonly actionsMayCreatePulls: 0 | 1;
  readonly defaultWorkflowPermissions: 'read' | 'write';
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
}

const SELECT =
  'SELECT repositories.*, users.login AS owner FROM repositories JOIN users ON users.id = repositories.ownerId';

export const fullName = (repository: Repository) => `${repository.owner}/${repository.name}`;

export function repositoryByName(context: Context, owner: string, name: string): Repository | undefined {
  return row<Repository>(
    context.database,
    `${SELECT} WHERE users.login = ? AND repositories.name = ?`,
    owner,
    name,
  );
}

export function repositoryById(context: Context, id: number): Repository {
  const repository = row<Repository>(context.database, `${SELECT} WHERE repositories.id = ?`, id);
  if (!repository) throw new PlaygroundError('not-found', `There is no repository with id ${id}.`);
  return repository;
}

/** @throws {PlaygroundError} `not-found` */
export function requireRepository(context: Context, name: string): Repository {
  const repository = repositoryByName(context, ...splitRepository(name));
  if (!repository) throw new PlaygroundError('not-found', `There is no repository ${name}.`);
  return repository;
}

export function allRepositories(context: Context): readonly Repository[] {
  return rows<Repository>(context.database, `${SELECT} ORDER BY users.login, repositories.name`);
}

export function forksOf(context: Context, repository: Repository): readonly Repository[] {
  return rows<Repository>(context.database, `${SELECT} WHERE repositories.parentId = ?`, repository.id);
}

/** The bare repository's folder. It is named by id, so no name that a person chose becomes a path. */
export function gitDirOf(context: Context, repository: Pick<Repository, 'id'>): string {
  return join(context.dataDir, 'git', `${repository.id}.git`);
}

export type RepositoryValues = Partial<Omit<Repository, 'id' | 'ownerId' | 'owner' | 'name'>>;

/**
 * Makes an empty repository.
 * @throws {PlaygroundError} `already-exists`, `invalid-name`, `not-found` (the owner)
 */
export async function createRepository(
  context: Context,
  owner: string,
  name: string,
  values: RepositoryValues = {},
): Promise<Repository> {
  const ownerId = requireUser(context, owner).id;
  if (!isRepositoryName(name)) {
    throw new PlaygroundError(
      'invalid-name',
      `"${name}" cannot be the name of a repository: letters, digits, dots, hyphens and underscores, at most 100.`,
    );
  }
  if (repositoryByName(context, owner, name)) {
    throw new PlaygroundError('already-exists', `There is a repository ${owner}/${name} already.`);
  }
  const time = timestamp(context);
  const id = insert(context.database, 'repositories', {
    ownerId,
    name,
    createdAt: time,
    updatedAt: time,
    pushedAt: time,
    ...values,
  });
  const repository = repositoryById(context, id);
  await initialiseGit(gitDirOf(context, repository), repository.defaultBranch);
  return repository;
}

function requireUser(context: Context, login: string): User {
  const user = userByLogin(context, login);
  if (!user) throw new PlaygroundError('not-found', `There is no account ${login}. Create it first.`);
  return user;
}

export function changeRepository(
  context: Context,
  repository: Repository,
  values: RepositoryValues,
): Repository {
  update(context.database, 'repositories', repository.id, { updatedAt: timestamp(context), ...values });
  return repositoryById(context, repository.id);
}

export function ownerOf(context: Context, repository: Repository): User {
  return userById(context, repository.ownerId);
}

/** What a hosted repository is set to: pushes are checked as GitHub does, and refs/pull is ours alone. */
const CONFIGURATION = `[http]
\treceivepack = true
\tuploadpack = true
[receive]
\tfsckObjects = true
\tautogc = false
\thideRefs = refs/pull
\thideRefs = refs/playground
\tdenyDeleteCurrent = ignore
\tmaxInputSize = 2g
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
\thideRefs = refs/playground
[core]
\tlogAllRefUpdates = false
`;

async function initialiseGit(gitDir: string, defaultBranch: string): Promise<void> {
  mkdirSync(gitDir, { recursive: true });
  await runGit(gitDir, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`]);
  appendFileSync(join(gitDir, 'config'), CONFIGURATION);
}

/** What a repository's settings hold for Actions: secrets, variables, environments with their branch rules. */
import { type Context, timestamp } from './context.ts';
import { insert, row, rows, run, transaction, update } from './database.ts';
import type { Repository } from './repositories.ts';

export type ValueKind = 'secret' | 'variable';
/** In place of an environment's id: the value is the repository's. */
export const REPOSITORY_WIDE = 0;

export interface StoredValue {
  readonly name: string;
  readonly value: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Letters, digits and underscores, no digit first, not GITHUB_ (docs.github.com: Naming your secrets). */
export function isValueName(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/i.test(name) && !/^GITHUB_/i.test(name);
}

export function valuesOf(
  context: Context,
  kind: ValueKind,
  repository: Repository,
  environmentId: number = REPOSITORY_WIDE,
): readonly StoredValue[] {
  return rows<StoredValue>(
    context.database,
    `SELECT name, value, createdAt, updatedAt FROM actionsValues
     WHERE kind = ? AND repositoryId = ? AND environmentId = ? ORDER BY name`,
    kind,
    repository.id,
    environmentId,
  );
}

/** Names are kept in capitals, as GitHub does. @returns whether it is new */
export function setValue(
  context: Context,
  kind: ValueKind,
  repository: Repository,
  environmentId: number,
  name: string,
  value: string,
): boolean {
  const time = timestamp(context);
  const key = [kind, repository.id, environmentId, name.toUpperCase()] as const;
  return transaction(context.database, () => {
    const changed = run(
      context.database,
      `UPDATE actionsValues SET value = ?, updatedAt = ?
       WHERE kind = ? AND repositoryId = ? AND environmentId = ? AND name = ?`,
      value,
      time,
      ...key,
    );
    if (changed.changes > 0) return false;
    run(
      context.database,
      'INSERT INTO actionsValues VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...key,
      value,
      time,
      time,
    );
    return true;
  });
}

export function deleteValue(
  context: Context,
  kind: ValueKind,
  repository: Repository,
  environmentId: number,
  name: string,
): boolean {
  const sql =
    'DELETE FROM actionsValues WHERE kind = ? AND repositoryId = ? AND environmentId = ? AND name = ?';
  return run(context.database, sql, kind, repository.id, environmentId, name.toUpperCase()).changes > 0;
}

export type BranchPolicyKind = 'any' | 'protected' | 'custom';

export interface Environment {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  readonly branchPolicy: BranchPolicyKind;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function environmentsOf(context: Context, repository: Repository): readonly Environment[] {
  return rows<Environment>(
    context.database,
    'SELECT * FROM environments WHERE repositoryId = ? ORDER BY id',
    repository.id,
  );
}

export function environmentByName(
  context: Context,
  repository: Repository,
  name: string,
): Environment | undefined {
  return row<Environment>(
    context.database,
    'SELECT * FROM environments WHERE repositoryId = ? AND name = ?',
    repository.id,
    name,
  );
}

/** Makes an environment, or changes its rule of branches. */
export function putEnvironment(
  context: Context,
  repository: Repository,
  name: string,
  branchPolicy: BranchPolicyKind,
): Environment {
  const time = timestamp(context);
  const existing = environmentByName(context, repository, name);
  if (existing) {
    update(context.database, 'environments', existing.id, { branchPolicy, updatedAt: time });
    return { ...existing, branchPolicy, updatedAt: time };
  }
  const values = { repositoryId: repository.id, name, branchPolicy, createdAt: time, updatedAt: time };
  return { id: insert(context.database, 'environments', values), ...values };
}

export function deleteEnvironment(context: Context, environment: Environment): void {
  run(context.database, 'DELETE FROM actionsValues WHERE environmentId = ?', environment.id);
  run(context.database, 'DELETE FROM environments WHERE id = ?', environment.id);
}

export interface EnvironmentBranch {
  readonly id: number;
  readonly name: string;
}

export function environmentBranches(
  context: Context,
  environment: Environment,
): readonly EnvironmentBranch[] {
  const sql = 'SELECT id, name FROM environmentBranches WHERE environmentId = ? ORDER BY id';
  return rows<EnvironmentBranch>(context.database, sql, environment.id);
}

export function addEnvironmentBranch(
  context: Context,
  environment: Environment,
  name: string,
): EnvironmentBranch {
  const existing = environmentBranches(context, environment).find((branch) => branch.name === name);
  return (
    existing ?? {
      id: insert(context.database, 'environmentBranches', { environmentId: environment.id, name }),
      name,
    }
  );
}

export function removeEnvironmentBranch(context: Context, environment: Environment, id: number): boolean {
  const sql = 'DELETE FROM environmentBranches WHERE environmentId = ? AND id = ?';
  return run(context.database, sql, environment.id, id).changes > 0;
}

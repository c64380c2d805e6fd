/**
 * Who may do what. A person has a role in a repository
 * (https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories), a job's token has
 * permissions on one repository and nothing elsewhere but what anyone may read.
 */
import type { PermissionName, Permissions } from '../contract.ts';
import { ACTIONS_BOT, findToken, type User, userById } from './accounts.ts';
import type { Context } from './context.ts';
import { row, run } from './database.ts';
import { ApiError, notForIntegrations, notFound, requiresAuthentication } from './errors.ts';
import type { Repository } from './repositories.ts';

export type Viewer =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly user: User }
  | {
      readonly kind: 'job';
      readonly user: User;
      readonly repositoryId: number;
      readonly permissions: Permissions;
      readonly runId: number;
    };
export type KnownViewer = Exclude<Viewer, { readonly kind: 'anonymous' }>;

export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const atLeast = (role: Role, needed: Role) => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** The viewer that a token stands for. Undefined for a token that does not exist, or no longer. */
export function viewerOf(context: Context, token: string): KnownViewer | undefined {
  const found = findToken(context, token);
  if (!found) return undefined;
  const user = userById(context, found.userId);
  if (found.kind === 'personal') return { kind: 'user', user };
  return {
    kind: 'job',
    user,
    repositoryId: found.repositoryId ?? 0,
    permissions: JSON.parse(found.permissions ?? '{}') as Permissions,
    runId: found.runId ?? 0,
  };
}

/** The role of an account in a repository. Everyone has `read` in a public one. */
export function roleOf(context: Context, user: User | undefined, repository: Repository): Role {
  const everyone: Role = repository.private ? 'none' : 'read';
  if (!user || user.id === ACTIONS_BOT.id) return everyone;
  if (user.id === repository.ownerId) return 'admin';
  const found = row<{ role: Role }>(
    context.database,
    'SELECT role FROM collaborators WHERE repositoryId = ? AND userId = ?',
    repository.id,
    user.id,
  );
  return found && atLeast(found.role, everyone) ? found.role : everyone;
}

/** Gives a role; `none` takes it away. */
export function setRole(context: Context, repository: Repository, user: User, role: Role): void {
  run(
    context.database,
    'DELETE FROM collaborators WHERE repositoryId = ? AND userId = ?',
    repository.id,
    user.id,
  );
  if (role === 'none') return;
  run(context.database, 'INSERT INTO collaborators VALUES (?, ?, ?)', repository.id, user.id, role);
}

function hasPermission(viewer: Viewer, name: PermissionName, level: 'read' | 'write'): boolean {
  if (viewer.kind !== 'job' || !Object.hasOwn(viewer.permissions, name)) return false;
  const given = viewer.permissions[name];
  return given === 'write' || (level === 'read' && given === 'read');
}

/** What a request needs: a role for people, one of some permissions for jobs (none named: never for jobs). */
export interface Need {
  readonly role: Role;
  readonly permissions: readonly PermissionName[];
  readonly level: 'read' | 'write';
}

/** Whether the viewer may know that the repository exists. */
export function maySee(context: Context, viewer: Viewer, repository: Repository): boolean {
  if (!repository.private) return true;
  if (viewer.kind === 'anonymous') return false;
  if (viewer.kind === 'job') return viewer.repositoryId === repository.id;
  return atLeast(roleOf(context, viewer.user, repository), 'read');
}

/** Whether the viewer may do it; assumes nothing about {@link maySee}. */
export function may(context: Context, viewer: Viewer, repository: Repository, need: Need): boolean {
  const anyoneMay = need.role === 'read' && need.level === 'read' && !repository.private;
  if (anyoneMay) return true;
  if (viewer.kind === 'anonymous') return false;
  if (viewer.kind === 'user') return atLeast(roleOf(context, viewer.user, repository), need.role);
  if (viewer.repositoryId !== repository.id) return false;
  return need.permissions.some((name) => hasPermission(viewer, name, need.level));
}

/**
 * Throws what GitHub answers to who may not: 404 where one may not even see, 401 without a token, 403 for jobs.
 * @throws {ApiError}
 */
export function demand(context: Context, viewer: Viewer, repository: Repository, need: Need): void {
  if (!maySee(context, viewer, repository)) throw notFound();
  if (may(context, viewer, repository, need)) return;
  if (viewer.kind === 'anonymous') throw requiresAuthentication();
  if (viewer.kind === 'job') throw notForIntegrations();
  if (need.role === 'admin') throw new ApiError(403, 'Must have admin rights to Repository.');
  if (need.role === 'read') throw notFound();
  throw new ApiError(403, 'Must have push access to this repository.');
}

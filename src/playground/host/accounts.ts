/** People, the bot of GitHub Actions, and their tokens. Of a token only its hash is kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { Permissions } from '../contract.ts';
import { type Context, timestamp } from './context.ts';
import { insert, row, rows, run } from './database.ts';
import { PlaygroundError } from './errors.ts';
import { isLogin } from './names.ts';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot';
  readonly createdAt: string;
}

/** Id and login of the account under which job tokens act on github.com. */
export const ACTIONS_BOT = { id: 41_898_282, login: 'github-actions[bot]' } as const;

/** The app "GitHub Actions", to which a required status can be bound. */
export const ACTIONS_INTEGRATION = 15_368;

const FIRST_USER_ID = 1001;

export function ensureActionsBot(context: Context): void {
  if (userByLogin(context, ACTIONS_BOT.login)) return;
  insert(context.database, 'users', { ...ACTIONS_BOT, type: 'Bot', createdAt: timestamp(context) });
}

/** @throws {PlaygroundError} `invalid-name`, `already-exists` */
export function createUser(context: Context, login: string): User {
  if (!isLogin(login)) {
    throw new PlaygroundError(
      'invalid-name',
      `"${login}" cannot be a login: letters, digits and single hyphens inside, at most 39.`,
    );
  }
  if (userByLogin(context, login)) {
    throw new PlaygroundError('already-exists', `There is an account ${login} already.`);
  }
  const last = row<{ id: number | null }>(
    context.database,
    `SELECT max(id) AS id FROM users WHERE type = 'User'`,
  );
  const user = {
    id: (last?.id ?? FIRST_USER_ID - 1) + 1,
    login,
    type: 'User',
    createdAt: timestamp(context),
  } as const;
  insert(context.database, 'users', user);
  return user;
}

export function userByLogin(context: Context, login: string): User | undefined {
  return row<User>(context.database, 'SELECT * FROM users WHERE login = ?', login);
}

export function userById(context: Context, id: number): User {
  const user = row<User>(context.database, 'SELECT * FROM users WHERE id = ?', id);
  if (!user) throw new PlaygroundError('not-found', `There is no account with id ${id}.`);
  return user;
}

export function people(context: Context): readonly User[] {
  return rows<User>(context.database, `SELECT * FROM users WHERE type = 'User' ORDER BY login`);
}

/** The address that GitHub puts into commits that a person makes on its pages. */
export function noreplyAddress(user: User): string {
  return `${user.id}+${user.login}@users.noreply.github.com`;
}

/** A classic personal token: whatever the person may do. */
export function createPersonalToken(context: Context, login: string): string {
  const user = userByLogin(context, login);
  if (!user) throw new PlaygroundError('not-found', `There is no account ${login}. Create it first.`);
  return store(context, 'ghp_', { kind: 'personal', userId: user.id });
}

/** A job's token: exactly these permissions on this repository, valid until revoked. */
export function createJobToken(
  context: Context,
  repositoryId: number,
  permissions: Permissions,
  runId: number,
): string {
  return store(context, 'ghs_', {
    kind: 'job',
    userId: ACTIONS_BOT.id,
    repositoryId,
    permissions: JSON.stringify(permissions),
    runId,
  });
}

function store(context: Context, prefix: string, values: Readonly<Record<string, string | number>>): string {
  const token = prefix + randomBytes(32).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 36);
  insert(context.database, 'tokens', { hash: hashOf(token), createdAt: timestamp(context), ...values });
  return token;
}

export function revokeToken(context: Context, token: string): void {
  run(context.database, 'DELETE FROM tokens WHERE hash = ?', hashOf(token));
}

export interface StoredToken {
  readonly kind: 'personal' | 'job';
  readonly userId: number;
  readonly repositoryId: number | null;
  readonly permissions: string | null;
  readonly runId: number | null;
}

export function findToken(context: Context, token: string): StoredToken | undefined {
  return row<StoredToken>(context.database, 'SELECT * FROM tokens WHERE hash = ?', hashOf(token));
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

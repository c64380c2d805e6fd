/** The host as the person who runs it sees it: setting up accounts, repositories and their settings without a token. */

import { type Role, setRole } from './access.ts';
import { createPersonalToken, createUser, type User, userByLogin } from './accounts.ts';
import {
  addEnvironmentBranch,
  environmentByName,
  isValueName,
  putEnvironment,
  REPOSITORY_WIDE,
  setValue,
  type ValueKind,
} from './actions-settings.ts';
import type { Context } from './context.ts';
import { PlaygroundError } from './errors.ts';
import { splitRepository } from './names.ts';
import { enablePages, pagesUrlOf } from './pages.ts';
import { fillFromFolder, forkRepository, generateRepository } from './provision.ts';
import {
  changeRepository,
  createRepository,
  fullName,
  gitDirOf,
  type Repository,
  requireRepository,
} from './repositories.ts';
import type { Faults } from './rest/faults.ts';

interface NewRepository {
  readonly description?: string;
  readonly private?: boolean;
  readonly isTemplate?: boolean;
  /** Files for a first commit: a folder, or a commit of the git repository there. */
  readonly from?: { readonly folder: string; readonly commit?: string };
}

export interface Host {
  readonly faults: Faults;
  createUser(login: string): User;
  /** A classic personal token, for git and the API. It is shown once and cannot be read again. */
  createToken(login: string): string;
  /** @param name `owner/name` */
  createRepository(name: string, options?: NewRepository): Promise<Repository>;
  /** "Use this template". @returns the new repository */
  generate(template: string, name: string): Promise<Repository>;
  fork(name: string, owner: string): Promise<Repository>;
  repository(name: string): Repository;
  gitDir(name: string): string;
  setRole(name: string, login: string, role: Role): void;
  setSecret(name: string, secret: string, value: string, environment?: string): void;
  setVariable(name: string, variable: string, value: string, environment?: string): void;
  /** @param branches names that may use it; default: any branch */
  putEnvironment(name: string, environment: string, branches?: readonly string[] | 'protected'): void;
  /** Actions and, unless said otherwise, schedules: off in forks until someone enables them. */
  enableActions(name: string, options?: { readonly schedules?: boolean }): void;
  /** "Allow GitHub Actions to create and approve pull requests": off until someone allows it. */
  allowActionsToCreatePulls(name: string): void;
  /** With source "GitHub Actions". @returns the address of the site */
  enablePages(name: string): string;
}

export function createHost(context: Context, faults: Faults): Host {
  const find = (name: string) => requireRepository(context, name);
  const user = (login: string) => {
    const found = userByLogin(context, login);
    if (!found) throw new PlaygroundError('not-found', `There is no account ${login}. Create it first.`);
    return found;
  };
  const setNamedValue = (kind: ValueKind, name: string, key: string, value: string, environment?: string) => {
    const repository = find(name);
    if (!isValueName(key)) {
      throw new PlaygroundError(
        'invalid-name',
        `"${key}" cannot name a ${kind}: letters, digits and underscores, no digit first, not GITHUB_.`,
      );
    }
    setValue(context, kind, repository, scopeOf(context, repository, environment), key, value);
  };
  return {
    faults,
    createUser: (login) => createUser(context, login),
    createToken: (login) => createPersonalToken(context, login),
    async createRepository(name, options = {}) {
      const repository = await createRepository(context, ...splitRepository(name), {
        description: options.description ?? null,
        private: options.private ? 1 : 0,
        isTemplate: options.isTemplate ? 1 : 0,
      });
      if (options.from) await fillFromFolder(context, repository, options.from);
      return repository;
    },
    generate(template, name) {
      const [owner, repositoryName] = splitRepository(name);
      return generateRepository(context, find(template), user(owner), repositoryName);
    },
    fork: (name, owner) => forkRepository(context, find(name), user(owner)),
    repository: find,
    gitDir: (name) => gitDirOf(context, find(name)),
    setRole: (name, login, role) => setRole(context, find(name), user(login), role),
    setSecret: (name, key, value, environment) => setNamedValue('secret', name, key, value, environment),
    setVariable: (name, key, value, environment) => setNamedValue('variable', name, key, value, environment),
    putEnvironment(name, environment, branches) {
      const policy = branches === undefined ? 'any' : branches === 'protected' ? 'protected' : 'custom';
      const made = putEnvironment(context, find(name), environment, policy);
      if (branches === undefined || branches === 'protected') return;
      for (const branch of branches) addEnvironmentBranch(context, made, branch);
    },
    enableActions(name, { schedules = true } = {}) {
      changeRepository(context, find(name), { actionsEnabled: 1, schedulesEnabled: schedules ? 1 : 0 });
    },
    allowActionsToCreatePulls(name) {
      changeRepository(context, find(name), { actionsMayCreatePulls: 1 });
    },
    enablePages(name) {
      const repository = find(name);
      enablePages(context, repository, 'workflow');
      return pagesUrlOf(context, repository);
    },
  };
}

function scopeOf(context: Context, repository: Repository, environment: string | undefined): number {
  if (environment === undefined) return REPOSITORY_WIDE;
  const found = environmentByName(context, repository, environment);
  if (found) return found.id;
  throw new PlaygroundError(
    'not-found',
    `${fullName(repository)} has no environment ${environment}. Create it with putEnvironment.`,
  );
}

/** The host as the engine of Actions sees it: the methods of `HostForActions`. */
import type { HostForActions } from '../contract.ts';
import { createJobToken, revokeToken, userByLogin } from './accounts.ts';
import {
  environmentBranches,
  environmentByName,
  REPOSITORY_WIDE,
  type ValueKind,
  valuesOf,
} from './actions-settings.ts';
import type { Context } from './context.ts';
import { PlaygroundError } from './errors.ts';
import { webhookRepositoryShape } from './events.ts';
import { issueToken } from './oidc.ts';
import { publish } from './pages.ts';
import { isProtected } from './protection.ts';
import { gitDirOf, requireRepository } from './repositories.ts';
import { userShape } from './shapes/user.ts';

export function hostForActions(context: Context): HostForActions {
  const values = (kind: ValueKind, name: string, environment: string | undefined) => {
    const repository = requireRepository(context, name);
    const named = environment === undefined ? undefined : environmentByName(context, repository, environment);
    // An environment's values come last, since they replace the repository's.
    const scopes = [REPOSITORY_WIDE, ...(named ? [named.id] : [])];
    return new Map(
      scopes.flatMap((scope) =>
        valuesOf(context, kind, repository, scope).map((entry) => [entry.name, entry.value] as const),
      ),
    );
  };
  return {
    serverUrl: context.urls.server,
    apiUrl: context.urls.api,
    graphqlUrl: context.urls.graphql,
    database: context.database,
    dataDir: context.dataDir,
    gitDir: (name) => gitDirOf(context, requireRepository(context, name)),
    repositoryInfo(name) {
      const repository = requireRepository(context, name);
      return {
        id: repository.id,
        ownerId: repository.ownerId,
        owner: repository.owner,
        name: repository.name,
        defaultBranch: repository.defaultBranch,
        private: repository.private === 1,
        fork: repository.parentId !== null,
        actionsEnabled: repository.actionsEnabled === 1,
        schedulesEnabled: repository.schedulesEnabled === 1,
      };
    },
    createJobToken: (name, permissions, runId) =>
      createJobToken(context, requireRepository(context, name).id, permissions, runId),
    revokeToken: (token) => revokeToken(context, token),
    secrets: (name, environment) => values('secret', name, environment),
    variables: (name, environment) => values('variable', name, environment),
    environment(repositoryName, name) {
      const found = environmentByName(context, requireRepository(context, repositoryName), name);
      if (!found) return undefined;
      const { branchPolicy } = found;
      const branches = () => environmentBranches(context, found).map((branch) => branch.name);
      return { branchPolicy: branchPolicy === 'custom' ? branches() : branchPolicy };
    },
    isProtectedBranch: (name, branch) => isProtected(context, requireRepository(context, name), branch),
    publishPages: async (name, folder, details) =>
      publish(context, requireRepository(context, name), folder, details),
    issueOidcToken: async (claims, audience) => issueToken(context, claims, audience),
    raise: (event) => context.emit(event),
    webhookRepository: (name) => webhookRepositoryShape(context, requireRepository(context, name)),
    webhookUser(login) {
      const user = userByLogin(context, login);
      if (!user) throw new PlaygroundError('not-found', `There is no account ${login}.`);
      return userShape(context, user);
    },
  };
}

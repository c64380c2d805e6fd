/** https://docs.github.com/rest/repos/repos, /rest/repos/forks, /rest/collaborators/collaborators */

import { atLeast, maySee, ROLES, type Role, roleOf, setRole } from '../access.ts';
import { ACTIONS_BOT, userByLogin } from '../accounts.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { raiseRepositoryDispatch } from '../events.ts';
import { runGit } from '../git.ts';
import { readBranch } from '../git-read.ts';
import { isRepositoryName } from '../names.ts';
import { forkRepository, generateRepository } from '../provision.ts';
import {
  changeRepository,
  createRepository,
  forksOf,
  gitDirOf,
  type RepositoryValues,
  repositoryByName,
} from '../repositories.ts';
import { fullRepositoryShape, minimalRepositoryShape, permissionsShape } from '../shapes/repository.ts';
import { userShape } from '../shapes/user.ts';
import { list } from './pagination.ts';
import {
  created,
  get,
  knownViewer,
  noContent,
  ok,
  patch,
  person,
  post,
  put,
  type RestRequest,
  readBody,
  remove,
  repositoryFor,
  toAdminister,
  toWrite,
  visibleRepository,
} from './route.ts';

/** The names of roles as `permission` fields know them. */
const PERMISSION_NAMES: ReadonlyMap<unknown, Role> = new Map([
  ['pull', 'read'],
  ['push', 'write'],
  ...ROLES.filter((role) => role !== 'none').map((role) => [role, role] as const),
]);

function permissionShape(request: RestRequest, login: string) {
  const repository = visibleRepository(request);
  const viewer = knownViewer(request);
  if (viewer.kind === 'user' && !atLeast(roleOf(request.context, viewer.user, repository), 'write')) {
    throw new ApiError(403, 'Must have push access to view collaborator permission.');
  }
  if (viewer.kind === 'job' && viewer.repositoryId !== repository.id) throw notFound();
  const user = userByLogin(request.context, login);
  if (!user) throw new ApiError(404, `${login} is not a user`);
  const role = user.id === ACTIONS_BOT.id ? 'none' : roleOf(request.context, user, repository);
  const permission = role === 'triage' ? 'read' : role === 'maintain' ? 'write' : role;
  return {
    permission,
    role_name: role,
    user: { ...userShape(request.context, user), permissions: permissionsShape(role), role_name: role },
  };
}

function readNewRepository(body: ReturnType<typeof readBody>) {
  const name = body.required('name');
  if (name !== '' && !isRepositoryName(name))
    body.fail('name', 'invalid', 'name is not a valid repository name');
  const description = body.optional('description') ?? null;
  const isPrivate = body.flag('private') ?? false;
  return { name, description, isPrivate };
}

export const repositoryRoutes = [
  get('/repos/:owner/:repo', (request) =>
    ok(fullRepositoryShape(request.context, visibleRepository(request), request.viewer)),
  ),
  patch('/repos/:owner/:repo', async (request) => {
    const repository = repositoryFor(request, toAdminister);
    const body = readBody('Repository', await request.json());
    const description = body.optional('description');
    const branch = body.optional('default_branch');
    const flags = {
      private: body.flag('private'),
      isTemplate: body.flag('is_template'),
      hasIssues: body.flag('has_issues'),
    };
    body.check();
    const values: Record<string, string | number> = {};
    if (description !== undefined) values.description = description;
    for (const [name, flag] of Object.entries(flags)) if (flag !== undefined) values[name] = flag ? 1 : 0;
    if (branch !== undefined) {
      const gitDir = gitDirOf(request.context, repository);
      if ((await readBranch(gitDir, branch)) === undefined) throw invalid('Repository', 'default_branch');
      await runGit(gitDir, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
      values.defaultBranch = branch;
    }
    const changed = changeRepository(request.context, repository, values as RepositoryValues);
    return ok(fullRepositoryShape(request.context, changed, request.viewer));
  }),
  post('/user/repos', async (request) => {
    const user = person(request);
    const body = readBody('Repository', await request.json());
    const { name, description, isPrivate } = readNewRepository(body);
    body.check();
    if (repositoryByName(request.context, user.login, name)) {
      throw invalid('Repository', 'name', 'custom', 'name already exists on this account');
    }
    const values = { description, private: isPrivate ? 1 : 0 } as const;
    const repository = await createRepository(request.context, user.login, name, values);
    return created(fullRepositoryShape(request.context, repository, request.viewer));
  }),
  post('/repos/:owner/:repo/generate', async (request) => {
    const user = person(request);
    const template = visibleRepository(request);
    const json = await request.json();
    const body = readBody('Repository', json);
    const { name, description, isPrivate } = readNewRepository(body);
    body.check();
    if (!template.isTemplate) throw notFound();
    const owner = body.optional('owner') ?? user.login;
    if (owner.toLowerCase() !== user.login.toLowerCase()) {
      throw new ApiError(403, 'You do not have permission to create repositories for this account.');
    }
    if (repositoryByName(request.context, user.login, name)) {
      throw new ApiError(422, 'Unprocessable Entity', [
        'Could not clone: Name already exists on this account',
      ]);
    }
    const values = { description, private: isPrivate ? 1 : 0 } as const;
    const repository = await generateRepository(request.context, template, user, name, values);
    return created(fullRepositoryShape(request.context, repository, request.viewer));
  }),
  get('/repos/:owner/:repo/forks', (request) => {
    const { context, viewer } = request;
    const forks = forksOf(context, visibleRepository(request)).filter((fork) =>
      maySee(context, viewer, fork),
    );
    return list(request, forks, (fork) => minimalRepositoryShape(context, fork));
  }),
  post('/repos/:owner/:repo/forks', async (request) => {
    const user = person(request);
    const parent = visibleRepository(request);
    const body = readBody('Fork', await request.json());
    const name = body.optional('name');
    const defaultBranchOnly = body.flag('default_branch_only') ?? false;
    if (name !== undefined && !isRepositoryName(name)) body.fail('name', 'invalid');
    body.check();
    const fork = await forkRepository(request.context, parent, user, { name, defaultBranchOnly });
    return { status: 202, body: fullRepositoryShape(request.context, fork, request.viewer) };
  }),
  post('/repos/:owner/:repo/dispatches', async (request) => {
    const repository = repositoryFor(request, toWrite('contents'));
    const json = await request.json();
    const body = readBody('RepositoryDispatch', json);
    const eventType = body.required('event_type');
    const properties = Object.keys((json.client_payload as object | undefined) ?? {}).length;
    if (properties > 10) body.fail('client_payload', 'invalid', 'No more than 10 properties are allowed');
    if (eventType.length > 100) body.fail('event_type', 'invalid');
    body.check();
    await raiseRepositoryDispatch(
      request.context,
      repository,
      knownViewer(request),
      eventType,
      json.client_payload ?? {},
    );
    return noContent;
  }),
  get('/repos/:owner/:repo/collaborators/:username/permission', (request) =>
    ok(permissionShape(request, request.param('username'))),
  ),
  put('/repos/:owner/:repo/collaborators/:username', async (request) => {
    const repository = repositoryFor(request, toAdminister);
    const user = userByLogin(request.context, request.param('username'));
    if (!user) throw notFound();
    const role = PERMISSION_NAMES.get((await request.json()).permission ?? 'push');
    if (role === undefined) throw invalid('Repository', 'permission');
    // An invitation on github.com; here everyone accepts at once.
    setRole(request.context, repository, user, role);
    return noContent;
  }),
  remove('/repos/:owner/:repo/collaborators/:username', (request) => {
    const repository = repositoryFor(request, toAdminister);
    const user = userByLogin(request.context, request.param('username'));
    if (!user) throw notFound();
    setRole(request.context, repository, user, 'none');
    return noContent;
  }),
];

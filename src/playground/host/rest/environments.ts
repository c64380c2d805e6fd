/** https://docs.github.com/rest/deployments/environments and /rest/deployments/branch-policies */
import {
  addEnvironmentBranch,
  type BranchPolicyKind,
  deleteEnvironment,
  type Environment,
  type EnvironmentBranch,
  environmentBranches,
  environmentByName,
  environmentsOf,
  putEnvironment,
  removeEnvironmentBranch,
} from '../actions-settings.ts';
import { type Context, nodeId } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import type { Repository } from '../repositories.ts';
import { repositoryApi, repositoryPage } from '../shapes/repository.ts';
import { countedList } from './pagination.ts';
import {
  get,
  type Json,
  noContent,
  numberParam,
  ok,
  post,
  put,
  type RestRequest,
  readBody,
  remove,
  repositoryFor,
  toAdminister,
  toRead,
} from './route.ts';

const ENVIRONMENT = '/repos/:owner/:repo/environments/:environment';
const POLICIES = `${ENVIRONMENT}/deployment-branch-policies`;
const reading = toRead('actions');

function environmentFor(request: RestRequest, need = reading) {
  const repository = repositoryFor(request, need);
  const environment = environmentByName(request.context, repository, request.param('environment'));
  if (!environment) throw notFound();
  return { repository, environment };
}

function environmentShape(context: Context, repository: Repository, environment: Environment) {
  const { branchPolicy } = environment;
  return {
    id: environment.id,
    node_id: nodeId('Environment', environment.id),
    name: environment.name,
    url: `${repositoryApi(context, repository)}/environments/${encodeURIComponent(environment.name)}`,
    html_url: `${repositoryPage(context, repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(environment.name)}`,
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    can_admins_bypass: true,
    protection_rules:
      branchPolicy === 'any'
        ? []
        : [{ id: environment.id, node_id: nodeId('Gate', environment.id), type: 'branch_policy' }],
    deployment_branch_policy:
      branchPolicy === 'any'
        ? null
        : {
            protected_branches: branchPolicy === 'protected',
            custom_branch_policies: branchPolicy === 'custom',
          },
  };
}

const branchShape = ({ id, name }: EnvironmentBranch) => ({
  id,
  node_id: nodeId('BranchPolicy', id),
  name,
  type: 'branch',
});

function readPolicy(json: Json): BranchPolicyKind {
  const policy = json.deployment_branch_policy as Json | null | undefined;
  if (policy === null || policy === undefined) return 'any';
  const { protected_branches: isProtected, custom_branch_policies: custom } = policy;
  if (typeof isProtected !== 'boolean' || typeof custom !== 'boolean' || isProtected === custom) {
    throw new ApiError(422, 'Validation Failed', [
      'protected_branches and custom_branch_policies cannot have the same value.',
    ]);
  }
  return isProtected ? 'protected' : 'custom';
}

export const environmentRoutes = [
  get('/repos/:owner/:repo/environments', (request) => {
    const repository = repositoryFor(request, reading);
    return countedList(request, 'environments', environmentsOf(request.context, repository), (environment) =>
      environmentShape(request.context, repository, environment),
    );
  }),
  get(ENVIRONMENT, (request) => {
    const { repository, environment } = environmentFor(request);
    return ok(environmentShape(request.context, repository, environment));
  }),
  put(ENVIRONMENT, async (request) => {
    const repository = repositoryFor(request, toAdminister);
    const policy = readPolicy(await request.json());
    const environment = putEnvironment(request.context, repository, request.param('environment'), policy);
    return ok(environmentShape(request.context, repository, environment));
  }),
  remove(ENVIRONMENT, (request) => {
    deleteEnvironment(request.context, environmentFor(request, toAdminister).environment);
    return noContent;
  }),
  get(POLICIES, (request) => {
    const { environment } = environmentFor(request);
    return countedList(
      request,
      'branch_policies',
      environmentBranches(request.context, environment),
      branchShape,
    );
  }),
  post(POLICIES, async (request) => {
    const { environment } = environmentFor(request, toAdminister);
    const body = readBody('BranchPolicy', await request.json());
    const name = body.required('name');
    body.check();
    if (environment.branchPolicy !== 'custom') throw notFound();
    return ok(branchShape(addEnvironmentBranch(request.context, environment, name)));
  }),
  remove(`${POLICIES}/:policy`, (request) => {
    const { environment } = environmentFor(request, toAdminister);
    if (!removeEnvironmentBranch(request.context, environment, numberParam(request, 'policy')))
      throw notFound();
    return noContent;
  }),
];

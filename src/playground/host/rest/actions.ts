/** https://docs.github.com/rest/actions: runs, jobs, workflows, dispatch, permissions of Actions. */
import { ApiError, notFound } from '../errors.ts';
import { resolveCommit } from '../git-read.ts';
import { changeRepository, fullName, gitDirOf } from '../repositories.ts';
import { seal } from '../settings.ts';
import { jobShape, runShape, workflowShape } from '../shapes/actions.ts';
import { countedList } from './pagination.ts';
import {
  get,
  type Json,
  knownViewer,
  noContent,
  numberParam,
  ok,
  post,
  put,
  type RestRequest,
  readBody,
  repositoryFor,
  toAdminister,
  toRead,
  toWrite,
} from './route.ts';

/** Where a log can be fetched by who was given the address. */
export const JOB_LOG_PATH = '/_playground/job-logs';

const RUN = '/repos/:owner/:repo/actions/runs/:run';
const reading = toRead('actions');

function runFor(request: RestRequest, need = reading) {
  const repository = repositoryFor(request, need);
  const run = request.context.engine().run(numberParam(request, 'run'));
  if (!run || run.repository.toLowerCase() !== fullName(repository).toLowerCase()) throw notFound();
  return { repository, run };
}

/** A workflow by its id or by its file's name. */
function workflowFor(request: RestRequest, need = reading) {
  const repository = repositoryFor(request, need);
  const named = request.param('workflow');
  const workflow = request.context
    .engine()
    .workflows(fullName(repository))
    .find(({ id, path }) => String(id) === named || path.split('/').at(-1) === named);
  if (!workflow) throw notFound();
  return { repository, workflow };
}

async function runs(request: RestRequest, workflow?: string) {
  const repository = repositoryFor(request, reading);
  const filter = {
    event: request.query('event'),
    status: request.query('status'),
    headSha: request.query('head_sha'),
    branch: request.query('branch'),
    workflow,
  };
  const engine = request.context.engine();
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const actor = request.query('actor');
  const found = engine
    .runs(fullName(repository), given)
    .filter((run) => actor === undefined || run.actor === actor);
  const newest = found.toSorted((a, b) => b.id - a.id);
  return countedList(request, 'workflow_runs', newest, (run) => runShape(request.context, repository, run));
}

function readInputs(json: Json): Readonly<Record<string, string>> {
  const inputs = json.inputs ?? {};
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
    throw new ApiError(422, 'Invalid value for inputs');
  }
  const entries = Object.entries(inputs);
  if (entries.length > 25) throw new ApiError(422, 'Too many inputs: at most 25 are allowed');
  for (const [name, value] of entries) {
    if (!/^(?:string|boolean|number)$/.test(typeof value)) {
      throw new ApiError(422, `Invalid value for input '${name}'`);
    }
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

export const actionsRoutes = [
  get('/repos/:owner/:repo/actions/runs', (request) => runs(request)),
  get(RUN, async (request) => {
    const { repository, run } = runFor(request);
    return ok(await runShape(request.context, repository, run));
  }),
  get(`${RUN}/jobs`, (request) => {
    const { repository, run } = runFor(request);
    return countedList(request, 'jobs', run.jobs, (job) => jobShape(request.context, repository, run, job));
  }),
  post(`${RUN}/rerun`, (request) => {
    const { run } = runFor(request, toWrite('actions'));
    request.context.engine().rerun(run.id);
    return { status: 201, body: {} };
  }),
  post(`${RUN}/cancel`, (request) => {
    const { run } = runFor(request, toWrite('actions'));
    if (run.status === 'completed')
      throw new ApiError(409, 'Cannot cancel a workflow run that is completed.');
    request.context.engine().cancel(run.id);
    return { status: 202, body: {} };
  }),
  post(`${RUN}/approve`, (request) => {
    const { run } = runFor(request, toWrite('actions'));
    request.context.engine().approve(run.id);
    return { status: 201, body: {} };
  }),
  get('/repos/:owner/:repo/actions/jobs/:job/logs', (request) => {
    const repository = repositoryFor(request, reading);
    knownViewer(request);
    const id = numberParam(request, 'job');
    const known = request.context
      .engine()
      .runs(fullName(repository))
      .some((run) => run.jobs.some((job) => job.id === id));
    if (!known) throw notFound();
    const sig = seal(request.context, 'log', String(id));
    const location = `${request.context.urls.server}${JOB_LOG_PATH}/${id}?sig=${sig}`;
    return { status: 302, headers: { location } };
  }),
  get('/repos/:owner/:repo/actions/workflows', (request) => {
    const repository = repositoryFor(request, reading);
    const workflows = request.context.engine().workflows(fullName(repository));
    return countedList(request, 'workflows', workflows, (workflow) =>
      workflowShape(request.context, repository, workflow),
    );
  }),
  get('/repos/:owner/:repo/actions/workflows/:workflow', (request) => {
    const { repository, workflow } = workflowFor(request);
    return ok(workflowShape(request.context, repository, workflow));
  }),
  get('/repos/:owner/:repo/actions/workflows/:workflow/runs', (request) =>
    runs(request, workflowFor(request).workflow.path),
  ),
  post('/repos/:owner/:repo/actions/workflows/:workflow/dispatches', async (request) => {
    const { repository, workflow } = workflowFor(request, toWrite('actions'));
    const viewer = knownViewer(request);
    const json = await request.json();
    const body = readBody('WorkflowDispatch', json);
    const ref = body.required('ref');
    body.check();
    const name = ref.replace(/^refs\/(?:heads|tags)\//, '');
    if ((await resolveCommit(gitDirOf(request.context, repository), name)) === undefined) {
      throw new ApiError(422, `No ref found for: ${ref}`);
    }
    request.context
      .engine()
      .dispatch(
        fullName(repository),
        workflow.path,
        ref,
        readInputs(json),
        viewer.user.login,
        viewer.kind === 'job',
      );
    return noContent;
  }),
  get('/repos/:owner/:repo/actions/permissions', (request) => {
    const repository = repositoryFor(request, toAdminister);
    return ok({
      enabled: repository.actionsEnabled === 1,
      allowed_actions: 'all',
      sha_pinning_required: false,
    });
  }),
  put('/repos/:owner/:repo/actions/permissions', async (request) => {
    const repository = repositoryFor(request, toAdminister);
    const body = readBody('ActionsPermissions', await request.json());
    const enabled = body.flag('enabled');
    if (enabled === undefined) body.fail('enabled', 'missing_field');
    body.check();
    const value = enabled ? 1 : 0;
    changeRepository(request.context, repository, { actionsEnabled: value, schedulesEnabled: value });
    return noContent;
  }),
  get('/repos/:owner/:repo/actions/permissions/workflow', (request) => {
    const repository = repositoryFor(request, toAdminister);
    return ok({
      default_workflow_permissions: repository.defaultWorkflowPermissions,
      can_approve_pull_request_reviews: repository.actionsMayCreatePulls === 1,
    });
  }),
  put('/repos/:owner/:repo/actions/permissions/workflow', async (request) => {
    const repository = repositoryFor(request, toAdminister);
    const body = readBody('ActionsPermissions', await request.json());
    const level = body.oneOf('default_workflow_permissions', ['read', 'write']);
    const mayCreate = body.flag('can_approve_pull_request_reviews');
    body.check();
    changeRepository(request.context, repository, {
      ...(level === undefined ? {} : { defaultWorkflowPermissions: level }),
      ...(mayCreate === undefined ? {} : { actionsMayCreatePulls: mayCreate ? 1 : 0 }),
    });
    return noContent;
  }),
];

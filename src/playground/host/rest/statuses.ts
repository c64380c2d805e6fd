/** https://docs.github.com/rest/commits/statuses */
import { ACTIONS_INTEGRATION, userById } from '../accounts.ts';
import { nodeId } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import { resolveCommit } from '../git-read.ts';
import { gitDirOf } from '../repositories.ts';
import { minimalRepositoryShape, repositoryApi } from '../shapes/repository.ts';
import { userShape } from '../shapes/user.ts';
import { addStatus, combinedState, latestStatuses, STATES, type Status, statusesOf } from '../statuses.ts';
import { list, pageOf } from './pagination.ts';
import {
  created,
  get,
  knownViewer,
  ok,
  post,
  type RestRequest,
  readBody,
  repositoryFor,
  toRead,
  toWrite,
} from './route.ts';

function statusShape(request: RestRequest, status: Status, simple = false) {
  const { context } = request;
  const creator = userShape(context, userById(context, status.creatorId));
  return {
    url: `${context.urls.api}/repos/${request.param('owner')}/${request.param('repo')}/statuses/${status.sha}`,
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId('StatusContext', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    ...(simple ? {} : { creator }),
  };
}

async function commitFor(request: RestRequest) {
  const repository = repositoryFor(request, toRead('statuses'));
  const sha = await resolveCommit(gitDirOf(request.context, repository), request.param('ref'));
  if (sha === undefined) throw notFound();
  return { repository, sha };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

export const statusRoutes = [
  post('/repos/:owner/:repo/statuses/:sha', async (request) => {
    const repository = repositoryFor(request, toWrite('statuses'));
    const viewer = knownViewer(request);
    const body = readBody('Status', await request.json());
    const state = body.oneOf('state', STATES);
    if (state === undefined) body.fail('state', 'missing_field');
    const description = body.optional('description') || null;
    const targetUrl = body.optional('target_url') || null;
    const name = body.optional('context') || 'default';
    if ((description?.length ?? 0) > 140) {
      body.fail('description', 'custom', 'description is too long (maximum is 140 characters)');
    }
    if (targetUrl !== null && !isWebAddress(targetUrl)) {
      body.fail('target_url', 'custom', 'target_url must use http(s) scheme');
    }
    if (name.length > 255) body.fail('context', 'custom', 'context is too long (maximum is 255 characters)');
    body.check();
    const sha = request.param('sha');
    const commit = /^[0-9a-f]{40}$/.test(sha)
      ? await resolveCommit(gitDirOf(request.context, repository), sha)
      : undefined;
    if (commit === undefined) throw new ApiError(422, `No commit found for SHA: ${sha}`);
    const status = addStatus(request.context, repository, viewer.user, {
      sha: commit,
      context: name,
      state: state ?? 'pending',
      description,
      targetUrl,
      integrationId: viewer.kind === 'job' ? ACTIONS_INTEGRATION : null,
    });
    return created(statusShape(request, status));
  }),
  get('/repos/:owner/:repo/commits/:ref/statuses', async (request) => {
    const { repository, sha } = await commitFor(request);
    return list(request, statusesOf(request.context, repository, sha), (status) =>
      statusShape(request, status),
    );
  }),
  get('/repos/:owner/:repo/commits/:ref/status', async (request) => {
    const { repository, sha } = await commitFor(request);
    const statuses = latestStatuses(request.context, repository, sha);
    const page = pageOf(request, statuses.length);
    const api = repositoryApi(request.context, repository);
    return {
      ...ok({
        state: combinedState(statuses),
        statuses: statuses.slice(page.from, page.to).map((status) => statusShape(request, status, true)),
        sha,
        total_count: statuses.length,
        repository: minimalRepositoryShape(request.context, repository),
        commit_url: `${api}/commits/${sha}`,
        url: `${api}/commits/${sha}/status`,
      }),
      headers: page.headers,
    };
  }),
];

/** https://docs.github.com/rest/issues/issues */

import { atLeast, demand, roleOf } from '../access.ts';
import { userByLogin } from '../accounts.ts';
import type { Context } from '../context.ts';
import { rows } from '../database.ts';
import { ApiError, notFound } from '../errors.ts';
import {
  changeIssue,
  createIssue,
  type Issue,
  issueByNumber,
  requireIssue,
  setIssueState,
} from '../issues.ts';
import { labelsOf, setLabels } from '../labels.ts';
import { setPullState } from '../pull-deeds.ts';
import { pullByNumber } from '../pulls.ts';
import type { Repository } from '../repositories.ts';
import { issueShape } from '../shapes/issue.ts';
import { list } from './pagination.ts';
import {
  created,
  get,
  knownViewer,
  MAX_TEXT,
  needs,
  numberParam,
  ok,
  patch,
  post,
  type RestRequest,
  readBody,
  repositoryFor,
  toRead,
} from './route.ts';

/** The issue or pull request that the path names, if the viewer may read it. @throws {ApiError} 404 */
export function issueFor(request: RestRequest) {
  const repository = repositoryFor(request, toRead('issues', 'pull-requests'));
  const issue = issueByNumber(request.context, repository, numberParam(request, 'number'));
  if (!issue) throw notFound();
  return { repository, issue };
}

/** Demands what writing to an issue, or to a pull request through the same paths, needs. */
export function demandWriting(
  request: RestRequest,
  repository: Repository,
  issue: Issue,
  role: 'read' | 'triage' | 'write' = 'read',
) {
  const permissions = issue.isPull ? (['issues', 'pull-requests'] as const) : (['issues'] as const);
  const viewer = knownViewer(request);
  demand(request.context, viewer, repository, needs(role, 'write', ...permissions));
  return viewer;
}

/** 410 on github.com where issues are switched off; the number has no issue then. */
function refuseWithoutIssues(repository: Repository): void {
  if (!repository.hasIssues) throw new ApiError(404, 'Issues has been disabled in this repository.');
}

function filtered(request: RestRequest, repository: Repository): readonly Issue[] {
  const { context } = request;
  const state = request.query('state') ?? 'open';
  const labels = (request.query('labels') ?? '').split(',').filter((name) => name !== '');
  const creator = request.query('creator');
  const since = request.query('since');
  const sort = request.query('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const ascending = request.query('direction') === 'asc';
  return issuesOf(context, repository)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => creator === undefined || userByLogin(context, creator)?.id === issue.authorId)
    .filter((issue) => since === undefined || Date.parse(issue.updatedAt) >= Date.parse(since))
    .filter((issue) => {
      const own = new Set(labelsOf(context, issue).map(({ name }) => name.toLowerCase()));
      return labels.every((name) => own.has(name.toLowerCase()));
    })
    .toSorted(
      (a, b) => (a[sort] < b[sort] ? -1 : a[sort] > b[sort] ? 1 : a.number - b.number) * (ascending ? 1 : -1),
    );
}

function issuesOf(context: Context, repository: Repository): readonly Issue[] {
  return rows<Issue>(context.database, 'SELECT * FROM issues WHERE repositoryId = ?', repository.id);
}

export const issueRoutes = [
  get('/repos/:owner/:repo/issues', (request) => {
    const repository = repositoryFor(request, toRead('issues', 'pull-requests'));
    return list(request, filtered(request, repository), (issue) =>
      issueShape(request.context, repository, issue),
    );
  }),
  post('/repos/:owner/:repo/issues', async (request) => {
    const repository = repositoryFor(request, needs('read', 'write', 'issues'));
    refuseWithoutIssues(repository);
    const viewer = knownViewer(request);
    const body = readBody('Issue', await request.json());
    const title = body.required('title');
    const text = body.optional('body') ?? null;
    const labels = body.names('labels');
    if ((text?.length ?? 0) > MAX_TEXT)
      body.fail('body', 'custom', 'body is too long (maximum is 65536 characters)');
    body.check();
    const issue = createIssue(request.context, repository, viewer.user, { title, body: text });
    const trusted =
      viewer.kind === 'job' || atLeast(roleOf(request.context, viewer.user, repository), 'triage');
    if (labels && trusted) setLabels(request.context, repository, issue, labels);
    return created(issueShape(request.context, repository, issue));
  }),
  get('/repos/:owner/:repo/issues/:number', (request) => {
    const { repository, issue } = issueFor(request);
    return ok(issueShape(request.context, repository, issue));
  }),
  patch('/repos/:owner/:repo/issues/:number', async (request) => {
    const { repository, issue } = issueFor(request);
    const viewer = demandWriting(request, repository, issue);
    const trusted =
      viewer.kind === 'job' || atLeast(roleOf(request.context, viewer.user, repository), 'triage');
    if (!trusted && viewer.user.id !== issue.authorId) {
      throw new ApiError(403, 'Must have admin rights to Repository.');
    }
    const body = readBody('Issue', await request.json());
    const title = body.optional('title');
    const text = body.optional('body');
    const state = body.oneOf('state', ['open', 'closed']);
    const reason = body.oneOf('state_reason', ['completed', 'not_planned', 'reopened', 'duplicate']);
    const labels = body.names('labels');
    if (title?.trim() === '') body.fail('title', 'missing_field');
    body.check();
    if (title !== undefined || text !== undefined) {
      changeIssue(request.context, issue, {
        ...(title === undefined ? {} : { title }),
        ...(text === undefined ? {} : { body: text }),
      });
    }
    if (labels && trusted) setLabels(request.context, repository, issue, labels);
    const pull = issue.isPull ? pullByNumber(request.context, repository, issue.number) : undefined;
    if (state !== undefined && state !== issue.state) {
      if (pull) await setPullState(request.context, viewer, pull, state);
      else setIssueState(request.context, issue, state, viewer.user, reason ?? null);
    }
    return ok(issueShape(request.context, repository, requireIssue(request.context, issue.id)));
  }),
];

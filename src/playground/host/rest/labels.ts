/** https://docs.github.com/rest/issues/labels */

import { update } from '../database.ts';
import { invalid, notFound } from '../errors.ts';
import { requireIssue, touchIssue } from '../issues.ts';
import {
  addLabels,
  deleteLabel,
  ensureLabel,
  labelByName,
  labelsOf,
  labelsOfRepository,
  removeLabel,
  setLabels,
} from '../labels.ts';
import { labelShape } from '../shapes/issue.ts';
import { demandWriting, issueFor } from './issues.ts';
import { list } from './pagination.ts';
import {
  created,
  get,
  noContent,
  ok,
  patch,
  post,
  put,
  type RestRequest,
  readBody,
  remove,
  repositoryFor,
  toRead,
  toWrite,
} from './route.ts';

const LABELS = '/repos/:owner/:repo/issues/:number/labels';
const reading = toRead('issues', 'pull-requests');
const writing = toWrite('issues', 'pull-requests');

function labelFor(request: RestRequest, need = reading) {
  const repository = repositoryFor(request, need);
  const label = labelByName(request.context, repository, request.param('name'));
  if (!label) throw notFound();
  return { repository, label };
}

async function readNames(request: RestRequest): Promise<readonly string[]> {
  const body = readBody('Label', await request.json());
  const names = body.names('labels') ?? [];
  body.check();
  return names;
}

function issueLabels(request: RestRequest) {
  const { repository, issue } = issueFor(request);
  return labelsOf(request.context, issue).map((label) => labelShape(request.context, repository, label));
}

function readColor(body: ReturnType<typeof readBody>): string | undefined {
  const color = body.optional('color');
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) body.fail('color', 'invalid');
  return color;
}

export const labelRoutes = [
  get('/repos/:owner/:repo/labels', (request) => {
    const repository = repositoryFor(request, reading);
    return list(request, labelsOfRepository(request.context, repository), (label) =>
      labelShape(request.context, repository, label),
    );
  }),
  post('/repos/:owner/:repo/labels', async (request) => {
    const repository = repositoryFor(request, writing);
    const body = readBody('Label', await request.json());
    const name = body.required('name');
    const color = readColor(body);
    const description = body.optional('description') ?? null;
    body.check();
    if (labelByName(request.context, repository, name)) throw invalid('Label', 'name', 'already_exists');
    const label = ensureLabel(request.context, repository, name, color, description);
    return created(labelShape(request.context, repository, label));
  }),
  get('/repos/:owner/:repo/labels/:name', (request) => {
    const { repository, label } = labelFor(request);
    return ok(labelShape(request.context, repository, label));
  }),
  patch('/repos/:owner/:repo/labels/:name', async (request) => {
    const { repository, label } = labelFor(request, writing);
    const body = readBody('Label', await request.json());
    const changed = {
      name: body.optional('new_name') ?? label.name,
      color: readColor(body) ?? label.color,
      description: body.optional('description') ?? label.description,
    };
    body.check();
    update(request.context.database, 'labels', label.id, changed);
    return ok(labelShape(request.context, repository, { ...label, ...changed }));
  }),
  remove('/repos/:owner/:repo/labels/:name', (request) => {
    deleteLabel(request.context, labelFor(request, writing).label);
    return noContent;
  }),
  get(LABELS, (request) => {
    const { repository, issue } = issueFor(request);
    return list(request, labelsOf(request.context, issue), (label) =>
      labelShape(request.context, repository, label),
    );
  }),
  post(LABELS, async (request) => {
    const { repository, issue } = issueFor(request);
    demandWriting(request, repository, issue, 'triage');
    addLabels(request.context, repository, issue, await readNames(request));
    touchIssue(request.context, issue);
    return ok(issueLabels(request));
  }),
  put(LABELS, async (request) => {
    const { repository, issue } = issueFor(request);
    demandWriting(request, repository, issue, 'triage');
    setLabels(request.context, repository, requireIssue(request.context, issue.id), await readNames(request));
    touchIssue(request.context, issue);
    return ok(issueLabels(request));
  }),
  remove(`${LABELS}/:name`, (request) => {
    const { repository, issue } = issueFor(request);
    demandWriting(request, repository, issue, 'triage');
    const label = labelsOf(request.context, issue).find(
      ({ name }) => name.toLowerCase() === request.param('name').toLowerCase(),
    );
    if (!label) throw notFound();
    removeLabel(request.context, issue, label);
    return ok(issueLabels(request));
  }),
];

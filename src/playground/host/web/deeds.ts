/** What the forms of the pages do: each by the rules that the API has for the same thing. Each answers where to go next. */

import { demand } from '../access.ts';
import { ApiError, notFound } from '../errors.ts';
import { createIssue, type Issue, issueByNumber, setIssueState } from '../issues.ts';
import { MERGE_METHODS, mergePull } from '../merge.ts';
import { isRepositoryName } from '../names.ts';
import { forkRepository, generateRepository } from '../provision.ts';
import { createPull, setPullState } from '../pull-deeds.ts';
import { pullByNumber } from '../pulls.ts';
import { changeRepository, fullName, type Repository } from '../repositories.ts';
import { createComment } from '../rest/comments.ts';
import { MAX_TEXT, needs, toAdminister, toWrite } from '../rest/route.ts';
import type { WebRequest } from './request.ts';

export type Deed = (request: WebRequest, field: (name: string) => string) => Promise<string>;

const base = (repository: Repository) => `/${fullName(repository)}`;

function issueOf(request: WebRequest, repository: Repository): Issue {
  const issue = issueByNumber(request.context, repository, Number(request.param('number')));
  if (!issue) throw notFound();
  return issue;
}

const place = (repository: Repository, issue: Issue) =>
  `${base(repository)}/${issue.isPull ? 'pull' : 'issues'}/${issue.number}`;

export const comment: Deed = async (request, field) => {
  const repository = request.repository();
  const issue = issueOf(request, repository);
  const text = field('body');
  if (text.trim() === '' || text.length > MAX_TEXT)
    throw new ApiError(422, 'A comment has 1 to 65,536 characters.');
  const made = await createComment(request.context, repository, request.actor(), issue, text);
  return `${place(repository, issue)}#issuecomment-${made.id}`;
};

export const setState: Deed = async (request, field) => {
  const { context } = request;
  const repository = request.repository();
  const issue = issueOf(request, repository);
  const viewer = request.actor();
  if (viewer.user.id !== issue.authorId) demand(context, viewer, repository, needs('triage', 'write'));
  const state = field('state') === 'closed' ? 'closed' : 'open';
  const pull = issue.isPull ? pullByNumber(context, repository, issue.number) : undefined;
  if (pull) await setPullState(context, viewer, pull, state);
  else setIssueState(context, issue, state, viewer.user);
  return place(repository, issue);
};

export const merge: Deed = async (request, field) => {
  const { context } = request;
  const repository = request.repository();
  const pull = pullByNumber(context, repository, Number(request.param('number')));
  if (!pull) throw notFound();
  const viewer = request.actor();
  demand(context, viewer, repository, toWrite('contents'));
  const method = MERGE_METHODS.find((known) => known === field('method')) ?? 'merge';
  await mergePull(context, repository, viewer, pull, { method, sha: field('sha') });
  return place(repository, pull);
};

export const offer: Deed = async (request, field) => {
  const repository = request.repository();
  const [branch = '', head = ''] = request.param('rest').split('...');
  const title = field('title').trim();
  if (title === '') throw new ApiError(422, 'A pull request needs a title.');
  const wanted = { title, body: field('body') || null, base: branch, head, draft: false };
  const pull = await createPull(request.context, request.actor(), repository, wanted);
  return place(repository, pull);
};

export const openIssue: Deed = async (request, field) => {
  const repository = request.repository();
  const title = field('title').trim();
  const text = field('body');
  if (!repository.hasIssues) throw new ApiError(404, 'Issues has been disabled in this repository.');
  if (title === '' || text.length > MAX_TEXT)
    throw new ApiError(422, 'An issue needs a title and a text of at most 65,536 characters.');
  return place(
    repository,
    createIssue(request.context, repository, request.actor().user, { title, body: text || null }),
  );
};

export const fork: Deed = async (request) => {
  const made = await forkRepository(request.context, request.repository(), request.actor().user);
  return base(made);
};

export const generate: Deed = async (request, field) => {
  const template = request.repository();
  const name = field('name').trim();
  if (!template.isTemplate) throw notFound();
  if (!isRepositoryName(name))
    throw new ApiError(422, 'A name has letters, digits, dots, hyphens and underscores.');
  return base(await generateRepository(request.context, template, request.actor().user, name));
};

export const enableActions: Deed = async (request) => {
  const repository = request.repository();
  demand(request.context, request.actor(), repository, toAdminister);
  changeRepository(request.context, repository, { actionsEnabled: 1, schedulesEnabled: 1 });
  return `${base(repository)}/actions`;
};

export const dispatch: Deed = async (request, field) => {
  const repository = request.repository();
  const viewer = request.actor();
  demand(request.context, viewer, repository, toWrite('actions'));
  const engine = request.context.engine();
  engine.dispatch(
    fullName(repository),
    field('workflow'),
    repository.defaultBranch,
    {},
    viewer.user.login,
    false,
  );
  return `${base(repository)}/actions`;
};

export const fireSchedules: Deed = async (request) => {
  const repository = request.repository();
  demand(request.context, request.actor(), repository, toWrite('actions'));
  request.context.engine().fireSchedules(fullName(repository));
  return `${base(repository)}/actions`;
};

export const runDeed =
  (what: 'approve' | 'rerun' | 'cancel'): Deed =>
  async (request) => {
    const repository = request.repository();
    demand(request.context, request.actor(), repository, toWrite('actions'));
    const engine = request.context.engine();
    const run = engine.run(Number(request.param('run')));
    if (!run || run.repository.toLowerCase() !== fullName(repository).toLowerCase()) throw notFound();
    engine[what](run.id);
    return `${base(repository)}/actions/runs/${run.id}`;
  };

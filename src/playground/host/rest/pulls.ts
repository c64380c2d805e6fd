/** https://docs.github.com/rest/pulls/pulls */

import { atLeast, roleOf } from '../access.ts';
import { userByLogin } from '../accounts.ts';
import type { Context } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import { gitSays } from '../git.ts';
import { readChanges } from '../git-diff.ts';
import { mergeBase, readCommits } from '../git-read.ts';
import { changeIssue } from '../issues.ts';
import { MERGE_METHODS, mergePull, mergeState } from '../merge.ts';
import { createPull, setPullBase, setPullState } from '../pull-deeds.ts';
import { type Pull, pullByNumber, pullsOf, requirePull } from '../pulls.ts';
import { allRepositories, gitDirOf, type Repository } from '../repositories.ts';
import { commitShape, fileChangeShape } from '../shapes/commit.ts';
import { pullShape, pullSimpleShape } from '../shapes/pull.ts';
import { list } from './pagination.ts';
import {
  created,
  get,
  knownViewer,
  MAX_TEXT,
  needs,
  noContent,
  numberParam,
  ok,
  patch,
  post,
  put,
  type RestRequest,
  readBody,
  repositoryFor,
  toRead,
  toWrite,
} from './route.ts';

const reading = toRead('pull-requests');

function pullFor(request: RestRequest, need = reading) {
  const repository = repositoryFor(request, need);
  const pull = pullByNumber(request.context, repository, numberParam(request, 'number'));
  if (!pull) throw notFound();
  return { repository, pull };
}

async function whole(request: RestRequest, repository: Repository, pull: Pull) {
  const viewer = request.viewer.kind === 'anonymous' ? undefined : request.viewer;
  const state = viewer
    ? await mergeState(request.context, repository, viewer, pull)
    : { blocked: false, behind: false };
  return pullShape(request.context, pull, state);
}

function filtered(request: RestRequest, repository: Repository): readonly Pull[] {
  const state = request.query('state') ?? 'open';
  const head = request.query('head');
  const base = request.query('base');
  const sort = request.query('sort') ?? 'created';
  const ascending = (request.query('direction') ?? (sort === 'created' ? 'desc' : 'asc')) === 'asc';
  const pulls = pullsOf(request.context, repository)
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === undefined || pull.baseRef === base)
    .filter((pull) => head === undefined || headMatches(request.context, pull, head));
  const key = (pull: Pull) => (sort === 'updated' ? pull.updatedAt : pull.createdAt);
  return pulls.toSorted(
    (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.number - b.number) * (ascending ? 1 : -1),
  );
}

/** `user:branch`; GitHub ignores a filter without the user. */
function headMatches(context: Context, pull: Pull, head: string): boolean {
  const colon = head.indexOf(':');
  if (colon < 0) return true;
  const owner = userByLogin(context, head.slice(0, colon));
  const headRepository = allRepositories(context).find(({ id }) => id === pull.headRepositoryId);
  return owner?.id === headRepository?.ownerId && pull.headRef === head.slice(colon + 1);
}

export const pullRoutes = [
  get('/repos/:owner/:repo/pulls', (request) => {
    const repository = repositoryFor(request, reading);
    return list(request, filtered(request, repository), (pull) => pullSimpleShape(request.context, pull));
  }),
  post('/repos/:owner/:repo/pulls', async (request) => {
    const viewer = knownViewer(request);
    const repository = repositoryFor(request, needs('read', 'write', 'pull-requests'));
    const body = readBody('PullRequest', await request.json());
    const wanted = {
      title: body.required('title'),
      body: body.optional('body') ?? null,
      base: body.required('base'),
      head: body.required('head'),
      draft: body.flag('draft') ?? false,
    };
    const headRepo = body.optional('head_repo')?.split('/').at(-1);
    if ((wanted.body?.length ?? 0) > MAX_TEXT)
      body.fail('body', 'custom', 'body is too long (maximum is 65536 characters)');
    body.check();
    const pull = await createPull(request.context, viewer, repository, {
      ...wanted,
      ...(headRepo === undefined ? {} : { headRepo }),
    });
    return created(await whole(request, repository, pull));
  }),
  get('/repos/:owner/:repo/pulls/:number', async (request) => {
    const { repository, pull } = pullFor(request);
    return ok(await whole(request, repository, pull));
  }),
  patch('/repos/:owner/:repo/pulls/:number', async (request) => {
    const { repository, pull } = pullFor(request, needs('read', 'write', 'pull-requests'));
    const viewer = knownViewer(request);
    if (viewer.kind === 'user') {
      const mayChange =
        viewer.user.id === pull.authorId ||
        atLeast(roleOf(request.context, viewer.user, repository), 'triage');
      if (!mayChange) throw new ApiError(403, 'Must have admin rights to Repository.');
    }
    const body = readBody('PullRequest', await request.json());
    const title = body.optional('title');
    const text = body.optional('body');
    const state = body.oneOf('state', ['open', 'closed']);
    const base = body.optional('base');
    if (title?.trim() === '') body.fail('title', 'missing_field');
    body.check();
    if (title !== undefined || text !== undefined) {
      changeIssue(request.context, pull, {
        ...(title === undefined ? {} : { title }),
        ...(text === undefined ? {} : { body: text }),
      });
    }
    if (base !== undefined && base !== pull.baseRef) await setPullBase(request.context, viewer, pull, base);
    if (state !== undefined) await setPullState(request.context, viewer, pull, state);
    return ok(await whole(request, repository, requirePull(request.context, pull.id)));
  }),
  get('/repos/:owner/:repo/pulls/:number/files', async (request) => {
    const { repository, pull } = pullFor(request);
    const gitDir = gitDirOf(request.context, repository);
    const start = (await mergeBase(gitDir, pull.baseSha, pull.headSha)) ?? pull.baseSha;
    const files = await readChanges(gitDir, start, pull.headSha);
    return list(request, files, (file) => fileChangeShape(request.context, repository, pull.headSha, file));
  }),
  get('/repos/:owner/:repo/pulls/:number/commits', async (request) => {
    const { repository, pull } = pullFor(request);
    const gitDir = gitDirOf(request.context, repository);
    const commits = await readCommits(gitDir, [
      '--reverse',
      '--topo-order',
      pull.headSha,
      `^${pull.baseSha}`,
    ]);
    // "Lists a maximum of 250 commits for a pull request."
    return list(request, commits.slice(0, 250), (commit) => commitShape(request.context, repository, commit));
  }),
  get('/repos/:owner/:repo/pulls/:number/merge', (request) => {
    const { pull } = pullFor(request);
    if (pull.mergedAt === null) throw notFound();
    return noContent;
  }),
  put('/repos/:owner/:repo/pulls/:number/merge', async (request) => {
    const { repository, pull } = pullFor(request, toWrite('contents'));
    const body = readBody('PullRequest', await request.json());
    const options = {
      method: body.oneOf('merge_method', MERGE_METHODS) ?? 'merge',
      sha: body.optional('sha'),
      title: body.optional('commit_title'),
      message: body.optional('commit_message'),
    } as const;
    body.check();
    const sha = await mergePull(request.context, repository, knownViewer(request), pull, options);
    return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
  }),
  // The commits' pull requests, as far as they are open or were merged here.
  get('/repos/:owner/:repo/commits/:sha/pulls', async (request) => {
    const repository = repositoryFor(request, reading);
    const gitDir = gitDirOf(request.context, repository);
    const sha = request.param('sha');
    const contains = await Promise.all(
      pullsOf(request.context, repository).map(async (pull) => {
        const inside = await gitSays(gitDir, ['merge-base', '--is-ancestor', sha, pull.headSha]);
        return inside && !(await gitSays(gitDir, ['merge-base', '--is-ancestor', sha, pull.baseSha]))
          ? pull
          : undefined;
      }),
    );
    const found = contains.filter((pull) => pull !== undefined);
    return list(request, found, (pull) => pullSimpleShape(request.context, pull));
  }),
];

/** https://docs.github.com/rest/git: refs, commits, trees and blobs. */

import type { KnownViewer } from '../access.ts';
import { afterRefUpdates } from '../after-push.ts';
import type { Context } from '../context.ts';
import { nodeId } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import { gitText } from '../git.ts';
import { deleteRef, moveRef } from '../git-merge.ts';
import { isAncestor, objectType, readBlob, readCommit, readRef, readRefs, readTree } from '../git-read.ts';
import { isObjectId, isRefName } from '../names.ts';
import { type RefUpdate, refuseUpdate } from '../push-rules.ts';
import { gitDirOf, type Repository } from '../repositories.ts';
import { gitCommitShape, refShape } from '../shapes/commit.ts';
import { repositoryApi } from '../shapes/repository.ts';
import { list } from './pagination.ts';
import {
  created,
  get,
  knownViewer,
  noContent,
  ok,
  patch,
  post,
  type RestRequest,
  readBody,
  remove,
  repositoryFor,
  toRead,
  toWrite,
} from './route.ts';

const reading = toRead('contents');

/** Git's trees are answered up to this many entries; then `truncated` is set. */
const MAX_TREE_ENTRIES = 100_000;

async function typedRef(gitDir: string, ref: string) {
  const sha = await readRef(gitDir, ref);
  return sha === undefined ? undefined : { ref, sha, type: (await objectType(gitDir, sha)) ?? 'commit' };
}

/** The git directory and the object id of a request, if the object is of that type. */
async function objectOf(request: RestRequest, param: string, type: string) {
  const repository = repositoryFor(request, reading);
  const gitDir = gitDirOf(request.context, repository);
  const sha = request.param(param);
  if ((await objectType(gitDir, sha)) !== type) throw notFound();
  return { repository, gitDir, sha };
}

/** Moves a ref by the rules of a push. */
async function applyUpdate(
  context: Context,
  repository: Repository,
  viewer: KnownViewer,
  wanted: RefUpdate,
): Promise<void> {
  const refusal = await refuseUpdate(context, repository, viewer, wanted);
  if (refusal !== undefined) {
    throw new ApiError(refusal.startsWith('refusing to allow') ? 403 : 422, refusal);
  }
  const gitDir = gitDirOf(context, repository);
  if (wanted.after === undefined) await deleteRef(gitDir, wanted.ref, wanted.before);
  else await moveRef(gitDir, wanted.ref, wanted.after, wanted.before);
  await afterRefUpdates(context, repository, viewer, [wanted]);
}

async function requireCommit(gitDir: string, ref: string, sha: string): Promise<void> {
  const type = await objectType(gitDir, sha);
  if (type === undefined) throw new ApiError(422, 'Object does not exist');
  if (type !== 'commit' && !(type === 'tag' && ref.startsWith('refs/tags/'))) {
    throw new ApiError(422, 'Reference cannot be updated');
  }
}

export const gitDataRoutes = [
  get('/repos/:owner/:repo/git/ref/:ref{.+}', async (request) => {
    const repository = repositoryFor(request, reading);
    const found = await typedRef(gitDirOf(request.context, repository), `refs/${request.param('ref')}`);
    if (!found) throw notFound();
    return ok(refShape(request.context, repository, found));
  }),
  get('/repos/:owner/:repo/git/matching-refs/:ref{.+}', async (request) => {
    const repository = repositoryFor(request, reading);
    const prefix = `refs/${request.param('ref')}`;
    const all = await readRefs(gitDirOf(request.context, repository), 'refs/');
    const matching = all.filter(({ ref }) => ref.startsWith(prefix) && !ref.startsWith('refs/playground/'));
    return list(request, matching, (ref) => refShape(request.context, repository, ref));
  }),
  post('/repos/:owner/:repo/git/refs', async (request) => {
    const repository = repositoryFor(request, toWrite('contents'));
    const viewer = knownViewer(request);
    const body = readBody('Reference', await request.json());
    const ref = body.required('ref');
    const sha = body.required('sha');
    body.check();
    if (!isRefName(ref)) throw new ApiError(422, 'Reference name must start with "refs/"');
    if (!isObjectId(sha)) throw new ApiError(422, 'The sha parameter must be exactly 40 characters');
    const gitDir = gitDirOf(request.context, repository);
    await request.context.refLock.hold(async () => {
      await requireCommit(gitDir, ref, sha);
      if ((await readRef(gitDir, ref)) !== undefined) throw new ApiError(422, 'Reference already exists');
      await applyUpdate(request.context, repository, viewer, { ref, before: undefined, after: sha });
    });
    return created(refShape(request.context, repository, { ref, sha, type: 'commit' }));
  }),
  patch('/repos/:owner/:repo/git/refs/:ref{.+}', async (request) => {
    const repository = repositoryFor(request, toWrite('contents'));
    const viewer = knownViewer(request);
    const ref = `refs/${request.param('ref')}`;
    const body = readBody('Reference', await request.json());
    const sha = body.required('sha');
    const force = body.flag('force') ?? false;
    body.check();
    const gitDir = gitDirOf(request.context, repository);
    await request.context.refLock.hold(async () => {
      const before = await readRef(gitDir, ref);
      if (before === undefined) throw new ApiError(422, 'Reference does not exist');
      await requireCommit(gitDir, ref, sha);
      if (!force && !(await isAncestor(gitDir, before, sha))) {
        throw new ApiError(422, 'Update is not a fast forward');
      }
      if (before !== sha) await applyUpdate(request.context, repository, viewer, { ref, before, after: sha });
    });
    return ok(refShape(request.context, repository, { ref, sha, type: 'commit' }));
  }),
  remove('/repos/:owner/:repo/git/refs/:ref{.+}', async (request) => {
    const repository = repositoryFor(request, toWrite('contents'));
    const viewer = knownViewer(request);
    const ref = `refs/${request.param('ref')}`;
    await request.context.refLock.hold(async () => {
      const before = await readRef(gitDirOf(request.context, repository), ref);
      if (before === undefined) throw new ApiError(422, 'Reference does not exist');
      await applyUpdate(request.context, repository, viewer, { ref, before, after: undefined });
    });
    return noContent;
  }),
  get('/repos/:owner/:repo/git/commits/:sha', async (request) => {
    const { repository, gitDir, sha } = await objectOf(request, 'sha', 'commit');
    return ok(gitCommitShape(request.context, repository, await readCommit(gitDir, sha)));
  }),
  get('/repos/:owner/:repo/git/trees/:sha{.+}', async (request) => {
    const repository = repositoryFor(request, reading);
    const gitDir = gitDirOf(request.context, repository);
    const named = request.param('sha');
    const name = isObjectId(named) ? named : await readRef(gitDir, `refs/heads/${named}`);
    const type = name === undefined ? undefined : await objectType(gitDir, name);
    if (name === undefined || (type !== 'tree' && type !== 'commit')) throw notFound();
    const recursive = request.query('recursive');
    const entries = (await readTree(gitDir, name, { recursive: recursive !== undefined })) ?? [];
    const api = repositoryApi(request.context, repository);
    const sha = await gitText(gitDir, ['rev-parse', `${name}^{tree}`]);
    return ok({
      sha,
      url: `${api}/git/trees/${sha}`,
      tree: entries.slice(0, MAX_TREE_ENTRIES).map((entry) => ({
        path: entry.path,
        mode: entry.mode,
        type: entry.type,
        sha: entry.sha,
        ...(entry.size === null ? {} : { size: entry.size }),
        ...(entry.type === 'commit' ? {} : { url: `${api}/git/${entry.type}s/${entry.sha}` }),
      })),
      truncated: entries.length > MAX_TREE_ENTRIES,
    });
  }),
  get('/repos/:owner/:repo/git/blobs/:sha', async (request) => {
    const { repository, gitDir, sha } = await objectOf(request, 'sha', 'blob');
    const content = await readBlob(gitDir, sha);
    if (request.wantsRaw) return rawContent(content);
    return ok({
      sha,
      node_id: nodeId('Blob', sha),
      size: content.length,
      url: `${repositoryApi(request.context, repository)}/git/blobs/${sha}`,
      content: wrapped(content),
      encoding: 'base64',
    });
  }),
];

/** Base64 in lines, as GitHub gives it. */
export function wrapped(content: Buffer): string {
  return content.toString('base64').replaceAll(/.{1,60}/g, '$&\n');
}

export const rawContent = (body: Buffer) => ({
  status: 200,
  body,
  headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
});

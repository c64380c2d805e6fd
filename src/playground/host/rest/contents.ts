/** https://docs.github.com/rest/repos/contents, /rest/branches/branches, /rest/commits/commits */
import { ApiError, notFound } from '../errors.ts';
import { gitText } from '../git.ts';
import { readChanges } from '../git-diff.ts';
import {
  countCommits,
  EMPTY_TREE,
  mergeBase,
  readBlob,
  readBranch,
  readCommit,
  readCommits,
  readEntry,
  readRefs,
  readTree,
  resolveCommit,
  type TreeEntry,
} from '../git-read.ts';
import { isProtected, rulesFor } from '../protection.ts';
import { gitDirOf, type Repository } from '../repositories.ts';
import { commitShape, fileChangeShape } from '../shapes/commit.ts';
import { repositoryApi, repositoryPage } from '../shapes/repository.ts';
import { rawContent, wrapped } from './git-data.ts';
import { list, pageOf } from './pagination.ts';
import { get, ok, type RestRequest, repositoryFor, toRead } from './route.ts';

const reading = toRead('contents');
/** Larger files are answered without their content. */
const MAX_INLINE_BYTES = 1024 * 1024;

const KINDS: Readonly<Record<string, string>> = {
  '120000': 'symlink',
  '160000': 'submodule',
  '040000': 'dir',
};

function entryShape(
  request: RestRequest,
  repository: Repository,
  entry: TreeEntry,
  path: string,
  ref: string,
  inList: boolean,
) {
  const api = repositoryApi(request.context, repository);
  const page = repositoryPage(request.context, repository);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const folder = entry.type === 'tree';
  const self = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${folder ? 'trees' : 'blobs'}/${entry.sha}`;
  const html = `${page}/${folder ? 'tree' : 'blob'}/${ref}/${encoded}`;
  const kind = KINDS[entry.mode] ?? 'file';
  return {
    // GitHub says `file` for a submodule in a list, for old clients' sake.
    type: inList && kind === 'submodule' ? 'file' : kind,
    size: entry.size ?? 0,
    name: path.split('/').at(-1) ?? '',
    path,
    sha: entry.sha,
    url: self,
    git_url: git,
    html_url: html,
    download_url: folder ? null : `${page}/raw/${ref}/${encoded}`,
    _links: { self, git, html },
  };
}

async function contents(request: RestRequest, path: string) {
  const repository = repositoryFor(request, reading);
  const gitDir = gitDirOf(request.context, repository);
  const ref = request.query('ref') ?? repository.defaultBranch;
  const commit = await resolveCommit(gitDir, ref);
  if (commit === undefined) {
    const empty = (await readRefs(gitDir, 'refs/heads/')).length === 0;
    throw new ApiError(404, empty ? 'This repository is empty.' : `No commit found for the ref ${ref}`);
  }
  const clean = path.replaceAll(/^\/+|\/+$/g, '');
  if (clean.includes('\0')) throw notFound();
  const entry = clean === '' ? undefined : await readEntry(gitDir, commit, clean);
  if (clean !== '' && !entry) throw notFound();
  if (!entry || entry.type === 'tree') {
    const entries = (await readTree(gitDir, clean === '' ? `${commit}^{tree}` : `${commit}:${clean}`)) ?? [];
    const prefix = clean === '' ? '' : `${clean}/`;
    return ok(entries.map((child) => entryShape(request, repository, child, prefix + child.path, ref, true)));
  }
  const shape = entryShape(request, repository, entry, clean, ref, false);
  if (entry.type === 'commit') return ok({ ...shape, submodule_git_url: null });
  const content = await readBlob(gitDir, entry.sha);
  if (request.wantsRaw) return rawContent(content);
  if (entry.mode === '120000') return ok({ ...shape, target: content.toString('utf8') });
  const large = content.length > MAX_INLINE_BYTES;
  return ok({ ...shape, content: large ? '' : wrapped(content), encoding: large ? 'none' : 'base64' });
}

export const contentRoutes = [
  get('/repos/:owner/:repo/contents', (request) => contents(request, '')),
  get('/repos/:owner/:repo/contents/:path{.+}', (request) => contents(request, request.param('path'))),
  get('/repos/:owner/:repo/branches', async (request) => {
    const repository = repositoryFor(request, reading);
    const { context } = request;
    const refs = await readRefs(gitDirOf(context, repository), 'refs/heads/');
    const branches = refs.map(({ ref, sha }) => ({ name: ref.slice('refs/heads/'.length), sha }));
    const wanted = request.query('protected');
    const shown = branches.filter(
      ({ name }) => wanted === undefined || isProtected(context, repository, name) === (wanted === 'true'),
    );
    return list(request, shown, ({ name, sha }) => ({
      name,
      commit: { sha, url: `${repositoryApi(context, repository)}/commits/${sha}` },
      protected: isProtected(context, repository, name),
    }));
  }),
  get('/repos/:owner/:repo/branches/:branch{.+}', async (request) => {
    const repository = repositoryFor(request, reading);
    const { context } = request;
    const gitDir = gitDirOf(context, repository);
    const name = request.param('branch');
    const sha = await readBranch(gitDir, name);
    if (sha === undefined) throw new ApiError(404, 'Branch not found');
    const url = `${repositoryApi(context, repository)}/branches/${encodeURIComponent(name)}`;
    const { checks } = rulesFor(context, repository, name, undefined, 'merge');
    return ok({
      name,
      commit: commitShape(context, repository, await readCommit(gitDir, sha)),
      _links: { self: url, html: `${repositoryPage(context, repository)}/tree/${name}` },
      protected: isProtected(context, repository, name),
      protection: {
        enabled: isProtected(context, repository, name),
        required_status_checks: {
          enforcement_level: checks.length > 0 ? 'non_admins' : 'off',
          contexts: checks.map((check) => check.context),
          checks: checks.map((check) => ({ context: check.context, app_id: check.integrationId })),
        },
      },
      protection_url: `${url}/protection`,
    });
  }),
  get('/repos/:owner/:repo/commits', async (request) => {
    const repository = repositoryFor(request, reading);
    const gitDir = gitDirOf(request.context, repository);
    const start = await resolveCommit(gitDir, request.query('sha') ?? repository.defaultBranch);
    if (start === undefined) throw notFound();
    const path = request.query('path');
    const paths = path === undefined ? [] : ['--', path];
    const total = Number(await gitText(gitDir, ['rev-list', '--count', start, ...paths]));
    const page = pageOf(request, total);
    const commits = await readCommits(gitDir, [
      `--skip=${page.from}`,
      `--max-count=${page.to - page.from}`,
      start,
      ...paths,
    ]);
    const body = commits.map((commit) => commitShape(request.context, repository, commit));
    return { status: 200, body, headers: page.headers };
  }),
  get('/repos/:owner/:repo/commits/:ref{.+}', async (request) => {
    const repository = repositoryFor(request, reading);
    const gitDir = gitDirOf(request.context, repository);
    const sha = await resolveCommit(gitDir, request.param('ref'));
    if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${request.param('ref')}`);
    const commit = await readCommit(gitDir, sha);
    const files = await readChanges(gitDir, commit.parents[0] ?? EMPTY_TREE, sha);
    const additions = files.reduce((sum, file) => sum + file.additions, 0);
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
    return ok({
      ...commitShape(request.context, repository, commit),
      stats: { total: additions + deletions, additions, deletions },
      files: files.map((file) => fileChangeShape(request.context, repository, sha, file)),
    });
  }),
  get('/repos/:owner/:repo/compare/:basehead{.+}', (request) => compare(request)),
];

/** `base...head`; `owner:branch` where one of them is in a fork whose commits a pull request has brought. */
async function compare(request: RestRequest) {
  const repository = repositoryFor(request, reading);
  const { context } = request;
  const gitDir = gitDirOf(context, repository);
  const basehead = request.param('basehead');
  const dots = basehead.indexOf('...');
  if (dots < 0) throw notFound();
  const own = (name: string) =>
    name.startsWith(`${repository.owner}:`) ? name.slice(repository.owner.length + 1) : name;
  const [base, head] = await Promise.all([
    resolveCommit(gitDir, own(basehead.slice(0, dots))),
    resolveCommit(gitDir, own(basehead.slice(dots + 3))),
  ]);
  if (base === undefined || head === undefined) throw notFound();
  const common = await mergeBase(gitDir, base, head);
  if (common === undefined) throw new ApiError(404, `No common ancestor between ${basehead}.`);
  const [ahead, behind, commits, files] = await Promise.all([
    countCommits(gitDir, base, head),
    countCommits(gitDir, head, base),
    readCommits(gitDir, ['--reverse', '--topo-order', head, `^${base}`]),
    readChanges(gitDir, common, head),
  ]);
  const [baseCommit, commonCommit] = await Promise.all([
    readCommit(gitDir, base),
    readCommit(gitDir, common),
  ]);
  const page = `${repositoryPage(context, repository)}/compare/${basehead}`;
  const slice = pageOf(request, commits.length);
  const status = ahead > 0 ? (behind > 0 ? 'diverged' : 'ahead') : behind > 0 ? 'behind' : 'identical';
  return {
    status: 200,
    headers: slice.headers,
    body: {
      url: `${repositoryApi(context, repository)}/compare/${encodeURIComponent(basehead)}`,
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: commitShape(context, repository, baseCommit),
      merge_base_commit: commitShape(context, repository, commonCommit),
      status,
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: commits.slice(slice.from, slice.to).map((commit) => commitShape(context, repository, commit)),
      files: files.map((file) => fileChangeShape(context, repository, head, file)),
    },
  };
}

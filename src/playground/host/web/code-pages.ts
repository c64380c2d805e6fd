/** Home, and a repository's files, branches and commits. */
import { html } from 'hono/html';
import { atLeast, maySee, roleOf } from '../access.ts';
import { notFound } from '../errors.ts';
import { readChanges } from '../git-diff.ts';
import {
  EMPTY_TREE,
  readBlob,
  readCommit,
  readCommits,
  readEntry,
  readRefs,
  readTree,
  resolveCommit,
} from '../git-read.ts';
import { allRepositories, fullName, gitDirOf } from '../repositories.ts';
import { day, diff, form, type Html, shortId } from './layout.ts';
import type { WebRequest } from './request.ts';

const MAX_SHOWN_BYTES = 512 * 1024;

export function homePage({ context, session }: WebRequest): Html {
  const shown = allRepositories(context).filter((repository) => maySee(context, session.viewer, repository));
  return html`<h1>Repositories</h1><div class="box">${
    shown.length === 0
      ? html`<div class="row dim">There is none yet.</div>`
      : shown.map(
          (
            repository,
          ) => html`<div class="row"><a class="grow" href="/${fullName(repository)}">${fullName(repository)}</a>
<span class="dim">${repository.description ?? ''}</span><span class="dim">${day(repository.pushedAt)}</span></div>`,
        )
  }</div>`;
}

export async function codePage(request: WebRequest): Promise<Html> {
  const { context, session } = request;
  const repository = request.repository();
  const gitDir = gitDirOf(context, repository);
  const base = `/${fullName(repository)}`;
  const at = await place(request, gitDir, repository.defaultBranch);
  const refs = await readRefs(gitDir, 'refs/heads/');
  if (!at) {
    if (refs.length > 0) throw notFound();
    const url = `${context.urls.server}${base}.git`;
    return html`<p>This repository is empty. Push to it:</p><pre><code>git push ${url} HEAD:${repository.defaultBranch}</code></pre>`;
  }
  const tree = await readTree(gitDir, at.path === '' ? `${at.commit}^{tree}` : `${at.commit}:${at.path}`);
  if (!tree) throw notFound();
  const [last] = await readCommits(gitDir, ['-1', at.commit]);
  const readme = tree.find(({ path, type }) => /^readme(?:\.\w+)?$/i.test(path) && type === 'blob');
  const text = readme
    ? (await readBlob(gitDir, readme.sha)).subarray(0, MAX_SHOWN_BYTES).toString('utf8')
    : undefined;
  const sorted = tree.toSorted((a, b) => Number(b.type === 'tree') - Number(a.type === 'tree'));
  const prefix = at.path === '' ? '' : `${at.path}/`;
  const viewer = session.viewer;
  const mayFork = viewer.kind === 'user' && viewer.user.id !== repository.ownerId;
  return html`${mayFork ? form(session, `${base}/fork`, html`<button>Fork</button>`) : ''}
${repository.isTemplate && viewer.kind === 'user' ? form(session, `${base}/generate`, html`<input type="text" name="name" placeholder="name of the new repository" required><button>Use this template</button>`) : ''}
<div class="box"><div class="head">${at.name}${at.path === '' ? '' : html` / ${at.path}`} · <a href="${base}/commit/${at.commit}">${shortId(at.commit)}</a> ${last?.message.split('\n')[0] ?? ''}</div>
${sorted.map(
  (entry) => html`<div class="row"><span>${entry.type === 'tree' ? '▸' : '·'}</span>
<a class="grow" href="${base}/${entry.type === 'tree' ? 'tree' : 'blob'}/${encode(at.name)}/${encode(prefix + entry.path)}">${entry.path}</a>
<span class="dim">${entry.size === null ? '' : `${entry.size} bytes`}</span></div>`,
)}</div>
${text === undefined ? '' : html`<div class="box"><div class="head">${readme?.path}</div><div class="body"><pre>${text}</pre></div></div>`}
<h2>Branches</h2><div class="box">${refs.map(({ ref, sha }) => {
    const name = ref.slice('refs/heads/'.length);
    const offer =
      name === repository.defaultBranch
        ? ''
        : html`<a href="${base}/compare/${encode(repository.defaultBranch)}...${encode(name)}">offer</a>`;
    return html`<div class="row"><a class="grow" href="${base}/tree/${encode(name)}">${name}</a>${offer}
<a class="mono" href="${base}/commit/${sha}">${shortId(sha)}</a></div>`;
  })}</div>
<p class="dim">Clone: <code>${context.urls.server}${base}.git</code></p>`;
}

export async function blobPage(request: WebRequest): Promise<Html> {
  const repository = request.repository();
  const gitDir = gitDirOf(request.context, repository);
  const at = await place(request, gitDir, repository.defaultBranch);
  const entry = at ? await readEntry(gitDir, at.commit, at.path) : undefined;
  if (!at || entry?.type !== 'blob') throw notFound();
  const content = await readBlob(gitDir, entry.sha);
  const binary = content.subarray(0, 8000).includes(0);
  const link = `/${fullName(repository)}/raw/${encode(at.name)}/${encode(at.path)}`;
  return html`<div class="box"><div class="head">${at.name} / ${at.path} · ${content.length} bytes · <a href="${link}">raw</a></div>
<div class="body">${
    binary || content.length > MAX_SHOWN_BYTES
      ? html`<p class="dim">Not shown: binary or too large.</p>`
      : html`<pre>${content.toString('utf8')}</pre>`
  }</div></div>`;
}

/** The bytes of a file. */
export async function rawFile(request: WebRequest): Promise<Buffer> {
  const repository = request.repository();
  const gitDir = gitDirOf(request.context, repository);
  const at = await place(request, gitDir, repository.defaultBranch);
  const entry = at ? await readEntry(gitDir, at.commit, at.path) : undefined;
  if (entry?.type !== 'blob') throw notFound();
  return readBlob(gitDir, entry.sha);
}

export async function commitPage(request: WebRequest): Promise<Html> {
  const repository = request.repository();
  const gitDir = gitDirOf(request.context, repository);
  const sha = await resolveCommit(gitDir, request.param('rest'));
  if (sha === undefined) throw notFound();
  const commit = await readCommit(gitDir, sha);
  const files = await readChanges(gitDir, commit.parents[0] ?? EMPTY_TREE, sha);
  const [title, ...rest] = commit.message.split('\n');
  return html`<h2>${title}</h2><pre>${rest.join('\n').trim()}</pre>
<p class="dim">${commit.author.name} · ${day(commit.author.date)} · <code>${sha}</code></p>
${files.map((file) => html`<div class="box"><div class="head">${file.path} · ${file.status}</div>${diff(file.patch)}</div>`)}`;
}

export const encode = (path: string) => path.split('/').map(encodeURIComponent).join('/');

/** Ref and path of `/tree/<ref>/<path>`: the longest branch that fits, else a commit id. */
async function place(request: WebRequest, gitDir: string, fallback: string) {
  const parts = request
    .param('rest')
    .split('/')
    .filter((part) => part !== '');
  if (parts.length === 0) {
    const commit = await resolveCommit(gitDir, fallback);
    return commit === undefined ? undefined : { name: fallback, commit, path: '' };
  }
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join('/');
    const commit = await resolveCommit(gitDir, name);
    if (commit !== undefined) return { name, commit, path: parts.slice(length).join('/') };
  }
  return undefined;
}

export function mayWrite(
  { context, session }: WebRequest,
  repository: Parameters<typeof roleOf>[2],
): boolean {
  const { viewer } = session;
  return viewer.kind === 'user' && atLeast(roleOf(context, viewer.user, repository), 'write');
}

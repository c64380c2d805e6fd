/** Pull requests and issues: lists, the conversation, commits, statuses, changed files, the merge button. */
import { html } from 'hono/html';
import { userById } from '../accounts.ts';
import { rows } from '../database.ts';
import { notFound } from '../errors.ts';
import { readChanges } from '../git-diff.ts';
import { mergeBase, readCommits } from '../git-read.ts';
import { commentsOf, type Issue, issueByNumber } from '../issues.ts';
import { labelsOf, reactionsOf } from '../labels.ts';
import { MERGE_METHODS, mergeState } from '../merge.ts';
import { type Pull, pullByNumber, pullsOf } from '../pulls.ts';
import { fullName, gitDirOf, type Repository, repositoryById } from '../repositories.ts';
import { latestStatuses } from '../statuses.ts';
import { encode, mayWrite } from './code-pages.ts';
import { day, diff, form, type Html, markdown, shortId } from './layout.ts';
import type { WebRequest } from './request.ts';

const EMOJI: ReadonlyMap<string, string> = new Map([
  ['+1', '👍'],
  ['-1', '👎'],
  ['laugh', '😄'],
  ['confused', '😕'],
  ['heart', '❤️'],
  ['hooray', '🎉'],
  ['rocket', '🚀'],
  ['eyes', '👀'],
]);

function stateTag(issue: Issue & Partial<Pick<Pull, 'mergedAt'>>): Html {
  const state = issue.mergedAt ? 'merged' : issue.state;
  return html`<span class="tag ${state}">${state}</span>`;
}

export function listPage(request: WebRequest, kind: 'pull' | 'issues'): Html {
  const { context } = request;
  const repository = request.repository();
  const issues =
    kind === 'pull'
      ? pullsOf(context, repository)
      : rows<Issue>(
          context.database,
          'SELECT * FROM issues WHERE repositoryId = ? AND isPull = 0 ORDER BY number DESC',
          repository.id,
        );
  const sorted = issues.toSorted(
    (a, b) => Number(a.state === 'closed') - Number(b.state === 'closed') || b.number - a.number,
  );
  const add = kind === 'issues' ? html`<a href="/${fullName(repository)}/issues/new">New issue</a>` : '';
  return html`${add}<div class="box">${
    sorted.length === 0
      ? html`<div class="row dim">There is none.</div>`
      : sorted.map(
          (issue) => html`<div class="row">${stateTag(issue)}
<a class="grow" href="/${fullName(repository)}/${kind}/${issue.number}">${issue.title}</a>
<span class="dim">#${issue.number} by ${userById(context, issue.authorId).login}, ${day(issue.updatedAt)}</span></div>`,
        )
  }</div>`;
}

function message(
  request: WebRequest,
  id: string,
  authorId: number,
  time: string,
  body: string | null,
  edited: boolean,
  reactions: Html | string,
): Html {
  const { login } = userById(request.context, authorId);
  return html`<article class="box" id="${id}"><div class="head"><strong>${login}</strong> · ${day(time)}${edited ? ' · edited' : ''}</div>
<div class="body">${markdown(body)}${reactions}</div></article>`;
}

function conversation(
  request: WebRequest,
  repository: Repository,
  issue: Issue,
  kind: 'pull' | 'issues',
): Html {
  const { context, session } = request;
  const base = `/${fullName(repository)}/${kind}/${issue.number}`;
  const reactions = (id: number) => {
    const given = Map.groupBy(reactionsOf(context, 'comment', id), ({ content }) => content);
    const groups = [...given].map(([content, group]) => {
      const who = group.map(({ userId }) => userById(context, userId).login).join(', ');
      return html`<span class="tag reaction" title="${content} by ${who}">${EMOJI.get(content) ?? content} ${group.length}</span> `;
    });
    return groups.length === 0 ? '' : html`<p>${groups}</p>`;
  };
  const comments = commentsOf(context, issue).map((comment) =>
    message(
      request,
      `issuecomment-${comment.id}`,
      comment.authorId,
      comment.createdAt,
      comment.body,
      comment.editedAt !== null,
      reactions(comment.id),
    ),
  );
  const box =
    session.viewer.kind === 'anonymous'
      ? html`<p class="dim">Choose above as whom you act, to comment.</p>`
      : html`<form method="post" action="${base}/comment"><input type="hidden" name="csrf" value="${session.csrf}">
<p><label for="comment">Comment as ${session.viewer.user.login}</label><textarea id="comment" name="body" required></textarea></p>
<p><button class="main">Comment</button></p></form>
${form(session, `${base}/state`, html`<button>${issue.state === 'open' ? 'Close' : 'Reopen'}</button>`, { state: issue.state === 'open' ? 'closed' : 'open' })}`;
  return html`${message(request, 'text', issue.authorId, issue.createdAt, issue.body, false, '')}${comments}${box}`;
}

export function issuePage(request: WebRequest): Html {
  const repository = request.repository();
  const issue = issueByNumber(request.context, repository, Number(request.param('number')));
  if (!issue || issue.isPull) throw notFound();
  const labels = labelsOf(request.context, issue).map(
    ({ name }) => html`<span class="tag quiet">${name}</span> `,
  );
  return html`<h1>${issue.title} <small>#${issue.number}</small></h1><p>${stateTag(issue)} ${labels}</p>
${conversation(request, repository, issue, 'issues')}`;
}

export async function pullPage(request: WebRequest): Promise<Html> {
  const { context } = request;
  const repository = request.repository();
  const pull = pullByNumber(context, repository, Number(request.param('number')));
  if (!pull) throw notFound();
  const gitDir = gitDirOf(context, repository);
  const start = (await mergeBase(gitDir, pull.baseSha, pull.headSha)) ?? pull.baseSha;
  const [commits, files] = await Promise.all([
    readCommits(gitDir, ['--reverse', '--topo-order', '--max-count=250', pull.headSha, `^${pull.baseSha}`]),
    readChanges(gitDir, start, pull.headSha),
  ]);
  const head = repositoryById(context, pull.headRepositoryId);
  const base = `/${fullName(repository)}`;
  return html`<h1>${pull.title} <small>#${pull.number}</small></h1>
<p>${stateTag(pull)} <span class="dim"><code>${head.owner}:${pull.headRef}</code> into <code>${pull.baseRef}</code></span></p>
${conversation(request, repository, pull, 'pull')}
<h2>Statuses</h2>${statuses(request, repository, pull)}
${pull.state === 'open' ? await mergeBox(request, repository, pull) : ''}
<h2>Commits</h2><div class="box">${commits.map(
    (
      commit,
    ) => html`<div class="row"><span class="grow">${commit.message.split('\n')[0]}</span><span class="dim">${commit.author.name}</span>
<a class="mono" href="${base}/commit/${commit.sha}">${shortId(commit.sha)}</a></div>`,
  )}</div>
<h2>Changed files</h2>${files.map(
    (file) =>
      html`<details class="box" open><summary class="head">${file.path} <span class="dim">${file.status} +${file.additions} −${file.deletions}</span></summary>${diff(file.patch)}</details>`,
  )}`;
}

function statuses(request: WebRequest, repository: Repository, pull: Pull): Html {
  const latest = latestStatuses(request.context, repository, pull.headSha);
  if (latest.length === 0) return html`<p class="dim">None on <code>${shortId(pull.headSha)}</code>.</p>`;
  return html`<div class="box">${latest.map(
    (status) => html`<div class="row"><span class="tag ${status.state}">${status.state}</span>
<span class="grow"><strong>${status.context}</strong> ${status.description ?? ''}</span>${
      status.targetUrl === null
        ? ''
        : html`<a href="${status.targetUrl}" rel="nofollow noopener noreferrer">details</a>`
    }</div>`,
  )}</div>`;
}

async function mergeBox(request: WebRequest, repository: Repository, pull: Pull): Promise<Html> {
  const { context, session } = request;
  const { viewer } = session;
  if (pull.testMergeSha === null)
    return html`<div class="box"><div class="row failure">This branch has conflicts with ${pull.baseRef}.</div></div>`;
  if (viewer.kind === 'anonymous' || !mayWrite(request, repository)) {
    return html`<div class="box"><div class="row dim">Merging needs write access.</div></div>`;
  }
  const { obstacles } = await mergeState(context, repository, viewer, pull);
  const button = form(
    session,
    `/${fullName(repository)}/pull/${pull.number}/merge`,
    html`<label for="method">Method</label><select id="method" name="method">${MERGE_METHODS.map((method) => html`<option>${method}</option>`)}</select>
<button class="main">Merge pull request</button>`,
    { sha: pull.headSha },
  );
  return html`<div class="box">${obstacles.map((obstacle) => html`<div class="row pending">${obstacle}</div>`)}
<div class="row">${obstacles.length === 0 ? button : html`<span class="dim">Merging is blocked.</span>`}</div></div>`;
}

/** The form for a new pull request; title and text can be given in the address, as on github.com. */
export function comparePage(request: WebRequest): Html {
  const repository = request.repository();
  const [base = '', head = ''] = request.param('rest').split('...');
  if (head === '') throw notFound();
  const target = `/${fullName(repository)}/compare/${encode(base)}...${encode(head)}`;
  return html`<h1>Offer <code>${head}</code> to <code>${base}</code></h1>
${writingForm(request, target, 'Create pull request', request.query('title') || head)}`;
}

/** The form for a new issue, with title and text from the address. */
export function newIssuePage(request: WebRequest): Html {
  const repository = request.repository();
  return html`<h1>New issue</h1>${writingForm(request, `/${fullName(repository)}/issues`, 'Create issue', request.query('title'))}`;
}

function writingForm({ session, query }: WebRequest, target: string, button: string, title: string): Html {
  return html`<form method="post" action="${target}"><input type="hidden" name="csrf" value="${session.csrf}">
<p><label for="title">Title</label><input type="text" id="title" name="title" value="${title}" required></p>
<p><label for="body">Text</label><textarea id="body" name="body">${query('body')}</textarea></p>
${session.viewer.kind === 'anonymous' ? html`<p class="dim">Choose above as whom you act.</p>` : html`<p><button class="main">${button}</button></p>`}</form>`;
}

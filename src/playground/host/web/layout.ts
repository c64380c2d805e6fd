/** The frame of each page, and the small pieces that pages share. */
import { html, raw } from 'hono/html';
import { people } from '../accounts.ts';
import type { Context } from '../context.ts';
import { pagesOf, pagesUrlOf } from '../pages.ts';
import type { Repository } from '../repositories.ts';
import { renderMarkdown } from './markdown.ts';
import type { Session } from './session.ts';

export type Html = ReturnType<typeof html>;

export interface PageParts {
  readonly context: Context;
  readonly session: Session;
  readonly title: string;
  /** Where the page is, for coming back after signing in. */
  readonly path: string;
  readonly repository?: Repository;
  readonly tab?: 'code' | 'pulls' | 'issues' | 'actions';
  readonly body: unknown;
}

export const STYLE_PATH = '/_playground/style.css';

export function page(parts: PageParts): Html {
  const { context, session, title, repository } = parts;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<div class="bar"><header><a class="home" href="/">Local GitHub</a>${signIn(context, session, parts.path)}</header></div>
<main>${repository ? repositoryHead(context, repository, parts.tab) : ''}${parts.body}</main>
</body>
</html>`;
}

function signIn(context: Context, { viewer, csrf }: Session, back: string): Html {
  const current = viewer.kind === 'user' ? viewer.user.login : '';
  return html`<form class="inline" method="post" action="/_playground/sign-in">
<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="back" value="${back}">
<label for="login">Acting as</label>
<select id="login" name="login"><option value="">nobody</option>
${people(context).map(
  ({ login }) => html`<option value="${login}" ${login === current ? raw('selected') : ''}>${login}</option>`,
)}</select><button>Switch</button></form>`;
}

function repositoryHead(context: Context, repository: Repository, tab: PageParts['tab']): Html {
  const base = `/${repository.owner}/${repository.name}`;
  const link = (name: PageParts['tab'], href: string, text: string) =>
    html`<a href="${href}" class="${name === tab ? 'here' : ''}">${text}</a>`;
  const pages = pagesOf(context, repository);
  return html`<h1><span class="dim">${repository.owner} /</span> <a href="${base}">${repository.name}</a>
<small>${repository.private ? 'private' : ''}${repository.parentId === null ? '' : ' fork'}</small></h1>
<nav>${link('code', base, 'Code')}${link('pulls', `${base}/pulls`, 'Pull requests')}${link('issues', `${base}/issues`, 'Issues')}${link('actions', `${base}/actions`, 'Actions')}${
    pages?.folder ? html`<a href="${pagesUrlOf(context, repository)}">Pages ↗</a>` : ''
  }</nav>`;
}

export function markdown(text: string | null): Html {
  return text === null || text.trim() === ''
    ? html`<p class="dim">No text.</p>`
    : html`<div>${raw(renderMarkdown(text))}</div>`;
}

/** A form with its token. `fields` are hidden values. */
export function form(
  session: Session,
  action: string,
  content: unknown,
  fields: Readonly<Record<string, string>> = {},
): Html {
  return html`<form class="inline" method="post" action="${action}"><input type="hidden" name="csrf" value="${session.csrf}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}${content}</form>`;
}

export function diff(patch: string | undefined): Html {
  if (patch === undefined) return html`<p class="dim">Not shown: binary, empty or too large.</p>`;
  const kind = (line: string) =>
    line.startsWith('@@') ? 'at' : line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : '';
  return html`<pre class="diff">${patch.split('\n').map((line) => html`<span class="${kind(line)}">${line === '' ? ' ' : line}</span>`)}</pre>`;
}

export const shortId = (sha: string) => sha.slice(0, 7);
export const day = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

/**
 * Pages for a person: written on the server, no script at all, and a policy that lets none run
 * (https://www.w3.org/TR/CSP3/).
 */
import { Hono, type Context as HonoContext } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ActionsRequestError } from '../../contract.ts';
import { userByLogin } from '../accounts.ts';
import type { Context } from '../context.ts';
import { ApiError, notFound, PlaygroundError } from '../errors.ts';
import { JOB_LOG_PATH } from '../rest/actions.ts';
import { isSeal } from '../settings.ts';
import { runPage, runsPage } from './actions-pages.ts';
import { blobPage, codePage, commitPage, homePage, rawFile } from './code-pages.ts';
import { comparePage, issuePage, listPage, newIssuePage, pullPage } from './conversation-pages.ts';
import * as deeds from './deeds.ts';
import { type Html, type PageParts, page, STYLE_PATH } from './layout.ts';
import { type WebRequest, webRequest } from './request.ts';
import { begin, readForm, sessionOf } from './session.ts';
import { STYLE } from './style.ts';

const REPOSITORY = '/:owner/:repo';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

type Write = (request: WebRequest) => Html | Promise<Html>;

export function addWeb(main: Hono, context: Context): void {
  const app = new Hono();
  app.get(STYLE_PATH, (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));

  const show = (path: string, write: Write, tab?: PageParts['tab']) => {
    app.get(path, (c) => answer(c, context, write, tab));
  };
  const act = (path: string, deed: deeds.Deed) => {
    app.post(path, async (c) => {
      try {
        const field = await readForm(c, context);
        return c.redirect(await deed(requestOf(c, context), field), 303);
      } catch (error) {
        return failure(c, context, error);
      }
    });
  };

  show('/', homePage);
  app.post('/_playground/sign-in', async (c) => {
    try {
      const field = await readForm(c, context);
      begin(c, context, userByLogin(context, field('login'))?.login ?? '');
      const back = field('back');
      return c.redirect(/^\/(?![/\\])/.test(back) ? back : '/', 303);
    } catch (error) {
      return failure(c, context, error);
    }
  });
  show(REPOSITORY, codePage, 'code');
  show(`${REPOSITORY}/tree/:rest{.+}`, codePage, 'code');
  show(`${REPOSITORY}/blob/:rest{.+}`, blobPage, 'code');
  show(`${REPOSITORY}/commit/:rest`, commitPage, 'code');
  app.get(`${REPOSITORY}/raw/:rest{.+}`, (c) => answerRaw(c, context));
  app.get(`${JOB_LOG_PATH}/:job`, (c) => answerLog(c, context));
  show(`${REPOSITORY}/pulls`, (request) => listPage(request, 'pull'), 'pulls');
  show(`${REPOSITORY}/pull/:number`, pullPage, 'pulls');
  show(`${REPOSITORY}/compare/:rest{.+}`, comparePage, 'pulls');
  show(`${REPOSITORY}/issues`, (request) => listPage(request, 'issues'), 'issues');
  show(`${REPOSITORY}/issues/new`, newIssuePage, 'issues');
  show(`${REPOSITORY}/issues/:number`, issuePage, 'issues');
  show(`${REPOSITORY}/actions`, runsPage, 'actions');
  show(`${REPOSITORY}/actions/runs/:run`, runPage, 'actions');
  show(`${REPOSITORY}/actions/runs/:run/job/:job`, runPage, 'actions');

  act(`${REPOSITORY}/fork`, deeds.fork);
  act(`${REPOSITORY}/generate`, deeds.generate);
  act(`${REPOSITORY}/compare/:rest{.+}`, deeds.offer);
  act(`${REPOSITORY}/issues`, deeds.openIssue);
  for (const kind of ['pull', 'issues']) {
    act(`${REPOSITORY}/${kind}/:number/comment`, deeds.comment);
    act(`${REPOSITORY}/${kind}/:number/state`, deeds.setState);
  }
  act(`${REPOSITORY}/pull/:number/merge`, deeds.merge);
  act(`${REPOSITORY}/actions/enable`, deeds.enableActions);
  act(`${REPOSITORY}/actions/dispatch`, deeds.dispatch);
  act(`${REPOSITORY}/actions/schedules`, deeds.fireSchedules);
  for (const what of ['approve', 'rerun', 'cancel'] as const) {
    act(`${REPOSITORY}/actions/runs/:run/${what}`, deeds.runDeed(what));
  }
  app.notFound((c) => failure(c, context, new ApiError(404, 'Not Found')));
  main.route('/', app);
  main.notFound((c) => failure(c, context, new ApiError(404, 'Not Found')));
}

function requestOf(c: HonoContext, context: Context): WebRequest {
  return webRequest(
    context,
    sessionOf(c, context),
    (name) => c.req.param(name) ?? '',
    (name) => c.req.query(name) ?? '',
  );
}

async function answer(
  c: HonoContext,
  context: Context,
  write: Write,
  tab: PageParts['tab'],
): Promise<Response> {
  const request = requestOf(c, context);
  try {
    const body = await write(request);
    const repository = c.req.param('repo') === undefined ? undefined : request.repository();
    const title = repository ? c.req.path.slice(1) : 'Local GitHub';
    const parts = { context, session: request.session, title, path: c.req.path, body };
    return c.html(
      page({ ...parts, ...(repository ? { repository } : {}), ...(tab ? { tab } : {}) }),
      200,
      HEADERS,
    );
  } catch (error) {
    return failure(c, context, error);
  }
}

/** Whatever a file says it is, it is shown as text and runs nothing. */
async function answerRaw(c: HonoContext, context: Context): Promise<Response> {
  try {
    const content = await rawFile(requestOf(c, context));
    const text = !content.subarray(0, 8000).includes(0);
    const type = text ? 'text/plain; charset=utf-8' : 'application/octet-stream';
    return c.body(new Uint8Array(content), 200, {
      ...HEADERS,
      'content-type': type,
      'content-security-policy': "default-src 'none'; sandbox",
    });
  } catch (error) {
    return failure(c, context, error);
  }
}

/** Where the API sends who asks for a log; the address itself is the permission, as on github.com. */
function answerLog(c: HonoContext, context: Context): Response | Promise<Response> {
  const job = c.req.param('job') ?? '';
  if (!isSeal(context, 'log', job, c.req.query('sig') ?? '')) return failure(c, context, notFound());
  const headers = { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' };
  return c.body(context.engine().jobLog(Number(job)), 200, headers);
}

function failure(c: HonoContext, context: Context, error: unknown): Response | Promise<Response> {
  const [status, message] = explain(error);
  const body = html`<h1>${status}</h1><p>${message}</p><p><a href="/">Home</a></p>`;
  const session = sessionOf(c, context);
  return c.html(page({ context, session, title: String(status), path: '/', body }), status, HEADERS);
}

function explain(error: unknown): readonly [ContentfulStatusCode, string] {
  if (error instanceof ApiError) {
    const details = (error.errors ?? []).map((entry) =>
      typeof entry === 'string'
        ? entry
        : (entry.message ?? `${entry.field ?? entry.resource}: ${entry.code}`),
    );
    return [error.code, [error.message, ...details].join(' — ')];
  }
  if (error instanceof ActionsRequestError) return [error.status, error.message];
  if (error instanceof PlaygroundError && error.code !== 'git-failed') return [422, error.message];
  console.error(error);
  return [500, 'Something went wrong here; the terminal says what.'];
}

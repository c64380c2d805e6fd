/** One server for git, the API, the issuer of identities and the pages for people. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from './context.ts';
import { parseGitUrl, serveGit } from './git-http.ts';
import { discovery, jwks, OIDC_PATH } from './oidc.ts';
import { createPushGate, GATE_PATH } from './push-gate.ts';
import { type ApiParts, addApi } from './rest/app.ts';
import { addWeb } from './web/app.ts';

/** The handler of the main port; `settled` waits for pushes that are still running. */
export function createHandler(context: Context, parts: ApiParts) {
  const gate = createPushGate(context);
  const app = new Hono();
  app.post(GATE_PATH, async (c) => {
    const refusal = await gate.ask(c.req.header('authorization') ?? '', await c.req.json());
    return refusal === undefined ? c.text('ok') : c.text(refusal, 403);
  });
  app.get(`${OIDC_PATH}/.well-known/openid-configuration`, (c) => c.json(discovery(context)));
  app.get(`${OIDC_PATH}/.well-known/jwks`, (c) => c.json(jwks(context)));
  addApi(app, parts);
  addWeb(app, context);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://host');
    const git = parseGitUrl(request.method ?? '', url);
    if (git) await serveGit(context, gate, git, request, response);
    else await listener(request, response);
  };
  return { handle, settled: gate.settled };
}

/**
 * The REST API below `/api/v3`, where GitHub Enterprise Server has it: who asks, faults, limits, routes, errors.
 * https://docs.github.com/rest
 */
import { randomBytes } from 'node:crypto';
import type { Hono, Context as HonoContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ActionsRequestError } from '../../contract.ts';
import type { Viewer } from '../access.ts';
import { readText } from '../body.ts';
import type { Context } from '../context.ts';
import { authenticate } from '../credentials.ts';
import { ApiError, PlaygroundError } from '../errors.ts';
import { answerGraphql } from '../graphql/endpoint.ts';
import { type Faults, faultMessage } from './faults.ts';
import { RATE_LIMIT_PATH, type RateLimiter, rateLimitHeaders } from './rate-limit.ts';
import type { Answer, Json, RestRequest, Route } from './route.ts';
import { ROUTES } from './routes.ts';

export const API_PATH = '/api/v3';
export const GRAPHQL_PATH = '/api/graphql';

/** Larger bodies are refused. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** An answered request, as tests may want to see it. */
interface ObservedAnswer {
  readonly method: string;
  /** Below `/api/v3`, without the query. */
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

export interface ApiParts {
  readonly context: Context;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly observe?: ((answer: ObservedAnswer) => void) | undefined;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset',
};
const PREFLIGHT = {
  ...CORS,
  'access-control-allow-headers':
    'Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Accept-Encoding, X-GitHub-OTP, X-Requested-With, User-Agent, X-GitHub-Api-Version',
  'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE',
  'access-control-max-age': '86400',
};

/** Adds the API to an application. */
export function addApi(app: Hono, parts: ApiParts): void {
  for (const path of [`${API_PATH}/*`, GRAPHQL_PATH]) {
    app.options(path, () => new Response(null, { status: 204, headers: PREFLIGHT }));
  }
  for (const route of ROUTES) {
    app.on(route.method.toUpperCase(), API_PATH + route.path, (c) => respond(c, parts, route));
  }
  app.post(GRAPHQL_PATH, (c) =>
    respond(c, parts, { method: 'post', path: GRAPHQL_PATH, answer: answerGraphql }),
  );
  app.all(`${API_PATH}/*`, (c) => respond(c, parts, UNKNOWN));
}

const UNKNOWN: Route = {
  method: 'get',
  path: '*',
  answer: () => {
    throw new ApiError(404, 'Not Found');
  },
};

async function respond(c: HonoContext, parts: ApiParts, route: Route): Promise<Response> {
  const path = c.req.path.slice(API_PATH.length);
  let viewer: Viewer = { kind: 'anonymous' };
  try {
    viewer = authenticate(parts.context, c.req.header('authorization'));
    if (route.path !== RATE_LIMIT_PATH) parts.limiter.count(viewer, resourceOf(c));
  } catch (error) {
    return finish(c, parts, refusal(c, error), viewer);
  }
  const fault = parts.faults.take(c.req.method, route.path === GRAPHQL_PATH ? '/graphql' : path);
  if (fault && !fault.afterEffect) return faulty(c, parts, fault, viewer);
  const answer = await answerOf(c, parts, route, viewer);
  return fault ? faulty(c, parts, fault, viewer) : finish(c, parts, answer, viewer);
}

const resourceOf = (c: HonoContext) => (c.req.path === GRAPHQL_PATH ? 'graphql' : 'core');

/** A refusal before the route is asked. GraphQL says in an answer of 200 that no requests are left. */
function refusal(c: HonoContext, error: unknown): Answer {
  const limited = error instanceof ApiError && error.code === 403;
  if (!limited || resourceOf(c) !== 'graphql') return failure(error);
  return { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message: error.message }] } };
}

function faulty(c: HonoContext, parts: ApiParts, fault: Parameters<typeof faultMessage>[0], viewer: Viewer) {
  const headers = { ...(fault.status === 429 ? { 'retry-after': '1' } : {}), ...fault.headers };
  return finish(
    c,
    parts,
    { status: fault.status, body: errorBody(fault.status, faultMessage(fault)), headers },
    viewer,
  );
}

async function answerOf(c: HonoContext, parts: ApiParts, route: Route, viewer: Viewer): Promise<Answer> {
  try {
    return await route.answer(restRequest(c, parts, viewer));
  } catch (error) {
    return failure(error);
  }
}

function restRequest(c: HonoContext, { context, limiter }: ApiParts, viewer: Viewer): RestRequest {
  const asked = new URL(c.req.url);
  return {
    context,
    viewer,
    url: new URL(asked.pathname + asked.search, context.urls.server),
    param: (name) => c.req.param(name) ?? '',
    query: (name) => c.req.query(name),
    wantsRaw: /application\/vnd\.github\.(?:v3\.)?raw\b/.test(c.req.header('accept') ?? ''),
    rateLimit: (resource) => limiter.read(viewer, resource),
    json: () => readJson(c),
  };
}

async function readJson(c: HonoContext): Promise<Json> {
  const text = await readText(c, MAX_BODY_BYTES);
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(400, 'Body should be a JSON object');
  }
  return value as Json;
}

/** What GitHub answers for an error. What is unexpected is told to the terminal, not to the client. */
function failure(error: unknown): Answer {
  if (error instanceof ApiError) {
    return { status: error.code, body: errorBody(error.code, error.message, error.errors) };
  }
  if (error instanceof PlaygroundError && error.code === 'not-found') {
    return { status: 404, body: errorBody(404, 'Not Found') };
  }
  if (error instanceof PlaygroundError && /^(?:already-exists|invalid-name)$/.test(error.code)) {
    return { status: 422, body: errorBody(422, error.message) };
  }
  if (error instanceof ActionsRequestError) {
    return { status: error.status, body: errorBody(error.status, error.message) };
  }
  console.error(error);
  return { status: 500, body: errorBody(500, 'Server Error') };
}

function errorBody(status: number, message: string, errors?: readonly unknown[]): Json {
  return {
    message,
    ...(errors === undefined ? {} : { errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  };
}

/** A browser may keep what it was told for a minute, as GitHub lets it. */
function cacheHeaders(viewer: Viewer): Readonly<Record<string, string>> {
  return {
    'cache-control': `${viewer.kind === 'anonymous' ? 'public' : 'private'}, max-age=60, s-maxage=60`,
    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With',
  };
}

function finish(c: HonoContext, parts: ApiParts, answer: Answer, viewer: Viewer): Response {
  const resource = resourceOf(c);
  if (resource === 'core') {
    const { method, path } = c.req;
    const raw = answer.body instanceof Uint8Array;
    if (!raw)
      parts.observe?.({
        method,
        path: path.slice(API_PATH.length),
        status: answer.status,
        body: answer.body,
      });
  }
  const headers = {
    ...(answer.status === 413 ? { connection: 'close' } : {}),
    ...CORS,
    ...rateLimitHeaders(parts.limiter.read(viewer, resource), resource),
    'x-github-request-id': randomBytes(12).toString('hex').toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'x-content-type-options': 'nosniff',
    ...(c.req.method === 'GET' && answer.status === 200 ? cacheHeaders(viewer) : {}),
    ...answer.headers,
  };
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
  if (typeof answer.body === 'string' || answer.body instanceof Uint8Array) {
    return c.body(
      typeof answer.body === 'string' ? answer.body : new Uint8Array(answer.body),
      answer.status as ContentfulStatusCode,
      headers,
    );
  }
  return c.json(answer.body, answer.status as ContentfulStatusCode, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
  });
}

/**
 * Git's smart HTTP protocol at `/<owner>/<name>.git`: git-http-backend(1) as a CGI program (RFC 3875), streamed both
 * ways. Nothing of the request reaches a path: the backend is given the repository's id.
 */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type KnownViewer, may, maySee, type Viewer } from './access.ts';
import type { Context } from './context.ts';
import { authenticate } from './credentials.ts';
import { ApiError } from './errors.ts';
import { gitEnvironment } from './git.ts';
import { isRepositoryName } from './names.ts';
import type { PushGate } from './push-gate.ts';
import { fullName, type Repository, repositoryByName } from './repositories.ts';

interface GitRequest {
  readonly owner: string;
  readonly name: string;
  readonly service: 'git-upload-pack' | 'git-receive-pack';
  readonly path: '/info/refs' | '/git-upload-pack' | '/git-receive-pack';
}

/** Takes a URL apart; undefined if it is none of git's. */
export function parseGitUrl(method: string, url: URL): GitRequest | undefined {
  const match = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-(?:upload|receive)-pack)$/.exec(
    url.pathname,
  );
  if (!match) return undefined;
  const [, owner = '', name = '', path = ''] = match;
  const service = path === '/info/refs' ? url.searchParams.get('service') : path.slice(1);
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return undefined;
  if (method !== (path === '/info/refs' ? 'GET' : 'POST') || !isRepositoryName(name)) return undefined;
  return { owner, name, service, path: path as GitRequest['path'] };
}

/** Answers a request of a git client. */
export async function serveGit(
  context: Context,
  gate: PushGate,
  wanted: GitRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const writing = wanted.service === 'git-receive-pack';
  let admitted: { readonly repository: Repository; readonly viewer: Viewer };
  try {
    admitted = admit(context, wanted, request, writing);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refuse(response, error);
  }
  const { repository, viewer } = admitted;
  const pushing = writing && wanted.path !== '/info/refs' && viewer.kind !== 'anonymous';
  const push = pushing ? await gate.begin(repository, viewer as KnownViewer) : undefined;
  const environment = backendEnvironment(context, repository, wanted, request, viewer);
  await runBackend({ ...environment, ...push?.environment }, request, response, push?.end);
}

function admit(context: Context, wanted: GitRequest, request: IncomingMessage, writing: boolean) {
  const viewer = authenticateGit(context, request);
  const repository = repositoryByName(context, wanted.owner, wanted.name);
  if (!repository || !maySee(context, viewer, repository)) {
    throw viewer.kind === 'anonymous'
      ? new ApiError(401, 'Repository not found.')
      : new ApiError(404, 'Repository not found.');
  }
  const need = writing
    ? ({ role: 'write', permissions: ['contents'], level: 'write' } as const)
    : ({ role: 'read', permissions: ['contents'], level: 'read' } as const);
  if (may(context, viewer, repository, need)) return { repository, viewer };
  throw viewer.kind === 'anonymous'
    ? new ApiError(401, 'No anonymous write access.')
    : new ApiError(403, `Permission to ${fullName(repository)}.git denied to ${viewer.user.login}.`);
}

function authenticateGit(context: Context, request: IncomingMessage): Viewer {
  try {
    return authenticate(context, request.headers.authorization);
  } catch {
    throw new ApiError(
      401,
      'Invalid username or token. Password authentication is not supported for Git operations.',
    );
  }
}

function refuse(response: ServerResponse, error: ApiError): void {
  response
    .writeHead(error.code, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
      ...(error.code === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}),
    })
    .end(error.message);
}

function backendEnvironment(
  context: Context,
  repository: Repository,
  wanted: GitRequest,
  request: IncomingMessage,
  viewer: Viewer,
): NodeJS.ProcessEnv {
  const { headers } = request;
  const protocol = headers['git-protocol'];
  // No CONTENT_LENGTH: git then reads to the end of what comes, and does not wait for ever for what never comes.
  return gitEnvironment({
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    GIT_PROJECT_ROOT: join(context.dataDir, 'git'),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${repository.id}.git${wanted.path}`,
    REQUEST_METHOD: request.method ?? 'GET',
    QUERY_STRING: wanted.path === '/info/refs' ? `service=${wanted.service}` : '',
    CONTENT_TYPE: headers['content-type'] ?? '',
    REMOTE_ADDR: '127.0.0.1',
    ...(viewer.kind === 'anonymous' ? {} : { REMOTE_USER: viewer.user.login }),
    ...(headers['content-encoding'] === 'gzip' ? { HTTP_CONTENT_ENCODING: 'gzip' } : {}),
    ...(typeof protocol === 'string' && /^[\w=:-]{1,64}$/.test(protocol) ? { GIT_PROTOCOL: protocol } : {}),
  });
}

/**
 * Runs the backend. The answer ends only after `finish`, so that a push is followed up when its client returns. A push
 * runs to its end even if its client has gone, since refs may be moving already.
 */
function runBackend(
  env: NodeJS.ProcessEnv,
  request: IncomingMessage,
  response: ServerResponse,
  finish: (() => Promise<void>) | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    // A client that goes away in the middle of its request leaves no end behind.
    request.once('close', () => child.stdin.end());
    response.on('drain', () => child.stdout.resume());
    response.once('close', () => {
      if (finish) child.stdout.resume();
      else child.kill();
    });

    let head: Buffer | undefined = Buffer.alloc(0);
    const send = (chunk: Buffer) => {
      if (!response.destroyed && !response.write(chunk)) child.stdout.pause();
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (head === undefined) return send(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!response.destroyed) writeHead(response, head.subarray(0, end).toString('latin1'));
      const rest = head.subarray(end + 4);
      head = undefined;
      if (rest.length > 0) send(rest);
    });

    child.once('error', reject);
    child.once('close', () => {
      Promise.resolve(finish?.())
        .then(() => {
          if (head !== undefined && !response.destroyed) response.writeHead(500);
          response.end();
        })
        .then(resolve, reject);
    });
  });
}

function writeHead(response: ServerResponse, text: string): void {
  let status = 200;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    if (name === 'status') status = Number.parseInt(value, 10);
    else if (/^(?:content-type|cache-control|expires|pragma|content-length)$/.test(name)) {
      response.setHeader(name, value);
    }
  }
  response.writeHead(status);
}

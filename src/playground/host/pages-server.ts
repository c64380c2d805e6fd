/** Serves the live Pages sites at `/<owner>/<repo>/`, on an origin of their own, as github.io does. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import type { Context } from './context.ts';
import { isLogin, isRepositoryName } from './names.ts';
import { pagesFolder, pagesOf } from './pages.ts';
import { repositoryByName } from './repositories.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['js', 'application/javascript; charset=utf-8'],
  ['mjs', 'application/javascript; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['txt', 'text/plain; charset=utf-8'],
  ['md', 'text/markdown; charset=utf-8'],
  ['wasm', 'application/wasm'],
  ['xml', 'application/xml'],
]);

/** What GitHub Pages answers with, and what a site cannot change. */
const HEADERS = { 'cache-control': 'max-age=600', 'access-control-allow-origin': '*' };

export async function servePages(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const headOnly = request.method === 'HEAD';
  const path = decodedPath(request.url ?? '/');
  const [, owner = '', name = '', ...rest] = path?.split('/') ?? [];
  const root = path === undefined ? undefined : await liveFolder(context, owner, name);
  if (root === undefined) return notFound(response);
  if (rest.length === 0) {
    response.writeHead(301, { location: `/${owner}/${name}/` }).end();
    return;
  }
  const file = await fileAt(root, rest);
  if (file === 'folder') {
    response.writeHead(301, { location: `${new URL(request.url ?? '/', 'http://site').pathname}/` }).end();
  } else if (file !== undefined) {
    send(request, response, file, 200, headOnly);
  } else {
    const page = await fileAt(root, ['404.html']);
    if (page === undefined || page === 'folder') notFound(response);
    else send(request, response, page, 404, headOnly);
  }
}

function decodedPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, 'http://site').pathname);
    return path.includes('\0') || path.includes('\\') ? undefined : path;
  } catch {
    return undefined;
  }
}

async function liveFolder(context: Context, owner: string, name: string): Promise<string | undefined> {
  if (!isLogin(owner) || !isRepositoryName(name)) return undefined;
  const repository = repositoryByName(context, owner, name);
  const folder = repository && pagesOf(context, repository)?.folder;
  return typeof folder === 'string'
    ? realpath(join(pagesFolder(context), folder)).catch(() => undefined)
    : undefined;
}

interface SiteFile {
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
}

/** The file that a path means: itself, its `.html`, or the index of a folder. Never a dotfile, never outside. */
async function fileAt(root: string, parts: readonly string[]): Promise<SiteFile | 'folder' | undefined> {
  if (parts.some((part) => part.startsWith('.'))) return undefined;
  const asked = parts.join('/');
  const candidates = asked === '' || asked.endsWith('/') ? [`${asked}index.html`] : [asked, `${asked}.html`];
  for (const candidate of candidates) {
    const path = await realpath(join(root, candidate)).catch(() => undefined);
    if (path === undefined || !path.startsWith(root + sep)) continue;
    const stats = await stat(path);
    if (stats.isFile()) return { path, size: stats.size, modified: stats.mtime };
    if (stats.isDirectory()) return 'folder';
  }
  return undefined;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: SiteFile,
  status: 200 | 404,
  headOnly: boolean,
): void {
  const etag = `"${file.modified.getTime().toString(16)}-${file.size.toString(16)}"`;
  if (status === 200 && request.headers['if-none-match'] === etag) {
    response.writeHead(304, { ...HEADERS, etag }).end();
    return;
  }
  response.writeHead(status, {
    ...HEADERS,
    'content-type': TYPES.get(file.path.slice(file.path.lastIndexOf('.') + 1)) ?? 'application/octet-stream',
    'content-length': file.size,
    'last-modified': file.modified.toUTCString(),
    etag,
  });
  if (headOnly) response.end();
  else
    createReadStream(file.path)
      .on('error', () => response.destroy())
      .pipe(response);
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' });
  response.end('<!doctype html><title>404</title><h1>404</h1><p>File not found.</p>\n');
}

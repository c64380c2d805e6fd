/** A web server for one folder of files, on loopback: any server will do for a site that was built. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';

const TYPES: { readonly [extension: string]: string } = {
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

export interface StaticSite {
  /** Ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** A port that was asked for is taken. */
class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly code = 'port-in-use';
}

/**
 * Serves a folder on 127.0.0.1. The folder is looked up at each request, so that a new build is seen at once.
 * @param port 0 for any free one.
 * @throws {PortInUseError}
 */
export async function serveStaticSite(directory: string, port = 0): Promise<StaticSite> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
    answer(directory, request.url ?? '/', request.method === 'HEAD', response).catch(() =>
      refuse(response, 404),
    );
  });
  await listen(server, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PortInUseError(
              `Port ${port} on 127.0.0.1 is in use. Stop what runs there, or choose another one with --port.`,
              { cause: error },
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(
  directory: string,
  url: string,
  headOnly: boolean,
  response: ServerResponse,
): Promise<void> {
  const path = decodeURIComponent(new URL(url, 'http://site').pathname);
  if (path.includes('\0')) return refuse(response, 404);
  const root = await realpath(directory);
  const file = await realpath(join(root, path));
  const { size, isFile } = await stat(file).then((stats) => ({ size: stats.size, isFile: stats.isFile() }));
  if (!isFile || !file.startsWith(root + sep)) return refuse(response, 404);
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  response.writeHead(200, {
    'content-type': type,
    'content-length': size,
    'x-content-type-options': 'nosniff',
  });
  if (headOnly) response.end();
  else
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status}\n`);
}

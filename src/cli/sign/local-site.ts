/**
 * A few files over HTTP, for a browser on this machine and nobody else. Another site that a browser is told to find at
 * 127.0.0.1 under its own name (DNS rebinding) is refused by the Host header.
 *
 * The one name is localhost: a passkey belongs to a name, and an address is none
 * (https://www.w3.org/TR/webauthn-3/#rp-id).
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../failure.ts';

export interface SiteFile {
  /** For the `content-type` header. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface LocalSite {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

interface SiteSettings {
  /** By path, with a slash at the start. A folder's page stands under its path with a slash at the end. */
  readonly files: ReadonlyMap<string, SiteFile>;
  /** Where `/` leads. */
  readonly start: string;
  /** The Content-Security-Policy of all answers. */
  readonly policy: string;
  /** 0 for any free one. */
  readonly port: number;
}

const ADDRESS = '127.0.0.1';
const NAME = 'localhost';

/** @throws {UsageError} where the port is taken */
export async function serveLocalSite({ files, start, policy, port }: SiteSettings): Promise<LocalSite> {
  const server = createServer();
  await listen(server, port);
  const { port: actual } = server.address() as AddressInfo;
  const host = `${NAME}:${actual}`;
  const headers = {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
  const say = (response: ServerResponse, status: number, text: string, more = {}) =>
    response
      .writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8', ...more })
      .end(`${text}\n`);

  server.on('request', (request, response) => {
    request.resume();
    if (request.headers.host !== host)
      return say(response, 421, `This is ${host}, and answers to no other name.`);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return say(response, 405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
    const [path = '/'] = (request.url ?? '/').split('?');
    if (path === '/' || `${path}/` === start) return say(response, 302, start, { location: start });
    const file = files.get(path);
    if (!file) return say(response, 404, 'There is nothing here.');
    const length = file.bytes.length;
    response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': length });
    return response.end(request.method === 'HEAD' ? undefined : file.bytes);
  });
  return {
    url: `http://${host}`,
    port: actual,
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
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      const message = `Port ${port} of this machine cannot be used (${error.code}). Stop what uses it, or choose another with --port.`;
      reject(taken ? new UsageError(message, { cause: error }) : error);
    });
    server.listen(port, ADDRESS, resolve);
  });
}

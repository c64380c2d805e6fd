/**
 * A web server for services that fail: it answers as it is told, keeps what it was asked, and can hang or break off.
 * It ends with the test file.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export interface ServiceCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export type Reply =
  | 'hang'
  | 'break off'
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent as JSON, unless it is a text. */
      readonly body?: unknown;
    };

export interface ScriptedService {
  readonly url: string;
  readonly calls: readonly ServiceCall[];
}

const servers = new Set<Server>();
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server; over TLS where a certificate is given. */
export async function scriptedService(
  reply: (call: ServiceCall, count: number) => Reply | Promise<Reply>,
  tls?: Pick<ServerOptions, 'key' | 'cert'>,
): Promise<ScriptedService> {
  const calls: ServiceCall[] = [];
  const server = tls ? createTlsServer(tls) : createServer();
  server.on('request', async (incoming, outgoing) => {
    const text = Buffer.concat(await incoming.toArray()).toString();
    const { method = '', url: path = '', headers } = incoming;
    const call = { method, path, headers, text };
    calls.push(call);
    const answer = await reply(call, calls.length);
    if (answer === 'hang') return;
    if (answer === 'break off') {
      incoming.socket.destroy();
      return;
    }
    const { body = '' } = answer;
    const type = typeof body === 'string' ? 'text/plain' : 'application/json';
    outgoing.writeHead(answer.status ?? 200, { 'content-type': type, ...answer.headers });
    outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://localhost:${port}`, calls };
}

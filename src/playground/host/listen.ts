/** HTTP servers on loopback, and nobody else's name for them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlaygroundError } from './errors.ts';

export interface LocalServer {
  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
  /** Says who answers. Until then, requests wait. */
  serve(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void): void;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1.
 * @param port 0 for any free one
 * @throws {PlaygroundError} `port-in-use`
 */
export async function listen(port: number): Promise<LocalServer> {
  let ready: (answer: Parameters<LocalServer['serve']>[0]) => void = () => undefined;
  const answer = new Promise<Parameters<LocalServer['serve']>[0]>((resolve) => {
    ready = resolve;
  });
  const server = createServer((request, response) => {
    if (!isOurName(request.headers.host, portOf(server))) {
      // Another site's name that was pointed at this address (DNS rebinding).
      response
        .writeHead(421, { 'content-type': 'text/plain', connection: 'close' })
        .end('Not a name of this server\n');
      return;
    }
    answer
      .then((serve) => serve(request, response))
      .catch((error: unknown) => {
        console.error(error);
        if (response.headersSent) response.destroy();
        else response.writeHead(500, { 'content-type': 'text/plain' }).end('Server Error\n');
      });
  });
  // A push may take long.
  server.requestTimeout = 0;
  await started(server, port);
  const actual = portOf(server);
  return {
    port: actual,
    url: `http://127.0.0.1:${actual}`,
    serve: ready,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isOurName(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

function started(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new PlaygroundError(
              'port-in-use',
              `Port ${port} on 127.0.0.1 is in use. Stop what runs there, or choose another port.`,
              { cause },
            )
          : cause,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

/**
 * A real Chromium for tests of what runs in the browser: Debian's, or the one that PLAYGROUND_CHROMIUM names. Tests
 * are skipped, with a printed reason, where there is none.
 */
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { rolldown } from 'rolldown';

const EXECUTABLE = process.env.PLAYGROUND_CHROMIUM || '/usr/bin/chromium';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why tests in a browser cannot run here; undefined where they can. */
export function whyNoBrowser(): string | undefined {
  try {
    accessSync(EXECUTABLE, constants.X_OK);
    return undefined;
  } catch {
    return `there is no Chromium at ${EXECUTABLE} (PLAYGROUND_CHROMIUM names another one)`;
  }
}

/** A browser that forgets everything when it is closed. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

/** A browser that keeps what it stores in the folder, for tests that restart it. */
export function launchWithProfile(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath: EXECUTABLE, args: FLAGS });
}

/** The module and all that it imports as the text of one JavaScript module, for browsers. */
export async function bundle(entry: string): Promise<string> {
  const build = await rolldown({ input: entry, platform: 'browser', resolve: { symlinks: false } });
  try {
    const { output } = await build.generate({ format: 'esm', codeSplitting: false });
    return output[0].code;
  } finally {
    await build.close();
  }
}

export interface WebPage {
  /** The media type. */
  readonly type: string;
  readonly body: string | Uint8Array;
}

export interface WebServer {
  /** `http://localhost:<port>/`. A secure context, and unlike 127.0.0.1 a name that passkeys can belong to. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves pages by their path (such as `/index.html`) on a free port of this machine alone; looked up at each request. */
export async function servePages(pages: ReadonlyMap<string, WebPage>): Promise<WebServer> {
  const server = createServer((request, response) => {
    const page = pages.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (!page) response.writeHead(404, { 'content-type': 'text/plain' }).end('404\n');
    else response.writeHead(200, { 'content-type': page.type, 'cache-control': 'no-store' }).end(page.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

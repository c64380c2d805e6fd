/**
 * The signing page as the sources have it now, on a server of its own beside the metadata of the local GitHub's site:
 * what its readers meet, without a deployment for each test.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { type PageFile, signPage } from '../../src/web/pages.ts';
import { bundle } from './browser.ts';
import { temporaryFolder } from './git.ts';
import { type LocalGitHub, REPOSITORY } from './local-github.ts';

const SOURCE = join(import.meta.dirname, '..', '..', 'src', 'web', 'sign');

let built: Promise<URL> | undefined;

/** The folder of the page, built once in each test file. */
function builtPage(): Promise<URL> {
  built ??= (async () => {
    const folder = join(temporaryFolder(), 'sign-page');
    await mkdir(folder);
    await writeFile(join(folder, 'app.js'), await bundle(join(SOURCE, 'app.ts')));
    for (const name of ['index.html', 'style.css']) await copyFile(join(SOURCE, name), join(folder, name));
    return pathToFileURL(`${folder}/`);
  })();
  return built;
}

export interface ServedPage {
  /** Ends with a slash. */
  readonly url: string;
  /** The address with which the page opens a pull request. */
  link(pull: number, repository?: string): string;
  /** Files that this server answers itself, by path; null stands for 404. */
  readonly instead: Map<string, { readonly type: string; readonly body: string | Uint8Array } | null>;
}

const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

/** Serves the page at `/sign/`; all else comes from the site of the local GitHub. */
export async function servePage(github: LocalGitHub, repository = REPOSITORY): Promise<ServedPage> {
  const { apiUrl, url: serverUrl } = github.playground;
  const files = await signPage({ apiUrl, serverUrl, repository }, await builtPage());
  const instead: ServedPage['instead'] = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const own = instead.get(pathname);
    if (own === null) return void response.writeHead(404).end();
    if (own) return void response.writeHead(200, { 'content-type': own.type }).end(own.body);
    const file: PageFile | undefined = pathname.startsWith('/sign/')
      ? files.get(pathname.slice('/sign/'.length) || 'index.html')
      : undefined;
    if (file) return void response.writeHead(200, { 'content-type': file.type }).end(file.bytes);
    const answer = await fetch(github.site + pathname.slice(1));
    const type = answer.headers.get('content-type') ?? 'application/octet-stream';
    response.writeHead(answer.status, { 'content-type': type });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  return { url, instead, link: (pull, of = repository) => `${url}sign/#${of}/${pull}` };
}

/** Someone who looks at the page, and all that their browser noticed. */
export interface Reader {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses that were asked for, in order. */
  readonly requests: readonly string[];
  /** What the policy of the page stopped, and what went wrong in its script. */
  readonly complaints: readonly string[];
  /** Waits for what comes after reading: the event, or why there is none. */
  arrive(): Promise<void>;
  /** What axe-core finds wrong on the page as it is now. */
  barriers(): Promise<readonly string[]>;
}

/** Opens an address in a browser of its own kind, e.g. dark or small; listens from the start. */
export async function read(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Reader> {
  const context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  closing.push(() => context.close());
  return readIn(context, address);
}

/** The same in a browser that is there already. */
export async function readIn(context: BrowserContext, address: string): Promise<Reader> {
  const requests: string[] = [];
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(`${error}`));
  page.on('console', (message) => {
    if (message.text().startsWith('violation ')) complaints.push(message.text());
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.log(`violation ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(address);
  return {
    page,
    context,
    requests,
    complaints,
    arrive: () => page.locator('h1 code, .card h1').first().waitFor(),
    async barriers() {
      await page.evaluate(axe.source);
      const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
      return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    },
  };
}

/** All words in a part of the page, shown or folded away. */
export async function words(page: Page, part = 'main'): Promise<string> {
  return (await page.locator(part).textContent()) ?? '';
}

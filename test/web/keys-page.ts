/** A page in a real browser that does what the tests ask of it (keys-driver.ts). */
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { bundle, servePages, type WebServer } from '../support/browser.ts';
import type { Arguments, Deed, Outcome, Result } from './keys-driver.ts';

/** No more is allowed than on the signing page. */
const HTML = `<!doctype html><title>Keys</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'">
<script type="module" src="/driver.js"></script>`;

/** Serves the page; the address stays the same until it is closed, and so does what browsers keep for it. */
export async function serveKeysPage(): Promise<WebServer> {
  const driver = await bundle(join(import.meta.dirname, 'keys-driver.ts'));
  return servePages(
    new Map([
      ['/', { type: 'text/html; charset=utf-8', body: HTML }],
      ['/driver.js', { type: 'text/javascript; charset=utf-8', body: driver }],
    ]),
  );
}

export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Lets the page do it, and gives back what came out, or what error. */
export async function attempt<D extends Deed>(
  page: Page,
  deed: D,
  ...args: Arguments<D>
): Promise<Outcome<Result<D>>> {
  const outcome = await page.evaluate(
    ([name, all]) =>
      (globalThis as unknown as { perform(n: string, a: unknown): Promise<unknown> }).perform(name, all),
    [deed, args] as const,
  );
  return outcome as Outcome<Result<D>>;
}

/** The same where nothing should go wrong. */
export async function ask<D extends Deed>(page: Page, deed: D, ...args: Arguments<D>): Promise<Result<D>> {
  const outcome = await attempt(page, deed, ...args);
  if ('value' in outcome) return outcome.value;
  throw new Error(`${deed}: ${outcome.code}: ${outcome.message}`);
}

/** The code of the error that the page should meet. */
export async function errorCode<D extends Deed>(page: Page, deed: D, ...args: Arguments<D>): Promise<string> {
  const outcome = await attempt(page, deed, ...args);
  if ('code' in outcome) return outcome.code;
  throw new Error(`${deed}: expected an error, and there was none`);
}

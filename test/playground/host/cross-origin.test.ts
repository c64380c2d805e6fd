/** What a page from another origin may do with the API, as a browser sees it (https://fetch.spec.whatwg.org/#http-cors-protocol). */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, servePages, type WebServer, whyNoBrowser } from '../../support/browser.ts';
import { git } from '../../support/git.ts';
import { pushBranch, repositoryWith, world } from './support.ts';

const get = world();
const REPO = '/repos/alice/api';
const FILE = `{"text":"${'x'.repeat(2000)}"}\n`;
const why = whyNoBrowser();

describe.skipIf(why !== undefined)(`a page of another origin${why ? ` (skipped: ${why})` : ''}`, () => {
  let browser: Browser;
  let server: WebServer;
  let page: Page;
  let head = '';
  let blob = '';

  beforeAll(async () => {
    const clone = await repositoryWith(get(), 'alice/api', { 'README.md': 'one\n' });
    head = await pushBranch(clone, 'sign/x', { 'metadata/root.json': FILE });
    blob = await git(clone, 'rev-parse', 'HEAD:metadata/root.json');
    const { api, tokens } = get();
    const wanted = { title: 'P', head: 'sign/x', base: 'main' };
    await api(tokens.alice, 'POST', `${REPO}/pulls`, wanted);
    server = await servePages(
      new Map([['/', { type: 'text/html', body: '<!doctype html><title>x</title>' }]]),
    );
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  interface Wanted {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }

  /** A request by script in the page; an answer that the browser keeps from the page has no status. */
  const ask = (path: string, wanted: Wanted = {}) =>
    page.evaluate(
      async ([url, { method = 'GET', headers = {}, body }]) => {
        try {
          const init = { method, headers, credentials: 'omit' as const, cache: 'no-store' as const };
          const response = await fetch(url, body === undefined ? init : { ...init, body });
          const text = await response.text();
          return { status: response.status, text, headers: Object.fromEntries(response.headers) };
        } catch (error) {
          return { status: 0, text: String(error), headers: {} as Record<string, string> };
        }
      },
      [get().playground.apiUrl + path, wanted] as const,
    );

  test('reads what signing needs, without a token', async () => {
    const json = { headers: { accept: 'application/vnd.github+json' } };
    const pull = await ask(`${REPO}/pulls/1`, json);
    expect([pull.status, JSON.parse(pull.text).head.sha]).toEqual([200, head]);
    const compared = await ask(`${REPO}/compare/main...${head}?per_page=1`, json);
    expect(JSON.parse(compared.text)).toMatchObject({
      base_commit: { sha: expect.any(String) },
      merge_base_commit: { sha: expect.any(String) },
      commits: [{ sha: head }],
    });
    const tree = await ask(`${REPO}/git/trees/${head}?recursive=1`, json);
    expect(JSON.parse(tree.text)).toMatchObject({
      truncated: false,
      tree: expect.arrayContaining([
        {
          path: 'metadata/root.json',
          mode: '100644',
          type: 'blob',
          sha: blob,
          size: FILE.length,
          url: expect.any(String),
        },
      ]),
    });
    const raw = { headers: { accept: 'application/vnd.github.raw+json' } };
    expect((await ask(`${REPO}/git/blobs/${blob}`, raw)).text).toBe(FILE);
    expect((await ask(`${REPO}/contents/metadata/root.json?ref=${head}`, raw)).text).toBe(FILE);
    expect((await ask(`${REPO}/pulls/99`, json)).status).toBe(404);
  });

  test('sees how many requests are left, and when there are more', async () => {
    const { headers } = await ask(`${REPO}/pulls/1`);
    expect(Number(headers['x-ratelimit-remaining'])).toBeLessThan(60);
    expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() / 1000);
    get().playground.host.faults.add({ path: /\/pulls\/1$/, status: 429, headers: { 'retry-after': '7' } });
    const refused = await ask(`${REPO}/pulls/1`);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '7']);
  });

  test('posts a comment with a token, and reads whose token it is', async () => {
    const authorization = `Bearer ${get().tokens.bob}`;
    const posted = await ask(`${REPO}/issues/1/comments`, {
      method: 'POST',
      headers: { authorization, accept: 'application/vnd.github+json', 'content-type': 'application/json' },
      body: JSON.stringify({ body: 'From the page' }),
    });
    expect([posted.status, JSON.parse(posted.text).user.login]).toEqual([201, 'bob']);
    expect(JSON.parse((await ask('/user', { headers: { authorization } })).text).login).toBe('bob');
    expect((await ask('/user', { headers: { authorization: 'Bearer ghp_wrong' } })).status).toBe(401);
  });

  test('has no more than GitHub gives: no header of its own, nothing of the person’s pages', async () => {
    expect((await ask(`${REPO}/pulls/1`, { headers: { 'x-own': '1' } })).status).toBe(0);
    const pages = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => 'read',
          () => 'refused',
        ),
      `${get().playground.url}/alice/api/pull/1`,
    );
    expect(pages).toBe('refused');
  });
});

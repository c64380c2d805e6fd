/** The signing page in a real browser, as a reader meets it: what it shows, to whom it talks, and what it refuses. */
import { createHash } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, whyNoBrowser } from '../support/browser.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';
import { read, type ServedPage, servePage, words } from '../support/signing-page.ts';

const reason = whyNoBrowser();
if (reason !== undefined) console.warn(`Skipped: ${reason}.`);

const HELLO_AGAIN = 'Hello again\n';

describe.skipIf(reason !== undefined)('The signing page', () => {
  let browser: Browser;
  let github: LocalGitHub;
  let served: ServedPage;
  /** An event that changes an artifact and adds one, without a signature. */
  let change: number;

  beforeAll(async () => {
    // More readers than one address has in an hour.
    github = await (await publishedGitHub())({ anonymous: 5000 });
    await github.proposes('alice', 'change', { 'hello.txt': HELLO_AGAIN, 'tool.txt': 'A tool\n' });
    change = await github.openPull('change');
    await github.idle();
    served = await servePage(github);
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  const open = (pull: number, options = {}) => read(browser, served.link(pull), options);

  it('says in plain words what a signature would mean, and who has signed', async () => {
    const { page, arrive } = await open(change);
    await arrive();
    const text = await words(page);
    expect(text).toContain('Signing event change');
    expect(text).toContain('Waiting for signatures');
    expect(text).toContain('version 1 → 2');
    expect(text).toMatch(/artifact changed: hello\.txt \(12 bytes, sha256 [0-9a-f]{12}…; before: 6 bytes/);
    expect(text).toContain(createHash('sha256').update(HELLO_AGAIN).digest('hex'));
    expect(text).toContain('0 of 2 needed');
    expect(text).toMatch(/Not yet @alice/);
    const signed = JSON.parse(await github.read('sign/change', 'metadata/targets.json')).signed;
    await page.getByText('Raw JSON').click();
    const raw = await page.getByRole('region', { name: 'targets, after' }).textContent();
    expect(JSON.parse(raw ?? '').signed).toEqual(signed);
  });

  it('asks little of the API, takes from the site what that has, and talks to nobody else', async () => {
    const { page, arrive, requests, complaints } = await open(change);
    await arrive();
    const { apiUrl } = github.playground;
    const toApi = requests.filter((url) => url.startsWith(apiUrl));
    const blobs = toApi.filter((url) => url.includes('/git/blobs/'));
    // The new targets and two artifacts; root and the old targets stand on the site.
    expect(blobs).toHaveLength(3);
    expect(toApi.length - blobs.length).toBe(4);
    expect(new Set(requests)).toHaveProperty('size', requests.length);
    expect(new Set(requests.map((url) => new URL(url).origin))).toEqual(
      new Set([new URL(served.url).origin, new URL(apiUrl).origin]),
    );
    expect(complaints).toEqual([]);
    const policy = await page.locator('meta[http-equiv]').getAttribute('content');
    expect(policy).not.toMatch(/unsafe|\*|http:\/\/(?!127\.0\.0\.1:)/);
    expect(policy).toContain(`connect-src 'self' ${new URL(apiUrl).origin};`);
  });

  it('keeps its policy even against its own script: no markup from text, no script that is not its own', async () => {
    const { page, arrive } = await open(change);
    await arrive();
    const attempts = await page.evaluate(async () => {
      const results: string[] = [];
      const attempt = async (name: string, deed: () => unknown) => {
        const outcome = await Promise.resolve()
          .then(deed)
          .then(() => 'allowed')
          .catch(() => 'refused');
        results.push(`${name}: ${outcome}`);
      };
      await attempt('markup', () => {
        document.body.innerHTML = '<p>markup</p>';
      });
      await attempt('other server', () => fetch('http://127.0.0.1:9/'));
      const script = document.createElement('script');
      script.append('document.title = "script ran"');
      document.body.append(script);
      return [...results, document.title];
    });
    expect(attempts).toEqual(['markup: refused', 'other server: refused', 'Sign: alice/repository']);
  });

  it('works for its own repository only', async () => {
    const { page, arrive, requests } = await read(browser, served.link(change, 'mallory/repository'));
    await arrive();
    expect(await words(page)).toContain('signs for alice/repository and for no other repository');
    expect(await page.getByRole('link', { name: 'Repository mallory/repository' }).getAttribute('href')).toBe(
      `${github.playground.url}/mallory/repository`,
    );
    expect(requests.filter((url) => url.startsWith(github.playground.apiUrl))).toEqual([]);
    // Another address in the same tab is another visit.
    await page.goto(`${served.url}sign/#no-address`);
    await page.getByText('This address names no pull request').waitFor();
  });

  it('does nothing inside another page', async () => {
    served.instead.set('/frame.html', {
      type: 'text/html',
      body: `<!doctype html><iframe src="${served.link(change)}" width="800" height="800"></iframe>`,
    });
    const { page, requests } = await read(browser, `${served.url}frame.html`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Open this page by itself' }).waitFor();
    expect(await frame.locator('input, button, textarea').count()).toBe(0);
    expect(requests.filter((url) => url.startsWith(github.playground.apiUrl))).toEqual([]);
  });

  it('asks for https where a browser gives it no cryptography', async () => {
    const { page } = await read(browser, 'about:blank');
    await page.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }));
    await page.goto(served.link(change));
    await page.getByRole('heading', { name: 'This page needs https' }).waitFor();
  });

  it('reads an event from a fork, and says how a comment gets recorded there', async () => {
    await github.host.fork('alice/repository', 'mallory');
    const mallory = await github.person('mallory', 'mallory/repository');
    await mallory.push('sign/theirs', { 'targets/theirs.txt': 'theirs' });
    const { page, arrive } = await open(await github.openPull('theirs', 'mallory', 'mallory'));
    await arrive();
    const seen = await words(page);
    expect(seen).toContain('Signing event theirs');
    expect(seen).toContain('The branch is in mallory/repository, where the signing action cannot write.');
    expect(seen).toContain('targets/theirs.txt is listed in no role');
  });

  it('advises signers of root against an origin that others share', async () => {
    const alice = await github.person('alice');
    const wanted = ['root', '--signers', '@alice,@bob,@erin', '--threshold', '2', '--yes'];
    await alice.does('delegate', 'more-root', ...wanted);
    const shared = served
      .link(await github.openPull('more-root'))
      .replace('//localhost', '//owner.localhost');
    const { page, arrive } = await read(browser, shared);
    await arrive();
    await page.getByLabel('Your GitHub login').fill('erin');
    await page.keyboard.press('Enter');
    await page.getByText('This is about root.').waitFor();
  });

  it('says without JavaScript what it is, what it needs, and how to do without it', async () => {
    const { page } = await open(change, { javaScriptEnabled: false });
    const text = await words(page, 'body');
    expect(text).toContain('The page needs JavaScript');
    expect(text).toContain('playground sign <event>');
    expect(text).toContain(`git clone ${github.playground.url}/alice/repository`);
  });

  it('fits on a small phone without scrolling sideways', async () => {
    const { page, arrive } = await open(change, { viewport: { width: 320, height: 640 } });
    await arrive();
    await page.getByLabel('Your GitHub login').fill('bob');
    await page.keyboard.press('Enter');
    await page.getByText('Which key?').waitFor();
    await page.getByText('Raw JSON').click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

  it('never fetches large artifacts, and says that nobody looked at them here', async () => {
    const big = 'x'.repeat(10_000_001);
    await github.proposes('alice', 'big', { 'big.bin': big });
    const { page, arrive, requests } = await open(await github.openPull('big'));
    await arrive();
    const text = await words(page);
    expect(text).toContain('artifact-not-checked');
    expect(text).toContain('Its content was not checked here. The signing action checks it');
    expect(text).toContain('Waiting for signatures');
    expect(requests.filter((url) => url.includes('/git/blobs/'))).toHaveLength(1);
  });
});

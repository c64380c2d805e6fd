/** When the signing page cannot go on, it says why and what to do, and goes on when that is done. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, whyNoBrowser } from '../support/browser.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';
import { read, type ServedPage, servePage, words } from '../support/signing-page.ts';

const reason = whyNoBrowser();
if (reason !== undefined) console.warn(`Skipped: ${reason}.`);

describe.skipIf(reason !== undefined)('The signing page says', () => {
  let browser: Browser;
  let github: LocalGitHub;
  let served: ServedPage;
  let change: number;

  beforeAll(async () => {
    // More readers than one address has in an hour.
    github = await (await publishedGitHub())({ anonymous: 5000 });
    await github.proposes('alice', 'change', { 'tool.txt': 'A tool\n' });
    change = await github.openPull('change');
    await github.idle();
    served = await servePage(github);
    browser = await launchBrowser();
  });
  afterEach(() => {
    github.host.faults.clear();
    served.instead.clear();
  });
  afterAll(() => browser?.close());

  const open = (pull: number) => read(browser, served.link(pull));

  /** Opens a pull request on an empty page, so that answers can be changed on their way. */
  async function openWith(meddle: (page: Page) => Promise<unknown>) {
    const reader = await read(browser, 'about:blank');
    await meddle(reader.page);
    await reader.page.goto(served.link(change));
    return reader;
  }

  async function expectState(page: Page, heading: string, ...texts: readonly (string | RegExp)[]) {
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    for (const text of texts) {
      const seen = await words(page);
      if (typeof text === 'string') expect(seen).toContain(text);
      else expect(seen).toMatch(text);
    }
    expect(await page.getByText('Your part').count()).toBe(0);
  }

  it('that GitHub asks to wait, until when, and that a token helps, which is held in this tab alone', async () => {
    const reset = Math.floor(Date.now() / 1000) + 600;
    github.host.faults.add({
      path: /\/pulls\/\d+$/,
      status: 403,
      message: 'API rate limit exceeded for 127.0.0.1.',
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${reset}` },
    });
    const { page, arrive, context } = await open(change);
    await expectState(page, 'GitHub asks to wait', /Goes on in \d+ min \d+ s, at /, '5,000 requests an hour');
    const token = github.host.createToken('bob');
    const authorised: string[] = [];
    page.on('request', async (request) => {
      if ((await request.headerValue('authorization')) === `Bearer ${token}`) authorised.push(request.url());
    });
    await page.getByLabel('GitHub token, for this visit only').fill(token);
    await page.getByRole('button', { name: 'Read with this token' }).click();
    await page.getByRole('heading', { name: 'Signing event change' }).waitFor();
    await arrive();
    expect(authorised.length).toBeGreaterThan(3);
    expect(new Set(authorised.map((url) => new URL(url).origin))).toEqual(
      new Set([new URL(github.playground.apiUrl).origin]),
    );
    expect(JSON.stringify(await context.storageState({ indexedDB: true }))).not.toContain(token);
    expect(await page.content()).not.toContain(token);
    expect(page.url()).not.toContain(token);
  });

  it('nothing more when the wait is over: it goes on by itself', async () => {
    github.host.faults.add({ path: /\/pulls\/\d+$/, status: 429, headers: { 'retry-after': '2' } });
    const { page } = await open(change);
    await expectState(page, 'GitHub asks to wait', /Goes on in [12] s/);
    await page.getByRole('heading', { name: 'Signing event change' }).waitFor();
  });

  it('that there is no such pull request, or that a token may be needed to see it', async () => {
    const { page } = await open(9999);
    await expectState(page, 'No such pull request', 'Where the repository is private, enter a token');
  });

  it('that a token is not valid, without keeping it', async () => {
    const { page } = await open(9999);
    await page.getByLabel('GitHub token, for this visit only').fill('ghp_wrong');
    await page.getByRole('button', { name: 'Read with this token' }).click();
    await expectState(page, 'Not allowed', 'GitHub does not accept the token');
    expect(await page.getByLabel('GitHub token, for this visit only').inputValue()).toBe('');
  });

  it('that a pull request is closed, or merged', async () => {
    await github.proposes('alice', 'closed', { 'closed.txt': 'x' });
    const pull = await github.openPull('closed');
    await github.api('alice', 'PATCH', `/pulls/${pull}`, { state: 'closed' });
    const { page } = await open(pull);
    await expectState(page, 'Nothing to sign', `Pull request #${pull} is closed`);
    const merged = await open(1);
    await expectState(merged.page, 'Nothing to sign', 'Pull request #1 is merged');
  });

  it('that a pull request goes into another branch, or is no signing event', async () => {
    const bob = await github.person('bob');
    await bob.push('release', { 'README.md': 'x' });
    await bob.push('sign/aside', { 'README.md': 'y' });
    await bob.push('feature', { 'README.md': 'z' });
    const openPull = async (head: string, base: string): Promise<number> =>
      (await github.api('bob', 'POST', '/pulls', { title: head, head, base })).number;
    const aside = await open(await openPull('sign/aside', 'release'));
    await expectState(
      aside.page,
      'Not a signing event',
      'goes into release, not into the default branch main',
    );
    const feature = await open(await openPull('feature', 'main'));
    await expectState(feature.page, 'Not a signing event', 'its branch is feature');
  });

  it('that GitHub cannot be reached, and tries again when asked', async () => {
    const { page } = await openWith((page) =>
      page.route(`${github.playground.apiUrl}/**`, (route) => route.abort()),
    );
    await expectState(page, 'GitHub cannot be reached', 'Check your connection');
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Signing event change' }).waitFor();
  });

  it('nothing of a failure that passes by itself', async () => {
    github.host.faults.add({ path: /\/git\/trees\//, status: 502 });
    const { page } = await open(change);
    await page.getByRole('heading', { name: 'Signing event change' }).waitFor();
  });

  it('that a repository is too large for it', async () => {
    const { page } = await openWith((page) =>
      page.route('**/git/trees/**', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), truncated: true } });
      }),
    );
    await expectState(page, 'Too large for this page', 'playground sign');
  });

  it('stop where something on the way changes a file, and trusts no copy of the site further than its hash', async () => {
    const fromApi = await github.read('sign/change', 'metadata/targets.json');
    const { page } = await openWith((page) =>
      page.route('**/git/blobs/**', async (route) => {
        const answer = await route.fetch();
        const text = (await answer.text()).replace('"version": 2', '"version": 3');
        await route.fulfill({ response: answer, body: text });
      }),
    );
    expect(fromApi).toContain('"version": 2');
    await expectState(page, 'Stop: the content is not what it should be', 'metadata/targets.json');

    const lie = (await github.download('metadata/1.targets.json')).replace('hello', 'adieu');
    served.instead.set('/metadata/1.targets.json', { type: 'application/json', body: lie });
    const { page: other } = await open(change);
    await other.getByRole('heading', { name: 'Signing event change' }).waitFor();
    expect(await words(other)).not.toContain('adieu');
    expect(await words(other)).toContain('Waiting for signatures');
  });

  it('stop where the site does not answer for its first root', async () => {
    const { page } = await openWith((page) =>
      page.route('**/metadata/1.root.json', (route) => route.fulfill({ status: 500 })),
    );
    await expectState(page, 'The first root cannot be read');
  });
});

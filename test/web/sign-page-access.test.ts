/** The signing page for everybody: with the keyboard alone, with a screen reader, in the light and in the dark. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, whyNoBrowser } from '../support/browser.ts';
import { makeKey, PASSPHRASE } from '../support/browser-signer.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';
import { type Reader, read, type ServedPage, servePage } from '../support/signing-page.ts';

const reason = whyNoBrowser();
if (reason !== undefined) console.warn(`Skipped: ${reason}.`);

describe.skipIf(reason !== undefined)('The signing page', () => {
  let browser: Browser;
  let github: LocalGitHub;
  let served: ServedPage;
  let change: number;
  let invitation: number;

  beforeAll(async () => {
    // More readers than one address has in an hour.
    github = await (await publishedGitHub())({ anonymous: 5000 });
    await github.proposes('alice', 'change', { 'tool.txt': 'A tool\n' });
    change = await github.openPull('change');
    const role = ['team-a', '--signers', '@erin', '--threshold', '1', '--yes'];
    await (await github.person('alice')).does('delegate', 'team', ...role);
    invitation = await github.openPull('team');
    await github.idle();
    served = await servePage(github);
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  describe.each(['light', 'dark'] as const)(
    'has no barrier that axe-core finds, in the %s',
    (colorScheme) => {
      const open = (pull: number) => read(browser, served.link(pull), { colorScheme });
      const be = async ({ page }: Reader, login: string) => {
        await page.getByLabel('Your GitHub login').fill(login);
        await page.keyboard.press('Enter');
      };

      it('while it shows an event, its raw form, and what a signer does', async () => {
        const reader = await open(change);
        const { page, barriers } = reader;
        await reader.arrive();
        expect(await barriers()).toEqual([]);
        await page.getByText('Raw JSON').click();
        await be(reader, 'bob');
        await page.getByText('There is no key of this repository in this browser').waitFor();
        await page.getByText('Keys in this browser', { exact: true }).click();
        expect(await barriers()).toEqual([]);
        await page.getByLabel('A key somewhere else').check();
        expect(await barriers()).toEqual([]);
        await page.getByLabel('A key file').check();
        await page.getByLabel('Private key (PEM)').setInputFiles(github.keyFile('alice'));
        await page.getByRole('button', { name: 'Sign targets' }).click();
        await page.getByText('The repository waits for another key of yours').waitFor();
        expect(await barriers()).toEqual([]);
        await page.getByLabel('Private key (PEM)').setInputFiles(github.keyFile('bob'));
        await page.getByRole('button', { name: 'Sign targets' }).click();
        await page.getByLabel('The comment').waitFor();
        await page.getByRole('button', { name: 'Copy only' }).click();
        await page.getByText('Copied.').waitFor();
        await page.getByText('Post it from here, with a token').click();
        expect(await barriers()).toEqual([]);
      });

      it('while an invitation is accepted', async () => {
        const reader = await open(invitation);
        await reader.arrive();
        await be(reader, 'erin');
        await reader.page.getByLabel('New passphrase').waitFor();
        expect(await reader.barriers()).toEqual([]);
        await makeKey(reader.page);
        expect(await reader.barriers()).toEqual([]);
      });

      it('when it cannot go on', async () => {
        const missing = await open(9999);
        await missing.arrive();
        expect(await missing.barriers()).toEqual([]);
        await missing.page.evaluate(() => {
          localStorage.setItem('signing-page first-root alice/repository', '0'.repeat(64));
        });
        await missing.page.goto(served.link(change));
        await missing.page.getByRole('heading', { name: 'Stop: the first root has changed' }).waitFor();
        await missing.page.getByText('all signers agreed to it').click();
        expect(await missing.barriers()).toEqual([]);
      });
    },
  );

  it('can be used with the keyboard alone, and shows where the focus is', async () => {
    const { page, arrive } = await read(browser, served.link(invitation));
    await arrive();
    const press = (key: string) => page.keyboard.press(key);
    await tabTo(page, 'Go to your part');
    await press('Enter');
    expect(await focused(page)).toBe('Your GitHub login');
    await page.keyboard.type('erin');
    await press('Enter');
    await page.getByLabel('New passphrase').waitFor();
    await tabTo(page, 'Ed25519 (recommended)');
    await press('ArrowDown');
    expect(await page.getByLabel('ECDSA P-256').isChecked()).toBe(true);
    await tabTo(page, 'New passphrase');
    await page.keyboard.type(PASSPHRASE);
    await press('Tab');
    await page.keyboard.type(PASSPHRASE);
    await press('Enter');
    await page.getByRole('group', { name: 'The key' }).waitFor();
    await page.waitForFunction(
      () => (document.activeElement as HTMLInputElement | null)?.type === 'password',
    );
    expect(await focused(page)).toBe('Passphrase of the key');
    await page.keyboard.type(PASSPHRASE);
    await press('Enter');
    await page.getByLabel('The comment').waitFor();
    // The step that comes next has the focus: what was done is read out, and Tab goes on from there.
    expect(await focused(page)).toBe('Post this comment on the pull request');
    await tabTo(page, 'Copy only');
    await press('Enter');
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('"type": "accept"');
  });

  it('says what happens where a screen reader hears it', async () => {
    const { page, arrive } = await read(browser, served.link(change));
    await arrive();
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByRole('status').filter({ hasText: 'This is the event as it is now.' }).waitFor();
    expect(await focused(page)).toBe('Signing event change');
    await page.getByLabel('Your GitHub login').fill('not a login');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'This is no GitHub login' }).waitFor();
  });
});

/** What the focused thing is called: by its label, or by its own text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = (element as HTMLInputElement | null)?.labels?.[0];
    return (label ?? element)?.textContent ?? '';
  });
}

/** Presses Tab until the thing of this name has the focus, which has to show. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => {
      const element = document.activeElement;
      return element && element !== document.body ? getComputedStyle(element).outlineStyle : 'none';
    });
    if ((await focused(page)) !== name) continue;
    expect(outline).toBe('solid');
    return;
  }
  throw new Error(`Tab never gets to ${name}`);
}

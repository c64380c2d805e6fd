/** The very first event of a repository on the signing page, when there is nothing yet that trust could begin with. */
import { createHash } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, whyNoBrowser } from '../support/browser.ts';
import { makeKey, PASSPHRASE } from '../support/browser-signer.ts';
import { LocalGitHub } from '../support/local-github.ts';
import { read, servePage, words } from '../support/signing-page.ts';

const reason = whyNoBrowser();
if (reason !== undefined) console.warn(`Skipped: ${reason}.`);

describe.skipIf(reason !== undefined)('The first event', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it('shows what its root would be known by, and becomes ready by comments', async () => {
    const github = await LocalGitHub.fresh();
    await github.idle();
    const alice = await github.person('alice');
    await alice.does('init', '--signers', '@alice,@erin', '--threshold', '2', '--yes');
    const pull = await github.openPull('init');
    await github.idle();
    const served = await servePage(github);
    const { page } = await read(browser, served.link(pull));
    const token = github.host.createToken('erin');
    const fingerprint = async () => {
      const root = JSON.parse(await github.read('sign/init', 'metadata/root.json'));
      return createHash('sha256').update(canonicalize(root.signed)).digest('hex');
    };
    await page.getByText('this event would make the first one').waitFor();
    expect(await words(page)).toContain(await fingerprint());

    await page.getByLabel('Your GitHub login').fill('erin');
    await page.keyboard.press('Enter');
    await makeKey(page);
    for (const [deed, done] of [
      ['Accept with this key', 'Recorded: you have accepted.'],
      ['Sign root, targets', 'Recorded: you have signed.'],
    ] as const) {
      expect(await words(page)).toContain(await fingerprint());
      await page.getByLabel('Passphrase of the key').first().fill(PASSPHRASE);
      await page.getByRole('button', { name: deed }).click();
      await page.getByText('Post it from here, with a token').click();
      await page.getByLabel('GitHub token').fill(token);
      await page.getByRole('button', { name: 'Post the comment' }).click();
      await page.getByText('Posted:').waitFor();
      await github.idle();
      await page.getByText(done).waitFor();
    }
    await github.sign('init', 'alice');
    await github.idle();
    expect(await github.status('sign/init')).toBe('success: Ready to merge');

    await github.merge(pull);
    await github.idle();
    expect(github.lastRun('Publish').conclusion).toBe('success');
    await github.proposes('alice', 'next', { 'x.txt': 'x' });
    const next = await read(browser, served.link(await github.openPull('next')));
    await next.arrive();
    expect(await words(next.page)).toContain('The root on the main branch is the first root of this site.');
    await github.close();
  });
});

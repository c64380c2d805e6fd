/**
 * Signers who have a browser and nothing else, from the invitation to a green status: on the signing page, against the
 * local GitHub with the real workflows, within the requests that one address has in an hour.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, whyNoBrowser } from '../support/browser.ts';
import { be, invited, makeKey, PASSPHRASE, postWith, useBrowserKey } from '../support/browser-signer.ts';
import { answerTo, signersOf } from '../support/contributions.ts';
import { temporaryFolder } from '../support/git.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';
import { read, servePage, words } from '../support/signing-page.ts';

const reason = whyNoBrowser();
if (reason !== undefined) console.warn(`Skipped: ${reason}.`);

describe.skipIf(reason !== undefined)('On the signing page', () => {
  let browser: Browser;
  let copy: Awaited<ReturnType<typeof publishedGitHub>>;

  beforeAll(async () => {
    copy = await publishedGitHub();
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** The others sign too; then the event has to be ready. */
  async function othersSign(github: LocalGitHub): Promise<void> {
    await github.sign('team', 'alice', 'bob');
    await github.idle();
    expect(await github.status('sign/team')).toBe('success: Ready to merge');
  }

  it.each(['Ed25519 (recommended)', 'ECDSA P-256'])(
    'a stranger accepts with a new key (%s), signs and posts; the status turns green, and a client follows',
    async (kind) => {
      const github = await copy();
      const pull = await invited(github);
      const served = await servePage(github);
      const { page, requests, complaints } = await read(browser, served.link(pull));
      await be(page, 'erin');
      await makeKey(page, kind);
      await useBrowserKey(page, 'Accept with this key');
      const token = github.host.createToken('erin');
      await postWith(page, token);
      await github.idle();
      // The page sees by itself that the acceptance is recorded, and what comes next.
      await page.getByRole('status').filter({ hasText: 'Recorded: you have accepted.' }).waitFor();
      expect(await words(page)).toMatch(/team-a: \+ @erin \((Ed25519|ECDSA P-256), keyid/);

      await useBrowserKey(page, 'Sign team-a');
      await postWith(page, token);
      await github.idle();
      await page.getByRole('status').filter({ hasText: 'Recorded: you have signed.' }).waitFor();
      expect(await words(page)).toContain('Done: you have signed team-a.');
      expect(await signersOf(github, 'sign/team', 'team-a')).toEqual(['@erin']);
      await othersSign(github);
      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByText('Ready to merge').waitFor();
      expect(await words(page)).toContain('the pull request can be merged');

      expect(complaints).toEqual([]);
      const toApi = requests.filter((url) => url.startsWith(github.playground.apiUrl));
      expect(toApi.length).toBeLessThan(50);
      expect(page.url()).not.toContain(token);
      expect(JSON.stringify(await page.context().storageState({ indexedDB: true }))).not.toContain(token);
      expect(await page.content()).not.toContain(PASSPHRASE);

      await github.merge(pull);
      await github.idle();
      expect(github.lastRun('Publish').conclusion).toBe('success');
      expect((await github.verify()).json).toMatchObject({ ok: true, versions: { targets: 2 } });
      await github.close();
    },
  );

  it('an acceptance is posted by the invited account only, and a refusal of the action is shown', async () => {
    const github = await copy();
    const pull = await invited(github);
    const { page } = await read(browser, (await servePage(github)).link(pull));
    await be(page, 'erin');
    await makeKey(page);
    await useBrowserKey(page, 'Accept with this key');
    await page.getByText('Post it from here, with a token').click();
    await page.getByLabel('GitHub token').fill(github.host.createToken('frank'));
    await page.getByRole('button', { name: 'Post the comment' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: 'This token belongs to @frank, and the invitation to @erin. Nothing was posted.' })
      .waitFor();

    // Frank pastes it all the same.
    const body = await page.getByLabel('The comment').inputValue();
    await page.getByRole('button', { name: 'Copy only' }).click();
    const { id } = await github.api('frank', 'POST', `/issues/${pull}/comments`, { body });
    await github.idle();
    expect(await answerTo(github, pull, id)).toMatchObject({ reactions: ['confused'] });
    await page.getByRole('button', { name: 'Look now' }).click();
    await page.getByText('The signing action did not record it.').waitFor();
    expect(await words(page)).toContain('An invitation is accepted from the invited account only.');
    await github.close();
  });

  it('the published page is the same one, on the site itself', async () => {
    const github = await copy();
    // This copy has other addresses than the one that was published.
    expect((await github.publish()).conclusion).toBe('success');
    const pull = await invited(github);
    const address = `${github.site}sign/#alice/repository/${pull}`;
    expect(await github.report(pull)).toContain(address);
    const { page, complaints, arrive } = await read(browser, address);
    await arrive();
    expect(await words(page)).toContain('Signing event team');
    expect(await words(page)).toContain('@erin to team-a');
    await be(page, 'erin');
    await page.getByText('Make a key').waitFor();
    expect(complaints).toEqual([]);
    expect((await github.verify()).json.ok).toBe(true);

    const site = join(temporaryFolder(), 'site');
    const built = await (await github.person('alice')).does('build', site);
    expect(built.stdout).not.toContain('Without a signing page');
    for (const name of ['index.html', 'app.js', 'style.css'])
      expect(readFileSync(join(site, 'sign', name), 'utf8')).toBe(await github.download(`sign/${name}`));
    await github.close();
  });
});

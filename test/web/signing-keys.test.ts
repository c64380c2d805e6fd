/** The ways to hold a key on the signing page, each from the invitation or the change to what the action recorded. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateKey } from '../../src/signers/generate.ts';
import { launchBrowser, launchWithProfile, whyNoBrowser } from '../support/browser.ts';
import { be, invited, makeKey, PASSPHRASE, postWith, useBrowserKey } from '../support/browser-signer.ts';
import { signersOf } from '../support/contributions.ts';
import { temporaryFolder } from '../support/git.ts';
import { publishedGitHub } from '../support/local-github.ts';
import { read, readIn, servePage, words } from '../support/signing-page.ts';

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

  it('a key under a passkey accepts: the device is asked, and no passphrase', async () => {
    const github = await copy();
    const pull = await invited(github);
    const { page, context } = await read(browser, 'about:blank');
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        hasPrf: true,
        automaticPresenceSimulation: true,
        isUserVerified: true,
      },
    });
    await page.goto((await servePage(github)).link(pull));
    await be(page, 'erin');
    await page.getByLabel('A passkey: the lock of this device, or a security key').check();
    expect(await page.getByLabel('New passphrase').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('Your device will ask for the passkey of this key.').waitFor();
    expect(await page.getByLabel('Passphrase of the key').first().isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Accept with this key' }).click();
    expect(await page.getByLabel('The comment').inputValue()).toContain('"login": "@erin"');
    await github.close();
  });

  it('Bob signs with his key file, which is read and not sent', async () => {
    const github = await copy();
    await github.proposes('alice', 'change', { 'tool.txt': 'A tool\n' });
    const pull = await github.openPull('change');
    await github.idle();
    const { page } = await read(browser, (await servePage(github)).link(pull));
    const bodies: string[] = [];
    page.on('request', (request) => bodies.push(request.postData() ?? ''));
    await be(page, 'bob');
    await page.getByLabel('A key file').check();
    await page.getByLabel('Private key (PEM)').setInputFiles(github.keyFile('bob'));
    await page.getByRole('button', { name: 'Sign targets' }).click();
    await postWith(page, github.host.createToken('bob'));
    await github.idle();
    await page.getByText('Done: you have signed targets.').waitFor();
    expect(await signersOf(github, 'sign/change', 'targets')).toEqual(['@bob']);
    const [, key = '?'] = readFileSync(github.keyFile('bob'), 'utf8').split('\n');
    expect(bodies.join('\n')).not.toContain(key);
    await github.close();
  });

  it('an encrypted key file opens with its passphrase, and says so where that is wrong', async () => {
    const github = await copy();
    const pull = await invited(github);
    const file = join(temporaryFolder(), 'erin.pem');
    writeFileSync(file, generateKey({ type: 'ecdsa-p256', passphrase: PASSPHRASE }).pem);
    const { page } = await read(browser, (await servePage(github)).link(pull));
    await be(page, 'erin');
    await page.getByLabel('A key file').check();
    await page.getByLabel('Private key (PEM)').setInputFiles(file);
    const accept = page.getByRole('button', { name: 'Accept with this key' });
    await page.getByLabel('Passphrase of the file').fill('wrong');
    await accept.click();
    await page.getByRole('alert').filter({ hasText: 'passphrase' }).waitFor();
    expect(await page.getByLabel('Passphrase of the file').inputValue()).toBe('');
    await page.getByLabel('Passphrase of the file').fill(PASSPHRASE);
    await accept.click();
    expect(await page.getByLabel('The comment').inputValue()).toContain('ecdsa-sha2-nistp256');
    await github.close();
  });

  it('a key that stays elsewhere accepts and signs with OpenSSL: files out, base64 in', async () => {
    const github = await copy();
    const pull = await invited(github);
    const folder = temporaryFolder();
    const { pem } = generateKey({ type: 'ecdsa-p256' });
    writeFileSync(join(folder, 'key.pem'), pem);
    const shell = async (command: string) =>
      (await promisify(execFile)('sh', ['-c', command], { cwd: folder })).stdout;
    const { page } = await read(browser, (await servePage(github)).link(pull));
    /** Downloads what is to be signed, and runs the very command that stands there. */
    const signElsewhere = async (title: string) => {
      const piece = page.locator('.piece', { has: page.getByRole('heading', { name: title }) });
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        piece.getByRole('link', { name: /^Download / }).click(),
      ]);
      await download.saveAs(join(folder, download.suggestedFilename()));
      const command = await piece.locator('code.command').textContent();
      await piece.getByLabel(/^Signature of /).fill(await shell(command ?? ''));
    };
    await be(page, 'erin');
    await page.getByLabel('A key somewhere else').check();
    await page.getByLabel('Your public key').fill(pem);
    await page.getByRole('button', { name: 'Use this public key' }).click();
    await page.getByRole('alert').filter({ hasText: 'This is a private key. It was not kept.' }).waitFor();
    await page.getByLabel('Your public key').fill(await shell('openssl pkey -in key.pem -pubout'));
    await page.getByRole('button', { name: 'Use this public key' }).click();
    await signElsewhere('Proof for team-a');
    await page.getByRole('button', { name: 'Check and go on' }).click();
    const token = github.host.createToken('erin');
    await postWith(page, token);
    await github.idle();
    await page.getByText('Recorded: you have accepted.').waitFor();

    await page.getByLabel('A key somewhere else').check();
    await page.getByLabel(/^Signature of /).fill('00'.repeat(70));
    await page.getByRole('button', { name: 'Check and go on' }).click();
    await page.getByRole('alert').filter({ hasText: 'does not match the key and the bytes' }).waitFor();
    await signElsewhere('team-a version 1');
    await page.getByRole('button', { name: 'Check and go on' }).click();
    await postWith(page, token);
    await github.idle();
    await page.getByText('Done: you have signed team-a.').waitFor();
    expect(await signersOf(github, 'sign/team', 'team-a')).toEqual(['@erin']);
    await github.close();
  });

  it('a key is still there when the browser is started again, and on a phone one copies and pastes', async () => {
    const github = await copy();
    const pull = await invited(github);
    const served = await servePage(github);
    const profile = temporaryFolder();
    const first = await launchWithProfile(profile);
    const { page } = await readIn(first, served.link(pull));
    await be(page, 'erin');
    await makeKey(page);
    await useBrowserKey(page, 'Accept with this key');
    await postWith(page, github.host.createToken('erin'));
    await github.idle();
    await page.getByText('Recorded: you have accepted.').waitFor();
    await first.close();

    const second = await launchWithProfile(profile);
    await second.grantPermissions(['clipboard-read', 'clipboard-write']);
    const phone = await readIn(second, served.link(pull));
    await phone.page.setViewportSize({ width: 360, height: 740 });
    await phone.arrive();
    // It knows who signs, and the first root.
    expect(await words(phone.page)).toContain('You are @erin.');
    expect(await words(phone.page)).toContain('This browser knows it from before.');
    await useBrowserKey(phone.page, 'Sign team-a');
    const [opened] = await Promise.all([
      second.waitForEvent('page'),
      phone.page.getByRole('link', { name: 'Copy it and open the pull request' }).click(),
    ]);
    await opened.waitForLoadState();
    expect(opened.url()).toBe(`${github.playground.url}/alice/repository/pull/${pull}#new_comment_field`);
    expect(await opened.evaluate(() => window.opener)).toBeNull();
    await opened.close();
    const text = await phone.page.evaluate(() => navigator.clipboard.readText());
    await github.api('erin', 'POST', `/issues/${pull}/comments`, { body: text });
    await github.idle();
    await phone.page.getByRole('button', { name: 'Look now' }).click();
    await phone.page.getByText('Done: you have signed team-a.').waitFor();
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await second.close();
    await github.close();
  });
});

/** Keys under a passkey, with the authenticator that Chromium simulates: with PRF, without it, and refusing. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { verifySignature } from '../../src/tuf/signature.ts';
import { launchBrowser, type WebServer, whyNoBrowser } from '../support/browser.ts';
import { ask, errorCode, openPage, serveKeysPage } from './keys-page.ts';

const reason = whyNoBrowser();
if (reason) console.warn(`skipped: ${reason}`);

const SPACE = 'alice/tuf';
const TEXT = '{"_type":"targets"}';
const message = new TextEncoder().encode(TEXT);
const passkey = { passkey: true } as const;
const wanted = (type: 'ed25519' | 'ecdsa-p256') =>
  ({ type, label: `my ${type} key`, protection: { kind: 'passkey' } }) as const;

interface Device {
  readonly page: Page;
  readonly devtools: CDPSession;
  readonly authenticatorId: string;
  passkeys(): Promise<number>;
}

describe.skipIf(reason)('keys under a passkey', () => {
  let server: WebServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([serveKeysPage(), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A page on a device of its own. */
  async function device(options: { hasPrf: boolean; url?: string; script?: string }): Promise<Device> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    if (options.script) await context.addInitScript(options.script);
    const page = await openPage(context, options.url ?? server.url);
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        hasPrf: options.hasPrf,
        automaticPresenceSimulation: true,
        isUserVerified: true,
      },
    });
    const passkeys = async () =>
      (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length;
    return { page, devtools, authenticatorId, passkeys };
  }

  test.each(['ed25519', 'ecdsa-p256'] as const)(
    'of type %s are made, and sign after a reload',
    async (type) => {
      const { page } = await device({ hasPrf: true });
      expect(await ask(page, 'available')).toBe(true);
      const stored = await ask(page, 'create', SPACE, wanted(type));
      expect(stored.protection).toBe('passkey');
      await page.reload();
      const { key, sig } = await ask(page, 'sign', SPACE, stored.id, passkey, TEXT);
      expect(key).toEqual(stored.key);
      expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
      const pem = await ask(page, 'exportPem', SPACE, stored.id, passkey, 'correct horse battery');
      expect((await ask(page, 'signWithPem', pem, 'correct horse battery', TEXT)).key).toEqual(stored.key);
    },
  );

  test('are made where the authenticator computes nothing while it makes the passkey', async () => {
    const script = `
      const { create } = CredentialsContainer.prototype;
      CredentialsContainer.prototype.create = function (options) {
        options.publicKey.extensions = { prf: {} };
        return create.call(this, options);
      };`;
    const { page } = await device({ hasPrf: true, script });
    const { id } = await ask(page, 'create', SPACE, wanted('ed25519'));
    const { key, sig } = await ask(page, 'sign', SPACE, id, passkey, TEXT);
    expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
  });

  test('have a passkey each, which goes with the key', async () => {
    const { page, passkeys } = await device({ hasPrf: true });
    const [first, second] = [
      await ask(page, 'create', SPACE, wanted('ed25519')),
      await ask(page, 'create', SPACE, wanted('ed25519')),
    ];
    expect(await passkeys()).toBe(2);
    await ask(page, 'remove', SPACE, first.id);
    expect(await passkeys()).toBe(1);
    await ask(page, 'sign', SPACE, second.id, passkey, TEXT);
  });

  test('open with nothing else', async () => {
    const { page } = await device({ hasPrf: true });
    const { id } = await ask(page, 'create', SPACE, wanted('ed25519'));
    const secret = { passphrase: 'correct horse battery' };
    expect(await errorCode(page, 'sign', SPACE, id, secret, TEXT)).toBe('passphrase-wrong');
  });

  test('are not made where the authenticator has no PRF, and nothing is left', async () => {
    const { page, passkeys } = await device({ hasPrf: false });
    expect(await errorCode(page, 'create', SPACE, wanted('ed25519'))).toBe('passkey-unavailable');
    expect(await ask(page, 'list', SPACE)).toEqual([]);
    expect(await ask(page, 'damaged', SPACE)).toEqual([]);
    expect(await passkeys()).toBe(0);
  });

  test('are not made where the person is not verified', async () => {
    const { page, devtools, authenticatorId } = await device({ hasPrf: true });
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    expect(await errorCode(page, 'create', SPACE, wanted('ed25519'))).toBe('passkey-refused');
    expect(await ask(page, 'list', SPACE)).toEqual([]);
  });

  test('do not open where the person is not verified', async () => {
    const { page, devtools, authenticatorId } = await device({ hasPrf: true });
    const { id } = await ask(page, 'create', SPACE, wanted('ed25519'));
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    expect(await errorCode(page, 'sign', SPACE, id, passkey, TEXT)).toBe('passkey-refused');
  });

  test('do not open where the passkey is gone', async () => {
    const { page, devtools, authenticatorId } = await device({ hasPrf: true });
    const { id } = await ask(page, 'create', SPACE, wanted('ed25519'));
    await devtools.send('WebAuthn.clearCredentials', { authenticatorId });
    expect(await errorCode(page, 'sign', SPACE, id, passkey, TEXT)).toBe('passkey-refused');
  });

  test('do not open once another page has changed or swapped what is stored', async () => {
    const { page } = await device({ hasPrf: true });
    const [a, b] = [
      await ask(page, 'create', SPACE, wanted('ed25519')),
      await ask(page, 'create', SPACE, wanted('ed25519')),
    ];
    await ask(page, 'change', SPACE, a.id, 'label', 'the other key');
    expect(await errorCode(page, 'sign', SPACE, a.id, passkey, TEXT)).toBe('key-damaged');
    await ask(page, 'change', SPACE, a.id, 'label', a.label);
    await ask(page, 'sign', SPACE, a.id, passkey, TEXT);
    await ask(page, 'swap', SPACE, a.id, b.id, ['sealed', 'nonce', 'protection']);
    expect(await errorCode(page, 'sign', SPACE, a.id, passkey, TEXT)).toBe('key-damaged');
    await ask(page, 'flip', SPACE, b.id, 'protection.salt');
    expect(await errorCode(page, 'sign', SPACE, b.id, passkey, TEXT)).toBe('key-damaged');
  });

  test('leave no passkey behind where the key could not be stored', async () => {
    const { page, devtools, passkeys } = await device({ hasPrf: true });
    await ask(page, 'list', SPACE);
    const origin = new URL(server.url).origin;
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    expect(await errorCode(page, 'create', SPACE, wanted('ed25519'))).toBe('storage-full');
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    expect(await passkeys()).toBe(0);
  });

  test('are not offered on a page that was opened by a number', async () => {
    const { page } = await device({ hasPrf: true, url: server.url.replace('localhost', '127.0.0.1') });
    expect(await ask(page, 'available')).toBe(false);
    expect(await errorCode(page, 'create', SPACE, wanted('ed25519'))).toBe('passkey-unavailable');
  });

  test('are not offered where the browser has no passkeys', async () => {
    const { page } = await device({ hasPrf: true, script: 'delete globalThis.PublicKeyCredential;' });
    expect(await ask(page, 'available')).toBe(false);
    expect(await errorCode(page, 'create', SPACE, wanted('ed25519'))).toBe('passkey-unavailable');
  });
});

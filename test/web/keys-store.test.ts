/** Keys in a real browser: created, kept encrypted, opened for one use, and what others may do to them. */
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openPrivateKey } from '../../src/signers/private-key.ts';
import { classifyKey } from '../../src/tuf/key.ts';
import { verifySignature } from '../../src/tuf/signature.ts';
import { launchBrowser, launchWithProfile, type WebServer, whyNoBrowser } from '../support/browser.ts';
import { ask, attempt, errorCode, openPage, serveKeysPage } from './keys-page.ts';

const reason = whyNoBrowser();
if (reason) console.warn(`skipped: ${reason}`);

const PASSPHRASE = 'correct horse battery';
const OTHER_PASSPHRASE = 'staple correct horse';
const TEXT = '{"_type":"targets"}';
const message = new TextEncoder().encode(TEXT);

const wanted = (type: 'ed25519' | 'ecdsa-p256', passphrase = PASSPHRASE) =>
  ({ type, label: `my ${type} key`, protection: { kind: 'passphrase', passphrase } }) as const;

describe.skipIf(reason)('keys in the browser', () => {
  let server: WebServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let space: string;
  let count = 0;

  beforeAll(async () => {
    [server, browser] = await Promise.all([serveKeysPage(), launchBrowser()]);
    context = await browser.newContext();
    page = await openPage(context, server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  beforeEach(() => {
    space = `alice/tuf-${++count}`;
  });

  test.each(['ed25519', 'ecdsa-p256'] as const)(
    'of type %s sign after a reload, and the signature verifies elsewhere',
    async (type) => {
      const stored = await ask(page, 'create', space, wanted(type));
      expect(stored).toMatchObject({ label: `my ${type} key`, protection: 'passphrase' });
      expect(classifyKey(stored.key)).toMatchObject({
        status: 'supported',
        enrolable: true,
        algorithm: type,
      });
      await page.reload();
      expect(await ask(page, 'list', space)).toEqual([stored]);
      const { key, sig } = await ask(page, 'sign', space, stored.id, { passphrase: PASSPHRASE }, TEXT);
      expect(key).toEqual(stored.key);
      expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
    },
  );

  test('are still there after the browser was restarted', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'profile-'));
    onTestFinished(() => rmSync(profile, { recursive: true, force: true }));
    const first = await launchWithProfile(profile);
    const stored = await ask(await openPage(first, server.url), 'create', space, wanted('ed25519'));
    await first.close();

    const second = await launchWithProfile(profile);
    onTestFinished(() => second.close());
    const again = await openPage(second, server.url);
    expect(await ask(again, 'list', space)).toEqual([stored]);
    const { key, sig } = await ask(again, 'sign', space, stored.id, { passphrase: PASSPHRASE }, TEXT);
    expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
  });

  test.each(['ed25519', 'ecdsa-p256'] as const)(
    'of type %s are exported as a file that OpenSSL and the command line open',
    async (type) => {
      const stored = await ask(page, 'create', space, wanted(type));
      const pem = await ask(
        page,
        'exportPem',
        space,
        stored.id,
        { passphrase: PASSPHRASE },
        'pässwörter für immer',
      );
      expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
      expect(() => createPrivateKey({ key: pem, passphrase: PASSPHRASE })).toThrow();
      const signer = await openPrivateKey('file2:backup.pem', pem, 'the backup', {
        given: { value: 'pässwörter für immer', from: 'the test' },
        advice: '',
        warn: () => undefined,
      });
      expect(signer.key).toEqual(stored.key);
      const back = await ask(page, 'signWithPem', pem, 'pässwörter für immer', TEXT);
      expect(back.key).toEqual(stored.key);
    },
  );

  test('rest encrypted: the private key is nowhere in what is stored', async () => {
    const stored = await ask(page, 'create', space, wanted('ed25519'));
    const secret = { passphrase: PASSPHRASE };
    const pem = await ask(page, 'exportPem', space, stored.id, secret, OTHER_PASSPHRASE);
    const key = createPrivateKey({ key: pem, passphrase: OTHER_PASSPHRASE });
    const seed = key.export({ type: 'pkcs8', format: 'der' }).subarray(-32).toString('hex');
    const dump = await ask(page, 'dump', space);
    expect(dump).toContain(stored.id);
    expect(dump).not.toContain(seed);
    expect(dump).not.toContain(PASSPHRASE);
  });

  test('do not open with another passphrase', async () => {
    const { id } = await ask(page, 'create', space, wanted('ed25519'));
    for (const passphrase of [OTHER_PASSPHRASE, `${PASSPHRASE} `, 'x'.repeat(10_000), '\ud800']) {
      expect(await errorCode(page, 'sign', space, id, { passphrase }, TEXT)).toBe('passphrase-wrong');
    }
    expect(await errorCode(page, 'sign', space, id, { passphrase: '' }, TEXT)).toBe('passphrase-missing');
    expect(await errorCode(page, 'sign', space, id, { passkey: true }, TEXT)).toBe('passphrase-missing');
  });

  test('open with the same passphrase, whichever way a keyboard writes it', async () => {
    const { id } = await ask(page, 'create', space, wanted('ed25519', 'Ärger im Ü-Wagen'.normalize('NFC')));
    const passphrase = 'Ärger im Ü-Wagen'.normalize('NFD');
    const { key, sig } = await ask(page, 'sign', space, id, { passphrase }, TEXT);
    expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
  });

  test.each([
    ['is empty', ''],
    ['is short', 'elevenchars'],
    ['falls together into few characters', 'e\u0301'.repeat(11)],
    ['has 10,000 characters', 'x'.repeat(10_000)],
    ['has half a character', `${PASSPHRASE}\ud800`],
  ])('are not made under a passphrase that %s', async (_, passphrase) => {
    expect(await errorCode(page, 'create', space, wanted('ed25519', passphrase))).toBe('passphrase-unusable');
    expect(await ask(page, 'list', space)).toEqual([]);
  });

  test.each(['', '   ', 'a\nb', 'a\u202eb', 'x'.repeat(101)])(
    'are not made under a name that would confuse: %j',
    async (label) => {
      expect(await errorCode(page, 'create', space, { ...wanted('ed25519'), label })).toBe('label-unusable');
    },
  );

  test('are not exported under a weak passphrase, nor with a wrong one', async () => {
    const { id } = await ask(page, 'create', space, wanted('ed25519'));
    const right = { passphrase: PASSPHRASE };
    expect(await errorCode(page, 'exportPem', space, id, right, 'short')).toBe('passphrase-unusable');
    const wrong = { passphrase: OTHER_PASSPHRASE };
    expect(await errorCode(page, 'exportPem', space, id, wrong, OTHER_PASSPHRASE)).toBe('passphrase-wrong');
  });

  test.each(['ed25519', 'ecdsa-p256'] as const)(
    'of type %s sign nothing after the use that they were opened for',
    async (type) => {
      const { id } = await ask(page, 'create', space, wanted(type));
      const secret = { passphrase: PASSPHRASE };
      expect(await errorCode(page, 'signLater', space, id, secret)).toBe('key-closed');
      expect(await errorCode(page, 'signWithoutWaiting', space, id, secret)).toMatch(
        /^(key-closed|signing-failed)$/,
      );
    },
  );

  test('pass on the error of whoever uses them', async () => {
    const { id } = await ask(page, 'create', space, wanted('ed25519'));
    const outcome = await attempt(page, 'failWithin', space, id, { passphrase: PASSPHRASE });
    expect(outcome).toEqual({ code: 'other', message: 'RangeError: the page failed' });
  });

  test('are gone once they are removed, and each namespace has its own', async () => {
    const mine = await ask(page, 'create', space, wanted('ed25519'));
    const other = await ask(page, 'create', `${space}-other`, wanted('ed25519'));
    await ask(page, 'remove', space, mine.id);
    await ask(page, 'remove', space, mine.id);
    expect(await ask(page, 'list', space)).toEqual([]);
    expect(await ask(page, 'list', `${space}-other`)).toEqual([other]);
    const secret = { passphrase: PASSPHRASE };
    expect(await errorCode(page, 'sign', space, mine.id, secret, TEXT)).toBe('key-missing');
    expect(await errorCode(page, 'sign', space, '__proto__', secret, TEXT)).toBe('key-missing');
  });

  test('are shared by two tabs, which create, sign and remove at once', async () => {
    const tabs = [page, await openPage(context, server.url)] as const;
    onTestFinished(() => tabs[1].close());
    const made = await Promise.all(tabs.map((tab) => ask(tab, 'createMany', space, wanted('ed25519'), 2)));
    const ids = made.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    for (const tab of tabs) {
      expect((await ask(tab, 'list', space)).map(({ id }) => id).sort()).toEqual(ids.toSorted());
    }
    const [kept = '', removed = ''] = ids;
    const secret = { passphrase: PASSPHRASE };
    const [signature] = await Promise.all([
      ask(tabs[1], 'sign', space, kept, secret, TEXT),
      ask(tabs[0], 'remove', space, removed),
      ask(tabs[1], 'remove', space, removed),
    ]);
    expect(await verifySignature(signature.key, message, signature.sig)).toEqual({ valid: true });
    expect(await errorCode(tabs[1], 'sign', space, removed, secret, TEXT)).toBe('key-missing');
  });

  describe('that another page of the same origin has changed', () => {
    const secret = { passphrase: PASSPHRASE };

    test.each([
      ['fewer rounds', 'protection.rounds', 1],
      ['one round less', 'protection.rounds', 599_999],
      ['rounds for years', 'protection.rounds', 2 ** 31],
      ['rounds that are no number', 'protection.rounds', 'many'],
      ['a fraction of a round', 'protection.rounds', 600_000.5],
      ['another protection', 'protection.kind', 'none'],
      ['no protection', 'protection', null],
      ['no salt', 'protection.salt', ''],
      ['no private key', 'sealed', null],
      ['a later format', 'format', 2],
      ['a name with a line break', 'label', 'a\nb'],
      ['no time', 'created', 'yesterday'],
      ['a key of another kind', 'key.scheme', 'ecdsa-sha2-nistp256'],
      ['a key that is none', 'key', { keytype: 'ed25519' }],
      ['an extra field in the key', 'key.extra', 'x'],
      ['a weak key', 'key.keyval.public', `01${'00'.repeat(31)}`],
    ])('are refused without a try to open them: %s', async (_, path, value) => {
      const { id } = await ask(page, 'create', space, wanted('ed25519'));
      await ask(page, 'change', space, id, path, value);
      expect(await ask(page, 'list', space)).toEqual([]);
      expect(await ask(page, 'damaged', space)).toEqual([id]);
      expect(await errorCode(page, 'sign', space, id, secret, TEXT)).toBe('key-damaged');
      expect(await errorCode(page, 'exportPem', space, id, secret, OTHER_PASSPHRASE)).toBe('key-damaged');
      await ask(page, 'remove', space, id);
      expect(await ask(page, 'damaged', space)).toEqual([]);
    });

    test.each(['sealed', 'nonce', 'protection.salt'])('do not open: a bit of %s', async (path) => {
      const { id } = await ask(page, 'create', space, wanted('ed25519'));
      await ask(page, 'flip', space, id, path);
      expect(await errorCode(page, 'sign', space, id, secret, TEXT)).toBe('passphrase-wrong');
    });

    test.each([
      ['more rounds', 'protection.rounds', 600_001],
      ['another name', 'label', 'the other key'],
      ['another time', 'created', '2026-01-01T00:00:00.000Z'],
      [
        'another public key',
        'key.keyval.public',
        '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      ],
    ])('do not open: %s', async (_, path, value) => {
      const { id } = await ask(page, 'create', space, wanted('ed25519'));
      await ask(page, 'change', space, id, path, value);
      expect(await errorCode(page, 'sign', space, id, secret, TEXT)).toBe('passphrase-wrong');
    });

    test.each([
      ['the public keys', ['key']],
      ['the private keys', ['sealed', 'nonce', 'protection']],
      ['all but the ids', ['label', 'key', 'created', 'sealed', 'nonce', 'protection']],
    ])('do not open: %s of two records swapped', async (_, paths) => {
      const [a, b] = await ask(page, 'createMany', space, wanted('ed25519'), 2);
      if (!a || !b) throw new Error('two keys were asked for');
      await ask(page, 'swap', space, a.id, b.id, paths);
      for (const { id } of [a, b]) {
        expect(await errorCode(page, 'sign', space, id, secret, TEXT)).toBe('passphrase-wrong');
      }
    });

    test('do not open in the namespace of another repository', async () => {
      const { id } = await ask(page, 'create', space, wanted('ed25519'));
      await ask(page, 'copy', space, id, `${space}-other`);
      expect(await errorCode(page, 'sign', `${space}-other`, id, secret, TEXT)).toBe('passphrase-wrong');
    });

    test('do not hide the others', async () => {
      const { id } = await ask(page, 'create', space, wanted('ed25519'));
      for (const value of [{ id: 'x' }, { id: 5 }, { id: '__proto__', format: 1, protection: [] }]) {
        await ask(page, 'put', space, value);
      }
      expect((await ask(page, 'list', space)).map((stored) => stored.id)).toEqual([id]);
      expect((await ask(page, 'damaged', space)).toSorted()).toEqual(['__proto__', 'x']);
    });
  });

  describe('where the browser does not store', () => {
    /** A page of its own, whose surroundings are prepared before its code runs. */
    async function pageWith(script: string): Promise<Page> {
      const other = await browser.newContext();
      onTestFinished(() => other.close());
      await other.addInitScript(script);
      return openPage(other, server.url);
    }

    test.each([
      ['there is no IndexedDB', 'delete globalThis.indexedDB; delete Window.prototype.indexedDB;'],
      [
        'IndexedDB is forbidden',
        "Object.defineProperty(globalThis, 'indexedDB', { get() { throw new DOMException('no', 'SecurityError'); } });",
      ],
    ])('are refused with a clear error: %s', async (_, script) => {
      const bare = await pageWith(script);
      expect(await errorCode(bare, 'list', space)).toBe('storage-unavailable');
      expect(await errorCode(bare, 'create', space, wanted('ed25519'))).toBe('storage-unavailable');
    });

    test('are refused where another page left a database of another shape', async () => {
      await page.evaluate(
        (name) =>
          new Promise((resolve) => {
            const request = indexedDB.open(name, 1);
            request.onsuccess = () => resolve(request.result.close());
          }),
        `repository-playground keys ${space}`,
      );
      expect(await errorCode(page, 'list', space)).toBe('storage-unavailable');
    });

    test('are refused where there is no room, and nothing half made is left', async () => {
      const other = await browser.newContext();
      onTestFinished(() => other.close());
      const small = await openPage(other, server.url);
      expect(await ask(small, 'list', space)).toEqual([]);
      const devtools = await other.newCDPSession(small);
      const origin = new URL(server.url).origin;
      await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
      expect(await errorCode(small, 'create', space, wanted('ed25519'))).toBe('storage-full');
      await devtools.send('Storage.overrideQuotaForOrigin', { origin });
      expect(await ask(small, 'list', space)).toEqual([]);
      expect(await ask(small, 'damaged', space)).toEqual([]);
    });

    test('can be made where the browser makes no promise to keep them', async () => {
      const bare = await pageWith("Object.defineProperty(navigator, 'storage', { value: undefined });");
      await ask(bare, 'create', space, wanted('ed25519'));
      expect(await ask(bare, 'persistent', space)).toBe(false);
    });

    test('are refused on a page without the cryptography of the browser', async () => {
      const bare = await pageWith("Object.defineProperty(crypto, 'subtle', { value: undefined });");
      expect(await errorCode(bare, 'create', space, wanted('ed25519'))).toBe('crypto-unavailable');
    });
  });
});

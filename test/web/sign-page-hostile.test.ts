/** The signing page among people who want it to lie, to leak, or to sign something else. */
import { createHash, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, whyNoBrowser } from '../support/browser.ts';
import { makeKey, PASSPHRASE } from '../support/browser-signer.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';
import { read, readIn, type ServedPage, servePage, words } from '../support/signing-page.ts';

const reason = whyNoBrowser();
if (reason !== undefined) console.warn(`Skipped: ${reason}.`);

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe.skipIf(reason !== undefined)('The signing page', () => {
  let browser: Browser;
  let copy: Awaited<ReturnType<typeof publishedGitHub>>;
  let github: LocalGitHub;
  let served: ServedPage;
  let change: number;

  beforeAll(async () => {
    copy = await publishedGitHub();
    // More readers than one address has in an hour.
    github = await copy({ anonymous: 5000 });
    await github.proposes('alice', 'change', { 'tool.txt': 'A tool\n' });
    change = await github.openPull('change');
    await github.idle();
    served = await servePage(github);
    browser = await launchBrowser();
  });
  afterEach(() => served.instead.clear());
  afterAll(() => browser?.close());

  const open = (pull: number) => read(browser, served.link(pull));

  it('shows hostile names as text, whatever they hold', async () => {
    const bob = await github.person('bob');
    const read = async (file: string) => JSON.parse(await github.read('main', `metadata/${file}.json`));
    const [root, targets] = await Promise.all([read('root'), read('targets')]);
    const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202e\u0007`;
    for (const key of Object.values<Record<string, unknown>>(root.signed.keys)) {
      const owner = Object.keys(key).find((field) => field.endsWith('owner'));
      if (owner !== undefined) key[owner] = `@${evil}`;
    }
    root.signed[evil] = evil;
    targets.signed.delegations = {
      keys: {},
      roles: [{ name: evil, keyids: [], threshold: 1, terminating: true, paths: [`${evil}/*`] }],
    };
    targets.signed.targets[evil] = { length: 1, hashes: { sha256: evil } };
    const event = `sign/<img/src=x/onerror=alert(1)>\u202e${'&amp;'}`;
    await bob.push(event, {
      'metadata/root.json': JSON.stringify(root),
      'metadata/targets.json': JSON.stringify(targets),
      'metadata/<b>bold<b>.json': JSON.stringify(targets),
      'metadata/.signing-event-state': JSON.stringify({ invites: { [`@${evil}`]: [evil] } }),
      'targets/<svg onload=alert(1)>.html': 'x',
      'outside/<i>.txt': 'x',
    });
    const { page, complaints } = await open(await github.openPull(event.slice('sign/'.length)));
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => void dialogs.push(dialog.message()));
    await page.getByText('Not valid').waitFor();
    const seen = await words(page);
    expect(seen).toContain('<img/src=x/onerror=alert(1)>\\u202e&amp;');
    expect(seen).toContain('@<img src=x onerror="document.title=\'owned\'">');
    expect(seen).toContain('\\u202e\\u0007');
    expect(seen).toContain('<svg onload=alert(1)>.html');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(seen).not.toMatch(/[\u0000-\u0008\u000e-\u001f\u202a-\u202e\u2066-\u2069]/);
    expect(await page.locator('main').locator('img, script, svg, b, i, iframe, object').count()).toBe(0);
    expect([await page.title(), dialogs, complaints]).toEqual(['Sign: alice/repository', [], []]);

    await page.getByLabel('Your GitHub login').fill('bob');
    await page.keyboard.press('Enter');
    await page.getByText('the event has errors').waitFor();
    expect(await page.getByText('Which key?').count()).toBe(0);
  });

  describe('remembers the first root', () => {
    const other = JSON.stringify({ signatures: [], signed: { _type: 'root', version: 1 } });

    it('and stops everything where the site suddenly has another', async () => {
      const { page, context, arrive } = await open(change);
      await arrive();
      expect(await words(page)).toContain('This browser sees it for the first time');
      const again = await readIn(context, served.link(change));
      await again.arrive();
      expect(await words(again.page)).toContain('This browser knows it from before');
      served.instead.set('/metadata/1.root.json', { type: 'application/json', body: other });
      const stopped = await readIn(context, served.link(change));
      await stopped.page.getByRole('heading', { name: 'Stop: the first root has changed' }).waitFor();
      expect(await stopped.page.getByText('Your part').count()).toBe(0);
      served.instead.set('/metadata/1.root.json', null);
      const silent = await readIn(context, served.link(change));
      await silent.page.getByText('Signing event').waitFor();
    });

    it('and stops where main does not begin with it', async () => {
      served.instead.set('/metadata/1.root.json', { type: 'application/json', body: other });
      const { page } = await open(change);
      await page.getByRole('heading', { name: 'Stop: two different first roots' }).waitFor();
      expect(await page.getByText('Your part').count()).toBe(0);
    });

    it('until the signers agree on another, whose fingerprint has to come from one of them', async () => {
      const { page, context, arrive } = await open(change);
      await arrive();
      await page.evaluate(() => {
        localStorage.setItem('signing-page first-root alice/repository', '0'.repeat(64));
      });
      const stopped = await readIn(context, served.link(change));
      await stopped.page.getByText('all signers agreed to it').click();
      const actual = sha256(await github.read('main', 'metadata/root_history/1.root.json'));
      expect(await words(stopped.page)).not.toContain(actual);
      const type = async (hash: string) => {
        await stopped.page.getByLabel('sha256 of the new first root').fill(hash);
        await stopped.page.keyboard.press('Enter');
      };
      await type('1'.repeat(64));
      await stopped.page.getByText('Sign nothing.').last().waitFor();
      await type(actual);
      await stopped.page.getByRole('heading', { name: 'Signing event change' }).waitFor();
    });

    it('and stops where the roots on main are no chain from it', async () => {
      const broken = await copy();
      const alice = await broken.person('alice');
      const root = ['root', '--signers', '@alice,@bob', '--threshold', '1', '--yes'];
      await alice.does('delegate', 'unsigned', ...root);
      await broken.merge(await broken.openPull('unsigned'));
      await broken.idle();
      await (await broken.person('bob')).push('sign/next', { 'targets/x.txt': 'x' });
      const { page } = await read(browser, (await servePage(broken)).link(await broken.openPull('next')));
      await page.getByRole('heading', { name: 'Stop: the roots are no chain' }).waitFor();
      expect(await words(page)).toContain('version 2 is not signed by those who may sign it');
      await broken.close();
    });
  });

  describe('where somebody pushes between reading and signing', () => {
    async function readyToSign(pull: number): Promise<Page> {
      const { page } = await open(pull);
      await page.getByLabel('Your GitHub login').fill('bob');
      await page.keyboard.press('Enter');
      await page.getByLabel('A key file').check();
      await page.getByLabel('Private key (PEM)').setInputFiles(github.keyFile('bob'));
      return page;
    }

    it('signs nothing, and shows what the event is now', async () => {
      await github.proposes('alice', 'moving', { 'first.txt': 'first' });
      const page = await readyToSign(await github.openPull('moving'));
      await github.proposes('alice', 'moving', { 'second.txt': 'second' });
      await page.getByRole('button', { name: 'Sign targets' }).click();
      await page.getByText('Nothing was signed: the event has changed since you opened it.').waitFor();
      expect(await words(page)).toContain('artifact added: second.txt');
      expect(await page.getByLabel('The comment').count()).toBe(0);
    });

    it('goes on where what is signed is still the same, byte for byte', async () => {
      await github.proposes('alice', 'steady', { 'steady.txt': 'steady' });
      const page = await readyToSign(await github.openPull('steady'));
      await github.sign('steady', 'alice');
      await page.getByRole('button', { name: 'Sign targets' }).click();
      const comment = await page.getByLabel('The comment').inputValue();
      expect(comment).toContain('I sign targets version 2 in the event `steady`.');
    });
  });

  it('keeps keys so that another page of the same origin finds nothing but ciphertext', async () => {
    const alice = await github.person('alice');
    const wanted = ['team-a', '--signers', '@erin', '--threshold', '1', '--yes'];
    await alice.does('delegate', 'team', ...wanted);
    const { page, context } = await open(await github.openPull('team'));
    await page.getByLabel('Your GitHub login').fill('erin');
    await page.keyboard.press('Enter');
    await makeKey(page);

    const keys = page.locator('details.keys');
    await keys.getByText('Keys in this browser').click();
    await keys.getByText('Make a backup', { exact: true }).click();
    await keys.getByLabel('Passphrase of the key').fill(PASSPHRASE);
    await keys.getByLabel('Passphrase for the file').fill('another passphrase');
    await keys.getByLabel('The same again').fill('another passphrase');
    await keys.getByRole('button', { name: 'Make the file' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      keys.getByRole('link', { name: /^Save / }).click(),
    ]);
    const pem = readFileSync(await download.path(), 'utf8');
    const { d = '' } = createPrivateKey({ key: pem, passphrase: 'another passphrase' }).export({
      format: 'jwk',
    });
    const secret = Buffer.from(d, 'base64url');
    expect(secret).toHaveLength(32);

    served.instead.set('/targets/evil.html', { type: 'text/html', body: `<!doctype html><pre></pre>` });
    const thief = await readIn(context, `${served.url}targets/evil.html`);
    const loot = await thief.page.evaluate(stealEverything);
    expect(loot).toContain('@erin in this browser');
    for (const form of ['hex', 'base64', 'base64url', 'latin1'] as const)
      expect(loot).not.toContain(secret.toString(form).replace(/=+$/, ''));
    expect(loot).not.toContain(PASSPHRASE);
    expect(loot).not.toContain('CryptoKey');
    expect(loot).not.toContain('PRIVATE KEY');
  });
});

/** All that a page can read of its origin's storage, as text: bytes in hex. */
async function stealEverything(): Promise<string> {
  const ask = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const show = (value: unknown): unknown => {
    if (value instanceof CryptoKey) return 'CryptoKey';
    if (value instanceof ArrayBuffer) return show(new Uint8Array(value));
    if (value instanceof Uint8Array)
      return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (Array.isArray(value)) return value.map(show);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, show(member)]));
  };
  const loot: unknown[] = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await ask(indexedDB.open(name));
    for (const store of database.objectStoreNames)
      loot.push(show(await ask(database.transaction(store).objectStore(store).getAll())));
  }
  return JSON.stringify(loot);
}

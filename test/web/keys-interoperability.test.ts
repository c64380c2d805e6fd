/** What is signed in the browser verifies with the libraries of others: tuf-js and python's securesystemslib. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Key as IndependentKey, Metadata, Signature, Targets } from '@tufjs/models';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateKey } from '../../src/signers/generate.ts';
import { canonicalize } from '../../src/tuf/canonical.ts';
import type { Json } from '../../src/tuf/json.ts';
import { computeKeyid, type Key } from '../../src/tuf/key.ts';
import { launchBrowser, type WebServer, whyNoBrowser } from '../support/browser.ts';
import { ask, openPage, serveKeysPage } from './keys-page.ts';

const reason = whyNoBrowser();
if (reason) console.warn(`skipped: ${reason}`);
const python = process.env.PLAYGROUND_PYTHON ?? 'python3';
const hasPython = spawnSync(python, ['-c', 'import securesystemslib.signer, cryptography']).status === 0;
if (!hasPython)
  console.warn('skipped: securesystemslib is not installed (PLAYGROUND_PYTHON names a Python that has it)');

const SPACE = 'alice/tuf';
const secret = { passphrase: 'correct horse battery' };
/** Enough signatures for all lengths that the parts of an ECDSA signature usually have. */
const SIGNATURES = 24;

interface Signed {
  readonly key: Key;
  readonly sig: string;
  readonly targets: Targets;
  readonly text: string;
}

const targetsOf = (version: number) =>
  new Targets({ specVersion: '1.0.31', version, expires: '2030-01-01T00:00:00Z' });

describe.skipIf(reason)('signatures made in the browser', () => {
  let server: WebServer;
  let browser: Browser;
  const signed: Signed[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([serveKeysPage(), launchBrowser()]);
    const page: Page = await openPage(await browser.newContext(), server.url);
    const signs: ((text: string) => Promise<{ key: Key; sig: string }>)[] = [];
    for (const type of ['ed25519', 'ecdsa-p256'] as const) {
      const protection = { kind: 'passphrase', ...secret } as const;
      const { id } = await ask(page, 'create', SPACE, { type, label: type, protection });
      const pem = await ask(page, 'exportPem', SPACE, id, secret, secret.passphrase);
      signs.push((text) => ask(page, 'sign', SPACE, id, secret, text));
      signs.push((text) => ask(page, 'signWithPem', pem, secret.passphrase, text));
    }
    const rsa = generateKey({ type: 'rsa' });
    signs.push((text) => ask(page, 'signWithPem', rsa.pem, undefined, text));

    for (let version = 1; version <= SIGNATURES; version++) {
      const sign = signs[version % signs.length];
      const targets = targetsOf(version);
      const text = new TextDecoder().decode(canonicalize(targets.toJSON() as Json));
      if (sign) signed.push({ ...(await sign(text)), targets, text });
    }
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('verify with tuf-js, and not over anything else', () => {
    expect(new Set(signed.map(({ key }) => key.keytype))).toEqual(new Set(['ed25519', 'ecdsa', 'rsa']));
    for (const { key, sig, targets } of signed) {
      const keyid = computeKeyid(key);
      const independent = IndependentKey.fromJSON(keyid, { ...key } as Parameters<
        typeof IndependentKey.fromJSON
      >[1]);
      const verify = (content: Targets) => {
        const metadata = new Metadata(content, { [keyid]: new Signature({ keyID: keyid, sig }) });
        independent.verifySignature(metadata);
      };
      verify(targets);
      expect(() => verify(targetsOf(99))).toThrow('verify');
    }
  });

  test.skipIf(!hasPython)("verify with python's securesystemslib, and not over anything else", () => {
    const verify = (cases: readonly object[]) =>
      execFileSync(python, [join(import.meta.dirname, 'verify_signatures.py')], {
        input: JSON.stringify(cases),
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    const cases = signed.map(({ key, sig, text }) => ({ keyid: computeKeyid(key), key, sig, signed: text }));
    verify(cases);
    for (const keytype of ['ed25519', 'ecdsa', 'rsa']) {
      const one = cases.find(({ key }) => key.keytype === keytype);
      expect(() => verify([{ ...one, signed: '{}' }])).toThrow('UnverifiedSignatureError');
    }
  });
});

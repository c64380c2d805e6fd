/** PEM files of the signer's own in a real browser: whatever OpenSSL writes, and what is no such file. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encryptPkcs8 } from '../../src/signers/encrypted-pkcs8.ts';
import { generateKey } from '../../src/signers/generate.ts';
import {
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
  writeElement,
  writeInteger,
} from '../../src/tuf/crypto/der.ts';
import { encodePem } from '../../src/tuf/crypto/pem.ts';
import { ed25519Pkcs8, p256Pkcs8 } from '../../src/tuf/crypto/pkcs8.ts';
import { keyFromSpki } from '../../src/tuf/key.ts';
import { verifySignature } from '../../src/tuf/signature.ts';
import { launchBrowser, type WebServer, whyNoBrowser } from '../support/browser.ts';
import { ask, attempt, errorCode, openPage, serveKeysPage } from './keys-page.ts';

const reason = whyNoBrowser();
if (reason) console.warn(`skipped: ${reason}`);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skipped: there is no openssl program');

const PASSPHRASE = 'correct horse battery';
const TEXT = '{"_type":"targets"}';
const message = new TextEncoder().encode(TEXT);

const privateKeys = {
  ed25519: generateKeyPairSync('ed25519').privateKey,
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'RSA 2048': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
} as const;
const kinds = Object.keys(privateKeys) as (keyof typeof privateKeys)[];

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const derOf = (key: KeyObject) => new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }));
const tufKeyOf = (key: KeyObject) =>
  keyFromSpki(createPublicKey(key).export({ type: 'spki', format: 'der' }));
const plainEd25519 = pemOf(privateKeys.ed25519);

describe.skipIf(reason)('a PEM file', () => {
  let server: WebServer;
  let browser: Browser;
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'pem-'));

  beforeAll(async () => {
    [server, browser] = await Promise.all([serveKeysPage(), launchBrowser()]);
    page = await openPage(await browser.newContext(), server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function openssl(args: readonly string[], input = ''): string {
    return execFileSync('openssl', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  }

  async function expectSigns(pem: string, passphrase: string | undefined, key: unknown): Promise<void> {
    const signed = await ask(page, 'signWithPem', pem, passphrase, TEXT);
    expect(signed.key).toEqual(key);
    expect(await verifySignature(signed.key, message, signed.sig)).toEqual({ valid: true });
  }

  const codeOf = (pem: string, passphrase?: string) => errorCode(page, 'signWithPem', pem, passphrase, TEXT);

  test.each(['ed25519', 'ecdsa-p256', 'rsa'] as const)(
    'of `playground key generate` signs: %s',
    async (type) => {
      const plain = generateKey({ type });
      await expectSigns(plain.pem, undefined, plain.key);
      const encrypted = generateKey({ type, passphrase: PASSPHRASE });
      await expectSigns(encrypted.pem, PASSPHRASE, encrypted.key);
      expect(await codeOf(encrypted.pem, 'another one')).toBe('passphrase-wrong');
      expect(await codeOf(encrypted.pem)).toBe('passphrase-missing');
      expect(await codeOf(encrypted.pem, '')).toBe('passphrase-missing');
    },
  );

  describe.skipIf(!hasOpenssl)('of OpenSSL', () => {
    const ways = [
      ...['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc'].map((cipher) => ['-v2', cipher]),
      ...['hmacWithSHA1', 'hmacWithSHA256', 'hmacWithSHA512'].map((prf) => ['-v2prf', prf]),
      ['-iter', '600000'],
      ['-iter', '1'],
      ['-scrypt'],
      ['-scrypt', '-scrypt_N', '1024', '-scrypt_r', '16', '-scrypt_p', '3', '-v2', 'aes-192-cbc'],
    ];
    test.each(ways.map((way) => [way.join(' '), way] as const))('signs: %s', async (_, way) => {
      for (const kind of kinds) {
        const args = ['pkcs8', '-topk8', ...way, '-passout', `pass:${PASSPHRASE}`];
        const pem = openssl(args, pemOf(privateKeys[kind]));
        await expectSigns(pem, PASSPHRASE, tufKeyOf(privateKeys[kind]));
        expect(await codeOf(pem, `${PASSPHRASE}.`)).toBe('passphrase-wrong');
      }
    });

    test.each([
      ['an old cipher', ['-v1', 'PBE-SHA1-3DES']],
      ['another cipher', ['-v2', 'des3']],
      ['another mode', ['-v2', 'aes-256-cfb']],
      ['another hash', ['-v2prf', 'hmacWithSHA224']],
    ])('is refused with a way out: %s', async (_, way) => {
      const pem = openssl(['pkcs8', '-topk8', ...way, '-passout', `pass:${PASSPHRASE}`], plainEd25519);
      const outcome = await attempt(page, 'signWithPem', pem, PASSPHRASE, TEXT);
      expect(outcome).toMatchObject({
        code: 'key-unsupported',
        message: expect.stringContaining('openssl pkcs8 -topk8'),
      });
    });

    test.each([
      ['EC', ['ecparam', '-name', 'prime256v1', '-genkey']],
      ['EC, encrypted', ['ec', '-aes256', '-passout', 'pass:x'], 'P-256'],
      ['RSA', ['rsa', '-traditional'], 'RSA 2048'],
      ['RSA, encrypted', ['rsa', '-traditional', '-aes256', '-passout', 'pass:x'], 'RSA 2048'],
    ] as const)(
      'in the older format is refused with a way out: %s',
      async (_, args, kind?: keyof typeof privateKeys) => {
        const pem = openssl(args, kind && pemOf(privateKeys[kind]));
        const outcome = await attempt(page, 'signWithPem', pem, 'x', TEXT);
        expect(outcome).toMatchObject({
          code: 'key-unsupported',
          message: expect.stringContaining('openssl pkcs8 -topk8'),
        });
      },
    );

    test('opens with the passphrase byte for byte, and not with another spelling', async () => {
      const typed = 'Ärger im Ü-Wagen'.normalize('NFD');
      const file = join(folder, 'passphrase');
      writeFileSync(file, typed);
      const pem = openssl(['pkcs8', '-topk8', '-passout', `file:${file}`], plainEd25519);
      await expectSigns(pem, typed, tufKeyOf(privateKeys.ed25519));
      expect(await codeOf(pem, typed.normalize('NFC'))).toBe('passphrase-wrong');
    });

    test('that holds a certificate beside the key signs; one that holds a certificate alone does not', async () => {
      const key = join(folder, 'key.pem');
      writeFileSync(key, pemOf(privateKeys['P-256']));
      const certificate = openssl(['req', '-x509', '-key', key, '-subj', '/CN=x', '-days', '1']);
      await expectSigns(certificate + pemOf(privateKeys['P-256']), undefined, tufKeyOf(privateKeys['P-256']));
      expect(await codeOf(certificate)).toBe('key-malformed');
    });
  });

  test('opens under passphrases of 1 and of 10,000 characters', async () => {
    for (const passphrase of ['x', 'ü'.repeat(10_000)]) {
      await expectSigns(
        encryptPkcs8(derOf(privateKeys.ed25519), passphrase),
        passphrase,
        tufKeyOf(privateKeys.ed25519),
      );
    }
  });

  test.each([
    ['line ends of Windows', plainEd25519.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${plainEd25519}`],
    ['text around it', `Bag Attributes: x\n${plainEd25519}\nand more`],
    [
      'its public key beside it',
      `${createPublicKey(privateKeys.ed25519).export({ type: 'spki', format: 'pem' })}${plainEd25519}`,
    ],
    ['no line end at the end', plainEd25519.trim()],
  ])('may have %s', async (_, pem) => {
    await expectSigns(pem, undefined, tufKeyOf(privateKeys.ed25519));
  });

  test('of P-256 may leave the public key out', async () => {
    const scalar = Buffer.from(String(privateKeys['P-256'].export({ format: 'jwk' }).d), 'base64url');
    const whole = p256Pkcs8(scalar, new Uint8Array(65));
    const secret = writeElement(SEQUENCE, writeInteger(Uint8Array.of(1)), writeElement(OCTET_STRING, scalar));
    const algorithm = whole.subarray(6, 6 + 21);
    const der = writeElement(
      SEQUENCE,
      writeInteger(Uint8Array.of(0)),
      algorithm,
      writeElement(OCTET_STRING, secret),
    );
    await expectSigns(encodePem('PRIVATE KEY', der), undefined, tufKeyOf(privateKeys['P-256']));
  });

  const other = (pair: { privateKey: KeyObject }) => pemOf(pair.privateKey);
  test.each([
    ['nothing', '', 'key-malformed'],
    ['garbage', '\0\x01\ufffd<script>', 'key-malformed'],
    ['something huge', 'A'.repeat(5_000_000), 'key-malformed'],
    ['very many beginnings', '-----BEGIN PRIVATE KEY-----\n'.repeat(1100), 'key-malformed'],
    ['a beginning without an end', plainEd25519.slice(0, 60), 'key-malformed'],
    ['another end', plainEd25519.replace('END PRIVATE', 'END PUBLIC'), 'key-malformed'],
    ['no Base64', plainEd25519.replace('MC4', 'M*4'), 'key-malformed'],
    ['two private keys', plainEd25519.repeat(2), 'key-malformed'],
    [
      'a public key',
      String(createPublicKey(privateKeys.ed25519).export({ type: 'spki', format: 'pem' })),
      'key-malformed',
    ],
    [
      'a public key that calls itself private',
      encodePem('PRIVATE KEY', createPublicKey(privateKeys.ed25519).export({ type: 'spki', format: 'der' })),
      'key-malformed',
    ],
    [
      'a plain key that calls itself encrypted',
      plainEd25519.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'),
      'key-malformed',
    ],
    [
      'a key of OpenSSH',
      encodePem('OPENSSH PRIVATE KEY', new TextEncoder().encode('openssh-key-v1\0')),
      'key-unsupported',
    ],
    ['RSA with 1024 bits', other(generateKeyPairSync('rsa', { modulusLength: 1024 })), 'key-unsupported'],
    [
      'RSA restricted to PSS',
      other(generateKeyPairSync('rsa-pss', { modulusLength: 2048 })),
      'key-unsupported',
    ],
    ['P-384', other(generateKeyPairSync('ec', { namedCurve: 'P-384' })), 'key-unsupported'],
    ['Ed448', other(generateKeyPairSync('ed448')), 'key-unsupported'],
    ['X25519', other(generateKeyPairSync('x25519')), 'key-unsupported'],
    [
      'an Ed25519 key that is too short',
      encodePem('PRIVATE KEY', ed25519Pkcs8(new Uint8Array(32)).fill(31, 15, 16)),
      'key-malformed',
    ],
    [
      'a P-256 key of zero',
      encodePem('PRIVATE KEY', p256Pkcs8(new Uint8Array(32), new Uint8Array(65))),
      'key-malformed',
    ],
    [
      'a P-256 key beyond the order',
      encodePem('PRIVATE KEY', p256Pkcs8(new Uint8Array(32).fill(255), new Uint8Array(65))),
      'key-malformed',
    ],
    [
      'a P-256 key with the public key of another',
      encodePem('PRIVATE KEY', p256Pkcs8(new Uint8Array(32).fill(1), new Uint8Array(65).fill(4))),
      'key-malformed',
    ],
  ])('that holds %s is refused', async (_, pem, code) => {
    expect(await codeOf(pem, PASSPHRASE)).toBe(code);
  });

  test('of RSA with damaged numbers signs nothing', async () => {
    const der = derOf(privateKeys['RSA 2048']);
    for (const at of [300, 700, 900, 1100, der.length - 1]) {
      const damaged = der.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 2;
      expect(await codeOf(encodePem('PRIVATE KEY', damaged))).toMatch(/^(key-malformed|signing-failed)$/);
    }
  });

  describe('with parameters that nobody sets', () => {
    const oid = (hex: string) => writeElement(OBJECT_IDENTIFIER, Buffer.from(hex, 'hex'));
    const sequence = (...parts: Uint8Array[]) => writeElement(SEQUENCE, ...parts);
    const octets = (bytes: Uint8Array | number) =>
      writeElement(OCTET_STRING, typeof bytes === 'number' ? new Uint8Array(bytes) : bytes);
    const integer = (value: number | bigint) => {
      const hex = value.toString(16);
      return writeInteger(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
    };

    interface Choice {
      readonly derivation?: Uint8Array;
      readonly iv?: number;
      readonly encrypted?: number;
    }
    const pbkdf2 = (...parameters: Uint8Array[]) =>
      sequence(oid('2a864886f70d01050c'), sequence(...parameters, sequence(oid('2a864886f70d0209'))));
    const scrypt = (...parameters: (number | bigint)[]) =>
      sequence(oid('2b06010401da47040b'), sequence(octets(16), ...parameters.map(integer)));
    const file = ({ derivation, iv = 16, encrypted = 64 }: Choice) => {
      const cipher = sequence(oid('60864801650304012a'), octets(iv));
      const parameters = sequence(derivation ?? pbkdf2(octets(16), integer(1000)), cipher);
      const algorithm = sequence(oid('2a864886f70d01050d'), parameters);
      return encodePem('ENCRYPTED PRIVATE KEY', sequence(algorithm, octets(encrypted)));
    };

    test('is read where they are as they should be, so that the cases below fail for their own reason', async () => {
      expect(await codeOf(file({}), 'x')).toBe('passphrase-wrong');
      expect(await codeOf(file({ derivation: scrypt(1024, 8, 1) }), 'x')).toBe('passphrase-wrong');
      expect(await codeOf(file({ derivation: scrypt(1024, 8, 1, 32) }), 'x')).toBe('passphrase-wrong');
      const most = pbkdf2(octets(16), integer(10_000_000), integer(32));
      expect(await codeOf(file({ derivation: most }), 'x')).toBe('passphrase-wrong');
      expect(await codeOf(file({ derivation: scrypt(2 ** 16, 8, 4) }), 'x')).toBe('passphrase-wrong');
    });

    test.each([
      ['2^31 rounds', pbkdf2(octets(16), integer(2 ** 31))],
      ['10,000,001 rounds', pbkdf2(octets(16), integer(10_000_001))],
      ['2^64 rounds', pbkdf2(octets(16), integer(2n ** 64n))],
      ['2^8000 rounds', pbkdf2(octets(16), integer(2n ** 8000n))],
      ['N = 2^31', scrypt(2 ** 31, 8, 1)],
      ['N = 2^1023', scrypt(2n ** 1023n, 8, 1)],
      ['r = 2^20', scrypt(16, 2 ** 20, 1)],
      ['p = 2^30', scrypt(2, 1, 2 ** 30)],
      ['128 MiB of memory', scrypt(2 ** 17, 8, 1)],
      ['much of everything', scrypt(2 ** 14, 16, 16)],
    ])('is refused at once where they ask for endless work: %s', async (_, derivation) => {
      expect(await codeOf(file({ derivation }), 'x')).toBe('key-unsupported');
    });

    test.each([
      ['no rounds', file({ derivation: pbkdf2(octets(16), integer(0)) })],
      ['negative rounds', file({ derivation: pbkdf2(octets(16), Uint8Array.of(2, 1, 0xff)) })],
      ['a salt from elsewhere', file({ derivation: pbkdf2(sequence(oid('2a03')), integer(1000)) })],
      ['the length of another key', file({ derivation: pbkdf2(octets(16), integer(1000), integer(16)) })],
      ['N that is no power of two', file({ derivation: scrypt(1000, 8, 1) })],
      ['N = 1', file({ derivation: scrypt(1, 8, 1) })],
      ['p = 0', file({ derivation: scrypt(1024, 8, 0) })],
      ['scrypt without p', file({ derivation: scrypt(1024, 8) })],
      ['a short initialisation vector', file({ iv: 15 })],
      ['no content', file({ encrypted: 0 })],
      ['a part of a block', file({ encrypted: 63 })],
    ])('is refused where they are malformed: %s', async (_, pem) => {
      expect(await codeOf(pem, 'x')).toBe('key-malformed');
    });
  });

  test('is not stored', async () => {
    await expectSigns(plainEd25519, undefined, tufKeyOf(privateKeys.ed25519));
    expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { describe, expect, it } from 'vitest';
import { encryptPkcs8 } from '../../src/signers/encrypted-pkcs8.ts';
import { generateKey, NEW_KEY_TYPES, writePrivateKey } from '../../src/signers/generate.ts';
import { openSigner } from '../../src/signers/registry.ts';
import type { Signer } from '../../src/signers/signer.ts';
import type { MlDsaSet } from '../../src/tuf/crypto/index.ts';
import { encodePem } from '../../src/tuf/crypto/pem.ts';
import { classifyKey, type Key } from '../../src/tuf/key.ts';
import { verifySignature } from '../../src/tuf/signature.ts';
import { signerError, temporaryFolder, testContext } from './helpers.ts';

const message = new TextEncoder().encode('{"_type":"root"}');
const onPosix = process.platform !== 'win32';
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skipped: keys made by openssl, because the program is not there');

function keyFile(content: string, mode = 0o600): string {
  const path = join(temporaryFolder(), 'key.pem');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function plainPem(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function signsValidly(signer: Signer): Promise<void> {
  const signature = await signer.sign(message);
  expect(signature).toMatch(/^([0-9a-f]{2})+$/);
  expect(await verifySignature(signer.key, message, signature)).toEqual({ valid: true });
  expect(await verifySignature(signer.key, new Uint8Array(3), signature)).toMatchObject({
    code: 'does-not-verify',
  });
}

describe('a key file', () => {
  it.each(NEW_KEY_TYPES)('of a new %s key signs after its passphrase', async (type) => {
    const { pem, key } = generateKey({ type, passphrase: 'correct horse' });
    const path = join(temporaryFolder(), 'key.pem');
    await writePrivateKey(path, pem);
    const context = testContext({ PLAYGROUND_PASSPHRASE: 'correct horse' });
    const signer = await openSigner(`file2:${path}`, context);
    expect(signer.uri).toBe(`file2:${path}`);
    expect(signer.key).toEqual(key);
    expect(classifyKey(signer.key)).toMatchObject({ status: 'supported', enrolable: true });
    await signsValidly(signer);
    expect(context.warnings).toEqual([]);
  });

  it('without a passphrase signs with a warning', async () => {
    const path = keyFile(generateKey({ type: 'ed25519' }).pem);
    const context = testContext({});
    await signsValidly(await openSigner(`file2:${path}`, context));
    expect(context.warnings).toEqual([expect.stringContaining('not encrypted')]);
    expect(context.prompts).toEqual([]);
  });

  it.runIf(onPosix)('that others may read signs with a warning that says how to mend it', async () => {
    const path = keyFile(generateKey({ type: 'ed25519', passphrase: 'a' }).pem, 0o644);
    const context = testContext({ PLAYGROUND_PASSPHRASE: 'a' });
    await openSigner(`file2:${path}`, context);
    expect(context.warnings).toEqual([expect.stringContaining(`chmod 600 ${path}`)]);
  });

  it('is found under ~/ in the home folder', async () => {
    const home = temporaryFolder();
    await writePrivateKey(
      join(home, 'keys/alice.pem'),
      generateKey({ type: 'ed25519', passphrase: 'a' }).pem,
    );
    const environment = { HOME: home, PLAYGROUND_PASSPHRASE: 'a' };
    await signsValidly(await openSigner('file2:~/keys/alice.pem', testContext(environment)));
  });

  it('keeps characters of its path that mean something in other URIs', async () => {
    const path = join(temporaryFolder(), 'a key?#%20.pem');
    writeFileSync(path, generateKey({ type: 'ed25519' }).pem, { mode: 0o600 });
    await signsValidly(await openSigner(`file2:${path}`, testContext({})));
  });
});

describe('the passphrase of a key file', () => {
  const { pem } = generateKey({ type: 'ed25519', passphrase: 'pässwörd' });

  it('can stand in a file, whose last newline is no part of it', async () => {
    for (const ending of ['', '\n', '\r\n']) {
      const PLAYGROUND_PASSPHRASE_FILE = keyFile(`pässwörd${ending}`);
      await signsValidly(
        await openSigner(`file2:${keyFile(pem)}`, testContext({ PLAYGROUND_PASSPHRASE_FILE })),
      );
    }
  });

  it('is asked for, with three tries', async () => {
    const context = testContext({ PLAYGROUND_PASSPHRASE: '' }, ['wrong', '', 'pässwörd']);
    const path = keyFile(pem);
    await signsValidly(await openSigner(`file2:${path}`, context));
    expect(context.prompts).toHaveLength(3);
    expect(context.prompts[0]).toContain(path);
    expect(context.warnings).toHaveLength(2);

    const stubborn = testContext({}, ['a', 'b', 'c', 'pässwörd']);
    expect((await signerError(openSigner(`file2:${path}`, stubborn))).code).toBe('passphrase-wrong');
    expect(stubborn.prompts).toHaveLength(3);
  });

  it('from the environment is tried once, and nobody is asked', async () => {
    const context = testContext({ PLAYGROUND_PASSPHRASE: 'wrong secret' }, ['pässwörd']);
    const error = await signerError(openSigner(`file2:${keyFile(pem)}`, context));
    expect(error.code).toBe('passphrase-wrong');
    expect(error.message).toContain('PLAYGROUND_PASSPHRASE');
    expect(error.message).not.toContain('wrong secret');
    expect(context.prompts).toEqual([]);
  });

  it('that nobody can give is an error that says how to give it', async () => {
    const error = await signerError(openSigner(`file2:${keyFile(pem)}`, testContext({})));
    expect(error.code).toBe('passphrase-missing');
    expect(error.message).toContain('PLAYGROUND_PASSPHRASE');
  });

  it('in a file that is not there is an error that names the file', async () => {
    const environment = { PLAYGROUND_PASSPHRASE_FILE: '/nowhere/passphrase' };
    const error = await signerError(openSigner(`file2:${keyFile(pem)}`, testContext(environment)));
    expect(error).toMatchObject({
      code: 'passphrase-missing',
      message: expect.stringContaining('/nowhere/passphrase'),
    });
  });
});

/** The three forms that RFC 9881 (section 6) gives a private key, for one key. */
function mlDsaForms(set: MlDsaSet, { otherSeed = false } = {}) {
  const library = { 'ml-dsa-44': ml_dsa44, 'ml-dsa-65': ml_dsa65, 'ml-dsa-87': ml_dsa87 }[set];
  const seed = new Uint8Array(32).fill(7);
  const { secretKey } = library.keygen(seed);
  const last = { 'ml-dsa-44': 0x11, 'ml-dsa-65': 0x12, 'ml-dsa-87': 0x13 }[set];
  const algorithm = Buffer.from([...Buffer.from('300b06096086480165030403', 'hex'), last]);
  const element = (tag: number, ...parts: Uint8Array[]) => {
    const content = Buffer.concat(parts);
    const { length } = content;
    const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
    return Uint8Array.of(tag, ...size, ...content);
  };
  const pkcs8 = (inner: Uint8Array) => element(0x30, Uint8Array.of(2, 1, 0), algorithm, element(4, inner));
  return {
    seed: pkcs8(element(0x80, seed)),
    expanded: pkcs8(element(4, secretKey)),
    both: pkcs8(element(0x30, element(4, otherSeed ? seed.fill(8) : seed), element(4, secretKey))),
  };
}

describe.each(['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const)('an %s key file', (set) => {
  it('signs in every form of RFC 9881, encrypted or not', async () => {
    const keys: Key[] = [];
    for (const der of Object.values(mlDsaForms(set))) {
      const plain = keyFile(encodePem('PRIVATE KEY', der));
      const encrypted = keyFile(encryptPkcs8(der, 'secret'));
      for (const path of [plain, encrypted]) {
        const signer = await openSigner(`file2:${path}`, testContext({ PLAYGROUND_PASSPHRASE: 'secret' }));
        await signsValidly(signer);
        keys.push(signer.key);
      }
    }
    expect(keys).toHaveLength(6);
    for (const key of keys) expect(key).toEqual(keys[0]);
  });

  it('signs as Node writes it', async () => {
    const { privateKey } = generateKeyPairSync(set as 'ml-dsa-44');
    await signsValidly(await openSigner(`file2:${keyFile(plainPem(privateKey))}`, testContext({})));
  });
});

describe('a key file is refused', () => {
  const ed25519 = generateKeyPairSync('ed25519');

  it('when it is not there', async () => {
    const error = await signerError(openSigner('file2:/nowhere/key.pem', testContext({})));
    expect(error).toMatchObject({
      code: 'key-missing',
      message: expect.stringContaining('/nowhere/key.pem'),
    });
  });

  it('when it is a folder', async () => {
    const error = await signerError(openSigner(`file2:${temporaryFolder()}`, testContext({})));
    expect(error).toMatchObject({ code: 'key-unreadable', message: expect.stringContaining('folder') });
  });

  it('when a folder of its path is a file', async () => {
    const path = join(keyFile('x'), 'key.pem');
    expect((await signerError(openSigner(`file2:${path}`, testContext({})))).code).toBe('key-missing');
  });

  it.runIf(onPosix && process.getuid?.() !== 0)('when it may not be read', async () => {
    const path = keyFile(plainPem(ed25519.privateKey), 0o000);
    expect((await signerError(openSigner(`file2:${path}`, testContext({})))).code).toBe('key-unreadable');
  });

  it('when the URI names no file', async () => {
    for (const uri of ['file2:', 'file2:a\0b']) {
      expect((await signerError(openSigner(uri, testContext({})))).code).toBe('malformed-uri');
    }
  });

  const damaged = plainPem(ed25519.privateKey).replace('MC4C', 'MC4D');
  it.each([
    [
      'holds the public key',
      ed25519.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'key-malformed',
      'public key',
    ],
    ['holds no PEM', 'hello', 'key-malformed', 'no private key'],
    ['is empty', '', 'key-malformed', 'no private key'],
    ['holds damaged PEM', damaged, 'key-malformed', 'damaged'],
    ['is very long', 'x'.repeat(100_000), 'key-malformed', '100000 bytes'],
    [
      'holds a damaged key of OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      'key-malformed',
      'damaged',
    ],
    [
      'holds a P-384 key',
      plainPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey),
      'key-unsupported',
      'P-384',
    ],
    ['holds an Ed448 key', plainPem(generateKeyPairSync('ed448').privateKey), 'key-unsupported', 'Ed448'],
    [
      'holds an RSA key of 1024 bits',
      plainPem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      'key-unsupported',
      '1024 bits',
    ],
    [
      'holds an ML-DSA key whose seed and expanded key do not belong together',
      encodePem('PRIVATE KEY', mlDsaForms('ml-dsa-44', { otherSeed: true }).both),
      'key-malformed',
      'damaged',
    ],
    [
      'holds an SLH-DSA key',
      plainPem(generateKeyPairSync('slh-dsa-sha2-128f').privateKey),
      'key-unsupported',
      'cannot sign',
    ],
  ])('when it %s', async (_what, content, code, word) => {
    const path = keyFile(content);
    const error = await signerError(openSigner(`file2:${path}`, testContext({})));
    expect(error).toMatchObject({ code, message: expect.stringContaining(word) });
    expect(error.message).toContain(path);
  });
});

describe.skipIf(!hasOpenssl)('keys made by openssl', () => {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });

  it.each([
    ['Ed25519', ['-algorithm', 'ed25519']],
    ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
  ])('sign, encrypted or not: %s', async (_name, options) => {
    const folder = temporaryFolder();
    const plain = join(folder, 'plain.pem');
    const encrypted = join(folder, 'encrypted.pem');
    openssl('genpkey', ...options, '-out', plain);
    openssl('pkcs8', '-topk8', '-in', plain, '-out', encrypted, '-passout', 'pass:secret');
    const first = await openSigner(`file2:${plain}`, testContext({}));
    const second = await openSigner(`file2:${encrypted}`, testContext({ PLAYGROUND_PASSPHRASE: 'secret' }));
    await signsValidly(first);
    await signsValidly(second);
    expect(second.key).toEqual(first.key);
  });

  it('sign in the traditional form too', async () => {
    const path = join(temporaryFolder(), 'ec.pem');
    writeFileSync(path, openssl('ecparam', '-name', 'prime256v1', '-genkey'), { mode: 0o600 });
    await signsValidly(await openSigner(`file2:${path}`, testContext({})));
  });

  it('are joined by ours: openssl opens a key that was encrypted here', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'keys'));
    for (const type of ['ed25519', 'ecdsa-p256', 'rsa'] as const) {
      const path = join(folder, 'keys', type);
      await writePrivateKey(path, generateKey({ type, passphrase: 'secret' }).pem);
      const publicPem = openssl('pkey', '-in', path, '-passin', 'pass:secret', '-pubout').toString();
      const signer = await openSigner(`file2:${path}`, testContext({ PLAYGROUND_PASSPHRASE: 'secret' }));
      if (type !== 'ed25519') expect(signer.key.keyval.public).toBe(publicPem);
      else expect(publicPem).toContain('PUBLIC KEY');
      expect(() => openssl('pkey', '-in', path, '-passin', 'pass:wrong', '-noout')).toThrow();
    }
  });
});

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { describe, expect, it } from 'vitest';
import { generateKey, writePrivateKey } from '../../src/signers/generate.ts';
import { signerError, temporaryFolder } from './helpers.ts';

describe('a new key', () => {
  it.each([
    ['ed25519', 'ed25519'],
    ['ecdsa-p256', 'ecdsa'],
    ['rsa', 'rsa'],
    ['ml-dsa-44', 'ml-dsa'],
    ['ml-dsa-65', 'ml-dsa'],
    ['ml-dsa-87', 'ml-dsa'],
  ] as const)('of type %s is PKCS#8, encrypted where a passphrase is given', (type, keytype) => {
    const plain = generateKey({ type });
    expect(plain.pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(plain.key.keytype).toBe(keytype);
    const encrypted = generateKey({ type, passphrase: 'secret' });
    expect(encrypted.pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    expect(() => createPrivateKey({ key: encrypted.pem, passphrase: 'other' })).toThrow();
    expect(createPrivateKey({ key: encrypted.pem, passphrase: 'secret' }).type).toBe('private');
  });

  it('is another one each time, and so is its encryption', () => {
    const [a, b] = [generateKey({ type: 'ed25519' }), generateKey({ type: 'ed25519' })];
    expect(a.key).not.toEqual(b.key);
  });

  it('of ML-DSA is written as its seed alone, which every library reads', () => {
    const { pem, key } = generateKey({ type: 'ml-dsa-65' });
    const der = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
    expect(der.length).toBe(54);
    const { secretKey, publicKey } = ml_dsa65.keygen(der.subarray(-32));
    expect(createPublicKey(pem).export({ format: 'der', type: 'spki' }).subarray(22)).toEqual(
      Buffer.from(publicKey),
    );
    expect(key).toMatchObject({ keytype: 'ml-dsa', scheme: 'ml-dsa-65/1' });
    expect(secretKey.length).toBe(4032);
  });

  it('has an RSA modulus of 3072 bits', () => {
    expect(createPrivateKey(generateKey({ type: 'rsa' }).pem).asymmetricKeyDetails?.modulusLength).toBe(3072);
  });

  it.each(['', 'x'.repeat(1001), 'ü'.repeat(501)])(
    'refuses a passphrase that could not be used',
    (passphrase) => {
      expect(() => generateKey({ type: 'ed25519', passphrase })).toThrow('passphrase');
    },
  );

  it('can be opened with the longest passphrase', () => {
    const passphrase = 'ü'.repeat(500);
    const { pem } = generateKey({ type: 'ed25519', passphrase });
    expect(createPrivateKey({ key: pem, passphrase }).asymmetricKeyType).toBe('ed25519');
  });
});

describe('writing a private key', () => {
  const { pem } = generateKey({ type: 'ed25519' });

  it('makes the folders, and a file for its owner alone', async () => {
    const folder = join(temporaryFolder(), 'a/b');
    const path = join(folder, 'key.pem');
    await writePrivateKey(path, pem);
    expect(readFileSync(path, 'utf8')).toBe(pem);
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });

  it('never overwrites a file, nor writes through a link', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'key.pem');
    writeFileSync(path, 'the only copy');
    expect((await signerError(writePrivateKey(path, pem))).code).toBe('file-exists');
    expect(readFileSync(path, 'utf8')).toBe('the only copy');
    if (process.platform === 'win32') return;
    const link = join(folder, 'link.pem');
    symlinkSync(join(folder, 'elsewhere.pem'), link);
    expect((await signerError(writePrivateKey(link, pem))).code).toBe('file-exists');
    expect(existsSync(join(folder, 'elsewhere.pem'))).toBe(false);
  });

  it('of two writers at once lets one through', async () => {
    const path = join(temporaryFolder(), 'key.pem');
    const results = await Promise.allSettled([writePrivateKey(path, pem), writePrivateKey(path, pem)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(readFileSync(path, 'utf8')).toBe(pem);
  });

  it('says so where the folder cannot be made', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, 'x');
    for (const path of [join(file, 'key.pem'), join(file, 'deeper/key.pem')]) {
      expect((await signerError(writePrivateKey(path, pem))).code).toBe('file-not-written');
    }
  });
});

/** A private key while it is open, as far as it can be seen without a browser. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifySignature } from '../../src/tuf/signature.ts';
import { generatePkcs8, withPrivateKey } from '../../src/web/keys/private-key.ts';

const message = new TextEncoder().encode('{}');

const makers = [
  ['Ed25519', () => generatePkcs8('ed25519')],
  ['P-256', () => generatePkcs8('ecdsa-p256')],
  [
    'RSA',
    async () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
    },
  ],
] as const;

describe.each(makers)('an open %s key', (_, make) => {
  test('signs, and is overwritten afterwards', async () => {
    const pkcs8 = await make();
    const { key, sig } = await withPrivateKey(pkcs8, async (signer) => {
      expect(pkcs8.some((byte) => byte !== 0)).toBe(true);
      return { key: signer.key, sig: await signer.sign(message) };
    });
    expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
    expect(pkcs8.every((byte) => byte === 0)).toBe(true);
  });

  test('is overwritten where its use fails', async () => {
    const pkcs8 = await make();
    const failure = new RangeError('the page failed');
    await expect(withPrivateKey(pkcs8, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(pkcs8.every((byte) => byte === 0)).toBe(true);
  });

  test('signs what it was given, even if that is changed meanwhile', async () => {
    const given = message.slice();
    const { key, sig } = await withPrivateKey(await make(), async (signer) => {
      const signing = signer.sign(given);
      given.fill(0);
      return { key: signer.key, sig: await signing };
    });
    expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
  });
});

test('a key that cannot be opened is overwritten as well', async () => {
  const pkcs8 = Uint8Array.of(0x30, 3, 2, 1, 0);
  await expect(withPrivateKey(pkcs8, async () => undefined)).rejects.toMatchObject({ code: 'key-malformed' });
  expect(pkcs8.every((byte) => byte === 0)).toBe(true);
});

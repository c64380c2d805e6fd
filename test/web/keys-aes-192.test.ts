import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decryptAes192Cbc } from '../../src/web/keys/aes-192.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** NIST SP 800-38A, appendix F.2.4, whose plain text is followed by padding here. */
const VECTOR = {
  key: hex('8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b'),
  iv: hex('000102030405060708090a0b0c0d0e0f'),
  plain: '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51',
  encrypted: '4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a',
};

function encrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-192-cbc', key, iv);
  return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]));
}

test('decrypts the example of the standard', () => {
  const { key, iv, plain, encrypted } = VECTOR;
  const padded = encrypt(key, iv, hex(plain));
  expect(Buffer.from(padded).toString('hex').slice(0, encrypted.length)).toBe(encrypted);
  expect(decryptAes192Cbc(key, iv, padded)).toEqual(hex(plain));
});

test('decrypts what OpenSSL encrypted', () => {
  fc.assert(
    fc.property(bytes(24), bytes(16), fc.uint8Array({ maxLength: 100 }), (key, iv, plain) => {
      expect(decryptAes192Cbc(key, iv, encrypt(key, iv, plain))).toEqual(new Uint8Array(plain));
    }),
  );
});

test('knows wrong padding', () => {
  const [key, iv] = [new Uint8Array(24), new Uint8Array(16)];
  for (const end of ['00', '11', 'ff', '0203', '0302', '01020303']) {
    const block = Buffer.from(end.padStart(32, 'aa'), 'hex');
    const encrypted = createCipheriv('aes-192-cbc', key, iv).setAutoPadding(false).update(block);
    expect(decryptAes192Cbc(key, iv, encrypted)).toBeUndefined();
  }
});

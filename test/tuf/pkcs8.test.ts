import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encryptPkcs8 } from '../../src/signers/encrypted-pkcs8.ts';
import { readSequence, SEQUENCE, writeElement, writeInteger } from '../../src/tuf/crypto/der.ts';
import { toHex } from '../../src/tuf/crypto/hex.ts';
import { readEncryptedPkcs8 } from '../../src/tuf/crypto/pbes2.ts';
import { decodePem } from '../../src/tuf/crypto/pem.ts';
import { ed25519Pkcs8, p256Pkcs8, readPkcs8, rsaPkcs8 } from '../../src/tuf/crypto/pkcs8.ts';
import { p256Compact, p256Der } from '../../src/tuf/crypto/signature-form.ts';

const pkcs8 = (key: KeyObject) => new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }));
const ed25519 = pkcs8(generateKeyPairSync('ed25519').privateKey);
const p256 = pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const rsa = pkcs8(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

describe('a private key in PKCS#8', () => {
  it('is read and written again, byte for byte as OpenSSL does it', () => {
    const [a, b, c] = [readPkcs8(ed25519), readPkcs8(p256), readPkcs8(rsa)];
    if (!('seed' in a && 'scalar' in b && 'spki' in c)) throw new Error('not read');
    expect(ed25519Pkcs8(a.seed)).toEqual(ed25519);
    expect(p256Pkcs8(b.scalar, b.claimed ?? new Uint8Array())).toEqual(p256);
    expect(rsaPkcs8(c.rsaPrivateKey)).toEqual(rsa);
    const spki = createPublicKey(createPrivateKey({ key: Buffer.from(rsa), format: 'der', type: 'pkcs8' }));
    expect(toHex(c.spki)).toBe(spki.export({ type: 'spki', format: 'der' }).toString('hex'));
  });

  it('may state the public key of Ed25519 beside it (RFC 5958)', () => {
    const [, algorithm, octets] = readSequence(ed25519) ?? [];
    const point = Uint8Array.from({ length: 32 }, (_, i) => i);
    const stated = writeElement(
      SEQUENCE,
      writeInteger(Uint8Array.of(1)),
      ...[algorithm, octets].map((part) => writeElement(part?.tag ?? 0, part?.content ?? new Uint8Array())),
      writeElement(0x81, Uint8Array.of(0), point),
    );
    expect(readPkcs8(stated)).toMatchObject({ algorithm: 'ed25519', claimed: point });
  });

  it.each([
    ['ECDSA P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['ECDSA secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
    ['Ed448', generateKeyPairSync('ed448').privateKey],
    ['X25519', generateKeyPairSync('x25519').privateKey],
    ['RSA restricted to PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey],
  ])('of another kind is refused by name: %s', (name, key) => {
    expect(readPkcs8(pkcs8(key))).toMatchObject({ status: 'unsupported', name });
  });

  it.each([
    ['Ed25519', ed25519],
    ['P-256', p256],
    ['RSA', rsa],
  ])('that was cut off or lengthened is refused: %s', (_, der) => {
    for (let length = 0; length < der.length; length += Math.ceil(der.length / 100)) {
      expect(readPkcs8(der.subarray(0, length))).toMatchObject({ status: 'invalid' });
    }
    expect(readPkcs8(Uint8Array.of(...der, 0))).toMatchObject({ status: 'invalid' });
  });

  it('never makes the reader throw, whatever the bytes', () => {
    const damaged = fc
      .tuple(fc.constantFrom(ed25519, p256, rsa), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }))
      .map(([der, changes]) => {
        const bytes = der.slice();
        for (const [at, value] of changes) bytes[at % 200] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array()), (bytes) => {
        expect(Object.keys(readPkcs8(bytes))).toContain(
          'algorithm' in readPkcs8(bytes) ? 'algorithm' : 'reason',
        );
        readEncryptedPkcs8(bytes);
      }),
    );
  });
});

describe('an encrypted private key', () => {
  const encrypted = (options: object) =>
    createPrivateKey({ key: Buffer.from(ed25519), format: 'der', type: 'pkcs8' }).export({
      type: 'pkcs8',
      format: 'der',
      passphrase: 'x',
      ...options,
    } as never) as unknown as Buffer;

  it('says how it was encrypted: as Node does it', () => {
    expect(readEncryptedPkcs8(encrypted({ cipher: 'aes-128-cbc' }))).toMatchObject({
      derivation: { kind: 'pbkdf2', hash: 'SHA-256', rounds: 2048 },
      keyBytes: 16,
    });
  });

  it('says how it was encrypted: as we do it', () => {
    const der = decodePem(encryptPkcs8(ed25519, 'x'))?.der ?? new Uint8Array();
    expect(readEncryptedPkcs8(der)).toMatchObject({
      derivation: { kind: 'pbkdf2', hash: 'SHA-256', rounds: 600_000 },
      keyBytes: 32,
    });
  });

  it('under another cipher is refused with a way out', () => {
    expect(readEncryptedPkcs8(encrypted({ cipher: 'des-ede3-cbc' }))).toMatchObject({
      status: 'unsupported',
      reason: expect.stringContaining('openssl pkcs8 -topk8'),
    });
  });
});

describe('a P-256 signature', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  it('goes from r ‖ s to DER and back, also where a part starts with zeros', () => {
    for (let i = 0; i < 600; i++) {
      const der = sign('sha256', Buffer.from([i & 0xff, i >> 8]), privateKey);
      const compact = p256Compact(der) ?? new Uint8Array();
      expect(toHex(p256Der(compact) ?? new Uint8Array())).toBe(der.toString('hex'));
    }
    const small = new Uint8Array(64);
    small[31] = 0x80;
    small[63] = 1;
    expect(toHex(p256Der(small) ?? new Uint8Array())).toBe('300702020080020101');
  });

  it.each([
    ['r is zero', new Uint8Array(64).fill(1, 32)],
    ['s is zero', new Uint8Array(64).fill(1, 0, 32)],
    ['a part is beyond the order', new Uint8Array(64).fill(0xff)],
    ['it is too short', new Uint8Array(63).fill(1)],
    ['it is too long', new Uint8Array(65).fill(1)],
  ])('has no DER form where %s', (_, compact) => {
    expect(p256Der(compact)).toBeUndefined();
  });
});

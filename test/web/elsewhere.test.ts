/** Signatures that were made elsewhere and pasted: every usual spelling is understood, and nothing that does not verify. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyFromSpki } from '../../src/tuf/key.ts';
import { opensslCommand, pastedPublicKey, pastedSignature } from '../../src/web/sign/elsewhere.ts';

const MESSAGE = Buffer.from('the very bytes');
const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = (key: typeof ed25519.publicKey) => keyFromSpki(key.export({ type: 'spki', format: 'der' }));
const edKey = spki(ed25519.publicKey);
const p256Key = spki(p256.publicKey);
const edSignature = sign(null, MESSAGE, ed25519.privateKey);
const der = sign('sha256', MESSAGE, p256.privateKey);
const compact = sign('sha256', MESSAGE, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' });

describe('A pasted signature', () => {
  it.each([
    ['hex', edSignature.toString('hex')],
    ['upper-case hex with spaces', edSignature.toString('hex').toUpperCase().replace(/../g, '$& ')],
    ['base64', edSignature.toString('base64')],
    ['base64 in lines', edSignature.toString('base64').replace(/.{20}/g, '$&\n')],
    ['base64 for addresses', edSignature.toString('base64url')],
  ])('is understood in %s', async (_, text) => {
    expect(await pastedSignature(edKey, MESSAGE, text)).toBe(edSignature.toString('hex'));
  });

  it('is taken in DER or as r and s, and becomes DER', async () => {
    expect(await pastedSignature(p256Key, MESSAGE, der.toString('base64'))).toBe(der.toString('hex'));
    const made = await pastedSignature(p256Key, MESSAGE, compact.toString('base64'));
    expect(made).toMatch(/^30/);
  });

  it.each([
    ['nothing', '', /Paste the signature/],
    ['words', 'Here is my signature: ???', /neither hex nor base64/],
    ['too much', 'ab'.repeat(10_000), /neither hex nor base64/],
    [
      'a signature of other bytes',
      sign(null, Buffer.from('x'), ed25519.privateKey).toString('hex'),
      /does not match/,
    ],
    ['a signature by another key', der.toString('hex'), /does not match/],
  ])('is refused where it is %s', async (_, text, message) => {
    await expect(pastedSignature(edKey, MESSAGE, text)).rejects.toThrow(message);
  });
});

describe('A pasted public key', () => {
  const pem = p256.publicKey.export({ type: 'spki', format: 'pem' }).toString();

  it('is read from PEM, whatever the line ends, and from hex', () => {
    expect(pastedPublicKey(pem)).toEqual(p256Key);
    expect(pastedPublicKey(`\n${pem.replaceAll('\n', '\r\n')}\n`)).toEqual(p256Key);
    expect(pastedPublicKey(` ${edKey.keyval.public?.toUpperCase()} `)).toEqual(edKey);
  });

  it('is refused where it is a private one, a weak one, or none', () => {
    const secret = p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => pastedPublicKey(secret)).toThrow(/private key.*not kept/);
    expect(() => pastedPublicKey(`01${'00'.repeat(31)}`)).toThrow(/small order/);
    expect(() => pastedPublicKey('ssh-ed25519 AAAA')).toThrow(/PEM/);
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    expect(() => pastedPublicKey(p384.export({ type: 'spki', format: 'pem' }).toString())).toThrow(/P-384/);
  });
});

it('names the command for each kind of key', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  expect(opensslCommand(edKey, 'f')).toContain('pkeyutl -sign -rawin');
  expect(opensslCommand(p256Key, 'f')).toContain('dgst -sha256 -sign');
  expect(opensslCommand(spki(rsa), 'f')).toContain('rsa_pss_saltlen:32');
});

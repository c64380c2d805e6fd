import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../src/signers/generate.ts';
import { openSigner } from '../../src/signers/registry.ts';
import { verifySignature } from '../../src/tuf/signature.ts';
import { signerError, testContext } from './helpers.ts';

const message = new TextEncoder().encode('{"_type":"timestamp"}');
const plain = generateKey({ type: 'ecdsa-p256' });
const encrypted = generateKey({ type: 'ed25519', passphrase: 'secret' });

describe('a key in an environment variable', () => {
  it.each([
    ['as it was written', plain.pem],
    ['without its last newline', plain.pem.trimEnd()],
    ['with \\n for each newline', plain.pem.replaceAll('\n', '\\n')],
    ['with Windows line ends', plain.pem.replaceAll('\n', '\r\n')],
    ['with blank lines around it', `\n\n  ${plain.pem}\n\n`],
  ])('signs %s, without a warning', async (_what, value) => {
    const context = testContext({ ONLINE_KEY: value });
    const signer = await openSigner('env:ONLINE_KEY', context);
    expect(signer).toMatchObject({ uri: 'env:ONLINE_KEY', key: plain.key });
    expect(await verifySignature(plain.key, message, await signer.sign(message))).toEqual({ valid: true });
    expect(context.warnings).toEqual([]);
  });

  it('takes its passphrase from the variable beside it', async () => {
    const context = testContext({
      KEY: encrypted.pem,
      KEY_PASSPHRASE: 'secret',
      PLAYGROUND_PASSPHRASE: 'other',
    });
    const signer = await openSigner('env:KEY', context);
    expect(await verifySignature(encrypted.key, message, await signer.sign(message))).toEqual({
      valid: true,
    });
  });

  it('asks for the passphrase where somebody is there', async () => {
    const context = testContext({ KEY: encrypted.pem }, ['secret']);
    expect((await openSigner('env:KEY', context)).key).toEqual(encrypted.key);
    expect(context.prompts).toEqual([expect.stringContaining('KEY')]);
  });

  it('is named in the error where its passphrase is missing or wrong', async () => {
    const missing = await signerError(openSigner('env:KEY', testContext({ KEY: encrypted.pem })));
    expect(missing).toMatchObject({
      code: 'passphrase-missing',
      message: expect.stringContaining('KEY_PASSPHRASE'),
    });
    const wrong = await signerError(
      openSigner('env:KEY', testContext({ KEY: encrypted.pem, KEY_PASSPHRASE: 'x' })),
    );
    expect(wrong).toMatchObject({
      code: 'passphrase-wrong',
      message: expect.stringContaining('KEY_PASSPHRASE'),
    });
  });

  it.each([
    ['is not set', {}],
    ['is empty', { ONLINE_KEY: '' }],
    ['is empty', { ONLINE_KEY: ' \n' }],
  ])('that %s is named in the error', async (found, environment: Record<string, string>) => {
    const error = await signerError(openSigner('env:ONLINE_KEY', testContext(environment)));
    expect(error.code).toBe('key-missing');
    expect(error.message).toContain(`ONLINE_KEY ${found}`);
  });

  it.each([
    ['another secret', 'ghp_0123456789abcdef', 'key-malformed'],
    ['a damaged key', plain.pem.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'), 'key-malformed'],
    [
      'a weak key',
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
      'key-unsupported',
    ],
  ])('that holds %s is refused, and its value is not shown', async (_what, value, code) => {
    const error = await signerError(openSigner('env:SECRET', testContext({ SECRET: value })));
    expect(error.code).toBe(code);
    const shown = `${error.message} ${error.stack} ${error.cause}`;
    for (const line of value.split('\n').filter((part) => part.length > 8 && !part.startsWith('-----'))) {
      expect(shown).not.toContain(line);
    }
  });

  it('has a name that is a variable name', async () => {
    for (const uri of ['env:', 'env:A B', 'env:1A', 'env:A=B', 'env://A', 'env:__proto__x.y']) {
      expect((await signerError(openSigner(uri, testContext({})))).code).toBe('malformed-uri');
    }
  });

  it('is looked up among the variables only', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect((await signerError(openSigner(`env:${name}`, testContext({})))).code).toBe('key-missing');
    }
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEncrypted } from '../../../src/signers/private-key.ts';
import { openSigner } from '../../../src/signers/registry.ts';
import { readSshPublicKey, sshString, sshUint32 } from '../../../src/signers/ssh/wire.ts';
import { decodePem, encodePem } from '../../../src/tuf/crypto/pem.ts';
import { samePublicKey } from '../../../src/tuf/key.ts';
import { hasProgram, signerError, temporaryFolder, testContext, validSignature } from '../helpers.ts';

const hasKeygen = hasProgram('ssh-keygen', 'keys made by ssh-keygen', '-?');
const keygen = (...args: readonly string[]) => execFileSync('ssh-keygen', args, { stdio: 'pipe' });

/** The path of a new key file as ssh-keygen writes it. */
function newKey(type: readonly string[], passphrase = '', ...options: readonly string[]): string {
  const path = join(temporaryFolder(), 'key');
  keygen('-q', '-t', ...type, '-N', passphrase, '-C', 'a comment', ...options, '-f', path);
  return path;
}

const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ['Ed25519', ['ed25519']],
  ['P-256', ['ecdsa', '-b', '256']],
  ['RSA', ['rsa', '-b', '2048']],
];
const withPassphrase = (value: string) => testContext({ PLAYGROUND_PASSPHRASE: value });

describe.skipIf(!hasKeygen)("a key file in OpenSSH's form", () => {
  it.each(KINDS)('signs under the public key that ssh-keygen put beside it: %s', async (_name, type) => {
    const path = newKey(type);
    expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    const context = testContext({});
    const signer = await openSigner(`file2:${path}`, context);
    await validSignature(signer);
    const [, blob = ''] = readFileSync(`${path}.pub`, 'utf8').split(' ');
    const { key } = readSshPublicKey(Buffer.from(blob, 'base64'));
    expect(key && samePublicKey(signer.key, key)).toBe(true);
    expect(context.warnings).toEqual([expect.stringContaining('not encrypted')]);
  });

  it.each(
    KINDS.flatMap(([name, type]) =>
      ['aes256-ctr', 'aes256-cbc'].map((cipher) => [name, cipher, type] as const),
    ),
  )('signs after its passphrase: %s under %s', async (_name, cipher, type) => {
    const path = newKey(type, 'pässwörd', '-Z', cipher);
    const context = withPassphrase('pässwörd');
    await validSignature(await openSigner(`file2:${path}`, context));
    expect(context.warnings).toEqual([]);
    const error = await signerError(openSigner(`file2:${path}`, withPassphrase('other one')));
    expect(error.code).toBe('passphrase-wrong');
    expect(error.message).not.toContain('other one');
  });

  it('asks for its passphrase, with three tries', async () => {
    const path = newKey(['ed25519'], 'secret');
    const context = testContext({}, ['', 'wrong', 'secret']);
    await validSignature(await openSigner(`file2:${path}`, context));
    expect(context.prompts).toHaveLength(3);
    expect((await signerError(openSigner(`file2:${path}`, testContext({})))).code).toBe('passphrase-missing');
  });

  it('signs from an environment variable too', async () => {
    const content = readFileSync(newKey(['ed25519'], 'secret'), 'utf8');
    for (const value of [content, content.replaceAll('\n', '\\n'), content.replaceAll('\n', '\r\n')]) {
      const context = testContext({ KEY: value, KEY_PASSPHRASE: 'secret' });
      await validSignature(await openSigner('env:KEY', context));
    }
  });

  it('signs whatever its numbers look like, with leading zeros or without', async () => {
    for (let i = 0; i < 30; i++) {
      const path = newKey(['ecdsa', '-b', '256']);
      await validSignature(await openSigner(`file2:${path}`, testContext({})));
    }
  });
});

describe.skipIf(!hasKeygen)("a key file in OpenSSH's form is refused", () => {
  it.each([
    ['a P-384 key', ['ecdsa', '-b', '384'], 'nistp384'],
    ['a short RSA key', ['rsa', '-b', '1024'], '1024'],
  ])('with the reason, and without asking for the passphrase: %s', async (_what, type, word) => {
    const context = testContext({}, ['secret']);
    const error = await signerError(openSigner(`file2:${newKey(type, 'secret')}`, context));
    expect(error).toMatchObject({ code: 'key-unsupported', message: expect.stringContaining(word) });
    expect(error.message).toContain('ssh-keygen -t ed25519');
    expect(context.prompts).toEqual([]);
  });

  it('when it stands for a security key', async () => {
    const error = await signerError(openSigner(`file2:${securityKeyFile()}`, testContext({})));
    expect(error).toMatchObject({
      code: 'key-unsupported',
      message: expect.stringContaining('sk-ssh-ed25519'),
    });
    expect(error.message).toContain('no TUF client verifies');
  });

  it.each(['chacha20-poly1305@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr'])(
    'under a cipher that is not supported, with the command that mends it: %s',
    async (cipher) => {
      const path = newKey(['ed25519'], 'secret', '-Z', cipher);
      const context = testContext({}, ['secret']);
      const error = await signerError(openSigner(`file2:${path}`, context));
      expect(error.code).toBe('key-unsupported');
      expect(context.prompts).toEqual([]);
      const [, command = ''] = /ssh-keygen (.*) <key file>/.exec(error.message) ?? [];
      keygen(...command.split(' '), path, '-P', 'secret', '-N', 'secret');
      await validSignature(await openSigner(`file2:${path}`, withPassphrase('secret')));
    },
  );

  it('when its passphrase would take minutes', async () => {
    const path = newKey(['ed25519'], 'secret', '-a', '3');
    const der = Buffer.from(decodePem(readFileSync(path, 'utf8'))?.der ?? []);
    // The options of bcrypt: a salt of 16 bytes and the rounds.
    const at = der.indexOf(sshUint32(16), der.indexOf('bcrypt')) + 4 + 16;
    expect(der.readUInt32BE(at)).toBe(3);
    der.writeUInt32BE(4_000_000_000, at);
    writeFileSync(path, encodePem('OPENSSH PRIVATE KEY', der));
    const error = await signerError(openSigner(`file2:${path}`, withPassphrase('secret')));
    expect(error).toMatchObject({ code: 'key-unsupported', message: expect.stringContaining('ssh-add') });
  });

  it('when any part of it is damaged or missing, and never otherwise than with a SignerError', async () => {
    for (const [path, passphrase] of [
      [newKey(['ed25519']), undefined],
      [newKey(['ecdsa', '-b', '256']), undefined],
      [newKey(['ed25519'], 'x', '-a', '1'), 'x'],
    ] as const) {
      const der = decodePem(readFileSync(path, 'utf8'))?.der ?? new Uint8Array();
      for (let at = 0; at < der.length; at += 3) {
        const flipped = Uint8Array.from(der, (byte, index) => (index === at ? byte ^ 0xff : byte));
        for (const bytes of [flipped, der.subarray(0, at)]) {
          const KEY = encodePem('OPENSSH PRIVATE KEY', bytes);
          const context = testContext({ KEY, ...(passphrase ? { KEY_PASSPHRASE: passphrase } : {}) });
          const outcome = await openSigner('env:KEY', context).then(
            (signer) => signer.sign(new Uint8Array(1)).then(() => 'signed', codeOf),
            codeOf,
          );
          // What was not read, such as the public key before the private one, may be damaged.
          expect([
            'signed',
            'key-malformed',
            'key-unsupported',
            'passphrase-wrong',
            'signing-failed',
          ]).toContain(outcome);
        }
      }
    }
  });

  it('is not taken for encrypted where it is not', () => {
    expect(isEncrypted(readFileSync(newKey(['ed25519']), 'utf8'))).toBe(false);
    expect(isEncrypted(readFileSync(newKey(['ed25519'], 'x'), 'utf8'))).toBe(true);
    expect(isEncrypted('-----BEGIN OPENSSH PRIVATE KEY-----\n')).toBe(false);
  });
});

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}

/** What ssh-keygen writes for a key on a security key; making one needs the device. */
function securityKeyFile(): string {
  const text = (value: string) => sshString(Buffer.from(value));
  const point = sshString(Buffer.alloc(32, 9));
  const blob = Buffer.concat([text('sk-ssh-ed25519@openssh.com'), point, text('ssh:')]);
  const bytes = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[text('none'), text('none'), text(''), sshUint32(1), sshString(blob), sshString(Buffer.alloc(16))],
  ]);
  const path = join(temporaryFolder(), 'key');
  writeFileSync(path, encodePem('OPENSSH PRIVATE KEY', bytes), { mode: 0o600 });
  return path;
}

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noToken } from '../../../src/signers/pkcs11/access.ts';
import { findModules, installedModules } from '../../../src/signers/pkcs11/modules.ts';
import { certifiedPublicKey, ecPublicKey, rsaPublicKey } from '../../../src/signers/pkcs11/public-key.ts';
import { findTool, takesPinFromEnvironment } from '../../../src/signers/pkcs11/tool.ts';
import { parseTokenUri } from '../../../src/signers/pkcs11/uri.ts';
import { openSigner } from '../../../src/signers/registry.ts';
import { SignerError } from '../../../src/signers/signer.ts';
import { keyFromSpki } from '../../../src/tuf/key.ts';
import { signerError, temporaryFolder, testContext } from '../helpers.ts';

describe('an hsm: URI', () => {
  it.each([
    ['hsm:', { id: 2n }],
    ['hsm:2', { id: 2n }],
    ['hsm:0', { id: 0n }],
    ['hsm:258?label=a', { id: 258n, label: 'a' }],
    ['hsm:2?label=YubiKey+PIV+%2315835999', { id: 2n, label: 'YubiKey PIV #15835999' }],
    ['hsm:?serial=1&label=%2B', { id: 2n, serial: '1', label: '+' }],
    ['hsm:2?module=%2Fusr%2Flib%2Fa.so', { id: 2n, module: '/usr/lib/a.so' }],
  ])('is read as securesystemslib reads it: %s', (uri, parts) => {
    expect(parseTokenUri(uri)).toEqual(parts);
  });

  it.each([
    'hsm:9c',
    'hsm:-1',
    'hsm:0x02',
    `hsm:${'9'.repeat(81)}`,
    'hsm:2?label=a?label=b',
    'hsm:2?label=a&label=b',
    'hsm:2?label=',
    'hsm:2?token=a',
    'hsm:2?__proto__=a',
    'hsm:2?module=a.so',
    'hsm:2?pin-value=123456',
  ])('in another form is refused before any token is asked: %s', async (uri) => {
    const error = await signerError(openSigner(uri, testContext({})));
    expect(error.code).toBe('malformed-uri');
    expect(error.message).not.toContain('123456');
  });
});

describe('PKCS#11 modules', () => {
  it('are the first of each vendor, and no file twice', () => {
    const folder = temporaryFolder();
    const path = (name: string) => join(folder, name);
    writeFileSync(path('one.so'), '');
    writeFileSync(path('two.so'), '');
    symlinkSync(path('one.so'), path('link.so'));
    const places = [
      [path('absent.so'), path('one.so'), path('two.so')],
      [path('link.so')],
      [path('two.so')],
      [path('nothing.so')],
    ];
    expect(installedModules(places)).toHaveLength(2);
  });

  it('are the one that the person names, first in the URI, then in the environment', () => {
    const folder = temporaryFolder();
    const named = ['uri.so', 'ours.so', 'python.so'].map((name) => join(folder, name));
    for (const path of named) writeFileSync(path, '');
    const [uri = '', PLAYGROUND_PKCS11_MODULE = '', PYKCS11LIB = ''] = named;
    expect(findModules({ PLAYGROUND_PKCS11_MODULE, PYKCS11LIB }, uri)).toEqual([uri]);
    expect(findModules({ PLAYGROUND_PKCS11_MODULE, PYKCS11LIB })).toEqual([PLAYGROUND_PKCS11_MODULE]);
    expect(findModules({ PLAYGROUND_PKCS11_MODULE: '', PYKCS11LIB })).toEqual([PYKCS11LIB]);
    expect(() => findModules({ PYKCS11LIB: join(folder, 'gone.so') })).toThrow('PYKCS11LIB');
  });

  it('without a token are named, with what each of them said', () => {
    const problems = ['/a.so: the module cannot be used (CKR_GENERAL_ERROR)'];
    const error = noToken({ tokens: [], problems, modules: ['/a.so'] });
    expect(error).toBeInstanceOf(SignerError);
    expect(error.message).toContain(problems[0]);
    expect(error.message).not.toContain('pcscd');
  });
});

describe('pkcs11-tool', () => {
  it('is used only where it takes the PIN from the environment', () => {
    const folder = temporaryFolder();
    const [old, recent] = [join(folder, 'old'), join(folder, 'pkcs11-tool')];
    writeFileSync(old, 'ELF\0--pin\0environment:\0');
    writeFileSync(recent, 'ELF\0--pin\0env:\0');
    expect(takesPinFromEnvironment(old)).toBe(false);
    expect(takesPinFromEnvironment(recent)).toBe(true);
    expect(takesPinFromEnvironment(join(folder, 'absent'))).toBe(false);
  });

  it('is found on the path', () => {
    const folder = temporaryFolder();
    const name = process.platform === 'win32' ? 'pkcs11-tool.exe' : 'pkcs11-tool';
    writeFileSync(join(folder, name), '');
    expect(findTool({ PATH: folder })).toBe(join(folder, name));
    if (process.platform !== 'win32') expect(findTool({ PATH: '' })).toBeUndefined();
  });
});

describe('a public key on a token', () => {
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  const p256 = bytes('06082a8648ce3d030107');
  const point = `04${'6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'}${'4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5'}`;
  const ed25519 = `58${'66'.repeat(31)}`;

  it.each([
    ['wrapped as the standard says', p256, bytes(`0441${point}`)],
    ['bare', p256, bytes(point)],
    ['as a bit string', p256, bytes(`034200${point}`)],
    ['Ed25519 by its name', bytes('130c656477617264733235353139'), bytes(`0420${ed25519}`)],
    ['Ed25519 by its identifier', bytes('06032b6570'), bytes(ed25519)],
  ])('is read: %s', (_what, parameters, value) => {
    const key = ecPublicKey(parameters, value);
    expect('spki' in key && keyFromSpki(key.spki).keytype).toMatch(/ecdsa|ed25519/);
  });

  it.each([
    ['another curve', bytes('06052b81040022'), bytes(`0461${'04'.repeat(97)}`)],
    ['no curve', Buffer.alloc(0), Buffer.alloc(0)],
    ['no point', p256, Buffer.alloc(0)],
    ['bytes after the point', p256, bytes(`0441${point}00`)],
    ['a compressed point', p256, bytes(`0421${point.slice(0, 66)}`)],
  ])('is refused with a reason: %s', (_what, parameters, value) => {
    expect(ecPublicKey(parameters, value)).toHaveProperty('problem');
  });

  it('that is damaged never throws', () => {
    expect(rsaPublicKey(Buffer.alloc(0), Buffer.alloc(0))).toHaveProperty('problem');
    expect(certifiedPublicKey(Buffer.from('no certificate'))).toHaveProperty('problem');
  });
});

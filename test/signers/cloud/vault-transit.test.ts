import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSigner } from '../../../src/signers/registry.ts';
import { verifySignature } from '../../../src/tuf/signature.ts';
import { temporaryFolder } from '../../support/git.ts';
import { type OpenBao, openBaoIsThere, startOpenBao } from '../../support/openbao.ts';
import { scriptedService } from '../../support/scripted-service.ts';
import { signerError, testContext } from '../helpers.ts';

const short = new TextEncoder().encode('{"_type":"timestamp"}');
const long = new Uint8Array(randomBytes(300_000));

describe.skipIf(!openBaoIsThere)('a key in the transit engine', () => {
  let bao: OpenBao;
  const open = (path: string, environment: Readonly<Record<string, string>> = bao.root) =>
    openSigner(`hv:${path}`, testContext({ ...environment }));

  beforeAll(async () => {
    bao = await startOpenBao();
    await bao.createKey('online', { type: 'ed25519' });
  });

  it.each([
    ['ed25519', 'ed25519'],
    ['ecdsa-p256', 'ecdsa-sha2-nistp256'],
    ['rsa-2048', 'rsassa-pss-sha256'],
    ['rsa-3072', 'rsassa-pss-sha256'],
  ])('of the type %s signs any length', async (type, scheme) => {
    await bao.createKey(type, { type });
    const signer = await open(`${type}/1`);
    expect(signer.key.scheme).toBe(scheme);
    for (const message of [short, long]) {
      const sig = (await signer.sign(message)) as string;
      expect(await verifySignature(signer.key, message, sig)).toEqual({ valid: true });
    }
  });

  it('signs with the version that the URI names, after a rotation too', async () => {
    await bao.createKey('rotated', { type: 'ecdsa-p256' });
    const before = await open('rotated/1');
    await bao.ask('POST', 'transit/keys/rotated/rotate', {});
    const sig = (await before.sign(short)) as string;
    expect(await verifySignature(before.key, short, sig)).toEqual({ valid: true });
    expect((await open('rotated/1')).key).toEqual(before.key);
    const after = await open('rotated/2');
    expect(after.key).not.toEqual(before.key);
    expect(await verifySignature(before.key, short, (await after.sign(short)) as string)).toMatchObject({
      valid: false,
    });
    const error = await signerError(open('rotated/3'));
    expect(error).toMatchObject({ code: 'key-missing', message: expect.stringContaining('newest is 2') });
  });

  it('whose version was retired is named as such', async () => {
    await bao.createKey('retired', { type: 'ed25519' });
    const signer = await open('retired/1');
    await bao.ask('POST', 'transit/keys/retired/rotate', {});
    await bao.ask('POST', 'transit/keys/retired/config', { min_encryption_version: 2 });
    const error = await signerError(signer.sign(short));
    expect(error).toMatchObject({
      code: 'key-disabled',
      message: expect.stringContaining('min_encryption_version'),
    });
  });

  it.each([
    ['aes256-gcm96', { type: 'aes256-gcm96' }],
    ['ecdsa-p384', { type: 'ecdsa-p384' }],
    ['hmac', { type: 'hmac', key_size: 32 }],
    ['derived', { type: 'ed25519', derived: true }],
  ])('is refused with the reason and a fitting command where it is %s', async (name, settings) => {
    await bao.createKey(`bad-${name}`, settings);
    const error = await signerError(open(`bad-${name}/1`));
    expect(error).toMatchObject({ code: 'key-unsupported', message: expect.stringContaining(name) });
    expect(error.message).toContain('vault write transit/keys/<name> type=ed25519');
  });

  it('that Vault would let out is one to be told of', async () => {
    await bao.createKey('open', { type: 'ed25519', exportable: true });
    expect((await open('open/1')).advice).toContain('exportable');
    expect((await open('online/1')).advice).toBeUndefined();
  });

  it('signs for a token with two permissions and nothing else, and names the one that is missing', async () => {
    const read = 'path "transit/keys/online" { capabilities = ["read"] }';
    const sign = 'path "transit/sign/online" { capabilities = ["update"] }';
    expect(await (await open('online/1', await bao.token(`${read}\n${sign}`))).sign(short)).toMatch(
      /^[0-9a-f]+$/,
    );
    const onlyReads = await open('online/1', await bao.token(read));
    expect(await signerError(onlyReads.sign(short))).toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('path "transit/sign/online" { capabilities = ["update"] }'),
    });
    expect(await signerError(open('online/1', await bao.token(sign)))).toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining(read),
    });
  });

  it('is not for a token that is unknown or has expired', async () => {
    for (const token of ['nonsense-token', (await expired()).VAULT_TOKEN ?? '']) {
      const error = await signerError(open('online/1', { ...bao.root, VAULT_TOKEN: token }));
      expect(error).toMatchObject({
        code: 'credentials-refused',
        message: expect.stringContaining('vault login'),
      });
      expect(`${error.message}${error.stack}`).not.toContain(token);
    }
  });

  async function expired() {
    const environment = await bao.token('path "transit/*" { capabilities = ["read"] }');
    await bao.ask('POST', 'auth/token/revoke', { token: environment.VAULT_TOKEN });
    return environment;
  }

  it('that is not there is missed, and so is the engine', async () => {
    const missing = await signerError(open('nothing/1'));
    expect(missing).toMatchObject({
      code: 'key-missing',
      message: expect.stringContaining('transit/keys/nothing'),
    });
    await bao.ask('POST', 'sys/namespaces/empty', {});
    const elsewhere = await signerError(open('online/1', { ...bao.root, VAULT_NAMESPACE: 'empty' }));
    expect(elsewhere).toMatchObject({
      code: 'key-missing',
      message: expect.stringContaining('vault secrets enable transit'),
    });
  });

  it('takes the token from the file that vault login writes, and the variables of OpenBao as well', async () => {
    const { VAULT_TOKEN = '', VAULT_ADDR = '', VAULT_CACERT = '' } = bao.root;
    const HOME = temporaryFolder();
    writeFileSync(join(HOME, '.vault-token'), `${VAULT_TOKEN}\n`);
    const { key } = await open('online/1');
    expect((await open('online/1', { VAULT_ADDR, VAULT_CACERT, HOME })).key).toEqual(key);
    const own = { BAO_ADDR: VAULT_ADDR, BAO_CACERT: VAULT_CACERT, BAO_TOKEN: VAULT_TOKEN };
    expect((await open('online/1', own)).key).toEqual(key);
  });

  it('is asked for over trusted connections only', async () => {
    const { VAULT_CACERT: _, ...untrusted } = bao.root;
    const error = await signerError(open('online/1', untrusted));
    expect(error).toMatchObject({
      code: 'service-unreachable',
      message: expect.stringContaining('set VAULT_CACERT'),
    });
    const nowhere = await signerError(open('online/1', { ...bao.root, VAULT_CACERT: '/nowhere.pem' }));
    expect(nowhere.message).toContain('/nowhere.pem');
  });

  it('waits for the unsealing of a sealed server', async () => {
    const sealed = await startOpenBao();
    await sealed.createKey('online', { type: 'ed25519' });
    const signer = await open('online/1', sealed.root);
    await sealed.ask('POST', 'sys/seal', {});
    const error = await signerError(signer.sign(short));
    expect(error).toMatchObject({ code: 'service-busy', message: expect.stringContaining('unseal') });
  });
});

describe('Vault', () => {
  const open = (uri: string, environment: Readonly<Record<string, string>>) =>
    openSigner(uri, testContext({ HOME: temporaryFolder(), ...environment }));

  it.each(['', 'online', 'online/', 'online/0', 'online/latest', '../sys/1', 'a/b/1', 'online/1/2'])(
    'takes no URI that names no key version: %j',
    async (path) => {
      const error = await signerError(open(`hv:${path}`, {}));
      expect(error).toMatchObject({
        code: 'malformed-uri',
        message: expect.stringContaining('hv:<name>/<version>'),
      });
    },
  );

  it('needs an address and a token; in a workflow, a step that logs in', async () => {
    expect((await signerError(open('hv:online/1', {}))).message).toContain('Set VAULT_ADDR');
    const VAULT_ADDR = 'https://vault.example.com';
    expect((await signerError(open('hv:online/1', { VAULT_ADDR }))).message).toContain('vault login');
    const job = await signerError(open('hv:online/1', { VAULT_ADDR, GITHUB_ACTIONS: 'true' }));
    expect(job.message).toMatch(/id-token: write.*hashicorp\/vault-action/);
    for (const address of ['vault.example.com:8200', 'ftp://vault.example.com']) {
      const error = await signerError(open('hv:online/1', { VAULT_ADDR: address, VAULT_TOKEN: 't' }));
      expect(error.message).toContain('VAULT_ADDR is no https: address');
    }
  });

  it('that is asked in the clear over a network is warned of, and on this machine not', async () => {
    for (const [host, count] of [
      ['vault.invalid', 1],
      ['localhost', 0],
    ] as const) {
      const context = testContext({ VAULT_ADDR: `http://${host}:1`, VAULT_TOKEN: 't' });
      expect((await signerError(openSigner('hv:a/1', context))).code).toBe('service-unreachable');
      expect(context.warnings).toHaveLength(count);
    }
  });

  it('gets no token through a redirect: the address is asked for instead', async () => {
    const other = await scriptedService(() => ({ body: {} }));
    const standby = await scriptedService(() => ({
      status: 307,
      headers: { location: `${other.url}/v1/x` },
    }));
    const error = await signerError(
      open('hv:online/1', { VAULT_ADDR: standby.url, VAULT_TOKEN: 'the-token' }),
    );
    expect(error).toMatchObject({ code: 'service-refused', message: expect.stringContaining(other.url) });
    expect(other.calls).toEqual([]);
  });

  it('that answers with another key is not believed', async () => {
    const publicKey = Buffer.from(randomBytes(32));
    const { data } = { data: { type: 'ed25519', latest_version: 1, keys: { 1: { public_key: '' } } } };
    const replies = [
      { data: { ...data, keys: { 1: { public_key: publicKey.subarray(1).toString('base64') } } } },
      { data: { ...data, keys: {} } },
      { data: {} },
      'nothing',
    ];
    const codes: string[] = [];
    for (const body of replies) {
      const { url } = await scriptedService(() => ({ body }));
      codes.push((await signerError(open('hv:a/1', { VAULT_ADDR: url, VAULT_TOKEN: 't' }))).code);
    }
    expect(codes).toEqual(['key-unsupported', 'key-missing', 'key-unsupported', 'key-unsupported']);
  });
});

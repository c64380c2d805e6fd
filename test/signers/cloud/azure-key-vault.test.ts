import { execFile, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSigner } from '../../../src/signers/registry.ts';
import { verifySignature } from '../../../src/tuf/signature.ts';
import { type Azure, startAzure, TENANT } from '../../support/azure.ts';
import { temporaryFolder } from '../../support/git.ts';
import { opensslIsThere } from '../../support/openssl.ts';
import { startPlayground } from '../../support/playground.ts';
import { signerError, testContext } from '../helpers.ts';

const short = new TextEncoder().encode('{"_type":"timestamp"}');
const long = new Uint8Array(randomBytes(300_000));
const URI = 'azurekms://vault.vault.azure.net/keys/name/0123456789abcdef0123456789abcdef';

describe.skipIf(!opensslIsThere)('a key version in Azure Key Vault', () => {
  let azure: Azure;
  let uri: string;
  const open = (key: string, environment: Readonly<Record<string, string>> = azure.withSecret) =>
    openSigner(key, testContext({ ...environment }));

  beforeAll(async () => {
    azure = await startAzure();
    uri = (await azure.createKey('P-256')).uri;
  });
  beforeEach(() => {
    azure.permissions.add('get').add('sign');
  });

  it.each([
    ['P-256', 'EC', 'ecdsa-sha2-nistp256'],
    ['P-256', 'EC-HSM', 'ecdsa-sha2-nistp256'],
    ['RSA-2048', 'RSA', 'rsassa-pss-sha256'],
    ['RSA-3072', 'RSA-HSM', 'rsassa-pss-sha256'],
  ] as const)('of the kind %s (%s) signs any length', async (kind, kty, scheme) => {
    const signer = await open((await azure.createKey(kind, kty)).uri);
    expect(signer.key.scheme).toBe(scheme);
    // Enough signatures that some have numbers with leading zeros, or the first bit set.
    for (const message of [short, long, ...Array.from({ length: 8 }, (_, index) => Uint8Array.of(index))]) {
      const sig = (await signer.sign(message)) as string;
      expect(await verifySignature(signer.key, message, sig)).toEqual({ valid: true });
    }
  });

  it("is opened by a workflow's own identity, without any secret", async () => {
    const signer = await open(uri, azure.inWorkflow);
    expect(await signer.sign(short)).toMatch(/^[0-9a-f]+$/);
  });

  it('is opened with a token from a file, as Kubernetes gives it', async () => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN, ...rest } = azure.inWorkflow;
    const authorization = `Bearer ${ACTIONS_ID_TOKEN_REQUEST_TOKEN}`;
    const asked = await fetch(`${ACTIONS_ID_TOKEN_REQUEST_URL}&audience=api://AzureADTokenExchange`, {
      headers: { authorization },
    });
    const AZURE_FEDERATED_TOKEN_FILE = join(temporaryFolder(), 'token');
    const { value } = (await asked.json()) as { readonly value: string };
    writeFileSync(AZURE_FEDERATED_TOKEN_FILE, value);
    expect((await open(uri, { ...rest, AZURE_FEDERATED_TOKEN_FILE })).key.keytype).toBe('ecdsa');
  });

  it('without its version is refused, with the newest one to put into the URI', async () => {
    const { uri: first } = await azure.createKey('P-256');
    const second = await azure.rotate(first, 'P-256');
    const error = await signerError(open(first.replace(/\/[0-9a-f]+$/, '')));
    expect(error.code).toBe('malformed-uri');
    expect(error.message).toContain(`The newest is: ${second}`);
    expect((await open(second)).key).not.toEqual((await open(first)).key);
  });

  it.each([
    ['P-384', 'EC', 'EC P-384'],
    ['secp256k1', 'EC-HSM', 'EC-HSM P-256K'],
    ['RSA-2048', 'oct-HSM', 'oct-HSM'],
  ] as const)(
    'is refused with the reason and a fitting command where it is %s (%s)',
    async (kind, kty, named) => {
      const error = await signerError(open((await azure.createKey(kind, kty)).uri));
      expect(error).toMatchObject({ code: 'key-unsupported', message: expect.stringContaining(named) });
      expect(error.message).toContain('az keyvault key create --vault-name <vault>');
    },
  );

  it('is refused where it was made for something else', async () => {
    const { uri: wrapping, key } = await azure.createKey('RSA-2048');
    key.operations = ['wrapKey', 'unwrapKey'];
    const error = await signerError(open(wrapping));
    expect(error).toMatchObject({ code: 'key-unsupported', message: expect.stringContaining('wrapKey') });
  });

  it.each([
    ['get', 'Microsoft.KeyVault/vaults/keys/read'],
    ['sign', 'Microsoft.KeyVault/vaults/keys/sign/action'],
  ])('names the permission that is missing to %s', async (action, named) => {
    const signer = await open(uri);
    azure.permissions.delete(action);
    const error = await signerError(action === 'sign' ? signer.sign(short) : open(uri));
    expect(error).toMatchObject({ code: 'permission-denied', message: expect.stringContaining(named) });
    expect(error.message).toContain('Key Vault Crypto User');
  });

  it('that is disabled, before or after it was opened, is named as such', async () => {
    const made = await azure.createKey('P-256');
    const signer = await open(made.uri);
    made.key.enabled = false;
    for (const action of [signer.sign(short), open(made.uri)]) {
      const error = await signerError(action);
      expect(error).toMatchObject({
        code: 'key-disabled',
        message: expect.stringContaining('set-attributes'),
      });
    }
  });

  it('that is not there is missed', async () => {
    const error = await signerError(open(`azurekms://${azure.host}/keys/nothing/0123456789abcdef`));
    expect(error).toMatchObject({ code: 'key-missing', message: expect.stringContaining('list-versions') });
  });

  it('is not for a wrong secret, nor for the workflow of another repository', async () => {
    const wrong = await signerError(
      open(uri, { ...azure.withSecret, AZURE_CLIENT_SECRET: 'nonsense-secret' }),
    );
    expect(wrong).toMatchObject({
      code: 'credentials-refused',
      message: expect.stringContaining('AADSTS7000215'),
    });
    expect(`${wrong.message}${wrong.stack}`).not.toContain('nonsense-secret');
    const { inWorkflow } = await startAzure();
    const other = await signerError(
      open(uri, { ...inWorkflow, AZURE_AUTHORITY_HOST: azure.withSecret.AZURE_AUTHORITY_HOST ?? '' }),
    );
    expect(other).toMatchObject({
      code: 'credentials-refused',
      message: expect.stringContaining('federated credential'),
    });
  });

  it('is opened by whoever is logged in to the Azure CLI, and else says how to log in', async () => {
    const folder = temporaryFolder();
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), GITHUB_ACTIONS: undefined };
    writeFileSync(env.NODE_EXTRA_CA_CERTS, azure.certificate);
    const answer = { accessToken: azure.issueToken(), expires_on: Math.floor(Date.now() / 1000) + 3600 };
    const az = (name: string, script: string) => {
      const bin = join(folder, name);
      return { script, bin };
    };
    const show = async ({ bin, script }: ReturnType<typeof az>) => {
      const { mkdirSync } = await import('node:fs');
      mkdirSync(bin);
      writeFileSync(join(bin, 'az'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const PATH = `${bin}:${process.env.PATH}`;
      return startPlayground(folder, ['key', 'show', uri, '--json'], { ...env, PATH }).ended;
    };
    const there = await show(
      az('there', `case "$*" in *vault.azure.net*) echo '${JSON.stringify(answer)}' ;; *) exit 1 ;; esac`),
    );
    expect(there).toMatchObject({ code: 0, json: { ok: true } });
    const not = await show(az('not', `echo "ERROR: Please run 'az login' to setup account." >&2; exit 1`));
    expect(not).toMatchObject({ code: 2, json: { error: { code: 'credentials-missing' } } });
    expect(not.json.error?.message).toContain('Log in with az login');
  });

  const python = process.env.PLAYGROUND_PYTHON ?? 'python3';
  const hasClient = spawnSync(python, ['-c', 'import azure.keyvault.keys']).status === 0;
  if (!hasClient) console.warn('skipped: azure-keyvault-keys is not installed (PLAYGROUND_PYTHON)');

  it.skipIf(!hasClient)("gets from our small Azure what Azure's own client gets", async () => {
    const script = `
import sys
from azure.core.credentials import AccessToken
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient, SignatureAlgorithm
vault, token, name, version, digest, ca = sys.argv[1:]
class Credential:
    def get_token(self, *scopes, **kwargs): return AccessToken(token, 4102444800)
options = {"credential": Credential(), "verify_challenge_resource": False, "connection_verify": ca}
key = KeyClient(vault_url=vault, **options).get_key(name, version)
signed = CryptographyClient(key.id, **options).sign(SignatureAlgorithm.es256, bytes.fromhex(digest))
assert signed.key_id == key.id and key.key.kty == "EC"
print(signed.signature.hex(), key.key.x.hex(), key.key.y.hex())`;
    const ca = join(temporaryFolder(), 'ca.pem');
    writeFileSync(ca, azure.certificate);
    const [name = '', version = ''] = uri.split('/').slice(-2);
    const digest = createHash('sha256').update(short).digest('hex');
    const args = [`https://${azure.host}`, azure.issueToken(), name, version, digest, ca];
    const { stdout } = await promisify(execFile)(python, ['-c', script, ...args]);
    const [signature = '', x = '', y = ''] = stdout.trim().split(' ');
    const { ecdsaDerFromRaw } = await import('../../../src/signers/ecdsa-der.ts');
    const der = Buffer.from(ecdsaDerFromRaw(Buffer.from(signature, 'hex')) ?? []).toString('hex');
    const { key } = await open(uri);
    expect(await verifySignature(key, short, der)).toEqual({ valid: true });
    expect(
      Buffer.from(key.keyval.public?.replace(/-----.*-----|\n/g, '') ?? '', 'base64').toString('hex'),
    ).toContain(x + y);
  });
});

describe('Azure Key Vault', () => {
  it.each([
    'azurekms:',
    'azurekms://vault.vault.azure.net',
    'azurekms://vault.vault.azure.net/secrets/a/b',
    'azurekms://vault.vault.azure.net/keys/a/b/c',
    'azurekms://vault.vault.azure.net/keys/a%2fb/c',
    'azurekms://vault.vault.azure.net@evil.example/keys/a/b',
    'azurekms://evil.example/keys/a/b',
    'azurekms://vault.azure.net.evil.example/keys/a/b',
    'azurekms://vaultXvault.azure.net/keys/a/b',
    'azurekms://a.b.vault.azure.net/keys/a/b',
  ])('gets no token for a URI that names no key of a vault: %s', async (uri) => {
    const environment = { AZURE_TENANT_ID: TENANT, AZURE_AUTHORITY_HOST: 'https://localhost:1' };
    const error = await signerError(openSigner(uri, testContext(environment)));
    expect(error).toMatchObject({
      code: 'malformed-uri',
      message: expect.stringContaining('.vault.azure.net/keys/'),
    });
  });

  it('that cannot be reached for a login is named', async () => {
    const environment = {
      ...{ AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: TENANT, AZURE_CLIENT_SECRET: 'x' },
      AZURE_AUTHORITY_HOST: 'https://localhost:1',
    };
    const error = await signerError(openSigner(URI, testContext(environment)));
    expect(error).toMatchObject({
      code: 'service-unreachable',
      message: expect.stringContaining("Azure's login"),
    });
  });
});

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { crc32c } from '../../../src/signers/cloud/crc32c.ts';
import { openSigner } from '../../../src/signers/registry.ts';
import { verifySignature } from '../../../src/tuf/signature.ts';
import { temporaryFolder } from '../../support/git.ts';
import { checksum, type GoogleCloud, startGoogleCloud } from '../../support/google-cloud.ts';
import { opensslIsThere } from '../../support/openssl.ts';
import { startPlayground } from '../../support/playground.ts';
import { scriptedService } from '../../support/scripted-service.ts';
import { signerError, testContext } from '../helpers.ts';

const short = new TextEncoder().encode('{"_type":"timestamp"}');
const long = new Uint8Array(randomBytes(60_000));
const NAME = 'projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1';

const inside = (body: Record<string, unknown>) => body.publicKey as Record<string, unknown>;

describe.skipIf(!opensslIsThere)('a key version in Google Cloud KMS', () => {
  let cloud: GoogleCloud;
  let name: string;
  const open = (key: string, environment: Readonly<Record<string, string>> = cloud.environment) =>
    openSigner(`gcpkms:${key}`, testContext({ ...environment }));

  beforeAll(async () => {
    cloud = await startGoogleCloud();
    name = (await cloud.createKey('EC_SIGN_P256_SHA256')).name;
  });
  beforeEach(() => {
    cloud.damage = undefined;
    cloud.permissions.add('cloudkms.cryptoKeyVersions.viewPublicKey');
    cloud.permissions.add('cloudkms.cryptoKeyVersions.useToSign');
  });

  it.each([
    ['EC_SIGN_P256_SHA256', 'ecdsa-sha2-nistp256'],
    ['EC_SIGN_ED25519', 'ed25519'],
    ['RSA_SIGN_PSS_2048_SHA256', 'rsassa-pss-sha256'],
    ['RSA_SIGN_PSS_3072_SHA256', 'rsassa-pss-sha256'],
    ['PQ_SIGN_ML_DSA_44', 'ml-dsa-44/1'],
    ['PQ_SIGN_ML_DSA_65', 'ml-dsa-65/1'],
    ['PQ_SIGN_ML_DSA_87', 'ml-dsa-87/1'],
  ])('with the algorithm %s signs in a job that is logged in', async (algorithm, scheme) => {
    const signer = await open((await cloud.createKey(algorithm)).name);
    expect(signer.key.scheme).toBe(scheme);
    for (const message of [short, long]) {
      const sig = (await signer.sign(message)) as string;
      expect(await verifySignature(signer.key, message, sig)).toEqual({ valid: true });
    }
  });

  it('of the kind Ed25519 says what to do about content that is too long for it', async () => {
    const signer = await open((await cloud.createKey('EC_SIGN_ED25519')).name);
    const error = await signerError(signer.sign(new Uint8Array(70_000)));
    expect(error.code).toBe('message-too-long');
    expect(error.message).toMatch(/70000 bytes.*ec-sign-p256-sha256/);
  });

  it.each([
    'EC_SIGN_P384_SHA384',
    'EC_SIGN_SECP256K1_SHA256',
    'RSA_SIGN_PKCS1_2048_SHA256',
    'RSA_DECRYPT_OAEP_2048_SHA256',
  ])('is refused with the reason and a fitting command where its algorithm is %s', async (algorithm) => {
    const error = await signerError(open((await cloud.createKey(algorithm)).name));
    expect(error).toMatchObject({ code: 'key-unsupported', message: expect.stringContaining(algorithm) });
    expect(error.message).toContain('--purpose asymmetric-signing --default-algorithm ec-sign-p256-sha256');
  });

  it.each([
    ['viewPublicKey', 'the public key'],
    ['useToSign', 'a signature'],
  ])('names the permission %s where it is missing for %s', async (permission) => {
    const signer = await open(name);
    cloud.permissions.delete(`cloudkms.cryptoKeyVersions.${permission}`);
    const error = await signerError(permission === 'useToSign' ? signer.sign(short) : open(name));
    expect(error.code).toBe('permission-denied');
    expect(error.message).toContain(`lacks the permission cloudkms.cryptoKeyVersions.${permission} for`);
    expect(error.message).toContain('roles/cloudkms.signerVerifier');
  });

  it('that is disabled or destroyed is named as such', async () => {
    const made = await cloud.createKey('EC_SIGN_P256_SHA256');
    const signer = await open(made.name);
    made.key.state = 'DISABLED';
    const disabled = await signerError(signer.sign(short));
    expect(disabled).toMatchObject({
      code: 'key-disabled',
      message: expect.stringContaining('versions enable'),
    });
    made.key.state = 'DESTROYED';
    const destroyed = await signerError(open(made.name));
    expect(destroyed).toMatchObject({
      code: 'key-disabled',
      message: expect.stringContaining('versions restore'),
    });
  });

  it('that is not there is missed', async () => {
    expect(await signerError(open(NAME))).toMatchObject({
      code: 'key-missing',
      message: expect.stringContaining('gcloud kms keys versions list'),
    });
  });

  it.each([
    [
      'the public key',
      (body: Record<string, unknown>) => ({ ...body, publicKey: { ...inside(body), data: 'AAAA' } }),
    ],
    [
      'the checksum',
      (body: Record<string, unknown>) => ({ ...body, publicKey: { ...inside(body), crc32cChecksum: '1' } }),
    ],
    ['the name of the key', (body: Record<string, unknown>) => ({ ...body, name: NAME })],
  ])('is not taken from an answer that was damaged on the way: %s', async (_what, damage) => {
    cloud.damage = damage;
    const before = cloud.calls.filter(({ path }) => path.includes('publicKey')).length;
    expect(await signerError(open(name))).toMatchObject({ code: 'service-refused' });
    // It was asked for again before that.
    expect(cloud.calls.filter(({ path }) => path.includes('publicKey'))).toHaveLength(before + 3);
  });

  it.each([
    ['the signature', (body: Record<string, unknown>) => ({ ...body, signature: 'AAAA' })],
    [
      'the word that the request came through whole',
      ({ verifiedDigestCrc32c: _, ...body }: Record<string, unknown>) => body,
    ],
    ['the name of the key', (body: Record<string, unknown>) => ({ ...body, name: NAME })],
  ])('makes no signature out of an answer that was damaged on the way: %s', async (_what, damage) => {
    const signer = await open(name);
    cloud.damage = damage;
    expect(await signerError(signer.sign(short))).toMatchObject({ code: 'service-refused' });
    // Damage that passes is mended by asking again.
    let times = 0;
    cloud.damage = (body) => (times++ === 0 ? damage(body) : body);
    expect(await signer.sign(short)).toMatch(/^[0-9a-f]+$/);
  });

  it('is not for a login of another repository', async () => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: _, ...other } = (await startGoogleCloud()).environment;
    const error = await signerError(
      open(name, { ...other, CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: cloud.url }),
    );
    expect(error.code).toBe('credentials-refused');
  });

  const python = process.env.PLAYGROUND_PYTHON ?? 'python3';
  const hasClient = spawnSync(python, ['-c', 'import google.cloud.kms_v1']).status === 0;
  if (!hasClient) console.warn('skipped: google-cloud-kms is not installed (PLAYGROUND_PYTHON)');

  it.skipIf(!hasClient)("gets from our small cloud what Google's own client gets", async () => {
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const script = `
import sys, hashlib
from google.cloud import kms_v1
from google.cloud.kms_v1.services.key_management_service.transports import KeyManagementServiceRestTransport as Rest
from google.oauth2.credentials import Credentials
host, token, name, message = sys.argv[1:]
client = kms_v1.KeyManagementServiceClient(transport=Rest(host=host, url_scheme="http", credentials=Credentials(token)))
key = client.get_public_key(name=name)
exported = client.get_public_key(request={"name": name, "public_key_format": kms_v1.PublicKey.PublicKeyFormat.PEM})
assert exported.public_key.data.decode() == key.pem and exported.public_key.crc32c_checksum == key.pem_crc32c
digest = {"sha256": hashlib.sha256(message.encode()).digest()}
signed = client.asymmetric_sign(request={"name": name, "digest": digest, "digest_crc32c": int(sys.stdin.read())})
assert signed.verified_digest_crc32c and signed.name == key.name == name and key.algorithm.name == "EC_SIGN_P256_SHA256"
print(signed.signature.hex(), signed.signature_crc32c)`;
    const message = 'what is signed';
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(message)));
    const host = cloud.url.replace('http://', '');
    const client = promisify(execFile)(python, ['-c', script, host, cloud.issueToken(), name, message]);
    client.child.stdin?.end(`${crc32c(digest)}`);
    const [sig = '', sum] = (await client).stdout.trim().split(' ');
    expect(sum).toBe(`${crc32c(Buffer.from(sig, 'hex'))}`);
    const { key } = await open(name);
    expect(await verifySignature(key, new TextEncoder().encode(message), sig)).toEqual({ valid: true });
  });
});

describe('Google Cloud KMS', () => {
  it('is asked with the checksum that RFC 3720 gives for its examples', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
    expect(crc32c(long)).toBe(checksum(long));
  });

  it.each(['', 'projects/p', 'projects/../../x', `${NAME}/`, `${NAME}?a=b`, NAME.replace('/1', '/latest')])(
    'takes no URI that names no key version: %j',
    async (key) => {
      const error = await signerError(openSigner(`gcpkms:${key}`, testContext({})));
      expect(error).toMatchObject({
        code: 'malformed-uri',
        message: expect.stringContaining('cryptoKeyVersions'),
      });
    },
  );

  it('asks for the version where the URI names a key', async () => {
    const key = NAME.replace('/cryptoKeyVersions/1', '');
    const error = await signerError(openSigner(`gcpkms:${key}`, testContext({})));
    expect(error.message).toContain(`gcloud kms keys versions list --key ${key}`);
  });

  it('says how to log in: in a job the permission or the step, elsewhere the command', async () => {
    const missing = { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/credentials.json' };
    const cases = [
      [{}, 'gcloud auth application-default login'],
      [{ GITHUB_ACTIONS: 'true' }, 'give it the permission id-token: write'],
      [
        { GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.com' },
        'put a step that uses google-github-actions/auth before',
      ],
    ] as const;
    for (const [environment, advice] of cases) {
      const context = testContext({ ...missing, ...environment });
      const error = await signerError(openSigner(`gcpkms:${NAME}`, context));
      expect(error).toMatchObject({ code: 'credentials-missing', message: expect.stringContaining(advice) });
    }
  });

  it('without any credentials says how to log in, after a short look around', async () => {
    const run = startPlayground(temporaryFolder(), ['key', 'show', `gcpkms:${NAME}`, '--json'], {
      ...{ HOME: temporaryFolder(), GITHUB_ACTIONS: undefined, GOOGLE_APPLICATION_CREDENTIALS: undefined },
      METADATA_SERVER_DETECTION: 'none',
    });
    const { code, json } = await run.ended;
    expect(code).toBe(2);
    expect(json.error).toMatchObject({
      code: 'credentials-missing',
      message: expect.stringContaining('gcloud auth application-default login'),
    });
  });

  it('gets a token over https only, unless it is on this machine', async () => {
    const other = { CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: 'http://kms.example.com/' };
    const error = await signerError(openSigner(`gcpkms:${NAME}`, testContext(other)));
    expect(error.message).toContain('no https: address');
  });

  it.each([
    [401, 'UNAUTHENTICATED', 'Invalid.', 'credentials-refused', 'clock'],
    [
      403,
      'PERMISSION_DENIED',
      'Cloud KMS API has not been used in project 1 before',
      'permission-denied',
      'services enable',
    ],
    [429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', 'service-busy', 'Wait a minute'],
  ])('that answers %i %s is put into words', async (status, kind, message, code, advice) => {
    const cloud = await startGoogleCloud();
    const kms = await scriptedService(() => ({
      status,
      headers: { 'retry-after': '0' },
      body: { error: { code: status, message, status: kind } },
    }));
    const environment = { ...cloud.environment, CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: kms.url };
    const error = await signerError(openSigner(`gcpkms:${NAME}`, testContext(environment)));
    expect(error).toMatchObject({ code, message: expect.stringContaining(advice) });
  });
});

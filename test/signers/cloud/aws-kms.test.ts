import { randomBytes } from 'node:crypto';
import {
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSigner } from '../../../src/signers/registry.ts';
import { verifySignature } from '../../../src/tuf/signature.ts';
import { type Aws, awsIsThere, REGION, startAws } from '../../support/aws.ts';
import { signerError, testContext } from '../helpers.ts';

const short = new TextEncoder().encode('{"_type":"timestamp"}');
const long = new Uint8Array(randomBytes(10_000));

describe.skipIf(!awsIsThere)('a key in AWS KMS', () => {
  let aws: Aws;
  let key: { readonly arn: string; readonly id: string };
  const open = (id: string, environment: Readonly<Record<string, string>> = aws.owner) =>
    openSigner(`awskms:${id}`, testContext({ ...environment }));

  beforeAll(async () => {
    aws = await startAws();
    key = await aws.createKey();
    await aws.createAlias('alias/online', key.id);
  });

  it.each([
    ['ECC_NIST_P256', 'ecdsa-sha2-nistp256'],
    ['RSA_2048', 'rsassa-pss-sha256'],
    ['RSA_3072', 'rsassa-pss-sha256'],
  ] as const)('of the spec %s signs any length', async (KeySpec, scheme) => {
    const signer = await open((await aws.createKey({ KeyUsage: 'SIGN_VERIFY', KeySpec })).arn);
    expect(signer.key.scheme).toBe(scheme);
    expect(signer.advice).toBeUndefined();
    for (const message of [short, long]) {
      const sig = (await signer.sign(message)) as string;
      expect(await verifySignature(signer.key, message, sig)).toEqual({ valid: true });
    }
  });

  it('of the kind Ed25519 signs up to 4096 bytes, says so, and names the way out beyond', async () => {
    const spec = { KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_EDWARDS25519' } as const;
    const signer = await open((await aws.createKey(spec)).arn);
    expect(signer.key.scheme).toBe('ed25519');
    expect(signer.advice).toContain('4096 bytes');
    for (const message of [short, long.subarray(0, 4096)]) {
      const sig = (await signer.sign(message)) as string;
      expect(await verifySignature(signer.key, message, sig)).toEqual({ valid: true });
    }
    const error = await signerError(signer.sign(long.subarray(0, 4097)));
    expect(error.code).toBe('message-too-long');
    expect(error.message).toMatch(/4097.*ECC_NIST_P256/);
  });

  it('is found by its id, its ARN, an alias and the ARN of an alias', async () => {
    const alias = key.arn.replace(/:key\/.*/, ':alias/online');
    const keys = await Promise.all(
      [key.id, key.arn, 'alias/online', alias].map(async (id) => (await open(id)).key),
    );
    for (const found of keys) expect(found).toEqual(keys[0]);
  });

  it('is looked for in the region that its ARN names, whatever the environment says', async () => {
    const { AWS_REGION: _, ...noRegion } = aws.owner;
    for (const environment of [noRegion, { ...aws.owner, AWS_REGION: 'us-east-1' }]) {
      expect((await open(key.arn, environment)).key).toEqual((await open(key.arn)).key);
    }
  });

  it('goes on signing for one who opened it by an alias that was pointed elsewhere since', async () => {
    await aws.createAlias('alias/moving', key.id);
    const signer = await open('alias/moving');
    const other = await aws.createKey();
    await aws.kms.send(new UpdateAliasCommand({ AliasName: 'alias/moving', TargetKeyId: other.id }));
    const sig = (await signer.sign(short)) as string;
    expect(await verifySignature(signer.key, short, sig)).toEqual({ valid: true });
    expect((await open('alias/moving')).key).not.toEqual(signer.key);
  });

  it.each([
    ['P-384', { KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_P384' }],
    ['secp256k1', { KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_SECG_P256K1' }],
    ['RSA for encryption', { KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'RSA_2048' }],
    ['a symmetric key', { KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT' }],
    ['HMAC', { KeyUsage: 'GENERATE_VERIFY_MAC', KeySpec: 'HMAC_256' }],
  ] as const)('is refused with the reason and a fitting command where it is %s', async (_what, request) => {
    const error = await signerError(open((await aws.createKey(request)).arn));
    expect(error.code).toBe('key-unsupported');
    expect(error.message).toContain('aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256');
  });

  it('names the permission that is missing, and who lacks it', async () => {
    const nothing = await signerError(open(key.arn, await aws.user()));
    expect(nothing.code).toBe('permission-denied');
    expect(nothing.message).toMatch(/:user\/user-\d+ lacks the permission kms:GetPublicKey/);
    const reader = await open(key.arn, await aws.user('kms:GetPublicKey'));
    const error = await signerError(reader.sign(short));
    expect(error.code).toBe('permission-denied');
    expect(error.message).toMatch(/:user\/user-\d+ lacks the permission kms:Sign/);
  });

  it('signs for a user who may do these two things and nothing else', async () => {
    const signer = await open(key.arn, await aws.user('kms:GetPublicKey', 'kms:Sign'));
    expect(await signer.sign(short)).toMatch(/^[0-9a-f]+$/);
  });

  it('says whether the access key or its secret is wrong', async () => {
    const user = await aws.user('kms:GetPublicKey');
    const secret = await signerError(open(key.arn, { ...user, AWS_SECRET_ACCESS_KEY: 'nonsense' }));
    expect(secret.code).toBe('credentials-refused');
    expect(secret.message).toContain('AWS_SECRET_ACCESS_KEY');
    const unknown = await signerError(open(key.arn, { ...user, AWS_ACCESS_KEY_ID: 'AKIANOBODY0000000000' }));
    expect(unknown.code).toBe('credentials-refused');
    expect(unknown.message).toContain('aws sso login');
    const shown = `${secret.message}${secret.stack}${unknown.message}`;
    expect(shown).not.toContain(user.AWS_SECRET_ACCESS_KEY);
    expect(shown).not.toContain('nonsense');
  });

  it('that is disabled, or about to be deleted, is named as such', async () => {
    const { arn } = await aws.createKey();
    const signer = await open(arn);
    await aws.kms.send(new DisableKeyCommand({ KeyId: arn }));
    const disabled = await signerError(signer.sign(short));
    expect(disabled.code).toBe('key-disabled');
    expect(disabled.message).toContain('aws kms enable-key');
    await aws.kms.send(new EnableKeyCommand({ KeyId: arn }));
    await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId: arn, PendingWindowInDays: 7 }));
    const leaving = await signerError(signer.sign(short));
    expect(leaving.code).toBe('key-disabled');
    expect(leaving.message).toContain('cancel-key-deletion');
  });

  it('that is not there is missed in the region that was looked in', async () => {
    const unknown = await signerError(open('11111111-2222-3333-4444-555555555555'));
    expect(unknown).toMatchObject({ code: 'key-missing', message: expect.stringContaining(REGION) });
    const elsewhere = await signerError(open(key.id, { ...aws.owner, AWS_REGION: 'us-east-1' }));
    expect(elsewhere).toMatchObject({ code: 'key-missing', message: expect.stringContaining('us-east-1') });
    expect((await signerError(open('alias/nothing'))).code).toBe('key-missing');
  });
});

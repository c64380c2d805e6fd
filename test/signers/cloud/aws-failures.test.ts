/** What AWS KMS does on bad days: a small server of ours says what AWS's API reference documents. */
import { describe, expect, it } from 'vitest';
import { openWithLimits } from '../../../src/signers/cloud/aws-kms.ts';
import { openSigner } from '../../../src/signers/registry.ts';
import { temporaryFolder } from '../../support/git.ts';
import { startPlayground } from '../../support/playground.ts';
import { type Reply, scriptedService } from '../../support/scripted-service.ts';
import { signerError, testContext } from '../helpers.ts';

const CREDENTIALS = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE000000000',
  AWS_SECRET_ACCESS_KEY: 'the-secret',
  AWS_SESSION_TOKEN: 'the-session-token',
};
const QUICK = { request: 300, all: 10_000 };

function refusal(type: string, message = 'No.', status = 400): Reply {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: { __type: type, message },
  };
}

async function errorAfter(reply: Reply, limits = QUICK) {
  const server = await scriptedService(() => reply);
  const context = testContext({ ...CREDENTIALS, AWS_ENDPOINT_URL_KMS: server.url });
  return { server, error: await signerError(openWithLimits('awskms:alias/a', context, limits)) };
}

describe('AWS KMS', () => {
  it.each([
    ['throttles', refusal('ThrottlingException')],
    ['has a fault of its own', refusal('KMSInternalException', 'x', 500)],
    ['is behind a broken gateway', { status: 502, body: '<html>Bad gateway</html>' }],
  ] as const)('that %s is asked again a few times', async (_what, reply) => {
    const { server, error } = await errorAfter(reply);
    expect(error).toMatchObject({ code: 'service-busy', message: expect.stringContaining('try again') });
    expect(server.calls).toHaveLength(4);
  });

  it('that does not answer is not waited for without end', async () => {
    const { error } = await errorAfter('hang');
    expect(error.code).toBe('timed-out');
    expect((await errorAfter('hang', { request: 60_000, all: 200 })).error.code).toBe('timed-out');
  });

  it('that refuses a request for its time is understood as a wrong clock', async () => {
    const said = 'Signature not yet current: 20261124T120000Z is still later than 20261124T113000Z';
    const { error } = await errorAfter(refusal('InvalidSignatureException', said));
    expect(error).toMatchObject({ code: 'credentials-refused', message: expect.stringContaining('clock') });
  });

  it('that quotes the request in its error is not quoted: the session token is in there', async () => {
    const said = `The Canonical String for this request should have been x-amz-security-token:${CREDENTIALS.AWS_SESSION_TOKEN}`;
    const { error } = await errorAfter(refusal('InvalidSignatureException', said));
    expect(error.code).toBe('credentials-refused');
    expect(`${error.message}${error.stack}${error.cause}`).not.toContain('the-session-token');
  });

  it.each(['ExpiredTokenException', 'UnrecognizedClientException'])(
    'that says %s wants a new login; in a workflow that is the step before',
    async (type) => {
      const { error } = await errorAfter(refusal(type));
      expect(error).toMatchObject({
        code: 'credentials-refused',
        message: expect.stringContaining('aws sso login'),
      });
      const server = await scriptedService(() => refusal(type));
      const environment = { ...CREDENTIALS, AWS_ENDPOINT_URL: server.url, GITHUB_ACTIONS: 'true' };
      const inJob = await signerError(openSigner('awskms:alias/a', testContext(environment)));
      expect(inJob.message).toMatch(/id-token: write.*aws-actions\/configure-aws-credentials/);
    },
  );

  it.each([
    [
      'without a public key',
      { KeyId: 'a', KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
      'service-refused',
    ],
    [
      'with a public key of another kind than its spec',
      { KeyId: 'a', KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', PublicKey: 'AAAA' },
      'key-unsupported',
    ],
  ])('that answers %s is not believed', async (_what, body, code) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    expect((await errorAfter({ headers, body })).error.code).toBe(code);
  });

  it('that cannot be reached is named, with the region', async () => {
    const environment = { ...CREDENTIALS, AWS_ENDPOINT_URL: 'http://localhost:1' };
    const error = await signerError(openSigner('awskms:alias/a', testContext(environment)));
    expect(error.code).toBe('service-unreachable');
    expect(error.message).toContain('eu-west-1');
  });

  it.each([
    '',
    'alias/',
    'a b',
    'arn:aws:kms:eu-west-1:1:key/a',
    'arn:aws:s3:eu-west-1:123456789012:key/a',
    'key/../a',
  ])('takes no URI that names no key: %j', async (id) => {
    const error = await signerError(openSigner(`awskms:${id}`, testContext(CREDENTIALS)));
    expect(error).toMatchObject({ code: 'malformed-uri', message: expect.stringContaining('awskms:alias/') });
  });
});

describe('where nobody is logged in to AWS', () => {
  const nobody = {
    HOME: temporaryFolder(),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'eu-west-1',
    GITHUB_ACTIONS: undefined,
  };
  const show = (environment: Readonly<Record<string, string | undefined>>) =>
    startPlayground(temporaryFolder(), ['key', 'show', 'awskms:alias/a', '--json'], {
      ...nobody,
      ...environment,
    }).ended;

  it('the command says how to log in', async () => {
    const { code, json } = await show({});
    expect(code).toBe(2);
    expect(json.error).toMatchObject({
      code: 'credentials-missing',
      message: expect.stringContaining('aws sso login'),
    });
  });

  it('a job without the permission to log in is told so, and one that did not is told the step', async () => {
    const job = { GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: undefined };
    expect((await show(job)).json.error?.message).toContain('give it the permission id-token: write');
    const allowed = { ...job, ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.com/' };
    expect((await show(allowed)).json.error?.message).toContain(
      'put a step that uses aws-actions/configure-aws-credentials before',
    );
  });

  it('a missing region is asked for', async () => {
    const { json } = await show({ AWS_REGION: undefined });
    expect(json.error).toMatchObject({
      code: 'malformed-uri',
      message: expect.stringContaining('AWS_REGION'),
    });
  });
});

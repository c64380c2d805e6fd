/**
 * `awskms:<key id, alias or ARN>`: a key in AWS KMS (API reference: GetPublicKey, Sign). The URI is securesystemslib's.
 * The SDK finds the credentials where every AWS tool does; an ARN also says the region.
 */
import { createHash } from 'node:crypto';
import type { KMSClientConfig, SigningAlgorithmSpec } from '@aws-sdk/client-kms';
import { checkedSignature } from '../checked-signature.ts';
import { afterScheme, type OpenSigner, type Signer, type SignerContext, SignerError } from '../signer.ts';
import { type AwsRequest, awsError } from './aws-errors.ts';
import { oddAnswer, serviceKey, unsuitable, within } from './service.ts';

const ALIAS = 'alias/[A-Za-z0-9/_-]{1,250}';
const ARN = new RegExp(
  `^arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):\\d{12}:(?:key/[A-Za-z0-9-]{1,64}|${ALIAS})$`,
);
const ID = new RegExp(`^(?:[A-Za-z0-9-]{1,64}|${ALIAS})$`);

/** Milliseconds: for one try, and for all tries of one request with the search for credentials. */
const LIMITS = { request: 15_000, all: 60_000 };
/** Bytes that KMS signs without a digest. */
const LONGEST_RAW = 4096;

const CREATION = 'aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256';
const RAW_ADVICE =
  `AWS KMS signs at most ${LONGEST_RAW} bytes with an Ed25519 key, and metadata can be longer: ` +
  'root with many keys, targets with many artifacts, snapshot with many roles. A key of the spec ECC_NIST_P256 has no such limit.';

/**
 * How KMS signs with each kind of key that TUF clients verify: `digest` where it takes the SHA-256 instead of the
 * content, which may then have any length. The kinds ML_DSA_44, 65 and 87 (ML_DSA_SHAKE_256, raw) belong here once
 * they are supported.
 */
const SPECS: ReadonlyMap<string, { readonly algorithm: SigningAlgorithmSpec; readonly digest: boolean }> =
  new Map([
    ['ECC_NIST_P256', { algorithm: 'ECDSA_SHA_256', digest: true }],
    ['ECC_NIST_EDWARDS25519', { algorithm: 'ED25519_SHA_512', digest: false }],
    ['RSA_2048', { algorithm: 'RSASSA_PSS_SHA_256', digest: true }],
    ['RSA_3072', { algorithm: 'RSASSA_PSS_SHA_256', digest: true }],
    ['RSA_4096', { algorithm: 'RSASSA_PSS_SHA_256', digest: true }],
  ]);

/** Opens a key of AWS KMS. @throws SignerError */
export const openAwsKmsSigner: OpenSigner = (uri, context) => openWithLimits(uri, context, LIMITS);

/** `openAwsKmsSigner` with other limits of time (milliseconds). */
export async function openWithLimits(
  uri: string,
  context: SignerContext,
  limits: typeof LIMITS,
): Promise<Signer> {
  const id = afterScheme(uri);
  const arn = ARN.exec(id);
  if (!arn && !ID.test(id)) {
    throw new SignerError(
      'malformed-uri',
      'A signer URI for AWS KMS has the form awskms:<key id>, awskms:alias/<name> or awskms:<ARN of a key or alias>. With an ARN no region has to be set.',
    );
  }
  const { GetPublicKeyCommand, KMSClient, SignCommand } = await import('./libraries/aws.ts');
  const region = arn?.groups?.region ?? regionOf(context.environment);
  const client = new KMSClient(configuration(context.environment, region, limits.request));
  const ask = async <T>(action: AwsRequest['action'], work: (signal: AbortSignal) => Promise<T>) => {
    try {
      return await within(limits.all, 'AWS KMS', work(AbortSignal.timeout(limits.all)));
    } catch (error) {
      throw awsError(error, { uri, action, region, environment: context.environment, creation: CREATION });
    }
  };

  const found = await ask('kms:GetPublicKey', (abortSignal) =>
    client.send(new GetPublicKeyCommand({ KeyId: id }), { abortSignal }),
  );
  if (!found.PublicKey || !found.KeyId) throw oddAnswer('AWS KMS', 'a key without its public key');
  const spec = SPECS.get(found.KeySpec ?? '');
  if (found.KeyUsage !== 'SIGN_VERIFY' || !spec) {
    const kind = `It has the spec ${found.KeySpec} and the usage ${found.KeyUsage};`;
    const wanted = `TUF clients need the usage SIGN_VERIFY and one of ${[...SPECS.keys()].join(', ')}.`;
    throw unsuitable(uri, `${kind} ${wanted}`, CREATION);
  }
  const key = serviceKey(found.PublicKey, uri, CREATION);
  // An alias can be pointed elsewhere at any moment; the key that was looked at is the one that signs.
  const KeyId = found.KeyId;

  return {
    uri,
    key,
    ...(spec.digest ? {} : { advice: RAW_ADVICE }),
    async sign(message) {
      if (!spec.digest && message.length > LONGEST_RAW) throw tooLong(uri, message.length);
      const { Signature } = await ask('kms:Sign', (abortSignal) =>
        client.send(
          new SignCommand({
            KeyId,
            SigningAlgorithm: spec.algorithm,
            MessageType: spec.digest ? 'DIGEST' : 'RAW',
            Message: spec.digest ? createHash('sha256').update(message).digest() : message,
          }),
          { abortSignal },
        ),
      );
      if (!Signature) throw oddAnswer('AWS KMS', 'no signature');
      return checkedSignature(key, message, Signature, 'AWS KMS');
    },
  };
}

function tooLong(uri: string, length: number): SignerError {
  return new SignerError(
    'message-too-long',
    `AWS KMS signs at most ${LONGEST_RAW} bytes with an Ed25519 key, and this role has ${length}: ${uri} cannot sign it. Replace the key by one of the spec ECC_NIST_P256, which signs any length: ${CREATION}`,
  );
}

function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: SignerContext['environment']): string | undefined {
  return AWS_REGION || AWS_DEFAULT_REGION || undefined;
}

/** What the environment says is given to the SDK; whatever is not there, it looks for in the person's AWS files. */
function configuration(
  environment: SignerContext['environment'],
  region: string | undefined,
  requestTimeout: number,
): KMSClientConfig {
  const { AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL, AWS_PROFILE } = environment;
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  const endpoint = AWS_ENDPOINT_URL_KMS || AWS_ENDPOINT_URL;
  return {
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, requestTimeout, throwOnRequestTimeout: true },
    ...(region ? { region } : {}),
    ...(endpoint ? { endpoint } : {}),
    ...(AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY && !AWS_PROFILE
      ? {
          credentials: {
            accessKeyId: AWS_ACCESS_KEY_ID,
            secretAccessKey: AWS_SECRET_ACCESS_KEY,
            ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
          },
        }
      : {}),
  };
}

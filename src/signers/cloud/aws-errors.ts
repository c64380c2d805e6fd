/**
 * What AWS says no with, in words that lead on (API reference: Common Errors, and the errors of GetPublicKey and Sign).
 * The text of a failed authentication is never repeated: AWS quotes the signed headers in it, session token included.
 */
import { type SignerContext, SignerError, type SignerErrorCode } from '../signer.ts';
import { networkCode, unreachable } from './http.ts';
import { loginAdvice, saying, unsuitable } from './service.ts';

export interface AwsRequest {
  readonly uri: string;
  /** The permission that the request needs. */
  readonly action: 'kms:GetPublicKey' | 'kms:Sign';
  readonly region: string | undefined;
  readonly environment: SignerContext['environment'];
  /** The command that makes a fitting key. */
  readonly creation: string;
}

const LOGIN = {
  action: 'aws-actions/configure-aws-credentials',
  elsewhere:
    'Log in with aws sso login and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
};

type Explain = (request: AwsRequest, message: string) => readonly [SignerErrorCode, string];

const BUSY: Explain = ({ uri }) => [
  'service-busy',
  `AWS KMS is too busy to sign with ${uri}, after several tries. Wait a minute, then try again.`,
];
const LOGIN_REFUSED: Explain = ({ environment }) => [
  'credentials-refused',
  `AWS does not accept the credentials: they are unknown, or have expired. ${loginAdvice(environment, {
    action: `${LOGIN.action} again`,
    elsewhere: LOGIN.elsewhere,
  })}`,
];
const BAD_SIGNATURE: Explain = (_request, message) =>
  /expired|not yet current|skew/i.test(message)
    ? [
        'credentials-refused',
        'AWS does not accept requests from this machine: its clock differs too much. Set the clock, then try again.',
      ]
    : [
        'credentials-refused',
        'AWS does not accept the credentials: the secret key does not belong to the access key. Check AWS_SECRET_ACCESS_KEY for missing or added characters.',
      ];
const DENIED: Explain = ({ uri, action }, message) => {
  const who = /User: (arn:[^\s]{1,300})/.exec(message)?.[1];
  const needed = /perform: ([a-z0-9]+:[A-Za-z]+)/.exec(message)?.[1] ?? action;
  if (needed.startsWith('sts:')) {
    return [
      'permission-denied',
      `AWS does not let this identity take the role (${needed}). Look at the trust policy of the role: it has to name the repository and its environment.`,
    ];
  }
  return [
    'permission-denied',
    `${who ?? 'The AWS identity in use'} lacks the permission ${needed} for ${uri}. Allow kms:GetPublicKey and kms:Sign on this key, in the policy of the identity or in that of the key.`,
  ];
};
const MISSING: Explain = ({ uri, region }) => [
  'key-missing',
  `There is no key ${uri} in ${region ? `the region ${region}` : 'the region in use'} of this account. A key lives in one region: check AWS_REGION, or write the whole ARN into the URI.`,
];
const DISABLED: Explain = ({ uri }, message) => [
  'key-disabled',
  /delet/i.test(message)
    ? `The key ${uri} is about to be deleted. If that is a mistake: aws kms cancel-key-deletion, then aws kms enable-key.`
    : `The key ${uri} cannot be used now (${saying(message)}). Enable it: aws kms enable-key --key-id <key id>`,
];

const EXPLAINED: ReadonlyMap<string, Explain> = new Map([
  ['AccessDeniedException', DENIED],
  ['AccessDenied', DENIED],
  ['NotFoundException', MISSING],
  ['DisabledException', DISABLED],
  ['KMSInvalidStateException', DISABLED],
  ['ExpiredTokenException', LOGIN_REFUSED],
  ['ExpiredToken', LOGIN_REFUSED],
  ['UnrecognizedClientException', LOGIN_REFUSED],
  ['InvalidClientTokenId', LOGIN_REFUSED],
  ['InvalidIdentityToken', LOGIN_REFUSED],
  ['MissingAuthenticationTokenException', LOGIN_REFUSED],
  ['InvalidSignatureException', BAD_SIGNATURE],
  ['SignatureDoesNotMatch', BAD_SIGNATURE],
  ['RequestExpired', BAD_SIGNATURE],
  ['RequestTimeTooSkewed', BAD_SIGNATURE],
  ['ThrottlingException', BUSY],
  ['TooManyRequestsException', BUSY],
  ['LimitExceededException', BUSY],
  ['RequestLimitExceeded', BUSY],
  ['DependencyTimeoutException', BUSY],
  ['KeyUnavailableException', BUSY],
  ['KMSInternalException', BUSY],
  ['InternalFailure', BUSY],
  ['ServiceUnavailable', BUSY],
]);

const NO_CREDENTIALS = /^(?:CredentialsProviderError|TokenProviderError|ProviderError)$/;
const NOT_FOR_SIGNING: readonly string[] = ['UnsupportedOperationException', 'InvalidKeyUsageException'];

/** The error for a person; SignerErrors come through as they are. */
export function awsError(error: unknown, request: AwsRequest): SignerError {
  if (error instanceof SignerError) return error;
  if (!(error instanceof Error))
    return new SignerError('service-refused', `AWS KMS failed: ${saying(error)}`);
  const { name, message } = error;
  const explain = EXPLAINED.get(name);
  if (explain) return new SignerError(...explain(request, message));
  if (NOT_FOR_SIGNING.includes(name)) {
    const reason = `AWS KMS says that it is not made for signing (${saying(message)}).`;
    return unsuitable(request.uri, reason, request.creation);
  }
  if (/region is missing/i.test(message)) {
    return new SignerError(
      'malformed-uri',
      `The signer URI ${request.uri} does not say the region. Set AWS_REGION, or write the whole ARN into the URI.`,
    );
  }
  if (NO_CREDENTIALS.test(name)) {
    const advice = loginAdvice(request.environment, LOGIN);
    return new SignerError('credentials-missing', `No credentials for AWS were found. ${advice}`, {
      cause: error,
    });
  }
  const { $metadata } = error as Error & { $metadata?: { readonly httpStatusCode?: number } };
  if (($metadata?.httpStatusCode ?? 0) >= 500) return new SignerError(...BUSY(request, message));
  if (name === 'TimeoutError' || name === 'AbortError' || networkCode(error) !== undefined) {
    const cause = name === 'TimeoutError' || name === 'AbortError' ? timedOut(error) : error;
    return unreachable('AWS KMS', request.region ?? 'its address', cause);
  }
  return new SignerError('service-refused', `AWS KMS refused (${name}): ${saying(message)}`);
}

function timedOut(cause: Error): Error {
  return Object.assign(new Error(cause.message, { cause }), { code: 'TIMED_OUT' });
}

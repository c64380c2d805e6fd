/** What Google says no with, in words that lead on (Cloud APIs error model; Cloud KMS permissions and roles). */
import { type SignerContext, SignerError } from '../signer.ts';
import { networkCode, type ServiceAnswer, unreachable } from './http.ts';
import { loginAdvice, member, saying, text } from './service.ts';

/** The command that makes a fitting key. */
export const CREATION =
  'gcloud kms keys create <name> --keyring <ring> --location <location> --purpose asymmetric-signing --default-algorithm ec-sign-p256-sha256';

/** Bytes that Google signs with Ed25519 (Cloud KMS documentation, "Quotas"). */
const LONGEST_DATA = 65_536;

const LOGIN = {
  action: 'google-github-actions/auth',
  elsewhere:
    'Log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to the path of a credentials file.',
};
const ROLE =
  'Grant the role roles/cloudkms.signerVerifier on the key: gcloud kms keys add-iam-policy-binding <key> --keyring <ring> --location <location> --role roles/cloudkms.signerVerifier --member <identity>';

export interface GcpRequest {
  readonly uri: string;
  /** Whether a signature was asked for, and not the public key. */
  readonly signing: boolean;
  /** Bytes of content that were sent to be signed; none where their hash was. */
  readonly sent: number;
  readonly environment: SignerContext['environment'];
}

/** The error for an answer that is no success. */
export function gcpError(
  { status, body }: ServiceAnswer,
  { uri, signing, sent, environment }: GcpRequest,
): SignerError {
  const error = member(body, 'error');
  const said = saying(text(error, 'message') ?? `status ${status}`);
  const kind = text(error, 'status') ?? '';
  if (status === 401) {
    return new SignerError(
      'credentials-refused',
      `Google does not accept the credentials: they are unknown or have expired, or the clock of this machine is wrong. ${loginAdvice(environment, { ...LOGIN, action: `${LOGIN.action} again` })}`,
    );
  }
  if (status === 403) return forbidden(said, uri, signing);
  if (status === 404) {
    return new SignerError(
      'key-missing',
      `There is no key version ${uri}. Check project, location, ring, key and number: gcloud kms keys versions list shows them. (${said})`,
    );
  }
  if (
    /is not enabled|DISABLED|DESTROY|PENDING/.test(said) &&
    (kind === 'FAILED_PRECONDITION' || status === 400)
  ) {
    return new SignerError(
      'key-disabled',
      /DESTROY/.test(said)
        ? `The key version ${uri} is destroyed or about to be. If it is only scheduled: gcloud kms keys versions restore, then enable.`
        : `The key version ${uri} is not enabled. Enable it: gcloud kms keys versions enable <number> --key <key> --keyring <ring> --location <location>. (${said})`,
    );
  }
  if (status === 429 || status >= 500) {
    return new SignerError(
      'service-busy',
      `Google Cloud KMS is too busy for ${uri}, after several tries. Wait a minute, then try again. (${said})`,
    );
  }
  if (status === 400 && sent > LONGEST_DATA) {
    return new SignerError(
      'message-too-long',
      `Google Cloud KMS does not sign ${sent} bytes with an Ed25519 key, so ${uri} cannot sign this role. Replace the key by a P-256 one, which signs any length: ${CREATION}. (${said})`,
    );
  }
  return new SignerError(
    'service-refused',
    `Google Cloud KMS refused to ${signing ? 'sign with' : 'show'} ${uri}: ${said}. Is the key one for asymmetric signing?`,
  );
}

function forbidden(said: string, uri: string, signing: boolean): SignerError {
  if (/has not been used in project|API .*disabled/i.test(said)) {
    return new SignerError(
      'permission-denied',
      `The project has the Cloud KMS API switched off. Switch it on: gcloud services enable cloudkms.googleapis.com. (${said})`,
    );
  }
  const fallback = `cloudkms.cryptoKeyVersions.${signing ? 'useToSign' : 'viewPublicKey'}`;
  const needed = /cloudkms\.[A-Za-z.]+[A-Za-z]/.exec(said)?.[0] ?? fallback;
  return new SignerError(
    'permission-denied',
    `The Google identity in use lacks the permission ${needed} for ${uri}, or the key does not exist. ${ROLE}`,
  );
}

/** The error where no access token could be had; SignerErrors come through as they are. */
export function googleLoginError(error: unknown, environment: SignerContext['environment']): SignerError {
  if (error instanceof SignerError) return error;
  const said = saying(error instanceof Error ? error.message : error);
  const advice = loginAdvice(environment, LOGIN);
  if (/aborted|timeout/i.test(said)) {
    const message = "Google's login did not answer in time. Check the network, then try again.";
    return new SignerError('timed-out', message);
  }
  const code = networkCode(error);
  if (code === 'ENOENT') {
    return new SignerError(
      'credentials-missing',
      `The credentials file that GOOGLE_APPLICATION_CREDENTIALS names is not there (${said}). ${advice}`,
    );
  }
  if (/default credentials|does not exist, or it is not a file|credentials.* not/i.test(said)) {
    return new SignerError(
      'credentials-missing',
      `No credentials for Google Cloud were found (${said}). ${advice}`,
    );
  }
  if (/reasonable timeframe|iat and exp/i.test(said)) {
    return new SignerError(
      'credentials-refused',
      'Google does not accept the login: the clock of this machine differs too much. Set the clock, then try again.',
    );
  }
  if (/getAccessToken/.test(said)) {
    return new SignerError(
      'permission-denied',
      `The Google identity in use may not act as the service account: it lacks iam.serviceAccounts.getAccessToken. Grant it roles/iam.workloadIdentityUser on the service account. (${said})`,
    );
  }
  if (code !== undefined && /^E[A-Z_]+$|^TIMED_OUT$|CERT/.test(code)) {
    return unreachable("Google's login", 'its address', error);
  }
  return new SignerError('credentials-refused', `Google does not accept the login (${said}). ${advice}`);
}

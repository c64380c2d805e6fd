/** What went wrong with a Sigstore service, in words for the person. The library's own words can hold the token. */
import { SignerError } from '../signer.ts';
import { claimsOf } from './open-id.ts';

/** By the library's code for the step that failed. */
const STEPS: ReadonlyMap<string, string> = new Map([
  ['CA_CREATE_SIGNING_CERTIFICATE_ERROR', 'The certificate authority of Sigstore'],
  ['TLOG_CREATE_ENTRY_ERROR', 'The transparency log of Sigstore'],
  ['TLOG_FETCH_ENTRY_ERROR', 'The transparency log of Sigstore'],
  ['TSA_CREATE_TIMESTAMP_ERROR', 'The timestamp authority of Sigstore'],
]);

/** Seconds by which clocks may differ without anybody minding. */
const SKEW = 60;

/** @param token the identity token in use; only its times are looked at */
export function signingError(error: unknown, token?: string): SignerError {
  if (error instanceof SignerError) return error;
  const { code, cause } = error as Error & {
    code?: string;
    cause?: { statusCode?: unknown; code?: unknown };
  };
  if (code === 'IDENTITY_TOKEN_PARSE_ERROR') {
    return new SignerError(
      'credentials-refused',
      'The identity token names nobody, or an e-mail address that its issuer has not verified. Verify the address there, and sign again.',
    );
  }
  const who = STEPS.get(code ?? '') ?? 'A service of Sigstore';
  const status = typeof cause?.statusCode === 'number' ? cause.statusCode : undefined;
  if (status === undefined) {
    const reason = typeof cause?.code === 'string' ? ` (${cause.code})` : '';
    return new SignerError(
      'service-unreachable',
      `${who} does not answer${reason}. Check the network and try again.`,
    );
  }
  if (status === 429 || status >= 500)
    return new SignerError('service-busy', `${who} is busy or down (HTTP ${status}). Try again later.`);
  const clock = token === undefined ? '' : clockHint(token);
  return new SignerError('service-refused', `${who} refused (HTTP ${status}).${clock} Sign again.`);
}

function clockHint(token: string): string {
  const { iat, exp } = claimsOf(token);
  const now = Date.now() / 1000;
  if (typeof exp === 'number' && exp < now) return ' The login has expired meanwhile.';
  if (typeof iat === 'number' && Math.abs(now - iat) > SKEW)
    return ` This machine's clock and the issuer's differ by ${Math.round(Math.abs(now - iat))} seconds: set the clock.`;
  return ' Is the identity token meant for this Sigstore?';
}

/** Logging in where this machine has no browser: a code that is entered on any other device (RFC 8628). */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignerError } from '../signer.ts';
import { ask, CLIENT_ID, type Endpoints, idToken, refusal, SCOPE } from './open-id.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** Seconds between questions, where the issuer names none (section 3.2), and what `slow_down` adds (section 3.5). */
const INTERVAL = 5;

/**
 * Logs in and returns the identity token.
 * @param tell shows the person where to go and what to enter
 * @param timeout milliseconds for the person; the issuer may give less
 * @throws SignerError
 */
export async function logInWithDevice(
  { issuer, token, deviceAuthorization }: Endpoints,
  tell: (message: string) => void,
  timeout: number,
): Promise<string> {
  if (deviceAuthorization === undefined) {
    throw new SignerError(
      'login-refused',
      `${issuer} offers no login without a browser on this machine. Run the command where there is one.`,
    );
  }
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const begun = await ask(deviceAuthorization, {
    client_id: CLIENT_ID,
    scope: SCOPE,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const { device_code: deviceCode, user_code: userCode, verification_uri: uri } = begun.body;
  if (begun.status !== 200 || typeof deviceCode !== 'string' || !isShown(userCode) || !isShown(uri))
    throw refusal(issuer, begun.body, begun.status);
  const seconds = positive(begun.body.expires_in) ?? timeout / 1000;
  const ends = performance.now() + Math.min(timeout, seconds * 1000);
  tell(`To log in, open ${uri} on any device and enter the code ${userCode}.`);

  let interval = positive(begun.body.interval) ?? INTERVAL;
  while (performance.now() < ends) {
    await sleep(interval * 1000);
    const answer = await ask(token, {
      grant_type: GRANT,
      client_id: CLIENT_ID,
      device_code: deviceCode,
      code_verifier: verifier,
    });
    const { error } = answer.body;
    if (error === 'expired_token') break;
    if (error === 'slow_down') interval += INTERVAL;
    else if (error !== 'authorization_pending') return idToken(answer, issuer);
  }
  throw new SignerError('timed-out', `Nobody entered the code at ${uri} in time. Sign again.`);
}

/** Text for the terminal: it comes from a service, so it is shown only where it is harmless. */
function isShown(text: unknown): text is string {
  return typeof text === 'string' && /^[\x21-\x7e]{1,300}$/.test(text);
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

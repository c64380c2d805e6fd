/**
 * Logging in with the browser on this machine: the authorization code flow with PKCE (RFC 7636) and a redirect to a port
 * of this machine that is open for the moment (RFC 8252 section 7.3).
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignerError } from '../signer.ts';
import { ask, CLIENT_ID, claimsOf, type Endpoints, idToken, refusal, SCOPE } from './open-id.ts';

const CALLBACK = '/auth/callback';

/**
 * Logs in and returns the identity token.
 * @param open opens the URL in the browser
 * @param timeout milliseconds for the person
 * @throws SignerError
 */
export async function logInWithBrowser(
  endpoints: Endpoints,
  open: (url: string) => Promise<void>,
  timeout: number,
): Promise<string> {
  const [state, nonce, verifier] = [random(), random(), random()];
  await using redirect = await listen(state, endpoints.issuer);
  const url = new URL(endpoints.authorization);
  const parameters = {
    response_type: 'code',
    client_id: CLIENT_ID,
    scope: SCOPE,
    redirect_uri: redirect.uri,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  await open(url.href);

  const code = await within(timeout, redirect.code, endpoints.issuer);
  const answer = await ask(endpoints.token, {
    grant_type: 'authorization_code',
    client_id: CLIENT_ID,
    code,
    redirect_uri: redirect.uri,
    code_verifier: verifier,
  });
  const token = idToken(answer, endpoints.issuer);
  if (claimsOf(token).nonce !== nonce) {
    throw new SignerError(
      'login-refused',
      `${endpoints.issuer} answered with the token of another login. Sign again.`,
    );
  }
  return token;
}

const random = () => randomBytes(32).toString('base64url');

interface Redirect extends AsyncDisposable {
  readonly uri: string;
  readonly code: Promise<string>;
}

/** Waits for the browser to come back with a code. Requests that do not know the state change nothing. */
async function listen(state: string, issuer: string): Promise<Redirect> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  // It may be refused before anybody waits for it.
  code.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    const end = (status: number, text: string) =>
      response
        .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
        .end(`${text}\n`);
    const answer = url?.pathname === CALLBACK ? url.searchParams : undefined;
    if (request.method !== 'GET' || answer?.get('state') !== state) return end(404, 'Nothing is here.');
    const [given, error] = [answer.get('code'), answer.get('error')];
    if (given && !error) {
      resolve(given);
      return end(200, 'You are logged in. Close this window and go back to the terminal.');
    }
    reject(
      refusal(issuer, { error: error ?? 'no code', error_description: answer.get('error_description') }),
    );
    return end(200, 'You are not logged in. Close this window and go back to the terminal.');
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return { uri: `http://localhost:${port}${CALLBACK}`, code, [Symbol.asyncDispose]: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeIdleConnections();
  });
}

async function within<T>(timeout: number, work: Promise<T>, issuer: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `Nobody logged in at ${issuer} within ${Math.round(timeout / 60_000)} minutes. Sign again.`;
    timer = setTimeout(() => reject(new SignerError('timed-out', message)), timeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

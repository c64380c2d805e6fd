/** What both ways to log in share (OpenID Connect Discovery 1.0, RFC 6749): asking an issuer, and reading its answers. */
import { SignerError } from '../signer.ts';

/** The client that Sigstore's issuers know; it is public and has no secret. */
export const CLIENT_ID = 'sigstore';
export const SCOPE = 'openid email';

/** Milliseconds for one answer of a service. */
const TIMEOUT = 20_000;

export interface Endpoints {
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  /** Absent where the issuer offers no login without a browser on this machine. */
  readonly deviceAuthorization?: string;
}

type Answer = { readonly [name: string]: unknown };

/** Where an issuer has its endpoints. @throws SignerError */
export async function discover(issuer: string): Promise<Endpoints> {
  const { status, body } = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : undefined);
  const [authorization, token] = [text('authorization_endpoint'), text('token_endpoint')];
  if (status !== 200 || !authorization || !token) {
    throw new SignerError(
      'service-refused',
      `${issuer} does not answer as an OpenID Connect issuer (HTTP ${status}). Check the Sigstore configuration.`,
    );
  }
  const device = text('device_authorization_endpoint');
  return {
    issuer: text('issuer') ?? issuer,
    authorization,
    token,
    ...(device ? { deviceAuthorization: device } : {}),
  };
}

/** Asks an endpoint; with `form` by POST. Answers that are no JSON object count as empty. @throws SignerError */
export async function ask(
  url: string,
  form?: { readonly [name: string]: string },
  headers: { readonly [name: string]: string } = {},
): Promise<{ readonly status: number; readonly body: Answer }> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      signal: AbortSignal.timeout(TIMEOUT),
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    const body: unknown = await response.json().catch(() => undefined);
    return { status: response.status, body: typeof body === 'object' && body ? (body as Answer) : {} };
  } catch (error) {
    throw new SignerError(
      'service-unreachable',
      `${new URL(url).origin} does not answer (${reasonOf(error)}). Check the network and try again.`,
      { cause: error },
    );
  }
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  return name === 'TimeoutError' ? `nothing in ${TIMEOUT / 1000} seconds` : (cause?.code ?? message);
}

/** The identity token of a token endpoint's answer. @throws SignerError */
export function idToken({ status, body }: Awaited<ReturnType<typeof ask>>, issuer: string): string {
  if (status === 200 && typeof body.id_token === 'string') return body.id_token;
  throw refusal(issuer, body, status);
}

/** What an issuer's error means (RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section 3.5). */
export function refusal(issuer: string, body: Answer, status?: number): SignerError {
  const error = typeof body.error === 'string' ? body.error : `HTTP ${status}`;
  if (error === 'access_denied') {
    return new SignerError('login-refused', `The login at ${issuer} was closed without a yes. Sign again.`);
  }
  const words = typeof body.error_description === 'string' ? `: ${body.error_description}` : '';
  const shown = `${error}${words}`.slice(0, 300).replace(/[^\x20-\x7e]/g, '?');
  return new SignerError('login-refused', `${issuer} refused the login (${shown}). Sign again.`);
}

/** The claims of a token, unchecked: whoever the token is for checks its signature. */
export function claimsOf(token: string): Answer {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims ? (claims as Answer) : {};
  } catch {
    return {};
  }
}

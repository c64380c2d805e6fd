/**
 * One HTTP request to a key service, with what all of them need: limits of time and size, a few more tries where the
 * service is busy or the network stumbles, and errors that say what to do. Making a signature twice does no harm, so
 * every request may be tried again. Redirects are not followed: a token belongs to the address it was meant for.
 */
import { type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { SignerError } from '../signer.ts';

export interface ServiceRequest {
  /** The service in messages, such as `Google Cloud KMS`. */
  readonly service: string;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** PEM of the certificate authority that the service's certificate comes from, where it is not a public one. */
  readonly ca?: string | undefined;
  /** What to do where the certificate is not trusted. */
  readonly tlsAdvice?: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The JSON; undefined where the answer is something else. */
  readonly body: unknown;
}

/** Milliseconds. */
export interface Patience {
  /** For one try. */
  readonly limit: number;
  /** Before the second try, the third and so on. */
  readonly pauses: readonly number[];
}

const PATIENCE: Patience = { limit: 15_000, pauses: [500, 2_000] };

/** Bytes; the largest answer is a key with an RSA public key, a few thousand. */
const LARGEST_ANSWER = 1_048_576;
/** Milliseconds; a service that asks to wait longer is not waited for. */
const LONGEST_PAUSE = 10_000;

const BUSY: readonly number[] = [408, 429, 500, 502, 503, 504];
const STUMBLES: readonly string[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'TIMED_OUT'];
const UNTRUSTED =
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS|^ERR_SSL|^ERR_OSSL|^EPROTO$/;

/** Asks a service. Whatever status it answers with is returned. @throws SignerError where no answer comes */
export async function callService(
  request: ServiceRequest,
  patience: Patience = PATIENCE,
): Promise<ServiceAnswer> {
  for (let tried = 0; ; tried++) {
    const wait = patience.pauses[tried];
    try {
      const answer = await send(request, patience.limit);
      if (wait === undefined || !BUSY.includes(answer.status)) return answer;
      await pause(askedPause(answer) ?? wait);
    } catch (error) {
      const code = networkCode(error) ?? '';
      if (wait === undefined || !STUMBLES.includes(code)) {
        throw unreachable(request.service, request.url.host, error, request.tlsAdvice);
      }
      await pause(wait);
    }
  }
}

function send(request: ServiceRequest, limit: number): Promise<ServiceAnswer> {
  const { url, method, headers, body, ca } = request;
  const text = body === undefined ? '' : JSON.stringify(body);
  const sent = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    'content-length': `${Buffer.byteLength(text)}`,
    ...headers,
  };
  const start = url.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    // One limit for all of it: a service that sends a byte a minute must not hold anybody up.
    const timer = setTimeout(() => outgoing.destroy(coded('no answer in time', 'TIMED_OUT')), limit);
    const settle = (end: () => void) => {
      clearTimeout(timer);
      end();
    };
    const options = { method, headers: sent, ...(ca === undefined ? {} : { ca }) };
    const outgoing = start(url, options, (incoming) => {
      const pieces: Buffer[] = [];
      let size = 0;
      incoming.on('data', (piece: Buffer) => {
        pieces.push(piece);
        size += piece.length;
        if (size > LARGEST_ANSWER) outgoing.destroy(coded('the answer is too long', 'TOO_LONG'));
      });
      incoming.on('error', (error) => settle(() => reject(error)));
      incoming.on('end', () =>
        settle(() =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: parsed(Buffer.concat(pieces).toString('utf8')),
          }),
        ),
      );
    });
    outgoing.on('error', (error) => settle(() => reject(error)));
    outgoing.end(text);
  });
}

function coded(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The pause that the service asks for (RFC 9110 section 10.2.3), in milliseconds. */
function askedPause({ headers }: ServiceAnswer): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, LONGEST_PAUSE) : undefined;
}

/** The code of a network failure, wherever in the chain of causes it stands. */
export function networkCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, errors } = at as Error & { code?: unknown; errors?: readonly unknown[] };
    if (typeof code === 'string') return code;
    const inner: unknown = errors?.[0];
    if (inner) return networkCode(inner);
  }
  return undefined;
}

/** Nothing came back from the service, with what to look at first. */
export function unreachable(
  service: string,
  host: string,
  error: unknown,
  tlsAdvice = 'If a proxy of yours stands between, give its certificate in NODE_EXTRA_CA_CERTS.',
): SignerError {
  const code = networkCode(error) ?? 'unknown error';
  const at = `${service} at ${host}`;
  const options = { cause: error };
  if (code === 'TIMED_OUT' || code === 'ETIMEDOUT') {
    return new SignerError(
      'timed-out',
      `${at} did not answer in time. Check the network, then try again.`,
      options,
    );
  }
  if (code === 'TOO_LONG') {
    return new SignerError(
      'service-refused',
      `${at} gave an answer that is too long. Check the address.`,
      options,
    );
  }
  if (UNTRUSTED.test(code)) {
    const message = `The connection to ${at} is not trusted (${code}). ${tlsAdvice}`;
    return new SignerError('service-unreachable', message, options);
  }
  const advice =
    code === 'ENOTFOUND'
      ? 'There is no machine of that name: check the name and the network.'
      : 'Check the network, then try again.';
  return new SignerError('service-unreachable', `${at} cannot be reached (${code}). ${advice}`, options);
}

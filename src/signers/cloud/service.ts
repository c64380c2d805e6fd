/** What the signers of all key services have in common: their public key, their limit of time, their words. */
import { type Key, KeyError, keyFromSpki } from '../../tuf/key.ts';
import { type SignerContext, SignerError } from '../signer.ts';

/**
 * The TUF key of a service's public key.
 * @param spki DER bytes or PEM text
 * @throws SignerError with `creation`, the command that makes a fitting key, for kinds that no new key may have
 */
export function serviceKey(spki: Uint8Array | string, uri: string, creation: string): Key {
  try {
    return keyFromSpki(spki);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw unsuitable(uri, error.message, creation);
  }
}

/** A key that cannot sign for TUF. @param reason a sentence */
export function unsuitable(uri: string, reason: string, creation: string): SignerError {
  return new SignerError(
    'key-unsupported',
    `The key ${uri} cannot sign here. ${reason} Make a fitting key: ${creation}`,
  );
}

/** An answer without what its documentation promises. */
export function oddAnswer(service: string, missing: string): SignerError {
  return new SignerError(
    'service-refused',
    `${service} gave an answer that cannot be used: ${missing}. Check the address, then try again.`,
  );
}

/** Ends the wait for libraries that know no limit themselves. @param limit milliseconds */
export async function within<T>(limit: number, service: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `${service} did not answer within ${limit / 1000} seconds. Check the network, then try again.`;
      reject(new SignerError('timed-out', message));
    }, limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a service says of itself, made fit for a message: one line, no control characters, not too long. */
export function saying(text: unknown): string {
  const plain = String(text ?? '')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return plain.length > 500 ? `${plain.slice(0, 500)}…` : plain;
}

/**
 * How to log in: in a GitHub workflow the step or the permission that is missing, elsewhere the command.
 * @param action the action that logs in to the cloud, such as `azure/login`
 */
export function loginAdvice(
  environment: SignerContext['environment'],
  { action, elsewhere }: { readonly action: string; readonly elsewhere: string },
): string {
  if (environment.GITHUB_ACTIONS !== 'true') return elsewhere;
  return environment.ACTIONS_ID_TOKEN_REQUEST_URL
    ? `The job may ask for an identity (id-token: write), but nothing logged in with it: put a step that uses ${action} before this one.`
    : `The job has no identity to log in with: give it the permission id-token: write, and put a step that uses ${action} before this one.`;
}

/** A member of an answer, wherever the answer is an object. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** A member that is a text and not empty. */
export function text(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/**
 * Passkeys that give a secret: WebAuthn with the PRF extension (WebAuthn level 3, section 10.1.4). The authenticator
 * computes a value of 32 bytes from the salt and a secret of its own, after the person has unlocked it. The passkey
 * signs nothing here: TUF clients do not verify WebAuthn signatures.
 */
import { SALT_BYTES } from './sealing.ts';
import { BrowserKeyError } from './signer.ts';
import { type Bytes, randomBytes } from './subtle.ts';

const CHALLENGE_BYTES = 32;
const USER_ID_BYTES = 32;
const SECRET_BYTES = 32;
/** COSE algorithms: ES256, EdDSA, RS256. */
const ALGORITHMS = [-7, -8, -257];
/** WebAuthn cannot name these: a passkey belongs to a domain. */
const IP_ADDRESS = /^(\d+(\.\d+){3}|\[.*\])$/;

export interface NewPasskey {
  readonly credentialId: Bytes;
  readonly salt: Bytes;
  /** To be overwritten after use. */
  readonly secret: Bytes;
}

/** Whether passkeys can protect keys here, as far as it can be known beforehand: an authenticator may still refuse. */
export async function passkeysAvailable(): Promise<boolean> {
  if (!('PublicKeyCredential' in globalThis) || IP_ADDRESS.test(location.hostname)) return false;
  try {
    const capabilities = await PublicKeyCredential.getClientCapabilities?.();
    const prf = capabilities?.['extension:prf'];
    // Older browsers do not say; then the device's own authenticator is the best sign.
    return prf ?? (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());
  } catch {
    return false;
  }
}

/**
 * Makes a passkey and takes its secret. Where the authenticator has no PRF the passkey is given up again.
 * @param name what the person sees in their list of passkeys
 * @throws BrowserKeyError
 */
export async function createPasskey(name: string): Promise<NewPasskey> {
  const salt = randomBytes(SALT_BYTES);
  const credential = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: randomBytes(CHALLENGE_BYTES),
        rp: { name: 'Repository Playground' },
        user: { id: randomBytes(USER_ID_BYTES), name, displayName: name },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const credentialId = new Uint8Array(credential.rawId);
  try {
    const { prf } = credential.getClientExtensionResults();
    if (!prf?.enabled && !prf?.results) throw withoutPrf();
    // Many authenticators compute nothing while they make the passkey.
    const secret = prf.results ? secretOf(prf.results) : await openPasskey(credentialId, salt);
    return { credentialId, salt, secret };
  } catch (error) {
    await forgetPasskey(credentialId);
    throw error;
  }
}

/** The secret of a passkey, to be overwritten after use. @throws BrowserKeyError */
export async function openPasskey(credentialId: Bytes, salt: Bytes): Promise<Bytes> {
  const credential = await ask(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: randomBytes(CHALLENGE_BYTES),
        allowCredentials: [{ type: 'public-key', id: credentialId }],
        userVerification: 'required',
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const results = credential.getClientExtensionResults().prf?.results;
  if (!results) throw withoutPrf();
  return secretOf(results);
}

/** Tells the passkey's provider that it is of no use any more; providers may ignore it, and older browsers cannot. */
export async function forgetPasskey(credentialId: Bytes): Promise<void> {
  const id = btoa(String.fromCharCode(...credentialId))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
  await globalThis.PublicKeyCredential?.signalUnknownCredential?.({
    rpId: location.hostname,
    credentialId: id,
  }).catch(() => undefined);
}

function secretOf({ first }: AuthenticationExtensionsPRFValues): Bytes {
  const secret = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first);
  if (secret.length !== SECRET_BYTES) throw withoutPrf();
  return secret;
}

function withoutPrf(): BrowserKeyError {
  return new BrowserKeyError(
    'passkey-unavailable',
    'This passkey cannot protect keys: it lacks the extension that this needs (PRF). Use another device or security key, or a passphrase.',
  );
}

async function ask(question: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!('PublicKeyCredential' in globalThis)) {
    throw unavailable('This browser has no passkeys, or keeps them from this page.');
  }
  if (IP_ADDRESS.test(location.hostname)) {
    throw unavailable(
      'Passkeys belong to a name, and this page was opened by a number. Open it by its name, such as http://localhost.',
    );
  }
  try {
    const credential = await question();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    throw passkeyError(error);
  }
  throw unavailable('The browser gave no passkey.');
}

function unavailable(reason: string, cause?: unknown): BrowserKeyError {
  return new BrowserKeyError('passkey-unavailable', `${reason} Use a passphrase instead.`, { cause });
}

function passkeyError(cause: unknown): BrowserKeyError {
  const name = cause instanceof DOMException ? cause.name : 'unknown error';
  // Browsers tell pages no more than this, so that they cannot find out who has which passkey.
  if (name === 'NotAllowedError' || name === 'AbortError') {
    return new BrowserKeyError(
      'passkey-refused',
      'The passkey was not used: the request was cancelled or timed out, or the passkey is not on this device. Try again.',
      { cause },
    );
  }
  return unavailable(`The browser cannot use passkeys here (${name}).`, cause);
}

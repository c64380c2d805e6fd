/**
 * Whatever can sign: a key file, an environment variable, later a token or a cloud service. All are opened by a URI
 * (registry.ts) and look the same from here on.
 */
import type { Key } from '../tuf/key.ts';
import type { BundledSignature } from '../tuf/metadata.ts';

export interface Signer {
  /** The URI that the signer was opened by. */
  readonly uri: string;
  /** The public key in the form for new keys; a repository's entry for it may have extra fields (`samePublicKey`). */
  readonly key: Key;
  /** What somebody who is about to enrol this key should know, such as to use it for nothing else. */
  readonly advice?: string;
  /** Whether it is an SSH key, which the person may also have published on GitHub. */
  readonly isSshKey?: boolean;
  /**
   * Signs the canonical form of `signed`. The result is what goes into `sig`: lower-case hex, DER inside for ECDSA;
   * a Sigstore identity gives the bundle that proves it as well. It has been verified under `key`.
   * @throws SignerError
   */
  sign(message: Uint8Array): Promise<string | BundledSignature>;
}

/** What a signer may use of the world around it. */
export interface SignerContext {
  readonly environment: { readonly [name: string]: string | undefined };
  /** Asks the person for a secret without showing it; absent where nobody is there to ask. */
  askSecret?(prompt: string): Promise<string>;
  /** Tells the person something that does not stop the work. */
  warn(message: string): void;
  /** Told of each token that was obtained on the way, so that it shows in no log; absent where nothing is logged. */
  hide?(secret: string): void;
  /** Tells the person what to do now, such as where to log in; absent where nobody is there. */
  tell?(message: string): void;
}

export type OpenSigner = (uri: string, context: SignerContext) => Promise<Signer>;

export type SignerErrorCode =
  | 'malformed-uri'
  | 'unknown-scheme'
  | 'key-missing'
  | 'key-ambiguous'
  | 'key-unreadable'
  | 'key-malformed'
  | 'key-unsupported'
  | 'passphrase-missing'
  | 'passphrase-wrong'
  | 'passphrase-unusable'
  | 'agent-missing'
  | 'agent-refused'
  | 'agent-broken'
  | 'library-missing'
  | 'token-missing'
  | 'token-ambiguous'
  | 'token-failed'
  | 'pin-missing'
  | 'pin-wrong'
  | 'pin-expired'
  | 'pin-locked'
  | 'timed-out'
  | 'credentials-missing'
  | 'credentials-refused'
  | 'login-refused'
  | 'permission-denied'
  | 'key-disabled'
  | 'message-too-long'
  | 'service-busy'
  | 'service-refused'
  | 'service-unreachable'
  | 'signing-failed'
  | 'file-exists'
  | 'file-not-written';

/** A signer cannot be opened or cannot sign. The message says what to do; it never holds a secret. */
export class SignerError extends Error {
  override readonly name = 'SignerError';
  readonly code: SignerErrorCode;

  constructor(code: SignerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What follows the scheme's colon; for `file2:keys/a.pem` that is `keys/a.pem`. */
export function afterScheme(uri: string): string {
  return uri.slice(uri.indexOf(':') + 1);
}

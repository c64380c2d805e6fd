/**
 * What the signing page sees of a key in the browser: something that signs while it is open, and errors it can show.
 * The types of the DOM are there for all of `src/` (`lib` in tsconfig.json); no file needs a reference of its own.
 */
import type { Key } from '../../tuf/key.ts';

/** A key that is open for one use. */
export interface BrowserSigner {
  readonly key: Key;
  /**
   * Signs the canonical form of `signed`. The result is what goes into `sig`: lower-case hex, DER inside for ECDSA.
   * It has been verified under `key`.
   * @throws BrowserKeyError `key-closed` after the use that the key was opened for
   */
  sign(message: Uint8Array): Promise<string>;
}

export type BrowserKeyErrorCode =
  /** The key is encrypted and no passphrase was given. */
  | 'passphrase-missing'
  | 'passphrase-wrong'
  /** No key may be encrypted under it: too short, too long, or not Unicode. */
  | 'passphrase-unusable'
  /** This browser, this address or this authenticator cannot do it. */
  | 'passkey-unavailable'
  /** The person or the authenticator said no, or time ran out. */
  | 'passkey-refused'
  /** The page was not loaded over https or from localhost, so the browser offers no cryptography. */
  | 'crypto-unavailable'
  | 'storage-unavailable'
  | 'storage-full'
  /** No key of this id is stored here. */
  | 'key-missing'
  /** What is stored was changed by something else than this code. */
  | 'key-damaged'
  /** The text is not a private key, or a broken one. */
  | 'key-malformed'
  | 'key-unsupported'
  | 'key-closed'
  | 'label-unusable'
  | 'signing-failed';

/** A browser key cannot be made, opened or used. The message says what to do; it never holds a secret. */
export class BrowserKeyError extends Error {
  override readonly name = 'BrowserKeyError';
  readonly code: BrowserKeyErrorCode;

  constructor(code: BrowserKeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

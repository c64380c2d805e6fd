/**
 * What the rest of the code knows about PKCS#11 tokens (OASIS PKCS#11 2.40 and 3.0): YubiKeys, smart cards, HSMs. Two
 * ways lead to them, the library pkcs11js (native.ts) and the program pkcs11-tool (tool.ts); both answer in these terms.
 */

/** How near the PIN is to being locked. PKCS#11 tells no number of tries. */
export type PinState = 'good' | 'low' | 'last-try' | 'locked' | 'not-set';

export interface PinRules {
  /** Whether the token asks for a PIN at all. */
  readonly needed: boolean;
  /** Whether it is typed on the reader's own keypad. */
  readonly pad: boolean;
  readonly state: PinState;
  /** Characters. */
  readonly least: number;
  readonly most: number;
}

/** A public key on a token, or the public key of a certificate there. */
export interface TokenKey {
  /** CKA_ID in hex. */
  readonly id: string;
  readonly label: string;
  readonly from: 'public-key' | 'certificate';
  /** SubjectPublicKeyInfo, or why there is none. */
  readonly public: { readonly spki: Uint8Array } | { readonly problem: string };
}

export interface Token {
  /** Path of the PKCS#11 module that shows it. */
  readonly module: string;
  /** The reader, or whatever the module calls the slot. */
  readonly slot: string;
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly pin: PinRules;
  readonly keys: readonly TokenKey[];
  /** Why the keys of this token could not be read. */
  readonly problem?: string;
}

/** Which token is meant; nothing else stays the same when it is pulled out and put in again. */
export interface TokenName {
  readonly module: string;
  readonly label: string;
  readonly serial: string;
}

export type TokenAlgorithm = 'ed25519' | 'ecdsa-p256' | 'rsa-pss-sha256';

export interface SignRequest {
  readonly token: TokenName;
  /** As in TokenKey. */
  readonly id: string;
  readonly algorithm: TokenAlgorithm;
  readonly message: Uint8Array;
  /** Absent where the token needs none, or has a keypad of its own. */
  readonly pin?: string;
}

/** A way to tokens. Every method has a time limit and throws TokenError. */
export interface TokenAccess {
  /** All initialised tokens that a module shows. With a PIN, that token's private objects are seen too. */
  inspect(module: string, login?: { readonly token: TokenName; readonly pin?: string }): Promise<Token[]>;
  /** The signature as the token gives it: `r ‖ s` for ECDSA. */
  sign(request: SignRequest): Promise<Uint8Array>;
}

export type TokenErrorCode =
  /** The module cannot be loaded or started. */
  | 'module'
  /** The module brought its process down, or broke the conversation with it. */
  | 'crashed'
  | 'timed-out'
  /** The token is not, or no longer, there. */
  | 'no-token'
  | 'no-private-key'
  | 'no-mechanism'
  /** The PIN is wrong, missing or locked; `rv` says which. */
  | 'pin'
  /** The token or the module said no otherwise; `rv` is its answer. */
  | 'refused';

/** What went wrong, in a form that passes between processes. */
export interface TokenFailure {
  readonly code: TokenErrorCode;
  /** The PKCS#11 return value, such as CKR_DEVICE_ERROR. */
  readonly rv?: string;
  /** More for people; never a secret. */
  readonly detail: string;
  /** The PIN's state after the failure. */
  readonly pinState?: PinState;
}

export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;
  readonly failure: TokenFailure;

  constructor(failure: TokenFailure, options?: ErrorOptions) {
    super(failure.detail, options);
    this.code = failure.code;
    this.failure = failure;
  }
}

const GONE: ReadonlySet<string> = new Set([
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_DEVICE_REMOVED',
  'CKR_SLOT_ID_INVALID',
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
]);

const PIN: ReadonlySet<string> = new Set([
  'CKR_PIN_INCORRECT',
  'CKR_PIN_INVALID',
  'CKR_PIN_LEN_RANGE',
  'CKR_PIN_EXPIRED',
  'CKR_PIN_LOCKED',
  'CKR_USER_PIN_NOT_INITIALIZED',
]);

/** The kind of failure that a PKCS#11 return value stands for. */
export function codeOfReturnValue(rv: string): TokenErrorCode {
  if (GONE.has(rv)) return 'no-token';
  return PIN.has(rv) ? 'pin' : 'refused';
}

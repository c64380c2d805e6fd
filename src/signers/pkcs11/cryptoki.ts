/**
 * The conversation with a token through pkcs11js. All of it blocks, and a module can crash or hang, so it runs in a
 * process of its own (native-process.ts), one question each.
 */
// Its constants are set at run time, so they are reached through the default export only.
import pkcs11js, { type Handle, type PKCS11, type TokenInfo } from 'pkcs11js';
import { mechanismFor } from './mechanism.ts';
import { certifiedPublicKey, ecPublicKey, rsaPublicKey } from './public-key.ts';
import {
  codeOfReturnValue,
  type PinRules,
  type PinState,
  type SignRequest,
  type Token,
  TokenError,
  type TokenFailure,
  type TokenKey,
  type TokenName,
} from './token.ts';

/** Bytes; a signature by an RSA key of 8192 bits has 1,024. */
const LONGEST_SIGNATURE = 2048;
const MOST_OBJECTS = 1000;
/** CKK_EC_EDWARDS of PKCS#11 3.0, which pkcs11js does not name. */
const EC_EDWARDS = 0x40;

/** Loads and starts a module, and stops it after `work`. @throws TokenError */
export function withModule<T>(module: string, work: (pkcs11: PKCS11) => T): T {
  const pkcs11 = new pkcs11js.PKCS11();
  try {
    pkcs11.load(module);
    pkcs11.C_Initialize();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new TokenError({ code: 'module', detail }, { cause: error });
  }
  try {
    return work(pkcs11);
  } finally {
    try {
      pkcs11.C_Finalize();
    } catch {
      // The answer is there already, and the process ends.
    }
  }
}

/** See TokenAccess. */
export function inspect(
  pkcs11: PKCS11,
  module: string,
  login?: { readonly token: TokenName; readonly pin?: string },
): Token[] {
  const slots = attempt(() => pkcs11.C_GetSlotList(true));
  return slots.flatMap((slot) => {
    const token = readToken(pkcs11, module, slot);
    if (!token) return [];
    if (login && isNamed(token, login.token)) {
      const keys = inSession(pkcs11, slot, (session) => {
        logIn(pkcs11, slot, session, pkcs11js.CKU_USER, login.pin);
        return readKeys(pkcs11, session);
      });
      return [{ ...token, keys }];
    }
    // A token that cannot be read must not hide the others.
    try {
      return [{ ...token, keys: inSession(pkcs11, slot, (session) => readKeys(pkcs11, session)) }];
    } catch (error) {
      return [{ ...token, keys: [], problem: failureOf(error).detail }];
    }
  });
}

/** See TokenAccess. */
export function sign(pkcs11: PKCS11, request: SignRequest): Uint8Array {
  const { token: wanted, pin, id, algorithm, message } = request;
  const slot = attempt(() => pkcs11.C_GetSlotList(true)).find((one) => {
    const token = readToken(pkcs11, wanted.module, one);
    return token !== undefined && isNamed(token, wanted);
  });
  if (!slot) throw new TokenError({ code: 'no-token', detail: 'the token is not there' });
  return inSession(pkcs11, slot, (session) => {
    if (readToken(pkcs11, wanted.module, slot)?.pin.needed) {
      logIn(pkcs11, slot, session, pkcs11js.CKU_USER, pin);
    }
    const key = findPrivateKey(pkcs11, session, id);
    const known = attempt(() => pkcs11.C_GetMechanismList(slot));
    const { mechanism, data } = mechanismFor(known, algorithm, message);
    attempt(() => pkcs11.C_SignInit(session, mechanism, key));
    if (attribute(pkcs11, session, key, pkcs11js.CKA_ALWAYS_AUTHENTICATE)?.[0] === 1) {
      logIn(pkcs11, slot, session, pkcs11js.CKU_CONTEXT_SPECIFIC, pin);
    }
    return attempt(() => pkcs11.C_Sign(session, Buffer.from(data), Buffer.alloc(LONGEST_SIGNATURE)));
  });
}

const isNamed = (token: TokenName, wanted: TokenName) =>
  token.label === wanted.label && token.serial === wanted.serial;

/** Undefined for a slot whose token is not set up, or that is pulled out just now. */
function readToken(pkcs11: PKCS11, module: string, slot: Handle): Omit<Token, 'keys'> | undefined {
  try {
    const info = pkcs11.C_GetTokenInfo(slot);
    if (!(info.flags & pkcs11js.CKF_TOKEN_INITIALIZED)) return undefined;
    return {
      module,
      slot: plain(pkcs11.C_GetSlotInfo(slot).slotDescription),
      label: plain(info.label),
      serial: plain(info.serialNumber),
      manufacturer: plain(info.manufacturerID),
      model: plain(info.model),
      pin: pinRules(info),
    };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code === 'no-token' || failure.rv === 'CKR_TOKEN_NOT_RECOGNIZED') return undefined;
    throw new TokenError(failure, { cause: error });
  }
}

/** The fields have a fixed length and are padded with blanks, or by some modules with zeros. */
function plain(field: string): string {
  return field.replace(/[\0 ]+$/, '');
}

function pinRules(info: TokenInfo): PinRules {
  return {
    needed: (info.flags & pkcs11js.CKF_LOGIN_REQUIRED) !== 0,
    pad: (info.flags & pkcs11js.CKF_PROTECTED_AUTHENTICATION_PATH) !== 0,
    state: pinState(info.flags),
    least: info.minPinLen,
    most: info.maxPinLen,
  };
}

function pinState(flags: number): PinState {
  if (flags & pkcs11js.CKF_USER_PIN_LOCKED) return 'locked';
  if (flags & pkcs11js.CKF_USER_PIN_FINAL_TRY) return 'last-try';
  if (flags & pkcs11js.CKF_USER_PIN_COUNT_LOW) return 'low';
  return flags & pkcs11js.CKF_USER_PIN_INITIALIZED ? 'good' : 'not-set';
}

function inSession<T>(pkcs11: PKCS11, slot: Handle, work: (session: Handle) => T): T {
  const session = attempt(() => pkcs11.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION));
  try {
    return work(session);
  } finally {
    try {
      pkcs11.C_CloseSession(session);
    } catch {
      // Closed by the end of the process at the latest.
    }
  }
}

function logIn(pkcs11: PKCS11, slot: Handle, session: Handle, user: number, pin: string | undefined): void {
  try {
    // pkcs11js has no way to say NULL; an empty PIN is how it asks a token with a keypad.
    pkcs11.C_Login(session, user, pin ?? '');
  } catch (error) {
    const failure = failureOf(error);
    if (failure.rv === 'CKR_USER_ALREADY_LOGGED_IN') return;
    throw new TokenError({ ...failure, ...stateAfter(pkcs11, slot) }, { cause: error });
  }
}

function stateAfter(pkcs11: PKCS11, slot: Handle): Pick<TokenFailure, 'pinState'> {
  try {
    return { pinState: pinState(pkcs11.C_GetTokenInfo(slot).flags) };
  } catch {
    return {};
  }
}

function readKeys(pkcs11: PKCS11, session: Handle): readonly TokenKey[] {
  const read = (object: Handle, type: number) => attribute(pkcs11, session, object, type);
  const common = (object: Handle) => ({
    id: read(object, pkcs11js.CKA_ID)?.toString('hex') ?? '',
    label: plain(read(object, pkcs11js.CKA_LABEL)?.toString('utf8') ?? ''),
  });
  const keys = findObjects(pkcs11, session, pkcs11js.CKO_PUBLIC_KEY).map((object): TokenKey => {
    const key = publicKey((type) => read(object, type) ?? Buffer.alloc(0));
    return { ...common(object), from: 'public-key', public: key };
  });
  const certificates = findObjects(pkcs11, session, pkcs11js.CKO_CERTIFICATE).map((object): TokenKey => {
    const key = certifiedPublicKey(read(object, pkcs11js.CKA_VALUE) ?? Buffer.alloc(0));
    return { ...common(object), from: 'certificate', public: key };
  });
  return [...keys, ...certificates];
}

function publicKey(read: (type: number) => Buffer): TokenKey['public'] {
  const type = read(pkcs11js.CKA_KEY_TYPE);
  switch (type[0]) {
    case pkcs11js.CKK_EC:
    case EC_EDWARDS:
      return ecPublicKey(read(pkcs11js.CKA_EC_PARAMS), read(pkcs11js.CKA_EC_POINT));
    case pkcs11js.CKK_RSA:
      return rsaPublicKey(read(pkcs11js.CKA_MODULUS), read(pkcs11js.CKA_PUBLIC_EXPONENT));
    default:
      return { problem: 'its kind of key is not supported' };
  }
}

function findObjects(pkcs11: PKCS11, session: Handle, kind: number): readonly Handle[] {
  return attempt(() => {
    pkcs11.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: kind }]);
    const found = pkcs11.C_FindObjects(session, MOST_OBJECTS);
    pkcs11.C_FindObjectsFinal(session);
    return found;
  });
}

function findPrivateKey(pkcs11: PKCS11, session: Handle, id: string): Handle {
  const found = findObjects(pkcs11, session, pkcs11js.CKO_PRIVATE_KEY).find(
    (object) => attribute(pkcs11, session, object, pkcs11js.CKA_ID)?.toString('hex') === id,
  );
  if (found) return found;
  throw new TokenError({ code: 'no-private-key', detail: 'the token holds no private key with this id' });
}

/** Tokens answer with an error for attributes that they do not have. */
function attribute(pkcs11: PKCS11, session: Handle, object: Handle, type: number): Buffer | undefined {
  try {
    return pkcs11.C_GetAttributeValue(session, object, [{ type }])[0]?.value;
  } catch {
    return undefined;
  }
}

function attempt<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new TokenError(failureOf(error), { cause: error });
  }
}

function failureOf(error: unknown): TokenFailure {
  if (error instanceof TokenError) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  const rv = /CKR_[A-Z0-9_]+/.exec(message)?.[0];
  if (rv === undefined) return { code: 'refused', detail: message };
  const method = error instanceof pkcs11js.NativeError && error.method ? ` (${error.method})` : '';
  return { code: codeOfReturnValue(rv), rv, detail: `${rv}${method}` };
}

/**
 * The PIN of a token: asked for or taken from `PLAYGROUND_PIN`, kept in memory for the next signature of the same run,
 * and never tried where that could lock the token without the person knowing.
 */
import { own } from '../../tuf/shape.ts';
import { type SignerContext, SignerError } from '../signer.ts';
import { nameOf } from './choose.ts';
import { type PinState, type Token, TokenError, type TokenFailure } from './token.ts';

const TRIES = 3;
const VARIABLE = 'PLAYGROUND_PIN';
const UNLOCK =
  'Unblock it with its PUK (a YubiKey: ykman piv access unblock-pin), or with the program that came with it.';

interface Pin {
  readonly value: string;
  readonly from: 'environment' | 'person';
}

/**
 * Runs what needs the token's PIN: with the PIN, or without where the token needs none or has a keypad. After a wrong
 * one that a person gave, they are asked again.
 */
export type WithPin = <T>(work: (pin: { readonly pin?: string }) => Promise<T>) => Promise<T>;

/** The PIN for one token, from one place and kept for all signatures with it. `work` fails with TokenError. */
export function pinFor(token: Token, context: SignerContext): WithPin {
  let kept: Pin | undefined;
  let { state } = token.pin;
  return async (work) => {
    if (!token.pin.needed) return work({});
    if (token.pin.pad) {
      context.warn(`Enter the PIN of the token ${nameOf(token)} on its keypad.`);
      return work({});
    }
    for (let wrong = 0; ; ) {
      const pin: Pin = kept ?? (await readPin(token, state, context));
      try {
        const result = await work({ pin: pin.value });
        kept = pin;
        state = 'good';
        return result;
      } catch (error) {
        if (!(error instanceof TokenError) || error.code !== 'pin') throw error;
        kept = undefined;
        state = error.failure.rv === 'CKR_PIN_LOCKED' ? 'locked' : (error.failure.pinState ?? state);
        const problem = explainPin(token, error.failure, state, error);
        wrong += 1;
        if (problem.code !== 'pin-wrong' || pin.from === 'environment' || wrong === TRIES) throw problem;
        context.warn(`${problem.message} Try again.`);
      }
    }
  };
}

async function readPin(token: Token, state: PinState, context: SignerContext): Promise<Pin> {
  if (state === 'locked') throw locked(token);
  const given = own(context.environment, VARIABLE);
  if (given && state === 'last-try') {
    throw new SignerError(
      'pin-missing',
      `One wrong PIN more and the token ${nameOf(token)} is locked, so ${VARIABLE} is not tried. Unset it and enter the PIN yourself.`,
    );
  }
  if (given) {
    const problem = lengthProblem(token, given);
    if (problem === undefined) return { value: given, from: 'environment' };
    throw new SignerError('pin-wrong', `The PIN in ${VARIABLE} was not tried: ${problem}`);
  }
  const { askSecret } = context;
  if (!askSecret) {
    throw new SignerError(
      'pin-missing',
      `The token ${nameOf(token)} needs its PIN. Run the command in a terminal to be asked for it, or set ${VARIABLE}.`,
    );
  }
  const left = state === 'last-try' ? ' (the last try: a wrong PIN locks the token)' : '';
  for (let tried = 1; ; tried++) {
    const value = await askSecret.call(context, `PIN of the token ${nameOf(token)}${left}`);
    const problem = lengthProblem(token, value);
    if (problem === undefined) return { value, from: 'person' };
    if (tried === TRIES) throw new SignerError('pin-wrong', `No PIN was tried: ${problem}`);
    context.warn(`${problem} It was not tried. Enter it again.`);
  }
}

/** A PIN that cannot be right must not cost a try. */
function lengthProblem(token: Token, pin: string): string | undefined {
  const { least, most } = token.pin;
  const length = Buffer.byteLength(pin);
  if (length > 0 && length >= least && (most === 0 || length <= most)) return undefined;
  return `PINs of the token ${nameOf(token)} have ${Math.max(least, 1)} to ${most || 'any number of'} characters.`;
}

function explainPin(token: Token, failure: TokenFailure, state: PinState, cause: unknown): SignerError {
  const name = nameOf(token);
  if (state === 'locked') return locked(token, cause);
  switch (failure.rv) {
    case 'CKR_PIN_EXPIRED':
      return new SignerError('pin-expired', `The PIN of the token ${name} has expired. Change it first.`, {
        cause,
      });
    case 'CKR_USER_PIN_NOT_INITIALIZED':
      return new SignerError('pin-expired', `The token ${name} has no PIN yet. Set one first.`, { cause });
    default:
      return new SignerError('pin-wrong', `The PIN of the token ${name} is wrong.${TRIES_LEFT[state]}`, {
        cause,
      });
  }
}

/** Tokens tell no number, only these. */
const TRIES_LEFT: { readonly [state in PinState]: string } = {
  good: '',
  low: ' Few tries are left before it locks.',
  'last-try': ' One try is left; another wrong PIN locks it.',
  locked: '',
  'not-set': '',
};

function locked(token: Token, cause?: unknown): SignerError {
  const message = `The PIN of the token ${nameOf(token)} is locked after too many wrong ones. ${UNLOCK}`;
  return new SignerError('pin-locked', message, { cause });
}

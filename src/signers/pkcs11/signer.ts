/**
 * `hsm:<id>?label=…`: a key on a PKCS#11 token, such as a YubiKey's PIV slot 9c (`hsm:2`). The key never leaves the
 * token; the PIN is asked for when something is to be signed.
 */
import { classifyKey, type Key } from '../../tuf/key.ts';
import { checkedSignature } from '../checked-signature.ts';
import { ecdsaDerFromRaw } from '../ecdsa-der.ts';
import { type OpenSigner, type Signer, type SignerContext, SignerError } from '../signer.ts';
import { withReminder } from '../waiting.ts';
import { findAccess, findTokens } from './access.ts';
import { type ChosenKey, chooseKey, chooseToken, nameOf, noKey } from './choose.ts';
import { pinFor, type WithPin } from './pin.ts';
import { type Token, type TokenAccess, type TokenAlgorithm, TokenError } from './token.ts';
import { parseTokenUri } from './uri.ts';

/** Opens a key on a token that is plugged in. @throws SignerError */
export const openTokenSigner: OpenSigner = async (uri, context) => {
  parseTokenUri(uri);
  return openThrough(findAccess(context.environment), uri, context);
};

/** `openTokenSigner` by a way to tokens that is given. @throws SignerError */
export async function openThrough(access: TokenAccess, uri: string, context: SignerContext): Promise<Signer> {
  const wanted = parseTokenUri(uri);
  const token = chooseToken(await findTokens(access, context.environment, wanted.module), wanted);
  const withPin = pinFor(token, context);
  const { key, id } = chooseKey(token, wanted.id) ?? (await keyAfterLogin(access, token, wanted.id, withPin));
  const algorithm = algorithmOf(key);
  const what = `The token ${nameOf(token)}`;

  async function signOnce(message: Uint8Array): Promise<string> {
    const raw = await explaining(token, message, () =>
      withPin((pin) =>
        withReminder(access.sign({ token, id, algorithm, message, ...pin }), () =>
          context.warn(`Waiting for the token ${nameOf(token)}. If it blinks, touch it.`),
        ),
      ),
    );
    const signature = algorithm === 'ecdsa-p256' ? (ecdsaDerFromRaw(raw) ?? raw) : raw;
    return checkedSignature(key, message, signature, what);
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    uri,
    key,
    sign(message) {
      // One after the other: a token does one thing at a time, and so does the person who enters its PIN.
      const signature = last.then(() => signOnce(message));
      last = signature.catch(() => undefined);
      return signature;
    },
  };
}

/** Some tokens show their public keys only to whoever has the PIN. */
async function keyAfterLogin(
  access: TokenAccess,
  token: Token,
  id: bigint,
  withPin: WithPin,
): Promise<ChosenKey> {
  // Nobody enters a PIN for a mistyped id: a token that shows other keys would show this one.
  if (token.keys.length > 0 || !token.pin.needed || token.problem !== undefined) throw noKey(token, id);
  const seen = await explaining(token, new Uint8Array(), () =>
    withPin(async (pin) => {
      const tokens = await access.inspect(token.module, { token, ...pin });
      return tokens.find(({ label, serial }) => label === token.label && serial === token.serial);
    }),
  );
  const chosen = seen && chooseKey(seen, id);
  if (!chosen) throw noKey(seen ?? token, id);
  return chosen;
}

function algorithmOf(key: Key): TokenAlgorithm {
  const support = classifyKey(key);
  const algorithm = support.status === 'supported' ? support.algorithm : support.name;
  switch (algorithm) {
    case 'ed25519':
    case 'ecdsa-p256':
    case 'rsa-pss-sha256':
      return algorithm;
    default:
      throw new SignerError('key-unsupported', `${algorithm} keys on tokens are not supported.`);
  }
}

async function explaining<T>(token: Token, message: Uint8Array, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof TokenError ? explain(token, message, error) : error;
  }
}

function explain(token: Token, message: Uint8Array, cause: TokenError): SignerError {
  const name = nameOf(token);
  const { rv, detail } = cause.failure;
  switch (cause.code) {
    case 'no-token':
      return new SignerError(
        'token-missing',
        `The token ${name} is no longer there. Plug it in again, and run the command again.`,
        { cause },
      );
    case 'no-private-key':
      return new SignerError(
        'key-missing',
        `The token ${name} has the public key but not the private key to it: ${detail}.`,
        { cause },
      );
    case 'no-mechanism':
      return new SignerError(
        'key-unsupported',
        `The token ${name} cannot sign as TUF wants it: ${detail}. Use a P-256 key.`,
        { cause },
      );
    case 'timed-out':
      return new SignerError(
        'timed-out',
        `The token ${name} did not answer (${detail}). If it blinks, it waits for a touch; otherwise pull it out and plug it in again.`,
        { cause },
      );
    case 'module':
    case 'crashed':
      return new SignerError(
        'token-failed',
        `The PKCS#11 module ${token.module} failed: ${detail}. Pull the token out and plug it in again; if that does not help, update the module.`,
        { cause },
      );
    default:
      return refused(name, message, rv, detail, cause);
  }
}

function refused(
  name: string,
  message: Uint8Array,
  rv: string | undefined,
  detail: string,
  cause: TokenError,
): SignerError {
  switch (rv) {
    case 'CKR_DATA_LEN_RANGE':
      return new SignerError(
        'message-too-long',
        `The token ${name} does not sign ${message.length} bytes at once, as an Ed25519 key has to. Use a P-256 key, which signs a hash.`,
        { cause },
      );
    case 'CKR_FUNCTION_CANCELED':
    case 'CKR_FUNCTION_REJECTED':
      return new SignerError(
        'signing-failed',
        `The token ${name} was not allowed to sign: it was not touched in time, or the use was declined. Run the command again.`,
        { cause },
      );
    default:
      return new SignerError(
        'signing-failed',
        `The token ${name} did not sign: ${detail}. If it was blinking, touch it in time; otherwise pull it out, plug it in and run the command again.`,
        { cause },
      );
  }
}

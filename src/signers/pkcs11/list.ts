/** What is plugged in: every token and its keys, with the URI that opens each. No PIN is needed for it. */
import type { Key } from '../../tuf/key.ts';
import type { SignerContext } from '../signer.ts';
import { findAccess, findTokens } from './access.ts';
import { judge } from './choose.ts';
import type { PinState, TokenAccess } from './token.ts';
import { idNumber, tokenUri } from './uri.ts';

interface ListedToken {
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  /** Path of the PKCS#11 module that shows it. */
  readonly module: string;
  readonly pinState: PinState;
  readonly keys: readonly ListedKey[];
  /** Why its keys could not be read. */
  readonly problem?: string;
}

interface ListedKey {
  /** What `openSigner` takes. */
  readonly uri: string;
  readonly label: string;
  /** Absent where the key cannot sign for TUF; then `problem` says why. */
  readonly key?: Key;
  readonly problem?: string;
}

export interface TokenList {
  readonly tokens: readonly ListedToken[];
  /** A line for each PKCS#11 module that failed. */
  readonly problems: readonly string[];
}

/** @throws SignerError where tokens cannot be reached at all: no module, no pkcs11js and no pkcs11-tool */
export async function listTokens(
  context: Pick<SignerContext, 'environment'>,
  access: TokenAccess = findAccess(context.environment),
): Promise<TokenList> {
  const { tokens, problems } = await findTokens(access, context.environment);
  const listed = tokens.map((token): ListedToken => {
    const { label, serial, manufacturer, model, module, problem } = token;
    const keys = token.keys
      // A certificate for a key that is listed anyway says nothing new.
      .filter(
        ({ id, from }) =>
          from === 'public-key' || !token.keys.some((key) => key.id === id && key.from === 'public-key'),
      )
      .map(
        (key): ListedKey => ({
          uri: tokenUri(token, idNumber(key.id), tokens),
          label: key.label,
          ...judge(key),
        }),
      );
    const state = { pinState: token.pin.state, ...(problem === undefined ? {} : { problem }) };
    return { label, serial, manufacturer, model, module, keys, ...state };
  });
  return { tokens: listed, problems };
}

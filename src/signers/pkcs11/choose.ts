/** Which token and which key on it a signer URI means. Where it is not clear, the error shows what there is. */
import { type Key, KeyError, keyFromSpki, samePublicKey } from '../../tuf/key.ts';
import { SignerError } from '../signer.ts';
import { type FoundTokens, noToken } from './access.ts';
import type { Token, TokenKey } from './token.ts';
import { idNumber, type TokenUri, tokenUri } from './uri.ts';

/** A token's name for messages; what a token says of itself is quoted. */
export function nameOf(token: Token): string {
  const label = token.label || token.model || 'unnamed';
  return `${JSON.stringify(label)}${token.serial ? ` (serial number ${JSON.stringify(token.serial)})` : ''}`;
}

/** @throws SignerError where none or several fit */
export function chooseToken(found: FoundTokens, wanted: TokenUri): Token {
  if (found.tokens.length === 0) throw noToken(found);
  const fitting = found.tokens.filter(
    ({ label, serial }) =>
      (wanted.label === undefined || label === wanted.label) &&
      (wanted.serial === undefined || serial === wanted.serial),
  );
  const [token, ...more] = fitting;
  if (token && more.length === 0) return token;
  const asked = [
    wanted.label === undefined ? '' : ` with the label ${JSON.stringify(wanted.label)}`,
    wanted.serial === undefined ? '' : ` with the serial number ${JSON.stringify(wanted.serial)}`,
  ].join('');
  const all = token ? fitting : found.tokens;
  const list = all.map((one) => `  ${tokenUri(one, wanted.id, found.tokens)} is ${nameOf(one)}`).join('\n');
  if (token) {
    throw new SignerError(
      'token-ambiguous',
      `There are ${fitting.length} tokens${asked}. Name one:\n${list}`,
    );
  }
  throw new SignerError(
    'token-missing',
    `There is no token${asked}. Plug it in. These are there:\n${[list, ...found.problems].join('\n')}`,
  );
}

export type Judged = { readonly key: Key } | { readonly problem: string };

/** Whether a key on a token can sign for TUF. */
export function judge({ public: part }: TokenKey): Judged {
  if ('problem' in part) return part;
  try {
    return { key: keyFromSpki(part.spki) };
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return { problem: error.message };
  }
}

export interface ChosenKey {
  readonly key: Key;
  /** CKA_ID in hex. */
  readonly id: string;
}

/** The key with this id; undefined where the token shows none. @throws SignerError where it cannot be used */
export function chooseKey(token: Token, id: bigint): ChosenKey | undefined {
  const named = token.keys.filter((key) => idNumber(key.id) === id);
  // A certificate can be left over from an earlier key, so the key itself comes first.
  const first = named.find(({ from }) => from === 'public-key') ?? named[0];
  if (!first) return undefined;
  const judged = judge(first);
  if ('problem' in judged) {
    throw new SignerError(
      'key-unsupported',
      `The key ${describe(first)} on the token ${nameOf(token)} cannot sign: ${judged.problem}.`,
    );
  }
  const others = named.filter(({ from }) => from === first.from).map(judge);
  if (others.some((one) => 'problem' in one || !samePublicKey(one.key, judged.key))) {
    throw new SignerError(
      'key-ambiguous',
      `The token ${nameOf(token)} has several keys with the id ${id}. Give them ids of their own, with the program that made them.`,
    );
  }
  return { key: judged.key, id: first.id };
}

/** The error for a token that shows no key with this id. */
export function noKey(token: Token, id: bigint): SignerError {
  const list = token.keys.map((key) => {
    const judged = judge(key);
    return `  ${tokenUri(token, idNumber(key.id))}: ${describe(key)}${'problem' in judged ? `, which cannot sign: ${judged.problem}` : ''}`;
  });
  const found = token.problem ? `Its keys could not be read: ${token.problem}.` : 'It shows no key at all.';
  return new SignerError(
    'key-missing',
    `The token ${nameOf(token)} shows no public key and no certificate with the id ${id}. ${
      list.length > 0
        ? `It has:\n${list.join('\n')}`
        : `${found} To make one on a YubiKey: ykman piv keys generate -a ECCP256 9c public.pem, then ykman piv certificates generate -s me 9c public.pem.`
    }`,
  );
}

function describe({ id, label, from }: TokenKey): string {
  return `${from === 'certificate' ? 'certificate ' : ''}${idNumber(id)} ${JSON.stringify(label)}`;
}

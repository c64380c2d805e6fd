/**
 * `hsm:<id>?label=<token label>`, as securesystemslib writes it: the key's CKA_ID as a decimal number (2, which is PIV
 * slot 9c, where it is left out) and the token's label, form-encoded. Ours besides: `serial`, for tokens with the same
 * label, and `module`, the path of the PKCS#11 module.
 */
import { isAbsolute } from 'node:path';
import { afterScheme, SignerError } from '../signer.ts';
import type { Token } from './token.ts';

/** PIV slot 9c, "digital signature", as YubiKey's module and OpenSC number it. */
const DEFAULT_ID = 2n;
const ID = /^\d{1,80}$/;
const PARAMETERS: readonly string[] = ['label', 'serial', 'module'];

export interface TokenUri {
  /** CKA_ID as a big-endian number. */
  readonly id: bigint;
  readonly label?: string;
  readonly serial?: string;
  readonly module?: string;
}

/** @throws SignerError */
export function parseTokenUri(uri: string): TokenUri {
  const [number = '', ...query] = afterScheme(uri).split('?');
  if (query.length > 1 || (number !== '' && !ID.test(number))) {
    throw malformed('the id is a decimal number, such as 2 for PIV slot 9c');
  }
  const parameters = new URLSearchParams(query[0] ?? '');
  for (const name of new Set(parameters.keys())) {
    if (/pin/i.test(name)) {
      throw malformed('a PIN does not belong into it; it is asked for, or taken from PLAYGROUND_PIN');
    }
    if (!PARAMETERS.includes(name)) throw malformed(`${JSON.stringify(name)} is no parameter of it`);
    if (parameters.getAll(name).length > 1) throw malformed(`${name} stands in it twice`);
    if (parameters.get(name) === '') throw malformed(`${name} is empty`);
  }
  const [label, serial, module] = PARAMETERS.map((name) => parameters.get(name));
  if (module && !isAbsolute(module)) throw malformed('the module is an absolute path');
  return {
    id: number === '' ? DEFAULT_ID : BigInt(number),
    ...(label ? { label } : {}),
    ...(serial ? { serial } : {}),
    ...(module ? { module } : {}),
  };
}

function malformed(problem: string): SignerError {
  return new SignerError(
    'malformed-uri',
    `A signer URI for a token has the form hsm:2?label=<token label>: ${problem}.`,
  );
}

/** CKA_ID, given in hex, as the number that URIs have. */
export function idNumber(id: string): bigint {
  return BigInt(`0x${id || '0'}`);
}

/** The URI that opens the key `id` of a token; with its serial number where others have the same label. */
export function tokenUri(token: Token, id: bigint, others: readonly Token[] = []): string {
  const alike = others.filter(({ label }) => label === token.label).length > 1;
  const parameters = new URLSearchParams({
    ...(token.label ? { label: token.label } : {}),
    ...((alike || !token.label) && token.serial ? { serial: token.serial } : {}),
  });
  const query = parameters.toString();
  return `hsm:${id}${query && `?${query}`}`;
}

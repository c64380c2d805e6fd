/**
 * The shape of a key in metadata (specification section 4.2). The model is the wire form: a plain object whose unknown
 * fields are kept, because they are part of the key and so of its keyid.
 */
import type { Json, JsonObject } from './json.ts';

export interface Key {
  readonly keytype: string;
  readonly scheme: string;
  /** `public` for all kinds but Sigstore identities, which have `identity` and `issuer`. */
  readonly keyval: { readonly [field: string]: string };
  readonly [field: string]: Json;
}

export type KeyErrorCode = 'key-shape' | 'key-unsupported' | 'key-weak' | 'key-invalid';

/** A key object of the wrong shape, or a public key that no new key can be made from. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Takes a key from parsed metadata, unchanged; `where` is its place in the file, for the error. Only the shape is
 * checked: whether the key can verify anything is for `classifyKey` to say.
 */
export function parseKey(value: Json | undefined, where: string): Key {
  const fail = (place: string, wanted: string): never => {
    throw new KeyError('key-shape', `${place}: expected ${wanted} (specification section 4.2)`);
  };
  if (!isObject(value)) return fail(where, 'a key object');
  for (const field of ['keytype', 'scheme'] as const) {
    const text = Object.hasOwn(value, field) ? value[field] : undefined;
    if (typeof text !== 'string' || text === '') fail(`${where}.${field}`, 'a string that is not empty');
  }
  const keyval = Object.hasOwn(value, 'keyval') ? value.keyval : undefined;
  if (!isObject(keyval)) return fail(`${where}.keyval`, 'an object');
  for (const [field, text] of Object.entries(keyval)) {
    // Also for fields beyond `public`: tuf-js refuses the whole file otherwise.
    if (typeof text !== 'string') fail(`${where}.keyval.${field}`, 'a string');
  }
  return value as unknown as Key;
}

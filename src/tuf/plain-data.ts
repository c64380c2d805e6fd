/**
 * JSON in memory: which JavaScript values are plain JSON data, nothing lost and nothing guessed when they are written.
 * `JSON.stringify` drops `undefined`, calls `toJSON`, unboxes, fills holes with null and rounds; what is signed must
 * not depend on that, so everything of the kind is refused by name.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/**
 * Containers inside one another, at most. TUF metadata has eight or so; the cap keeps recursion off the end of the
 * stack and ends cycles.
 */
export const MAX_DEPTH = 64;

/** A UTF-16 surrogate, in a pair or alone. Text without any sorts by code unit as it does by code point. */
export const SURROGATE = /[\ud800-\udfff]/;

/** The way to a value: names of members and indexes of elements, outermost first. */
export type JsonPath = readonly (string | number)[];

/** A path in words: `signed.targets["a b"].hashes`, ASCII only. */
export function formatPath(path: JsonPath): string {
  if (path.length === 0) return 'the value itself';
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `[${quoted(step)}]`;
  });
  return steps.join('').replace(/^\./, '');
}

/** Text from a file for a message: quoted, ASCII only (no control or bidirectional characters), cut when long. */
export function quoted(text: string): string {
  return escapeNonAscii(JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text));
}

/** JSON text in which U+007F and everything above is written as `\uXXXX`, one for each UTF-16 code unit. */
export function escapeNonAscii(jsonText: string): string {
  return jsonText.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Why a value is not plain JSON data, in words that follow "the place"; undefined when it is. Looks at the value and
 * its shape, not at its members, and not for lone surrogates.
 */
export function dataProblem(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      if (!Number.isSafeInteger(value)) return `${value} is not a whole number within 2^53 - 1`;
      return Object.is(value, -0) ? 'minus zero cannot be told from zero; write 0' : undefined;
    case 'object':
      return value === null ? undefined : shapeProblem(value);
    case 'undefined':
      return 'has no value that can be written (undefined, an accessor, or a property that is not enumerable)';
    default:
      return `a ${typeof value} is not JSON data`;
  }
}

function shapeProblem(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype) return 'an instance of a class derived from Array is not JSON data';
    // The names are the indexes and `length`.
    if (Object.getOwnPropertyNames(value).length !== value.length + 1)
      return 'the array has holes or named members';
  } else if (prototype !== Object.prototype && prototype !== null) {
    return 'is neither a plain object nor an array';
  }
  return Object.getOwnPropertySymbols(value).length > 0 ? 'has a member whose key is a symbol' : undefined;
}

/** The value of a member; undefined, which `dataProblem` refuses, for an accessor or a hidden property. */
export function memberOf(container: object, name: string | number): unknown {
  const property = Object.getOwnPropertyDescriptor(container, name);
  return property?.enumerable === true ? property.value : undefined;
}

/**
 * Whether a value is plain JSON data all through whose objects list their members in ascending order of UTF-16 code
 * units, at most `depth` containers deep. `JSON.stringify` then writes it whole and in that order.
 */
export function isPlainAndOrdered(value: unknown, depth = MAX_DEPTH): boolean {
  if (dataProblem(value) !== undefined) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      if (!isPlainAndOrdered(memberOf(value, index), depth - 1)) return false;
    }
    return true;
  }
  let previous: string | undefined;
  for (const name of Object.getOwnPropertyNames(value)) {
    if (previous !== undefined && name < previous) return false;
    previous = name;
    if (!isPlainAndOrdered(memberOf(value, name), depth - 1)) return false;
  }
  return true;
}

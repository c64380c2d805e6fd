/**
 * OLPC canonical JSON, the form of which TUF signs the bytes (specification section 4.2, "canonical JSON"; described
 * at http://wiki.laptop.org/go/Canonical_JSON): no white space, keys in the order of their UTF-8 bytes, whole numbers
 * only, and in strings only `"` and `\` escaped, so that a newline is the byte 0x0A itself.
 *
 * The package `canonicalize` writes RFC 8785, which differs in the order of keys beyond U+FFFF, in the escapes of
 * control characters, and in allowing fractions. `canonicalizeGeneral` corrects those three; `canonicalizeOrdered`
 * is the short way for data that is in order, as in every file that this project writes; what is not is put in order
 * first where that can be done.
 */
import rfc8785 from 'canonicalize';
import { encodeUtf8 } from './json.ts';
import { inMemberOrder } from './member-order.ts';
import {
  dataProblem,
  formatPath,
  isPlainAndOrdered,
  type JsonPath,
  MAX_DEPTH,
  memberOf,
  SURROGATE,
} from './plain-data.ts';

/** A value that has no canonical form. The message begins with its path. */
export class CanonicalError extends Error {
  override readonly name = 'CanonicalError';
  readonly code = 'canonical';

  constructor(path: JsonPath, problem: string) {
    super(`${formatPath(path)}: ${problem}`);
  }
}

/**
 * The bytes that a signature over the value covers.
 * @throws {CanonicalError} for whatever is not plain JSON data: anything but plain objects, arrays without holes,
 * well-formed strings, safe integers, booleans and null, or more than 64 levels of them.
 */
export function canonicalize(value: unknown): Uint8Array<ArrayBuffer> {
  const ordered = inMemberOrder(value);
  return (ordered === undefined ? undefined : bytesInOrder(ordered)) ?? canonicalizeGeneral(value);
}

/**
 * The short way: plain data with its keys in order, written by JSON.stringify. It escapes `"`, `\`, control
 * characters and lone surrogates, nothing else, so without a backslash in the text it has escaped nothing and the
 * text is the canonical form; and with some, undoing the escapes of control characters (PEM keys have newlines)
 * gives it. Undefined where that does not hold: `\ud` may be a lone surrogate, and with pairs of surrogates the order
 * of code units is not that of code points.
 */
export function canonicalizeOrdered(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  return isPlainAndOrdered(value) ? bytesInOrder(value) : undefined;
}

function bytesInOrder(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  const text = JSON.stringify(value);
  if (SURROGATE.test(text) || text.includes('\\ud')) return undefined;
  return encodeUtf8(text.includes('\\') ? undoControlEscapes(text) : text);
}

/**
 * The form of any value, by way of RFC 8785. Every string becomes the string whose characters are its UTF-8 bytes:
 * these sort by code unit as the original does by code point, and no character of them is escaped that OLPC leaves
 * literal, other than control characters. Each character of the result is a byte.
 */
export function canonicalizeGeneral(value: unknown): Uint8Array<ArrayBuffer> {
  const text = rfc8785(asByteStrings(value, []));
  if (text === undefined) throw new CanonicalError([], 'has no canonical form');
  const characters = undoControlEscapes(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
  return bytes;
}

function asByteStrings(value: unknown, path: (string | number)[]): unknown {
  const problem = dataProblem(value);
  if (problem !== undefined) throw new CanonicalError(path, problem);
  if (typeof value === 'string') return byteString(value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (path.length >= MAX_DEPTH)
    throw new CanonicalError(path, `more than ${MAX_DEPTH} levels, or a value inside itself`);
  const inside = (name: string | number): unknown => {
    path.push(name);
    const member = asByteStrings(memberOf(value, name), path);
    path.pop();
    return member;
  };
  if (Array.isArray(value)) return value.map((_, index) => inside(index));
  // Without a prototype, `__proto__` is a key like any other and no `toJSON` is inherited.
  const copy: Record<string, unknown> = Object.create(null);
  for (const name of Object.getOwnPropertyNames(value))
    copy[byteString(name, [...path, name])] = inside(name);
  return copy;
}

/** The string whose characters are the UTF-8 bytes of a text (its latin-1 reading). */
function byteString(text: string, path: JsonPath): string {
  if (!BEYOND_ASCII.test(text)) return text;
  if (!text.isWellFormed()) throw new CanonicalError(path, 'half of a surrogate pair has no UTF-8 form');
  let characters = '';
  for (const byte of encodeUtf8(text)) characters += String.fromCharCode(byte);
  return characters;
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** The control characters that JSON.stringify writes with a letter; the others it writes as `\u00XX`. */
const LETTER_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\b', '\b'],
  ['\\f', '\f'],
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\t', '\t'],
]);

/** Puts control characters in the place of their escapes in text by JSON.stringify; `\"` and `\\` stay. */
function undoControlEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|.)/g, (sequence: string, hex: string | undefined) =>
    hex === undefined
      ? (LETTER_ESCAPES.get(sequence) ?? sequence)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

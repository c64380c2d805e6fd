/**
 * JSON as this repository format reads and writes it. Reading is strict, so that what we accept every client reads
 * the same way; writing gives the form in which files are stored: sorted keys, an indent of one space, ASCII only,
 * no newline at the end, byte for byte what Python's
 * `json.dumps(value, indent=1, separators=(',', ': '), sort_keys=True)` writes.
 *
 * Both have a short way for the usual case, since a repository with hashed bins holds thousands of files.
 */
import { JsonError, placeIn, RECURSION_LIMIT, scanJson } from './json-scan.ts';
import { inMemberOrder } from './member-order.ts';
import {
  dataProblem,
  escapeNonAscii,
  formatPath,
  type Json,
  MAX_DEPTH,
  memberOf,
  SURROGATE,
} from './plain-data.ts';

export { JsonError, type JsonErrorCode } from './json-scan.ts';
export type { Json, JsonObject } from './plain-data.ts';

export interface ParseOptions {
  /** Bytes of UTF-8, at most; 5,000,000 unless told (the largest metadata file that clients read). */
  readonly maxBytes?: number;
  /** Objects and arrays inside one another, at most; 64 unless told, never more than 1000. */
  readonly maxDepth?: number;
}

const DEFAULT_MAX_BYTES = 5_000_000;

const ENCODER = new TextEncoder();
// `ignoreBOM` keeps a byte order mark in the text, where it is found and refused.
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const BYTE_ORDER_MARK = 0xfeff;

/**
 * Reads strict JSON: UTF-8 without a byte order mark, no key twice in one object (escapes undone), numbers only as
 * safe integers in plain digits, no lone surrogates, limited size and depth. `__proto__` is a key like any other.
 * @throws {JsonError} which names line and column.
 */
export function parseJson(input: Uint8Array | string, options: ParseOptions = {}): Json {
  const { maxBytes = DEFAULT_MAX_BYTES } = options;
  const maxDepth = Math.min(options.maxDepth ?? MAX_DEPTH, RECURSION_LIMIT);
  const text = typeof input === 'string' ? checkText(input, maxBytes) : decode(input, maxBytes);
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) {
    throw new JsonError(
      'json-encoding',
      'line 1, column 1: a byte order mark; save the file as UTF-8 without it',
    );
  }
  return parseStored(text, maxDepth) ?? scanJson(text, maxDepth);
}

/**
 * The short way, for text that JSON.stringify would write itself with an indent of one space, as we store files, or of
 * one tab, as older repositories have them. Then no key is there twice (the second would be missing), and every number
 * stands in its shortest form, so that only fractions, exponents and integers beyond 2^53 are left to look for. A lone
 * surrogate would stand as an escape `\udXXX`. Writing it again also finds what JSON.parse itself misreads: V8 13.6 (in
 * Node 24) can take a key `"\""` for the key `"\\"` of an object that it read before.
 * Undefined when the text is otherwise, or is no JSON: the scanner decides, and says where.
 */
function parseStored(text: string, maxDepth: number): Json | undefined {
  if (OPENS_WITHIN_LINE.test(text) || text.includes('\\ud')) return undefined;
  const indent = text[2] === '\t' ? '\t' : ' ';
  try {
    const value: Json = JSON.parse(text);
    return isShallowAndWhole(value, maxDepth) && JSON.stringify(value, null, indent) === text
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

// Both forms end the line after every `{` and `[`. Compact text, thousands of levels deep or not, stops here.
const OPENS_WITHIN_LINE = /[[{][^\n\]}]/;

function isShallowAndWhole(value: Json, depth: number): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (!(depth > 0)) return false;
  const members: readonly Json[] = Array.isArray(value) ? value : Object.values(value);
  for (const member of members) {
    if (!isShallowAndWhole(member, depth - 1)) return false;
  }
  return true;
}

function checkText(text: string, maxBytes: number): string {
  // A UTF-16 code unit is one to three bytes of UTF-8.
  if (text.length > maxBytes) throw tooLarge(maxBytes);
  if (text.length * 3 > maxBytes && ENCODER.encode(text).length > maxBytes) throw tooLarge(maxBytes);
  // With the `u` flag, pairs are one character each, so that only halves match.
  const lone = text.isWellFormed() ? null : /\p{Surrogate}/u.exec(text);
  if (lone !== null) {
    throw new JsonError(
      'json-surrogate',
      `${placeIn(text, lone.index)}: half of a surrogate pair; write both`,
    );
  }
  return text;
}

function decode(bytes: Uint8Array, maxBytes: number): string {
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  try {
    return DECODER.decode(bytes);
  } catch (cause) {
    const message = `near byte ${firstBadByte(bytes)}: not UTF-8; save the file as UTF-8`;
    throw new JsonError('json-encoding', message, { cause });
  }
}

function tooLarge(maxBytes: number): JsonError {
  return new JsonError(
    'json-too-large',
    `the whole text: more than ${maxBytes} bytes; make it smaller or split it`,
  );
}

/** Bad bytes decode leniently to U+FFFD, so the first difference after encoding again is where they are. */
function firstBadByte(bytes: Uint8Array): number {
  const again = ENCODER.encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  return bytes.findIndex((byte, index) => byte !== again[index]);
}

/** UTF-8 bytes of a text without lone surrogates. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/**
 * The text of a file: sorted keys (by code point), an indent of one space, `,` and newline and `: ` as separators,
 * everything outside U+0020 to U+007E escaped, no newline at the end.
 * @throws {JsonError} with the path of a value that the strict reader would not read back as it is.
 */
export function formatJson(value: Json): string {
  const ordered = inMemberOrder(value);
  if (ordered !== undefined) {
    const text = JSON.stringify(ordered, null, 1);
    // Without surrogates, the order of code units is the order of code points; `\ud` may be half of a pair.
    if (!SURROGATE.test(text) && !text.includes('\\ud')) return escapeNonAscii(text);
  }
  return write(value, '\n', []);
}

function write(value: unknown, newline: string, path: (string | number)[]): string {
  const problem = dataProblem(value);
  if (problem !== undefined) {
    throw new JsonError(
      typeof value === 'number' ? 'json-number' : 'json-syntax',
      `${formatPath(path)}: ${problem}`,
    );
  }
  if (typeof value === 'string') return writeString(value, path);
  if (typeof value !== 'object' || value === null) return String(value);
  if (path.length >= MAX_DEPTH) {
    throw new JsonError(
      'json-too-deep',
      `${formatPath(path)}: more than ${MAX_DEPTH} levels, or a value inside itself`,
    );
  }
  const inner = `${newline} `;
  const member = (name: string | number): string => {
    path.push(name);
    const key = typeof name === 'string' ? `${writeString(name, path)}: ` : '';
    const text = `${inner}${key}${write(memberOf(value, name), inner, path)}`;
    path.pop();
    return text;
  };
  if (Array.isArray(value)) {
    return value.length === 0 ? '[]' : `[${value.map((_, index) => member(index)).join()}${newline}]`;
  }
  const names = Object.getOwnPropertyNames(value).sort(compareCodePoints);
  return names.length === 0 ? '{}' : `{${names.map(member).join()}${newline}}`;
}

function writeString(text: string, path: readonly (string | number)[]): string {
  if (!text.isWellFormed()) {
    throw new JsonError('json-surrogate', `${formatPath(path)}: half of a surrogate pair cannot be written`);
  }
  return escapeNonAscii(JSON.stringify(text));
}

/** Orders well-formed strings by code point, where `<` orders by code unit: a surrogate stands above U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(a.charCodeAt(index)) - rank(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

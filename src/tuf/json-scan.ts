/**
 * A strict reader of JSON text (RFC 8259), narrowed to what every TUF implementation reads alike: no key twice in an
 * object, numbers only as whole numbers that a double holds exactly, no lone surrogates, limited nesting. JSON.parse
 * keeps the last of two equal keys and reads 1.0 as 1; Python and Go refuse or differ.
 */
import { type Json, quoted } from './plain-data.ts';

export type JsonErrorCode =
  | 'json-syntax'
  | 'json-duplicate-key'
  | 'json-number'
  | 'json-too-deep'
  | 'json-too-large'
  | 'json-encoding'
  | 'json-surrogate';

/** Text that is not strict JSON, or a value that has no such text. The message begins with the place. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly code: JsonErrorCode;

  constructor(code: JsonErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** More than this many levels are never read, whatever a caller allows: reading recurses once a level. */
export const RECURSION_LIMIT = 1000;

const WORDS: ReadonlyMap<string, Json> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The value of a text that is well-formed UTF-16.
 * @param maxDepth containers inside one another, at most; not above `RECURSION_LIMIT`.
 * @throws {JsonError} with line and column (counted from 1, in UTF-16 code units).
 */
export function scanJson(text: string, maxDepth: number): Json {
  return new Scanner(text, maxDepth).wholeText();
}

/** An offset in a text, in words: line and column, counted from 1, columns in UTF-16 code units. */
export function placeIn(text: string, at: number): string {
  const before = text.slice(0, at);
  return `line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`;
}

class Scanner {
  private at = 0;
  private readonly text: string;
  private readonly maxDepth: number;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  wholeText(): Json {
    const value = this.value(0);
    if (this.next() !== undefined) {
      this.fail('json-syntax', 'expected the end of the text; remove what follows');
    }
    return value;
  }

  private value(depth: number): Json {
    const first = this.next();
    if (first === '{') return this.object(depth + 1);
    if (first === '[') return this.array(depth + 1);
    if (first === '"') return this.string();
    const token = this.token();
    if (/^-?[0-9]/.test(token)) return this.number(token);
    const word = WORDS.get(token);
    if (word === undefined) {
      this.fail('json-syntax', `expected a value, found ${token === '' ? this.found() : quoted(token)}`);
    }
    this.at += token.length;
    return word;
  }

  private object(depth: number): Json {
    this.open(depth);
    const members = new Map<string, Json>();
    let first = true;
    while (this.goesOn('}', first)) {
      first = false;
      if (this.next() !== '"') {
        this.fail('json-syntax', `expected a key in double quotes, found ${this.found()}`);
      }
      const start = this.at;
      const key = this.string();
      if (members.has(key)) {
        this.fail('json-duplicate-key', `the key ${quoted(key)} is in this object twice; remove one`, start);
      }
      this.take(':');
      members.set(key, this.value(depth));
    }
    // Defines own properties, so a key `__proto__` is a key like any other.
    return Object.fromEntries(members);
  }

  private array(depth: number): Json {
    this.open(depth);
    const elements: Json[] = [];
    while (this.goesOn(']', elements.length === 0)) elements.push(this.value(depth));
    return elements;
  }

  private open(depth: number): void {
    if (!(depth <= this.maxDepth)) {
      this.fail('json-too-deep', `more than ${this.maxDepth} levels of objects and arrays; flatten the data`);
    }
    this.at += 1;
  }

  /** Whether another member follows; steps over the comma before it, or over the closing bracket. */
  private goesOn(close: '}' | ']', first: boolean): boolean {
    if (this.next() === close) {
      this.at += 1;
      return false;
    }
    if (!first) {
      this.take(',', ` or "${close}"`);
      if (this.next() === close) this.fail('json-syntax', `remove the comma before "${close}"`);
    }
    return true;
  }

  private string(): string {
    const start = this.at;
    let escaped = false;
    let end = start + 1;
    for (;;) {
      const unit = this.text.charCodeAt(end);
      if (unit === QUOTE) break;
      // NaN past the end.
      if (!(unit >= 0x20)) {
        if (end >= this.text.length) {
          this.fail('json-syntax', 'the string that begins here has no end', start);
        }
        this.fail('json-syntax', 'a control character inside a string; write it as an escape', end);
      }
      escaped ||= unit === BACKSLASH;
      end += unit === BACKSLASH ? 2 : 1;
    }
    this.at = end + 1;
    return escaped ? this.unescape(start) : this.text.slice(start + 1, end);
  }

  private unescape(start: number): string {
    let value: string;
    try {
      value = JSON.parse(this.text.slice(start, this.at));
    } catch (cause) {
      this.fail(
        'json-syntax',
        'the string that begins here has an escape that JSON does not know',
        start,
        cause,
      );
    }
    if (!value.isWellFormed()) {
      this.fail(
        'json-surrogate',
        'half of a surrogate pair in the string that begins here; write both halves',
        start,
      );
    }
    return value;
  }

  private number(token: string): number {
    const value = Number(token);
    if (!/^-?(0|[1-9][0-9]*)$/.test(token) || token === '-0' || !Number.isSafeInteger(value)) {
      const rule = 'numbers are whole, within 2^53 - 1, and written in plain digits';
      this.fail('json-number', `${quoted(token)} is not allowed: ${rule}`);
    }
    this.at += token.length;
    return value;
  }

  /** The run of characters of which numbers and words are made. */
  private token(): string {
    const run = /[-+.0-9A-Za-z]*/y;
    run.lastIndex = this.at;
    return run.exec(this.text)?.[0] ?? '';
  }

  private take(character: ':' | ',', orElse = ''): void {
    if (this.next() !== character) {
      this.fail('json-syntax', `expected "${character}"${orElse}, found ${this.found()}`);
    }
    this.at += 1;
  }

  /** Steps over white space; the character after it, undefined at the end. */
  private next(): string | undefined {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return this.text[this.at];
      this.at += 1;
    }
  }

  private found(): string {
    const character = this.text.codePointAt(this.at);
    return character === undefined ? 'the end of the text' : quoted(String.fromCodePoint(character));
  }

  private fail(code: JsonErrorCode, problem: string, at = this.at, cause?: unknown): never {
    const message = `${placeIn(this.text, at)}: ${problem}`;
    throw new JsonError(code, message, cause === undefined ? undefined : { cause });
  }
}

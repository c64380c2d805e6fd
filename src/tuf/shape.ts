/**
 * The boundary where `unknown` JSON becomes a typed object. Each function checks one shape and names the place
 * (`signed.roles.root.threshold`) in its error. Objects are handed on as they are, so unknown fields are kept.
 */
import type { Json, JsonObject } from './json.ts';

/** Metadata whose shape is not what the specification (section 4) says. `where` is the path inside the file. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError';
  readonly code = 'metadata-shape';
  readonly where: string;

  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.where = where;
  }
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function fail(where: string, wanted: string, value: Json | undefined): never {
  throw new MetadataError(where, `expected ${wanted}, found ${kindOf(value)}`);
}

/** An object; arrays and null are refused. */
export function asObject(value: Json | undefined, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(where, 'an object', value);
  return value as JsonObject;
}

/** An array, each element checked by `item`. */
export function asArray<T>(
  value: Json | undefined,
  where: string,
  item: (element: Json, where: string) => T,
): readonly T[] {
  if (!Array.isArray(value)) fail(where, 'an array', value);
  return (value as readonly Json[]).map((element, index) => item(element, `${where}[${index}]`));
}

export function asString(value: Json | undefined, where: string): string {
  if (typeof value !== 'string') fail(where, 'a string', value);
  return value;
}

/** A lower-case hex string of whole bytes; may not be empty. */
export function asHex(value: Json | undefined, where: string): string {
  const text = asString(value, where);
  if (text.length % 2 !== 0 || !/^[0-9a-f]+$/.test(text))
    throw new MetadataError(where, 'expected lower-case hex digits');
  return text;
}

export function asBoolean(value: Json | undefined, where: string): boolean {
  if (typeof value !== 'boolean') fail(where, 'true or false', value);
  return value;
}

/** A whole number that is at least `least`. */
export function asInteger(value: Json | undefined, where: string, least = 0): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) fail(where, 'a whole number', value);
  if (value < least)
    throw new MetadataError(where, `expected a whole number of ${least} or more, found ${value}`);
  return value;
}

/** Runs `check` on every member of an object; `where` gains the member's name. */
export function eachMember(
  value: Json | undefined,
  where: string,
  check: (member: Json, where: string, name: string) => void,
): JsonObject {
  const object = asObject(value, where);
  for (const name of Object.keys(object)) check(object[name] as Json, `${where}.${name}`, name);
  return object;
}

/** The member of that name, if it is the object's own: names come from files, so `constructor` must find nothing. */
export function own<T>(object: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

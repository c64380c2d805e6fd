/**
 * Delegations (specification section 4.5; succinct hashed bins: TAP 15). A targets role hands part of the artifact
 * paths to other roles: by path patterns, by prefixes of the hash of the path, or evenly over numbered bins.
 */
import { hashHex } from './crypto/index.ts';
import type { JsonObject } from './json.ts';
import { type Key, parseKey } from './key.ts';
import { MAX_BIN_BITS } from './limits.ts';
import { matchesPattern } from './path-pattern.ts';
import { parseRoleKeys, type RoleKeys } from './role-keys.ts';
import {
  asArray,
  asBoolean,
  type asHex,
  asInteger,
  asObject,
  asString,
  eachMember,
  MetadataError,
} from './shape.ts';

export interface DelegatedRole extends RoleKeys {
  readonly name: string;
  readonly terminating: boolean;
  /** Exactly one of `paths` and `path_hash_prefixes` is there. */
  readonly paths?: readonly string[];
  readonly path_hash_prefixes?: readonly string[];
}

/** TAP 15: 2^`bit_length` bins named `<name_prefix>-<number in hex>`, all with the same keys. */
export interface SuccinctRoles extends RoleKeys {
  readonly bit_length: number;
  readonly name_prefix: string;
}

export interface Delegations {
  readonly keys: { readonly [keyid: string]: Key };
  /** In order of priority. Exactly one of `roles` and `succinct_roles` is there. */
  readonly roles?: readonly DelegatedRole[];
  readonly succinct_roles?: SuccinctRoles;
}

export function parseDelegations(value: unknown, where: string): Delegations {
  const object = asObject(value as JsonObject, where);
  eachMember(object.keys, `${where}.keys`, (key, place) => parseKey(key, place));
  const hasRoles = object.roles !== undefined;
  if (hasRoles === (object.succinct_roles !== undefined)) {
    throw new MetadataError(where, 'expected either "roles" or "succinct_roles"');
  }
  if (hasRoles) {
    asArray(object.roles, `${where}.roles`, (role, place) =>
      parseDelegatedRole(asObject(role, place), place),
    );
  } else {
    const place = `${where}.succinct_roles`;
    const succinct = parseRoleKeys(object.succinct_roles, place);
    const bits = asInteger(succinct.bit_length as number, `${place}.bit_length`, 1);
    if (bits > MAX_BIN_BITS) {
      throw new MetadataError(`${place}.bit_length`, `expected 1 to ${MAX_BIN_BITS}, found ${bits}`);
    }
    asString(succinct.name_prefix as string, `${place}.name_prefix`);
  }
  return object as unknown as Delegations;
}

function parseDelegatedRole(role: JsonObject, where: string): void {
  parseRoleKeys(role, where);
  asString(role.name, `${where}.name`);
  asBoolean(role.terminating, `${where}.terminating`);
  if ((role.paths !== undefined) === (role.path_hash_prefixes !== undefined)) {
    throw new MetadataError(where, 'expected either "paths" or "path_hash_prefixes"');
  }
  if (role.paths !== undefined) asArray(role.paths, `${where}.paths`, asString);
  else asArray(role.path_hash_prefixes, `${where}.path_hash_prefixes`, asHexDigits);
}

/** Hash prefixes may end in the middle of a byte. */
function asHexDigits(value: Parameters<typeof asHex>[0], where: string): string {
  const text = asString(value, where);
  if (!/^[0-9a-f]{1,64}$/.test(text))
    throw new MetadataError(where, 'expected 1 to 64 lower-case hex digits');
  return text;
}

/** Whether this delegation covers the artifact path. */
export function coversPath(role: DelegatedRole, path: string): boolean {
  if (role.paths) return role.paths.some((pattern) => matchesPattern(pattern, path));
  const hash = pathHash(path);
  return (role.path_hash_prefixes ?? []).some((prefix) => hash.startsWith(prefix));
}

function pathHash(path: string): string {
  return hashHex('sha256', path);
}

/** The name of bin `number`, padded so that all names are of one length (TAP 15). */
export function binName(roles: SuccinctRoles, number: number): string {
  const digits = (2 ** roles.bit_length - 1).toString(16).length;
  return `${roles.name_prefix}-${number.toString(16).padStart(digits, '0')}`;
}

/** The bin that holds the artifact path: the first `bit_length` bits of the path's SHA-256. */
export function binForPath(roles: SuccinctRoles, path: string): string {
  const first = Number.parseInt(pathHash(path).slice(0, 8), 16);
  return binName(roles, Math.floor(first / 2 ** (32 - roles.bit_length)));
}

/** Whether the name is that of one of the bins. */
export function isBinName(roles: SuccinctRoles, name: string): boolean {
  const prefix = `${roles.name_prefix}-`;
  if (!name.startsWith(prefix)) return false;
  const digits = name.slice(prefix.length);
  return /^[0-9a-f]+$/.test(digits) && binName(roles, Number.parseInt(digits, 16)) === name
    ? Number.parseInt(digits, 16) < 2 ** roles.bit_length
    : false;
}

/** All bin names in order. */
export function* binNames(roles: SuccinctRoles): Generator<string> {
  for (let number = 0; number < 2 ** roles.bit_length; number++) yield binName(roles, number);
}

/** A delegation as seen by its delegate: the keys and threshold that its metadata must meet. */
export interface DelegationOf {
  readonly name: string;
  readonly role: RoleKeys;
  readonly keys: { readonly [keyid: string]: Key };
  readonly terminating: boolean;
}

/** The delegation of that role here, if there is one. Where a name stands twice, the first counts. */
export function findDelegation(delegations: Delegations | undefined, name: string): DelegationOf | undefined {
  if (!delegations) return undefined;
  const { keys, succinct_roles: succinct } = delegations;
  if (succinct)
    return isBinName(succinct, name) ? { name, role: succinct, keys, terminating: true } : undefined;
  const role = delegations.roles?.find((candidate) => candidate.name === name);
  return role && { name, role, keys, terminating: role.terminating };
}

/** The delegations that cover an artifact path, in the order in which clients follow them. */
export function delegationsForPath(
  delegations: Delegations | undefined,
  path: string,
): readonly { readonly name: string; readonly terminating: boolean }[] {
  if (!delegations) return [];
  if (delegations.succinct_roles) {
    return [{ name: binForPath(delegations.succinct_roles, path), terminating: true }];
  }
  return (delegations.roles ?? []).filter((role) => coversPath(role, path));
}

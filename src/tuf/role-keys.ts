/**
 * Which keys speak for a role and how many of them must: the part that root's `roles` and every delegation share
 * (specification sections 4.3 and 4.5).
 */
import type { Json } from './json.ts';
import { asArray, asInteger, asObject, asString } from './shape.ts';

export interface RoleKeys {
  readonly keyids: readonly string[];
  readonly threshold: number;
  readonly [field: string]: unknown;
}

/** Checks the shape only; whether the threshold can be met is for the validator to say. */
export function parseRoleKeys(value: Json | undefined, where: string): RoleKeys {
  const object = asObject(value, where);
  asArray(object.keyids, `${where}.keyids`, asString);
  asInteger(object.threshold, `${where}.threshold`);
  return object as unknown as RoleKeys;
}

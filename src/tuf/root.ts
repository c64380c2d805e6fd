/** The root role (specification section 4.3): the keys of all top-level roles and how many signatures each needs. */
import type { JsonObject } from './json.ts';
import { type Key, parseKey } from './key.ts';
import { TOP_LEVEL_ROLES, type TopLevelRole } from './names.ts';
import { parseRoleKeys, type RoleKeys } from './role-keys.ts';
import { asBoolean, asObject, eachMember, MetadataError } from './shape.ts';
import type { SignedCommon } from './signed.ts';

export interface Root extends SignedCommon {
  readonly _type: 'root';
  readonly consistent_snapshot: boolean;
  readonly keys: { readonly [keyid: string]: Key };
  readonly roles: { readonly [role in TopLevelRole]: RoleKeys };
}

export function parseRoot(signed: JsonObject): Root {
  asBoolean(signed.consistent_snapshot, 'signed.consistent_snapshot');
  eachMember(signed.keys, 'signed.keys', (key, where) => parseKey(key, where));
  const roles = asObject(signed.roles, 'signed.roles');
  for (const role of TOP_LEVEL_ROLES) {
    if (!Object.hasOwn(roles, role)) throw new MetadataError('signed.roles', `the role ${role} is missing`);
  }
  eachMember(roles, 'signed.roles', (entry, where, role) => {
    if (!(TOP_LEVEL_ROLES as readonly string[]).includes(role)) {
      throw new MetadataError(where, 'root holds only the roles root, targets, snapshot and timestamp');
    }
    parseRoleKeys(entry, where);
  });
  return signed as unknown as Root;
}

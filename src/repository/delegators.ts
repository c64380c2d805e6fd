/** Who speaks for whom: root for the top-level roles, targets roles for the roles that they delegate to. */
import { binNames, findDelegation } from '../tuf/delegations.ts';
import type { Key } from '../tuf/key.ts';
import { isTopLevelRole } from '../tuf/names.ts';
import type { RoleKeys } from '../tuf/role-keys.ts';
import { type RepositoryState, rootOf, targetsOf, targetsRoles } from './state.ts';

/** The keys and threshold that one delegator gives a role. */
export interface Delegator {
  /** The delegating role: `root`, or a targets role. */
  readonly by: string;
  readonly role: RoleKeys;
  readonly keys: { readonly [keyid: string]: Key };
}

/** All who delegate to the role in this state. A role's file must satisfy each of them. */
export function delegatorsOf(state: RepositoryState, role: string): readonly Delegator[] {
  if (isTopLevelRole(role)) {
    const root = rootOf(state)?.signed;
    return root ? [{ by: 'root', role: root.roles[role], keys: root.keys }] : [];
  }
  const delegators: Delegator[] = [];
  for (const by of targetsRoles(state)) {
    const delegation = findDelegation(targetsOf(state, by)?.signed.delegations, role);
    if (delegation) delegators.push({ by, role: delegation.role, keys: delegation.keys });
  }
  return delegators;
}

/** The names that a targets role delegates to, in order. */
export function delegatedNames(state: RepositoryState, by: string): readonly string[] {
  const delegations = targetsOf(state, by)?.signed.delegations;
  if (!delegations) return [];
  return delegations.succinct_roles
    ? [...binNames(delegations.succinct_roles)]
    : (delegations.roles ?? []).map((role) => role.name);
}

/** Every targets role that can be reached from top-level targets, each with a first delegator. */
export function reachableRoles(state: RepositoryState): ReadonlyMap<string, string> {
  const reached = new Map<string, string>([['targets', 'root']]);
  for (const role of reached.keys()) {
    for (const name of delegatedNames(state, role)) if (!reached.has(name)) reached.set(name, role);
  }
  return reached;
}

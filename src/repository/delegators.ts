/** Who speaks for whom: root for the top-level roles, targets roles for the roles that they delegate to. */
import { binNames, findDelegation } from '../tuf/delegations.ts';
import type { Key } from '../tuf/key.ts';
import { isTopLevelRole } from '../tuf/names.ts';
import type { RoleKeys } from '../tuf/role-keys.ts';
import { previousRoot, type RepositoryState, rootOf, targetsOf, targetsRoles } from './state.ts';

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
  for (const by of delegatingRoles(state)) {
    const delegation = findDelegation(targetsOf(state, by)?.signed.delegations, role);
    if (delegation) delegators.push({ by, role: delegation.role, keys: delegation.keys });
  }
  return delegators;
}

const delegating = new WeakMap<RepositoryState, readonly string[]>();

/** The targets roles that delegate at all. Kept for each state: of thousands of bins, none does. */
function delegatingRoles(state: RepositoryState): readonly string[] {
  const known = delegating.get(state);
  if (known) return known;
  const roles = targetsRoles(state).filter(
    (role) => targetsOf(state, role)?.signed.delegations !== undefined,
  );
  delegating.set(state, roles);
  return roles;
}

/** The keys and threshold that `by` alone gives the role; undefined where it does not speak for it. */
export function keysGivenBy(state: RepositoryState, by: string, role: string): RoleKeys | undefined {
  if (isTopLevelRole(role)) return by === 'root' ? rootOf(state)?.signed.roles[role] : undefined;
  return findDelegation(targetsOf(state, by)?.signed.delegations, role)?.role;
}

/** Keys and threshold that a role's file must meet, and where they come from. */
export interface Judge extends Delegator {
  readonly source: 'previous-root' | 'delegator';
}

/** All whose threshold applies to the role's file: for root the version before it, then whoever delegates to it. */
export function judgesOf(state: RepositoryState, role: string): readonly Judge[] {
  const previous = role === 'root' ? previousRoot(state)?.signed : undefined;
  const judges: Judge[] = previous
    ? [{ by: 'previous-root', source: 'previous-root', role: previous.roles.root, keys: previous.keys }]
    : [];
  return [
    ...judges,
    ...delegatorsOf(state, role).map((delegator) => ({ ...delegator, source: 'delegator' as const })),
  ];
}

/** The names that a targets role delegates to, in order. */
function delegatedNames(state: RepositoryState, by: string): readonly string[] {
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

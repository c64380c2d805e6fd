/**
 * The search that clients make for an artifact (specification section 5.6.7): top-level targets first, then the
 * delegations that cover the path, depth first in order of priority, up to 32 roles.
 */
import { delegationsForPath } from './delegations.ts';
import { MAX_DELEGATIONS } from './limits.ts';
import { own } from './shape.ts';
import type { TargetFile, Targets } from './targets.ts';

export interface WalkResult {
  /** The roles that a client visits, in order. */
  readonly visited: readonly string[];
  /** The role that lists the artifact, and what it says of it; undefined where the search ends without one. */
  readonly found: { readonly role: string; readonly file: TargetFile } | undefined;
  /** Why the search ended without the artifact. */
  readonly end?: 'exhausted' | 'terminated' | 'too-many-roles';
}

/** Searches for the artifact. `targetsOf` gives a role's signed part, or undefined where it cannot be loaded. */
export function findTarget(path: string, targetsOf: (role: string) => Targets | undefined): WalkResult {
  const visited: string[] = [];
  const stack = ['targets'];
  let terminated = false;
  for (let role = stack.pop(); role !== undefined; role = stack.pop()) {
    if (visited.includes(role)) continue;
    if (visited.length >= MAX_DELEGATIONS) return { visited, found: undefined, end: 'too-many-roles' };
    visited.push(role);
    const targets = targetsOf(role);
    if (!targets) continue;
    const file = own(targets.targets, path);
    if (file) return { visited, found: { role, file } };

    const next: string[] = [];
    for (const delegation of delegationsForPath(targets.delegations, path)) {
      next.push(delegation.name);
      if (delegation.terminating) {
        // No role outside this delegation may answer for the path any more.
        stack.length = 0;
        terminated = true;
        break;
      }
    }
    stack.push(...next.reverse());
  }
  return { visited, found: undefined, end: terminated ? 'terminated' : 'exhausted' };
}

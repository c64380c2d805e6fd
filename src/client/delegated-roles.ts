/**
 * Loads every role that can be reached from the top-level targets by delegations, whether or not it lists an
 * artifact. A client loads a role only on the way to an artifact (specification 5.6.7), so a broken role without
 * one would go unnoticed until its first artifact is asked for.
 */
import type { Metadata, Targets } from '@tufjs/models';
import type { Updater } from 'tuf-js';
import { describeFailure } from './failure.ts';
import { inParallel } from './parallel.ts';
import type { Failure, RoleVersion, VerifyEvent } from './result.ts';
import { loadRole, trusted } from './tuf-js-internals.ts';

export interface DelegatedRoles {
  readonly versions: readonly RoleVersion[];
  /** Every artifact path that a loaded role lists, the top-level targets first, each once. */
  readonly artifacts: readonly string[];
  readonly failures: readonly Failure[];
}

interface Delegation {
  readonly role: string;
  readonly delegator: string;
}

/**
 * Loads all delegated roles, breadth first. A role that fails is reported and not followed; the others go on.
 * Roles with several delegators are verified for each of them.
 */
export async function loadDelegatedRoles(
  updater: Updater,
  onEvent: (event: VerifyEvent) => void,
): Promise<DelegatedRoles> {
  const versions = new Map<string, number>();
  const artifacts = new Set<string>();
  const failures: Failure[] = [];
  const seen = new Set<string>();

  const follow = (delegator: string, { signed }: Metadata<Targets>): Delegation[] => {
    for (const path of Object.keys(signed.targets)) artifacts.add(path);
    const { roles, missingBins } = delegatedBy(signed, () => listedRoles(updater));
    if (missingBins) failures.push(missingBinsFailure(delegator, missingBins));
    return roles.map((role) => ({ role, delegator })).filter((edge) => isNew(seen, edge));
  };

  const top = trusted(updater).targets;
  let level = top ? follow('targets', top) : [];
  while (level.length > 0) {
    const loaded = await inParallel(level, async (delegation) => {
      const { role } = delegation;
      const outcome = await attempt(updater, delegation);
      onEvent({ type: 'role', role, ok: 'metadata' in outcome });
      return { role, ...outcome };
    });
    level = [];
    for (const outcome of loaded) {
      if ('failure' in outcome) {
        failures.push(outcome.failure);
      } else {
        versions.set(outcome.role, outcome.metadata.signed.version);
        level.push(...follow(outcome.role, outcome.metadata));
      }
    }
  }
  return {
    versions: [...versions].map(([role, version]) => ({ role, version })),
    artifacts: [...artifacts],
    failures,
  };
}

async function attempt(
  updater: Updater,
  { role, delegator }: Delegation,
): Promise<{ metadata: Metadata<Targets> } | { failure: Failure }> {
  try {
    return { metadata: await loadRole(updater, role, delegator) };
  } catch (error) {
    return { failure: describeFailure(error, { stage: 'delegated', role }) };
  }
}

function isNew(seen: Set<string>, { role, delegator }: Delegation): boolean {
  const edge = JSON.stringify([role, delegator]);
  return !seen.has(edge) && Boolean(seen.add(edge));
}

function listedRoles(updater: Updater): string[] {
  const files = Object.keys(trusted(updater).snapshot?.signed.meta ?? {});
  return files.map((file) => file.replace(/\.json$/, ''));
}

/**
 * The roles that `signed` delegates to. Bins (TAP 15) can be 2^32 in a few bytes, so those are taken from the
 * snapshot's list, which has a limit of its own, and the rest is only counted.
 */
function delegatedBy(
  signed: Targets,
  listed: () => readonly string[],
): { roles: string[]; missingBins: number } {
  const { roles, succinctRoles } = signed.delegations ?? {};
  if (roles) return { roles: Object.values(roles).map((role) => role.name), missingBins: 0 };
  if (!succinctRoles) return { roles: [], missingBins: 0 };
  const bins = listed().filter((role) => succinctRoles.isDelegatedRole(role));
  return { roles: bins, missingBins: succinctRoles.numberOfBins - bins.length };
}

const missingBinsFailure = (delegator: string, missing: number): Failure => ({
  stage: 'delegated',
  code: 'missing',
  error: 'RepositoryError',
  detail: `${missing} bins of ${delegator} are not in the snapshot`,
  message: `The role "${delegator}" delegates to ${missing} hashed bins that the snapshot does not list: sign the missing bins, make a new snapshot, and publish all of it.`,
  role: delegator,
});

/**
 * The one strict validator: what is wrong with a proposed state of the repository, seen from a known-good one.
 * The signer's tool, the signing event, online signing and the build call it, and none of them may soften it.
 */
import type { Finding } from './findings.ts';
import type { OnlineState } from './online-state.ts';
import { EMPTY_STATE, type RepositoryState } from './state.ts';
import { checkArtifacts } from './validate/artifacts.ts';
import { checkClients } from './validate/clients.ts';
import type { Check, CheckContext } from './validate/context.ts';
import { checkDelegations } from './validate/delegations.ts';
import { checkFiles } from './validate/files.ts';
import { checkKeys } from './validate/keys.ts';
import { checkOnline } from './validate/online.ts';
import { checkOnlineKeys } from './validate/online-keys.ts';
import { checkRoles } from './validate/roles.ts';
import { checkRootHistory } from './validate/root-history.ts';
import { checkThresholds, type RoleThreshold, signatureFindings } from './validate/signatures.ts';

const CHECKS: readonly Check[] = [
  checkFiles,
  checkRoles,
  checkRootHistory,
  checkKeys,
  checkClients,
  checkOnlineKeys,
  checkDelegations,
  checkArtifacts,
];

/** A state to be judged: the offline part and, once it is to be published, the online roles with it. */
export interface Proposed {
  readonly offline: RepositoryState;
  readonly online?: OnlineState;
}

export interface ValidateOptions {
  /** For signing events: the proposal is one step from what is known good. */
  readonly singleStep?: boolean;
  /** For signing events: how many invited signers have still to bring a key, by role. */
  readonly invited?: ReadonlyMap<string, number>;
}

export interface Validation {
  /** Errors first. */
  readonly findings: readonly Finding[];
  /** Every threshold that applies to root and the targets roles. */
  readonly thresholds: readonly RoleThreshold[];
  /** Whether there is no error. */
  readonly ok: boolean;
}

/**
 * Judges a proposed state. What differs from the known-good state is held to every rule; a flaw that is published
 * already and untouched is a warning, unless clients would refuse the whole repository for it.
 */
export async function validate(
  proposed: Proposed,
  knownGood: Proposed | undefined,
  now: Date,
  options: ValidateOptions = {},
): Promise<Validation> {
  const context: CheckContext = {
    proposed: proposed.offline,
    knownGood: knownGood?.offline ?? EMPTY_STATE,
    now,
    invited: options.invited ?? new Map(),
    singleStep: options.singleStep ?? false,
  };
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...(await check(context)));
  const thresholds = await checkThresholds(context);
  findings.push(...signatureFindings(proposed.offline, thresholds));
  if (proposed.online) {
    findings.push(...(await checkOnline(proposed.offline, proposed.online, knownGood?.online, now)));
  }
  const errors = findings.filter((found) => found.severity === 'error');
  const warnings = findings.filter((found) => found.severity === 'warning');
  return { findings: [...errors, ...warnings], thresholds, ok: errors.length === 0 };
}

/**
 * A signing event (a branch `sign/<name>`) evaluated from git alone: what changes, which thresholds apply, who signed,
 * who is missing, what is wrong, and whether it is ready to merge.
 */
import type { GitRepository } from '../git/repository.ts';
import { delegatorsOf } from '../repository/delegators.ts';
import { RepositoryError } from '../repository/errors.ts';
import { type Finding, finding } from '../repository/findings.ts';
import { INVITATION_FILE, isAttestation, METADATA, rolePath, TARGETS } from '../repository/layout.ts';
import { loadState, type RepositoryState, targetsRoles } from '../repository/state.ts';
import { commitTree } from '../repository/tree.ts';
import type { RoleThreshold } from '../repository/validate/signatures.ts';
import { type Validation, validate } from '../repository/validate.ts';
import { keyOwner } from '../tuf/custom-fields.ts';
import { describeChange } from './describe.ts';
import { type Invitations, invitedCounts, readInvitations } from './invitations.ts';

/** The two sides of an event, whole: nothing else has to be asked to evaluate it. */
export interface EventSides {
  readonly name: string;
  /** Commit ids. */
  readonly main: string;
  readonly base: string;
  readonly head: string;
  readonly knownGood: RepositoryState;
  readonly proposed: RepositoryState;
  /** Every path, wherever in the repository, that differs between base and head. */
  readonly changedPaths: readonly string[];
  /** The same between base and main: none while main has not moved on. */
  readonly movedPaths: readonly string[];
}

interface RoleChange {
  readonly role: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** What the change means, in words. */
  readonly lines: readonly string[];
}

export interface EventStatus {
  readonly name: string;
  readonly base: string;
  readonly head: string;
  /** `empty`: nothing changed; `invalid`: errors; `waiting`: for people; `ready`: to be merged. */
  readonly state: 'empty' | 'invalid' | 'waiting' | 'ready';
  readonly changes: readonly RoleChange[];
  readonly artifacts: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  };
  readonly invitations: Invitations;
  /** The thresholds of the roles that are part of the change. */
  readonly thresholds: readonly RoleThreshold[];
  /** What is wrong, without the signatures that are still awaited. */
  readonly findings: readonly Finding[];
  /** What each person is asked to do next, by login. */
  readonly nextSteps: ReadonlyMap<string, string>;
}

/** Reads both sides of an event, given the commits of main and of the event's head. */
export async function readEvent(
  repository: GitRepository,
  name: string,
  main: string,
  head: string,
): Promise<EventSides> {
  const base = await repository.mergeBase(main, head);
  if (base === undefined) {
    throw new RepositoryError(
      'bad-request',
      `The event ${name} has no commit in common with the main branch. Start it again from there.`,
    );
  }
  const knownGood = await loadState(await commitTree(repository, base));
  const proposed = await loadState(await commitTree(repository, head));
  const changesTo = async (commit: string) =>
    (await repository.changedPaths(base, commit)).map(({ path }) => path);
  const changedPaths = await changesTo(head);
  const movedPaths = main === base ? [] : await changesTo(main);
  return { name, main, base, head, knownGood, proposed, changedPaths, movedPaths };
}

/** Evaluates an event at a moment. */
export async function evaluateEvent(sides: EventSides, now: Date): Promise<EventStatus> {
  const { name, base, head, knownGood, proposed } = sides;
  const outside = branchFindings(sides);
  let invitations: Invitations = new Map();
  const invitationFindings: Finding[] = [];
  try {
    invitations = await readInvitations(proposed);
    invitationFindings.push(...unknownRoles(proposed, invitations));
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    invitationFindings.push(...error.findings);
  }
  const options = { singleStep: true, invited: invitedCounts(invitations) };
  const validation = await validate({ offline: proposed }, { offline: knownGood }, now, options);

  const changes = roleChanges(knownGood, proposed);
  const artifacts = artifactChanges(knownGood, proposed);
  const changedRoles = new Set(changes.map((change) => change.role));
  const thresholds = validation.thresholds.filter(
    (threshold) => threshold.changed || changedRoles.has(threshold.role),
  );
  const findings = [...outside, ...invitationFindings, ...reportable(validation, thresholds)];
  const somethingChanged =
    changes.length > 0 || Object.values(artifacts).some((paths) => paths.length > 0) || invitations.size > 0;
  const state = eventState(somethingChanged, findings, invitations, thresholds);
  return {
    name,
    base,
    head,
    state,
    changes,
    artifacts,
    invitations,
    thresholds,
    findings,
    nextSteps: nextSteps(invitations, thresholds),
  };
}

/** Signatures that are still awaited are no mistake: the thresholds tell of them. */
function reportable(validation: Validation, thresholds: readonly RoleThreshold[]): readonly Finding[] {
  const awaited = new Set(thresholds.map((threshold) => threshold.role));
  return validation.findings.filter(
    (found) => !(found.code === 'threshold-not-met' && found.role !== undefined && awaited.has(found.role)),
  );
}

function eventState(
  somethingChanged: boolean,
  findings: readonly Finding[],
  invitations: Invitations,
  thresholds: readonly RoleThreshold[],
): EventStatus['state'] {
  if (findings.some((found) => found.severity === 'error')) return 'invalid';
  if (!somethingChanged) return 'empty';
  return invitations.size > 0 || thresholds.some((threshold) => !threshold.result.met) ? 'waiting' : 'ready';
}

/** What the states do not show: files outside the two folders, and a main branch that has moved on. */
function branchFindings({ changedPaths, movedPaths }: EventSides): readonly Finding[] {
  const findings: Finding[] = [];
  for (const path of changedPaths) {
    if (path === rolePath('snapshot') || path === rolePath('timestamp')) {
      findings.push(finding('online-role-in-event', { path, message: `the event changes ${path}` }));
    }
    if (isRepositoryFile(path) || isAttestation(path)) continue;
    const message = `the event changes ${JSON.stringify(path)}, which is no metadata and no artifact`;
    findings.push(finding('outside-event', { path, message }));
  }
  const moved = movedPaths.find(isRepositoryFile);
  if (moved !== undefined)
    findings.push(
      finding('event-behind', {
        path: moved,
        message: `main has a newer ${moved} than the event started from`,
      }),
    );
  return findings;
}

function isRepositoryFile(path: string): boolean {
  return path.startsWith(METADATA) || path.startsWith(TARGETS);
}

function unknownRoles(state: RepositoryState, invitations: Invitations): readonly Finding[] {
  return [...invitations].flatMap(([login, roles]) =>
    roles
      .filter((role) => delegatorsOf(state, role).length === 0)
      .map((role) =>
        finding('invitation-file', {
          role,
          path: INVITATION_FILE,
          message: `${login} is invited to ${JSON.stringify(role)}, which is no role of this repository`,
        }),
      ),
  );
}

function roleChanges(before: RepositoryState, after: RepositoryState): readonly RoleChange[] {
  const changes: RoleChange[] = [];
  for (const role of ['root', ...targetsRoles(after)]) {
    const [old, now] = [before.roles.get(role), after.roles.get(role)];
    if (!now || old?.file.id === now.file.id) continue;
    const lines = now.metadata
      ? describeChange(old?.metadata?.signed, now.metadata.signed)
      : ['the file cannot be read'];
    changes.push({ role, kind: old ? 'changed' : 'added', lines });
  }
  for (const role of ['root', ...targetsRoles(before)]) {
    if (before.roles.has(role) && !after.roles.has(role))
      changes.push({ role, kind: 'removed', lines: ['the role’s metadata is removed'] });
  }
  return changes;
}

function artifactChanges(before: RepositoryState, after: RepositoryState): EventStatus['artifacts'] {
  const paths = [...after.artifacts.keys()];
  return {
    added: paths.filter((path) => !before.artifacts.has(path)),
    changed: paths.filter(
      (path) =>
        before.artifacts.has(path) && before.artifacts.get(path)?.id !== after.artifacts.get(path)?.id,
    ),
    removed: [...before.artifacts.keys()].filter((path) => !after.artifacts.has(path)),
  };
}

/** One step for each person: accept first, then sign once nobody else's key is awaited. */
function nextSteps(
  invitations: Invitations,
  thresholds: readonly RoleThreshold[],
): ReadonlyMap<string, string> {
  const steps = new Map<string, string>();
  for (const [login, roles] of invitations) steps.set(login, `accept the invitation to ${roles.join(', ')}`);
  if (invitations.size > 0) return steps;
  const toSign = new Map<string, Set<string>>();
  for (const { role, result } of thresholds) {
    if (result.met) continue;
    for (const { key, status } of result.keys) {
      const owner = key && keyOwner(key);
      if (owner && status !== 'signed') toSign.set(owner, (toSign.get(owner) ?? new Set()).add(role));
    }
  }
  for (const [login, roles] of toSign) steps.set(login, `sign ${[...roles].join(', ')}`);
  return steps;
}

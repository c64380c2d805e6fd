/**
 * The changes with which events begin: a new repository, other signers for a role, a new delegated role. Each edits an
 * event's state; who does not have a key there yet is invited.
 */

import { delegatorsOf } from '../repository/delegators.ts';
import { DEFAULT_PERIODS, type Editor, emptyTargets, SPEC_VERSION } from '../repository/edit.ts';
import { RepositoryError } from '../repository/errors.ts';
import { INVITATION_FILE } from '../repository/layout.ts';
import { DEFAULT_ONLINE_PERIODS } from '../repository/online.ts';
import { keyOwner, ONLINE_URI, type Periods, periodFields, periodsOf } from '../tuf/custom-fields.ts';
import type { DelegatedRole } from '../tuf/delegations.ts';
import { computeKeyid, type Key } from '../tuf/key.ts';
import { isTopLevelRole, pathPatternProblem, roleNameProblem, type TopLevelRole } from '../tuf/names.ts';
import type { RoleKeys } from '../tuf/role-keys.ts';
import type { Root } from '../tuf/root.ts';
import { own } from '../tuf/shape.ts';
import type { Targets } from '../tuf/targets.ts';
import { addSigner, changeRoleKeys } from './contribution.ts';
import { formatInvitations, type Invitations, sameLogin } from './invitations.ts';

/** Who signs a role and how many must. */
export interface Signers {
  /** Logins with their `@`. */
  readonly logins: readonly string[];
  readonly threshold: number;
}

/** The signer at the keyboard, whose key goes in at once. */
export interface Self {
  readonly login: string;
  /** Opens the key; called only where it is needed. */
  readonly publicKey: () => Promise<Key>;
}

export interface NewRepository {
  readonly root: Signers;
  readonly targets: Signers;
  readonly periods: Periods;
  readonly online: {
    readonly uri: string;
    readonly key: Key;
    readonly snapshot?: Periods;
    readonly timestamp?: Periods;
  };
}

/** Puts a new repository into an event: version 1 of root and targets, and invitations. */
export async function initRepository(
  editor: Editor,
  wanted: NewRepository,
  self: Self,
): Promise<Invitations> {
  if (editor.draft.roles.has('root')) {
    throw new RepositoryError(
      'bad-request',
      'There is a repository here already. To change its signers use `playground delegate`.',
    );
  }
  const onlineKey: Key = { ...wanted.online.key, [ONLINE_URI]: wanted.online.uri };
  const onlineKeyid = computeKeyid(onlineKey);
  const online = (role: 'snapshot' | 'timestamp'): RoleKeys => ({
    keyids: [onlineKeyid],
    threshold: 1,
    ...periodFields(wanted.online[role] ?? DEFAULT_ONLINE_PERIODS[role]),
  });
  const root: Root = {
    _type: 'root',
    spec_version: SPEC_VERSION,
    version: 0,
    expires: '',
    consistent_snapshot: true,
    keys: { [onlineKeyid]: onlineKey },
    roles: {
      root: { keyids: [], threshold: wanted.root.threshold },
      targets: { keyids: [], threshold: wanted.targets.threshold },
      snapshot: online('snapshot'),
      timestamp: online('timestamp'),
    },
    ...periodFields(wanted.periods),
  };
  editor.put('root', root);
  editor.put('targets', emptyTargets(wanted.periods));
  let invitations: Invitations = new Map();
  for (const [role, signers] of [
    ['root', wanted.root],
    ['targets', wanted.targets],
  ] as const) {
    invitations = await setSigners(editor, invitations, role, signers, self);
  }
  return invitations;
}

/**
 * Makes these logins the signers of a role, with this threshold. Whoever signs it already keeps their key, the signer
 * at the keyboard brings theirs now, all others are invited; keys of whoever is not named are removed.
 */
export async function setSigners(
  editor: Editor,
  invitations: Invitations,
  role: string,
  signers: Signers,
  self: Self,
): Promise<Invitations> {
  checkSigners(role, signers);
  const stays = (owner: string | undefined) =>
    owner !== undefined && signers.logins.some((login) => sameLogin(login, owner));
  changeRoleKeys(editor, role, (entry, keys) => ({
    entry: {
      ...entry,
      threshold: signers.threshold,
      keyids: entry.keyids.filter((keyid) => stays(keyOwner(own(keys, keyid) ?? {}))),
    },
    keys,
  }));
  const open = new Map(
    [...invitations].map(([login, roles]) => [login, roles.filter((name) => name !== role)] as const),
  );
  for (const login of signers.logins) {
    const present = delegatorsOf(editor.draft, role).every(({ role: entry, keys }) =>
      entry.keyids.some((keyid) => sameLogin(keyOwner(own(keys, keyid) ?? {}) ?? '', login)),
    );
    if (present) continue;
    if (sameLogin(login, self.login)) addSigner(editor, role, self.login, await self.publicKey());
    else open.set(login, [...(open.get(login) ?? []), role]);
  }
  const left: Invitations = new Map([...open].filter(([, roles]) => roles.length > 0));
  if (left.size > 0 || invitations.size > 0) editor.write(INVITATION_FILE, formatInvitations(left));
  return left;
}

function checkSigners(role: string, { logins, threshold }: Signers): void {
  if (logins.length === 0) throw new RepositoryError('bad-request', `${role} needs at least one signer.`);
  if (new Set(logins.map((login) => login.toLowerCase())).size !== logins.length)
    throw new RepositoryError('bad-request', `A signer of ${role} is named twice.`);
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > logins.length) {
    throw new RepositoryError(
      'bad-request',
      `The threshold of ${role} must be from 1 to ${logins.length}, the number of its signers; ${threshold} is not.`,
    );
  }
}

/** The signers of a role as they stand: those with a key and those who are invited. */
export function currentSigners(editor: Editor, invitations: Invitations, role: string): Signers {
  const delegator = delegatorsOf(editor.draft, role)[0];
  if (!delegator) return { logins: [], threshold: 1 };
  const owners = delegator.role.keyids.map((keyid) => keyOwner(own(delegator.keys, keyid) ?? {}));
  const invited = [...invitations].filter(([, roles]) => roles.includes(role)).map(([login]) => login);
  const logins = [...owners.filter((owner) => owner !== undefined), ...invited];
  return { logins: [...new Set(logins)], threshold: delegator.role.threshold };
}

/** Adds a role below top-level targets, without signers yet. */
export function addDelegation(
  editor: Editor,
  name: string,
  paths: readonly string[],
  periods: Periods,
): void {
  const problem = roleNameProblem(name);
  if (problem)
    throw new RepositoryError(
      'bad-request',
      `${JSON.stringify(name)} cannot be a role: the name ${problem}.`,
    );
  checkPaths(paths);
  if ([...editor.draft.roles.keys()].some((role) => role.toLowerCase() === name.toLowerCase())) {
    throw new RepositoryError(
      'bad-request',
      `There is a role ${name} already, or one that differs only by case.`,
    );
  }
  const role: DelegatedRole = { name, keyids: [], threshold: 1, terminating: true, paths };
  editor.edit<Targets>('targets', (targets) => {
    if (targets.delegations?.succinct_roles)
      throw new RepositoryError(
        'bad-request',
        'Targets delegates to hashed bins; it cannot have named roles as well.',
      );
    const { keys = {}, roles = [] } = targets.delegations ?? {};
    return { ...targets, delegations: { ...targets.delegations, keys, roles: [...roles, role] } };
  });
  editor.put(name, emptyTargets(periods));
}

/** Sets the path patterns of a delegated role. */
export function setPaths(editor: Editor, name: string, paths: readonly string[]): void {
  checkPaths(paths);
  editor.edit<Targets>('targets', (targets) => {
    const roles = targets.delegations?.roles?.map((role) => (role.name === name ? { ...role, paths } : role));
    return targets.delegations && roles
      ? { ...targets, delegations: { ...targets.delegations, roles } }
      : targets;
  });
}

function checkPaths(paths: readonly string[]): void {
  for (const path of paths) {
    const problem = pathPatternProblem(path);
    if (problem)
      throw new RepositoryError(
        'bad-request',
        `${JSON.stringify(path)} cannot be a path pattern: it ${problem}.`,
      );
  }
}

/** Sets a role's periods in days: in its own file, for the online roles in root. */
export function setPeriods(editor: Editor, role: string, change: Partial<Periods>): void {
  const next = (fields: object, defaults: Periods): Periods => {
    const periods = { ...(periodsOf(fields) ?? defaults), ...change };
    if (periods.expiry < 1 || periods.signing < 0 || periods.signing >= periods.expiry) {
      throw new RepositoryError(
        'bad-request',
        `${role} would expire after ${periods.expiry} days and be signed ${periods.signing} days before that. The signing period must be shorter.`,
      );
    }
    return periods;
  };
  if (role === 'snapshot' || role === 'timestamp') {
    editor.edit<Root>('root', (root) => {
      const entry = root.roles[role];
      return {
        ...root,
        roles: {
          ...root.roles,
          [role]: { ...entry, ...periodFields(next(entry, DEFAULT_ONLINE_PERIODS[role])) },
        },
      };
    });
  } else {
    editor.edit<Root | Targets>(role, (signed) => ({
      ...signed,
      ...periodFields(next(signed, DEFAULT_PERIODS)),
    }));
  }
}

/** Whether signers can be set for the role: snapshot and timestamp are signed by a machine. */
export function isOfflineRole(
  role: string,
): role is Exclude<TopLevelRole, 'snapshot' | 'timestamp'> | string {
  return !isTopLevelRole(role) || role === 'root' || role === 'targets';
}

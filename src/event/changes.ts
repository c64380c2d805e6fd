/**
 * The changes with which events begin: a new repository, other signers for a role, a new delegated role. Each edits an
 * event's state; who does not have a key there yet is invited.
 */

import { delegatorsOf } from '../repository/delegators.ts';
import { DEFAULT_PERIODS, type Editor, emptyTargets, SPEC_VERSION } from '../repository/edit.ts';
import { RepositoryError } from '../repository/errors.ts';
import { INVITATION_FILE } from '../repository/layout.ts';
import { DEFAULT_ONLINE_PERIODS } from '../repository/online.ts';
import { onlineKeysOf } from '../repository/online-keys.ts';
import {
  keyOwner,
  ONLINE_URI,
  onlineUri,
  type Periods,
  periodFields,
  periodsOf,
} from '../tuf/custom-fields.ts';
import type { DelegatedRole } from '../tuf/delegations.ts';
import { computeKeyid, type Key, samePublicKey } from '../tuf/key.ts';
import {
  isTopLevelRole,
  type ONLINE_ROLES,
  pathPatternProblem,
  roleNameProblem,
  type TopLevelRole,
} from '../tuf/names.ts';
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
  readonly online: { readonly [role in OnlineRole]: OnlineSigners };
}

/** A key that a machine signs with. */
export interface OnlineKey {
  readonly uri: string;
  readonly key: Key;
}

/** Which keys sign snapshot or timestamp, and how many must. */
export interface OnlineSigners {
  readonly keys: readonly OnlineKey[];
  readonly threshold: number;
  readonly periods?: Periods;
}

type OnlineRole = (typeof ONLINE_ROLES)[number];

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
  const onlineKeys = new Map<string, Key>();
  const online = (role: OnlineRole): RoleKeys => {
    const { keys, threshold, periods = DEFAULT_ONLINE_PERIODS[role] } = wanted.online[role];
    checkOnlineSigners(role, wanted.online[role]);
    const keyids = keys.map(listedKey).map(({ keyid, key }) => {
      onlineKeys.set(keyid, key);
      return keyid;
    });
    return { keyids, threshold, ...periodFields(periods) };
  };
  const [snapshot, timestamp] = [online('snapshot'), online('timestamp')];
  const root: Root = {
    _type: 'root',
    spec_version: SPEC_VERSION,
    version: 0,
    expires: '',
    consistent_snapshot: true,
    keys: Object.fromEntries(onlineKeys),
    roles: {
      root: { keyids: [], threshold: wanted.root.threshold },
      targets: { keyids: [], threshold: wanted.targets.threshold },
      snapshot,
      timestamp,
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
 * at the keyboard brings theirs now, all others are invited; keys of whoever is not named are removed. Online keys stay.
 */
export async function setSigners(
  editor: Editor,
  invitations: Invitations,
  role: string,
  signers: Signers,
  self: Self,
): Promise<Invitations> {
  checkSigners(role, signers, onlineKeyids(editor, role).length);
  const stays = (key: Key | undefined) => {
    const owner = keyOwner(key ?? {});
    if (owner === undefined) return key !== undefined && onlineUri(key) !== undefined;
    return signers.logins.some((login) => sameLogin(login, owner));
  };
  changeRoleKeys(editor, role, (entry, keys) => ({
    entry: {
      ...entry,
      threshold: signers.threshold,
      keyids: entry.keyids.filter((keyid) => stays(own(keys, keyid))),
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

/**
 * Makes these the online keys of a role, in place of those that it has, with this threshold. The keys of people stay.
 * Root is signed by people alone.
 */
export function setOnlineKeys(
  editor: Editor,
  role: string,
  keys: readonly OnlineKey[],
  threshold: number,
): void {
  if (role === 'root')
    throw new RepositoryError('bad-request', 'Root says who may sign, so no machine may sign root.');
  checkDifferent(role, keys);
  changeRoleKeys(editor, role, (entry, known) => {
    const people = entry.keyids.filter((keyid) => onlineUri(own(known, keyid) ?? {}) === undefined);
    const listed = keys.map(listedKey);
    return {
      entry: { ...entry, threshold, keyids: [...people, ...listed.map(({ keyid }) => keyid)] },
      keys: { ...known, ...Object.fromEntries(listed.map(({ keyid, key }) => [keyid, key])) },
    };
  });
}

/** The keyids of the online keys that a role has. */
export function onlineKeyids(editor: Editor, role: string): readonly string[] {
  const delegator = delegatorsOf(editor.draft, role)[0];
  return delegator ? onlineKeysOf(delegator).map(({ keyid }) => keyid) : [];
}

/** An online key as metadata lists it. */
function listedKey({ uri, key }: OnlineKey): { readonly keyid: string; readonly key: Key } {
  const listed: Key = { ...key, [ONLINE_URI]: uri };
  return { keyid: computeKeyid(listed), key: listed };
}

function checkSigners(role: string, { logins, threshold }: Signers, machines: number): void {
  if (logins.length === 0 && machines === 0)
    throw new RepositoryError('bad-request', `${role} needs at least one signer.`);
  if (new Set(logins.map((login) => login.toLowerCase())).size !== logins.length)
    throw new RepositoryError('bad-request', `A signer of ${role} is named twice.`);
  const most = logins.length + machines;
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > most) {
    throw new RepositoryError(
      'bad-request',
      `The threshold of ${role} must be from 1 to ${most}, the number of its signers; ${threshold} is not.`,
    );
  }
}

function checkDifferent(role: string, keys: readonly OnlineKey[]): void {
  for (const [index, { uri, key }] of keys.entries()) {
    const twin = keys.slice(0, index).find((other) => samePublicKey(other.key, key));
    if (twin) {
      throw new RepositoryError(
        'bad-request',
        `${twin.uri} and ${uri} are the same key, which counts once for ${role}. Name different keys.`,
      );
    }
  }
}

function checkOnlineSigners(role: string, { keys, threshold }: OnlineSigners): void {
  checkDifferent(role, keys);
  if (threshold < 1 || threshold > keys.length) {
    throw new RepositoryError(
      'bad-request',
      `The threshold of ${role} must be from 1 to ${keys.length}, the number of its online keys; ${threshold} is not.`,
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

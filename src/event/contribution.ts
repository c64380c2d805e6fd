/**
 * What a signer contributes to an event: a key for a role to which they are invited, and signatures. Both are edits of
 * the event's state; an acceptance changes only the key and what follows from it, a signature only `signatures`.
 */

import { delegatorsOf, judgesOf } from '../repository/delegators.ts';
import { type Editor, type FileChanges, filesOf } from '../repository/edit.ts';
import { RepositoryError } from '../repository/errors.ts';
import { INVITATION_FILE } from '../repository/layout.ts';
import type { RepositoryState } from '../repository/state.ts';
import type { RoleThreshold } from '../repository/validate/signatures.ts';
import { KEY_OWNER, keyOwner } from '../tuf/custom-fields.ts';
import type { DelegatedRole, Delegations } from '../tuf/delegations.ts';
import { computeKeyid, type Key, samePublicKey } from '../tuf/key.ts';
import { type BundledSignature, type Metadata, signatureEntry, signedBytes } from '../tuf/metadata.ts';
import { isTopLevelRole, type TopLevelRole } from '../tuf/names.ts';
import type { RoleKeys } from '../tuf/role-keys.ts';
import type { Root } from '../tuf/root.ts';
import { own } from '../tuf/shape.ts';
import type { Targets } from '../tuf/targets.ts';
import { SignatureChecks, verifyThreshold } from '../tuf/threshold.ts';
import { formatInvitations, type Invitations, sameLogin, withoutInvitation } from './invitations.ts';

type Keys = { readonly [keyid: string]: Key };

/** A key as metadata holds it, with its owner. */
function ownedKey(key: Key, login: string): Key {
  return { ...key, [KEY_OWNER]: login };
}

/**
 * Accepts invitations of one login with a key: the key takes the place of any that the same login had in the role. The
 * roles concerned get new drafts, whose signatures start anew.
 */
export function acceptInvitations(
  editor: Editor,
  invitations: Invitations,
  login: string,
  roles: readonly string[],
  publicKey: Key,
): Invitations {
  for (const role of roles) addSigner(editor, role, login, publicKey);
  const left = withoutInvitation(invitations, login, roles);
  editor.write(INVITATION_FILE, formatInvitations(left));
  return left;
}

/** Puts a login's key into a role, in place of any that the login had there. */
export function addSigner(editor: Editor, role: string, login: string, publicKey: Key): void {
  const key = ownedKey(publicKey, login);
  const keyid = computeKeyid(key);
  changeRoleKeys(editor, role, (entry, keys) => {
    const isTheirs = (id: string) => sameLogin(keyOwner(own(keys, id) ?? {}) ?? '', login);
    const [mine, ...more] = entry.keyids.filter(isTheirs);
    if (mine === keyid && more.length === 0) return { entry, keys };
    const others = entry.keyids.filter((id) => !isTheirs(id));
    const twin = others.find((id) => samePublicKey(own(keys, id) ?? key, key) && own(keys, id) !== undefined);
    if (twin !== undefined) {
      throw new RepositoryError(
        'bad-request',
        `The key of ${login} is in ${role} already, as that of ${keyOwner(own(keys, twin) ?? {}) ?? 'another signer'}. Use a key of your own.`,
      );
    }
    return { entry: { ...entry, keyids: [...others, keyid] }, keys: { ...keys, [keyid]: key } };
  });
}

/** Changes the keys and the threshold that the delegators of a role give it; keys that nobody uses any more go. */
export function changeRoleKeys(
  editor: Editor,
  role: string,
  change: (entry: RoleKeys, keys: Keys) => { readonly entry: RoleKeys; readonly keys: Keys },
): void {
  const delegators = delegatorsOf(editor.draft, role);
  if (delegators.length === 0)
    throw new RepositoryError('not-found', `There is no role ${role} in this repository.`);
  for (const { by } of delegators) {
    if (isTopLevelRole(role)) editor.edit<Root>('root', (root) => changeInRoot(root, role, change));
    else editor.edit<Targets>(by, (targets) => changeInDelegations(targets, role, change));
  }
}

function changeInRoot(root: Root, role: TopLevelRole, change: Parameters<typeof changeRoleKeys>[2]): Root {
  const changed = change(root.roles[role], root.keys);
  const roles = { ...root.roles, [role]: changed.entry };
  return { ...root, roles, keys: usedKeys(changed.keys, Object.values(roles)) };
}

function changeInDelegations(
  targets: Targets,
  role: string,
  change: Parameters<typeof changeRoleKeys>[2],
): Targets {
  const { delegations } = targets;
  if (!delegations?.roles)
    throw new RepositoryError(
      'bad-request',
      `The keys of ${role} are those of all its bins; change them together.`,
    );
  let keys: Keys = delegations.keys;
  const roles = delegations.roles.map((entry): DelegatedRole => {
    if (entry.name !== role) return entry;
    const changed = change(entry, keys);
    keys = changed.keys;
    return { ...entry, ...changed.entry };
  });
  const next: Delegations = { ...delegations, roles, keys: usedKeys(keys, roles) };
  return { ...targets, delegations: next };
}

function usedKeys(keys: Keys, roles: readonly RoleKeys[]): Keys {
  const used = new Set(roles.flatMap((role) => role.keyids));
  return Object.fromEntries(Object.entries(keys).filter(([keyid]) => used.has(keyid)));
}

/** A role that waits for signatures of some keys. */
export interface SigningTask {
  readonly role: string;
  readonly keyids: readonly string[];
}

/**
 * What this login can sign now: the roles in which a key of theirs has not signed validly and whose file no open
 * invitation is about to change.
 */
export function signingTasks(
  state: RepositoryState,
  thresholds: readonly RoleThreshold[],
  invitations: Invitations,
  login: string,
): { readonly tasks: readonly SigningTask[]; readonly blocked: readonly string[] } {
  const unstable = unstableRoles(state, invitations);
  const wanted = new Map<string, Set<string>>();
  for (const { role, result } of thresholds) {
    for (const { keyid, key, status } of result.keys) {
      if (status === 'signed' || !key || !sameLogin(keyOwner(key) ?? '', login)) continue;
      wanted.set(role, (wanted.get(role) ?? new Set()).add(keyid));
    }
  }
  const tasks = [...wanted].map(([role, keyids]) => ({ role, keyids: [...keyids] }));
  return {
    tasks: tasks.filter(({ role }) => !unstable.has(role)),
    blocked: tasks.filter(({ role }) => unstable.has(role)).map(({ role }) => role),
  };
}

/** The roles whose files an open invitation will change: the invited role and whoever gives it keys. */
export function unstableRoles(state: RepositoryState, invitations: Invitations): ReadonlySet<string> {
  const roles = new Set([...invitations.values()].flat());
  for (const role of [...roles]) for (const { by } of delegatorsOf(state, role)) roles.add(by);
  // A role whose delegator is unstable keeps its own signed part, so it may be signed.
  return roles;
}

/**
 * Puts a signature into a role's file. Once every threshold of the role is met, empty entries go: some clients refuse
 * them.
 */
export async function addSignature(
  state: RepositoryState,
  role: string,
  keyid: string,
  made: string | BundledSignature,
): Promise<{ readonly metadata: Metadata; readonly files: FileChanges }> {
  const metadata = state.roles.get(role)?.metadata;
  if (!metadata) throw new RepositoryError('not-found', `There is no role ${role} in this event.`);
  const known = metadata.signatures.some((signature) => signature.keyid === keyid);
  const entry = signatureEntry(keyid, made);
  const signatures = known
    ? metadata.signatures.map((signature) => (signature.keyid === keyid ? entry : signature))
    : [...metadata.signatures, entry];
  let signed: Metadata = { ...metadata, signatures };
  if (await everyThresholdMet(state, role, signed)) {
    signed = { ...signed, signatures: signatures.filter((signature) => signature.sig !== '') };
  }
  return { metadata: signed, files: filesOf(role, signed) };
}

async function everyThresholdMet(state: RepositoryState, role: string, metadata: Metadata): Promise<boolean> {
  const judges = judgesOf(state, role);
  const checks = new SignatureChecks(signedBytes(metadata));
  for (const { role: entry, keys } of judges) {
    if (!(await verifyThreshold(metadata, entry, keys, checks)).met) return false;
  }
  return judges.length > 0;
}

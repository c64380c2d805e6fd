/**
 * A signer's part in an event, planned before any key is touched: which invitations are accepted with the key, which
 * roles can then be signed, and the very bytes that the signatures would cover.
 */

import { judgesOf } from '../repository/delegators.ts';
import { Editor, withRole } from '../repository/edit.ts';
import type { Finding } from '../repository/findings.ts';
import type { RepositoryState } from '../repository/state.ts';
import { checkThresholds } from '../repository/validate/signatures.ts';
import type { Signer } from '../signers/signer.ts';
import { keyOwner } from '../tuf/custom-fields.ts';
import { type Key, samePublicKey } from '../tuf/key.ts';
import { type BundledSignature, signedBytes } from '../tuf/metadata.ts';
import { own } from '../tuf/shape.ts';
import type { CommitChanges } from './branch.ts';
import { acceptInvitations, addSignature, signingTasks } from './contribution.ts';
import type { EventSides, EventStatus } from './event.ts';
import { type Invitations, invitedRoles, sameLogin } from './invitations.ts';

interface RoleToSign {
  readonly role: string;
  readonly keyid: string;
  /** As the repository has it, extra fields included. */
  readonly key: Key;
  /** The canonical form that the signature covers. */
  readonly bytes: Uint8Array;
}

export interface SigningPlan {
  readonly login: string;
  /** The roles whose invitation is accepted. */
  readonly accepts: readonly string[];
  /** The key with which they are accepted. */
  readonly acceptsWith: Key | undefined;
  readonly toSign: readonly RoleToSign[];
  /** Roles that wait for this signer, but whose file an open invitation of somebody else will still change. */
  readonly blocked: readonly string[];
  /** Roles that wait for keys of this login of which none is at hand. */
  readonly otherKey: readonly string[];
  /** The keys of this login for which roles wait and which are not at hand: of those roles, and of others. */
  readonly missing: readonly { readonly role: string; readonly key: Key }[];
  /** The invitations that stay open. */
  readonly invitations: Invitations;
  /** The event after the acceptance. */
  readonly draft: RepositoryState;
  /** What the acceptance changes. */
  readonly files: CommitChanges;
}

/**
 * The errors of an event that stop this login from signing: all, unless they are but signatures that do not count and
 * one of those is the login's own. Signing again is what mends that one, and no signature covers another.
 */
export function stoppingErrors({ findings, thresholds }: EventStatus, login: string): readonly Finding[] {
  const errors = findings.filter((found) => found.severity === 'error');
  if (errors.some(({ code }) => code !== 'signature-invalid')) return errors;
  const roles = new Set(errors.map(({ role }) => role));
  const own = thresholds.some(
    ({ role, result }) =>
      roles.has(role) &&
      result.keys.some(
        ({ status, key }) => status === 'invalid' && key && sameLogin(keyOwner(key) ?? '', login),
      ),
  );
  return own ? [] : errors;
}

/**
 * Plans what this login can contribute to the event.
 * @param publicKey accepts invitations; without it none is accepted
 * @param isAtHand says which keys can sign; that one where nothing else is said
 */
export async function planSigning(
  sides: EventSides,
  status: EventStatus,
  login: string,
  publicKey: Key | undefined,
  now: Date,
  isAtHand = (key: Key) => publicKey !== undefined && samePublicKey(key, publicKey),
): Promise<SigningPlan> {
  const editor = new Editor(sides.proposed, sides.knownGood, now);
  const accepts = publicKey ? invitedRoles(status.invitations, login) : [];
  const invitations =
    publicKey && accepts.length > 0
      ? acceptInvitations(editor, status.invitations, login, accepts, publicKey)
      : status.invitations;
  const { draft, files } = editor;

  const context = { proposed: draft, knownGood: sides.knownGood, now, invited: new Map(), singleStep: true };
  const thresholds = (await checkThresholds(context)).filter(({ changed }) => changed);
  const { tasks, blocked } = signingTasks(draft, thresholds, invitations, login);
  const toSign: RoleToSign[] = [];
  const otherKey: string[] = [];
  const missing: { role: string; key: Key }[] = [];
  for (const { role, keyids } of tasks) {
    const metadata = draft.roles.get(role)?.metadata;
    if (!metadata) continue;
    const before = toSign.length;
    for (const keyid of keyids) {
      const keys = keysOf(draft, role, keyid);
      const mine = keys.find(isAtHand);
      if (mine) toSign.push({ role, keyid, key: mine, bytes: signedBytes(metadata) });
      else missing.push(...keys.slice(0, 1).map((key) => ({ role, key })));
    }
    if (toSign.length === before) otherKey.push(role);
  }
  const acceptsWith = accepts.length > 0 ? publicKey : undefined;
  return { login, accepts, acceptsWith, toSign, blocked, otherKey, missing, invitations, draft, files };
}

/** The key objects that stand under a keyid for a role, with each of its delegators and with the root before. */
function keysOf(state: RepositoryState, role: string, keyid: string): readonly Key[] {
  return judgesOf(state, role)
    .map(({ keys }) => own(keys, keyid))
    .filter((key) => key !== undefined);
}

/** Signs with the one key of a plan, or with that of several which is asked for. */
export type Signing =
  | Pick<Signer, 'sign'>
  | ((key: Key, message: Uint8Array) => Promise<string | BundledSignature>);

export function signWith(
  signing: Signing,
  key: Key,
  message: Uint8Array,
): Promise<string | BundledSignature> {
  return typeof signing === 'function' ? signing(key, message) : signing.sign(message);
}

/** Signs what was planned; the result is the files to commit, acceptance included. */
export async function carryOut(plan: SigningPlan, signing: Signing): Promise<CommitChanges> {
  const files = new Map(plan.files);
  let { draft } = plan;
  for (const { role, keyid, key, bytes } of plan.toSign) {
    const signed = await addSignature(draft, role, keyid, await signWith(signing, key, bytes));
    // One key may stand under two keyids of a role: the second signature is put beside the first.
    draft = withRole(draft, role, signed.metadata);
    for (const [path, text] of signed.files) files.set(path, text);
  }
  return files;
}

/** A commit message that says what the signer contributed. */
export function signingMessage({ login, accepts, toSign }: SigningPlan): string {
  const roles = [...new Set(toSign.map(({ role }) => role))].join(', ');
  const parts = [
    ...(accepts.length > 0 ? [`accept invitation to ${accepts.join(', ')}`] : []),
    ...(roles ? [`sign ${roles}`] : []),
  ];
  const subject = parts.join(' and ');
  return `${subject.charAt(0).toUpperCase()}${subject.slice(1)}\n\nBy ${login}.`;
}

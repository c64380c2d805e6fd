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
import { signedBytes } from '../tuf/metadata.ts';
import { own } from '../tuf/shape.ts';
import type { CommitChanges } from './branch.ts';
import { acceptInvitations, addSignature, signingTasks } from './contribution.ts';
import type { EventSides, EventStatus } from './event.ts';
import { type Invitations, invitedRoles, sameLogin } from './invitations.ts';

interface RoleToSign {
  readonly role: string;
  readonly keyid: string;
  /** The canonical form that the signature covers. */
  readonly bytes: Uint8Array;
}

export interface SigningPlan {
  readonly login: string;
  /** The roles whose invitation is accepted. */
  readonly accepts: readonly string[];
  readonly toSign: readonly RoleToSign[];
  /** Roles that wait for this signer, but whose file an open invitation of somebody else will still change. */
  readonly blocked: readonly string[];
  /** Roles that wait for a key of this login which is not the one at hand. */
  readonly otherKey: readonly string[];
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

/** Plans what this login can contribute to the event with this key. */
export async function planSigning(
  sides: EventSides,
  status: EventStatus,
  login: string,
  publicKey: Key,
  now: Date,
): Promise<SigningPlan> {
  const editor = new Editor(sides.proposed, sides.knownGood, now);
  const accepts = invitedRoles(status.invitations, login);
  const invitations =
    accepts.length > 0
      ? acceptInvitations(editor, status.invitations, login, accepts, publicKey)
      : status.invitations;
  const { draft, files } = editor;

  const context = { proposed: draft, knownGood: sides.knownGood, now, invited: new Map(), singleStep: true };
  const thresholds = (await checkThresholds(context)).filter(({ changed }) => changed);
  const { tasks, blocked } = signingTasks(draft, thresholds, invitations, login);
  const toSign: RoleToSign[] = [];
  const otherKey: string[] = [];
  for (const { role, keyids } of tasks) {
    const metadata = draft.roles.get(role)?.metadata;
    const mine = keyids.filter((keyid) =>
      keysOf(draft, role, keyid).some((key) => samePublicKey(key, publicKey)),
    );
    if (mine.length === 0) otherKey.push(role);
    if (metadata) toSign.push(...mine.map((keyid) => ({ role, keyid, bytes: signedBytes(metadata) })));
  }
  return { login, accepts, toSign, blocked, otherKey, invitations, draft, files };
}

/** The key objects that stand under a keyid for a role, with each of its delegators and with the root before. */
function keysOf(state: RepositoryState, role: string, keyid: string): readonly Key[] {
  return judgesOf(state, role)
    .map(({ keys }) => own(keys, keyid))
    .filter((key) => key !== undefined);
}

/** Signs what was planned; the result is the files to commit, acceptance included. */
export async function carryOut(plan: SigningPlan, signer: Signer): Promise<CommitChanges> {
  const files = new Map(plan.files);
  let { draft } = plan;
  for (const { role, keyid, bytes } of plan.toSign) {
    const signed = await addSignature(draft, role, keyid, await signer.sign(bytes));
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

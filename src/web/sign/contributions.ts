/**
 * Contributions made with a key that is open in this browser, in the wire form of a comment. What is signed is planned
 * by the same code as in `playground sign`.
 */
import {
  type AcceptContribution,
  acceptanceMessage,
  type Contribution,
  type SignContribution,
} from '../../event/comment-block.ts';
import type { EventSides, EventStatus } from '../../event/event.ts';
import { planSigning } from '../../event/signing.ts';
import { RepositoryError } from '../../repository/errors.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { type Key, samePublicKey } from '../../tuf/key.ts';
import type { BrowserSigner } from '../keys/signer.ts';
import type { RoleTask, SignerPart } from './signer-part.ts';

/** A key that cannot do what is wanted of it here. The message says what to do. */
export class UnfitKeyError extends Error {
  override readonly name = 'UnfitKeyError';
}

/** What the event and its repository are called in an acceptance. */
export interface EventName {
  readonly repository: string;
  readonly event: string;
}

/** The parts of an acceptance before its proof. */
export function acceptanceOf(
  { repository, event }: EventName,
  { login }: SignerPart,
  role: string,
  key: Key,
): Omit<AcceptContribution, 'type' | 'proof'> {
  const { keytype, scheme, keyval } = key;
  return {
    repository,
    event,
    login,
    role,
    key: { keytype, scheme, keyval: { public: keyval.public ?? '' } },
  };
}

/**
 * Whether a key can accept these invitations, as the action will judge it.
 * @throws {UnfitKeyError}
 */
export async function checkAcceptance(
  sides: EventSides,
  status: EventStatus,
  { login }: SignerPart,
  key: Key,
  now: Date,
): Promise<void> {
  try {
    await planSigning(sides, status, login, key, now);
  } catch (error) {
    if (error instanceof RepositoryError) throw new UnfitKeyError(error.message, { cause: error });
    throw error;
  }
}

/** Accepts every open invitation with the key. */
export async function acceptWith(
  name: EventName,
  part: SignerPart,
  signer: BrowserSigner,
): Promise<readonly Contribution[]> {
  const contributions: Contribution[] = [];
  for (const role of part.accepts) {
    const acceptance = acceptanceOf(name, part, role, signer.key);
    const proof = await signer.sign(acceptanceMessage(acceptance));
    contributions.push({ type: 'accept', ...acceptance, proof });
  }
  return contributions;
}

/**
 * Signs every role that waits for this key, as many as one comment holds.
 * @throws {UnfitKeyError} where none does, or the event is not valid
 */
export async function signWith(
  sides: EventSides,
  status: EventStatus,
  part: SignerPart,
  signer: BrowserSigner,
  now: Date,
): Promise<readonly Contribution[]> {
  if (status.state === 'invalid')
    throw new UnfitKeyError('The event has errors, and what is not valid is not signed.');
  const plan = await planSigning(sides, status, part.login, signer.key, now);
  const toSign = plan.toSign.filter(({ role }) => !part.later.includes(role));
  if (toSign.length === 0) {
    throw new UnfitKeyError(
      'The repository waits for another key of yours than this one. Choose the key that it names.',
    );
  }
  const contributions: Contribution[] = [];
  for (const { role, keyid, bytes } of toSign) {
    const task = part.toSign.find((one) => one.role === role);
    const sha256 = hashHex('sha256', bytes);
    // What was shown is what is signed, or nothing is.
    if (task?.sha256 !== sha256) throw new Error(`${role} is not what was shown`);
    contributions.push(signature(task, keyid, await signer.sign(bytes)));
  }
  return contributions;
}

export function signature({ role, version, sha256 }: RoleTask, keyid: string, sig: string): SignContribution {
  return { type: 'sign', role, version, sha256, keyid, sig };
}

/** Whether a role waits for a signature by this public key. */
export function waitsFor({ toSign }: SignerPart, key: Key): boolean {
  return toSign.some(({ keys }) => keys.some((awaited) => samePublicKey(awaited.key, key)));
}

/** What every check is given, and the one question that all of them ask: is this part of the change? */

import { own } from '../../tuf/shape.ts';
import type { Finding } from '../findings.ts';
import { previousRoot, type RepositoryState } from '../state.ts';
import { canonicalText } from './same.ts';

export interface CheckContext {
  readonly proposed: RepositoryState;
  readonly knownGood: RepositoryState;
  /** The moment at which expiry is judged. */
  readonly now: Date;
  /** Open invitations: how many signers of each role have still to bring their key. Empty outside events. */
  readonly invited: ReadonlyMap<string, number>;
  /** Whether the proposed state is one step from the known-good one (an event), or may be several (a publication). */
  readonly singleStep: boolean;
}

export type Check = (context: CheckContext) => readonly Finding[] | Promise<readonly Finding[]>;

/** Whether the role's file differs from the known-good one. */
export function roleChanged({ proposed, knownGood }: CheckContext, role: string): boolean {
  const before = knownGood.roles.get(role)?.file.id;
  return before === undefined || proposed.roles.get(role)?.file.id !== before;
}

/**
 * Whether a delegator had this very key under this keyid before: in its known-good version or, for root, in the
 * version before the newest, which its own signers vouched for.
 */
export function keyWasTrusted(context: CheckContext, by: string, keyid: string, key: unknown): boolean {
  const before = keysOf(context.knownGood, by, keyid);
  if (before !== undefined && canonicalText(before) === canonicalText(key)) return true;
  if (by !== 'root') return false;
  const earlier = own(previousRoot(context.proposed)?.signed.keys, keyid);
  return earlier !== undefined && canonicalText(earlier) === canonicalText(key);
}

function keysOf(state: RepositoryState, by: string, keyid: string): unknown {
  const signed = state.roles.get(by)?.metadata?.signed;
  const keys =
    signed?._type === 'root'
      ? signed.keys
      : signed?._type === 'targets'
        ? signed.delegations?.keys
        : undefined;
  return keys && Object.hasOwn(keys, keyid) ? keys[keyid] : undefined;
}

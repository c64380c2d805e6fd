/**
 * What one signer can do in an event now, before any key is at hand: which invitations are open, which roles wait for
 * which of their keys, and the very bytes that signatures would cover. The rules are those of `playground sign`.
 */
import { signingTasks } from '../../event/contribution.ts';
import type { EventSides, EventStatus } from '../../event/event.ts';
import { sameLogin } from '../../event/invitations.ts';
import { judgesOf } from '../../repository/delegators.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { keyOwner } from '../../tuf/custom-fields.ts';
import type { Key } from '../../tuf/key.ts';
import { signedBytes } from '../../tuf/metadata.ts';
import { own } from '../../tuf/shape.ts';

/** A key under which a role waits for this signer. */
interface AwaitedKey {
  readonly keyid: string;
  readonly key: Key;
}

export interface RoleTask {
  readonly role: string;
  readonly version: number;
  /** The canonical form that the signature covers, and its hash in hex. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
  readonly keys: readonly AwaitedKey[];
}

export interface SignerPart {
  /** As the invitation or the key spells it, with its `@`. */
  readonly login: string;
  /** Why nothing may be done, whatever waits. */
  readonly stop: 'invalid' | undefined;
  /** The roles whose invitation is open. */
  readonly accepts: readonly string[];
  readonly toSign: readonly RoleTask[];
  /** Roles to sign after those: more than one comment holds. */
  readonly later: readonly string[];
  /** Roles that wait for this signer, but whose file an open invitation of somebody else will still change. */
  readonly blocked: readonly string[];
  /** Roles that this signer has signed. */
  readonly signed: readonly string[];
}

/** GitHub takes 65,536 characters in a comment; a block with a large RSA signature has 1,500. */
const MOST_IN_A_COMMENT = 40;

export function signerPart({ proposed }: EventSides, status: EventStatus, login: string): SignerPart {
  const invitation = [...status.invitations].find(([invited]) => sameLogin(invited, login));
  const { tasks, blocked } = signingTasks(proposed, status.thresholds, status.invitations, login);
  const toSign: RoleTask[] = [];
  for (const { role, keyids } of tasks) {
    const metadata = proposed.roles.get(role)?.metadata;
    if (!metadata) continue;
    const bytes = new Uint8Array(signedBytes(metadata));
    const keys = keyids.flatMap((keyid) => {
      const key = judgesOf(proposed, role)
        .map((judge) => own(judge.keys, keyid))
        .find((found) => found !== undefined);
      return key ? [{ keyid, key }] : [];
    });
    const { version } = metadata.signed;
    toSign.push({ role, version, bytes, sha256: hashHex('sha256', bytes), keys });
  }
  const signed = status.thresholds
    .filter(({ result }) =>
      result.keys.some(
        ({ key, status: verdict }) => verdict === 'signed' && key && sameLogin(keyOwner(key) ?? '', login),
      ),
    )
    .map(({ role }) => role);
  return {
    login: invitation?.[0] ?? login,
    stop: status.state === 'invalid' ? 'invalid' : undefined,
    accepts: invitation?.[1] ?? [],
    toSign: toSign.slice(0, MOST_IN_A_COMMENT),
    later: toSign.slice(MOST_IN_A_COMMENT).map(({ role }) => role),
    blocked,
    signed: [...new Set(signed)],
  };
}

/** Stands for everything that the signer is asked to sign: equal only where not one byte of it differs. */
export function partDigest({ stop, accepts, toSign }: SignerPart): string {
  return JSON.stringify([
    stop ?? '',
    accepts,
    toSign.map(({ role, sha256, keys }) => [role, sha256, keys.map(({ keyid }) => keyid)]),
  ]);
}

/** What has become of contributions that were posted, seen in the event itself. */
import type { Contribution } from '../../event/comment-block.ts';
import { invitedRoles } from '../../event/invitations.ts';
import { judgesOf } from '../../repository/delegators.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { samePublicKey } from '../../tuf/key.ts';
import { signedBytes } from '../../tuf/metadata.ts';
import { own } from '../../tuf/shape.ts';
import type { OpenedEvent } from './visit.ts';

/** `recorded`: all of it stands in the event. `void`: some of it cannot count any more, since the event has changed. */
export type Outcome = 'recorded' | 'waiting' | 'void';

export function outcomeOf(contributions: readonly Contribution[], event: OpenedEvent): Outcome {
  const all = contributions.map((one) => (isRecorded(one, event) ? 'recorded' : canCount(one, event)));
  if (all.includes('void')) return 'void';
  return all.includes('waiting') ? 'waiting' : 'recorded';
}

function isRecorded(one: Contribution, { sides, status }: OpenedEvent): boolean {
  if (one.type === 'sign') {
    return status.thresholds.some(
      ({ role, result }) =>
        role === one.role &&
        result.keys.some((verdict) => verdict.keyid === one.keyid && verdict.status === 'signed'),
    );
  }
  return judgesOf(sides.proposed, one.role).some(({ role, keys }) =>
    role.keyids.some((keyid) => {
      const key = own(keys, keyid);
      return key !== undefined && samePublicKey(key, one.key);
    }),
  );
}

function canCount(one: Contribution, { sides, status }: OpenedEvent): 'waiting' | 'void' {
  if (one.type === 'accept')
    return invitedRoles(status.invitations, one.login).includes(one.role) ? 'waiting' : 'void';
  const metadata = sides.proposed.roles.get(one.role)?.metadata;
  return metadata && hashHex('sha256', signedBytes(metadata)) === one.sha256 ? 'waiting' : 'void';
}

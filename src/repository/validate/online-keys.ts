/**
 * What a choice of online keys entails although it is valid. It is said when it is made, and not again.
 */
import { onlineUri } from '../../tuf/custom-fields.ts';
import { publicKeyIdentity } from '../../tuf/key.ts';
import { ONLINE_ROLES } from '../../tuf/names.ts';
import { own } from '../../tuf/shape.ts';
import { type Finding, finding } from '../findings.ts';
import { rolePath } from '../layout.ts';
import { type RepositoryState, rootOf } from '../state.ts';
import type { CheckContext } from './context.ts';
import { keyBooks } from './keys.ts';
import { sameJson } from './same.ts';

export function checkOnlineKeys({ proposed, knownGood }: CheckContext): readonly Finding[] {
  const known = new Set(consequences(knownGood).map(identity));
  return consequences(proposed).filter((found) => !known.has(identity(found)));
}

function identity({ code, role, message }: Finding): string {
  return JSON.stringify([code, role, message]);
}

function consequences(state: RepositoryState): readonly Finding[] {
  const root = rootOf(state)?.signed;
  const findings: Finding[] = [];
  const [snapshot, timestamp] = ONLINE_ROLES.map((role) => [...(root?.roles[role].keyids ?? [])].sort());
  if (!sameJson(snapshot, timestamp)) {
    findings.push(
      finding('tuf-on-ci-tool', {
        role: 'root',
        path: rolePath('root'),
        message: 'root gives snapshot and timestamp different keys',
      }),
    );
  }
  for (const { by, keys, roles } of keyBooks(state)) {
    for (const { name, role } of roles) {
      if (by === 'root' && name !== 'targets') continue;
      const present = role.keyids.map((keyid) => own(keys, keyid)).filter((key) => key !== undefined);
      const online = new Set(present.filter((key) => onlineUri(key) !== undefined).map(publicKeyIdentity));
      if (online.size === 0) continue;
      const at = { role: name, path: rolePath(by) };
      const mixed = present.some((key) => onlineUri(key) === undefined);
      // Delegations to a machine alone exist in repositories that tuf-on-ci keeps, such as Sigstore's.
      if (mixed || name === 'targets') {
        const what = mixed ? 'online keys beside those of people' : 'an online key';
        findings.push(finding('tuf-on-ci-tool', { ...at, message: `${name} has ${what}` }));
      }
      if (online.size < role.threshold) continue;
      const message = `${name} can be signed by online keys alone: no person has to agree to what clients get from it`;
      findings.push(finding('online-keys-suffice', { ...at, message }));
    }
  }
  return findings;
}

/** Keys and thresholds: what root and the delegating roles say about who may sign. */
import { onlineUri } from '../../tuf/custom-fields.ts';
import { classifyKey, computeKeyid, describeKey, type Key, samePublicKey } from '../../tuf/key.ts';
import type { RoleKeys } from '../../tuf/role-keys.ts';
import { own } from '../../tuf/shape.ts';
import { type Finding, type FindingCode, finding } from '../findings.ts';
import { rolePath } from '../layout.ts';
import { type RepositoryState, rootOf, targetsOf, targetsRoles } from '../state.ts';
import { type CheckContext, keyWasTrusted, roleChanged } from './context.ts';

/** The roles that one file gives keys to. */
interface KeyBook {
  readonly by: string;
  readonly keys: { readonly [keyid: string]: Key };
  readonly roles: readonly { readonly name: string; readonly role: RoleKeys }[];
}

export function checkKeys(context: CheckContext): readonly Finding[] {
  return keyBooks(context.proposed).flatMap((book) => [
    ...checkKeyObjects(context, book),
    ...book.roles.flatMap(({ name, role }) => checkRoleKeys(context, book, name, role)),
  ]);
}

/** Every file that gives keys, with its keys and the roles that it gives them to. */
export function keyBooks(proposed: RepositoryState): readonly KeyBook[] {
  const books: KeyBook[] = [];
  const root = rootOf(proposed)?.signed;
  if (root) {
    const roles = Object.entries(root.roles).map(([name, role]) => ({ name, role }));
    books.push({ by: 'root', keys: root.keys, roles });
  }
  for (const by of targetsRoles(proposed)) {
    const delegations = targetsOf(proposed, by)?.signed.delegations;
    if (!delegations) continue;
    const { keys, succinct_roles: succinct } = delegations;
    const roles = succinct
      ? [{ name: `${succinct.name_prefix}-*`, role: succinct }]
      : (delegations.roles ?? []).map((role) => ({ name: role.name, role }));
    books.push({ by, keys, roles });
  }
  return books;
}

function checkKeyObjects(context: CheckContext, { by, keys, roles }: KeyBook): readonly Finding[] {
  const findings: Finding[] = [];
  const used = new Set(roles.flatMap(({ role }) => role.keyids));
  for (const [keyid, key] of Object.entries(keys)) {
    const changed = !keyWasTrusted(context, by, keyid, key);
    const add = (code: FindingCode, message: string) =>
      void findings.push(finding(code, { role: by, path: rolePath(by), message, changed }));
    if (computeKeyid(key) !== keyid)
      add('keyid-mismatch', `${by}: keyid ${short(keyid)} is not the hash of its key`);
    const support = classifyKey(key);
    if (support.status === 'unsupported') {
      add('key-unsupported', `${by}: key ${short(keyid)} is ${support.name}: ${support.reason}`);
    } else if (support.status !== 'supported') {
      add('key-weak', `${by}: key ${short(keyid)} cannot be used: ${support.reason}`);
    } else if (!support.enrolable && changed) {
      add(
        'key-unsupported',
        `${by}: key ${short(keyid)} is in a form that is not accepted for new keys: ${support.reason}`,
      );
    }
    if (!used.has(keyid)) add('key-unused', `${by}: key ${short(keyid)} is used by no role`);
  }
  return findings;
}

function checkRoleKeys(
  context: CheckContext,
  book: KeyBook,
  name: string,
  role: RoleKeys,
): readonly Finding[] {
  const findings: Finding[] = [];
  const changed = roleChanged(context, book.by);
  const add = (code: FindingCode, message: string) =>
    void findings.push(finding(code, { role: name, path: rolePath(book.by), message, changed }));
  const online = name === 'snapshot' || name === 'timestamp';

  if (new Set(role.keyids).size !== role.keyids.length)
    add('keyid-duplicate', `${name}: a keyid stands twice`);
  const keys: Key[] = [];
  for (const keyid of new Set(role.keyids)) {
    const key = own(book.keys, keyid);
    if (!key) {
      add('key-undefined', `${name} names the key ${short(keyid)}, which ${book.by} does not define`);
      continue;
    }
    if (keys.some((other) => samePublicKey(other, key))) {
      add('key-shared', `${name}: ${describeKey(key)} stands under several keyids and counts once`);
    } else keys.push(key);
    const isOnlineKey = onlineUri(key) !== undefined;
    // Targets may be signed by machines too: within an event, by a job of the main branch.
    if (book.by === 'root' && (isOnlineKey ? name === 'root' : online)) {
      const message = isOnlineKey
        ? `${name} is signed by people, but ${describeKey(key)} is an online key`
        : `${name} is signed by a machine, but ${describeKey(key)} is not an online key`;
      add('keys-online-and-offline', message);
    }
  }

  // Whoever is invited will bring a key; until then the threshold may look too high.
  const expected = keys.length + (context.invited.get(name) ?? 0);
  if (role.threshold < 1)
    add('threshold-invalid', `${name} has threshold ${role.threshold}: it needs no signature at all`);
  else if (role.threshold > expected) {
    add(
      'threshold-invalid',
      `${name} needs ${role.threshold} signatures but has ${expected} ${expected === 1 ? 'key' : 'keys'}`,
    );
  } else if (role.threshold === expected && expected > 1 && !online) {
    add('threshold-is-all', `${name} needs all of its ${expected} keys: one lost key locks the role`);
  }
  return findings;
}

function short(keyid: string): string {
  return keyid.slice(0, 8);
}

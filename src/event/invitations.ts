/**
 * Open invitations: who has been asked to bring a key for which roles. They live in a file on the event branch, in
 * tuf-on-ci's form: `{"invites": {"@login": ["root", "targets"]}}`. The file is there only while one is open.
 */
import { RepositoryError } from '../repository/errors.ts';
import { finding } from '../repository/findings.ts';
import { INVITATION_FILE } from '../repository/layout.ts';
import type { RepositoryState } from '../repository/state.ts';
import { JsonError, parseJson } from '../tuf/json.ts';
import { asArray, asString, eachMember, MetadataError } from '../tuf/shape.ts';

/** The roles that each login (with its `@`) is invited to, in the order in which they were given. */
export type Invitations = ReadonlyMap<string, readonly string[]>;

const MAX_BYTES = 64 * 1024;

/** GitHub's rule for logins (accounts that a company manages have an underscore), and our `@` before it. */
const LOGIN = /^@[A-Za-z0-9](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9])){0,38}$/;

/** The login as metadata holds it, with one `@`; undefined when it can be no login. */
export function normaliseLogin(login: string): string | undefined {
  const withAt = login.startsWith('@') ? login : `@${login}`;
  return LOGIN.test(withAt) ? withAt : undefined;
}

/** Whether two logins are the same account: GitHub ignores case. */
export function sameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/**
 * Reads the open invitations of a state; none where there is no file.
 * @throws {RepositoryError} `invalid` where the file is malformed.
 */
export async function readInvitations(state: RepositoryState): Promise<Invitations> {
  const file = state.invitationFile;
  if (!file) return new Map();
  const refuse = (problem: string): never => {
    const message = `${INVITATION_FILE} cannot be used: ${problem}`;
    const found = finding('invitation-file', { path: INVITATION_FILE, message });
    throw new RepositoryError('invalid', message, { findings: [found] });
  };
  if (file.kind !== 'file') return refuse('it is not a plain file');
  if (file.size > MAX_BYTES) return refuse(`it is larger than ${MAX_BYTES} bytes`);
  try {
    return parseInvitations(await state.tree.read(file, MAX_BYTES));
  } catch (error) {
    if (error instanceof JsonError || error instanceof MetadataError) return refuse(error.message);
    throw error;
  }
}

function parseInvitations(bytes: Uint8Array): Invitations {
  const invitations = new Map<string, readonly string[]>();
  const file = eachMember(parseJson(bytes), 'the file', (_value, where, name) => {
    if (name !== 'invites') throw new MetadataError(where, 'only "invites" may stand here');
  });
  eachMember(file.invites, 'invites', (roles, where, login) => {
    if (!LOGIN.test(login)) throw new MetadataError(where, 'expected a login such as @alice');
    const names = asArray(roles, where, asString);
    if (names.length === 0) throw new MetadataError(where, 'expected at least one role');
    // Each key still to come is counted once.
    if (new Set(names).size !== names.length) throw new MetadataError(where, 'a role stands twice');
    if ([...invitations.keys()].some((other) => sameLogin(other, login)))
      throw new MetadataError(where, 'this login stands twice, in upper and lower case');
    invitations.set(login, names);
  });
  return invitations;
}

/** The file's text, or null where no invitation is open and the file goes away. */
export function formatInvitations(invitations: Invitations): string | null {
  const open = [...invitations].filter(([, roles]) => roles.length > 0);
  return open.length === 0 ? null : JSON.stringify({ invites: Object.fromEntries(open) }, null, 2);
}

/** The invitations with some of one login's roles taken out. */
export function withoutInvitation(
  invitations: Invitations,
  login: string,
  roles: readonly string[],
): Invitations {
  const left = [...invitations].map(
    ([invited, names]) =>
      [invited, sameLogin(invited, login) ? names.filter((name) => !roles.includes(name)) : names] as const,
  );
  return new Map(left.filter(([, names]) => names.length > 0));
}

/** The roles that this login is invited to. */
export function invitedRoles(invitations: Invitations, login: string): readonly string[] {
  return [...invitations].find(([invited]) => sameLogin(invited, login))?.[1] ?? [];
}

/** How many keys are still to come for each role. */
export function invitedCounts(invitations: Invitations): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const roles of invitations.values()) {
    for (const role of roles) counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return counts;
}

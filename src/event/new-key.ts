/**
 * Signers who move to another key: who is at the keyboard puts it into the role now, the others are invited again and
 * keep the key they have until they accept. A root that changes a root key is signed with the old key and the new one
 * (specification, section 5.3.3).
 */
import { delegatorsOf } from '../repository/delegators.ts';
import type { Editor } from '../repository/edit.ts';
import { RepositoryError } from '../repository/errors.ts';
import { INVITATION_FILE } from '../repository/layout.ts';
import { keyOwner } from '../tuf/custom-fields.ts';
import { type Key, samePublicKey } from '../tuf/key.ts';
import { own } from '../tuf/shape.ts';
import type { Self } from './changes.ts';
import { addSigner } from './contribution.ts';
import { formatInvitations, type Invitations, invitedRoles, sameLogin } from './invitations.ts';

/**
 * @param logins signers of the role, with their `@`
 * @throws {RepositoryError} for who is no signer of it, and for a key that is there already
 */
export async function renewKeys(
  editor: Editor,
  invitations: Invitations,
  role: string,
  logins: readonly string[],
  self: Self,
): Promise<Invitations> {
  const open = new Map(invitations);
  for (const login of logins) {
    const keys = keysOfSigner(editor, role, login);
    if (keys.length === 0) {
      throw new RepositoryError(
        'bad-request',
        `${login} has no key in ${role} that another could replace. Signers are added with --signers.`,
      );
    }
    if (sameLogin(login, self.login)) {
      const next = await self.publicKey();
      if (keys.some((key) => samePublicKey(key, next))) {
        throw new RepositoryError(
          'bad-request',
          `This is the key that you have in ${role} already. Name the new one with --key.`,
        );
      }
      addSigner(editor, role, self.login, next);
    } else if (!invitedRoles(open, login).includes(role)) {
      const [known = login] = [...open.keys()].filter((other) => sameLogin(other, login));
      open.set(known, [...(open.get(known) ?? []), role]);
    }
  }
  if (open.size > 0) editor.write(INVITATION_FILE, formatInvitations(open));
  return open;
}

function keysOfSigner(editor: Editor, role: string, login: string): readonly Key[] {
  return delegatorsOf(editor.draft, role)
    .flatMap(({ role: entry, keys }) => entry.keyids.map((keyid) => own(keys, keyid)))
    .filter((key) => key !== undefined)
    .filter((key) => sameLogin(keyOwner(key) ?? '', login));
}

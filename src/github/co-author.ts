/** Co-authors of commits, as GitHub knows them again. */

/**
 * An account as a `Co-authored-by` trailer names it, by the address that GitHub gives every account
 * (https://docs.github.com/account-and-profile/reference/email-addresses-reference#your-noreply-email-address).
 * @param id the number that outlasts a change of login; undefined where the account is gone
 */
export function coAuthor(login: string, id: number | undefined): string {
  return `${login} <${id === undefined ? '' : `${id}+`}${login}@users.noreply.github.com>`;
}

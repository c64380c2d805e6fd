/** The SSH keys that a login publishes on a GitHub server, and the page on which a person sees them. */
import { apiUrl, findToken } from '../../github/access.ts';
import { publishedSshKeys } from '../../github/published-keys.ts';

/** @param login with its `@` @throws {GitHubError} */
export async function lookUpKeys(
  server: string,
  login: string,
): Promise<{ readonly keys: readonly string[]; readonly page: string }> {
  const name = login.replace(/^@/, '');
  const token = await findToken(process.env, server);
  const keys = await publishedSshKeys(apiUrl(process.env, server), name, token);
  return { keys, page: `${server}/${name}.keys` };
}

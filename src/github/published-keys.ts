/**
 * The SSH keys that a login publishes, for logging in and for signing (https://docs.github.com/rest/users/keys,
 * https://docs.github.com/rest/users/ssh-signing-keys). Whoever holds the account can change them: they are information.
 */
import { GitHubError } from './errors.ts';

/** Milliseconds for both lists; nobody waits long for information. */
const TIMEOUT = 10_000;
const MOST = 100;

/**
 * The keys in OpenSSH's form, such as `ssh-ed25519 AAAA…`, up to a hundred of each kind.
 * @param login without its `@`
 * @throws {GitHubError} also where GitHub does not answer in ten seconds
 */
export async function publishedSshKeys(
  apiUrl: string,
  login: string,
  token?: string,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(TIMEOUT);
  const headers = {
    accept: 'application/vnd.github+json',
    'user-agent': 'repository-playground',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const lists = await Promise.all(
    ['keys', 'ssh_signing_keys'].map(async (kind) => {
      const url = `${apiUrl}/users/${encodeURIComponent(login)}/${kind}?per_page=${MOST}`;
      try {
        const response = await fetch(url, { headers, signal, redirect: 'error' });
        if (response.ok) return keysOf(await response.json());
        const code =
          response.status === 404 ? 'not-found' : response.status < 500 ? 'forbidden' : 'server-error';
        throw new GitHubError(
          code,
          `GitHub answered with HTTP ${response.status}`,
          response.status,
          undefined,
        );
      } catch (cause) {
        if (cause instanceof GitHubError) throw cause;
        throw new GitHubError('unreachable', `${apiUrl} does not answer`, undefined, cause);
      }
    }),
  );
  return lists.flat();
}

function keysOf(answer: unknown): readonly string[] {
  if (!Array.isArray(answer))
    throw new GitHubError('server-error', 'GitHub gave no list of keys', 200, undefined);
  return answer
    .slice(0, MOST)
    .map((entry: { readonly key?: unknown } | null) => entry?.key)
    .filter((key) => typeof key === 'string');
}

/** Where GitHub is and who we are there: from the environment that Actions sets, or from a person's `gh`. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

type Environment = { readonly [name: string]: string | undefined };

/** The server of a repository's pages, without a slash at the end. */
export function serverUrl(environment: Environment): string {
  return (environment.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/+$/, '');
}

/**
 * The REST API that belongs to a server, by GitHub's own rules; `GITHUB_API_URL` counts for the server that
 * `GITHUB_SERVER_URL` names.
 */
export function apiUrl(environment: Environment, server = serverUrl(environment)): string {
  if (environment.GITHUB_API_URL && server === serverUrl(environment))
    return environment.GITHUB_API_URL.replace(/\/+$/, '');
  return server === 'https://github.com' ? 'https://api.github.com' : `${server}/api/v3`;
}

/**
 * A token to act with: `GITHUB_TOKEN` or `GH_TOKEN`, or that of the `gh` program where a person has logged in with it.
 * The environment's tokens are for the environment's server and are shown to no other.
 */
export async function findToken(
  environment: Environment,
  server = serverUrl(environment),
): Promise<string | undefined> {
  const given = environment.GITHUB_TOKEN ?? environment.GH_TOKEN;
  if (given && server === serverUrl(environment)) return given;
  try {
    const { stdout } = await promisify(execFile)(
      'gh',
      ['auth', 'token', '--hostname', new URL(server).host],
      { timeout: 5000 },
    );
    return stdout.trim() || undefined;
  } catch {
    // No `gh`, or nobody has logged in: a link takes the place of the token.
    return undefined;
  }
}

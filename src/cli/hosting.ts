/** The GitHub repository that a clone's remote stands for, and how to talk to it. */
import type { GitHubRepository } from '../github/client.ts';
import { UsageError } from './failure.ts';
import { type HostedRepository, hostedRepository } from './pull-request-link.ts';
import type { Workspace } from './workspace.ts';

/** The repository of the remote that events are read from; undefined where it is none of a server with an API. */
export async function hostingOf(workspace: Workspace): Promise<HostedRepository | undefined> {
  return hostedRepository((await workspace.repository.remoteUrl(await workspace.remoteName())) ?? '');
}

/** The API of a repository, with the token at hand; `authenticated` says whether there is one. */
export async function openApi(
  at: HostedRepository,
): Promise<{ readonly github: GitHubRepository; readonly authenticated: boolean }> {
  const [{ apiUrl, findToken }, { GitHubRepository }] = await Promise.all([
    import('../github/access.ts'),
    import('../github/client.ts'),
  ]);
  const token = await findToken(process.env, at.server);
  const address = { apiUrl: apiUrl(process.env, at.server), owner: at.owner, repo: at.name };
  return { github: new GitHubRepository(address, token), authenticated: token !== undefined };
}

/** The address of a repository's pages. */
export function pageOf({ server, owner, name }: HostedRepository): string {
  return `${server}/${owner}/${name}`;
}

/** `owner/name` from a flag. */
export function fullNameOption(text: string): string {
  if (!/^[A-Za-z0-9-_.]+\/[A-Za-z0-9-_.]+$/.test(text))
    throw new UsageError(`--repository ${JSON.stringify(text)} is no repository. Write owner/name.`);
  return text;
}

/** The repository that an event belongs to, as contributions name it. */
export async function fullNameOf(workspace: Workspace, given: string | undefined): Promise<string> {
  const at = await hostingOf(workspace);
  const name = given ?? (at && `${at.owner}/${at.name}`);
  if (name !== undefined) return name;
  throw new UsageError(
    `The remote ${await workspace.remoteName()} does not say which repository on GitHub it is. Give it with --repository owner/name.`,
  );
}

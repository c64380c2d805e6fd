/** The page on which a person opens the pull request of an event, where the remote is a GitHub repository. */
import type { EventBranch } from '../event/branch.ts';
import type { Say } from './output.ts';

interface HostedRepository {
  readonly server: string;
  readonly owner: string;
  readonly name: string;
}

/** Server, owner and name from a remote's URL (https, ssh and scp-like forms); undefined for local paths. */
export function hostedRepository(url: string): HostedRepository | undefined {
  const match =
    /^https?:\/\/(?:[^/@]*@)?([^/]+)\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url) ??
    /^(?:ssh:\/\/)?[^/@]+@([^/:]+)(?::\d+)?[:/]([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url);
  const [, host, owner, name] = match ?? [];
  if (!host || !owner || !name) return undefined;
  const server = process.env.GITHUB_SERVER_URL ?? `${url.startsWith('http:') ? 'http' : 'https'}://${host}`;
  return { server, owner, name };
}

/** The address that opens a pull request; the base is named, since a fork's pull requests go to its parent otherwise. */
export function pullRequestLink(
  base: HostedRepository,
  head: HostedRepository,
  main: string,
  branch: string,
): string {
  const from = base.owner === head.owner ? branch : `${head.owner}:${branch}`;
  const path = [main, from].map((part) =>
    part.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':'),
  );
  return `${base.server}/${base.owner}/${base.name}/compare/${path.join('...')}?expand=1`;
}

/** Says how to go on after a push: the link, or that there is none to give. */
export async function sayHowToOpen(say: Say, { repository, settings, branch }: EventBranch): Promise<void> {
  if (!settings.push) {
    say(
      `Committed to the local branch ${branch}. Push it when you are ready: git push ${settings.pushRemote} ${branch}`,
    );
    return;
  }
  const base = hostedRepository((await repository.remoteUrl(settings.pullRemote)) ?? '');
  const head = hostedRepository((await repository.remoteUrl(settings.pushRemote)) ?? '');
  if (base && head)
    say(
      `Pull request (opens it, or shows it if it is open): ${pullRequestLink(base, head, settings.mainBranch, branch)}`,
    );
  else say(`Pushed to ${settings.pushRemote}, branch ${branch}.`);
}

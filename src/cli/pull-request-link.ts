/** The page on which a person opens the pull request of an event, where the remote is a GitHub repository. */
import type { EventBranch } from '../event/branch.ts';
import { EVENT_PREFIX } from '../event/name.ts';
import type { Say } from './output.ts';

export interface HostedRepository {
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
  return { server: `${url.startsWith('http:') ? 'http' : 'https'}://${host}`, owner, name };
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

/**
 * Says how to go on after a push. With a token at hand (`GITHUB_TOKEN`, `GH_TOKEN`, or that of `gh`) the pull request is
 * opened, or found; without one there is the link that does it.
 */
export async function sayHowToOpen(say: Say, event: EventBranch): Promise<void> {
  const { repository, settings, branch } = event;
  if (!settings.push) {
    say(
      `Committed to the local branch ${branch}. Push it when you are ready: git push ${settings.pushRemote} ${branch}`,
    );
    return;
  }
  const base = hostedRepository((await repository.remoteUrl(settings.pullRemote)) ?? '');
  const head = hostedRepository((await repository.remoteUrl(settings.pushRemote)) ?? '');
  if (!base || !head) {
    say(`Pushed to ${settings.pushRemote}, branch ${branch}.`);
    return;
  }
  const link = pullRequestLink(base, head, settings.mainBranch, branch);
  const opened = await openPullRequest(base, head, settings.mainBranch, branch).catch((error: Error) => {
    settings.warn(error.message);
    return undefined;
  });
  say(
    opened
      ? `Pull request${opened.created ? ' opened' : ''}: ${opened.pull.url}`
      : `Pull request (opens it, or shows it if it is open): ${link}`,
  );
}

async function openPullRequest(base: HostedRepository, head: HostedRepository, main: string, branch: string) {
  const { apiUrl, findToken } = await import('../github/access.ts');
  const token = await findToken(process.env, base.server);
  if (token === undefined) return undefined;
  const [{ GitHubRepository }, { ensurePullRequest }] = await Promise.all([
    import('../github/client.ts'),
    import('../github/pull-requests.ts'),
  ]);
  const github = new GitHubRepository(
    { apiUrl: apiUrl(process.env, base.server), owner: base.owner, repo: base.name },
    token,
  );
  const name = branch.slice(EVENT_PREFIX.length);
  return ensurePullRequest(github, {
    head: base.owner === head.owner ? branch : `${head.owner}:${branch}`,
    base: main,
    title: `Signing event: ${name}`,
    body: `A signing event. The report below says what changes and who has to sign. To sign:\n\n\`\`\`\nplayground sign ${name}\n\`\`\`\n`,
  });
}

/** GitHub Pages of a repository (https://docs.github.com/rest/pages/pages). */
import type { GitHubRepository } from './client.ts';
import { GitHubError } from './errors.ts';

/** The address of the published site, with a slash at the end; undefined where Pages is not set up. */
export async function pagesUrl(repository: GitHubRepository): Promise<string | undefined> {
  const answer = await repository.callOrNothing('read the settings of Pages', (octokit, at) =>
    octokit.rest.repos.getPages(at),
  );
  const url = answer?.data.html_url;
  return url === undefined ? undefined : url.replace(/\/*$/, '/');
}

/** Milliseconds to wait for the site. */
const PATIENCE = 5000;

/**
 * The address of a page of the published site; undefined where Pages is not set up, the token may not see its settings
 * (`pages: read`), or the site does not have the page (yet).
 */
export async function publishedPage(repository: GitHubRepository, path: string): Promise<string | undefined> {
  const site = await pagesUrl(repository).catch((error: unknown) => {
    if (error instanceof GitHubError && error.code === 'forbidden') return undefined;
    throw error;
  });
  if (site === undefined) return undefined;
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(site + path, { method: 'HEAD', signal }).catch(() => undefined);
  return answer?.ok ? site + path : undefined;
}

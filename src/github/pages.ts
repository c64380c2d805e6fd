/** GitHub Pages of a repository (https://docs.github.com/rest/pages/pages). */
import type { GitHubRepository } from './client.ts';

/** The address of the published site, with a slash at the end; undefined where Pages is not set up. */
export async function pagesUrl(repository: GitHubRepository): Promise<string | undefined> {
  const answer = await repository.callOrNothing('read the settings of Pages', (octokit, at) =>
    octokit.rest.repos.getPages(at),
  );
  const url = answer?.data.html_url;
  return url === undefined ? undefined : url.replace(/\/*$/, '/');
}

/** Action `build-repository`: validates what is to be published once more and builds the site, signing page included. */
import * as core from '@actions/core';
import { apiUrl, serverUrl } from '../github/access.ts';
import { buildPages } from '../repository/build.ts';
import { buildPublication } from '../repository/publish.ts';
import { fetchPublication } from '../repository/remote.ts';
import { loadState } from '../repository/state.ts';
import { commitTree } from '../repository/tree.ts';
import { sitePages } from '../web/pages.ts';
import { annotate, runAction, summary } from './frame.ts';

await runAction(async ({ github, openClone, now }) => {
  const { repository, remote } = await openClone();
  const directory = core.getInput('directory', { required: true });
  const source = await fetchPublication(remote);
  const pages = await sitePages({
    apiUrl: apiUrl(process.env),
    serverUrl: serverUrl(process.env),
    repository: github.fullName,
  });
  const { roles } = await loadState(await commitTree(repository, source.main));
  if (roles.size === 0 && source.tip === undefined) {
    await buildPages(directory, pages);
    core.setOutput('directory', directory);
    await summary('There is no metadata yet. Built the signing page alone.\n');
    return;
  }
  const built = await buildPublication({ ...source, repository, directory, pages, now });
  annotate(built.warnings);
  core.setOutput('directory', built.directory);
  await summary(
    `Built ${built.metadataFiles} metadata files and ${built.artifacts} artifacts from commit ${built.mainCommit}, with the signing page.\n`,
  );
});

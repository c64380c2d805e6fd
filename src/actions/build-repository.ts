/** Action `build-repository`: validates what is to be published once more and builds the site. */
import * as core from '@actions/core';
import { buildPublication } from '../repository/publish.ts';
import { fetchPublication } from '../repository/remote.ts';
import { annotate, runAction, summary } from './frame.ts';

await runAction(async ({ openClone, now }) => {
  const { repository, remote } = await openClone();
  const directory = core.getInput('directory', { required: true });
  const source = await fetchPublication(remote);
  const built = await buildPublication({ ...source, repository, directory, now });
  annotate(built.warnings);
  core.setOutput('directory', built.directory);
  await summary(
    `Built ${built.metadataFiles} metadata files and ${built.artifacts} artifacts from commit ${built.mainCommit}.\n`,
  );
});

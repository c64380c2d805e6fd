/** Action `online-sign`: signs snapshot and timestamp for the default branch and pushes them to `online`. */
import * as core from '@actions/core';
import { context } from '@actions/github';
import { pagesUrl } from '../github/pages.ts';
import { RepositoryError } from '../repository/errors.ts';
import { fetchPublication, publishOnline } from '../repository/remote.ts';
import { loadState } from '../repository/state.ts';
import { commitTree } from '../repository/tree.ts';
import { openSigner } from '../signers/registry.ts';
import { annotate, runAction, summary } from './frame.ts';

await runAction(async ({ github, openClone, defaultBranch, now }) => {
  // Whoever can push a branch can run this from there; the online key speaks for the default branch alone.
  if (context.ref !== `refs/heads/${defaultBranch}`) {
    throw new RepositoryError(
      'bad-request',
      `Online signing runs only on ${defaultBranch}, not on ${context.ref}. Start the workflow there.`,
    );
  }
  const { repository, remote } = await openClone();
  const { main, tip } = await fetchPublication(remote);
  const state = await loadState(await commitTree(repository, main));
  if (state.roles.size === 0) {
    core.setOutput('published', 'false');
    // Its signing page is there from the first event on. What is published already is never replaced by it.
    core.setOutput('site', String(tip === undefined && (await pagesUrl(github)) !== undefined));
    core.info('There is no metadata yet; nothing to sign.');
    await summary('There is no metadata yet. Start with `playground init`.\n');
    return;
  }
  // Where Pages was never set up, nothing can have been published.
  const site = core.getInput('published') || (await pagesUrl(github));
  const result = await publishOnline(remote, {
    site,
    first: site === undefined,
    push: true,
    now,
    openSigner: (uri) =>
      openSigner(uri, { environment: process.env, warn: (message) => core.warning(message) }),
  });
  annotate(result.warnings);
  const { snapshot, timestamp } = result.versions;
  core.setOutput('published', 'true');
  core.setOutput('site', 'true');
  core.setOutput('changed', String(result.commit !== undefined));
  await summary(
    result.commit === undefined
      ? `Nothing to sign: snapshot ${snapshot} and timestamp ${timestamp} still hold.\n`
      : `Signed snapshot ${snapshot} and timestamp ${timestamp}:\n\n${result.reasons.map((reason) => `- ${reason}`).join('\n')}\n`,
  );
});

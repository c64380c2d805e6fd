/**
 * Action `online-sign`: signs snapshot and timestamp for the default branch and pushes them to `online`; or, for the
 * event that it is given, the targets roles that wait for an online key.
 */
import { setTimeout } from 'node:timers/promises';
import * as core from '@actions/core';
import { context } from '@actions/github';
import { pagesUrl } from '../github/pages.ts';
import { RepositoryError } from '../repository/errors.ts';
import { CACHE_LIFETIME } from '../repository/handover.ts';
import { fetchPublication, publishOnline } from '../repository/remote.ts';
import { loadState } from '../repository/state.ts';
import { commitTree } from '../repository/tree.ts';
import { openSigner } from '../signers/registry.ts';
import { annotate, runAction, summary } from './frame.ts';
import { hide, hideKeyOf } from './masks.ts';

/** Seconds that a job can wait. */
const LONGEST_CACHE_LIFETIME = 3600;

await runAction(async (action) => {
  const { github, openClone, defaultBranch, now } = action;
  // Whoever can push a branch can run this from there; the online key speaks for the default branch alone.
  if (context.ref !== `refs/heads/${defaultBranch}`) {
    throw new RepositoryError(
      'bad-request',
      `Online signing runs only on ${defaultBranch}, not on ${context.ref}. Start the workflow there.`,
    );
  }
  const openOnlineSigner = (uri: string) => {
    hideKeyOf(uri, process.env);
    return openSigner(uri, { environment: process.env, warn: (message) => core.warning(message), hide });
  };
  const event = core.getInput('event');
  if (event !== '') {
    const { signEvent } = await import('./sign-event-online.ts');
    return signEvent(action, event, openOnlineSigner);
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
  const cacheLifetime = cacheLifetimeInput();
  const sign = (time: Date) =>
    publishOnline(remote, {
      site,
      first: site === undefined,
      push: true,
      cacheLifetime,
      now: time,
      openSigner: openOnlineSigner,
    });
  let result = await sign(now);
  if (result.again && result.commit === undefined) {
    core.info(`The online keys change hands; the new root may come out at ${result.again.toISOString()}.`);
    await setTimeout(Math.max(0, result.again.getTime() - Date.now()) + 1000);
    result = await sign(new Date());
  }
  annotate(result.warnings);
  for (const trouble of result.troubles) core.warning(`An online key did not sign. ${trouble}`);
  const { snapshot, timestamp } = result.versions;
  core.setOutput('published', 'true');
  core.setOutput('site', 'true');
  core.setOutput('changed', String(result.commit !== undefined));
  core.setOutput('again', String(result.again !== undefined));
  await summary(
    result.commit === undefined
      ? `Nothing to sign: snapshot ${snapshot} and timestamp ${timestamp} still hold.\n`
      : `Signed snapshot ${snapshot} and timestamp ${timestamp}:\n\n${result.reasons.map((reason) => `- ${reason}`).join('\n')}\n`,
  );
});

/** Milliseconds until no cache shows what was published before. */
function cacheLifetimeInput(): number {
  const input = core.getInput('cache-lifetime');
  const seconds = input === '' ? CACHE_LIFETIME : Number(input);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_CACHE_LIFETIME) return seconds * 1000;
  throw new Error(
    `The input cache-lifetime is ${JSON.stringify(input)}. Give seconds, from 0 to ${LONGEST_CACHE_LIFETIME}.`,
  );
}

/**
 * Signs the targets roles of a signing event that wait for an online key, and commits to the event's branch. It runs
 * the default branch's code in an environment with the key; of the event it reads git objects and nothing else.
 */
import * as core from '@actions/core';
import { EventBranch } from '../event/branch.ts';
import { evaluateEvent } from '../event/event.ts';
import { eventBranch } from '../event/name.ts';
import { signEventOnline } from '../event/online-signing.ts';
import { plain } from '../event/report.ts';
import { isValidBranchName } from '../git/names.ts';
import { startWorkflow } from '../github/workflows.ts';
import type { OpenOnlineSigner } from '../repository/online-keys.ts';
import { type ActionContext, summary } from './frame.ts';

export async function signEvent(
  { github, openClone, defaultBranch, now }: ActionContext,
  name: string,
  openSigner: OpenOnlineSigner,
): Promise<void> {
  if (!isValidBranchName(eventBranch(name)))
    throw new Error(`${JSON.stringify(name)} is the name of no event.`);
  const { repository, remote } = await openClone();
  const settings = {
    pullRemote: remote.name,
    pushRemote: remote.name,
    mainBranch: defaultBranch,
    push: true,
    warn: (message: string) => core.warning(message),
    ...(remote.access ? { access: remote.access } : {}),
  };
  const event = new EventBranch(repository, settings, name);
  let signed: readonly string[] = [];
  let troubles: readonly string[] = [];
  const commit = await event.contribute(async (sides) => {
    const made = await signEventOnline(sides, await evaluateEvent(sides, now), openSigner);
    signed = made.roles;
    troubles = made.troubles;
    if (signed.length === 0) return undefined;
    return { files: made.files, message: `Sign ${signed.join(', ')} online` };
  });
  for (const trouble of troubles) core.warning(`An online key did not sign. ${trouble}`);
  if (commit === undefined) {
    core.info(`Nothing in ${event.branch} waits for an online key.`);
    await summary(`Nothing in \`${plain(event.branch)}\` waits for an online key.\n`);
    return;
  }
  core.info(`Signed ${signed.join(', ')} in ${event.branch}: ${commit}`);
  await summary(
    `Signed ${signed.map((role) => `\`${plain(role)}\``).join(', ')} in \`${plain(event.branch)}\`.\n`,
  );
  // A push with this token wakes nothing.
  const next = core.getInput('signing-event-workflow');
  if (next === '') return;
  await startWorkflow(github, next, defaultBranch).catch((error: Error) =>
    core.warning(`${error.message} The report is brought up to date by the next run of ${next}.`),
  );
}

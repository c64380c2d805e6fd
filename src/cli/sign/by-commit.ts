/** Signing by commit: acceptance and signatures in one commit on the event's branch, pushed. */
import type { EventBranch } from '../../event/branch.ts';
import { evaluateEvent } from '../../event/event.ts';
import { EVENT_PREFIX } from '../../event/name.ts';
import { headline, jsonReport } from '../../event/report.ts';
import { carryOut, type SigningPlan, signingMessage } from '../../event/signing.ts';
import { GitError } from '../../git/errors.ts';
import { commandWord, printJson, style } from '../output.ts';
import { sayHowToOpen } from '../pull-request-link.ts';
import type { Workspace } from '../workspace.ts';
import { done, sayLeftOver, signedRoles } from './plan-text.ts';
import { isEmpty, type Sitting } from './sitting.ts';

/**
 * Signs an event by commit.
 * @returns false where the remote does not let this clone push; then nothing was done, and no key was opened
 */
export async function signByCommit(
  workspace: Workspace,
  sitting: Sitting,
  event: EventBranch,
): Promise<boolean> {
  const { say, options } = workspace;
  let plan: SigningPlan | undefined;
  let letIn: boolean | undefined;

  const contributed = event.contribute(async (sides) => {
    const status = await sitting.check(sides);
    letIn ??= await mayPush(event, sides.head);
    if (!letIn) return undefined;
    plan = await sitting.plan(sides, status);
    if (isEmpty(plan)) return undefined;
    await sitting.agree(plan, sides, status, say);
    return { files: await carryOut(plan, await sitting.signer()), message: signingMessage(plan) };
  });
  const commit = await contributed.catch((error: unknown) => {
    throw error instanceof GitError && error.declined ? withWayOut(error, event) : error;
  });
  if (letIn === false) return false;

  if (plan) sayLeftOver(say, plan);
  const status = await evaluateEvent(await event.read(), sitting.settings.now);
  if (commit === undefined) {
    say(`There is nothing for ${sitting.login} to do in ${event.branch}: ${headline(status).toLowerCase()}.`);
  } else if (plan) {
    say(`${style('green', '✓')} ${done(plan)}. ${headline(status)}.`);
    await sayHowToOpen(say, event);
  }
  if (options.json)
    printJson({
      ok: true,
      commit: commit ?? null,
      accepted: plan?.accepts ?? [],
      signed: plan ? signedRoles(plan) : [],
      event: jsonReport(status),
    });
  return true;
}

/** Rules about a branch show only when it is pushed to, and then the signature need not be lost. */
function withWayOut(error: GitError, { branch }: EventBranch): GitError {
  const name = branch.slice(EVENT_PREFIX.length);
  const message = `${error.message}\nA comment needs no push: playground sign ${commandWord(name)} --comment`;
  return new GitError(error.code, message, { cause: error, declined: true });
}

/** Whoever pushes to another remote than events are read from, or not at all, has made up their mind. */
async function mayPush({ repository, settings, branch }: EventBranch, head: string): Promise<boolean> {
  const { push, pushRemote, pullRemote, access } = settings;
  if (!push || pushRemote !== pullRemote) return true;
  return repository.mayPush(pushRemote, head, branch, access);
}

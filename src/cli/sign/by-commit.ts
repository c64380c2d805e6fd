/** Signing by commit: acceptance and signatures in one commit on the event's branch, pushed. */
import { attestationRoots } from '../../event/attestations.ts';
import type { EventBranch } from '../../event/branch.ts';
import { type EventSides, evaluateEvent } from '../../event/event.ts';
import { EVENT_PREFIX } from '../../event/name.ts';
import { headline, jsonReport } from '../../event/report.ts';
import { carryOut, type SigningPlan, signingMessage } from '../../event/signing.ts';
import { GitError } from '../../git/errors.ts';
import { ATTESTATION_ROOTS, attestationPath } from '../../repository/layout.ts';
import { checkAttestation } from '../../signers/attestation.ts';
import { fingerprintOf } from '../../tuf/key.ts';
import { RefusedError, UsageError } from '../failure.ts';
import { commandWord, printJson, style, warn } from '../output.ts';
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
  attestation?: string,
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
    const attested =
      attestation === undefined
        ? []
        : await attestationFile(plan, sides, attestation, event, sitting.settings.now);
    const signed = await sitting.sign(plan, say, 'committed');
    plan = signed.plan;
    const files = new Map([...(await carryOut(plan, signed.signing)), ...attested]);
    return { files, message: signingMessage(plan) };
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

/** The file that carries an attestation; it is checked now where the repository says by which roots. */
async function attestationFile(
  { acceptsWith: key }: SigningPlan,
  { main }: EventSides,
  certificates: string,
  { repository }: EventBranch,
  now: Date,
): Promise<readonly (readonly [path: string, text: string])[]> {
  if (!key)
    throw new UsageError('There is no invitation to accept, and --attestation goes with an acceptance.');
  const roots = await attestationRoots(repository, main);
  const check = roots === undefined ? undefined : checkAttestation({ certificates, roots, key, now });
  if (check?.valid === false)
    throw new RefusedError(`The attestation does not count: ${check.reason}. Nothing was signed.`);
  if (!check)
    warn(
      `The main branch has no ${ATTESTATION_ROOTS}, so nobody can check the attestation. It is stored all the same.`,
    );
  return [[attestationPath(fingerprintOf(key)), certificates]];
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

/**
 * `playground sign`: accepts the signer's invitations and signs what waits for them. What is signed is what was shown:
 * the differences are computed here, from the bytes that the signatures cover, and the key is touched after the yes.
 */
import type { Command } from 'commander';
import { describeChange } from '../event/describe.ts';
import { type EventSides, evaluateEvent } from '../event/event.ts';
import { headline, jsonReport } from '../event/report.ts';
import { carryOut, planSigning, type SigningPlan, signingMessage } from '../event/signing.ts';
import type { GitRepository } from '../git/repository.ts';
import type { Finding } from '../repository/findings.ts';
import type { Signer } from '../signers/signer.ts';
import { hashHex } from '../tuf/crypto/index.ts';
import { describeKey } from '../tuf/key.ts';
import { eventArgument, eventFrom } from './event-name.ts';
import { RefusedError } from './failure.ts';
import { escapeControls, findingLines, printJson, type Say, style } from './output.ts';
import { confirm } from './prompt.ts';
import { sayHowToOpen } from './pull-request-link.ts';
import { eventOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

const EXAMPLES = `
Examples:
  $ playground sign init
  $ playground sign init --login @bob --key file2:bob.pem --yes

The passphrase of a key file is asked for, or taken from PLAYGROUND_PASSPHRASE or PLAYGROUND_PASSPHRASE_FILE.
Exit code 0: everything that you can do is done; 1: the event is not valid.`;

export function define(command: Command): void {
  eventOptions(eventArgument(command))
    .addHelpText('after', EXAMPLES)
    .action((event: string | undefined, options: WorkspaceOptions) =>
      Workspace.use(options, (workspace) => run(workspace, event)),
    );
}

async function run(workspace: Workspace, name: string | undefined): Promise<void> {
  const { repository, say, options } = workspace;
  const now = new Date();
  const event = await workspace.event(await eventFrom(repository, name));
  const login = await workspace.login();
  let signer: Signer | undefined;
  let agreed: string | undefined;
  let plan: SigningPlan | undefined;

  const commit = await event.contribute(async (sides) => {
    await checkFirstRoot(repository, sides);
    const status = await evaluateEvent(sides, now);
    const errors = status.findings.filter((found) => found.severity === 'error');
    if (errors.length > 0)
      throw new RefusedError(`The event ${event.branch} is not valid. Nothing was signed.`, errors);
    signer ??= await workspace.signer();
    plan = await planSigning(sides, status, login, signer.key, now);
    if (plan.accepts.length === 0 && plan.toSign.length === 0) return undefined;

    // A second round means that somebody pushed in between: agreement to the same bytes still holds.
    const digest = planDigest(plan);
    if (agreed !== digest) {
      if (agreed !== undefined) say('The event changed meanwhile. This is what it is now:');
      sayPlan(say, plan, sides);
      for (const line of findingLines(findingsFor(plan, status.findings))) say(line);
      if (
        !options.yes &&
        !(await confirm(`${capitalised(question(plan))} with ${describeKey(signer.key)}?`))
      ) {
        throw new RefusedError('Nothing was signed.');
      }
      agreed = digest;
    }
    return { files: await carryOut(plan, signer), message: signingMessage(plan) };
  });

  if (plan) sayLeftOver(say, plan);
  const sides = await event.read();
  const status = await evaluateEvent(sides, now);
  if (commit === undefined) {
    say(`There is nothing for ${login} to do in ${event.branch}: ${headline(status).toLowerCase()}.`);
  } else if (plan) {
    say(`${style('green', '✓')} ${capitalised(done(plan))}. ${headline(status)}.`);
    await sayHowToOpen(say, event);
  }
  if (options.json)
    printJson({
      ok: true,
      commit: commit ?? null,
      accepted: plan?.accepts ?? [],
      signed: [...new Set(plan?.toSign.map(({ role }) => role))],
      event: jsonReport(status),
    });
}

/**
 * The first root that a clone has seen is pinned in its configuration: a main branch that was replaced as a whole
 * cannot pass for the same repository.
 */
async function checkFirstRoot(repository: GitRepository, { knownGood }: EventSides): Promise<void> {
  const file = knownGood.rootHistory.get(1)?.file;
  if (!file) return;
  const hash = hashHex('sha256', await knownGood.tree.read(file, file.size));
  const pinned = await repository.getConfig('playground.firstRoot');
  if (pinned === undefined) await repository.setConfig('playground.firstRoot', hash);
  else if (pinned !== hash) {
    throw new RefusedError(
      `The first root on the main branch is not the one that this clone knows (sha256 ${pinned.slice(0, 12)}…): this is another repository, or its history was rewritten. If that is meant, \`git config --unset playground.firstRoot\`.`,
    );
  }
}

/** The warnings that concern what is about to be signed; those of other roles are in `status`. */
function findingsFor({ accepts, toSign }: SigningPlan, findings: readonly Finding[]): readonly Finding[] {
  const roles = new Set([...accepts, ...toSign.map((task) => task.role)]);
  return findings.filter(({ role }) => role === undefined || roles.has(role));
}

/** Stands for everything that the signer agreed to. */
function planDigest({ accepts, toSign }: SigningPlan): string {
  return JSON.stringify([
    accepts,
    toSign.map(({ role, keyid, bytes }) => [role, keyid, hashHex('sha256', bytes)]),
  ]);
}

function sayPlan(say: Say, plan: SigningPlan, { knownGood }: EventSides): void {
  const roles = [...new Set([...plan.accepts, ...plan.toSign.map(({ role }) => role)])];
  for (const role of roles) {
    const now = plan.draft.roles.get(role)?.metadata?.signed;
    if (!now) continue;
    const bytes = plan.toSign.find((task) => task.role === role)?.bytes;
    say(
      `${style('bold', escapeControls(role))}${bytes ? ` (sha256 of what is signed: ${hashHex('sha256', bytes)})` : ''}`,
    );
    for (const line of describeChange(knownGood.roles.get(role)?.metadata?.signed, now))
      say(`  ${escapeControls(line)}`);
  }
}

function question(plan: SigningPlan): string {
  return steps(plan, 'accept the invitation to', 'sign');
}

function done(plan: SigningPlan): string {
  return steps(plan, 'accepted the invitation to', 'signed');
}

function steps({ accepts, toSign }: SigningPlan, accept: string, sign: string): string {
  const roles = [...new Set(toSign.map(({ role }) => role))];
  return [
    ...(accepts.length > 0 ? [`${accept} ${names(accepts)}`] : []),
    ...(roles.length > 0 ? [`${sign} ${names(roles)}`] : []),
  ].join(' and ');
}

function names(list: readonly string[]): string {
  return escapeControls(list.join(', '));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sayLeftOver(say: Say, { blocked, otherKey, invitations }: SigningPlan): void {
  if (blocked.length > 0) {
    say(
      `Not signed yet: ${names(blocked)}. First ${names([...invitations.keys()])} must accept; then run this command again.`,
    );
  }
  if (otherKey.length > 0) {
    say(`Not signed: ${names(otherKey)}. The repository knows another key of yours; give it with --key.`);
  }
}

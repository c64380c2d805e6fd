/**
 * Signing by comment: contributions as text on the pull request, which the signing action records. No push access is
 * needed. An acceptance and the signatures that it makes possible are two comments, since what is to be signed is
 * settled when the acceptance is recorded.
 */
import { contributionsOf, nextByComment } from '../../event/contributions.ts';
import { evaluateEvent } from '../../event/event.ts';
import { headline, jsonReport } from '../../event/report.ts';
import type { SigningPlan } from '../../event/signing.ts';
import {
  checkTokenLogin,
  type Delivered,
  type Delivery,
  type DeliveryOptions,
  deliver,
  findDelivery,
  tellerFor,
} from '../comment-delivery.ts';
import type { EventSource } from '../event-source.ts';
import { fullNameOf } from '../hosting.ts';
import { commandWord, escapeControls, escapeLines, printJson, type Say, style } from '../output.ts';
import type { Workspace } from '../workspace.ts';
import { done, sayLeftOver, signedRoles } from './plan-text.ts';
import { isEmpty, type Sitting } from './sitting.ts';
import { untilRecorded } from './wait.ts';

export interface CommentOptions extends DeliveryOptions {
  readonly repository?: string;
  /** Seconds to wait for an acceptance to be recorded; false: none. */
  readonly wait: number | false;
}

/** What one comment, or a few of one round, brought. */
interface Round {
  readonly plan: SigningPlan;
  readonly delivered: Delivered;
}

/** Signs an event by comment. @param notice said before anything is shown, where there is something to do */
export async function signByComment(
  workspace: Workspace,
  sitting: Sitting,
  source: EventSource,
  options: CommentOptions,
  notice?: string,
): Promise<void> {
  const rounds: Round[] = [];
  let delivery: Delivery | undefined;
  for (;;) {
    const sides = await source.read();
    const status = await sitting.check(sides);
    delivery ??= await findDelivery(workspace, source, sides.head, options);
    const say = tellerFor(delivery, workspace);
    const plan = nextByComment(await sitting.plan(sides, status));
    if (isEmpty(plan)) {
      if (rounds.length === 0)
        say(
          `There is nothing for ${sitting.login} to do in ${escapeControls(source.branch)}: ${headline(status).toLowerCase()}.`,
        );
      sayLeftOver(say, plan);
      break;
    }
    if (notice !== undefined && rounds.length === 0) say(notice);
    const accepting = plan.accepts.length > 0;
    const repository = accepting ? await fullNameOf(workspace, options.repository) : '';
    if (accepting) await checkTokenLogin(delivery, sitting.login);
    await sitting.agree(plan, sides, status, say);
    const { plan: carriedOut, signing } = await sitting.sign(plan, say, 'signed');
    const contributions = await contributionsOf(carriedOut, signing, {
      repository,
      name: source.name,
    });
    const delivered = await deliver(workspace, delivery, { event: source.name, contributions }, say);
    rounds.push({ plan: carriedOut, delivered });
    say(`${style('green', '✓')} ${done(carriedOut)}${delivery.kind === 'post' ? ', by comment' : ''}.`);
    if (delivered.failure !== undefined) break;
    if (!accepting) {
      sayLeftOver(say, carriedOut);
      break;
    }
    if (
      !(await acceptanceRecorded(source, delivery, delivered, sitting.login, plan, sides.head, options, say))
    )
      break;
    sitting.nextRound();
    say('The acceptance is recorded. This is to be signed now:');
  }
  await finish(workspace, sitting, source, rounds);
}

/** Whether signing can go on in the same command; says how it goes on later, where it cannot. */
async function acceptanceRecorded(
  source: EventSource,
  delivery: Delivery,
  { posted }: Delivered,
  login: string,
  plan: SigningPlan,
  head: string,
  { wait }: CommentOptions,
  say: Say,
): Promise<boolean> {
  const again = `playground sign ${source.argument} --comment`;
  if (delivery.kind === 'print') {
    say(`Signing follows when the signing action has recorded the acceptance: ${again}`);
    return false;
  }
  if (delivery.pull.fromFork) {
    say(
      `The branch is in a fork, whose owner has to record the acceptance: playground import-signature ${commandWord(source.name)} --pull ${delivery.pull.number}. Then sign: ${again}`,
    );
    return false;
  }
  if (wait === false) {
    say(`Signing follows when the signing action has recorded it: ${again}`);
    return false;
  }
  const { github } = delivery;
  const outcome = await untilRecorded(source, {
    login,
    roles: plan.accepts,
    head,
    github,
    comments: posted,
    limit: wait,
    say,
  });
  if (outcome === 'not-yet')
    say(`It is not recorded yet; see the signing action on ${delivery.pull.url}. When it is, sign: ${again}`);
  if (outcome === 'refused')
    say(
      `The comment was met with a 😕: the answer on ${delivery.pull.url} says why. When it is recorded, sign: ${again}`,
    );
  return outcome === 'recorded';
}

async function finish(
  workspace: Workspace,
  sitting: Sitting,
  source: EventSource,
  rounds: readonly Round[],
): Promise<void> {
  const failure = rounds.at(-1)?.delivered.failure;
  if (failure !== undefined) {
    process.stderr.write(`${style('red', 'error:', process.stderr)} ${escapeLines(failure)}\n`);
    process.exitCode = 2;
  }
  if (!workspace.options.json) return;
  printJson({
    ok: failure === undefined,
    ...(failure === undefined ? {} : { error: { code: 'not-posted', message: failure } }),
    accepted: rounds.flatMap(({ plan }) => plan.accepts),
    signed: rounds.flatMap(({ plan }) => signedRoles(plan)),
    blocks: rounds.flatMap(({ delivered }) => delivered.texts),
    comments: rounds.flatMap(({ delivered }) => delivered.posted.map(({ url }) => url)),
    event: jsonReport(await evaluateEvent(await source.read(), sitting.settings.now)),
  });
}

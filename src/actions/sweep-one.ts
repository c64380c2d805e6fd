/**
 * One open signing event as it stands now: records what came in comments, does what a machine may do, evaluates, shows
 * the result as a commit status and one report, and answers and asks people.
 */
import * as core from '@actions/core';
import { attestationLine, attestedKeys } from '../event/attestations.ts';
import { type EventSides, type EventStatus, evaluateEvent } from '../event/event.ts';
import { EVENT_PREFIX } from '../event/name.ts';
import { onlineRoles } from '../event/online-signing.ts';
import { readPull } from '../event/pull.ts';
import { headline, markdownReport, type ReportContext } from '../event/report.ts';
import { planUpkeep, type Upkeep } from '../event/upkeep.ts';
import { GitError } from '../git/errors.ts';
import { keepComment } from '../github/comments.ts';
import { readDiscussion } from '../github/discussion.ts';
import { type PullRequest, pullRequest } from '../github/pull-requests.ts';
import { type Status, setStatus } from '../github/statuses.ts';
import { startWorkflow } from '../github/workflows.ts';
import { adoptPull } from './adopt.ts';
import { answerComments } from './answer-comments.ts';
import { askPeople } from './ask.ts';
import { obeyCommands } from './commands.ts';
import { type ActionContext, BOT, type Clone } from './frame.ts';
import { type CommentChange, postedForOthers, takeComments } from './record-comments.ts';
import type { WakingComment } from './wake.ts';

const STATUS_CONTEXT = 'signing-event';
const REPORT_MARKER = 'signing-event-report';

const STATES: { readonly [state in EventStatus['state']]: Status['state'] } = {
  ready: 'success',
  waiting: 'pending',
  empty: 'pending',
  invalid: 'failure',
};

type Sweeping = ActionContext & Clone;

/** A head can move while it is looked at; then it is looked at again, a few times. */
const LOOKS = 5;

/** What a look at an event needs besides the event. */
export interface Look {
  readonly waking: WakingComment | undefined;
  /** Whether a maintainer asked for this pull request to be adopted. */
  readonly adopt: boolean;
  /** The address of the signing page; undefined where the site has none. */
  readonly signingPage: () => Promise<string | undefined>;
  /** Days after which people are asked again; undefined for never. */
  readonly remindAfter: number | undefined;
}

export interface Swept {
  /** Undefined where the pull request is no event, only asked to be adopted. */
  readonly status: EventStatus | undefined;
  /** Pull requests that were opened on the way and have not been looked at. */
  readonly opened: readonly PullRequest[];
}

/** Looks at one event; undefined where it is gone, or keeps changing. */
export async function sweepOne(action: Sweeping, pull: PullRequest, look: Look): Promise<Swept | undefined> {
  const waking = look.waking?.pull === pull.number ? look.waking : undefined;
  for (let looksLeft = LOOKS; looksLeft > 0; looksLeft--) {
    const sides = await readPull(action.remote, pull.number, pull.headRef.slice(EVENT_PREFIX.length));
    if (!sides) return undefined;
    const discussion = await readDiscussion(action.github, pull.number);
    const obey = async () => [
      ...(await obeyCommands(action, pull, sides, discussion, waking)),
      ...(look.adopt ? await adoptOnRequest(action, pull, sides) : []),
    ];
    if (!pull.headRef.startsWith(EVENT_PREFIX)) return { status: undefined, opened: await obey() };
    const status = await evaluateEvent(sides, action.now);
    const { comments, change } = await takeComments(action, sides, status, discussion, waking);
    if (change && (await commit(action, pull, sides, change))) continue;
    const plan = pull.fromFork ? undefined : await planUpkeep(sides, status, action.now);
    if (plan && (await commit(action, pull, sides, plan))) continue;

    const page = pull.fromFork ? undefined : await look.signingPage();
    const signingPage = page && `${page}#${action.github.fullName}/${pull.number}`;
    const online = pull.fromFork ? [] : await askForOnlineSignatures(action, sides, status);
    const posted = postedForOthers(comments);
    const attested = await attestedKeys(action.repository, sides, status, action.now);
    const attestations = attested.map(attestationLine);
    await report(action, pull, status, { signingPage, posted, online, attestations });
    await answerComments(action, pull, status, comments);
    await askPeople(action, pull, status, discussion, { page: signingPage, remindAfter: look.remindAfter });
    const opened = await obey();
    const now = await pullRequest(action.github, pull.number);
    if (!now || now.headSha === status.head || opened.length > 0) return { status, opened };
  }
  core.notice(`#${pull.number} keeps changing; the next run looks at it again.`);
  return undefined;
}

/** Starts online signing of an event that lacks nothing else; answers the roles that it signs. */
async function askForOnlineSignatures(
  { github, defaultBranch }: Sweeping,
  sides: EventSides,
  status: EventStatus,
): Promise<readonly string[]> {
  const roles = onlineRoles(sides, status);
  const workflow = core.getInput('online-workflow');
  if (roles.length === 0 || workflow === '') return roles;
  try {
    await startWorkflow(github, workflow, defaultBranch, { event: sides.name });
    core.info(`${sides.name}: ${workflow} signs ${roles.join(', ')}`);
  } catch (error) {
    core.warning(
      `${roles.join(', ')} in ${sides.name} waits for an online key. ${(error as Error).message} Start ${workflow} by hand with the event's name.`,
    );
  }
  return roles;
}

async function adoptOnRequest(
  action: Sweeping,
  pull: PullRequest,
  sides: EventSides,
): Promise<readonly PullRequest[]> {
  const adoption = await adoptPull(action, pull, sides);
  if (!adoption.done) throw new Error(adoption.message);
  core.notice(adoption.message);
  return adoption.pull ? [adoption.pull] : [];
}

/** Commits to the event's branch; false where it cannot be pushed to, because it is a fork's. */
async function commit(
  { repository, remote }: Sweeping,
  pull: PullRequest,
  sides: EventSides,
  { files, message, trailers = [] }: Upkeep & Partial<CommentChange>,
): Promise<boolean> {
  if (pull.fromFork) return false;
  const written = await repository.writeCommit({
    parents: [sides.head],
    base: sides.head,
    changes: files,
    message,
    trailers,
    author: BOT,
  });
  try {
    await repository.push(remote.name, written, pull.headRef, sides.head, remote.access);
    core.info(`${message}: ${written}`);
  } catch (error) {
    // Somebody pushed in between: what they pushed is looked at next.
    if (!(error instanceof GitError) || error.code !== 'push-rejected' || error.declined) throw error;
  }
  return true;
}

async function report(
  { github }: ActionContext,
  pull: PullRequest,
  status: EventStatus,
  context: ReportContext,
): Promise<void> {
  const run = process.env.GITHUB_RUN_ID;
  await setStatus(github, status.head, {
    context: STATUS_CONTEXT,
    state: STATES[status.state],
    description: headline(status),
    ...(run === undefined
      ? {}
      : { targetUrl: `${process.env.GITHUB_SERVER_URL}/${github.fullName}/actions/runs/${run}` }),
  });
  await keepComment(github, pull.number, {
    marker: REPORT_MARKER,
    author: BOT.name,
    body: markdownReport(status, context),
  });
  core.info(`${status.name}: ${headline(status)}`);
}

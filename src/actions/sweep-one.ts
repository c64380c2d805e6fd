/**
 * One open signing event as it stands now: does what a machine may do, evaluates, and shows the result as a commit status
 * and one report.
 */
import * as core from '@actions/core';
import { type EventSides, type EventStatus, evaluateEvent, readEvent } from '../event/event.ts';
import { EVENT_PREFIX } from '../event/name.ts';
import { headline, markdownReport } from '../event/report.ts';
import { planUpkeep } from '../event/upkeep.ts';
import { GitError } from '../git/errors.ts';
import { keepComment } from '../github/comments.ts';
import { type PullRequest, pullRequest } from '../github/pull-requests.ts';
import { type Status, setStatus } from '../github/statuses.ts';
import { fetchBranch } from '../repository/remote.ts';
import { type ActionContext, BOT, type Clone } from './frame.ts';

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

/** Looks at one event; undefined where it is gone, or keeps changing. */
export async function sweepOne(action: Sweeping, pull: PullRequest): Promise<EventStatus | undefined> {
  for (let looksLeft = LOOKS; looksLeft > 0; looksLeft--) {
    const sides = await readPullRequest(action, pull);
    if (!sides) return undefined;
    const status = await evaluateEvent(sides, action.now);
    if (await upkeep(action, pull, sides, status)) continue;
    await report(action, pull, status);
    const now = await pullRequest(action.github, pull.number);
    if (!now || now.headSha === status.head) return status;
  }
  core.notice(`#${pull.number} keeps changing; the next run looks at it again.`);
  return undefined;
}

/** Reads both sides of a pull request as git objects; undefined where its head is gone. */
async function readPullRequest(
  { repository, remote }: Clone,
  pull: PullRequest,
): Promise<EventSides | undefined> {
  const main = await fetchBranch(remote, remote.mainBranch);
  const ref = `refs/playground/pull/${pull.number}`;
  try {
    await repository.fetch(remote.name, [`+refs/pull/${pull.number}/head:${ref}`], remote.access);
  } catch (error) {
    if (error instanceof GitError && error.code === 'no-such-revision') return undefined;
    throw error;
  }
  const head = await repository.resolve(ref);
  if (main === undefined || head === undefined) return undefined;
  return readEvent(repository, pull.headRef.slice(EVENT_PREFIX.length), main, head);
}

/** Commits what a machine may do. A fork's branch cannot be pushed to; its report says which command does it. */
async function upkeep(
  { repository, remote, now }: Sweeping,
  pull: PullRequest,
  sides: EventSides,
  status: EventStatus,
): Promise<boolean> {
  if (pull.fromFork) return false;
  const plan = await planUpkeep(sides, status, now);
  if (!plan) return false;
  const commit = await repository.writeCommit({
    parents: [sides.head],
    base: sides.head,
    changes: plan.files,
    message: plan.message,
    author: BOT,
  });
  try {
    await repository.push(remote.name, commit, pull.headRef, sides.head, remote.access);
    core.info(`${plan.message}: ${commit}`);
  } catch (error) {
    // Somebody pushed in between: what they pushed is looked at next.
    if (!(error instanceof GitError) || error.code !== 'push-rejected' || error.declined) throw error;
  }
  return true;
}

async function report({ github }: ActionContext, pull: PullRequest, status: EventStatus): Promise<void> {
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
    body: markdownReport(status),
  });
  core.info(`${status.name}: ${headline(status)}`);
}

/**
 * The sweep over open signing events: whatever woke it, it looks at each event as it stands now. Lost, doubled or late
 * wake-ups change nothing.
 */
import * as core from '@actions/core';
import type { EventStatus } from '../event/event.ts';
import { EVENT_PREFIX } from '../event/name.ts';
import { publishedPage } from '../github/pages.ts';
import { openPullRequests, type PullRequest } from '../github/pull-requests.ts';
import type { ActionContext } from './frame.ts';
import { pullToAdopt, reminderDays, wakingComment } from './wake.ts';

export interface SweptEvent {
  readonly pull: PullRequest;
  readonly status: EventStatus;
}

/**
 * Sweeps all open events; one that fails stops no other. All, whichever woke it: of the runs that wait for their turn
 * GitHub keeps only the newest.
 */
export async function sweep(action: ActionContext): Promise<readonly SweptEvent[]> {
  const waking = wakingComment();
  const adopt = pullToAdopt();
  const remindAfter = reminderDays();
  const pulls = await openPullRequests(action.github, action.defaultBranch);
  // A fork's change may stand on any branch until it is adopted.
  const events = pulls.filter(
    ({ headRef, fromFork, number }) =>
      headRef.startsWith(EVENT_PREFIX) || (fromFork && (number === waking?.pull || number === adopt)),
  );
  if (adopt !== undefined && !events.some(({ number, fromFork }) => fromFork && number === adopt)) {
    throw new Error(`#${adopt} is no open pull request from a fork into ${action.defaultBranch}.`);
  }
  if (events.length === 0) return [];
  // Most of the code is for an open event; where there is none, it is not loaded and no git is started.
  const { sweepOne } = await import('./sweep-one.ts');
  const opened = { ...action, ...(await action.openClone()) };
  const swept: SweptEvent[] = [];
  const failures: Error[] = [];
  let page: Promise<string | undefined> | undefined;
  const signingPage = () => {
    page ??= publishedPage(action.github, 'sign/');
    return page;
  };
  // Adoption adds to the list: a pull request that an action opens starts no run of its own.
  for (const pull of events) {
    await core.group(`#${pull.number} ${pull.headRef}`, async () => {
      try {
        const look = { waking, adopt: pull.number === adopt, signingPage, remindAfter };
        const result = await sweepOne(opened, pull, look);
        if (result?.status) swept.push({ pull, status: result.status });
        for (const other of result?.opened ?? []) {
          if (!events.some(({ number }) => number === other.number)) events.push(other);
        }
      } catch (error) {
        const message = `#${pull.number}: ${(error as Error).message}`;
        core.info(message);
        failures.push(new Error(message, { cause: error }));
      }
    });
  }
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join('\n'));
  return swept;
}

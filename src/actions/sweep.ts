/**
 * The sweep over open signing events: whatever woke it, it looks at each event as it stands now. Lost, doubled or late
 * wake-ups change nothing.
 */
import * as core from '@actions/core';
import type { EventStatus } from '../event/event.ts';
import { EVENT_PREFIX } from '../event/name.ts';
import { openPullRequests, type PullRequest } from '../github/pull-requests.ts';
import type { ActionContext } from './frame.ts';

export interface SweptEvent {
  readonly pull: PullRequest;
  readonly status: EventStatus;
}

/**
 * Sweeps all open events; one that fails stops no other. All, whichever woke it: of the runs that wait for their turn
 * GitHub keeps only the newest.
 */
export async function sweep(action: ActionContext): Promise<readonly SweptEvent[]> {
  const pulls = await openPullRequests(action.github, action.defaultBranch);
  const events = pulls.filter((pull) => pull.headRef.startsWith(EVENT_PREFIX));
  if (events.length === 0) return [];
  // Most of the code is for an open event; where there is none, it is not loaded and no git is started.
  const { sweepOne } = await import('./sweep-one.ts');
  const opened = { ...action, ...(await action.openClone()) };
  const swept: SweptEvent[] = [];
  const failures: Error[] = [];
  for (const pull of events) {
    await core.group(`#${pull.number} ${pull.headRef}`, async () => {
      try {
        const status = await sweepOne(opened, pull);
        if (status) swept.push({ pull, status });
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

/** Where an event is read from: the branch `sign/<event>`, or a pull request by its number, whose head may be in a fork. */
import type { EventBranch } from '../event/branch.ts';
import type { EventSides } from '../event/event.ts';
import { EVENT_PREFIX } from '../event/name.ts';
import type { PullRequest } from '../github/pull-requests.ts';
import { checkedEvent, eventFrom } from './event-name.ts';
import { RefusedError, UsageError } from './failure.ts';
import { hostingOf, openApi, pageOf } from './hosting.ts';
import { wholeNumber } from './numbers.ts';
import { commandWord } from './output.ts';
import type { Workspace } from './workspace.ts';

export interface EventSource {
  /** The event's name: the branch without `sign/`. */
  readonly name: string;
  readonly branch: string;
  /** The pull request that was named. */
  readonly pull: NamedPull | undefined;
  /** What a person types after `playground sign` to mean this event, ready for a shell. */
  readonly argument: string;
  /** The event's newest commit. */
  head(): Promise<string | undefined>;
  read(): Promise<EventSides>;
}

export interface NamedPull {
  readonly number: number;
  /** Its page; undefined where the server is not known. */
  readonly url: string | undefined;
  /** Whether its head is in a fork, as far as it is known. */
  readonly fromFork: boolean;
}

export const pullNumber = wholeNumber('--pull');

/** The event that a command's arguments mean. */
export async function eventSource(
  workspace: Workspace,
  name: string | undefined,
  pull: number | undefined,
): Promise<EventSource> {
  if (pull !== undefined) return pullSource(workspace, pull, name);
  return branchSource(await workspace.event(await eventFrom(workspace.repository, name)));
}

export function branchSource(event: EventBranch): EventSource {
  const name = event.branch.slice(EVENT_PREFIX.length);
  return {
    name,
    branch: event.branch,
    pull: undefined,
    argument: commandWord(name),
    head: () => event.head(),
    read: () => event.read(),
  };
}

async function pullSource(
  workspace: Workspace,
  number: number,
  given: string | undefined,
): Promise<EventSource> {
  const { fetchPullHead, readPull } = await import('../event/pull.ts');
  const remote = await workspace.remote();
  const { name, pull } = await identify(workspace, number, given);
  return {
    name,
    branch: EVENT_PREFIX + name,
    pull,
    argument: `--pull ${number}`,
    head: () => fetchPullHead(remote, number),
    read: async () => {
      const sides = await readPull(remote, number, name);
      if (sides) return sides;
      throw new RefusedError(
        `Pull request ${number} has no head any more, or ${remote.name} has no ${remote.mainBranch}.`,
      );
    },
  };
}

/** Which event a pull request is: as the API says; where there is no API, as the caller says. */
async function identify(
  workspace: Workspace,
  number: number,
  given: string | undefined,
): Promise<{ readonly name: string; readonly pull: NamedPull }> {
  const wanted = given === undefined ? undefined : checkedEvent(given).replace(EVENT_PREFIX, '');
  const at = await hostingOf(workspace);
  if (!at) {
    if (wanted === undefined)
      throw new UsageError(
        `The remote cannot be asked which event pull request ${number} is. Name the event as well.`,
      );
    return { name: wanted, pull: { number, url: undefined, fromFork: true } };
  }
  const { pullRequest } = await import('../github/pull-requests.ts');
  const { github } = await openApi(at);
  const pull = await pullRequest(github, number);
  if (!pull) throw new UsageError(`There is no pull request ${number} in ${github.fullName}.`);
  const name = eventOf(pull, await workspace.mainBranch());
  if (wanted !== undefined && wanted !== name)
    throw new UsageError(`Pull request ${number} is the event ${name}, not ${wanted}.`);
  return { name, pull: { number, url: `${pageOf(at)}/pull/${number}`, fromFork: pull.fromFork } };
}

/** The event's name, where the pull request is one that can still be signed. */
function eventOf({ number, state, headRef, baseRef }: PullRequest, mainBranch: string): string {
  if (!headRef.startsWith(EVENT_PREFIX)) {
    throw new RefusedError(
      `Pull request ${number} is no signing event: its branch is ${JSON.stringify(headRef)}, not ${EVENT_PREFIX}<event>.`,
    );
  }
  if (baseRef !== mainBranch) {
    throw new RefusedError(
      `Pull request ${number} goes into ${JSON.stringify(baseRef)}; signing events go into ${mainBranch}.`,
    );
  }
  if (state === 'closed')
    throw new RefusedError(`Pull request ${number} is closed: there is nothing to sign.`);
  return checkedEvent(headRef.slice(EVENT_PREFIX.length));
}

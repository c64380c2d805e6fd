/**
 * The event of a pull request, read by its number: `refs/pull/<number>/head` is there for heads in forks as well
 * (https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/checking-out-pull-requests-locally).
 */
import { GitError } from '../git/errors.ts';
import { fetchBranch, type Remote } from '../repository/remote.ts';
import { type EventSides, readEvent } from './event.ts';

/**
 * Both sides of a pull request into the main branch; undefined where one of them is gone.
 * @param event the event's name
 */
export async function readPull(remote: Remote, pull: number, event: string): Promise<EventSides | undefined> {
  const main = await fetchBranch(remote, remote.mainBranch);
  const head = await fetchPullHead(remote, pull);
  return main === undefined || head === undefined
    ? undefined
    : readEvent(remote.repository, event, main, head);
}

/** Fetches the head of a pull request and tells its commit; undefined where there is none. */
export async function fetchPullHead(
  { repository, name, access }: Remote,
  pull: number,
): Promise<string | undefined> {
  const ref = `refs/playground/pull/${pull}`;
  try {
    await repository.fetch(name, [`+refs/pull/${pull}/head:${ref}`], access);
  } catch (error) {
    if (error instanceof GitError && error.code === 'no-such-revision') return undefined;
    throw error;
  }
  return repository.resolve(ref);
}

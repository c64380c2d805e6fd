/** Which event a command is about: named, or the one whose branch is checked out. */
import type { Command } from 'commander';
import { EVENT_PREFIX, eventBranch } from '../event/name.ts';
import { isValidBranchName } from '../git/names.ts';
import type { GitRepository } from '../git/repository.ts';
import { UsageError } from './failure.ts';

export function eventArgument(command: Command): Command {
  return command.argument(
    '[event]',
    `the signing event, e.g. init for the branch ${EVENT_PREFIX}init (default: the branch that is checked out)`,
  );
}

/** The event's name as given, or that of the branch that is checked out. */
export async function eventFrom(repository: GitRepository, name: string | undefined): Promise<string> {
  const wanted = name ?? (await repository.currentBranch());
  if (wanted === undefined || (name === undefined && !wanted.startsWith(EVENT_PREFIX))) {
    throw new UsageError(`Which event? Name it, or check out its branch (${EVENT_PREFIX}<event>).`);
  }
  return checkedEvent(wanted);
}

/** An event's name that can be a branch. */
export function checkedEvent(name: string): string {
  if (!isValidBranchName(eventBranch(name)))
    throw new UsageError(
      `${JSON.stringify(name)} cannot be the name of a branch. Use letters, digits and hyphens.`,
    );
  return name;
}

/**
 * Adopting a pull request from a fork: what its head has under `metadata/` and `targets/`, and nothing else, becomes an
 * event of this repository, with a branch to which contributions from comments can be pushed.
 */
import type { EventSides } from '../event/event.ts';
import { EVENT_PREFIX, eventBranch } from '../event/name.ts';
import { isValidBranchName } from '../git/names.ts';
import { serverUrl } from '../github/access.ts';
import { coAuthor } from '../github/co-author.ts';
import { GitHubError } from '../github/errors.ts';
import { ensurePullRequest, type PullRequest } from '../github/pull-requests.ts';
import { METADATA, TARGETS } from '../repository/layout.ts';
import { fetchBranch } from '../repository/remote.ts';
import { loadState, sameFiles } from '../repository/state.ts';
import { commitTree } from '../repository/tree.ts';
import { type ActionContext, BOT, type Clone } from './frame.ts';

export type Adoption =
  | { readonly done: true; readonly pull: PullRequest; readonly message: string }
  /** The branch is there; GitHub does not let an action open the pull request. */
  | { readonly done: true; readonly pull: undefined; readonly message: string }
  | { readonly done: false; readonly message: string };

/**
 * Adopts the head as it was read.
 * @param name of the event to make; by default that of the fork's branch
 */
export async function adoptPull(
  { github, repository, remote, defaultBranch }: ActionContext & Clone,
  pull: PullRequest,
  sides: EventSides,
  name = defaultName(pull),
): Promise<Adoption> {
  const refuse = (message: string): Adoption => ({ done: false, message });
  const branch = eventBranch(name);
  if (!pull.fromFork)
    return refuse('This pull request is no fork’s: comments on it are recorded as they are.');
  if (!isValidBranchName(branch))
    return refuse(`${branch} can be no branch. Name the event: \`/adopt <name>\`.`);
  const changes = adoptedChanges(sides);
  if (changes === undefined)
    return refuse('It holds a link or a submodule under metadata/ or targets/. Those are never adopted.');
  if (changes.size === 0) return refuse('It changes nothing under metadata/ or targets/.');

  const there = await fetchBranch(remote, branch);
  if (there === undefined) {
    const commit = await repository.writeCommit({
      parents: [sides.base],
      base: sides.base,
      changes,
      message: `Adopt the signing event of #${pull.number}\n\nmetadata/ and targets/ of ${sides.head}, from ${pull.headRepository ?? 'a fork'}.`,
      trailers: [['Co-authored-by', coAuthor(pull.author, pull.authorId)]],
      author: BOT,
    });
    await repository.push(remote.name, commit, branch, null, remote.access);
  } else if (!sameFiles(await loadState(await commitTree(repository, there)), sides.proposed)) {
    return refuse(`There is another event ${branch} already. Choose a name: \`/adopt <name>\`.`);
  }
  try {
    const opened = await ensurePullRequest(github, {
      head: branch,
      base: defaultBranch,
      title: `Signing event: ${name}`,
      body: `Adopted from #${pull.number} at commit ${sides.head}. Comments on this pull request are recorded.\n`,
    });
    return {
      done: true,
      pull: opened.pull,
      message: `Adopted as #${opened.pull.number}: comments there count.`,
    };
  } catch (error) {
    if (!(error instanceof GitHubError) || error.code !== 'forbidden') throw error;
    const page = `${serverUrl(process.env)}/${github.fullName}/compare/${defaultBranch}...${branch}?expand=1`;
    return {
      done: true,
      pull: undefined,
      message: `Adopted as the branch \`${branch}\`. Actions may not open pull requests here, so please [open it](${page}).`,
    };
  }
}

function defaultName({ headRef, number }: PullRequest): string {
  return headRef.startsWith(EVENT_PREFIX) ? headRef.slice(EVENT_PREFIX.length) : `adopted-${number}`;
}

/** The files of the two folders that the head changes, as stored objects; undefined where one is no plain file. */
function adoptedChanges({
  changedPaths,
  proposed,
}: EventSides): ReadonlyMap<string, { readonly oid: string } | null> | undefined {
  const files = new Map(proposed.tree.files.map((file) => [file.path, file]));
  const changes = new Map<string, { readonly oid: string } | null>();
  for (const path of changedPaths) {
    if (!path.startsWith(METADATA) && !path.startsWith(TARGETS)) continue;
    const file = files.get(path);
    if (file && file.kind !== 'file' && file.kind !== 'executable') return undefined;
    changes.set(path, file ? { oid: file.id } : null);
  }
  return changes;
}

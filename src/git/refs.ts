/**
 * Refs of this repository, moved only from where they were seen to be (git-update-ref(1)).
 */
import { createInterface } from 'node:readline';
import { ended, errorOutput, startGit } from './command.ts';
import { commandError } from './errors.ts';
import { checkedOid, checkedRef } from './names.ts';
import { git, type Place, placeOptions } from './place.ts';

/** What the reflog says of a move. */
const REASON = ['-m', 'playground'];

/**
 * Sets a ref, if it is where it is expected.
 *
 * @param to full commit id
 * @param expected where the ref is now; null: it must not exist yet
 * @throws GitError `ref-moved`, `no-such-revision` if there is no such commit
 */
export async function updateRef(
  place: Place,
  ref: string,
  to: string,
  expected: string | null,
): Promise<void> {
  const old = expected === null ? '' : checkedOid(expected);
  await git(place, ['update-ref', '--no-deref', ...REASON, checkedRef(ref), checkedOid(to), old]);
}

/** Deletes a ref, if it is where it is expected. @throws GitError `ref-moved` */
export async function deleteRef(place: Place, ref: string, expected: string): Promise<void> {
  await git(place, ['update-ref', '--no-deref', ...REASON, '-d', checkedRef(ref), checkedOid(expected)]);
}

/**
 * Moves a ref around an action: the ref is locked and found where it is expected, then the action runs, then the
 * ref moves. If the action throws, the ref stays; if the ref is elsewhere, the action does not run.
 *
 * @throws GitError `ref-moved`; whatever the action throws
 */
export async function moveRefAround(
  place: Place,
  ref: string,
  to: string,
  expected: string,
  action: () => Promise<void>,
): Promise<void> {
  const args = [...placeOptions(place), 'update-ref', '--no-deref', ...REASON, '--stdin'];
  const child = startGit(place.topLevel ?? place.gitDir, args, { outerEnv: place.outerEnv });
  const stderr = errorOutput(child);
  const end = ended(child, 'update-ref');
  end.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = async (lines: string, lastReply: string) => {
    child.stdin.write(lines);
    for (;;) {
      const reply = await replies.next();
      if (reply.done) throw commandError('update-ref', await end, stderr());
      if (reply.value === lastReply) return;
    }
  };
  try {
    const update = `update ${checkedRef(ref)} ${checkedOid(to)} ${checkedOid(expected)}`;
    await say(`start\n${update}\nprepare\n`, 'prepare: ok');
    await action();
    await say('commit\n', 'commit: ok');
  } finally {
    // Without a commit the end of input releases the lock and changes nothing.
    child.stdin.end();
    await end.catch(() => undefined);
  }
}

/** The branch that the worktree is on; undefined if it is on none (detached). */
export async function currentBranch(place: Place): Promise<string | undefined> {
  const { stdout } = await git(place, ['symbolic-ref', '--quiet', 'HEAD'], { okStatuses: [0, 1] });
  return /^refs\/heads\/(.+)\n$/.exec(stdout.toString())?.[1];
}

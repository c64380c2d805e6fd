/** Waiting until the signing action has recorded an acceptance: what is to be signed is not settled before. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Invitations, invitedRoles, readInvitations } from '../../event/invitations.ts';
import { GitError } from '../../git/errors.ts';
import type { GitHubRepository } from '../../github/client.ts';
import { GitHubError } from '../../github/errors.ts';
import { isQuestioned, type PostedComment } from '../../github/posting.ts';
import type { EventSource } from '../event-source.ts';
import type { Say } from '../output.ts';

/** Seconds between two looks, at first and at last. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 10;

interface Waiting {
  readonly login: string;
  readonly roles: readonly string[];
  /** The event's commit when the acceptance was made. */
  readonly head: string;
  /** Where the acceptance was posted. */
  readonly github: GitHubRepository;
  readonly comments: readonly PostedComment[];
  /** Seconds after which waiting ends. */
  readonly limit: number;
  readonly say: Say;
}

/** Looks at the event until the invitations are no longer open. `refused`: somebody objected to the comment. */
export async function untilRecorded(
  source: EventSource,
  { login, roles, head, github, comments, limit, say }: Waiting,
): Promise<'recorded' | 'refused' | 'not-yet'> {
  say(
    `Waiting until the signing action has recorded the acceptance, up to ${limit} seconds (Ctrl-C is safe) …`,
  );
  const end = Date.now() + limit * 1000;
  let seen = head;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const left = (end - Date.now()) / 1000;
    if (left <= 0) return 'not-yet';
    await sleep(Math.min(pause, left) * 1000);
    try {
      const now = await source.head();
      if (now !== undefined && now !== seen) {
        const open = invitedRoles(await openInvitations(source), login);
        if (!roles.some((role) => open.includes(role))) return 'recorded';
        seen = now;
      } else {
        for (const { id } of comments) if (await isQuestioned(github, id)) return 'refused';
      }
    } catch (error) {
      // The comment is there; a network that fails for a while is no reason to end with an error.
      if (!(error instanceof GitError || error instanceof GitHubError)) throw error;
    }
  }
}

async function openInvitations(source: EventSource): Promise<Invitations> {
  return readInvitations((await source.read()).proposed);
}

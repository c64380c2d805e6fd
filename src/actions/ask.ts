/**
 * Asking people: whoever is awaited is mentioned once, in a comment of its own, since a comment that is edited notifies
 * nobody; and again after some days, if that is wanted.
 */
import type { EventStatus } from '../event/event.ts';
import { normaliseLogin } from '../event/invitations.ts';
import { escapeMarkdown, plain } from '../event/report.ts';
import { reply } from '../github/comments.ts';
import type { DiscussionComment } from '../github/discussion.ts';
import type { PullRequest } from '../github/pull-requests.ts';
import { DAY } from '../tuf/time.ts';
import { type ActionContext, BOT } from './frame.ts';

/** Mentions in one comment; more than a role has signers, and little use to whoever wants to annoy many. */
const MOST_MENTIONS = 20;

interface Request {
  readonly login: string;
  readonly kind: 'accept' | 'sign';
  readonly step: string;
}

/**
 * Mentions who is awaited and was not asked yet, or not for `remindAfter` days. Only in events of this repository:
 * whoever pushed those may mention people here anyway, a stranger's fork may not have us do it.
 */
export async function askPeople(
  { github, now }: ActionContext,
  pull: PullRequest,
  status: EventStatus,
  discussion: readonly DiscussionComment[],
  { page, remindAfter }: { readonly page: string | undefined; readonly remindAfter: number | undefined },
): Promise<void> {
  if (pull.fromFork || status.state !== 'waiting') return;
  const asked = requestsMade(discussion);
  const isDue = (request: Request, often: boolean) => {
    const last = asked.get(requestId(request));
    if (last === undefined) return !often;
    return often && remindAfter !== undefined && now.getTime() - last.getTime() >= remindAfter * DAY;
  };
  const requests = requestsOf(status);
  const first = requests.filter((request) => isDue(request, false));
  const again = requests.filter((request) => isDue(request, true));
  for (const [heading, group] of [
    ['This signing event waits for you:', first],
    ['Still waiting for you:', again],
  ] as const) {
    const people = group.slice(0, MOST_MENTIONS);
    if (people.length === 0) continue;
    const command = `playground sign ${plain(status.name)}`;
    const how =
      page === undefined ? `Run \`${command}\`.` : `[Open the signing page](${page}), or run \`${command}\`.`;
    const lines = people.map(({ login, step }) => `- ${login}: please ${escapeMarkdown(step)}`);
    await reply(github, pull.number, {
      marker: `${ASKED} ${now.toISOString()} ${people.map(requestId).join(' ')}`,
      author: BOT.name,
      body: `${heading}\n\n${lines.join('\n')}\n\n${how}\n`,
    });
  }
}

const ASKED = 'asked';

function requestId({ kind, login }: Pick<Request, 'kind' | 'login'>): string {
  return `${kind}:${login.toLowerCase()}`;
}

function requestsOf(status: EventStatus): readonly Request[] {
  return [...status.nextSteps].flatMap(([owner, step]) => {
    const login = normaliseLogin(owner);
    if (login === undefined) return [];
    return [{ login, kind: status.invitations.has(owner) ? ('accept' as const) : ('sign' as const), step }];
  });
}

/** When each request was last made, read from our own comments. */
function requestsMade(discussion: readonly DiscussionComment[]): ReadonlyMap<string, Date> {
  const made = new Map<string, Date>();
  for (const { mine, body, createdAt } of discussion) {
    const [, requests = ''] = (mine && new RegExp(`<!-- ${ASKED} \\S+ ([^>]*) -->`).exec(body)) || [];
    for (const request of requests.split(' ')) made.set(request, new Date(createdAt));
  }
  return made;
}

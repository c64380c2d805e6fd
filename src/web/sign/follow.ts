/**
 * What becomes of a comment that was made here: the page looks at the pull request again from time to time, ever less
 * often, and not while nobody looks at the page. Each look is one request, and one more where somebody has commented.
 */
import { findBlocks } from '../../event/comment-block.ts';
import { Answer } from './answer.ts';
import type { GitHubApi } from './github-api.ts';
import { PageProblem } from './problem.ts';
import { type PullRequest, readPullRequest } from './pull-request.ts';
import type { Address, Settings } from './settings.ts';

/** Seconds before each look by itself; after the last one there is the button. */
const PAUSES = [6, 8, 10, 15, 20, 30, 40, 60, 60, 90, 120, 120];
/** Requests that are left for the reader's own doing. */
const RESERVE = 8;

/** A reply of the signing action names the comment that it answers. */
const ANSWER = /<!-- answer-to-comment (\d+) -->/;
const ACTION = 'github-actions[bot]';

export type Seen =
  /** The branch has moved: the event has to be read anew. */
  | { readonly kind: 'moved' }
  /** The signing action answered the comment without recording it; its words. */
  | { readonly kind: 'answered'; readonly text: string; readonly url: string }
  /** The comment is there and waits. */
  | { readonly kind: 'posted' }
  | { readonly kind: 'nothing' };

export interface Watched {
  readonly pull: PullRequest;
  /** A signature or proof out of the comment, by which it is recognised. */
  readonly mark: string;
  /** When the comment was finished; nothing before is looked at. */
  readonly since: Date;
}

/** One look. */
export async function lookAgain(
  api: GitHubApi,
  settings: Settings,
  address: Address,
  { pull, mark, since }: Watched,
): Promise<Seen> {
  const now = await readPullRequest(api, settings, address);
  if (now.head !== pull.head) return { kind: 'moved' };
  if (now.comments <= pull.comments) return { kind: 'nothing' };
  // GitHub's clock and this one may differ by a little.
  const from = new Date(since.getTime() - 120_000).toISOString();
  const path = `/issues/${pull.number}/comments?since=${encodeURIComponent(from)}&per_page=100`;
  const comments = new Answer(await api.json(path), 'the comments').list().map((comment) => ({
    id: comment.at('id').number(),
    author: comment.at('user').isNothing ? 'ghost' : comment.at('user').at('login').text(),
    body: comment.at('body').isNothing ? '' : comment.at('body').text(),
    url: comment.at('html_url').text(),
  }));
  const mine = comments.filter(({ body }) => holds(body, mark)).map(({ id }) => id);
  if (mine.length === 0) return { kind: 'nothing' };
  const reply = comments.findLast(
    ({ author, body }) => author === ACTION && mine.includes(Number(ANSWER.exec(body)?.[1])),
  );
  return reply
    ? { kind: 'answered', text: plainText(reply.body), url: safeUrl(reply.url, settings) }
    : { kind: 'posted' };
}

function holds(body: string, mark: string): boolean {
  return findBlocks(body).some(
    (block) =>
      block.ok &&
      (block.contribution.type === 'sign' ? block.contribution.sig : block.contribution.proof) === mark,
  );
}

/** The words of a reply, without its Markdown; it is shown as text. */
function plainText(markdown: string): string {
  return markdown
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/&#(\d{1,5});/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\u2060/g, '')
    .replace(/`/g, '')
    .trim();
}

/** Only addresses of the server itself become links. */
export function safeUrl(url: string, { serverUrl, repository }: Settings): string {
  return url.startsWith(`${serverUrl}/`) ? url : `${serverUrl}/${repository}`;
}

/**
 * Looks again and again until `look` says that it is enough.
 * @param look answers whether to go on
 * @returns a function that stops it
 */
export function follow(api: GitHubApi, look: () => Promise<boolean>, ended: () => void): () => void {
  let stopped = false;
  const run = async () => {
    for (const seconds of PAUSES) {
      await pause(seconds);
      await untilVisible();
      if (stopped) return;
      if ((api.remaining ?? Number.POSITIVE_INFINITY) < RESERVE) break;
      const goOn = await look().catch((error: unknown) => {
        // What may pass by itself is tried again; the rest is for the person at the button.
        return error instanceof PageProblem && /^(unreachable|server-error)$/.test(error.code);
      });
      if (stopped || !goOn) return stopped ? undefined : ended();
    }
    if (!stopped) ended();
  };
  void run();
  return () => {
    stopped = true;
  };
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

function untilVisible(): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise((resolve) => {
    const seen = () => {
      if (document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', seen);
      resolve();
    };
    document.addEventListener('visibilitychange', seen);
  });
}

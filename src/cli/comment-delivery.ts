/**
 * How contributions get to the pull request of an event: posted with a token, or printed for the signer to paste. Which
 * of the two it will be is settled before a key is touched.
 */
import type { Contribution } from '../event/comment-block.ts';
import { commentTexts, introduction, joinComments } from '../event/contributions.ts';
import { sameLogin } from '../event/invitations.ts';
import type { GitHubRepository } from '../github/client.ts';
import type { PostedComment } from '../github/posting.ts';
import type { PullRequest } from '../github/pull-requests.ts';
import type { EventSource } from './event-source.ts';
import { RefusedError } from './failure.ts';
import { hostingOf, openApi, pageOf } from './hosting.ts';
import { checkNewFile, writeNewFile } from './new-file.ts';
import { escapeControls, type Say, teller } from './output.ts';
import { type HostedRepository, pullRequestLink } from './pull-request-link.ts';
import type { Workspace } from './workspace.ts';

export interface DeliveryOptions {
  /** Print, even where a token is at hand. */
  readonly print?: boolean;
  /** The file to print to; it must not be there yet. */
  readonly out?: string;
}

interface PullPage {
  readonly number: number;
  readonly url: string;
  readonly fromFork: boolean;
}

export type Delivery =
  | { readonly kind: 'post'; readonly github: GitHubRepository; readonly pull: PullPage }
  | { readonly kind: 'print'; readonly file: string | undefined; readonly where: string };

/**
 * Finds out where contributions to an event go.
 * @param head the event's commit, by which a pull request from a fork is known
 * @throws {RefusedError} where there is a token, but no pull request to post to
 */
export async function findDelivery(
  workspace: Workspace,
  source: EventSource,
  head: string,
  { print, out }: DeliveryOptions,
): Promise<Delivery> {
  if (out !== undefined && out !== '-') await checkNewFile(out);
  const file = out === '-' ? undefined : out;
  const at = await hostingOf(workspace);
  const toPrint = (): Delivery => ({ kind: 'print', file, where: whereToPaste(source, at) });
  if (!at || print || out !== undefined) return toPrint();
  const { github, authenticated } = await openApi(at);
  if (!authenticated) return toPrint();
  if (source.pull) {
    const url = source.pull.url ?? `${pageOf(at)}/pull/${source.pull.number}`;
    return { kind: 'post', github, pull: { ...source.pull, url } };
  }
  const main = await workspace.mainBranch();
  return { kind: 'post', github, pull: await findPull(github, at, main, source.branch, head) };
}

/** The page of the pull request, or the list in which it stands. */
function whereToPaste({ branch, pull }: EventSource, at: HostedRepository | undefined): string {
  if (pull?.url !== undefined) return pull.url;
  const what = `the pull request of ${escapeControls(branch)}`;
  if (!at) return what;
  const query = encodeURIComponent(`is:pr is:open head:${branch}`);
  return pull ? `${pageOf(at)}/pull/${pull.number}` : `${what}: ${pageOf(at)}/pulls?q=${query}`;
}

/** The open pull request of an event: that of the repository's own branch, or the one from a fork with this very head. */
export async function findPull(
  github: GitHubRepository,
  at: HostedRepository,
  main: string,
  branch: string,
  head: string,
): Promise<PullPage> {
  const { openPullRequests } = await import('../github/pull-requests.ts');
  const named = (await openPullRequests(github, main)).filter(({ headRef }) => headRef === branch);
  const own = named.filter(({ fromFork }) => !fromFork);
  const candidates: readonly PullRequest[] =
    own.length > 0 ? own : named.filter(({ headSha }) => headSha === head);
  const [pull, ...others] = candidates;
  if (!pull) {
    throw new RefusedError(
      `There is no open pull request of ${branch} into ${main} of ${github.fullName} to post to. Open it (${pullRequestLink(at, at, main, branch)}), name another with --pull, or print the contribution with --print.`,
    );
  }
  if (others.length > 0) {
    throw new RefusedError(
      `There are several open pull requests of ${branch}: ${candidates.map(({ number }) => `#${number}`).join(', ')}. Say which with --pull <number>.`,
    );
  }
  return pull;
}

/**
 * An invitation is accepted from the invited account only, so a token of another account is of no use for it.
 * @throws {RefusedError}
 */
export async function checkTokenLogin(delivery: Delivery, login: string): Promise<void> {
  if (delivery.kind === 'print') return;
  const { tokenLogin } = await import('../github/posting.ts');
  const owner = await tokenLogin(delivery.github);
  if (owner === undefined || sameLogin(`@${owner}`, login)) return;
  throw new RefusedError(
    `The token at hand is one of @${owner}, and an invitation of ${login} is accepted from that account only. Use a token of ${login}, or print the contribution with --print and post it yourself.`,
  );
}

/** Where a command that delivers this way speaks to people: standard output may be the contribution's. */
export function tellerFor(delivery: Delivery, workspace: Workspace): Say {
  return delivery.kind === 'print' && delivery.file === undefined ? teller(true) : workspace.say;
}

export interface Delivered {
  /** The comments as text. */
  readonly texts: readonly string[];
  /** Those that were posted. */
  readonly posted: readonly PostedComment[];
  /** Why they could not be posted, so that they were printed. */
  readonly failure?: string;
}

/** Posts or prints contributions. What cannot be posted is printed, so that no signature is lost. */
export async function deliver(
  workspace: Workspace,
  delivery: Delivery,
  { event, contributions }: { readonly event: string; readonly contributions: readonly Contribution[] },
  say: Say,
): Promise<Delivered> {
  const texts = commentTexts(contributions);
  const json = workspace.options.json ?? false;
  if (delivery.kind === 'print') {
    await print(texts, delivery.file, json);
    say(
      delivery.file === undefined
        ? `Paste ${texts.length > 1 ? `this, as ${texts.length} comments,` : 'this'} into a comment on ${delivery.where}`
        : `Wrote ${delivery.file}. It goes into a comment on ${delivery.where}`,
    );
    return { texts, posted: [] };
  }
  const { postComment } = await import('../github/posting.ts');
  const posted: PostedComment[] = [];
  try {
    for (const text of texts) {
      const body = `${introduction(contributions, event)}\n\n${text}`;
      const comment = await postComment(delivery.github, delivery.pull.number, body);
      posted.push(comment);
      say(`Posted: ${comment.url}`);
    }
    return { texts, posted };
  } catch (error) {
    const failure = (error as Error).message;
    await print(texts.slice(posted.length), undefined, json);
    say(`Paste this into a comment on ${delivery.pull.url}; posting it failed.`);
    return { texts, posted, failure };
  }
}

async function print(texts: readonly string[], file: string | undefined, json: boolean): Promise<void> {
  const text = joinComments(texts);
  if (file !== undefined) await writeNewFile(file, text);
  else if (!json) process.stdout.write(text);
}

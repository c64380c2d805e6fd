/**
 * Contributions in comments: read from the pull request, judged, committed to the event's branch. Git tells what is
 * recorded already, so that a lost or doubled run changes nothing.
 */
import { type Block, type Contribution, findBlocks } from '../event/comment-block.ts';
import type { EventSides, EventStatus } from '../event/event.ts';
import { sameLogin } from '../event/invitations.ts';
import { type Judgement, type Posted, recordContributions } from '../event/recording.ts';
import type { PostedSignature } from '../event/report.ts';
import { coAuthor } from '../github/co-author.ts';
import type { DiscussionComment } from '../github/discussion.ts';
import type { ActionContext } from './frame.ts';
import type { WakingComment } from './wake.ts';

/** A comment with at least one block, and what became of each. */
export interface ContributionComment {
  readonly comment: DiscussionComment;
  /** Whether it was answered in an earlier run; then it is not answered again. */
  readonly answered: boolean;
  /** Edited since it was posted: whoever has write access can edit another's comment, so nothing of it counts. */
  readonly edited: boolean;
  readonly blocks: readonly { readonly block: Block; readonly judgement?: Judgement }[];
}

export interface TakenComments {
  readonly comments: readonly ContributionComment[];
  /** What is to be committed; undefined where nothing is new. */
  readonly change: CommentChange | undefined;
}

export interface CommentChange {
  readonly files: Awaited<ReturnType<typeof recordContributions>>['files'];
  readonly message: string;
  readonly trailers: readonly (readonly [string, string])[];
}

/**
 * Reads the contributions of a discussion and judges them. The waking comment counts as it was posted; others count only
 * if they were never edited. An acceptance is judged until it is answered, a signature always: it can only say one thing.
 */
export async function takeComments(
  { github, now }: ActionContext,
  sides: EventSides,
  status: EventStatus,
  discussion: readonly DiscussionComment[],
  waking: WakingComment | undefined,
): Promise<TakenComments> {
  const posted = new Map<Block, Posted>();
  const found = discussion
    .filter(({ mine }) => !mine)
    .map((comment) => {
      const body = comment.id === waking?.id ? waking.body : comment.body;
      const edited = comment.edited && comment.id !== waking?.id;
      const answered = isAnswered(comment);
      const blocks = findBlocks(body);
      for (const block of blocks) {
        if (!block.ok || edited || (block.contribution.type === 'accept' && answered)) continue;
        posted.set(block, { contribution: block.contribution, by: `@${comment.author.login}` });
      }
      return { comment, answered, edited, blocks };
    })
    .filter(({ blocks }) => blocks.length > 0);
  if (found.length === 0) return { comments: [], change: undefined };

  const { files, judgements } = await recordContributions(sides, status, [...posted.values()], {
    repository: github.fullName,
    now,
  });
  const judged = new Map([...posted.keys()].map((block, index) => [block, judgements[index]]));
  const comments = found.map(
    (one): ContributionComment => ({
      ...one,
      blocks: one.blocks.map((block) => {
        const judgement = judged.get(block);
        return judgement ? { block, judgement } : { block };
      }),
    }),
  );
  return { comments, change: files.size > 0 ? { files, ...commitText(comments) } : undefined };
}

const ANSWER_MARKER = 'answer-to-comment';

/** The invisible mark of the reply to a comment. */
export function answerMarker(comment: DiscussionComment): string {
  return `${ANSWER_MARKER} ${comment.id}`;
}

/**
 * Whether a reaction of our own says that the comment was dealt with. It comes after the reply, which is written once: a
 * run that is killed between the two leaves the comment to the next.
 */
export function isAnswered({ myReactions }: DiscussionComment): boolean {
  return ['+1', 'confused', 'eyes', 'rocket'].some((content) => myReactions.has(content));
}

/** Who contributed what, with each commenter as co-author; their numeric id outlasts a change of login. */
function commitText(comments: readonly ContributionComment[]): Omit<CommentChange, 'files'> {
  const lines: string[] = [];
  const authors = new Set<string>();
  for (const { comment, blocks } of comments) {
    const { login, id } = comment.author;
    const deeds = blocks.flatMap(({ block, judgement }) =>
      block.ok && judgement?.outcome === 'recorded' ? [deed(block.contribution, judgement, `@${login}`)] : [],
    );
    if (deeds.length === 0) continue;
    lines.push(`- @${login} ${deeds.join(', ')} (${comment.url})`);
    authors.add(coAuthor(login, id));
  }
  return {
    message: `Record contributions from comments\n\n${lines.join('\n')}`,
    trailers: [...authors].map((author) => ['Co-authored-by', author] as const),
  };
}

function deed(contribution: Contribution, judgement: Judgement, by: string): string {
  const { role } = contribution;
  if (contribution.type === 'accept') return `accepts the invitation to ${role}`;
  const owner = judgement.outcome === 'refused' ? undefined : judgement.owner;
  return `signs ${role}${owner === undefined || sameLogin(owner, by) ? '' : ` for ${owner}`}`;
}

/** Signatures that somebody else than the key's owner posted: they count, and the report says who it was. */
export function postedForOthers(comments: readonly ContributionComment[]): readonly PostedSignature[] {
  const seen = new Map<string, PostedSignature>();
  for (const { comment, blocks } of comments) {
    for (const { block, judgement } of blocks) {
      if (!block.ok || block.contribution.type !== 'sign') continue;
      if (judgement === undefined || judgement.outcome === 'refused') continue;
      const { role, keyid } = block.contribution;
      const id = `${role} ${keyid}`;
      // The first comment with the signature is where it came from.
      if (!seen.has(id)) seen.set(id, { role, owner: judgement.owner, by: `@${comment.author.login}` });
    }
  }
  return [...seen.values()].filter(({ owner, by }) => owner !== undefined && !sameLogin(owner, by));
}

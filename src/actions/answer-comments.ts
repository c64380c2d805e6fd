/**
 * Answers to contribution comments: a reaction where they are recorded, a reply where they are not, each once. A reply
 * says why and what to do.
 */
import type { EventStatus } from '../event/event.ts';
import { escapeMarkdown, plain } from '../event/report.ts';
import { react, reply } from '../github/comments.ts';
import type { DiscussionComment } from '../github/discussion.ts';
import type { PullRequest } from '../github/pull-requests.ts';
import { type ActionContext, BOT } from './frame.ts';
import { answerMarker, type ContributionComment } from './record-comments.ts';

/**
 * Answers in one run: each is a request or two of the 1,000 that a job's token has in an hour, and somebody may post bad
 * contributions by the hundred.
 */
const MOST_ANSWERS = 100;

/** Answers what was not answered yet, seen from a state in which everything that counts is recorded. */
export async function answerComments(
  action: ActionContext,
  pull: PullRequest,
  status: EventStatus,
  comments: readonly ContributionComment[],
): Promise<void> {
  // What a run leaves unanswered, the next one answers.
  for (const one of comments.filter(({ answered }) => !answered).slice(0, MOST_ANSWERS)) {
    const problems = problemsOf(one);
    const stranded = one.blocks.filter(({ judgement }) => judgement?.outcome === 'recorded');
    if (problems.length > 0) {
      await answer(action, pull, one.comment, 'confused', 'was not recorded', problems);
    } else if (pull.fromFork && stranded.length > 0) {
      await answer(action, pull, one.comment, 'eyes', 'is valid but not recorded', inFork(pull, status));
    } else if (stranded.length === 0) {
      await react(action.github, one.comment.id, '+1');
    }
  }
}

function problemsOf({ edited, blocks }: ContributionComment): readonly string[] {
  if (edited) {
    return [
      'The comment was edited after it was posted, and others than its author can do that. Post the block again, in a new comment.',
    ];
  }
  return blocks.flatMap(({ block, judgement }) => {
    if (!block.ok) {
      return [
        `The block ${block.problem}. Copy it whole from the signing page or from \`playground sign --comment\`.`,
      ];
    }
    if (judgement?.outcome !== 'refused') return [];
    const { type, role } = block.contribution;
    return [
      `${type === 'sign' ? 'Signature of' : 'Invitation to'} ${role}: ${judgement.reason} ${judgement.next}`,
    ];
  });
}

/** The two ways to get a valid contribution into a fork, where nothing of ours can push. */
function inFork(pull: PullRequest, status: EventStatus): readonly string[] {
  return [
    `The branch is in ${pull.headRepository ?? 'a repository that is gone'}, where this repository cannot push.`,
    `${pull.author} can record it there: \`playground import-signature ${plain(status.name)} --pull ${pull.number}\`.`,
    'Or a maintainer comments `/adopt`: the change becomes an event of this repository, with a pull request of its own on which comments count.',
  ];
}

async function answer(
  { github }: ActionContext,
  pull: PullRequest,
  comment: DiscussionComment,
  reaction: 'confused' | 'eyes',
  verdict: string,
  lines: readonly string[],
): Promise<void> {
  const list = lines.map((line) => `- ${withCommands(escapeMarkdown(line))}`).join('\n');
  const body = `[This contribution](${comment.url}) of @${comment.author.login} ${verdict}:\n\n${list}\n`;
  const since = comment.createdAt;
  await reply(github, pull.number, { marker: answerMarker(comment), author: BOT.name, body, since });
  await react(github, comment.id, reaction);
}

/** Commands to copy, as code again: nothing that stands in one of these can act as anything else. */
function withCommands(escaped: string): string {
  return escaped.replace(/&#96;([A-Za-z0-9 ./-]{1,200})&#96;/g, '`$1`');
}

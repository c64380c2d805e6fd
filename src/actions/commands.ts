/** Commands in comments: `/status` and `/adopt [name]`, the whole text of a comment that was never edited. */
import type { EventSides } from '../event/event.ts';
import { mayWrite } from '../github/collaborators.ts';
import { react, reply } from '../github/comments.ts';
import type { DiscussionComment } from '../github/discussion.ts';
import type { PullRequest } from '../github/pull-requests.ts';
import { type Adoption, adoptPull } from './adopt.ts';
import { type ActionContext, BOT, type Clone } from './frame.ts';
import { answerMarker, isAnswered } from './record-comments.ts';
import type { WakingComment } from './wake.ts';

const ADOPT = /^\/adopt(?:[ \t]+([A-Za-z0-9][A-Za-z0-9._-]{0,99}))?$/;

/**
 * Obeys the commands that were not answered yet.
 * @returns the pull requests that adoption opened
 */
export async function obeyCommands(
  action: ActionContext & Clone,
  pull: PullRequest,
  sides: EventSides,
  discussion: readonly DiscussionComment[],
  waking: WakingComment | undefined,
): Promise<readonly PullRequest[]> {
  const opened: PullRequest[] = [];
  for (const comment of discussion) {
    const waked = comment.id === waking?.id;
    if (comment.mine || (comment.edited && !waked) || isAnswered(comment)) continue;
    const text = (waked ? waking.body : comment.body).trim();
    // The report was brought up to date just now.
    if (text === '/status') await react(action.github, comment.id, 'rocket');
    const adopt = ADOPT.exec(text);
    if (!adopt) continue;
    const answer = await adoptFor(action, pull, sides, comment.author.login, adopt[1]);
    if (answer.done && answer.pull) opened.push(answer.pull);
    const body = `@${comment.author.login}: ${answer.message}\n`;
    const answered = { marker: answerMarker(comment), author: BOT.name, body, since: comment.createdAt };
    await reply(action.github, pull.number, answered);
    await react(action.github, comment.id, answer.done ? 'rocket' : 'confused');
  }
  return opened;
}

async function adoptFor(
  action: ActionContext & Clone,
  pull: PullRequest,
  sides: EventSides,
  login: string,
  name: string | undefined,
): Promise<Adoption> {
  if (!(await mayWrite(action.github, login))) {
    return {
      done: false,
      message: 'Only somebody with write access to this repository can adopt a pull request.',
    };
  }
  return adoptPull(action, pull, sides, name);
}

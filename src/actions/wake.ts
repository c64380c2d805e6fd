/** What woke the run, as far as it makes a difference: the sweep looks at everything that is open in any case. */
import * as core from '@actions/core';
import { context } from '@actions/github';

/** A comment as it was when it was posted: whatever happened to it since is not in the event's payload. */
export interface WakingComment {
  readonly pull: number;
  readonly id: number;
  readonly body: string;
}

/** The comment whose creation started this run; undefined where something else did. */
export function wakingComment(): WakingComment | undefined {
  const { eventName, payload } = context;
  if (eventName !== 'issue_comment' || payload.action !== 'created') return undefined;
  const { issue, comment } = payload;
  const body: unknown = comment?.body;
  if (!issue?.pull_request || comment === undefined || typeof body !== 'string') return undefined;
  return { pull: issue.number, id: comment.id, body };
}

/** The pull request that a maintainer asked to adopt when they started the workflow by hand. */
export function pullToAdopt(): number | undefined {
  const input = core.getInput('adopt');
  if (input === '') return undefined;
  const number = Number(input.replace(/^#/, ''));
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`The input adopt is ${JSON.stringify(input)}. Give the number of an open pull request.`);
}

/** Days after which somebody who was asked to sign and has not is asked again; undefined for never. */
export function reminderDays(): number | undefined {
  const input = core.getInput('remind-after-days');
  if (input === '' || input === '0') return undefined;
  const days = Number(input);
  if (Number.isFinite(days) && days > 0) return days;
  throw new Error(
    `The input remind-after-days is ${JSON.stringify(input)}. Give a number of days, or 0 for never.`,
  );
}

/** Found contributions, each with its judgement, in words for a person and for the commit. */

import type { Contribution } from '../../event/comment-block.ts';
import type { EventSides, EventStatus } from '../../event/event.ts';
import { sameLogin } from '../../event/invitations.ts';
import { type Judgement, type Posted, type Recording, recordContributions } from '../../event/recording.ts';
import { coAuthor } from '../../github/co-author.ts';
import { escapeControls, style } from '../output.ts';
import type { Found } from './found.ts';

export interface Judged {
  readonly found: Found;
  /** Undefined where the block cannot be read. */
  readonly judgement: Judgement | undefined;
}

/** Judges what was found against an event as it stands. */
export async function judge(
  found: readonly Found[],
  sides: EventSides,
  status: EventStatus,
  at: { readonly repository: string; readonly now: Date },
): Promise<{ readonly files: Recording['files']; readonly judged: readonly Judged[] }> {
  const posted = new Map<Found, Posted>();
  for (const one of found) {
    if (one.block.ok) posted.set(one, { contribution: one.block.contribution, by: one.by });
  }
  const { files, judgements } = await recordContributions(sides, status, [...posted.values()], at);
  const byFound = new Map([...posted.keys()].map((one, index) => [one, judgements[index]]));
  return { files, judged: found.map((one) => ({ found: one, judgement: byFound.get(one) })) };
}

/** Whether it is, or will be, in the event. */
export function counts({ judgement }: Judged): boolean {
  return judgement !== undefined && judgement.outcome !== 'refused';
}

/** The contributions that are new and count. */
export function recorded(judged: readonly Judged[]): readonly Contribution[] {
  return judged.flatMap(({ found, judgement }) =>
    judgement?.outcome === 'recorded' && found.block.ok ? [found.block.contribution] : [],
  );
}

/** What became of one contribution, in one or two lines. */
export function judgedLines({ found, judgement }: Judged): readonly string[] {
  const { block, url } = found;
  const at = url === undefined ? '' : ` (${escapeControls(url)})`;
  if (!block.ok)
    return [
      `${style('red', '✗')} The block ${escapeControls(block.problem)}${at}`,
      '  → Bring the whole block.',
    ];
  const what = escapeControls(whatItIs(block.contribution, judgement)) + at;
  if (judgement?.outcome === 'recorded') return [`${style('green', '✓')} ${what}`];
  if (judgement?.outcome !== 'refused') return [`${style('green', '✓')} ${what}: there already`];
  return [
    `${style('red', '✗')} ${what}: ${escapeControls(judgement.reason)}`,
    `  → ${escapeControls(judgement.next)}`,
  ];
}

function whatItIs(contribution: Contribution, judgement: Judgement | undefined): string {
  const { role } = contribution;
  if (contribution.type === 'accept') return `${contribution.login} accepts the invitation to ${role}`;
  const owner = judgement && judgement.outcome !== 'refused' ? judgement.owner : undefined;
  return `signature of ${role}${owner === undefined ? ` by key ${contribution.keyid.slice(0, 8)}…` : ` by ${owner}`}`;
}

/** The commit's message; whoever posted a contribution is its co-author. */
export function commitText(judged: readonly Judged[]): {
  readonly message: string;
  readonly trailers: readonly (readonly [string, string])[];
} {
  const lines: string[] = [];
  const authors = new Set<string>();
  for (const { found, judgement } of judged) {
    const { block, by, author, url } = found;
    if (!block.ok || judgement?.outcome !== 'recorded') continue;
    const posted =
      author !== undefined && judgement.owner !== undefined && !sameLogin(by, judgement.owner)
        ? `, posted by ${by}`
        : '';
    lines.push(
      `- ${whatItIs(block.contribution, judgement)}${posted}${url === undefined ? '' : ` (${url})`}`,
    );
    if (author) authors.add(coAuthor(author.login, author.id));
  }
  return {
    message: `Record contributions\n\n${lines.join('\n')}`,
    trailers: [...authors].map((author) => ['Co-authored-by', author] as const),
  };
}

/** The same for a machine. */
export function judgedJson({ found, judgement }: Judged) {
  const { block, by, url } = found;
  const from = { ...(by === '' ? {} : { by }), ...(url === undefined ? {} : { url }) };
  if (!block.ok) return { outcome: 'unreadable', reason: block.problem, ...from };
  return { type: block.contribution.type, role: block.contribution.role, ...from, ...judgement };
}

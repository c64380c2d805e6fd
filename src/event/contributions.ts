/**
 * What a signer contributes to an event as comments instead of a commit: the counterpart of `carryOut` in signing.ts.
 * Whoever records them later (recording.ts) has to come to the very bytes that were signed here, so nothing is signed
 * that an acceptance in the same plan would still change.
 */
import { hashHex } from '../tuf/crypto/index.ts';
import type { BundledSignature, SignatureValue } from '../tuf/metadata.ts';
import { acceptanceMessage, type Contribution, formatBlock, MOST_BLOCKS } from './comment-block.ts';
import { plain } from './report.ts';
import { type Signing, type SigningPlan, signWith } from './signing.ts';

/**
 * The part of a plan that can go into a comment now. Whoever records an acceptance sets version and expiry of the roles
 * concerned at that moment, so signatures follow when that is done.
 */
export function nextByComment(plan: SigningPlan): SigningPlan {
  return plan.accepts.length > 0 ? { ...plan, toSign: [] } : plan;
}

/**
 * Makes the contributions of {@link nextByComment}.
 * @param event the event, and `owner/name` of the repository to which its pull request belongs
 * @throws SignerError
 */
export async function contributionsOf(
  plan: SigningPlan,
  signing: Signing,
  event: { readonly repository: string; readonly name: string },
): Promise<readonly Contribution[]> {
  const { login, accepts, acceptsWith, toSign, draft } = nextByComment(plan);
  const contributions: Contribution[] = [];
  for (const role of accepts) {
    if (!acceptsWith) break;
    const accepted = { repository: event.repository, event: event.name, login, role, key: acceptsWith };
    const { sig: proof, bundle } = parts(await signWith(signing, acceptsWith, acceptanceMessage(accepted)));
    contributions.push({ type: 'accept', ...accepted, proof, ...(bundle ? { bundle } : {}) });
  }
  for (const { role, keyid, key, bytes } of toSign) {
    const version = draft.roles.get(role)?.metadata?.signed.version ?? 0;
    const sha256 = hashHex('sha256', bytes);
    const made = parts(await signWith(signing, key, bytes));
    contributions.push({ type: 'sign', role, version, sha256, keyid, ...made });
  }
  return contributions;
}

/** What a signer made, as the members of a block. */
function parts(made: string | BundledSignature): SignatureValue {
  return typeof made === 'string' ? { sig: made } : made;
}

/** A sentence for people above the blocks of a comment. Nothing reads it. */
export function introduction(contributions: readonly Contribution[], event: string): string {
  const accepted = contributions.flatMap((one) => (one.type === 'accept' ? [plain(one.role)] : []));
  const signed = contributions.flatMap((one) =>
    one.type === 'sign' ? [`${plain(one.role)} version ${one.version}`] : [],
  );
  const parts = [
    ...(accepted.length > 0 ? [`accept the invitation to ${accepted.join(', ')}`] : []),
    ...(signed.length > 0 ? [`sign ${[...new Set(signed)].join(', ')}`] : []),
  ];
  return `I ${parts.join(' and ')} in the event \`${plain(event)}\`.`;
}

/** GitHub refuses comments of more than 65,536 characters; the rest is room for an introduction. */
const LONGEST_COMMENT = 60_000;

/** One comment, whole: a sentence for people, then the blocks. */
export function commentText(contributions: readonly Contribution[], event: string): string {
  return `${introduction(contributions, event)}\n\n${contributions.map(formatBlock).join('\n')}`;
}

/** The blocks as text, in as many comments as they need: one, but for who signs dozens of roles at once. */
export function commentTexts(contributions: readonly Contribution[]): readonly string[] {
  const comments: string[][] = [];
  let length = 0;
  for (const block of contributions.map(formatBlock)) {
    const last = comments.at(-1);
    if (last && last.length < MOST_BLOCKS && length + block.length < LONGEST_COMMENT) {
      last.push(block);
      length += block.length + 1;
    } else {
      comments.push([block]);
      length = block.length;
    }
  }
  return comments.map((blocks) => blocks.join('\n'));
}

/** Between comments that stand in one text; it shows in none of them. */
const NEXT_COMMENT = '\n<!-- next comment -->\n\n';

/** Comments as one text, for a file or a terminal. */
export function joinComments(comments: readonly string[]): string {
  return comments.join(NEXT_COMMENT);
}

/** The comments of such a text; of any other text, the text itself. Blocks are counted for each. */
export function splitComments(text: string): readonly string[] {
  return text.replaceAll('\r\n', '\n').split(NEXT_COMMENT);
}

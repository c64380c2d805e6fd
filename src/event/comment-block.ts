/**
 * The wire form of a contribution in a comment: one fenced block with strict JSON in it, which anybody can write and the
 * signing action reads (docs/comments.md). The text around the blocks is for people and is never read.
 */
import { canonicalize } from '../tuf/canonical.ts';
import { JsonError, type JsonObject, parseJson } from '../tuf/json.ts';
import { type Key, KeyError, parseKey } from '../tuf/key.ts';
import { asHex, asInteger, asObject, asString, MetadataError } from '../tuf/shape.ts';
import { SIGSTORE_KEYTYPE } from '../tuf/sigstore.ts';
import { type Fence, topLevelFences } from './markdown-fences.ts';

/** A signature of a role's proposed version. */
export interface SignContribution {
  readonly type: 'sign';
  readonly role: string;
  readonly version: number;
  /** Hex, of the bytes that are signed: the canonical form of `signed`. It ties the signature to one draft. */
  readonly sha256: string;
  readonly keyid: string;
  /** Hex, as in metadata. */
  readonly sig: string;
  /** With a Sigstore identity its proof, as in metadata. */
  readonly bundle?: JsonObject;
}

/** An open invitation of the login that posts the comment, accepted with a key. */
export interface AcceptContribution {
  readonly type: 'accept';
  /** `owner/name` of the repository that the pull request goes into. */
  readonly repository: string;
  /** The event's name: the branch without `sign/`. */
  readonly event: string;
  /** With its `@`. */
  readonly login: string;
  readonly role: string;
  /** Without extra fields. */
  readonly key: Key;
  /** Hex: a signature with this key over {@link acceptanceMessage}. */
  readonly proof: string;
  /** With a Sigstore identity: what proves that signature. */
  readonly bundle?: JsonObject;
}

export type Contribution = SignContribution | AcceptContribution;

/** A block that was found: read, or why it cannot be, in words that follow "the block". */
export type Block =
  | { readonly ok: true; readonly contribution: Contribution }
  | { readonly ok: false; readonly problem: string };

/** The word after the opening fence. The number is the version of the form. */
const INFO = 'tuf-contribution-v1';

/** Bytes of one block; an acceptance with an ML-DSA-87 key has 13,400. */
const LARGEST_BLOCK = 16_384;
/** Objects and arrays inside one another; a Sigstore bundle has six. */
const DEEPEST_BLOCK = 8;
/** Blocks in one comment: more than the roles that anybody signs at once. */
export const MOST_BLOCKS = 64;

/** The comment text for a contribution: the block, with a newline at its end. */
export function formatBlock(contribution: Contribution): string {
  return `\`\`\`${INFO}\n${JSON.stringify(contribution, null, 1)}\n\`\`\`\n`;
}

/**
 * What an acceptance proves to hold its key: the signature covers the canonical form of repository, event, login, role
 * and key. Its `_type` is no role's, so that it can never pass for a signature of metadata.
 */
export function acceptanceMessage({
  repository,
  event,
  login,
  role,
  key,
}: Omit<AcceptContribution, 'type' | 'proof'>): Uint8Array {
  return canonicalize({ _type: 'invitation-acceptance', repository, event, login, role, key });
}

/**
 * The blocks of a comment, in order. Only a fence at the top of the text counts, at the very start of its line: not
 * what stands in a quotation, in a list, in another block of code, or in HTML. Whoever posts a comment has to have
 * meant it, so everybody who reads it sees the block.
 */
export function findBlocks(comment: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const fence of topLevelFences(comment)) {
    if (!/^tuf-contribution/i.test(fence.info)) continue;
    if (blocks.length === MOST_BLOCKS) {
      blocks.push(refuse(`is one of more than ${MOST_BLOCKS}; post the others in another comment`));
      break;
    }
    blocks.push(readBlock(fence));
  }
  return blocks;
}

/** What a comment holds may reach an answer only as printable ASCII, and no more of it than a person reads. */
function refuse(problem: string): Block {
  const ascii = problem.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { ok: false, problem: ascii.length > 400 ? `${ascii.slice(0, 400)}...` : ascii };
}

function readBlock({ info, content, closed, certain }: Fence): Block {
  if (!certain)
    return refuse(
      'stands where not every reader of Markdown shows it as a block of its own; post it alone, with nothing above it',
    );
  if (info !== INFO) return refuse(`begins with ${shown(info)}; this repository reads ${shown(INFO)}`);
  if (!closed) return refuse('has no end: a line with ``` must close it');
  try {
    const value = asObject(
      parseJson(content, { maxBytes: LARGEST_BLOCK, maxDepth: DEEPEST_BLOCK }),
      'the block',
    );
    return { ok: true, contribution: readContribution(value) };
  } catch (error) {
    if (error instanceof JsonError) return refuse(`is not strict JSON: ${error.message}`);
    if (error instanceof MetadataError || error instanceof KeyError)
      return refuse(`is not of the form that is read here: ${error.message}`);
    throw error;
  }
}

function readContribution(value: JsonObject): Contribution {
  const type = asString(value.type, 'type');
  switch (type) {
    case 'sign':
      exactly(value, ['type', 'role', 'version', 'sha256', 'keyid', 'sig'], ['bundle']);
      return {
        type,
        role: name(value.role, 'role', 256),
        version: asInteger(value.version, 'version', 1),
        sha256: digest(value.sha256, 'sha256'),
        keyid: digest(value.keyid, 'keyid'),
        sig: asHex(value.sig, 'sig'),
        ...bundleOf(value),
      };
    case 'accept':
      exactly(value, ['type', 'repository', 'event', 'login', 'role', 'key', 'proof'], ['bundle']);
      return {
        type,
        repository: name(value.repository, 'repository', 256),
        event: name(value.event, 'event', 256),
        login: name(value.login, 'login', 64),
        role: name(value.role, 'role', 256),
        key: plainKey(value.key),
        proof: asHex(value.proof, 'proof'),
        ...bundleOf(value),
      };
    default:
      throw new MetadataError('type', `expected "sign" or "accept", found ${shown(type)}`);
  }
}

function exactly(value: JsonObject, members: readonly string[], optional: readonly string[] = []): void {
  for (const member of Object.keys(value)) {
    if (!members.includes(member) && !optional.includes(member))
      throw new MetadataError(shown(member), 'a member that does not belong here');
  }
  for (const member of members) {
    if (!Object.hasOwn(value, member)) throw new MetadataError(member, 'is missing');
  }
}

function bundleOf({ bundle }: JsonObject): { readonly bundle?: JsonObject } {
  return bundle === undefined ? {} : { bundle: asObject(bundle, 'bundle') };
}

/** Printable ASCII: names are held against names, and stand in answers. */
function name(value: JsonObject[string] | undefined, where: string, longest: number): string {
  const text = asString(value, where);
  if (text.length > longest || !/^[\x21-\x7e]+$/.test(text))
    throw new MetadataError(where, `expected 1 to ${longest} visible ASCII characters`);
  return text;
}

function digest(value: JsonObject[string] | undefined, where: string): string {
  const text = asHex(value, where);
  if (text.length !== 64) throw new MetadataError(where, 'expected 64 hex digits');
  return text;
}

/** A new key as `playground` writes it; its owner is added when it is recorded. */
function plainKey(value: JsonObject[string] | undefined): Key {
  const key = parseKey(value, 'key');
  exactly(key, ['keytype', 'scheme', 'keyval']);
  name(key.keytype, 'key.keytype', 64);
  name(key.scheme, 'key.scheme', 64);
  if (key.keytype === SIGSTORE_KEYTYPE) {
    exactly(key.keyval, ['identity', 'issuer']);
    return key;
  }
  exactly(key.keyval, ['public']);
  if (!/^[\x20-\x7e\n]+$/.test(key.keyval.public ?? ''))
    throw new MetadataError('key.keyval.public', 'expected hex digits or PEM');
  return key;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

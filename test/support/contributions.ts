/**
 * Contributions in comments, made as another tool would make them: from docs/comments.md, with Node's own crypto and an
 * independent canonical form. And what the signing action answers.
 */
import { createHash, createPrivateKey, createPublicKey, sign as signWith } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canonicalize } from '@tufjs/canonical-json';
import { type LocalGitHub, REPOSITORY } from './local-github.ts';

// biome-ignore lint/suspicious/noExplicitAny: metadata is looked into by path
type Json = any;

export interface SignFields {
  readonly type: 'sign';
  readonly role: string;
  readonly version: number;
  readonly sha256: string;
  readonly keyid: string;
  readonly sig: string;
}

export interface AcceptFields {
  readonly type: 'accept';
  readonly repository: string;
  readonly event: string;
  readonly login: string;
  readonly role: string;
  readonly key: Json;
  readonly proof: string;
}

const BOT = 'github-actions[bot]';

/** The block of a contribution, or of whatever stands in its place. */
export function block(content: object | string, info = 'tuf-contribution-v1'): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  return `\`\`\`${info}\n${text}\n\`\`\`\n`;
}

/** Ed25519 signs the bytes themselves (RFC 8032). */
function signed(github: LocalGitHub, name: string, bytes: string): string {
  const key = createPrivateKey(readFileSync(github.keyFile(name)));
  return signWith(null, Buffer.from(bytes), key).toString('hex');
}

function publicKey(github: LocalGitHub, name: string): Json {
  const { x = '' } = createPublicKey(readFileSync(github.keyFile(name))).export({ format: 'jwk' });
  const value = Buffer.from(x, 'base64url').toString('hex');
  return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: value } };
}

/**
 * A person's signature of a role as an event proposes it.
 * @param revision where the event stands, if not on its branch here
 */
export async function signature(
  github: LocalGitHub,
  name: string,
  event: string,
  role: string,
  revision = `sign/${event}`,
): Promise<SignFields> {
  const read = async (file: string): Promise<Json> =>
    JSON.parse(await github.read(revision, `metadata/${file}.json`));
  const [root, targets, metadata] = await Promise.all(['root', 'targets', role].map(read));
  const bytes = canonicalize(metadata.signed);
  const mine = publicKey(github, name).keyval.public;
  const keys: Record<string, Json> = { ...targets.signed.delegations?.keys, ...root.signed.keys };
  const found = Object.entries(keys).find(([, key]) => key.keyval.public === mine);
  // Whoever has no key in the event signs with one that nobody knows.
  const keyid = found?.[0] ?? createHash('sha256').update(mine).digest('hex');
  return {
    type: 'sign',
    role,
    version: metadata.signed.version,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    keyid,
    sig: signed(github, name, bytes),
  };
}

/** A person's acceptance of an invitation; `wrong` takes the place of what is right, and is covered by the proof. */
export function acceptance(
  github: LocalGitHub,
  name: string,
  event: string,
  role: string,
  wrong: Partial<AcceptFields> = {},
): AcceptFields {
  const fields = {
    repository: REPOSITORY,
    event,
    login: `@${name}`,
    role,
    key: publicKey(github, name),
    ...wrong,
  };
  const { type: _type, proof, ...message } = { type: 'accept', proof: undefined, ...fields };
  const bytes = canonicalize({ _type: 'invitation-acceptance', ...message });
  return { type: 'accept', ...message, proof: proof ?? signed(github, name, bytes) };
}

/** Posts a comment; its id. */
export async function post(github: LocalGitHub, name: string, pull: number, body: string): Promise<number> {
  return (await github.api(name, 'POST', `/issues/${pull}/comments`, { body })).id;
}

/** What the action answered to a comment: its reactions, and the texts of its replies. */
export async function answerTo(
  github: LocalGitHub,
  pull: number,
  comment: number,
): Promise<{ readonly reactions: readonly string[]; readonly replies: readonly string[] }> {
  const given: readonly { content: string; user: { login: string } }[] = await github.api(
    'alice',
    'GET',
    `/issues/comments/${comment}/reactions?per_page=100`,
  );
  const comments = await github.comments(pull);
  return {
    reactions: given.filter(({ user }) => user.login === BOT).map(({ content }) => content),
    replies: comments
      .filter(
        ({ user, body }) => user.login === BOT && body.includes(`<!-- answer-to-comment ${comment} -->`),
      )
      .map(({ body }) => body),
  };
}

/** Posts a comment, waits for what it wakes, and gives the answer. */
export async function postAndWait(github: LocalGitHub, name: string, pull: number, body: string) {
  const id = await post(github, name, pull, body);
  await github.idle();
  return { id, ...(await answerTo(github, pull, id)) };
}

/** Which logins' keys have signed a role on a revision, by git alone. */
export async function signersOf(
  github: LocalGitHub,
  revision: string,
  role: string,
): Promise<readonly string[]> {
  const read = async (file: string): Promise<Json> =>
    JSON.parse(await github.read(revision, `metadata/${file}.json`));
  const [root, targets, metadata] = await Promise.all(['root', 'targets', role].map(read));
  const keys: Record<string, Json> = { ...targets.signed.delegations?.keys, ...root.signed.keys };
  const owner = (keyid: string): string =>
    Object.entries(keys[keyid] ?? {}).find(([field]) => field.endsWith('owner'))?.[1] as string;
  return metadata.signatures
    .filter(({ sig }: { sig: string }) => sig !== '')
    .map(({ keyid }: { keyid: string }) => owner(keyid))
    .sort();
}

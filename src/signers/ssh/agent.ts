/**
 * `ssh-agent:<fingerprint>`: a key in the person's ssh-agent, named as `ssh-add -l` shows it, or `ssh-agent:` for the
 * one key that the agent holds (draft-ietf-sshm-ssh-agent; messages 11 and 13). For Ed25519 and P-256 the agent's
 * signature is a plain one over the content, so TUF clients verify it.
 */
import type { Key } from '../../tuf/key.ts';
import { checkedSignature } from '../checked-signature.ts';
import { ecdsaDer } from '../ecdsa-der.ts';
import { afterScheme, type OpenSigner, type Signer, type SignerContext, SignerError } from '../signer.ts';
import { withReminder } from '../waiting.ts';
import { agentSocket, askAgent } from './agent-connection.ts';
import {
  positive,
  readSshPublicKey,
  SshFormatError,
  type SshPublicKey,
  sshReader,
  sshString,
  sshUint32,
} from './wire.ts';

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
/** The last two are what older agents say. */
const FAILURES: readonly number[] = [5, 30, 102];

/** Milliseconds: a list comes at once, unless the agent asks to be unlocked; a signature may wait for a person. */
const LIMITS = { list: 30_000, sign: 120_000 };

const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/;
const RSA_PROBLEM =
  "the agent signs with RSA in PKCS#1 v1.5 form only, and TUF's scheme is RSA-PSS; use an Ed25519 key";
const SIGNING_ONLY =
  'Use a key that was made for signing here only, not one that logs in to servers: whoever gets a forwarded agent ' +
  'could sign with it. Make one with: ssh-keygen -t ed25519 -f ~/.ssh/repository-signing; then add it with ' +
  'ssh-add -c ~/.ssh/repository-signing, so that the agent asks before each use.';

interface Identity {
  readonly blob: Uint8Array;
  readonly comment: string;
  readonly publicKey: SshPublicKey;
}

/** An identity that can sign for TUF. */
type UsableIdentity = Identity & { readonly key: Key };

/** Opens a key of the running agent. @throws SignerError */
export const openSshAgentSigner: OpenSigner = (uri, context) => openWithLimits(uri, context, LIMITS);

/** `openSshAgentSigner` with other limits of time (milliseconds). */
export async function openWithLimits(
  uri: string,
  context: SignerContext,
  limits: typeof LIMITS,
): Promise<Signer> {
  const wanted = afterScheme(uri);
  if (wanted !== '' && !FINGERPRINT.test(wanted)) {
    throw new SignerError(
      'malformed-uri',
      'A signer URI for the ssh-agent has the form ssh-agent:SHA256:… with the fingerprint that ssh-add -l shows, or just ssh-agent: for its only key.',
    );
  }
  const socket = agentSocket(context.environment);
  const held = await listIdentities(socket, limits.list);
  const identity = wanted === '' ? onlyIdentity(held) : identityOf(held, wanted);
  const { key, publicKey } = identity;
  return {
    uri,
    key,
    advice: SIGNING_ONLY,
    isSshKey: true,
    async sign(message) {
      const answer = await withReminder(askAgent(socket, signRequest(identity, message), limits.sign), () =>
        context.warn('Waiting for the ssh-agent. If it asks for confirmation, answer it.'),
      );
      if (FAILURES.includes(answer[0] ?? 0)) {
        throw refused(identity, await listIdentities(socket, limits.list));
      }
      return checkedSignature(key, message, readSignature(answer, publicKey.type), 'The ssh-agent');
    },
  };
}

export interface ListedAgentKey {
  /** What `openSigner` takes; absent where the key cannot be read. */
  readonly uri?: string;
  readonly type: string;
  /** Whatever the person wrote beside the key. */
  readonly comment: string;
  /** Absent where the key cannot sign for TUF; then `problem` says why. */
  readonly key?: Key;
  readonly problem?: string;
}

/** All keys that the agent holds. @throws SignerError where there is no agent or it is locked */
export async function listAgentKeys({
  environment,
}: Pick<SignerContext, 'environment'>): Promise<readonly ListedAgentKey[]> {
  const held = await listIdentities(agentSocket(environment), LIMITS.list);
  return held.map(({ comment, publicKey: { type, fingerprint, key, problem } }) => ({
    type,
    comment: comment.slice(0, 100),
    ...(fingerprint === '' ? {} : { uri: `ssh-agent:${fingerprint}` }),
    ...(key === undefined ? {} : { key }),
    ...(problem === undefined ? {} : { problem }),
  }));
}

async function listIdentities(socket: string, limit: number): Promise<readonly Identity[]> {
  const answer = await askAgent(socket, Uint8Array.of(REQUEST_IDENTITIES), limit);
  if (FAILURES.includes(answer[0] ?? 0)) {
    throw new SignerError(
      'agent-refused',
      'The ssh-agent does not tell which keys it holds. It may be locked: ssh-add -X unlocks it.',
    );
  }
  return reading('its list of keys', () => {
    const reader = sshReader(answer);
    if (reader.byte() !== IDENTITIES_ANSWER) throw new SshFormatError('an answer of another kind');
    return Array.from({ length: countOf(reader.uint32(), answer.length) }, () => {
      const blob = reader.string();
      const comment = Buffer.from(reader.string()).toString('utf8');
      return { blob, comment, publicKey: readPublicKey(blob) };
    });
  });
}

/** Each identity has two lengths at least. */
function countOf(announced: number, bytes: number): number {
  if (announced * 8 > bytes) throw new SshFormatError('more keys are announced than there are bytes');
  return announced;
}

/** One key that cannot be read must not hide the others. */
function readPublicKey(blob: Uint8Array): SshPublicKey {
  const type = sshReader(blob).name();
  try {
    const publicKey = readSshPublicKey(blob);
    if (publicKey.key?.keytype !== 'rsa') return publicKey;
    return { type, fingerprint: publicKey.fingerprint, problem: RSA_PROBLEM };
  } catch (error) {
    return { type, fingerprint: '', problem: error instanceof Error ? error.message : String(error) };
  }
}

function onlyIdentity(held: readonly Identity[]): UsableIdentity {
  const usable = held.flatMap((identity) => withKey(identity) ?? []);
  const [identity, ...more] = usable;
  if (!identity) throw noneUsable(held);
  if (more.length === 0) return identity;
  throw new SignerError(
    'key-ambiguous',
    `The ssh-agent holds ${usable.length} keys that could sign. Name one:\n${usable.map((one) => `  ssh-agent:${describe(one)}`).join('\n')}`,
  );
}

function withKey(identity: Identity): UsableIdentity | undefined {
  const { key } = identity.publicKey;
  return key && { ...identity, key };
}

function noneUsable(held: readonly Identity[]): SignerError {
  if (held.length === 0) {
    return new SignerError(
      'key-missing',
      'The ssh-agent holds no key, or it is locked. Add your key with ssh-add <key file>, or unlock the agent with ssh-add -X.',
    );
  }
  const reasons = held.map((identity) => `  ${describe(identity)}: ${identity.publicKey.problem}`);
  return new SignerError(
    'key-unsupported',
    `None of the ssh-agent's keys can sign:\n${reasons.join('\n')}\nMake an Ed25519 key for signing: ssh-keygen -t ed25519`,
  );
}

function identityOf(held: readonly Identity[], fingerprint: string): UsableIdentity {
  const identity = held.find(({ publicKey }) => publicKey.fingerprint === fingerprint);
  const usable = identity && withKey(identity);
  if (usable) return usable;
  if (identity) {
    throw new SignerError(
      'key-unsupported',
      `The key ${fingerprint} in the ssh-agent cannot sign: ${identity.publicKey.problem}.`,
    );
  }
  const others = held.length === 0 ? ['  none, or the agent is locked (ssh-add -X)'] : held.map(describeLine);
  throw new SignerError(
    'key-missing',
    `The ssh-agent does not hold the key ${fingerprint}. Add it with ssh-add <key file>. It holds:\n${others.join('\n')}`,
  );
}

const describeLine = (identity: Identity) => `  ${describe(identity)}`;

/** A comment is whatever somebody wrote into a file, so it is quoted. */
function describe({ publicKey, comment }: Identity): string {
  return `${publicKey.fingerprint || 'unreadable'} ${publicKey.type} ${JSON.stringify(comment.slice(0, 100))}`;
}

function signRequest(identity: Identity, message: Uint8Array): Uint8Array {
  const parts = [Uint8Array.of(SIGN_REQUEST), sshString(identity.blob), sshString(message), sshUint32(0)];
  return Buffer.concat(parts);
}

/** The agent says no without a reason; whether it still holds the key tells the two usual ones apart. */
function refused(identity: UsableIdentity, held: readonly Identity[]): SignerError {
  const { fingerprint } = identity.publicKey;
  const there = held.some(({ publicKey }) => publicKey.fingerprint === fingerprint);
  if (!there) {
    return new SignerError(
      'agent-refused',
      `The ssh-agent was locked, or the key ${fingerprint} removed from it, before it signed. Unlock it with ssh-add -X, or add the key again with ssh-add.`,
    );
  }
  return new SignerError(
    'agent-refused',
    `The ssh-agent refused to sign with ${fingerprint}. If the key was added with ssh-add -c, the confirmation was declined or could not be shown (it needs SSH_ASKPASS); if with ssh-add -h, it signs for those servers only. Run the command again to be asked again.`,
  );
}

function readSignature(answer: Uint8Array, type: string): Uint8Array {
  return reading('its signature', () => {
    const outer = sshReader(answer);
    if (outer.byte() !== SIGN_RESPONSE) throw new SshFormatError('an answer of another kind');
    const signature = sshReader(outer.string());
    const algorithm = signature.name();
    if (algorithm !== type) throw new SshFormatError(`a signature of type ${algorithm}`);
    const bytes = signature.string();
    if (type === 'ssh-ed25519') return bytes;
    const numbers = sshReader(bytes);
    return ecdsaDer(positive(numbers.string()), positive(numbers.string()));
  });
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SshFormatError)) throw error;
    const message = `The ssh-agent gave an answer that cannot be read: ${what} is not as the protocol says (${error.message}). Restart the agent, or use another one.`;
    throw new SignerError('agent-broken', message, { cause: error });
  }
}

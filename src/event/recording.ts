/**
 * Contributions that came in comments, held against an event: which of them count, what they change, and for those that
 * do not count, why not and what to do. Nothing here knows where a comment came from; a caller that cannot push (the
 * head is in a fork) has the same answers and leaves the files.
 */
import { delegatorsOf, judgesOf } from '../repository/delegators.ts';
import { Editor, type FileChanges, withRole } from '../repository/edit.ts';
import { RepositoryError } from '../repository/errors.ts';
import type { RepositoryState } from '../repository/state.ts';
import { hashHex } from '../tuf/crypto/index.ts';
import { keyOwner } from '../tuf/custom-fields.ts';
import type { JsonObject } from '../tuf/json.ts';
import { classifyKey, type Key, samePublicKey } from '../tuf/key.ts';
import { type BundledSignature, type SignatureValue, signedBytes } from '../tuf/metadata.ts';
import { own } from '../tuf/shape.ts';
import { verifySignature } from '../tuf/signature.ts';
import {
  type AcceptContribution,
  acceptanceMessage,
  type Contribution,
  type SignContribution,
} from './comment-block.ts';
import { acceptInvitations, addSignature, unstableRoles } from './contribution.ts';
import type { EventSides, EventStatus } from './event.ts';
import { type Invitations, invitedRoles, sameLogin } from './invitations.ts';

/** A contribution and who posted it. */
export interface Posted<C extends Contribution = Contribution> {
  readonly contribution: C;
  /** The posting account's login, with its `@`. */
  readonly by: string;
}

export type Judgement =
  /** It counts and is among the files. `owner`: the login whose key it is. */
  | { readonly outcome: 'recorded'; readonly owner: string | undefined }
  /** It stands in the event already. */
  | { readonly outcome: 'known'; readonly owner: string | undefined }
  /** `reason` is a sentence; `next` says what to do. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly next: string };

export interface Recording {
  /** The files to commit; none where nothing new counts. */
  readonly files: FileChanges;
  /** One for each contribution, in the same order. */
  readonly judgements: readonly Judgement[];
}

/**
 * Judges contributions to an event, in the order in which they were posted; acceptances come before signatures, since a
 * signature covers what they change.
 * @param repository `owner/name` of the repository that the event belongs to
 */
export async function recordContributions(
  sides: EventSides,
  status: EventStatus,
  posted: readonly Posted[],
  { repository, now }: { readonly repository: string; readonly now: Date },
): Promise<Recording> {
  const recorder = new Recorder(sides, status, repository, now);
  const judgements = new Map<Posted, Judgement>();
  for (const one of posted) {
    if (one.contribution.type === 'accept')
      judgements.set(one, await recorder.accept(one.contribution, one.by));
  }
  for (const one of posted) {
    if (one.contribution.type === 'sign') judgements.set(one, await recorder.sign(one.contribution));
  }
  return {
    files: recorder.files,
    judgements: posted.map((one) => judgements.get(one)).filter((judgement) => judgement !== undefined),
  };
}

const SIGN_AGAIN =
  'Open the signing page again, or run `playground sign --comment`, and sign what is proposed now.';

class Recorder {
  readonly #sides: EventSides;
  readonly #status: EventStatus;
  readonly #repository: string;
  readonly #now: Date;
  #invitations: Invitations;
  #draft: RepositoryState;
  readonly #files = new Map<string, string | null>();

  constructor(sides: EventSides, status: EventStatus, repository: string, now: Date) {
    this.#sides = sides;
    this.#status = status;
    this.#repository = repository;
    this.#now = now;
    this.#invitations = status.invitations;
    this.#draft = sides.proposed;
  }

  get files(): FileChanges {
    return this.#files;
  }

  async accept(accepted: AcceptContribution, by: string): Promise<Judgement> {
    const { repository, event, login, role, key, proof, bundle } = accepted;
    const { name } = this.#sides;
    if (repository.toLowerCase() !== this.#repository.toLowerCase() || event !== name) {
      return refuse(
        `It accepts an invitation to the event ${event} of ${repository}; this is ${name} of ${this.#repository}.`,
        'Accept the invitation on the page of this pull request.',
      );
    }
    if (!sameLogin(login, by)) {
      return refuse(
        `It accepts an invitation of ${login}, and was posted by ${by}. An invitation is accepted from the invited account only.`,
        `Let ${login} post it.`,
      );
    }
    if (!invitedRoles(this.#invitations, login).includes(role)) {
      const held = this.#heldKeys(role, login);
      if (held.some((there) => samePublicKey(there, key))) return { outcome: 'known', owner: login };
      return refuse(
        held.length > 0
          ? `${login} is not invited to ${role} any more: another key of theirs is there already.`
          : `${login} is not invited to ${role}.`,
        'Ask a maintainer for an invitation: `playground delegate`.',
      );
    }
    if (this.#status.state === 'invalid') {
      return refuse(
        'The event has errors, so nothing new is built on it.',
        'When the errors of the report are mended, post this again.',
      );
    }
    const support = classifyKey(key);
    if (support.status !== 'supported') {
      return refuse(
        `The ${support.name} key cannot be used: ${support.reason}.`,
        'Use an Ed25519, P-256, RSA or ML-DSA key.',
      );
    }
    if (!support.enrolable) {
      return refuse(
        `The ${support.name} key is in a form that no new key may have: ${support.reason}.`,
        'Make the block with the signing page or `playground sign --comment`.',
      );
    }
    const check = await verifySignature(key, acceptanceMessage(accepted), value(proof, bundle));
    if (!check.valid) {
      return refuse(
        `The proof does not show that ${login} holds the key: ${check.reason}.`,
        'Make the block again, with the key itself at hand.',
      );
    }
    // Of an acceptance that is refused halfway, nothing stays.
    const editor = new Editor(this.#draft, this.#sides.knownGood, this.#now);
    try {
      this.#invitations = acceptInvitations(editor, this.#invitations, login, [role], key);
    } catch (error) {
      if (!(error instanceof RepositoryError)) throw error;
      return refuse(error.message, 'Make a new key and accept the invitation with it.');
    }
    this.#take(editor.draft, editor.files);
    return { outcome: 'recorded', owner: login };
  }

  #take(draft: RepositoryState, files: FileChanges): void {
    this.#draft = draft;
    for (const [path, text] of files) this.#files.set(path, text);
  }

  /** The keys that the login has with every delegator of the role. */
  #heldKeys(role: string, login: string): readonly Key[] {
    const [first = [], ...others] = delegatorsOf(this.#draft, role).map(({ role: entry, keys }) =>
      entry.keyids
        .map((keyid) => own(keys, keyid))
        .filter((key) => key !== undefined)
        .filter((key) => sameLogin(keyOwner(key) ?? '', login)),
    );
    return first.filter((key) => others.every((keys) => keys.some((there) => samePublicKey(there, key))));
  }

  async sign({ role, version, sha256, keyid, sig, bundle }: SignContribution): Promise<Judgement> {
    const metadata = this.#draft.roles.get(role)?.metadata;
    if (!metadata || !this.#isPartOfTheChange(role)) {
      return refuse(
        `${role} is no role that this event changes.`,
        'The report names the roles that are to be signed.',
      );
    }
    if (metadata.signed.version !== version) {
      return refuse(
        `It signs version ${version} of ${role}; this event proposes version ${metadata.signed.version}.`,
        SIGN_AGAIN,
      );
    }
    const bytes = signedBytes(metadata);
    if (hashHex('sha256', bytes) !== sha256) {
      return refuse(
        `It signs other content than version ${version} of ${role} has now: the draft has changed since, or it is that of another event or repository.`,
        SIGN_AGAIN,
      );
    }
    const keys = judgesOf(this.#draft, role)
      .filter(({ role: entry }) => entry.keyids.includes(keyid))
      .map(({ keys }) => own(keys, keyid))
      .filter((key) => key !== undefined);
    const [first] = keys;
    if (!first) {
      return refuse(
        `The key ${keyid.slice(0, 8)}… is none of those that sign ${role}.`,
        'Sign with the key that the report names for you.',
      );
    }
    const owner = keyOwner(first);
    const made = value(sig, bundle);
    const checks = await Promise.all(keys.map((key) => verifySignature(key, bytes, made)));
    if (checks.every(({ valid }) => !valid)) {
      const reason = checks.map((check) => (check.valid ? '' : check.reason))[0];
      return refuse(`The signature does not count: ${reason}.`, SIGN_AGAIN);
    }
    const before = metadata.signatures.find((signature) => signature.keyid === keyid);
    if (before?.sig && (await this.#verifies(keys, bytes, before))) return { outcome: 'known', owner };
    const awaited = [...this.#invitations].filter((one) =>
      unstableRoles(this.#draft, new Map([one])).has(role),
    );
    if (awaited.length > 0) {
      return refuse(
        `${role} will still change: ${awaited.map(([login]) => login).join(', ')} must accept first.`,
        'Sign again when all invitations are accepted.',
      );
    }
    const signed = await addSignature(this.#draft, role, keyid, made);
    this.#take(withRole(this.#draft, role, signed.metadata), signed.files);
    return { outcome: 'recorded', owner };
  }

  async #verifies(keys: readonly Key[], bytes: Uint8Array, made: SignatureValue): Promise<boolean> {
    for (const key of keys) if ((await verifySignature(key, bytes, made)).valid) return true;
    return false;
  }

  #isPartOfTheChange(role: string): boolean {
    const file = this.#draft.roles.get(role)?.file;
    return (
      this.#sides.knownGood.roles.get(role)?.file.id !== file?.id ||
      this.#status.thresholds.some((threshold) => threshold.role === role)
    );
  }
}

/** A signature as it stands in a block. */
function value(sig: string, bundle: JsonObject | undefined): string | BundledSignature {
  return bundle ? { sig, bundle } : sig;
}

function refuse(reason: string, next: string): Judgement {
  return { outcome: 'refused', reason, next };
}

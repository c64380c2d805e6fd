/**
 * Editing a role: open it, change its signed part, close it. Closing sets the next version and the expiry and clears
 * the signatures; what comes out is the files to commit. Nothing here touches git.
 */
import { type Periods, periodFields, periodsOf } from '../tuf/custom-fields.ts';
import { formatMetadata, type Metadata } from '../tuf/metadata.ts';
import type { Root } from '../tuf/root.ts';
import type { Targets } from '../tuf/targets.ts';
import { DAY, formatTime } from '../tuf/time.ts';
import { delegatorsOf, keysGivenBy } from './delegators.ts';
import { RepositoryError } from './errors.ts';
import { rolePath, rootHistoryPath } from './layout.ts';
import { type RepositoryState, rootOf } from './state.ts';
import { sameJson } from './validate/same.ts';

/** Files to write, by path; null removes one. */
export type FileChanges = ReadonlyMap<string, string | null>;

export type OfflineRole = Root | Targets;

/** The specification version of new metadata: the one that every client takes. */
export const SPEC_VERSION = '1.0.0';

export const DEFAULT_PERIODS: Periods = { expiry: 365, signing: 60 };

/** The signed part of a targets role that lists nothing yet; version and expiry are set when it is closed. */
export function emptyTargets(periods: Periods): Targets {
  return {
    _type: 'targets',
    spec_version: SPEC_VERSION,
    version: 0,
    expires: '',
    targets: {},
    ...periodFields(periods),
  };
}

interface CloseRole<T extends OfflineRole> {
  readonly role: string;
  /** The changed signed part. */
  readonly signed: T;
  /** The state being edited, with any other role of the same edit already changed. */
  readonly draft: RepositoryState;
  readonly knownGood: RepositoryState;
  readonly now: Date;
}

/**
 * Closes an edit: the version after the known-good one (so that a draft that is edited again keeps its version), the
 * expiry that the role's period gives from now, and one empty signature for each key that is to sign — for root the
 * keys of the old root and of the new one.
 */
function closeRole<T extends OfflineRole>({
  role,
  signed,
  draft,
  knownGood,
  now,
}: CloseRole<T>): Metadata<T> {
  const known = knownGood.roles.get(role)?.metadata?.signed;
  const { expiry } = periodsOf(signed) ?? DEFAULT_PERIODS;
  const closed: T = {
    ...signed,
    version: (known?.version ?? 0) + 1,
    expires: formatTime(new Date(now.getTime() + expiry * DAY)),
  };
  const signatures = emptySignatures(signersOf(role, closed, draft, knownGood));
  return { ...draft.roles.get(role)?.metadata, signatures, signed: closed };
}

/** The keyids that are to sign the next version of a role, each once. */
function signersOf(
  role: string,
  signed: OfflineRole,
  draft: RepositoryState,
  knownGood: RepositoryState,
): readonly string[] {
  const keyids =
    signed._type === 'root'
      ? [...signed.roles.root.keyids, ...(rootOf(knownGood)?.signed.roles.root.keyids ?? [])]
      : delegatorsOf(draft, role).flatMap((delegator) => delegator.role.keyids);
  return [...new Set(keyids)];
}

function emptySignatures(keyids: readonly string[]): Metadata['signatures'] {
  return keyids.map((keyid) => ({ keyid, sig: '' }));
}

/** The files that hold a role's metadata: for root the copy in its history as well. */
export function filesOf(role: string, metadata: Metadata): FileChanges {
  const text = formatMetadata(metadata);
  const files = new Map([[rolePath(role), text]]);
  if (role === 'root') files.set(rootHistoryPath(metadata.signed.version), text);
  return files;
}

/**
 * A state in which some roles have other metadata, in memory only: edits of several roles build on each other
 * without a commit between them.
 */
function withRoles(state: RepositoryState, drafts: ReadonlyMap<string, Metadata>): RepositoryState {
  const roles = new Map(state.roles);
  for (const [role, metadata] of drafts) {
    const id = `draft of ${role}`;
    const file = { path: rolePath(role), kind: 'file', id, size: 0, validName: true } as const;
    roles.set(role, { role, file, metadata });
  }
  return { ...state, roles };
}

/** The state in which one role has other metadata, in memory only. */
export function withRole(state: RepositoryState, role: string, metadata: Metadata): RepositoryState {
  return withRoles(state, new Map([[role, metadata]]));
}

/** Several edits of one state, in order, gathered into one set of file changes. */
export class Editor {
  readonly knownGood: RepositoryState;
  readonly now: Date;
  #draft: RepositoryState;
  readonly #files = new Map<string, string | null>();

  constructor(draft: RepositoryState, knownGood: RepositoryState, now: Date) {
    this.#draft = draft;
    this.knownGood = knownGood;
    this.now = now;
  }

  /** The state with all edits so far. */
  get draft(): RepositoryState {
    return this.#draft;
  }

  /** The files to commit. */
  get files(): FileChanges {
    return this.#files;
  }

  /** Opens a role, changes its signed part and closes it. A change that alters nothing leaves no trace. */
  edit<T extends OfflineRole>(role: string, change: (signed: T) => T): void {
    const before = this.#draft.roles.get(role)?.metadata as Metadata<T> | undefined;
    if (!before) throw new RepositoryError('not-found', `There is no role ${role} here.`);
    const signed = change(before.signed);
    if (sameJson(signed, before.signed)) return;
    const draftBefore = this.#draft;
    this.put(role, signed);
    this.#renewDelegates(role, draftBefore);
  }

  /** Closes a role with this signed part, whether or not it existed before. */
  put(role: string, signed: OfflineRole): void {
    this.#putAll(new Map([[role, signed]]));
  }

  /** Closes roles none of which gives keys to another. */
  #putAll(signedParts: ReadonlyMap<string, OfflineRole>): void {
    const drafts = new Map<string, Metadata>();
    // Signers are looked up in the draft, which for targets must hold root's edits already.
    const { knownGood, now, draft } = this;
    for (const [role, signed] of signedParts) {
      const metadata = closeRole({ role, signed, draft, knownGood, now });
      drafts.set(role, metadata);
      for (const [path, text] of filesOf(role, metadata)) this.#files.set(path, text);
    }
    this.#draft = withRoles(draft, drafts);
  }

  /** Writes a file that is no metadata. */
  write(path: string, text: string | null): void {
    this.#files.set(path, text);
  }

  /** Where an edit changed who speaks for a role, that role is to be signed anew by its new keys. */
  #renewDelegates(by: string, draftBefore: RepositoryState): void {
    const renewed = new Map<string, OfflineRole>();
    for (const [role, { metadata }] of this.#draft.roles) {
      const after = speakers(this.#draft, role, by);
      if (role === by || after === undefined || sameJson(speakers(draftBefore, role, by), after)) continue;
      if (metadata?.signed._type === 'targets') renewed.set(role, metadata.signed);
    }
    this.#putAll(renewed);
  }
}

function speakers(state: RepositoryState, role: string, by: string): unknown {
  const found = keysGivenBy(state, by, role);
  return found && { keyids: found.keyids, threshold: found.threshold };
}

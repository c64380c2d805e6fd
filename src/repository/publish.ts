/**
 * Publishing, in two steps that each validate for themselves: online signing makes a commit on the branch `online`,
 * the build makes a site from one. Both can be killed at any point and run again.
 */
import type { GitRepository } from '../git/repository.ts';
import { SignerError } from '../signers/signer.ts';
import { formatMetadata } from '../tuf/metadata.ts';
import { type BuildResult, buildSite } from './build.ts';
import { RepositoryError } from './errors.ts';
import type { Finding } from './findings.ts';
import { meets, planHandover, retiringKeys, settledAt } from './handover.ts';
import { rolePath } from './layout.ts';
import type { Live } from './live.ts';
import { type OnlineSigning, type SignedOnline, signOnline } from './online.ts';
import type { OpenOnlineSigner } from './online-keys.ts';
import {
  isSigned,
  MAIN_COMMIT,
  ONLINE_BRANCH,
  type Publication,
  readPublication,
  readTakenOver,
} from './publication.ts';
import { EMPTY_STATE, loadState, type RepositoryState, rootOf, sameFiles } from './state.ts';
import { commitTree } from './tree.ts';
import { type Proposed, type Validation, validate } from './validate.ts';

/**
 * How far live versions may be ahead of the branch `online`: a run whose push was lost may have published a version or
 * two. More is the mark of a fast-forward attack.
 */
const PLAUSIBLE_STEP = 10;

/** Where the branch was lost, versions continue this far above what is live: a cache may hide the very last ones. */
const GAP_AFTER_LOSS = 10;

/** Where to look for online roles while there is no branch `online`: a repository that comes from tuf-on-ci. */
export interface TakenOver {
  /** A commit in the history of main. */
  readonly commit: string;
  /** Whether tuf-on-ci says that this commit was published; only then are its flaws old ones. */
  readonly published: boolean;
}

export interface OnlineSignRequest {
  readonly repository: GitRepository;
  /** The tip of the main branch. */
  readonly main: string;
  /** The tip of `online`, where there is one. */
  readonly tip: string | undefined;
  readonly takenOver: TakenOver | undefined;
  /** What a published site serves; undefined where nobody looked. */
  readonly live: Live | undefined;
  /** Whether the caller says that nothing has ever been published. */
  readonly first: boolean;
  /** Milliseconds until no cache shows what was published before; 0 where new online keys take over at once. */
  readonly cacheLifetime: number;
  readonly now: Date;
  readonly openSigner: OpenOnlineSigner;
}

export interface OnlineSignResult {
  /** The new commit, to be pushed to `online`; undefined where nothing had to be signed. */
  readonly commit: string | undefined;
  readonly reasons: readonly string[];
  readonly warnings: readonly Finding[];
  /** Why online keys could not sign where the threshold was met without them. */
  readonly troubles: readonly string[];
  readonly versions: { readonly snapshot: number; readonly timestamp: number };
  /** Where online keys change hands: from when on the new root can be published, by signing again then. */
  readonly again?: Date;
}

/** Validates the main branch and signs snapshot and timestamp for it, in a commit that is not pushed yet. */
export async function onlineSign(request: OnlineSignRequest): Promise<OnlineSignResult> {
  const { repository, main, tip, now } = request;
  const offline = await loadState(await commitTree(repository, main));
  // Where there is something, or was, the validator says what is wrong with it.
  if (offline.roles.size === 0 && tip === undefined)
    throw new RepositoryError(
      'not-found',
      'The main branch has no metadata/root.json yet. Merge the first signing event.',
    );

  const before = await lastPublication(request);
  // Where nobody says that the offline state was published, all of it is new; the versions go on all the same.
  const unpublished = tip === undefined && !request.takenOver?.published;
  const knownGood: Proposed | undefined =
    before && unpublished ? { offline: EMPTY_STATE, online: before.online } : before;
  const validation = refuseInvalid(
    await validate({ offline }, knownGood, now),
    'Nothing was signed: the main branch is not valid.',
  );
  const floor = versionFloor(request, before);
  const troubles: string[] = [];
  // What another tool published is taken over as it is.
  const published = tip === undefined ? undefined : before;
  const handover = await planHandover({ ...request, offline, before: published });
  if (handover.step === 'wait' && published) {
    const versions = versionsOf(published.online);
    return { commit: undefined, reasons: [], troubles, warnings: [], versions, again: handover.until };
  }
  if (handover.step === 'prepare' && published) {
    const prepared = await prepareHandover(request, published, offline, floor);
    if (typeof prepared !== 'string') return prepared;
    troubles.push(prepared);
  }

  const signed = await signOnline({
    offline,
    before: before?.online,
    also: handover.step === 'publish' ? handover.retiring : retiringKeys(published, offline),
    ...(floor ? { floor } : {}),
    now,
    openSigner: request.openSigner,
  });
  troubles.push(...signed.troubles);
  const { snapshot, timestamp, reasons } = signed;
  const versions = versionsOf({ snapshot: { metadata: snapshot }, timestamp: { metadata: timestamp } });
  const described = before?.commit === tip ? before : undefined;
  const upToDate = described && reasons.length === 0 && sameFiles(described.offline, offline);
  if (upToDate) return { commit: undefined, reasons, troubles, warnings: validation.findings, versions };

  const commit = await commitOnline(request, signed, main);
  const made = await readPublication(repository, commit, main);
  const result = refuseInvalid(
    await validate(made, knownGood, now),
    'Nothing was published: what was signed is not valid.',
  );
  return { commit, reasons, troubles, warnings: result.findings, versions };
}

/**
 * Has the new online keys sign what is published, beside the old ones, before the root comes out that names them.
 * @returns why that cannot be, where it cannot: then the new keys take over at once
 */
async function prepareHandover(
  request: OnlineSignRequest,
  before: Publication,
  offline: RepositoryState,
  floor: OnlineSigning['floor'],
): Promise<OnlineSignResult | string> {
  const { repository, main, now, openSigner } = request;
  const root = rootOf(before.offline)?.signed;
  const successor = rootOf(offline)?.signed;
  const impossible = (why: string) =>
    `What is published could not be signed with the old and the new key (${why}), so the new key takes over at once: until caches have caught up, some clients may refuse what they see and try again.`;
  if (!root || !successor) return impossible('a root is missing');
  try {
    const signed = await signOnline({
      offline: before.offline,
      before: before.online,
      successor,
      ...(floor ? { floor } : {}),
      now,
      openSigner,
    });
    if (!(await meets(successor, signed)))
      return impossible(signed.troubles.join('; ') || 'too few new keys');
    const commit = await commitOnline(request, signed, before.mainCommit);
    const made = await readPublication(repository, commit, main);
    const { ok, findings } = await validate(made, before, now);
    if (!ok) return impossible(`what is published is not valid any more: ${findings[0]?.message}`);
    return {
      commit,
      reasons: signed.reasons,
      troubles: signed.troubles,
      warnings: findings,
      versions: versionsOf(made.online),
      again: settledAt(signed.timestamp, root, request),
    };
  } catch (error) {
    if (error instanceof SignerError || error instanceof RepositoryError) return impossible(error.message);
    throw error;
  }
}

function commitOnline(
  { repository, tip }: OnlineSignRequest,
  { snapshot, timestamp, reasons }: SignedOnline,
  mainCommit: string,
): Promise<string> {
  const [s, t] = [snapshot.signed.version, timestamp.signed.version];
  return repository.writeCommit({
    parents: tip === undefined ? [] : [tip],
    changes: new Map([
      [rolePath('snapshot'), formatMetadata(snapshot)],
      [rolePath('timestamp'), formatMetadata(timestamp)],
    ]),
    message: `Online signing: snapshot ${s}, timestamp ${t}\n\n${reasons.map((reason) => `- ${reason}`).join('\n') || '- the main branch moved on'}`,
    trailers: [[MAIN_COMMIT, mainCommit]],
  });
}

function versionsOf(
  online: {
    readonly [role in 'snapshot' | 'timestamp']: {
      readonly metadata: { readonly signed: { readonly version: number } } | undefined;
    };
  },
): OnlineSignResult['versions'] {
  return {
    snapshot: online.snapshot.metadata?.signed.version ?? 0,
    timestamp: online.timestamp.metadata?.signed.version ?? 0,
  };
}

/** The last publication that counts: signed as its root asks. */
async function lastPublication(request: OnlineSignRequest): Promise<Publication | undefined> {
  const { repository, main, tip, takenOver, live, first } = request;
  if (tip === undefined) {
    const nothingPublished = first || live?.status === 'nothing';
    // Old signed files can be merged into main by anybody: while something is published they may be a rollback.
    if (takenOver && (takenOver.published || nothingPublished)) {
      const found = await readTakenOver(repository, takenOver.commit);
      if (found && (await isSigned(found))) return found;
    }
    if (nothingPublished || live?.status === 'verified') return undefined;
    throw new RepositoryError(
      'online-branch',
      live
        ? `There is no branch ${ONLINE_BRANCH}, and what is published does not help: ${live.why}. Restore the branch from a clone that still has it.`
        : `There is no branch ${ONLINE_BRANCH}. If nothing was ever published, say so with --first. If the branch was lost, give the published site with --published URL: versions then continue above it.`,
    );
  }
  const problem = await readPublication(repository, tip, main).then(
    async (publication) =>
      (await isSigned(publication))
        ? publication
        : 'its snapshot and timestamp are not signed by the online key',
    (error: unknown) => {
      if (error instanceof RepositoryError) return error.message;
      throw error;
    },
  );
  if (typeof problem !== 'string') return problem;
  // A site that verifies is as good a place to go on from as the branch would have been.
  if (live?.status === 'verified') return undefined;
  throw new RepositoryError(
    'online-branch',
    `The tip of ${ONLINE_BRANCH} (${tip.slice(0, 12)}) does not count: ${problem}. Set the branch back to its last good commit, or give the published site with --published URL.`,
  );
}

/** The versions that the next ones must exceed because the world has seen them. */
function versionFloor(
  { live }: OnlineSignRequest,
  before: Publication | undefined,
): { readonly snapshot: number; readonly timestamp: number } | undefined {
  if (live?.status !== 'verified') return undefined;
  const known = before?.online;
  if (!known) return { snapshot: live.snapshot + GAP_AFTER_LOSS, timestamp: live.timestamp + GAP_AFTER_LOSS };
  for (const role of ['snapshot', 'timestamp'] as const) {
    const version = known[role].metadata?.signed.version ?? 0;
    if (live[role] > version + PLAUSIBLE_STEP) {
      throw new RepositoryError(
        'online-branch',
        `The published ${role} has version ${live[role]}, the branch ${ONLINE_BRANCH} only ${version}: a fast-forward attack is suspected. Nothing was signed. Replace the online key in a root signing event; versions then go on from the branch.`,
      );
    }
  }
  return { snapshot: live.snapshot, timestamp: live.timestamp };
}

function refuseInvalid(validation: Validation, message: string): Validation {
  if (validation.ok) return validation;
  throw new RepositoryError('invalid', message, { findings: validation.findings });
}

export interface PublishBuildRequest {
  readonly repository: GitRepository;
  readonly main: string;
  readonly tip: string | undefined;
  readonly takenOver: TakenOver | undefined;
  readonly directory: string;
  /** Further files of the site, by their path in it. */
  readonly pages?: ReadonlyMap<string, Uint8Array>;
  readonly now: Date;
}

/** Validates what is to be published once more, from git alone, and builds the site. */
export async function buildPublication(
  request: PublishBuildRequest,
): Promise<BuildResult & { readonly warnings: readonly Finding[]; readonly mainCommit: string }> {
  const { repository, main, tip, directory, pages, now } = request;
  const publication =
    tip === undefined
      ? request.takenOver && (await readTakenOver(repository, request.takenOver.commit))
      : await readPublication(repository, tip, main);
  if (!publication) {
    throw new RepositoryError(
      'not-found',
      `There is nothing to build: no branch ${ONLINE_BRANCH}, and no snapshot and timestamp on the main branch. Run \`playground online-sign\`.`,
    );
  }
  const before = tip === undefined ? undefined : await publicationBefore(repository, tip, main);
  const validation = refuseInvalid(
    await validate(publication, before, now),
    'Nothing was built: the repository is not valid.',
  );
  const built = await buildSite({ ...publication, directory, ...(pages ? { pages } : {}) });
  return { ...built, warnings: validation.findings, mainCommit: publication.mainCommit };
}

/** The publication before this one, where it counts; it tells which flaws are published already. */
async function publicationBefore(
  repository: GitRepository,
  tip: string,
  main: string,
): Promise<Proposed | undefined> {
  const parent = (await repository.commitInfo(tip)).parents[0];
  if (parent === undefined) return undefined;
  try {
    const publication = await readPublication(repository, parent, main);
    return (await isSigned(publication)) ? publication : undefined;
  } catch (error) {
    if (error instanceof RepositoryError) return undefined;
    throw error;
  }
}

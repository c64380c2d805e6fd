/**
 * What trust rests on: the site's first root, which this browser remembers, and from there main's history of roots as a
 * chain in which each version vouches for the next (specification section 5.3).
 */
import type { EventSides } from '../../event/event.ts';
import { rootHistoryPath } from '../../repository/layout.ts';
import { type RepositoryState, rootOf } from '../../repository/state.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { MAX_BYTES } from '../../tuf/limits.ts';
import { type Metadata, signedBytes } from '../../tuf/metadata.ts';
import type { Root } from '../../tuf/root.ts';
import { verifyRootSuccession } from '../../tuf/threshold.ts';
import type { Memory } from './memory.ts';
import { PageProblem } from './problem.ts';

export type Trust =
  /** Main's roots are a chain from the site's first root. `fingerprint`: SHA-256 of its file. */
  | {
      readonly kind: 'chain';
      readonly fingerprint: string;
      readonly versions: number;
      /** Whether this browser knew the first root before this visit. */
      readonly known: boolean;
    }
  /** Main has roots, and the site has published none yet. */
  | { readonly kind: 'unpublished'; readonly fingerprint: string; readonly versions: number }
  /** There is no root yet; this event makes the first. `fingerprint`: SHA-256 of what is signed in it. */
  | { readonly kind: 'first'; readonly fingerprint: string | undefined };

/**
 * @param siteRoot the file of the site's first root; undefined where it has published none
 * @throws {PageProblem} where there is no trust: then nothing may be signed
 */
export async function checkTrust(
  siteRoot: Uint8Array | undefined,
  { knownGood, proposed }: EventSides,
  memory: Memory,
): Promise<Trust> {
  const fromSite = siteRoot && hashHex('sha256', siteRoot);
  const fromMain = await firstRootOf(knownGood);
  const known = memory.firstRoot;
  const now = fromSite ?? fromMain;
  if (known !== undefined && known !== now) throw firstRootChanged(known, now);
  if (fromSite !== undefined && fromSite !== fromMain) throw otherFirstRoot(fromSite, fromMain);
  if (now === undefined) {
    const first = rootOf(proposed);
    return { kind: 'first', fingerprint: first && hashHex('sha256', signedBytes(first)) };
  }
  const versions = await verifyChain(knownGood);
  if (fromSite === undefined) return { kind: 'unpublished', fingerprint: now, versions };
  memory.firstRoot = now;
  return { kind: 'chain', fingerprint: now, versions, known: known !== undefined };
}

async function firstRootOf(state: RepositoryState): Promise<string | undefined> {
  const file = state.rootHistory.get(1)?.file;
  return file && hashHex('sha256', await state.tree.read(file, MAX_BYTES.root));
}

/** Follows main's roots from the first to the newest, and answers how many there are. */
async function verifyChain(state: RepositoryState): Promise<number> {
  const newest = rootOf(state);
  if (!newest) throw brokenChain('its newest root cannot be read');
  const { version } = newest.signed;
  let previous: Metadata<Root> | undefined;
  for (let at = 1; at <= version; at++) {
    const next = state.rootHistory.get(at)?.metadata as Metadata<Root> | undefined;
    if (!next) throw brokenChain(`${rootHistoryPath(at)} is missing or cannot be read`);
    if (next.signed.version !== at)
      throw brokenChain(`${rootHistoryPath(at)} has version ${next.signed.version}`);
    if (!(await verifyRootSuccession(previous, next)).ok)
      throw brokenChain(`version ${at} is not signed by those who may sign it`);
    previous = next;
  }
  if (state.rootHistory.get(version)?.file.id !== state.roles.get('root')?.file.id)
    throw brokenChain(`${rootHistoryPath(version)} is not the same file as the newest root`);
  return version;
}

function firstRootChanged(known: string, now: string | undefined): PageProblem {
  return new PageProblem(
    'first-root-changed',
    now === undefined
      ? 'The first root that this browser knows is gone from the repository.'
      : 'The first root of this repository is not the one that this browser knows.',
    {
      next: [
        `This browser knows the first root with sha256 ${known}.`,
        'Somebody may have replaced the whole repository. Sign nothing, and talk to the other signers over another way than GitHub.',
      ],
      ...(now === undefined ? {} : { newFirstRoot: now }),
    },
  );
}

function otherFirstRoot(site: string, main: string | undefined): PageProblem {
  const has = main === undefined ? 'has none' : `has another one (sha256 ${main})`;
  return new PageProblem(
    'other-first-root',
    'The main branch does not begin with the first root that this site publishes.',
    {
      next: [
        `The site’s first root has sha256 ${site}; the main branch ${has}.`,
        'One of the two was replaced. Sign nothing, and talk to the other signers over another way than GitHub.',
      ],
    },
  );
}

function brokenChain(why: string): PageProblem {
  return new PageProblem('broken-chain', `The roots on the main branch are no chain: ${why}.`, {
    next: [
      'Clients would not follow it, and this page does not either. Sign nothing, and talk to the other signers.',
    ],
  });
}

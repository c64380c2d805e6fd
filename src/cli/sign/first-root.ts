/**
 * The first root, with which everything begins: a main branch that was replaced as a whole cannot pass for the same
 * repository where somebody remembers it.
 */
import type { EventSides } from '../../event/event.ts';
import type { GitRepository } from '../../git/repository.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { RefusedError, UsageError } from '../failure.ts';

/** The side of an event that people have agreed to: the main branch. */
type Trusted = Pick<EventSides, 'knownGood'>;

/** The sha256 of the first root's file on the main branch; undefined where the repository is only being started. */
export async function firstRootOf({ knownGood }: Trusted): Promise<string | undefined> {
  const file = knownGood.rootHistory.get(1)?.file;
  return file && hashHex('sha256', await knownGood.tree.read(file, file.size));
}

/** A sha256 from a flag. */
export function firstRootOption(text: string): string {
  const hash = text.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new UsageError(
      `--first-root ${JSON.stringify(text.slice(0, 80))} is no sha256: 64 hex digits are needed.`,
    );
  return hash;
}

/** Holds the first root against the one that was given, if one was. */
export async function checkGivenFirstRoot(sides: Trusted, given: string | undefined): Promise<void> {
  if (given === undefined) return;
  const hash = await firstRootOf(sides);
  if (hash === given) return;
  throw new RefusedError(
    hash === undefined
      ? 'There is no root on the main branch yet, so it cannot be the one that --first-root names. Nothing was signed.'
      : `The first root on the main branch has the sha256 ${hash}, not the one that --first-root names: this is another repository. Nothing was signed.`,
  );
}

/** Holds the first root against the one that this clone has seen first, or remembers it. */
export async function checkPinnedFirstRoot(repository: GitRepository, sides: Trusted): Promise<void> {
  const hash = await firstRootOf(sides);
  if (hash === undefined) return;
  const pinned = await repository.getConfig('playground.firstRoot');
  if (pinned === undefined) await repository.setConfig('playground.firstRoot', hash);
  else if (pinned !== hash) {
    throw new RefusedError(
      `The first root on the main branch is not the one that this clone knows (sha256 ${pinned.slice(0, 12)}…): this is another repository, or its history was rewritten. If that is meant, \`git config --unset playground.firstRoot\`.`,
    );
  }
}

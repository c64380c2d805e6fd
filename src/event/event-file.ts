/**
 * An event in one file, for a machine without a network: a git bundle with all that is needed to check the event and to
 * sign it. Besides `git bundle verify` and `git clone`, which take it as any other, these refs say what it is:
 *
 *   refs/heads/main                                the main branch, whatever it is called where it came from
 *   refs/heads/sign/<event>                        the event's head; exactly one
 *   refs/playground/repository/<owner>/<name>      the repository it belongs to, with `%2E` for a dot; one or none
 */
import { type BundleHeader, readBundleHeader, withBundle } from '../git/bundle.ts';
import { GitError } from '../git/errors.ts';
import { isValidBranchName } from '../git/names.ts';
import { GitRepository } from '../git/repository.ts';
import { RepositoryError } from '../repository/errors.ts';
import { type EventSides, readEvent } from './event.ts';
import { EVENT_PREFIX } from './name.ts';

const MAIN_REF = 'refs/heads/main';
const EVENT_REF = `refs/heads/${EVENT_PREFIX}`;
const REPOSITORY_REF = 'refs/playground/repository/';

/** What an event's file says it is. */
export interface EventFile {
  /** The event's name: the branch without `sign/`. */
  readonly event: string;
  /** `owner/name`; undefined where the exporting side did not know it. */
  readonly repository: string | undefined;
  /** Commit ids. */
  readonly main: string;
  readonly head: string;
}

/** Writes an event to a file. A file that is there is overwritten. @throws GitError */
export async function writeEventFile(
  repository: GitRepository,
  file: string,
  wanted: EventFile,
): Promise<void> {
  const refs = new Map([
    [MAIN_REF, wanted.main],
    [EVENT_REF + wanted.event, wanted.head],
  ]);
  if (wanted.repository !== undefined) refs.set(REPOSITORY_REF + encoded(wanted.repository), wanted.main);
  await repository.writeBundle(file, refs);
}

/**
 * Opens an event's file while `work` runs. Nothing in the file is believed: it is read as any pull request would be.
 *
 * @throws GitError `bad-bundle`; RepositoryError where main and the event have nothing in common
 */
export async function withEventFile<T>(
  file: string,
  work: (opened: EventFile & { readonly sides: EventSides }) => Promise<T>,
): Promise<T> {
  const header = await readBundleHeader(file);
  const found = describe(file, header);
  const refs = [MAIN_REF, EVENT_REF + found.event];
  return withBundle(file, header, refs, async (place) => {
    const repository = new GitRepository(place);
    try {
      return await work({ ...found, sides: await readSides(repository, file, found) });
    } finally {
      await repository.close();
    }
  });
}

async function readSides(
  repository: GitRepository,
  file: string,
  { event, main, head }: EventFile,
): Promise<EventSides> {
  try {
    return await readEvent(repository, event, main, head);
  } catch (error) {
    // Ids that are of no commit, or trees that git cannot read.
    if (!(error instanceof GitError) || error.code === 'too-large') throw error;
    throw bad(file, `cannot be read as an event: ${error.message}`);
  }
}

function describe(file: string, { refs }: BundleHeader): EventFile {
  let main: string | undefined;
  let repository: string | undefined;
  const events: (readonly [string, string])[] = [];
  for (const [ref, oid] of refs) {
    if (ref === MAIN_REF) main = oid;
    else if (ref.startsWith(EVENT_REF) && isValidBranchName(ref.slice('refs/heads/'.length)))
      events.push([ref.slice(EVENT_REF.length), oid]);
    else if (ref.startsWith(REPOSITORY_REF) && repository === undefined)
      repository = decoded(file, ref.slice(REPOSITORY_REF.length));
    else throw bad(file, `has a ref that does not belong there: ${JSON.stringify(ref.slice(0, 100))}`);
  }
  const [first, ...more] = events;
  if (main === undefined || !first || more.length > 0)
    throw bad(file, 'is no event: one main branch and one branch sign/<event> belong into it');
  const [event, head] = first;
  return { event, repository, main, head };
}

const FULL_NAME = /^[A-Za-z0-9-_.]+\/[A-Za-z0-9-_.]+$/;

function encoded(repository: string): string {
  if (!FULL_NAME.test(repository)) {
    throw new RepositoryError(
      'bad-request',
      `${JSON.stringify(repository)} is no repository. Write owner/name.`,
    );
  }
  // A dot can be where git allows none in a ref, such as at the start.
  return repository.replaceAll('.', '%2E');
}

function decoded(file: string, text: string): string {
  const repository = text.replaceAll('%2E', '.');
  if (FULL_NAME.test(repository) && repository.replaceAll('.', '%2E') === text) return repository;
  throw bad(file, 'names a repository that can be none');
}

function bad(file: string, what: string): GitError {
  return new GitError(
    'bad-bundle',
    `The bundle ${file} ${what}. Write it anew with \`playground export\`, and bring it here as it is.`,
  );
}

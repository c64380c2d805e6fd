/**
 * Writing: blobs, and commits that are made beside the user's work. A commit is put together in an index of its own
 * in a temporary folder, so the user's index and worktree stay as they are; no hook runs, no filter changes a byte,
 * and nothing points to the new commit until a ref is updated or pushed. (git-commit-tree(1) and its neighbours.)
 */
import { constants } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitError } from './errors.ts';
import { checkedOid, checkedPath, checkedRevision } from './names.ts';
import { git, type Place } from './place.ts';

/** An object that is stored already, and how it stands in the tree. */
export interface StoredFile {
  readonly oid: string;
  /** Default: a plain file, `100644`. */
  readonly mode?: '100644' | '100755' | '120000' | '160000';
}

interface Person {
  readonly name: string;
  readonly email: string;
}

export interface CommitPlan {
  /** Commits that this one follows, in order; none for the beginning of a line. */
  readonly parents: readonly string[];
  /** The commit (or tree) whose files are the starting point; without it, the empty tree. */
  readonly base?: string | undefined;
  /** By path: new content (text is stored as UTF-8), a stored object, or null to delete. */
  readonly changes: ReadonlyMap<string, string | Uint8Array | StoredFile | null>;
  readonly message: string;
  /** Lines `Name: value` at the end of the message. */
  readonly trailers?: readonly (readonly [name: string, value: string])[] | undefined;
  /** Default: the user's `user.name` and `user.email`. */
  readonly author?: Person | undefined;
  /** Default: the user's `user.name` and `user.email`. */
  readonly committer?: Person | undefined;
  /** Time of author and committer; default: now. */
  readonly when?: Date | undefined;
}

/**
 * Stores a commit and returns its id. It is not signed by git.
 *
 * @throws GitError `bad-name` for a path or trailer that must not be, `no-such-revision` for a base or parent
 */
export async function writeCommit(place: Place, plan: CommitPlan): Promise<string> {
  const paths = checkedChanges(plan.changes);
  const message = fullMessage(plan);
  const people = identity(plan);
  const temporary = await mkdtemp(join(tmpdir(), 'playground-git-'));
  try {
    const env = { GIT_INDEX_FILE: join(temporary, 'index') };
    await git(
      place,
      ['read-tree', ...(plan.base === undefined ? ['--empty'] : [checkedRevision(plan.base)])],
      { env },
    );
    const stored = await storeContents(place, plan.changes);
    const noObject = '0'.repeat(place.idLength);
    // Deletions first: a folder may take the place of a file that goes.
    const lines = paths
      .map((path) => ({ path, file: stored.get(path) ?? null }))
      .sort((a, b) => Number(a.file !== null) - Number(b.file !== null))
      .map(
        ({ path, file }) =>
          `${file?.mode ?? (file === null ? '0' : '100644')} ${file?.oid ?? noObject}\t${path}\0`,
      );
    if (lines.length > 0)
      await git(place, ['update-index', '-z', '--index-info'], { env, input: lines.join('') });
    const tree = answer(await git(place, ['write-tree'], { env }));
    const parents = plan.parents.flatMap((parent) => ['-p', checkedRevision(parent)]);
    const args = ['commit-tree', '--no-gpg-sign', ...parents, '-F', '-', tree];
    return answer(await git(place, args, { env: people, input: message }));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Stores a file from disk as it is, whatever its size, and returns the object's id.
 *
 * @throws GitError `bad-name` if the path is a link or anything else that is not a file
 */
export async function hashFile(place: Place, path: string): Promise<string> {
  // Opening here, without following a link or waiting at a pipe, settles which file is meant; git reads the descriptor.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((cause: unknown) => {
    throw new GitError('bad-name', `${path} cannot be read as a file: give the path of a plain file.`, {
      cause,
    });
  });
  try {
    if (!(await file.stat()).isFile())
      throw new GitError('bad-name', `${path} is not a file: give the path of one.`);
    return answer(await git(place, ['hash-object', '-w', '--stdin'], { input: file.fd }));
  } finally {
    await file.close();
  }
}

/**
 * Stores all new contents with one process, and returns what then stands at each path that is not deleted. Of the
 * commands of git-fast-import(1) only `blob` is used, so no ref is touched; many files become one pack.
 */
async function storeContents(place: Place, changes: CommitPlan['changes']): Promise<Map<string, StoredFile>> {
  const stored = new Map<string, StoredFile>();
  const fresh: string[] = [];
  const stream: Uint8Array[] = [];
  for (const [path, change] of changes) {
    if (typeof change === 'string' || change instanceof Uint8Array) {
      fresh.push(path);
      const content = typeof change === 'string' ? Buffer.from(change) : change;
      const mark = `:${fresh.length}\n`;
      const before = Buffer.from(`blob\nmark ${mark}data ${content.length}\n`);
      stream.push(before, content, Buffer.from(`\nget-mark ${mark}`));
    } else if (change !== null) {
      stored.set(path, { ...change, oid: checkedOid(change.oid) });
    }
  }
  if (fresh.length > 0) {
    const input = Buffer.concat([...stream, Buffer.from('done\n')]);
    const { stdout } = await git(place, ['fast-import', '--quiet', '--done'], { input });
    const oids = stdout.toString().split('\n');
    for (const [at, path] of fresh.entries()) stored.set(path, { oid: checkedOid(oids[at] ?? '') });
  }
  return stored;
}

/** The paths of all changes, each of which may stand in a tree beside the others. */
function checkedChanges(changes: CommitPlan['changes']): string[] {
  const paths = [...changes.keys()].map(checkedPath);
  for (const path of paths) {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      if (changes.get(path) !== null && (changes.get(folder) ?? null) !== null) {
        throw new GitError('bad-name', `${folder} cannot be both a file and the folder of ${path}.`);
      }
    }
  }
  return paths;
}

function fullMessage({ message, trailers = [] }: CommitPlan): string {
  const lines = trailers.map(([name, value]) => {
    if (!/^[A-Za-z0-9-]+$/.test(name) || /[\0\r\n]/.test(value)) {
      throw new GitError(
        'bad-name',
        `${JSON.stringify(name)} cannot be a trailer: a word and a value on one line can.`,
      );
    }
    return `${name}: ${value}`;
  });
  const text = message.replaceAll('\0', '').trimEnd();
  return `${lines.length === 0 ? text : `${text}\n\n${lines.join('\n')}`}\n`;
}

function identity({ author, committer, when }: CommitPlan): Record<string, string> {
  const seconds = when === undefined ? undefined : `@${Math.floor(when.getTime() / 1000)} +0000`;
  const variables = (role: 'AUTHOR' | 'COMMITTER', person: Person | undefined) => ({
    ...(person === undefined
      ? {}
      : { [`GIT_${role}_NAME`]: oneLine(person.name), [`GIT_${role}_EMAIL`]: oneLine(person.email) }),
    ...(seconds === undefined ? {} : { [`GIT_${role}_DATE`]: seconds }),
  });
  return { ...variables('AUTHOR', author), ...variables('COMMITTER', committer) };
}

/** A name as an author line can hold it. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
  return text.replace(/[\s\0-\x1f\x7f<>]+/g, ' ').trim();
}

function answer({ stdout }: { readonly stdout: Buffer }): string {
  return stdout.toString().trim();
}

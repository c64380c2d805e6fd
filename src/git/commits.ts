/**
 * Commits and how they follow one another. A commit object is read and parsed as stored ("tree", "parent",
 * "author" and "committer" lines, a blank line, the message); trailers are those of
 * git-interpret-trailers(1), in its strictest reading.
 */
import { checkedRevision } from './names.ts';
import type { ObjectReader } from './objects.ts';
import { git, type Place } from './place.ts';

export interface CommitInfo {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly authorName: string;
  readonly authorEmail: string;
  /** Seconds since 1970, as the author's machine claimed; 0 if unreadable. */
  readonly authorTime: number;
  readonly committerName: string;
  readonly committerEmail: string;
  readonly committerTime: number;
  readonly message: string;
  /** By name as written; of several with one name the last counts. */
  readonly trailers: ReadonlyMap<string, string>;
}

/** Commit objects that people and tools make stay far below this many bytes. */
const MAX_COMMIT_BYTES = 1024 * 1024;

/** The full id of the commit that a revision names (tags are followed); undefined if there is none. */
export async function resolve(objects: ObjectReader, revision: string): Promise<string | undefined> {
  return (await objects.info(`${checkedRevision(revision)}^{commit}`))?.oid;
}

/** @throws GitError `no-such-revision` */
export async function commitInfo(objects: ObjectReader, commit: string): Promise<CommitInfo> {
  const { oid, data } = await objects.read(`${checkedRevision(commit)}^{commit}`, 'commit', MAX_COMMIT_BYTES);
  return parseCommit(oid, data.toString());
}

/** Reads a commit object's text. */
export function parseCommit(id: string, text: string): CommitInfo {
  const blank = text.indexOf('\n\n');
  const [treeLine = '', ...lines] = (blank < 0 ? text : text.slice(0, blank)).split('\n');
  const message = blank < 0 ? '' : text.slice(blank + 2);
  // Like git: parents are the lines right after the tree, and a "parent" further down is just some header.
  const afterParents = lines.findIndex((line) => !line.startsWith('parent '));
  const parents = afterParents < 0 ? lines : lines.slice(0, afterParents);
  const author = person(lines.find((line) => line.startsWith('author ')));
  const committer = person(lines.find((line) => line.startsWith('committer ')));
  return {
    id,
    tree: treeLine.slice('tree '.length),
    parents: parents.map((line) => line.slice('parent '.length)),
    authorName: author.name,
    authorEmail: author.email,
    authorTime: author.time,
    committerName: committer.name,
    committerEmail: committer.email,
    committerTime: committer.time,
    message,
    trailers: parseTrailers(message),
  };
}

/** `author <name> <<email>> <seconds> <zone>` */
function person(line = ''): { name: string; email: string; time: number } {
  const [, name = '', email = '', seconds = '0'] = /^\w+ ([^<]*?) ?<([^>]*)>(?: (\d+))?/.exec(line) ?? [];
  return { name, email, time: Number(seconds) };
}

/**
 * The trailers of a message: its last paragraph, if every line of it is `Name: value` or continues one, and if it is
 * not the title.
 */
export function parseTrailers(message: string): Map<string, string> {
  const trailers = new Map<string, string>();
  const paragraphs = message.trimEnd().split(/\n[ \t\r]*\n/);
  const lines =
    paragraphs.length > 1 ? (paragraphs.at(-1) ?? '').split('\n').filter((line) => line !== '') : [];
  let current: string | undefined;
  for (const line of lines) {
    const [, name, value = ''] = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      current = name;
      trailers.set(name, value.trim());
    } else if (/^[ \t]/.test(line) && current !== undefined) {
      trailers.set(current, `${trailers.get(current) ?? ''} ${line.trim()}`.trim());
    } else {
      return new Map();
    }
  }
  return trailers;
}

/**
 * The best common ancestor of two commits; undefined if they have none (or, in a shallow clone, none that is here).
 *
 * @throws GitError `no-such-revision`
 */
export async function mergeBase(place: Place, a: string, b: string): Promise<string | undefined> {
  const args = ['merge-base', '--end-of-options', checkedRevision(a), checkedRevision(b)];
  const { stdout } = await git(place, args, { okStatuses: [0, 1] });
  return stdout.toString().trim() || undefined;
}

/** True if `a` is `b` or comes before it. @throws GitError `no-such-revision` */
export async function isAncestor(place: Place, a: string, b: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', '--end-of-options', checkedRevision(a), checkedRevision(b)];
  return (await git(place, args, { okStatuses: [0, 1] })).status === 0;
}

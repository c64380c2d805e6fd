/**
 * What a commit holds, and what differs between two commits, from git's own listings. Whatever a tree can hold shows
 * here: links, submodules, and names that no file should have, marked so that a reader can refuse them. Formats:
 * git-ls-tree(1) and git-diff-tree(1), with `-z`.
 */
import { checkedPath, checkedRevision, isSafePath } from './names.ts';
import { git, type Place } from './place.ts';

export interface TreeEntry {
  /** From the top of the tree, with `/`. Bytes that are not UTF-8 are shown as `\xHH`. */
  readonly path: string;
  /**
   * False where no such file should be: the name is not UTF-8, leaves the tree, reaches into `.git`, or stands in
   * the tree twice.
   */
  readonly validName: boolean;
  /** Six octal digits as git reads them: `100644`, `100755`, `120000` or `160000`. */
  readonly mode: string;
  readonly kind: 'file' | 'executable' | 'symlink' | 'submodule';
  readonly oid: string;
  /** Bytes; 0 for a submodule. */
  readonly size: number;
}

export interface PathChange {
  readonly status: 'added' | 'deleted' | 'modified';
  readonly path: string;
  /** As in {@link TreeEntry}, except that a name which stands twice is not noticed. */
  readonly validName: boolean;
  /** Mode and object before; undefined where the path is added. */
  readonly before: { readonly mode: string; readonly oid: string } | undefined;
  /** Mode and object after; undefined where the path is deleted. */
  readonly after: { readonly mode: string; readonly oid: string } | undefined;
}

/**
 * All files of a commit below some paths, in git's order (by bytes).
 *
 * @param prefixes folders or files from the top; none means everything. A link or file in the place of a folder is
 *   listed itself.
 * @throws GitError `no-such-revision`, `bad-name`
 */
export async function listTree(
  place: Place,
  commit: string,
  prefixes: readonly string[],
): Promise<TreeEntry[]> {
  const args = [
    'ls-tree',
    '-r',
    '-z',
    '-l',
    '--full-tree',
    '--',
    checkedRevision(commit),
    ...checkedPrefixes(prefixes),
  ];
  const { stdout } = await git(place, args);
  return withoutTwins(records(stdout).map(readEntry));
}

/**
 * The paths at which two commits differ; a rename is a deletion and an addition.
 *
 * @param before undefined stands for the empty tree
 * @param prefixes as for {@link listTree}
 * @throws GitError `no-such-revision`, `bad-name`
 */
export async function changedPaths(
  place: Place,
  before: string | undefined,
  after: string,
  prefixes: readonly string[] = [],
): Promise<PathChange[]> {
  if (before === undefined) {
    const entries = await listTree(place, after, prefixes);
    return entries.map(({ path, validName, mode, oid }) => ({
      status: 'added',
      path,
      validName,
      before: undefined,
      after: { mode, oid },
    }));
  }
  // Without the last option a .gitmodules file could hide a submodule that moved.
  const options = [
    '-r',
    '-z',
    '--raw',
    '--no-renames',
    '--no-abbrev',
    '--no-ext-diff',
    '--ignore-submodules=none',
  ];
  const revisions = [checkedRevision(before), checkedRevision(after)];
  const { stdout } = await git(place, [
    'diff-tree',
    ...options,
    '--end-of-options',
    ...revisions,
    '--',
    ...checkedPrefixes(prefixes),
  ]);
  const fields = records(stdout);
  const changes: PathChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    changes.push(readChange(fields[at], fields[at + 1]));
  }
  return changes;
}

/** The prefixes as git takes them: one with `/` at its end would leave out a link of that name. @throws GitError */
export function checkedPrefixes(prefixes: readonly string[]): string[] {
  return prefixes.map((prefix) => checkedPath(prefix.replace(/\/+$/, '')));
}

/** Parts that end with NUL. */
function records(output: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    parts.push(output.subarray(start, end));
    start = end + 1;
  }
  return parts;
}

/** `<mode> SP <type> SP <oid> SP+ <size> TAB <path>` */
function readEntry(record: Buffer): TreeEntry {
  const tab = record.indexOf('\t');
  const [mode = '', , oid = '', size = ''] = record.subarray(0, tab).toString().split(/ +/);
  return {
    ...readPath(record.subarray(tab + 1)),
    mode,
    kind: kindOf(mode),
    oid,
    size: size === '-' ? 0 : Number(size),
  };
}

/** `:<mode> SP <mode> SP <oid> SP <oid> SP <status>`, then the path. */
function readChange(header: Buffer | undefined, path: Buffer | undefined): PathChange {
  const [oldMode = '', newMode = '', oldOid = '', newOid = ''] = (header?.toString() ?? '')
    .slice(1)
    .split(' ');
  const before = oldMode === '000000' ? undefined : { mode: oldMode, oid: oldOid };
  const after = newMode === '000000' ? undefined : { mode: newMode, oid: newOid };
  const status = before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified';
  return { status, ...readPath(path ?? Buffer.alloc(0)), before, after };
}

/** What git itself makes of a mode when it checks a file out: any type that it does not know is a submodule. */
export function kindOf(mode: string): TreeEntry['kind'] {
  const bits = Number.parseInt(mode, 8);
  const type = bits & 0o170000;
  if (type === 0o100000) return (bits & 0o100) === 0 ? 'file' : 'executable';
  return type === 0o120000 ? 'symlink' : 'submodule';
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A path as git has it, as text that two different paths cannot share unless one is marked. */
export function readPath(bytes: Buffer): { path: string; validName: boolean } {
  try {
    const path = STRICT_UTF8.decode(bytes);
    return { path, validName: isSafePath(path) };
  } catch {
    const escaped = bytes
      .toString('latin1')
      .replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
    return { path: escaped, validName: false };
  }
}

/** A malformed tree can hold a name twice; whoever looks one up must not see only the other. */
function withoutTwins(entries: readonly TreeEntry[]): TreeEntry[] {
  const count = new Map<string, number>();
  for (const { path } of entries) count.set(path, (count.get(path) ?? 0) + 1);
  return entries.map((entry) => (count.get(entry.path) === 1 ? entry : { ...entry, validName: false }));
}

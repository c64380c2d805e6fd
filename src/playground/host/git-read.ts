/** Reading git objects: commits, trees, refs, and what changed between commits. */
import { gitLines, gitSays, gitText, runGit } from './git.ts';
import { isObjectId, isRefName } from './names.ts';

interface Person {
  readonly name: string;
  readonly email: string;
  /** ISO 8601, UTC. */
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size: number | null;
  readonly path: string;
}

const COMMIT_FORMAT = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'].join('%x00');

/** The commits that `git log` walks for these arguments, newest first unless they say otherwise. */
export async function readCommits(gitDir: string, args: readonly string[]): Promise<readonly Commit[]> {
  const text = await gitText(gitDir, ['log', '-z', `--format=tformat:${COMMIT_FORMAT}%x00`, ...args]);
  const fields = text.split('\0');
  const commits: Commit[] = [];
  // Ten fields a commit, and one empty one between two (the terminator of -z).
  for (let at = 0; at + 9 < fields.length; at += 11) {
    const [
      sha = '',
      tree = '',
      parents = '',
      an = '',
      ae = '',
      at_ = '',
      cn = '',
      ce = '',
      ct = '',
      message = '',
    ] = fields.slice(at, at + 10);
    commits.push({
      sha,
      tree,
      parents: parents === '' ? [] : parents.split(' '),
      author: { name: an, email: ae, date: isoTime(at_) },
      committer: { name: cn, email: ce, date: isoTime(ct) },
      message: message.replace(/\n$/, ''),
    });
  }
  return commits;
}

export async function readCommit(gitDir: string, sha: string): Promise<Commit> {
  const [commit] = await readCommits(gitDir, ['-1', sha, '--']);
  if (!commit) throw new Error(`git log printed nothing for ${sha}`);
  return commit;
}

function isoTime(seconds: string): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

/** The commit that a full ref points to; undefined where there is none. */
export async function readRef(gitDir: string, ref: string): Promise<string | undefined> {
  if (!isRefName(ref)) return undefined;
  const { status, stdout } = await runGit(gitDir, ['rev-parse', '--verify', '--quiet', ref], {
    okStatuses: [0, 1, 128],
  });
  const sha = stdout.toString().trim();
  return status === 0 && isObjectId(sha) ? sha : undefined;
}

export const readBranch = (gitDir: string, branch: string) => readRef(gitDir, `refs/heads/${branch}`);

/** The commit that a branch, tag, full ref or (abbreviated) id names, as GitHub's `ref` parameters accept it. */
export async function resolveCommit(gitDir: string, name: string): Promise<string | undefined> {
  const names = isObjectId(name)
    ? [name]
    : [
        ...[`refs/heads/${name}`, `refs/tags/${name}`, name, `refs/${name}`].filter(isRefName),
        ...abbreviation(name),
      ];
  if (names.length === 0) return undefined;
  const lines = await gitLines(gitDir, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    input: names.map((candidate) => `${candidate}^{commit}\n`).join(''),
  });
  const found = lines.find((line) => line.endsWith(' commit'));
  return found?.split(' ')[0];
}

const abbreviation = (name: string) => (/^[0-9a-f]{7,39}$/.test(name) ? [name] : []);

export interface Ref {
  readonly ref: string;
  readonly sha: string;
  readonly type: string;
}

/** All refs below a prefix such as `refs/heads/`. */
export async function readRefs(gitDir: string, prefix: string): Promise<readonly Ref[]> {
  const lines = await gitLines(gitDir, [
    'for-each-ref',
    '--format=%(refname)%00%(objectname)%00%(objecttype)',
    prefix.replace(/\/$/, ''),
  ]);
  return lines.map((line) => {
    const [ref = '', sha = '', type = ''] = line.split('\0');
    return { ref, sha, type };
  });
}

/** The entries of a tree; a path below it may be named. Undefined where there is no such tree. */
export async function readTree(
  gitDir: string,
  treeish: string,
  options: { readonly recursive?: boolean } = {},
): Promise<readonly TreeEntry[] | undefined> {
  const args = ['ls-tree', '-z', '--long', ...(options.recursive ? ['-r', '-t'] : []), treeish];
  const { status, stdout } = await runGit(gitDir, args, { okStatuses: [0, 128] });
  if (status !== 0) return undefined;
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
      return {
        mode,
        type: type as TreeEntry['type'],
        sha,
        size: size === '-' ? null : Number(size),
        path: line.slice(tab + 1),
      };
    });
}

/** The entry at a path of a commit. The path is taken literally. */
export async function readEntry(
  gitDir: string,
  commit: string,
  path: string,
): Promise<TreeEntry | undefined> {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const folder = parts.length === 0 ? commit : `${commit}:${parts.join('/')}`;
  const entries = await readTree(gitDir, parts.length === 0 ? `${folder}^{tree}` : folder);
  return entries?.find((entry) => entry.path === name);
}

export async function readBlob(gitDir: string, sha: string): Promise<Buffer> {
  return (await runGit(gitDir, ['cat-file', 'blob', sha])).stdout;
}

export async function objectType(gitDir: string, sha: string): Promise<string | undefined> {
  if (!isObjectId(sha)) return undefined;
  const { status, stdout } = await runGit(gitDir, ['cat-file', '-t', sha], { okStatuses: [0, 128] });
  return status === 0 ? stdout.toString().trim() : undefined;
}

export const isAncestor = (gitDir: string, ancestor: string, descendant: string) =>
  gitSays(gitDir, ['merge-base', '--is-ancestor', ancestor, descendant]);

export async function mergeBase(gitDir: string, a: string, b: string): Promise<string | undefined> {
  const { status, stdout } = await runGit(gitDir, ['merge-base', a, b], { okStatuses: [0, 1, 128] });
  return status === 0 ? stdout.toString().trim() : undefined;
}

export async function countCommits(gitDir: string, from: string, to: string): Promise<number> {
  return Number(await gitText(gitDir, ['rev-list', '--count', to, `^${from}`]));
}

/** The empty tree: what a first commit is compared with. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export async function changedPaths(gitDir: string, from: string, to: string): Promise<readonly string[]> {
  const text = await gitText(gitDir, ['diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to]);
  return text.split('\0').filter((path) => path !== '');
}

export interface PathChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

/** What each of some commits changed, compared with its first parent. */
export async function pathChanges(
  gitDir: string,
  commits: readonly string[],
): Promise<ReadonlyMap<string, PathChanges>> {
  const options = ['--root', '-r', '-z', '--no-renames', '--name-status', '-m', '--first-parent'];
  const { stdout } = await runGit(gitDir, ['diff-tree', '--stdin', ...options], {
    input: commits.map((sha) => `${sha}\n`).join(''),
  });
  const fields = stdout.toString('utf8').split('\0');
  const result = new Map<string, Record<keyof PathChanges, string[]>>();
  let current: Record<keyof PathChanges, string[]> | undefined;
  for (let at = 0; at < fields.length && fields[at] !== ''; ) {
    const field = fields[at] ?? '';
    if (isObjectId(field)) {
      current = { added: [], removed: [], modified: [] };
      result.set(field, current);
      at += 1;
    } else {
      const kind = field === 'A' ? 'added' : field === 'D' ? 'removed' : 'modified';
      current?.[kind].push(fields[at + 1] ?? '');
      at += 2;
    }
  }
  return result;
}

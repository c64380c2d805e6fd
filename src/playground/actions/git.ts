/** The little of git that the engine does itself, on the host's bare repositories: reading, never checking out. */
import { execFileSync } from 'node:child_process';

/** An all-zero object id: what a push names as its commit when it deletes a ref. */
export const NO_COMMIT = /^0+$/;

/** Variables of git belong to whoever started us; these commands must not follow them to another repository. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^GIT_/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/**
 * Runs git on a bare repository and returns its output. Synchronous, because an event has to have its runs by the
 * time `handle` returns; these commands take milliseconds.
 * @throws what git said, as an Error of `node:child_process`.
 */
function readGit(
  gitDir: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Buffer {
  return execFileSync(
    'git',
    ['--no-replace-objects', '-c', 'core.hooksPath=/dev/null', `--git-dir=${gitDir}`, ...args],
    {
      env: { ...environment(), ...options.env },
      input: options.input ?? '',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
}

/** The commit that a revision names, or undefined. The revision is never taken for an option. */
export function resolveCommit(gitDir: string, revision: string): string | undefined {
  if (revision.startsWith('-') || revision.includes('\n')) return undefined;
  try {
    return readGit(gitDir, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

/** A branch or tag by its short or full name: the ref's full name and its commit. Branches come first, as on GitHub. */
export function resolveRef(
  gitDir: string,
  name: string,
): { readonly ref: string; readonly sha: string } | undefined {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const ref of candidates) {
    const sha = resolveCommit(gitDir, ref);
    if (sha !== undefined) return { ref, sha };
  }
  return undefined;
}

/** Subject, body and author of a commit, for titles and for `head_commit`. */
export interface CommitInfo {
  readonly message: string;
  readonly tree: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly committer: { readonly name: string; readonly email: string };
  /** ISO 8601. */
  readonly timestamp: string;
}

export function commitInfo(gitDir: string, sha: string): CommitInfo | undefined {
  try {
    const text = readGit(gitDir, ['log', '-1', '-z', '--format=%T%n%an%n%ae%n%cn%n%ce%n%cI%n%B', sha, '--'])
      .toString()
      .replace(/\0$/, '');
    const [tree = '', name = '', email = '', committer = '', mail = '', timestamp = '', ...message] =
      text.split('\n');
    return {
      message: message.join('\n').trimEnd(),
      tree,
      author: { name, email },
      committer: { name: committer, email: mail },
      timestamp,
    };
  } catch {
    return undefined;
  }
}

export interface GitFile {
  readonly path: string;
  readonly content: string;
}

/** The plain files directly in a folder of a commit whose names match, in the order of their names. */
export function readFolder(gitDir: string, sha: string, folder: string, names: RegExp): readonly GitFile[] {
  let listing: string;
  try {
    listing = readGit(gitDir, ['ls-tree', '-z', sha, `${folder}/`]).toString();
  } catch {
    return [];
  }
  const entries = listing
    .split('\0')
    .map((line) => /^(100644|100755) blob ([0-9a-f]+)\t(.*)$/s.exec(line))
    .map((match) => ({ id: match?.[2] ?? '', path: match?.[3] ?? '' }))
    .filter((entry) => names.test(entry.path));
  return entries.map(({ id, path }) => ({
    path,
    content: readGit(gitDir, ['cat-file', 'blob', id]).toString(),
  }));
}

/** Writes the tree of a commit into an empty folder, without any checkout's hooks, filters or configuration. */
export function exportTree(gitDir: string, sha: string, folder: string, indexFile: string): void {
  const env = { GIT_INDEX_FILE: indexFile };
  readGit(gitDir, ['read-tree', sha], { env });
  readGit(gitDir, ['--work-tree', folder, 'checkout-index', '--all', '--force', `--prefix=${folder}/`], {
    env,
  });
}

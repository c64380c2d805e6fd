/**
 * Names that come from outside and go to git. An argument array keeps a name away from a shell, but not from git's
 * own option parser (`--upload-pack=…`), its remote helpers (`ext::…`) or the file system (`../`); so every name
 * passes here first. Rules of refs: git-check-ref-format(1).
 */
import { GitError } from './errors.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROLS = /[\0-\x1f\x7f]/;
const NOT_IN_REFS = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{/;

/** True if git takes the name for a branch: what `git check-ref-format --branch` says, without starting it. */
export function isValidBranchName(name: string): boolean {
  return name !== 'HEAD' && !name.startsWith('-') && isRefSuffix(name);
}

function isRefSuffix(name: string): boolean {
  return (
    !NOT_IN_REFS.test(name) &&
    !name.endsWith('.') &&
    name.isWellFormed() &&
    name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

/** The full ref of a branch. @throws GitError `bad-name` */
export function branchRef(name: string): string {
  if (!isValidBranchName(name)) throw badName('branch', name, 'Choose a name that git accepts for a branch.');
  return `refs/heads/${name}`;
}

/** Returns a full ref (`refs/…`) unchanged. @throws GitError `bad-name` */
export function checkedRef(ref: string): string {
  if (!ref.startsWith('refs/') || !isRefSuffix(ref)) {
    throw badName('ref', ref, 'Give the full name, as in refs/heads/main.');
  }
  return ref;
}

/** Returns a revision unchanged. @throws GitError `bad-name` if git could take it for an option. */
export function checkedRevision(revision: string): string {
  if (revision === '' || revision.startsWith('-') || CONTROLS.test(revision) || !revision.isWellFormed()) {
    throw badName('revision', revision, 'Give a commit id, or a full ref as in refs/heads/main.');
  }
  return revision;
}

/** Returns a full object id unchanged. @throws GitError `bad-name` */
export function checkedOid(oid: string): string {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) throw badName('object id', oid, 'Give the full id.');
  return oid;
}

/** Returns the name or URL of a remote unchanged. @throws GitError `bad-name` */
export function checkedRemote(remote: string): string {
  // `<helper>::<address>` starts a program of that name (gitremote-helpers(7)); `ext::` runs any command.
  if (remote === '' || remote.startsWith('-') || CONTROLS.test(remote) || /^[\w+.-]+::/.test(remote)) {
    throw badName('remote', remote, 'Give the name of a configured remote, or an https or ssh URL.');
  }
  return remote;
}

/** Returns a refspec unchanged: `[+]<source>[:<ref>]`, the source a ref or a full commit id. @throws GitError */
export function checkedRefspec(refspec: string): string {
  const [source = '', destination, ...rest] = refspec.replace(/^\+/, '').split(':');
  const isRef = (name: string) => isRefSuffix(name.replace('*', 'x')) && !name.startsWith('-');
  if (!isRef(source) || (destination !== undefined && !isRef(destination)) || rest.length > 0) {
    throw badName('refspec', refspec, 'Give <source>:<destination>, both full names of refs.');
  }
  return refspec;
}

/**
 * Returns a path inside a tree unchanged: relative, `/` between segments, nothing that leaves the tree or reaches
 * into `.git`.
 *
 * @throws GitError `bad-name`
 */
export function checkedPath(path: string): string {
  if (!isSafePath(path)) {
    throw badName('path', path, 'Give a path from the top of the repository, without . or .. or .git in it.');
  }
  return path;
}

/** True if the path can stand in a tree and be checked out without leaving the worktree. */
export function isSafePath(path: string): boolean {
  const parts = path.split('/');
  if (!path.isWellFormed() || path.includes('\0') || parts.includes('')) return false;
  // The backslash is a separator on Windows, so what stands between two of them must be harmless too.
  return path.split(/[/\\]/).every((part) => part !== '.' && part !== '..' && !isDotGit(part));
}

/** `.git` as any file system may read it: upper case, NTFS short names, streams and trailing dots or spaces. */
function isDotGit(segment: string): boolean {
  // HFS+ skips these characters when it compares names (git's own list, utf8.c).
  const visible = segment.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '');
  return /^(?:\.git|git~1)(?:[. ]*(?::.*)?)$/is.test(visible);
}

function badName(what: string, name: string, next: string): GitError {
  return new GitError(
    'bad-name',
    `${JSON.stringify(name.slice(0, 200))} cannot be used as a ${what}. ${next}`,
  );
}

import { t as GitError } from "./shared-errors2.js";
// src/git/names.ts
/**
* Names that come from outside and go to git. An argument array keeps a name away from a shell, but not from git's
* own option parser (`--upload-pack=…`), its remote helpers (`ext::…`) or the file system (`../`); so every name
* passes here first. Rules of refs: git-check-ref-format(1).
*/
const CONTROLS = /[\0-\x1f\x7f]/;
const NOT_IN_REFS = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{/;
/** True if git takes the name for a branch: what `git check-ref-format --branch` says, without starting it. */
function isValidBranchName(name) {
	return name !== "HEAD" && !name.startsWith("-") && isRefSuffix(name);
}
function isRefSuffix(name) {
	return !NOT_IN_REFS.test(name) && !name.endsWith(".") && name.isWellFormed() && name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}
/** The full ref of a branch. @throws GitError `bad-name` */
function branchRef(name) {
	if (!isValidBranchName(name)) throw badName("branch", name, "Choose a name that git accepts for a branch.");
	return `refs/heads/${name}`;
}
/** Returns a full ref (`refs/…`) unchanged. @throws GitError `bad-name` */
function checkedRef(ref) {
	if (!ref.startsWith("refs/") || !isRefSuffix(ref)) throw badName("ref", ref, "Give the full name, as in refs/heads/main.");
	return ref;
}
/** Returns a revision unchanged. @throws GitError `bad-name` if git could take it for an option. */
function checkedRevision(revision) {
	if (revision === "" || revision.startsWith("-") || CONTROLS.test(revision) || !revision.isWellFormed()) throw badName("revision", revision, "Give a commit id, or a full ref as in refs/heads/main.");
	return revision;
}
/** Returns a full object id unchanged. @throws GitError `bad-name` */
function checkedOid(oid) {
	if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) throw badName("object id", oid, "Give the full id.");
	return oid;
}
/** Returns the name or URL of a remote unchanged. @throws GitError `bad-name` */
function checkedRemote(remote) {
	if (remote === "" || remote.startsWith("-") || CONTROLS.test(remote) || /^[\w+.-]+::/.test(remote)) throw badName("remote", remote, "Give the name of a configured remote, or an https or ssh URL.");
	return remote;
}
/** Returns a refspec unchanged: `[+]<source>[:<ref>]`, the source a ref or a full commit id. @throws GitError */
function checkedRefspec(refspec) {
	const [source = "", destination, ...rest] = refspec.replace(/^\+/, "").split(":");
	const isRef = (name) => isRefSuffix(name.replace("*", "x")) && !name.startsWith("-");
	if (!isRef(source) || destination !== void 0 && !isRef(destination) || rest.length > 0) throw badName("refspec", refspec, "Give <source>:<destination>, both full names of refs.");
	return refspec;
}
/**
* Returns a path inside a tree unchanged: relative, `/` between segments, nothing that leaves the tree or reaches
* into `.git`.
*
* @throws GitError `bad-name`
*/
function checkedPath(path) {
	if (!isSafePath(path)) throw badName("path", path, "Give a path from the top of the repository, without . or .. or .git in it.");
	return path;
}
/** True if the path can stand in a tree and be checked out without leaving the worktree. */
function isSafePath(path) {
	const parts = path.split("/");
	if (!path.isWellFormed() || path.includes("\0") || parts.includes("")) return false;
	return path.split(/[/\\]/).every((part) => part !== "." && part !== ".." && !isDotGit(part));
}
/** `.git` as any file system may read it: upper case, NTFS short names, streams and trailing dots or spaces. */
function isDotGit(segment) {
	const visible = segment.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "");
	return /^(?:\.git|git~1)(?:[. ]*(?::.*)?)$/is.test(visible);
}
function badName(what, name, next) {
	return new GitError("bad-name", `${JSON.stringify(name.slice(0, 200))} cannot be used as a ${what}. ${next}`);
}
export { checkedRefspec as a, isSafePath as c, checkedRef as i, isValidBranchName as l, checkedOid as n, checkedRemote as o, checkedPath as r, checkedRevision as s, branchRef as t };

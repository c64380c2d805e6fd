/**
 * A git repository as the rest of the project uses it: read a tree at a commit, write a commit, fetch, push. Every
 * method is one idea of the file it comes from; this class only holds the place and the one long-lived process.
 */
import { writeBundle } from './bundle.ts';
import type { Environment } from './command.ts';
import * as commits from './commits.ts';
import { addConfig, getAllConfig, getConfig, setConfig } from './config.ts';
import { checkedOid } from './names.ts';
import { ObjectReader } from './objects.ts';
import { findRepository, type Place } from './place.ts';
import * as refs from './refs.ts';
import * as remotes from './remote.ts';
import * as trees from './tree.ts';
import * as worktree from './worktree.ts';
import * as write from './write.ts';

export interface OpenOptions {
  /** What git processes inherit; default: this process's environment. */
  readonly env?: Environment;
}

/**
 * Opens the repository that a folder is in: a clone, a linked worktree, or a bare repository.
 *
 * @throws GitError `not-a-repository`, `git-missing`, `git-too-old`
 */
export async function openRepository(dir: string, { env }: OpenOptions = {}): Promise<GitRepository> {
  return new GitRepository(await findRepository(dir, env));
}

export class GitRepository {
  readonly #place: Place;
  readonly #objects: ObjectReader;

  constructor(place: Place) {
    this.#place = place;
    this.#objects = new ObjectReader(place);
  }

  /** The top of the worktree; undefined in a bare repository. */
  get topLevel(): string | undefined {
    return this.#place.topLevel;
  }

  get gitDir(): string {
    return this.#place.gitDir;
  }

  /** The full id of the commit that a revision names; undefined if there is none. Best given as a full ref. */
  resolve(revision: string): Promise<string | undefined> {
    return commits.resolve(this.#objects, revision);
  }

  /** @throws GitError `no-such-revision` */
  commitInfo(commit: string): Promise<commits.CommitInfo> {
    return commits.commitInfo(this.#objects, commit);
  }

  /** See {@link commits.mergeBase}. */
  mergeBase(a: string, b: string): Promise<string | undefined> {
    return commits.mergeBase(this.#place, a, b);
  }

  /** True if `a` is `b` or comes before it. */
  isAncestor(a: string, b: string): Promise<boolean> {
    return commits.isAncestor(this.#place, a, b);
  }

  /** See {@link trees.listTree}. */
  listTree(commit: string, prefixes: readonly string[] = []): Promise<readonly trees.TreeEntry[]> {
    return trees.listTree(this.#place, commit, prefixes);
  }

  /** See {@link trees.changedPaths}. */
  changedPaths(
    before: string | undefined,
    after: string,
    prefixes: readonly string[] = [],
  ): Promise<readonly trees.PathChange[]> {
    return trees.changedPaths(this.#place, before, after, prefixes);
  }

  /**
   * A file's content. Many reads at once are answered by one process.
   *
   * @throws GitError `too-large` above `maxBytes`, without reading it; `no-such-revision`
   */
  async readBlob(oid: string, { maxBytes }: { readonly maxBytes: number }): Promise<Uint8Array> {
    return (await this.#objects.read(checkedOid(oid), 'blob', maxBytes)).data;
  }

  /** A file's content piece by piece. @throws GitError `no-such-revision` */
  streamBlob(oid: string): AsyncIterable<Uint8Array> {
    return this.#objects.stream(oid);
  }

  /** See {@link write.writeCommit}. */
  writeCommit(plan: write.CommitPlan): Promise<string> {
    return write.writeCommit(this.#place, plan);
  }

  /** See {@link write.hashFile}. */
  hashFile(path: string): Promise<string> {
    return write.hashFile(this.#place, path);
  }

  /** See {@link refs.updateRef}. */
  updateRef(ref: string, to: string, expected: string | null): Promise<void> {
    return refs.updateRef(this.#place, ref, to, expected);
  }

  /** See {@link refs.deleteRef}. */
  deleteRef(ref: string, expected: string): Promise<void> {
    return refs.deleteRef(this.#place, ref, expected);
  }

  /** The branch that the worktree is on; undefined if it is on none. */
  currentBranch(): Promise<string | undefined> {
    return refs.currentBranch(this.#place);
  }

  /** See {@link remotes.fetch}. */
  fetch(remote: string, refspecs: readonly string[], options?: remotes.FetchOptions): Promise<void> {
    return remotes.fetch(this.#place, remote, refspecs, options);
  }

  /** See {@link remotes.push}. */
  push(
    remote: string,
    commit: string,
    branch: string,
    expected: string | null,
    options?: remotes.RemoteOptions,
  ): Promise<void> {
    return remotes.push(this.#place, remote, commit, branch, expected, options);
  }

  /** See {@link remotes.mayPush}. */
  mayPush(remote: string, commit: string, branch: string, options?: remotes.RemoteOptions): Promise<boolean> {
    return remotes.mayPush(this.#place, remote, commit, branch, options);
  }

  /** See {@link remotes.remoteUrl}. */
  remoteUrl(remote: string): Promise<string | undefined> {
    return remotes.remoteUrl(this.#place, remote);
  }

  /** See {@link remotes.remoteDefaultBranch}. */
  remoteDefaultBranch(remote: string, options?: remotes.RemoteOptions): Promise<string | undefined> {
    return remotes.remoteDefaultBranch(this.#place, remote, options);
  }

  /** See {@link remotes.remoteBranch}. */
  remoteBranch(remote: string, branch: string, options?: remotes.RemoteOptions): Promise<string | undefined> {
    return remotes.remoteBranch(this.#place, remote, branch, options);
  }

  /** See {@link remotes.listRemoteBranches}. */
  listRemoteBranches(
    remote: string,
    prefix: string,
    options?: remotes.RemoteOptions,
  ): Promise<ReadonlyMap<string, string>> {
    return remotes.listRemoteBranches(this.#place, remote, prefix, options);
  }

  /** A value of this repository's own configuration; undefined if it is not set. */
  getConfig(key: string): Promise<string | undefined> {
    return getConfig(this.#place, key);
  }

  /** All values of a setting that may be there several times. */
  getAllConfig(key: string): Promise<readonly string[]> {
    return getAllConfig(this.#place, key);
  }

  /** Adds a value to a setting that may be there several times. */
  addConfig(key: string, value: string): Promise<void> {
    return addConfig(this.#place, key, value);
  }

  /** Sets a value of this repository's own configuration. */
  setConfig(key: string, value: string): Promise<void> {
    return setConfig(this.#place, key, value);
  }

  /** See {@link worktree.worktreeChanges}. */
  worktreeChanges(prefixes: readonly string[] = []): Promise<readonly worktree.WorktreeChange[]> {
    return worktree.worktreeChanges(this.#place, prefixes);
  }

  /** See {@link worktree.advanceCheckedOutBranch}. */
  advanceCheckedOutBranch(branch: string, from: string, to: string): Promise<void> {
    return worktree.advanceCheckedOutBranch(this.#place, branch, from, to);
  }

  /** See {@link writeBundle}. */
  writeBundle(file: string, refs: ReadonlyMap<string, string>): Promise<void> {
    return writeBundle(this.#place, file, refs);
  }

  /** Ends the process that reads objects. The repository stays usable: a later read starts another. */
  close(): Promise<void> {
    return this.#objects.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

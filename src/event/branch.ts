/**
 * The branch of a signing event, here and on the remote. A change is computed on the newest head, committed without a
 * checkout and pushed only if nobody was faster; whoever loses the race computes it again on the new head.
 */
import { GitError } from '../git/errors.ts';
import type { RemoteOptions } from '../git/remote.ts';
import type { GitRepository } from '../git/repository.ts';
import { RepositoryError } from '../repository/errors.ts';
import { fetchBranch } from '../repository/remote.ts';
import { type EventSides, readEvent } from './event.ts';
import { EVENT_PREFIX, eventBranch } from './name.ts';

export interface EventBranchSettings {
  /** Where main and the events are read from. */
  readonly pullRemote: string;
  /** Where events are pushed to. */
  readonly pushRemote: string;
  readonly mainBranch: string;
  /** False: commits stay on the local branch. */
  readonly push: boolean;
  /** How to get at the remotes, where git's own configuration does not say. */
  readonly access?: RemoteOptions;
  /** Told what went wrong after the event itself was safe. */
  readonly warn: (message: string) => void;
}

export class EventBranch {
  readonly repository: GitRepository;
  readonly settings: EventBranchSettings;
  readonly branch: string;

  constructor(repository: GitRepository, settings: EventBranchSettings, name: string) {
    this.repository = repository;
    this.settings = settings;
    this.branch = eventBranch(name);
  }

  /** The main branch's commit: the remote's, fetched; the local one where the work stays local and there is no remote. */
  async main(): Promise<string> {
    const { mainBranch, pullRemote } = this.settings;
    const commit = await this.#remoteCommit(pullRemote, mainBranch);
    if (commit !== undefined) return commit;
    throw new RepositoryError(
      'not-found',
      `The remote ${pullRemote} has no branch ${mainBranch}. Push a first commit to it, or name another branch with --main.`,
    );
  }

  /**
   * The event's newest commit, or undefined where there is no such event yet. It may stand on the remote that is pushed
   * to, on the one that is read from (a signer with a fork), and here; one of them has to contain all the others.
   */
  async head(): Promise<string | undefined> {
    const { pullRemote, pushRemote, push } = this.settings;
    const remotes = await Promise.all(
      [...new Set([pushRemote, pullRemote])].map((remote) => this.#remoteCommit(remote, this.branch)),
    );
    const local = await this.repository.resolve(`refs/heads/${this.branch}`);
    const heads = [...new Set([...remotes, local])].filter((head) => head !== undefined);
    for (const head of heads) {
      const contained = await Promise.all(heads.map((other) => this.repository.isAncestor(other, head)));
      if (contained.every(Boolean)) return head;
    }
    if (heads.length === 0) return undefined;
    const [first, ...others] = remotes.filter((head) => head !== undefined);
    if (!push && local !== undefined) return local;
    const whose = others.some((head) => head !== first)
      ? `${pullRemote} and ${pushRemote}`
      : `${pushRemote} and your clone`;
    throw new RepositoryError(
      'bad-request',
      `The branch ${this.branch} has gone different ways in ${whose}. Bring them together, or take yours aside (git branch -m ${this.branch} my-copy), and try again.`,
    );
  }

  /** Reads the event; an event that does not exist yet starts at the main branch. */
  async read(options: { readonly create?: boolean } = {}): Promise<EventSides> {
    const main = await this.main();
    const head = await this.head();
    if (head === undefined && !options.create) {
      throw new RepositoryError(
        'not-found',
        `There is no event ${this.branch}. Its branch would be ${this.branch} on ${this.settings.pushRemote}; \`git ls-remote ${this.settings.pushRemote} '${EVENT_PREFIX}*'\` lists the open ones. One in somebody's fork is read by the number of its pull request, with --pull.`,
      );
    }
    return readEvent(this.repository, this.branch.slice(EVENT_PREFIX.length), main, head ?? main);
  }

  /**
   * Commits what `change` computes and moves the branch there. `change` is called again with the new sides when
   * somebody else pushed in between; it answers undefined where nothing is left to do.
   * @returns the new commit, or undefined where there was nothing to do.
   */
  async contribute(
    change: (sides: EventSides) => Promise<WantedCommit | undefined>,
    options: { readonly create?: boolean; readonly tries?: number } = {},
  ): Promise<string | undefined> {
    for (let triesLeft = options.tries ?? 5; ; triesLeft--) {
      const sides = await this.read(options);
      const wanted = await change(sides);
      if (!wanted) return undefined;
      const commit = await this.repository.writeCommit({
        parents: [sides.head],
        base: sides.head,
        changes: wanted.files,
        message: wanted.message,
        trailers: wanted.trailers,
      });
      try {
        await this.#publish(sides.head, commit);
        return commit;
      } catch (error) {
        if (
          !(error instanceof GitError) ||
          error.code !== 'push-rejected' ||
          error.declined ||
          triesLeft <= 1
        )
          throw error;
      }
    }
  }

  /** The event as it would be with these changes on top, committed to nothing that anybody sees. */
  async preview(sides: EventSides, files: CommitChanges, message: string): Promise<EventSides> {
    const commit = await this.repository.writeCommit({
      parents: [sides.head],
      base: sides.head,
      changes: files,
      message,
    });
    return readEvent(this.repository, sides.name, sides.main, commit);
  }

  async #publish(head: string, commit: string): Promise<void> {
    const { pushRemote, push } = this.settings;
    if (push) {
      const expected = (await this.#remoteCommit(pushRemote, this.branch)) ?? null;
      // What was computed rests on `head`: a branch that moved since then has to be read again.
      if (expected !== null && expected !== head && !(await this.repository.isAncestor(expected, head))) {
        throw new GitError('push-rejected', `${this.branch} moved while you were working`);
      }
      await this.repository.push(pushRemote, commit, this.branch, expected, this.settings.access);
    }
    try {
      await this.#moveLocalBranch(commit);
    } catch (error) {
      // The push has been done: what is left is the local branch's problem, not the event's.
      if (!push || !(error instanceof GitError)) throw error;
      this.settings.warn(
        `The event was pushed, but your local branch ${this.branch} could not follow. ${error.message}`,
      );
    }
  }

  async #moveLocalBranch(commit: string): Promise<void> {
    const ref = `refs/heads/${this.branch}`;
    const local = await this.repository.resolve(ref);
    if (local === undefined) {
      if (!this.settings.push) await this.repository.updateRef(ref, commit, null);
    } else if (await this.repository.isAncestor(local, commit)) {
      await this.repository.advanceCheckedOutBranch(this.branch, local, commit);
    }
  }

  #remoteCommit(name: string, branch: string): Promise<string | undefined> {
    const { mainBranch, access } = this.settings;
    return fetchBranch(
      { repository: this.repository, name, mainBranch, ...(access ? { access } : {}) },
      branch,
    );
  }
}

interface WantedCommit {
  readonly files: CommitChanges;
  readonly message: string;
  readonly trailers?: readonly (readonly [name: string, value: string])[];
}

/** Files to commit: text, an object that git has already, or null for a removal. */
export type CommitChanges = ReadonlyMap<string, string | { readonly oid: string } | null>;

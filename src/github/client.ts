/**
 * One repository on GitHub, through Octokit. It knows pull requests, comments and statuses, and nothing of TUF. The same
 * code talks to github.com, GitHub Enterprise and the local GitHub: addresses come from the environment.
 */
import { Octokit } from '@octokit/rest';
import { githubError, isRateLimit, statusOf } from './errors.ts';

export interface GitHubAddress {
  /** e.g. `https://api.github.com` */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
}

/** Tries of a request that may succeed later (5xx, 429). */
const TRIES = 4;
/** Milliseconds before the second try; doubled for each further one. */
const FIRST_DELAY = 500;
/** A server may ask for a longer pause, up to this many seconds; beyond it the next run is the better retry. */
const LONGEST_PAUSE = 60;

/** A request, or a few that belong together. */
export type Call<T> = (octokit: Octokit, at: { readonly owner: string; readonly repo: string }) => Promise<T>;

export class GitHubRepository {
  readonly address: GitHubAddress;
  readonly #octokit: Octokit;
  readonly #pause: (milliseconds: number) => Promise<void>;

  constructor(address: GitHubAddress, token: string | undefined, pause = wait) {
    this.address = address;
    this.#pause = pause;
    this.#octokit = new Octokit({
      baseUrl: address.apiUrl,
      userAgent: 'repository-playground',
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      ...(token === undefined ? {} : { auth: token }),
    });
  }

  get fullName(): string {
    return `${this.address.owner}/${this.address.repo}`;
  }

  /**
   * Makes one request, again where that helps. `doing` says what for, after "Could not".
   * @throws {GitHubError}
   */
  async call<T>(doing: string, call: Call<T>): Promise<T> {
    const { owner, repo } = this.address;
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(this.#octokit, { owner, repo });
      } catch (cause) {
        const pause = pauseBeforeRetry(cause, attempt);
        if (pause === undefined || attempt >= TRIES) throw githubError(doing, cause);
        await this.#pause(pause);
      }
    }
  }

  /** The same, with "not found" as an answer. */
  async callOrNothing<T>(doing: string, call: Call<T>): Promise<T | undefined> {
    return this.call(doing, (octokit, at) =>
      call(octokit, at).catch((error: { status?: number }) => {
        if (error.status === 404) return undefined;
        throw error;
      }),
    );
  }
}

/** Milliseconds to wait before the same request may succeed; undefined where it will not. */
function pauseBeforeRetry(cause: unknown, attempt: number): number | undefined {
  const status = statusOf(cause);
  const { response } = cause as { response?: { headers?: Record<string, string | undefined> } };
  if (!isRateLimit(cause) && !(status !== undefined && status >= 500)) return undefined;
  const asked = Number(response?.headers?.['retry-after'] ?? 0);
  if (asked > LONGEST_PAUSE) return undefined;
  return Math.max(asked * 1000, FIRST_DELAY * 2 ** (attempt - 1));
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function ignore(): void {}

/**
 * GitHub's REST API as a page may use it: few requests, since an anonymous reader has 60 an hour, each told apart by
 * what the reader can do when it fails (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
import { readBody, TooLongError } from './body.ts';
import { PageProblem, type ProblemCode } from './problem.ts';
import type { Settings } from './settings.ts';

const TIMEOUT_MS = 60_000;
/** Milliseconds before the one further try of a request that failed on the way. */
const PAUSE_MS = 1000;
/** Bytes of a JSON answer; GitHub lists trees of up to 7 MB. */
const LONGEST_ANSWER = 16_000_000;

interface Ask {
  /** False: what a cache holds is as good, since the address names its content. */
  readonly fresh: boolean;
  readonly accept: string;
  readonly maxBytes: number;
  readonly method?: 'POST';
  readonly body?: unknown;
  readonly token?: string | undefined;
}

export class GitHubApi {
  readonly #base: string;
  readonly #repository: string;
  #token: string | undefined;
  #remaining: number | undefined;

  constructor({ apiUrl, repository }: Settings) {
    this.#base = apiUrl;
    this.#repository = repository;
  }

  /** A token to read with, for this visit only: it is held in this object and nowhere else. */
  useToken(token: string): void {
    this.#token = token;
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /** How many requests are left in this hour, as the last answer said. */
  get remaining(): number | undefined {
    return this.#remaining;
  }

  /** Something of the repository as JSON. @param path below `/repos/<owner>/<name>` */
  async json(path: string, { fresh = true } = {}): Promise<unknown> {
    return parse(
      await this.#ask(`/repos/${this.#repository}${path}`, {
        fresh,
        accept: 'application/vnd.github+json',
        maxBytes: LONGEST_ANSWER,
      }),
    );
  }

  /** The content of a git blob. */
  blob(id: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask(`/repos/${this.#repository}/git/blobs/${encodeURIComponent(id)}`, {
      fresh: false,
      accept: 'application/vnd.github.raw+json',
      maxBytes,
    });
  }

  /** The login that a token acts as. */
  async loginOf(token: string): Promise<unknown> {
    return parse(
      await this.#ask('/user', {
        fresh: true,
        accept: 'application/vnd.github+json',
        maxBytes: LONGEST_ANSWER,
        token,
      }),
    );
  }

  /** Posts a comment with a token that is used for this one request. */
  async comment(pull: number, body: string, token: string): Promise<unknown> {
    return parse(
      await this.#ask(`/repos/${this.#repository}/issues/${pull}/comments`, {
        fresh: true,
        accept: 'application/vnd.github+json',
        maxBytes: LONGEST_ANSWER,
        method: 'POST',
        body: { body },
        token,
      }),
    );
  }

  async #ask(path: string, ask: Ask): Promise<Uint8Array<ArrayBuffer>> {
    for (let triesLeft = ask.method === 'POST' ? 1 : 2; ; triesLeft--) {
      try {
        return await this.#once(path, ask);
      } catch (error) {
        const mayPass =
          error instanceof PageProblem && (error.code === 'unreachable' || error.code === 'server-error');
        if (!mayPass || triesLeft <= 1) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  async #once(path: string, ask: Ask): Promise<Uint8Array<ArrayBuffer>> {
    const { fresh, accept, maxBytes, method = 'GET', body, token = this.#token } = ask;
    let response: Response;
    try {
      response = await fetch(this.#base + path, {
        method,
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        // GitHub lets anonymous answers be kept for a minute; a branch can move within one.
        cache: fresh ? 'no-store' : 'default',
        headers: { accept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (token === this.#token) this.#note(response.headers);
      if (response.ok) return await readBody(response, maxBytes);
    } catch (cause) {
      if (cause instanceof TooLongError) throw wrongContent(path, cause);
      throw unreachable(cause);
    }
    const usedToken = token !== undefined;
    if (response.status === 401 && token === this.#token) this.#token = undefined;
    throw refusal(response, usedToken);
  }

  #note(headers: Headers): void {
    const remaining = headers.get('x-ratelimit-remaining');
    if (remaining !== null && /^\d+$/.test(remaining)) this.#remaining = Number(remaining);
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw wrongContent('what was asked for', cause);
  }
}

function wrongContent(what: string, cause: unknown): PageProblem {
  return new PageProblem(
    'wrong-content',
    `GitHub’s answer for ${what} is not of the form that it should have.`,
    {
      next: ['Reload the page. If it stays like this, sign with `playground sign` and report the problem.'],
      cause,
    },
  );
}

function unreachable(cause: unknown): PageProblem {
  return new PageProblem('unreachable', 'GitHub’s API cannot be reached.', {
    next: ['Check your connection, and whether an extension or a firewall blocks the API. Then try again.'],
    cause,
  });
}

function refusal(response: Response, usedToken: boolean): PageProblem {
  const { status, headers } = response;
  const make = (code: ProblemCode, message: string, ...next: string[]) =>
    new PageProblem(code, message, { next });
  const wait = headers.get('retry-after');
  if (status === 429 || (status === 403 && (headers.get('x-ratelimit-remaining') === '0' || wait !== null)))
    return rateLimited(headers, wait, usedToken);
  if (status === 401) {
    return make(
      'forbidden',
      'GitHub does not accept the token.',
      'Enter another one, or go on without a token.',
    );
  }
  if (status === 403) {
    return make(
      'forbidden',
      usedToken ? 'The token may not do this.' : 'GitHub does not let an anonymous reader see this.',
      usedToken
        ? 'Use a token that may comment on pull requests of this repository, or copy the comment and post it yourself.'
        : 'Enter a token of an account that may read the repository.',
    );
  }
  if (status === 404) {
    return make(
      'not-found',
      'GitHub finds no such thing here, or does not show it to you.',
      usedToken
        ? 'Check the address; the token must be of an account that may read the repository.'
        : 'Check the address. Where the repository is private, enter a token of an account that may read it.',
    );
  }
  if (status >= 500)
    return make(
      'server-error',
      `GitHub has a problem of its own (it answers ${status}).`,
      'Try again in a minute.',
    );
  return make('server-error', `GitHub refuses the request (it answers ${status}).`, 'Reload the page.');
}

function rateLimited(headers: Headers, wait: string | null, usedToken: boolean): PageProblem {
  const reset = Number(headers.get('x-ratelimit-reset'));
  const seconds = Number(wait);
  const resetAt =
    wait !== null && Number.isFinite(seconds)
      ? new Date(Date.now() + seconds * 1000)
      : new Date(reset > 0 ? reset * 1000 : Date.now() + 60_000);
  return new PageProblem(
    'rate-limited',
    'GitHub answers no more for now: too many requests came from your address.',
    {
      next: usedToken
        ? ['Wait; the page goes on by itself.']
        : [
            'Wait; the page goes on by itself.',
            'Or enter a GitHub token: with one, 5,000 requests an hour are free instead of 60 for everybody who shares your address.',
          ],
      resetAt,
    },
  );
}

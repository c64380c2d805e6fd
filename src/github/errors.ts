/** What GitHub's API can answer instead of what was asked for, in words that say what to do. */

export type GitHubErrorCode =
  /** 401, or 403 where the token lacks a permission. */
  | 'forbidden'
  | 'not-found'
  /** 422: the request makes no sense to GitHub as things are. */
  | 'refused'
  /** 429, or 403 with an empty rate limit; retries did not help. */
  | 'rate-limited'
  /** 5xx; retries did not help. */
  | 'server-error'
  | 'unreachable';

export class GitHubError extends Error {
  override readonly name = 'GitHubError';
  readonly code: GitHubErrorCode;
  readonly status: number | undefined;

  constructor(code: GitHubErrorCode, message: string, status: number | undefined, cause: unknown) {
    super(message, { cause });
    this.code = code;
    this.status = status;
  }
}

/** The shape of Octokit's errors, as far as it is used: of a request, or of what a GraphQL answer of 200 lists. */
interface RequestFailure {
  readonly status?: number;
  readonly message: string;
  readonly response?: { readonly headers?: { readonly [name: string]: unknown } };
  readonly errors?: readonly { readonly type?: string; readonly message?: string }[];
}

/**
 * The status that REST would have, for errors of GraphQL, which come with 200
 * (https://docs.github.com/graphql/guides/using-graphql-clients, https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api).
 */
const GRAPHQL_STATUS: ReadonlyMap<string, number> = new Map([
  ['RATE_LIMITED', 429],
  ['RATE_LIMIT', 429],
  ['NOT_FOUND', 404],
  ['FORBIDDEN', 403],
  ['INSUFFICIENT_SCOPES', 403],
  ['INTERNAL', 500],
]);

/** The HTTP status of a failure, or for GraphQL the one that means the same; undefined where there was no answer. */
export function statusOf(cause: unknown): number | undefined {
  const { status, errors } = cause as RequestFailure;
  if (status !== undefined || !Array.isArray(errors)) return status;
  for (const { type = '', message = '' } of errors as NonNullable<RequestFailure['errors']>) {
    const known = GRAPHQL_STATUS.get(type);
    if (known !== undefined) return known;
    if (message.startsWith('Something went wrong while executing your query')) return 502;
  }
  return 422;
}

/**
 * Whether GitHub says "not now" rather than no
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
export function isRateLimit(cause: unknown): boolean {
  const { response } = cause as RequestFailure;
  const status = statusOf(cause);
  if (status !== 403) return status === 429;
  const headers = response?.headers ?? {};
  return headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
}

/** How GitHub begins its refusal where a repository does not let jobs open pull requests (403). */
const PULL_REQUESTS_OFF = 'GitHub Actions is not permitted to create or approve pull requests';

/** Turns what a request threw into an error that names the doing and the mend. `doing` follows "Could not". */
export function githubError(doing: string, cause: unknown): GitHubError {
  const { message, response } = cause as RequestFailure;
  const status = statusOf(cause);
  const make = (code: GitHubErrorCode, mend: string) =>
    new GitHubError(
      code,
      `Could not ${doing}: GitHub answers ${status ?? 'nothing'} (${message}). ${mend}`,
      status,
      cause,
    );
  if (isRateLimit(cause))
    return make('rate-limited', 'Wait until the rate limit is over; the next run finishes the work.');
  if (status === 401) return make('forbidden', 'The token is not valid; give another one.');
  if (status === 403 && message.includes(PULL_REQUESTS_OFF)) {
    // https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository#preventing-github-actions-from-creating-or-approving-pull-requests
    return make(
      'forbidden',
      'An administrator of the repository allows it under Settings → Actions → General → Workflow permissions: "Allow GitHub Actions to create and approve pull requests".',
    );
  }
  if (status === 403) {
    // https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
    const wanted = response?.headers?.['x-accepted-github-permissions'];
    return make(
      'forbidden',
      `The token lacks a permission${wanted ? ` (${wanted})` : ''}: see \`permissions\` of the job, or the scopes of the token.`,
    );
  }
  if (status === 404) return make('not-found', 'It does not exist, or the token may not see it.');
  if (status !== undefined && status >= 500 && status < 600 && response)
    return make('server-error', 'Try again later; the next run finishes the work.');
  if (status !== undefined && response) return make('refused', 'See the message above.');
  return new GitHubError(
    'unreachable',
    `Could not ${doing}: GitHub cannot be reached (${message}). Check the network and GITHUB_API_URL.`,
    undefined,
    cause,
  );
}

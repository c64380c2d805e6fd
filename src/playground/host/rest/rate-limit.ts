/**
 * GitHub's primary rate limit (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api): so many
 * requests an hour, for each account, for each repository's jobs, and for all together who have no token.
 */
import type { Viewer } from '../access.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';

const HOUR = 3600;

/** Asking how much is left costs nothing. */
export const RATE_LIMIT_PATH = '/rate_limit';

/** Requests an hour. */
export type RateLimits = Readonly<Record<Viewer['kind'], number>>;
const GITHUBS_LIMITS: RateLimits = { anonymous: 60, user: 5000, job: 1000 };

/** REST and GraphQL are counted apart. */
type Resource = 'core' | 'graphql';

export interface RateLimit {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

export interface RateLimiter {
  /** Counts a request of this viewer. @throws {ApiError} 403 where none is left */
  count(viewer: Viewer, resource: Resource): void;
  read(viewer: Viewer, resource: Resource): RateLimit;
}

export function createRateLimiter(
  context: Pick<Context, 'now'>,
  limits: Partial<RateLimits> = {},
): RateLimiter {
  const windows = new Map<string, { used: number; reset: number }>();
  const windowOf = (viewer: Viewer, resource: Resource) => {
    const now = Math.floor(context.now().getTime() / 1000);
    const key = `${resource} of ${keyOf(viewer)}`;
    const old = windows.get(key);
    const window = old && old.reset > now ? old : { used: 0, reset: now + HOUR };
    windows.set(key, window);
    return { window, limit: limits[viewer.kind] ?? GITHUBS_LIMITS[viewer.kind] };
  };
  return {
    count(viewer, resource) {
      const { window, limit } = windowOf(viewer, resource);
      if (window.used >= limit) throw new ApiError(403, refusal(viewer));
      window.used += 1;
    },
    read(viewer, resource) {
      const { window, limit } = windowOf(viewer, resource);
      return { limit, used: window.used, remaining: limit - window.used, reset: window.reset };
    },
  };
}

function refusal(viewer: Viewer): string {
  switch (viewer.kind) {
    case 'anonymous':
      return "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)";
    case 'user':
      return `API rate limit exceeded for user ID ${viewer.user.id}.`;
    case 'job':
      return `API rate limit exceeded for installation ID ${viewer.repositoryId}.`;
  }
}

function keyOf(viewer: Viewer): string {
  if (viewer.kind === 'anonymous') return 'anonymous';
  return viewer.kind === 'job' ? `job ${viewer.repositoryId}` : `user ${viewer.user.id}`;
}

export function rateLimitHeaders(rate: RateLimit, resource: Resource): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(rate.limit),
    'x-ratelimit-remaining': String(rate.remaining),
    'x-ratelimit-used': String(rate.used),
    'x-ratelimit-reset': String(rate.reset),
    'x-ratelimit-resource': resource,
  };
}

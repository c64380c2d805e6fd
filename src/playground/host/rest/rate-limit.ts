/**
 * The counters of GitHub's primary rate limit (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api):
 * told in every answer. On one's own machine nobody is locked out; faults.ts can do that for a test.
 */
import type { Viewer } from '../access.ts';
import type { Context } from '../context.ts';

const HOUR = 3600;
const LIMITS = { anonymous: 60, user: 5000, job: 1000 } as const;

export interface RateLimit {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

export interface RateLimiter {
  /** Counts a request of this viewer. */
  count(viewer: Viewer): RateLimit;
  read(viewer: Viewer): RateLimit;
}

export function createRateLimiter(context: Pick<Context, 'now'>): RateLimiter {
  const windows = new Map<string, { used: number; reset: number }>();
  const read = (viewer: Viewer, more: number): RateLimit => {
    const now = Math.floor(context.now().getTime() / 1000);
    const key = keyOf(viewer);
    const old = windows.get(key);
    const window = old && old.reset > now ? old : { used: 0, reset: now + HOUR };
    window.used += more;
    windows.set(key, window);
    const limit = LIMITS[viewer.kind];
    return { limit, used: window.used, remaining: Math.max(0, limit - window.used), reset: window.reset };
  };
  return { count: (viewer) => read(viewer, 1), read: (viewer) => read(viewer, 0) };
}

function keyOf(viewer: Viewer): string {
  if (viewer.kind === 'anonymous') return 'anonymous';
  return viewer.kind === 'job' ? `job ${viewer.repositoryId}` : `user ${viewer.user.id}`;
}

export function rateLimitHeaders(rate: RateLimit, resource = 'core'): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(rate.limit),
    'x-ratelimit-remaining': String(rate.remaining),
    'x-ratelimit-used': String(rate.used),
    'x-ratelimit-reset': String(rate.reset),
    'x-ratelimit-resource': resource,
  };
}

/** From the `Authorization` header to a viewer, for git and the API alike. */
import { type Viewer, viewerOf } from './access.ts';
import type { Context } from './context.ts';
import { ApiError } from './errors.ts';

/**
 * Basic (any user name with a token as password; or the token as user name, as GitHub takes it) or `token`/`Bearer`.
 * @throws {ApiError} 401 for a token that does not exist
 */
export function authenticate(context: Context, authorization: string | undefined): Viewer {
  if (authorization === undefined || authorization === '') return { kind: 'anonymous' };
  const viewer = tokensIn(authorization)
    .map((token) => viewerOf(context, token))
    .find((found) => found !== undefined);
  if (!viewer) throw new ApiError(401, 'Bad credentials');
  return viewer;
}

function tokensIn(authorization: string): readonly string[] {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization.trim()) ?? [];
  if (/^(?:token|bearer)$/i.test(scheme)) return [value];
  if (!/^basic$/i.test(scheme)) return [];
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const [user, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  return [password, user].filter((part) => part !== '');
}

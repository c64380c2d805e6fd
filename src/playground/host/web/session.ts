/**
 * Who acts on the pages. There are no passwords: one picks an account. What must not happen is that another web page
 * picks one and acts: a cookie that scripts cannot read, signed; a token of it in each form; and the browser's own word
 * (`Origin`, https://fetch.spec.whatwg.org/#origin-header) that the form came from here. Cookies are shared by all ports
 * of a host, so a Pages site gets it too; the origin and the token keep that one out.
 */
import { randomBytes } from 'node:crypto';
import type { Context as HonoContext } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Viewer } from '../access.ts';
import { userByLogin } from '../accounts.ts';
import { readText } from '../body.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { isSeal, seal } from '../settings.ts';

const COOKIE = 'playground_session';
const MAX_FORM_BYTES = 1024 * 1024;

export interface Session {
  readonly viewer: Viewer;
  /** Goes into each form as `csrf`. */
  readonly csrf: string;
}

/** The session of a request; a new one, of nobody, if there is none. */
export function sessionOf(c: HonoContext, context: Context): Session {
  const found = getCookie(c, COOKIE);
  const login = found === undefined ? undefined : verify(context, found);
  if (found === undefined || login === undefined) return begin(c, context, '');
  const user = login === '' ? undefined : userByLogin(context, login);
  return { viewer: user ? { kind: 'user', user } : { kind: 'anonymous' }, csrf: csrfOf(context, found) };
}

/** Begins a session as an account; the empty login is nobody. */
export function begin(c: HonoContext, context: Context, login: string): Session {
  const body = `${login}.${randomBytes(16).toString('hex')}`;
  const value = `${body}.${seal(context, 'session', body)}`;
  setCookie(c, COOKIE, value, { httpOnly: true, sameSite: 'Strict', path: '/' });
  const user = userByLogin(context, login);
  return { viewer: user ? { kind: 'user', user } : { kind: 'anonymous' }, csrf: csrfOf(context, value) };
}

/** The fields of a form, if it was sent from a page of ours. @throws {ApiError} 403 */
export async function readForm(c: HonoContext, context: Context): Promise<(name: string) => string> {
  const origin = c.req.header('origin');
  const host = c.req.header('host');
  const site = c.req.header('sec-fetch-site');
  const form = new URLSearchParams(await readText(c, MAX_FORM_BYTES));
  const cookie = getCookie(c, COOKIE);
  const ours =
    origin === `http://${host}` &&
    (site === undefined || site === 'same-origin') &&
    cookie !== undefined &&
    verify(context, cookie) !== undefined &&
    isSeal(context, 'csrf', cookie, form.get('csrf') ?? '');
  if (!ours)
    throw new ApiError(
      403,
      'This form did not come from a page of this server. Reload the page and try again.',
    );
  return (name) => (form.get(name) ?? '').replaceAll('\r\n', '\n');
}

function verify(context: Context, value: string): string | undefined {
  const at = value.lastIndexOf('.');
  const body = value.slice(0, Math.max(at, 0));
  if (!isSeal(context, 'session', body, value.slice(at + 1))) return undefined;
  return body.slice(0, body.lastIndexOf('.'));
}

const csrfOf = (context: Context, cookie: string) => seal(context, 'csrf', cookie);

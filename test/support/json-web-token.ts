/** JSON web tokens (RFC 7519) with RS256, as GitHub, Google and Microsoft issue them: issuing, and checking as they do. */
import { generateKeyPairSync, sign, verify } from 'node:crypto';

type Claims = Readonly<Record<string, unknown>>;

export interface TokenIssuer {
  readonly issuer: string;
  issue(claims: Claims): string;
  /** The claims, where the token is one of this issuer, meant for `audience`, and valid now. */
  check(token: string, audience: string): Claims | undefined;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An issuer with a key of its own. */
export function tokenIssuer(issuer: string): TokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    issuer,
    issue(claims) {
      const now = Math.floor(Date.now() / 1000);
      const body = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: issuer, iat: now, exp: now + 600, ...claims })}`;
      return `${body}.${sign('sha256', Buffer.from(body), privateKey).toString('base64url')}`;
    },
    check(token, audience) {
      const [head = '', body = '', signature = ''] = token.split('.');
      const signed = Buffer.from(`${head}.${body}`);
      if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))) return undefined;
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
      const current = claims.exp * 1000 > Date.now();
      return claims.iss === issuer && claims.aud === audience && current ? claims : undefined;
    },
  };
}

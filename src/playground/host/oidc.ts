/**
 * The issuer of job identities (https://docs.github.com/actions/reference/security/oidc): RS256 tokens (RFC 7519,
 * RFC 7518), with a discovery document and the public key for whoever checks them.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
} from 'node:crypto';
import type { Context } from './context.ts';
import { rememberOnce } from './settings.ts';

/** GitHub's tokens are valid for this many seconds. */
const LIFETIME = 300;

/** Path of the issuer below the server's URL. */
export const OIDC_PATH = '/_services/token';

const issuerOf = (context: Context) => context.urls.server + OIDC_PATH;

function privateKey(context: Context) {
  const pem = rememberOnce(context, 'oidc-key', () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
  );
  return createPrivateKey(pem);
}

function publicJwk(context: Context): Readonly<Record<string, unknown>> {
  const { n, e } = createPublicKey(privateKey(context)).export({ format: 'jwk' });
  const thumbprint = createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
  return { kty: 'RSA', alg: 'RS256', use: 'sig', kid: thumbprint, n, e };
}

export function jwks(context: Context): Readonly<Record<string, unknown>> {
  return { keys: [publicJwk(context)] };
}

export function discovery(context: Context): Readonly<Record<string, unknown>> {
  const issuer = issuerOf(context);
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: CLAIMS,
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}

const CLAIMS = [
  'sub',
  'aud',
  'exp',
  'iat',
  'iss',
  'jti',
  'nbf',
  'ref',
  'sha',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'enterprise',
  'enterprise_id',
  'run_id',
  'run_number',
  'run_attempt',
  'actor',
  'actor_id',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'head_ref',
  'base_ref',
  'event_name',
  'ref_type',
  'ref_protected',
  'environment',
  'environment_node_id',
  'job_workflow_ref',
  'job_workflow_sha',
  'repository_visibility',
  'runner_environment',
  'issuer_scope',
  'check_run_id',
];

/** A signed token with these claims and the registered ones (`iss`, `aud`, `jti`, times in seconds since 1970). */
export function issueToken(
  context: Context,
  claims: Readonly<Record<string, unknown>>,
  audience: string,
): string {
  const now = Math.floor(context.now().getTime() / 1000);
  const header = { typ: 'JWT', alg: 'RS256', kid: publicJwk(context).kid };
  const payload = {
    ...claims,
    iss: issuerOf(context),
    aud: audience,
    jti: randomUUID(),
    nbf: now - 5,
    iat: now,
    exp: now + LIFETIME,
  };
  const text = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey(context)).toString('base64url')}`;
}

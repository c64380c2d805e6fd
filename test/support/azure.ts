/**
 * A small Azure of ours: Entra ID's token endpoint and the keys of one Key Vault, over TLS, as their references document
 * them (Microsoft identity platform, client credentials flow; Key Vault REST 7.4, Get Key and Sign). The emulators that
 * others made are not to be had from the package registries, or do not sign; a test holds this one against Azure's own client.
 */
import { randomBytes } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { p256 } from '@noble/curves/nist.js';
import { tokenIssuer } from './json-web-token.ts';
import { localhostCertificate, type OpensslKey, opensslKey, type ServiceKeyKind } from './openssl.ts';
import { type Reply, type ServiceCall, scriptedService } from './scripted-service.ts';
import { startWorkflowIdentity } from './workflow-identity.ts';

export const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = '66666666-7777-8888-9999-000000000000';
const RESOURCE = 'https://vault.azure.net';
const SUBJECT = 'repo:octo/repository:environment:online-signing';

interface AzureKey {
  readonly key: OpensslKey;
  readonly kty: string;
  operations: readonly string[];
  enabled: boolean;
}

export interface Azure {
  /** Host and port, for URIs. */
  readonly host: string;
  /** PEM of the certificate. */
  readonly certificate: string;
  readonly secret: string;
  /** Variables with which a signer logs in by its secret, or as the job of a workflow. */
  readonly withSecret: Readonly<Record<string, string>>;
  readonly inWorkflow: Readonly<Record<string, string>>;
  readonly permissions: Set<string>;
  readonly calls: readonly ServiceCall[];
  /** Name, newest version and key. */
  createKey(kind: ServiceKeyKind, kty?: string): Promise<{ readonly uri: string; readonly key: AzureKey }>;
  /** One more version of a key; its URI. */
  rotate(uri: string, kind: ServiceKeyKind): Promise<string>;
  issueToken(claims?: Readonly<Record<string, unknown>>): string;
}

const CURVES: { readonly [kind in ServiceKeyKind]?: string } = {
  'P-256': 'P-256',
  'P-384': 'P-384',
  secp256k1: 'P-256K',
};

/** Starts it; this process trusts its certificate from then on. */
export async function startAzure(): Promise<Azure> {
  const certificate = await localhostCertificate();
  setDefaultCACertificates([...getCACertificates(), certificate.cert]);
  const identity = await startWorkflowIdentity();
  const entra = tokenIssuer(`https://sts.windows.net/${TENANT}/`);
  const secret = randomBytes(20).toString('hex');
  const versions = new Map<string, Map<string, AzureKey>>();
  const permissions = new Set(['get', 'sign']);
  const issueToken = (claims = {}) => entra.issue({ aud: RESOURCE, tid: TENANT, appid: CLIENT, ...claims });

  const login = ({ text }: ServiceCall): Reply => {
    const form = new URLSearchParams(text);
    const refuse = (code: string, said: string) => ({
      status: 401,
      body: { error: 'invalid_client', error_description: `${code}: ${said} Trace ID: 0`, error_codes: [] },
    });
    if (form.get('grant_type') !== 'client_credentials' || form.get('client_id') !== CLIENT) {
      return refuse('AADSTS700016', 'Application was not found in the directory.');
    }
    if (form.get('scope') !== `${RESOURCE}/.default`) return refuse('AADSTS500011', 'Unknown resource.');
    const assertion = form.get('client_assertion');
    if (assertion === null && form.get('client_secret') !== secret) {
      return refuse('AADSTS7000215', 'Invalid client secret provided.');
    }
    const subject =
      assertion === null ? SUBJECT : identity.check(assertion, 'api://AzureADTokenExchange')?.sub;
    const kind = form.get('client_assertion_type') ?? '';
    if (subject !== SUBJECT || (assertion !== null && !kind.endsWith(':jwt-bearer'))) {
      return refuse('AADSTS700213', 'No matching federated identity record found for presented assertion.');
    }
    return { body: { token_type: 'Bearer', expires_in: 3599, access_token: issueToken() } };
  };

  const vault = async (call: ServiceCall): Promise<Reply> => {
    const url = new URL(call.path, 'https://localhost');
    const token = /^Bearer (\S+)$/.exec(call.headers.authorization ?? '')?.[1];
    if (token === undefined || !entra.check(token, RESOURCE)) {
      const challenge = `Bearer authorization="https://${call.headers.host}/${TENANT}", resource="${RESOURCE}"`;
      return {
        status: 401,
        body: { error: { code: 'Unauthorized' } },
        headers: { 'www-authenticate': challenge },
      };
    }
    const [, name = '', version = '', sign] =
      /^\/keys\/([^/]+)(?:\/([^/]*))?(\/sign)?$/.exec(url.pathname) ?? [];
    const action = sign ? 'sign' : 'get';
    if (!/^7\.\d$|^2025-/.test(url.searchParams.get('api-version') ?? ''))
      return failure(400, 'BadParameter', 'api-version');
    if (!permissions.has(action)) {
      const said = `Caller is not authorized to perform action on resource.\r\nAction: 'Microsoft.KeyVault/vaults/keys/${sign ? 'sign/action' : 'read'}'`;
      return failure(403, 'Forbidden', said, 'ForbiddenByRbac');
    }
    const all = versions.get(name);
    const id = version === '' ? [...(all?.keys() ?? [])].at(-1) : version;
    const found = all?.get(id ?? '');
    if (!found) return failure(404, 'KeyNotFound', `A key with (name/id) ${name}/${version} was not found.`);
    const kid = `https://${call.headers.host}/keys/${name}/${id}`;
    if (sign) return signature(kid, found, call.text);
    const { kind, publicJwk } = found.key;
    const key = { kid, ...publicJwk, kty: found.kty, key_ops: found.operations };
    const crv = CURVES[kind];
    const attributes = { enabled: found.enabled, created: 1, updated: 1, recoveryLevel: 'Purgeable' };
    return { body: { key: { ...key, ...(crv === undefined ? {} : { crv }) }, attributes } };
  };

  const service = await scriptedService((call) => {
    const path = new URL(call.path, 'https://localhost').pathname;
    if (path === `/${TENANT}/v2.0/.well-known/openid-configuration`) {
      const at = `https://${call.headers.host}/${TENANT}/oauth2/v2.0`;
      return {
        body: {
          ...{ token_endpoint: `${at}/token`, authorization_endpoint: `${at}/authorize` },
          ...{ issuer: `https://${call.headers.host}/${TENANT}/v2.0`, jwks_uri: `${at}/keys` },
        },
      };
    }
    return path === `/${TENANT}/oauth2/v2.0/token` ? login(call) : vault(call);
  }, certificate);

  const host = service.url.replace('https://', '');
  const shared = { AZURE_AUTHORITY_HOST: service.url, AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT };
  const add = async (name: string, kind: ServiceKeyKind, kty: string) => {
    const key: AzureKey = {
      ...{ key: await opensslKey(kind), kty, operations: ['sign', 'verify'], enabled: true },
    };
    const id = randomBytes(16).toString('hex');
    versions.set(name, (versions.get(name) ?? new Map()).set(id, key));
    return { uri: `azurekms://${host}/keys/${name}/${id}`, key };
  };
  return {
    ...{ host, certificate: certificate.cert, secret, permissions, calls: service.calls, issueToken },
    withSecret: { ...shared, AZURE_CLIENT_SECRET: secret },
    inWorkflow: { ...shared, ...identity.environment },
    createKey: (kind, kty = kind.startsWith('RSA') ? 'RSA' : 'EC') => add(`key-${versions.size}`, kind, kty),
    async rotate(uri, kind) {
      return (await add(uri.split('/').at(-2) ?? '', kind, 'EC')).uri;
    },
  };
}

function failure(status: number, code: string, message: string, inner?: string): Reply {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return { status, body: { error: { code, message, ...innererror } } };
}

async function signature(kid: string, { key, operations, enabled }: AzureKey, text: string): Promise<Reply> {
  const { alg, value } = JSON.parse(text);
  if (!enabled)
    return failure(403, 'Forbidden', 'Operation sign is not allowed on a disabled key.', 'KeyDisabled');
  if (!operations.includes('sign')) {
    return failure(403, 'Forbidden', 'Operation sign is not permitted on this key.', 'KeyOperationForbidden');
  }
  const digest = Buffer.from(value ?? '', 'base64url');
  const fits = alg === (key.kind === 'P-256' ? 'ES256' : 'PS256');
  if (!fits) return failure(400, 'BadParameter', `Key and signing algorithm are incompatible.`);
  if (digest.length !== 32)
    return failure(400, 'BadParameter', `Invalid length of 'value': ${digest.length}.`);
  const der = await key.sign(digest);
  const raw = alg === 'ES256' ? p256.Signature.fromBytes(der, 'der').toBytes('compact') : der;
  return { body: { kid, value: Buffer.from(raw).toString('base64url') } };
}

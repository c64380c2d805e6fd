/**
 * Requests to HashiCorp Vault or OpenBao, as their own command line makes them: address, token and certificate come from
 * `VAULT_ADDR`, `VAULT_TOKEN` or `~/.vault-token`, `VAULT_NAMESPACE` and `VAULT_CACERT` (or the same with `BAO_`).
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type SignerContext, SignerError } from '../signer.ts';
import { callService, type ServiceAnswer, type ServiceRequest } from './http.ts';
import { loginAdvice, member, saying } from './service.ts';

const LOGIN = {
  action: 'hashicorp/vault-action (with exportToken: true)',
  elsewhere: 'Log in with vault login, or set VAULT_TOKEN.',
};
const TLS_ADVICE =
  'If Vault has a certificate of your own authority, set VAULT_CACERT to the path of that authority (PEM).';
const LOCAL: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

type Method = ServiceRequest['method'];
/** One request below `/v1/`; the JSON of a success. @throws SignerError */
type AskVault = (method: Method, path: string, body?: unknown) => Promise<unknown>;

/** @throws SignerError where address, token or certificate are missing */
export async function connectVault(uri: string, context: SignerContext): Promise<AskVault> {
  const setting = (name: string) =>
    context.environment[`VAULT_${name}`] || context.environment[`BAO_${name}`] || undefined;
  const address = addressOf(setting('ADDR'), context);
  const namespace = setting('NAMESPACE');
  const headers = {
    'x-vault-token': await tokenOf(setting('TOKEN'), context.environment),
    'x-vault-request': 'true',
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  };
  const ca = await authorityOf(setting('CACERT'));
  const send = (method: Method, path: string, body?: unknown): Promise<ServiceAnswer> => {
    const url = new URL(`v1/${path}`, address);
    const shared = { service: 'Vault', method, url, headers, ca, tlsAdvice: TLS_ADVICE };
    return callService({ ...shared, ...(body === undefined ? {} : { body }) });
  };
  return async (method, path, body) => {
    const answer = await send(method, path, body);
    if (answer.status === 200) return answer.body;
    // "Permission denied" is all that Vault says of a token that it does not know as well.
    const known = answer.status !== 403 || (await send('GET', 'auth/token/lookup-self')).status === 200;
    throw vaultError(answer, { uri, method, path, known, environment: context.environment });
  };
}

function addressOf(address: string | undefined, { warn }: SignerContext): URL {
  if (address === undefined) {
    throw new SignerError(
      'credentials-missing',
      'The address of Vault is not known. Set VAULT_ADDR, such as https://vault.example.com:8200.',
    );
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new SignerError(
      'service-refused',
      'VAULT_ADDR is no https: address. Write one such as https://vault.example.com:8200.',
    );
  }
  if (url.protocol === 'http:' && !LOCAL.includes(url.hostname)) {
    warn(
      `VAULT_ADDR begins with http: so whoever is on the way to ${url.host} can read the token. Use https:.`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

async function tokenOf(
  token: string | undefined,
  environment: SignerContext['environment'],
): Promise<string> {
  if (token !== undefined) return token.trim();
  const file = join(environment.HOME || environment.USERPROFILE || homedir(), '.vault-token');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  throw new SignerError(
    'credentials-missing',
    `No token for Vault was found. ${loginAdvice(environment, LOGIN)}`,
  );
}

async function authorityOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const message = `The file ${path}, which VAULT_CACERT names, cannot be read. Check the path.`;
    throw new SignerError('service-unreachable', message, { cause });
  }
}

interface Asked {
  readonly uri: string;
  readonly method: Method;
  readonly path: string;
  /** Whether Vault knows the token. */
  readonly known: boolean;
  readonly environment: SignerContext['environment'];
}

function vaultError({ status, body, headers }: ServiceAnswer, asked: Asked): SignerError {
  const { uri, method, path, known, environment } = asked;
  const errors = member(body, 'errors');
  const said = saying(Array.isArray(errors) && errors.length > 0 ? errors.join('; ') : `status ${status}`);
  if (status === 403 && !known) {
    return new SignerError(
      'credentials-refused',
      `Vault does not accept the token: it is unknown or has expired. ${loginAdvice(environment, { ...LOGIN, action: `${LOGIN.action} again` })}`,
    );
  }
  if (status === 403) {
    const capability = method === 'POST' ? 'update' : 'read';
    return new SignerError(
      'permission-denied',
      `The token lacks the permission "${capability}" on ${path} for ${uri}. A policy of it has to say: path "${path}" { capabilities = ["${capability}"] }`,
    );
  }
  if (status === 404 || /key not found|no handler for route|unsupported path/.test(said)) {
    return new SignerError(
      'key-missing',
      `Vault has no key at ${path} for ${uri}. Check the name, VAULT_NAMESPACE, and that the engine is there: vault secrets enable transit`,
    );
  }
  if (/minimum encryption key version|version is disallowed|minimum available/.test(said)) {
    return new SignerError(
      'key-disabled',
      `Vault lets this version of the key sign no longer, for ${uri}. Lower min_encryption_version (vault write transit/keys/<name>/config), or use a newer version.`,
    );
  }
  if (/sealed/i.test(said)) {
    return new SignerError(
      'service-busy',
      'Vault is sealed. It has to be unsealed before it signs: vault operator unseal',
    );
  }
  if (status >= 300 && status < 400) {
    const elsewhere = saying(headers.location);
    return new SignerError(
      'service-refused',
      `Vault answers from another address: set VAULT_ADDR to the one in ${elsewhere}`,
    );
  }
  if (status === 429 || status >= 500) {
    return new SignerError(
      'service-busy',
      `Vault is too busy for ${uri}, after several tries. Wait a minute, then try again. (${said})`,
    );
  }
  return new SignerError('service-refused', `Vault refused to work with ${uri}: ${said}`);
}

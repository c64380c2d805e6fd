/** Keys and signatures made by the `openssl` program: what a key service does inside, in code that is not ours. */
import { execFile, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './git.ts';

const run = promisify(execFile);

export const opensslIsThere = spawnSync('openssl', ['version']).status === 0;
if (!opensslIsThere) console.warn('skipped: openssl is not installed');

export type ServiceKeyKind = 'P-256' | 'P-384' | 'secp256k1' | 'Ed25519' | 'RSA-2048' | 'RSA-3072';

export interface OpensslKey {
  readonly kind: ServiceKeyKind;
  /** SubjectPublicKeyInfo. */
  readonly publicPem: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** Signs the content where the kind is Ed25519, a SHA-256 otherwise; RSA is PSS with a salt of 32 bytes. */
  sign(input: Uint8Array): Promise<Buffer>;
}

const OPTIONS: { readonly [kind in ServiceKeyKind]: readonly string[] } = {
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  secp256k1: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
  Ed25519: ['-algorithm', 'Ed25519'],
  'RSA-2048': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'RSA-3072': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
};
const PSS = ['digest:sha256', 'rsa_padding_mode:pss', 'rsa_pss_saltlen:32'].flatMap((o) => ['-pkeyopt', o]);

export async function opensslKey(kind: ServiceKeyKind): Promise<OpensslKey> {
  const folder = temporaryFolder();
  const file = join(folder, 'key.pem');
  await run('openssl', ['genpkey', ...OPTIONS[kind], '-out', file]);
  const publicPem = (await run('openssl', ['pkey', '-in', file, '-pubout'])).stdout;
  let signatures = 0;
  return {
    kind,
    publicPem,
    publicJwk: { ...createPublicKey(publicPem).export({ format: 'jwk' }) },
    async sign(input) {
      const at = join(folder, `${++signatures}`);
      writeFileSync(at, input);
      const how = kind === 'Ed25519' ? ['-rawin'] : kind.startsWith('RSA') ? PSS : [];
      await run('openssl', ['pkeyutl', '-sign', '-inkey', file, '-in', at, '-out', `${at}.sig`, ...how]);
      return readFileSync(`${at}.sig`);
    },
  };
}

/** A certificate for localhost, its own authority. */
export async function localhostCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const folder = temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
  ]);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

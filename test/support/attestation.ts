/** Attestations in the form of Yubico's, made by openssl: a vendor's root, a device, and what it says of a key. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttestationRequest } from '../../src/signers/attestation.ts';
import { keyFromSpki } from '../../src/tuf/key.ts';
import { temporaryFolder } from '../signers/helpers.ts';

const DAY = 86_400_000;
/** Tomorrow: what is made in the tests is valid then. */
export const now = new Date(Date.now() + DAY);
export const later = (days: number) => new Date(now.getTime() + days * DAY);

interface Made {
  readonly pem: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

interface Wanted {
  readonly subject: string;
  readonly issuer?: Made;
  readonly extensions: readonly string[];
  readonly days?: number;
  readonly key?: readonly string[];
  /** A key that is there already. */
  readonly keyFile?: string;
  readonly digest?: string;
}

const P256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const RSA = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
export const AUTHORITY = ['basicConstraints=critical,CA:TRUE'];
export const DEVICE = ['basicConstraints=critical,CA:TRUE,pathlen:0'];

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

/** A key pair and a certificate for it, signed by `issuer` or by itself. */
export function certificate(wanted: Wanted): Made {
  const folder = temporaryFolder();
  const [keyFile, certificateFile, extensions, publicFile] = [
    'key',
    'certificate',
    'extensions',
    'public',
  ].map((name) => join(folder, name)) as [string, string, string, string];
  if (wanted.keyFile) copyFileSync(wanted.keyFile, keyFile);
  else openssl('genpkey', ...(wanted.key ?? P256), '-out', keyFile);
  openssl('pkey', '-in', keyFile, '-pubout', '-out', publicFile);
  writeFileSync(extensions, wanted.extensions.join('\n'));
  const { issuer } = wanted;
  const signer = issuer ? ['-CA', issuer.certificateFile, '-CAkey', issuer.keyFile] : ['-key', keyFile];
  openssl(
    ...['x509', '-new', '-subj', wanted.subject, '-force_pubkey', publicFile, ...signer],
    ...['-days', `${wanted.days ?? 1000}`, `-${wanted.digest ?? 'sha256'}`],
    ...['-extfile', extensions, '-out', certificateFile],
  );
  return { pem: readFileSync(certificateFile, 'utf8'), certificateFile, keyFile };
}

export function publicKeyOf({ keyFile }: Made) {
  return keyFromSpki(execFileSync('openssl', ['pkey', '-in', keyFile, '-pubout']).toString());
}

/** What a YubiKey writes: 5.7.1, serial number 15835999, PIN once, touch always, USB-A keychain. */
export const YUBIKEY = {
  '3': '05:07:01',
  '7': '02:04:00:F1:A3:5F',
  '8': '02:02',
  '9': '01',
} as const;

export function extensionsOf(values: { readonly [number: string]: string }): string[] {
  return Object.entries(values).map(([number, bytes]) => `1.3.6.1.4.1.41482.3.${number}=DER:${bytes}`);
}

export const ATTESTATION = '/CN=YubiKey PIV Attestation 9c';

/** A vendor's root, a device, and its attestation of a key, in the form of Yubico's. */
export function chain(
  change: {
    readonly device?: Partial<Wanted>;
    readonly leaf?: Partial<Wanted>;
    readonly root?: Partial<Wanted>;
  } = {},
) {
  const root = certificate({
    subject: '/CN=Yubico PIV Root CA Serial 263751',
    extensions: ['basicConstraints=critical,CA:TRUE,pathlen:1', 'keyUsage=critical,keyCertSign,cRLSign'],
    key: RSA,
    ...change.root,
  });
  const device = certificate({
    subject: '/CN=Yubico PIV Attestation',
    issuer: root,
    extensions: DEVICE,
    ...change.device,
  });
  const leaf = certificate({
    subject: ATTESTATION,
    issuer: device,
    extensions: extensionsOf(YUBIKEY),
    ...change.leaf,
  });
  const request: AttestationRequest = {
    certificates: leaf.pem + device.pem,
    roots: root.pem,
    key: publicKeyOf(leaf),
    now,
  };
  return { root, device, leaf, request };
}

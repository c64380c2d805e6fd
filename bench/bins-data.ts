/**
 * What both sides of the benchmark of hashed bins are given: the same artifacts, the same delegation (succinct roles,
 * TAP 15) and the same key, and what each side has to be able to do with them.
 */
import { createPrivateKey, createPublicKey, hash } from 'node:crypto';

/** The size of a run. */
export interface BinsSize {
  /** The number of bins is 2 to this power. */
  readonly bitLength: number;
  readonly targetsPerBin: number;
}

export interface Artifact {
  readonly path: string;
  readonly file: { readonly hashes: { readonly sha256: string }; readonly length: number };
}

/** What a load found; both sides must find the same. */
export interface Tally {
  readonly bins: number;
  readonly verified: number;
  readonly targets: number;
  /** Sum of the lengths of all artifacts in bytes, so that every entry has been looked at. */
  readonly bytes: number;
}

/** One way to do the work. `Bins` is what `assign` gives to `signAndWrite`. */
export interface BinsSide<Bins> {
  assign(artifacts: readonly Artifact[], bitLength: number): Bins;
  signAndWrite(bins: Bins, folder: string, privateKeyPem: string): void;
  loadAndVerify(folder: string, bitLength: number, privateKeyPem: string): Promise<Tally>;
}

export const NAME_PREFIX = 'bin';
export const EXPIRES = '2100-01-01T00:00:00Z';

/** As many artifacts as the bins hold, in ascending order of their paths, as a listing of a folder or a tree gives them. */
export function artifactsFor({ bitLength, targetsPerBin }: BinsSize): readonly Artifact[] {
  return Array.from({ length: 2 ** bitLength * targetsPerBin }, (_, number) => {
    const path = `packages/p${String(number).padStart(8, '0')}/archive.tar.gz`;
    return {
      path,
      file: { hashes: { sha256: hash('sha256', `content of ${path}`) }, length: 1000 + (number % 9000) },
    };
  });
}

/** The 32 bytes of the Ed25519 public key, in hex as TUF writes it. */
export function publicKeyHex(privateKeyPem: string): string {
  const { x = '' } = createPublicKey(createPrivateKey(privateKeyPem)).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('hex');
}

/** The text by whose hash TUF identifies an Ed25519 key: its canonical form. */
export function keyidOf(publicHex: string): string {
  return hash('sha256', `{"keytype":"ed25519","keyval":{"public":"${publicHex}"},"scheme":"ed25519"}`);
}

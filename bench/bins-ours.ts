/** Hashed bins with the functions of this project: nothing is left out that the commands do to a file. */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PERIODS, emptyTargets } from '../src/repository/edit.ts';
import { binForPath, binNames, type SuccinctRoles } from '../src/tuf/delegations.ts';
import { computeKeyid, type Key } from '../src/tuf/key.ts';
import { formatMetadata, type Metadata, parseMetadata, signedBytes } from '../src/tuf/metadata.ts';
import type { TargetFile } from '../src/tuf/targets.ts';
import { verifyThreshold } from '../src/tuf/threshold.ts';
import { type BinsSide, EXPIRES, NAME_PREFIX, publicKeyHex } from './bins-data.ts';

type Bins = ReadonlyMap<string, { [path: string]: TargetFile }>;

function delegation(bitLength: number, privateKeyPem: string) {
  const key: Key = {
    keytype: 'ed25519',
    scheme: 'ed25519',
    keyval: { public: publicKeyHex(privateKeyPem) },
  };
  const keyid = computeKeyid(key);
  return { keyid, keys: { [keyid]: key }, roles: succinctRoles(bitLength, [keyid]) };
}

function succinctRoles(bitLength: number, keyids: readonly string[]): SuccinctRoles {
  return { bit_length: bitLength, name_prefix: NAME_PREFIX, keyids, threshold: 1 };
}

export const ours: BinsSide<Bins> = {
  assign(artifacts, bitLength) {
    const roles = succinctRoles(bitLength, []);
    const bins = new Map<string, { [path: string]: TargetFile }>();
    for (const name of binNames(roles)) bins.set(name, {});
    for (const { path, file } of artifacts) {
      const targets = bins.get(binForPath(roles, path));
      if (targets) targets[path] = file;
    }
    return bins;
  },

  signAndWrite(bins, folder, privateKeyPem) {
    const privateKey = createPrivateKey(privateKeyPem);
    const { keyid } = delegation(Math.log2(bins.size), privateKeyPem);
    for (const [name, targets] of bins) {
      const signed = { ...emptyTargets(DEFAULT_PERIODS), version: 1, expires: EXPIRES, targets };
      const sig = sign(null, signedBytes({ signatures: [], signed }), privateKey).toString('hex');
      const metadata: Metadata = { signatures: [{ keyid, sig }], signed };
      writeFileSync(join(folder, `${name}.json`), formatMetadata(metadata));
    }
  },

  async loadAndVerify(folder, bitLength, privateKeyPem) {
    const { roles, keys } = delegation(bitLength, privateKeyPem);
    const tally = { bins: 0, verified: 0, targets: 0, bytes: 0 };
    for (const name of binNames(roles)) {
      const metadata = parseMetadata(readFileSync(join(folder, `${name}.json`)), 'targets');
      tally.bins++;
      if ((await verifyThreshold(metadata, roles, keys)).met) tally.verified++;
      for (const { length } of Object.values(metadata.signed.targets)) {
        tally.targets++;
        tally.bytes += length;
      }
    }
    return tally;
  },
};

/**
 * Hashed bins by a bare loop: JSON.parse and JSON.stringify, Ed25519 of `node:crypto`, and no check of anything but the
 * signature. It knows in advance what the data is like (sorted, ASCII, no control characters), so that what
 * JSON.stringify writes is the canonical form; a loop like this could not read what a stranger wrote.
 */
import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Artifact, type BinsSide, EXPIRES, keyidOf, NAME_PREFIX, publicKeyHex } from './bins-data.ts';

type Bins = readonly { [path: string]: Artifact['file'] }[];

interface File {
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
  readonly signed: { readonly targets: Bins[number] };
}

function fileName(number: number, bins: number): string {
  return `${NAME_PREFIX}-${number.toString(16).padStart((bins - 1).toString(16).length, '0')}.json`;
}

export const bare: BinsSide<Bins> = {
  assign(artifacts, bitLength) {
    const bins: { [path: string]: Artifact['file'] }[] = Array.from({ length: 2 ** bitLength }, () => ({}));
    for (const { path, file } of artifacts) {
      const targets = bins[Number.parseInt(hash('sha256', path).slice(0, 8), 16) >>> (32 - bitLength)];
      if (targets) targets[path] = file;
    }
    return bins;
  },

  signAndWrite(bins, folder, privateKeyPem) {
    const privateKey = createPrivateKey(privateKeyPem);
    const keyid = keyidOf(publicKeyHex(privateKeyPem));
    for (const [number, targets] of bins.entries()) {
      const signed = {
        _type: 'targets',
        expires: EXPIRES,
        spec_version: '1.0.0',
        targets,
        version: 1,
        'x-tuf-on-ci-expiry-period': 365,
        'x-tuf-on-ci-signing-period': 60,
      };
      const sig = sign(null, Buffer.from(JSON.stringify(signed)), privateKey).toString('hex');
      const file: File = { signatures: [{ keyid, sig }], signed };
      writeFileSync(join(folder, fileName(number, bins.length)), JSON.stringify(file, null, 1));
    }
  },

  async loadAndVerify(folder, bitLength, privateKeyPem) {
    const publicKey = createPublicKey(createPrivateKey(privateKeyPem));
    const count = 2 ** bitLength;
    const tally = { bins: 0, verified: 0, targets: 0, bytes: 0 };
    for (let number = 0; number < count; number++) {
      const file: File = JSON.parse(readFileSync(join(folder, fileName(number, count)), 'utf8'));
      tally.bins++;
      const signature = Buffer.from(file.signatures[0]?.sig ?? '', 'hex');
      if (verify(null, Buffer.from(JSON.stringify(file.signed)), publicKey, signature)) tally.verified++;
      for (const { length } of Object.values(file.signed.targets)) {
        tally.targets++;
        tally.bytes += length;
      }
    }
    return tally;
  },
};

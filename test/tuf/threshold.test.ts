/** Thresholds: who is counted, who is not and why, and how one root vouches for the next. */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { type MetadataKind, Metadata as TufjsMetadata } from '@tufjs/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeKeyid, type Key, keyFromSpki } from '../../src/tuf/key.ts';
import { type Metadata, type Signature, signedBytes } from '../../src/tuf/metadata.ts';
import type { Root } from '../../src/tuf/root.ts';
import { verifyRootSuccession, verifyThreshold } from '../../src/tuf/threshold.ts';

interface Pair {
  readonly privateKey: KeyObject;
  readonly key: Key;
  readonly keyid: string;
  /** The public key in PEM form, which stands for the same key. */
  readonly pem: string;
}

function pair(name: string): Pair {
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    hash('sha256', name, 'buffer'),
  ]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const key = keyFromSpki(publicKey.export({ type: 'spki', format: 'der' }));
  return {
    privateKey,
    key,
    keyid: computeKeyid(key),
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const PAIRS = ['one', 'two', 'three', 'four'].map(pair);
const [ONE, TWO, THREE] = PAIRS as unknown as [Pair, Pair, Pair];

function book(pairs: readonly Pair[]): Record<string, Key> {
  return Object.fromEntries(pairs.map(({ keyid, key }) => [keyid, key]));
}

function root(fields: Partial<Root> & { readonly pairs: readonly Pair[]; readonly threshold: number }): Root {
  const { pairs, threshold, ...more } = fields;
  const entry = { keyids: pairs.map(({ keyid }) => keyid), threshold };
  const roles = { root: entry, targets: entry, snapshot: entry, timestamp: entry };
  const common = { spec_version: '1.0.0', version: 1, expires: '2040-01-01T00:00:00Z' };
  return { _type: 'root', ...common, consistent_snapshot: true, keys: book(pairs), roles, ...more };
}

function signature(signed: Root, by: Pair, keyid = by.keyid): Signature {
  const bytes = signedBytes({ signatures: [], signed });
  return { keyid, sig: sign(null, bytes, by.privateKey).toString('hex') };
}

function signedBy(signed: Root, pairs: readonly Pair[]): Metadata<Root> {
  return { signed, signatures: pairs.map((one) => signature(signed, one)) };
}

const SIGNED = root({ pairs: PAIRS, threshold: 2 });
const keyids = (pairs: readonly Pair[]) => pairs.map(({ keyid }) => keyid);

describe('a threshold', () => {
  it('is met by that many signatures, and tells who signed and who did not', async () => {
    const role = { keyids: keyids([ONE, TWO, THREE]), threshold: 2 };
    const result = await verifyThreshold(signedBy(SIGNED, [THREE, ONE]), role, book(PAIRS));
    expect(result).toMatchObject({ threshold: 2, count: 2, met: true, others: [] });
    expect(result.keys.map(({ status }) => status)).toEqual(['signed', 'unsigned', 'signed']);
    const one = await verifyThreshold(signedBy(SIGNED, [THREE]), role, book(PAIRS));
    expect(one).toMatchObject({ count: 1, met: false });
  });

  it.each([0, -1])('of %d is never met', async (threshold) => {
    const role = { keyids: keyids([ONE]), threshold };
    expect(await verifyThreshold(signedBy(SIGNED, [ONE]), role, book(PAIRS))).toMatchObject({
      count: 1,
      met: false,
    });
    expect(
      await verifyThreshold({ signed: SIGNED, signatures: [] }, { ...role, keyids: [] }, {}),
    ).toMatchObject({ met: false });
  });

  it('counts one public key once, whatever number of keyids and forms it stands in', async () => {
    const forms: Record<string, Key> = {
      [ONE.keyid]: ONE.key,
      other: { ...ONE.key, 'x-note': 'mine too' },
      pem: { ...ONE.key, keyval: { public: ONE.pem } },
      upper: { ...ONE.key, keyval: { public: String(ONE.key.keyval.public).toUpperCase() } },
    };
    const signatures = Object.keys(forms).map((keyid) => signature(SIGNED, ONE, keyid));
    const role = { keyids: Object.keys(forms), threshold: 2 };
    const result = await verifyThreshold({ signed: SIGNED, signatures }, role, forms);
    expect(result.keys.map(({ status }) => status)).toEqual(['signed', 'signed', 'signed', 'signed']);
    expect(result).toMatchObject({ count: 1, met: false });
  });

  it('counts a keyid once that stands twice', async () => {
    const role = { keyids: [ONE.keyid, ONE.keyid], threshold: 2 };
    const twice = signedBy(SIGNED, [ONE, ONE]);
    expect(await verifyThreshold(twice, role, book(PAIRS))).toMatchObject({
      count: 1,
      met: false,
      keys: [{}],
    });
  });

  it('takes no signature of a key that is not the role’s, and names it', async () => {
    const role = { keyids: keyids([ONE]), threshold: 1 };
    const result = await verifyThreshold(signedBy(SIGNED, [TWO]), role, book(PAIRS));
    expect(result).toMatchObject({ count: 0, met: false, others: [TWO.keyid] });
  });

  it('takes no signature under the keyid of somebody else, and says why', async () => {
    const role = { keyids: keyids([ONE]), threshold: 1 };
    const signatures = [signature(SIGNED, TWO, ONE.keyid)];
    const { keys, met } = await verifyThreshold({ signed: SIGNED, signatures }, role, book(PAIRS));
    expect(met).toBe(false);
    expect(keys).toMatchObject([{ status: 'invalid', reason: expect.stringContaining('does not match') }]);
  });

  it('takes no signature of another content', async () => {
    const role = { keyids: keyids([ONE]), threshold: 1 };
    const { signatures } = signedBy(SIGNED, [ONE]);
    const changed = { signed: { ...SIGNED, version: 2 }, signatures };
    expect((await verifyThreshold(changed, role, book(PAIRS))).met).toBe(false);
  });

  it('waits for a signature that is empty, and looks past one where the keyid stands twice', async () => {
    const role = { keyids: keyids([ONE]), threshold: 1 };
    const empty = { keyid: ONE.keyid, sig: '' };
    const waiting = await verifyThreshold({ signed: SIGNED, signatures: [empty] }, role, book(PAIRS));
    expect(waiting.keys).toMatchObject([{ status: 'unsigned' }]);
    const both = { signed: SIGNED, signatures: [empty, signature(SIGNED, ONE)] };
    expect(await verifyThreshold(both, role, book(PAIRS))).toMatchObject({ met: true });
  });

  it.each(['ff', 'constructor', '__proto__', 'toString'])(
    'counts nothing for a keyid without a key: %s',
    async (keyid) => {
      const role = { keyids: [keyid], threshold: 1 };
      const signatures = [{ keyid, sig: 'ab'.repeat(64) }];
      const result = await verifyThreshold({ signed: SIGNED, signatures }, role, book(PAIRS));
      expect(result).toMatchObject({ met: false, keys: [{ key: undefined, status: 'invalid' }] });
    },
  );

  it('is met exactly where @tufjs/models says so', async () => {
    const who = fc.subarray(PAIRS);
    await fc.assert(
      fc.asyncProperty(
        who,
        who,
        who,
        fc.integer({ min: 1, max: 4 }),
        async (named, given, signers, threshold) => {
          const entry = { keyids: keyids(named), threshold };
          const delegator = root({ pairs: PAIRS, threshold: 1 });
          const by: Root = { ...delegator, keys: book(given), roles: { ...delegator.roles, root: entry } };
          const metadata = signedBy(SIGNED, signers);
          const read = (value: object) =>
            TufjsMetadata.fromJSON(
              'root' as MetadataKind.Root,
              value as Parameters<typeof TufjsMetadata.fromJSON>[1],
            );
          let theirs = true;
          try {
            read({ signed: by, signatures: [] }).verifyDelegate('root', read(metadata));
          } catch {
            theirs = false;
          }
          expect((await verifyThreshold(metadata, entry, by.keys)).met).toBe(theirs);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the step from one root to the next', () => {
  const old = signedBy(root({ pairs: [ONE, TWO], threshold: 2 }), [ONE, TWO]);
  const next = root({ pairs: [TWO, THREE], threshold: 1, version: 2 });

  it('needs the signers of the old root and of the new one', async () => {
    expect(await verifyRootSuccession(old, signedBy(next, [ONE, TWO]))).toMatchObject({ ok: true });
    const byNew = await verifyRootSuccession(old, signedBy(next, [TWO, THREE]));
    expect(byNew).toMatchObject({ ok: false, old: { count: 1, met: false }, new: { met: true } });
    const other = root({ pairs: [THREE], threshold: 1, version: 2 });
    const byOld = await verifyRootSuccession(old, signedBy(other, [ONE, TWO]));
    expect(byOld).toMatchObject({ ok: false, old: { met: true }, new: { met: false } });
  });

  it('goes up by exactly one version', async () => {
    for (const version of [0, 1, 3]) {
      const jump = root({ pairs: [ONE, TWO], threshold: 2, version });
      const step = await verifyRootSuccession(old, signedBy(jump, [ONE, TWO]));
      expect(step).toMatchObject({ ok: false, versionFollows: false, old: { met: true } });
    }
  });

  it('may be made from a root that has expired', async () => {
    const expired = root({ pairs: [ONE, TWO], threshold: 2, expires: '2001-01-01T00:00:00Z' });
    expect((await verifyRootSuccession(signedBy(expired, [ONE, TWO]), signedBy(next, [ONE, TWO]))).ok).toBe(
      true,
    );
  });

  it('needs the own signers alone where there is no root before', async () => {
    expect(await verifyRootSuccession(undefined, old)).toMatchObject({ ok: true, old: undefined });
    expect((await verifyRootSuccession(undefined, signedBy(old.signed, [ONE]))).ok).toBe(false);
  });
});

import { createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hashes, verify as lenientVerify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { canonicalize as tufjsCanonicalize } from '@tufjs/canonical-json';
import { Key as TufjsKey } from '@tufjs/models';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../src/tuf/canonical.ts';
import { type Key, keyFromSpki, parseKey } from '../../src/tuf/key.ts';
import { verifySignature } from '../../src/tuf/signature.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const hasData = existsSync(new URL('sigstore-root-signing/', DATA));
if (!hasData) console.warn('skipped: the real repositories (../shared/data) are not there');

interface Delegator {
  keys: Record<string, Key>;
  keyids: string[];
}
// biome-ignore lint/suspicious/noExplicitAny: metadata straight from the file, so that no code of ours stands between.
type Raw = any;

/** What @tufjs/models says of this signature under this key. */
function tufjsAccepts(keyid: string, key: Raw, signed: Raw, sig: string): boolean {
  try {
    const metadata = { signatures: { [keyid]: { sig } }, signed: { toJSON: () => signed } };
    TufjsKey.fromJSON(keyid, key).verifySignature(
      metadata as unknown as Parameters<TufjsKey['verifySignature']>[0],
    );
    return true;
  } catch {
    return false;
  }
}

/** The same by others than us: @tufjs/models, and for ML-DSA, which it does not know, TAP 21 written out once more. */
function othersAccept(keyid: string, key: Raw, signed: Raw, sig: string): boolean {
  if (key.keytype !== 'ml-dsa') return tufjsAccepts(keyid, key, signed, sig);
  const digest = hash('sha512', Buffer.from(tufjsCanonicalize(signed)), 'buffer');
  const message = Buffer.concat([Buffer.from('tuf\x01'), digest]);
  return verify(null, message, createPublicKey(key.keyval.public), Buffer.from(sig, 'hex'));
}

/** Each file of a repository with the roles that speak for it: [name, file, delegators]. */
function filesOf(repository: string): [name: string, file: Raw, delegators: Delegator[]][] {
  const folder = new URL(`${repository}/metadata/`, DATA);
  const read = (name: string): Raw => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  const byRoot = (root: Raw, role: string) => ({
    keys: root.signed.keys,
    keyids: root.signed.roles[role].keyids,
  });
  const files: ReturnType<typeof filesOf> = [];
  const versions = readdirSync(new URL('root_history/', folder)).length;
  for (let version = 1; version <= versions; version++) {
    const root = read(`root_history/${version}.root.json`);
    const delegators = [byRoot(root, 'root')];
    if (version > 1) delegators.push(byRoot(read(`root_history/${version - 1}.root.json`), 'root'));
    files.push([`root ${version}`, root, delegators]);
  }
  const newest = read('root.json');
  for (const role of ['targets', 'snapshot', 'timestamp']) {
    files.push([role, read(`${role}.json`), [byRoot(newest, role)]]);
  }
  const { delegations } = read('targets.json').signed;
  for (const role of delegations?.roles ?? []) {
    files.push([role.name, read(`${role.name}.json`), [{ keys: delegations.keys, keyids: role.keyids }]]);
  }
  return files;
}

describe.skipIf(!hasData)('the signatures of real repositories', () => {
  it.each([
    ['sigstore-root-signing', 60],
    ['tuf-demo', 10],
    ['pqc-test-repo', 4],
  ])('count exactly where others count them: %s', async (repository, least) => {
    let accepted = 0;
    for (const [name, file, delegators] of filesOf(repository)) {
      const message = canonicalize(file.signed);
      for (const { keys, keyids } of delegators) {
        for (const { keyid, sig } of file.signatures as { keyid: string; sig: string }[]) {
          for (const [candidate, value] of Object.entries(keys)) {
            const key = parseKey(value as unknown as Parameters<typeof parseKey>[0], name);
            const check = await verifySignature(key, message, sig);
            const place = `${name}: ${keyid.slice(0, 8)} under ${candidate.slice(0, 8)}`;
            expect([place, check.valid]).toEqual([place, othersAccept(candidate, key, file.signed, sig)]);
            if (sig === '') expect(check).toMatchObject({ valid: false, code: 'unsigned' });
            else if (candidate === keyid && keyids.includes(keyid))
              expect([place, check.valid]).toEqual([place, true]);
            if (check.valid) accepted++;
          }
        }
      }
    }
    expect(accepted).toBeGreaterThanOrEqual(least);
  });

  it('stop counting when one character of what is signed changes', async () => {
    for (const [, file, [delegator]] of [...filesOf('tuf-demo'), ...filesOf('pqc-test-repo')]) {
      const message = canonicalize({ ...file.signed, version: file.signed.version + 1 });
      for (const { keyid, sig } of file.signatures) {
        const key = delegator?.keys[keyid];
        if (key && sig)
          expect(await verifySignature(key, message, sig)).toMatchObject({ code: 'does-not-verify' });
      }
    }
  });
});

describe('a signature', () => {
  hashes.sha512 = sha512;
  const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
  const message = new TextEncoder().encode('message');
  const pair = generateKeyPairSync('ed25519');
  const key = keyFromSpki(pair.publicKey.export({ type: 'spki', format: 'der' }));
  const sig = sign(null, message, pair.privateKey).toString('hex');

  it('that is right is valid, in hex of either case', async () => {
    expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
    expect(await verifySignature(key, message, sig.toUpperCase())).toEqual({ valid: true });
  });

  it('is checked at once on Node, without a promise', () => {
    expect(verifySignature(key, message, sig)).toEqual({ valid: true });
  });

  it.each([
    ['empty', '', 'unsigned'],
    ['half a byte short', sig.slice(1), 'not-hex'],
    ['followed by text, which Node would cut off', `${sig}zz`, 'not-hex'],
    ['with a newline', `${sig}\n`, 'not-hex'],
    ['base64', Buffer.from(sig, 'hex').toString('base64'), 'not-hex'],
    ['a byte short', sig.slice(2), 'does-not-verify'],
    ['a byte too long', `${sig}00`, 'does-not-verify'],
    ['of another message', sign(null, new Uint8Array(1), pair.privateKey).toString('hex'), 'does-not-verify'],
    ['megabytes long', '00'.repeat(2_000_000), 'does-not-verify'],
  ])('that is %s is refused with its own code', async (_what, hostile, code) => {
    const check = await verifySignature(key, message, hostile);
    expect(check).toMatchObject({ valid: false, code, reason: expect.stringMatching(/.{10}/) });
  });

  it('by a key that cannot be used says so', async () => {
    const of = async (keytype: string, scheme: string, text: string) =>
      verifySignature({ keytype, scheme, keyval: { public: text } }, message, sig);
    expect(await of('ed25519', 'ed25519', 'zz')).toMatchObject({ code: 'invalid-key' });
    expect(await of('hasOwnProperty', '__proto__', 'zz')).toMatchObject({ code: 'unsupported-key' });
    // Anyone can make a signature under the identity: R is the base point and S is 1, for every message.
    const anyones = `58${'66'.repeat(31)}01${'00'.repeat(31)}`;
    const identity: Key = {
      keytype: 'ed25519',
      scheme: 'ed25519',
      keyval: { public: `01${'00'.repeat(31)}` },
    };
    expect(await verifySignature(identity, message, anyones)).toMatchObject({ code: 'weak-key' });
    expect(lenientVerify(bytesOf(anyones), message, bytesOf(identity.keyval.public ?? ''))).toBe(true);
  });
});

describe.each(['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const)('a signature of %s', (set) => {
  const message = new TextEncoder().encode('{"_type":"root"}');
  const pair = generateKeyPairSync(set as 'ml-dsa-44');
  const key = keyFromSpki(pair.publicKey.export({ type: 'spki', format: 'der' }));
  const digest = hash('sha512', message, 'buffer');
  const over = (...parts: (string | Uint8Array)[]) =>
    sign(null, Buffer.concat(parts.map((part) => Buffer.from(part))), pair.privateKey).toString('hex');
  const sig = over('tuf\x01', digest);

  it('covers the 68 bytes of TAP 21, and nothing else passes', async () => {
    expect(await verifySignature(key, message, sig)).toEqual({ valid: true });
    for (const other of [
      over(message),
      over(digest),
      over('tuf', digest),
      over('tuf\x02', digest),
      over('TUF\x01', digest),
      over('tuf\x01', hash('sha512', message, 'hex')),
      over('tuf\x01', hash('sha256', message, 'buffer')),
      over('tuf\x01', message),
    ])
      expect(await verifySignature(key, message, other)).toMatchObject({ code: 'does-not-verify' });
    expect(await verifySignature(key, new Uint8Array(3), sig)).toMatchObject({ code: 'does-not-verify' });
  });

  it.each([
    ['empty', '', 'unsigned'],
    ['base64', Buffer.from(sig, 'hex').toString('base64'), 'not-hex'],
    ['a byte short', sig.slice(2), 'does-not-verify'],
    ['a byte too long', `${sig}00`, 'does-not-verify'],
    ['all zero', '0'.repeat(sig.length), 'does-not-verify'],
  ])('that is %s is refused with its own code', async (_what, hostile, code) => {
    expect(await verifySignature(key, message, hostile)).toMatchObject({ valid: false, code });
  });

  it('counts under no other parameter set, and under no other version', async () => {
    for (const scheme of ['ml-dsa-44/1', 'ml-dsa-65/1', 'ml-dsa-87/1'].filter((name) => name !== key.scheme))
      expect(await verifySignature({ ...key, scheme }, message, sig)).toMatchObject({ code: 'invalid-key' });
    for (const scheme of [set, `${set}/0`, `${set}/2`, `${set}/1 `])
      expect(await verifySignature({ ...key, scheme }, message, sig)).toMatchObject({
        code: 'unsupported-key',
      });
  });
});

/** Online roles with several keys: which of them sign, and what is said where too few can. */
import { beforeAll, describe, expect, it } from 'vitest';
import { signOnline } from '../../src/repository/online.ts';
import { onlineOf } from '../../src/repository/online-state.ts';
import { generateKey } from '../../src/signers/generate.ts';
import { openPrivateKey } from '../../src/signers/private-key.ts';
import { type Signer, SignerError } from '../../src/signers/signer.ts';
import { ONLINE_URI } from '../../src/tuf/custom-fields.ts';
import { computeKeyid, type Key } from '../../src/tuf/key.ts';
import { formatMetadata } from '../../src/tuf/metadata.ts';
import type { Root } from '../../src/tuf/root.ts';
import { type Files, memoryState } from '../support/memory-tree.ts';
import { judge, memorySigner, NOW, rewrite, signedRepository } from '../support/signed-repository.ts';

type Named = Readonly<Record<string, Signer>>;

/** One key of each kind that a cloud or a file gives. */
async function keysOfAllKinds(): Promise<Named> {
  const open = async (name: string, type: Parameters<typeof generateKey>[0]['type']) => {
    const source = { advice: '', warn: () => undefined };
    const signer = await openPrivateKey(`memory:${name}`, generateKey({ type }).pem, name, source);
    return [name, signer] as const;
  };
  return Object.fromEntries([
    ['ed25519', memorySigner('ed25519')],
    await open('p256', 'ecdsa-p256'),
    await open('rsa', 'rsa'),
    await open('ml-dsa', 'ml-dsa-44'),
  ]);
}

let offline: Files;
let signers: Named;
beforeAll(async () => {
  offline = await signedRepository();
  signers = await keysOfAllKinds();
});

interface Wanted {
  readonly keys: readonly string[];
  readonly threshold: number;
}

/** The repository with these keys for its online roles. */
function withOnlineKeys(snapshot: Wanted, timestamp: Wanted = snapshot): Promise<Files> {
  return rewrite<Root>(offline, 'root', (root) => {
    const people = Object.entries(root.keys).filter(([keyid]) => !root.roles.snapshot.keyids.includes(keyid));
    const listed = new Map<string, Key>(people);
    const entry = (role: 'snapshot' | 'timestamp', { keys, threshold }: Wanted) => {
      const keyids = keys.map((name) => {
        const key: Key = { ...signer(name).key, [ONLINE_URI]: `memory:${name}` };
        listed.set(computeKeyid(key), key);
        return computeKeyid(key);
      });
      return { ...root.roles[role], keyids, threshold };
    };
    const roles = {
      ...root.roles,
      snapshot: entry('snapshot', snapshot),
      timestamp: entry('timestamp', timestamp),
    };
    return { ...root, roles, keys: Object.fromEntries(listed) };
  });
}

function signer(name: string): Signer {
  const found = signers[name];
  if (!found) throw new Error(`no signer ${name}`);
  return found;
}

/** Signs with those keys that are at hand. */
async function sign(files: Files, atHand: readonly string[], before?: Files) {
  const opened: string[] = [];
  const made = await signOnline({
    offline: await memoryState(files),
    before: before && onlineOf(await memoryState(before)),
    now: NOW,
    openSigner: async (uri) => {
      opened.push(uri);
      const name = uri.replace('memory:', '');
      if (atHand.includes(name)) return signer(name);
      throw new SignerError('key-missing', `There is no key ${name} here.`);
    },
  });
  const written: Files = new Map([
    ['metadata/snapshot.json', formatMetadata(made.snapshot)],
    ['metadata/timestamp.json', formatMetadata(made.timestamp)],
  ]);
  return { ...made, opened, files: written };
}

const ALL = ['ed25519', 'p256', 'rsa', 'ml-dsa'];

describe('an online role with several keys', () => {
  it('is signed by all of them, of whatever kind, each opened once', async () => {
    const files = await withOnlineKeys({ keys: ALL, threshold: 3 });
    const { snapshot, timestamp, troubles, opened, files: online } = await sign(files, ALL);
    expect([snapshot.signatures.length, timestamp.signatures.length]).toEqual([4, 4]);
    expect(troubles).toEqual([]);
    expect(opened).toEqual(ALL.map((name) => `memory:${name}`));
    expect(await judge({ offline: files, online }, undefined)).toMatchObject({ ok: true });
  });

  it('is signed by those at hand where they are enough, and it says which was not', async () => {
    const files = await withOnlineKeys({ keys: ['ed25519', 'p256', 'rsa'], threshold: 2 });
    const { timestamp, troubles, files: online } = await sign(files, ['ed25519', 'rsa']);
    expect(timestamp.signatures).toHaveLength(2);
    expect(troubles).toEqual(['memory:p256: There is no key p256 here.']);
    expect(await judge({ offline: files, online }, undefined)).toMatchObject({ ok: true });
    expect((await sign(files, ALL, online)).reasons).toEqual([]);
  });

  it('is not signed where too few are at hand, and the error names each that is not, and why', async () => {
    const files = await withOnlineKeys({ keys: ['ed25519', 'p256', 'rsa'], threshold: 2 });
    await expect(sign(files, ['ed25519'])).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(
        /^snapshot has 1 of the 2 signatures .* 3 online keys\..*memory:p256: There is no key p256 here\..*memory:rsa: There is no key rsa here\./s,
      ),
    });
  });

  it('fails with the reason itself where its only key is not there', async () => {
    const files = await withOnlineKeys({ keys: ['p256'], threshold: 1 });
    await expect(sign(files, [])).rejects.toMatchObject({ code: 'key-missing' });
  });

  it('counts a key that is another than the one that root names among those that cannot sign', async () => {
    const files = await withOnlineKeys({ keys: ['ed25519', 'p256'], threshold: 1 });
    const state = await memoryState(files);
    const openSigner = async () => signer('ed25519');
    const { timestamp, troubles } = await signOnline({
      offline: state,
      before: undefined,
      now: NOW,
      openSigner,
    });
    expect(timestamp.signatures).toHaveLength(1);
    expect(troubles.join()).toMatch(/memory:p256: .* is not the (snapshot|timestamp) key/);
  });

  it('does not hide a mistake of ours behind a key that can sign', async () => {
    const state = await memoryState(await withOnlineKeys({ keys: ['ed25519', 'p256'], threshold: 1 }));
    const openSigner = async (uri: string) => {
      if (uri === 'memory:p256') throw new TypeError('of undefined');
      return signer('ed25519');
    };
    await expect(
      signOnline({ offline: state, before: undefined, now: NOW, openSigner }),
    ).rejects.toBeInstanceOf(TypeError);
  });
});

describe('snapshot and timestamp with different keys', () => {
  const snapshot = { keys: ['rsa', 'p256'], threshold: 2 };
  const timestamp = { keys: ['ed25519'], threshold: 1 };

  it('are each signed by their own', async () => {
    const files = await withOnlineKeys(snapshot, timestamp);
    const made = await sign(files, ALL);
    expect([made.snapshot.signatures.length, made.timestamp.signatures.length]).toEqual([2, 1]);
    expect(await judge({ offline: files, online: made.files }, undefined)).toMatchObject({ ok: true });
  });

  it('need only the key of the one that is due', async () => {
    const files = await withOnlineKeys(snapshot, timestamp);
    const first = await sign(files, ALL);
    const later = new Date(NOW.getTime() + 3 * 24 * 60 * 60 * 1000);
    const made = await signOnline({
      offline: await memoryState(files),
      before: onlineOf(await memoryState(first.files)),
      now: later,
      openSigner: async (uri) => {
        if (uri !== 'memory:ed25519') throw new Error(`asked for ${uri}`);
        return signer('ed25519');
      },
    });
    expect(made.reasons).toEqual([expect.stringContaining('timestamp: it expires on')]);
  });
});

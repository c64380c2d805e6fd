/** Keys that not every client knows: what the validator says of them, and what does not fit into a client's limits. */
import { beforeAll, describe, expect, it } from 'vitest';
import { generateKey, type NewKeyType } from '../../src/signers/generate.ts';
import { CLIENTS, clientReaction, clientsInWords, isForEveryClient } from '../../src/tuf/client-support.ts';
import { ONLINE_URI } from '../../src/tuf/custom-fields.ts';
import { computeKeyid, type Key } from '../../src/tuf/key.ts';
import { sigstoreKey } from '../../src/tuf/sigstore.ts';
import type { Files } from '../support/memory-tree.ts';
import { judge, memorySigner, signedRepository } from '../support/signed-repository.ts';
import { changeTeam, nextRoot, withTeamKey } from './provocations/provocation.ts';

let sound: Files;
beforeAll(async () => {
  sound = await signedRepository();
});

describe('what clients do with a key', () => {
  it.each(['ed25519', 'ecdsa-p256', 'rsa'] as const)(
    'of type %s is the same for all: they verify it',
    (type) => {
      const { key } = generateKey({ type });
      expect(isForEveryClient(key)).toBe(true);
      expect(clientsInWords(key)).toBeUndefined();
      for (const client of CLIENTS) expect(clientReaction(client, key)).toEqual({ does: 'verify' });
    },
  );

  it.each(['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const)('of type %s differs', (type) => {
    const { key } = generateKey({ type });
    expect(CLIENTS.map((client) => clientReaction(client, key).does)).toEqual([
      'skip',
      'verify',
      'verify',
      'refuse-file',
    ]);
    expect(clientsInWords(key)).toBe(
      'is verified by python-tuf (with securesystemslib 1.6 and cryptography 48 or later) and go-tuf (of September 2026 or later), counts for nothing in tuf-js, makes tough refuse the whole file that names it',
    );
  });
});

describe('what clients do with a Sigstore identity', () => {
  const key = sigstoreKey({ identity: 'a@example.com', issuer: 'https://github.com/login/oauth' });

  it('is to refuse it, each in its way', () => {
    expect(isForEveryClient(key)).toBe(false);
    expect(CLIENTS.map((client) => clientReaction(client, key).does)).toEqual([
      'skip',
      'refuse-file',
      'refuse-role',
      'refuse-file',
    ]);
    expect(clientsInWords(key)).toBe(
      'counts for nothing in tuf-js, makes go-tuf refuse the roles that it signs, makes python-tuf and tough refuse the whole file that names it',
    );
  });

  it('is said of the role that trusts it', async () => {
    const offline = await withTeamKey(sound, key);
    const { findings } = await judge({ offline }, { offline: sound });
    expect(findings).toMatchObject([
      {
        code: 'key-few-clients',
        severity: 'warning',
        role: 'team',
        message: expect.stringMatching(
          /^team: Sigstore identity a@example\.com of https:\S+ [0-9a-f]{8}… counts for nothing in tuf-js.* can be met without it/,
        ),
      },
    ]);
  });
});

describe('a role with ML-DSA keys', () => {
  const mlDsa = generateKey({ type: 'ml-dsa-44' }).key;

  /** The warnings about the role `team` where it has these keys. */
  async function warnings(keys: readonly Key[], threshold: number): Promise<readonly string[]> {
    const offline = await changeTeam(sound, (entry) => ({
      entry: { ...entry, keyids: keys.map(computeKeyid), threshold },
      keys: Object.fromEntries(keys.map((key) => [computeKeyid(key), key])),
    }));
    const { findings } = await judge({ offline }, { offline: sound });
    return findings.filter(({ code }) => code === 'key-few-clients').map(({ message }) => message);
  }

  const [dave, erin] = [memorySigner('@dave').key, memorySigner('@erin').key];

  it('gets one warning, which says whether usual keys alone meet its threshold', async () => {
    expect(await warnings([dave, erin], 1)).toEqual([]);
    expect(await warnings([dave, erin, mlDsa], 2)).toEqual([
      expect.stringMatching(
        /^team: ML-DSA-44 [0-9a-f]{8}… is verified by .*The threshold of 2 can be met without it, by usual keys alone/,
      ),
    ]);
    const second = generateKey({ type: 'ml-dsa-87' }).key;
    expect(await warnings([dave, mlDsa, second], 2)).toEqual([
      expect.stringMatching(
        /^team: ML-DSA-44 [0-9a-f]{8}… and 1 more is .*The threshold of 2 cannot be met without it$/,
      ),
    ]);
  });

  it('counts a usual key once, whatever number of keyids it stands under', async () => {
    expect(await warnings([dave, { ...dave, 'x-copy': 1 }, mlDsa], 2)).toEqual([
      expect.stringContaining('cannot be met without it'),
    ]);
  });
});

describe('the keys of timestamp', () => {
  let count = 0;
  function newKey(type: NewKeyType | 'sigstore'): Key {
    if (type !== 'sigstore') return generateKey({ type }).key;
    count += 1;
    return sigstoreKey({ identity: `workflow-${count}@example.com`, issuer: 'https://example.com' });
  }

  async function tooLarge(types: readonly (NewKeyType | 'sigstore')[]): Promise<readonly string[]> {
    const keys = types.map((type): Key => ({ ...newKey(type), [ONLINE_URI]: 'env:ONLINE_KEY' }));
    const offline = await nextRoot(sound, (root) => ({
      ...root,
      keys: { ...root.keys, ...Object.fromEntries(keys.map((key) => [computeKeyid(key), key])) },
      roles: { ...root.roles, timestamp: { ...root.roles.timestamp, keyids: keys.map(computeKeyid) } },
    }));
    const { findings } = await judge({ offline }, { offline: sound });
    const found = findings.filter(({ code }) => code === 'file-too-large');
    for (const one of found) expect(one).toMatchObject({ severity: 'error', role: 'timestamp' });
    return found.map(({ message }) => message);
  }

  it.each([
    [['ml-dsa-44', 'ml-dsa-44', 'ml-dsa-44'], false],
    [['ml-dsa-65', 'ml-dsa-65'], false],
    [['ml-dsa-87', 'ml-dsa-44', 'rsa'], false],
    [['ml-dsa-65', 'ml-dsa-65', 'ml-dsa-65'], true],
    [['ml-dsa-87', 'ml-dsa-87'], true],
    [['sigstore', 'ml-dsa-44'], false],
    [['sigstore', 'sigstore'], true],
  ] as const)('%j are too many for a file of 16,384 bytes: %s', async (types, refused) => {
    const found = await tooLarge(types);
    expect(found).toHaveLength(refused ? 1 : 0);
    if (refused) expect(found[0]).toMatch(/^timestamp will have up to \d+ bytes .* clients read 16384$/);
  });
});

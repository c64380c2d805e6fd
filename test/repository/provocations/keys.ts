/** Flaws of keys and thresholds: who may sign, and how many must. */
import { generateKey } from '../../../src/signers/generate.ts';
import { ONLINE_URI } from '../../../src/tuf/custom-fields.ts';
import { computeKeyid, type Key } from '../../../src/tuf/key.ts';
import type { Root } from '../../../src/tuf/root.ts';
import type { Files } from '../../support/memory-tree.ts';
import { alter, memorySigner, onlineFiles, resignOnline, rewrite } from '../../support/signed-repository.ts';
import {
  changeTeam,
  nextRoot,
  type Provocation,
  type Provocations,
  strangerKey,
  withTeamKey,
} from './provocation.ts';

/** What a role's keys are said in, and what a delegator's keys are said in. */
const TEAM = { role: 'team', path: 'metadata/targets.json' };
const DELEGATOR = { role: 'targets', path: 'metadata/targets.json' };

const P384: Key = {
  keytype: 'ecdsa',
  scheme: 'ecdsa-sha2-nistp384',
  keyval: { public: '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n' },
};
const UNHEARD: Key = { keytype: 'quantum', scheme: 'none', keyval: { public: '' } };
/** The neutral element of the curve: some libraries take any message for signed by it. */
const IDENTITY: Key = { ...strangerKey(), keyval: { public: `01${'00'.repeat(31)}` } };
const UPPER_CASE: Key = {
  ...strangerKey(),
  keyval: { public: strangerKey().keyval.public?.toUpperCase() ?? '' },
};

/** The key of a machine, and a role that needs it and a person. */
const MACHINE: Key = { ...strangerKey(), [ONLINE_URI]: 'memory:mallory' };
const mixed: Parameters<typeof changeTeam>[1] = (entry, keys) => ({
  entry: { ...entry, keyids: [...entry.keyids, computeKeyid(MACHINE)], threshold: 2 },
  keys: { ...keys, [computeKeyid(MACHINE)]: MACHINE },
});

function teamKey(where: string, key: Key, more: Partial<Provocation> = {}): Provocation {
  return {
    where,
    make: async ({ offline }) => ({ proposed: { offline: await withTeamKey(offline, key) } }),
    names: DELEGATOR,
    ...more,
  };
}

function teamChange(
  where: string,
  change: Parameters<typeof changeTeam>[1],
  more: Partial<Provocation> = {},
): Provocation {
  return {
    where,
    make: async ({ offline }) => ({ proposed: { offline: await changeTeam(offline, change) } }),
    names: TEAM,
    ...more,
  };
}

/** The next root, with one more key in one of its roles. */
function withRootKey(files: Files, role: 'root' | 'targets' | 'timestamp', key: Key): Promise<Files> {
  const keyid = computeKeyid(key);
  return nextRoot(files, (root): Root => {
    const entry = { ...root.roles[role], keyids: [...root.roles[role].keyids, keyid] };
    return { ...root, keys: { ...root.keys, [keyid]: key }, roles: { ...root.roles, [role]: entry } };
  });
}

export const KEY_PROVOCATIONS: Provocations<
  | 'keyid-mismatch'
  | 'key-undefined'
  | 'key-unsupported'
  | 'key-few-clients'
  | 'key-weak'
  | 'key-shared'
  | 'key-unused'
  | 'keyid-duplicate'
  | 'threshold-invalid'
  | 'threshold-is-all'
  | 'keys-online-and-offline'
  | 'online-keys-suffice'
  | 'tuf-on-ci-tool'
> = {
  'keyid-mismatch': [
    {
      where: 'a new key stands under a made-up keyid',
      make: async ({ offline }) => ({
        proposed: { offline: await withTeamKey(offline, strangerKey(), 'ab'.repeat(32)) },
      }),
      names: DELEGATOR,
    },
    {
      where: 'a trusted key gains a field and keeps its keyid',
      make: async ({ offline }) => ({
        proposed: {
          offline: await nextRoot(offline, (root) => {
            const keyid = root.roles.root.keyids[0] ?? '';
            const key = { ...root.keys[keyid], 'x-note': 'mine' } as Key;
            return { ...root, keys: { ...root.keys, [keyid]: key } };
          }),
        },
      }),
      names: { role: 'root', path: 'metadata/root.json' },
    },
  ],
  'key-undefined': [
    teamChange('a role names a keyid without a key', (entry) => ({
      entry: { ...entry, keyids: [...entry.keyids, 'ff'.repeat(32)] },
    })),
    teamChange('a role names a keyid that only JavaScript knows', (entry) => ({
      entry: { ...entry, keyids: [...entry.keyids, 'constructor'] },
    })),
  ],
  'key-unsupported': [
    teamKey('a new key is of a kind that few clients know', P384),
    teamKey('a new key is of no known kind', UNHEARD),
    teamKey('a new key has a form that is not for new keys', UPPER_CASE, { whenUnchanged: 'gone' }),
  ],
  'key-few-clients': [
    teamKey(
      'a new key is of a kind that is younger than some clients',
      generateKey({ type: 'ml-dsa-44' }).key,
      {
        names: TEAM,
        says: /python-tuf .* and go-tuf .*, counts for nothing in tuf-js, makes tough refuse .* can be met without it/,
      },
    ),
  ],
  'key-weak': [teamKey('a key is the neutral point of its curve', IDENTITY)],
  'key-shared': [
    teamKey(
      'two signers of a role hold the same key',
      { ...memorySigner('@dave').key, 'x-tuf-on-ci-keyowner': '@mallory' },
      { names: TEAM },
    ),
  ],
  'key-unused': [
    teamChange(
      'a key is given to no role',
      (_entry, keys) => ({ keys: { ...keys, [computeKeyid(strangerKey())]: strangerKey() } }),
      { names: DELEGATOR },
    ),
  ],
  'keyid-duplicate': [
    teamChange('a role lists a keyid twice', (entry) => ({
      entry: { ...entry, keyids: [...entry.keyids, entry.keyids[0] ?? ''] },
    })),
    {
      where: 'a file holds a signature twice',
      make: async ({ offline }) => ({
        proposed: {
          offline: alter(await rewrite(offline, 'team', (signed) => signed), 'team', (metadata) => ({
            ...metadata,
            signatures: [...metadata.signatures, ...metadata.signatures],
          })),
        },
      }),
      names: { role: 'team', path: 'metadata/team.json' },
    },
    {
      where: 'timestamp holds a signature twice, published or not',
      make: async ({ offline, online }) => ({
        proposed: {
          offline,
          online: alter(await resignOnline(online, 'timestamp', (same) => same), 'timestamp', (metadata) => ({
            ...metadata,
            signatures: [...metadata.signatures, ...metadata.signatures],
          })),
        },
      }),
      names: { role: 'timestamp', path: 'metadata/timestamp.json' },
      whenUnchanged: 'error',
    },
  ],
  'threshold-invalid': [
    teamChange('a role needs no signature', (entry) => ({ entry: { ...entry, threshold: 0 } }), {
      also: ['threshold-not-met'],
    }),
    teamChange(
      'a role needs more signatures than it has keys',
      (entry) => ({ entry: { ...entry, threshold: 3 } }),
      {
        also: ['threshold-not-met'],
      },
    ),
  ],
  'threshold-is-all': [
    teamChange('a role needs all of its keys', (entry) => ({ entry: { ...entry, threshold: 2 } })),
  ],
  'keys-online-and-offline': [
    {
      where: 'a machine may sign root',
      make: async ({ offline }) => ({
        proposed: { offline: await withRootKey(offline, 'root', MACHINE) },
      }),
      names: { role: 'root', path: 'metadata/root.json' },
    },
    {
      where: 'a person may sign the timestamp',
      make: async ({ offline }) => {
        const proposed = await withRootKey(offline, 'timestamp', strangerKey());
        return { proposed: { offline: proposed, online: await onlineFiles(proposed) } };
      },
      names: { role: 'timestamp', path: 'metadata/root.json' },
    },
  ],
  'online-keys-suffice': [
    {
      where: 'a machine may sign targets by itself',
      make: async ({ offline }) => ({
        proposed: { offline: await withRootKey(offline, 'targets', MACHINE) },
      }),
      names: { role: 'targets', path: 'metadata/root.json' },
      whenUnchanged: 'gone',
    },
    teamKey('a machine may sign a delegated role by itself', MACHINE, { names: TEAM, whenUnchanged: 'gone' }),
  ],
  'tuf-on-ci-tool': [
    {
      where: 'timestamp has a key that snapshot has not',
      make: async ({ offline }) => {
        const proposed = await withRootKey(offline, 'timestamp', MACHINE);
        return { proposed: { offline: proposed, online: await onlineFiles(proposed) } };
      },
      names: { role: 'root', path: 'metadata/root.json' },
      whenUnchanged: 'gone',
    },
    {
      where: 'a machine signs a role beside people',
      make: async ({ offline }) => ({
        proposed: { offline: await changeTeam(offline, mixed) },
      }),
      names: TEAM,
      whenUnchanged: 'gone',
    },
  ],
};

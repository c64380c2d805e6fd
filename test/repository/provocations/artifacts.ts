/** Flaws of artifacts, delegations and the online roles that list them. */
import type { MetaFile } from '../../../src/tuf/meta-file.ts';
import type { Snapshot } from '../../../src/tuf/snapshot.ts';
import type { TargetFile, Targets } from '../../../src/tuf/targets.ts';
import type { Timestamp } from '../../../src/tuf/timestamp.ts';
import { type Files, withFiles } from '../../support/memory-tree.ts';
import {
  type Judged,
  onlineFiles,
  resignOnline,
  rewrite,
  withArtifacts,
} from '../../support/signed-repository.ts';
import { changeTeam, type Provocation, type Provocations, type Sound } from './provocation.ts';

const ENTRY: TargetFile = {
  length: 1,
  hashes: { sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb' },
};

/** The next version of a role that lists one more artifact. */
function listing(files: Files, role: string, path: string, entry: TargetFile): Promise<Files> {
  return rewrite<Targets>(files, role, (signed) => ({
    ...signed,
    targets: { ...signed.targets, [path]: entry },
  }));
}

function teamPaths(where: string, pattern: string, more: Partial<Provocation> = {}): Provocation {
  return {
    where,
    make: async ({ offline }) => ({
      proposed: {
        offline: await changeTeam(offline, (entry) => ({
          entry: { ...entry, paths: [...(entry.paths ?? []), pattern] },
        })),
      },
    }),
    names: { role: 'targets', path: 'metadata/targets.json' },
    ...more,
  };
}

function snapshotEntry(
  where: string,
  role: string,
  entry: (entry: MetaFile) => MetaFile | undefined,
): Provocation {
  return {
    where,
    make: async ({ offline, online }) => ({
      proposed: {
        offline,
        online: await resignOnline<Snapshot>(online, 'snapshot', (signed) => {
          const { [`${role}.json`]: old, ...others } = signed.meta;
          const changed = old && entry(old);
          return { ...signed, meta: changed ? { ...others, [`${role}.json`]: changed } : others };
        }),
      },
      // Seen from nothing: beside the sound snapshot some of these would be a rollback as well.
      knownGood: { offline },
    }),
    names: { role, path: 'metadata/snapshot.json' },
  };
}

function timestampEntry(where: string, entry: (entry: MetaFile) => MetaFile): Provocation {
  return {
    where,
    make: async (sound) => ({
      proposed: {
        ...sound,
        online: await resignOnline<Timestamp>(sound.online, 'timestamp', (signed) => ({
          ...signed,
          meta: { 'snapshot.json': entry(signed.meta['snapshot.json'] ?? { version: 0 }) },
        })),
      },
    }),
    names: { role: 'timestamp', path: 'metadata/timestamp.json' },
  };
}

/** Seen from a snapshot that listed one more role, or a higher version of one. */
function published(
  where: string,
  name: string,
  mend: (sound: Sound, before: Files) => Promise<Judged>,
): Provocation {
  return {
    where,
    make: async (sound) => {
      const before = await resignOnline<Snapshot>(sound.online, 'snapshot', (signed) => ({
        ...signed,
        meta: { ...signed.meta, [name]: { version: 5 } },
      }));
      const knownGood = { ...sound, online: before };
      return { proposed: sound, knownGood, mended: await mend(sound, before) };
    },
    names: { role: 'snapshot', path: 'metadata/snapshot.json' },
    says:
      name === 'gone.json' ? /^snapshot drops gone.json;/ : /^snapshot takes team.json back to version 1;/,
    whenUnchanged: 'gone',
  };
}

export const ARTIFACT_PROVOCATIONS: Provocations<
  | 'artifact-missing'
  | 'artifact-unlisted'
  | 'artifact-mismatch'
  | 'artifact-not-checked'
  | 'artifact-hash-unsupported'
  | 'artifact-unreachable'
  | 'delegation-paths'
  | 'delegation-duplicate'
  | 'snapshot-mismatch'
  | 'snapshot-rollback'
  | 'timestamp-mismatch'
  | 'online-missing'
> = {
  'artifact-missing': [
    {
      where: 'a listed file is gone',
      make: ({ offline }) => ({ proposed: { offline: withFiles(offline, { 'targets/a.txt': null }) } }),
      names: { role: 'targets', path: 'targets/a.txt' },
    },
    {
      where: 'a role lists a path that only JavaScript knows',
      make: async ({ offline }) => ({
        proposed: { offline: await listing(offline, 'targets', 'constructor', ENTRY) },
      }),
      names: { role: 'targets', path: 'targets/constructor' },
    },
  ],
  'artifact-unlisted': [
    {
      where: 'a file lies there that no role lists',
      make: ({ offline }) => ({ proposed: { offline: withFiles(offline, { 'targets/new.txt': 'n' }) } }),
      names: { path: 'targets/new.txt' },
    },
  ],
  'artifact-mismatch': [
    ...Object.entries({ 'another length': 'artifact aa', 'another byte': 'artifact b' }).map(
      ([what, content]): Provocation => ({
        where: `a listed file has ${what}`,
        make: ({ offline }) => ({ proposed: { offline: withFiles(offline, { 'targets/a.txt': content }) } }),
        names: { role: 'targets', path: 'targets/a.txt' },
        // Nobody reads again what was checked when it was published; the build does.
        whenUnchanged: 'gone',
      }),
    ),
    {
      where: 'a role states another hash for the same file',
      make: async ({ offline }) => ({
        proposed: { offline: await listing(offline, 'team', 'team/tool.txt', { ...ENTRY, length: 6 }) },
      }),
      names: { role: 'team', path: 'targets/team/tool.txt' },
      whenUnchanged: 'gone',
    },
  ],
  'artifact-not-checked': [
    {
      where: 'the content of a changed file is not at hand',
      make: async ({ offline }) => {
        const changed = await withArtifacts(offline, { 'targets/a.txt': 'artifact b' });
        const content = { content: 'artifact b', withheld: 'is too large for this page' };
        return {
          proposed: { offline: withFiles(changed, { 'targets/a.txt': content }) },
          mended: { offline: changed },
        };
      },
      names: { role: 'targets', path: 'targets/a.txt' },
      says: /^targets\/a\.txt, which targets lists, is too large for this page$/,
      whenUnchanged: 'gone',
    },
  ],
  'artifact-hash-unsupported': [
    {
      where: 'a file has only a hash that clients do not know',
      make: async ({ offline }) => ({
        proposed: {
          offline: withFiles(await listing(offline, 'targets', 'b', { length: 1, hashes: { md5: 'ab' } }), {
            'targets/b': 'b',
          }),
        },
      }),
      names: { role: 'targets', path: 'targets/b' },
    },
  ],
  'artifact-unreachable': [
    {
      where: 'a role lists a path that is not delegated to it',
      make: async ({ offline }) => ({
        proposed: {
          offline: withFiles(await listing(offline, 'team', 'else/b', ENTRY), { 'targets/else/b': 'a' }),
        },
      }),
      names: { role: 'team', path: 'metadata/team.json' },
    },
    {
      where: 'a client finds the path in a role before',
      make: async ({ offline }) => ({
        proposed: {
          offline: await listing(offline, 'targets', 'team/tool.txt', {
            length: 6,
            hashes: { sha256: '38af692dd9d8ad23452d6fa0eea8c069bcffb7baa53c479b9172d559e0b2f8b0' },
          }),
        },
      }),
      names: { role: 'team', path: 'metadata/team.json' },
    },
  ],
  'delegation-paths': [
    teamPaths('a pattern has braces', 'team/{a,b}'),
    teamPaths('a pattern has a set of letters', 'team/[ab]'),
    teamPaths('a pattern would be a group for some clients', 'team/@(a)'),
    teamPaths('a pattern leads upwards', '../*'),
  ],
  'delegation-duplicate': [
    {
      where: 'a role is delegated to twice',
      make: async ({ offline }) => ({
        proposed: { offline: await changeTeam(offline, (entry) => ({ entry: [entry, entry] })) },
      }),
      names: { role: 'targets', path: 'metadata/targets.json' },
    },
  ],
  'snapshot-mismatch': [
    snapshotEntry('snapshot lists another version of targets', 'targets', () => ({ version: 9 })),
    snapshotEntry('snapshot leaves a role out', 'team', () => undefined),
    snapshotEntry('snapshot states another length', 'team', (entry) => ({ ...entry, length: 1 })),
    snapshotEntry('snapshot states another hash', 'team', (entry) => ({
      ...entry,
      hashes: { sha256: 'ab'.repeat(32) },
    })),
    snapshotEntry('snapshot states a hash that clients do not know', 'targets', (entry) => ({
      ...entry,
      hashes: { md5: 'ab' },
    })),
  ],
  'snapshot-rollback': [
    published('snapshot drops a role', 'gone.json', async ({ offline }, before) => ({
      offline,
      online: await onlineFiles(offline, before),
    })),
    published('snapshot lists a lower version of a role', 'team.json', async (sound, before) => {
      const offline = await rewrite(sound.offline, 'team', (signed) => signed, 4);
      return { offline, online: await onlineFiles(offline, before) };
    }),
  ],
  'timestamp-mismatch': [
    timestampEntry('timestamp names another version of snapshot', () => ({ version: 9 })),
    timestampEntry('timestamp states another length of snapshot', (entry) => ({ ...entry, length: 1 })),
    timestampEntry('timestamp states another hash of snapshot', (entry) => ({
      ...entry,
      hashes: { sha512: 'ab'.repeat(64) },
    })),
  ],
  'online-missing': [
    ...['snapshot', 'timestamp'].map(
      (role): Provocation => ({
        where: `${role} is not there`,
        make: (sound) => ({
          proposed: { ...sound, online: withFiles(sound.online, { [`metadata/${role}.json`]: null }) },
        }),
        names: { role, path: `metadata/${role}.json` },
      }),
    ),
  ],
};

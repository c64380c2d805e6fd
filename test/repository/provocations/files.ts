/** Flaws of files: what kind they are, how they are named, whether they can be read. */
import type { Targets } from '../../../src/tuf/targets.ts';
import { withFiles } from '../../support/memory-tree.ts';
import { resignOnline, rewrite, withArtifacts } from '../../support/signed-repository.ts';
import { changeTeam, type Provocations } from './provocation.ts';

const METADATA = 'metadata/team.json';

export const FILE_PROVOCATIONS: Provocations<
  | 'not-a-regular-file'
  | 'executable-file'
  | 'stray-file'
  | 'file-name'
  | 'name-collision'
  | 'file-too-large'
  | 'invalid-json'
  | 'invalid-metadata'
  | 'invitation-file'
> = {
  'not-a-regular-file': [
    {
      where: 'an artifact is a symlink',
      make: ({ offline }) => ({
        proposed: {
          offline: withFiles(offline, { 'targets/a.txt': { content: '/etc/passwd', kind: 'symlink' } }),
        },
      }),
      names: { path: 'targets/a.txt' },
    },
    {
      where: 'a role is a symlink',
      make: ({ offline }) => ({
        proposed: { offline: withFiles(offline, { [METADATA]: { content: 'a.json', kind: 'symlink' } }) },
      }),
      names: { path: METADATA },
    },
    {
      where: 'a submodule stands among the artifacts',
      make: ({ offline }) => ({
        proposed: { offline: withFiles(offline, { 'targets/lib': { content: '', kind: 'submodule' } }) },
      }),
      names: { path: 'targets/lib' },
      also: ['artifact-unlisted'],
    },
  ],
  'executable-file': [
    {
      where: 'an artifact is executable',
      make: ({ offline }) => ({
        proposed: {
          offline: withFiles(offline, { 'targets/a.txt': { content: 'artifact a', kind: 'executable' } }),
        },
      }),
      names: { path: 'targets/a.txt' },
    },
  ],
  'stray-file': [
    {
      where: 'a note lies among the metadata',
      make: ({ offline }) => ({ proposed: { offline: withFiles(offline, { 'metadata/notes.txt': 'hi' }) } }),
      names: { path: 'metadata/notes.txt' },
    },
    {
      where: 'a role lies in a folder',
      make: ({ offline }) => ({ proposed: { offline: withFiles(offline, { 'metadata/x/y.json': '{}' }) } }),
      names: { path: 'metadata/x/y.json' },
    },
  ],
  'file-name': [
    {
      where: 'an artifact has a space in its name',
      make: async ({ offline }) => ({
        proposed: { offline: await withArtifacts(offline, { 'targets/a b.txt': 'b' }) },
      }),
      names: { path: 'targets/a b.txt' },
    },
    {
      where: 'git marks a path that leaves the tree, published or not',
      make: ({ offline }) => ({
        proposed: { offline: withFiles(offline, { 'targets/../x': { content: '', validName: false } }) },
      }),
      names: { path: 'targets/../x' },
      also: ['artifact-unlisted'],
      whenUnchanged: 'error',
    },
    {
      where: 'a role is named after a device of Windows',
      make: ({ offline }) => ({
        proposed: { offline: withFiles(offline, { 'metadata/con.json': offline.get(METADATA) ?? '' }) },
      }),
      names: { path: 'metadata/con.json' },
      also: ['role-not-delegated'],
    },
    {
      where: 'a delegation goes to a name with a slash',
      make: async ({ offline }) => ({
        proposed: {
          offline: await changeTeam(offline, (entry) => ({ entry: [entry, { ...entry, name: '../evil' }] })),
        },
      }),
      names: { role: 'targets', path: 'metadata/targets.json' },
      also: ['role-missing'],
    },
    {
      where: 'bins have a prefix with a slash',
      make: async ({ offline }) => ({
        proposed: {
          offline: await rewrite<Targets>(offline, 'team', (signed) => ({
            ...signed,
            delegations: {
              keys: {},
              succinct_roles: { keyids: [], threshold: 1, bit_length: 1, name_prefix: 'a/b' },
            },
          })),
        },
      }),
      names: { role: 'team', path: METADATA },
      also: ['role-missing', 'threshold-invalid'],
    },
  ],
  'name-collision': [
    {
      where: 'two artifacts differ only by case',
      make: async ({ offline }) => ({
        proposed: { offline: await withArtifacts(offline, { 'targets/A.txt': 'b' }) },
      }),
      names: { path: 'targets/a.txt' },
    },
  ],
  'file-too-large': [
    {
      where: 'root has more bytes than clients read',
      make: ({ offline }) => ({
        proposed: {
          offline: withFiles(offline, {
            'metadata/root.json': `${offline.get('metadata/root.json')}${' '.repeat(512_000)}`,
          }),
        },
      }),
      names: { role: 'root', path: 'metadata/root.json' },
    },
  ],
  'invalid-json': [
    {
      where: 'a key stands twice',
      make: ({ offline }) => ({
        proposed: {
          offline: withFiles(offline, {
            [METADATA]: String(offline.get(METADATA)).replace('"version"', '"version": 1, "version"'),
          }),
        },
      }),
      names: { role: 'team', path: METADATA },
    },
    {
      where: 'an old root is no JSON',
      make: ({ offline }) => ({
        proposed: { offline: withFiles(offline, { 'metadata/root_history/1.root.json': '<html>' }) },
      }),
      names: { role: 'root', path: 'metadata/root_history/1.root.json' },
      also: ['root-history'],
    },
  ],
  'invalid-metadata': [
    {
      where: 'a version is a text',
      make: ({ offline }) => ({
        proposed: {
          offline: withFiles(offline, {
            [METADATA]: String(offline.get(METADATA)).replace(/"version": \d+/, '"version": "1"'),
          }),
        },
      }),
      names: { role: 'team', path: METADATA },
    },
    {
      where: 'snapshot cannot be read',
      make: (sound) => ({
        proposed: { ...sound, online: withFiles(sound.online, { 'metadata/snapshot.json': '{}' }) },
      }),
      names: { role: 'snapshot', path: 'metadata/snapshot.json' },
    },
    {
      where: 'snapshot states an entry without any hash',
      make: async (sound) => ({
        proposed: {
          ...sound,
          online: await resignOnline(sound.online, 'snapshot', (signed) => ({
            ...signed,
            meta: { 'targets.json': { version: 1, hashes: {} } },
          })),
        },
      }),
      names: { role: 'snapshot', path: 'metadata/snapshot.json' },
    },
  ],
  'invitation-file': [
    {
      where: 'it is there although nobody is invited',
      make: ({ offline }) => ({
        proposed: { offline: withFiles(offline, { 'metadata/.signing-event-state': '{"invites": {}}' }) },
      }),
      names: { path: 'metadata/.signing-event-state' },
    },
  ],
};

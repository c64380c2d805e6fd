/** Artifacts into metadata: who lists a new file, what is kept of entries that exist, and what is not even read. */
import { hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ownerOf, updateArtifacts } from '../../src/repository/artifacts.ts';
import { Editor } from '../../src/repository/edit.ts';
import { loadState } from '../../src/repository/state.ts';
import type { DelegatedRole } from '../../src/tuf/delegations.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { type Files, memoryState, memoryTree, withFiles } from '../support/memory-tree.ts';
import {
  judge,
  NOW,
  readRole,
  rewrite,
  signedRepository,
  withArtifacts,
} from '../support/signed-repository.ts';

let files: Files;
beforeAll(async () => {
  files = await signedRepository();
});

/** The entries of a role after the artifacts were brought in step. */
async function updated(changes: Readonly<Record<string, string | null>>, from = files) {
  const editor = new Editor(await memoryState(withFiles(from, changes)), await memoryState(from), NOW);
  const roles = await updateArtifacts(editor);
  const entries = (role: string) => {
    const written = editor.files.get(`metadata/${role}.json`);
    return typeof written === 'string' ? JSON.parse(written).signed.targets : undefined;
  };
  return { roles, entries };
}

const entryOf = (content: string) => ({
  hashes: { sha256: hash('sha256', content) },
  length: Buffer.byteLength(content),
});

/** The repository with these delegations instead of its own; every role of `lists` has a file with delegations. */
async function delegating(
  lists: Readonly<Record<string, readonly Partial<DelegatedRole>[]>>,
): Promise<Files> {
  let changed = files;
  for (const [role, delegations] of Object.entries(lists)) {
    const path = `metadata/${role}.json`;
    const { signed } = readRole<Targets>(files, 'metadata/team.json');
    const roles = delegations.map((one) => ({
      name: '',
      keyids: [],
      threshold: 1,
      terminating: false,
      ...one,
    }));
    const text = JSON.stringify({
      signatures: [],
      signed: { ...signed, targets: {}, delegations: { keys: {}, roles } },
    });
    changed = withFiles(changed, { [path]: text });
  }
  return changed;
}

describe('the role of a new artifact', () => {
  it('is the deepest one to which its path is delegated, else targets', async () => {
    const state = await memoryState(
      await delegating({
        targets: [{ name: 'team', paths: ['team/*', 'team/*/*'] }],
        team: [{ name: 'inner', paths: ['team/inner/*'] }],
        inner: [],
      }),
    );
    expect(ownerOf(state, 'x.txt')).toBe('targets');
    expect(ownerOf(state, 'team/x.txt')).toBe('team');
    expect(ownerOf(state, 'team/inner/x.txt')).toBe('inner');
  });

  it('is the first of several, and one that has a file', async () => {
    const paths = ['team/*'];
    const targets = ['absent', 'team', 'inner'].map((name) => ({ name, paths }));
    const state = await memoryState(await delegating({ targets, team: [], inner: [] }));
    expect(ownerOf(state, 'team/x')).toBe('team');
  });

  it('is one of the circle where delegations go in circles', async () => {
    const paths = ['team/*'];
    const state = await memoryState(
      await delegating({ targets: [{ name: 'team', paths }], team: [{ name: 'targets', paths }] }),
    );
    expect(['targets', 'team']).toContain(ownerOf(state, 'team/x'));
  });
});

describe('bringing artifacts in step', () => {
  it('lists a new file in its role, with length and sha256', async () => {
    const { roles, entries } = await updated({ 'targets/b.txt': 'b', 'targets/team/b.txt': 'bb' });
    expect(roles).toEqual(['targets', 'team']);
    expect(entries('targets')).toMatchObject({ 'b.txt': entryOf('b'), 'a.txt': entryOf('artifact a') });
    expect(entries('team')).toMatchObject({ 'team/b.txt': entryOf('bb') });
  });

  it('takes a file that is gone off the list', async () => {
    const { roles, entries } = await updated({ 'targets/a.txt': null });
    expect(roles).toEqual(['targets']);
    expect(entries('targets')).toEqual({});
  });

  it('changes an entry where the file changed, and keeps its custom fields and its algorithms', async () => {
    const sha512 = (content: string) => ({ sha512: hash('sha512', content) });
    const entry = { length: 10, hashes: sha512('artifact a'), custom: { note: 1 }, 'x-more': 'kept' };
    const before = await rewrite<Targets>(files, 'targets', (signed) => ({
      ...signed,
      targets: { 'a.txt': entry },
    }));
    const { entries } = await updated({ 'targets/a.txt': 'new' }, before);
    expect(entries('targets')).toEqual({ 'a.txt': { ...entry, length: 3, hashes: sha512('new') } });
  });

  it('leaves a file in the role that lists it, wherever it would go today', async () => {
    const before = await rewrite<Targets>(files, 'targets', (signed) => ({
      ...signed,
      targets: { ...signed.targets, 'team/old.txt': entryOf('old') },
    }));
    const { roles, entries } = await updated({ 'targets/team/old.txt': 'older' }, before);
    expect(roles).toEqual(['targets']);
    expect(entries('targets')['team/old.txt']).toEqual(entryOf('older'));
  });

  it('takes names that mean something to JavaScript like any other', async () => {
    const names = ['__proto__', 'constructor', 'toString', '0'];
    const changes = Object.fromEntries(names.map((name) => [`targets/${name}`, name]));
    const after = await withArtifacts(files, changes);
    const { signed } = readRole<Targets>(after, 'metadata/targets.json');
    for (const name of names) expect(Object.entries(signed.targets)).toContainEqual([name, entryOf(name)]);
    expect(await judge({ offline: after }, { offline: files })).toMatchObject({ ok: true, findings: [] });
  });

  it('reads no artifact that nobody touched', async () => {
    const tree = memoryTree(withFiles(files, { 'targets/b.txt': 'b' }));
    const read: string[] = [];
    const watched = {
      ...tree,
      stream: (file: (typeof tree.files)[number]) => {
        read.push(file.path);
        return tree.stream(file);
      },
    };
    const editor = new Editor(await loadState(watched), await memoryState(files), NOW);
    await updateArtifacts(editor);
    expect(read).toEqual(['targets/b.txt']);
  });
});

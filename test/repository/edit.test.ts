/** Editing roles: what closing one sets, what it leaves alone, and which other roles have to be signed with it. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { changeRoleKeys } from '../../src/event/contribution.ts';
import { Editor } from '../../src/repository/edit.ts';
import type { RepositoryState } from '../../src/repository/state.ts';
import { EXPIRY_PERIOD } from '../../src/tuf/custom-fields.ts';
import { computeKeyid } from '../../src/tuf/key.ts';
import type { Metadata } from '../../src/tuf/metadata.ts';
import type { Root } from '../../src/tuf/root.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { DAY, formatTime } from '../../src/tuf/time.ts';
import { type Files, memoryState, withFiles } from '../support/memory-tree.ts';
import { memorySigner, NOW, readRole, rewrite, signedRepository } from '../support/signed-repository.ts';

const LATER = new Date(NOW.getTime() + 100 * DAY);

let files: Files;
let state: RepositoryState;
beforeAll(async () => {
  files = await signedRepository();
  state = await memoryState(files);
});

const editorOf = (draft = state, knownGood = state) => new Editor(draft, knownGood, LATER);

/** What an editor would commit, as metadata. */
function made<T extends Root | Targets>(editor: Editor, role: string): Metadata<T> {
  return readRole<T>(new Map(editor.files as ReadonlyMap<string, string>), `metadata/${role}.json`);
}

const withNote = <T extends Root | Targets>(signed: T): T => ({ ...signed, 'x-note': 'changed' });

const strangerKey = memorySigner('@stranger').key;
const strangerKeyid = computeKeyid(strangerKey);

/** Gives a role one more key. */
function addKey(editor: Editor, role: string): void {
  changeRoleKeys(editor, role, (entry, keys) => ({
    entry: { ...entry, keyids: [...entry.keyids, strangerKeyid] },
    keys: { ...keys, [strangerKeyid]: strangerKey },
  }));
}

describe('closing a role', () => {
  it('sets the next version, the expiry that its period gives, and an empty signature for each of its keys', () => {
    const editor = editorOf();
    editor.edit<Targets>('team', withNote);
    const { signed, signatures } = made<Targets>(editor, 'team');
    expect(signed.version).toBe(2);
    expect(signed.expires).toBe(formatTime(new Date(LATER.getTime() + 365 * DAY)));
    const keyids = readRole<Targets>(files, 'metadata/targets.json').signed.delegations?.roles?.[0]?.keyids;
    expect(signatures).toEqual(keyids?.map((keyid) => ({ keyid, sig: '' })));
  });

  it('goes by the new period where that is what changed', () => {
    const editor = editorOf();
    editor.edit<Targets>('team', (signed) => ({ ...signed, [EXPIRY_PERIOD]: 10 }));
    expect(made(editor, 'team').signed.expires).toBe(formatTime(new Date(LATER.getTime() + 10 * DAY)));
  });

  it('asks the signers of the old root and of the new one to sign root', () => {
    const editor = editorOf();
    const old = readRole<Root>(files, 'metadata/root.json').signed.roles.root.keyids;
    editor.edit<Root>('root', (root) => {
      const entry = { ...root.roles.root, keyids: [...old.slice(1), strangerKeyid] };
      return {
        ...root,
        keys: { ...root.keys, [strangerKeyid]: strangerKey },
        roles: { ...root.roles, root: entry },
      };
    });
    const wanted = made(editor, 'root').signatures.map(({ keyid }) => keyid);
    expect(wanted.sort()).toEqual([...old, strangerKeyid].sort());
  });

  it('writes root a second time, into its history', () => {
    const editor = editorOf();
    editor.edit<Root>('root', withNote);
    expect([...editor.files.keys()]).toEqual(['metadata/root.json', 'metadata/root_history/4.root.json']);
    expect(new Set(editor.files.values()).size).toBe(1);
  });

  it('gives a draft that is edited again the version that it has', async () => {
    const first = editorOf();
    first.edit<Targets>('team', withNote);
    const draft = await memoryState(withFiles(files, Object.fromEntries(first.files)));
    const second = new Editor(draft, state, LATER);
    second.edit<Targets>('team', (signed) => ({ ...signed, 'x-note': 'changed again' }));
    second.edit<Targets>('team', (signed) => ({ ...signed, 'x-note': 'and again' }));
    expect(made(second, 'team').signed).toMatchObject({ version: 2, 'x-note': 'and again' });
  });

  it('never skips a version or takes one back, whatever is edited in which order', async () => {
    const role = fc.constantFrom('root', 'targets', 'team');
    const edits = fc.array(fc.record({ role, note: fc.integer(), again: fc.boolean() }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(edits, async (list) => {
        let editor = editorOf();
        let written = files;
        for (const { role, note, again } of list) {
          editor.edit<Targets>(role, (signed) => ({ ...signed, 'x-note': note }));
          written = withFiles(written, Object.fromEntries(editor.files));
          if (again) editor = new Editor(await memoryState(written), state, LATER);
        }
        for (const [name, { metadata }] of editor.draft.roles) {
          const before = state.roles.get(name)?.metadata?.signed.version ?? 0;
          const edited = list.some((edit) => edit.role === name);
          expect(metadata?.signed.version).toBe(edited ? before + 1 : before);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('an edit', () => {
  it('that changes nothing leaves no trace', () => {
    const editor = editorOf();
    editor.edit<Targets>('team', (signed) => ({ ...signed, targets: { ...signed.targets } }));
    expect(editor.files.size).toBe(0);
    expect(editor.draft).toBe(state);
  });

  it('that is broken off leaves no trace, and neither does one of a role that is not there', () => {
    const editor = editorOf();
    const stop = () => {
      throw new Error('stop');
    };
    expect(() => editor.edit<Targets>('team', stop)).toThrow('stop');
    expect(() => editor.edit<Targets>('constructor', withNote)).toThrow('There is no role constructor here');
    expect(editor.files.size).toBe(0);
    expect(editor.draft).toBe(state);
  });

  it('keeps fields that nobody here knows, wherever they stand', async () => {
    const path = 'metadata/team.json';
    const before = JSON.parse(String(files.get(path)));
    before['x-outside'] = { kept: true };
    before.signed['x-inside'] = [1, { deep: null }];
    before.signed.targets['team/tool.txt'].custom = { note: 'kept' };
    before.signed.targets['team/tool.txt']['x-more'] = 'kept';
    before.signed.delegations = { keys: {}, roles: [], 'x-delegations': 'kept' };
    const odd = await memoryState(withFiles(files, { [path]: JSON.stringify(before) }));
    const editor = editorOf(odd, odd);
    editor.edit<Targets>('team', withNote);
    const after = JSON.parse(String(editor.files.get(path)));
    expect(after).toEqual({
      ...before,
      signatures: expect.any(Array),
      signed: { ...before.signed, 'x-note': 'changed', version: 2, expires: after.signed.expires },
    });
  });

  it('writes the files of the roles that it changed and no other, however those are formatted', async () => {
    const compact = JSON.stringify(JSON.parse(String(files.get('metadata/targets.json'))));
    const odd = await memoryState(withFiles(files, { 'metadata/targets.json': compact }));
    const editor = editorOf(odd, odd);
    editor.edit<Targets>('team', withNote);
    expect([...editor.files.keys()]).toEqual(['metadata/team.json']);
  });
});

describe('the roles below', () => {
  const rolesOf = (editor: Editor) =>
    [...editor.files.keys()].filter((path) => !path.includes('root')).sort();

  it('are signed anew where their keys change: targets by root', () => {
    const editor = editorOf();
    addKey(editor, 'targets');
    expect(rolesOf(editor)).toEqual(['metadata/targets.json']);
    const { signed, signatures } = made<Targets>(editor, 'targets');
    expect(signed.version).toBe(2);
    expect(signatures).toContainEqual({ keyid: strangerKeyid, sig: '' });
    expect(signatures.every(({ sig }) => sig === '')).toBe(true);
  });

  it('are signed anew where their keys change: a delegated role by targets', () => {
    const editor = editorOf();
    addKey(editor, 'team');
    expect(rolesOf(editor)).toEqual(['metadata/targets.json', 'metadata/team.json']);
    expect(made(editor, 'team').signatures).toContainEqual({ keyid: strangerKeyid, sig: '' });
  });

  it('are signed anew where only their threshold changes', () => {
    const editor = editorOf();
    changeRoleKeys(editor, 'team', (entry, keys) => ({ entry: { ...entry, threshold: 2 }, keys }));
    expect(rolesOf(editor)).toEqual(['metadata/targets.json', 'metadata/team.json']);
  });

  it('stay as they are where something else changes: paths, periods, artifacts, the keys of other roles', () => {
    const editor = editorOf();
    addKey(editor, 'root');
    addKey(editor, 'timestamp');
    expect(rolesOf(editor)).toEqual([]);
    editor.edit<Targets>('targets', (targets) => {
      const { keys = {}, roles = [] } = targets.delegations ?? {};
      const delegations = {
        keys,
        roles: roles.map((role) => ({ ...role, paths: ['x/*'], terminating: false })),
      };
      return { ...targets, delegations, targets: {} };
    });
    expect(rolesOf(editor)).toEqual(['metadata/targets.json']);
  });

  it('stay as they are where their delegation ends', () => {
    const editor = editorOf();
    editor.edit<Targets>('targets', ({ delegations: _, ...targets }) => targets as Targets);
    expect(rolesOf(editor)).toEqual(['metadata/targets.json']);
  });

  it('are signed anew by all who delegate to them', async () => {
    // A second role, `other`, delegates to `team` as well, with a key of its own.
    const shared = await rewrite<Targets>(files, 'targets', (targets) => {
      const { keys = {}, roles = [] } = targets.delegations ?? {};
      const [team] = roles;
      if (!team) throw new Error('targets has no delegation');
      return { ...targets, delegations: { keys, roles: [team, { ...team, name: 'other' }] } };
    });
    const other = readRole<Targets>(shared, 'metadata/team.json');
    const delegation = {
      name: 'team',
      keyids: [strangerKeyid],
      threshold: 1,
      terminating: true,
      paths: ['team/*'],
    };
    const delegations = { keys: { [strangerKeyid]: strangerKey }, roles: [delegation] };
    const text = JSON.stringify({ ...other, signed: { ...other.signed, targets: {}, delegations } });
    const both = await memoryState(withFiles(shared, { 'metadata/other.json': text }));
    const editor = editorOf(both, both);
    editor.edit<Targets>('team', withNote);
    expect(made(editor, 'team').signatures).toHaveLength(3);
    expect(made(editor, 'team').signatures).toContainEqual({ keyid: strangerKeyid, sig: '' });
  });
});

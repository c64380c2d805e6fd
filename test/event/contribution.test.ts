/** What a signer contributes: a signature changes signatures alone, an acceptance the key and what follows from it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { acceptInvitations, addSignature, addSigner, signingTasks } from '../../src/event/contribution.ts';
import type { EventStatus } from '../../src/event/event.ts';
import { planSigning } from '../../src/event/signing.ts';
import { Editor } from '../../src/repository/edit.ts';
import { INVITATION_FILE } from '../../src/repository/layout.ts';
import { checkThresholds } from '../../src/repository/validate/signatures.ts';
import { KEY_OWNER, keyOwner } from '../../src/tuf/custom-fields.ts';
import { type Metadata, signedBytes } from '../../src/tuf/metadata.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { type Files, memoryState, withFiles } from '../support/memory-tree.ts';
import { memorySigner, NOW, readRole, signedRepository } from '../support/signed-repository.ts';

let files: Files;
beforeAll(async () => {
  files = await signedRepository();
});

async function editorOf(from = files): Promise<Editor> {
  return new Editor(await memoryState(from), await memoryState(files), NOW);
}

/** The files with a next version of `team` that nobody has signed, and what its file holds. */
async function draft(): Promise<{ readonly files: Files; readonly team: Metadata<Targets> }> {
  const editor = await editorOf();
  editor.edit<Targets>('team', (signed) => ({ ...signed, 'x-note': 'new' }));
  const changed = withFiles(files, Object.fromEntries(editor.files));
  return { files: changed, team: readRole<Targets>(changed, 'metadata/team.json') };
}

const teamOwners = (editor: Editor) => {
  const signed = editor.draft.roles.get('targets')?.metadata?.signed as Targets;
  const keys = signed.delegations?.keys ?? {};
  return signed.delegations?.roles?.[0]?.keyids.map((keyid) => keyOwner(keys[keyid] ?? {}));
};

describe('a signature', () => {
  it('changes nothing but signatures, and takes the place of the empty one', async () => {
    const { files: drafted, team } = await draft();
    const [first, second] = team.signatures;
    const { metadata } = await addSignature(await memoryState(drafted), 'team', first?.keyid ?? '', 'abcd');
    expect(metadata).toEqual({ ...team, signatures: [{ ...first, sig: 'abcd' }, second] });
  });

  it('clears what is still empty when it is the last one needed', async () => {
    const { files: drafted, team } = await draft();
    const keyid = team.signatures[1]?.keyid ?? '';
    const sig = await memorySigner('@erin').sign(signedBytes(team));
    const { metadata } = await addSignature(await memoryState(drafted), 'team', keyid, sig);
    expect(metadata.signatures).toEqual([{ keyid, sig }]);
  });

  it('of a role that is not there is refused', async () => {
    const adding = addSignature(await memoryState(files), 'constructor', 'ab', 'cd');
    await expect(adding).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('an accepted invitation', () => {
  it('puts the key in, ends the invitation, and starts the drafts concerned anew', async () => {
    const editor = await editorOf();
    const open = new Map([['@frank', ['team', 'root']]]);
    const left = acceptInvitations(editor, open, '@frank', ['team'], memorySigner('@frank').key);
    expect([...left]).toEqual([['@frank', ['root']]]);
    expect(teamOwners(editor)).toEqual(['@dave', '@erin', '@frank']);
    expect([...editor.files.keys()].sort()).toEqual([
      INVITATION_FILE,
      'metadata/targets.json',
      'metadata/team.json',
    ]);
  });

  it('replaces a key that the same login had, whatever the case of its letters', async () => {
    const editor = await editorOf();
    addSigner(editor, 'team', '@DAVE', memorySigner('another').key);
    expect(teamOwners(editor)).toEqual(['@erin', '@DAVE']);
    const signed = editor.draft.roles.get('targets')?.metadata?.signed as Targets;
    expect(Object.keys(signed.delegations?.keys ?? {})).toHaveLength(2);
  });

  it('is refused with the key of another signer of the role', async () => {
    const editor = await editorOf();
    const stolen = { ...memorySigner('@dave').key, 'x-tuf-on-ci-other': 'field' };
    expect(() => addSigner(editor, 'team', '@mallory', stolen)).toThrow(/in team already, as that of @dave/);
    expect(editor.files.size).toBe(0);
  });

  it('does not count where it comes with the key that the login has already', async () => {
    const editor = await editorOf();
    for (const login of ['@dave', '@erin']) addSigner(editor, 'team', login, memorySigner(login).key);
    expect(editor.files.size).toBe(0);
  });
});

const status: EventStatus = {
  name: 'x',
  base: '',
  head: '',
  state: 'waiting',
  changes: [],
  artifacts: { added: [], changed: [], removed: [] },
  invitations: new Map(),
  thresholds: [],
  findings: [],
  nextSteps: new Map(),
};

describe('what a login can sign', () => {
  async function tasksOf(from: Files, invitations: ReadonlyMap<string, readonly string[]>, login: string) {
    const proposed = await memoryState(from);
    const context = {
      proposed,
      knownGood: await memoryState(files),
      now: NOW,
      invited: new Map(),
      singleStep: true,
    };
    const thresholds = (await checkThresholds(context)).filter(({ changed }) => changed);
    return signingTasks(proposed, thresholds, invitations, login);
  }

  it('is what changed and holds no valid signature of theirs yet', async () => {
    const { files: drafted, team } = await draft();
    const dave = team.signatures[0]?.keyid ?? '';
    expect(await tasksOf(drafted, new Map(), '@Dave')).toEqual({
      tasks: [{ role: 'team', keyids: [dave] }],
      blocked: [],
    });
    const sig = await memorySigner('@dave').sign(signedBytes(team));
    const signed = await addSignature(await memoryState(drafted), 'team', dave, sig);
    const after = withFiles(drafted, Object.fromEntries(signed.files));
    expect((await tasksOf(after, new Map(), '@dave')).tasks).toEqual([]);
    expect(await tasksOf(drafted, new Map(), '@alice')).toEqual({ tasks: [], blocked: [] });
    expect(await tasksOf(files, new Map(), '@dave')).toEqual({ tasks: [], blocked: [] });
  });

  it('waits where the key of somebody else will still change the file', async () => {
    const { files: drafted } = await draft();
    expect(await tasksOf(drafted, new Map([['@frank', ['team']]]), '@dave')).toEqual({
      tasks: [],
      blocked: ['team'],
    });
    expect((await tasksOf(drafted, new Map([['@frank', ['root']]]), '@dave')).blocked).toEqual([]);
  });

  it('is told apart by key where a login has another one at hand', async () => {
    const { files: drafted } = await draft();
    const proposed = await memoryState(drafted);
    const commits = { main: '', base: '', head: '', changedPaths: [], movedPaths: [] };
    const sides = { name: 'x', ...commits, knownGood: await memoryState(files), proposed };
    const mine = await planSigning(sides, status, '@dave', memorySigner('@dave').key, NOW);
    expect(mine.toSign.map(({ role }) => role)).toEqual(['team']);
    const other = { ...memorySigner('other').key, [KEY_OWNER]: '@dave' };
    expect(await planSigning(sides, status, '@dave', other, NOW)).toMatchObject({
      toSign: [],
      otherKey: ['team'],
    });
  });
});

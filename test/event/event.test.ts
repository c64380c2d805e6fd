/** An event evaluated from git: where it stands, who is asked for what, and what makes it invalid. */
import { beforeAll, describe, expect, it } from 'vitest';
import { initRepository, setSigners } from '../../src/event/changes.ts';
import { addSignature } from '../../src/event/contribution.ts';
import { type EventStatus, evaluateEvent, readEvent } from '../../src/event/event.ts';
import { jsonReport } from '../../src/event/report.ts';
import { openRepository } from '../../src/git/repository.ts';
import { Editor } from '../../src/repository/edit.ts';
import { INVITATION_FILE } from '../../src/repository/layout.ts';
import { signedBytes } from '../../src/tuf/metadata.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { DAY } from '../../src/tuf/time.ts';
import { git, gitClone } from '../support/git.ts';
import { type Files, memoryState, withFiles } from '../support/memory-tree.ts';
import {
  alter,
  memorySigner,
  NOW,
  ONLINE_SIGNERS,
  readRole,
  rewrite,
  signedRepository,
  withArtifacts,
} from '../support/signed-repository.ts';

let files: Files;
beforeAll(async () => {
  files = await signedRepository();
});

/** What stands on an event whose branch has these files, where main has those. */
async function statusOf(event: Files, main = files, now = NOW): Promise<EventStatus> {
  const dir = await gitClone({ README: 'hello', ...(Object.fromEntries(main) as Record<string, string>) });
  await using repository = await openRepository(dir);
  const base = await git(dir, 'rev-parse', 'HEAD');
  const changes = new Map<string, Uint8Array | null>();
  for (const path of main.keys()) if (!event.has(path)) changes.set(path, null);
  for (const [path, content] of event)
    if (main.get(path) !== content) changes.set(path, Buffer.from(content as string));
  const head =
    changes.size === 0
      ? base
      : await repository.writeCommit({ parents: [base], base, changes, message: 'Event' });
  return evaluateEvent(await readEvent(repository, 'x', base, head), now);
}

/** The files after an edit that nobody has signed yet. */
async function drafted(change: (editor: Editor) => unknown, from = files): Promise<Files> {
  const state = await memoryState(from);
  const editor = new Editor(state, state, NOW);
  await change(editor);
  return withFiles(from, Object.fromEntries(editor.files));
}

/** The files with a signature of one person in a role. */
async function signedBy(login: string, role: string, from: Files): Promise<Files> {
  const state = await memoryState(from);
  const metadata = readRole(from, `metadata/${role}.json`);
  const { signed } =
    role === 'root' ? { signed: undefined } : readRole<Targets>(from, 'metadata/targets.json');
  const keys = signed?.delegations?.keys ?? state.roles.get('root')?.metadata?.signed.keys ?? {};
  const [keyid = ''] =
    Object.entries(keys as Record<string, { [field: string]: unknown }>).find(
      ([, key]) => key['x-tuf-on-ci-keyowner'] === login,
    ) ?? [];
  const sig = await memorySigner(login).sign(signedBytes(metadata));
  const { files: changed } = await addSignature(state, role, keyid, sig);
  return withFiles(from, Object.fromEntries(changed));
}

const note = (editor: Editor) => editor.edit<Targets>('team', (signed) => ({ ...signed, 'x-note': 'new' }));
const self = { login: '@alice', publicKey: async () => memorySigner('@alice').key };

describe('an event', () => {
  it('is empty where nothing changes', async () => {
    expect(await statusOf(files)).toMatchObject({
      state: 'empty',
      changes: [],
      thresholds: [],
      findings: [],
      nextSteps: new Map(),
    });
  });

  it('waits for everybody who may sign the change, and counts no missing signature as a mistake', async () => {
    const status = await statusOf(await drafted(note));
    expect(status).toMatchObject({ state: 'waiting', findings: [] });
    expect(status.changes).toMatchObject([{ role: 'team', kind: 'changed' }]);
    expect(status.changes[0]?.lines).toContain('field "x-note": "new"');
    expect(status.thresholds).toMatchObject([
      { role: 'team', by: 'targets', result: { met: false, count: 0 } },
    ]);
    expect([...status.nextSteps]).toEqual([
      ['@dave', 'sign team'],
      ['@erin', 'sign team'],
    ]);
  });

  it('is ready when enough have signed, and asks nobody for more', async () => {
    const signed = await signedBy('@erin', 'team', await drafted(note));
    const status = await statusOf(signed);
    expect(status).toMatchObject({ state: 'ready', nextSteps: new Map() });
    expect(jsonReport(status)).toMatchObject({
      ready: true,
      thresholds: [{ role: 'team', met: true, count: 1 }],
    });
  });

  it('is not ready where root lacks signers of the version before', async () => {
    const change = (editor: Editor) =>
      setSigners(editor, new Map(), 'root', { logins: ['@alice', '@bob'], threshold: 1 }, self);
    const one = await signedBy('@bob', 'root', await drafted(change));
    const status = await statusOf(one);
    expect(status.state).toBe('waiting');
    expect(status.thresholds.map(({ source, result }) => [source, result.met])).toEqual([
      ['previous-root', false],
      ['delegator', true],
    ]);
    expect([...status.nextSteps.keys()]).toEqual(['@alice', '@carol']);
  });

  it('waits for invited signers to accept before it asks anybody to sign', async () => {
    const signers = { logins: ['@dave', '@erin', '@frank'], threshold: 2 };
    const draft = await drafted((editor) => setSigners(editor, new Map(), 'team', signers, self));
    const status = await statusOf(draft);
    expect(status).toMatchObject({ state: 'waiting', invitations: new Map([['@frank', ['team']]]) });
    expect([...status.nextSteps]).toEqual([['@frank', 'accept the invitation to team']]);
    // With the key to come, two of three will be enough; so this is no threshold of all.
    expect(status.findings).toEqual([]);
  });

  it('may begin a repository', async () => {
    const empty = await memoryState(new Map());
    const editor = new Editor(empty, empty, NOW);
    const one = { logins: ['@alice'], threshold: 1 };
    const online = ONLINE_SIGNERS;
    await initRepository(
      editor,
      { root: one, targets: one, periods: { expiry: 365, signing: 60 }, online },
      self,
    );
    const begun = withFiles(new Map(), Object.fromEntries(editor.files));
    const status = await statusOf(begun, new Map());
    expect(status).toMatchObject({ state: 'waiting', findings: [] });
    expect(status.changes.map(({ role, kind }) => `${role} ${kind}`)).toEqual([
      'root added',
      'targets added',
    ]);
    expect([...status.nextSteps]).toEqual([['@alice', 'sign root, targets']]);
  });

  it('tells which artifacts and roles it adds, changes and removes', async () => {
    const removed = await rewrite<Targets>(
      withFiles(files, { 'metadata/team.json': null, 'targets/team/tool.txt': null }),
      'targets',
      ({ delegations: _, ...signed }) => signed as Targets,
    );
    const status = await statusOf(
      await withArtifacts(removed, { 'targets/a.txt': 'other', 'targets/b.txt': 'b' }),
    );
    expect(status.artifacts).toEqual({ added: ['b.txt'], changed: ['a.txt'], removed: ['team/tool.txt'] });
    expect(status.changes.map(({ role, kind }) => `${role} ${kind}`)).toEqual([
      'targets changed',
      'team removed',
    ]);
  });

  it('is invalid where a file under targets/ is not what a role says', async () => {
    const status = await statusOf(withFiles(files, { 'targets/a.txt': 'forged' }));
    expect(status).toMatchObject({
      state: 'invalid',
      findings: [{ code: 'artifact-mismatch', severity: 'error' }],
    });
  });

  it('is invalid where a signature that counts for nothing is added, even beside enough good ones', async () => {
    const good = await rewrite(files, 'team', (signed) => signed);
    const spoilt = alter(good, 'team', ({ signatures: [first, second], ...rest }) => ({
      ...rest,
      signatures: [{ keyid: first?.keyid ?? '', sig: second?.sig ?? '' }, ...(second ? [second] : [])],
    }));
    expect(await statusOf(spoilt)).toMatchObject({
      state: 'invalid',
      findings: [{ code: 'signature-invalid' }],
    });
  });

  it('is invalid where it skips a version', async () => {
    const skipped = await rewrite(files, 'team', (signed) => signed, 2);
    expect(await statusOf(skipped)).toMatchObject({
      state: 'invalid',
      findings: [{ code: 'version-too-high', message: 'team jumps to version 3; the next version is 2' }],
    });
  });

  it('is not held up by a flaw that main has already', async () => {
    const flawed = withFiles(files, { 'metadata/notes.txt': 'old' });
    const status = await statusOf(await signedBy('@dave', 'team', await drafted(note, flawed)), flawed);
    expect(status).toMatchObject({ state: 'ready', findings: [{ code: 'stray-file', severity: 'warning' }] });
  });

  it('may renew one role while another has expired', async () => {
    const expired = await rewrite(files, 'team', (signed) => ({
      ...signed,
      expires: '2030-01-02T00:00:00Z',
    }));
    const later = new Date(NOW.getTime() + 5 * DAY);
    const renewed = await rewrite(expired, 'targets', (signed) => ({ ...signed, 'x-note': 'new' }));
    expect(await statusOf(renewed, expired, later)).toMatchObject({
      state: 'ready',
      findings: [{ code: 'expired', severity: 'warning', role: 'team' }],
    });
  });

  it.each([
    ['malformed', '{"invites": {"@x": "root"}}', /cannot be used/],
    ['to a role that is not there', '{"invites": {"@x": ["nobody"]}}', /no role of this repository/],
    ['to a name of JavaScript', '{"invites": {"@x": ["constructor"]}}', /no role of this repository/],
  ])('is invalid with an invitation %s', async (_what, text, message) => {
    const { state, findings } = await statusOf(withFiles(files, { [INVITATION_FILE]: text }));
    expect(state).toBe('invalid');
    expect(findings[0]).toMatchObject({
      code: 'invitation-file',
      path: INVITATION_FILE,
      message: expect.stringMatching(message),
    });
  });

  it('is refused where it has nothing in common with main', async () => {
    const dir = await gitClone({ README: 'hello' });
    await git(dir, 'checkout', '--quiet', '--orphan', 'other');
    await git(dir, 'commit', '--quiet', '--allow-empty', '-m', 'Elsewhere');
    const [main = '', head = ''] = (await git(dir, 'rev-parse', 'main', 'other')).split('\n');
    await using repository = await openRepository(dir);
    await expect(readEvent(repository, 'x', main, head)).rejects.toMatchObject({ code: 'bad-request' });
  });
});

/**
 * Whoever can push to an event branch can put anything there. What breaks a rule is named by status, signed by nobody,
 * and, merged all the same, signed for by no machine; what was published before stays publishable.
 */
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FindingCode } from '../../src/repository/findings.ts';
import { git, gitWithInput } from '../support/git.ts';
import { addArtifacts, allSign, type Person, publishedTeam, type Team } from '../support/people.ts';
import { filesBelow } from '../support/playground.ts';
import { bobSigns, DOWNGRADES, FILES, type File, FORGERIES, ROOT, TARGETS } from './attacks.ts';

let published: Team;

beforeAll(async () => {
  published = await publishedTeam({
    signers: ['alice', 'bob'],
    threshold: 2,
    artifacts: { 'app.txt': 'first', 'tool.txt': 'a tool' },
  });
  const alice = await published.person('alice');
  await alice.does('delegate', 'second', 'root', '--expiry', '300', '--yes');
  await addArtifacts(alice, 'second', { 'app.txt': 'second' });
  await allSign(published, 'second', 'alice', 'bob');
  await published.merge('second');
  await published.publish();

  // An honest event under way, signed by one of two.
  await addArtifacts(alice, 'third', { 'app.txt': 'third' });
  await allSign(published, 'third', 'alice');
});

/** Status and sign say no and name the file; nothing is added to the event. */
async function expectRefused(team: Team, event: string, code: FindingCode, path: string): Promise<void> {
  const found = expect.objectContaining({ severity: 'error', code, path });
  const head = await team.branch(`sign/${event}`);
  // A signature of Bob's that does not count stops everybody but Bob, who mends it.
  const signer = await team.person(code === 'signature-invalid' ? 'alice' : 'bob');
  const status = await signer.playground('status', event, '--json');
  expect(status.json.findings).toContainEqual(found);
  expect(status).toMatchObject({ code: 1, json: { state: 'invalid', ready: false } });
  const sign = await signer.playground('sign', event, '--yes', '--json');
  expect(sign.json.findings).toContainEqual(found);
  expect(sign).toMatchObject({ code: 1, json: { ok: false } });
  expect(await team.branch(`sign/${event}`)).toBe(head);
}

/** Online signing says no as well; what was published before can still be built, byte for byte. */
async function expectUnpublished(team: Team, event: string, code: FindingCode, path: string): Promise<void> {
  const online = await team.branch('online');
  const before = await filesBelow(team.site);
  await team.merge(event);
  const robot: Person = await team.robot;
  const signed = await robot.playground('online-sign', '--json');
  expect(signed.json.findings).toContainEqual(expect.objectContaining({ severity: 'error', code, path }));
  expect(signed.code).toBe(1);
  expect(await team.branch('online')).toBe(online);
  await robot.does('build', team.site);
  expect(await filesBelow(team.site)).toEqual(before);
}

describe.concurrent.each([
  ['Forged', FORGERIES],
  ['Put back', DOWNGRADES],
  ['Out of place', FILES],
])('%s in an event', (_kind, attacks) => {
  it.each(attacks)('$name is refused at every gate', async ({ event = 'attack', files, code, path }) => {
    const team = published.copy();
    await (await team.person('mallory')).push(`sign/${event}`, await files(team));
    await expectRefused(team, event, code, path);
    await expectUnpublished(team, event, code, path);
  });
});

describe.concurrent('What git alone can put into an event', () => {
  it.each([
    ['a submodule', '160000', Buffer.from('targets/module'), 'targets/module', 'not-a-regular-file'],
    ['a name that is no text', '100644', Buffer.from('targets/\xff', 'latin1'), 'targets/\\xff', 'file-name'],
    ['a file that reaches out of its folder', '100644', Buffer.from('targets/..'), 'targets/..', 'file-name'],
  ] as const)('is refused: %s', async (_what, mode, path, shown, code) => {
    const team = published.copy();
    const { remote } = team;
    const blob = await gitWithInput(remote, ['hash-object', '-w', '--stdin'], 'x');
    const oid = mode === '160000' ? ((await team.branch('main')) ?? '') : blob;
    // mktree asks no questions about names, where the index would.
    const inside = await git(remote, 'ls-tree', '-z', 'main:targets');
    const name = path.subarray('targets/'.length);
    const entry = Buffer.concat([
      Buffer.from(`${mode} ${mode === '160000' ? 'commit' : 'blob'} ${oid}\t`),
      name,
      Buffer.from('\0'),
    ]);
    const folder = await gitWithInput(remote, ['mktree', '-z'], Buffer.concat([Buffer.from(inside), entry]));
    const top = (await git(remote, 'ls-tree', 'main')).replace(
      /tree \S+\ttargets/,
      `tree ${folder}\ttargets`,
    );
    const tree = await gitWithInput(remote, ['mktree'], `${top}\n`);
    const commit = await git(remote, 'commit-tree', '-p', 'main', '-m', 'Attack', tree);
    await git(remote, 'update-ref', 'refs/heads/sign/attack', commit);

    await expectRefused(team, 'attack', code, shown);
    const online = await team.branch('online');
    const robot = await team.robot;
    await git(remote, 'update-ref', 'refs/heads/main', commit);
    const signed = await robot.playground('online-sign', '--json');
    expect(signed.json.findings).toContainEqual(expect.objectContaining({ code, path: shown }));
    expect(signed.code).toBe(1);
    expect(await team.branch('online')).toBe(online);
  });
});

describe.concurrent('A signature that does not count', () => {
  /** The honest event, with other bytes in the place of these signatures. */
  async function forged(owners: readonly ('alice' | 'bob')[]): Promise<Team> {
    const team = published.copy();
    const file: File = JSON.parse(await team.read('sign/third', TARGETS));
    for (const entry of file.signatures) {
      // Alice has signed, Bob has still to.
      if (owners.includes(entry.sig === '' ? 'bob' : 'alice')) entry.sig = randomBytes(64).toString('hex');
    }
    await (await team.person('mallory')).push('sign/third', { [TARGETS]: JSON.stringify(file, null, 1) });
    return team;
  }
  const state = async (team: Team) =>
    (await (await team.person('robot')).playground('status', 'third', '--json')).json.state;

  it('is replaced by its owner, by signing again', async () => {
    const team = await forged(['bob']);
    expect(await state(team)).toBe('invalid');
    const bob = await team.person('bob');
    expect((await bob.does('sign', 'third', '--yes', '--json')).json).toMatchObject({ signed: ['targets'] });
    expect(await state(team)).toBe('ready');
  });

  it('is replaced by its owner where that of another does not count either', async () => {
    const team = await forged(['alice', 'bob']);
    await allSign(team, 'third', 'bob');
    expect(await state(team)).toBe('invalid');
    await allSign(team, 'third', 'alice');
    expect(await state(team)).toBe('ready');
  });

  it('is replaced by a contribution as text as well', async () => {
    const team = await forged(['bob']);
    const bob = await team.person('bob');
    const text = (await bob.does('sign', 'third', '--print', '--yes')).stdout;
    const importing = bob.start(['import-signature', 'third', '-', '--yes'], {}, text);
    expect(await importing.ended).toMatchObject({ code: 0 });
    expect(await state(team)).toBe('ready');
  });

  it('does not make its owner sign where anything else is wrong', async () => {
    const team = await forged(['bob']);
    await (await team.person('mallory')).push('sign/third', { 'metadata/unknown.txt': 'x' });
    const bob = await team.person('bob');
    const head = await team.branch('sign/third');
    const refused = await bob.playground('sign', 'third', '--yes', '--json');
    expect(refused.code).toBe(1);
    expect(refused.json.findings?.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['signature-invalid', 'stray-file']),
    );
    expect(await team.branch('sign/third')).toBe(head);
  });
});

describe.concurrent('An event', () => {
  it('that touches another file is not signed; a merge of it changes nothing that is published', async () => {
    const team = published.copy();
    const path = '.github/workflows/publish.yml';
    await (await team.person('mallory')).push('sign/attack', { [path]: 'on: push' });
    await expectRefused(team, 'attack', 'outside-event', path);
    const before = await filesBelow(team.site);
    await team.merge('attack');
    await team.publish();
    expect(await filesBelow(team.site)).toEqual(before);
  });

  it('that brings online roles is not signed; a merge of it does not put them online', async () => {
    const team = published.copy();
    const stolen = await team.read('online~1', 'metadata/timestamp.json');
    await (await team.person('mallory')).push('sign/attack', { 'metadata/timestamp.json': stolen });
    await expectRefused(team, 'attack', 'online-role-in-event', 'metadata/timestamp.json');
    const before = await filesBelow(team.site);
    await team.merge('attack');
    await team.publish();
    expect(await filesBelow(team.site)).toEqual(before);
  });

  it('that began before main moved on is signed by nobody until it is brought up to date', async () => {
    const team = published.copy();
    const mallory = await team.person('mallory');
    await mallory.git('push', '--quiet', 'origin', 'origin/main~1:refs/heads/sign/attack');
    await mallory.push('sign/attack', { 'targets/extra.txt': 'x' });
    await expectRefused(team, 'attack', 'event-behind', ROOT);
  });

  it('is not made valid by signatures of keys that the role does not have', async () => {
    const team = published.copy();
    const mallory = await team.person('mallory');
    const files = await bobSigns(() => randomBytes(64).toString('hex'))(team);
    const file: File = JSON.parse(files[TARGETS] ?? '');
    file.signatures = file.signatures.map((signature, index) =>
      index === 1 ? { ...signature, keyid: randomBytes(32).toString('hex') } : signature,
    );
    await mallory.push('sign/third', { [TARGETS]: JSON.stringify(file, null, 1) });
    const status = await mallory.playground('status', 'third', '--json');
    expect(status).toMatchObject({ code: 1, json: { state: 'waiting' } });
    await expectUnpublished(team, 'third', 'threshold-not-met', TARGETS);
  });
});

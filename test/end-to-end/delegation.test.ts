/** A delegated role: its own signer speaks for its own artifacts, and for nothing else. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/git.ts';
import { addArtifacts, allSign, publishedTeam, type Team } from '../support/people.ts';

const DAY = 86_400_000;

let published: Team;
let delegated: Team;

beforeAll(async () => {
  published = await publishedTeam({ signers: ['alice'], threshold: 1, artifacts: { 'app.txt': 'app' } });
  delegated = published.copy();
  const alice = await delegated.person('alice');
  await alice.does('delegate', 'team', 'team-a', '--signers', '@dave', '--yes');
});

/** The delegation, accepted and published. */
async function withTeam(): Promise<Team> {
  const team = delegated.copy();
  await allSign(team, 'team', 'dave', 'alice');
  await team.merge('team');
  await team.publish();
  return team;
}

describe.concurrent('A new delegated role', () => {
  it('comes to life when its signer accepts and the delegator signs', async () => {
    const team = delegated.copy();
    const [alice, dave] = [await team.person('alice'), await team.person('dave')];
    const invited = await alice.playground('status', 'team', '--json');
    expect(invited).toMatchObject({ code: 1, json: { invitations: { '@dave': ['team-a'] } } });
    expect((await alice.does('sign', 'team', '--yes', '--json')).json).toMatchObject({ commit: null });
    const accepted = await dave.does('sign', 'team', '--yes', '--json');
    expect(accepted.json).toMatchObject({
      accepted: ['team-a'],
      signed: ['team-a'],
      event: { state: 'waiting' },
    });
    const signed = await alice.does('sign', 'team', '--yes', '--json');
    expect(signed.json).toMatchObject({ signed: ['targets'], event: { state: 'ready' } });
    await team.merge('team');
    await team.publish();
    const verified = await team.verify();
    expect(verified.json).toMatchObject({
      ok: true,
      versions: { targets: 2, delegated: [{ role: 'team-a', version: 1 }] },
    });
  });

  it.each([
    ['the name of a top-level role in other letters', 'Root'],
    ['a path', '../team'],
    ['nothing', ''],
    ['a device of Windows', 'con'],
    ['a word of JavaScript', '__proto__'],
    ['a property of every object, which tuf-js takes for a role that it has', 'constructor'],
  ])('is refused with %s for a name', async (_what, name) => {
    const alice = await published.person('alice');
    const outcome = await alice.playground('delegate', 'odd', name, '--signers', '@dave', '--yes', '--json');
    expect(outcome).toMatchObject({ code: 2, json: { ok: false } });
    expect(await published.branch('sign/odd')).toBeUndefined();
  });
});

describe.concurrent('A delegated role’s artifact', () => {
  it('is signed by its own signer alone, and downloaded by clients', async () => {
    const team = await withTeam();
    const [alice, dave] = [await team.person('alice'), await team.person('dave')];
    await addArtifacts(dave, 'tool', { 'team-a/tool.txt': 'a tool' });
    const status = await dave.playground('status', 'tool', '--json');
    expect(status.json.thresholds?.map(({ role, by }) => ({ role, by }))).toEqual([
      { role: 'team-a', by: 'targets' },
    ]);
    expect(status.json.changes?.map(({ role }) => role)).toEqual(['team-a']);

    const others = await alice.playground('sign', 'tool', '--yes', '--json');
    expect(others).toMatchObject({ code: 0, json: { commit: null, event: { state: 'waiting' } } });
    const signed = await dave.does('sign', 'tool', '--yes', '--json');
    expect(signed.json).toMatchObject({ signed: ['team-a'], event: { state: 'ready' } });
    await team.merge('tool');
    await team.publish();

    const folder = temporaryFolder();
    const verified = await team.verify('--download', folder, '--artifact', 'team-a/tool.txt');
    expect(verified.json).toMatchObject({
      ok: true,
      versions: { targets: 2, delegated: [{ role: 'team-a', version: 2 }] },
      artifacts: [{ path: 'team-a/tool.txt', ok: true }],
    });
    expect(await readFile(join(folder, 'team-a/tool.txt'), 'utf8')).toBe('a tool');
  });

  it('is not published while its signer has not signed', async () => {
    const team = await withTeam();
    await addArtifacts(await team.person('alice'), 'tool', { 'team-a/tool.txt': 'a tool' });
    await team.merge('tool');
    const online = await team.branch('online');
    const refused = await (await team.robot).playground('online-sign', '--json');
    expect(refused.code).toBe(1);
    expect(refused.json.findings).toContainEqual(
      expect.objectContaining({ code: 'threshold-not-met', severity: 'error', path: 'metadata/team-a.json' }),
    );
    expect(await team.branch('online')).toBe(online);
  });

  it('cannot be claimed by a role to which its path is not delegated', async () => {
    const team = await withTeam();
    const dave = await team.person('dave');
    await addArtifacts(dave, 'grab', { 'team-a/tool.txt': 'a tool' });
    const role = JSON.parse(await team.read('sign/grab', 'metadata/team-a.json'));
    role.signed.targets['app.txt'] = JSON.parse(
      await team.read('main', 'metadata/targets.json'),
    ).signed.targets['app.txt'];
    await dave.push('sign/grab', { 'metadata/team-a.json': JSON.stringify(role, null, 1) });
    const status = await dave.playground('status', 'grab', '--json');
    expect(status.code).toBe(1);
    expect(status.json.findings).toContainEqual(
      expect.objectContaining({
        code: 'artifact-unreachable',
        severity: 'error',
        path: 'metadata/team-a.json',
      }),
    );
    expect((await dave.playground('sign', 'grab', '--yes')).code).toBe(1);
  });

  it('goes on after its signer was replaced; the former one signs no more', async () => {
    const team = await withTeam();
    const [alice, dave] = [await team.person('alice'), await team.person('dave')];
    await alice.does('delegate', 'swap', 'team-a', '--signers', '@erin', '--yes');
    await allSign(team, 'swap', 'erin', 'alice');
    await team.merge('swap');
    await team.publish();
    expect((await team.verify()).json).toMatchObject({ ok: true });
    await addArtifacts(dave, 'late', { 'team-a/late.txt': 'late' });
    expect((await dave.playground('sign', 'late', '--yes', '--json')).json).toMatchObject({ signed: [] });
    expect((await dave.playground('status', 'late', '--json')).json.nextSteps).toEqual({
      '@erin': 'sign team-a',
    });
    await allSign(team, 'late', 'erin');
    await team.merge('late');
    await team.publish();
    expect((await team.verify()).json).toMatchObject({
      ok: true,
      versions: { delegated: [{ role: 'team-a', version: 3 }] },
    });
  });
});

describe.concurrent('Delegate', () => {
  it.each([
    ['people for an online role', ['timestamp', '--signers', '@alice']],
    ['paths for a top-level role', ['targets', '--path', 'x/*']],
    ['a threshold above the number of signers', ['root', '--threshold', '2']],
    ['a threshold of none', ['root', '--threshold', '0']],
    ['nothing at all', ['root']],
    ['the same signer twice', ['root', '--signers', '@bob,@BOB']],
    ['something that is no login', ['root', '--signers', 'alice@example.com']],
    ['a signing period as long as the expiry', ['root', '--expiry', '10', '--signing', '10']],
    ['a pattern that clients read differently', ['team-b', '--signers', '@dave', '--path', 'b/[ab]']],
  ])('refuses %s', async (_what, args) => {
    const alice = await published.person('alice');
    const outcome = await alice.playground('delegate', 'odd', ...args, '--yes', '--json');
    expect(outcome).toMatchObject({ code: 2, json: { ok: false } });
    expect(await published.branch('sign/odd')).toBeUndefined();
  });

  it('sets how long the online roles live; online signing follows', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await alice.does('delegate', 'slower', 'timestamp', '--expiry', '30', '--signing', '10', '--yes');
    await allSign(team, 'slower', 'alice');
    await team.merge('slower');
    const robot = await team.robot;
    // What is there holds for less than ten days, so it is due.
    const signed = await robot.does('online-sign', '--json');
    expect(signed.json.versions).toEqual({ snapshot: 1, timestamp: 2 });
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 2, timestamp: 2 } });
    const timestamp = JSON.parse(await team.read('online', 'metadata/timestamp.json'));
    expect(Math.round((Date.parse(timestamp.signed.expires) - Date.now()) / DAY)).toBe(30);
  });
});

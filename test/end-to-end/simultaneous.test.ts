/** People who work on one event at the same time: whoever loses the race to push starts over, and nothing is lost. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { git } from '../support/git.ts';
import { addArtifacts, allSign, newTeam, type Team } from '../support/people.ts';
import { gitThat, untilThere } from '../support/playground.ts';

const SIGNERS = ['alice', 'bob', 'carol'];
const ROUNDS = [1, 2];

/** All of them run the command at once; what each was told. */
function atOnce(team: Team, names: readonly string[], ...args: readonly string[]) {
  return Promise.all(names.map(async (name) => (await team.person(name)).does(...args, '--yes', '--json')));
}

/** Who has signed what in an event, and its state. */
async function standing(team: Team) {
  const status = await (await team.person('alice')).playground('status', 'init', '--json');
  const signed = (status.json.thresholds ?? []).map(({ role, keys }) => ({
    role,
    by: keys
      .filter((key) => key.status === 'signed')
      .map(({ owner }) => owner)
      .sort(),
  }));
  return { state: status.json.state, invitations: status.json.invitations, signed };
}

describe.concurrent('Signers at the same time', () => {
  let invited: Team;
  let accepted: Team;
  beforeAll(async () => {
    invited = await newTeam();
    const logins = SIGNERS.map((name) => `@${name}`).join(',');
    await (await invited.person('alice')).does('init', '--signers', logins, '--threshold', '3', '--yes');
    accepted = invited.copy();
    await allSign(accepted, 'init', 'bob', 'carol');
  });

  it.each(ROUNDS)('both accept their invitations (round %i)', async () => {
    const team = invited.copy();
    const head = (await team.branch('sign/init')) ?? '';
    const outcomes = await atOnce(team, ['bob', 'carol'], 'sign', 'init');
    expect(outcomes.map(({ json }) => json.accepted)).toEqual([
      ['root', 'targets'],
      ['root', 'targets'],
    ]);
    const { invitations, signed } = await standing(team);
    expect(invitations).toEqual({});
    // Only the later one met a root that no invitation will change any more.
    expect(signed.map(({ by }) => by.length)).toEqual([1, 1]);
    expect(await git(team.remote, 'rev-list', '--count', `${head}..sign/init`)).toBe('2');
    await atOnce(team, SIGNERS, 'sign', 'init');
    expect(await standing(team)).toMatchObject({ state: 'ready' });
  });

  it.each(ROUNDS)('all end up recorded (round %i)', async () => {
    const team = accepted.copy();
    const outcomes = await atOnce(team, ['alice', 'bob'], 'sign', 'init');
    expect(outcomes.map(({ json }) => json.signed)).toEqual([
      ['root', 'targets'],
      ['root', 'targets'],
    ]);
    const all = ['@alice', '@bob', '@carol'];
    expect(await standing(team)).toEqual({
      state: 'ready',
      invitations: {},
      signed: [
        { role: 'root', by: all },
        { role: 'targets', by: all },
      ],
    });
  });

  it('start over when somebody else was faster by a moment', async () => {
    const team = accepted.copy();
    const [alice, bob] = [await team.person('alice'), await team.person('bob')];
    const [reached, go] = [join(team.folder, 'reached'), join(team.folder, 'go')];
    const wait = `touch '${reached}'; while [ ! -e '${go}' ]; do sleep 0.02; done`;
    const args = ['sign', 'init', '--yes', '--json'];
    const overtaken = bob.start(args, await gitThat(wait, 'push'));
    await untilThere(reached, overtaken);
    await alice.does(...args);
    await writeFile(go, '');
    expect(await overtaken.ended).toMatchObject({ code: 0, json: { signed: ['root', 'targets'] } });
    expect(await standing(team)).toMatchObject({ state: 'ready' });
  });

  it('do not hinder somebody who adds artifacts meanwhile: what was signed too early is signed again', async () => {
    const team = accepted.copy();
    const [alice, bob] = [await team.person('alice'), await team.person('bob')];
    await Promise.all([bob.does('sign', 'init', '--yes'), addArtifacts(alice, 'init', { 'a.txt': 'a' })]);
    const { targets } = JSON.parse(await team.read('sign/init', 'metadata/targets.json')).signed;
    expect(Object.keys(targets)).toEqual(['a.txt']);
    await atOnce(team, SIGNERS, 'sign', 'init');
    expect(await standing(team)).toMatchObject({ state: 'ready' });
  });

  it('may both add artifacts', async () => {
    const team = accepted.copy();
    const people = await Promise.all(['alice', 'bob', 'carol'].map((name) => team.person(name)));
    await Promise.all(
      people.map((person) => addArtifacts(person, 'init', { [`${person.name}.txt`]: person.name })),
    );
    const { targets } = JSON.parse(await team.read('sign/init', 'metadata/targets.json')).signed;
    expect(Object.keys(targets).sort()).toEqual(['alice.txt', 'bob.txt', 'carol.txt']);
  });
});

describe.concurrent('Online signing at the same time', () => {
  it('happens once; the other run finds it done', async () => {
    const team = await newTeam();
    await (await team.person('alice')).does('init', '--signers', '@alice', '--yes');
    await allSign(team, 'init', 'alice');
    await team.merge('init');
    const robots = await Promise.all(['robot', 'robot-2'].map((name) => team.person(name)));
    const outcomes = await Promise.all(robots.map((robot) => robot.does('online-sign', '--first', '--json')));
    expect(outcomes.map(({ json }) => json.versions)).toEqual([
      { snapshot: 1, timestamp: 1 },
      { snapshot: 1, timestamp: 1 },
    ]);
    const tip = await team.branch('online');
    expect(outcomes.map(({ json }) => json.commit).filter((commit) => commit !== null)).toEqual([tip]);
    expect(await git(team.remote, 'rev-list', '--count', 'online')).toBe('1');
    const robot = await team.robot;
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true });
  });
});

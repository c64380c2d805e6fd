/** Nothing is published before enough people have signed, whoever merges what. */
import { beforeAll, describe, expect, it } from 'vitest';
import { git } from '../support/git.ts';
import { newTeam, type Team } from '../support/people.ts';

describe.concurrent('an event that lacks a signature', () => {
  let waiting: Team;
  beforeAll(async () => {
    waiting = await newTeam();
    const [alice, bob] = [await waiting.person('alice'), await waiting.person('bob')];
    await alice.does('init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
    await bob.does('sign', 'init', '--yes');
  });

  it('is not ready, and its status says who is missing', async () => {
    const alice = await waiting.person('alice');
    const status = await alice.playground('status', 'init', '--json');
    expect(status.code).toBe(1);
    expect(status.json).toMatchObject({ state: 'waiting', ready: false });
    expect(status.json.nextSteps).toEqual({ '@alice': 'sign root, targets' });
    expect(status.json.findings?.filter(({ severity }) => severity === 'error')).toEqual([]);

    const report = await alice.playground('status', 'init');
    expect(report.code).toBe(1);
    expect(report.stdout).toContain('Waiting for signatures');
    expect(report.stdout).toContain('2 of 2 needed for targets: @alice waiting, @bob ✓');
  });

  it('is refused by online signing where somebody merged it all the same, and nothing is published', async () => {
    const team = waiting.copy();
    await team.merge('init');
    const robot = await team.robot;
    for (const push of [[], ['--no-push']]) {
      const refused = await robot.playground('online-sign', '--first', '--json', ...push);
      expect(refused.code).toBe(1);
      expect(refused.json.findings).toContainEqual(
        expect.objectContaining({
          code: 'threshold-not-met',
          severity: 'error',
          role: 'root',
          path: 'metadata/root.json',
        }),
      );
    }
    expect(await team.branch('online')).toBeUndefined();
    expect(await git(robot.folder, 'for-each-ref', 'refs/heads/online')).toBe('');

    const build = await robot.playground('build', team.site);
    expect(build.code).toBe(2);
    expect(build.stderr).toContain('online-sign');
  });

  it('is ready once the last signature is there, and can then be published', async () => {
    const team = waiting.copy();
    await (await team.person('alice')).does('sign', 'init', '--yes');
    const status = await (await team.person('bob')).playground('status', 'init', '--json');
    expect(status.code).toBe(0);
    expect(status.json).toMatchObject({ state: 'ready', ready: true, nextSteps: {} });
    await team.merge('init');
    await team.publish('--first');
    expect(await team.verify()).toMatchObject({ code: 0, json: { ok: true } });
  });

  it('counts one signer once, however often they sign', async () => {
    const team = waiting.copy();
    const bob = await team.person('bob');
    const before = await team.branch('sign/init');
    const again = await bob.playground('sign', 'init', '--yes', '--json');
    expect(again).toMatchObject({ code: 0, json: { commit: null, signed: [] } });
    expect(await team.branch('sign/init')).toBe(before);
  });

  it('takes no signature from somebody who has no key in it', async () => {
    const team = waiting.copy();
    const before = await team.branch('sign/init');
    const outcome = await (await team.person('mallory')).playground('sign', 'init', '--yes', '--json');
    expect(outcome).toMatchObject({ code: 0, json: { commit: null, event: { state: 'waiting' } } });
    expect(await team.branch('sign/init')).toBe(before);
  });

  it('is not signed with another key than the one that the repository knows', async () => {
    const team = waiting.copy();
    const alice = await team.person('alice');
    await team.person('mallory');
    const key = `file2:${team.keyFile('mallory')}`;
    const outcome = await alice.playground('sign', 'init', '--yes', '--key', key);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(
      /Not signed with Ed25519 \w+…: root, targets\. The repository knows this key of yours/,
    );
    expect(await alice.playground('status', 'init')).toMatchObject({ code: 1 });
  });
});

describe.concurrent('an event with an open invitation', () => {
  it('waits for the invited signer, whatever the others do', async () => {
    const team = await newTeam();
    const alice = await team.person('alice');
    await alice.does('init', '--signers', '@alice,@bob', '--threshold', '1', '--yes');
    const signed = await alice.playground('sign', 'init', '--yes', '--json');
    expect(signed).toMatchObject({ code: 0, json: { commit: null, signed: [] } });
    expect(signed.stderr).toContain('First @bob must accept');
    const status = await alice.playground('status', 'init', '--json');
    expect(status).toMatchObject({
      code: 1,
      json: { state: 'waiting', invitations: { '@bob': ['root', 'targets'] } },
    });

    await team.merge('init');
    const refused = await (await team.robot).playground('online-sign', '--first', '--json');
    expect(refused.code).toBe(1);
    expect(refused.json.findings?.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['invitation-file', 'threshold-not-met']),
    );
    expect(await team.branch('online')).toBeUndefined();
  });
});

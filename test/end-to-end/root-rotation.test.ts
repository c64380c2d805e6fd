/** Root changes hands: old and new signers agree, and clients that know the old root follow (specification 5.3). */
import { beforeAll, describe, expect, it } from 'vitest';
import { allSign, publishedTeam, type Team } from '../support/people.ts';

const ROOT = 'metadata/root.json';

let published: Team;
beforeAll(async () => {
  published = await publishedTeam({
    signers: ['alice', 'bob'],
    threshold: 2,
    artifacts: { 'app.txt': 'first' },
  });
});

/** Whether online signing takes what was merged; else its findings. */
async function afterMerge(team: Team, event: string) {
  await team.merge(event);
  const online = await team.branch('online');
  const outcome = await (await team.robot).playground('online-sign', '--json');
  if (outcome.code !== 0) expect(await team.branch('online')).toBe(online);
  return outcome;
}

describe.concurrent('replacing a root signer', () => {
  let replacing: Team;
  beforeAll(async () => {
    replacing = published.copy();
    const alice = await replacing.person('alice');
    await alice.does('delegate', 'swap', 'root', '--signers', '@alice,@carol', '--threshold', '2', '--yes');
    const accepted = await (await replacing.person('carol')).does('sign', 'swap', '--yes', '--json');
    expect(accepted.json).toMatchObject({ accepted: ['root'], signed: ['root'] });
  });

  it('needs both the old signers and the new ones', async () => {
    const team = replacing.copy();
    const alice = await team.person('alice');
    const thresholds = async () => {
      const { json } = await alice.playground('status', 'swap', '--json');
      return json.thresholds?.map(({ by, count, met }) => ({ by, count, met }));
    };
    expect(await thresholds()).toEqual([
      { by: 'previous-root', count: 0, met: false },
      { by: 'root', count: 1, met: false },
    ]);
    await allSign(team, 'swap', 'alice');
    expect(await thresholds()).toEqual([
      { by: 'previous-root', count: 1, met: false },
      { by: 'root', count: 2, met: true },
    ]);
    expect((await alice.playground('status', 'swap', '--json')).json.nextSteps).toEqual({
      '@bob': 'sign root',
    });
    await allSign(team, 'swap', 'bob');
    expect(await alice.playground('status', 'swap', '--json')).toMatchObject({
      code: 0,
      json: { state: 'ready' },
    });
  });

  it('is followed by a client that kept the old root, and by one that starts from it', async () => {
    const team = replacing.copy();
    await allSign(team, 'swap', 'bob', 'alice');
    await team.merge('swap');
    await team.publish();
    const kept = await team.verify();
    expect(kept.json).toMatchObject({
      ok: true,
      firstRoot: { origin: 'state', version: 1 },
      versions: { root: 2 },
    });
    const robot = await team.robot;
    const fresh = await robot.playground('verify', team.site, '--json');
    expect(fresh.json).toMatchObject({
      ok: true,
      firstRoot: { origin: 'source', version: 1 },
      versions: { root: 2 },
    });

    // The one who left has no say any more; the one who came has.
    const [bob, carol] = [await team.person('bob'), await team.person('carol')];
    await carol.does('delegate', 'next', 'root', '--expiry', '300', '--yes');
    expect((await bob.playground('sign', 'next', '--yes', '--json')).json).toMatchObject({ signed: [] });
    expect((await carol.does('sign', 'next', '--yes', '--json')).json).toMatchObject({ signed: ['root'] });
    await allSign(team, 'next', 'alice');
    await team.merge('next');
    await team.publish();
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 3 } });
  });

  it('is refused with the signatures of the new signers alone', async () => {
    const team = replacing.copy();
    await allSign(team, 'swap', 'alice');
    const refused = await afterMerge(team, 'swap');
    expect(refused.code).toBe(1);
    expect(refused.json.findings).toContainEqual(
      expect.objectContaining({
        code: 'threshold-not-met',
        path: ROOT,
        message: expect.stringContaining('before it'),
      }),
    );
  });

  it('is refused with the signatures of the old signers alone', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await alice.does('delegate', 'swap', 'root', '--signers', '@carol,@dave', '--threshold', '2', '--yes');
    for (const name of ['carol', 'dave']) {
      const person = await team.person(name);
      await person.does('sign', 'swap', '--yes');
    }
    await allSign(team, 'swap', 'alice', 'bob');
    const status = await alice.playground('status', 'swap', '--json');
    expect(status.json.thresholds?.map(({ by, met }) => [by, met])).toEqual([
      ['previous-root', true],
      ['root', false],
    ]);
    const refused = await afterMerge(team, 'swap');
    expect(refused.code).toBe(1);
    expect(refused.json.findings).toContainEqual(
      expect.objectContaining({
        code: 'threshold-not-met',
        path: ROOT,
        message: expect.stringContaining('its own'),
      }),
    );
  });
});

describe.concurrent('another threshold of root', () => {
  it('is raised when the new number has signed', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await alice.does(
      'delegate',
      'more',
      'root',
      '--signers',
      '@alice,@bob,@carol',
      '--threshold',
      '3',
      '--yes',
    );
    await allSign(team, 'more', 'carol', 'alice');
    const before = await alice.playground('status', 'more', '--json');
    expect(before).toMatchObject({ code: 1, json: { state: 'waiting', nextSteps: { '@bob': 'sign root' } } });
    await allSign(team, 'more', 'bob');
    await team.merge('more');
    await team.publish();
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 2 } });
  });

  it('is lowered only with as many signatures as the old threshold asks for', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await alice.does('delegate', 'fewer', 'root', '--threshold', '1', '--yes');
    await allSign(team, 'fewer', 'alice');
    const status = await alice.playground('status', 'fewer', '--json');
    expect(status).toMatchObject({ code: 1, json: { state: 'waiting' } });
    const early = team.copy();
    const refused = await afterMerge(early, 'fewer');
    expect(refused.code).toBe(1);
    expect(refused.json.findings).toContainEqual(
      expect.objectContaining({
        code: 'threshold-not-met',
        path: ROOT,
        message: expect.stringContaining('1 of the 2'),
      }),
    );

    await allSign(team, 'fewer', 'bob');
    expect((await afterMerge(team, 'fewer')).code).toBe(0);
    await (await team.robot).does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 2 } });
  });
});

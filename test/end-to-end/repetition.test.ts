/** Every command can be run again: on the same input a second run changes nothing, and a refused one leaves no trace. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { git } from '../support/git.ts';
import { addArtifacts, allSign, publishedTeam, type Team } from '../support/people.ts';
import { filesBelow } from '../support/playground.ts';

let published: Team;
beforeAll(async () => {
  published = await publishedTeam({
    signers: ['alice', 'bob'],
    threshold: 1,
    artifacts: { 'app.txt': 'first', 'lib/a.txt': 'a' },
  });
});

/** Every ref of the shared repository. */
const refs = (team: Team) => git(team.remote, 'for-each-ref');

describe.concurrent('A second run', () => {
  it('of online signing signs nothing', async () => {
    const team = published.copy();
    const before = await refs(team);
    const again = await (await team.robot).does('online-sign', '--json');
    expect(again.json).toMatchObject({ ok: true, commit: null, versions: { snapshot: 1, timestamp: 1 } });
    const withSite = await (await team.robot).does('online-sign', '--published', team.site, '--json');
    expect(withSite.json).toMatchObject({ ok: true, commit: null });
    const first = await (await team.robot).does('online-sign', '--first', '--json');
    expect(first.json).toMatchObject({ ok: true, commit: null });
    expect(await refs(team)).toBe(before);
  });

  it('of the build makes the same site, byte for byte, in any clone', async () => {
    const team = published.copy();
    const before = await filesBelow(team.site);
    expect(Object.keys(before).length).toBe(6);
    await (await team.robot).does('build', team.site);
    expect(await filesBelow(team.site)).toEqual(before);
    const elsewhere = join(team.folder, 'else', 'where');
    await (await team.person('carol')).does('build', elsewhere);
    expect(await filesBelow(elsewhere)).toEqual(before);
    expect(await readdir(dirname(elsewhere))).toEqual(['where']);
  });

  it('of sign finds nothing to do, and says so', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await addArtifacts(alice, 'change', { 'app.txt': 'second' });
    await allSign(team, 'change', 'alice');
    const before = await refs(team);
    const again = await alice.does('sign', 'change', '--yes');
    expect(again.stdout).toContain('There is nothing for @alice to do in sign/change: ready to merge');
    expect(await refs(team)).toBe(before);
  });

  it('of sign after the merge finds nothing to do', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await addArtifacts(alice, 'change', { 'app.txt': 'second' });
    await allSign(team, 'change', 'alice');
    await team.merge('change');
    const before = await refs(team);
    const again = await alice.does('sign', 'change', '--yes', '--json');
    expect(again.json).toMatchObject({ commit: null, signed: [] });
    expect(await refs(team)).toBe(before);
  });

  it('of delegate finds nothing to change', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    const args = [
      'delegate',
      'more',
      'root',
      '--signers',
      '@alice,@bob,@carol',
      '--threshold',
      '2',
      '--yes',
      '--json',
    ];
    await alice.does(...args);
    const before = await refs(team);
    expect((await alice.does(...args)).json).toEqual({ ok: true, commit: null });
    expect(await refs(team)).toBe(before);
  });

  it('of init is refused: there is a repository', async () => {
    const team = published.copy();
    const before = await refs(team);
    const again = await (await team.person('alice')).playground('init', 'again', '--yes', '--json');
    expect(again).toMatchObject({ code: 2, json: { ok: false, error: { code: 'bad-request' } } });
    expect(await refs(team)).toBe(before);
  });

  it('of verify leaves the kept state as it was', async () => {
    const team = published.copy();
    const before = await filesBelow(team.clientState);
    expect((await team.verify()).json).toMatchObject({ ok: true });
    expect(await filesBelow(team.clientState)).toEqual(before);
  });
});

describe.concurrent('A refused build', () => {
  it('leaves the folder of the last one as it was, and nothing beside it', async () => {
    const team = published.copy();
    const robot = await team.robot;
    const [before, beside] = [await filesBelow(team.site), await readdir(team.folder)];
    await robot.checkOut('online');
    const timestamp = (await readFile(join(robot.folder, 'metadata/timestamp.json'), 'utf8')).replace(
      '"version": 1\n',
      '"version": 9\n',
    );
    const trailer = await git(team.remote, 'log', '-1', '--format=%B', 'online');
    await writeFile(join(robot.folder, 'metadata/timestamp.json'), timestamp);
    await robot.git('commit', '--quiet', '--all', '-m', trailer);
    await robot.git('push', '--quiet', 'origin', 'online');
    const refused = await robot.playground('build', team.site, '--json');
    expect(refused).toMatchObject({ code: 1, json: { ok: false, error: { code: 'invalid' } } });
    expect(refused.json.findings?.map(({ code }) => code)).toContain('threshold-not-met');
    expect(await filesBelow(team.site)).toEqual(before);
    expect(await readdir(team.folder)).toEqual(beside);
  });

  it('of what has expired says so; with a time before that it goes through', async () => {
    const team = published.copy();
    const robot = await team.robot;
    const folder = join(team.folder, 'late');
    const late = await robot.playground('build', folder, '--time', '2099-01-01', '--json');
    expect(late.code).toBe(1);
    expect(late.json.findings?.map(({ code, role }) => `${code} ${role}`).sort()).toEqual(
      ['root', 'snapshot', 'targets', 'timestamp'].map((role) => `expired ${role}`),
    );
    expect(await readdir(team.folder)).not.toContain('late');
    await robot.does('build', folder);
    expect(await filesBelow(folder)).toEqual(await filesBelow(team.site));
  });

  it('does not touch a folder that holds something else, nor a file', async () => {
    const team = published.copy();
    const robot = await team.robot;
    const folder = join(team.folder, 'precious');
    await mkdir(folder);
    await writeFile(join(folder, 'thesis.txt'), 'years of work');
    for (const place of [folder, join(folder, 'thesis.txt'), team.folder]) {
      const refused = await robot.playground('build', place, '--json');
      expect(refused).toMatchObject({ code: 2, json: { ok: false } });
    }
    expect(Object.keys(await filesBelow(folder))).toEqual(['thesis.txt']);
    await mkdir(join(team.folder, 'empty'));
    await robot.does('build', join(team.folder, 'empty'));
  });
});

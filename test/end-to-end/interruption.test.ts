/** A run that is killed, at whatever point, leaves a state from which the next run finishes the work. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { git } from '../support/git.ts';
import { addArtifacts, allSign, type Person, publishedTeam, type Team } from '../support/people.ts';
import { filesBelow, gitThat, untilThere } from '../support/playground.ts';

let published: Team;
/** A second event is merged and has still to be published. */
let merged: Team;
/** A third event waits for Alice. */
let waiting: Team;

beforeAll(async () => {
  published = await publishedTeam({ signers: ['alice'], threshold: 1, artifacts: { 'app.txt': 'first' } });
  waiting = published.copy();
  await addArtifacts(await waiting.person('alice'), 'change', { 'app.txt': 'second' });
  merged = waiting.copy();
  await allSign(merged, 'change', 'alice');
  await merged.merge('change');
});

/** Runs a command in such a way that the server hangs in a hook, and kills it there with all that it started. */
async function killedInHook(
  team: Team,
  person: Person,
  hook: string,
  args: readonly string[],
): Promise<void> {
  const reached = join(team.folder, 'reached');
  const file = join(team.remote, 'hooks', hook);
  await writeFile(file, `#!/bin/sh\ntouch '${reached}'\nsleep 60\n`);
  await chmod(file, 0o755);
  const run = person.start(args);
  await untilThere(reached, run);
  run.kill();
  expect((await run.ended).code).toBeNull();
  await chmod(file, 0o644);
}

/** Runs a command whose `git` kills everything in the place of one of its own commands. */
async function killedBefore(person: Person, command: string, args: readonly string[]): Promise<void> {
  const outcome = await person.playgroundWith(await gitThat('kill -9 0', command), ...args);
  expect(outcome.code).toBeNull();
}

async function versions(team: Team) {
  const version = async (role: string) =>
    JSON.parse(await team.read('online', `metadata/${role}.json`)).signed.version;
  return { snapshot: await version('snapshot'), timestamp: await version('timestamp') };
}

/** The next run, in the same clone, finishes; a client that saw the first publication follows. */
async function expectFinished(team: Team): Promise<void> {
  const robot = await team.robot;
  await robot.does('online-sign');
  expect(await versions(team)).toEqual({ snapshot: 2, timestamp: 2 });
  await robot.does('build', team.site);
  const seen = await team.verify('--artifact', 'app.txt');
  expect(seen.json).toMatchObject({ ok: true, versions: { targets: 2, snapshot: 2, timestamp: 2 } });
}

describe.concurrent('Online signing that is killed', () => {
  it('before the push took effect is done by the next run', async () => {
    const team = merged.copy();
    const tip = await team.branch('online');
    await killedInHook(team, await team.robot, 'pre-receive', ['online-sign']);
    expect(await team.branch('online')).toBe(tip);
    await expectFinished(team);
  });

  it('after the push, before it could say so, is found done by the next run', async () => {
    const team = merged.copy();
    await killedInHook(team, await team.robot, 'post-receive', ['online-sign']);
    const tip = await team.branch('online');
    expect(await versions(team)).toEqual({ snapshot: 2, timestamp: 2 });
    const next = await (await team.robot).does('online-sign', '--json');
    expect(next.json.commit).toBeNull();
    expect(await team.branch('online')).toBe(tip);
    await expectFinished(team);
  });

  it.each(['fetch', 'write-tree', 'commit-tree', 'push'])(
    'before its git %s is done by the next run',
    async (command) => {
      const team = merged.copy();
      await killedBefore(await team.robot, command, ['online-sign']);
      await expectFinished(team);
    },
  );
});

describe.concurrent('Signing that is killed', () => {
  const args = ['sign', 'change', '--yes'];

  it.each(['write-tree', 'commit-tree', 'push'])(
    'before its git %s is done by the next run',
    async (command) => {
      const team = waiting.copy();
      const alice = await team.person('alice');
      await killedBefore(alice, command, args);
      const next = await alice.does(...args, '--json');
      expect(next.json).toMatchObject({ signed: ['targets'], event: { state: 'ready' } });
      expect(await git(team.remote, 'rev-list', '--count', 'main..sign/change')).toBe('2');
    },
  );

  it('while the server takes the push leaves the branch that is checked out usable', async () => {
    const team = waiting.copy();
    const alice = await team.person('alice');
    await alice.checkOut('sign/change');
    await killedInHook(team, alice, 'post-receive', args);
    const next = await alice.does(...args, '--json');
    expect(next.json).toMatchObject({ commit: null, event: { state: 'ready' } });
    expect(await alice.git('status', '--porcelain')).toBe('');
    await alice.git('pull', '--quiet', '--ff-only', 'origin', 'sign/change');
    expect(await alice.git('rev-parse', 'HEAD')).toBe(await team.branch('sign/change'));
  });
});

describe.concurrent('A build that is killed', () => {
  it.each(['ls-tree', 'cat-file'])(
    'before its git %s leaves the site as it was; the next one makes the new site',
    async (command) => {
      const team = merged.copy();
      const robot = await team.robot;
      await robot.does('online-sign');
      const before = await filesBelow(team.site);
      await killedBefore(robot, command, ['build', team.site]);
      expect(await filesBelow(team.site)).toEqual(before);
      await expectFinished(team);
    },
  );
});

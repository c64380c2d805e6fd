/** Online keys change hands: who signs when, and what a client accepts whose caches are of different ages. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyMixes } from '../../src/client/mixes.ts';
import { generateKey } from '../../src/signers/generate.ts';
import type { Root } from '../../src/tuf/root.ts';
import { temporaryFolder } from '../support/git.ts';
import { addArtifacts, allSign, publishedTeam, type Team } from '../support/people.ts';
import type { Environment } from '../support/playground.ts';

const NEW_KEY = generateKey({ type: 'ed25519' }).pem;
const BOTH: Environment = { NEW_KEY };
const ONLY_OLD: Environment = {};
const ONLY_NEW: Environment = { NEW_KEY, ONLINE_KEY: undefined };

/** Root 2 is merged, which gives snapshot and timestamp the new key; what is published is root 1 still. */
let merged: Team;
beforeAll(async () => {
  merged = await publishedTeam({ signers: ['alice'], threshold: 1, artifacts: { 'app.txt': 'first' } });
  const alice = await merged.person('alice');
  for (const role of ['snapshot', 'timestamp']) {
    const args = ['delegate', 'rotate', role, '--online-key', 'env:NEW_KEY', '--yes'];
    expect(await alice.playgroundWith(BOTH, ...args)).toMatchObject({ code: 0 });
  }
  await allSign(merged, 'rotate', 'alice');
  await merged.merge('rotate');
});

async function onlineSign(team: Team, environment: Environment, ...flags: readonly string[]) {
  return (await team.robot).playgroundWith(environment, 'online-sign', '--json', ...flags);
}

/** How many keys have signed what is on the branch `online`. */
async function signatures(team: Team): Promise<readonly number[]> {
  const count = async (role: string) =>
    JSON.parse(await team.read('online', `metadata/${role}.json`)).signatures.length;
  return [await count('snapshot'), await count('timestamp')];
}

/** Builds what is to be published now, and answers a copy of it. */
async function built(team: Team): Promise<string> {
  await (await team.robot).does('build', team.site);
  const folder = join(temporaryFolder(), 'site');
  cpSync(team.site, folder, { recursive: true });
  return folder;
}

const failures = async (previous: string, next: string) =>
  (await verifyMixes(previous, next)).map(({ failure }) => failure && `${failure.stage} ${failure.code}`);

describe('a new online key', () => {
  it('takes over in steps, and a client accepts what it sees at each of them, whatever its caches show', async () => {
    const team = merged.copy();
    const zero = await built(team);

    // What is published is signed by both keys, before the new root is out.
    const prepared = await onlineSign(team, BOTH);
    expect(prepared.json).toMatchObject({ ok: true, again: expect.any(String) });
    expect(prepared.json.reasons?.join()).toContain('root 2 gives it other keys');
    expect(await signatures(team)).toEqual([2, 2]);
    const one = await built(team);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 1, timestamp: 2 } });

    // Until caches have let go of the old timestamp, nothing happens.
    const online = await team.branch('online');
    const waiting = await onlineSign(team, BOTH);
    expect(waiting.json).toMatchObject({ ok: true, commit: null, again: prepared.json.again });
    expect(await team.branch('online')).toBe(online);

    // Then the new root comes out, with both keys.
    await setTimeout(1500);
    const switched = await onlineSign(team, BOTH, '--cache-lifetime', '1');
    expect(switched.json).toMatchObject({ ok: true, commit: expect.any(String), again: null });
    expect(await signatures(team)).toEqual([2, 2]);
    const two = await built(team);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 2 } });
    expect(await failures(one, two)).toEqual([undefined, undefined]);
    // Without the step between, a client with the new root would refuse the old timestamp.
    expect(await failures(zero, two)).toEqual(['timestamp signature', undefined]);

    // What is signed while a cache may still hide the new root is signed by both; later by the new key alone.
    const alice = await team.person('alice');
    const change = async (event: string) => {
      await addArtifacts(alice, event, { [`${event}.txt`]: event });
      await alice.does('sign', event, '--yes');
      await team.merge(event);
    };
    await change('soon');
    expect((await onlineSign(team, BOTH)).code).toBe(0);
    expect(await signatures(team)).toEqual([2, 2]);
    await change('later');
    await setTimeout(1500);
    expect((await onlineSign(team, ONLY_NEW, '--cache-lifetime', '1')).code).toBe(0);
    expect(await signatures(team)).toEqual([1, 1]);
    await built(team);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 2 } });
  });

  it('takes over at once where the old key is lost, which is a warning', async () => {
    const team = merged.copy();
    const zero = await built(team);
    const switched = await onlineSign(team, ONLY_NEW);
    expect(switched.json).toMatchObject({ ok: true, again: null });
    expect(switched.stderr).toMatch(/the new key takes over at once/);
    expect(await signatures(team)).toEqual([1, 1]);
    const two = await built(team);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 2 } });
    expect(await failures(zero, two)).toEqual(['timestamp signature', 'timestamp signature']);
  });

  it('takes over at once where that is asked for', async () => {
    const team = merged.copy();
    expect((await onlineSign(team, BOTH, '--cache-lifetime', '0')).json).toMatchObject({
      ok: true,
      again: null,
    });
    expect(await signatures(team)).toEqual([1, 1]);
  });

  it('that is not there yet stops everything, and is named', async () => {
    const team = merged.copy();
    const online = await team.branch('online');
    const outcome = await onlineSign(team, ONLY_OLD);
    expect(outcome).toMatchObject({ code: 2, json: { error: { code: 'key-missing' } } });
    expect(outcome.stderr).toContain('NEW_KEY is not set');
    expect(await team.branch('online')).toBe(online);
  });

  it('takes over once, whoever rewinds the branch to before it had signed', async () => {
    const team = merged.copy();
    const before = (await team.branch('online')) ?? '';
    await onlineSign(team, BOTH);
    const robot = await team.robot;
    await robot.git('push', '--quiet', '--force', 'origin', `${before}:refs/heads/online`);
    const again = await onlineSign(team, BOTH);
    expect(again.json).toMatchObject({ ok: true, again: expect.any(String) });
    expect(await signatures(team)).toEqual([2, 2]);
  });
});

describe('a root that leaves the online keys alone', () => {
  it('comes out at once', async () => {
    const team = await publishedTeam({ signers: ['alice'], threshold: 1 });
    const alice = await team.person('alice');
    await alice.does('delegate', 'slower', 'timestamp', '--expiry', '7', '--signing', '3', '--yes');
    await alice.does('sign', 'slower', '--yes');
    await team.merge('slower');
    const outcome = await onlineSign(team, {});
    expect(outcome.json).toMatchObject({ ok: true, commit: expect.any(String), again: null });
    const root: { signed: Root } = JSON.parse(await team.read('main', 'metadata/root.json'));
    expect(root.signed.version).toBe(2);
    expect(await signatures(team)).toEqual([1, 1]);
  });
});

/** Several online keys and thresholds above 1, from `init` to what a client accepts. */
import { describe, expect, it } from 'vitest';
import { generateKey, type NewKeyType } from '../../src/signers/generate.ts';
import type { Root } from '../../src/tuf/root.ts';
import { addArtifacts, allSign, newTeam, type Team } from '../support/people.ts';

const TYPES: readonly NewKeyType[] = ['ed25519', 'ecdsa-p256', 'rsa'];

/** Keys as the environment holds them: KEY_A, KEY_B and KEY_C, each of another kind. */
const KEYS = Object.fromEntries(
  TYPES.map((type, index) => [`KEY_${'ABC'[index]}`, generateKey({ type }).pem]),
);
const only = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, KEYS[name]]));

/** A repository of Alice's with one artifact, merged but not published yet; and what `init` said. */
async function begun(...flags: readonly string[]) {
  const team = await newTeam();
  const alice = await team.person('alice');
  const { code, stdout, stderr } = await alice.playgroundWith(KEYS, 'init', '--yes', ...flags);
  expect(`${code} ${stderr}`).toMatch(/^0 /);
  await addArtifacts(alice, 'init', { 'app.txt': 'first' });
  await allSign(team, 'init', 'alice');
  await team.merge('init');
  return { team, said: stdout + stderr };
}

async function rootRoles(team: Team): Promise<Root['roles']> {
  return JSON.parse(await team.read('main', 'metadata/root.json')).signed.roles;
}

const THREE = ['--online-key', 'env:KEY_A', '--online-key', 'env:KEY_B', '--online-key', 'env:KEY_C'];

describe('a repository with three online keys, of which two must sign', () => {
  it('is published with two of them, which it says, and not with one', async () => {
    const { team } = await begun(...THREE);
    const { snapshot, timestamp } = await rootRoles(team);
    expect([snapshot.threshold, snapshot.keyids.length]).toEqual([2, 3]);
    expect(timestamp.keyids).toEqual(snapshot.keyids);

    const robot = await team.robot;
    const refused = await robot.playgroundWith(only('KEY_B'), 'online-sign', '--first', '--json');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('snapshot has 1 of the 2 signatures that it needs');
    expect(refused.stderr).toContain('env:KEY_A: The environment variable KEY_A is not set');
    expect(refused.stderr).toContain('env:KEY_C: The environment variable KEY_C is not set');
    expect(await team.branch('online')).toBeUndefined();

    const signed = await robot.playgroundWith(only('KEY_B', 'KEY_C'), 'online-sign', '--first');
    expect(signed).toMatchObject({ code: 0, stderr: expect.stringContaining('did not sign. env:KEY_A: ') });
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { timestamp: 1 } });
  });

  it('may not need more signatures than there are keys', async () => {
    const alice = await (await newTeam()).person('alice');
    const outcome = await alice.playgroundWith(KEYS, 'init', '--yes', ...THREE, '--online-threshold', '4');
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('must be from 1 to 3') });
  });

  it('may not count one key twice', async () => {
    const alice = await (await newTeam()).person('alice');
    const environment = { ...KEYS, KEY_B: KEYS.KEY_A };
    const outcome = await alice.playgroundWith(environment, 'init', '--yes', ...THREE);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('env:KEY_A and env:KEY_B are the same key');
  });
});

describe('a repository whose snapshot and timestamp have different keys', () => {
  it('is published, says what tool it leaves behind, and renews each with its own key', async () => {
    const { team, said } = await begun('--snapshot-key', 'env:KEY_A', '--timestamp-key', 'env:KEY_B');
    expect(said).toContain('tuf-on-ci');
    const { snapshot, timestamp } = await rootRoles(team);
    expect(snapshot.keyids).not.toEqual(timestamp.keyids);
    const robot = await team.robot;
    const refused = await robot.playgroundWith(only('KEY_B'), 'online-sign', '--first', '--json');
    expect(refused.json.error?.code).toBe('key-missing');
    expect(await robot.playgroundWith(KEYS, 'online-sign', '--first')).toMatchObject({ code: 0 });
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true });
  });
});

/** Whoever moves to another key has two for a while: old and new sign the root that says so, in one run. */
import { copyFileSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasSoftTokens, PIN, softTokens } from '../signers/pkcs11/soft-token.ts';
import { allSign, newTeam, type Person, playInit, publishedTeam, type Team } from '../support/people.ts';
import type { Environment } from '../support/playground.ts';
import { hasAgent, startAgent } from '../support/ssh-agent.ts';

/** A repository with Alice's first key there, and Bob beside her; root takes both. */
async function published(alices: string, environment: Environment): Promise<Team> {
  const team = await newTeam();
  const alice = await team.person('alice');
  await alice.git('config', 'playground.key', alices);
  await does(alice, environment, 'init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
  await allSign(team, 'init', 'bob');
  await does(alice, environment, 'sign', 'init', '--yes');
  await team.merge('init');
  await team.publish('--first');
  return team;
}

async function does(person: Person, environment: Environment, ...args: readonly string[]) {
  const outcome = await person.playgroundWith(environment, ...args);
  if (outcome.code === 0) return outcome;
  throw new Error(`playground ${args.join(' ')}: ${outcome.stdout}${outcome.stderr}`);
}

async function isFollowed(team: Team): Promise<void> {
  await team.publish();
  const { json } = await (await team.robot).playground('verify', team.site, '--json');
  expect(json).toMatchObject({ ok: true, versions: { root: 2 } });
}

const THRESHOLDS_MET = [
  { by: 'previous-root', met: true },
  { by: 'root', met: true },
];

describe.skipIf(!hasSoftTokens)('a signer with an old token and a new one', () => {
  it('signs with both in one run, and the tool knows which is which', async () => {
    const tokens = softTokens('old', 'new');
    tokens.key('old', 'EC:prime256v1', '02');
    tokens.key('new', 'EC:edwards25519', '02');
    const environment = { ...tokens.environment, PLAYGROUND_PIN: PIN };
    const [older, newer] = ['hsm:2?label=old', 'hsm:2?label=new'];
    const team = await published(older, environment);
    const alice = await team.person('alice');

    const begun = await does(
      ...([alice, environment, 'delegate', 'move', 'root'] as const),
      ...['--new-key', '@alice', '--key', newer, '--yes'],
    );
    expect(begun.stdout).toContain(`at ${newer}`);
    const settings = () => alice.git('config', '--get-all', 'playground.key');
    expect((await settings()).split('\n')).toEqual([older, newer]);

    const signed = await does(alice, environment, 'sign', 'move', '--yes', '--json');
    expect(signed.json).toMatchObject({ signed: ['root'] });
    expect(signed.stderr).toMatch(/takes 2 keys of yours.*\n.*1\. .*label=new.*\n.*2\. .*label=old/);
    expect(signed.stderr).toContain('Signing with key 1 of 2: hsm:2?label=new');
    expect(signed.stderr).toContain('Signing with key 2 of 2: hsm:2?label=old');
    await allSign(team, 'move', 'bob');
    const status = await alice.playground('status', 'move', '--json');
    expect(status.json).toMatchObject({ state: 'ready', thresholds: THRESHOLDS_MET });
    await team.merge('move');
    await isFollowed(team);

    const list = await does(alice, environment, 'key', 'list', '--role', 'root', '--json');
    const lines = (await does(alice, environment, 'key', 'list')).stdout;
    expect(lines).toMatch(/Token "new"/);
    expect(list.json).toMatchObject({
      repository: [
        { roles: [], uris: [older] },
        { roles: ['root'], uris: [newer] },
      ],
    });
  });

  it('is told which token is missing, signs with the other, and later with that one alone', async () => {
    const tokens = softTokens('old', 'new');
    for (const label of ['old', 'new']) tokens.key(label, 'EC:prime256v1', '02');
    const environment = { ...tokens.environment, PLAYGROUND_PIN: PIN };
    const team = await published('hsm:2?label=old', environment);
    const alice = await team.person('alice');
    const drawer = join(team.folder, 'drawer');
    mkdirSync(drawer);
    const newOne = ['--new-key', '@alice', '--key', 'hsm:2?label=new', '--yes'];
    await does(alice, environment, 'delegate', 'move', 'root', ...newOne);

    // SoftHSM keeps each token in a folder of its own.
    const oldToken = folderOf(tokens.folder, 'old', tokens.run);
    renameSync(join(tokens.folder, oldToken), join(drawer, oldToken));
    const half = await alice.playgroundWith(environment, 'sign', 'move', '--yes', '--json');
    expect(half).toMatchObject({ code: 2, json: { ok: true, signed: ['root'] } });
    expect(half.stderr).toContain('There is no token with the label "old"');
    expect(half.stderr).toContain('Not signed with ECDSA P-256');
    const waiting = await alice.playground('status', 'move', '--json');
    expect(waiting.json.thresholds?.map(({ count }) => count)).toEqual([0, 1]);

    renameSync(join(drawer, oldToken), join(tokens.folder, oldToken));
    await does(alice, environment, 'sign', 'move', '--yes');
    await allSign(team, 'move', 'bob');
    expect((await alice.playground('status', 'move', '--json')).json).toMatchObject({
      state: 'ready',
      thresholds: THRESHOLDS_MET,
    });
  });
});

/** The folder in which SoftHSM keeps a token: the one without which it is not found. */
function folderOf(
  folder: string,
  label: string,
  run: (label: string, ...args: readonly string[]) => string,
): string {
  const found = readdirSync(folder).find((name) => {
    const aside = join(folder, '..', name);
    renameSync(join(folder, name), aside);
    try {
      run(label, '--list-objects');
      return false;
    } catch {
      return true;
    } finally {
      renameSync(aside, join(folder, name));
    }
  });
  if (!found) throw new Error(`There is no token ${label}`);
  return found;
}

describe.skipIf(!hasAgent)('a signer with a key file and a key in the ssh-agent', () => {
  it('names both by --key, the newest last, and signs with both', async () => {
    const agent = await startAgent();
    const { fingerprint } = agent.add(['ecdsa', '-b', '256']);
    const environment = { SSH_AUTH_SOCK: agent.socket };
    const newer = `ssh-agent:${fingerprint}`;
    const team = await publishedTeam({ signers: ['alice', 'bob'], threshold: 2 });
    const older = `file2:${team.keyFile('alice')}`;
    const bob = await team.person('bob');
    const alice = await team.person('alice');
    await bob.does('delegate', 'move', 'root', '--new-key', '@alice', '--yes');
    const both = ['--key', older, '--key', newer];
    const signed = await does(alice, environment, 'sign', 'move', ...both, '--yes', '--json');
    expect(signed.json).toMatchObject({ accepted: ['root'], signed: ['root'] });
    await allSign(team, 'move', 'bob');
    expect((await alice.playground('status', 'move', '--json')).json).toMatchObject({
      state: 'ready',
      thresholds: THRESHOLDS_MET,
    });
    await team.merge('move');
    await isFollowed(team);
  });
});

describe('what a clone remembers of keys', () => {
  let team: Team;
  beforeAll(async () => {
    team = await newTeam();
    await playInit(team, { signers: ['alice', 'bob'], threshold: 2 });
    await team.merge('init');
  });

  it('are the keys that a login has used, for that login', async () => {
    const alice = await team.person('alice');
    const bobs = `file2:${team.keyFile('bob')}`;
    await alice.does('update-targets', 'more', '--yes');
    await alice.does('delegate', 'more', 'targets', '--expiry', '100', '--yes');
    await alice.does('sign', 'more', '--login', '@bob', '--key', bobs, '--yes');
    expect(await alice.git('config', '--get-all', 'playground.@bob.key')).toBe(bobs);
    expect(await alice.git('config', '--get-all', 'playground.key')).toBe(`file2:${team.keyFile('alice')}`);
    await alice.does('delegate', 'more', 'targets', '--expiry', '101', '--yes');
    const again = await alice.does('sign', 'more', '--login', '@bob', '--yes', '--json');
    expect(again.json).toMatchObject({ signed: ['targets'] });
  });

  it('does not stand in the way of a key file with another key in it', async () => {
    const copy = team.copy();
    const alice = await copy.person('alice');
    const file = join(copy.folder, 'alice.pem');
    copyFileSync(copy.keyFile('alice'), file);
    await alice.git('config', 'playground.key', `file2:${file}`);
    const change = (days: string) => alice.does('delegate', 'more', 'targets', '--expiry', days, '--yes');
    await change('100');
    await alice.does('sign', 'more', '--yes');

    // The file is remembered as that of the right key, and then as that of the wrong one.
    await copy.person('mallory');
    copyFileSync(copy.keyFile('mallory'), file);
    await change('101');
    const wrong = await alice.playground('sign', 'more', '--yes', '--json');
    expect(wrong).toMatchObject({ code: 2, json: { error: { code: 'key-missing' } } });
    expect(wrong.stderr).toContain(`At file2:${file} there is Ed25519`);
    const known = await alice.does('sign', 'more', '--yes');
    expect(known.stdout).toContain('The repository knows this key of yours');
    copyFileSync(copy.keyFile('alice'), file);
    const right = await alice.does('sign', 'more', '--yes', '--json');
    expect(right.json).toMatchObject({ signed: ['targets'] });
  });
});

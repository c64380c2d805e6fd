/** Keys that are not at hand in the clear: passphrases, and the online key in the environment. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/git.ts';
import { newTeam, type Person, playInit, type Team } from '../support/people.ts';

describe.concurrent('An encrypted key', () => {
  const secret = 'correct horse battery staple ünïcode';
  let team: Team;
  let owner: Person;
  beforeAll(async () => {
    team = await newTeam();
    owner = await team.person('frank');
    const uri = join(team.folder, 'frank-encrypted.pem');
    const made = await owner.playgroundWith(
      { PLAYGROUND_PASSPHRASE: secret },
      'key',
      'generate',
      '--out',
      uri,
    );
    expect(made.code).toBe(0);
    await owner.git('config', 'playground.key', `file2:${uri}`);
  });

  it('is written for its owner alone, and never over another', async () => {
    const file = join(team.folder, 'frank-encrypted.pem');
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await owner.playgroundWith(
      { PLAYGROUND_PASSPHRASE: secret },
      'key',
      'generate',
      '--out',
      file,
    );
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(await readFile(file, 'utf8')).toBe(text);
    const none = await owner.playground('key', 'generate', '--out', join(team.folder, 'none.pem'));
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('--no-passphrase');
  });

  it('opens with the passphrase from the environment or from a file', async () => {
    const copy = team.copy();
    const person = await copy.person('frank');
    await person.git('config', 'playground.key', await owner.git('config', 'playground.key'));
    const begun = await person.playgroundWith(
      { PLAYGROUND_PASSPHRASE: secret },
      ...['init', '--signers', '@frank', '--yes'],
    );
    expect(begun.code).toBe(0);
    const file = join(copy.folder, 'passphrase');
    await writeFile(file, `${secret}\n`, { mode: 0o600 });
    const signed = await person.playgroundWith(
      { PLAYGROUND_PASSPHRASE_FILE: file },
      ...['sign', 'init', '--yes', '--json'],
    );
    expect(signed).toMatchObject({
      code: 0,
      json: { signed: ['root', 'targets'], event: { state: 'ready' } },
    });
  });

  it.each([
    ['a wrong passphrase', async () => ({ PLAYGROUND_PASSPHRASE: 'guess' })],
    [
      'a wrong passphrase in a file',
      async () => {
        const file = join(temporaryFolder(), 'passphrase');
        await writeFile(file, 'guess\n', { mode: 0o600 });
        return { PLAYGROUND_PASSPHRASE_FILE: file };
      },
    ],
    ['a passphrase file that is not there', async () => ({ PLAYGROUND_PASSPHRASE_FILE: '/nowhere' })],
    ['no passphrase, and nobody to ask', async () => ({})],
  ])('stays closed with %s: exit code 2, and nothing is pushed', async (_what, environment) => {
    const given = await environment();
    const outcome = await owner.playgroundWith(given, 'init', 'closed', '--signers', '@frank', '--yes');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/passphrase/i);
    expect(outcome.stdout + outcome.stderr).not.toContain('guess');
    expect(await team.branch('sign/closed')).toBeUndefined();
    expect(await owner.git('for-each-ref', 'refs/heads/sign')).toBe('');
  });
});

describe.concurrent('The online key', () => {
  let merged: Team;
  beforeAll(async () => {
    merged = await newTeam();
    await playInit(merged, { signers: ['alice'], threshold: 1 });
    await merged.merge('init');
    await merged.person('mallory');
  });

  it.each([
    ['is not there', () => undefined],
    ['is another one', () => readFile(merged.keyFile('mallory'), 'utf8')],
    ['is no key', () => 'not a key'],
  ])('%s: nothing is signed, exit code 2, and the message says which key', async (_what, key) => {
    const robot = await merged.robot;
    const outcome = await robot.playgroundWith({ ONLINE_KEY: await key() }, 'online-sign', '--first');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('ONLINE_KEY');
    expect(await merged.branch('online')).toBeUndefined();
  });
});

/** The command line as scripts and people without a terminal meet it: flags, exit codes, JSON, passphrases. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { git, temporaryFolder } from '../support/git.ts';
import { addArtifacts, allSign, newTeam, type Person, publishedTeam, type Team } from '../support/people.ts';
import { startPlayground } from '../support/playground.ts';

let published: Team;
let alice: Person;
beforeAll(async () => {
  published = await publishedTeam({ signers: ['alice'], threshold: 1, artifacts: { 'app.txt': 'app' } });
  alice = await published.person('alice');
});

const outside = (...args: readonly string[]) => startPlayground(temporaryFolder(), args).ended;

describe.concurrent('A command that was called in a way that cannot work', () => {
  it.each([
    ['no command', []],
    ['a command that does not exist', ['publish']],
    ['a flag that does not exist', ['status', 'init', '--force']],
    ['an argument too many', ['status', 'init', 'init']],
    ['no argument where one is needed', ['build']],
    ['a flag without its value', ['online-sign', '--published']],
    ['no event, on a branch that is none', ['sign', '--yes']],
    ['an event that cannot be a branch', ['status', 'a..b']],
    ['an event like an option of git', ['sign', '--yes', '--', '--upload-pack=x']],
    ['an event that is not there', ['sign', 'nowhere', '--yes']],
    ['a remote that is not there', ['status', 'init', '--remote', 'nowhere']],
    ['a remote that would run a program', ['status', 'init', '--remote', 'ext::sh -c x']],
    ['a main branch that is not there', ['online-sign', '--main', 'trunk']],
    ['a login that is none', ['sign', 'init', '--yes', '--login', 'a b']],
    ['a time that is none', ['status', 'init', '--time', 'tomorrow']],
    ['a number that is none', ['delegate', 'x', 'root', '--threshold', '1.5', '--yes']],
    ['a kind of key that is not offered', ['key', 'generate', '--type', 'dsa']],
    ['a signer URI without a scheme', ['key', 'show', 'alice.pem']],
    ['a signer that is to come', ['key', 'show', 'awskms:alias/key']],
    ['a key file that is not there', ['key', 'show', 'file2:nowhere.pem']],
  ])('ends with 2 and says why: %s', async (_what, args) => {
    const before = await git(published.remote, 'for-each-ref');
    const outcome = await alice.playground(...args);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).not.toBe('');
    expect(outcome.stderr).not.toContain('mistake in playground itself');
    expect(outcome.stderr).not.toMatch(/^ +at /m);
    expect(await git(published.remote, 'for-each-ref')).toBe(before);
  });

  it.each([
    ['sign', 'init', '--yes'],
    ['sign', 'init', '--comment'],
    ['sign', 'init', '--web'],
    ['export', 'init'],
    ['import-signature', 'init', '-'],
    ['status', 'init'],
    ['online-sign'],
    ['build', 'site'],
    ['init', '--yes'],
  ])('ends with 2 outside of a repository: %s', async (...args) => {
    const outcome = await outside(...args);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('Run this inside a clone of the repository.');
  });

  it('names the flag that answers where nobody is there to be asked', async () => {
    const team = published.copy();
    const person = await team.person('alice');
    await addArtifacts(person, 'change', { 'app.txt': 'second' });
    const head = await team.branch('sign/change');
    const sign = await person.playground('sign', 'change');
    expect(sign.code).toBe(2);
    expect(sign.stderr).toContain('--yes');
    // What would be signed has been shown all the same.
    expect(sign.stdout).toContain('artifact changed: app.txt');
    const change = await person.playground('delegate', 'change', 'root', '--expiry', '9', '--signing', '1');
    expect(change.code).toBe(2);
    expect(change.stderr).toContain('--yes');
    await person.git('config', '--unset', 'playground.login');
    const login = await person.playground('sign', 'change', '--yes');
    expect(login.code).toBe(2);
    expect(login.stderr).toContain('--login');
    await person.git('config', '--unset', 'playground.key');
    const key = await person.playground('sign', 'change', '--yes', '--login', '@alice');
    expect(key.code).toBe(2);
    expect(key.stderr).toContain('--key');
    await person.git('config', 'playground.key', `file2:${team.keyFile('alice')}`);
    expect((await person.playground('sign', 'change', '--yes', '--login', 'alice')).code).toBe(0);
    expect(await git(team.remote, 'rev-list', '--count', `${head}..sign/change`)).toBe('1');
  });
});

describe.concurrent('Help', () => {
  it.each([
    'start',
    'key',
    'init',
    'delegate',
    'update-targets',
    'sign',
    'export',
    'import-signature',
    'status',
    'online-sign',
    'build',
    'verify',
  ])('of %s ends with 0', async (command) => {
    const outcome = await outside(command, '--help');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain(`playground ${command}`);
    expect((await outside('help', command)).stdout).toBe(outcome.stdout);
  });

  it('lists all commands and the exit codes', async () => {
    const outcome = await outside('--help');
    expect(outcome.code).toBe(0);
    for (const word of ['start', 'online-sign', 'verify', 'Exit codes'])
      expect(outcome.stdout).toContain(word);
    expect(await outside('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe.concurrent('With --json', () => {
  it('each command prints one JSON value and speaks to people on standard error', async () => {
    const team = await newTeam();
    const [person, robot] = [await team.person('alice'), await team.robot];
    const keys = temporaryFolder();
    const made = await person.does(
      'key',
      'generate',
      '--no-passphrase',
      '--out',
      join(keys, 'a.pem'),
      '--json',
    );
    expect(made.json).toMatchObject({
      ok: true,
      uri: `file2:${join(keys, 'a.pem')}`,
      key: { keytype: 'ed25519' },
    });
    const shown = await person.does('key', 'show', `file2:${join(keys, 'a.pem')}`, '--json');
    expect(shown.json.keyid).toBe(made.json.keyid);

    const begun = await person.does('init', '--signers', '@alice', '--yes', '--json');
    expect(begun.json).toMatchObject({ ok: true, event: { event: 'init', state: 'waiting' } });
    const file = join(keys, 'app');
    await writeFile(file, 'app');
    const added = await person.does('update-targets', 'init', '--add', `app=${file}`, '--yes', '--json');
    expect(added.json).toMatchObject({ ok: true, event: { artifacts: { added: ['app'] } } });
    const delegated = await person.does('delegate', 'init', 'team', '--signers', '@alice', '--yes', '--json');
    expect(delegated.json).toMatchObject({ ok: true, event: { state: 'waiting' } });
    const signed = await person.does('sign', 'init', '--yes', '--json');
    expect(signed.json).toMatchObject({
      ok: true,
      signed: ['root', 'targets', 'team'],
      event: { ready: true },
    });
    expect((await person.does('status', 'init', '--json')).json).toMatchObject({
      event: 'init',
      state: 'ready',
    });
    await team.merge('init');
    const online = await robot.does('online-sign', '--first', '--json');
    expect(online.json).toMatchObject({ ok: true, versions: { snapshot: 1, timestamp: 1 }, warnings: [] });
    expect(online.json.commit).toBe(await team.branch('online'));
    const built = await robot.does('build', team.site, '--json');
    expect(built.json).toMatchObject({ ok: true, mainCommit: await team.branch('main') });
    expect((await robot.does('verify', team.site, '--json')).json).toMatchObject({ ok: true });
    for (const { stderr } of [made, begun, added, delegated, signed, online, built])
      expect(stderr).not.toBe('');
  });

  it('a failure is JSON as well', async () => {
    const missing = await alice.playground('sign', 'nowhere', '--yes', '--json');
    expect(missing).toMatchObject({
      code: 2,
      json: { ok: false, error: { code: 'not-found' }, findings: [] },
    });
    expect(missing.stderr).toContain(missing.json.error?.message);
    const outcome = await outside('verify', temporaryFolder(), '--json');
    expect(outcome.json).toMatchObject({ ok: false });
    expect(outcome.code).toBeGreaterThan(0);
  });
});

describe.concurrent('With --no-push', () => {
  it('the remote stays as it is, and only the local branch moves', async () => {
    const team = await newTeam();
    const person = await team.person('alice');
    const before = await git(team.remote, 'for-each-ref');
    const local = async (branch: string) => person.git('rev-parse', `refs/heads/${branch}`);
    const seen: string[] = [];
    const run = async (...args: readonly string[]) => {
      const outcome = await person.does(...args, '--no-push', '--yes', '--json');
      expect(await git(team.remote, 'for-each-ref')).toBe(before);
      expect(await local('sign/init')).toBe(outcome.json.commit);
      seen.push(outcome.json.commit ?? '');
    };
    await run('init', '--signers', '@alice');
    await run('delegate', 'init', 'team', '--signers', '@alice');
    await run('sign', 'init');
    expect(new Set(seen).size).toBe(3);
    expect(await (await team.person('bob')).playground('status', 'init')).toMatchObject({ code: 2 });
    expect(await person.playground('status', 'init', '--no-push')).toMatchObject({ code: 0 });
    expect(await person.git('rev-parse', 'HEAD')).toBe(await local('main'));
    expect(await person.git('status', '--porcelain')).toBe('');

    // Pushed by hand, it is an event like any other.
    await person.git('push', '--quiet', 'origin', 'sign/init');
    expect(await (await team.person('bob')).playground('status', 'init')).toMatchObject({ code: 0 });
  });

  it('online signing stays on the local branch, from which the site can be tried', async () => {
    const team = published.copy();
    const person = await team.person('alice');
    await addArtifacts(person, 'change', { 'app.txt': 'second' });
    await allSign(team, 'change', 'alice');
    await team.merge('change');
    const before = await git(team.remote, 'for-each-ref');
    const robot = await team.robot;
    const signed = await robot.does('online-sign', '--no-push', '--json');
    expect(await git(team.remote, 'for-each-ref')).toBe(before);
    expect(await robot.git('rev-parse', 'refs/heads/online')).toBe(signed.json.commit);
    await robot.does('build', join(team.folder, 'tried'), '--no-push');
    const tried = await robot.does('verify', join(team.folder, 'tried'), '--json');
    expect(tried.json).toMatchObject({ ok: true, versions: { targets: 2, snapshot: 2 } });
    // Without the flag the remote's branch counts.
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { targets: 1, snapshot: 1 } });
    expect((await robot.does('online-sign', '--no-push', '--json')).json).toMatchObject({ commit: null });
    await robot.does('online-sign');
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { targets: 2, snapshot: 2 } });
  });
});

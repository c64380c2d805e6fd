/** Signing on a machine without a network: the event goes there in one file, the contributions come back as text. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { git, temporaryFolder } from '../support/git.ts';
import { addArtifacts, allSign, newTeam, type Person, publishedTeam, type Team } from '../support/people.ts';
import { type Outcome, startPlayground } from '../support/playground.ts';

const REPOSITORY = 'acme/reposi.tory';

/** A machine that has a key and nothing else: no clone, no remote, no configuration. */
class Machine {
  readonly folder = temporaryFolder();
  readonly temporary = temporaryFolder();
  readonly #key: string;
  readonly #login: string;

  constructor(team: Team, name: string) {
    this.#key = `file2:${team.keyFile(name)}`;
    this.#login = `@${name}`;
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  /** What commands did not tidy away; Node keeps compiled code there as well. */
  get leftBehind(): readonly string[] {
    return readdirSync(this.temporary).filter((name) => name.startsWith('playground'));
  }

  sign(...args: readonly string[]): Promise<Outcome> {
    const all = ['sign', ...args, '--login', this.#login, '--key', this.#key, '--yes'];
    return startPlayground(this.folder, all, { TMPDIR: this.temporary }).ended;
  }
}

/** A repository that Alice publishes alone, with an event that Bob has to sign too. */
async function twoSigners(): Promise<Team> {
  const team = await publishedTeam({
    signers: ['alice', 'bob'],
    threshold: 2,
    artifacts: { 'app.txt': 'app' },
  });
  await addArtifacts(await team.person('alice'), 'change', { 'app.txt': 'second' });
  return team;
}

describe.concurrent('An invitation and signatures of a machine without a network', () => {
  it('go all the way: exported, signed there, brought back, recorded', async () => {
    const team = await newTeam();
    const [alice, bob] = [await team.person('alice'), await team.person('bob')];
    await alice.does('init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
    const machine = new Machine(team, 'bob');
    const carry = async (file: string) => {
      const exported = await alice.does(
        'export',
        'init',
        '--out',
        machine.path(file),
        '--repository',
        REPOSITORY,
        '--json',
      );
      expect(exported.json).toMatchObject({
        ok: true,
        event: 'init',
        repository: REPOSITORY,
        firstRootSha256: null,
      });
      expect(exported.json.head).toBe(await team.branch('sign/init'));
    };

    await carry('first.bundle');
    const accepted = await machine.sign('--bundle', 'first.bundle', '--out', 'accept.txt', '--json');
    expect(accepted).toMatchObject({ code: 0, json: { accepted: ['root', 'targets'], signed: [] } });
    expect(accepted.stderr).toContain('export the event again');
    expect(await readFile(machine.path('accept.txt'), 'utf8')).toContain('```tuf-contribution-v1\n');
    // Bob's acceptance counts where Bob brings it, and nowhere else.
    const others = await alice.playground(
      'import-signature',
      'init',
      machine.path('accept.txt'),
      '--repository',
      REPOSITORY,
      '--yes',
    );
    expect(others.code).toBe(1);
    expect(others.stdout).toContain('An invitation is accepted from the invited account only.');
    const own = await bob.does(
      'import-signature',
      'init',
      machine.path('accept.txt'),
      '--repository',
      REPOSITORY,
      '--yes',
      '--json',
    );
    expect(own.json).toMatchObject({ ok: true, event: { invitations: {}, state: 'waiting' } });
    expect(own.json.contributions?.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
      'root recorded',
      'targets recorded',
    ]);

    await carry('second.bundle');
    const signed = await machine.sign('--bundle', 'second.bundle', '--out', 'sign.txt');
    expect(signed.code).toBe(0);
    expect(signed.stdout).toContain('playground import-signature init sign.txt');
    // A signature counts whoever brings it.
    const imported = await alice.does('import-signature', 'init', machine.path('sign.txt'), '--yes');
    expect(imported.stdout).toContain('signature of root by @bob');
    expect(await team.read('sign/init^{commit}', 'metadata/root.json')).toContain('"sig"');
    // What is there already is no mistake, and makes no commit.
    const before = await team.branch('sign/init');
    const again = await alice.does('import-signature', 'init', machine.path('sign.txt'), '--yes', '--json');
    expect(again.json).toMatchObject({ ok: true, commit: null });
    expect(await team.branch('sign/init')).toBe(before);

    await allSign(team, 'init', 'alice');
    await team.merge('init');
    await team.publish('--first');
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { root: 1, targets: 1 } });
    expect(machine.leftBehind).toEqual([]);
  });
});

describe('The file of an event', () => {
  let team: Team;
  let alice: Person;
  let machine: Machine;
  let bundle: string;
  let firstRoot: string;

  beforeAll(async () => {
    team = await twoSigners();
    alice = await team.person('alice');
    machine = new Machine(team, 'bob');
    bundle = machine.path('change.bundle');
    const exported = await alice.does('export', 'change', '--out', bundle, '--json');
    firstRoot = exported.json.firstRootSha256 ?? '';
  });

  it('is a bundle that git takes as well', async () => {
    const heads = await git(temporaryFolder(), 'bundle', 'list-heads', bundle);
    const commits = [await team.branch('main'), await team.branch('sign/change')];
    expect(heads.split('\n')).toEqual([
      `${commits[0]} refs/heads/main`,
      `${commits[1]} refs/heads/sign/change`,
    ]);
  });

  it('is never written over another without being told to, and then stays whole', async () => {
    const file = join(temporaryFolder(), 'there');
    await writeFile(file, 'precious');
    const refused = await alice.playground('export', 'change', '--out', file);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('--force');
    expect(await readFile(file, 'utf8')).toBe('precious');
    await alice.does('export', 'change', '--out', file, '--force');
    expect(await readFile(file)).toEqual(await readFile(bundle));
    // Signing writes over nothing either.
    const out = await machine.sign('--bundle', bundle, '--out', file);
    expect(out.code).toBe(2);
    expect(out.stderr).toContain('exists already');
    expect(await readFile(file)).toEqual(await readFile(bundle));
  });

  it('gets the name of its event where none is given', async () => {
    await alice.does('export', 'change');
    expect(existsSync(join(alice.folder, 'sign-change.bundle'))).toBe(true);
  });

  it('cannot be made from a part of the history, and says what to do', async () => {
    const folder = temporaryFolder();
    await git(
      folder,
      'clone',
      '--quiet',
      '--depth',
      '2',
      '--no-single-branch',
      `file://${team.remote}`,
      'clone',
    );
    const outcome = await startPlayground(join(folder, 'clone'), ['export', 'change', '--out', '../x']).ended;
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('git fetch --unshallow');
    expect(readdirSync(folder)).toEqual(['clone']);
  });

  it('shows the first root, and holds it against the one that the signer knows', async () => {
    expect(firstRoot).toMatch(/^[0-9a-f]{64}$/);
    const right = await machine.sign('--bundle', bundle, '--out', 'right.txt', '--first-root', firstRoot);
    expect(right.code).toBe(0);
    expect(right.stdout).toContain(`first root has the sha256 ${firstRoot}, as you said`);
    const shown = await machine.sign('--bundle', bundle);
    expect(shown.stderr).toContain(`${firstRoot}: compare it`);
    // The block alone is on standard output.
    expect(shown.stdout).toMatch(/^```tuf-contribution-v1\n[^`]*\n```\n$/);
    const wrong = await machine.sign(
      '--bundle',
      bundle,
      '--out',
      'wrong.txt',
      '--first-root',
      'a'.repeat(64),
    );
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('another repository');
    expect(existsSync(machine.path('wrong.txt'))).toBe(false);
  });

  it('holds one event, and no other is signed in its place', async () => {
    const other = await machine.sign('other', '--bundle', bundle, '--out', 'other.txt');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('holds the event change, not other');
  });

  it.each([
    ['is cut off', (file: string) => writeFile(file, readFileSync(bundle).subarray(0, -200))],
    ['is cut off in its header', (file: string) => writeFile(file, readFileSync(bundle).subarray(0, 60))],
    [
      'has a changed byte',
      (file: string) => {
        const bytes = readFileSync(bundle);
        bytes[bytes.length - 60] = (bytes[bytes.length - 60] ?? 0) ^ 1;
        return writeFile(file, bytes);
      },
    ],
    ['is empty', (file: string) => writeFile(file, '')],
    ['is something else', (file: string) => appendFile(file, 'Dear Bob,\n\nplease sign.\n')],
    ['is a folder', (file: string) => mkdir(file).then(() => undefined)],
    [
      'is a repository',
      (file: string) =>
        git(machine.folder, 'clone', '--quiet', '--bare', team.remote, file).then(() => undefined),
    ],
    ['is not there', async () => undefined],
    ['is a list of links to other files', (file: string) => writeFile(file, `@${bundle}\n\n`)],
  ])('is refused where it %s', async (what, make) => {
    const file = machine.path(`broken ${what}`);
    await make(file);
    const outcome = await machine.sign('--bundle', file, '--out', 'broken.txt');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('playground export');
    expect(outcome.stderr).not.toContain('mistake in playground itself');
    expect(existsSync(machine.path('broken.txt'))).toBe(false);
    expect(machine.leftBehind).toEqual([]);
  });

  /** A bundle of refs of the remote, made by hand. */
  async function bundleOf(refs: Readonly<Record<string, string>>, name: string): Promise<string> {
    const folder = temporaryFolder();
    await git(folder, 'clone', '--quiet', '--bare', team.remote, '.');
    for (const ref of (await git(folder, 'for-each-ref', '--format=%(refname)')).split('\n'))
      await git(folder, 'update-ref', '-d', ref);
    for (const [ref, commit] of Object.entries(refs)) await git(folder, 'update-ref', ref, commit);
    const file = machine.path(name);
    await git(folder, 'bundle', 'create', '--quiet', file, ...Object.keys(refs));
    return file;
  }

  const commits = async () => ({
    main: (await team.branch('main')) ?? '',
    change: (await team.branch('sign/change')) ?? '',
  });

  it.each([
    ['a branch of another kind', 'refs/heads/feature'],
    ['a hook by its name', 'refs/hooks/post-checkout'],
    ['a tag', 'refs/tags/v1'],
    ['two events', 'refs/heads/sign/other'],
    ['an event like an option', 'refs/heads/sign/-x'],
    ['a replaced object', 'refs/replace/0123456789012345678901234567890123456789'],
    ['a repository that is none', 'refs/playground/repository/a/b/c'],
    ['escape sequences', 'refs/heads/\u202e\u200b'],
  ])('is refused with refs that do not belong: %s', async (what, ref) => {
    const { main, change } = await commits();
    const refs = { 'refs/heads/main': main, 'refs/heads/sign/change': change, [ref]: change };
    const file = await bundleOf(refs, `refs of ${what}`);
    const outcome = await machine.sign('--bundle', file, '--out', 'refs.txt');
    // An event may be called almost anything; a second one is the mistake.
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).not.toContain('\u202e');
    expect(existsSync(machine.path('refs.txt'))).toBe(false);
  });

  it('is refused with a ref that climbs out of its folder', async () => {
    const { main, change } = await commits();
    const evil = readFileSync(
      await bundleOf({ 'refs/heads/main': main, 'refs/heads/sign/change': change }, 'plain'),
    );
    const file = machine.path('climbs');
    const text = evil.toString('latin1').replace('refs/heads/sign/change', 'refs/heads/sign/../../../../x');
    writeFileSync(file, Buffer.from(text, 'latin1'));
    const outcome = await machine.sign('--bundle', file, '--out', 'climbs.txt');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('does not belong');
  });

  it('is refused where the objects of its refs are left out', async () => {
    const { main, change } = await commits();
    const whole = readFileSync(await bundleOf({ 'refs/heads/main': main }, 'only main'));
    const header = whole.indexOf('\n\n');
    const file = machine.path('promises');
    const more = Buffer.from(`\n${change} refs/heads/sign/change`);
    writeFileSync(file, Buffer.concat([whole.subarray(0, header), more, whole.subarray(header)]));
    const outcome = await machine.sign('--bundle', file, '--out', 'promises.txt');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('damaged or incomplete');
  });

  it('is refused where it holds only a part of the history', async () => {
    const { main } = await commits();
    const folder = temporaryFolder();
    await git(folder, 'clone', '--quiet', team.remote, '.');
    const file = machine.path('part');
    await git(folder, 'branch', '--quiet', 'sign/change', 'origin/sign/change');
    await git(
      folder,
      'bundle',
      'create',
      '--quiet',
      file,
      'refs/heads/main',
      'refs/heads/sign/change',
      `^${main}~1`,
    );
    const outcome = await machine.sign('--bundle', file, '--out', 'part.txt');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('holds only a part of a history');
  });

  it('is refused with the history of another repository, by the first root or by what does not fit', async () => {
    const other = await newTeam();
    await (await other.person('alice')).does('init', '--signers', '@alice', '--yes');
    await allSign(other, 'init', 'alice');
    await other.merge('init');
    await addArtifacts(await other.person('alice'), 'change', { 'app.txt': 'malware' });
    const file = machine.path('other.bundle');
    await (await other.person('alice')).does('export', 'change', '--out', file);
    const known = await machine.sign('--bundle', file, '--out', 'alien.txt', '--first-root', firstRoot);
    expect(known.code).toBe(1);
    expect(known.stderr).toContain('another repository');
    // The event of one, on the main branch of the other.
    const folder = temporaryFolder();
    await git(folder, 'clone', '--quiet', '--bare', team.remote, '.');
    await git(folder, 'fetch', '--quiet', other.remote, '+refs/heads/sign/change:refs/heads/sign/change');
    const mixed = machine.path('mixed.bundle');
    await git(folder, 'bundle', 'create', '--quiet', mixed, 'refs/heads/main', 'refs/heads/sign/change');
    const outcome = await machine.sign('--bundle', mixed, '--out', 'alien.txt');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('no commit in common');
    expect(existsSync(machine.path('alien.txt'))).toBe(false);
  });

  it('is judged like any event: a link in the place of metadata is an error, and nothing is signed', async () => {
    const mallory = await team.person('mallory');
    const event = await mallory.push('sign/linked', {
      'metadata/targets.json': { link: '/etc/passwd' },
      '.gitattributes': '* filter=evil\n',
    });
    const file = await bundleOf(
      { 'refs/heads/main': (await commits()).main, 'refs/heads/sign/linked': event },
      'linked',
    );
    const outcome = await machine.sign('--bundle', file, '--out', 'linked.txt', '--json');
    expect(outcome.code).toBe(1);
    expect(outcome.json.findings?.map(({ code }) => code)).toContain('outside-event');
    expect(outcome.stdout + outcome.stderr).not.toContain('root:');
    expect(existsSync(machine.path('linked.txt'))).toBe(false);
  });

  it('runs no hook and no filter of the machine', async () => {
    const hooks = temporaryFolder();
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-receive'])
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch '${hooks}/ran'\n`, { mode: 0o755 });
    const config = join(hooks, 'config');
    await writeFile(config, `[init]\n\ttemplateDir = ${hooks}\n[core]\n\thooksPath = ${hooks}\n`);
    await mkdir(join(hooks, 'hooks'));
    await copyFile(join(hooks, 'reference-transaction'), join(hooks, 'hooks', 'reference-transaction'));
    const args = [
      'sign',
      '--bundle',
      bundle,
      '--login',
      '@bob',
      '--key',
      `file2:${team.keyFile('bob')}`,
      '--yes',
    ];
    const outcome = await startPlayground(machine.folder, args, { GIT_CONFIG_GLOBAL: config }).ended;
    expect(outcome.code).toBe(0);
    expect(existsSync(join(hooks, 'ran'))).toBe(false);
  });
});

/** A new online key from `init`: made, sealed, set as a secret, and used by the workflow; no copy stays anywhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Root } from '../../src/tuf/root.ts';
import { HELLO, LocalGitHub, REPOSITORY } from '../support/local-github.ts';
import type { Person } from '../support/people.ts';
import { readRole } from '../support/signed-repository.ts';

/** How an Ed25519 private key begins in PEM. */
const ED25519_PEM = 'MC4CAQAwBQYDK2VwBCIEI';

const NO_KEY = { ONLINE_KEY: undefined };

async function fresh() {
  const github = await LocalGitHub.fresh({ secret: false });
  await github.idle();
  const alice = await github.person('alice');
  const init = (person: Person, environment: object, ...flags: readonly string[]) =>
    person.playgroundWith({ ...NO_KEY, ...environment }, 'init', '--signers', '@alice', '--yes', ...flags);
  return { github, alice, init, token: { GITHUB_TOKEN: github.token('alice') } };
}

const secrets = async (github: LocalGitHub): Promise<readonly string[]> => {
  const { secrets } = await github.api('alice', 'GET', '/environments/online-signing/secrets');
  return secrets.map(({ name }: { name: string }) => name);
};

describe('init --create-online-key', () => {
  let world: Awaited<ReturnType<typeof fresh>>;
  let said = '';
  beforeAll(async () => {
    world = await fresh();
    const made = await world.init(world.alice, world.token, '--create-online-key');
    said = made.stdout + made.stderr;
    expect(`${made.code} ${made.stderr}`).toMatch(/^0/);
  });

  it('sets the secret, with which the workflow publishes', async () => {
    const { github } = world;
    expect(said).toContain('The online key is the secret ONLINE_KEY of the environment online-signing');
    expect(await secrets(github)).toEqual(['ONLINE_KEY']);
    await github.proposes('alice', 'init', { 'hello.txt': HELLO });
    await github.sign('init', 'alice');
    // With a token at hand, init has opened the pull request.
    await github.merge(1);
    await github.idle();
    const run = github.lastRun('Publish');
    expect(run.conclusion, github.log(run)).toBe('success');
    expect((await github.verify()).json).toMatchObject({ ok: true });
    expect(github.log(run)).not.toMatch(/PRIVATE KEY/);
    expect(github.log(run)).not.toContain(ED25519_PEM);
  });

  it('leaves no copy of the key on disk, and says none', async () => {
    const { github, alice } = world;
    expect(said).not.toMatch(/PRIVATE|[A-Za-z0-9+/]{48}/);
    const grep = () => execFileSync('grep', ['-rl', ED25519_PEM, alice.folder]);
    expect(grep).toThrow();
    const root = readRole<Root>(
      new Map([['metadata/root.json', await github.read('sign/init', 'metadata/root.json')]]),
      'metadata/root.json',
    );
    expect(JSON.stringify(root.signed.keys)).toContain('"x-tuf-on-ci-online-uri":"env:ONLINE_KEY"');
  });

  it('does not replace a secret that is there, since that may be the only copy of a key', async () => {
    const { init, alice, token } = world;
    const again = await alice.playgroundWith(
      { ...NO_KEY, ...token },
      ...['init', 'other', '--signers', '@alice', '--yes', '--create-online-key'],
    );
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has a secret ONLINE_KEY already'),
    });
    expect(
      (await init(alice, { ...token, ONLINE_KEY: world.github.onlineKey }, '--create-online-key')).code,
    ).toBe(2);
  });
});

describe('init without a key', () => {
  it('names the flag that makes one', async () => {
    const { init, alice } = await fresh();
    const outcome = await init(alice, {});
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('init --create-online-key') });
  });

  it('without a token says how to get one, or which command sets the secret', async () => {
    const { init, alice } = await fresh();
    const outcome = await init(alice, { GH_CONFIG_DIR: '/nowhere' }, '--create-online-key');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('gh auth login');
    expect(outcome.stderr).toContain('gh secret set ONLINE_KEY --env online-signing < online.pem');
  });

  it('writes it to a file where that is asked for, and prints the one command that is left', async () => {
    const { init, alice } = await fresh();
    const file = join(alice.folder, '..', 'new.pem');
    const outcome = await init(alice, {}, '--create-online-key', 'ecdsa-p256', '--online-key-file', file);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain(`gh secret set ONLINE_KEY --env online-signing < ${file}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('PRIVATE KEY');
    expect(outcome.stdout + outcome.stderr).not.toContain('PRIVATE KEY');
  });

  it('takes back what it made where the event does not come about', async () => {
    const { github, init, alice, token } = await fresh();
    const file = join(alice.folder, '..', 'new.pem');
    const wrong = ['--threshold', '7'];
    expect((await init(alice, {}, '--create-online-key', '--online-key-file', file, ...wrong)).code).toBe(2);
    expect(existsSync(file)).toBe(false);
    expect((await init(alice, token, '--create-online-key', ...wrong)).code).toBe(2);
    expect(await secrets(github)).toEqual([]);
  });

  it('makes the environment where it is not there, for the main branch alone', async () => {
    const { github, init, alice, token } = await fresh();
    const flags = ['--create-online-key', '--environment', 'signing'];
    expect(await init(alice, token, ...flags)).toMatchObject({ code: 0 });
    expect(
      await github.api('alice', 'GET', '/environments/signing/deployment-branch-policies'),
    ).toMatchObject({
      branch_policies: [{ name: 'main' }],
    });
  });

  it('gives no key to an environment that any branch may use, nor to one that main may not', async () => {
    const { github, init, alice, token } = await fresh();
    github.host.putEnvironment(REPOSITORY, 'open');
    const open = await init(alice, token, '--create-online-key', '--environment', 'open');
    expect(open).toMatchObject({ code: 1, stderr: expect.stringContaining('every branch') });
    github.host.putEnvironment(REPOSITORY, 'elsewhere', ['release']);
    const elsewhere = await init(alice, token, '--create-online-key', '--environment', 'elsewhere');
    expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('main may not use') });
  });

  it('says which permission is missing where the token may not set secrets', async () => {
    const { github, init } = await fresh();
    const bob = await github.person('bob');
    const outcome = await init(bob, { GITHUB_TOKEN: github.token('bob') }, '--create-online-key');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('Could not set the secret ONLINE_KEY');
    expect(await secrets(github)).toEqual([]);
  });
});

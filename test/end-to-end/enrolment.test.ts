/** What a person hears about their key before it becomes part of a repository. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { generateKey } from '../../src/signers/generate.ts';
import { startWorld, type World } from '../playground/host/support.ts';
import { hasProgram } from '../signers/helpers.ts';
import { commitFiles, git, temporaryFolder } from '../support/git.ts';
import { newTeam } from '../support/people.ts';
import { type Environment, startPlayground } from '../support/playground.ts';

const hasKeygen = hasProgram('ssh-keygen', 'SSH keys that are published on GitHub', '-?');

describe.skipIf(!hasKeygen)('an SSH key', () => {
  let world: World;
  let clone: string;
  let online: string;
  beforeAll(async () => {
    world = await startWorld();
    await world.playground.host.createRepository('alice/tuf');
    clone = join(temporaryFolder(), 'clone');
    await git('.', 'init', '--quiet', '--initial-branch', 'main', clone);
    await commitFiles(clone, { 'README.md': 'Read me.' }, 'Begin');
    await git(clone, 'remote', 'add', 'origin', world.remote(world.tokens.alice, 'alice/tuf'));
    await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    online = generateKey({ type: 'ed25519' }).pem;
  });
  afterAll(() => world.close());

  /** Makes a key and begins a repository with it. */
  async function begin(event: string, publishAs: string | undefined, environment: Environment = {}) {
    const file = join(temporaryFolder(), 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'alice', '-f', file]);
    if (publishAs !== undefined) {
      const key = execFileSync('ssh-keygen', ['-y', '-f', file]).toString().trim();
      const body = { title: 'signing', key };
      expect((await world.api(world.tokens.alice, 'POST', publishAs, body)).status).toBe(201);
    }
    const args = [
      'init',
      event,
      '--signers',
      '@alice',
      '--login',
      '@alice',
      '--key',
      `file2:${file}`,
      '--yes',
    ];
    return startPlayground(clone, args, {
      ONLINE_KEY: online,
      GITHUB_SERVER_URL: world.playground.url,
      GITHUB_API_URL: world.playground.apiUrl,
      ...environment,
    }).ended;
  }

  it.each(['/user/keys', '/user/ssh_signing_keys'])(
    'that the login publishes is recognised: %s',
    async (path) => {
      const outcome = await begin(`published${path.length}`, path);
      expect(outcome.code).toBe(0);
      expect(outcome.stdout).toContain('@alice publishes this key');
      expect(outcome.stdout).toContain(`${world.playground.url}/alice.keys`);
    },
  );

  it('that the login does not publish is warned about, and taken', async () => {
    const outcome = await begin('unknown', undefined);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('! @alice does not publish this key');
  });

  it.each([
    ['that is not there', 'http://127.0.0.1:1'],
    ['that says no', undefined],
  ])('is taken where it cannot be looked up, with a GitHub %s', async (_how, url) => {
    const server = createServer((_request, response) => void response.writeHead(500).end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const api = url ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outcome = await begin(`gone${api.length}`, undefined, { GITHUB_API_URL: api });
    expect(outcome.stdout).toContain('could not be looked up');
    expect(outcome.code).toBe(0);
  });
});

describe('a key that not every client knows', () => {
  it('is explained before it is put into a role', async () => {
    const team = await newTeam();
    const alice = await team.person('alice');
    const file = join(temporaryFolder(), 'key.pem');
    writeFileSync(file, generateKey({ type: 'ml-dsa-44' }).pem, { mode: 0o600 });
    // Without --yes and without a person nothing is committed, and what matters has been said.
    const asked = await alice.playground('init', '--signers', '@alice', '--key', `file2:${file}`);
    expect(asked.code).toBe(2);
    expect(asked.stdout).toMatch(/is verified by python-tuf .*tough refuse the whole file/);
    expect(await team.branch('sign/init')).toBeUndefined();
  });
});

describe('the list of keys', () => {
  it('names those of the repository under the login, also where they are kept elsewhere', async () => {
    const team = await newTeam();
    const [alice, bob] = [await team.person('alice'), await team.person('bob')];
    await alice.does('init', '--signers', '@alice,@bob', '--threshold', '1', '--yes');
    // The one who accepted in a browser has no key on this machine.
    await bob.does('sign', 'init', '--yes');
    await bob.git('config', '--unset', 'playground.key');
    await bob.git('config', '--unset-all', 'playground.@bob.key');
    const { json, stdout } = await bob.does('key', 'list', 'init', '--json');
    expect(json).toMatchObject({ login: '@bob', repository: [{ roles: ['root', 'targets'], uris: [] }] });
    expect(stdout).not.toContain('PRIVATE');
    expect((await bob.does('key', 'list', 'init')).stdout).toContain('in a browser, or on another machine');
    const own = await alice.does('key', 'list', 'init', '--role', 'root', '--json');
    expect(own.json).toMatchObject({
      repository: [{ roles: ['root'], uris: [`file2:${team.keyFile('alice')}`] }],
    });
  });

  it('works outside of a repository', async () => {
    const outcome = await startPlayground(temporaryFolder(), ['key', 'list']).ended;
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('The ssh-agent');
  });
});

/**
 * Each way in which a person can hold a key here, from accepting an invitation to what clients in two languages accept.
 * Keys in clouds, Sigstore identities and ML-DSA have files of their own.
 */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hasProgram } from '../signers/helpers.ts';
import { hasSoftTokens, PIN, softTokens } from '../signers/pkcs11/soft-token.ts';
import { temporaryFolder } from '../support/git.ts';
import { addArtifacts, newTeam } from '../support/people.ts';
import type { Environment } from '../support/playground.ts';
import { hasAgent, startAgent } from '../support/ssh-agent.ts';

const python = process.env.PLAYGROUND_PYTHON ?? 'python3';
const pythonIsThere = spawnSync(python, ['-c', 'import tuf.ngclient, cryptography']).status === 0;
if (!pythonIsThere)
  console.warn('skipped: what python-tuf says (PLAYGROUND_PYTHON names a Python that has it)');
const hasKeygen = hasProgram('ssh-keygen', 'OpenSSH key files', '-?');
const hasOpenssl = hasProgram('openssl', 'key files of openssl', 'version');

interface Holding {
  readonly uri: string;
  readonly environment: Environment;
}

const PASSPHRASE = 'correct horse';

function opensslFile(...args: readonly string[]): Holding {
  const file = join(temporaryFolder(), 'key.pem');
  execFileSync('openssl', ['genpkey', ...args, '-aes256', '-pass', `pass:${PASSPHRASE}`, '-out', file], {
    stdio: 'ignore',
  });
  return { uri: `file2:${file}`, environment: { PLAYGROUND_PASSPHRASE: PASSPHRASE } };
}

function opensshFile(type: readonly string[]): Holding {
  const file = join(temporaryFolder(), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', ...type, '-N', PASSPHRASE, '-f', file]);
  return { uri: `file2:${file}`, environment: { PLAYGROUND_PASSPHRASE: PASSPHRASE } };
}

function token(type: string): Holding {
  const tokens = softTokens('bob');
  tokens.key('bob', type, '02');
  return { uri: 'hsm:2?label=bob', environment: { ...tokens.environment, PLAYGROUND_PIN: PIN } };
}

async function agentKey(type: readonly string[]): Promise<Holding> {
  const agent = await startAgent();
  const { fingerprint } = agent.add(type);
  return { uri: `ssh-agent:${fingerprint}`, environment: { SSH_AUTH_SOCK: agent.socket } };
}

const P256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

const WAYS: readonly (readonly [string, boolean, () => Holding | Promise<Holding>])[] = [
  ['in an encrypted PEM file, Ed25519', hasOpenssl, () => opensslFile('-algorithm', 'ed25519')],
  ['in an encrypted PEM file, P-256', hasOpenssl, () => opensslFile(...P256)],
  ['in an encrypted PEM file, RSA', hasOpenssl, () => opensslFile('-algorithm', 'RSA')],
  ['in an OpenSSH file, Ed25519', hasKeygen, () => opensshFile(['ed25519'])],
  ['in an OpenSSH file, P-256', hasKeygen, () => opensshFile(['ecdsa', '-b', '256'])],
  ['in the ssh-agent, Ed25519', hasAgent, () => agentKey(['ed25519'])],
  ['in the ssh-agent, P-256', hasAgent, () => agentKey(['ecdsa', '-b', '256'])],
  ['on a token, P-256', hasSoftTokens, () => token('EC:prime256v1')],
  ['on a token, Ed25519', hasSoftTokens, () => token('EC:edwards25519')],
];

describe('a repository that one person begins and another joins with a key', () => {
  for (const [way, isThere, make] of WAYS) {
    it.skipIf(!isThere)(`${way}, is published and accepted`, async () => {
      const { uri, environment } = await make();
      const team = await newTeam();
      const [alice, bob] = [await team.person('alice'), await team.person('bob')];
      await bob.git('config', 'playground.key', uri);
      await alice.does('init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
      await addArtifacts(alice, 'init', { 'app.txt': `Signed with a key ${way}.` });
      const accepted = await bob.playgroundWith(environment, 'sign', 'init', '--yes');
      expect(accepted.stderr + accepted.stdout).toContain('tuf-js, python-tuf, go-tuf, tough all verify');
      expect(accepted.code).toBe(0);
      await alice.does('sign', 'init', '--yes');
      await team.merge('init');
      await team.publish('--first');
      const verified = await team.verify('--download', temporaryFolder());
      expect(verified.json).toMatchObject({ ok: true, failures: [] });
      const root = await team.read('main', 'metadata/root.json');
      expect(JSON.parse(root).signatures).toHaveLength(2);
      if (!pythonIsThere) return;
      const client = join(import.meta.dirname, '../interoperability/python_client.py');
      const first = join(team.site, 'metadata/1.root.json');
      const { stdout } = await promisify(execFile)(python, [client, await team.serve(), first, 'app.txt']);
      expect(stdout).toBe(`Signed with a key ${way}.`);
    });
  }

  it.skipIf(!hasSoftTokens)('begins with a key on a token, checked before anything is pushed', async () => {
    const { uri, environment } = token('EC:prime256v1');
    const team = await newTeam();
    const alice = await team.person('alice');
    await alice.git('config', 'playground.key', uri);
    const init = ['init', '--signers', '@alice', '--yes'];
    const wrong = await alice.playgroundWith({ ...environment, PLAYGROUND_PIN: '654321' }, ...init);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain('The PIN of the token "bob"');
    expect(wrong.stdout).not.toContain('✓');
    expect(await team.branch('sign/init')).toBeUndefined();
    expect(await alice.git('for-each-ref', 'refs/heads/sign')).toBe('');

    expect((await alice.playgroundWith(environment, ...init)).code).toBe(0);
    expect((await alice.playgroundWith(environment, 'sign', 'init', '--yes')).code).toBe(0);
    await team.merge('init');
    await team.publish('--first');
    expect((await team.verify()).json).toMatchObject({ ok: true });
  });

  it.skipIf(!hasKeygen)('is refused an SSH key that no client accepts, with the reason', async () => {
    const { uri, environment } = opensshFile(['ecdsa', '-b', '384']);
    const team = await newTeam();
    const alice = await team.person('alice');
    await alice.git('config', 'playground.key', uri);
    const refused = await alice.playgroundWith(environment, 'init', '--signers', '@alice', '--yes');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('ecdsa-sha2-nistp384');
    expect(await team.branch('sign/init')).toBeUndefined();
  });
});

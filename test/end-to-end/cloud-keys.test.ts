/** Keys in clouds, from `init` to what clients in two languages accept. */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UpdateAliasCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { awsIsThere, startAws } from '../support/aws.ts';
import { startAzure } from '../support/azure.ts';
import { temporaryFolder } from '../support/git.ts';
import { startGoogleCloud } from '../support/google-cloud.ts';
import { openBaoIsThere, startOpenBao } from '../support/openbao.ts';
import { opensslIsThere } from '../support/openssl.ts';
import { addArtifacts, newTeam, type Person, type Team } from '../support/people.ts';
import type { Environment, Outcome } from '../support/playground.ts';

const python = process.env.PLAYGROUND_PYTHON ?? 'python3';
const pythonIsThere = spawnSync(python, ['-c', 'import tuf.ngclient, cryptography']).status === 0;
if (!pythonIsThere) console.warn('skipped: python-tuf is not installed (PLAYGROUND_PYTHON)');

interface CloudKey {
  readonly uri: string;
  readonly environment: Environment;
}

/** The command has to succeed. */
async function does(person: Person, environment: Environment, ...args: readonly string[]): Promise<Outcome> {
  const outcome = await person.playgroundWith(environment, ...args);
  if (outcome.code === 0) return outcome;
  throw new Error(`playground ${args.join(' ')}: ${outcome.stdout}${outcome.stderr}`);
}

/** A repository whose online key is that one, published once; Alice signs with her own. */
async function published(online: CloudKey, alices?: CloudKey): Promise<Team> {
  const team = await newTeam();
  const [alice, robot] = [await team.person('alice'), await team.robot];
  if (alices) await alice.git('config', 'playground.key', alices.uri);
  const environment = alices?.environment ?? online.environment;
  await does(alice, environment, 'init', '--signers', '@alice', '--online-key', online.uri, '--yes');
  await addArtifacts(alice, 'init', { 'app.txt': 'Hello from a cloud.' });
  await does(alice, alices?.environment ?? {}, 'sign', 'init', '--yes');
  await team.merge('init');
  await does(robot, online.environment, 'online-sign', '--first');
  await robot.does('build', team.site);
  return team;
}

/** One more event, signed and merged, so that there is something to sign online. */
async function change(team: Team, event: string): Promise<void> {
  const alice = await team.person('alice');
  await addArtifacts(alice, event, { [`${event}.txt`]: event });
  await alice.does('sign', event, '--yes');
  await team.merge(event);
}

async function acceptedByClients(team: Team): Promise<void> {
  const folder = temporaryFolder();
  expect((await team.verify('--download', folder)).json).toMatchObject({ ok: true, failures: [] });
  if (!pythonIsThere) return;
  const client = join(import.meta.dirname, '../interoperability/python_client.py');
  const root = join(team.site, 'metadata/1.root.json');
  const { stdout } = await promisify(execFile)(python, [client, await team.serve(), root, 'app.txt']);
  expect(stdout).toBe('Hello from a cloud.');
}

describe('a repository whose online key is kept by', () => {
  it.skipIf(!awsIsThere)(
    'AWS KMS is published, renewed, and stays when the key may not be used',
    async () => {
      const aws = await startAws();
      const { id } = await aws.createKey();
      await aws.createAlias('alias/online', id);
      const environment = await aws.user('kms:GetPublicKey', 'kms:Sign');
      const team = await published({ uri: 'awskms:alias/online', environment });
      await acceptedByClients(team);
      const root = JSON.parse(await team.read('main', 'metadata/root.json'));
      expect(JSON.stringify(root)).toContain('"x-tuf-on-ci-online-uri":"awskms:alias/online"');

      const online = await team.branch('online');
      const robot = await team.robot;
      await change(team, 'second');
      const refused = await robot.playgroundWith(await aws.user('kms:GetPublicKey'), 'online-sign', '--json');
      expect(refused).toMatchObject({ code: 2, json: { error: { code: 'permission-denied' } } });
      expect(refused.stderr).toContain('lacks the permission kms:Sign');
      expect(await team.branch('online')).toBe(online);
      await does(robot, environment, 'online-sign');
      expect(await team.branch('online')).not.toBe(online);

      // Whoever points the alias at another key gets nothing signed.
      const other = await aws.createKey();
      await aws.kms.send(new UpdateAliasCommand({ AliasName: 'alias/online', TargetKeyId: other.id }));
      await change(team, 'third');
      const moved = await robot.playgroundWith(environment, 'online-sign');
      expect(moved.code).not.toBe(0);
      expect(moved.stderr).toContain('The key at awskms:alias/online is not the');
    },
  );

  it.skipIf(!openBaoIsThere)('Vault is published, and a signer keeps hers there too', async () => {
    const bao = await startOpenBao();
    await bao.createKey('online', { type: 'ed25519' });
    await bao.createKey('alice', { type: 'rsa-3072' });
    const may = (name: string) => `
      path "transit/keys/${name}" { capabilities = ["read"] }
      path "transit/sign/${name}" { capabilities = ["update"] }`;
    const readOnline = 'path "transit/keys/online" { capabilities = ["read"] }';
    const environment = await bao.token(may('online'));
    const alices = await bao.token(may('alice') + readOnline);
    const team = await published(
      { uri: 'hv:online/1', environment },
      { uri: 'hv:alice/1', environment: alices },
    );
    await acceptedByClients(team);
  });

  it.skipIf(!opensslIsThere)('Google Cloud KMS is published', async () => {
    const cloud = await startGoogleCloud();
    const { name } = await cloud.createKey('EC_SIGN_ED25519');
    await acceptedByClients(await published({ uri: `gcpkms:${name}`, environment: cloud.environment }));
  });

  it.skipIf(!opensslIsThere)('Azure Key Vault is published', async () => {
    const azure = await startAzure();
    const { uri } = await azure.createKey('P-256', 'EC-HSM');
    const NODE_EXTRA_CA_CERTS = join(temporaryFolder(), 'ca.pem');
    writeFileSync(NODE_EXTRA_CA_CERTS, azure.certificate);
    const environment = { ...azure.inWorkflow, NODE_EXTRA_CA_CERTS };
    await acceptedByClients(await published({ uri, environment }));
  });
});

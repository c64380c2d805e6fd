/**
 * A repository whose signers are people and a workflow, not keys: from the first command to a site that a client
 * verifies, with a Sigstore on loopback.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseMetadata } from '../../src/tuf/metadata.ts';
import { fakeBrowser } from '../support/fake-browser.ts';
import { addArtifacts, newTeam, type Person, type Team } from '../support/people.ts';
import type { Environment, Outcome } from '../support/playground.ts';
import { person, type SigstoreInstance, startSigstore } from '../support/sigstore.ts';

const WORKFLOW = 'team/repository/.github/workflows/publish.yml@refs/heads/main';
const MARK = /"x-tuf-on-ci-keyowner": "@alice"/;

let sigstore: SigstoreInstance;
let environment: Environment;
beforeAll(async () => {
  sigstore = await startSigstore();
  environment = {
    PLAYGROUND_SIGSTORE_TRUST_CONFIG: sigstore.trustConfig,
    BROWSER: fakeBrowser('agree'),
    // Nobody logs in where a machine runs everything.
    CI: undefined,
  };
});
afterAll(() => sigstore.close());

/** Runs a command as somebody who logs in with this address. */
async function as(who: Person, email: string, ...args: readonly string[]): Promise<Outcome> {
  sigstore.person = person(email);
  return who.playgroundWith(environment, ...args, '--key', 'sigstore:?ambient=false');
}

/** Signs online as the workflow that this names. */
async function onlineSign(team: Team, workflow: string, ...args: readonly string[]): Promise<Outcome> {
  const token = await sigstore.token({ sub: 'repo:team/repository', job_workflow_ref: workflow });
  const robot = await team.robot;
  return robot.playgroundWith(
    { ...environment, SIGSTORE_ID_TOKEN: token, CI: 'true' },
    'online-sign',
    ...args,
  );
}

async function build(team: Team): Promise<Outcome> {
  return (await team.robot).playgroundWith(environment, 'build', team.site, '--json');
}

describe('a repository of Sigstore identities', () => {
  let ready: Team;
  let begun: Outcome;
  beforeAll(async () => {
    ready = await newTeam();
    const [alice, bob] = [await ready.person('alice'), await ready.person('bob')];
    begun = await as(
      alice,
      'alice@example.com',
      ...['init', '--signers', '@alice,@bob', '--threshold', '2', '--yes'],
      ...['--online-key', 'sigstore:', '--online-identity', `https://github.com/${WORKFLOW}`],
      ...['--online-issuer', sigstore.issuer],
    );
    expect(begun.code, begun.stderr).toBe(0);
    await addArtifacts(alice, 'init', { 'app.txt': 'hello' });
    for (const [who, email] of [
      [bob, 'bob@example.com'],
      [alice, 'alice@example.com'],
    ] as const) {
      const signed = await as(who, email, 'sign', 'init', '--yes');
      expect(signed.code, signed.stderr).toBe(0);
    }
    await ready.merge('init');
  });

  let team: Team;
  beforeEach(() => {
    team = ready.copy();
  });

  it('tells at once which clients refuse it', () => {
    expect(begun.stdout).toMatch(
      /root: Sigstore identity alice@example\.com of https:\/\/github\.com\/login\/oauth/,
    );
    expect(begun.stdout).toContain('counts for nothing in tuf-js');
    expect(begun.stdout).toContain('makes python-tuf and tough refuse the whole file');
  });

  it('holds identity and issuer as keys, and bundles with the signatures', async () => {
    const root = parseMetadata(await team.read('main', 'metadata/root.json'), 'root');
    const keys = Object.values(root.signed.keys);
    expect(keys.map(({ keytype, scheme, keyval }) => ({ keytype, scheme, keyval }))).toEqual(
      expect.arrayContaining([
        {
          keytype: 'sigstore-oidc',
          scheme: 'Fulcio',
          keyval: { identity: 'alice@example.com', issuer: 'https://github.com/login/oauth' },
        },
        {
          keytype: 'sigstore-oidc',
          scheme: 'Fulcio',
          keyval: { identity: `https://github.com/${WORKFLOW}`, issuer: sigstore.issuer },
        },
      ]),
    );
    expect(root.signatures).toHaveLength(2);
    for (const { sig, bundle } of root.signatures) {
      expect(sig).toMatch(/^[0-9a-f]+$/);
      expect(bundle).toHaveProperty('verificationMaterial');
    }
  });

  it('is signed online by its workflow, built, and accepted by a client that verifies Sigstore', async () => {
    const signed = await onlineSign(team, WORKFLOW, '--first', '--json');
    expect(signed.code, signed.stderr).toBe(0);
    expect((await build(team)).code).toBe(0);
    const robot = await team.robot;
    const verified = await robot.playgroundWith(environment, 'verify', team.site, '--json');
    expect(verified.code, verified.stderr).toBe(0);
    expect(verified.json).toMatchObject({
      ok: true,
      furtherKeys: ['sigstore-oidc'],
      artifacts: [{ path: 'app.txt', ok: true }],
    });
    expect(verified.stderr).toContain('It takes a client that verifies Sigstore identities');
    // Of another Sigstore this client has never heard.
    const other = await startSigstore();
    const elsewhere = { ...environment, PLAYGROUND_SIGSTORE_TRUST_CONFIG: other.trustConfig };
    const refused = await robot.playgroundWith(elsewhere, 'verify', team.site, '--json');
    await other.close();
    expect(refused).toMatchObject({ code: 1, json: { ok: false, failure: { code: 'signature' } } });
  });

  it.each([
    ['another branch', WORKFLOW.replace('refs/heads/main', 'refs/heads/sign/init')],
    ['another file', WORKFLOW.replace('publish.yml', 'other.yml')],
    ['a fork', WORKFLOW.replace('team/', 'mallory/')],
    ['a name that ends alike', `x${WORKFLOW}`],
  ])('is not signed online by a workflow of %s', async (_what, workflow) => {
    const signed = await onlineSign(team, workflow, '--first', '--json');
    expect(signed.code).not.toBe(0);
    expect(signed.stderr).toContain('is not the snapshot key');
    expect(await team.branch('online')).toBeUndefined();
  });

  it('is neither changed nor signed by somebody with another address', async () => {
    const alice = await team.person('alice');
    const changed = await alice.playgroundWith(
      environment,
      ...['delegate', 'slower', 'targets', '--expiry', '300', '--yes'],
    );
    expect(changed.code, changed.stderr).toBe(0);
    const other = await as(alice, 'alice@example.com.evil.example', 'sign', 'slower', '--yes', '--json');
    expect(other.json.signed ?? []).toEqual([]);
    const right = await as(alice, 'alice@example.com', 'sign', 'slower', '--yes', '--json');
    expect(right.json.signed).toEqual(['targets']);
  });

  it('is refused where a signature is put on another version', async () => {
    const alice = await team.person('alice');
    const text = await team.read('main', 'metadata/root.json');
    expect(text).toMatch(MARK);
    await alice.push('main', {
      'metadata/root.json': text.replace(MARK, '"x-tuf-on-ci-keyowner": "@mallory"'),
      'metadata/root_history/1.root.json': text.replace(MARK, '"x-tuf-on-ci-keyowner": "@mallory"'),
    });
    const signed = await onlineSign(team, WORKFLOW, '--first', '--json');
    expect(signed.code).toBe(1);
    expect(JSON.stringify(signed.json.findings)).toContain('other content');
  });

  it('needs the name of the workflow, which does not run where the repository begins', async () => {
    const begins = await newTeam();
    const alice = await begins.person('alice');
    const args = ['init', '--signers', '@alice', '--online-key', 'sigstore:', '--yes'];
    const outcome = await alice.playgroundWith(environment, ...args);
    expect(outcome).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--online-identity https://github.com/'),
    });
    const file = join(begins.folder, 'none');
    expect((await alice.playground('key', 'show', `file2:${file}`)).code).toBe(2);
  });
});

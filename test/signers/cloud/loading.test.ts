/** The libraries of the clouds and of Sigstore are large, and nobody waits for one that their key does not need. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../../src/signers/generate.ts';
import { temporaryFolder } from '../../support/git.ts';
import { startPlayground } from '../../support/playground.ts';

const DIST = join(import.meta.dirname, '../../../actions/dist');
const LIBRARIES = ['@aws-sdk', '@smithy', 'google-auth-library', 'gaxios', '@azure', '@sigstore'];

/** Makes the process write down each module that it loads. */
const RECORD = `
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { appendFileSync(process.env.RECORD_MODULES, url + '\\n'); return next(url, context); } });`;

/** The libraries that a command loads. */
async function loaded(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = temporaryFolder();
  const [hook, record] = [join(folder, 'record.mjs'), join(folder, 'modules')];
  writeFileSync(hook, RECORD);
  const NODE_OPTIONS = `--import ${hook}`;
  await startPlayground(folder, args, { NODE_OPTIONS, RECORD_MODULES: record, ...environment }).ended;
  const modules = readFileSync(record, 'utf8');
  expect(modules).toContain('src/');
  return LIBRARIES.filter((name) => modules.includes(`/node_modules/${name}/`));
}

describe('the libraries of clouds and of Sigstore', () => {
  it('are not loaded by commands that use no such key', async () => {
    expect(await loaded({}, '--version')).toEqual([]);
    const KEY = generateKey({ type: 'ed25519' }).pem;
    expect(await loaded({ KEY }, 'key', 'show', 'env:KEY')).toEqual([]);
    expect(
      await loaded({ VAULT_ADDR: 'http://localhost:1', VAULT_TOKEN: 't' }, 'key', 'show', 'hv:a/1'),
    ).toEqual([]);
  });

  it.each([
    [
      'awskms:alias/a',
      {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        AWS_ENDPOINT_URL: 'http://localhost:1',
      },
      ['@aws-sdk', '@smithy'],
    ],
    [
      'gcpkms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
      { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere' },
      ['google-auth-library', 'gaxios'],
    ],
    ['sigstore:', { PLAYGROUND_SIGSTORE_TRUST_CONFIG: '/nowhere' }, ['@sigstore']],
    ['azurekms://v.vault.azure.net/keys/a/1', { PATH: '/nowhere' }, ['@azure']],
  ])('are loaded one at a time, where a key asks for it: %s', async (uri, environment, libraries) => {
    expect(await loaded(environment, 'key', 'show', uri)).toEqual(libraries);
  });

  it('stand in the bundle of the actions in files of their own, which no action loads at its start', () => {
    const files = readdirSync(DIST).filter((file) => file.endsWith('.js'));
    const own = [
      'shared-aws.js',
      'shared-google.js',
      'shared-azure.js',
      'shared-signing.js',
      'shared-verifying.js',
    ];
    for (const file of own) expect(files).toContain(file);
    const atStart = new Set(files.filter((file) => !file.startsWith('shared-')));
    expect(atStart.size).toBeGreaterThan(3);
    for (const file of atStart) {
      const text = readFileSync(join(DIST, file), 'utf8');
      for (const [, next = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) atStart.add(next);
    }
    expect(own.filter((file) => atStart.has(file))).toEqual([]);
    const size = files.reduce((sum, file) => sum + statSync(join(DIST, file)).size, 0);
    expect(size).toBeLessThan(3_000_000);
  });
});

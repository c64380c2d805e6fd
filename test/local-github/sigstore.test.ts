/** A job of the local GitHub signs with its own identity: its token, from the runner's service to the certificate. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Playground, startPlayground } from '../../src/playground/playground.ts';
import { git, temporaryFolder, writeFiles } from '../support/git.ts';
import { type SigstoreInstance, startSigstore } from '../support/sigstore.ts';

const REPOSITORY = 'alice/repository';
const PROGRAM = join(import.meta.dirname, '../../bin/playground.mjs');

let github: Playground;
let sigstore: SigstoreInstance;
beforeAll(async () => {
  github = await startPlayground({ dataDir: join(temporaryFolder(), 'data') });
  const issuer = `${github.url}/_services/token`;
  sigstore = await startSigstore({ otherIssuer: { url: issuer, jwks: `${issuer}/.well-known/jwks` } });
});
afterAll(async () => {
  await github.close();
  await sigstore.close();
});

/** Runs a job with these permissions on a branch, which asks for the key of the workflow's identity; its log. */
async function log(permissions: string, branch: string): Promise<string> {
  const folder = temporaryFolder();
  const step = `node ${PROGRAM} key show sigstore:`;
  await writeFiles(folder, {
    '.github/workflows/publish.yml': `
on: push
permissions: { ${permissions} }
jobs:
  sign:
    runs-on: ubuntu-latest
    env: { PLAYGROUND_SIGSTORE_TRUST_CONFIG: '${sigstore.trustConfig}' }
    steps: [ { run: '${step}' } ]
`,
  });
  const token = github.host.createToken('alice');
  const remote = `${github.url.replace('://', `://alice:${token}@`)}/${REPOSITORY}.git`;
  await git(folder, 'init', '--quiet', '-b', branch);
  await git(folder, 'add', '--all', '--force');
  await git(folder, 'commit', '--quiet', '-m', permissions);
  await git(folder, 'push', '--quiet', '--force', remote, branch);
  await github.actions.idle();
  const [run] = github.actions.runs(REPOSITORY);
  return run?.jobs.map(({ id }) => github.actions.jobLog(id)).join('\n') ?? '';
}

it('signs as workflow file and branch, where it may have an identity', async () => {
  github.host.createUser('alice');
  await github.host.createRepository(REPOSITORY);
  const own = await log('contents: read, id-token: write', 'main');
  expect(own).toContain(
    `Sigstore identity https://github.com/${REPOSITORY}/.github/workflows/publish.yml@refs/heads/main of ${github.url}/_services/token`,
  );
  const other = await log('contents: read, id-token: write', 'feature');
  expect(other).toContain('publish.yml@refs/heads/feature');
  expect(await log('contents: read', 'main')).toContain('Give the job `permissions: id-token: write`');
});

/** A client in another language downloads from a repository that was made, signed and built here. */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateKey } from '../../src/signers/generate.ts';
import { verifySignature } from '../../src/tuf/signature.ts';
import { temporaryFolder } from '../support/git.ts';
import { publishedTeam } from '../support/people.ts';

const ML_DSA = `
from securesystemslib.signer import KEY_FOR_TYPE_AND_SCHEME
from cryptography.hazmat.primitives.asymmetric import mldsa
KEY_FOR_TYPE_AND_SCHEME[('ml-dsa', 'ml-dsa-44/1')]`;

const run = promisify(execFile);
const python = process.env.PLAYGROUND_PYTHON ?? 'python3';
const there = spawnSync(python, ['-c', 'import tuf.ngclient, cryptography']).status === 0;
if (!there)
  console.warn('skipped: python-tuf is not installed (PLAYGROUND_PYTHON names a Python that has it)');

describe.skipIf(!there)('python-tuf', () => {
  let download: (artifact: string) => Promise<{ stdout: string }>;

  beforeAll(async () => {
    const team = await publishedTeam({
      signers: ['alice', 'bob'],
      threshold: 2,
      artifacts: { 'app/hello.txt': 'Hello from a TUF repository.' },
    });
    const url = await team.serve();
    const root = join(team.site, 'metadata', '1.root.json');
    download = (artifact) =>
      run(python, [join(import.meta.dirname, 'python_client.py'), url, root, artifact]);
  });

  test('updates from the first root and downloads the artifact', async () => {
    expect((await download('app/hello.txt')).stdout).toBe('Hello from a TUF repository.');
  });

  // securesystemslib has ML-DSA from 1.6 on (1.5 on request), through a recent `cryptography`.
  const hasMlDsa = spawnSync(python, ['-c', ML_DSA]).status === 0;
  if (there && !hasMlDsa) console.warn('skipped: this securesystemslib or cryptography knows no ML-DSA');

  test.skipIf(!hasMlDsa)('follows a repository whose keys are all ML-DSA', async () => {
    const team = await publishedTeam({
      signers: ['alice', 'bob'],
      threshold: 2,
      artifacts: { 'app/hello.txt': 'Hello after quantum computers.' },
      keyTypes: { alice: 'ml-dsa-65', bob: 'ml-dsa-87', online: 'ml-dsa-44' },
    });
    const root = join(team.site, 'metadata', '1.root.json');
    const client = join(import.meta.dirname, 'python_client.py');
    const { stdout } = await run(python, [client, await team.serve(), root, 'app/hello.txt']);
    expect(stdout).toBe('Hello after quantum computers.');
  });

  test.skipIf(!hasMlDsa)(
    'signs with a private key that was made here, as it would sign with its own',
    async () => {
      const folder = temporaryFolder();
      for (const type of ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const) {
        const { pem, key } = generateKey({ type });
        const file = join(folder, type);
        writeFileSync(file, pem, { mode: 0o600 });
        const script = join(import.meta.dirname, 'python_signer.py');
        const { stdout } = await run(python, [script, file, JSON.stringify(key), 'what is signed']);
        expect(await verifySignature(key, new TextEncoder().encode('what is signed'), stdout)).toEqual({
          valid: true,
        });
      }
    },
  );

  test('finds no artifact that nobody signed', async () => {
    await expect(download('other.txt')).rejects.toThrow('other.txt is not found');
  });
});

/** A client in another language downloads from a repository that was made, signed and built here. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { publishedTeam } from '../support/people.ts';

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

  test('finds no artifact that nobody signed', async () => {
    await expect(download('other.txt')).rejects.toThrow('other.txt is not found');
  });
});

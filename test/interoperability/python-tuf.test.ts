/** A client in another language downloads from a repository that was made, signed and built here. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StaticSite, serveStaticSite } from '../../src/playground/static-site.ts';

const run = promisify(execFile);
const python = process.env.PLAYGROUND_PYTHON ?? 'python3';
const there = spawnSync(python, ['-c', 'import tuf.ngclient, cryptography']).status === 0;
if (!there)
  console.warn('skipped: python-tuf is not installed (PLAYGROUND_PYTHON names a Python that has it)');

describe.skipIf(!there)('python-tuf', () => {
  let directory: string;
  let site: StaticSite;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'interoperability-'));
    await run(process.execPath, ['bin/playground.mjs', 'start', '--exit', '--data', join(directory, 'data')]);
    site = await serveStaticSite(join(directory, 'data', 'site'));
  });

  afterAll(async () => {
    await site?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const download = (artifact: string) => {
    const root = join(directory, 'data', 'site', 'metadata', '1.root.json');
    return run(python, [join(import.meta.dirname, 'python_client.py'), site.url, root, artifact]);
  };

  test('updates from the first root and downloads the artifact', async () => {
    expect((await download('hello.txt')).stdout).toBe('Hello from a TUF repository.\n');
  });

  test('finds no artifact that nobody signed', async () => {
    await expect(download('other.txt')).rejects.toThrow('other.txt is not found');
  });
});

/**
 * What a client remembers between runs (its root, timestamp, snapshot and targets files, as tuf-js names them), and
 * the rule that only a run that succeeded may change it: a state that was refused must not become the next
 * run's trusted one.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientError } from './error.ts';

/** A client persists in the order in which it verifies; other roles follow. */
const ORDER = ['root.json', 'timestamp.json', 'snapshot.json', 'targets.json'];

/**
 * Copies the state to where a run may change it. A directory that does not exist is an empty state.
 *
 * @returns whether it holds a trusted root
 * @throws ClientError `bad-state`
 */
export async function copyState(stateDir: string, to: string): Promise<boolean> {
  try {
    const files = await metadataFiles(stateDir);
    for (const file of files) await copyFile(join(stateDir, file), join(to, file));
    return files.includes('root.json');
  } catch (cause) {
    throw new ClientError(
      'bad-state',
      `The client's state in ${stateDir} cannot be read. Check the directory.`,
      {
        cause,
      },
    );
  }
}

/**
 * Makes the outcome of a successful run the state. Each file is replaced whole, in the order in which a client
 * persists them, so being killed half-way leaves what a client that was killed there would leave: a state that
 * the next run can continue from. (Exchanging the directory would leave a moment without any state, and a run
 * that starts then would trust the first root that it is shown.)
 *
 * @throws ClientError `bad-state`
 */
export async function keepState(from: string, stateDir: string): Promise<void> {
  try {
    await mkdir(stateDir, { recursive: true });
    const files = await metadataFiles(from);
    const rest = files.filter((file) => !ORDER.includes(file));
    for (const file of [...ORDER.filter((name) => files.includes(name)), ...rest]) {
      const draft = join(stateDir, `.${randomUUID()}.tmp`);
      await copyFile(join(from, file), draft);
      await rename(draft, join(stateDir, file)).catch(async (error: unknown) => {
        await rm(draft, { force: true });
        throw error;
      });
    }
  } catch (cause) {
    throw new ClientError(
      'bad-state',
      `The client's state cannot be written to ${stateDir}. Check the directory.`,
      {
        cause,
      },
    );
  }
}

async function metadataFiles(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json')).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

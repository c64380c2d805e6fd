/**
 * The publishable tree: what a web server hands to TUF clients, with the versioned names of consistent snapshots
 * (specification section 6.2). It appears complete or not at all.
 */

import { type FileHandle, mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MAX_BYTES, maxBytesOf } from '../tuf/limits.ts';
import { ONLINE_ROLES } from '../tuf/names.ts';
import type { TargetFile } from '../tuf/targets.ts';
import { reachableRoles } from './delegators.ts';
import { type Digest, digestFile, SUPPORTED_HASHES } from './digest.ts';
import { RepositoryError } from './errors.ts';
import { finding } from './findings.ts';
import { TARGETS } from './layout.ts';
import type { OnlineState } from './online-state.ts';
import { type RepositoryState, targetsOf } from './state.ts';
import type { Tree, TreeFile } from './tree.ts';

export interface BuildRequest {
  /** A state that has been validated together with `online`. */
  readonly offline: RepositoryState;
  readonly online: OnlineState;
  /** The folder to make. It may exist only if it is empty, or if an earlier build made it. */
  readonly directory: string;
  /** Further files, by their path in the site; never below `metadata/` or `targets/`, which are TUF's own. */
  readonly pages?: ReadonlyMap<string, Uint8Array>;
}

export interface BuildResult {
  readonly directory: string;
  readonly metadataFiles: number;
  readonly artifacts: number;
}

/** What marks a folder as a build of ours, so that the next build may replace it. */
const MARKS = ['metadata/timestamp.json', 'sign/index.html'];

/** Builds the site of a publication. */
export async function buildSite(request: BuildRequest): Promise<BuildResult> {
  return buildWhole(request.directory, async (work, directory) => {
    const metadataFiles = await writeMetadata(request, join(work, 'metadata'));
    const artifacts = await writeArtifacts(request.offline, join(work, 'targets'));
    await writePages(request.pages ?? new Map(), work);
    return { directory, metadataFiles, artifacts };
  });
}

/** Builds the site of a repository that has no metadata yet: the pages, with which its first event can be signed. */
export async function buildPages(
  directory: string,
  pages: NonNullable<BuildRequest['pages']>,
): Promise<void> {
  await buildWhole(directory, (work) => writePages(pages, work));
}

/** Lets `write` fill a folder beside the place, and moves it there at the end. */
async function buildWhole<T>(
  place: string,
  write: (work: string, directory: string) => Promise<T>,
): Promise<T> {
  const directory = resolve(place);
  await checkReplaceable(directory);
  await mkdir(dirname(directory), { recursive: true });
  const work = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
  try {
    const written = await write(work, directory);
    await replaceDirectory(work, directory);
    return written;
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
}

async function checkReplaceable(directory: string): Promise<void> {
  const there = await readdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new RepositoryError(
      'bad-request',
      `Cannot build into ${directory}: ${error.message}. Name a folder that is empty or does not exist.`,
      { cause: error },
    );
  });
  const names = there.map((name) => name.replaceAll('\\', '/'));
  if (names.length > 0 && !MARKS.some((mark) => names.includes(mark))) {
    throw new RepositoryError(
      'bad-request',
      `${directory} holds other files, which a build would delete. Name a folder that is empty, does not exist, or holds an earlier build.`,
    );
  }
}

async function replaceDirectory(work: string, directory: string): Promise<void> {
  const old = `${work}.old`;
  const hadOld = await rename(directory, old).then(
    () => true,
    () => false,
  );
  try {
    await rename(work, directory);
  } catch (error) {
    if (hadOld) await rename(old, directory);
    throw error;
  }
  if (hadOld) await rm(old, { recursive: true, force: true });
}

async function writeMetadata({ offline, online }: BuildRequest, directory: string): Promise<number> {
  await mkdir(directory, { recursive: true });
  let count = 0;
  const copy = async (tree: Tree, file: TreeFile, role: string, name: string) => {
    await writeFile(join(directory, name), await tree.read(file, maxBytesOf(role)));
    count++;
  };
  for (const [version, { file }] of offline.rootHistory)
    await copy(offline.tree, file, 'root', `${version}.root.json`);
  for (const role of reachableRoles(offline).keys()) {
    const file = offline.roles.get(role)?.file;
    const version = targetsOf(offline, role)?.signed.version;
    if (file && version !== undefined) await copy(offline.tree, file, role, `${version}.${role}.json`);
  }
  for (const role of ONLINE_ROLES) {
    const { file, metadata } = online[role];
    if (!file || !metadata)
      throw new RepositoryError(
        'not-found',
        `There is no ${role} to publish. Run \`playground online-sign\`.`,
      );
    const name = role === 'timestamp' ? 'timestamp.json' : `${metadata.signed.version}.${role}.json`;
    await writeFile(join(directory, name), await online.tree.read(file, MAX_BYTES[role]));
    count++;
  }
  return count;
}

async function writePages(pages: ReadonlyMap<string, Uint8Array>, work: string): Promise<void> {
  for (const [path, bytes] of pages) {
    if (
      !/^(?!metadata\/|targets\/)(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(path)
    )
      throw new Error(`no page can stand at ${path}`);
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), bytes);
  }
}

async function writeArtifacts(offline: RepositoryState, directory: string): Promise<number> {
  await mkdir(directory, { recursive: true });
  let count = 0;
  for (const role of reachableRoles(offline).keys()) {
    for (const [path, entry] of Object.entries(targetsOf(offline, role)?.signed.targets ?? {})) {
      const file = offline.artifacts.get(path);
      if (!file) continue; // Named by the validator.
      await writeArtifact(offline.tree, file, entry, directory, path, role);
      count++;
    }
  }
  return count;
}

/** Writes one artifact under the name of each hash that its role states, checking each while it is written. */
async function writeArtifact(
  tree: Tree,
  file: TreeFile,
  entry: TargetFile,
  directory: string,
  path: string,
  role: string,
): Promise<void> {
  const algorithms = Object.keys(entry.hashes).filter((name) => SUPPORTED_HASHES.has(name));
  const folder = join(directory, dirname(path));
  await mkdir(folder, { recursive: true });
  const names = algorithms.map((name) => join(folder, `${entry.hashes[name]}.${basename(path)}`));
  const outputs: FileHandle[] = [];
  let digest: Digest;
  try {
    for (const name of names) outputs.push(await open(name, 'w'));
    digest = await digestFile(tree, file, algorithms, async (piece) => {
      for (const output of outputs) await output.writeFile(piece);
    });
  } finally {
    for (const output of outputs) await output.close();
  }
  if (
    digest.length !== entry.length ||
    algorithms.some((name) => digest.hashes[name] !== entry.hashes[name])
  ) {
    const message = `${TARGETS}${path} differs from what ${role} states`;
    throw new RepositoryError('invalid', `Nothing was built: ${message}.`, {
      findings: [finding('artifact-mismatch', { role, path: TARGETS + path, message })],
    });
  }
}

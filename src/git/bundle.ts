/**
 * Bundles: one file with some refs and all objects that they need (gitformat-bundle(5)), for a machine without a
 * network. Both ends work in a repository of their own in a temporary folder: refs get the names that the bundle is to
 * have without touching the user's, and nothing of a bundle is checked out, configured or executed.
 */
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runGit } from './command.ts';
import { GitError } from './errors.ts';
import { checkedOid, checkedRef } from './names.ts';
import { findRepository, git, type Place } from './place.ts';
import { fetch } from './remote.ts';

type ObjectFormat = 'sha1' | 'sha256';

export interface BundleHeader {
  readonly objectFormat: ObjectFormat;
  /** Object ids by full ref. */
  readonly refs: ReadonlyMap<string, string>;
}

/** Bytes of a header that is read; the refs of an event need a few hundred. */
const LONGEST_HEADER = 65_536;

/**
 * Writes a bundle. A file that is there is overwritten.
 *
 * @param refs the commits, by the full refs under which the bundle is to have them
 * @throws GitError `no-such-revision` where objects are missing, as in a shallow clone
 */
export async function writeBundle(
  place: Place,
  file: string,
  refs: ReadonlyMap<string, string>,
): Promise<void> {
  const objects = (await git(place, ['rev-parse', '--path-format=absolute', '--git-path', 'objects'])).stdout;
  await inTemporaryRepository(
    place.idLength === 64 ? 'sha256' : 'sha1',
    place.outerEnv,
    async (temporary) => {
      await writeFile(join(temporary.gitDir, 'objects', 'info', 'alternates'), objects);
      const lines = [...refs].map(([ref, commit]) => `create ${checkedRef(ref)} ${checkedOid(commit)}\n`);
      await git(temporary, ['update-ref', '--stdin'], { input: lines.join('') });
      try {
        await git(temporary, ['bundle', 'create', '--quiet', resolve(file), ...refs.keys()]);
      } catch (error) {
        if (
          !(error instanceof GitError) ||
          !/could not (?:read|parse)|unable to read|missing/i.test(error.message)
        )
          throw error;
        throw new GitError(
          'no-such-revision',
          'Not all of the history is here, so that it cannot be bundled. In a shallow clone: git fetch --unshallow.',
          { cause: error },
        );
      }
    },
  );
}

/**
 * Reads what stands before the objects of a bundle.
 *
 * @throws GitError `bad-bundle` where the file is no bundle, or one that does not hold all that it needs
 */
export async function readBundleHeader(file: string): Promise<BundleHeader> {
  const [signature = '', ...lines] = await headerLines(file);
  if (!/^# v[23] git bundle$/.test(signature)) throw bad(file, 'is no git bundle');
  let objectFormat: ObjectFormat = 'sha1';
  const refs = new Map<string, string>();
  for (const line of lines) {
    const format = /^@object-format=(sha1|sha256)$/.exec(line)?.[1];
    const [, oid, ref] = /^([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/.exec(line) ?? [];
    if (format !== undefined) objectFormat = format as ObjectFormat;
    else if (line.startsWith('-')) throw bad(file, 'holds only a part of a history');
    else if (oid === undefined || ref === undefined || oid.length !== (objectFormat === 'sha1' ? 40 : 64))
      throw bad(
        file,
        `has a line in its header that is not understood here: ${JSON.stringify(line.slice(0, 100))}`,
      );
    else if (refs.has(ref)) throw bad(file, `names ${JSON.stringify(ref.slice(0, 100))} twice`);
    else refs.set(ref, oid);
  }
  return { objectFormat, refs };
}

async function headerLines(file: string): Promise<readonly string[]> {
  const buffer = Buffer.alloc(LONGEST_HEADER);
  let length = 0;
  try {
    const handle = await open(file, 'r');
    try {
      // Git would take a folder for a repository to fetch from.
      if (!(await handle.stat()).isFile()) throw bad(file, 'is no plain file');
      length = (await handle.read(buffer, 0, LONGEST_HEADER, 0)).bytesRead;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof GitError) throw error;
    throw bad(file, `cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
  const end = buffer.subarray(0, length).indexOf('\n\n');
  if (end < 0) throw bad(file, 'is no git bundle, or is cut off');
  return buffer.toString('utf8', 0, end).split('\n');
}

/**
 * Unpacks some refs of a bundle into a repository of its own, which is there only while `work` runs.
 *
 * @param refs those that are wanted; all must be in the header
 * @throws GitError `bad-bundle` where the objects are damaged or incomplete; whatever `work` throws
 */
export async function withBundle<T>(
  file: string,
  { objectFormat }: BundleHeader,
  refs: readonly string[],
  work: (place: Place) => Promise<T>,
): Promise<T> {
  return inTemporaryRepository(objectFormat, process.env, async (place) => {
    try {
      await fetch(
        place,
        resolve(file),
        refs.map((ref) => `${checkedRef(ref)}:${ref}`),
      );
    } catch (error) {
      if (!(error instanceof GitError) || error.code === 'bad-name') throw error;
      const [said = ''] = error.message.split('\n');
      throw bad(file, `is damaged or incomplete (${said})`, error);
    }
    return work(place);
  });
}

async function inTemporaryRepository<T>(
  objectFormat: ObjectFormat,
  outerEnv: Place['outerEnv'],
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'playground-bundle-'));
  try {
    // Without a template there are no hooks, whatever the user's configuration says.
    const format = `--object-format=${objectFormat}`;
    await runGit(folder, ['init', '--quiet', '--bare', '--template=', format, '.'], { outerEnv });
    await mkdir(join(folder, 'objects', 'info'), { recursive: true });
    return await work(await findRepository(folder, outerEnv));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bad(file: string, what: string, cause?: unknown): GitError {
  const next = 'Write it anew with `playground export`, and bring it here as it is.';
  return new GitError('bad-bundle', `The bundle ${file} ${what}. ${next}`, { cause });
}

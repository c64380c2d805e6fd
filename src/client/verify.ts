/**
 * An independent TUF client for a published repository: updates, loads every role and downloads every artifact, as
 * a stock client would (specification, section 5). The client is tuf-js and runs in a thread of its own; its
 * worth is that it shares no code with what made the repository. Where it fails for want of signatures and there are
 * some of a kind that it does not know, a second run says whether a client that does would go on.
 */
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ClientError } from './error.ts';
import type { FollowOptions } from './further-keys.ts';
import type { FirstRoot, VerifyEvent, VerifyResult } from './result.ts';
import { parseSource, type Source } from './source.ts';
import { copyState, keepState } from './state.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

export interface VerifyRequest {
  /** A directory or an http(s) URL that holds `metadata/` and `targets/`. */
  readonly source: string | URL;
  /** Where the versions of root are read from, if not from `source`: a client whose caches are of different ages. */
  readonly rootsFrom?: string | URL | undefined;
  /** The trusted root to start from, or its path. Default: the source's `metadata/1.root.json`. */
  readonly root?: Uint8Array | string | undefined;
  /** What the client's clock says when it starts. Default: the time. */
  readonly time?: Date | undefined;
  /** Paths that must be found and downloaded. Default: every path that a published targets role lists. */
  readonly artifacts?: readonly string[] | undefined;
  /**
   * What the client remembers from earlier runs. A root in it takes the place of `root`. It is changed only by a
   * run that succeeds; a directory that does not exist is made.
   */
  readonly stateDir?: string | undefined;
  /** Keeps the verified artifacts, under their paths. Default: they are thrown away. */
  readonly downloadDir?: string | undefined;
  /** Allows plain http to other machines than this one. */
  readonly allowHttp?: boolean | undefined;
  /**
   * Gives the trust root for Sigstore identities, as JSON (`TrustedRoot` of sigstore/protobuf-specs). Asked only where
   * there are some. Default: they are not followed.
   */
  readonly sigstoreTrustedRoot?: (() => Promise<unknown>) | undefined;
  readonly onProgress?: ((event: VerifyEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the client once against a published repository.
 *
 * @returns what it loaded and what it refused; a refused repository is a result, not an error
 * @throws ClientError where the client could not run; the signal's reason where it was aborted
 */
export async function verifyRepository(request: VerifyRequest): Promise<VerifyResult> {
  const { time, signal } = request;
  signal?.throwIfAborted();
  if (time && Number.isNaN(time.getTime())) {
    throw new ClientError(
      'bad-time',
      'The time given for the client is not a date. Write it as 2026-08-22T00:00:00Z.',
    );
  }
  const source = await parseSource(request.source, request.allowHttp);
  const rootsFrom =
    request.rootsFrom === undefined ? undefined : await parseSource(request.rootsFrom, request.allowHttp);
  const stock = await runOnce(request, { source, rootsFrom });
  if (stock.met.length === 0 || !stock.result.failures.some(({ code }) => code === 'signature'))
    return stock.result;
  // Signatures are missing and some were skipped: what would a client say that knows these kinds of key?
  const needsTrust = stock.met.includes('sigstore-oidc');
  const sigstoreTrustedRoot = needsTrust ? await request.sigstoreTrustedRoot?.() : undefined;
  const { result, met } = await runOnce(request, { source, rootsFrom }, { sigstoreTrustedRoot });
  return { ...result, furtherKeys: met };
}

interface Run {
  readonly result: VerifyResult;
  /** The keytypes that tuf-js does not know, of which there was a signature. */
  readonly met: readonly string[];
}

interface Places {
  readonly source: Source;
  readonly rootsFrom: Source | undefined;
}

/** One run from the client's state; a success is kept. */
async function runOnce(request: VerifyRequest, places: Places, follow?: FollowOptions): Promise<Run> {
  const { stateDir, time } = request;
  const workDir = await mkdtemp(join(await realpath(tmpdir()), 'tuf-client-'));
  try {
    const metadataDir = join(workDir, 'metadata');
    const scratchDir = join(workDir, 'tmp');
    await mkdir(metadataDir);
    await mkdir(scratchDir);
    const rootOrigin = await prepareRoot(request, metadataDir);
    const session = {
      ...places,
      metadataDir,
      rootOrigin,
      scratchDir,
      artifacts: request.artifacts,
      downloadDir: request.downloadDir === undefined ? undefined : resolve(request.downloadDir),
    };
    const run = await runWorker({ session, time, follow }, scratchDir, request);
    if (run.result.ok && stateDir !== undefined) await keepState(metadataDir, stateDir);
    return run;
  } finally {
    await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Puts the trusted root in place, unless only the source has one. */
async function prepareRoot(
  { root, stateDir }: VerifyRequest,
  metadataDir: string,
): Promise<FirstRoot['origin']> {
  if (stateDir !== undefined && (await copyState(stateDir, metadataDir))) return 'state';
  if (root === undefined) return 'source';
  const bytes =
    typeof root === 'string'
      ? await readFile(root).catch((cause: unknown) => {
          throw new ClientError('bad-root', `The trusted root ${root} cannot be read. Check the path.`, {
            cause,
          });
        })
      : root;
  await writeFile(join(metadataDir, 'root.json'), bytes);
  return 'given';
}

/** The thread's entry: a source file beside this one, or, in a bundle, the chunk that was built from it. */
const workerUrl = () =>
  new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './client-worker.js', import.meta.url);

async function runWorker(
  input: WorkerInput,
  tempDir: string,
  { onProgress, signal }: VerifyRequest,
): Promise<Run> {
  signal?.throwIfAborted();
  // tuf-js puts downloads into the temporary directory; in ours they vanish with it, even if the thread is ended.
  const env = { ...process.env, TMPDIR: tempDir, TEMP: tempDir, TMP: tempDir };
  const worker = new Worker(workerUrl(), { workerData: input, env, execArgv: [] });
  const { promise, resolve: done, reject } = Promise.withResolvers<Run>();
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'result') return done(message);
    try {
      onProgress?.(message.event);
    } catch (error) {
      reject(error);
    }
  });
  worker.on('error', (cause) => reject(crashed(cause)));
  worker.on('exit', () => reject(crashed()));
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

const crashed = (cause?: unknown) =>
  new ClientError(
    'client-crashed',
    `The client ended without a result${cause instanceof Error ? `: ${cause.message}` : ''}. This says nothing about the repository; run it again.`,
    { cause },
  );

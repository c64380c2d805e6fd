/**
 * Finds and downloads artifacts the way a client does (specification 5.6.7 and 5.7): the search through the
 * delegations, the length and the hashes are tuf-js's.
 */
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TargetFile, type Updater } from 'tuf-js';
import { UnsafePathError } from './directory-fetcher.ts';
import { describeFailure } from './failure.ts';
import { inParallel } from './parallel.ts';
import type { ArtifactResult, Failure, VerifyEvent } from './result.ts';

export interface DownloadPlan {
  readonly paths: readonly string[];
  /** For files that nobody asked to keep. */
  readonly scratchDir: string;
  /** Where artifacts are kept, under their paths. Only what was verified is ever written there. */
  readonly downloadDir?: string | undefined;
}

export interface Downloads {
  readonly artifacts: readonly ArtifactResult[];
  readonly failures: readonly Failure[];
}

/** Downloads each artifact and has tuf-js verify it; one that fails does not stop the others. */
export async function downloadArtifacts(
  updater: Updater,
  plan: DownloadPlan,
  onEvent: (event: VerifyEvent) => void,
): Promise<Downloads> {
  const total = plan.paths.length;
  let done = 0;
  const outcomes = await inParallel([...plan.paths.entries()], async ([index, path]) => {
    const outcome = await downloadOne(updater, path, plan, join(plan.scratchDir, String(index)));
    done += 1;
    onEvent({ type: 'artifact', path, ok: outcome.artifact.ok, done, total });
    return outcome;
  });
  return {
    artifacts: outcomes.map(({ artifact }) => artifact),
    failures: outcomes.flatMap(({ failure }) => failure ?? []),
  };
}

async function downloadOne(
  updater: Updater,
  path: string,
  { downloadDir }: DownloadPlan,
  scratch: string,
): Promise<{ artifact: ArtifactResult; failure?: Failure }> {
  let length: number | undefined;
  try {
    const info = await updater.getTargetInfo(path);
    // Not only `undefined`: for a path such as `constructor` tuf-js may find what every object has.
    if (!(info instanceof TargetFile))
      throw new NotFoundError(`no role that a client visits for ${path} lists it`);
    length = info.length;
    const place = downloadDir === undefined ? scratch : placeBelow(downloadDir, path);
    if (downloadDir !== undefined) await mkdir(dirname(place), { recursive: true });
    await updater.downloadTarget(info, place);
    if (downloadDir === undefined) await rm(place, { force: true });
    return { artifact: { path, ok: true, length } };
  } catch (error) {
    const described = describeFailure(error, { stage: 'artifact', path });
    const artifact: ArtifactResult = {
      path,
      ok: false,
      error: described.message,
      ...(typeof length === 'number' && { length }),
    };
    return { artifact, failure: described };
  }
}

/** The walk ended without the artifact; tuf-js answers `undefined` and has no error for it. */
class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** @throws UnsafePathError where the path would lead out of the directory */
function placeBelow(directory: string, path: string): string {
  const segments = path.split('/');
  if (segments.some((segment) => ['', '.', '..'].includes(segment) || /[\\\0]/.test(segment))) {
    throw new UnsafePathError(`${path} cannot be kept under its name`);
  }
  return join(directory, ...segments);
}

/**
 * One run of the client: first root, update of the top-level metadata, every delegated role, every artifact. All
 * verification is tuf-js's; nothing here, and nothing that this folder imports, is the project's own TUF code.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaseFetcher, Updater } from 'tuf-js';
import { defaultConfig } from 'tuf-js/dist/config.js';
import { downloadArtifacts } from './artifacts.ts';
import { loadDelegatedRoles } from './delegated-roles.ts';
import { DIRECTORY_URL, DirectoryFetcher } from './directory-fetcher.ts';
import { describeFailure } from './failure.ts';
import { HttpFetcher } from './http-fetcher.ts';
import { type FetchedPlace, MixedFetcher } from './mixed-fetcher.ts';
import type { Failure, FirstRoot, RoleVersion, Stage, VerifyEvent, VerifyResult } from './result.ts';
import type { Source } from './source.ts';
import { rememberRoles, trusted } from './tuf-js-internals.ts';

export interface SessionOptions {
  readonly source: Source;
  /** Where the versions of root are read from, if from elsewhere. */
  readonly rootsFrom?: Source | undefined;
  /** The client's metadata: the trusted root and what else it has accepted. It is changed by the run. */
  readonly metadataDir: string;
  /** Where `root.json` in `metadataDir` comes from; `source` where there is none yet. */
  readonly rootOrigin: FirstRoot['origin'];
  readonly scratchDir: string;
  readonly artifacts?: readonly string[] | undefined;
  readonly downloadDir?: string | undefined;
}

/** Runs the client once. What the client refuses is in the result; only what no client could mend is thrown. */
export async function runSession(
  options: SessionOptions,
  onEvent: (event: VerifyEvent) => void,
): Promise<VerifyResult> {
  const { source, metadataDir, rootOrigin, scratchDir, downloadDir } = options;
  const progress = { stage: 'root' as Stage };
  const onRequest = (url: string) => {
    progress.stage = stageOfUrl(url) ?? progress.stage;
    onEvent({ type: 'fetch', file: url.slice(baseOf(source).length) });
  };
  const onRootRequest = () => {
    progress.stage = 'root';
  };
  const rest = placeOf(source, onRequest);
  const { base } = rest;
  const fetcher = options.rootsFrom
    ? new MixedFetcher(placeOf(options.rootsFrom, onRootRequest), rest)
    : rest.fetcher;

  let updater: Updater;
  let firstRoot: FirstRoot;
  try {
    if (rootOrigin === 'source') await fetchFirstRoot(fetcher, base, metadataDir);
    updater = new Updater({
      metadataDir,
      metadataBaseUrl: `${base}metadata/`,
      targetBaseUrl: `${base}targets/`,
      fetcher,
    });
    firstRoot = await describeFirstRoot(updater, rootOrigin, metadataDir);
  } catch (error) {
    return result({ failures: [firstRootFailure(error, rootOrigin)] });
  }
  try {
    rememberRoles(updater);
    await updater.refresh();
  } catch (error) {
    return result({ firstRoot, updater, failures: [describeFailure(error, progress)] });
  }

  const delegated = await loadDelegatedRoles(updater, onEvent);
  const paths = options.artifacts ?? delegated.artifacts;
  const { artifacts, failures } = await downloadArtifacts(
    updater,
    { paths, scratchDir, downloadDir },
    onEvent,
  );
  return result({
    firstRoot,
    updater,
    delegated: delegated.versions,
    artifacts,
    failures: [...delegated.failures, ...failures],
  });
}

function baseOf(source: Source): string {
  return source.kind === 'url' ? source.url : DIRECTORY_URL;
}

function placeOf(source: Source, onRequest: (url: string) => void): FetchedPlace {
  const fetcher =
    source.kind === 'url' ? new HttpFetcher(onRequest) : new DirectoryFetcher(source.directory, onRequest);
  return { base: baseOf(source), fetcher };
}

/** Trust on first use: the source's own first root, where neither the caller nor the state has one. */
async function fetchFirstRoot(fetcher: BaseFetcher, base: string, metadataDir: string): Promise<void> {
  const bytes = await fetcher.downloadBytes(`${base}metadata/1.root.json`, defaultConfig.rootMaxLength);
  await writeFile(join(metadataDir, 'root.json'), bytes);
}

async function describeFirstRoot(
  updater: Updater,
  origin: FirstRoot['origin'],
  metadataDir: string,
): Promise<FirstRoot> {
  const bytes = await readFile(join(metadataDir, 'root.json'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { origin, version: trusted(updater).root.signed.version, sha256 };
}

/** The source is not to blame for a first root that did not come from it. */
function firstRootFailure(error: unknown, origin: FirstRoot['origin']): Failure {
  const failure = describeFailure(error, { stage: 'root' });
  if (origin === 'source') return failure;
  const which = origin === 'given' ? 'The trusted root that was given' : "The root in the client's state";
  return {
    ...failure,
    message: `${which} is not one that a client can start from: check where it comes from, and start from one that you know.`,
  };
}

/** The top-level role that a URL belongs to, so that an error of `refresh` can be placed. */
function stageOfUrl(url: string): Stage | undefined {
  const name = /\/metadata\/(?:\d+\.)?(root|timestamp|snapshot|targets)\.json$/.exec(url)?.[1];
  return name as Stage | undefined;
}

function result(outcome: {
  readonly firstRoot?: FirstRoot;
  readonly updater?: Updater;
  readonly delegated?: readonly RoleVersion[];
  readonly artifacts?: VerifyResult['artifacts'];
  readonly failures: readonly Failure[];
}): VerifyResult {
  const { firstRoot, updater, delegated = [], artifacts = [], failures } = outcome;
  const { root, timestamp, snapshot, targets } = updater ? trusted(updater) : {};
  const [failure] = failures;
  return {
    ok: failure === undefined,
    ...(firstRoot && { firstRoot }),
    versions: {
      ...(root && { root: root.signed.version }),
      ...(timestamp && { timestamp: timestamp.signed.version }),
      ...(snapshot && { snapshot: snapshot.signed.version }),
      ...(targets && { targets: targets.signed.version }),
      delegated,
    },
    artifacts,
    ...(failure && { failure }),
    failures,
  };
}

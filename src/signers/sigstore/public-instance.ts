/**
 * The public Sigstore instance. Its trust root is published in a TUF repository of its own, from which it is fetched
 * with tuf-js, starting at a root that is pinned here by its hash. What was fetched stays in a cache, so that an older
 * state is not accepted later.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SigningConfig, TrustedRoot } from '@sigstore/protobuf-specs';
import type { Updater } from 'tuf-js';
import { type SignerContext, SignerError } from '../signer.ts';

export interface SigstoreTrust {
  /** Certificate authorities, logs and timestamp authorities whose word counts. */
  readonly trustedRoot: TrustedRoot;
  /** Where to log in, and to get certificates, log entries and timestamps. */
  readonly signingConfig: SigningConfig;
}

export interface Instance {
  /** URL of the metadata of the TUF repository, without a slash at its end. */
  readonly url: string;
  /** URL of its targets. */
  readonly targets: string;
  /** The root to start from. */
  readonly root: { readonly version: number; readonly sha256: string };
}

/** The hash of the file in Sigstore's repository `root-signing`; that this version has expired since does not matter. */
const PUBLIC_INSTANCE: Instance = {
  url: 'https://tuf-repo-cdn.sigstore.dev',
  targets: 'https://tuf-repo-cdn.sigstore.dev/targets',
  root: {
    version: 15,
    sha256: '73747011d0857ada15479a16c4cae0f3ed03aac698b523b97e1de314ac9d9ca8',
  },
};

/** Milliseconds for one file. */
const TIMEOUT = 10_000;
const LARGEST_ROOT = 512_000;

type Environment = SignerContext['environment'];

/** @throws SignerError */
export async function fetchPublicInstance(
  environment: Environment,
  instance = PUBLIC_INSTANCE,
): Promise<SigstoreTrust> {
  const forms = await import('./libraries/verifying.ts');
  const { Updater } = await import('tuf-js');
  try {
    const metadataDir = join(cacheDirectory(environment), `sigstore-${instance.root.sha256.slice(0, 16)}`);
    await mkdir(metadataDir, { recursive: true });
    await pinRoot(metadataDir, instance);
    const updater = new Updater({
      metadataDir,
      metadataBaseUrl: instance.url,
      targetBaseUrl: instance.targets,
      config: { fetchTimeout: TIMEOUT, fetchRetry: 2 },
    });
    await updater.refresh();
    return {
      trustedRoot: forms.TrustedRoot.fromJSON(await target(updater, metadataDir, 'trusted_root.json')),
      signingConfig: forms.SigningConfig.fromJSON(
        await target(updater, metadataDir, 'signing_config.v0.2.json'),
      ),
    };
  } catch (error) {
    if (error instanceof SignerError) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    const message = `The trust root of Sigstore cannot be fetched from ${instance.url}: ${cause}. Check the network and this machine's clock, and try again.`;
    throw new SignerError('service-unreachable', message, { cause: error });
  }
}

function cacheDirectory(environment: Environment): string {
  const home = environment.HOME || environment.USERPROFILE || homedir();
  return join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'playground');
}

/** Puts the pinned root where the client looks for what it trusts, unless it is further already. */
async function pinRoot(metadataDir: string, { url, root }: Instance): Promise<void> {
  const path = join(metadataDir, 'root.json');
  try {
    JSON.parse(await readFile(path, 'utf8'));
    return;
  } catch {
    // Not there yet, or half written by a process that was killed.
  }
  const response = await fetch(`${url}/${root.version}.root.json`, { signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok) throw new Error(`its root ${root.version} is not there (HTTP ${response.status})`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length > LARGEST_ROOT || sha256 !== root.sha256)
    throw new Error(`its root ${root.version} is not the one that is pinned here (sha256 ${sha256})`);
  const draft = await mkdtemp(join(metadataDir, '.draft-'));
  await writeFile(join(draft, 'root.json'), bytes);
  await rename(join(draft, 'root.json'), path);
  await rm(draft, { recursive: true });
}

/** A target as JSON; it is in the cache where its hash is still that of the metadata. */
async function target(updater: Updater, directory: string, name: string): Promise<unknown> {
  const info = await updater.getTargetInfo(name);
  if (!info) throw new Error(`${name} is not among its targets`);
  const path = join(directory, `target-${name}`);
  const there = await updater.findCachedTarget(info, path);
  return JSON.parse(await readFile(there ?? (await updater.downloadTarget(info, path)), 'utf8'));
}

/**
 * The folders of one job and the environment of its processes. Nothing of the environment that we were started in
 * gets through but the search path; what a runner of GitHub has not, a step must not find here either.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export interface Workspace {
  readonly root: string;
  /** GITHUB_WORKSPACE */
  readonly workspace: string;
  /** RUNNER_WORKSPACE, one level up. */
  readonly runnerWorkspace: string;
  /** RUNNER_TEMP */
  readonly temp: string;
  /** RUNNER_TOOL_CACHE */
  readonly tools: string;
  readonly home: string;
  /** Where actions of other repositories are unpacked. */
  readonly actions: string;
}

/** Makes the folders of a job below `root`, laid out as on a runner. */
export function createWorkspace(root: string, repositoryName: string): Workspace {
  const runnerWorkspace = join(root, 'work', repositoryName);
  const folders = {
    root,
    runnerWorkspace,
    workspace: join(runnerWorkspace, repositoryName),
    temp: join(root, 'work', '_temp'),
    tools: join(root, 'work', '_tool'),
    home: join(root, 'home'),
    actions: join(root, 'work', '_actions'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
}

export function removeWorkspace(root: string): void {
  // Something just killed may still be leaving.
  rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

const OS_NAMES: ReadonlyMap<string, string> = new Map([
  ['linux', 'Linux'],
  ['darwin', 'macOS'],
  ['win32', 'Windows'],
]);

/** The `runner` context; the variables `RUNNER_…` say the same. */
export function runnerContext(workspace: Workspace): Readonly<Record<string, string>> {
  return {
    name: 'Local GitHub',
    os: OS_NAMES.get(platform()) ?? platform(),
    arch: arch().toUpperCase(),
    environment: 'github-hosted',
    temp: workspace.temp,
    tool_cache: workspace.tools,
    workspace: workspace.runnerWorkspace,
  };
}

/** Our search path with Node 24 first, without the folders that npm puts in front while it runs a script. */
export function searchPath(): string {
  const inherited = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !/node_modules[\\/]\.bin[\\/]?$|node-gyp-bin[\\/]?$/.test(folder));
  return [dirname(process.execPath), ...inherited].join(delimiter);
}

/** What every process of a job has before its workflow adds anything. */
export function baseEnvironment(workspace: Workspace, trackingId: string): Readonly<Record<string, string>> {
  const windows = ['SystemRoot', 'SystemDrive', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP'].flatMap((name) => {
    const value = process.platform === 'win32' ? process.env[name] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(windows),
    PATH: searchPath(),
    HOME: workspace.home,
    LANG: 'C.UTF-8',
    RUNNER_TRACKING_ID: trackingId,
  };
}

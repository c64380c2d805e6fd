/**
 * The `git` program in bare repositories of the data folder: an array of arguments, never a shell, and an environment
 * that neither the person's configuration nor what a repository holds can change.
 */
import { spawn } from 'node:child_process';
import { PlaygroundError } from './errors.ts';

const SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'protocol.ext.allow=never',
  'protocol.file.allow=always',
  'gc.auto=0',
  'core.excludesFile=/dev/null',
  'core.attributesFile=/dev/null',
  'user.useConfigOnly=true',
];

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit statuses that are answers. Default: only 0. */
  readonly okStatuses?: readonly number[];
}

export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The environment of every git process here: nothing of git's own variables from outside. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const outer = Object.entries(process.env).filter(
    ([name]) => !/^GIT_/i.test(name) || name === 'GIT_EXEC_PATH',
  );
  return {
    ...Object.fromEntries(outer),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    ...extra,
  };
}

/** Runs git to its end. @throws {PlaygroundError} `git-failed` */
export function runGit(
  gitDir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
    const child = spawn('git', ['--no-pager', `--git-dir=${gitDir}`, ...settings, ...args], {
      cwd: gitDir,
      env: gitEnvironment(options.env),
      windowsHide: true,
    });
    const stdout: Buffer[] = [];
    let size = 0;
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) child.kill();
      else stdout.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (stderr.length < 65_536) stderr += chunk;
    });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === 'ENOENT'
          ? 'The program git was not found, or the repository folder is gone. Install git and put it on the PATH.'
          : 'git could not be started.';
      reject(new PlaygroundError('git-failed', message, { cause }));
    });
    child.once('close', (code) => {
      const status = size > MAX_OUTPUT_BYTES ? 128 : (code ?? 128);
      if ((options.okStatuses ?? [0]).includes(status)) {
        resolve({ status, stdout: Buffer.concat(stdout), stderr });
      } else {
        reject(new PlaygroundError('git-failed', `git ${args[0]} failed (${status}): ${stderr.trim()}`));
      }
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** What git prints, without the last newline. */
export async function gitText(
  gitDir: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<string> {
  return (await runGit(gitDir, args, options)).stdout.toString('utf8').replace(/\n$/, '');
}

/** What git prints, as lines. */
export async function gitLines(
  gitDir: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<readonly string[]> {
  const text = await gitText(gitDir, args, options);
  return text === '' ? [] : text.split('\n');
}

/** Whether git says yes (status 0) or no (1, or 128 where the object is missing). */
export async function gitSays(
  gitDir: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<boolean> {
  return (await runGit(gitDir, args, { ...options, okStatuses: [0, 1, 128] })).status === 0;
}

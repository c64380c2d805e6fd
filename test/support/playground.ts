/**
 * The real command line as a child process: `bin/playground.mjs` with its arguments, and what came of it. Processes
 * that a test left running are killed when the test file ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { VerifyResult } from '../../src/client/result.ts';
import type { jsonReport } from '../../src/event/report.ts';
import type { Finding } from '../../src/repository/findings.ts';
import type { Key } from '../../src/tuf/key.ts';
import { temporaryFolder } from './git.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/playground.mjs', import.meta.url));

type EventReport = ReturnType<typeof jsonReport>;

/** What `--json` prints; each command prints some of it. */
interface JsonOutput extends Partial<Omit<EventReport, 'event'> & Omit<VerifyResult, 'versions'>> {
  readonly error?: { readonly code: string; readonly message: string };
  readonly commit?: string | null;
  readonly again?: string | null;
  readonly event?: EventReport;
  readonly accepted?: readonly string[];
  readonly signed?: readonly string[];
  readonly warnings?: readonly Finding[];
  readonly reasons?: readonly string[];
  readonly versions?: Partial<VerifyResult['versions']>;
  readonly mainCommit?: string;
  readonly uri?: string;
  readonly key?: Key;
  readonly keyid?: string;
  readonly file?: string;
  readonly repository?: string | null;
  readonly firstRootSha256?: string | null;
  /** Comments as text. */
  readonly blocks?: readonly string[];
  /** Their pages, where they were posted. */
  readonly comments?: readonly string[];
  readonly contributions?: readonly {
    readonly type?: string;
    readonly role?: string;
    readonly by?: string;
    readonly outcome: string;
    readonly reason?: string;
    readonly next?: string;
  }[];
  readonly url?: string;
}

export interface Outcome {
  /** The exit code; null where a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What stands on standard output, where `--json` was given; an empty object otherwise. */
  readonly json: JsonOutput;
}

export interface Run {
  readonly child: ChildProcess;
  /** Standard output so far. */
  readonly output: () => string;
  readonly ended: Promise<Outcome>;
  /** Kills the process and all that it started, without a chance to tidy up. */
  readonly kill: () => void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where commands put their temporary files: those that are killed leave some behind. */
const scratch = temporaryFolder();

const running = new Set<Run>();

function killAll(): void {
  for (const run of running) run.kill();
}

afterAll(killAll);
process.once('exit', killAll);

/** Starts `playground` in a folder; in a process group of its own, so that all of it can be killed. */
export function startPlayground(
  cwd: string,
  args: readonly string[],
  environment: Environment = {},
  input = '',
): Run {
  // What the tests' own process is told about colours and options is not for this one.
  const own = { FORCE_COLOR: undefined, NODE_OPTIONS: undefined, TMPDIR: scratch };
  const env = { ...process.env, ...own, ...environment };
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => void stdout.push(piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => void stderr.push(piece));
  const output = () => stdout.join('');
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(run);
      try {
        const json = args.includes('--json') && output() !== '' ? JSON.parse(output()) : {};
        resolve({ code, stdout: output(), stderr: stderr.join(''), json });
      } catch (cause) {
        reject(new Error(`playground ${args.join(' ')} printed no JSON: ${output()}`, { cause }));
      }
    });
  });
  const run: Run = { child, output, ended, kill };
  running.add(run);
  return run;
}

/** All files below a folder: their contents as hex of a hash, by path. */
export async function filesBelow(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  return Object.fromEntries(
    paths.map((path, index) => [relative(folder, path), hash(contents[index] ?? Buffer.of())]),
  );
}

/** An environment in which `git` runs a line of shell before one of its commands. */
export async function gitThat(action: string, command: string): Promise<Environment> {
  const folder = temporaryFolder();
  const paths = (process.env.PATH ?? '').split(delimiter);
  const real = paths.map((path) => join(path, 'git')).find((file) => existsSync(file));
  const script = `#!/bin/sh\ncase " $* " in *" ${command} "*) ${action} ;; esac\nexec '${real}' "$@"\n`;
  await writeFile(join(folder, 'git'), script, { mode: 0o755 });
  return { PATH: [folder, ...paths].join(delimiter) };
}

/** Waits for a file to appear while a run goes on. */
export async function untilThere(file: string, run: Run): Promise<void> {
  while (!existsSync(file)) {
    if (run.child.exitCode !== null) throw new Error(`It ended too early: ${(await run.ended).stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

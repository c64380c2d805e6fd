/**
 * One process of a step, in a process group of its own, so that cancelling reaches what it started.
 * The order of signals is GitHub's: SIGINT, SIGTERM, SIGKILL.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between the signals. */
export interface CancelGrace {
  readonly interrupt: number;
  readonly terminate: number;
}

export const GITHUB_GRACE: CancelGrace = { interrupt: 7500, terminate: 2500 };

/** As the reason of an abort: no grace, kill at once. */
export const KILL = Symbol('kill');

/** Milliseconds that output may still come after the process has ended, from what it left in the background. */
const LATE_OUTPUT = 500;

export interface ProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly grace: CancelGrace;
  onLine(line: string): void;
}

/**
 * Runs a program to its end and returns its exit status (128 + signal, as shells count, if a signal ended it).
 * @throws if the program cannot be started.
 */
export async function runProcess(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<number> {
  if (options.signal.aborted) return 130;
  const child = spawn(file, [...args], {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const kill = (signal: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  };
  const timers: NodeJS.Timeout[] = [];
  const stop = () => {
    if (options.signal.reason === KILL) return kill('SIGKILL');
    kill('SIGINT');
    const { interrupt, terminate } = options.grace;
    timers.push(setTimeout(() => kill('SIGTERM'), interrupt));
    timers.push(setTimeout(() => kill('SIGKILL'), interrupt + terminate));
  };
  options.signal.addEventListener('abort', stop, { once: true });
  const flush = [lines(child.stdout, options.onLine), lines(child.stderr, options.onLine)];
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (...ended) => resolve(ended));
    });
    const late = new AbortController();
    await Promise.race([
      closed,
      delay(LATE_OUTPUT, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    for (const end of flush) end();
    return code ?? 128 + (signal === 'SIGKILL' ? 9 : signal === 'SIGTERM' ? 15 : 2);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
  }
}

/** Calls back for each line; returns what ends the last one and stops listening. */
function lines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): () => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let ended = false;
  stream.on('data', (chunk: Buffer) => {
    if (ended) return;
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(part.replace(/\r$/, ''));
  });
  return () => {
    if (!ended && rest !== '') onLine(rest);
    ended = true;
  };
}

/**
 * Kills what jobs left behind, wherever it hides: as GitHub's runner does, by a variable that every process of a job
 * has in its environment, where `/proc` shows it. Answers how many there were.
 */
export function killByVariable(name: string, belongs: (value: string) => boolean): number {
  if (process.platform !== 'linux') return 0;
  let killed = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
      const variable = environment.find((assignment) => assignment.startsWith(`${name}=`));
      if (variable === undefined || !belongs(variable.slice(name.length + 1))) continue;
      process.kill(Number(entry), 'SIGKILL');
      killed += 1;
    } catch {
      // Not ours to read, or gone already.
    }
  }
  return killed;
}

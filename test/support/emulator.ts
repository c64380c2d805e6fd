/** Servers of others as child processes, for tests that speak their real protocol; they end with the test file. */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll } from 'vitest';

/** The program that a variable names, or that is on the path; undefined, and a printed reason, where it is not there. */
export function findProgram(variable: string, name: string, packageName: string): string | undefined {
  const program = process.env[variable] || name;
  if (spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0) return program;
  console.warn(`skipped: ${name} is not installed (${packageName} has it; ${variable} names the program)`);
  return undefined;
}

/** A port of this machine that nobody uses at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const ends = new Set<() => void>();
function endAll(): void {
  for (const end of ends) end();
  ends.clear();
}
afterAll(endAll);
process.once('exit', endAll);

/** Starts a server and waits until `ready` says yes; at most 30 seconds. */
export async function startServer(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  ready: () => Promise<boolean>,
): Promise<void> {
  const output: string[] = [];
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => void output.push(piece));
  }
  ends.add(() => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`${program} ended: ${output.join('')}`)));
  });
  failed.catch(() => undefined);
  const until = Date.now() + 30_000;
  while (!(await Promise.race([ready().catch(() => false), failed]))) {
    if (Date.now() > until) throw new Error(`${program} does not start: ${output.join('')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

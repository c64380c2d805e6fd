/** A real ssh-agent with keys of its own. It ends when the test file does. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { hasProgram } from '../signers/helpers.ts';
import { temporaryFolder } from './git.ts';

export const hasAgent =
  process.platform !== 'win32' && hasProgram('ssh-agent', 'keys in a real ssh-agent', '-V');

export interface Agent {
  readonly socket: string;
  readonly process: ChildProcess;
  /** Makes a key, adds it with these options of ssh-add, and gives its fingerprint. */
  add(type: readonly string[], ...options: readonly string[]): { fingerprint: string; file: string };
  run(program: string, ...args: readonly string[]): string;
}

const agents = new Set<ChildProcess>();
afterAll(() => {
  for (const agent of agents) agent.kill();
});

/** Starts an agent; questions go to a program that answers `answer`. */
export async function startAgent(answer: 'yes' | 'no' = 'yes'): Promise<Agent> {
  const folder = temporaryFolder();
  const socket = join(folder, 'agent');
  const askpass = join(folder, 'askpass');
  writeFileSync(askpass, `#!/bin/sh\necho ${answer}\n`);
  chmodSync(askpass, 0o700);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    SSH_AUTH_SOCK: socket,
    SSH_ASKPASS: askpass,
    SSH_ASKPASS_REQUIRE: 'force',
    DISPLAY: 'none',
  };
  const child = spawn('ssh-agent', ['-D', '-a', socket], { env, stdio: 'ignore' });
  agents.add(child);
  // ssh-add's status 2: nobody listens yet.
  while (spawnSync('ssh-add', ['-l'], { env }).status === 2) await setTimeout(10);
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  let count = 0;
  return {
    socket,
    process: child,
    run,
    add(type, ...options) {
      const file = join(folder, `key-${count++}`);
      run('ssh-keygen', '-q', '-t', ...type, '-N', '', '-C', `comment ${count}`, '-f', file);
      run('ssh-add', '-q', ...options, file);
      return { fingerprint: run('ssh-keygen', '-l', '-f', file).split(' ')[1] ?? '', file };
    },
  };
}

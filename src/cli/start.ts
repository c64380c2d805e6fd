/** `playground start` (`npm start`): plays the first signing event on this machine, then serves what came of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { gitVersion } from '../git/command.ts';
import { serveStaticSite } from '../playground/static-site.ts';
import { type DataFolder, openDataFolder } from './demo/data-folder.ts';
import { playFirstEvent } from './demo/first-event.ts';
import { nextEventText } from './demo/next-event.ts';
import { UsageError } from './failure.ts';
import { wholeNumber } from './numbers.ts';
import { type Say, teller } from './output.ts';

interface Options {
  readonly exit?: boolean;
  readonly demo: boolean;
  readonly port?: number;
  readonly data?: string;
  readonly fresh?: boolean;
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export function define(command: Command): void {
  command
    .option('--exit', 'leave after the demonstration')
    .option('--no-demo', 'only serve what is there')
    .option('--port <port>', 'port of the published site (default: any free one)', portNumber)
    .option(
      '--data <dir>',
      'where repositories, clones and keys are kept (default: .playground in the project; with --exit nowhere)',
    )
    .option('--fresh', 'start over: delete what an earlier run left in the data folder')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npm start\n  $ npm start -- --exit\n  $ npm start -- --port 8080 --data /tmp/playground',
    )
    .action(run);
}

function portNumber(text: string): number {
  const port = wholeNumber('--port')(text);
  if (port > 65_535) throw new UsageError(`--port ${text}: ports end at 65535.`);
  return port;
}

async function run(options: Options): Promise<void> {
  const say = teller(false);
  await gitVersion();
  // A demonstration that leaves at once is a rehearsal of its own: it does not touch a playground that somebody keeps.
  const passing = options.exit && options.data === undefined && options.demo;
  const directory = passing
    ? await mkdtemp(join(tmpdir(), 'playground-'))
    : resolve(options.data ?? join(PROJECT, '.playground'));
  try {
    await play(await openDataFolder(directory, options.fresh ?? false), options, say);
  } finally {
    if (passing) await rm(directory, { recursive: true, force: true });
  }
}

async function play(data: DataFolder, options: Options, say: Say): Promise<void> {
  const site = await serveStaticSite(data.site, options.port ?? 0);
  try {
    if (options.demo) await playFirstEvent(data, site.url, say);
    if (options.exit) return;
    say();
    say(`The published repository: ${site.url}`);
    say(`Everything is kept in ${data.directory}`);
    say();
    say(nextEventText(data, site.url));
    say();
    say('Ctrl-C stops the server.');
    await interrupted();
  } finally {
    await site.close();
  }
}

/** Waits for Ctrl-C or a polite kill. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

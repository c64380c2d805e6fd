/** `playground start` (`npm start`): a GitHub for this machine, with two signing events played on it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { gitVersion } from '../git/command.ts';
import { startPlayground } from '../playground/playground.ts';
import { type DataFolder, openDataFolder } from './demo/data-folder.ts';
import { playEvents } from './demo/events.ts';
import { nextStepsText } from './demo/next-event.ts';
import { World } from './demo/world.ts';
import { UsageError } from './failure.ts';
import { portNumber } from './numbers.ts';
import { type Say, teller } from './output.ts';

interface Options {
  readonly exit?: boolean;
  readonly demo: boolean;
  readonly port?: number;
  readonly pagesPort?: number;
  readonly data?: string;
  readonly fresh?: boolean;
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export function define(command: Command): void {
  command
    .option('--exit', 'leave after the demonstration')
    .option('--no-demo', 'only serve what is there')
    .option(
      '--port <port>',
      'port of the local GitHub (default: any free one; the same again at the next start)',
      portNumber('--port'),
    )
    .option('--pages-port <port>', 'port of its Pages', portNumber('--pages-port'))
    .option(
      '--data <dir>',
      'where the local GitHub, clones and keys are kept (default: .playground in the project; with --exit nowhere)',
    )
    .option('--fresh', 'start over: delete what an earlier run left in the data folder')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npm start\n  $ npm start -- --exit\n  $ npm start -- --port 8080 --data /tmp/playground',
    )
    .action(run);
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
  const mark = await data.readMark();
  const wanted = { port: options.port ?? mark.port, pagesPort: options.pagesPort ?? mark.pagesPort };
  const playground = await startPlayground({
    dataDir: data.github,
    ...(wanted.port === undefined ? {} : { port: wanted.port }),
    ...(wanted.pagesPort === undefined ? {} : { pagesPort: wanted.pagesPort }),
  }).catch((error: Error & { readonly code?: string }) => {
    if (error.code !== 'port-in-use') throw error;
    throw new UsageError(`${error.message} The flags are --port and --pages-port.`, { cause: error });
  });
  try {
    const ports = {
      port: Number(new URL(playground.url).port),
      pagesPort: Number(new URL(playground.pagesUrl).port),
    };
    await data.writeMark({ ...mark, ...ports });
    const world = new World(data, playground);
    if (options.demo) await playEvents(world, say);
    else if (mark.played) await world.refreshRemotes();
    if (options.exit) return;
    say();
    if (options.demo || mark.played) say(await nextStepsText(world));
    else say(`An empty GitHub of your own: ${playground.url}`);
    say();
    say(`Everything is kept in ${data.directory}. Ctrl-C stops the server.`);
    await interrupted();
  } finally {
    await playground.close();
  }
}

/** Waits for Ctrl-C or a polite kill. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** How long a command takes that has nothing to do: the start of Node, and what the command line adds to it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchError, type Benchmark, compare, inTurns, withTempFolder } from './measure.ts';

const PLAYGROUND = fileURLToPath(new URL('../bin/playground.mjs', import.meta.url));

const REPETITIONS = 20;
/** Times that of `node -e 0`. */
const AIM = 3;

/** Each command with what it has to print. */
const COMMANDS: readonly (readonly [args: readonly string[], prints: RegExp])[] = [
  [['--version'], /^\d+\.\d+\.\d+\n$/],
  [['status', '--help'], /^Usage: playground status /],
];

type Environment = Readonly<Record<string, string | undefined>>;

export async function coldStart(repetitions = REPETITIONS): Promise<Benchmark> {
  return withTempFolder(async (compileCache) => {
    // Whatever cache the caller's environment names, each side has the one that is measured here.
    const plain = { ...process.env, NODE_COMPILE_CACHE: undefined, NODE_DISABLE_COMPILE_CACHE: undefined };
    const caches = [
      ['', { ...plain, NODE_COMPILE_CACHE: compileCache }],
      [', without the compile cache', { ...plain, NODE_DISABLE_COMPILE_CACHE: '1' }],
    ] as const;
    const starts = caches.flatMap(([suffix, env]) =>
      COMMANDS.map(([args, prints]) => ({
        what: `playground ${args.join(' ')}${suffix}`,
        cached: suffix === '',
        run: () => startTime([PLAYGROUND, ...args], env, prints),
      })),
    );
    const baseline = 'node -e 0';
    const medians = await inTurns<string>(
      { repetitions, warmUp: 1 },
      {
        [baseline]: () => startTime(['-e', '0'], plain, /^$/),
        ...Object.fromEntries(starts.map(({ what, run }) => [what, run])),
      },
    );
    return {
      name: 'cold-start',
      title: 'Cold start of the command line',
      against: baseline,
      notes: [
        'Every start is a new process. The compile cache, which the command line switches on for itself, has been',
        'filled by one start of each command before; without it every start strips the types and compiles again.',
      ],
      comparisons: starts.map(({ what, cached }) =>
        compare(what, [medians[what] ?? Number.NaN, medians[baseline] ?? Number.NaN], {
          unit: 'milliseconds',
          ratioOf: 'ours/other',
          repetitions,
          ...(cached ? { aim: AIM } : {}),
        }),
      ),
    };
  });
}

/** Milliseconds from the start of a process to its end, of which it must make a success. */
function startTime(args: readonly string[], env: Environment, prints: RegExp): number {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  const time = performance.now() - start;
  if (status !== 0 || !prints.test(stdout)) {
    throw new BenchError(`node ${args.join(' ')} ended with ${status} and printed ${stdout}${stderr}`);
  }
  return time;
}

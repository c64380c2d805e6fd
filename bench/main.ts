/** `npm run bench`: how fast this project is, as ratios against something else in the same run. */
import { parseArgs } from 'node:util';
import { actions } from './actions.ts';
import { hashedBins } from './bins.ts';
import { coldStart } from './cold-start.ts';
import { BenchError, type Benchmark } from './measure.ts';
import { jsonOf, textOf } from './report.ts';
import { rootHistory } from './root-history.ts';

const HELP = `Usage: npm run bench -- [options]

Measures speed as ratios: both sides run in the same run and in turns, and medians are compared.

  cold-start    start of the command line, against \`node -e 0\`
  root-history  Sigstore's root history parsed and verified, against @tufjs/models
  hashed-bins   thousands of hashed bins written, loaded and verified, against a bare loop
  actions       the bundled actions: cold start, a whole signing event, weight; against bare processes

Options:
  --only <name>          run this one only (may be given more than once)
  --repetitions <count>  repetitions of each (default: 20, 40, 3 and 20)
  --bins <count>         number of hashed bins, a power of two up to 65536 (default: 16384)
  --targets <count>      targets in each bin, on average (default: 60)
  --json                 print the result as JSON
  --help                 print this

With the default size, hashed-bins takes some minutes and 500 MB in the temporary folder (TMPDIR).
Exit codes: 0 measured, whatever the ratios; 1 the sides did not do the same work; 2 could not run.`;

class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

interface Options {
  readonly only: readonly string[];
  readonly repetitions: number | undefined;
  readonly bitLength: number;
  readonly targetsPerBin: number;
  readonly json: boolean;
  readonly help: boolean;
}

const BENCHMARKS: Readonly<Record<string, (options: Options) => Promise<Benchmark | string>>> = {
  'cold-start': ({ repetitions }) => coldStart(repetitions),
  'root-history': ({ repetitions }) => rootHistory(repetitions),
  'hashed-bins': (options) => hashedBins(options, options.repetitions),
  actions: ({ repetitions }) => actions(repetitions),
};

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: Object.keys(BENCHMARKS) },
      repetitions: { type: 'string' },
      bins: { type: 'string', default: '16384' },
      targets: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown !== undefined) {
    throw new UsageError(
      `No benchmark is called ${JSON.stringify(unknown)}. Choose from ${Object.keys(BENCHMARKS).join(', ')}.`,
    );
  }
  const bitLength = Math.log2(count('--bins', values.bins, 65_536));
  if (!Number.isInteger(bitLength) || bitLength < 1) {
    throw new UsageError(`--bins ${values.bins} is no power of two from 2 on. Try 1024.`);
  }
  return {
    only: values.only,
    repetitions: values.repetitions === undefined ? undefined : count('--repetitions', values.repetitions),
    bitLength,
    targetsPerBin: count('--targets', values.targets),
    json: values.json,
    help: values.help,
  };
}

function count(option: string, text: string, most = 10_000): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < 1 || value > most) {
    throw new UsageError(`${option} ${text} is no whole number from 1 to ${most}.`);
  }
  return value;
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) return void console.log(HELP);
  const results: Benchmark[] = [];
  const skipped: { readonly name: string; readonly reason: string }[] = [];
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (!options.only.includes(name)) continue;
    if (process.stderr.isTTY) console.error(`Measuring ${name} …`);
    const result = await run(options);
    if (typeof result === 'string') skipped.push({ name, reason: result });
    else results.push(result);
  }
  console.log(options.json ? jsonOf(results, skipped) : textOf(results, skipped));
}

// Ended from the keyboard, the process still removes its temporary folder.
process.once('SIGINT', () => process.exit(130));

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { code, message, stack } = error as Error & { readonly code?: unknown };
  const isUsage = error instanceof UsageError || String(code).startsWith('ERR_PARSE_ARGS');
  if (isUsage) console.error(`bench: ${message}\nSee \`npm run bench -- --help\`.`);
  else console.error(error instanceof BenchError ? `bench: ${message}` : stack);
  process.exitCode = error instanceof BenchError ? 1 : 2;
}

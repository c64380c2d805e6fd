/**
 * A repository with thousands of hashed bins (TAP 15), by this project's functions and by a bare loop over the same
 * data. Every step runs in a process of its own, which tells its time and its peak of memory.
 */
import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BinsSize, Tally } from './bins-data.ts';
import type { BinsResult, BinsTask } from './bins-worker.ts';
import {
  type Benchmark,
  type Comparison,
  compare,
  median,
  rotated,
  sameWork,
  type Work,
  withTempFolder,
} from './measure.ts';

const WORKER = fileURLToPath(new URL('./bins-worker.ts', import.meta.url));

const REPETITIONS = 3;
/** Times the bare loop, in time and in memory. */
const AIM = 1.5;

const SIDES = ['ours', 'bare'] as const;
type Side = (typeof SIDES)[number];

/** What one repetition gave, by side. */
type Repetition = Readonly<Record<Side, { readonly write: BinsResult; readonly load: BinsResult }>>;

export async function hashedBins(size: BinsSize, repetitions = REPETITIONS): Promise<Benchmark> {
  const privateKeyPem = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const results: Repetition[] = [];
  let work: Benchmark['work'];
  for (let turn = 0; turn < repetitions; turn++) {
    await withTempFolder(async (folder) => {
      const result = await repeat(rotated(SIDES, turn), { ...size, privateKeyPem }, folder);
      work = sameWork(workOf(join(folder, 'ours'), result.ours), workOf(join(folder, 'bare'), result.bare));
      results.push(result);
    });
  }
  const bins = 2 ** size.bitLength;
  return {
    name: 'hashed-bins',
    title: `${number(bins)} hashed bins with ${number(bins * size.targetsPerBin)} targets`,
    against: 'a bare loop',
    notes: [
      'Each step runs in a process of its own. The bare loop is JSON.parse, JSON.stringify and Ed25519 of node:crypto',
      'with the same files; it trusts its input, where we read strictly, check shapes and count thresholds.',
      'Both write to the temporary folder of the system: set TMPDIR to choose the disk.',
    ],
    ...(work ? { work } : {}),
    comparisons: comparisons(results),
  };
}

/** Writes on both sides, then loads on both, so that each load finds its files as far back in time. */
async function repeat(
  sides: readonly Side[],
  given: Omit<BinsTask, 'side' | 'step' | 'folder'>,
  folder: string,
): Promise<Repetition> {
  const step = async (side: Side, name: BinsTask['step']) =>
    [side, await inProcess({ ...given, side, step: name, folder: join(folder, side) })] as const;
  const written = new Map<Side, BinsResult>();
  for (const side of sides) {
    rmSync(join(folder, side), { recursive: true, force: true });
    mkdirSync(join(folder, side));
    written.set(...(await step(side, 'write')));
  }
  const loaded = new Map<Side, BinsResult>();
  for (const side of sides) loaded.set(...(await step(side, 'load')));
  const both = (side: Side) => {
    const [write, load] = [written.get(side), loaded.get(side)];
    if (!write || !load) throw new Error(`The side ${side} has not run.`);
    return { write, load };
  };
  return { ours: both('ours'), bare: both('bare') };
}

async function inProcess(task: BinsTask): Promise<BinsResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [WORKER, JSON.stringify(task)]);
  return JSON.parse(stdout);
}

/** What a side wrote, as one hash over all names and contents, and what it found when it loaded that. */
function workOf(folder: string, { load }: Repetition[Side]): Work {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  const found: Tally | undefined = load.tally;
  return { ...found, files: hash.digest('hex') };
}

function comparisons(results: readonly Repetition[]): readonly Comparison[] {
  const row = (
    what: string,
    unit: Comparison['unit'],
    value: (side: Repetition[Side]) => number,
    aim?: number,
  ) => {
    const of = (side: Side) => median(results.map((result) => value(result[side])));
    return compare(what, [of('ours'), of('bare')], {
      unit,
      ratioOf: 'ours/other',
      repetitions: results.length,
      ...(aim === undefined ? {} : { aim }),
    });
  };
  const time = ({ times }: BinsResult, what: string) => times[what] ?? Number.NaN;
  return [
    row(
      'assign, sign and write',
      'milliseconds',
      ({ write }) => time(write, 'assign') + time(write, 'write'),
      AIM,
    ),
    row('  of which assign', 'milliseconds', ({ write }) => time(write, 'assign')),
    row('  of which sign and write', 'milliseconds', ({ write }) => time(write, 'write')),
    row('  processor time of both', 'milliseconds', ({ write }) => write.processorTime),
    row('load and verify', 'milliseconds', ({ load }) => time(load, 'load'), AIM),
    row('  processor time', 'milliseconds', ({ load }) => load.processorTime),
    row('peak memory, assign, sign and write', 'bytes', ({ write }) => write.peakMemory, AIM),
    row('peak memory, load and verify', 'bytes', ({ load }) => load.peakMemory, AIM),
  ];
}

function number(value: number): string {
  return value.toLocaleString('en');
}

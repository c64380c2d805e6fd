/** One step of one side of the benchmark of hashed bins, in a process of its own, so that its peak of memory is its own. */
import { artifactsFor, type BinsSide, type BinsSize, type Tally } from './bins-data.ts';

export interface BinsTask extends BinsSize {
  readonly side: 'ours' | 'bare';
  readonly step: 'write' | 'load';
  readonly folder: string;
  readonly privateKeyPem: string;
}

export interface BinsResult {
  /** Milliseconds by what was done: `assign` and `write`, or `load`. */
  readonly times: Readonly<Record<string, number>>;
  /** Milliseconds of processor time for all of it, in all threads. */
  readonly processorTime: number;
  /** The most memory that the process held, in bytes. */
  readonly peakMemory: number;
  /** What was found; only of `load`. */
  readonly tally?: Tally;
}

async function run(task: BinsTask): Promise<BinsResult> {
  // Only the side that runs is loaded. What `assign` gives is for the same side alone.
  const side: BinsSide<unknown> =
    task.side === 'ours' ? (await import('./bins-ours.ts')).ours : (await import('./bins-bare.ts')).bare;
  return task.step === 'write' ? write(side, task) : load(side, task);
}

/** The artifacts are there before the clock starts, as a listing of them would be. */
function write(side: BinsSide<unknown>, task: BinsTask): BinsResult {
  const artifacts = artifactsFor(task);
  const before = process.cpuUsage();
  const start = performance.now();
  const bins = side.assign(artifacts, task.bitLength);
  const assigned = performance.now();
  side.signAndWrite(bins, task.folder, task.privateKeyPem);
  const times = { assign: assigned - start, write: performance.now() - assigned };
  return { times, processorTime: processorTime(before), peakMemory: peakMemory() };
}

async function load(side: BinsSide<unknown>, task: BinsTask): Promise<BinsResult> {
  const before = process.cpuUsage();
  const start = performance.now();
  const tally = await side.loadAndVerify(task.folder, task.bitLength, task.privateKeyPem);
  const times = { load: performance.now() - start };
  return { times, processorTime: processorTime(before), peakMemory: peakMemory(), tally };
}

/** `cpuUsage` counts microseconds. */
function processorTime(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** `maxRSS` counts kibibytes. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}'))));

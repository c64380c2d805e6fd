/**
 * How the benchmarks measure. A ratio counts only if both of its sides ran in the same run, on the same machine and in
 * turns, so that whatever else the machine does falls on both; and only if both did the same work.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A side did not do its work, or not the same as the other, so that a ratio of their times would mean nothing. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  readonly code = 'wrong-work';
}

/** One measured ratio. */
export interface Comparison {
  readonly what: string;
  readonly unit: 'milliseconds' | 'bytes';
  /** Median of this project's side. */
  readonly ours: number;
  /** Median of the side that it is held against. */
  readonly other: number;
  /** `ours / other` (how many times as long, or as much) or `other / ours` (how many times as fast). */
  readonly ratio: number;
  readonly ratioOf: 'ours/other' | 'other/ours';
  /** What the ratio should be: at most this for `ours/other`, at least this for `other/ours`. */
  readonly aim?: number;
  readonly repetitions: number;
}

/** What a side has to show for its time; the same on both sides. */
export type Work = Readonly<Record<string, number | string>>;

/** One benchmark: ratios that belong together. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** What the other side is. */
  readonly against: string;
  /** What has to be known to read the ratios. */
  readonly notes: readonly string[];
  readonly comparisons: readonly Comparison[];
  /** What each side did; absent where the sides do different things on purpose. */
  readonly work?: { readonly ours: Work; readonly other: Work };
}

/** A ratio of two medians; the aim is in the same terms. */
export function compare(
  what: string,
  [ours, other]: readonly [ours: number, other: number],
  rest: Pick<Comparison, 'unit' | 'ratioOf' | 'repetitions' | 'aim'>,
): Comparison {
  return { what, ours, other, ratio: rest.ratioOf === 'ours/other' ? ours / other : other / ours, ...rest };
}

/** Whether the aim is reached; undefined where there is none. */
export function aimMet({ ratio, ratioOf, aim }: Comparison): boolean | undefined {
  if (aim === undefined) return undefined;
  return ratioOf === 'ours/other' ? ratio <= aim : ratio >= aim;
}

/** Both sides' work, if it is the same. @throws BenchError */
export function sameWork(ours: Work, other: Work): { readonly ours: Work; readonly other: Work } {
  const [a, b] = [ours, other].map((work) => JSON.stringify(Object.entries(work).sort()));
  if (a !== b) throw new BenchError(`The two sides did different work: ours ${a}, the other ${b}.`);
  return { ours, other };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (low + high) / 2;
}

/**
 * Runs the sides in turns, each repetition starting with another one, and gives the median of what each measured.
 * `warmUp` repetitions before the first do not count.
 */
export async function inTurns<Side extends string>(
  { repetitions, warmUp }: { readonly repetitions: number; readonly warmUp: number },
  sides: Readonly<Record<Side, () => number | Promise<number>>>,
): Promise<Readonly<Record<Side, number>>> {
  const names = Object.keys(sides) as Side[];
  const measured = new Map<Side, number[]>(names.map((name) => [name, []]));
  for (let turn = -warmUp; turn < repetitions; turn++) {
    for (const name of rotated(names, turn + warmUp)) {
      const value = await sides[name]();
      if (turn >= 0) measured.get(name)?.push(value);
    }
  }
  const medians = names.map((name) => [name, median(measured.get(name) ?? [])]);
  return Object.fromEntries(medians) as Record<Side, number>;
}

/** The same elements, another one first each turn. */
export function rotated<T>(list: readonly T[], turn: number): readonly T[] {
  const first = turn % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

/** Gives the work a temporary folder that is gone afterwards, also when the process is ended in between. */
export async function withTempFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'playground-bench-'));
  // A process that still writes there may be in the way for a moment.
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

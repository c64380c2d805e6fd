/** The results of the benchmarks as a table for people and as JSON for programs. */
import { aimMet, type Benchmark, type Comparison } from './measure.ts';

type Skipped = readonly { readonly name: string; readonly reason: string }[];

export function jsonOf(benchmarks: readonly Benchmark[], skipped: Skipped): string {
  const results = benchmarks.map((benchmark) => ({
    ...benchmark,
    notes: benchmark.notes.join(' '),
    comparisons: benchmark.comparisons.map((comparison) => ({
      ...comparison,
      what: comparison.what.trim(),
      aimMet: aimMet(comparison),
    })),
  }));
  return JSON.stringify({ node: process.version, benchmarks: results, skipped }, null, 2);
}

export function textOf(benchmarks: readonly Benchmark[], skipped: Skipped): string {
  const sections = benchmarks.map(({ title, against, notes, comparisons }) =>
    [
      `${title}, against ${against} (Node ${process.version}; medians of ${comparisons[0]?.repetitions}, in turns)`,
      ...table([
        ['', 'ours', against, 'ratio', '', 'aim', ''],
        ...comparisons.map((comparison) => cells(comparison)),
      ]).map((line) => `  ${line}`),
      ...notes.map((note) => `  ${note}`),
    ].join('\n'),
  );
  const missing = skipped.map(({ name, reason }) => `${name}: skipped, ${reason}`);
  return [...sections, ...missing].join('\n\n');
}

function cells(comparison: Comparison): readonly string[] {
  const { what, unit, ours, other, ratio, ratioOf, aim } = comparison;
  const relation = ratioOf === 'other/ours' ? 'as fast' : unit === 'bytes' ? 'as much' : 'as long';
  const wanted = aim === undefined ? '' : `${ratioOf === 'ours/other' ? '≤' : '≥'} ${aim}`;
  const met = { true: 'met', false: 'missed', undefined: '' }[String(aimMet(comparison))] ?? '';
  return [what, amount(ours, unit), amount(other, unit), `${ratio.toFixed(2)} ×`, relation, wanted, met];
}

function amount(value: number, unit: Comparison['unit']): string {
  if (unit === 'bytes') return `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} MB`;
  return value < 1000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(2)} s`;
}

/** Columns of one width: the first and the words after the ratio to the left, amounts to the right. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const right = new Set([1, 2, 3]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

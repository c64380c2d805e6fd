import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActionHost } from '../../bench/action-run.ts';
import { bare } from '../../bench/bins-bare.ts';
import { artifactsFor } from '../../bench/bins-data.ts';
import { ours } from '../../bench/bins-ours.ts';
import { freshClone, makeRemote } from '../../bench/event-repository.ts';
import { aimMet, BenchError, compare, inTurns, median, sameWork } from '../../bench/measure.ts';

const MAIN = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
const hasHistory = existsSync(new URL('../../../shared/data/sigstore-root-signing/', import.meta.url));
if (!hasHistory) console.warn("skipped: Sigstore's root history (../shared/data) is not there");

interface Result {
  readonly benchmarks: readonly {
    readonly name: string;
    readonly work?: Readonly<Record<'ours' | 'other', Readonly<Record<string, unknown>>>>;
    readonly comparisons: readonly (Readonly<Record<'ours' | 'other' | 'ratio', number>> & {
      readonly what: string;
      readonly ratioOf: string;
      readonly aim?: number;
      readonly aimMet?: boolean;
      readonly repetitions: number;
    })[];
  }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

let temp: string;
beforeAll(() => {
  temp = mkdtempSync(join(tmpdir(), 'bench-test-'));
});
afterAll(() => rmSync(temp, { recursive: true, force: true }));

function bench(...args: string[]) {
  const env = { ...process.env, TMPDIR: temp };
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', env });
}

function measured(name: string, ...args: string[]): Result['benchmarks'][number] {
  const { status, stdout, stderr } = bench('--json', '--only', name, ...args);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { benchmarks, skipped }: Result = JSON.parse(stdout);
  expect(skipped).toEqual([]);
  expect(benchmarks.map((benchmark) => benchmark.name)).toEqual([name]);
  const [only] = benchmarks;
  if (!only) throw new Error('nothing was measured');
  return only;
}

function expectRatios({ comparisons }: Result['benchmarks'][number], repetitions: number) {
  for (const { ours, other, ratio, ratioOf, aim, aimMet, ...rest } of comparisons) {
    expect(rest.repetitions).toBe(repetitions);
    expect(ours).toBeGreaterThan(0);
    expect(other).toBeGreaterThan(0);
    expect(ratio).toBeCloseTo(ratioOf === 'ours/other' ? ours / other : other / ours);
    expect(typeof aimMet).toBe(aim === undefined ? 'undefined' : 'boolean');
  }
}

describe('the benchmark of hashed bins', () => {
  it('gives ratios of time and memory, and both sides wrote the same files and found the same in them', () => {
    const result = measured('hashed-bins', '--bins', '4', '--targets', '3', '--repetitions', '1');
    expectRatios(result, 1);
    expect(result.comparisons.filter(({ aim }) => aim === 1.5).map(({ what }) => what)).toEqual([
      'assign, sign and write',
      'load and verify',
      'peak memory, assign, sign and write',
      'peak memory, load and verify',
    ]);
    expect(result.work?.ours).toEqual({
      bins: 4,
      verified: 4,
      targets: 12,
      // Lengths are 1000, 1001 and so on.
      bytes: 12 * 1000 + 66,
      files: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(result.work?.other).toEqual(result.work?.ours);
  });

  it('leaves nothing in the temporary folder', () => {
    expect(readdirSync(temp)).toEqual([]);
  });

  it('really verifies: neither side counts a bin that was changed after it was signed', async () => {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const folder = join(temp, 'changed');
    mkdirSync(folder);
    try {
      bare.signAndWrite(bare.assign(artifactsFor({ bitLength: 2, targetsPerBin: 5 }), 2), folder, pem);
      const [name = ''] = readdirSync(folder);
      const text = readFileSync(join(folder, name), 'utf8');
      writeFileSync(join(folder, name), text.replace('"length": 1', '"length": 2'));
      for (const side of [ours, bare]) {
        expect(await side.loadAndVerify(folder, 2, pem)).toMatchObject({ bins: 4, verified: 3, targets: 20 });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the benchmark of Sigstore's root history", () => {
  it.skipIf(!hasHistory)(
    'makes the same canonical forms and counts the same signatures on both sides',
    () => {
      const result = measured('root-history', '--repetitions', '1');
      expectRatios(result, 1);
      expect(result.work?.ours).toMatchObject({ files: 15, signatures: 127 });
      expect(result.work?.other).toEqual(result.work?.ours);
    },
  );
});

describe('the benchmark of the cold start', () => {
  it('starts real commands with and without the compile cache', () => {
    const result = measured('cold-start', '--repetitions', '1');
    expectRatios(result, 1);
    expect(result.comparisons.map(({ what, aim }) => [what, aim])).toEqual([
      ['playground --version', 3],
      ['playground status --help', 3],
      ['playground --version, without the compile cache', undefined],
      ['playground status --help, without the compile cache', undefined],
    ]);
  });
});

describe('the benchmark of the actions', () => {
  it('runs the bundle as a runner does, up to a first request and through a signing event, and weighs it', () => {
    const result = measured('actions', '--repetitions', '1');
    for (const { ratio, ours, other } of result.comparisons) expect(ratio).toBeCloseTo(ours / other);
    const lines = result.comparisons.map(({ what, aim }) => [what.replace(/, against .*/, ''), aim]);
    expect(lines).toEqual([
      ['signing-event to its first request', 3],
      ...(hasHistory ? [["a whole signing event of Sigstore's", undefined]] : []),
      ['the whole bundle', 1],
    ]);
    expect(result.comparisons.at(-1)).toMatchObject({ other: 3_000_000, aimMet: true });
  });

  it('leaves nothing in the temporary folder', () => {
    expect(readdirSync(temp)).toEqual([]);
  });

  it('counts no run that did not end well', async () => {
    const host = new ActionHost();
    await host.listen();
    try {
      const folder = join(temp, 'refused');
      const clone = freshClone(makeRemote(folder), join(folder, 'clone'));
      // The commit that the pull request names is nowhere, and neither is its ref: no run may pass for a report.
      const pull = { branch: 'sign/x', head: '0'.repeat(40) };
      expect((await host.run('signing-event', clone, pull)).requests).toEqual([
        'GET /repos/bench/repository/pulls',
      ]);
      await expect(host.run('build-repository', clone)).rejects.toThrow(BenchError);
    } finally {
      host.close();
      rmSync(join(temp, 'refused'), { recursive: true, force: true });
    }
  });
});

describe('the command', () => {
  it('prints a table in which every ratio has its aim beside it', () => {
    const { stdout } = bench('--only', 'hashed-bins', '--bins', '2', '--targets', '1', '--repetitions', '1');
    expect(stdout).toMatch(/^2 hashed bins with 2 targets, against a bare loop \(Node v\d+/);
    expect(stdout).toMatch(/^ {2}load and verify .* \d+\.\d\d × {2}as long {2}≤ 1\.5 {2}(met|missed)$/m);
    expect(stdout).toMatch(/^ {2}peak memory, load and verify +\d+ MB +\d+ MB +\d+\.\d\d × {2}as much/m);
  });

  it.each<[args: string[], complaint: RegExp]>([
    [['--only', 'toString'], /no benchmark is called "toString"/i],
    [['--bins', '1000'], /no power of two/],
    [['--bins', '1'], /no power of two/],
    [['--repetitions', '0'], /no whole number/],
    [['--targets', '1.5'], /no whole number/],
    [['--fast'], /unknown option/i],
  ])('refuses %j and says where help is', (args, complaint) => {
    const { status, stdout, stderr } = bench(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(complaint);
    expect(stderr).toContain('npm run bench -- --help');
  });

  it('explains itself', () => {
    const { status, stdout } = bench('--help');
    expect(status).toBe(0);
    for (const word of [
      'cold-start',
      'root-history',
      'hashed-bins',
      'actions',
      '--only',
      '--bins',
      '--json',
    ]) {
      expect(stdout).toContain(word);
    }
  });
});

describe('a ratio', () => {
  const rest = { unit: 'milliseconds', repetitions: 1 } as const;

  it('says how many times as long, or how many times as fast', () => {
    const longer = compare('x', [30, 10], { ...rest, ratioOf: 'ours/other', aim: 3 });
    const faster = compare('x', [10, 20], { ...rest, ratioOf: 'other/ours', aim: 3 });
    expect([longer.ratio, aimMet(longer)]).toEqual([3, true]);
    expect([faster.ratio, aimMet(faster)]).toEqual([2, false]);
  });

  it('is refused where the sides did different work', () => {
    expect(() => sameWork({ files: 1, bytes: 2 }, { files: 1, bytes: 3 })).toThrow(BenchError);
    expect(() => sameWork({ files: 1 }, { files: 1, bytes: 3 })).toThrow(/different work/);
    expect(sameWork({ files: 1, bytes: 2 }, { bytes: 2, files: 1 }).ours).toEqual({ files: 1, bytes: 2 });
  });

  it('is one of medians, each side taking its turn to be first', async () => {
    expect(median([5, 1, 100])).toBe(5);
    expect(median([1, 2, 10, 3])).toBe(2.5);
    const order: string[] = [];
    const values = { a: [1000, 1, 2, 9], b: [1000, 4, 8, 5] };
    const side = (name: 'a' | 'b') => () => {
      order.push(name);
      return values[name].shift() ?? Number.NaN;
    };
    const medians = await inTurns({ repetitions: 3, warmUp: 1 }, { a: side('a'), b: side('b') });
    expect(medians).toEqual({ a: 2, b: 5 });
    expect(order.join('')).toBe('abbaabba');
  });
});

/**
 * `strategy.matrix`: every combination of the lists, without `exclude`, extended by `include`.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 */

export type Combination = Readonly<Record<string, unknown>>;

/** GitHub makes at most 256 jobs of one matrix. */
const MOST_JOBS = 256;

class MatrixError extends Error {
  override readonly name = 'MatrixError';
  readonly code = 'bad-matrix';
}

/** @throws {MatrixError} if a list is none, is empty, or there are too many combinations. */
export function expandMatrix(matrix: unknown): readonly Combination[] {
  const { include = [], exclude = [], ...axes } = asObject(matrix, 'matrix');
  let combinations: Combination[] = Object.keys(axes).length === 0 ? [] : [{}];
  for (const [key, values] of Object.entries(axes)) {
    if (!Array.isArray(values) || values.length === 0) {
      throw new MatrixError(`Matrix vector '${key}' does not contain any values`);
    }
    combinations = combinations.flatMap((combination) =>
      values.map((value: unknown) => ({ ...combination, [key]: value })),
    );
    if (combinations.length > MOST_JOBS) throw tooMany();
  }
  for (const pattern of asList(exclude, 'exclude')) {
    combinations = combinations.filter((combination) => !agrees(combination, asObject(pattern, 'exclude')));
  }
  const all = addIncludes(combinations, Object.keys(axes), asList(include, 'include'));
  if (all.length > MOST_JOBS) throw tooMany();
  if (all.length === 0) throw new MatrixError('Matrix must define at least one vector');
  return all;
}

/** An `include` extends every combination whose original values it does not change, and else stands alone. */
function addIncludes(
  combinations: readonly Combination[],
  axes: readonly string[],
  includes: readonly unknown[],
): readonly Combination[] {
  let extended = [...combinations];
  const added: Combination[] = [];
  for (const item of includes) {
    const include = asObject(item, 'include');
    const original = Object.fromEntries(Object.entries(include).filter(([key]) => axes.includes(key)));
    const fits = combinations.map((combination) => agrees(combination, original));
    if (fits.includes(true)) {
      extended = extended.map((combination, index) =>
        fits[index] ? { ...combination, ...include } : combination,
      );
    } else added.push(include);
  }
  return [...extended, ...added];
}

function agrees(combination: Combination, pattern: Combination): boolean {
  return Object.entries(pattern).every(
    ([key, value]) =>
      Object.hasOwn(combination, key) && JSON.stringify(combination[key]) === JSON.stringify(value),
  );
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MatrixError(`'${what}' of a matrix must be a mapping`);
  }
  return value as Record<string, unknown>;
}

function asList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new MatrixError(`'${what}' of a matrix must be a list`);
  return value;
}

function tooMany(): MatrixError {
  return new MatrixError(`A matrix may have at most ${MOST_JOBS} jobs`);
}

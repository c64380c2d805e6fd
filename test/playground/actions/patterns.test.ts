/** The pure parts: filter patterns, matrices, concurrency groups, masks, environment files. */
import { expect, test } from 'vitest';
import { ConcurrencyGroups } from '../../../src/playground/actions/concurrency.ts';
import { parseAssignments } from '../../../src/playground/actions/file-commands.ts';
import { matchesPatterns } from '../../../src/playground/actions/filter-pattern.ts';
import { Masker } from '../../../src/playground/actions/masker.ts';
import { expandMatrix } from '../../../src/playground/actions/matrix.ts';

// The examples of GitHub's cheat sheet for filter patterns.
test.each([
  ['feature/*', ['feature/my-branch'], ['feature/beta-a/x', 'features']],
  ['feature/**', ['feature/beta-a/my-branch', 'feature/x'], ['feature']],
  ['main', ['main'], ['mainx', 'Main']],
  ['*', ['main', 'releases'], ['all/the/branches']],
  ['**', ['all/the/branches', 'x'], []],
  ['*feature', ['mona-feature', 'feature'], ['feature/x']],
  ['v2*', ['v2', 'v2.0', 'v2.9'], ['v1']],
  ['v[12].[0-9]+.[0-9]+', ['v1.10.1', 'v2.0.0'], ['v3.0.0', 'v1.x.0']],
  ['*.jsx?', ['page.js', 'page.jsx'], ['page.ts']],
  ['docs/**', ['docs/README.md', 'docs/mona/octocat.txt'], ['x/docs/y']],
  ['**/docs/**', ['dir/docs/my-file.txt', 'docs/hello.md'], ['docs']],
  ['**/*src/**', ['a/src/app.js', 'my-src/code/js/app.js'], ['src']],
  ['**.js', ['index.js', 'src/js/app.js'], ['index.jsx']],
  ['sign/**', ['sign/2026-01', 'sign/a/b'], ['signx/a']],
  ['a.b', ['a.b'], ['axb']],
  ['\\*', ['*'], ['x']],
])('the pattern %s', (pattern, matching, others) => {
  expect(matching.filter((name) => !matchesPatterns(name, [pattern]))).toEqual([]);
  expect(others.filter((name) => matchesPatterns(name, [pattern]))).toEqual([]);
});

test('a later pattern takes back what an earlier one allowed, and gives it again', () => {
  const patterns = ['releases/**', '!releases/**-alpha', 'releases/10-alpha'];
  expect(matchesPatterns('releases/10', patterns)).toBe(true);
  expect(matchesPatterns('releases/beta/3-alpha', patterns)).toBe(false);
  expect(matchesPatterns('releases/10-alpha', patterns)).toBe(true);
});

test('a matrix has every combination, without the excluded ones, with the included ones', () => {
  expect(
    expandMatrix({
      fruit: ['apple', 'pear'],
      animal: ['cat', 'dog'],
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    }),
  ).toEqual([
    { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
    { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
    { fruit: 'pear', animal: 'cat', color: 'pink' },
    { fruit: 'pear', animal: 'dog', color: 'green' },
    { fruit: 'banana' },
    { fruit: 'banana', animal: 'cat' },
  ]);
  expect(expandMatrix({ a: [1, 2], b: [1, 2], exclude: [{ a: 1 }] })).toEqual([
    { a: 2, b: 1 },
    { a: 2, b: 2 },
  ]);
  expect(expandMatrix({ include: [{ site: 'x' }, { site: 'y' }] })).toEqual([{ site: 'x' }, { site: 'y' }]);
});

test('a matrix that is empty, none or too large is refused', () => {
  const many = Array.from({ length: 17 }, (_, index) => index);
  for (const matrix of [
    { a: [] },
    { a: 'x' },
    'x',
    {},
    { a: many, b: many },
    { a: [1], exclude: [{ a: 1 }] },
  ]) {
    expect(() => expandMatrix(matrix)).toThrow();
  }
});

const member = (id: string, more: object = {}) => ({
  id,
  cancelInProgress: false,
  queue: 'single' as const,
  ...more,
});

test('a group keeps one running and one pending member, and the newer pending one wins', () => {
  const groups = new ConcurrencyGroups();
  expect(groups.enter('g', member('1')).state).toBe('running');
  expect(groups.enter('G', member('2')).state).toBe('pending');
  expect(groups.enter('g', member('3'))).toEqual({
    state: 'pending',
    replaced: ['2'],
    interrupted: undefined,
  });
  expect(groups.leave('g', '2')).toBeUndefined();
  expect(groups.leave('g', '1')).toBe('3');
  expect(groups.leave('g', '3')).toBeUndefined();
  expect(groups.enter('g', member('4')).state).toBe('running');
});

test('a group with queue: max keeps a hundred waiting, in order, and refuses more', () => {
  const groups = new ConcurrencyGroups();
  const states = Array.from(
    { length: 102 },
    (_, id) => groups.enter('g', member(`${id}`, { queue: 'max' })).state,
  );
  expect(states[0]).toBe('running');
  expect(states.filter((state) => state === 'pending')).toHaveLength(100);
  expect(states[101]).toBe('refused');
  expect(groups.leave('g', '0')).toBe('1');
  expect(groups.leave('g', '1')).toBe('2');
});

test('cancel-in-progress interrupts the running member and waits for its end', () => {
  const groups = new ConcurrencyGroups();
  groups.enter('g', member('1'));
  expect(groups.enter('g', member('2', { cancelInProgress: true }))).toEqual({
    state: 'pending',
    replaced: [],
    interrupted: '1',
  });
});

test('masks cover overlapping secrets, lines and base64 at each offset', () => {
  const masker = new Masker();
  masker.add('abcdef');
  masker.add('defghi');
  masker.add('a\nsecond line');
  masker.add('correct-horse-battery');
  expect(masker.apply('x abcdefghi y')).toBe('x *** y');
  expect(masker.apply('the second line')).toBe('the ***');
  for (const before of ['', 'u', 'us']) {
    const encoded = Buffer.from(`${before}correct-horse-battery!`).toString('base64');
    expect(masker.apply(encoded)).toContain('***');
    expect(masker.apply(encoded).length).toBeLessThan(14);
  }
  masker.add('');
  masker.add('  ');
  expect(masker.apply('nothing here')).toBe('nothing here');
});

test('environment files take = and delimiters, and refuse what is neither', () => {
  const text = 'A=1=2\nB<<X Y\none\nB=no\nX Y\nC=\n__proto__=x\n';
  expect([...parseAssignments('env', text)]).toEqual([
    ['A', '1=2'],
    ['B', 'one\nB=no'],
    ['C', ''],
    ['__proto__', 'x'],
  ]);
  for (const bad of ['x', '=x', 'A<<\nx', '<<E\nE', 'A<<E\nnever ends']) {
    expect(() => parseAssignments('env', bad), bad).toThrow("Unable to process file command 'env'");
  }
});

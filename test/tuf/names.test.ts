/** Names of roles and paths of artifacts: what all clients treat alike, and everything else with its reason. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isTopLevelRole,
  pathPatternProblem,
  roleNameProblem,
  targetPathProblem,
} from '../../src/tuf/names.ts';

describe('the name of a role', () => {
  it.each(['team', 'registry.npmjs.org', 'a', 'A-b_c.1', '0a', '010', 'bins-0f', 'x'.repeat(100)])(
    'may be %j',
    (name) => expect(roleNameProblem(name)).toBeUndefined(),
  );

  it.each([
    ['', 'may hold only'],
    ['.hidden', 'may hold only'],
    ['-x', 'may hold only'],
    ['_x', 'may hold only'],
    ['a/b', 'may hold only'],
    ['a\\b', 'may hold only'],
    ['..', 'may hold only'],
    ['a b', 'may hold only'],
    ['ä', 'may hold only'],
    ['a\n', 'may hold only'],
    ['__proto__', 'may hold only'],
    ['root', 'top-level'],
    ['Targets', 'top-level'],
    ['TIMESTAMP', 'top-level'],
    ['con', 'device'],
    ['NUL.txt', 'device'],
    ['com1', 'device'],
    ['a.', 'dot'],
    ['0', 'whole number'],
    ['2024', 'whole number'],
    ['x'.repeat(101), '100 characters'],
  ])('may not be %j', (name, reason) => expect(roleNameProblem(name)).toContain(reason));

  it('is told from those of the top-level roles as written, nothing else', () => {
    expect(['root', 'targets', 'snapshot', 'timestamp'].every(isTopLevelRole)).toBe(true);
    expect(['Root', 'constructor', 'length', ''].some(isTopLevelRole)).toBe(false);
  });
});

describe('the path of an artifact', () => {
  it.each(['a', 'a/b/c.tar.gz', "a-b_c+d~e@f=g&h$i',;^`()", 'constructor', 'x'.repeat(126)])(
    'may be %j',
    (path) => expect(targetPathProblem(path)).toBeUndefined(),
  );

  it.each([
    ['', 'empty segment'],
    ['/a', 'empty segment'],
    ['a/', 'empty segment'],
    ['a//b', 'empty segment'],
    ['.', 'segment "."'],
    ['a/../b', 'segment ".."'],
    ['a/.git/b', 'starts with a dot'],
    ['.well-known', 'starts with a dot'],
    ['a b', 'quote'],
    ['a\tb', 'quote'],
    ['ä', 'quote'],
    ['a%2fb', 'quote'],
    ['a?b', 'quote'],
    ['a#b', 'quote'],
    ['a\\b', 'quote'],
    ['a\u0000b', 'quote'],
    ['x'.repeat(127), '126 characters'],
  ])('may not be %j', (path, reason) => expect(targetPathProblem(path)).toContain(reason));

  it('means the same in a URL and on a disk', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (path) => {
        if (targetPathProblem(path) !== undefined) return;
        const url = new URL(`targets/${path}`, 'https://example.com/');
        expect(decodeURIComponent(url.pathname)).toBe(`/targets/${path}`);
        expect(path.normalize('NFC')).toBe(path);
      }),
    );
  });
});

describe('a path pattern', () => {
  it.each(['*', 'a/*', '*/*', 'a-?.tgz', 'a*b?c/x', '**'])('may be %j', (pattern) =>
    expect(pathPatternProblem(pattern)).toBeUndefined(),
  );

  it.each([
    '',
    '/',
    'a/',
    '../*',
    '.*',
    'a/.*',
    '[ab]',
    '{a,b}',
    '!a',
    '#a',
    'a\\*',
    'a b',
    '@(a)',
    '*(a)',
    'x+(y)',
    'a?(b)',
  ])('may not be %j', (pattern) => expect(pathPatternProblem(pattern)).toMatch(/\w/));
});

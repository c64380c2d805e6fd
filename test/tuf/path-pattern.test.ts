/** Path patterns: the specification's examples, the answers of tuf-js, and patterns made to take for ever. */
import { Targets as TufjsTargets } from '@tufjs/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathPatternProblem, targetPathProblem } from '../../src/tuf/names.ts';
import { matchesPattern } from '../../src/tuf/path-pattern.ts';

/** What tuf-js says. */
function tufjsMatches(pattern: string, path: string): boolean {
  const role = { name: 'x', keyids: [], threshold: 1, terminating: false, paths: [pattern] };
  const { delegations } = TufjsTargets.fromJSON({
    _type: 'targets',
    spec_version: '1.0.0',
    version: 1,
    expires: '2040-01-01T00:00:00Z',
    targets: {},
    delegations: { keys: {}, roles: [role] },
  });
  return [...(delegations?.rolesForTarget(path) ?? [])].length === 1;
}

describe('a path pattern', () => {
  // Specification section 4.5, PATHPATTERN.
  it.each([
    ['targets/*.tgz', 'targets/foo.tgz', true],
    ['targets/*.tgz', 'targets/bar.tgz', true],
    ['targets/*.tgz', 'targets/foo.txt', false],
    ['foo-version-?.tgz', 'foo-version-2.tgz', true],
    ['foo-version-?.tgz', 'foo-version-a.tgz', true],
    ['foo-version-?.tgz', 'foo-version-alpha.tgz', false],
    ['*.tgz', 'foo.tgz', true],
    ['*.tgz', 'bar.tgz', true],
    ['*.tgz', 'targets/foo.tgz', false],
    ['*.tgz', 'foo.txt', false],
  ])('%s, as the specification has it, and %s: %s', (pattern, path, expected) => {
    expect(matchesPattern(pattern, path)).toBe(expected);
  });

  it.each([
    ['a', 'a', true],
    ['a', 'A', false],
    ['a*', 'a', true],
    ['*a', 'ba', true],
    ['a*c*e', 'abcde', true],
    ['a*c*e', 'abcd', false],
    ['*/b', 'a/b', true],
    ['*', 'a/b', false],
    ['**', 'a/b', false],
    ['a/*', 'a', false],
    ['a?', 'a', false],
    ['?', '/', false],
    ['a.c', 'abc', false],
    ['a+', 'aa', false],
    ['(a)', '(a)', true],
    ['$a^', '$a^', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(matchesPattern(pattern, path)).toBe(expected);
    expect(tufjsMatches(pattern, path)).toBe(expected);
  });

  // Where the two differ. All of these are names that this format refuses, for that very reason.
  it.each([
    ['*', '.hidden', true, false],
    ['?hidden', '.hidden', true, false],
    ['dir/*', 'dir/', true, false],
    ['[ab]', 'a', false, true],
    ['{a,b}', 'a', false, true],
    ['!a', 'b', false, true],
    ['#a', '#a', true, false],
    ['@(a)', 'a', false, true],
    ['+(a)', '+(a)', true, false],
    ['*(a)', 'aa', false, true],
    ['?(a)', 'a', false, true],
    ['a\\*', 'a*', false, true],
  ])(
    '%s and %s are read otherwise by tuf-js (%s, not %s), so one of them is refused as a name',
    (pattern, path, ours, theirs) => {
      expect(matchesPattern(pattern, path)).toBe(ours);
      expect(tufjsMatches(pattern, path)).toBe(theirs);
      expect(
        [pathPatternProblem(pattern), targetPathProblem(path)].some((problem) => problem !== undefined),
      ).toBe(true);
    },
  );

  it('is read as tuf-js reads it wherever the names are ones that may be used', () => {
    const unit = fc.constantFrom(...'aAb01/.*?-_+@(),~$^=');
    const text = fc.string({ unit, minLength: 1, maxLength: 8 });
    let [compared, matched] = [0, 0];
    fc.assert(
      fc.property(text, text, (pattern, other) => {
        // Half of the paths are made from the pattern, or hardly any would match.
        for (const path of [other.replace(/[*?]/g, 'a'), pattern.replace(/\*/g, 'ab').replace(/\?/g, 'b')]) {
          if (pathPatternProblem(pattern) ?? targetPathProblem(path)) continue;
          compared++;
          if (matchesPattern(pattern, path)) matched++;
          expect(matchesPattern(pattern, path), `${pattern} and ${path}`).toBe(tufjsMatches(pattern, path));
        }
      }),
      { numRuns: 1500 },
    );
    expect(compared).toBeGreaterThan(300);
    expect(matched).toBeGreaterThan(100);
  });

  it('costs no more than the product of the lengths, however hostile it is', () => {
    // A regular expression would take 2^n steps for this. Reads of the pattern are counted, not time.
    const cost = (length: number): number => {
      let reads = 0;
      const counting = (text: string): string =>
        new Proxy(Object(text) as object, {
          get(target, name) {
            if (typeof name === 'string' && /^\d+$/.test(name)) reads++;
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        }) as unknown as string;
      const pattern = counting(`${'*a'.repeat(length)}b`);
      const whole = { split: () => [pattern] } as unknown as string;
      expect(matchesPattern(whole, 'a'.repeat(2 * length))).toBe(false);
      return reads;
    };
    const [small, large] = [cost(100), cost(200)];
    expect(small).toBeGreaterThan(100);
    // Twice the length may cost four times as much, and a little more for what is not a product.
    expect(large).toBeLessThan(4.5 * small);
    expect(large).toBeLessThan(4 * (2 * 200 + 1) * (2 * 200));
  });
});

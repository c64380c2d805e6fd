import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CanonicalError, canonicalize, canonicalizeGeneral } from '../../src/tuf/canonical.ts';
import { formatJson, type Json, JsonError, parseJson } from '../../src/tuf/json.ts';
import { inMemberOrder } from '../../src/tuf/member-order.ts';
import { plainValue, value } from './json-values.ts';

const entriesOf = (data: unknown) => Object.entries(data as object);

/** Objects inside one another. */
function nested(levels: number): Json {
  let data: Json = 1;
  for (let level = 0; level < levels; level++) data = { b: data, a: 1 };
  return data;
}

describe('putting members in order', () => {
  it('orders objects at every depth and leaves arrays as they are', () => {
    const ordered = inMemberOrder({ b: [2, { d: 1, c: 1 }, 1], a: { z: null, y: 'x' } });
    expect(JSON.stringify(ordered)).toBe('{"a":{"y":"x","z":null},"b":[2,{"c":1,"d":1},1]}');
  });

  it('hands back what is in order, and shares the parts that are', () => {
    const sorted = { a: 1, b: [{ c: 1, d: 2 }] };
    expect(inMemberOrder(sorted)).toBe(sorted);
    const [first, second] = entriesOf(inMemberOrder({ y: 1, x: sorted }));
    expect(first?.[0]).toBe('x');
    expect(first?.[1]).toBe(sorted);
    expect(second).toEqual(['y', 1]);
  });

  it('does not change what it was given', () => {
    const data = Object.freeze({ b: 1, a: Object.freeze({ d: 1, c: 1 }) });
    inMemberOrder(data);
    expect(JSON.stringify(data)).toBe('{"b":1,"a":{"d":1,"c":1}}');
  });

  it('treats the names that JavaScript knows as any other', () => {
    const data = JSON.parse('{"toJSON":1,"constructor":2,"__proto__":{"b":1,"a":2},"A":3}');
    expect(JSON.stringify(inMemberOrder(data))).toBe(
      '{"A":3,"__proto__":{"a":2,"b":1},"constructor":2,"toJSON":1}',
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('gives up where JavaScript has an order of its own', () => {
    expect(inMemberOrder({ 9: 1, 10: 1 })).toBeUndefined();
    expect(inMemberOrder({ 1: 1, b: { d: 1, c: 1 }, a: 1 })).toBeUndefined();
  });

  it.each<[what: string, data: unknown]>([
    ['undefined', { b: undefined, a: 1 }],
    ['a fraction', { b: 1.5, a: 1 }],
    ['minus zero', { b: -0, a: 1 }],
    ['a date', { b: new Date(0), a: 1 }],
    ['a function as toJSON', { toJSON: () => 'forged', a: 1 }],
    ['a symbol as a name', { b: 1, a: 1, [Symbol('s')]: 1 }],
    ['an array with a hole', { b: new Array(1), a: 1 }],
    ['more levels than are read', nested(65)],
  ])('gives up on %s', (_what, data) => {
    expect(inMemberOrder(data)).toBeUndefined();
    expect(() => canonicalize(data)).toThrow(CanonicalError);
    expect(() => formatJson(data as Json)).toThrow(JsonError);
  });

  it('never calls an accessor, whose second answer could differ from its first', () => {
    let calls = 0;
    const data = { b: 1, a: 1 };
    Object.defineProperty(data, 'c', { enumerable: true, get: () => ++calls });
    expect(inMemberOrder(data)).toBeUndefined();
    expect(() => canonicalize(data)).toThrow(CanonicalError);
    expect(calls).toBe(0);
  });

  it('ends with values inside themselves, however often', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle, cycle, { b: cycle, a: cycle });
    expect(inMemberOrder(cycle)).toBeUndefined();
  });
});

describe('data in any order', () => {
  it('has the canonical form that the general way gives', () => {
    fc.assert(
      fc.property(fc.oneof(value, plainValue), (data) => {
        expect(canonicalize(data)).toEqual(canonicalizeGeneral(data));
      }),
      { numRuns: 500 },
    );
  });

  it('is stored in one form, whatever order it came in', () => {
    fc.assert(
      fc.property(plainValue, (data) => {
        const text = formatJson(data);
        expect(formatJson(reversed(data))).toBe(text);
        expect(parseJson(text)).toEqual(data);
      }),
      { numRuns: 500 },
    );
  });
});

/** The same data with the members of every object the other way round. */
function reversed(data: Json): Json {
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) return data.map(reversed);
  return Object.fromEntries(
    Object.entries(data)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

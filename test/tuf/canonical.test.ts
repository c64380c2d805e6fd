import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { canonicalize as tufjs } from '@tufjs/canonical-json';
import rfc8785 from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CanonicalError,
  canonicalize,
  canonicalizeGeneral,
  canonicalizeOrdered,
} from '../../src/tuf/canonical.ts';
import { formatJson, type Json, JsonError, parseJson } from '../../src/tuf/json.ts';
import { plainValue, value, valueWithBasicKeys } from './json-values.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const hasData = existsSync(DATA);
if (!hasData) console.warn('skipped: the vectors and real repositories (../shared/data) are not there');

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('hex');
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

function refusal(act: () => unknown): CanonicalError {
  let result: unknown;
  try {
    result = act();
  } catch (error) {
    if (error instanceof CanonicalError) return error;
    throw error;
  }
  throw new Error(`expected a refusal, got ${String(result).slice(0, 200)}`);
}

const holes: unknown[] = [1];
holes[2] = 2;

/** The same data with every object's members in ascending order of code units, where JavaScript allows it. */
function inOrder(data: Json): Json {
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) return data.map(inOrder);
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, inOrder(member)]));
}

describe('known answers', () => {
  it.each<[value: Json, text: string]>([
    [{ b: [1, -1, null, true], a: {} }, '{"a":{},"b":[1,-1,null,true]}'],
    ['-----BEGIN\nMFkw\n', '"-----BEGIN\nMFkw\n"'],
    ['\u0000\b\t\n\u000b\f\r\u001f \u007f', '"\u0000\b\t\n\u000b\f\r\u001f \u007f"'],
    ['"\\/\\n\\u0041\\u000a', '"\\"\\\\/\\\\n\\\\u0041\\\\u000a"'],
    ['é\u0080\u2028\ufeff😀', '"é\u0080\u2028\ufeff😀"'],
    [{ '😀': 1, '\uff5e': 2, a: 3 }, '{"a":3,"\uff5e":2,"😀":1}'],
    [{ 9: 1, 10: 2 }, '{"10":2,"9":1}'],
    [{ 'a\n': 1, a: 2, 'a"': 3, 'a b': 4 }, '{"a":2,"a\n":1,"a b":4,"a\\"":3}'],
    [
      JSON.parse('{"__proto__":{"b":1,"a":2},"A":1,"toJSON":"x"}'),
      '{"A":1,"__proto__":{"a":2,"b":1},"toJSON":"x"}',
    ],
  ])('the form of %j', (data, text) => {
    expect(hex(canonicalize(data))).toBe(utf8(text));
    expect(hex(canonicalizeGeneral(data))).toBe(utf8(text));
  });

  it('differ from RFC 8785 where FORMAT says so', () => {
    expect(rfc8785('\n')).toBe('"\\n"');
    expect(rfc8785({ '😀': 1, '\uff5e': 2 })).toBe('{"😀":1,"\uff5e":2}');
    expect(rfc8785(1.5)).toBe('1.5');
  });

  it('accept objects without a prototype', () => {
    const data = Object.assign(Object.create(null), { b: 1, a: [2] });
    expect(hex(canonicalize(data))).toBe(utf8('{"a":[2],"b":1}'));
    expect(hex(canonicalize({ a: Object.create(null) }))).toBe(utf8('{"a":{}}'));
  });

  it('take one value in two places for what it is, not for a cycle', () => {
    const shared = { x: [1] };
    expect(hex(canonicalize({ b: shared, a: shared }))).toBe(utf8('{"a":{"x":[1]},"b":{"x":[1]}}'));
  });

  it('do not change the value', () => {
    const data = Object.freeze({ b: Object.freeze([Object.freeze({ '\n': '\n' })]), a: 'é' });
    canonicalize(data);
    expect(Object.keys(data)).toEqual(['b', 'a']);
  });
});

describe.skipIf(!hasData)('the vectors of securesystemslib', () => {
  const file = hasData
    ? (parseJson(readFileSync(new URL('canonical-json-vectors.json', DATA))) as unknown as {
        readonly cases: readonly { readonly value: Json; readonly canonical_hex: string }[];
        readonly must_reject_json_text: readonly string[];
      })
    : { cases: [], must_reject_json_text: [] };

  it('are all met, in the general way and in the short way where it applies', () => {
    expect(file.cases).toHaveLength(400);
    let short = 0;
    for (const { value: data, canonical_hex: expected } of file.cases) {
      expect(hex(canonicalize(data))).toBe(expected);
      expect(hex(canonicalizeGeneral(data))).toBe(expected);
      const ordered = canonicalizeOrdered(data);
      if (ordered === undefined) continue;
      expect(hex(ordered)).toBe(expected);
      short += 1;
    }
    expect(short).toBeGreaterThan(200);
    expect(short).toBeLessThan(400);
  });

  it('are met in the short way once their keys are in order', () => {
    let short = 0;
    for (const { value: data, canonical_hex: expected } of file.cases) {
      const ordered = canonicalizeOrdered(inOrder(data));
      if (ordered !== undefined) short += 1;
      expect(hex(ordered) ?? expected).toBe(expected);
    }
    expect(short).toBeGreaterThan(280);
  });

  it('include texts that must be refused, as text and as values', () => {
    expect(file.must_reject_json_text).toHaveLength(3);
    for (const text of file.must_reject_json_text) {
      expect(() => parseJson(text)).toThrow(JsonError);
      expect(() => canonicalize(JSON.parse(text))).toThrow(CanonicalError);
    }
  });
});

describe('the two ways', () => {
  it('give the same bytes wherever the short one applies', () => {
    let short = 0;
    const check = (data: Json) => {
      const ordered = canonicalizeOrdered(data);
      if (ordered === undefined) return;
      expect(hex(ordered)).toBe(hex(canonicalizeGeneral(data)));
      short += 1;
    };
    fc.assert(
      fc.property(value, (data) => {
        check(data);
        check(inOrder(data));
      }),
      { numRuns: 3000 },
    );
    expect(short).toBeGreaterThan(2000);
  });

  it('are the short one for a stored file, newlines of PEM keys included', () => {
    const key = { keytype: 'ecdsa', keyval: { public: '-----BEGIN\n"quoted"\\\n-----END\n' }, version: 7 };
    expect(hex(canonicalizeOrdered(key))).toBe(hex(canonicalizeGeneral(key)));
    expect(hex(canonicalizeOrdered(key))).toBe(utf8(tufjs(key)));
  });

  it('are the general one where the order of members is not theirs in UTF-8', () => {
    for (const data of [{ b: 1, a: 2 }, { 9: 1, 10: 2 }, { '😀': 1, '\uff5e': 2 }, [{ '\ud83d\ude00': 1 }]]) {
      expect(canonicalizeOrdered(data)).toBeUndefined();
    }
  });

  it('do not see how the value was stored', () => {
    fc.assert(
      fc.property(value, (data) => {
        const expected = hex(canonicalize(data));
        expect(hex(canonicalize(parseJson(formatJson(data))))).toBe(expected);
        expect(hex(canonicalize(inOrder(data)))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('values without a canonical form', () => {
  class Key {
    keytype = 'ed25519';
  }
  class List extends Array<number> {}
  const cycle: { self?: unknown } = {};
  cycle.self = { a: [cycle] };
  const wide: unknown[] = [];
  wide.push(wide, wide);
  const withAccessor = Object.defineProperty([1], 0, { get: () => 1, enumerable: true });
  const inherited: unknown = Object.create({ a: 1 });

  it.each<[what: string, value: unknown, place: string]>([
    ['undefined', undefined, 'the value itself: '],
    ['undefined in an object', { signed: { x: undefined } }, 'signed.x: '],
    ['undefined in an array', { a: [1, undefined] }, 'a[1]: '],
    ['a hole', [holes], '[0]: '],
    ['an array that is only length', new Array(4_000_000_000), 'the value itself: '],
    ['named members of an array', Object.assign([1], { extra: 1 }), 'the value itself: '],
    ['a function', { f: () => 1 }, 'f: '],
    ['a method toJSON', { toJSON: () => 1 }, 'toJSON: '],
    ['a method toJSON of an array', Object.assign([1], { toJSON: () => 1 }), 'the value itself: '],
    ['a symbol', [Symbol('x')], '[0]: '],
    ['a key that is a symbol', { a: { [Symbol('x')]: 1 } }, 'a: '],
    ['a bigint', { version: 1n }, 'version: '],
    ['a date', { expires: new Date(0) }, 'expires: '],
    ['a boxed number', [new Number(1)], '[0]: '],
    ['a boxed string', [new String('a')], '[0]: '],
    ['a boxed boolean', [new Boolean(true)], '[0]: '],
    ['a boxed bigint', [Object(1n)], '[0]: '],
    ['an instance of a class', { keys: new Key() }, 'keys: '],
    ['an object with a prototype of its own', inherited, 'the value itself: '],
    ['an instance of a derived array', List.of(1), 'the value itself: '],
    ['bytes', Uint8Array.of(1), 'the value itself: '],
    ['a map', new Map([['a', 1]]), 'the value itself: '],
    ['a set', new Set(), 'the value itself: '],
    ['a regular expression', /a/, 'the value itself: '],
    ['an error', new Error('x'), 'the value itself: '],
    ['a promise', Promise.resolve(1), 'the value itself: '],
    ['an accessor', { a: 1, get b() { return 2; } }, 'b: '], // biome-ignore format: one row
    ['an accessor of an array', withAccessor, '[0]: '],
    ['a hidden property', Object.defineProperty({ a: 1 }, 'b', { value: 1 }), 'b: '],
    ['a fraction', { a: [{ b: 1.5 }] }, 'a[0].b: '],
    ['an integer beyond 2^53', [2 ** 53], '[0]: '],
    ['an integer below -2^53', [-(2 ** 53)], '[0]: '],
    ['1e21', 1e21, 'the value itself: '],
    ['minus zero', { length: -0 }, 'length: '],
    ['NaN', Number.NaN, 'the value itself: '],
    ['infinity', [Number.POSITIVE_INFINITY], '[0]: '],
    ['a lone surrogate', { 'a b': '\ud800' }, '["a b"]: '],
    ['surrogates in the wrong order', ['\ude00\ud83d'], '[0]: '],
    ['a lone surrogate in a key', { a: { 'x\ud800': 1 } }, 'a["x\\ud800"]: '],
    ['a value inside itself', cycle, 'self.a[0].self.a[0]'],
    ['a value twice inside itself', wide, '[0][0]'],
  ])('%s', (_, data, place) => {
    for (const way of [canonicalize, canonicalizeGeneral]) {
      const error = refusal(() => way(data));
      expect(error.code).toBe('canonical');
      expect(error.message.slice(0, place.length)).toBe(place);
    }
    expect(canonicalizeOrdered(data)).toBeUndefined();
  });

  it('more than 64 levels, a hundred thousand included', () => {
    let data: unknown = 1;
    for (let level = 0; level < 64; level += 1) data = [data];
    expect(hex(canonicalize(data))).toBe(utf8('['.repeat(64) + 1 + ']'.repeat(64)));
    expect(hex(canonicalizeGeneral(data))).toBe(hex(canonicalizeOrdered(data)));
    for (let level = 64; level < 100_000; level += 1) {
      data = level % 2 ? [data] : { b: data, a: 1 };
      if (level === 64 || level === 99_999)
        expect(refusal(() => canonicalize(data)).message).toContain('64 levels');
    }
  });
});

describe('beside @tufjs/canonical-json', () => {
  it('agrees on 10,000 values with keys up to U+FFFF', () => {
    fc.assert(
      fc.property(fc.oneof(valueWithBasicKeys, plainValue), (data) => {
        expect(hex(canonicalize(data))).toBe(utf8(tufjs(data)));
      }),
      { numRuns: 10_000 },
    );
  });

  it.skipIf(!hasData)('agrees on the metadata of real repositories', () => {
    const folders = ['sigstore-root-signing', 'tuf-demo', 'pqc-test-repo'].flatMap((repository) => [
      `${repository}/metadata/`,
      `${repository}/metadata/root_history/`,
    ]);
    let files = 0;
    for (const folder of folders) {
      for (const name of readdirSync(new URL(folder, DATA)).filter((entry) => entry.endsWith('.json'))) {
        const { signed } = JSON.parse(readFileSync(new URL(folder + name, DATA), 'utf8'));
        expect(hex(canonicalize(signed))).toBe(utf8(tufjs(signed)));
        expect(hex(canonicalizeGeneral(signed))).toBe(utf8(tufjs(signed)));
        files += 1;
      }
    }
    expect(files).toBe(37);
  });

  it.skipIf(!hasData)('gives the keyid of a real key with a PEM', () => {
    const { signed } = JSON.parse(readFileSync(new URL('tuf-demo/metadata/root.json', DATA), 'utf8'));
    const keyids = Object.keys(signed.keys);
    expect(keyids.length).toBeGreaterThan(0);
    const computed = keyids.map((keyid) =>
      createHash('sha256').update(canonicalize(signed.keys[keyid])).digest('hex'),
    );
    expect(computed).toEqual(keyids);
  });

  it('refuses the same values where both refuse', () => {
    for (const data of [
      1.5,
      Number.NaN,
      undefined,
      () => 1,
      1n,
      Symbol('x'),
      [undefined],
      { toJSON: () => 1 },
    ]) {
      expect(() => tufjs(data)).toThrow(TypeError);
      expect(() => canonicalize(data)).toThrow(CanonicalError);
    }
  });

  it('differs on keys beyond U+FFFF: it sorts by UTF-16 code units, the form by code points', () => {
    const data = { '\uff5e': 1, '😀': 2 };
    expect(tufjs(data)).toBe('{"😀":2,"\uff5e":1}');
    expect(hex(canonicalize(data))).toBe(utf8('{"\uff5e":1,"😀":2}'));
  });

  it('differs on integers that a double does not hold exactly: it writes them, from 1e21 on with an exponent', () => {
    expect(tufjs(2 ** 53)).toBe('9007199254740992');
    expect(tufjs(1e21)).toBe('1e+21');
    for (const data of [2 ** 53, -(2 ** 53), 1e21]) expect(() => canonicalize(data)).toThrow(CanonicalError);
  });

  it('differs on minus zero: it writes 0, so two values share their bytes', () => {
    expect(tufjs([-0])).toBe('[0]');
    expect(() => canonicalize([-0])).toThrow(CanonicalError);
  });

  it('differs on lone surrogates: its text has no UTF-8 form, and all of them become U+FFFD', () => {
    expect(utf8(tufjs('\ud800'))).toBe(utf8(tufjs('\udfff')));
    for (const data of ['\ud800', { '\udfff': 1 }]) expect(() => canonicalize(data)).toThrow(CanonicalError);
  });

  it('differs on arrays with holes: it leaves the holes out', () => {
    expect(tufjs(holes)).toBe('[1,2]');
    expect(() => canonicalize(holes)).toThrow(CanonicalError);
  });

  it('differs on objects that are not plain: it writes whatever enumerable members they have', () => {
    class Key {
      keytype = 'ed25519';
    }
    const written: readonly [unknown, string][] = [
      [new Date(0), '{}'],
      [new Map([['a', 1]]), '{}'],
      [new Number(1), '{}'],
      [new Boolean(true), '{}'],
      [new String('ab'), '{"0":"a","1":"b"}'],
      [Uint8Array.of(7), '{"0":7}'],
      [new Key(), '{"keytype":"ed25519"}'],
      [Object.create({ inherited: 1 }), '{}'],
    ];
    for (const [data, text] of written) {
      expect(tufjs(data)).toBe(text);
      expect(() => canonicalize(data)).toThrow(CanonicalError);
    }
  });

  it('differs on members that JSON has no place for: it leaves them out or calls them', () => {
    const written: readonly [unknown, string][] = [
      [{ a: 1, [Symbol('x')]: 2 }, '{"a":1}'],
      [Object.defineProperty({ a: 1 }, 'b', { value: 2 }), '{"a":1}'],
      [Object.defineProperty({}, 'a', { get: () => 3, enumerable: true }), '{"a":3}'],
      [Object.assign([1], { extra: 2 }), '[1]'],
    ];
    for (const [data, text] of written) {
      expect(tufjs(data)).toBe(text);
      expect(() => canonicalize(data)).toThrow(CanonicalError);
    }
  });

  it('differs on depth: it follows any, until the stack ends', () => {
    let data: unknown = 1;
    for (let level = 0; level < 65; level += 1) data = [data];
    expect(tufjs(data)).toBe('['.repeat(65) + 1 + ']'.repeat(65));
    expect(() => canonicalize(data)).toThrow(CanonicalError);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => tufjs(cycle)).toThrow(RangeError);
    expect(() => canonicalize(cycle)).toThrow(CanonicalError);
  });
});

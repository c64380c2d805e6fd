import { deepStrictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeUtf8,
  formatJson,
  type Json,
  JsonError,
  type JsonErrorCode,
  parseJson,
} from '../../src/tuf/json.ts';
import { scanJson } from '../../src/tuf/json-scan.ts';
import { plainValue, value } from './json-values.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const hasData = existsSync(DATA);
if (!hasData) console.warn('skipped: the real repositories (../shared/data) are not there');
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('skipped: comparison with the json module of Python (no python3 here)');

/** The JsonError that an act ends with; whatever else happens is a failure of the test. */
function refusal(act: () => unknown): JsonError {
  let result: unknown;
  try {
    result = act();
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
  throw new Error(`expected a refusal, got ${JSON.stringify(result)?.slice(0, 200)}`);
}

/** A value, or the code with which it was refused. */
function outcome(act: () => Json): { value: Json } | { code: JsonErrorCode } {
  try {
    return { value: act() };
  } catch (error) {
    if (error instanceof JsonError) return { code: error.code };
    throw error;
  }
}

describe('strict reading', () => {
  const refused: readonly [text: string, code: JsonErrorCode, message: RegExp][] = [
    // JSON.parse keeps the last of two equal keys.
    ['{"a":1,"a":2}', 'json-duplicate-key', /^line 1, column 8: the key "a" /],
    ['{\n "a": 1,\n "a": 1\n}', 'json-duplicate-key', /^line 3, column 2: /],
    ['{"a":1,"\\u0061":2}', 'json-duplicate-key', /^line 1, column 8: the key "a" /],
    ['{"\\n":1,"\\u000a":2}', 'json-duplicate-key', /the key "\\n" /],
    ['{"__proto__":1,"__proto__":2}', 'json-duplicate-key', /"__proto__"/],
    ['{"😀":1,"\\ud83d\\ude00":2}', 'json-duplicate-key', /"\\ud83d\\ude00"/],
    ['[[],{"x":{"b":1,"c":2,"b":3}}]', 'json-duplicate-key', /^line 1, column 23: /],
    ['{"1":1,"1":2}', 'json-duplicate-key', /"1"/],
    // JSON.parse reads these numbers, and rounds or forgets how they were written.
    ...['1.0', '1.5', '0.0', '1e2', '1E2', '1e+2', '1e-7', '-0', '-0.0', '0e0', '9007199254740992'].map(
      (token): [string, JsonErrorCode, RegExp] => [
        token,
        'json-number',
        /^line 1, column 1: ".+" is not allowed/,
      ],
    ),
    ['9007199254740993', 'json-number', /9007199254740993/],
    ['-9007199254740992', 'json-number', /-9007199254740992/],
    ['1000000000000000000000', 'json-number', /^line 1, column 1/],
    ['1e+21', 'json-number', /1e\+21/],
    ['1e999', 'json-number', /1e999/],
    ['{\n "a": 1e+21\n}', 'json-number', /^line 2, column 7: /],
    ['[\n 9007199254740992\n]', 'json-number', /^line 2, column 2: /],
    ['[\n 0.5,\n -0\n]', 'json-number', /^line 2, column 2: "0.5"/],
    // Not numbers of JSON at all.
    ...['01', '-01', '00', '1.', '1e', '1-1', '0x10', '1n'].map((token): [string, JsonErrorCode, RegExp] => [
      token,
      'json-number',
      /^line 1, column 1/,
    ]),
    ...[
      '',
      ' ',
      '\n',
      '-',
      '+1',
      '.5',
      'NaN',
      'Infinity',
      '-Infinity',
      'undefined',
      'True',
      'nul',
      'truefalse',
    ].map((token): [string, JsonErrorCode, RegExp] => [
      token,
      'json-syntax',
      /^line \d, column \d: expected a value/,
    ]),
    ['\u00a0null', 'json-syntax', /found "\\u00a0"/],
    ['null null', 'json-syntax', /^line 1, column 6: expected the end/],
    ['{} // note', 'json-syntax', /expected the end/],
    ['1_000', 'json-syntax', /expected the end/],
    ['/**/1', 'json-syntax', /expected a value, found "\/"/],
    ['[1,]', 'json-syntax', /^line 1, column 4: remove the comma before "]"/],
    ['{"a":1,}', 'json-syntax', /remove the comma before "}"/],
    ['[,1]', 'json-syntax', /expected a value/],
    ['[1 2]', 'json-syntax', /expected "," or "]", found "2"/],
    ['{"a" 1}', 'json-syntax', /expected ":", found "1"/],
    ['{"a":1 "b":2}', 'json-syntax', /expected "," or "}"/],
    ['{a:1}', 'json-syntax', /expected a key in double quotes, found "a"/],
    ["{'a':1}", 'json-syntax', /expected a key in double quotes/],
    ['{1:1}', 'json-syntax', /expected a key/],
    ['[', 'json-syntax', /found the end of the text/],
    ['{"a":', 'json-syntax', /found the end of the text/],
    ['[}', 'json-syntax', /expected a value/],
    ['"abc', 'json-syntax', /^line 1, column 1: the string that begins here has no end/],
    ['"abc\\', 'json-syntax', /has no end/],
    ['"abc\\"', 'json-syntax', /has no end/],
    ['"a\nb"', 'json-syntax', /^line 1, column 3: a control character/],
    ['"a\u0000b"', 'json-syntax', /a control character/],
    ['"a\\\nb"', 'json-syntax', /has an escape that JSON does not know/],
    ['"\\x41"', 'json-syntax', /has an escape/],
    ['"\\u12"', 'json-syntax', /has an escape/],
    ['"\\u{41}"', 'json-syntax', /has an escape/],
    // Lone surrogates: implementations replace, keep or refuse them.
    ['"\\ud800"', 'json-surrogate', /^line 1, column 1: half of a surrogate pair/],
    ['"\\udc00\\ud800"', 'json-surrogate', /half of a surrogate pair/],
    ['["\\ud83dx"]', 'json-surrogate', /^line 1, column 2: /],
    ['{\n "\\ud800": 1\n}', 'json-surrogate', /^line 2, column 2: /],
    ['\ufeff{}', 'json-encoding', /a byte order mark/],
  ];

  it.each(refused)('refuses %j as %s', (text, code, message) => {
    for (const input of [text, encodeUtf8(text)]) {
      const error = refusal(() => parseJson(input));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(message);
    }
  });

  it.each<[bytes: number[], place: string]>([
    [[0x22, 0xff, 0x22], 'byte 1'],
    [[0x22, 0xc0, 0xaf, 0x22], 'byte 1'],
    [[0x22, 0x61, 0xed, 0xa0, 0x80, 0x22], 'byte 2'],
    [[0x22, 0xf5, 0x80, 0x80, 0x80, 0x22], 'byte 1'],
    [[0x22, 0x61, 0x62, 0xe2, 0x82], 'byte 3'],
    [[0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], 'byte 0'],
  ])('refuses bytes that are not UTF-8: %j', (bytes, place) => {
    const error = refusal(() => parseJson(Uint8Array.from(bytes)));
    expect(error.code).toBe('json-encoding');
    expect(error.message).toContain(place);
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('refuses a byte order mark in bytes, and takes one inside a string', () => {
    expect(refusal(() => parseJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).code).toBe('json-encoding');
    expect(parseJson(encodeUtf8('"\ufeff"'))).toBe('\ufeff');
  });

  it('refuses half of a surrogate pair in a string that it is handed, and says where', () => {
    const error = refusal(() => parseJson('[\n "😀\ud83d"]'));
    expect(error.code).toBe('json-surrogate');
    expect(error.message).toMatch(/^line 2, column 5: /);
  });

  it.each<[text: string, value: Json]>([
    ['null', null],
    [' \t\r\n true \n', true],
    ['0', 0],
    ['-1', -1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['[\n 9007199254740991\n]', [Number.MAX_SAFE_INTEGER]],
    ['"\\ud83d\\ude00\\u0041\\/\\"\\\\\\b\\f\\n\\r\\t"', '😀A/"\\\b\f\n\r\t'],
    ['"\u007f\u2028"', '\u007f\u2028'],
    ['"\\\\ud800"', '\\ud800'],
    ['{"10":1,"9":2,"a":[{},[],""]}', { 10: 1, 9: 2, a: [{}, [], ''] }],
    ['[ ]', []],
    ['{ }', {}],
    ['["[[{{", "1.0", "{\\"a\\":1,\\"a\\":2}"]', ['[[{{', '1.0', '{"a":1,"a":2}']],
    ['{\n "a": "1e5",\n "b": "x"\n}', { a: '1e5', b: 'x' }],
  ])('reads %j', (text, expected) => {
    deepStrictEqual(parseJson(text), expected);
    deepStrictEqual(parseJson(encodeUtf8(text)), expected);
  });

  it.each(['{"__proto__":{"polluted":true}}', '{\n "__proto__": {\n  "polluted": true\n }\n}'])(
    'keeps a key __proto__ as a key: %j',
    (text) => {
      const object = parseJson(text) as { readonly [key: string]: Json };
      expect(Object.keys(object)).toEqual(['__proto__']);
      expect(Object.hasOwn(object, '__proto__')).toBe(true);
      expect(object.polluted).toBeUndefined();
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      expect(JSON.stringify(object)).toBe('{"__proto__":{"polluted":true}}');
    },
  );

  it('shows keys of hostile files in messages as short ASCII', () => {
    const key = `\u202e${'x'.repeat(1000)}`;
    const error = refusal(() => parseJson(`{"${key}":1,"${key}":2}`));
    expect(error.message).toMatch(/^[ -~]{20,200}$/);
  });

  it('reads back whatever JSON.stringify wrote', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(0, 1, 2, '\t'), (data, indent) => {
        const text = JSON.stringify(data, null, indent);
        deepStrictEqual(parseJson(text), data);
        deepStrictEqual(scanJson(text, 64), data);
      }),
      { numRuns: 1500 },
    );
  });

  it('is not misled by what was read before, as JSON.parse of V8 13.6 is', () => {
    // Once it has seen a key that is one backslash, that JSON.parse reads `"\""` and `"\n"` as the same key.
    const texts = ['\\', '"', '\n', 'b\\', 'b"', 'b\t'].map((key) =>
      JSON.stringify({ a: 0, [key]: 1 }, null, 1),
    );
    const keys = texts.map((text) => Object.keys(parseJson(text) as object)[1]);
    expect(keys).toEqual(['\\', '"', '\n', 'b\\', 'b"', 'b\t']);
  });

  it('has no difference between the short way and the scanner, however stored text is damaged', () => {
    const pieces = `" \\ , : { } [ ] [] {} 0 - .0 .5 e2 E + -0 1.0 1e+21 9007199254740992 null \\ud800 \\u0041`;
    const piece = fc.constantFrom(...pieces.split(' '), ' ', '  ', '\n', '\ufeff', '');
    const surrogate = fc.constant('\\udead');
    const change = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 3 }),
      // Undefined: the line is written twice, which makes most duplicate keys.
      insert: fc.oneof({ arbitrary: piece, weight: 6 }, surrogate, fc.constant(undefined)),
    });
    const seen = new Set<string>();
    fc.assert(
      fc.property(plainValue, fc.array(change, { minLength: 1, maxLength: 2 }), (data, changes) => {
        let text = JSON.stringify(data, null, 1);
        for (const { at, cut, insert } of changes) {
          const start = at % (text.length + 1);
          const lineStart = text.lastIndexOf('\n', start) + 1;
          const lineEnd = text.indexOf('\n', lineStart) + 1;
          text =
            insert === undefined
              ? text.slice(0, lineEnd) + text.slice(Math.min(lineStart, lineEnd))
              : text.slice(0, start) + insert + text.slice(start + cut);
        }
        // What the scanner may rely on.
        if (text.startsWith('\ufeff') || !text.isWellFormed()) return;
        const scanned = outcome(() => scanJson(text, 64));
        deepStrictEqual(
          outcome(() => parseJson(text)),
          scanned,
        );
        seen.add('code' in scanned ? scanned.code : 'read');
      }),
      { numRuns: 6000 },
    );
    expect(seen).toEqual(
      new Set(['read', 'json-syntax', 'json-number', 'json-surrogate', 'json-duplicate-key']),
    );
  });
});

describe('limits', () => {
  const nest = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
  const stored = (depth: number) => {
    let data: Json = {};
    for (let level = 1; level < depth; level += 1) data = level % 2 ? [data] : { a: data };
    return JSON.stringify(data, null, 1);
  };

  it('reads 64 levels and refuses 65, in every layout', () => {
    for (const text of [nest(64, '[', ']'), nest(64, '[\n', '\n]'), stored(64), stored(63)]) {
      expect(() => parseJson(text)).not.toThrow();
    }
    for (const text of [nest(65, '[', ']'), nest(65, '[\n', '\n]'), stored(65), stored(66), stored(300)]) {
      expect(refusal(() => parseJson(text)).code).toBe('json-too-deep');
    }
    expect(refusal(() => parseJson(nest(65, '[', ']'))).message).toMatch(
      /^line 1, column 65: more than 64 levels/,
    );
  });

  it('takes another depth from the caller', () => {
    expect(parseJson('[\n {}\n]', { maxDepth: 2 })).toEqual([{}]);
    expect(refusal(() => parseJson('[\n {}\n]', { maxDepth: 1 })).code).toBe('json-too-deep');
    expect(refusal(() => parseJson('[]', { maxDepth: 0 })).code).toBe('json-too-deep');
    expect(parseJson('1', { maxDepth: 0 })).toBe(1);
    expect(() => parseJson(stored(1000), { maxDepth: 1000 })).not.toThrow();
    expect(() => parseJson(nest(1000, '[', ']'), { maxDepth: 1000 })).not.toThrow();
    for (const text of [stored(1001), nest(1001, '[', ']'), nest(100_000, '[', ']')]) {
      expect(refusal(() => parseJson(text, { maxDepth: Number.POSITIVE_INFINITY })).code).toBe(
        'json-too-deep',
      );
      expect(refusal(() => parseJson(text, { maxDepth: Number.NaN })).code).toBe('json-too-deep');
    }
  });

  it('counts size in bytes of UTF-8, of bytes and of strings alike', () => {
    for (const text of ['"abcd"', '"éé"', '"😀"']) {
      for (const input of [text, encodeUtf8(text)]) {
        expect(parseJson(input, { maxBytes: 6 })).toBe(text.slice(1, -1));
        expect(refusal(() => parseJson(input, { maxBytes: 5 })).code).toBe('json-too-large');
      }
    }
    expect(parseJson('"€€€€"', { maxBytes: 14 })).toBe('€€€€');
    expect(refusal(() => parseJson('"€€€€"', { maxBytes: 13 })).code).toBe('json-too-large');
  });

  it('has a limit of 5,000,000 bytes of its own', () => {
    expect(parseJson(`"${'a'.repeat(4_999_998)}"`)).toHaveLength(4_999_998);
    expect(refusal(() => parseJson(`"${'a'.repeat(4_999_999)}"`)).code).toBe('json-too-large');
    expect(refusal(() => parseJson(new Uint8Array(5_000_001))).code).toBe('json-too-large');
  });

  const five = 5_000_000;
  it.each<[what: string, code: JsonErrorCode, text: () => string]>([
    ['opening brackets', 'json-too-deep', () => '['.repeat(five)],
    ['opening brackets with blanks', 'json-too-deep', () => '[ '.repeat(five / 2)],
    ['opening brackets, each on a line', 'json-too-deep', () => '[\n'.repeat(five / 2)],
    ['a million closed levels, each on a line', 'json-too-deep', () => nest(five / 5, '[\n ', '\n]')],
    ['objects in objects', 'json-too-deep', () => '{"a":'.repeat(five / 5)],
    ['objects in objects, each on a line', 'json-too-deep', () => '{\n"a":'.repeat(800_000)],
    ['levels indented as when stored', 'json-too-deep', () => stored(2000)],
    ['levels that end in a fraction', 'json-too-deep', () => stored(100).replace('{}', '0.5')],
    ['digits', 'json-number', () => '9'.repeat(five)],
    ['zeros', 'json-number', () => '0'.repeat(five)],
    ['a fraction without end', 'json-number', () => `0.${'1'.repeat(five - 2)}`],
    ['letters', 'json-syntax', () => 'a'.repeat(five)],
    ['a string without end', 'json-syntax', () => `"${'a'.repeat(five - 1)}`],
    ['backslashes', 'json-syntax', () => `"${'\\'.repeat(five - 1)}`],
    ['blanks', 'json-syntax', () => ' '.repeat(five)],
    ['line ends', 'json-syntax', () => '\n'.repeat(five)],
    ['commas', 'json-syntax', () => `[${','.repeat(five - 1)}`],
    ['lone surrogates', 'json-surrogate', () => `"${'\\ud800'.repeat(800_000)}"`],
    ['a key twice, far apart', 'json-duplicate-key', () => `{"a":1,"c":"${'x'.repeat(4_900_000)}","a":1}`],
  ])('ends at once on five million bytes of %s', (_, code, text) => {
    expect(refusal(() => parseJson(text())).code).toBe(code);
  });

  it('reads an object of 300,000 members', () => {
    const members = Array.from({ length: 300_000 }, (_, index) => `"k${index}":1`);
    expect(Object.keys(parseJson(`{${members.join()}}`) as object)).toHaveLength(300_000);
    members.push('"k7":1');
    expect(refusal(() => parseJson(`{${members.join()}}`)).code).toBe('json-duplicate-key');
  });
});

describe('the stored form', () => {
  it.each<[value: Json, text: string]>([
    [null, 'null'],
    [true, 'true'],
    [-5, '-5'],
    ['', '""'],
    [[], '[]'],
    [{}, '{}'],
    [[[], {}], '[\n [],\n {}\n]'],
    [
      { b: 1, a: { d: [1, 'x'], c: null } },
      '{\n "a": {\n  "c": null,\n  "d": [\n   1,\n   "x"\n  ]\n },\n "b": 1\n}',
    ],
    [{ a: 1, b: '-----\n' }, '{\n "a": 1,\n "b": "-----\\n"\n}'],
    // An object lists integer-like names first and by value, the file has them as strings.
    [{ 9: 1, 10: 2 }, '{\n "10": 2,\n "9": 1\n}'],
    [{ 'a b': 1, a: 2, 'a!': 3, A: 4, '': 5 }, '{\n "": 5,\n "A": 4,\n "a": 2,\n "a b": 1,\n "a!": 3\n}'],
    // Code points, not code units: U+FF5E comes before U+1F600.
    [{ '😀': 1, '\uff5e': 2 }, '{\n "\\uff5e": 2,\n "\\ud83d\\ude00": 1\n}'],
    [{ '\uff5e': 2, '😀': 1 }, '{\n "\\uff5e": 2,\n "\\ud83d\\ude00": 1\n}'],
    ['é\u2028\ufeff\uffff', '"\\u00e9\\u2028\\ufeff\\uffff"'],
    ['"\\/\b\f\n\r\t\u0000\u001f', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f"'],
    // Python escapes this one character of ASCII as well.
    ['~\u007f', '"~\\u007f"'],
    ['\\ud83d', '"\\\\ud83d"'],
    [JSON.parse('{"__proto__":1,"A":2}'), '{\n "A": 2,\n "__proto__": 1\n}'],
  ])('of %j is known', (data, text) => {
    expect(formatJson(data)).toBe(text);
    deepStrictEqual(parseJson(text), data);
  });

  it('is ASCII with one space a level, sorted, and reads back as the same value', () => {
    fc.assert(
      fc.property(value, (data) => {
        const text = formatJson(data);
        expect(text).toMatch(/^[\n -~]*$/);
        deepStrictEqual(parseJson(text), data);
        expect(formatJson(parseJson(text))).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });

  it('does not depend on the order in which members were set', () => {
    fc.assert(
      fc.property(value, (data) => {
        const reverse = (part: Json): Json =>
          part === null || typeof part !== 'object'
            ? part
            : Array.isArray(part)
              ? part.map(reverse)
              : Object.fromEntries(
                  Object.entries(part)
                    .reverse()
                    .map(([key, member]) => [key, reverse(member)]),
                );
        expect(formatJson(reverse(data))).toBe(formatJson(data));
      }),
      { numRuns: 500 },
    );
  });

  it.skipIf(!hasPython)('is what json.dumps of Python writes', () => {
    const values: Json[] = [...fc.sample(value, 2500), ...fc.sample(plainValue, 500)];
    const script = [
      'import json, sys',
      'for v in json.loads(sys.stdin.buffer.read()):',
      '    t = json.dumps(v, indent=1, separators=(",", ": "), sort_keys=True, ensure_ascii=True)',
      '    print(json.dumps(t))',
    ].join('\n');
    const python = spawnSync('python3', ['-c', script], { input: JSON.stringify(values), maxBuffer: 1e9 });
    expect(python.stderr.toString()).toBe('');
    const texts = python.stdout.toString().trimEnd().split('\n');
    expect(texts).toHaveLength(values.length);
    for (const [index, data] of values.entries())
      expect(formatJson(data)).toBe(JSON.parse(texts[index] ?? ''));
  });

  const holes: unknown[] = [1];
  holes[2] = 2;
  const cycle: unknown[] = [];
  cycle.push([cycle]);
  it.each<[what: string, value: unknown, code: JsonErrorCode, place: string]>([
    ['a fraction', { a: [0, 1.5] }, 'json-number', 'a[1]: '],
    ['an integer that is not safe', { 'a b': 2 ** 53 }, 'json-number', '["a b"]: '],
    ['minus zero', [-0], 'json-number', '[0]: '],
    ['NaN', Number.NaN, 'json-number', 'the value itself: '],
    ['undefined', { signed: { x: undefined } }, 'json-syntax', 'signed.x: '],
    ['a date', { a: new Date(0) }, 'json-syntax', 'a: '],
    ['a map', new Map(), 'json-syntax', 'the value itself: '],
    ['an array with a hole', [1, holes], 'json-syntax', '[1]: '],
    ['a lone surrogate', { a: 'x\ud800' }, 'json-surrogate', 'a: '],
    ['a lone surrogate in a key', { a: { '\udc00': 1 } }, 'json-surrogate', 'a["\\udc00"]: '],
    ['a value inside itself', cycle, 'json-too-deep', '[0][0]'],
  ])('is refused to %s', (_, data, code, place) => {
    const error = refusal(() => formatJson(data as Json));
    expect(error.code).toBe(code);
    expect(error.message.startsWith(place)).toBe(true);
  });

  it('is refused to a value of more than 64 levels', () => {
    let data: Json = 1;
    for (let level = 0; level < 64; level += 1) data = [data];
    expect(parseJson(formatJson(data))).toEqual(data);
    const oneMore = { a: data };
    expect(refusal(() => formatJson(oneMore)).code).toBe('json-too-deep');
    for (let level = 64; level < 100_000; level += 1) data = { a: data };
    expect(refusal(() => formatJson(data)).code).toBe('json-too-deep');
  });
});

describe.skipIf(!hasData)('real repositories', () => {
  const repositories = ['sigstore-root-signing', 'tuf-demo', 'pqc-test-repo'];
  const filesOf = (folder: string) =>
    repositories.flatMap((repository) =>
      readdirSync(new URL(`${repository}/metadata/${folder}`, DATA))
        .filter((file) => file.endsWith('.json'))
        .map((file) => `${repository}/metadata/${folder}${file}`),
    );
  const read = (file: string) => readFileSync(new URL(file, DATA));
  const isRewritten = (file: string) => formatJson(parseJson(read(file))) !== read(file).toString();

  it('keep the bytes of every file that is in force when read and written', () => {
    const files = filesOf('');
    expect(files.length).toBeGreaterThanOrEqual(15);
    expect(files.filter(isRewritten)).toEqual([]);
  });

  it('have older roots in another form, which must never be written again', () => {
    const rewritten = filesOf('root_history/').filter(isRewritten);
    // Sigstore's first eight roots come from other tools, which indented with tabs and (from the fourth on) put
    // `signed` first; the format begins with the ninth.
    const expected = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (n) => `sigstore-root-signing/metadata/root_history/${n}.root.json`,
    );
    expect(rewritten.sort()).toEqual(expected);
    for (const file of expected) expect(read(file).toString()).toMatch(/^\{\n\t"/);
  });

  it('are read to the same value by JSON.parse', () => {
    for (const file of [...filesOf(''), ...filesOf('root_history/')]) {
      deepStrictEqual(parseJson(read(file)), JSON.parse(read(file).toString()));
    }
  });
});

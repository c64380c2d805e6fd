/** Plain JSON data for properties, rich in what JSON implementations get wrong. */
import fc from 'fast-check';
import type { Json } from '../../src/tuf/json.ts';

const TROUBLE = [
  ...['"', '\\', '/', '\n', '\r', '\t', '\b', '\f', '\u0000', '\u001f', '\u007f', '\u0080', '\u00ff'],
  ...[
    'é',
    'e\u0301',
    '\u2028',
    '\u2029',
    '\ud7ff',
    '\ue000',
    '\ufeff',
    '\uff5e',
    '\uffff',
    '\u{10000}',
    '😀',
  ],
  ...['\\u', '\\ud83d', '\\n', 'a', 'Z', '0', ' ', ',', ':', '{', '[', '}', ']', '1.0', '1e5'],
];
const BASIC_TROUBLE = TROUBLE.filter((unit) => !/[\ud800-\udfff]/.test(unit));

const NAMES = [
  ...['__proto__', 'constructor', 'toJSON', 'toString', 'hasOwnProperty', 'length', '', ' '],
  ...['0', '1', '9', '10', '010', '-1', '4294967294', '4294967295', '4294967296', '1.5', '1e3'],
];

const plainText = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom(...NAMES));
const basicText = fc.oneof(plainText, fc.string({ unit: fc.constantFrom(...BASIC_TROUBLE), maxLength: 6 }));
/** Any text without lone surrogates. */
const text = fc.oneof(
  basicText,
  fc.string({ unit: fc.constantFrom(...TROUBLE), maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 32, 1e15, 1e15 - 1),
);

function valuesWith(key: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  return fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      fc.oneof(text, integer, fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      // Object.fromEntries makes `__proto__` an own property.
      fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
    ),
  })).value;
}

/** Any value of plain JSON data, members in any order. */
export const value = valuesWith(text);

/** The same, with no key beyond U+FFFF: code units and code points then sort alike. */
export const valueWithBasicKeys = valuesWith(basicText);

/** Values whose keys are printable ASCII: what metadata looks like. */
export const plainValue = valuesWith(plainText);

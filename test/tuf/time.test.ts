/** Times: the one form that is written, the forms that old roots have, and texts that only look like times. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime, isStrictTime, parseTime } from '../../src/tuf/time.ts';

describe('a time', () => {
  it('is written as the specification has it and read back', () => {
    const seconds = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59Z') / 1000 });
    fc.assert(
      fc.property(seconds, (value) => {
        const text = formatTime(new Date(value * 1000));
        expect(text).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
        expect(parseTime(text)?.getTime()).toBe(value * 1000);
        expect(isStrictTime(text)).toBe(true);
      }),
    );
    expect(formatTime(new Date('2030-01-01T00:00:00.999Z'))).toBe('2030-01-01T00:00:00Z');
  });

  it.each([
    ['2021-12-18T13:28:12.99008-06:00', '2021-12-18T19:28:12.990Z'],
    ['2022-05-11T19:09:02.663975009Z', '2022-05-11T19:09:02.663Z'],
    ['2024-02-29T23:59:59+00:00', '2024-02-29T23:59:59.000Z'],
  ])('in the form of an old root, %s, is read but not strict', (text, meaning) => {
    expect(parseTime(text)?.toISOString()).toBe(meaning);
    expect(isStrictTime(text)).toBe(false);
  });

  it.each([
    ...[
      '',
      'never',
      '0',
      '2030',
      '2030-01-01',
      '2030-01-01T00:00Z',
      '2030-01-01 00:00:00Z',
      '2030-01-01T00:00:00',
    ],
    ...['2030-02-30T00:00:00Z', '2030-13-01T00:00:00Z', '2030-01-01T24:00:00Z', '2030-01-01T00:60:00Z'],
    ...[
      '2030-02-30T00:00:00.5Z',
      '2023-02-29T00:00:00+01:00',
      '2030-01-01T24:00:00+00:00',
      '2030-01-01T00:00:61Z',
    ],
    ...['2030-01-01T00:00:00z', '+02030-01-01T00:00:00Z', ' 2030-01-01T00:00:00Z', '2030-01-01T00:00:00Z\n'],
    ...['2030-01-01T00:00:00.1234567890Z', '2030-01-01T00:00:00+25:00', '２030-01-01T00:00:00Z'],
  ])('is not what %j says', (text) => {
    expect(parseTime(text)).toBeUndefined();
    expect(isStrictTime(text)).toBe(false);
  });
});

/** A Date that starts at another time and is otherwise the one everybody knows. */
import { describe, expect, it } from 'vitest';
import { dateStartingAt } from '../../src/client/clock.ts';

describe('a Date that starts at a given time', () => {
  const start = new Date('2001-02-03T04:05:06.000Z');
  const day = 86_400_000;
  const isAboutStart = (time: number) => time >= start.getTime() && time < start.getTime() + day;

  it('has that time as its now, and goes on from there', () => {
    let real = 1_000_000;
    class RealDate extends Date {
      static override now = () => real;
    }
    const Then = dateStartingAt(start, RealDate as DateConstructor);
    expect(Then.now()).toBe(start.getTime());
    real += 1500;
    expect(new Then().toISOString()).toBe('2001-02-03T04:05:07.500Z');
  });

  it('is the usual Date for everything that names a time itself', () => {
    const Then = dateStartingAt(start);
    expect(isAboutStart(new Then().getTime())).toBe(true);
    expect(isAboutStart(new Date(Then()).getTime())).toBe(true);
    expect(new Then('2020-01-01').getTime()).toBe(Date.UTC(2020, 0, 1));
    expect(new Then(2020, 1, 2)).toEqual(new Date(2020, 1, 2));
    expect(Then.parse('2020-01-01')).toBe(Then.UTC(2020, 0, 1));
    expect(new Then(0)).toBeInstanceOf(Date);
    expect(new Date(0)).toBeInstanceOf(Then);
  });

  it('leaves the real one alone', () => {
    const { now } = Date;
    dateStartingAt(start);
    expect(Date.now).toBe(now);
    expect(isAboutStart(Date.now())).toBe(false);
  });
});

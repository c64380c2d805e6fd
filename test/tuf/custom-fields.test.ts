/** The fields that this format adds: read under their names and the older ones, believed only where they make sense. */
import { describe, expect, it } from 'vitest';
import { keyOwner, onlineUri, periodFields, periodsOf, periodsProblem } from '../../src/tuf/custom-fields.ts';

describe('the owner and the signer URI of a key', () => {
  it('are read under their names and under the older ones', () => {
    expect(keyOwner({ 'x-tuf-on-ci-keyowner': '@a' })).toBe('@a');
    expect(keyOwner({ 'x-playground-keyowner': '@b' })).toBe('@b');
    expect(onlineUri({ 'x-tuf-on-ci-online-uri': 'env:KEY' })).toBe('env:KEY');
    expect(onlineUri({ 'x-playground-online-uri': 'gcpkms:x' })).toBe('gcpkms:x');
  });

  it('are those of today where both are there', () => {
    expect(keyOwner({ 'x-playground-keyowner': '@old', 'x-tuf-on-ci-keyowner': '@new' })).toBe('@new');
  });

  it('are texts of the key itself, or nothing', () => {
    expect(keyOwner({})).toBeUndefined();
    expect(keyOwner({ 'x-tuf-on-ci-keyowner': 7 })).toBeUndefined();
    expect(onlineUri({ 'x-tuf-on-ci-online-uri': null })).toBeUndefined();
    expect(keyOwner(Object.create({ 'x-tuf-on-ci-keyowner': '@inherited' }))).toBeUndefined();
  });
});

describe('periods', () => {
  it('are read under their names and under the older ones, in days', () => {
    expect(periodsOf(periodFields({ expiry: 365, signing: 60 }))).toEqual({ expiry: 365, signing: 60 });
    const older = { 'x-playground-expiry-period': 10, 'x-playground-signing-period': 3 };
    expect(periodsOf(older)).toEqual({ expiry: 10, signing: 3 });
    expect(periodsProblem(older)).toBeUndefined();
  });

  it('mean signing in the second half where nothing is said of it', () => {
    expect(periodsOf({ 'x-tuf-on-ci-expiry-period': 7 })).toEqual({ expiry: 7, signing: 3 });
    expect(periodsProblem({ 'x-tuf-on-ci-expiry-period': 7 })).toBeUndefined();
    expect(periodsOf({ 'x-tuf-on-ci-expiry-period': 1 })).toEqual({ expiry: 1, signing: 0 });
  });

  it('are nothing, and no problem, where none are stated', () => {
    expect(periodsOf({})).toBeUndefined();
    expect(periodsProblem({})).toBeUndefined();
  });

  it.each([
    [{ 'x-tuf-on-ci-expiry-period': 0 }, /no expiry period/],
    [{ 'x-tuf-on-ci-expiry-period': -5 }, /no expiry period/],
    [{ 'x-tuf-on-ci-expiry-period': '365' }, /no expiry period/],
    [{ 'x-tuf-on-ci-signing-period': 5 }, /no expiry period/],
    [{ 'x-tuf-on-ci-expiry-period': 9, 'x-tuf-on-ci-signing-period': -1 }, /no number of days/],
    [{ 'x-tuf-on-ci-expiry-period': 9, 'x-tuf-on-ci-signing-period': [] }, /no number of days/],
    [
      { 'x-tuf-on-ci-expiry-period': 9, 'x-tuf-on-ci-signing-period': 9 },
      /9 days before expiry, but lives only 9/,
    ],
  ])('%j are a problem', (fields, problem) => expect(periodsProblem(fields)).toMatch(problem));
});

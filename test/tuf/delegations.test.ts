/** Delegations: their shape, and which role they give a path to, compared with @tufjs/models. */
import { Targets as TufjsTargets } from '@tufjs/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binForPath,
  binName,
  binNames,
  coversPath,
  type DelegatedRole,
  type Delegations,
  delegationsForPath,
  findDelegation,
  isBinName,
  parseDelegations,
} from '../../src/tuf/delegations.ts';
import type { JsonObject } from '../../src/tuf/json.ts';

const KEYS = { keyids: ['ab'], threshold: 1 };

function bins(bitLength: number, prefix = 'bin') {
  return { ...KEYS, bit_length: bitLength, name_prefix: prefix };
}

function role(fields: Partial<DelegatedRole>): DelegatedRole {
  return { ...KEYS, name: 'team', terminating: false, ...fields };
}

/** The same delegations as @tufjs/models reads them. */
function tufjs(delegations: object): NonNullable<TufjsTargets['delegations']> {
  const read = TufjsTargets.fromJSON({
    _type: 'targets',
    spec_version: '1.0.0',
    version: 1,
    expires: '2040-01-01T00:00:00Z',
    targets: {},
    delegations: { keys: {}, ...delegations } as unknown as JsonObject & { [name: string]: never },
  });
  if (!read.delegations) throw new Error('@tufjs/models reads no delegations');
  return read.delegations;
}

const path = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab/.-_0'), minLength: 1, maxLength: 20 }),
  fc.string({ maxLength: 20 }),
);

describe('hashed bins (TAP 15)', () => {
  it('get each path that @tufjs/models gives them, whatever their number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), path, (bits, one) => {
        const [theirs] = tufjs({ succinct_roles: bins(bits) }).rolesForTarget(one);
        expect(binForPath(bins(bits), one)).toBe(theirs?.role);
        expect(theirs?.terminating).toBe(true);
      }),
    );
  });

  it('have names of one length, all of them different, in order', () => {
    for (const bits of [1, 3, 4, 5, 8, 9]) {
      const names = [...binNames(bins(bits))];
      expect(names).toEqual([...(tufjs({ succinct_roles: bins(bits) }).succinctRoles?.getRoles() ?? [])]);
      expect(new Set(names).size).toBe(2 ** bits);
      expect(new Set(names.map((name) => name.length)).size).toBe(1);
    }
    expect(binName(bins(10), 3)).toBe('bin-003');
    expect([...binNames(bins(10))].at(-1)).toBe('bin-3ff');
  });

  it('are told from all other names', () => {
    const roles = bins(10);
    for (const name of binNames(roles)) expect(isBinName(roles, name)).toBe(true);
    const others = [
      'bin-400',
      'bin-3f',
      'bin-03ff',
      'bin-3FF',
      'bin--01',
      'bin-',
      'bin-3fg',
      'bin-0x3',
      'bin',
      'x-000',
    ];
    for (const name of [...others, `bin-${'f'.repeat(100_000)}`, '__proto__', '', 'bin-1e2e'])
      expect(isBinName(roles, name), name.slice(0, 20)).toBe(false);
  });

  it('share their keys: each is a delegation of its own, and all are terminating', () => {
    const delegations: Delegations = { keys: {}, succinct_roles: bins(8) };
    expect(findDelegation(delegations, 'bin-7f')).toEqual({
      name: 'bin-7f',
      role: bins(8),
      keys: {},
      terminating: true,
    });
    expect(findDelegation(delegations, 'bin-100')).toBeUndefined();
    expect(delegationsForPath(delegations, 'a/b')).toEqual([
      { name: binForPath(bins(8), 'a/b'), terminating: true },
    ]);
  });
});

describe('a delegation by hash prefixes', () => {
  const prefix = fc.stringMatching(/^[0-9a-f]{1,3}$/);

  it('covers the paths that @tufjs/models says it covers', () => {
    let covered = 0;
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 8 }), path, (prefixes, one) => {
        const delegated = role({ path_hash_prefixes: prefixes });
        const theirs = [...tufjs({ roles: [delegated] }).rolesForTarget(one)];
        if (theirs.length > 0) covered++;
        expect(coversPath(delegated, one)).toBe(theirs.length > 0);
      }),
      { numRuns: 400 },
    );
    expect(covered).toBeGreaterThan(20);
  });

  it('may end in the middle of a byte', () => {
    // The SHA-256 of "a" begins with ca97.
    expect(coversPath(role({ path_hash_prefixes: ['c'] }), 'a')).toBe(true);
    expect(coversPath(role({ path_hash_prefixes: ['ca9'] }), 'a')).toBe(true);
    expect(coversPath(role({ path_hash_prefixes: ['a', 'ca8', ''.padEnd(64, 'c')] }), 'a')).toBe(false);
  });
});

describe('the delegations for a path', () => {
  const paths = ['*'];

  it('come in the order in which they stand, those that do not cover it left out', () => {
    const roles = [
      role({ name: 'z', paths }),
      role({ name: 'no', paths: ['x/*'] }),
      role({ name: 'a', paths }),
    ];
    expect(delegationsForPath({ keys: {}, roles }, 'file').map(({ name }) => name)).toEqual(['z', 'a']);
    expect(delegationsForPath(undefined, 'file')).toEqual([]);
    expect(delegationsForPath({ keys: {}, roles: [] }, 'file')).toEqual([]);
  });

  it('are found by name, the first where there are two', () => {
    const roles = [role({ paths, threshold: 1 }), role({ paths, threshold: 2 })];
    expect(findDelegation({ keys: {}, roles }, 'team')?.role.threshold).toBe(1);
    expect(findDelegation({ keys: {}, roles }, '__proto__')).toBeUndefined();
    expect(findDelegation(undefined, 'team')).toBeUndefined();
  });

  it('are asked by tuf-js in another order where their names are whole numbers, so those are refused as names', () => {
    const roles = [role({ name: 'b', paths }), role({ name: '1', paths })];
    expect([...tufjs({ roles }).rolesForTarget('file')].map((one) => one.role)).toEqual(['1', 'b']);
    expect(delegationsForPath({ keys: {}, roles }, 'file').map(({ name }) => name)).toEqual(['b', '1']);
  });
});

describe('the shape of delegations', () => {
  const parse = (value: unknown) => parseDelegations(value, 'here');
  const good = role({ paths: ['*'] });

  it('is kept as it is, with fields that nobody knows', () => {
    const value = { keys: {}, roles: [{ ...good, 'x-role': 1 }], 'x-more': true };
    expect(parse(value)).toBe(value);
    expect(parse({ keys: {}, succinct_roles: bins(16) })).toBeDefined();
  });

  it.each([
    ['nothing', undefined, 'here: expected an object'],
    ['a list', [], 'here: expected an object'],
    ['no keys', { roles: [] }, 'here.keys'],
    ['a key that is none', { keys: { ab: 1 }, roles: [] }, 'here.keys.ab'],
    ['neither form', { keys: {} }, 'either "roles" or "succinct_roles"'],
    ['both forms', { keys: {}, roles: [], succinct_roles: bins(1) }, 'either "roles" or "succinct_roles"'],
    ['roles that are no list', { keys: {}, roles: {} }, 'here.roles'],
    ['a role without a name', { keys: {}, roles: [{ ...good, name: undefined }] }, 'here.roles[0].name'],
    ['a role without keyids', { keys: {}, roles: [{ ...good, keyids: 'ab' }] }, 'here.roles[0].keyids'],
    ['a negative threshold', { keys: {}, roles: [{ ...good, threshold: -1 }] }, 'here.roles[0].threshold'],
    ['a role that may be terminating', { keys: {}, roles: [{ ...good, terminating: 1 }] }, 'terminating'],
    ['a role for no path', { keys: {}, roles: [role({})] }, 'either "paths" or "path_hash_prefixes"'],
    [
      'a role for paths in two ways',
      { keys: {}, roles: [role({ paths: [], path_hash_prefixes: [] })] },
      'either "paths" or "path_hash_prefixes"',
    ],
    ['a pattern that is a number', { keys: {}, roles: [{ ...good, paths: [1] }] }, 'paths[0]'],
    ['a prefix in upper case', { keys: {}, roles: [role({ path_hash_prefixes: ['AB'] })] }, 'lower-case hex'],
    ['an empty prefix', { keys: {}, roles: [role({ path_hash_prefixes: [''] })] }, 'lower-case hex'],
    [
      'a prefix longer than a hash',
      { keys: {}, roles: [role({ path_hash_prefixes: ['a'.repeat(65)] })] },
      'lower-case hex',
    ],
    ['no bin', { keys: {}, succinct_roles: bins(0) }, 'bit_length'],
    ['more bins than a snapshot can list', { keys: {}, succinct_roles: bins(17) }, '1 to 16'],
    ['bins without a name', { keys: {}, succinct_roles: { ...KEYS, bit_length: 4 } }, 'name_prefix'],
    ['bins without keys', { keys: {}, succinct_roles: { bit_length: 4, name_prefix: 'x' } }, 'keyids'],
  ])('is refused with %s', (_what, value, message) => expect(() => parse(value)).toThrow(message));
});

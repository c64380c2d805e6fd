/** A change in words: whatever differs between two versions of a role has a line, and names cannot hide behind names. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeChange } from '../../src/event/describe.ts';
import { EXPIRY_PERIOD, KEY_OWNER, ONLINE_URI } from '../../src/tuf/custom-fields.ts';
import type { Delegations } from '../../src/tuf/delegations.ts';
import type { Json } from '../../src/tuf/json.ts';
import { computeKeyid } from '../../src/tuf/key.ts';
import { parseMetadata, type Signed } from '../../src/tuf/metadata.ts';
import type { Root } from '../../src/tuf/root.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { memorySigner, readRole, signedRepository } from '../support/signed-repository.ts';

let root: Root;
let targets: Targets;
beforeAll(async () => {
  const files = await signedRepository();
  root = readRole<Root>(files, 'metadata/root.json').signed;
  targets = readRole<Targets>(files, 'metadata/targets.json').signed;
});

const stranger = { ...memorySigner('@mallory').key, [KEY_OWNER]: '@mallory' };
const strangerId = computeKeyid(stranger);
const named = `(Ed25519, keyid ${strangerId.slice(0, 8)})`;

/** The lines besides version and expiry. */
const lines = (before: Signed | undefined, after: Signed) =>
  describeChange(before, after).filter((line) => !/^(version|new role|expires)/.test(line));

/** The delegations of targets with something changed. */
function delegating(
  change: (delegations: Required<Pick<Delegations, 'keys' | 'roles'>>) => Delegations,
): Targets {
  const { keys = {}, roles = [] } = targets.delegations ?? {};
  return { ...targets, delegations: change({ keys, roles }) };
}

describe('the lines of a change', () => {
  it('begin with the version and the expiry', () => {
    const after = { ...targets, version: 2, expires: '2032-01-01T00:00:00Z' };
    expect(describeChange(targets, after)).toEqual([
      'version 1 → 2',
      `expires on 2032-01-01T00:00:00Z (before: ${targets.expires})`,
    ]);
    expect(describeChange(undefined, targets)[0]).toBe('new role, version 1');
  });

  it('are one, about the version, where nothing else differs', () => {
    expect(describeChange(root, root)).toEqual(['version 3 → 3']);
  });

  it('name who gains and who loses a key, and how many signatures are needed then', () => {
    const [first = '', ...others] = root.roles.targets.keyids;
    const after: Root = {
      ...root,
      keys: { ...root.keys, [strangerId]: stranger },
      roles: { ...root.roles, targets: { keyids: [...others, strangerId], threshold: 2 } },
    };
    expect(lines(root, after)).toEqual([
      `targets: + @mallory ${named}`,
      expect.stringMatching(/^targets: − @alice \(Ed25519/),
      'targets: needs 2 of 2 keys (before: 1)',
    ]);
    expect(first).not.toBe('');
  });

  it('tell an online key from a key without an owner', () => {
    const online = { ...memorySigner('x').key, [ONLINE_URI]: 'env:KEY' };
    const bare = memorySigner('y').key;
    const keys = { a: online, b: bare };
    const after: Root = {
      ...root,
      keys: { ...root.keys, ...keys },
      roles: { ...root.roles, timestamp: { keyids: ['a', 'b'], threshold: 1 } },
    };
    expect(lines(root, after).join('\n')).toMatch(
      /\+ online key env:KEY \(Ed25519.*\n.*\+ key without owner/,
    );
  });

  it('show a key that changed under its keyid, and one that no role uses', () => {
    const [keyid = ''] = root.roles.root.keyids;
    const renamed = { ...root, keys: { ...root.keys, [keyid]: { ...stranger, keyval: { public: 'ff' } } } };
    expect(lines(root, renamed)).toContainEqual(expect.stringMatching(/^root: changed key @mallory/));
    const idle = { ...root, keys: { ...root.keys, [strangerId]: stranger } };
    expect(lines(root, idle)).toEqual([`key that no role uses: @mallory ${named}`]);
    expect(lines(idle, root)).toEqual([`key ${strangerId.slice(0, 8)} is no longer listed`]);
  });

  it('list artifacts with their length and hash', () => {
    const entry = { length: 3, hashes: { sha256: 'ab'.repeat(32) } };
    const old = targets.targets['a.txt'];
    expect(lines(targets, { ...targets, targets: { 'b.txt': entry } })).toEqual([
      'artifact added: b.txt (3 bytes, sha256 abababababab…)',
      'artifact removed: a.txt',
    ]);
    expect(lines(targets, { ...targets, targets: { 'a.txt': entry } })).toEqual([
      `artifact changed: a.txt (3 bytes, sha256 abababababab…; before: 10 bytes, sha256 ${old?.hashes.sha256?.slice(0, 12)}…)`,
    ]);
    const custom = { 'a.txt': { length: 10, hashes: old?.hashes ?? {}, custom: { note: 1 } } };
    expect(lines(targets, { ...targets, targets: custom })).toEqual([
      'artifact a.txt: other details changed',
    ]);
  });

  it('say what a new delegation covers and who signs it', () => {
    const role = {
      name: 'new',
      keyids: [strangerId],
      threshold: 1,
      terminating: false,
      paths: ['x/*', 'y/*'],
    };
    const after = delegating(({ keys, roles }) => ({
      keys: { ...keys, [strangerId]: stranger },
      roles: [...roles, role],
    }));
    expect(lines(targets, after)).toEqual([
      'delegation added: new for x/*, y/*, not terminating',
      `new: + @mallory ${named}`,
      'new: needs 1 of 1 key',
    ]);
    expect(lines(after, targets)).toEqual([
      'delegation removed: new',
      `key ${strangerId.slice(0, 8)} is no longer listed`,
    ]);
  });

  it('say so where a new delegation comes before the others, which clients ask first', () => {
    const role = { name: 'new', keyids: [], threshold: 1, terminating: true, paths: ['*'] };
    const after = delegating(({ keys, roles }) => ({ keys, roles: [role, ...roles] }));
    expect(lines(targets, after)).toContain('order of delegations: new, team');
  });

  it('say what a delegation covers now', () => {
    const paths = delegating(({ keys, roles }) => ({
      keys,
      roles: roles.map((role) => ({ ...role, paths: ['*'], terminating: false })),
    }));
    expect(lines(targets, paths)).toEqual([
      'delegation team: now for *',
      'delegation team: terminating is now false',
    ]);
    const hashed = delegating(({ keys, roles }) => ({
      keys,
      roles: roles.map(({ paths: _, ...role }) => ({ ...role, path_hash_prefixes: ['0', 'ab'] })),
    }));
    expect(lines(targets, hashed)).toEqual(['delegation team: now for hash prefixes 0, ab']);
  });

  it('tell of hashed bins', () => {
    const bins = { keyids: [strangerId], threshold: 1, bit_length: 8, name_prefix: 'bin' };
    const after: Targets = {
      ...targets,
      delegations: { keys: { [strangerId]: stranger }, succinct_roles: bins },
    };
    expect(lines(targets, after)).toEqual(
      expect.arrayContaining([
        'delegation removed: team',
        'hashed bins: 256 named bin-…',
        `bin-*: + @mallory ${named}`,
      ]),
    );
    expect(lines(after, targets)).toContain('hashed bins removed');
  });

  it('tell of periods, of the role itself and of an online role', () => {
    expect(lines(targets, { ...targets, [EXPIRY_PERIOD]: 10 })).toEqual([
      'expiry period: 10 days (before: 365)',
    ]);
    const timestamp = { ...root.roles.timestamp, [EXPIRY_PERIOD]: 9 };
    expect(lines(root, { ...root, roles: { ...root.roles, timestamp } })).toEqual([
      'timestamp: expiry period: 9 days (before: 4)',
    ]);
  });

  it('tell of fields that have no words here', () => {
    expect(lines(targets, { ...targets, 'x-new': { a: 1 } })).toEqual(['field "x-new": {"a":1}']);
    expect(lines({ ...targets, 'x-new': 1 }, targets)).toEqual(['field "x-new": removed']);
    expect(lines(targets, { ...targets, spec_version: '1.1' })).toEqual(['field "spec_version": "1.1"']);
    expect(lines(targets, { ...targets, 'x-long': 'y'.repeat(5000) })[0]).toMatch(
      /y… \(5002 characters in all\)$/,
    );
  });

  it('take fields named after what every JavaScript object has for fields', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      const after: Targets = JSON.parse(JSON.stringify(targets).replace(/}$/, `,${JSON.stringify(name)}:1}`));
      expect(lines(targets, after)).toEqual([`field ${JSON.stringify(name)}: 1`]);
      expect(lines(after, targets)).toEqual([`field ${JSON.stringify(name)}: removed`]);
    }
  });
});

/** Every place in a value: the containers and the leaves, each by its way there. */
function placesIn(value: Json, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([name, member]) => placesIn(member, [...way, name]))];
}

/** The value with something else at one place: another leaf, one more member, one member less. */
function changedAt(
  value: Json,
  [step, ...way]: readonly (string | number)[],
  kind: 'other' | 'more' | 'less',
): Json {
  if (step !== undefined) {
    const container = value as { readonly [name: string]: Json };
    if (kind === 'less' && way.length === 0 && !Array.isArray(value)) {
      const { [step]: _, ...others } = container;
      return others;
    }
    const member = changedAt(container[step] as Json, way, kind);
    return Array.isArray(value)
      ? value.map((old: Json, index) => (index === Number(step) ? member : old))
      : { ...container, [step]: member };
  }
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return Array.isArray(value) ? [...value, 'more'] : { ...(value as object), 'x-more': 1 };
}

/** Whether this could be the signed part of a role at all. */
function isReadable(role: string, signed: Json): boolean {
  try {
    parseMetadata(JSON.stringify({ signatures: [], signed }), role);
    return true;
  } catch {
    return false;
  }
}

describe('whatever differs', () => {
  it.each(['root', 'targets'])('in %s has a line', (role) => {
    const before = (role === 'root' ? root : targets) as Signed;
    const json = before as unknown as Json;
    const unchanged = describeChange(before, before);
    let tried = 0;
    const kinds = fc.constantFrom('other' as const, 'more' as const, 'less' as const);
    fc.assert(
      fc.property(fc.constantFrom(...placesIn(json)), kinds, (way, kind) => {
        const after = changedAt(json, way, kind);
        if (JSON.stringify(after) === JSON.stringify(json) || !isReadable(role, after)) return;
        tried++;
        const told = describeChange(before, after as unknown as Signed);
        expect(told, `${kind} at ${way.join('.')}`).not.toEqual(unchanged);
      }),
      { numRuns: 500 },
    );
    expect(tried).toBeGreaterThan(100);
  });
});

/** Metadata files: the shape of each role, what is refused and where, and that nothing unknown gets lost. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/tuf/json.ts';
import { metaFileProblem } from '../../src/tuf/meta-file.ts';
import { formatMetadata, parseMetadata, signedBytes, typeOfRole } from '../../src/tuf/metadata.ts';
import { value } from './json-values.ts';

const ENTRY = { keyids: ['ab'], threshold: 1 };
const COMMON = { spec_version: '1.0.0', version: 1, expires: '2040-01-01T00:00:00Z' };
const KEY = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: 'ab'.repeat(32) } };

/** The signed part of each role, as small as it can be. */
const SIGNED: { readonly [role: string]: JsonObject } = {
  root: {
    _type: 'root',
    ...COMMON,
    consistent_snapshot: true,
    keys: { ab: KEY },
    roles: { root: ENTRY, targets: ENTRY, snapshot: ENTRY, timestamp: ENTRY },
  },
  targets: {
    _type: 'targets',
    ...COMMON,
    targets: { a: { length: 0, hashes: { sha256: 'ab' } } },
    delegations: { keys: {}, roles: [] },
  },
  snapshot: { _type: 'snapshot', ...COMMON, meta: { 'targets.json': { version: 1 } } },
  timestamp: { _type: 'timestamp', ...COMMON, meta: { 'snapshot.json': { version: 1 } } },
};

const signed = (role: string): JsonObject => SIGNED[role] ?? {};

function read(role: string, part: unknown, file: object = {}) {
  return parseMetadata(
    JSON.stringify({ signatures: [{ keyid: 'ab', sig: '' }], signed: part, ...file }),
    role,
  );
}

describe('a metadata file', () => {
  it.each(Object.keys(SIGNED))('of %s is read, and handed on as it is', (role) => {
    expect(read(role, signed(role)).signed).toEqual(signed(role));
  });

  it('of any other role is that of a targets role', () => {
    for (const role of ['team', 'root.json', 'constructor', '__proto__'])
      expect(typeOfRole(role)).toBe('targets');
    expect(read('team', signed('targets')).signed._type).toBe('targets');
    expect(() => read('team', signed('root'))).toThrow(
      'expected "targets" in the file of team, found "root"',
    );
    expect(() => read('timestamp', signed('snapshot'))).toThrow('signed._type');
  });

  it('keeps whatever it does not know, wherever it stands', () => {
    const json = value.map((unknown) => ({ 'x-unknown': unknown }));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(SIGNED)), json, (role, unknown) => {
        const text = JSON.stringify({
          signatures: [{ keyid: '', sig: '', ...unknown }],
          signed: { ...signed(role), ...unknown },
          ...unknown,
        });
        const metadata = parseMetadata(text, role);
        expect(metadata).toEqual(JSON.parse(text));
        expect(parseMetadata(formatMetadata(metadata), role)).toEqual(metadata);
      }),
      { numRuns: 60 },
    );
  });

  it('is signed by what stands in "signed", whatever stands beside it', () => {
    const [bare, more] = [
      read('root', signed('root')),
      read('root', signed('root'), { 'x-outside': 1, signatures: [] }),
    ];
    expect(signedBytes(more)).toEqual(signedBytes(bare));
    expect(new TextDecoder().decode(signedBytes(bare))).toMatch(
      /^\{"_type":"root","consistent_snapshot":true,/,
    );
  });

  it('larger than clients read is refused', () => {
    const padded = (role: string, bytes: number) =>
      JSON.stringify({ signatures: [], signed: signed(role) }).padEnd(bytes);
    for (const [role, limit] of [
      ['timestamp', 16_384],
      ['root', 512_000],
      ['snapshot', 2_000_000],
      ['team', 5_000_000],
    ] as const) {
      const part = role === 'team' ? 'targets' : role;
      expect(parseMetadata(padded(part, limit), role).signed.version).toBe(1);
      expect(() => parseMetadata(padded(part, limit + 1), role)).toThrow('more than');
    }
  });

  it('is strict JSON', () => {
    const text = JSON.stringify({ signatures: [], signed: signed('targets') });
    for (const wrong of [
      `${text}}`,
      `\ufeff${text}`,
      text.replace('"version":1', '"version":1.0'),
      text.replace('{', '{"signed":{},'),
    ])
      expect(() => parseMetadata(wrong, 'targets')).toThrow(/line \d+, column \d+/);
  });
});

describe('the shape of a file', () => {
  it.each([
    ['signatures that are an object', { signatures: {} }, 'signatures: expected an array'],
    ['a signature that is a text', { signatures: ['ab'] }, 'signatures[0]: expected an object'],
    ['a signature without a keyid', { signatures: [{ sig: '' }] }, 'signatures[0].keyid'],
    [
      'a signature that is null',
      { signatures: [{ keyid: 'ab', sig: null }] },
      'signatures[0].sig: expected a string, found null',
    ],
    ['nothing signed', { signed: undefined }, 'signed: expected an object, found nothing'],
    ['a list signed', { signed: [] }, 'signed: expected an object, found an array'],
  ])('is refused with %s', (_what, file, message) => {
    expect(() => read('targets', signed('targets'), file)).toThrow(message);
  });

  const without = (role: string, name: string): JsonObject => {
    const { [name]: _, ...others } = signed(role);
    return others;
  };

  it.each(
    Object.keys(SIGNED).flatMap((role) => Object.keys(signed(role)).map((name) => [role, name] as const)),
  )('of %s is refused without %s, unless it may be left out', (role, name) => {
    if (name === 'delegations') expect(read(role, without(role, name)).signed.version).toBe(1);
    else expect(() => read(role, without(role, name))).toThrow(`signed.${name}`);
  });

  it.each([
    ['root', { version: 0 }, 'signed.version: expected a whole number of 1 or more'],
    ['root', { version: -1 }, 'signed.version'],
    ['root', { version: '1' }, 'signed.version: expected a whole number, found a string'],
    ['root', { version: true }, 'signed.version'],
    ['root', { expires: 2040 }, 'signed.expires'],
    ['root', { spec_version: 1 }, 'signed.spec_version'],
    ['root', { consistent_snapshot: 'true' }, 'signed.consistent_snapshot'],
    ['root', { keys: [] }, 'signed.keys'],
    ['root', { keys: { ab: { ...KEY, keyval: 'x' } } }, 'signed.keys.ab'],
    ['root', { roles: { root: ENTRY } }, 'signed.roles: the role targets is missing'],
    ['root', { roles: { ...(signed('root').roles as object), mirrors: ENTRY } }, 'signed.roles.mirrors'],
    [
      'root',
      { roles: { ...(signed('root').roles as object), constructor: ENTRY } },
      'signed.roles.constructor',
    ],
    [
      'root',
      { roles: { ...(signed('root').roles as object), root: { keyids: ['ab'] } } },
      'signed.roles.root.threshold',
    ],
    [
      'root',
      { roles: { ...(signed('root').roles as object), root: { ...ENTRY, keyids: 'ab' } } },
      'signed.roles.root.keyids',
    ],
    ['targets', { targets: [] }, 'signed.targets'],
    ['targets', { targets: { a: { length: 0 } } }, 'signed.targets.a.hashes'],
    ['targets', { targets: { a: { length: 0, hashes: {} } } }, 'at least one hash'],
    ['targets', { targets: { a: { length: 0, hashes: { sha256: 'AB' } } } }, 'lower-case hex'],
    ['targets', { targets: { a: { length: 0, hashes: { sha256: 'abc' } } } }, 'lower-case hex'],
    ['targets', { targets: { a: { length: -1, hashes: { sha256: 'ab' } } } }, 'signed.targets.a.length'],
    [
      'targets',
      { targets: { a: { length: 0, hashes: { sha256: 'ab' }, custom: [] } } },
      'signed.targets.a.custom',
    ],
    ['targets', { delegations: null }, 'signed.delegations'],
    ['snapshot', { meta: [] }, 'signed.meta'],
    ['snapshot', { meta: { targets: { version: 1 } } }, 'name of a .json file'],
    ['snapshot', { meta: { 'a.json': { version: 0 } } }, 'signed.meta.a.json.version'],
    ['snapshot', { meta: { 'a.json': { version: 1, length: 0 } } }, 'signed.meta.a.json.length'],
    ['snapshot', { meta: { 'a.json': { version: 1, hashes: {} } } }, 'at least one hash'],
    [
      'snapshot',
      { meta: { 'a.json': { version: 1, hashes: { sha256: 1 } } } },
      'signed.meta.a.json.hashes.sha256',
    ],
    ['timestamp', { meta: {} }, 'snapshot.json and nothing else'],
    ['timestamp', { meta: { 'snapshot.json': { version: 1 }, 'x.json': { version: 1 } } }, 'nothing else'],
  ])('of %s is refused with %j', (role, fields, message) => {
    expect(() => read(role, { ...signed(role), ...fields })).toThrow(message);
  });

  it('is that of the file alone: members that only a prototype has are not there', () => {
    const text = JSON.stringify({ signatures: [], signed: without('targets', 'version') });
    expect(() =>
      parseMetadata(text.replace('{"_type"', '{"__proto__":{"version":1},"_type"'), 'targets'),
    ).toThrow('signed.version');
  });
});

describe('the length and hashes of a file', () => {
  const bytes = new TextEncoder().encode('content');
  const [sha256, sha512] = [hash('sha256', 'content'), hash('sha512', 'content')];

  it('are no problem where they are those of its bytes, or where none are stated', () => {
    expect(metaFileProblem({ version: 1 }, bytes)).toBeUndefined();
    expect(metaFileProblem({ version: 9, length: 7, hashes: { sha256, sha512 } }, bytes)).toBeUndefined();
  });

  it.each([
    [{ version: 1, length: 8 }, 'has 7 bytes, stated 8'],
    [{ version: 1, hashes: { sha256: sha512 } }, 'has sha256'],
    [{ version: 1, hashes: { sha256, sha512: sha256 } }, 'has sha512'],
    [{ version: 1, hashes: { sha256, md5: 'ab' } }, 'a hash by "md5", which clients cannot check'],
    [{ version: 1, hashes: { '\u001b[1m': 'ab' } }, 'a hash by "\\u001b[1m"'],
  ])('are named where they are not: %j', (entry, problem) => {
    expect(metaFileProblem(entry, bytes)).toContain(problem);
  });
});

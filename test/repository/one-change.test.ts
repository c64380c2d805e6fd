/** One change to a repository that the world uses, anywhere in it, and nothing is built: the finding says where it is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GitRepository, openRepository } from '../../src/git/repository.ts';
import type { FindingCode } from '../../src/repository/findings.ts';
import { rolePath, rootHistoryPath } from '../../src/repository/layout.ts';
import { buildPublication } from '../../src/repository/publish.ts';
import { formatMetadata, type Metadata, parseMetadata } from '../../src/tuf/metadata.ts';
import type { RoleKeys } from '../../src/tuf/role-keys.ts';
import type { Root } from '../../src/tuf/root.ts';
import type { Snapshot } from '../../src/tuf/snapshot.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import type { Timestamp } from '../../src/tuf/timestamp.ts';
import { git, temporaryFolder } from '../support/git.ts';
import { startPlayground } from '../support/playground.ts';
import {
  hasRealRepositories,
  type RealRepository,
  realClone,
  realFiles,
  VALID_DAY,
} from '../support/real-repositories.ts';

type Changes = Readonly<Record<string, string | Uint8Array | null>>;

interface OneChange {
  readonly what: string;
  readonly change: (files: ReadonlyMap<string, Buffer>) => Changes;
  readonly code: FindingCode;
  readonly role?: string;
  readonly path: string;
}

/** A role's metadata with something changed; for root its copy in the history goes with it. */
function edited<T extends Metadata['signed']>(role: string, change: (metadata: Metadata<T>) => Metadata<T>) {
  return (files: ReadonlyMap<string, Buffer>): Changes => {
    const path = rolePath(role);
    const before = parseMetadata(files.get(path) ?? '', role) as Metadata<T>;
    const text = formatMetadata(change(before));
    return role === 'root'
      ? { [path]: text, [rootHistoryPath(before.signed.version)]: text }
      : { [path]: text };
  };
}

function signed<T extends Metadata['signed']>(role: string, change: (signed: T) => T) {
  return edited<T>(role, (metadata) => ({ ...metadata, signed: change(metadata.signed) }));
}

/** One hex digit in the first signature. */
function oneDigit(role: string) {
  return edited(role, ({ signatures: [first, ...others], ...rest }) => {
    if (!first?.sig) throw new Error(`the first signature of ${role} is empty`);
    const digit = first.sig.endsWith('0') ? '1' : '0';
    return { ...rest, signatures: [{ ...first, sig: first.sig.slice(0, -1) + digit }, ...others] };
  });
}

const higher = <T extends RoleKeys>(entry: T): T => ({ ...entry, threshold: entry.threshold + 1 });

function oneByte(path: string) {
  return (files: ReadonlyMap<string, Buffer>): Changes => {
    const bytes = Buffer.from(files.get(path) ?? '');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return { [path]: bytes };
  };
}

/** The changes that are tried on a repository with this delegated role. */
function changesOf(
  newestRoot: number,
  delegated: string,
  topArtifact: string,
  delegatedArtifact: string,
): readonly OneChange[] {
  const at = (role: string) => ({ role, path: rolePath(role) });
  const offline = ['root', 'targets', delegated];
  return [
    ...[...offline, 'snapshot', 'timestamp'].flatMap((role): OneChange[] => [
      {
        what: `a digit of a signature of ${role}`,
        change: oneDigit(role),
        code: 'signature-invalid',
        ...at(role),
      },
      {
        what: `the expiry of ${role}`,
        change: signed(role, (same) => ({ ...same, expires: same.expires.replace(/^\d+/, '2035') })),
        code: 'threshold-not-met',
        ...at(role),
      },
      {
        what: `the version of ${role}`,
        change: signed(role, (same) => ({ ...same, version: same.version + 1 })),
        code: role === 'root' ? 'root-history' : 'threshold-not-met',
        ...at(role),
        ...(role === 'root' ? { path: rootHistoryPath(newestRoot) } : {}),
      },
    ]),
    ...offline.map(
      (role): OneChange => ({
        what: `the file of ${role}, gone`,
        change: () => ({ [rolePath(role)]: null }),
        code: 'role-missing',
        ...at(role),
      }),
    ),
    {
      what: 'the threshold of root',
      change: signed<Root>('root', (root) => ({
        ...root,
        roles: { ...root.roles, root: higher(root.roles.root) },
      })),
      code: 'threshold-not-met',
      ...at('root'),
    },
    {
      what: 'the threshold of targets, lowered to nothing',
      change: signed<Root>('root', (root) => ({
        ...root,
        roles: { ...root.roles, targets: { ...root.roles.targets, threshold: 0 } },
      })),
      code: 'threshold-invalid',
      role: 'targets',
      path: rolePath('root'),
    },
    {
      what: `the threshold of ${delegated}`,
      change: signed<Targets>('targets', (targets) => {
        const { roles = [], keys = {} } = targets.delegations ?? {};
        return { ...targets, delegations: { keys, roles: roles.map(higher) } };
      }),
      code: 'threshold-not-met',
      ...at('targets'),
    },
    {
      what: 'a role in snapshot',
      change: signed<Snapshot>('snapshot', (snapshot) => {
        const { [`${delegated}.json`]: _, ...meta } = snapshot.meta;
        return { ...snapshot, meta };
      }),
      code: 'snapshot-mismatch',
      role: delegated,
      path: rolePath('snapshot'),
    },
    {
      what: 'the version of snapshot in timestamp',
      change: signed<Timestamp>('timestamp', (timestamp) => ({
        ...timestamp,
        meta: { 'snapshot.json': { version: 1 } },
      })),
      code: 'timestamp-mismatch',
      ...at('timestamp'),
    },
    {
      what: 'the copy of root in its history',
      change: (files) => ({ [rolePath('root')]: `${files.get(rolePath('root'))}\n` }),
      code: 'root-history',
      role: 'root',
      path: rootHistoryPath(newestRoot),
    },
    {
      what: 'an old root, gone',
      change: () => ({ [rootHistoryPath(2)]: null }),
      code: 'root-history',
      role: 'root',
      path: rootHistoryPath(2),
    },
    {
      what: 'the expiry of an old root',
      change: (files) => ({
        [rootHistoryPath(2)]: String(files.get(rootHistoryPath(2))).replace(/("expires": ")\d+/, '$12040'),
      }),
      code: 'root-chain',
      role: 'root',
      path: rootHistoryPath(2),
    },
    ...[
      ['targets', topArtifact],
      [delegated, delegatedArtifact],
    ].flatMap(([role = '', path = '']): OneChange[] => [
      { what: `one byte of ${path}`, change: oneByte(path), code: 'artifact-mismatch', role, path },
      { what: `${path}, gone`, change: () => ({ [path]: null }), code: 'artifact-missing', role, path },
    ]),
    {
      what: 'a file more',
      change: () => ({ 'targets/more': 'x' }),
      code: 'artifact-unlisted',
      path: 'targets/more',
    },
  ];
}

const REPOSITORIES: readonly { readonly name: RealRepository; readonly changes: readonly OneChange[] }[] = [
  {
    name: 'sigstore-root-signing',
    changes: changesOf(
      15,
      'registry.npmjs.org',
      'targets/trusted_root.json',
      'targets/registry.npmjs.org/keys.json',
    ),
  },
  { name: 'tuf-demo', changes: changesOf(5, 'jku', 'targets/file1.txt', 'targets/jku/README') },
];

describe.runIf(hasRealRepositories).each(REPOSITORIES)('$name is not built', ({ name, changes }) => {
  let dir: string;
  let repository: GitRepository;
  let main: string;
  beforeAll(async () => {
    dir = await realClone(name);
    main = await git(dir, 'rev-parse', 'HEAD');
    repository = await openRepository(dir);
    return () => repository.close();
  });

  function committed(message: string, changes: Changes): Promise<string> {
    const files = Object.entries(changes).map(
      ([path, content]) => [path, content === null ? null : Buffer.from(content)] as const,
    );
    return repository.writeCommit({ parents: [main], base: main, changes: new Map(files), message });
  }

  it.each(changes)('with a change of $what', async ({ what, change, code, role, path }) => {
    const commit = await committed(what, change(realFiles(name)));
    const directory = join(temporaryFolder(), 'site');
    const takenOver = { commit, published: false };
    const now = new Date(VALID_DAY);
    const building = buildPublication({
      repository,
      main: commit,
      tip: undefined,
      takenOver,
      directory,
      now,
    });
    await expect(building).rejects.toMatchObject({
      code: 'invalid',
      findings: expect.arrayContaining([
        expect.objectContaining({ severity: 'error', code, path, ...(role ? { role } : {}) }),
      ]),
    });
    expect(existsSync(directory)).toBe(false);
  });

  const oneOfEach = [...new Map(changes.map((change) => [change.code, change])).values()];
  it.each(oneOfEach)('by the command line with a change of $what', async ({ what, change, code, path }) => {
    const commit = await committed(what, change(realFiles(name)));
    await git(dir, 'branch', `changed-${code}`, commit);
    const site = join(temporaryFolder(), 'site');
    const args = ['build', site, '--main', `changed-${code}`, '--time', VALID_DAY, '--json'];
    const built = await startPlayground(dir, args).ended;
    expect(built.code).toBe(1);
    expect(built.json.findings).toContainEqual(expect.objectContaining({ severity: 'error', code, path }));
    expect(built.stderr).toContain(`[${code}]`);
    expect(existsSync(site)).toBe(false);
  });

  it.each(['snapshot', 'timestamp'])('without %s', async (role) => {
    await git(dir, 'branch', `without-${role}`, await committed(role, { [rolePath(role)]: null }));
    const site = join(temporaryFolder(), 'site');
    const args = ['build', site, '--main', `without-${role}`, '--time', VALID_DAY, '--json'];
    const { code, json } = await startPlayground(dir, args).ended;
    expect(code).toBe(2);
    expect(json.error?.message).toContain('playground online-sign');
    expect(existsSync(site)).toBe(false);
  });
});

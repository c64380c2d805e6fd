/** Repositories of the world are accepted as they are, by us as by @tufjs/models. */
import { join } from 'node:path';
import { type MetadataKind, Metadata as TufjsMetadata } from '@tufjs/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { updateArtifacts } from '../../src/repository/artifacts.ts';
import { delegatorsOf } from '../../src/repository/delegators.ts';
import { Editor } from '../../src/repository/edit.ts';
import { onlineOf } from '../../src/repository/online-state.ts';
import { EMPTY_STATE, type RepositoryState, targetsRoles } from '../../src/repository/state.ts';
import { validate } from '../../src/repository/validate.ts';
import { findDelegation } from '../../src/tuf/delegations.ts';
import { formatMetadata, type Metadata, typeOfRole } from '../../src/tuf/metadata.ts';
import type { TopLevelRole } from '../../src/tuf/names.ts';
import type { Root } from '../../src/tuf/root.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { verifyRootSuccession, verifyThreshold } from '../../src/tuf/threshold.ts';
import { temporaryFolder } from '../support/git.ts';
import { startPlayground } from '../support/playground.ts';
import {
  executableFiles,
  hasRealRepositories,
  realClone,
  realFiles,
  realState,
  VALID_DAY,
} from '../support/real-repositories.ts';

const NOW = new Date(VALID_DAY);

const REPOSITORIES = [
  {
    name: 'sigstore-root-signing',
    roots: 15,
    artifacts: 12,
    roles: ['targets', 'registry.npmjs.org'],
    signatures: 135,
    // npm's registry signs its delegation with a key in a cloud: true, and meant so.
    advice: [{ code: 'online-keys-suffice', role: 'registry.npmjs.org', path: 'metadata/targets.json' }],
  },
  {
    name: 'tuf-demo',
    roots: 5,
    artifacts: 6,
    roles: ['targets', 'jku', 'kommendorkapten', 'rdimitrov'],
    signatures: 18,
    advice: [],
  },
] as const;

describe.runIf(hasRealRepositories).each(REPOSITORIES)('$name', (repository) => {
  const { name, roots, roles } = repository;
  let state: RepositoryState;
  beforeAll(async () => {
    state = await realState(name);
  });

  const root = (version: number) => state.rootHistory.get(version)?.metadata as Metadata<Root>;
  const file = (role: string) => state.roles.get(role)?.metadata as Metadata;

  it('is built and verified by the command line, every artifact included', async () => {
    const dir = await realClone(name);
    const site = join(temporaryFolder(), 'site');
    const built = await startPlayground(dir, ['build', site, '--time', VALID_DAY, '--json']).ended;
    expect(built.code, built.stderr).toBe(0);
    expect(built.json).toMatchObject({ ok: true, artifacts: repository.artifacts });
    // Nothing is wrong with what people signed. That files are executable is a whim of how they were committed, and
    // harmless: the site is served without the mark.
    expect(built.json.warnings?.map(({ code, path }) => `${code} ${path}`).sort()).toEqual(
      [
        ...executableFiles(name).map((path) => `executable-file ${path}`),
        ...repository.advice.map(({ code, path }) => `${code} ${path}`),
      ].sort(),
    );
    const verified = await startPlayground(dir, ['verify', site, '--time', VALID_DAY, '--json']).ended;
    expect(verified.code, verified.stderr).toBe(0);
    expect(verified.json).toMatchObject({ ok: true, versions: { root: roots } });
    const paths = verified.json.artifacts as unknown as readonly { readonly ok: boolean }[];
    expect(paths.map(({ ok }) => ok)).toEqual(Array.from({ length: repository.artifacts }, () => true));
  });

  it('has roots that follow one another from the first to the newest', async () => {
    expect(state.rootHistory.size).toBe(roots);
    for (let version = 1; version <= roots; version++) {
      const { ok } = await verifyRootSuccession(version > 1 ? root(version - 1) : undefined, root(version));
      expect(ok, `root ${version}`).toBe(true);
    }
    expect((await verifyRootSuccession(root(1), root(3))).ok).toBe(false);
  });

  it('has every role signed by the keys of its delegator', async () => {
    expect(targetsRoles(state)).toEqual(roles);
    for (const role of ['root', ...roles, 'snapshot', 'timestamp']) {
      const delegators = delegatorsOf(state, role);
      expect(delegators, role).toHaveLength(1);
      for (const { role: entry, keys } of delegators)
        expect(await verifyThreshold(file(role), entry, keys), role).toMatchObject({ met: true });
    }
  });

  it('has exactly those signatures accepted that @tufjs/models accepts', async () => {
    const [ours, theirs]: [string[], string[]] = [[], []];
    const compare = async (label: string, role: string, metadata: Metadata, by: Metadata<Root | Targets>) => {
      const { entry, keys } = speakers(by.signed, role);
      for (const { keyid, status } of (await verifyThreshold(metadata, entry, keys)).keys) {
        if (status === 'signed') ours.push(`${label}: ${keyid}`);
        if (tufjsAccepts(metadata, by, role, keyid)) theirs.push(`${label}: ${keyid}`);
      }
    };
    for (let version = 1; version <= roots; version++) {
      await compare(`root ${version}`, 'root', root(version), root(version));
      if (version > 1) await compare(`root ${version} by the old`, 'root', root(version), root(version - 1));
    }
    for (const role of ['targets', 'snapshot', 'timestamp'])
      await compare(role, role, file(role), root(roots));
    for (const role of roles.slice(1))
      await compare(role, role, file(role), file('targets') as Metadata<Targets>);
    expect(ours).toEqual(theirs);
    expect(new Set(ours).size).toBe(repository.signatures);
  });

  it('has no finding on that day, and one when its timestamp has expired', async () => {
    const proposed = { offline: state, online: onlineOf(state) };
    expect(await validate(proposed, undefined, NOW)).toMatchObject({
      ok: true,
      findings: repository.advice,
    });
    const later = await validate(proposed, proposed, new Date('2026-08-29'));
    expect(later.findings).toMatchObject([{ code: 'expired', severity: 'error', role: 'timestamp' }]);
  });

  it('stays as it is, byte for byte, when its artifacts are brought in step', async () => {
    // Seen from nothing, every artifact is read and hashed again.
    for (const knownGood of [state, EMPTY_STATE]) {
      const editor = new Editor(state, knownGood, NOW);
      expect(await updateArtifacts(editor)).toEqual([]);
      expect(editor.files.size).toBe(0);
    }
  });

  it('is written back byte for byte, in all its newest versions', () => {
    const files = realFiles(name);
    expect(state.roles.size).toBe(roles.length + 3);
    for (const { metadata, file } of state.roles.values())
      expect(formatMetadata(metadata as Metadata), file.path).toBe(files.get(file.path)?.toString());
  });
});

describe.runIf(hasRealRepositories)('pqc-test-repo', () => {
  it('is sound: all that is said of it is that not every client knows ML-DSA', async () => {
    const state = await realState('pqc-test-repo');
    const { ok, findings } = await validate({ offline: state, online: onlineOf(state) }, undefined, NOW);
    expect(ok).toBe(true);
    expect(findings.map(({ code, role }) => `${code} ${role}`).sort()).toEqual(
      ['root', 'snapshot', 'targets', 'timestamp'].map((role) => `key-few-clients ${role}`),
    );
    for (const { message } of findings) expect(message).toContain('cannot be met without it');
  });

  it('is built and verified by the command line, which says what it takes', async () => {
    const dir = await realClone('pqc-test-repo');
    const site = join(temporaryFolder(), 'site');
    const built = await startPlayground(dir, ['build', site, '--time', VALID_DAY, '--json']).ended;
    expect(built.code, built.stderr).toBe(0);
    const verified = await startPlayground(dir, ['verify', site, '--time', VALID_DAY, '--json']).ended;
    expect(verified.code, verified.stderr).toBe(0);
    expect(verified.json).toMatchObject({
      ok: true,
      furtherKeys: ['ml-dsa'],
      versions: { root: 1, timestamp: 48 },
    });
    expect(verified.stderr).toContain('It takes a client that verifies ML-DSA keys');
    const late = await startPlayground(dir, ['verify', site, '--time', '2026-08-24', '--json']).ended;
    expect(late.code).toBe(1);
    expect(late.json).toMatchObject({ ok: false, failure: { stage: 'timestamp', code: 'expired' } });
  });
});

/** Whom a delegator lets sign a role. */
function speakers(by: Root | Targets, role: string) {
  if (by._type === 'root') return { entry: by.roles[role as TopLevelRole], keys: by.keys };
  const delegation = findDelegation(by.delegations, role);
  if (!delegation) throw new Error(`nobody delegates to ${role}`);
  return { entry: delegation.role, keys: delegation.keys };
}

type Tufjs = TufjsMetadata<never>;

/** What @tufjs/models says where the role has this key alone and needs one signature. */
function tufjsAccepts(metadata: Metadata, by: Metadata, role: string, keyid: string): boolean {
  const read = (type: string, value: object) =>
    TufjsMetadata.fromJSON(type as MetadataKind.Root, value as Parameters<typeof TufjsMetadata.fromJSON>[1]);
  const delegator = structuredClone(by) as unknown as {
    signed: { roles?: object; delegations?: { roles: object[] } };
  };
  const only = { keyids: [keyid], threshold: 1 };
  if (delegator.signed.delegations)
    delegator.signed.delegations.roles = [{ name: role, paths: [], terminating: true, ...only }];
  else delegator.signed.roles = { ...delegator.signed.roles, [role]: only };
  try {
    (read(by.signed._type, delegator) as unknown as Tufjs).verifyDelegate(
      role,
      read(typeOfRole(role), metadata),
    );
    return true;
  } catch {
    return false;
  }
}

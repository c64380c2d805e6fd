/** Every finding: what provokes it, what it names, how much it weighs, and that it goes away when it is mended. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { evaluateEvent, readEvent } from '../../src/event/event.ts';
import { openRepository } from '../../src/git/repository.ts';
import { FINDING_KINDS, type FindingCode } from '../../src/repository/findings.ts';
import { commitFiles, git, gitClone, writeFiles } from '../support/git.ts';
import type { Files } from '../support/memory-tree.ts';
import { judge, NOW, onlineFiles, signedRepository } from '../support/signed-repository.ts';
import { ARTIFACT_PROVOCATIONS } from './provocations/artifacts.ts';
import { EVENT_PROVOCATIONS, type EventProvocation } from './provocations/events.ts';
import { FILE_PROVOCATIONS } from './provocations/files.ts';
import { KEY_PROVOCATIONS } from './provocations/keys.ts';
import {
  type Flawed,
  nextRoot,
  type Provocation,
  type Sound,
  strangerKey,
  withTeamKey,
} from './provocations/provocation.ts';
import { ROLE_PROVOCATIONS } from './provocations/roles.ts';
import { SIGNATURE_PROVOCATIONS } from './provocations/signatures.ts';

const PROVOCATIONS = {
  ...FILE_PROVOCATIONS,
  ...ROLE_PROVOCATIONS,
  ...KEY_PROVOCATIONS,
  ...SIGNATURE_PROVOCATIONS,
  ...ARTIFACT_PROVOCATIONS,
};

let sound: Sound;
beforeAll(async () => {
  const offline = await signedRepository();
  sound = { offline, online: await onlineFiles(offline) };
});

test('every code of a finding is provoked here', () => {
  const tried = [...Object.entries(PROVOCATIONS), ...Object.entries(EVENT_PROVOCATIONS)];
  const provoked = tried.filter(([, list]) => list.length > 0).map(([code]) => code);
  expect(provoked.sort()).toEqual(Object.keys(FINDING_KINDS).sort());
});

test('a sound repository has no finding, whether or not it is known', async () => {
  const { findings } = await judge(sound, undefined);
  expect(findings).toEqual([]);
  expect(await judge(sound, sound)).toMatchObject({ ok: true, findings: [] });
});

const flawed = new Map<Provocation, Promise<Flawed>>();

/** The flawed state, made once for all tests of it. */
function made(provocation: Provocation): Promise<Flawed> {
  const known = flawed.get(provocation) ?? Promise.resolve(provocation.make(sound));
  flawed.set(provocation, known);
  return known;
}

describe.each(Object.entries(PROVOCATIONS) as [FindingCode, readonly Provocation[]][])('%s', (code, list) => {
  const kind = FINDING_KINDS[code];

  describe.each(list)('where $where', (provocation) => {
    it(`is ${kind.severity === 'error' ? 'an error' : 'a warning'} that says what, where and how to mend it`, async () => {
      const { proposed, knownGood = sound, options } = await made(provocation);
      const { findings, ok } = await judge(proposed, knownGood ?? undefined, options);
      const found = findings.filter((one) => one.code === code && one.path === provocation.names.path);
      expect(found, JSON.stringify(findings, null, 1)).not.toEqual([]);
      const { role, path } = provocation.names;
      expect(found[0]?.role).toBe(role);
      expect(found[0]?.severity).toBe(kind.severity);
      expect(found[0]?.message).toContain(role ?? path);
      if (provocation.says) expect(found.map(({ message }) => message).join('\n')).toMatch(provocation.says);
      expect(found[0]?.mend).toMatch(/\w.*[.`]/);
      expect(ok).toBe(kind.severity === 'warning');
      const errors = findings.filter(({ severity }) => severity === 'error').map((one) => one.code);
      const expected = [...(kind.severity === 'error' ? [code] : []), ...(provocation.also ?? [])];
      expect([...new Set(errors)].sort()).toEqual(expected.sort());
    });

    it('is gone where it is mended', async () => {
      const { knownGood = sound, mended = sound, options } = await made(provocation);
      const { findings, ok } = await judge(mended, knownGood ?? undefined, options);
      expect(findings.map((one) => one.code)).not.toContain(code);
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(ok).toBe(true);
    });

    const unchanged = provocation.whenUnchanged ?? kind.whenUnchanged;
    it(`${unchanged === 'gone' ? 'is no finding' : `weighs as ${unchanged}`} where it is known and nobody touched it`, async () => {
      const { proposed } = await made(provocation);
      const { findings } = await judge(proposed, proposed);
      const found = findings.filter((one) => one.code === code && one.path === provocation.names.path);
      expect([...new Set(found.map(({ severity }) => severity))]).toEqual(
        unchanged === 'gone' ? [] : [unchanged],
      );
    });
  });
});

describe('an odd key', () => {
  it('is known where the root before had it already, for those signers vouched for it', async () => {
    const odd = await nextRoot(sound.offline, (root) => {
      const keyids = [...root.roles.targets.keyids, 'ab'.repeat(32)];
      const keys = { ...root.keys, ['ab'.repeat(32)]: strangerKey() };
      return { ...root, keys, roles: { ...root.roles, targets: { ...root.roles.targets, keyids } } };
    });
    const mismatches = async (offline: Files) =>
      (await judge({ offline }, undefined)).findings.filter(({ code }) => code === 'keyid-mismatch');
    expect(await mismatches(odd)).toMatchObject([{ role: 'root', severity: 'error' }]);
    const next = await nextRoot(odd, (root) => root);
    expect(await mismatches(next)).toMatchObject([{ role: 'root', severity: 'warning' }]);
  });

  it('is new where only the root before had it, and targets brings it into a delegation', async () => {
    const inRoot = await nextRoot(sound.offline, (root) => ({
      ...root,
      keys: { ...root.keys, ['ab'.repeat(32)]: strangerKey() },
    }));
    const offline = await withTeamKey(await nextRoot(inRoot, (root) => root), strangerKey(), 'ab'.repeat(32));
    const { findings } = await judge({ offline }, undefined);
    expect(findings.filter(({ code }) => code === 'keyid-mismatch')).toMatchObject([
      { role: 'targets', severity: 'error' },
      { role: 'root', severity: 'warning' },
    ]);
  });
});

describe.each(Object.entries(EVENT_PROVOCATIONS) as [FindingCode, readonly EventProvocation[]][])(
  '%s',
  (code, list) => {
    it.each(list)(
      'is an error of an event where $where, and gone where that is mended',
      async (provocation) => {
        const { event, main, mend, names } = provocation;
        const dir = await gitClone(Object.fromEntries(sound.offline) as Record<string, string>);
        await using repository = await openRepository(dir);
        const found = async () => {
          const [base = '', head = ''] = (await git(dir, 'rev-parse', 'main', 'sign/x')).split('\n');
          const status = await evaluateEvent(await readEvent(repository, 'x', base, head), NOW);
          return status.findings.filter((one) => one.code === code);
        };
        const commit = async (branch: string, changes: Readonly<Record<string, string | null>>) => {
          await git(dir, 'checkout', '--quiet', branch);
          for (const [path, content] of Object.entries(changes)) {
            if (content === null) await git(dir, 'rm', '--quiet', path);
            else await writeFiles(dir, { [path]: content });
          }
          await commitFiles(dir, {});
        };
        await git(dir, 'branch', 'sign/x');
        await commit('sign/x', event);
        if (main) await commit('main', main);
        expect(await found()).toEqual([
          {
            code,
            severity: 'error',
            path: names.path,
            message: expect.stringContaining(names.path),
            mend: FINDING_KINDS[code].mend,
          },
        ]);
        await commit('sign/x', mend ?? {});
        if (!mend) await git(dir, 'merge', '--quiet', '-m', 'Merge main', 'main');
        expect(await found()).toEqual([]);
      },
    );
  },
);

/** Flaws of roles: missing, not delegated, going back, expired. */
import { EXPIRY_PERIOD, SIGNING_PERIOD } from '../../../src/tuf/custom-fields.ts';
import type { Targets } from '../../../src/tuf/targets.ts';
import { DAY, formatTime } from '../../../src/tuf/time.ts';
import { type Files, withFiles } from '../../support/memory-tree.ts';
import { NOW, onlineFiles, resignOnline, rewrite } from '../../support/signed-repository.ts';
import { nextRoot, type Provocation, type Provocations } from './provocation.ts';

const TEAM = { role: 'team', path: 'metadata/team.json' };
const TARGETS = { role: 'targets', path: 'metadata/targets.json' };
const ROOT = { role: 'root', path: 'metadata/root.json' };
const TIMESTAMP = { role: 'timestamp', path: 'metadata/timestamp.json' };

const inDays = (days: number) => formatTime(new Date(NOW.getTime() + days * DAY));

/** A next version of a role with some fields changed. */
async function changed(files: Files, role: string, fields: Partial<Targets>): Promise<Files> {
  return rewrite<Targets>(files, role, (signed) => ({ ...signed, ...fields }));
}

/** A provocation by some fields of the next version of the role `team`. */
function teamWith(where: string, fields: Partial<Targets>): Provocation {
  return {
    where,
    make: async ({ offline }) => ({ proposed: { offline: await changed(offline, 'team', fields) } }),
    names: TEAM,
  };
}

export const ROLE_PROVOCATIONS: Provocations<
  | 'role-missing'
  | 'role-not-delegated'
  | 'version-rollback'
  | 'version-unchanged'
  | 'version-too-high'
  | 'spec-version'
  | 'expiry-format'
  | 'expired'
  | 'expiry-beyond-period'
  | 'expiry-earlier'
  | 'period-invalid'
> = {
  'role-missing': [
    {
      where: 'a delegated role has no file',
      make: ({ offline }) => ({ proposed: { offline: withFiles(offline, { [TEAM.path]: null }) } }),
      names: TEAM,
    },
    {
      where: 'targets has no file, published or not',
      make: ({ offline }) => ({ proposed: { offline: withFiles(offline, { [TARGETS.path]: null }) } }),
      names: TARGETS,
      whenUnchanged: 'error',
    },
  ],
  'role-not-delegated': [
    {
      where: 'nobody delegates to the role of a file',
      make: ({ offline }) => ({
        proposed: { offline: withFiles(offline, { 'metadata/extra.json': offline.get(TEAM.path) ?? '' }) },
      }),
      names: { role: 'extra', path: 'metadata/extra.json' },
    },
  ],
  'version-rollback': [
    ...['team', 'targets', 'root'].map(
      (role): Provocation => ({
        where: `an older version of ${role} comes back`,
        make: async ({ offline }) => {
          const newer = { offline: await changed(offline, role, {}) };
          return { proposed: { offline }, knownGood: newer, mended: newer };
        },
        names: { role, path: `metadata/${role}.json` },
        whenUnchanged: 'gone',
      }),
    ),
    {
      where: 'an older timestamp comes back',
      make: async ({ offline, online }) => {
        const renewed = await resignOnline(online, 'timestamp', (signed) => ({ ...signed, version: 2 }));
        const newer = { offline, online: renewed };
        return { proposed: { offline, online }, knownGood: newer, mended: newer };
      },
      names: TIMESTAMP,
      whenUnchanged: 'gone',
    },
  ],
  'version-unchanged': [
    {
      where: 'a role says something else under the same version',
      make: async ({ offline }) => ({
        proposed: {
          offline: await rewrite(offline, 'team', (signed) => ({ ...signed, 'x-note': 'new' }), 0),
        },
        mended: { offline: await rewrite(offline, 'team', (signed) => ({ ...signed, 'x-note': 'new' })) },
      }),
      names: TEAM,
      whenUnchanged: 'gone',
    },
  ],
  'version-too-high': [
    teamWith('a version needs more than 32 bits', { version: 2 ** 32 }),
    {
      where: 'an event skips a version',
      make: async ({ offline }) => ({
        proposed: { offline: await rewrite(offline, 'team', (signed) => signed, 2) },
        mended: { offline: await rewrite(offline, 'team', (signed) => signed) },
        options: { singleStep: true },
      }),
      names: TEAM,
      whenUnchanged: 'gone',
    },
  ],
  'spec-version': [
    teamWith('a role follows another major version', { spec_version: '2.0.0' }),
    teamWith('a role follows no version at all', { spec_version: 'latest' }),
    {
      where: 'timestamp follows another major version, published or not',
      make: async ({ offline, online }) => ({
        proposed: {
          offline,
          online: await resignOnline(online, 'timestamp', (signed) => ({ ...signed, spec_version: '2.0.0' })),
        },
      }),
      names: TIMESTAMP,
      whenUnchanged: 'error',
    },
  ],
  'expiry-format': [
    teamWith('the time has fractions of a second', { expires: '2030-06-01T00:00:00.123456Z' }),
    teamWith('a delegated role expires on a day that does not exist', { expires: '2030-02-30T00:00:00Z' }),
    {
      where: 'targets expires at no time, published or not',
      make: async ({ offline }) => ({
        proposed: { offline: await changed(offline, 'targets', { expires: 'never' }) },
      }),
      names: TARGETS,
      whenUnchanged: 'error',
    },
    {
      where: 'timestamp expires at no time, published or not',
      make: async ({ offline, online }) => ({
        proposed: {
          offline,
          online: await resignOnline(online, 'timestamp', (signed) => ({ ...signed, expires: '2030' })),
        },
      }),
      names: TIMESTAMP,
      whenUnchanged: 'error',
    },
  ],
  expired: [
    teamWith('a delegated role has expired', { expires: inDays(-1) }),
    teamWith('a delegated role expires at this very moment', { expires: inDays(0) }),
    ...['targets', 'root'].map(
      (role): Provocation => ({
        where: `${role} has expired, published or not`,
        make: async ({ offline }) => ({
          proposed: { offline: await changed(offline, role, { expires: inDays(-1) }) },
        }),
        names: { role, path: `metadata/${role}.json` },
        whenUnchanged: 'error',
      }),
    ),
    {
      where: 'timestamp expires at this very moment, published or not',
      make: async ({ offline, online }) => ({
        proposed: {
          offline,
          online: await resignOnline(online, 'timestamp', (signed) => ({ ...signed, expires: inDays(0) })),
        },
      }),
      names: TIMESTAMP,
      whenUnchanged: 'error',
    },
    ...(['snapshot', 'timestamp'] as const).map(
      (role): Provocation => ({
        where: `${role} has expired, published or not`,
        make: async ({ offline, online }) => ({
          proposed: {
            offline,
            online: await resignOnline(online, role, (signed) => ({ ...signed, expires: inDays(-1) })),
          },
        }),
        names: { role, path: `metadata/${role}.json` },
        whenUnchanged: 'error',
      }),
    ),
  ],
  'expiry-beyond-period': [
    {
      ...teamWith('a role lives longer than its period', { expires: inDays(367) }),
      whenUnchanged: 'gone',
    },
    {
      where: 'root lives longer than its period',
      make: async ({ offline }) => ({
        proposed: { offline: await changed(offline, 'root', { expires: inDays(367) }) },
      }),
      names: ROOT,
      whenUnchanged: 'gone',
    },
  ],
  'expiry-earlier': [
    {
      ...teamWith('a role expires earlier than before', { expires: inDays(300) }),
      whenUnchanged: 'gone',
    },
  ],
  'period-invalid': [
    teamWith('signing would start before the role does', { [EXPIRY_PERIOD]: 365, [SIGNING_PERIOD]: 365 }),
    teamWith('an expiry period is no day', { [EXPIRY_PERIOD]: 0 }),
    teamWith('an expiry period is a text', { [EXPIRY_PERIOD]: '365' }),
    teamWith('a signing period is negative', { [SIGNING_PERIOD]: -1 }),
    {
      where: 'the timestamp would be due from its first moment on',
      make: async ({ offline }) => {
        const proposed = await nextRoot(offline, (root) => ({
          ...root,
          roles: {
            ...root.roles,
            timestamp: { ...root.roles.timestamp, [EXPIRY_PERIOD]: 2, [SIGNING_PERIOD]: 2 },
          },
        }));
        return { proposed: { offline: proposed, online: await onlineFiles(proposed) } };
      },
      names: ROOT,
    },
  ],
};

/** Snapshot and timestamp: when they are signed anew, what they keep, and what is said of files beyond versions. */
import { hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { signOnline } from '../../src/repository/online.ts';
import { onlineOf } from '../../src/repository/online-state.ts';
import { ONLINE_URI } from '../../src/tuf/custom-fields.ts';
import { computeKeyid } from '../../src/tuf/key.ts';
import { formatMetadata } from '../../src/tuf/metadata.ts';
import type { Root } from '../../src/tuf/root.ts';
import type { Snapshot } from '../../src/tuf/snapshot.ts';
import { DAY, formatTime } from '../../src/tuf/time.ts';
import type { Timestamp } from '../../src/tuf/timestamp.ts';
import { type Files, memoryState, withFiles } from '../support/memory-tree.ts';
import {
  alter,
  judge,
  memorySigner,
  NOW,
  ONLINE,
  onlineFiles,
  readRole,
  resignOnline,
  rewrite,
  signedRepository,
} from '../support/signed-repository.ts';

let offline: Files;
let online: Files;
beforeAll(async () => {
  offline = await signedRepository();
  online = await onlineFiles(offline);
});

async function sign(files: Files, before: Files | undefined, options: { now?: Date; floor?: Floor } = {}) {
  const signed = await signOnline({
    offline: await memoryState(files),
    before: before && onlineOf(await memoryState(before)),
    now: options.now ?? NOW,
    ...(options.floor ? { floor: options.floor } : {}),
    openSigner: async (uri) => memorySigner(uri.replace('memory:', '')),
  });
  const { snapshot, timestamp, reasons } = signed;
  const made: Files = new Map([
    ['metadata/snapshot.json', formatMetadata(snapshot)],
    ['metadata/timestamp.json', formatMetadata(timestamp)],
  ]);
  const versions = { snapshot: snapshot.signed.version, timestamp: timestamp.signed.version };
  return { snapshot, timestamp, reasons, files: made, versions };
}
type Floor = { readonly snapshot: number; readonly timestamp: number };

/** What a snapshot or timestamp may state of a file beyond its version. */
const stated = (text: unknown) => ({
  length: Buffer.byteLength(String(text)),
  hashes: { sha256: hash('sha256', String(text)), sha512: hash('sha512', String(text)) },
});

const inDays = (days: number) => new Date(NOW.getTime() + days * DAY);

describe('online signing', () => {
  it('starts with version 1 of both, in their periods, and lists every role that clients reach', async () => {
    const { snapshot, timestamp } = await sign(offline, undefined);
    expect(snapshot.signed).toMatchObject({
      version: 1,
      expires: formatTime(inDays(365)),
      meta: { 'targets.json': { version: 1 }, 'team.json': { version: 1 } },
    });
    expect(timestamp.signed).toMatchObject({
      version: 1,
      expires: formatTime(inDays(4)),
      meta: { 'snapshot.json': { version: 1 } },
    });
  });

  it('does nothing where everything still holds', async () => {
    const again = await sign(offline, online);
    expect(again.reasons).toEqual([]);
    expect(again.files).toEqual(online);
  });

  it('signs only the timestamp where its time has come', async () => {
    const renewed = await sign(offline, online, { now: inDays(2) });
    expect(renewed.versions).toEqual({ snapshot: 1, timestamp: 2 });
    expect(renewed.reasons).toEqual([expect.stringContaining('timestamp: it expires on')]);
    expect((await sign(offline, online, { now: inDays(1) })).reasons).toEqual([]);
  });

  it('signs both where a role has a new version', async () => {
    const next = await sign(await rewrite(offline, 'team', (signed) => signed), online);
    expect(next.versions).toEqual({ snapshot: 2, timestamp: 2 });
    expect(next.snapshot.signed.meta['team.json']).toEqual({ version: 2 });
  });

  it('goes above versions that the world has seen', async () => {
    const next = await sign(offline, online, { floor: { snapshot: 7, timestamp: 9 } });
    expect(next.versions).toEqual({ snapshot: 8, timestamp: 10 });
  });

  it('signs both with another key where root has replaced it', async () => {
    const files = await rewrite<Root>(offline, 'root', (root) => {
      const key = { ...memorySigner('other').key, [ONLINE_URI]: 'memory:other' };
      const entry = { ...root.roles.snapshot, keyids: [computeKeyid(key)] };
      const roles = { ...root.roles, snapshot: entry, timestamp: { ...root.roles.timestamp, ...entry } };
      const keys = Object.fromEntries(
        Object.entries(root.keys).filter(([keyid]) => !root.roles.snapshot.keyids.includes(keyid)),
      );
      return { ...root, roles, keys: { ...keys, [computeKeyid(key)]: key } };
    });
    const next = await sign(files, online);
    expect(next.versions).toEqual({ snapshot: 2, timestamp: 2 });
    expect(await judge({ offline: files, online: next.files }, { offline, online })).toMatchObject({
      ok: true,
    });
  });

  it('refuses a private key that is not the one that root names', async () => {
    const state = await memoryState(offline);
    const openSigner = async () => memorySigner('mallory');
    await expect(
      signOnline({ offline: state, before: undefined, now: NOW, openSigner }),
    ).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining(ONLINE.uri),
    });
  });

  it('signs anew what somebody spoilt on the branch, so that the next run mends it', async () => {
    const twice = alter(online, 'timestamp', (metadata) => ({
      ...metadata,
      signatures: [...metadata.signatures, ...metadata.signatures],
    }));
    const next = await sign(offline, twice);
    expect(next.reasons).toEqual(['timestamp: timestamp holds two signatures of one keyid']);
    expect(await judge({ offline, online: next.files }, { offline, online: twice })).toMatchObject({
      ok: true,
    });
  });

  it('keeps fields that it does not know', async () => {
    const before = await resignOnline<Snapshot>(online, 'snapshot', (signed) => ({
      ...signed,
      'x-note': 'kept',
      meta: { ...signed.meta, 'team.json': { version: 1, 'x-more': 1 } },
    }));
    const next = await sign(await rewrite(offline, 'targets', (signed) => signed), before);
    expect(next.snapshot.signed['x-note']).toBe('kept');
    expect(next.snapshot.signed.meta['team.json']).toEqual({ version: 1, 'x-more': 1 });
  });
});

describe('length and hashes in snapshot', () => {
  const withEntry = (name: string, entry: object) =>
    resignOnline<Snapshot>(online, 'snapshot', (signed) => ({
      ...signed,
      meta: { ...signed.meta, [name]: { version: 1, ...entry } },
    }));

  it('are accepted and kept where they are those of the file', async () => {
    const before = await withEntry('team.json', stated(offline.get('metadata/team.json')));
    expect((await judge({ offline, online: before }, undefined)).findings).toEqual([]);
    const { reasons, files } = await sign(offline, before);
    expect(reasons).toEqual([]);
    expect(files).toEqual(before);
  });

  it('are left alone where no client can reach the role any more', async () => {
    const before = await withEntry('gone.json', stated('an old file'));
    expect((await judge({ offline, online: before }, { offline, online })).findings).toEqual([]);
    const { snapshot, reasons } = await sign(offline, before);
    expect(reasons).toEqual([]);
    expect(snapshot.signed.meta['gone.json']).toEqual({ version: 1, ...stated('an old file') });
  });

  it('are left away where a signature was added to the version that they describe', async () => {
    const before = await withEntry('team.json', stated(offline.get('metadata/team.json')));
    const fewer = alter(offline, 'team', (metadata) => ({
      ...metadata,
      signatures: metadata.signatures.slice(0, 1),
    }));
    expect((await judge({ offline: fewer, online: before }, undefined)).findings).toMatchObject([
      { code: 'snapshot-mismatch', role: 'team' },
    ]);
    const next = await sign(fewer, before);
    expect(next.snapshot.signed.meta['team.json']).toEqual({ version: 1 });
    const after = { offline: fewer, online: next.files };
    expect(await judge(after, { offline, online: before })).toMatchObject({ ok: true });
  });
});

describe('length and hashes in timestamp', () => {
  const withEntry = (files: Files) =>
    resignOnline<Timestamp>(files, 'timestamp', (signed) => ({
      ...signed,
      meta: { 'snapshot.json': { version: 1, ...stated(files.get('metadata/snapshot.json')) } },
    }));

  it('are accepted and kept where they are those of the snapshot', async () => {
    const before = await withEntry(online);
    expect((await judge({ offline, online: before }, undefined)).findings).toEqual([]);
    expect((await sign(offline, before)).reasons).toEqual([]);
  });

  it('are left away where the snapshot was stored in another form', async () => {
    const compact = JSON.stringify(readRole(online, 'metadata/snapshot.json'));
    const before = await withEntry(withFiles(online, { 'metadata/snapshot.json': compact }));
    expect((await judge({ offline, online: before }, undefined)).findings).toEqual([]);
    const next = await sign(offline, before);
    expect(next.versions).toEqual({ snapshot: 1, timestamp: 2 });
    const after = { offline, online: next.files };
    expect(await judge(after, { offline, online: before })).toMatchObject({ ok: true, findings: [] });
  });
});

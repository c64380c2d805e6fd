/** What the client accepts: a sound repository, read from a directory or a site, in all its forms. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VerifyEvent } from '../../src/client/result.ts';
import { verifyRepository } from '../../src/client/verify.ts';
import { Site, serveSite, siteKey } from '../support/site.ts';

let dir: string;
let site: Site;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'client-test-'));
  site = new Site(join(dir, 'site'));
  site.artifacts.set('readme.txt', 'read me');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a sound repository', () => {
  it('is verified from nothing, with every role and every artifact', async () => {
    site.delegate({ name: 'team' }).artifacts.set('team/tool', 'a tool').set('team/empty', '');
    site.publish();
    const result = await verifyRepository({ source: site.dir });
    expect(result.failures).toEqual([]);
    expect(result.ok).toBe(true);
    expect(result.versions).toEqual({
      root: 1,
      timestamp: 1,
      snapshot: 1,
      targets: 1,
      delegated: [{ role: 'team', version: 1 }],
    });
    expect(result.artifacts).toEqual([
      { path: 'readme.txt', ok: true, length: 7 },
      { path: 'team/tool', ok: true, length: 6 },
      { path: 'team/empty', ok: true, length: 0 },
    ]);
  });

  it('is verified over HTTP just as from its directory', async () => {
    site.delegate({ name: 'team' }).artifacts.set('team/tool', 'a tool');
    site.publish();
    const server = await serveSite(site.dir);
    try {
      const result = await verifyRepository({ source: server.url });
      expect(result).toEqual(await verifyRepository({ source: site.dir }));
      expect(result.ok).toBe(true);
      expect(server.requests).toContain('/metadata/1.team.json');
    } finally {
      await server.close();
    }
  });

  it('may sit below a path of the site', async () => {
    site.publish();
    const server = await serveSite(dir);
    try {
      expect((await verifyRepository({ source: `${server.url}site` })).ok).toBe(true);
    } finally {
      await server.close();
    }
  });

  it('may rotate its root keys, and is followed through every root', async () => {
    const old = site.keys.root;
    site.keys.root = siteKey();
    site.publishRoot([old]);
    site.keys.timestamp = siteKey();
    site.publishRoot();
    site.publish();
    const result = await verifyRepository({ source: site.dir });
    expect(result).toMatchObject({
      ok: true,
      versions: { root: 3 },
      firstRoot: { origin: 'source', version: 1 },
    });
  });

  it('may have expired roots before the newest one', async () => {
    site.expires.root = '2020-01-01T00:00:00Z';
    site.publishRoot();
    site.expires.root = '2040-01-01T00:00:00Z';
    site.publishRoot();
    site.publish();
    expect((await verifyRepository({ source: site.dir })).ok).toBe(true);
  });

  it('may nest delegations, and have a role delegated by two roles', async () => {
    const shared = { key: siteKey(), terminating: false };
    site.delegate({ name: 'a', paths: ['a/*'], terminating: false });
    site.delegate({ name: 'b', paths: ['b/*'], terminating: false });
    const inner = site.delegate({ name: 'inner', delegator: 'a', paths: ['a/*'], ...shared });
    inner.artifacts.set('a/x', 'x').set('b/y', 'y');
    // The same role once more, below b: its file is the one that was written last.
    site.delegate({ name: 'inner', delegator: 'b', paths: ['b/*'], artifacts: inner.artifacts, ...shared });
    site.publish();
    const result = await verifyRepository({ source: site.dir });
    expect(result.failures).toEqual([]);
    expect(result.versions.delegated.map(({ role }) => role)).toEqual(['a', 'b', 'inner']);
    expect(result.artifacts.map(({ path }) => path)).toEqual(['readme.txt', 'a/x', 'b/y']);
  });

  it('may spread its artifacts over hashed bins, and every bin is loaded, empty or not', async () => {
    site.bins = { prefix: 'bin', bitLength: 2, key: siteKey() };
    const key = site.bins.key;
    const bins = ['0', '1', '2', '3'].map((n) => site.delegate({ name: `bin-${n}`, delegator: '', key }));
    // SHA-256 of "one" starts with 7692 (0111…): bin 1.
    bins[1]?.artifacts.set('one', 'content');
    site.publish();
    const result = await verifyRepository({ source: site.dir });
    expect(result.failures).toEqual([]);
    expect(result.versions.delegated.map(({ role }) => role)).toEqual(['bin-0', 'bin-1', 'bin-2', 'bin-3']);
    expect(result.artifacts).toContainEqual({ path: 'one', ok: true, length: 7 });
  });

  it('may list an artifact twice: the role that a client asks first decides', async () => {
    site.delegate({ name: 'first', paths: ['x/*'], terminating: false }).artifacts.set('x/file', 'one');
    site.delegate({ name: 'second', paths: ['x/*'] }).artifacts.set('x/file', 'another');
    site.publish();
    const { ok, artifacts } = await verifyRepository({ source: site.dir, downloadDir: join(dir, 'kept') });
    expect(ok).toBe(true);
    expect(artifacts).toContainEqual({ path: 'x/file', ok: true, length: 3 });
    expect(readFileSync(join(dir, 'kept/x/file'), 'utf8')).toBe('one');
  });

  it('may have artifacts whose names a URL has to encode', async () => {
    site.artifacts.set('docs/ü+@&=,;(1).txt', 'text');
    site.publish();
    expect((await verifyRepository({ source: site.dir })).failures).toEqual([]);
  });
});

describe('a run of the client', () => {
  it('says where its first root came from, with a hash to compare', async () => {
    site.publishRoot();
    site.publish();
    const own = await verifyRepository({ source: site.dir });
    expect(own.firstRoot).toMatchObject({ origin: 'source', version: 1 });
    expect(own.firstRoot?.sha256).toMatch(/^[0-9a-f]{64}$/);
    const path = site.metadataFile('2.root.json');
    const given = await verifyRepository({ source: site.dir, root: path });
    expect(given).toMatchObject({ ok: true, firstRoot: { origin: 'given', version: 2 } });
    expect(await verifyRepository({ source: site.dir, root: readFileSync(path) })).toEqual(given);
  });

  it('downloads only the artifacts that are asked for', async () => {
    site.artifacts.set('other', 'other');
    site.publish();
    const { artifacts } = await verifyRepository({ source: site.dir, artifacts: ['other'] });
    expect(artifacts.map(({ path }) => path)).toEqual(['other']);
  });

  it('keeps artifacts under their paths where a directory is given, and leaves nothing else behind', async () => {
    site.delegate({ name: 'team' }).artifacts.set('team/tool', 'a tool');
    site.publish();
    // A temporary directory of its own: other runs use the common one at the same time.
    const temp = join(dir, 'temp');
    mkdirSync(temp);
    vi.stubEnv('TMPDIR', temp).stubEnv('TEMP', temp);
    await verifyRepository({ source: site.dir, downloadDir: join(dir, 'kept') });
    vi.unstubAllEnvs();
    expect(readFileSync(join(dir, 'kept/team/tool'), 'utf8')).toBe('a tool');
    expect(readdirSync(join(dir, 'kept')).sort()).toEqual(['readme.txt', 'team']);
    expect(readdirSync(temp)).toEqual([]);
  });

  it('tells of its progress', async () => {
    site.delegate({ name: 'team' });
    site.publish();
    const events: VerifyEvent[] = [];
    await verifyRepository({ source: site.dir, onProgress: (event) => events.push(event) });
    expect(events).toContainEqual({ type: 'fetch', file: 'metadata/timestamp.json' });
    expect(events).toContainEqual({ type: 'role', role: 'team', ok: true });
    expect(events).toContainEqual({ type: 'artifact', path: 'readme.txt', ok: true, done: 1, total: 1 });
  });

  it('can be aborted, at its start and while a site keeps it waiting', async () => {
    site.publish();
    await expect(verifyRepository({ source: site.dir, signal: AbortSignal.abort() })).rejects.toThrow(
      'aborted',
    );
    const controller = new AbortController();
    const server = await serveSite(site.dir, (path) => {
      if (!path.endsWith('timestamp.json')) return false;
      controller.abort(new Error('enough'));
      return true;
    });
    try {
      const run = verifyRepository({ source: server.url, signal: controller.signal });
      await expect(run).rejects.toThrow('enough');
    } finally {
      await server.close();
    }
  });
});

describe("the client's clock", () => {
  beforeEach(() => {
    site.expires.timestamp = '2021-01-02T00:00:00Z';
    site.publish();
  });

  it('decides what has expired', async () => {
    const now = await verifyRepository({ source: site.dir });
    expect(now.failure).toMatchObject({ stage: 'timestamp', code: 'expired', error: 'ExpiredMetadataError' });
    const late = await verifyRepository({ source: site.dir, time: new Date('2021-01-02T00:00:00Z') });
    expect(late.failure).toMatchObject({ stage: 'timestamp', code: 'expired' });
    const then = await verifyRepository({ source: site.dir, time: new Date('2021-01-01T00:00:00Z') });
    expect(then.ok).toBe(true);
  });

  it('is its own: the rest of the process keeps its Date, also while the client runs', async () => {
    const RealDate = globalThis.Date;
    const { now } = RealDate;
    const before = RealDate.now();
    const seen = new Set<unknown>();
    const onProgress = () => seen.add(globalThis.Date).add(Date.now() >= before);
    const time = new Date('2021-01-01T00:00:00Z');
    const [then, today] = await Promise.all([
      verifyRepository({ source: site.dir, time, onProgress }),
      verifyRepository({ source: site.dir }),
    ]);
    expect(then.ok).toBe(true);
    expect(today.failure?.code).toBe('expired');
    expect([...seen]).toEqual([RealDate, true]);
    expect(globalThis.Date).toBe(RealDate);
    expect(Date.now).toBe(now);
  });

  it('is refused where it is no date', async () => {
    const run = verifyRepository({ source: site.dir, time: new Date('yesterday') });
    await expect(run).rejects.toMatchObject({ code: 'bad-time' });
  });
});

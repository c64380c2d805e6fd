/** What the client remembers: it refuses what goes back behind it, and a refusal does not change it. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRepository } from '../../src/client/verify.ts';
import { changeOneByte, Site, siteKey } from '../support/site.ts';

let dir: string;
let stateDir: string;
let site: Site;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'client-test-'));
  stateDir = join(dir, 'state');
  site = new Site(join(dir, 'site'));
  site.artifacts.set('readme.txt', 'read me');
  site.delegate({ name: 'team' }).artifacts.set('team/tool', 'a tool');
  site.publish();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const verify = () => verifyRepository({ source: site.dir, stateDir });
const state = () => readdirSync(stateDir).map((name) => [name, readFileSync(join(stateDir, name), 'utf8')]);

describe('the state of a client', () => {
  it('is made by the first run and continued by the next', async () => {
    const first = await verify();
    expect(first).toMatchObject({ ok: true, firstRoot: { origin: 'source' } });
    expect(readdirSync(stateDir).sort()).toEqual([
      'root.json',
      'snapshot.json',
      'targets.json',
      'team.json',
      'timestamp.json',
    ]);
    site.publishRoot();
    site.publish();
    const next = await verify();
    expect(next).toMatchObject({
      ok: true,
      firstRoot: { origin: 'state', version: 1 },
      versions: { root: 2 },
    });
    expect(JSON.parse(readFileSync(join(stateDir, 'timestamp.json'), 'utf8'))).toMatchObject({
      signed: { version: 2 },
    });
  });

  it('may have expired, and is continued by a fresh publication', async () => {
    site.expires.timestamp = '2021-01-02T00:00:00Z';
    site.publish();
    const first = await verifyRepository({
      source: site.dir,
      stateDir,
      time: new Date('2021-01-01T00:00:00Z'),
    });
    expect(first.ok).toBe(true);
    site.expires.timestamp = '2040-01-01T00:00:00Z';
    site.publishTimestamp();
    expect((await verify()).ok).toBe(true);
  });

  it('is not made by a run that fails', async () => {
    changeOneByte(site.artifactFile('team/tool'));
    expect((await verify()).ok).toBe(false);
    expect(() => readdirSync(stateDir)).toThrow('ENOENT');
  });

  it('that cannot be used is said so', async () => {
    writeFileSync(stateDir, 'a file');
    await expect(verify()).rejects.toMatchObject({ code: 'bad-state' });
    rmSync(stateDir);
    mkdirSync(stateDir);
    writeFileSync(join(stateDir, 'root.json'), 'damaged');
    const { failure } = await verify();
    expect(failure).toMatchObject({ stage: 'root', code: 'malformed' });
    expect(failure?.message).toContain("client's state");
  });
});

describe('a rollback', () => {
  const keepAside = (file: string) => copyFileSync(site.metadataFile(file), join(dir, file));
  const bringBack = (file: string) => copyFileSync(join(dir, file), site.metadataFile(file));

  it('of the timestamp is refused from the state, and accepted by who has seen nothing', async () => {
    keepAside('timestamp.json');
    site.publish();
    expect((await verify()).ok).toBe(true);
    const before = state();
    bringBack('timestamp.json');
    const { failure } = await verify();
    expect(failure).toMatchObject({ stage: 'timestamp', code: 'rollback', error: 'BadVersionError' });
    expect(failure?.message).toContain('already accepted');
    expect(state()).toEqual(before);
    expect((await verifyRepository({ source: site.dir })).ok).toBe(true);
  });

  it('of the snapshot under a newer timestamp is refused', async () => {
    site.publish();
    await verify();
    site.versions.snapshot = 1;
    site.publishTimestamp();
    expect((await verify()).failure).toMatchObject({ stage: 'timestamp', code: 'rollback' });
  });

  it.each([
    [
      'of targets',
      () => {
        site.versions.targets = 0;
      },
    ],
    [
      'of a delegated role',
      () => {
        for (const role of site.roles) role.version = 0;
      },
    ],
    [
      'by leaving a role out',
      () => {
        site.unlisted.add('team');
      },
    ],
  ])('%s under a newer snapshot is refused', async (_what, goBack) => {
    site.publish();
    expect((await verify()).ok).toBe(true);
    const before = state();
    goBack();
    site.publish();
    expect((await verify()).failure).toMatchObject({ stage: 'snapshot', code: 'rollback' });
    expect(state()).toEqual(before);
  });

  it('is no more one when the root has replaced the keys since', async () => {
    site.versions.timestamp = 1_000_000;
    site.publishTimestamp();
    expect((await verify()).ok).toBe(true);
    site.keys.timestamp = siteKey();
    site.publishRoot();
    site.versions.timestamp = 1;
    site.publish();
    expect(await verify()).toMatchObject({ ok: true, versions: { timestamp: 2 } });
  });
});

describe('a refusal', () => {
  it('does not keep the good state from going on', async () => {
    await verify();
    const before = state();
    site.publishRoot();
    site.publish();
    changeOneByte(site.artifactFile('readme.txt'));
    expect((await verify()).failure).toMatchObject({ stage: 'artifact', code: 'mismatch' });
    expect(state()).toEqual(before);
    changeOneByte(site.artifactFile('readme.txt'));
    expect((await verify()).ok).toBe(true);
    expect(state()).not.toEqual(before);
  });
});

/** Repositories with keys that tuf-js does not know: what is said of them, and that nothing else is let through. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whatItTakes } from '../../src/client/result.ts';
import { verifyRepository } from '../../src/client/verify.ts';
import { changeOneByte, mlDsaSiteKey, Site, siteKey } from '../support/site.ts';

let dir: string;
let site: Site;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'client-test-'));
  site = new Site(join(dir, 'site'));
  site.artifacts.set('readme.txt', 'read me');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const verify = () => verifyRepository({ source: site.dir });

describe('a repository that cannot do without ML-DSA keys', () => {
  it.each(['root', 'targets', 'timestamp'] as const)('is accepted with a word about it: %s', async (role) => {
    const old = site.keys.root;
    site.keys[role] = mlDsaSiteKey();
    site.publishRoot([old]);
    site.publish();
    const result = await verify();
    expect(result).toMatchObject({ ok: true, furtherKeys: ['ml-dsa'], failures: [], versions: { root: 2 } });
    expect(result.artifacts).toEqual([{ path: 'readme.txt', ok: true, length: 7 }]);
    expect(whatItTakes(result)).toMatch(/ML-DSA keys.*tuf-js as it is/);
  });

  it('is accepted from its first root, in all sizes of key', async () => {
    for (const set of ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const) {
      const first = new Site(join(dir, set));
      for (const role of ['root', 'targets', 'snapshot', 'timestamp'] as const)
        first.keys[role] = mlDsaSiteKey(set);
      first.versions.root = 0;
      first.publishRoot();
      first.artifacts.set('readme.txt', 'read me');
      first.publish();
      const result = await verifyRepository({ source: first.dir });
      expect(result).toMatchObject({ ok: true, furtherKeys: ['ml-dsa'], versions: { root: 1 } });
    }
  });

  it('goes on from what the client remembers', async () => {
    const stateDir = join(dir, 'state');
    const old = site.keys.root;
    site.keys.root = mlDsaSiteKey();
    site.publishRoot([old]);
    site.publish();
    expect(await verifyRepository({ source: site.dir, stateDir })).toMatchObject({ ok: true });
    site.publish();
    expect(await verifyRepository({ source: site.dir, stateDir })).toMatchObject({
      ok: true,
      furtherKeys: ['ml-dsa'],
      firstRoot: { origin: 'state', version: 2 },
      versions: { timestamp: 2 },
    });
  });

  it('is refused for whatever else is wrong with it, in the words for that', async () => {
    const old = site.keys.root;
    site.keys.timestamp = mlDsaSiteKey();
    site.publishRoot([old]);
    site.expires.timestamp = '2020-01-01T00:00:00Z';
    site.publish();
    expect(await verify()).toMatchObject({
      ok: false,
      furtherKeys: ['ml-dsa'],
      failure: { stage: 'timestamp', code: 'expired' },
    });
    site.expires.timestamp = '2040-01-01T00:00:00Z';
    site.publish();
    changeOneByte(site.artifactFile('readme.txt', 'read me'));
    expect(await verify()).toMatchObject({ ok: false, failure: { stage: 'artifact', code: 'mismatch' } });
  });

  it('is refused where the signature is another key’s', async () => {
    const old = site.keys.root;
    site.keys.timestamp = mlDsaSiteKey();
    site.publishRoot([old]);
    site.keys.timestamp = { ...mlDsaSiteKey(), keyid: site.keys.timestamp.keyid };
    site.publish();
    expect(await verify()).toMatchObject({ ok: false, failure: { stage: 'timestamp', code: 'signature' } });
  });

  it('is refused where the scheme names another size or version than the key has', async () => {
    for (const scheme of ['ml-dsa-65/1', 'ml-dsa-44/2', 'ml-dsa-44']) {
      const broken = new Site(join(dir, scheme.replace('/', '-')));
      const old = broken.keys.root;
      const key = mlDsaSiteKey();
      broken.keys.timestamp = { ...key, json: { ...key.json, scheme } };
      broken.publishRoot([old]);
      broken.publish();
      expect(await verifyRepository({ source: broken.dir })).toMatchObject({
        ok: false,
        failure: { stage: 'timestamp', code: 'signature' },
      });
    }
  });
});

describe('a repository that can do without them', () => {
  it('is accepted by tuf-js as it is, and nothing is said', async () => {
    site.delegate({ name: 'team' });
    site.publish();
    const result = await verify();
    expect(result.ok).toBe(true);
    expect(result.furtherKeys).toBeUndefined();
    expect(whatItTakes(result)).toBeUndefined();
  });

  it('is refused for missing signatures without a second thought', async () => {
    site.keys.timestamp = siteKey();
    site.publish();
    const result = await verify();
    expect(result).toMatchObject({ ok: false, failure: { stage: 'timestamp', code: 'signature' } });
    expect(result.furtherKeys).toBeUndefined();
  });
});

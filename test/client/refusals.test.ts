/** What the client refuses, and how it says so. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRepository } from '../../src/client/verify.ts';
import { changeOneByte, Site, serveSite, siteKey } from '../support/site.ts';

let dir: string;
let site: Site;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'client-test-'));
  site = new Site(join(dir, 'site'));
  site.artifacts.set('readme.txt', 'read me');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const verify = () => verifyRepository({ source: site.dir });

describe('metadata', () => {
  it.each(['root', 'timestamp', 'snapshot', 'targets'] as const)(
    'of an expired %s is refused',
    async (role) => {
      site.expires[role] = '2021-01-01T00:00:00Z';
      site.publishRoot();
      site.publish();
      const { ok, failure } = await verify();
      expect(ok).toBe(false);
      expect(failure).toMatchObject({ stage: role, code: 'expired', error: 'ExpiredMetadataError' });
      expect(failure?.message).toContain(`"${role}" is past its expiry`);
    },
  );

  it.each(['timestamp', 'snapshot', 'targets'] as const)(
    'of %s signed by a stranger is refused',
    async (role) => {
      site.keys[role] = siteKey();
      site.publish();
      const { failure } = await verify();
      expect(failure).toMatchObject({ stage: role, code: 'signature', error: 'UnsignedMetadataError' });
      expect(failure?.detail).toBe(`${role} was signed by 0/1 keys`);
    },
  );

  it('of a root that the root before it did not sign is refused', async () => {
    site.keys.root = siteKey();
    site.publishRoot();
    site.publish();
    const { failure, versions, firstRoot } = await verify();
    expect(failure).toMatchObject({ stage: 'root', code: 'signature', error: 'UnsignedMetadataError' });
    expect(firstRoot?.version).toBe(1);
    expect(versions).toEqual({ root: 1, delegated: [] });
  });

  it('of a root whose version is not the one after is refused', async () => {
    site.versions.root = 2;
    site.publishRoot();
    site.publish();
    copyFileSync(site.metadataFile('3.root.json'), site.metadataFile('2.root.json'));
    expect((await verify()).failure).toMatchObject({
      stage: 'root',
      code: 'mismatch',
      error: 'BadVersionError',
    });
  });

  it.each(['snapshot', 'targets'])('of an older %s under the newer name is refused', async (role) => {
    site.publish();
    site.publish();
    copyFileSync(site.metadataFile(`1.${role}.json`), site.metadataFile(`2.${role}.json`));
    const { failure } = await verify();
    expect(failure).toMatchObject({ stage: role, code: 'mismatch', error: 'BadVersionError' });
    expect(failure?.message).toContain('different publications are mixed');
  });

  it.each(['timestamp.json', '1.snapshot.json', '1.targets.json'])(
    'that is missing is said so: %s',
    async (file) => {
      site.publish();
      rmSync(site.metadataFile(file));
      const { failure } = await verify();
      expect(failure).toMatchObject({ code: 'missing', error: 'DownloadHTTPError' });
      expect(failure?.detail).toContain(`metadata/${file}`);
      expect(file).toContain(failure?.stage);
    },
  );

  it('that the snapshot does not list is refused', async () => {
    site.unlisted.add('targets');
    site.publish();
    expect((await verify()).failure).toMatchObject({ stage: 'targets', code: 'missing' });
  });

  it.each(['not json', '[]', '{"signed":{},"signatures":[]}'])('that is %s is refused', async (text) => {
    site.publish();
    writeFileSync(site.metadataFile('timestamp.json'), text);
    expect((await verify()).failure).toMatchObject({ stage: 'timestamp', code: 'malformed' });
  });
});

describe('the first root', () => {
  it('has to be in the source where none is given', async () => {
    site.publish();
    rmSync(site.metadataFile('1.root.json'));
    const { failure, firstRoot, versions } = await verify();
    expect(failure).toMatchObject({ stage: 'root', code: 'missing', error: 'DownloadHTTPError' });
    expect(firstRoot).toBeUndefined();
    expect(versions).toEqual({ delegated: [] });
  });

  it('that is given has to be a root, and the repository has to follow from it', async () => {
    site.publish();
    const nonsense = await verifyRepository({ source: site.dir, root: Buffer.from('{}') });
    expect(nonsense.failure).toMatchObject({ stage: 'root', code: 'malformed' });
    expect(nonsense.failure?.message).toContain('that was given');
    const stranger = new Site(join(dir, 'stranger')).metadataFile('1.root.json');
    const other = await verifyRepository({ source: site.dir, root: stranger });
    expect(other.failure).toMatchObject({ stage: 'timestamp', code: 'signature' });
    const absent = verifyRepository({ source: site.dir, root: join(dir, 'absent.json') });
    await expect(absent).rejects.toMatchObject({ code: 'bad-root' });
  });
});

describe('a delegated role', () => {
  it('that lists nothing is verified all the same', async () => {
    const role = site.delegate({ name: 'team' });
    site.publish();
    expect((await verify()).ok).toBe(true);
    writeFileSync(site.metadataFile('1.team.json'), '{}');
    const { ok, failure, versions, artifacts } = await verify();
    expect(ok).toBe(false);
    expect(failure).toMatchObject({ stage: 'delegated', role: role.name, code: 'malformed' });
    expect(versions).toMatchObject({ targets: 1, delegated: [] });
    expect(artifacts).toEqual([{ path: 'readme.txt', ok: true, length: 7 }]);
  });

  it('that fails does not hide what else fails', async () => {
    site.delegate({ name: 'late', expires: '2021-01-01T00:00:00Z' });
    site.delegate({ name: 'forged' });
    site.delegate({ name: 'fine' }).artifacts.set('fine/file', 'x');
    site.publish();
    copyFileSync(site.metadataFile('1.fine.json'), site.metadataFile('1.forged.json'));
    changeOneByte(site.artifactFile('fine/file'));
    const { failures, versions } = await verify();
    expect(failures.map(({ role, path, code }) => [role ?? path, code])).toEqual([
      ['late', 'expired'],
      ['forged', 'signature'],
      ['fine/file', 'mismatch'],
    ]);
    expect(versions.delegated).toEqual([{ role: 'fine', version: 1 }]);
  });

  it('has to be good for each role that delegates to it', async () => {
    site.delegate({ name: 'a' });
    const inner = site.delegate({ name: 'inner', delegator: 'a' });
    site.delegate({ name: 'inner', delegator: 'targets', key: siteKey(), version: inner.version });
    site.publish();
    // The file carries the second key's signature only.
    const { failures, versions } = await verify();
    expect(failures).toMatchObject([{ stage: 'delegated', role: 'inner', code: 'signature' }]);
    expect(versions.delegated.map(({ role }) => role)).toContain('inner');
  });

  it('that delegates in a circle is followed once', async () => {
    const a = site.delegate({ name: 'a' });
    site.delegate({ name: 'b', delegator: 'a', paths: ['a/*'] });
    site.delegate({ ...a, delegator: 'b' });
    site.publish();
    const result = await verify();
    expect(result.failures).toEqual([]);
    expect(result.versions.delegated.map(({ role }) => role)).toEqual(['a', 'b']);
  });

  it('that the snapshot does not list is missing', async () => {
    site.delegate({ name: 'team' });
    site.unlisted.add('team');
    site.publish();
    expect((await verify()).failure).toMatchObject({ stage: 'delegated', role: 'team', code: 'missing' });
  });

  it.each(['constructor', 'toString', '__proto__'])('cannot be called %s', async (name) => {
    site.delegate({ name });
    site.publish();
    const { failure } = await verify();
    expect(failure).toMatchObject({ stage: 'delegated', role: name });
    expect(failure?.message).toContain('built-in property');
  });

  it('with four thousand million bins is refused without trying them all', async () => {
    site.bins = { prefix: 'bin', bitLength: 32, key: siteKey() };
    site.delegate({ name: 'bin-00000000', delegator: '', key: site.bins.key });
    site.publish();
    const { failures, versions } = await verify();
    expect(failures).toMatchObject([{ stage: 'delegated', code: 'missing', role: 'targets' }]);
    expect(failures[0]?.message).toContain('4294967295 hashed bins');
    expect(versions.delegated).toEqual([{ role: 'bin-00000000', version: 1 }]);
  });
});

describe('an artifact', () => {
  it('with one byte changed is refused, the others are not', async () => {
    site.artifacts.set('other', 'other');
    site.publish();
    changeOneByte(site.artifactFile('readme.txt'));
    const { ok, failure, artifacts } = await verifyRepository({
      source: site.dir,
      downloadDir: join(dir, 'kept'),
    });
    expect(ok).toBe(false);
    expect(failure).toMatchObject({
      stage: 'artifact',
      path: 'readme.txt',
      code: 'mismatch',
      error: 'LengthOrHashMismatchError',
    });
    expect(artifacts).toMatchObject([
      { path: 'readme.txt', ok: false, length: 7 },
      { path: 'other', ok: true },
    ]);
    expect(artifacts[0]?.error).toBe(failure?.message);
    expect(() => copyFileSync(join(dir, 'kept/readme.txt'), join(dir, 'copy'))).toThrow('ENOENT');
  });

  it('that is longer than listed is refused', async () => {
    site.publish();
    writeFileSync(site.artifactFile('readme.txt'), 'read me, and then some');
    expect((await verify()).failure).toMatchObject({
      code: 'mismatch',
      error: 'DownloadLengthMismatchError',
    });
  });

  it('that is missing is said so', async () => {
    site.publish();
    rmSync(site.artifactFile('readme.txt'));
    expect((await verify()).failure).toMatchObject({
      stage: 'artifact',
      code: 'missing',
      path: 'readme.txt',
    });
  });

  it('that no role lists is not found', async () => {
    site.publish();
    const { failure } = await verifyRepository({ source: site.dir, artifacts: ['readme.txt', 'nothing'] });
    expect(failure).toMatchObject({ stage: 'artifact', path: 'nothing', code: 'not-found' });
  });

  it('outside the paths of its role is listed and still not found', async () => {
    site.delegate({ name: 'team' }).artifacts.set('elsewhere/tool', 'a tool');
    site.publish();
    const { failure, artifacts } = await verify();
    expect(failure).toMatchObject({ stage: 'artifact', path: 'elsewhere/tool', code: 'not-found' });
    expect(failure?.message).toContain('no delegation with a matching path');
    expect(artifacts).toHaveLength(2);
  });

  it('behind a terminating delegation is listed and still not found', async () => {
    site.delegate({ name: 'first', paths: ['shared/*'], terminating: true });
    site.delegate({ name: 'second', paths: ['shared/*'] }).artifacts.set('shared/tool', 'a tool');
    site.publish();
    expect((await verify()).failure).toMatchObject({ path: 'shared/tool', code: 'not-found' });
  });

  it('of a delegated role cannot be called constructor', async () => {
    site.delegate({ name: 'team', paths: ['*'] }).artifacts.set('constructor', 'x');
    site.publish();
    const { failure } = await verify();
    expect(failure).toMatchObject({ stage: 'artifact', path: 'constructor' });
    expect(failure?.message).toContain('built-in property');
  });

  it('never leaves the directory in which artifacts are kept', async () => {
    site.artifacts.set('up/../../escaped', 'x');
    site.publish();
    const kept = join(dir, 'kept');
    const { failure } = await verifyRepository({ source: site.dir, downloadDir: kept });
    expect(failure).toMatchObject({ path: 'up/../../escaped', code: 'unsafe', error: 'UnsafePathError' });
  });

  it('that is a link out of the tree is refused', async () => {
    site.publish();
    const file = site.artifactFile('readme.txt');
    writeFileSync(join(dir, 'outside'), 'read me');
    rmSync(file);
    symlinkSync(join(dir, 'outside'), file);
    expect((await verify()).failure).toMatchObject({ code: 'unsafe', error: 'UnsafePathError' });
  });

  it('whose folder is a link out of the tree is refused', async () => {
    site.artifacts.set('sub/file', 'x');
    site.publish();
    const file = site.artifactFile('sub/file');
    mkdirSync(join(dir, 'outside'));
    copyFileSync(file, join(dir, 'outside', file.slice(dirname(file).length + 1)));
    rmSync(dirname(file), { recursive: true });
    symlinkSync(join(dir, 'outside'), dirname(file));
    expect((await verify()).failure).toMatchObject({ path: 'sub/file', code: 'unsafe' });
  });
});

describe('a site', () => {
  it('that answers every request with a page never lets the root chain end', async () => {
    site.publish();
    const server = await serveSite(site.dir, (path, response) => {
      if (!path.endsWith('2.root.json')) return false;
      response.end('<h1>Welcome</h1>');
      return true;
    });
    try {
      const { failure } = await verifyRepository({ source: server.url });
      expect(failure).toMatchObject({ stage: 'root', code: 'malformed' });
      expect(failure?.message).toContain('answers 404');
    } finally {
      await server.close();
    }
  });

  it('that stumbles once is asked again', async () => {
    site.publish();
    let stumbles = 0;
    const server = await serveSite(site.dir, (path, response) => {
      if (!path.endsWith('timestamp.json') || stumbles++ > 0) return false;
      response.writeHead(503).end();
      return true;
    });
    try {
      expect((await verifyRepository({ source: server.url })).ok).toBe(true);
    } finally {
      await server.close();
    }
  });

  it('that breaks off in the middle, or is not there, says nothing about the repository', async () => {
    site.publish();
    const server = await serveSite(site.dir, (path, response) => {
      if (!path.includes('readme.txt')) return false;
      response.writeHead(200, { 'content-length': '7' });
      response.write('rea', () => response.destroy());
      return true;
    });
    try {
      const { failure } = await verifyRepository({ source: server.url });
      expect(failure).toMatchObject({ stage: 'artifact', code: 'unreachable' });
    } finally {
      await server.close();
    }
    const { failure } = await verifyRepository({ source: server.url });
    expect(failure).toMatchObject({ stage: 'root', code: 'unreachable', error: 'DownloadError' });
    expect(failure?.detail).toContain('ECONNREFUSED');
  });
});

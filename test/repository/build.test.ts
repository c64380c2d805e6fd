/** The site: what stands in it, that it appears whole or not at all, and what it may replace. */
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildSite } from '../../src/repository/build.ts';
import { onlineOf } from '../../src/repository/online-state.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { temporaryFolder } from '../support/git.ts';
import { type Files, memoryState, withFiles } from '../support/memory-tree.ts';
import { onlineFiles, rewrite, signedRepository } from '../support/signed-repository.ts';

let files: Files;
let online: Files;
let folder: string;
beforeAll(async () => {
  files = await signedRepository();
  online = await onlineFiles(files);
});
beforeEach(() => {
  folder = temporaryFolder();
});

async function build(
  directory: string,
  offline = files,
  withOnline = online,
  pages: ReadonlyMap<string, Uint8Array> = new Map(),
) {
  const state = await memoryState(offline);
  return buildSite({ offline: state, online: onlineOf(await memoryState(withOnline)), directory, pages });
}

/** All files below a folder. */
function below(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

const sha256 = (content: string) => hash('sha256', content);

describe('a site', () => {
  it('holds every root, the current roles under their versions, and artifacts under their hashes', async () => {
    const result = await build(join(folder, 'site'));
    expect(below(join(folder, 'site'))).toEqual(
      [
        ...[1, 2, 3].map((version) => `metadata/${version}.root.json`),
        'metadata/1.snapshot.json',
        'metadata/1.targets.json',
        'metadata/1.team.json',
        'metadata/timestamp.json',
        `targets/${sha256('artifact a')}.a.txt`,
        `targets/team/${sha256('a tool')}.tool.txt`,
      ].sort(),
    );
    expect(result).toMatchObject({ metadataFiles: 7, artifacts: 2 });
    const published = readFileSync(join(folder, 'site/metadata/1.team.json'), 'utf8');
    expect(published).toBe(files.get('metadata/team.json'));
  });

  it('holds an artifact once for each hash that its role states', async () => {
    const hashes = { sha256: sha256('artifact a'), sha512: hash('sha512', 'artifact a') };
    const both = await rewrite<Targets>(files, 'targets', (signed) => ({
      ...signed,
      targets: { 'a.txt': { length: 10, hashes } },
    }));
    await build(join(folder, 'site'), both, await onlineFiles(both, online));
    for (const name of Object.values(hashes))
      expect(readFileSync(join(folder, 'site/targets', `${name}.a.txt`), 'utf8')).toBe('artifact a');
  });

  it('holds pages beside the metadata, and none among it or outside', async () => {
    const page = Buffer.from('<!doctype html>');
    await build(join(folder, 'site'), files, online, new Map([['sign/index.html', page]]));
    expect(readFileSync(join(folder, 'site/sign/index.html'))).toEqual(page);
    for (const path of ['metadata/1.root.json', 'targets/x', '../x', 'sign/../../x', '/x', 'sign//x', '.x']) {
      const building = build(join(folder, 'other'), files, online, new Map([[path, page]]));
      await expect(building, path).rejects.toThrow('no page can stand');
    }
    expect(readdirSync(folder)).toEqual(['site']);
  });

  it('leaves out a role that nobody delegates to', async () => {
    await build(
      join(folder, 'site'),
      withFiles(files, { 'metadata/old.json': files.get('metadata/team.json') ?? '' }),
    );
    expect(below(join(folder, 'site/metadata')).join()).not.toContain('old');
  });

  it('is not there at all, with nothing left behind, where an artifact is not what its role says', async () => {
    const spoilt = withFiles(files, { 'targets/team/tool.txt': 'a t00l' });
    await expect(build(join(folder, 'site'), spoilt)).rejects.toMatchObject({
      code: 'invalid',
      findings: [{ code: 'artifact-mismatch', role: 'team', path: 'targets/team/tool.txt' }],
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not there at all where the disk refuses a name', async () => {
    const name = 'x'.repeat(250);
    const long = withFiles(
      await rewrite<Targets>(files, 'targets', (signed) => ({
        ...signed,
        targets: { [name]: { length: 1, hashes: { sha256: sha256('x') } } },
      })),
      { [`targets/${name}`]: 'x' },
    );
    await expect(build(join(folder, 'site'), long)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not there at all where timestamp is missing', async () => {
    const none = withFiles(online, { 'metadata/timestamp.json': null });
    await expect(build(join(folder, 'site'), files, none)).rejects.toMatchObject({ code: 'not-found' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('building again', () => {
  it('replaces an earlier site as a whole', async () => {
    const site = join(folder, 'site');
    await build(site);
    writeFileSync(join(site, 'metadata/left-over.json'), '{}');
    await build(site);
    expect(existsSync(join(site, 'metadata/left-over.json'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['site']);
  });

  it('keeps the earlier site where it fails', async () => {
    const site = join(folder, 'site');
    await build(site);
    const before = below(site);
    await expect(build(site, withFiles(files, { 'targets/a.txt': 'artifact b' }))).rejects.toThrow(
      'Nothing was built',
    );
    expect(below(site)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['site']);
  });

  it('takes an empty folder, and refuses one that holds anything else', async () => {
    const site = join(folder, 'site');
    mkdirSync(site);
    await build(site);
    const home = join(folder, 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'letters.txt'), 'dear');
    await expect(build(home)).rejects.toMatchObject({ code: 'bad-request' });
    expect(readdirSync(home)).toEqual(['letters.txt']);
    await expect(build(join(home, 'letters.txt'))).rejects.toMatchObject({ code: 'bad-request' });
  });
});

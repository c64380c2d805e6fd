/**
 * The branch `online` is no secret and no proof: it can be lost, and whoever has write access can push to it. Versions
 * go on above what the world has seen, and nothing is published that its keys did not sign.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalize } from '../../src/tuf/canonical.ts';
import { git, gitWithInput } from '../support/git.ts';
import { addArtifacts, allSign, codesAndPaths, publishedTeam, type Team } from '../support/people.ts';
import { filesBelow, type Outcome } from '../support/playground.ts';

const FILES = ['metadata/snapshot.json', 'metadata/timestamp.json'];
const [, TIMESTAMP = ''] = FILES;

/** Published twice: snapshot and timestamp have version 2. */
let published: Team;
beforeAll(async () => {
  published = await publishedTeam({ signers: ['alice'], threshold: 1, artifacts: { 'app.txt': 'first' } });
  await addArtifacts(await published.person('alice'), 'change', { 'app.txt': 'second' });
  await allSign(published, 'change', 'alice');
  await published.merge('change');
  await published.publish();
  await published.verify();
});

async function lost(): Promise<Team> {
  const team = published.copy();
  await git(team.remote, 'update-ref', '-d', 'refs/heads/online');
  return team;
}

/** A commit at the tip of `online`, made with git alone. */
async function forge(team: Team, files: Readonly<Record<string, string>>, trailer: string): Promise<string> {
  const lines: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    lines.push(
      `100644 blob ${await gitWithInput(team.remote, ['hash-object', '-w', '--stdin'], text)}\t${path.slice(9)}`,
    );
  }
  const folder = await gitWithInput(team.remote, ['mktree'], `${lines.join('\n')}\n`);
  const tree = await gitWithInput(team.remote, ['mktree'], `040000 tree ${folder}\tmetadata\n`);
  const message = `Online signing\n\n${trailer}\n`;
  const commit = await gitWithInput(team.remote, ['commit-tree', '-p', 'online', tree], message);
  await git(team.remote, 'update-ref', 'refs/heads/online', commit);
  return commit;
}

async function onlineFiles(team: Team, revision = 'online'): Promise<Record<string, string>> {
  const entries = FILES.map(async (path) => [path, await team.read(revision, path)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Metadata with a change to it, signed by the real online key. */
function signedOnline(team: Team, text: string, change: (signed: { version: number }) => void): string {
  const metadata = JSON.parse(text);
  change(metadata.signed);
  const key = createPrivateKey(readFileSync(team.keyFile('online')));
  metadata.signatures[0].sig = sign('sha256', canonicalize(metadata.signed), key).toString('hex');
  return JSON.stringify(metadata, null, 1);
}

/** Both refuse, nothing moves, and the site stays as it was. */
async function expectRefused(team: Team): Promise<{ readonly signing: Outcome; readonly build: Outcome }> {
  const tip = await team.branch('online');
  const site = await filesBelow(team.site);
  const robot = await team.robot;
  const signing = await robot.playground('online-sign', '--json');
  const build = await robot.playground('build', team.site, '--json');
  expect([signing.code, build.code]).toEqual([1, 1]);
  expect(await team.branch('online')).toBe(tip);
  expect(await filesBelow(team.site)).toEqual(site);
  return { signing, build };
}

describe.concurrent('Without the branch online', () => {
  it('nothing is signed before somebody says what has been published', async () => {
    const team = await lost();
    const robot = await team.robot;
    const refused = await robot.playground('online-sign', '--json');
    expect(refused).toMatchObject({ code: 1, json: { ok: false, error: { code: 'online-branch' } } });
    expect(refused.stderr).toContain('--published');
    expect(await team.branch('online')).toBeUndefined();
    expect((await robot.playground('build', team.site)).code).toBe(2);
  });

  it.each(['folder', 'URL'])(
    'versions go on above those of the published site, given as a %s',
    async (form) => {
      const team = await lost();
      const robot = await team.robot;
      const site = form === 'URL' ? await team.serve() : team.site;
      const signed = await robot.does('online-sign', '--published', site, '--json');
      const { snapshot = 0, timestamp = 0 } = signed.json.versions ?? {};
      expect([snapshot > 2, timestamp > 2]).toEqual([true, true]);
      await robot.does('build', team.site);
      const kept = await team.verify();
      expect(kept.json).toMatchObject({
        ok: true,
        firstRoot: { origin: 'state' },
        versions: { snapshot, timestamp },
      });
      // From here on all is as ever.
      expect((await robot.does('online-sign', '--json')).json).toMatchObject({ commit: null });
    },
  );

  it('a site that says something unsigned is no help, nor is one that does not answer', async () => {
    const team = await lost();
    const robot = await team.robot;
    const file = join(team.site, TIMESTAMP);
    const text = readFileSync(file, 'utf8');
    for (const content of [text.replace('"version": 2', '"version": 9'), 'no JSON']) {
      writeFileSync(file, content);
      expect(await robot.playground('online-sign', '--published', team.site, '--json')).toMatchObject({
        code: 1,
        json: { error: { code: 'online-branch' } },
      });
    }
    const silent = await robot.playground('online-sign', '--published', 'http://127.0.0.1:9/', '--json');
    expect(silent).toMatchObject({ code: 2, json: { error: { code: 'unreachable' } } });
    expect(await team.branch('online')).toBeUndefined();
  });
});

/** Files of the online roles on main, as in repositories of tuf-on-ci. */
async function withOnlineFilesOnMain(team: Team, files: Record<string, string>): Promise<void> {
  await (await team.robot).push('main', files);
}

describe.concurrent('Without the branch online, but with snapshot and timestamp on main', () => {
  it('old ones that somebody merged are not gone on from', async () => {
    const team = await lost();
    const old = await onlineFiles(published, 'online~1');
    await withOnlineFilesOnMain(team, old);
    const robot = await team.robot;
    const refused = await robot.playground('online-sign', '--json');
    expect(refused).toMatchObject({ code: 1, json: { error: { code: 'online-branch' } } });
    const signed = await robot.does('online-sign', '--published', team.site, '--json');
    expect(signed.json.versions?.timestamp).toBeGreaterThan(2);
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true });
  });

  it('those that the branch publish of tuf-on-ci names are continued', async () => {
    const team = await lost();
    await withOnlineFilesOnMain(team, await onlineFiles(published));
    await git(team.remote, 'branch', 'publish', 'main');
    await addArtifacts(await team.person('alice'), 'third', { 'app.txt': 'third' });
    await allSign(team, 'third', 'alice');
    await team.merge('third');
    const robot = await team.robot;
    const signed = await robot.does('online-sign', '--json');
    expect(signed.json.versions).toEqual({ snapshot: 3, timestamp: 3 });
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true });
  });
});

describe.concurrent('A forged commit on online', () => {
  it('with files that the online key did not sign is refused', async () => {
    const team = published.copy();
    const main = await team.branch('main');
    const files = await onlineFiles(team);
    files[TIMESTAMP] = (files[TIMESTAMP] ?? '').replace('"version": 2\n', '"version": 3\n');
    await forge(team, files, `Main-Commit: ${main}`);
    const { signing, build } = await expectRefused(team);
    expect(signing.json.error).toMatchObject({
      code: 'online-branch',
      message: expect.stringContaining('not signed by the online key'),
    });
    expect(codesAndPaths(build.json.findings)).toContain(`threshold-not-met ${TIMESTAMP}`);
  });

  it('that names a commit outside of main is refused, well signed or not', async () => {
    const team = published.copy();
    const tree = await git(team.remote, 'rev-parse', 'main^{tree}');
    const aside = await git(team.remote, 'commit-tree', '-p', 'main', '-m', 'Never merged', tree);
    await forge(team, await onlineFiles(team), `Main-Commit: ${aside}`);
    const { signing, build } = await expectRefused(team);
    for (const outcome of [signing, build]) {
      expect(outcome.json.error).toMatchObject({
        code: 'online-branch',
        message: expect.stringContaining('names no commit of the main branch'),
      });
    }
  });

  it.each([
    ['nothing', ''],
    ['the name of a branch', 'Main-Commit: main'],
    ['an option', 'Main-Commit: --output=forged'],
    ['a commit that is not there', `Main-Commit: ${'ab'.repeat(20)}`],
  ])('that names %s is refused', async (_what, trailer) => {
    const team = published.copy();
    await forge(team, await onlineFiles(team), trailer);
    const { build } = await expectRefused(team);
    expect(build.json.error).toMatchObject({ code: 'online-branch' });
  });

  it('with another snapshot than the timestamp names is refused', async () => {
    const team = published.copy();
    const files = await onlineFiles(team);
    const old = await onlineFiles(team, 'online~1');
    await forge(
      team,
      { ...files, 'metadata/snapshot.json': old['metadata/snapshot.json'] ?? '' },
      `Main-Commit: ${await team.branch('main')}`,
    );
    const robot = await team.robot;
    const site = await filesBelow(team.site);
    const build = await robot.playground('build', team.site, '--json');
    expect(build.code).toBe(1);
    expect(codesAndPaths(build.json.findings)).toEqual(
      expect.arrayContaining([`timestamp-mismatch ${TIMESTAMP}`, 'snapshot-mismatch metadata/snapshot.json']),
    );
    expect(await filesBelow(team.site)).toEqual(site);
  });

  it('is passed over where the published site tells how to go on', async () => {
    const team = published.copy();
    await forge(team, { [TIMESTAMP]: '{}' }, 'Main-Commit: none');
    await expectRefused(team);
    const robot = await team.robot;
    await robot.does('online-sign', '--published', team.site);
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { targets: 2 } });
  });

  it('set back to an older publication gives no version twice, where the published site is known', async () => {
    const team = published.copy();
    await git(team.remote, 'update-ref', 'refs/heads/online', 'online~1');
    const robot = await team.robot;
    const signed = await robot.does('online-sign', '--published', team.site, '--json');
    expect(signed.json.versions).toEqual({ snapshot: 3, timestamp: 3 });
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { snapshot: 3, timestamp: 3 } });
  });
});

describe.concurrent('A published site that is ahead of online', () => {
  it('by a version is followed: the last push was lost', async () => {
    const team = published.copy();
    const file = join(team.site, TIMESTAMP);
    writeFileSync(
      file,
      signedOnline(team, readFileSync(file, 'utf8'), (signed) => void signed.version++),
    );
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { timestamp: 3 } });
    const robot = await team.robot;
    const signed = await robot.does('online-sign', '--published', team.site, '--json');
    expect(signed.json.versions).toEqual({ snapshot: 2, timestamp: 4 });
    await robot.does('build', team.site);
    expect((await team.verify()).json).toMatchObject({ ok: true, versions: { timestamp: 4 } });
  });

  it('by far is taken for a fast-forward attack, and not followed', async () => {
    const team = published.copy();
    const file = join(team.site, TIMESTAMP);
    const far = signedOnline(team, readFileSync(file, 'utf8'), (signed) => {
      signed.version = 2 ** 31;
    });
    writeFileSync(file, far);
    const tip = await team.branch('online');
    const refused = await (await team.robot).playground('online-sign', '--published', team.site, '--json');
    expect(refused).toMatchObject({ code: 1, json: { error: { code: 'online-branch' } } });
    expect(refused.stderr).toContain('a fast-forward attack is suspected');
    expect(refused.stderr).toContain(`${2 ** 31}`);
    expect(await team.branch('online')).toBe(tip);
  });
});

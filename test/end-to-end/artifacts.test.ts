/** Artifacts from a file on a disk to the download of a client: added, changed, removed, and nothing else. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/git.ts';
import { addArtifacts, allSign, publishedTeam, type Team } from '../support/people.ts';
import { filesBelow } from '../support/playground.ts';

const TARGETS = 'metadata/targets.json';

let published: Team;
beforeAll(async () => {
  published = await publishedTeam({
    signers: ['alice'],
    threshold: 1,
    artifacts: { 'app.txt': 'first', 'lib/a.txt': 'a', 'lib/b.txt': 'b' },
  });
});

/** Signs, merges and publishes an event; what a client that has been here before then downloads, by path. */
async function publishAndDownload(team: Team, event: string): Promise<Readonly<Record<string, string>>> {
  await allSign(team, event, 'alice');
  await team.merge(event);
  await team.publish();
  const folder = temporaryFolder();
  const outcome = await team.verify('--download', folder);
  expect(outcome.json).toMatchObject({ ok: true, failures: [] });
  const files = Object.keys(await filesBelow(folder));
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return Object.fromEntries(files.map((file, index) => [file, contents[index] ?? '']));
}

async function listed(team: Team, revision: string) {
  return JSON.parse(await team.read(revision, TARGETS)).signed.targets;
}

describe.concurrent('update-targets with flags', () => {
  it('adds artifacts of any bytes and any allowed name, in folders too', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    const folder = temporaryFolder();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    await writeFile(join(folder, 'binary'), bytes);
    await writeFile(join(folder, 'empty'), '');
    const paths = {
      'deep/er/binary': 'binary',
      empty: 'empty',
      ['__proto__']: 'empty',
      constructor: 'binary',
      "odd/a+b~c@d&e;f$h'i(j),k": 'binary',
    };
    const added = Object.entries(paths).map(([path, file]) => `${path}=${join(folder, file)}`);
    await alice.does('update-targets', 'more', '--yes', '--add', ...added);
    const files = await publishAndDownload(team, 'more');
    expect(Object.keys(files).sort()).toEqual(
      [...Object.keys(paths), 'app.txt', 'lib/a.txt', 'lib/b.txt'].sort(),
    );
    const hash = createHash('sha256').update(bytes).digest('hex');
    const stored = await readFile(join(team.site, `targets/deep/er/${hash}.binary`));
    expect(stored.equals(bytes)).toBe(true);
    const overHttp = await alice.does('verify', await team.serve(), '--json');
    expect(overHttp.json.artifacts?.filter(({ ok }) => ok)).toHaveLength(8);
  });

  it('replaces an artifact and keeps what else its role says of it', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    // Custom fields come from hands other than ours: an edit of the file in an event.
    await addArtifacts(alice, 'notes', { 'app.txt': 'with a note' });
    const file = JSON.parse(await team.read('sign/notes', TARGETS));
    file.signed.targets['app.txt'].custom = { note: 'kept', sizes: [1, 2] };
    await alice.push('sign/notes', { [TARGETS]: JSON.stringify(file, null, 1) });
    expect(await publishAndDownload(team, 'notes')).toMatchObject({ 'app.txt': 'with a note' });

    await addArtifacts(alice, 'change', { 'app.txt': 'second' });
    const files = await publishAndDownload(team, 'change');
    expect(files).toEqual({ 'app.txt': 'second', 'lib/a.txt': 'a', 'lib/b.txt': 'b' });
    const [before, after] = [await listed(published, 'main'), await listed(team, 'main')];
    expect(after['app.txt']).toMatchObject({ custom: { note: 'kept', sizes: [1, 2] }, length: 6 });
    expect(after['app.txt'].hashes).not.toEqual(before['app.txt'].hashes);
    expect(after['lib/a.txt']).toEqual(before['lib/a.txt']);
  });

  it('removes an artifact: clients find it no longer, and the site does not hold it', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    expect(Object.keys(await filesBelow(team.site)).filter((path) => path.endsWith('b.txt'))).toHaveLength(1);
    await alice.does('update-targets', 'less', '--remove', 'lib/b.txt', '--yes');
    expect(await publishAndDownload(team, 'less')).toEqual({ 'app.txt': 'first', 'lib/a.txt': 'a' });
    expect(Object.keys(await filesBelow(team.site)).filter((path) => path.endsWith('b.txt'))).toEqual([]);
    const asked = await team.verify('--artifact', 'lib/b.txt');
    expect(asked).toMatchObject({
      code: 1,
      json: { ok: false, failure: { stage: 'artifact', path: 'lib/b.txt' } },
    });
  });

  it('adds and removes in one go, and a second run finds nothing to change', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    const file = join(temporaryFolder(), 'new');
    await writeFile(file, 'new');
    const args = ['update-targets', 'both', '--add', `new.txt=${file}`, '--yes', '--json'];
    await alice.does(...args, '--remove', 'app.txt');
    const head = await team.branch('sign/both');
    expect(Object.keys(await listed(team, 'sign/both')).sort()).toEqual([
      'lib/a.txt',
      'lib/b.txt',
      'new.txt',
    ]);
    const gone = await alice.playground(...args, '--remove', 'app.txt');
    expect(gone).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
    expect(gone.stderr).toContain('targets/app.txt is not there');
    expect((await alice.does(...args)).json.commit).toBeNull();
    expect(await team.branch('sign/both')).toBe(head);
    expect(await publishAndDownload(team, 'both')).toEqual({
      'lib/a.txt': 'a',
      'lib/b.txt': 'b',
      'new.txt': 'new',
    });
  });

  it.each([
    ['no path', '=x'],
    ['no file', 'x='],
    ['neither', 'x'],
    ['a path that leaves the folder', '../x=x'],
    ['a dot file', '.x=x'],
    ['a space', 'a b=x'],
    ['a file that is not there', 'x=nowhere'],
    ['a folder', 'x=metadata'],
  ])('refuses %s, and begins no event', async (_what, spec) => {
    const alice = await published.person('alice');
    const outcome = await alice.playground('update-targets', 'odd', '--add', spec, '--yes');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/^error: /);
    expect(await published.branch('sign/odd')).toBeUndefined();
  });
});

describe.concurrent('update-targets in a working tree', () => {
  it('commits what was added, changed and removed under targets/, and leaves all else alone', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await alice.git('switch', '--quiet', '-c', 'sign/tree', 'origin/main');
    const at = (path: string) => join(alice.folder, path);
    await writeFile(at('targets/app.txt'), 'from the tree');
    await mkdir(at('targets/new'));
    await writeFile(at('targets/new/file.txt'), 'new');
    await rm(at('targets/lib/b.txt'));
    await writeFile(at('notes.txt'), 'mine alone');
    await alice.does('update-targets', '--yes');

    expect(await alice.git('status', '--porcelain')).toBe('?? notes.txt');
    expect(await alice.git('rev-parse', 'HEAD')).toBe(await team.branch('sign/tree'));
    expect(await team.read('sign/tree', 'targets/app.txt')).toBe('from the tree');
    expect(await publishAndDownload(team, 'tree')).toEqual({
      'app.txt': 'from the tree',
      'lib/a.txt': 'a',
      'new/file.txt': 'new',
    });
    // The branch that is checked out followed the signature as well.
    expect(await alice.git('rev-parse', 'HEAD')).toBe(await team.branch('sign/tree'));
    expect(await alice.git('status', '--porcelain')).toBe('?? notes.txt');
  });

  it('takes the event from the branch, and asks for one on any other', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await writeFile(join(alice.folder, 'targets/app.txt'), 'on main');
    const outcome = await alice.playground('update-targets', '--yes', '--json');
    expect(outcome).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
    // Work on another branch is no part of an event that is named.
    expect((await alice.playground('update-targets', 'tree', '--yes', '--json')).json.commit).toBeNull();
    expect(await team.branch('sign/tree')).toBeUndefined();
  });

  it('does not follow a link', async () => {
    const team = published.copy();
    const alice = await team.person('alice');
    await alice.git('switch', '--quiet', '-c', 'sign/link', 'origin/main');
    await rm(join(alice.folder, 'targets/app.txt'));
    await symlink(team.keyFile('alice'), join(alice.folder, 'targets/app.txt'));
    const outcome = await alice.playground('update-targets', '--yes');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('cannot be read as a file');
    expect(await team.branch('sign/link')).toBeUndefined();
  });
});

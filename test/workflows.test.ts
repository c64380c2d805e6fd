/** The workflows and the bundle: what runs in a user's repository is what is written here, and nothing that can move. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const PROJECT = join(import.meta.dirname, '..');
const WORKFLOWS = join(PROJECT, '.github', 'workflows');

const texts = await Promise.all(
  (await readdir(WORKFLOWS)).map(
    async (name) => [name, await readFile(join(WORKFLOWS, name), 'utf8')] as const,
  ),
);

describe.each(texts)('%s', (_name, text) => {
  test('grants nothing at the top: each job names what it needs', () => {
    expect(text).toMatch(/^permissions: \{\}$/m);
  });

  test('pins every action by a full commit hash, or is an action of this repository', () => {
    const used = [...text.matchAll(/\s(?:- )?uses: (\S+)/g)].map((match) => match[1] ?? '');
    expect(
      used.filter((action) => !/^\.\/actions\/[a-z-]+$|^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(action)),
    ).toEqual([]);
  });

  test('leaves no credentials behind in a checkout', () => {
    const checkouts = text.split('uses: actions/checkout@').slice(1);
    for (const checkout of checkouts)
      expect(checkout.split(/\n {6}- /)[0]).toContain('persist-credentials: false');
  });

  test('puts nothing that a stranger can write into a script', () => {
    const scripts = [...text.matchAll(/run: (.*(?:\n {10,}.*)*)/g)].map((match) => match[1] ?? '');
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });
});

test('no workflow runs for pull_request_target', () => {
  expect(texts.filter(([, text]) => /^\s*pull_request_target/m.test(text)).map(([name]) => name)).toEqual([]);
});

test('actionlint finds nothing', async () => {
  const linter = join(PROJECT, 'node_modules', '@tktco', 'node-actionlint', 'bin', 'node-actionlint.js');
  const { stdout } = await run(process.execPath, [linter], { cwd: PROJECT });
  expect(stdout).toContain('All workflow files passed');
});

/** The paths of all files below a folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
}

test('the committed bundle is what the sources give, built in another folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  try {
    for (const name of ['src', 'rolldown.config.ts', 'package.json', 'tsconfig.json']) {
      await cp(join(PROJECT, name), join(folder, name), { recursive: true });
    }
    await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    const rolldown = join(PROJECT, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
    await run(process.execPath, [rolldown, '-c', 'rolldown.config.ts'], { cwd: folder });
    const [committed, built] = [join(PROJECT, 'actions', 'dist'), join(folder, 'actions', 'dist')];
    const names = await filesIn(built);
    expect(names).toContain(join('sign-page', 'index.html'));
    expect(await filesIn(committed)).toEqual(names);
    for (const name of names) {
      const same = (await readFile(join(committed, name))).equals(await readFile(join(built, name)));
      expect(same, `${name} (npm run build writes it)`).toBe(true);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

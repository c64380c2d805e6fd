/**
 * Real git for tests: a bare repository in a temporary folder, clones of it, and no configuration but what stands
 * here. Importing this file takes git's variables out of the test's own environment, so that the code under test
 * sees neither the user's configuration nor a repository that the tests may be run from. Folders go away when the
 * test file ends.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

const folders = new Set<string>();

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

afterAll(removeAll);
process.once('exit', removeAll);

/** A new empty folder, removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'playground-test-'));
  folders.add(folder);
  return folder;
}

isolate();

/** Points git at a configuration of our own, in this process and all that it starts. */
function isolate(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('GIT_') && !name.startsWith('GIT_SSL_')) delete process.env[name];
  }
  const home = join(temporaryFolder(), 'home');
  mkdirSync(home);
  const config =
    '[user]\n\tname = Tess Ter\n\temail = tess@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n';
  writeFileSync(join(home, '.gitconfig'), config);
  process.env.HOME = home;
  process.env.GIT_CONFIG_GLOBAL = join(home, '.gitconfig');
  process.env.GIT_CONFIG_NOSYSTEM = '1';
}

/** Runs git as a person would, and returns what it prints, without the last newline. */
export function git(dir: string, ...args: readonly string[]): Promise<string> {
  return gitWithInput(dir, args, '');
}

export function gitWithInput(
  dir: string,
  args: readonly string[],
  input: string | Uint8Array,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: dir, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile('git', [...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${args.join(' ')}: ${stderr}`, { cause: error }));
      else resolve(stdout.replace(/\n$/, ''));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Writes files below a folder, by path. */
export async function writeFiles(
  dir: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
}

/** Writes files, commits everything in the worktree, and returns the commit's id. */
export async function commitFiles(
  dir: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  message = 'Change files',
): Promise<string> {
  await writeFiles(dir, files);
  await git(dir, 'add', '--all');
  await git(dir, 'commit', '--quiet', '--allow-empty', '-m', message);
  return await git(dir, 'rev-parse', 'HEAD');
}

export interface GitSandbox {
  /** The bare repository that the clones have as `origin`. */
  readonly remote: string;
  /** Makes another clone (on `main` if the remote has it) and returns its folder. */
  clone(name: string): Promise<string>;
}

/** A bare repository, empty or with one commit of some files on `main`. */
export async function gitSandbox(files?: Readonly<Record<string, string | Uint8Array>>): Promise<GitSandbox> {
  const folder = temporaryFolder();
  const remote = join(folder, 'remote.git');
  await git(folder, 'init', '--quiet', '--bare', remote);
  const clone = async (name: string) => {
    await git(folder, 'clone', '--quiet', remote, name);
    return join(folder, name);
  };
  if (files !== undefined) {
    const first = await clone('.first');
    await commitFiles(first, files, 'Begin');
    await git(first, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  }
  return { remote, clone };
}

/** A clone of a repository whose `main` has some files: the shortest way to a worktree. */
export async function gitClone(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  return await (await gitSandbox(files)).clone('clone');
}

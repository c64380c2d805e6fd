/** Repositories for runs of the actions: a bare one as the remote, and a fresh clone of it for each run. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from './action-run.ts';
import { BenchError } from './measure.ts';

const SIGSTORE = fileURLToPath(new URL('../../shared/data/sigstore-root-signing/', import.meta.url));
const IDENTITY = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];

function git(folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...IDENTITY, ...args], {
    env: plainEnvironment(),
    encoding: 'utf8',
  });
  if (status !== 0) throw new BenchError(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

/** A remote with one commit of what `fill` writes on main. @returns its folder */
export function makeRemote(folder: string, fill: (worktree: string) => void = () => undefined): string {
  const worktree = join(folder, 'worktree');
  mkdirSync(worktree, { recursive: true });
  git(worktree, 'init', '--quiet', '--initial-branch=main');
  fill(worktree);
  commit(worktree, 'Begin');
  const remote = join(folder, 'remote.git');
  git(folder, 'clone', '--quiet', '--bare', worktree, remote);
  return remote;
}

function commit(worktree: string, message: string): void {
  git(worktree, 'add', '--all');
  git(worktree, 'commit', '--quiet', '--allow-empty', '--message', message);
}

/** A clone with all branches, as the checkout of a job makes it; one that is there makes room. */
export function freshClone(remote: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  git(remote, 'clone', '--quiet', remote, folder);
  return folder;
}

export interface EventRemote {
  readonly remote: string;
  readonly branch: string;
  readonly head: string;
}

/**
 * Sigstore's repository with an event that changes the custom field of one artifact and waits for signatures; undefined
 * where the data is not there. Its online roles are on main, as tuf-on-ci leaves them.
 */
export function sigstoreEvent(folder: string): EventRemote | undefined {
  if (!existsSync(SIGSTORE)) return undefined;
  const remote = makeRemote(folder, (worktree) => {
    for (const part of ['metadata', 'targets']) {
      cpSync(join(SIGSTORE, part), join(worktree, part), { recursive: true });
    }
  });
  const worktree = join(folder, 'worktree');
  const branch = 'sign/x';
  git(worktree, 'switch', '--quiet', '--create', branch);
  const file = join(worktree, 'metadata', 'targets.json');
  writeFileSync(file, changedTargets(readFileSync(file, 'utf8')));
  commit(worktree, 'Change an artifact');
  git(worktree, 'push', '--quiet', remote, `${branch}:${branch}`, `${branch}:refs/pull/1/head`);
  return { remote, branch, head: git(worktree, 'rev-parse', 'HEAD') };
}

/** The next version of the targets role, unsigned. */
function changedTargets(text: string): string {
  const { signed, signatures } = JSON.parse(text);
  const [artifact] = Object.keys(signed.targets).sort();
  if (artifact === undefined) throw new BenchError('The targets role has no artifacts.');
  signed.version++;
  signed.targets[artifact].custom = { ...signed.targets[artifact].custom, bench: 1 };
  const unsigned = signatures.map(({ keyid }: { readonly keyid: string }) => ({ keyid, sig: '' }));
  return JSON.stringify({ signatures: unsigned, signed }, null, 1);
}

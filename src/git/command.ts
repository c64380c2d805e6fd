/**
 * Starting `git`: one program, an array of arguments, never a shell, and always the same surroundings, so that what
 * a command does depends on its arguments and on the user's own configuration, not on the environment of a hook that
 * started us, nor on anything that a fetched branch holds. Variables and options: git(1), git-config(1).
 */
import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { commandError, GitError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The oldest git that has everything used here: `cat-file --batch-command`, `worktree list -z`, `safe.bareRepository`. */
const MINIMUM_GIT_VERSION = '2.39';

/** Options before every command. What they switch off could be set by a repository or reached from a branch. */
const FIXED_OPTIONS: readonly string[] = [
  '--no-pager',
  // refs/replace/* can be fetched, and would show other content under an object's id.
  '--no-replace-objects',
  ...[
    // core.hooksPath may point into the worktree, where a branch can change the hooks.
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.quotePath=false',
    // A path that is .git on another file system is refused on every one.
    'core.protectNTFS=true',
    'core.protectHFS=true',
    'protocol.ext.allow=never',
    'i18n.commitEncoding=UTF-8',
    'color.ui=false',
    'advice.detachedHead=false',
    // An identity guessed from the host's name would be recorded for ever; failing says what is missing.
    'user.useConfigOnly=true',
  ].flatMap((setting) => ['-c', setting]),
];

/**
 * The variables of git that pass on: how to reach a remote, where the user's configuration is, who the user is.
 * All others stay behind, above all those that a hook inherits and that name another repository, index or worktree.
 */
const INHERITED =
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|HTTP_\w+|PROXY_\w+|CURL_VERBOSE|TRACE\w*|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL))$/;

const FIXED_ENVIRONMENT: Environment = {
  LC_ALL: 'C',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  // Stronger than protocol.*.allow, which the user's configuration could widen.
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  // Nobody is there to answer; `interactive` in remote.ts takes these back.
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
};

/** The environment of a git process: `outer` without what must not leak in, then the fixed part, then `extra`. */
export function gitEnvironment(outer: Environment = process.env, extra: Environment = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(outer).filter(([name]) => !/^GIT_/i.test(name) || INHERITED.test(name));
  return { ...Object.fromEntries(inherited), ...FIXED_ENVIRONMENT, ...extra };
}

export interface GitStart {
  /** Variables beside the fixed ones, for this command. */
  readonly env?: Environment | undefined;
  /** What the process inherits from; default: this process's environment. */
  readonly outerEnv?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GitOptions extends GitStart {
  /** Standard input: bytes or text, or a number: an open file descriptor that git reads itself. */
  readonly input?: Uint8Array | string | number | undefined;
  /** Bytes of output beyond which the command is stopped with `too-large`. Default 256 MiB. */
  readonly maxOutputBytes?: number | undefined;
  /** Exit statuses that are answers, not failures. Default: only 0. */
  readonly okStatuses?: readonly number[] | undefined;
}

export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const DEFAULT_MAX_OUTPUT = 256 * 1024 * 1024;
const MAX_ERROR_OUTPUT = 64 * 1024;

/**
 * Runs one git command to its end.
 *
 * @param dir the folder to run in; git finds the repository from there unless the arguments name one
 * @param args arguments from the first global option or the subcommand on
 * @throws GitError by what git said (errors.ts); the signal's reason if `signal` aborts
 */
export async function runGit(
  dir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const { input, maxOutputBytes = DEFAULT_MAX_OUTPUT, okStatuses = [0], signal } = options;
  const child = startGit(dir, args, options, typeof input === 'number' ? input : 'pipe');
  const command = subcommand(args);

  const stdout: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxOutputBytes) child.kill();
    else stdout.push(chunk);
  });
  const stderr = errorOutput(child);
  if (typeof input !== 'number') finishInput(child.stdin, input ?? '');

  const status = await ended(child, command);
  signal?.throwIfAborted();
  if (size > maxOutputBytes) {
    throw new GitError(
      'too-large',
      `git ${command} answered more than the ${maxOutputBytes} bytes allowed here.`,
    );
  }
  if (!okStatuses.includes(status)) throw commandError(command, status, stderr());
  return { status, stdout: Buffer.concat(stdout), stderr: stderr() };
}

/** Starts git without waiting. The caller reads its output and then waits with {@link ended}. */
export function startGit(
  dir: string,
  args: readonly string[],
  { env, outerEnv, signal }: GitStart = {},
  stdin: 'pipe' | number = 'pipe',
): ChildProcessWithoutNullStreams {
  signal?.throwIfAborted();
  const options: SpawnOptions = {
    env: gitEnvironment(outerEnv, env),
    stdio: [stdin, 'pipe', 'pipe'],
    shell: false,
    windowsHide: true,
    ...(signal === undefined ? {} : { signal }),
  };
  // With pipes for output the streams exist; stdin is null only for a caller that gave a descriptor and knows.
  return spawn('git', ['-C', dir, ...FIXED_OPTIONS, ...args], options) as ChildProcessWithoutNullStreams;
}

/** Waits until a process has ended and its output is read. @returns its exit status; 128 after a signal */
export function ended(child: ChildProcessWithoutNullStreams, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'AbortError') reject(error.cause ?? error);
      else if (error.code === 'ENOENT' || error.code === 'EACCES') reject(missingGit(error));
      else reject(new GitError('command-failed', `git ${command} could not be started.`, { cause: error }));
    });
    child.once('close', (status) => resolve(status ?? 128));
  });
}

function missingGit(cause: unknown): GitError {
  const message = `The program git was not found. Install git ${MINIMUM_GIT_VERSION} or later and put it on the PATH.`;
  return new GitError('git-missing', message, { cause });
}

/** Collects the beginning of a process's error output. */
export function errorOutput(child: ChildProcessWithoutNullStreams): () => string {
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < MAX_ERROR_OUTPUT) text += chunk;
  });
  return () => text;
}

function finishInput(stdin: Writable, input: Uint8Array | string): void {
  // A command that ends before it has read its input says why in its status.
  stdin.on('error', () => undefined);
  stdin.end(input);
}

/** The name of the command for messages; never its arguments, which may hold a URL with a password. */
function subcommand(args: readonly string[]): string {
  return args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c') ?? 'git';
}

/**
 * The version of the git program.
 *
 * @throws GitError `git-missing`, or `git-too-old` below {@link MINIMUM_GIT_VERSION}
 */
export async function gitVersion(outerEnv?: Environment): Promise<string> {
  const { stdout } = await runGit('.', ['version'], { outerEnv });
  const version = /^git version (\d+\.\d+(?:\.\d+)*)/.exec(stdout.toString())?.[1] ?? '0.0';
  const rank = (text: string) => text.split('.', 2).reduce((sum, part) => sum * 1000 + Number(part), 0);
  if (rank(version) < rank(MINIMUM_GIT_VERSION)) {
    throw new GitError(
      'git-too-old',
      `This is git ${version}; ${MINIMUM_GIT_VERSION} or later is needed. Update git.`,
    );
  }
  return version;
}

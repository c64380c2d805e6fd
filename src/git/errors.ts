/**
 * What can go wrong with git, as a closed set of codes, and the cleaning of git's own words before a person reads
 * them: error output repeats URLs (which may hold a password) and whatever the other side of a connection sent.
 */

export type GitErrorCode =
  /** There is no `git` program on the path. */
  | 'git-missing'
  /** The `git` program is too old to have what we use (command.ts). */
  | 'git-too-old'
  /** The folder is not in a git repository, or git refuses to use that repository. */
  | 'not-a-repository'
  /** A commit, branch or object that was named does not exist here. */
  | 'no-such-revision'
  /** The remote did not take a push: someone else was first, or (`declined`) its rules forbid it. */
  | 'push-rejected'
  /** A ref of this repository was not where it was expected. */
  | 'ref-moved'
  /** The remote could not be reached, or did not let us in. */
  | 'remote-unreachable'
  /** Going on would overwrite work that is not committed. */
  | 'dirty-worktree'
  /** An object or an answer is larger than the caller allows. */
  | 'too-large'
  /** A file that should be a bundle is none, or is damaged (bundle.ts). */
  | 'bad-bundle'
  /** A name (of a path, branch, ref, remote, revision) that must not reach git. */
  | 'bad-name'
  /** Anything else that made git fail. */
  | 'command-failed';

export interface GitErrorDetails {
  readonly cause?: unknown;
  /** Exit status of git, where it ran to its end. */
  readonly status?: number;
  /** For `push-rejected`: true if the remote's rules forbid the push, so that trying again is no use. */
  readonly declined?: boolean;
  /** For `remote-unreachable`: true if the remote answered, and did not let us in. */
  readonly notLetIn?: boolean;
}

export class GitError extends Error {
  override readonly name = 'GitError';
  readonly code: GitErrorCode;
  readonly status: number | undefined;
  readonly declined: boolean;
  readonly notLetIn: boolean;

  constructor(code: GitErrorCode, message: string, details: GitErrorDetails = {}) {
    super(cleanText(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.declined = details.declined ?? false;
    this.notLetIn = details.notLetIn ?? false;
  }
}

/** Characters of git's error output that a message repeats at most. */
const LONGEST_MESSAGE = 2000;

/** Controls (but not newline), and the characters that reorder or hide text on a terminal or a page. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const UNPRINTABLE = /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Takes passwords out of a text that may hold URLs: `https://user:secret@host/` becomes `https://host/`. */
function withoutCredentials(text: string): string {
  return text
    .replace(/:\/\/[^/\s'"]*@/g, '://')
    .replace(/\b(?:gh[a-z]_|github_pat_)[A-Za-z0-9_]{16,}/g, '[token]');
}

/** A text as it may be shown: no credentials, no control characters, not endless. */
export function cleanText(text: string): string {
  const clean = withoutCredentials(text.replace(/\r\n?/g, '\n').replaceAll('\t', ' '))
    .replace(UNPRINTABLE, '\u{fffd}')
    .trim();
  return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean;
}

/**
 * The error for a git command that failed.
 *
 * Lines that begin with `remote:` are the other side's words: they are shown, but do not decide the code.
 */
export function commandError(command: string, status: number, stderr: string): GitError {
  const said = stderr.trim() === '' ? `it ended with status ${status} and said nothing` : stderr.trim();
  const own = stderr
    .split(/[\r\n]+/)
    .filter((line) => !line.startsWith('remote:'))
    .join('\n');
  const { code, next } = classify(own);
  const notLetIn = code === 'remote-unreachable' && NOT_LET_IN.test(own);
  return new GitError(code, `git ${command} failed: ${cleanText(said)}\n${next}`, { status, notLetIn });
}

function classify(stderr: string): { code: GitErrorCode; next: string } {
  for (const [pattern, code, next] of SYMPTOMS) {
    if (pattern.test(stderr)) return { code, next };
  }
  return { code: 'command-failed', next: 'If the message does not explain itself, run the command by hand.' };
}

/** Words of git and ssh for a remote that wants (other) credentials. */
const NOT_LET_IN =
  /terminal prompts disabled|authentication failed|permission denied|error: 40[13]|invalid credentials/i;

/** Words of git (with LC_ALL=C) that tell one failure from another. The first that fits counts. */
const SYMPTOMS: readonly (readonly [RegExp, GitErrorCode, string])[] = [
  [
    /transport '.*' not allowed|unable to find remote helper/i,
    'bad-name',
    'Only file, http, https, ssh and git remotes are used: correct the URL of the remote.',
  ],
  [
    /not a git repository|cannot change to|dubious ownership|cannot use bare repository/i,
    'not-a-repository',
    'Run this inside a clone of the repository.',
  ],
  [
    /couldn't find remote ref|not our ref|no such remote ref/i,
    'no-such-revision',
    'Check the name of the branch, and that it still exists on the remote.',
  ],
  [
    NOT_LET_IN,
    'remote-unreachable',
    'The remote wants credentials: check that the token or key is set and may do this.',
  ],
  [
    /could not resolve|unable to access|could not read from remote|unable to connect|connection (refused|reset|timed out)|hung up|early EOF|does not appear to be a git repository|repository '.*' (not found|does not exist)|no such remote/i,
    'remote-unreachable',
    'Check the URL of the remote and the network, then try again.',
  ],
  [
    /not a valid (object|commit) name|bad revision|bad object|unknown revision|invalid object name|not a tree object|nonexistent object|failed to unpack tree object/i,
    'no-such-revision',
    'Fetch first, and check the name.',
  ],
  [
    /cannot lock ref|reference already exists|unable to resolve reference/i,
    'ref-moved',
    'Read the branch again and repeat.',
  ],
  [
    /auto-detection is disabled|empty ident name|tell me who you are/i,
    'command-failed',
    'Set user.name and user.email with git config.',
  ],
];

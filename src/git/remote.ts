/**
 * The other side: reading a remote's branches, fetching from it, and pushing to it by compare and swap, so that of
 * two who push at once one wins and the other is told (git-push(1), `--force-with-lease`).
 */
import type { Environment } from './command.ts';
import { cleanText, GitError } from './errors.ts';
import { branchRef, checkedOid, checkedRefspec, checkedRemote } from './names.ts';
import { git, type Place } from './place.ts';

/** How to get at a remote. Without any of it: the user's own git configuration, and no questions asked. */
export interface RemoteOptions {
  /** A person is at the terminal: git may ask for a password. */
  readonly interactive?: boolean | undefined;
  /** A token for one site, given to git in its environment, where no list of processes shows it. */
  readonly token?: SiteToken | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface SiteToken {
  /** The site that may see the token, as in `https://github.com`. */
  readonly origin: string;
  readonly token: string;
}

export interface FetchOptions extends RemoteOptions {
  /** Commits of history to fetch; default: all. */
  readonly depth?: number | undefined;
}

/**
 * Fetches from a remote. Only what the refspecs say happens: no tags, no submodules, no pruning, no `FETCH_HEAD`.
 *
 * @param refspecs `refs/heads/main:refs/remotes/origin/main`, `+` before it to go back as well; or a commit id alone
 * @throws GitError `remote-unreachable`, `no-such-revision`, `bad-name`
 */
export async function fetch(
  place: Place,
  remote: string,
  refspecs: readonly string[],
  options: FetchOptions = {},
): Promise<void> {
  const { depth } = options;
  const args = [
    ...['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-prune', '--no-write-fetch-head'],
    ...[
      '--no-auto-maintenance',
      '--refmap=',
      ...(depth === undefined ? [] : [`--depth=${Math.trunc(depth)}`]),
    ],
    ...['--', checkedRemote(remote), ...refspecs.map(checkedRefspec)],
  ];
  await git(place, args, access(place, options));
}

/**
 * Pushes a commit to a branch, if the branch is where it is expected. A branch that is there already is a success,
 * so a push that was cut off can be repeated.
 *
 * @param expected the branch's commit as it was read; null: the branch must not exist yet
 * @throws GitError `push-rejected`: someone else was first (read again and repeat), or, with `declined`, the
 *   remote's rules forbid it (do not repeat); `remote-unreachable`
 */
export async function push(
  place: Place,
  remote: string,
  commit: string,
  branch: string,
  expected: string | null,
  options: RemoteOptions = {},
): Promise<void> {
  const ref = branchRef(branch);
  const args = [
    ...['push', '--porcelain', '--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no'],
    `--force-with-lease=${ref}:${expected === null ? '' : checkedOid(expected)}`,
    ...['--', checkedRemote(remote), `${checkedOid(commit)}:${ref}`],
  ];
  try {
    const result = await git(place, args, { ...access(place, options), okStatuses: [0, 1] });
    if (result.status !== 0) throw rejection(branch, result.stdout.toString(), result.stderr);
  } catch (error) {
    // Being let in to read, but not to write, is an answer as well: another try meets the same.
    if (
      error instanceof GitError &&
      error.code === 'remote-unreachable' &&
      NO_WRITE_ACCESS.test(error.message)
    ) {
      throw new GitError('push-rejected', error.message, { cause: error, declined: true });
    }
    throw error;
  }
}

/**
 * Whether the remote would take a push from us: a push is begun and not carried out (`--dry-run`), so that no rule of the
 * remote about the branch is asked, only whether we may write there at all.
 *
 * @throws GitError `remote-unreachable` where there was no answer to that
 */
export async function mayPush(
  place: Place,
  remote: string,
  commit: string,
  branch: string,
  options: RemoteOptions = {},
): Promise<boolean> {
  const args = ['push', '--dry-run', '--porcelain', '--no-verify', '--no-signed', '--no-follow-tags'];
  const what = [
    '--recurse-submodules=no',
    '--',
    checkedRemote(remote),
    `${checkedOid(commit)}:${branchRef(branch)}`,
  ];
  try {
    // Status 1 says that the branch has moved on: an answer of somebody who let us in.
    await git(place, [...args, ...what], { ...access(place, options), okStatuses: [0, 1] });
    return true;
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== 'remote-unreachable') throw error;
    if (error.notLetIn || NO_WRITE_ACCESS.test(error.message)) return false;
    throw error;
  }
}

const NO_WRITE_ACCESS =
  /permission to .* denied|write access .* not granted|error: 403|marked as read.only|archived so it is read.only/i;

/** Reasons in `! [remote rejected] (<reason>)` which say that the branch moved while the push was under way. */
const LOST_RACE =
  /(?:cannot|failed to) lock|failed to update ref|is at .* but expected|reference already exists|incorrect old value/i;

/** A branch `sign` leaves no room for a branch `sign/x`; that does not pass by waiting. */
const NAME_TAKEN = /exists; cannot create/;

/** Reads the lines `! TAB <from>:<to> TAB [<kind>] (<reason>)` of a push that was not taken. */
function rejection(branch: string, report: string, stderr: string): GitError {
  const [, kind = '', reason = ''] = /^!\t[^\t]*\t\[([^\]]*)\](?: \((.*)\))?$/m.exec(report) ?? [];
  const race = kind === 'rejected' || (kind === 'remote rejected' && LOST_RACE.test(reason));
  const declined = !race || NAME_TAKEN.test(stderr + reason);
  const said = `${kind}${reason === '' ? '' : ` (${reason})`}`;
  const message = declined
    ? `The remote does not take this push to ${branch}: ${said}.\n${cleanText(stderr)}\nAsk whoever sets its rules.`
    : `Someone else changed ${branch} first: ${said}. Read the branch again and repeat.`;
  return new GitError('push-rejected', message, { status: 1, declined });
}

/**
 * The URL of a configured remote; undefined if there is none. It may hold credentials: show it only through `cleanText`
 * (errors.ts).
 */
export async function remoteUrl(place: Place, remote: string): Promise<string | undefined> {
  const { status, stdout } = await git(place, ['remote', 'get-url', '--', checkedRemote(remote)], {
    okStatuses: [0, 2],
  });
  return status === 0 ? stdout.toString().replace(/\n$/, '') : undefined;
}

/** The branch that the remote's `HEAD` names; undefined if it is empty or on no branch. */
export async function remoteDefaultBranch(
  place: Place,
  remote: string,
  options: RemoteOptions = {},
): Promise<string | undefined> {
  const args = ['ls-remote', '--quiet', '--symref', '--', checkedRemote(remote), 'HEAD'];
  const { stdout } = await git(place, args, access(place, options));
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout.toString())?.[1];
}

/** The commit that a branch of the remote is at; undefined if there is no such branch. */
export async function remoteBranch(
  place: Place,
  remote: string,
  branch: string,
  options: RemoteOptions = {},
): Promise<string | undefined> {
  const refs = await listRefs(place, remote, branchRef(branch), options);
  return refs.get(branchRef(branch));
}

/** The branches of the remote whose names begin with a prefix (`sign/`), with the commits that they are at. */
export async function listRemoteBranches(
  place: Place,
  remote: string,
  prefix: string,
  options: RemoteOptions = {},
): Promise<Map<string, string>> {
  const start = branchRef(`${prefix}x`).slice(0, -1);
  const refs = await listRefs(place, remote, `${start}*`, options);
  const wanted = [...refs].filter(([ref]) => ref.startsWith(start));
  return new Map(wanted.map(([ref, commit]) => [ref.slice('refs/heads/'.length), commit]));
}

/** Git matches a pattern at the end of a name too (`refs/x/refs/heads/main`), so callers look for the exact name. */
async function listRefs(place: Place, remote: string, pattern: string, options: RemoteOptions) {
  const args = ['ls-remote', '--quiet', '--refs', '--', checkedRemote(remote), pattern];
  const { stdout } = await git(place, args, access(place, options));
  const lines = stdout.toString().split('\n').filter(Boolean);
  return new Map(lines.map((line) => line.split('\t')).map(([commit = '', ref = '']) => [ref, commit]));
}

function access(place: Place, { interactive = false, token, signal }: RemoteOptions) {
  const asking: Environment = interactive ? { GIT_TERMINAL_PROMPT: '1', GCM_INTERACTIVE: 'auto' } : {};
  return {
    env: { ...asking, ...(token === undefined ? {} : tokenEnvironment(place.outerEnv, token)) },
    signal,
  };
}

/** Configuration through the environment (git-config(1), `GIT_CONFIG_COUNT`), after what is there already. */
function tokenEnvironment(outer: Environment, { origin, token }: SiteToken): Environment {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const key = `http.${new URL(origin).origin}/.extraHeader`;
  const count = Number(outer.GIT_CONFIG_COUNT ?? 0);
  return {
    GIT_CONFIG_COUNT: `${count + 2}`,
    // The empty value takes back a header that a checkout may have left: two of them are refused.
    [`GIT_CONFIG_KEY_${count}`]: key,
    [`GIT_CONFIG_VALUE_${count}`]: '',
    [`GIT_CONFIG_KEY_${count + 1}`]: key,
    [`GIT_CONFIG_VALUE_${count + 1}`]: `Authorization: Basic ${basic}`,
  };
}

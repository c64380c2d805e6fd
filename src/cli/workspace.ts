/**
 * What every command starts from: the clone in which it runs, the signer's settings in `git config playground.*`, and
 * the options that override them. Rooms below are loaded when they are used, so that help is there at once.
 */
import { type Command, Option } from 'commander';
import type { EventBranch, EventBranchSettings } from '../event/branch.ts';
import type { Self } from '../event/changes.ts';
import type { GitRepository } from '../git/repository.ts';
import type { Remote } from '../repository/remote.ts';
import type { RepositoryState } from '../repository/state.ts';
import type { Signer } from '../signers/signer.ts';
import type { Key } from '../tuf/key.ts';
import { UsageError } from './failure.ts';
import { Identity, openSigner } from './identity.ts';
import type { LookUp } from './keys/enrolment.ts';
import type { KeyRing } from './keys/ring.ts';
import { type Say, teller, warn } from './output.ts';

export interface WorkspaceOptions {
  readonly login?: string;
  readonly key?: readonly string[];
  readonly remote?: string;
  readonly pushRemote?: string;
  readonly main?: string;
  readonly push?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** The options of commands that work with the remote. */
export function remoteOptions(command: Command): Command {
  return command
    .option(
      '--remote <name>',
      'remote that holds the repository (git config playground.pullRemote; default: origin)',
    )
    .option('--main <branch>', 'its main branch (git config playground.mainBranch; default: main)')
    .option('--json', 'print the result as JSON');
}

/** The options of commands that change an event. */
export function eventOptions(command: Command): Command {
  return remoteOptions(command)
    .option(
      '--push-remote <name>',
      'remote to push the event to (git config playground.pushRemote; default: as --remote)',
    )
    .option('--login <login>', 'your GitHub login (git config playground.login)')
    .option(
      '--key <uri>',
      'your signing key, e.g. file2:~/keys/me.pem (git config playground.key); several times for several keys, the newest last',
      (uri: string, before: readonly string[] = []) => [...before, uri],
    )
    .option('--no-push', 'commit to the local branch only')
    .option('-y, --yes', 'do not ask before changing something');
}

/** The moment at which a command judges; hidden from everyday help by being documented where it matters. */
export function timeOption(): Option {
  return new Option(
    '--time <time>',
    'judge expiry at this time, e.g. 2026-08-22 or 2026-08-22T12:00:00Z',
  ).argParser(parseTimeOption);
}

function parseTimeOption(text: string): Date {
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw new UsageError(`--time ${text} is no time. Write 2026-08-22 or 2026-08-22T12:00:00Z.`);
  return time;
}

export class Workspace {
  readonly repository: GitRepository;
  readonly options: WorkspaceOptions;
  readonly say: Say;
  readonly #identity: Identity;

  private constructor(repository: GitRepository, options: WorkspaceOptions) {
    this.repository = repository;
    this.options = options;
    this.say = teller(options.json);
    this.#identity = new Identity(options, repository);
  }

  /** Opens the clone in the working directory, does the work, and closes it. */
  static async use<T>(options: WorkspaceOptions, work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const { openRepository } = await import('../git/repository.ts');
    const { provideSigstore } = await import('../signers/sigstore/provide.ts');
    provideSigstore(process.env);
    const repository = await openRepository(process.cwd());
    try {
      return await work(new Workspace(repository, options));
    } finally {
      await repository.close();
    }
  }

  async remoteName(): Promise<string> {
    return this.options.remote ?? (await this.repository.getConfig('playground.pullRemote')) ?? 'origin';
  }

  async mainBranch(): Promise<string> {
    return this.options.main ?? (await this.repository.getConfig('playground.mainBranch')) ?? 'main';
  }

  /** The remote and its main branch, for publishing. */
  async remote(): Promise<Remote> {
    return {
      repository: this.repository,
      name: await this.remoteName(),
      mainBranch: await this.mainBranch(),
    };
  }

  async settings(): Promise<EventBranchSettings> {
    const pullRemote = await this.remoteName();
    const pushRemote =
      this.options.pushRemote ?? (await this.repository.getConfig('playground.pushRemote')) ?? pullRemote;
    return {
      pullRemote,
      pushRemote,
      mainBranch: await this.mainBranch(),
      push: this.options.push ?? true,
      warn,
    };
  }

  async event(name: string): Promise<EventBranch> {
    const { EventBranch } = await import('../event/branch.ts');
    return new EventBranch(this.repository, await this.settings(), name);
  }

  /** The signer's login with its `@`; asked for and remembered where it is not set. */
  login(): Promise<string> {
    return this.#identity.login();
  }

  /** The login where it is set; nobody is asked. */
  knownLogin(): Promise<string | undefined> {
    return this.#identity.knownLogin();
  }

  /** An event as it stands, or the one that is checked out; else the main branch, if the remote has one. */
  async stateOf(event: string | undefined): Promise<RepositoryState | undefined> {
    const { EVENT_PREFIX } = await import('../event/name.ts');
    const here = await this.repository.currentBranch();
    const name = event ?? (here?.startsWith(EVENT_PREFIX) ? here : undefined);
    if (name !== undefined) return (await (await this.event(name)).read()).proposed;
    const [{ fetchBranch }, { loadState }, { commitTree }] = await Promise.all([
      import('../repository/remote.ts'),
      import('../repository/state.ts'),
      import('../repository/tree.ts'),
    ]);
    const commit = await fetchBranch(await this.remote(), await this.mainBranch());
    return commit === undefined ? undefined : loadState(await commitTree(this.repository, commit));
  }

  /** The signer's own keys. */
  get keys(): KeyRing {
    return this.#identity.keys;
  }

  /**
   * The signer at the keyboard, whose newest key is put into roles. It is checked before it is, and they hear what it
   * means, once.
   */
  async enrolling(): Promise<Self> {
    const login = await this.login();
    let checked: Promise<Key> | undefined;
    const check = async () => {
      const { checkKey, sayAboutKey } = await import('./keys/enrolment.ts');
      const signer = await this.keys.newest();
      await sayAboutKey(this.say, signer, login, (name) => this.publishedKeys(name));
      await checkKey(signer);
      await this.keys.rememberNewest(signer.uri);
      return signer.key;
    };
    return {
      login,
      publicKey: () => {
        checked ??= check();
        return checked;
      },
    };
  }

  /** The SSH keys that a login publishes on the server of the remote. */
  async publishedKeys(login: string): ReturnType<LookUp> {
    const { hostedRepository } = await import('./pull-request-link.ts');
    const at = hostedRepository((await this.repository.remoteUrl(await this.remoteName())) ?? '');
    return at && (await import('./keys/published.ts')).lookUpKeys(at.server, login);
  }

  /** Opens any signer by its URI. */
  openSigner(uri: string): Promise<Signer> {
    return openSigner(uri);
  }
}

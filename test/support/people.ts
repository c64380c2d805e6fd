/**
 * People around a repository, for tests from end to end: a bare repository that stands for the one on the server, a
 * clone with a key for each person, and the real command line as a child process. A team can be copied, so that a
 * state which took many commands to reach is made once and used by many tests. Everything goes away when the test
 * file ends.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { Finding } from '../../src/repository/findings.ts';
import { generateKey, type NewKeyType } from '../../src/signers/generate.ts';
import { git, temporaryFolder } from './git.ts';
import { type Environment, type Outcome, type Run, startPlayground } from './playground.ts';
import { type StaticSite, serveStaticSite } from './static-site.ts';

/** A file for {@link Person.push}: its content, a link, or null for none. */
export type PushedFile = string | Uint8Array | { readonly link: string } | null;

/** Someone with a clone, a login and a key. */
export class Person {
  readonly name: string;
  readonly folder: string;
  readonly environment: Environment;

  constructor(name: string, folder: string, environment: Environment) {
    this.name = name;
    this.folder = folder;
    this.environment = environment;
  }

  /** Runs `playground` in this person's clone. */
  playground(...args: readonly string[]): Promise<Outcome> {
    return this.start(args).ended;
  }

  /** The same with other environment variables. */
  playgroundWith(environment: Environment, ...args: readonly string[]): Promise<Outcome> {
    return this.start(args, environment).ended;
  }

  start(args: readonly string[], environment: Environment = {}, input = ''): Run {
    return startPlayground(this.folder, args, { ...this.environment, ...environment }, input);
  }

  /** Runs `playground`, which has to succeed. */
  async does(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.playground(...args);
    if (outcome.code === 0) return outcome;
    throw new Error(
      `${this.name}: playground ${args.join(' ')} ended with ${outcome.code}: ${outcome.stdout}${outcome.stderr}`,
    );
  }

  git(...args: readonly string[]): Promise<string> {
    return git(this.folder, ...args);
  }

  /** Checks a branch out as the remote has it; one that is not there yet begins at main. */
  async checkOut(branch: string): Promise<void> {
    await this.git('fetch', '--quiet', '--prune', 'origin');
    const known = await this.git('branch', '--remotes', '--list', `origin/${branch}`);
    await this.git('switch', '--quiet', '--no-track', '-C', branch, `origin/${known ? branch : 'main'}`);
  }

  /** Commits files to a branch and pushes it, with nothing but git: what anybody with write access can do. */
  async push(branch: string, files: Readonly<Record<string, PushedFile>>): Promise<string> {
    await this.checkOut(branch);
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path);
      await rm(file, { recursive: true, force: true });
      if (content === null) continue;
      await mkdir(dirname(file), { recursive: true });
      if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(file, content);
      else await symlink(content.link, file);
    }
    await this.git('add', '--all', '--force');
    await this.git('commit', '--quiet', '--allow-empty', '-m', `Change by ${this.name}`);
    await this.git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
    return this.git('rev-parse', 'HEAD');
  }
}

const sites = new Set<StaticSite>();
afterAll(() => Promise.all([...sites].map((site) => site.close())));

/** A repository and the people around it. */
export class Team {
  readonly folder: string;
  /** The keys stay the same in all copies of a team. */
  readonly keys: string;
  readonly #people = new Map<string, Promise<Person>>();

  constructor(folder: string, keys: string) {
    this.folder = folder;
    this.keys = keys;
  }

  /** The bare repository. */
  get remote(): string {
    return join(this.folder, 'remote.git');
  }

  /** What `build` makes and `serve` serves. */
  get site(): string {
    return join(this.folder, 'site');
  }

  /** What a client remembers that has looked at the site before. */
  get clientState(): string {
    return join(this.folder, 'client-state');
  }

  keyFile(name: string): string {
    return join(this.keys, `${name}.pem`);
  }

  /** A person's clone, made when it is first asked for. */
  person(name: string): Promise<Person> {
    const known = this.#people.get(name);
    if (known) return known;
    const made = this.#clone(name);
    this.#people.set(name, made);
    return made;
  }

  async #clone(name: string): Promise<Person> {
    const settings = {
      'user.name': name,
      'user.email': `${name}@example.com`,
      'playground.login': `@${name}`,
      'playground.key': `file2:${this.keyFile(name)}`,
    };
    const folder = join(this.folder, name);
    const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    await git(this.folder, 'clone', '--quiet', ...options, this.remote, folder);
    if (!existsSync(this.keyFile(name))) makeKey(this.keyFile(name), KEY_TYPES.get(name) ?? 'ed25519');
    return new Person(name, folder, { ONLINE_KEY: readFileSync(this.keyFile('online'), 'utf8') });
  }

  /** The same repository, site and client in another folder; clones are made anew. */
  copy(): Team {
    const folder = temporaryFolder();
    for (const part of ['remote.git', 'site', 'client-state']) {
      if (existsSync(join(this.folder, part)))
        cpSync(join(this.folder, part), join(folder, part), { recursive: true });
    }
    return new Team(folder, this.keys);
  }

  /** Merges an event into main, as the server does when somebody presses the button; no questions asked. */
  async merge(event: string): Promise<string> {
    const branch = `refs/heads/sign/${event}`;
    const tree = (await git(this.remote, 'merge-tree', '--write-tree', 'main', branch)).split('\n')[0] ?? '';
    const args = ['commit-tree', '-p', 'main', '-p', branch, '-m', `Merge sign/${event}`, tree];
    const commit = await git(this.remote, ...args);
    await git(this.remote, 'update-ref', 'refs/heads/main', commit);
    return commit;
  }

  /** Where a branch of the remote stands; undefined if it is not there. */
  async branch(name: string): Promise<string | undefined> {
    const ref = `refs/heads/${name}`;
    return (await git(this.remote, 'for-each-ref', '--format=%(objectname)', ref)) || undefined;
  }

  /** A file of the remote at a revision. */
  read(revision: string, path: string): Promise<string> {
    return git(this.remote, 'show', `${revision}:${path}`);
  }

  /** The machine that signs online and builds. */
  get robot(): Promise<Person> {
    return this.person('robot');
  }

  /** Signs online and builds; both have to succeed. */
  async publish(...flags: readonly string[]): Promise<void> {
    const robot = await this.robot;
    await robot.does('online-sign', ...flags);
    await robot.does('build', this.site);
  }

  /** Serves the site until the test file ends; the URL. */
  async serve(): Promise<string> {
    const site = await serveStaticSite(this.site);
    sites.add(site);
    return site.url;
  }

  /** Updates a client that remembers what it has seen, and lets it download everything. */
  async verify(...flags: readonly string[]): Promise<Outcome> {
    return startPlayground(this.folder, [
      ...['verify', this.site, '--state', this.clientState, '--json'],
      ...flags,
    ]).ended;
  }
}

/** Both kinds of key take part in every test; whoever is not named has Ed25519. */
const KEY_TYPES: ReadonlyMap<string, NewKeyType> = new Map([
  ['bob', 'ecdsa-p256'],
  ['dave', 'ecdsa-p256'],
  ['online', 'ecdsa-p256'],
]);

/** All at once, since copies of a team may want the same key at the same time. */
function makeKey(path: string, type: NewKeyType): void {
  writeFileSync(path, generateKey({ type }).pem, { mode: 0o600 });
}

/**
 * A team whose repository has a first commit and nothing more.
 * @param keyTypes other kinds of key than usual, by name (`online` is the machine's)
 */
export async function newTeam(keyTypes: Readonly<Record<string, NewKeyType>> = {}): Promise<Team> {
  const folder = temporaryFolder();
  const keys = join(folder, 'keys');
  mkdirSync(keys);
  const all = { online: KEY_TYPES.get('online') ?? 'ed25519', ...keyTypes };
  for (const [name, type] of Object.entries(all)) makeKey(join(keys, `${name}.pem`), type);
  const team = new Team(folder, keys);
  await git(folder, 'init', '--quiet', '--bare', team.remote);
  const tree = await git(team.remote, 'hash-object', '-t', 'tree', '-w', '/dev/null');
  const commit = await git(team.remote, 'commit-tree', '-m', 'First commit', tree);
  await git(team.remote, 'update-ref', 'refs/heads/main', commit);
  return team;
}

export interface FirstEvent {
  /** Their names; the first of them begins. */
  readonly signers: readonly string[];
  readonly threshold: number;
  /** Content by path. */
  readonly artifacts?: Readonly<Record<string, string>>;
  /** Other kinds of key than usual, by name. */
  readonly keyTypes?: Readonly<Record<string, NewKeyType>>;
}

/** Begins a repository: every signer accepts and signs. Ready to be merged. */
export async function playInit(
  team: Team,
  { signers, threshold, artifacts = {} }: FirstEvent,
): Promise<void> {
  const [first = '', ...others] = signers;
  const beginner = await team.person(first);
  const logins = signers.map((name) => `@${name}`).join(',');
  await beginner.does('init', '--signers', logins, '--threshold', `${threshold}`, '--yes');
  if (Object.keys(artifacts).length > 0) await addArtifacts(beginner, 'init', artifacts);
  await allSign(team, 'init', ...others);
  // The last one to accept signs in the same go; whoever was before has to sign what it is now.
  await allSign(team, 'init', ...(others.length > 0 ? signers.slice(0, -1) : signers));
}

/** A repository that has been published once, and a client that has seen it. */
export async function publishedTeam(event: FirstEvent): Promise<Team> {
  const team = await newTeam(event.keyTypes);
  await playInit(team, event);
  await team.merge('init');
  await team.publish('--first');
  const seen = await team.verify();
  if (!seen.json.ok) throw new Error(`A client refuses the first publication: ${seen.stderr}`);
  return team;
}

/** Adds or replaces artifacts in an event, by content. */
export async function addArtifacts(
  person: Person,
  event: string,
  artifacts: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const sources = temporaryFolder();
  const added = Object.entries(artifacts).map(async ([path, content], index) => {
    const file = join(sources, `${index}`);
    await writeFile(file, content);
    return `${path}=${file}`;
  });
  return person.does('update-targets', event, '--add', ...(await Promise.all(added)), '--yes');
}

/** Each of them signs an event. */
export async function allSign(team: Team, event: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) await (await team.person(name)).does('sign', event, '--yes');
}

/** The codes of findings, with the file that each names. */
export function codesAndPaths(findings: readonly Finding[] = []): readonly string[] {
  return findings.map(({ code, path }) => `${code} ${path ?? ''}`.trim());
}

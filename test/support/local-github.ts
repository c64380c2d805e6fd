/**
 * The project as people meet it on GitHub, for tests from end to end: the local GitHub with a repository made from the
 * project's own template, people with clones and tokens, the real workflows and the real bundle. A state that took many
 * steps to reach is made once and copied. Everything goes away when the test file ends.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, vi } from 'vitest';
import { createActionsEngine } from '../../src/playground/actions/engine.ts';
import type { Annotation, WorkflowRun } from '../../src/playground/contract.ts';
import type { Role } from '../../src/playground/host/access.ts';
import { type Playground, type PlaygroundOptions, startPlayground } from '../../src/playground/playground.ts';
import { generateKey } from '../../src/signers/generate.ts';
import { git, temporaryFolder } from './git.ts';
import { openapiRecorder, whyNoOpenapi } from './openapi.ts';
import { addArtifacts, Person } from './people.ts';
import { type Outcome, startPlayground as runCommand } from './playground.ts';

// Each test is a dozen jobs with a dozen processes each; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const PROJECT = join(import.meta.dirname, '..', '..');
/** What a repository made from the template needs. */
const TEMPLATE = ['actions', '.github', 'metadata', 'package.json'];

export const REPOSITORY = 'alice/repository';
const OWNER = 'alice';
/** Alice's repository, and who else may write to it. */
const COLLABORATORS: ReadonlyMap<string, Role> = new Map([
  ['bob', 'write'],
  ['carol', 'write'],
  ['dave', 'write'],
]);
/** They may do what anybody may. */
const STRANGERS = ['mallory', 'erin', 'frank'];

/** What is settled in the repository's settings before it can publish. */
export interface Settings {
  readonly pages?: boolean;
  readonly secret?: boolean;
}

/** Requests an hour, where they are to be others than GitHub's. */
type RateLimits = NonNullable<PlaygroundOptions['rateLimits']>;

/** What happens at each deployment before the site is there: it may wait, or throw, as the deployment does then. */
interface Deployments {
  before: () => Promise<void>;
}

interface Started {
  readonly playground: Playground;
  readonly deployments: Deployments;
}

const open = new Set<Playground>();
afterAll(() => Promise.all([...open].map((playground) => playground.close())));

export class LocalGitHub {
  readonly folder: string;
  readonly playground: Playground;
  readonly deployments: Deployments;
  readonly #tokens: ReadonlyMap<string, string>;
  readonly #people = new Map<string, Promise<Person>>();

  private constructor(folder: string, started: Started, tokens: ReadonlyMap<string, string>) {
    this.folder = folder;
    this.playground = started.playground;
    this.deployments = started.deployments;
    this.#tokens = tokens;
  }

  /** A repository fresh from the template, set up as the documentation says. */
  static async fresh({ pages = true, secret = true }: Settings = {}): Promise<LocalGitHub> {
    const folder = temporaryFolder();
    const started = await start(folder);
    const { host } = started.playground;
    const people = [OWNER, ...COLLABORATORS.keys(), ...STRANGERS];
    for (const login of people) host.createUser(login);
    const tokens = new Map(people.map((login) => [login, host.createToken(login)]));
    mkdirSync(join(folder, 'keys'));
    for (const name of [...people, 'online'])
      writeFileSync(join(folder, 'keys', `${name}.pem`), generateKey({ type: 'ed25519' }).pem, {
        mode: 0o600,
      });

    const template = temporaryFolder();
    for (const part of TEMPLATE) cpSync(join(PROJECT, part), join(template, part), { recursive: true });
    await host.createRepository(REPOSITORY, { from: { folder: template } });
    for (const [login, role] of COLLABORATORS) host.setRole(REPOSITORY, login, role);
    if (pages) host.enablePages(REPOSITORY);
    host.putEnvironment(REPOSITORY, 'online-signing', ['main']);
    host.putEnvironment(REPOSITORY, 'github-pages', ['main']);
    const github = new LocalGitHub(folder, started, tokens);
    if (secret) github.putSecret();
    return github;
  }

  /** The same GitHub on other ports, with clones made anew. This one is stopped. */
  async stop(): Promise<(limits?: RateLimits) => Promise<LocalGitHub>> {
    await this.close();
    return async (limits) => {
      const folder = temporaryFolder();
      for (const part of ['data', 'keys', 'client-state']) {
        if (existsSync(join(this.folder, part)))
          cpSync(join(this.folder, part), join(folder, part), { recursive: true });
      }
      return new LocalGitHub(folder, await start(folder, limits), this.#tokens);
    };
  }

  async close(): Promise<void> {
    open.delete(this.playground);
    await this.playground.close();
  }

  get host() {
    return this.playground.host;
  }

  get actions() {
    return this.playground.actions;
  }

  /** The bare repository on disk. */
  get gitDir(): string {
    return this.host.gitDir(REPOSITORY);
  }

  get site(): string {
    return `${this.playground.pagesUrl}/${REPOSITORY}/`;
  }

  keyFile(name: string): string {
    return join(this.folder, 'keys', `${name}.pem`);
  }

  get onlineKey(): string {
    return readFileSync(this.keyFile('online'), 'utf8');
  }

  putSecret(): void {
    this.host.setSecret(REPOSITORY, 'ONLINE_KEY', this.onlineKey, 'online-signing');
  }

  /** Someone with a clone, made when it is first asked for; of a fork where one is named. */
  person(name: string, repository = REPOSITORY): Promise<Person> {
    const at = `${name} ${repository}`;
    const known = this.#people.get(at);
    if (known) return known;
    const made = this.#clone(name, repository);
    this.#people.set(at, made);
    return made;
  }

  async #clone(name: string, repository: string): Promise<Person> {
    const settings = {
      'user.name': name,
      'user.email': `${name}@example.com`,
      'playground.login': `@${name}`,
      'playground.key': `file2:${this.keyFile(name)}`,
    };
    const { url, apiUrl } = this.playground;
    const folder = join(this.folder, 'clones', name, repository.replace('/', '-'));
    const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const remote = `${url.replace('://', `://${name}:${this.token(name)}@`)}/${repository}.git`;
    await git(this.folder, 'clone', '--quiet', ...options, remote, folder);
    return new Person(name, folder, {
      GITHUB_SERVER_URL: url,
      GITHUB_API_URL: apiUrl,
      ONLINE_KEY: this.onlineKey,
    });
  }

  /** A person's token for the API. */
  token(name: string): string {
    const token = this.#tokens.get(name);
    if (token === undefined) throw new Error(`there is nobody called ${name}`);
    return token;
  }

  /** A request to the REST API, which has to succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by path, as a person would
  async api(name: string, method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(`${this.playground.apiUrl}/repos/${REPOSITORY}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token(name)}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Waits until no workflow runs any more. */
  idle(): Promise<void> {
    return this.actions.idle();
  }

  /** Opens the pull request of an event. @param by who; `owner:` is put before the branch where it is in a fork */
  async openPull(event: string, by = OWNER, fork?: string): Promise<number> {
    const head = `${fork === undefined ? '' : `${fork}:`}sign/${event}`;
    const pull = await this.api(by, 'POST', '/pulls', { title: `Event ${event}`, head, base: 'main' });
    return pull.number;
  }

  /** Merges without asking whether anything speaks against it, and answers the commit. */
  async merge(pull: number, by = OWNER): Promise<string> {
    return (await this.api(by, 'PUT', `/pulls/${pull}/merge`, {})).sha;
  }

  /** Where a branch stands; undefined if it is not there. */
  async branch(name: string): Promise<string | undefined> {
    const ref = `refs/heads/${name}`;
    return (await git(this.gitDir, 'for-each-ref', '--format=%(objectname)', ref)) || undefined;
  }

  /** A file at a revision. */
  read(revision: string, path: string): Promise<string> {
    return git(this.gitDir, 'show', `${revision}:${path}`);
  }

  /** The statuses of a commit, newest first, with their contexts. */
  async statuses(
    ref: string,
  ): Promise<readonly { context: string; state: string; description: string; url: string }[]> {
    return await this.api(OWNER, 'GET', `/commits/${encodeURIComponent(ref)}/statuses?per_page=100`);
  }

  /** What the status of the signing event says of a commit, e.g. `pending: Waiting for signatures`. */
  async status(ref: string): Promise<string | undefined> {
    const [newest] = (await this.statuses(ref)).filter(({ context }) => context === 'signing-event');
    return newest && `${newest.state}: ${newest.description}`;
  }

  async comments(
    pull: number,
  ): Promise<readonly { id: number; body: string; updated_at: string; user: { login: string } }[]> {
    return await this.api(OWNER, 'GET', `/issues/${pull}/comments?per_page=100`);
  }

  /** The one report of an event. */
  async report(pull: number): Promise<string> {
    const reports = (await this.comments(pull)).filter(
      ({ user, body }) =>
        user.login === 'github-actions[bot]' && body.includes('<!-- signing-event-report -->'),
    );
    if (reports.length !== 1) throw new Error(`${reports.length} reports on pull request ${pull}`);
    return reports[0]?.body ?? '';
  }

  /** The runs of a workflow, newest first. */
  runs(workflow: string): readonly WorkflowRun[] {
    return this.actions.runs(REPOSITORY).filter(({ name }) => name === workflow);
  }

  lastRun(workflow: string): WorkflowRun {
    const [newest] = this.runs(workflow);
    if (!newest) throw new Error(`the workflow ${workflow} has not run`);
    return newest;
  }

  /** The conclusions of a run's jobs, by name. */
  jobs(run: WorkflowRun): Readonly<Record<string, string | null>> {
    return Object.fromEntries(run.jobs.map(({ name, conclusion }) => [name, conclusion]));
  }

  annotations(run: WorkflowRun): readonly Annotation[] {
    return [...run.annotations, ...run.jobs.flatMap((job) => job.annotations)];
  }

  /** What is wrong with a run, as it stands on the page of the run. */
  failures(run: WorkflowRun): readonly string[] {
    return this.annotations(run)
      .filter(({ level }) => level === 'failure')
      .map(({ message }) => message);
  }

  log(run: WorkflowRun): string {
    return run.jobs.map(({ id }) => this.actions.jobLog(id)).join('\n');
  }

  dispatch(workflow: string, ref = 'main', by = OWNER): Promise<unknown> {
    return this.api(by, 'POST', `/actions/workflows/${workflow}/dispatches`, { ref });
  }

  /** Starts Publish by hand and waits for it. */
  async publish(ref = 'main'): Promise<WorkflowRun> {
    await this.dispatch('publish.yml', ref);
    await this.idle();
    return this.lastRun('Publish');
  }

  /** Updates a client that remembers what it has seen, and lets it download everything. */
  verify(...flags: readonly string[]): Promise<Outcome> {
    const state = join(this.folder, 'client-state');
    return runCommand(this.folder, ['verify', this.site, '--state', state, '--json', ...flags]).ended;
  }

  /** A file of the live site; its status where it is not there. */
  async download(path: string): Promise<string> {
    const response = await fetch(this.site + path);
    return response.ok ? await response.text() : `${response.status}`;
  }

  /** Each of them signs an event. */
  async sign(event: string, ...names: readonly string[]): Promise<void> {
    for (const name of names) await (await this.person(name)).does('sign', event, '--yes');
  }

  /** Begins an event that sets artifacts, by content, without a signature. */
  async proposes(name: string, event: string, artifacts: Readonly<Record<string, string>>): Promise<void> {
    await addArtifacts(await this.person(name), event, artifacts);
  }
}

/** Where GitHub's description of its API is at hand, every answer that the actions and people get is held against it. */
const recorder = whyNoOpenapi() === undefined ? openapiRecorder() : undefined;

afterAll(() => {
  if (recorder) expect(recorder.mismatches()).toEqual([]);
});

async function start(folder: string, limits: RateLimits = {}): Promise<Started> {
  const deployments: Deployments = { before: async () => undefined };
  const playground = await startPlayground({
    dataDir: join(folder, 'data'),
    rateLimits: limits,
    ...(recorder ? { observe: recorder.observe } : {}),
    engine: (host) =>
      createActionsEngine({
        ...host,
        async publishPages(...deployment) {
          await deployments.before();
          return host.publishPages(...deployment);
        },
      }),
  });
  open.add(playground);
  return { playground, deployments };
}

/** The first artifact, as it is published. */
export const HELLO = 'Hello\n';

/** A repository whose root and targets need Alice and Bob, published once; a client has seen it. Makes copies. */
export async function publishedGitHub(): Promise<(limits?: RateLimits) => Promise<LocalGitHub>> {
  const github = await LocalGitHub.fresh();
  await github.idle();
  const alice = await github.person('alice');
  await alice.does('init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
  await github.proposes('alice', 'init', { 'hello.txt': HELLO });
  await github.sign('init', 'bob', 'alice');
  await github.merge(await github.openPull('init'));
  await github.idle();
  const run = github.lastRun('Publish');
  if (run.conclusion !== 'success') throw new Error(`the first publication failed: ${github.log(run)}`);
  const seen = await github.verify();
  if (!seen.json.ok) throw new Error(`a client refuses the first publication: ${seen.stderr}`);
  return github.stop();
}

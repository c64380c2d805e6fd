/**
 * A host for tests of the Actions engine: real bare repositories, served over real HTTP with tokens that are checked,
 * and otherwise only as much as the engine asks of a host. Everything that reaches the host is kept for the test to
 * look at.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach } from 'vitest';
import { type ActionsEngineOptions, createActionsEngine } from '../../src/playground/actions/engine.ts';
import type {
  ActionsEngine,
  HostEvent,
  HostForActions,
  Permissions,
  WorkflowRun,
} from '../../src/playground/contract.ts';
import { commitFiles, git, temporaryFolder } from './git.ts';

type Files = Readonly<Record<string, string>>;
type Environment = NonNullable<ReturnType<HostForActions['environment']>>;

interface FakeRepository {
  readonly fullName: string;
  readonly id: number;
  private: boolean;
  actionsEnabled: boolean;
  readonly secrets: Map<string, string>;
  readonly variables: Map<string, string>;
  readonly environments: Map<string, Environment>;
  readonly environmentSecrets: Map<string, Map<string, string>>;
  readonly protectedBranches: Set<string>;
  /** A clone in which the test commits. */
  readonly clone: string;
}

interface JobToken {
  readonly repository: string;
  readonly permissions: Permissions;
  readonly runId: number;
  revoked: boolean;
}

export interface PullRequestOptions {
  readonly number: number;
  readonly head: string;
  /** Full name of the fork; without it the head is a branch of the repository itself. */
  readonly fork?: string;
  readonly association?: string;
  readonly action?: string;
  readonly changedPaths?: readonly string[];
  readonly causedByJob?: boolean;
}

const open = new Set<() => Promise<void>>();

afterEach(async () => {
  for (const close of open) await close();
  open.clear();
});

export class FakeHost implements HostForActions {
  readonly #root = temporaryFolder();
  readonly #repositories = new Map<string, FakeRepository>();
  readonly #server: Server;
  readonly dataDir: string;
  database: DatabaseSync;
  engine: ActionsEngine;
  readonly #engines: ActionsEngine[] = [];
  readonly tokens = new Map<string, JobToken>();
  readonly raised: HostEvent[] = [];
  readonly published: { readonly repository: string; readonly folder: string }[] = [];
  readonly oidcRequests: { readonly claims: Readonly<Record<string, unknown>>; readonly audience: string }[] =
    [];

  static async start(options: ActionsEngineOptions = {}): Promise<FakeHost> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = new FakeHost(server, options);
    server.on('request', (request, response) => host.#serveGit(request, response));
    open.add(() => host.close());
    return host;
  }

  private constructor(server: Server, options: ActionsEngineOptions) {
    this.#server = server;
    this.dataDir = join(this.#root, 'data');
    mkdirSync(this.dataDir);
    this.database = new DatabaseSync(join(this.dataDir, 'test.sqlite'));
    this.engine = createActionsEngine(this, withTestGrace(options));
  }

  async close(): Promise<void> {
    for (const engine of [...this.#engines, this.engine]) await engine.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    if (this.database.isOpen) this.database.close();
  }

  /** A new engine on the same data, as after the program was killed: the old one is not closed. */
  restart(options: ActionsEngineOptions = {}): ActionsEngine {
    this.#engines.push(this.engine);
    this.engine = createActionsEngine(this, withTestGrace(options));
    return this.engine;
  }

  get serverUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get apiUrl(): string {
    return `${this.serverUrl}/api/v3`;
  }
  get graphqlUrl(): string {
    return `${this.serverUrl}/api/graphql`;
  }

  /** Makes a repository with some files on `main`. */
  async repository(fullName: string, files: Files): Promise<FakeRepository> {
    const gitDir = this.gitDir(fullName);
    mkdirSync(gitDir, { recursive: true });
    await git(this.#root, 'init', '--quiet', '--bare', gitDir);
    await git(gitDir, 'config', 'http.receivepack', 'true');
    const clone = join(this.#root, 'clones', fullName);
    await git(this.#root, 'clone', '--quiet', gitDir, clone);
    const repository: FakeRepository = {
      fullName,
      id: 1000 + this.#repositories.size,
      private: false,
      actionsEnabled: true,
      secrets: new Map(),
      variables: new Map(),
      environments: new Map(),
      environmentSecrets: new Map(),
      protectedBranches: new Set(),
      clone,
    };
    this.#repositories.set(fullName, repository);
    await commitFiles(clone, files, 'Begin');
    await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    return repository;
  }

  /** Commits files on a branch, which begins at `main` if it is new, and pushes it. No event comes of it. */
  async commit(fullName: string, branch: string, files: Files, message?: string): Promise<string> {
    const { clone } = this.#known(fullName);
    const exists = await git(clone, 'ls-remote', 'origin', `refs/heads/${branch}`);
    await git(clone, 'fetch', '--quiet', 'origin');
    await git(clone, 'checkout', '--quiet', '-B', branch, exists === '' ? 'origin/main' : `origin/${branch}`);
    const sha = await commitFiles(clone, files, message);
    await git(clone, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
    return sha;
  }

  /** The event of a push to a branch or of a tag. */
  async push(fullName: string, ref: string, more: Partial<HostEvent> = {}): Promise<void> {
    const full = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
    const sha = await git(this.gitDir(fullName), 'rev-parse', full);
    this.engine.handle({
      name: 'push',
      repository: fullName,
      actor: 'octocat',
      causedByJob: false,
      fromFork: false,
      ref: full,
      sha,
      workflowsAt: sha,
      payload: { ref: full, after: sha, repository: this.webhookRepository(fullName) },
      ...more,
    });
  }

  /** A pull request into `main`, with the merge commit that GitHub makes of it. */
  async pullRequest(fullName: string, options: PullRequestOptions): Promise<void> {
    const gitDir = this.gitDir(fullName);
    const source = options.fork ?? fullName;
    const pull = `refs/pull/${options.number}`;
    await git(gitDir, 'fetch', '--quiet', this.gitDir(source), `+refs/heads/${options.head}:${pull}/head`);
    const head = await git(gitDir, 'rev-parse', `${pull}/head`);
    const base = await git(gitDir, 'rev-parse', 'refs/heads/main');
    const merge = await git(gitDir, 'commit-tree', `${head}^{tree}`, '-p', base, '-p', head, '-m', 'Merge');
    await git(gitDir, 'update-ref', `${pull}/merge`, merge);
    this.engine.handle({
      name: 'pull_request',
      action: options.action ?? 'opened',
      repository: fullName,
      actor: options.fork?.split('/')[0] ?? 'octocat',
      causedByJob: options.causedByJob ?? false,
      fromFork: options.fork !== undefined,
      ref: `${pull}/merge`,
      sha: merge,
      workflowsAt: merge,
      ...(options.changedPaths === undefined ? {} : { changedPaths: options.changedPaths }),
      payload: {
        action: options.action ?? 'opened',
        number: options.number,
        pull_request: {
          id: options.number,
          number: options.number,
          title: `Pull request ${options.number}`,
          author_association: options.association ?? (options.fork === undefined ? 'OWNER' : 'NONE'),
          head: { ref: options.head, sha: head, repo: this.webhookRepository(source) },
          base: { ref: 'main', sha: base, repo: this.webhookRepository(fullName) },
        },
      },
    });
  }

  makePrivate(fullName: string): void {
    this.#known(fullName).private = true;
  }

  dispatch(fullName: string, file: string, inputs: Files = {}, ref = 'main'): void {
    this.engine.dispatch(fullName, file, ref, inputs, 'octocat', false);
  }

  /** All runs, oldest first, once everything is quiet. */
  async finished(fullName: string): Promise<readonly WorkflowRun[]> {
    await this.engine.idle();
    return this.engine.runs(fullName).toReversed();
  }

  /** The log of the one job of a run, without the times. */
  log(run: WorkflowRun | undefined, job = 0): string {
    const id = run?.jobs[job]?.id;
    return id === undefined ? '' : this.engine.jobLog(id).replace(/^\S+ /gm, '');
  }

  #known(fullName: string): FakeRepository {
    const repository = this.#repositories.get(fullName);
    if (repository === undefined) throw new Error(`There is no repository ${fullName}.`);
    return repository;
  }

  gitDir(repository: string): string {
    return join(this.#root, 'git', `${repository}.git`);
  }

  repositoryInfo(repository: string): ReturnType<HostForActions['repositoryInfo']> {
    const { id, actionsEnabled, private: isPrivate } = this.#known(repository);
    const [owner = '', name = ''] = repository.split('/');
    const fixed = { defaultBranch: 'main', fork: false, schedulesEnabled: true, ownerId: idOf(owner) };
    return { id, owner, name, actionsEnabled, private: isPrivate, ...fixed };
  }

  createJobToken(repository: string, permissions: Permissions, runId: number): string {
    const token = `ghs_${randomBytes(20).toString('hex')}`;
    this.tokens.set(token, { repository, permissions, runId, revoked: false });
    return token;
  }

  revokeToken(token: string): void {
    const known = this.tokens.get(token);
    if (known !== undefined) known.revoked = true;
  }

  secrets(repository: string, environment: string | undefined): ReadonlyMap<string, string> {
    const { secrets, environmentSecrets } = this.#known(repository);
    return new Map([...secrets, ...(environmentSecrets.get(environment ?? '') ?? [])]);
  }

  variables(repository: string): ReadonlyMap<string, string> {
    return this.#known(repository).variables;
  }

  environment(repository: string, name: string): Environment | undefined {
    return this.#known(repository).environments.get(name);
  }

  isProtectedBranch(repository: string, branch: string): boolean {
    return this.#known(repository).protectedBranches.has(branch);
  }

  async publishPages(repository: string, folder: string): Promise<string> {
    const kept = join(temporaryFolder(), 'site');
    await cp(folder, kept, { recursive: true });
    this.published.push({ repository, folder: kept });
    return `${this.serverUrl}/pages/${repository}/`;
  }

  async issueOidcToken(claims: Readonly<Record<string, unknown>>, audience: string): Promise<string> {
    this.oidcRequests.push({ claims, audience });
    return 'header.claims.signature';
  }

  raise(event: HostEvent): void {
    this.raised.push(event);
    this.engine.handle(event);
  }

  webhookRepository(repository: string): Readonly<Record<string, unknown>> {
    const { id } = this.#known(repository);
    const name = repository.split('/')[1];
    return { id, name, full_name: repository, url: `${this.apiUrl}/repos/${repository}` };
  }

  webhookUser(login: string): Readonly<Record<string, unknown>> {
    return { login, id: idOf(login) };
  }

  /** Smart HTTP: anybody reads what is public, a token does what its `contents` says. */
  #serveGit(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.serverUrl);
    const match = /^\/([\w.-]+\/[\w.-]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/.exec(
      url.pathname,
    );
    const repository = this.#repositories.get(match?.[1] ?? '');
    if (match === null || repository === undefined) return void response.writeHead(404).end();
    const pushes = `${url.pathname}${url.search}`.includes('git-receive-pack');
    const token = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64')
      .toString()
      .split(':')[1];
    const level = this.#contents(repository.fullName, token ?? '');
    if (pushes ? level !== 'write' : repository.private && level === undefined) {
      return void response.writeHead(token === undefined ? 401 : 403, { 'www-authenticate': 'Basic' }).end();
    }
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: join(this.#root, 'git'),
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: `/${repository.fullName}.git${match[2]}`,
        REQUEST_METHOD: request.method,
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers['content-type'],
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
        GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
        REMOTE_USER: 'job',
      },
    });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      const headers = answer
        .subarray(0, end)
        .toString()
        .split('\r\n')
        .map((line) => line.split(': ') as [string, string]);
      const status = Number(headers.find(([name]) => name === 'Status')?.[1]?.slice(0, 3) ?? 200);
      response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
      response.end(answer.subarray(end + 4));
    });
  }

  #contents(repository: string, token: string): string | undefined {
    const known = this.tokens.get(token);
    return known === undefined || known.revoked || known.repository !== repository
      ? undefined
      : known.permissions.contents;
  }
}

function withTestGrace(options: ActionsEngineOptions): ActionsEngineOptions {
  return { cancelGrace: { interrupt: 500, terminate: 500 }, ...options };
}

function idOf(login: string): number {
  return createHash('sha256').update(login).digest().readUInt16BE();
}

/** A workflow of one job whose steps are given as YAML list items. */
export function oneJob(on: string, steps: string, more = ''): string {
  const indented = steps
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
  return `name: Test\non: ${on}\n${more}\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${indented}\n`;
}

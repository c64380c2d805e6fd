/** A running local GitHub for tests: alice and bob with tokens, an engine that only writes down what it is told. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  ActionsEngine,
  HostEvent,
  HostForActions,
  PermissionLevel,
  PermissionName,
  WorkflowRun,
} from '../../../src/playground/contract.ts';
import {
  type Playground,
  type PlaygroundOptions,
  startPlayground,
} from '../../../src/playground/playground.ts';
import { commitFiles, git, temporaryFolder } from '../../support/git.ts';
import { openapiRecorder, type Recorder, whyNoOpenapi } from '../../support/openapi.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by path; the OpenAPI check holds their shape.
  readonly body: any;
  readonly headers: Headers;
}

export interface World {
  readonly playground: Playground;
  readonly events: HostEvent[];
  readonly runs: WorkflowRun[];
  readonly dispatched: unknown[][];
  /** What the engine was given. */
  readonly forActions: HostForActions;
  readonly tokens: Readonly<Record<'alice' | 'bob' | 'carol', string>>;
  api(token: string | undefined, method: string, path: string, body?: unknown): Promise<Answer>;
  /** A URL for git with the token in it. */
  remote(token: string | undefined, repository: string): string;
  /** Clones into a new folder. */
  clone(token: string | undefined, repository: string): Promise<string>;
  jobToken(repository: string, permissions: Partial<Record<PermissionName, PermissionLevel>>): string;
  close(): Promise<void>;
}

export function recordingEngine() {
  const events: HostEvent[] = [];
  const runs: WorkflowRun[] = [];
  const dispatched: unknown[][] = [];
  const engine: ActionsEngine = {
    handle: (event) => void events.push(event),
    dispatch: (...args) => void dispatched.push(args),
    runs: () => runs,
    run: (id) => runs.find((run) => run.id === id),
    jobLog: (id) => `log of ${id}\n`,
    jobSummary: () => '# Summary',
    workflows: () => [{ id: 7, name: 'CI', path: '.github/workflows/ci.yml', state: 'active' }],
    rerun: () => undefined,
    cancel: () => undefined,
    approve: () => undefined,
    fireSchedules: () => undefined,
    idle: async () => undefined,
    close: async () => undefined,
  };
  return { engine, events, runs, dispatched };
}

export async function startWorld(options: Partial<PlaygroundOptions> = {}): Promise<World> {
  const { engine, events, runs, dispatched } = recordingEngine();
  let forActions: HostForActions | undefined;
  const playground = await startPlayground({
    dataDir: join(temporaryFolder(), 'data'),
    engine(host) {
      forActions = host;
      return engine;
    },
    ...options,
  });
  const given = forActions;
  if (!given) throw new Error('the engine was not made');
  for (const login of ['alice', 'bob', 'carol']) playground.host.createUser(login);
  const tokens = {
    alice: playground.host.createToken('alice'),
    bob: playground.host.createToken('bob'),
    carol: playground.host.createToken('carol'),
  };
  const remote = (token: string | undefined, repository: string) => {
    const url =
      token === undefined ? playground.url : playground.url.replace('://', `://x-access-token:${token}@`);
    return `${url}/${repository}.git`;
  };
  return {
    playground,
    events,
    runs,
    dispatched,
    forActions: given,
    tokens,
    remote,
    async api(token, method, path, body) {
      const response = await fetch(playground.apiUrl + path, {
        method,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = /json/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
    },
    async clone(token, repository) {
      const folder = join(temporaryFolder(), 'clone');
      await git('.', 'clone', '--quiet', remote(token, repository), folder);
      return folder;
    },
    jobToken: (repository, permissions) => given.createJobToken(repository, permissions, 1),
    close: () => playground.close(),
  };
}

/** One world for a test file. Where GitHub's description is at hand, all its answers are held against it. */
export function world(): () => World {
  let current: World | undefined;
  let recorder: Recorder | undefined;
  const why = whyNoOpenapi();
  beforeAll(async () => {
    recorder = why === undefined ? openapiRecorder() : undefined;
    current = await startWorld(recorder ? { observe: recorder.observe } : {});
  });
  afterAll(async () => {
    await current?.close();
    if (recorder) expect(recorder.mismatches()).toEqual([]);
  });
  return () => {
    if (!current) throw new Error('the world has not started');
    return current;
  };
}

/** Makes a repository with files on `main`, pushed by its owner, and answers a clone of it. */
export async function repositoryWith(
  { playground, tokens, remote }: World,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const owner = name.split('/')[0] as keyof World['tokens'];
  await playground.host.createRepository(name);
  const folder = join(temporaryFolder(), 'work');
  await git('.', 'init', '--quiet', folder);
  await commitFiles(folder, files, 'Begin');
  await git(folder, 'remote', 'add', 'origin', remote(tokens[owner], name));
  await git(folder, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  return folder;
}

/** Commits files on a new branch of a clone and pushes it. */
export async function pushBranch(
  folder: string,
  branch: string,
  files: Readonly<Record<string, string>>,
  message = 'Change',
): Promise<string> {
  await git(folder, 'checkout', '--quiet', '-B', branch);
  const sha = await commitFiles(folder, files, message);
  await git(folder, 'push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
  return sha;
}

/** A test that is skipped, with the reason in its name, without GitHub's description. */
export const testWithOpenapi = (name: string, body: () => Promise<void>) => {
  const why = whyNoOpenapi();
  if (why === undefined) test(name, body);
  else test.skip(`${name} (skipped: ${why})`, body);
};

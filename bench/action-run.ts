/**
 * One run of a bundled action as a runner starts it: a process with `INPUT_*` and `GITHUB_*` in its environment, a clone
 * as its workspace, and on the loopback an API that answers what the action asks for. Nothing leaves the machine.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError } from './measure.ts';

export const BUNDLE = fileURLToPath(new URL('../actions/dist/', import.meta.url));
const REPOSITORY = 'bench/repository';

/** The one open pull request: its branch and the commit that the branch is at. */
export interface OpenPull {
  readonly branch: string;
  readonly head: string;
}

export interface ActionRun {
  /** Milliseconds from the start of the process to the arrival of its first request. */
  readonly firstRequest: number;
  /** Milliseconds from the start of the process to its end. */
  readonly end: number;
  /** What it asked for, e.g. `GET /repos/bench/repository/pulls`, without queries. */
  readonly requests: readonly string[];
}

/** The caller's environment without what belongs to git, to Actions, or to a compile cache that a runner has not. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:GIT|GITHUB|INPUT)_|^NODE_(?:OPTIONS|COMPILE_CACHE)$/i.test(name),
  );
  return { ...Object.fromEntries(kept), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
}

/** An API for one repository; it is closed by {@link ActionHost.close}. */
export class ActionHost {
  readonly #server = createServer((request, response) => {
    this.#arrived ??= performance.now();
    const asked = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    this.#requests.push(asked);
    request.resume();
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.statusCode = request.method === 'POST' && asked !== 'POST /graphql' ? 201 : 200;
    response.end(JSON.stringify(this.#answer(request, asked)));
  });
  #arrived: number | undefined;
  #requests: string[] = [];
  #pull: OpenPull | undefined;

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Runs an action to its end, of which it must make a success. @throws BenchError */
  async run(
    action: string,
    workspace: string,
    pull?: OpenPull,
    env: NodeJS.ProcessEnv = {},
  ): Promise<ActionRun> {
    this.#pull = pull;
    this.#requests = [];
    this.#arrived = undefined;
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const eventFile = join(workspace, '.git', 'event.json');
    writeFileSync(eventFile, JSON.stringify({ repository: { default_branch: 'main' } }));
    const start = performance.now();
    const child = spawn(process.execPath, [join(BUNDLE, `${action}.js`)], {
      cwd: workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...plainEnvironment(),
        INPUT_TOKEN: 'token',
        GITHUB_ACTIONS: 'true',
        GITHUB_API_URL: url,
        GITHUB_SERVER_URL: url,
        GITHUB_REPOSITORY: REPOSITORY,
        GITHUB_WORKSPACE: workspace,
        GITHUB_EVENT_NAME: 'push',
        GITHUB_EVENT_PATH: eventFile,
        GITHUB_REF: 'refs/heads/main',
        GITHUB_RUN_ID: '1',
        ...env,
      },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    const end = performance.now() - start;
    if (status !== 0 || this.#arrived === undefined) {
      throw new BenchError(
        `${action} ended with ${status} after ${this.#requests.length} requests and printed ${printed}`,
      );
    }
    return { firstRequest: this.#arrived - start, end, requests: this.#requests };
  }

  #answer({ method }: IncomingMessage, asked: string): unknown {
    if (asked === 'POST /graphql') return NO_COMMENTS;
    if (method === 'POST') return { id: 1 };
    const pulls = this.#pull ? [pullRequest(this.#pull)] : [];
    if (asked.endsWith('/pulls')) return pulls;
    if (asked.endsWith('/pulls/1')) return pulls[0];
    return asked.endsWith('/status') ? { statuses: [] } : [];
  }
}

/** The discussion of the pull request, by GraphQL. */
const NO_COMMENTS = {
  data: {
    repository: {
      pullRequest: { comments: { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] } },
    },
  },
};

/** As GitHub gives it, as far as it is read (https://docs.github.com/rest/pulls/pulls). */
function pullRequest({ branch, head }: OpenPull) {
  return {
    number: 1,
    html_url: `https://github.com/${REPOSITORY}/pull/1`,
    head: { sha: head, ref: branch, repo: { full_name: REPOSITORY } },
    base: { ref: 'main' },
    user: { login: 'someone' },
  };
}

/**
 * Where a job with `id-token: write` gets its OIDC tokens: a small server on loopback that asks the host for them.
 * https://docs.github.com/actions/reference/security/oidc
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostForActions } from '../contract.ts';
import type { JobPlan } from './job-context.ts';

interface Grant {
  readonly token: string;
  readonly plan: JobPlan;
}

export class OpenIdServer {
  readonly #host: HostForActions;
  readonly #grants = new Map<number, Grant>();
  #server: Promise<Server> | undefined;

  constructor(host: HostForActions) {
    this.#host = host;
  }

  /** The address and the bearer token with which one job may ask, until `close`. */
  async grant(plan: JobPlan): Promise<{ readonly url: string; readonly token: string; close(): void }> {
    this.#server ??= this.#listen();
    const { port } = (await this.#server).address() as AddressInfo;
    const token = randomBytes(32).toString('base64url');
    this.#grants.set(plan.jobId, { token, plan });
    return {
      url: `http://127.0.0.1:${port}/${plan.run.id}/${plan.jobId}/idtoken?api-version=2.0`,
      token,
      close: () => this.#grants.delete(plan.jobId),
    };
  }

  async close(): Promise<void> {
    const server = await this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #listen(): Promise<Server> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => end(response, 500, { message: 'Internal Server Error' }));
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve(server));
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const match = /^\/(\d+)\/(\d+)\/idtoken$/.exec(url.pathname);
    const grant = this.#grants.get(Number(match?.[2]));
    if (grant === undefined || Number(match?.[1]) !== grant.plan.run.id)
      return end(response, 404, { message: 'Not Found' });
    if (!isBearer(request.headers.authorization, grant.token))
      return end(response, 401, { message: 'Bad credentials' });
    const { owner } = this.#host.repositoryInfo(grant.plan.run.repository);
    const audience = url.searchParams.get('audience') || `${this.#host.serverUrl}/${owner}`;
    const value = await this.#host.issueOidcToken(openIdClaims(grant.plan, this.#host), audience);
    end(response, 200, { count: 1, value });
  }
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from(/^bearer (.+)$/i.exec(header ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/**
 * The claims of a job's token; issuer, audience and times are the host's. The subject names owner and repository with
 * their numeric ids, as for all repositories made since July 2026.
 */
function openIdClaims(plan: JobPlan, host: HostForActions): Readonly<Record<string, unknown>> {
  const { run, environment } = plan;
  const info = host.repositoryInfo(run.repository);
  const github = plan.contexts.github as Readonly<Record<string, unknown>>;
  const context =
    environment !== undefined
      ? `environment:${encodeURIComponent(environment)}`
      : run.event.name === 'pull_request'
        ? 'pull_request'
        : `ref:${run.event.ref}`;
  const claims = [
    'ref',
    'ref_type',
    'ref_protected',
    'sha',
    'head_ref',
    'base_ref',
    'repository',
    'repository_id',
    'repository_owner',
    'repository_owner_id',
    'repository_visibility',
    'run_id',
    'run_number',
    'run_attempt',
    'actor',
    'actor_id',
    'workflow',
    'workflow_ref',
    'workflow_sha',
    'event_name',
  ].map((name) => [name, String(github[name] ?? '')]);
  return {
    ...Object.fromEntries(claims),
    sub: `repo:${info.owner}@${info.ownerId}/${info.name}@${info.id}:${context}`,
    job_workflow_ref: github.workflow_ref,
    job_workflow_sha: github.workflow_sha,
    runner_environment: 'github-hosted',
    check_run_id: String(plan.jobId),
    ...(environment === undefined ? {} : { environment }),
  };
}

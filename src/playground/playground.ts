/** A GitHub for one machine: the host and the engine of Actions, joined. Loopback only. */
import { resolve } from 'node:path';
import { createActionsEngine } from './actions/engine.ts';
import type { ActionsEngine, HostForActions } from './contract.ts';
import { ensureActionsBot } from './host/accounts.ts';
import type { Context } from './host/context.ts';
import { openDatabase } from './host/database.ts';
import { hostForActions } from './host/for-actions.ts';
import { createHost, type Host } from './host/host.ts';
import { listen } from './host/listen.ts';
import { createLock } from './host/lock.ts';
import { servePages } from './host/pages-server.ts';
import { API_PATH, type ApiParts, GRAPHQL_PATH } from './host/rest/app.ts';
import { createFaults } from './host/rest/faults.ts';
import { createRateLimiter, type RateLimits } from './host/rest/rate-limit.ts';
import { createHandler } from './host/server.ts';

export interface PlaygroundOptions {
  /** All state: the database, git repositories, sites, logs. Made if it is not there. */
  readonly dataDir: string;
  /** Default: any free port. Addresses stand in what is stored outside, such as clones, so keep it when restarting. */
  readonly port?: number;
  /** For Pages, which is an origin of its own. Default: any free port. */
  readonly pagesPort?: number;
  /** The engine of Actions; a test may want another one than the real. */
  readonly engine?: (host: HostForActions) => ActionsEngine;
  /** Sees each answer of the REST API. */
  readonly observe?: ApiParts['observe'];
  /** Requests an hour; what is not given is as on GitHub: 60 without a token, 5,000 with one, 1,000 for jobs. */
  readonly rateLimits?: Partial<RateLimits>;
  /** The clock. */
  readonly now?: () => Date;
}

export interface Playground {
  /** Without a slash at the end, as all three. */
  readonly url: string;
  readonly apiUrl: string;
  readonly pagesUrl: string;
  readonly host: Host;
  readonly actions: ActionsEngine;
  close(): Promise<void>;
}

/**
 * Starts the local GitHub.
 * @throws {PlaygroundError} `data-folder`, `port-in-use`
 */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { port = 0, pagesPort = 0, engine = createActionsEngine, now = () => new Date() } = options;
  const dataDir = resolve(options.dataDir);
  const database = openDatabase(dataDir);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const main = await listen(port);
    opened.push(main);
    const pages = await listen(pagesPort);
    opened.push(pages);
    let actions: ActionsEngine | undefined;
    const started = () => {
      if (!actions) throw new Error('The engine of Actions has not started yet.');
      return actions;
    };
    const context: Context = {
      database,
      dataDir,
      now,
      urls: {
        server: main.url,
        api: main.url + API_PATH,
        graphql: main.url + GRAPHQL_PATH,
        pages: pages.url,
      },
      refLock: createLock(),
      emit: (event) => started().handle(event),
      engine: started,
    };
    ensureActionsBot(context);
    const faults = createFaults();
    const limiter = createRateLimiter(context, options.rateLimits);
    actions = engine(hostForActions(context));
    const handler = createHandler(context, { context, faults, limiter, observe: options.observe });
    main.serve(handler.handle);
    pages.serve((request, response) => servePages(context, request, response));
    return {
      url: main.url,
      apiUrl: context.urls.api,
      pagesUrl: pages.url,
      host: createHost(context, faults),
      actions,
      async close() {
        await started().close();
        await Promise.all([main.close(), pages.close()]);
        // Whoever still moves refs finishes first.
        await handler.settled();
        await context.refLock.hold(async () => undefined);
        database.close();
      },
    };
  } catch (error) {
    await Promise.all(opened.map((server) => server.close()));
    database.close();
    throw error;
  }
}

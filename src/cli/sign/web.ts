/**
 * The signing page from the signer's own machine: no other page shares its origin, and it begins at the roots that this
 * clone trusts. The page itself talks to GitHub's API; nothing goes through here but its files.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { EVENT_PREFIX } from '../../event/name.ts';
import { apiUrl } from '../../github/access.ts';
import { ONLINE_BRANCH } from '../../repository/publication.ts';
import { fetchBranch } from '../../repository/remote.ts';
import { loadState, type RepositoryState } from '../../repository/state.ts';
import { commitTree } from '../../repository/tree.ts';
import { signPage } from '../../web/pages.ts';
import { findPull } from '../comment-delivery.ts';
import { eventSource } from '../event-source.ts';
import { RefusedError, UsageError } from '../failure.ts';
import { hostingOf, openApi } from '../hosting.ts';
import { printJson, warn } from '../output.ts';
import { canAsk } from '../prompt.ts';
import type { HostedRepository } from '../pull-request-link.ts';
import type { Workspace } from '../workspace.ts';
import { checkGivenFirstRoot, checkPinnedFirstRoot, firstRootOf } from './first-root.ts';
import { type LocalSite, type SiteFile, serveLocalSite } from './local-site.ts';

export interface WebOptions {
  readonly port?: number;
  readonly open?: boolean;
  readonly pull?: number;
  readonly firstRoot?: string;
}

/** Serves the page until it is interrupted. @param name the event; without one, the page asks for a link */
export async function serveSigningPage(
  workspace: Workspace,
  name: string | undefined,
  options: WebOptions,
): Promise<void> {
  const { repository, say } = workspace;
  const at = await hostingOf(workspace);
  if (!at) {
    throw new UsageError(
      `The remote ${await workspace.remoteName()} is none of a GitHub server, and the signing page works with GitHub's API. Sign with \`playground sign\`.`,
    );
  }
  const main = await readMain(workspace);
  await checkGivenFirstRoot({ knownGood: main }, options.firstRoot);
  await checkPinnedFirstRoot(repository, { knownGood: main });
  const pull = await wantedPull(workspace, at, name, options);
  const api = apiUrl(process.env, at.server);
  const files = new Map([
    ...(await pageFiles(at, api)),
    ...(await metadataFiles(main)),
    ...(await onlineFiles(workspace)),
  ]);
  const site = await startSite(workspace, files, new URL(api).origin, options.port);
  const link = `${site.url}/sign/${pull === undefined ? '' : `#${at.owner}/${at.name}/${pull}`}`;
  try {
    say(`The signing page of ${at.owner}/${at.name}, for this machine only: ${link}`);
    const firstRoot = await firstRootOf({ knownGood: main });
    if (firstRoot !== undefined) say(`It begins at the first root with the sha256 ${firstRoot}.`);
    say('Ctrl-C ends it.');
    if (workspace.options.json) printJson({ ok: true, url: link, firstRootSha256: firstRoot ?? null });
    if (options.open !== false && canAsk()) openInBrowser(link);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  } finally {
    await site.close();
  }
}

/** The main branch as it is on the remote now. */
async function readMain(workspace: Workspace): Promise<RepositoryState> {
  const remote = await workspace.remote();
  const commit = await fetchBranch(remote, remote.mainBranch);
  if (commit === undefined)
    throw new RefusedError(
      `The remote ${remote.name} has no branch ${remote.mainBranch}. Name another with --main.`,
    );
  return loadState(await commitTree(workspace.repository, commit));
}

/** The number of the pull request that the link is to open. */
async function wantedPull(
  workspace: Workspace,
  at: HostedRepository,
  name: string | undefined,
  { pull }: WebOptions,
): Promise<number | undefined> {
  const here = await workspace.repository.currentBranch();
  if (pull === undefined && name === undefined && !here?.startsWith(EVENT_PREFIX)) return undefined;
  const source = await eventSource(workspace, name, pull);
  if (source.pull) return source.pull.number;
  const head = await source.head();
  const { github } = await openApi(at);
  return (await findPull(github, at, await workspace.mainBranch(), source.branch, head ?? '')).number;
}

async function pageFiles(
  at: HostedRepository,
  api: string,
): Promise<readonly (readonly [string, SiteFile])[]> {
  const page = await signPage({
    apiUrl: api,
    serverUrl: at.server,
    repository: `${at.owner}/${at.name}`,
  });
  return [...page].flatMap(([name, file]) => [
    [`/sign/${name}`, file] as const,
    ...(name === 'index.html' ? [['/sign/', file] as const] : []),
  ]);
}

type Served = readonly (readonly [path: string, file: SiteFile])[];

/**
 * The metadata of the main branch, where a client would look for it: the roots with which the page begins, and the
 * other roles, which it need not ask GitHub for then.
 */
async function metadataFiles({ rootHistory, roles, tree }: RepositoryState): Promise<Served> {
  const served = [...rootHistory.values(), ...roles.values()].filter(
    ({ metadata }) => metadata !== undefined,
  );
  return Promise.all(
    served.map(async ({ role, file, metadata }) => {
      const bytes = await tree.read(file, file.size);
      const name = role === 'timestamp' ? role : `${metadata?.signed.version}.${role}`;
      return [`/metadata/${name}.json`, { type: 'application/json', bytes }] as const;
    }),
  );
}

/** Snapshot and timestamp, by which the page finds the versions of the others; none where nothing was published. */
async function onlineFiles(workspace: Workspace): Promise<Served> {
  const commit = await fetchBranch(await workspace.remote(), ONLINE_BRANCH);
  return commit === undefined
    ? []
    : metadataFiles(await loadState(await commitTree(workspace.repository, commit)));
}

const PORT_SETTING = 'playground.webPort';

/** Keys that the page keeps belong to its address, port included; so a clone has the same port each time. */
async function startSite(
  { repository }: Workspace,
  files: ReadonlyMap<string, SiteFile>,
  apiOrigin: string,
  wanted: number | undefined,
): Promise<LocalSite> {
  const known = Number((await repository.getConfig(PORT_SETTING)) ?? 0);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${apiOrigin}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const port = wanted ?? (Number.isInteger(known) && known > 0 && known < 65_536 ? known : 0);
  const site = await serveLocalSite({ files, start: '/sign/', policy, port });
  if (known === 0) await repository.setConfig(PORT_SETTING, `${site.port}`);
  return site;
}

/** Opens a page with what the platform has for that. Whoever has no browser here has the link. */
function openInBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(program ?? '', args, { stdio: 'ignore', detached: true });
  child.on('error', () => warn('No browser could be opened; open the link by hand.'));
  child.unref();
}

/** `playground build`: makes the site that clients download from. */
import type { Command } from 'commander';
import { apiUrl } from '../github/access.ts';
import { buildPublication } from '../repository/publish.ts';
import { fetchPublication } from '../repository/remote.ts';
import { sitePages } from '../web/pages.ts';
import { hostingOf } from './hosting.ts';
import { findingLines, printJson, style } from './output.ts';
import { remoteOptions, timeOption, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly time?: Date;
}

export function define(command: Command): void {
  remoteOptions(command.argument('<dir>', 'folder to make; an earlier build there is replaced as a whole'))
    .option('--no-push', 'build what the local branch online says, pushed or not')
    .addOption(timeOption())
    .addHelpText(
      'after',
      `
Examples:
  $ playground build site
  $ playground build site --time 2026-08-22        (a repository that has expired since)

Everything is validated again before anything is written; a site appears complete or not at all.`,
    )
    .action((directory: string, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, directory, options)),
    );
}

async function run(workspace: Workspace, directory: string, options: Options): Promise<void> {
  const { repository, say } = workspace;
  const source = await fetchPublication(await workspace.remote(), { localOnline: options.push === false });
  const pages = await pagesFor(workspace);
  const now = options.time ?? new Date();
  const built = await buildPublication({
    ...source,
    repository,
    directory,
    now,
    ...(pages ? { pages } : {}),
  });
  for (const line of findingLines(built.warnings)) say(line);
  say(
    `${style('green', '✓')} Built ${built.directory}: ${built.metadataFiles} metadata files, ${built.artifacts} artifacts, from commit ${built.mainCommit.slice(0, 12)}.`,
  );
  if (!pages) {
    say(
      `Without a signing page: the remote ${await workspace.remoteName()} is no repository of a GitHub server.`,
    );
  }
  if (options.json) printJson({ ok: true, ...built, signingPage: pages !== undefined });
}

/** The pages beside the metadata, which belong to one repository of a server; undefined where the remote is none. */
async function pagesFor(workspace: Workspace): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  const at = await hostingOf(workspace);
  if (!at) return undefined;
  const { server, owner, name } = at;
  return sitePages({
    apiUrl: apiUrl(process.env, server),
    serverUrl: server,
    repository: `${owner}/${name}`,
  });
}

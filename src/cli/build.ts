/** `playground build`: makes the site that clients download from. */
import type { Command } from 'commander';
import { buildPublication } from '../repository/publish.ts';
import { fetchPublication } from '../repository/remote.ts';
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
  const built = await buildPublication({ ...source, repository, directory, now: options.time ?? new Date() });
  for (const line of findingLines(built.warnings)) say(line);
  say(
    `${style('green', '✓')} Built ${built.directory}: ${built.metadataFiles} metadata files, ${built.artifacts} artifacts, from commit ${built.mainCommit.slice(0, 12)}.`,
  );
  if (options.json) printJson({ ok: true, ...built });
}

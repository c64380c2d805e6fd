/** `playground online-sign`: signs snapshot and timestamp for the main branch and commits them to `online`. */
import type { Command } from 'commander';
import { CACHE_LIFETIME } from '../repository/handover.ts';
import { ONLINE_BRANCH } from '../repository/publication.ts';
import { publishOnline } from '../repository/remote.ts';
import { wholeNumber } from './numbers.ts';
import { findingLines, printJson, style, warn } from './output.ts';
import { remoteOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly published?: string;
  readonly first?: boolean;
  readonly cacheLifetime: number;
}

export function define(command: Command): void {
  remoteOptions(command)
    .option(
      '--published <site>',
      'URL or folder of what is published now; its versions are a floor for the new ones',
    )
    .option('--first', 'nothing has ever been published: start with version 1')
    .option(
      '--cache-lifetime <seconds>',
      'time until no cache shows what was published before; around a change of online keys old and new ones both sign for that long. 0 for a switch at once',
      wholeNumber('--cache-lifetime', 0),
      CACHE_LIFETIME,
    )
    .option('--no-push', 'commit to the local branch only')
    .addHelpText(
      'after',
      `
Examples:
  $ ONLINE_KEY="$(cat online.pem)" playground online-sign --first
  $ playground online-sign --published https://alice.github.io/repository/

Signs only what has to be signed: new versions of targets roles, a key that changed, an expiry that is near.
Only the main branch of the remote is ever signed for.`,
    )
    .action((options: Options) => Workspace.use(options, (workspace) => run(workspace, options)));
}

async function run(workspace: Workspace, options: Options): Promise<void> {
  const { say } = workspace;
  const { commit, versions, reasons, troubles, warnings, again } = await publishOnline(
    await workspace.remote(),
    {
      site: options.published,
      first: options.first ?? false,
      push: options.push ?? true,
      cacheLifetime: options.cacheLifetime * 1000,
      now: new Date(),
      openSigner: (uri) => workspace.openSigner(uri),
    },
  );
  for (const line of findingLines(warnings)) say(line);
  for (const trouble of troubles) warn(`An online key did not sign. ${trouble}`);
  for (const reason of reasons) say(`  ${reason}`);
  const what = `snapshot ${versions.snapshot}, timestamp ${versions.timestamp}`;
  if (commit === undefined) say(`Nothing to sign: ${what} still hold.`);
  else say(`${style('green', '✓')} Signed: ${what}, on branch ${ONLINE_BRANCH} at ${commit.slice(0, 12)}.`);
  if (again) {
    say(`The online keys change hands: what is published is signed by the old and the new ones.`);
    say(`The new root comes out with the next \`playground online-sign\` after ${again.toISOString()}.`);
  }
  if (options.json)
    printJson({
      ok: true,
      commit: commit ?? null,
      versions,
      reasons,
      troubles,
      warnings,
      again: again ?? null,
    });
}

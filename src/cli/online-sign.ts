/** `playground online-sign`: signs snapshot and timestamp for the main branch and commits them to `online`. */
import type { Command } from 'commander';
import { GitError } from '../git/errors.ts';
import { readLive } from '../repository/live.ts';
import { ONLINE_BRANCH } from '../repository/publication.ts';
import { onlineSign } from '../repository/publish.ts';
import { findingLines, printJson, style } from './output.ts';
import { fetchPublication, rootAt } from './publication-source.ts';
import { remoteOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly published?: string;
  readonly first?: boolean;
}

export function define(command: Command): void {
  remoteOptions(command)
    .option(
      '--published <site>',
      'URL or folder of what is published now; its versions are a floor for the new ones',
    )
    .option('--first', 'nothing has ever been published: start with version 1')
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

const TRIES = 3;

async function run(workspace: Workspace, options: Options): Promise<void> {
  const { repository, say } = workspace;
  for (let triesLeft = TRIES; ; triesLeft--) {
    const source = await fetchPublication(workspace, options.push ?? true);
    const root = options.published === undefined ? undefined : await rootAt(repository, source.main);
    const live =
      root && options.published !== undefined ? await readLive(options.published, root) : undefined;
    const result = await onlineSign({
      ...source,
      repository,
      live,
      first: options.first ?? false,
      now: new Date(),
      openSigner: (uri) => workspace.openSigner(uri),
    });
    for (const line of findingLines(result.warnings)) say(line);
    const { snapshot, timestamp } = result.versions;
    if (result.commit === undefined) {
      say(`Nothing to sign: snapshot ${snapshot} and timestamp ${timestamp} still hold.`);
      if (options.json)
        printJson({ ok: true, commit: null, versions: result.versions, warnings: result.warnings });
      return;
    }
    try {
      if (options.push === false) {
        const ref = `refs/heads/${ONLINE_BRANCH}`;
        // The tip may be the remote's, with no local branch yet.
        const isHere = (await repository.resolve(ref)) !== undefined;
        await repository.updateRef(ref, result.commit, isHere ? (source.tip ?? null) : null);
      } else
        await repository.push(await workspace.remote(), result.commit, ONLINE_BRANCH, source.tip ?? null);
    } catch (error) {
      if (error instanceof GitError && error.code === 'push-rejected' && !error.declined && triesLeft > 1)
        continue;
      throw error;
    }
    for (const reason of result.reasons) say(`  ${reason}`);
    say(
      `${style('green', '✓')} Signed: snapshot ${snapshot}, timestamp ${timestamp}, on branch ${ONLINE_BRANCH} at ${result.commit.slice(0, 12)}.`,
    );
    if (options.json)
      printJson({
        ok: true,
        commit: result.commit,
        versions: result.versions,
        reasons: result.reasons,
        warnings: result.warnings,
      });
    return;
  }
}

/** `playground export`: an event in one file, to be checked and signed on a machine without a network. */
import type { Command } from 'commander';
import { evaluateEvent } from '../event/event.ts';
import { withEventFile, writeEventFile } from '../event/event-file.ts';
import { headline } from '../event/report.ts';
import { eventArgument } from './event-name.ts';
import { eventSource, pullNumber } from './event-source.ts';
import { RefusedError } from './failure.ts';
import { fullNameOption, hostingOf } from './hosting.ts';
import { checkNewFile, makeNewFile } from './new-file.ts';
import { commandWord, escapeControls, printJson, style } from './output.ts';
import { checkPinnedFirstRoot, firstRootOf } from './sign/first-root.ts';
import { remoteOptions, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly repository?: string;
  readonly pull?: number;
}

const REPLACE = 'Choose another name, or replace it with --force.';

export function define(command: Command): void {
  remoteOptions(eventArgument(command))
    .option('--out <file>', 'where to write it (default: sign-<event>.bundle)')
    .option('--force', 'replace a file that is there')
    .option('--pull <number>', 'the event of this pull request, also from a fork', pullNumber)
    .option(
      '--repository <owner/name>',
      'the repository on GitHub, where the remote does not say it',
      fullNameOption,
    )
    .option('--push-remote <name>', 'remote that holds the event (default: as --remote)')
    .addHelpText(
      'after',
      `
Examples:
  $ playground export init --out /media/stick/init.bundle
  $ playground sign --bundle /media/stick/init.bundle --out /media/stick/init.txt     (there)
  $ playground import-signature init /media/stick/init.txt                            (here again)

The file is a git bundle of the main branch and the event. Tell the other machine the sha256 of the first root by
another way than the file: it is what the signer compares.`,
    )
    .action((event: string | undefined, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, event, options)),
    );
}

async function run(workspace: Workspace, name: string | undefined, options: Options): Promise<void> {
  const { repository, say } = workspace;
  const source = await eventSource(workspace, name, options.pull);
  const file = options.out ?? `sign-${source.name.replaceAll('/', '-')}.bundle`;
  if (!options.force) await checkNewFile(file, REPLACE);
  const sides = await source.read();
  await checkPinnedFirstRoot(repository, sides);
  const at = await hostingOf(workspace);
  const fullName = options.repository ?? (at && `${at.owner}/${at.name}`);
  const { main, head } = sides;
  const wanted = { event: source.name, repository: fullName, main, head };
  await makeNewFile(
    file,
    async (temporary) => {
      await writeEventFile(repository, temporary, wanted);
      // Read back as the other machine will read it: what is damaged there cannot be mended there.
      await withEventFile(temporary, async (written) => {
        if (written.main === main && written.head === head && written.event === source.name) return;
        throw new RefusedError(`${file} does not hold what was to be written. Nothing was kept.`);
      });
    },
    { replace: options.force ?? false, hint: REPLACE },
  );
  const firstRoot = await firstRootOf(sides);
  const status = await evaluateEvent(sides, new Date());
  say(
    `${style('green', '✓')} Wrote ${escapeControls(file)}: the event ${escapeControls(source.name)} at ${head.slice(0, 12)}, with main at ${main.slice(0, 12)}. ${headline(status)}.`,
  );
  if (firstRoot !== undefined) say(`The first root has the sha256 ${firstRoot}.`);
  say(`To sign it: playground sign --bundle ${commandWord(file)} --out <file>`);
  if (options.json)
    printJson({
      ok: true,
      file,
      ...wanted,
      repository: fullName ?? null,
      firstRootSha256: firstRoot ?? null,
    });
}

/** `playground status`: where an event stands. */
import type { Command } from 'commander';
import { eventArgument, eventFrom } from './event-name.ts';
import { printJson } from './output.ts';
import { remoteOptions, timeOption, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly markdown?: boolean;
  readonly time?: Date;
}

export function define(command: Command): void {
  remoteOptions(eventArgument(command))
    .option('--push-remote <name>', 'remote that holds the event (default: as --remote)')
    .option('--no-push', 'look at the local branch first')
    .option('--markdown', 'print the report as Markdown')
    .addOption(timeOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ playground status init\n  $ playground status init --json\n\nExit code 0: ready to merge; 1: not yet, or not valid.',
    )
    .action((event: string | undefined, options: Options) =>
      Workspace.use(options, (workspace) => run(workspace, event, options)),
    );
}

async function run(workspace: Workspace, name: string | undefined, options: Options): Promise<void> {
  const [{ evaluateEvent }, { jsonReport, markdownReport }, { sayStatus }] = await Promise.all([
    import('../event/event.ts'),
    import('../event/report.ts'),
    import('./event-text.ts'),
  ]);
  const event = await workspace.event(await eventFrom(workspace.repository, name));
  const status = await evaluateEvent(await event.read(), options.time ?? new Date());
  if (options.json) printJson(jsonReport(status));
  else if (options.markdown) process.stdout.write(markdownReport(status));
  else sayStatus(workspace.say, status);
  process.exitCode = status.state === 'ready' ? 0 : 1;
}

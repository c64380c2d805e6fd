/** `playground status`: where an event stands. */
import type { Command } from 'commander';
import { eventArgument } from './event-name.ts';
import { eventSource, pullNumber } from './event-source.ts';
import { printJson } from './output.ts';
import { remoteOptions, timeOption, Workspace, type WorkspaceOptions } from './workspace.ts';

interface Options extends WorkspaceOptions {
  readonly markdown?: boolean;
  readonly pull?: number;
  readonly time?: Date;
}

export function define(command: Command): void {
  remoteOptions(eventArgument(command))
    .option('--push-remote <name>', 'remote that holds the event (default: as --remote)')
    .option('--pull <number>', 'the event of this pull request, also from a fork', pullNumber)
    .option('--no-push', 'look at the local branch first')
    .option('--markdown', 'print the report as Markdown')
    .addOption(timeOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ playground status init\n  $ playground status init --json\n  $ playground status --pull 7\n\nExit code 0: ready to merge; 1: not yet, or not valid.',
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
  const source = await eventSource(workspace, name, options.pull);
  const status = await evaluateEvent(await source.read(), options.time ?? new Date());
  if (options.json) printJson(jsonReport(status));
  else if (options.markdown) process.stdout.write(markdownReport(status));
  else sayStatus(workspace.say, status, source.argument);
  process.exitCode = status.state === 'ready' ? 0 : 1;
}

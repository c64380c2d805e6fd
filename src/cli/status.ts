/** `playground status`: where an event stands. */
import type { Command } from 'commander';
import { eventArgument } from './event-name.ts';
import { eventSource, pullNumber } from './event-source.ts';
import { escapeControls, printJson } from './output.ts';
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
  const [
    { attestationLine, attestedKeys },
    { evaluateEvent },
    { jsonReport, markdownReport },
    { sayStatus },
  ] = await Promise.all([
    import('../event/attestations.ts'),
    import('../event/event.ts'),
    import('../event/report.ts'),
    import('./event-text.ts'),
  ]);
  const source = await eventSource(workspace, name, options.pull);
  const now = options.time ?? new Date();
  const sides = await source.read();
  const status = await evaluateEvent(sides, now);
  const attested = await attestedKeys(workspace.repository, sides, status, now);
  const attestations = attested.map(attestationLine);
  if (options.json) printJson({ ...jsonReport(status), attestations });
  else if (options.markdown) process.stdout.write(markdownReport(status, { attestations }));
  else {
    sayStatus(workspace.say, status, source.argument);
    if (attestations.length > 0) workspace.say('Hardware attestations:');
    for (const line of attestations) workspace.say(`  ${escapeControls(line)}`);
  }
  process.exitCode = status.state === 'ready' ? 0 : 1;
}

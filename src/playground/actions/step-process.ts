/** A process that speaks for a step: its output is read for commands, its files for variables and outputs. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createCommandFiles, type FileCommands, readCommandFiles } from './file-commands.ts';
import type { Frame } from './frame.ts';
import type { GithubContext } from './github-context.ts';
import { runProcess } from './process.ts';
import { StepFailure } from './step-failure.ts';
import { CommandReader } from './workflow-commands.ts';

export interface StepProcess {
  readonly frame: Frame;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string>;
  readonly github: GithubContext;
  readonly signal: AbortSignal;
}

/**
 * Runs it and takes over what it wrote to its command files, also if it fails.
 * @throws {StepFailure} if it ends with anything but 0, or cannot be started.
 */
export async function runStepProcess(step: StepProcess): Promise<FileCommands> {
  const { job } = step.frame;
  const folder = join(job.workspace.temp, '_runner_file_commands', randomUUID());
  const files = createCommandFiles(folder);
  const reader = new CommandReader({
    write: (line) => job.log.write(line),
    annotate: (annotation) => job.annotate(annotation),
    mask: (value) => job.masker.add(value),
  });
  let status: number;
  try {
    status = await runProcess(step.file, step.args, {
      cwd: step.cwd,
      env: job.environment(new Map([...step.frame.overlay, ...step.env]), step.github, files),
      signal: step.signal,
      grace: job.services.grace,
      onLine: (line) => reader.line(line),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StepFailure(
      `An error occurred trying to start process '${step.file}' with working directory '${step.cwd}'. ${reason}`,
      {},
      error,
    );
  }
  const commands = readCommandFiles(folder);
  job.applyFileCommands(commands);
  if (status !== 0) {
    throw new StepFailure(
      `Process completed with exit code ${status}.`,
      Object.fromEntries(commands.outputs),
    );
  }
  return commands;
}

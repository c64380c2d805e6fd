/**
 * `run:` — a script file and the shell that GitHub would give it.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
 */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { evaluateText } from './expressions.ts';
import { stepGithub } from './frame.ts';
import { StepFailure } from './step-failure.ts';
import { runStepProcess } from './step-process.ts';
import type { Outputs, StepTask } from './step-task.ts';
import { searchPath } from './workspace.ts';

interface Shell {
  readonly command: readonly string[];
  readonly extension: string;
}

const SHELLS: ReadonlyMap<string, Shell> = new Map([
  ['bash', { command: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'], extension: '.sh' }],
  ['sh', { command: ['sh', '-e', '{0}'], extension: '.sh' }],
  ['python', { command: ['python', '{0}'], extension: '.py' }],
]);

/** Without `shell`, GitHub uses bash with fewer options, or sh where there is no bash. */
function defaultShell(): Shell {
  return { command: [isInstalled('bash') ? 'bash' : 'sh', '-e', '{0}'], extension: '.sh' };
}

function isInstalled(program: string): boolean {
  return searchPath()
    .split(delimiter)
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** @throws {StepFailure} */
function findShell(name: string | undefined): Shell {
  if (name === undefined || name === '') return defaultShell();
  const known = SHELLS.get(name.toLowerCase());
  if (known !== undefined) return known;
  if (name.includes('{0}')) return { command: name.trim().split(/\s+/), extension: '' };
  if (/^(?:pwsh|powershell|cmd)$/i.test(name)) {
    throw new StepFailure(`The shell '${name}' is not supported by the local GitHub.`);
  }
  throw new StepFailure(
    "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format string containing '{0}'",
  );
}

/** Runs the script of a step; answers its outputs. */
export async function runScript(task: StepTask): Promise<Outputs> {
  const { frame, definition, scope } = task;
  const { job } = frame;
  const shellName = evaluateText(definition.shell ?? frame.defaultShell, scope);
  if (frame.depth > 0 && shellName === undefined) {
    throw new StepFailure('Required property is missing: shell');
  }
  const shell = findShell(shellName);
  const script = evaluateText(definition.run, scope) ?? '';
  const file = join(job.workspace.temp, `${randomUUID()}${shell.extension}`);
  writeFileSync(file, script.endsWith('\n') ? script : `${script}\n`);
  const directory = evaluateText(definition.workingDirectory ?? frame.defaultDirectory, scope) ?? '';
  const [program = '', ...args] = shell.command.map((part) => part.replace('{0}', file));
  const shown = [...frame.overlay, ...task.env].map(([name, value]) => `  ${name}: ${value}`);
  job.log.group(`Run ${script.trim().split('\n')[0] ?? ''}`, [
    ...script.trimEnd().split('\n'),
    `shell: ${shell.command.join(' ')}`,
    ...(shown.length === 0 ? [] : ['env:', ...shown]),
  ]);
  const { outputs } = await runStepProcess({
    frame,
    file: program,
    args,
    cwd: resolve(job.workspace.workspace, directory),
    env: task.env,
    github: stepGithub(frame, task.action),
    signal: task.signal,
  });
  return Object.fromEntries(outputs);
}

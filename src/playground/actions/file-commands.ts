/**
 * The files through which a step speaks: GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE, GITHUB_PATH, GITHUB_STEP_SUMMARY.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = ['ENV', 'OUTPUT', 'STATE', 'PATH', 'STEP_SUMMARY'] as const;

/** GitHub keeps at most this many bytes of a step's summary. */
const LARGEST_SUMMARY = 1024 * 1024;

class FileCommandError extends Error {
  override readonly name = 'FileCommandError';
  readonly code = 'bad-file-command';
}

export interface FileCommands {
  readonly env: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly state: ReadonlyMap<string, string>;
  readonly paths: readonly string[];
  readonly summary: string;
}

/** New empty files for one step; returns the variables that name them. */
export function createCommandFiles(folder: string): Readonly<Record<string, string>> {
  mkdirSync(folder, { recursive: true });
  return Object.fromEntries(
    FILES.map((name) => {
      const file = join(folder, name.toLowerCase());
      writeFileSync(file, '');
      return [`GITHUB_${name}`, file];
    }),
  );
}

/**
 * Reads what a step left in its files, and removes them.
 * @throws {FileCommandError} with GitHub's wording; the step fails.
 */
export function readCommandFiles(folder: string): FileCommands {
  const read = (name: (typeof FILES)[number]) => {
    const file = join(folder, name.toLowerCase());
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  try {
    const env = parseAssignments('env', read('ENV'));
    if ([...env.keys()].some((name) => name.toUpperCase() === 'NODE_OPTIONS')) {
      throw new FileCommandError("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
    }
    const summary = read('STEP_SUMMARY');
    if (Buffer.byteLength(summary) > LARGEST_SUMMARY) {
      throw new FileCommandError(
        `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(Buffer.byteLength(summary) / 1024)}k.`,
      );
    }
    return {
      env,
      outputs: parseAssignments('output', read('OUTPUT')),
      state: parseAssignments('state', read('STATE')),
      paths: read('PATH')
        .split(/\r?\n/)
        .filter((line) => line !== ''),
      summary,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `NAME=value`, or `NAME<<DELIMITER`, lines, `DELIMITER`. */
export function parseAssignments(command: string, text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw badFormat(command, `Invalid format '${line}'. Name must not be empty`);
      values.set(line.slice(0, equals), line.slice(equals + 1));
    } else if (heredoc >= 0) {
      const name = line.slice(0, heredoc);
      const delimiter = line.slice(heredoc + 2);
      if (name === '' || delimiter === '') {
        throw badFormat(
          command,
          `Invalid format '${line}'. Name must not be empty and delimiter must not be empty`,
        );
      }
      const end = lines.indexOf(delimiter, index + 1);
      if (end < 0) throw badFormat(command, `Invalid value. Matching delimiter not found '${delimiter}'`);
      values.set(name, lines.slice(index + 1, end).join('\n'));
      index = end;
    } else throw badFormat(command, `Invalid format '${line}'`);
  }
  return values;
}

function badFormat(command: string, message: string): FileCommandError {
  return new FileCommandError(`Unable to process file command '${command}' successfully. ${message}`);
}

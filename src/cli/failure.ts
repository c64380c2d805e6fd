/** How a command fails: one message that says what to do next, and the exit code that tells scripts why. */
import type { Finding } from '../repository/findings.ts';
import { escapeLines, findingLines, style } from './output.ts';

/** A command was called in a way that cannot work. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** The repository says no; what was found has been printed already, or goes with the error. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code = 'refused';
  readonly findings: readonly Finding[];

  constructor(message: string, findings: readonly Finding[] = []) {
    super(message);
    this.findings = findings;
  }
}

/** The codes of errors by which the repository says no; all other errors mean that the command could not run. */
const REFUSALS = new Set(['refused', 'invalid', 'online-branch', 'metadata-shape']);

/** Prints an error and returns the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  const { message, code, findings, stack } = details(error);
  const exitCode = code !== undefined && REFUSALS.has(code) ? 1 : 2;
  if (json)
    process.stdout.write(
      `${JSON.stringify({ ok: false, error: { code: code ?? 'internal', message }, findings }, null, 2)}\n`,
    );
  process.stderr.write(`${style('red', 'error:', process.stderr)} ${escapeLines(message)}\n`);
  for (const line of findingLines(findings, process.stderr)) process.stderr.write(`${line}\n`);
  if (code === undefined && stack)
    process.stderr.write(`${stack}\nThis is a mistake in playground itself; please report it.\n`);
  return exitCode;
}

function details(error: unknown): {
  readonly message: string;
  readonly code: string | undefined;
  readonly findings: readonly Finding[];
  readonly stack?: string | undefined;
} {
  if (!(error instanceof Error)) return { message: String(error), code: undefined, findings: [] };
  const { code, findings } = error as Error & { code?: unknown; findings?: readonly Finding[] };
  return {
    message: error.message,
    code: typeof code === 'string' ? code : undefined,
    findings: findings ?? [],
    stack: error.stack,
  };
}

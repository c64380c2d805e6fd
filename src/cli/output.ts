/** What commands print. Colours only on a terminal; text from metadata and branches never controls the terminal. */
import { styleText } from 'node:util';
import { escapeControls, escapeLines } from '../event/visible-text.ts';
import type { Finding } from '../repository/findings.ts';

export { escapeControls, escapeLines } from '../event/visible-text.ts';

type Stream = NodeJS.WriteStream;

/** A line for a person; on standard error where standard output is for a machine. */
export type Say = (line?: string) => void;

/** Where a command tells a person what it does: standard output, or standard error when `--json` owns the former. */
export function teller(json: boolean | undefined): Say {
  const stream = json ? process.stderr : process.stdout;
  return (line = '') => void stream.write(`${line}\n`);
}

/** Tells a person what does not stop the work. */
export function warn(message: string): void {
  process.stderr.write(`warning: ${escapeLines(message)}\n`);
}

/** The result for a machine. */
export function printJson(value: unknown): void {
  process.stdout.write(
    `${JSON.stringify(value, (_key, member: unknown) => (member instanceof Map ? Object.fromEntries(member) : member), 2)}\n`,
  );
}

export function style(
  format: Parameters<typeof styleText>[0],
  text: string,
  stream: Stream = process.stdout,
): string {
  return styleText(format, text, { stream });
}

/**
 * A name as one word of a command that a person may copy into a shell. Branches of strangers can be called almost
 * anything, `x;reboot` included.
 */
export function commandWord(text: string): string {
  if (/^[A-Za-z0-9._/][A-Za-z0-9._/-]*$/.test(text)) return text;
  return `'${escapeControls(text).replaceAll("'", "'\\''")}'`;
}

/** Findings, an error or warning each with its mend. */
export function findingLines(
  findings: readonly Finding[],
  stream: Stream = process.stdout,
): readonly string[] {
  return findings.flatMap(({ severity, code, message, mend }) => [
    `  ${severity === 'error' ? style('red', '✗ error', stream) : style('yellow', '! warning', stream)} ${style('dim', `[${code}]`, stream)} ${escapeControls(message)}`,
    `    ${style('dim', `→ ${escapeControls(mend)}`, stream)}`,
  ]);
}

/** What commands print. Colours only on a terminal; text from metadata and branches never controls the terminal. */
import { styleText } from 'node:util';
import type { Finding } from '../repository/findings.ts';

type Stream = NodeJS.WriteStream;

/** A line for a person; on standard error where standard output is for a machine. */
export type Say = (line?: string) => void;

/** Where a command tells a person what it does: standard output, or standard error when `--json` owns the former. */
export function teller(json: boolean | undefined): Say {
  const stream = json ? process.stderr : process.stdout;
  return (line = '') => void stream.write(`${line}\n`);
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
 * Shows control characters and the characters that turn text around instead of obeying them. A line break is one of
 * them: a name with one in it could write lines of its own into a report.
 */
export function escapeControls(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same for a message of several lines. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
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

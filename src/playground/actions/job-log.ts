/** A job's log: each line with the time it was written, secrets masked, in one file that can be read meanwhile. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Masker } from './masker.ts';

export class JobLog {
  readonly #file: number;
  readonly #masker: Masker;
  #closed = false;

  constructor(file: string, masker: Masker) {
    this.#file = openSync(file, 'w');
    this.#masker = masker;
  }

  write(text: string): void {
    if (this.#closed) return;
    // GitHub's times have seven digits; the clock here has three.
    const time = new Date().toISOString().replace('Z', '0000Z');
    const lines = this.#masker.apply(text).split('\n');
    writeSync(this.#file, lines.map((line) => `${time} ${line}\n`).join(''));
  }

  error(text: string): void {
    this.write(`##[error]${text}`);
  }

  warning(text: string): void {
    this.write(`##[warning]${text}`);
  }

  group(title: string, lines: readonly string[]): void {
    this.write(`##[group]${title}`);
    for (const line of lines) this.write(line);
    this.write('##[endgroup]');
  }

  close(): void {
    if (!this.#closed) closeSync(this.#file);
    this.#closed = true;
  }
}

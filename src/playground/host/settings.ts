/** Small values that the host itself remembers, such as its keys. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from './context.ts';
import { row, run } from './database.ts';

/** The value of a name; the first time it is made, and from then on the same. */
export function rememberOnce(context: Context, name: string, make: () => string): string {
  const found = row<{ value: string }>(context.database, 'SELECT value FROM settings WHERE name = ?', name);
  if (found) return found.value;
  const value = make();
  run(context.database, 'INSERT INTO settings VALUES (?, ?)', name, value);
  return value;
}

/** A proof that this host itself wrote a text, for one purpose. */
export function seal(context: Context, purpose: string, text: string): string {
  const key = rememberOnce(context, 'seal-key', () => randomBytes(32).toString('hex'));
  return createHmac('sha256', key).update(`${purpose}\0${text}`).digest('hex');
}

export function isSeal(context: Context, purpose: string, text: string, given: string): boolean {
  const wanted = seal(context, purpose, text);
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}

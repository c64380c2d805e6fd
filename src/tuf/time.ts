/**
 * Times in metadata. The specification (section 4.2.1) asks for ISO 8601 in UTC without fractions,
 * `YYYY-MM-DDTHH:MM:SSZ`. Old roots of real repositories have fractions and offsets; those are read but never written.
 */

const STRICT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const TOLERATED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** One day in milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;

/** Reads an expiry time; undefined when it is no time at all (also for days such as 2026-02-30). */
export function parseTime(text: string): Date | undefined {
  if (!TOLERATED.test(text)) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return undefined;
  // Date.parse rolls 30 February over to March and 24:00 to the next day: a date that moves is no date.
  const wallClock = `${text.slice(0, 19)}Z`;
  if (formatTime(new Date(wallClock)) !== wallClock) return undefined;
  return time;
}

/** Whether the text has exactly the form that the specification asks for. */
export function isStrictTime(text: string): boolean {
  return STRICT.test(text) && parseTime(text) !== undefined;
}

/** `YYYY-MM-DDTHH:MM:SSZ`; fractions of a second are cut. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

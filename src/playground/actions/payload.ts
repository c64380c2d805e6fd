/** Reading a webhook's payload, whose shape is known but not its truth. */

type Payload = Readonly<Record<string, unknown>>;

/** The value at a path of keys, or undefined. */
export function at(payload: unknown, ...keys: readonly string[]): unknown {
  let value = payload;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Payload)[key];
  }
  return value;
}

/** The text at a path of keys, empty if there is none. */
export function text(payload: unknown, ...keys: readonly string[]): string {
  const value = at(payload, ...keys);
  return typeof value === 'string' ? value : '';
}

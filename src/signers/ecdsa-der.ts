/** ECDSA signatures as TUF wants them: DER (RFC 3279 section 2.2.3). Tokens, agents and browsers give the two numbers. */

/** @param raw `r ‖ s`, two big-endian numbers of the same length; undefined where it cannot be that */
export function ecdsaDerFromRaw(raw: Uint8Array): Uint8Array | undefined {
  if (raw.length === 0 || raw.length % 2 !== 0) return undefined;
  const half = raw.length / 2;
  return ecdsaDer(raw.subarray(0, half), raw.subarray(half));
}

/** @param r, s big-endian, with or without leading zeros, up to 63 bytes each */
export function ecdsaDer(r: Uint8Array, s: Uint8Array): Uint8Array {
  const numbers = [...integer(r), ...integer(s)];
  return Uint8Array.of(0x30, ...(numbers.length < 0x80 ? [] : [0x81]), numbers.length, ...numbers);
}

/** A positive INTEGER in its shortest form: a leading zero only where the first bit would make it negative. */
function integer(number: Uint8Array): readonly number[] {
  const start = number.findIndex((byte) => byte !== 0);
  const magnitude = start === -1 ? [0] : [...number.subarray(start)];
  const content = (magnitude[0] ?? 0) >= 0x80 ? [0, ...magnitude] : magnitude;
  return [0x02, content.length, ...content];
}

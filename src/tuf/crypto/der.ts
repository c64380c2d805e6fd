/**
 * A strict reader, and a writer, for the little ASN.1 that TUF needs: public keys (SubjectPublicKeyInfo, RFC 5280
 * section 4.1), ECDSA signatures (RFC 3279 section 2.2.3) and private keys (RFC 5958). Only DER (X.690 section 10) is
 * taken: each value has one encoding, so no library can read the same bytes differently.
 */

const INTEGER = 0x02;
const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
export const SEQUENCE = 0x30;

const ZERO = Uint8Array.of(0);

export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** All elements in `bytes`, one after the other; undefined where the bytes are not DER to their end. */
export function readElements(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const tag = bytes[offset] ?? 0;
    let length = bytes[offset + 1];
    let start = offset + 2;
    if (length === undefined) return undefined;
    if (length === 0x81 || length === 0x82) {
      const count = length - 0x80;
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0);
      start += count;
      // The long form is for lengths that the shorter forms cannot say.
      if (length < (count === 1 ? 0x80 : 0x100)) return undefined;
    } else if (length >= 0x80) {
      return undefined;
    }
    if (start + length > bytes.length) return undefined;
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    offset = start + length;
  }
  return elements;
}

/** The members of the one SEQUENCE that `bytes` holds; undefined where they hold anything else or more. */
export function readSequence(bytes: Uint8Array): readonly DerElement[] | undefined {
  const [outer, ...more] = readElements(bytes) ?? [];
  return outer?.tag === SEQUENCE && more.length === 0 ? readElements(outer.content) : undefined;
}

/** The big-endian bytes, without leading zeros, of a positive INTEGER; undefined for zero, negatives and padding. */
export function readPositive(element: DerElement | undefined): Uint8Array | undefined {
  if (element?.tag !== INTEGER) return undefined;
  const { content } = element;
  const [first = 0x80, second = 0] = content;
  if (first >= 0x80) return undefined;
  if (first > 0) return content;
  return second >= 0x80 ? content.subarray(1) : undefined;
}

/** The value of a positive INTEGER, rounded where it is beyond 2^53: for counts, where too large is too large. */
export function readCount(element: DerElement | undefined): number | undefined {
  return readPositive(element)?.reduce((value, byte) => value * 256 + byte, 0);
}

/** The bytes of an OCTET STRING. */
export function readOctets(element: DerElement | undefined): Uint8Array | undefined {
  return element?.tag === OCTET_STRING ? element.content : undefined;
}

/** The bytes of a BIT STRING that is whole bytes, as all keys are. */
export function readBitString(element: DerElement | undefined): Uint8Array | undefined {
  return element?.tag === BIT_STRING && element.content[0] === 0 ? element.content.subarray(1) : undefined;
}

/** One element around `parts`, which are its contents one after the other: 65,535 bytes at most. */
export function writeElement(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > 0xffff) throw new RangeError(`a DER element of ${length} bytes is not written here`);
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const element = new Uint8Array(1 + size.length + length);
  element.set([tag, ...size]);
  let offset = 1 + size.length;
  for (const part of parts) {
    element.set(part, offset);
    offset += part.length;
  }
  return element;
}

/** The INTEGER of big-endian bytes that are not negative; leading zeros go, but for the one that keeps it so. */
export function writeInteger(magnitude: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const significant = start < 0 ? new Uint8Array() : magnitude.subarray(start);
  const [first = 0x80] = significant;
  return first < 0x80 ? writeElement(INTEGER, significant) : writeElement(INTEGER, ZERO, significant);
}

/** The BIT STRING of whole bytes. */
export function writeBitString(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return writeElement(BIT_STRING, ZERO, bytes);
}

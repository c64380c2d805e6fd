/**
 * A strict reader for the little ASN.1 that TUF needs: public keys (SubjectPublicKeyInfo, RFC 5280 section 4.1) and
 * ECDSA signatures (RFC 3279 section 2.2.3). Only DER (X.690 section 10) is taken: each value has one encoding, so
 * no library can read the same bytes differently.
 */

const INTEGER = 0x02;
const BIT_STRING = 0x03;
export const OBJECT_IDENTIFIER = 0x06;
export const SEQUENCE = 0x30;

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

/** The bytes of a BIT STRING that is whole bytes, as all keys are. */
export function readBitString(element: DerElement | undefined): Uint8Array | undefined {
  return element?.tag === BIT_STRING && element.content[0] === 0 ? element.content.subarray(1) : undefined;
}

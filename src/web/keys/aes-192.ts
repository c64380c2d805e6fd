/**
 * AES-192 in CBC mode, decryption alone (FIPS 197 section 5.3, NIST SP 800-38A section 6.2): Chromium's WebCrypto has
 * no keys of 192 bits, and PEM files that people already have may be encrypted so. Nothing is encrypted with it. A few
 * thousand steps over a table of 256 bytes, whose timing only code on the same machine could watch.
 */

const ROUNDS = 12;
const BLOCK = 16;
const KEY_WORDS = 6;

/** Multiplication in GF(2^8) by the polynomial of FIPS 197 section 4.2. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    product ^= -((b >> bit) & 1) & a;
    a = (a << 1) ^ (-(a >> 7) & 0x11b);
  }
  return product;
}

const rotate = (byte: number, by: number) => ((byte << by) | (byte >> (8 - by))) & 0xff;

/** The S-box (section 5.1.1): inverse, then an affine map. Powers of 3 and of its inverse run through all of the field. */
const SBOX = (() => {
  const box = new Uint8Array(256);
  let power = 1;
  let inverse = 1;
  for (let i = 0; i < 255; i++) {
    box[power] =
      inverse ^ rotate(inverse, 1) ^ rotate(inverse, 2) ^ rotate(inverse, 3) ^ rotate(inverse, 4) ^ 0x63;
    power = times(power, 0x03);
    inverse = times(inverse, 0xf6);
  }
  box[0] = 0x63;
  return box;
})();

const INVERSE_SBOX = (() => {
  const box = new Uint8Array(256);
  for (const [index, value] of SBOX.entries()) box[value] = index;
  return box;
})();

/** Section 5.2: the keys of all rounds, one after the other. */
function expandKey(key: Uint8Array): Uint8Array {
  const words = 4 * (ROUNDS + 1);
  const expanded = new Uint8Array(4 * words);
  expanded.set(key);
  let constant = 1;
  for (let word = KEY_WORDS; word < words; word++) {
    let previous = [...expanded.subarray(4 * word - 4, 4 * word)];
    if (word % KEY_WORDS === 0) {
      const [first = 0, ...others] = previous;
      previous = [...others, first].map((byte) => SBOX[byte] ?? 0);
      previous[0] = (previous[0] ?? 0) ^ constant;
      constant = times(constant, 2);
    }
    for (const [i, byte] of previous.entries()) {
      expanded[4 * word + i] = byte ^ (expanded[4 * (word - KEY_WORDS) + i] ?? 0);
    }
  }
  return expanded;
}

/** Section 5.3, in place. */
function decryptBlock(state: Uint8Array, keys: Uint8Array): void {
  const addKey = (round: number) => {
    for (let i = 0; i < BLOCK; i++) state[i] = (state[i] ?? 0) ^ (keys[BLOCK * round + i] ?? 0);
  };
  addKey(ROUNDS);
  for (let round = ROUNDS - 1; ; round--) {
    const before = state.slice();
    // InvShiftRows and InvSubBytes; the state is kept column by column.
    for (let i = 0; i < BLOCK; i++) {
      state[(i + 4 * (i % 4)) % BLOCK] = INVERSE_SBOX[before[i] ?? 0] ?? 0;
    }
    before.fill(0);
    addKey(round);
    if (round === 0) return;
    for (let column = 0; column < BLOCK; column += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = state.subarray(column, column + 4);
      state[column] = times(a, 14) ^ times(b, 11) ^ times(c, 13) ^ times(d, 9);
      state[column + 1] = times(a, 9) ^ times(b, 14) ^ times(c, 11) ^ times(d, 13);
      state[column + 2] = times(a, 13) ^ times(b, 9) ^ times(c, 14) ^ times(d, 11);
      state[column + 3] = times(a, 11) ^ times(b, 13) ^ times(c, 9) ^ times(d, 14);
    }
  }
}

/**
 * Decrypts and takes off the padding (PKCS#7); undefined where the padding is wrong, as it mostly is under a wrong key.
 * @param encrypted whole blocks, at least one
 */
export function decryptAes192Cbc(
  key: Uint8Array,
  iv: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const keys = expandKey(key);
  const plain = new Uint8Array(encrypted);
  for (let start = 0; start < plain.length; start += BLOCK) {
    const block = plain.subarray(start, start + BLOCK);
    decryptBlock(block, keys);
    const mask = start === 0 ? iv : encrypted.subarray(start - BLOCK, start);
    for (let i = 0; i < BLOCK; i++) block[i] = (block[i] ?? 0) ^ (mask[i] ?? 0);
  }
  keys.fill(0);
  const padding = plain.at(-1) ?? 0;
  const isPadded = padding >= 1 && padding <= BLOCK && plain.subarray(-padding).every((b) => b === padding);
  const unpadded = isPadded ? plain.slice(0, -padding) : undefined;
  plain.fill(0);
  return unpadded;
}

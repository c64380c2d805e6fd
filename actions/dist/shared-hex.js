// src/tuf/crypto/hex.ts
/** Bytes as hexadecimal text, the form in which TUF writes keys, keyids, hashes and signatures. */
const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** Lower-case hex. */
function toHex(bytes) {
	let text = "";
	for (const byte of bytes) text += PAIRS[byte];
	return text;
}
/** The bytes of hex text in either case; undefined where it is not pairs of hex digits all through. */
function fromHex(text) {
	if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return void 0;
	const bytes = new Uint8Array(text.length / 2);
	for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
	return bytes;
}
export { toHex as n, fromHex as t };

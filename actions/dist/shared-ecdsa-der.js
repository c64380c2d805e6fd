// src/signers/ecdsa-der.ts
/** ECDSA signatures as TUF wants them: DER (RFC 3279 section 2.2.3). Tokens, agents and browsers give the two numbers. */
/** @param raw `r ‖ s`, two big-endian numbers of the same length; undefined where it cannot be that */
function ecdsaDerFromRaw(raw) {
	if (raw.length === 0 || raw.length % 2 !== 0) return void 0;
	const half = raw.length / 2;
	return ecdsaDer(raw.subarray(0, half), raw.subarray(half));
}
/** @param r, s big-endian, with or without leading zeros, up to 63 bytes each */
function ecdsaDer(r, s) {
	const numbers = [...integer(r), ...integer(s)];
	return Uint8Array.of(48, ...numbers.length < 128 ? [] : [129], numbers.length, ...numbers);
}
/** A positive INTEGER in its shortest form: a leading zero only where the first bit would make it negative. */
function integer(number) {
	const start = number.findIndex((byte) => byte !== 0);
	const magnitude = start === -1 ? [0] : [...number.subarray(start)];
	const content = (magnitude[0] ?? 0) >= 128 ? [0, ...magnitude] : magnitude;
	return [
		2,
		content.length,
		...content
	];
}
export { ecdsaDerFromRaw as n, ecdsaDer as t };

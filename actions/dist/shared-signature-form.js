import { n as toHex } from "./shared-hex.js";
// src/tuf/crypto/der.ts
/**
* A strict reader, and a writer, for the little ASN.1 that TUF needs: public keys (SubjectPublicKeyInfo, RFC 5280
* section 4.1), ECDSA signatures (RFC 3279 section 2.2.3) and private keys (RFC 5958). Only DER (X.690 section 10) is
* taken: each value has one encoding, so no library can read the same bytes differently.
*/
const INTEGER = 2;
const BIT_STRING = 3;
/** All elements in `bytes`, one after the other; undefined where the bytes are not DER to their end. */
function readElements(bytes) {
	const elements = [];
	let offset = 0;
	while (offset < bytes.length) {
		const tag = bytes[offset] ?? 0;
		let length = bytes[offset + 1];
		let start = offset + 2;
		if (length === void 0) return void 0;
		if (length === 129 || length === 130) {
			const count = length - 128;
			length = 0;
			for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0);
			start += count;
			if (length < (count === 1 ? 128 : 256)) return void 0;
		} else if (length >= 128) return;
		if (start + length > bytes.length) return void 0;
		elements.push({
			tag,
			content: bytes.subarray(start, start + length)
		});
		offset = start + length;
	}
	return elements;
}
/** The members of the one SEQUENCE that `bytes` holds; undefined where they hold anything else or more. */
function readSequence(bytes) {
	const [outer, ...more] = readElements(bytes) ?? [];
	return outer?.tag === 48 && more.length === 0 ? readElements(outer.content) : void 0;
}
/** The big-endian bytes, without leading zeros, of a positive INTEGER; undefined for zero, negatives and padding. */
function readPositive(element) {
	if (element?.tag !== INTEGER) return void 0;
	const { content } = element;
	const [first = 128, second = 0] = content;
	if (first >= 128) return void 0;
	if (first > 0) return content;
	return second >= 128 ? content.subarray(1) : void 0;
}
/** The bytes of a BIT STRING that is whole bytes, as all keys are. */
function readBitString(element) {
	return element?.tag === BIT_STRING && element.content[0] === 0 ? element.content.subarray(1) : void 0;
}
// src/tuf/crypto/signature-form.ts
/**
* The form of signature bytes, checked before any library sees them. Libraries differ in what they forgive (stripped
* zeros, padded integers, bytes after the end); here each signature has one encoding.
*/
const ED25519_SIGNATURE_BYTES = 64;
/** R as the identity: no signer makes it, and libraries differ on whether it may stand. */
const ED25519_IDENTITY = `01${"00".repeat(31)}`;
const P256_SCALAR_BYTES = 32;
/** Two integers with a zero before each, and three headers. */
const P256_LONGEST_DER = 72;
/** FIPS 204, table 2. */
const ML_DSA_SIGNATURE_BYTES = {
	"ml-dsa-44": 2420,
	"ml-dsa-65": 3309,
	"ml-dsa-87": 4627
};
/** Order of the P-256 group (FIPS 186-5, SP 800-186 section 3.2.1.3). */
const P256_ORDER = 115792089210356248762697446949407573529996955224135760342422259061068512044369n;
/** `r ‖ s`, 32 bytes each, of a DER signature; undefined unless it is strict DER with both in 1 … order − 1. */
function p256Compact(der) {
	const parts = readSequence(der);
	if (parts?.length !== 2) return void 0;
	const compact = /* @__PURE__ */ new Uint8Array(64);
	for (const [index, part] of parts.entries()) {
		const scalar = readPositive(part);
		if (scalar === void 0 || scalar.length > P256_SCALAR_BYTES || toBigInt(scalar) >= P256_ORDER) return void 0;
		compact.set(scalar, (index + 1) * P256_SCALAR_BYTES - scalar.length);
	}
	return compact;
}
function toBigInt(bytes) {
	let value = 0n;
	for (const byte of bytes) value = value * 256n + BigInt(byte);
	return value;
}
/** The most bytes that a signature of this key has. */
function maxSignatureBytes(key) {
	switch (key.algorithm) {
		case "ed25519": return ED25519_SIGNATURE_BYTES;
		case "ecdsa-p256": return P256_LONGEST_DER;
		case "rsa-pss-sha256": return Math.ceil(key.modulusBits / 8);
		case "ml-dsa-44":
		case "ml-dsa-65":
		case "ml-dsa-87": return ML_DSA_SIGNATURE_BYTES[key.algorithm];
	}
}
/** Whether the bytes could be a signature by this key at all. */
function hasSignatureForm(key, signature) {
	switch (key.algorithm) {
		case "ed25519": return signature.length === ED25519_SIGNATURE_BYTES && toHex(signature.subarray(0, 32)) !== ED25519_IDENTITY;
		case "ecdsa-p256": return p256Compact(signature) !== void 0;
		case "rsa-pss-sha256":
		case "ml-dsa-44":
		case "ml-dsa-65":
		case "ml-dsa-87": return signature.length === maxSignatureBytes(key);
	}
}
export { readElements as a, readBitString as i, maxSignatureBytes as n, readPositive as o, p256Compact as r, readSequence as s, hasSignatureForm as t };

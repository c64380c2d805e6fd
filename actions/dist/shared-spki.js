import { t as fromHex } from "./shared-hex.js";
import "./shared-crypto.js";
import { createPublicKey } from "node:crypto";
// src/signers/spki.ts
/**
* Public keys as SubjectPublicKeyInfo from their bare parts, the form in which SSH and PKCS#11 have them. Whether the
* parts make a usable key is judged where the result is read (`keyFromSpki`).
*/
const ED25519_PREFIX = fromHex("302a300506032b6570032100") ?? /* @__PURE__ */ new Uint8Array();
const P256_PREFIX = fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200") ?? /* @__PURE__ */ new Uint8Array();
/** @param point 32 bytes (RFC 8032 section 5.1.5) */
function ed25519Spki(point) {
	return Buffer.concat([ED25519_PREFIX, point]);
}
/** @param point `04 ‖ x ‖ y`, 65 bytes (SEC 1 section 2.3.3) */
function p256Spki(point) {
	return Buffer.concat([P256_PREFIX, point]);
}
/** Both big-endian. Throws where they cannot be an RSA key. */
function rsaSpki(modulus, exponent) {
	const [n, e] = [modulus, exponent].map((number) => Buffer.from(number).toString("base64url"));
	if (!n || !e) throw new RangeError("an RSA public key without modulus or exponent");
	return createPublicKey({
		key: {
			kty: "RSA",
			n,
			e
		},
		format: "jwk"
	}).export({
		type: "spki",
		format: "der"
	});
}
export { p256Spki as n, rsaSpki as r, ed25519Spki as t };

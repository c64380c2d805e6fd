import { t as fromHex } from "./shared-hex.js";
import { t as hasSignatureForm } from "./shared-signature-form.js";
// src/tuf/crypto/node.ts
/**
* Node's own cryptography (OpenSSL): about twenty times as fast as the portable one, for repositories with thousands
* of files. Reached at run time and not by an import, so that the same source loads in a browser.
*/
const P256_SPKI_PREFIX = fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200") ?? /* @__PURE__ */ new Uint8Array();
const PSS_SALT_BYTES = 32;
/** The provider, or undefined where this is no Node. */
function nodeProvider() {
	const crypto = globalThis.process?.getBuiltinModule?.("node:crypto");
	return crypto && createProvider(crypto);
}
function createProvider(crypto) {
	const keyObjects = /* @__PURE__ */ new WeakMap();
	function keyObject(key) {
		let object = keyObjects.get(key);
		if (!object) {
			object = crypto.createPublicKey({
				key: Buffer.from(key.spki),
				format: "der",
				type: "spki"
			});
			keyObjects.set(key, object);
		}
		return object;
	}
	/** Node has ML-DSA from 24.6 on, and not where it was built against an OpenSSL older than 3.5. */
	function verifyMlDsa(key, message, signature) {
		let object;
		try {
			object = keyObject(key);
		} catch {
			return import("./shared-ml-dsa2.js").then((portable) => portable.verifyMlDsa(key, message, signature));
		}
		return crypto.verify(null, message, object, signature);
	}
	return {
		hash: (algorithm, data) => plain(crypto.hash(algorithm, data, "buffer")),
		hashHex: (algorithm, data) => crypto.hash(algorithm, data, "hex"),
		createHasher(algorithm) {
			const hash = crypto.createHash(algorithm);
			return {
				update: (bytes) => {
					hash.update(bytes);
				},
				digest: () => plain(hash.digest())
			};
		},
		isP256Point(point) {
			if (point.length !== 65 || point[0] !== 4) return false;
			try {
				const key = Buffer.concat([P256_SPKI_PREFIX, point]);
				crypto.createPublicKey({
					key,
					format: "der",
					type: "spki"
				});
				return true;
			} catch {
				return false;
			}
		},
		verify(key, message, signature) {
			switch (key.algorithm) {
				case "ed25519": return crypto.verify(null, message, keyObject(key), signature);
				case "ecdsa-p256": return crypto.verify("sha256", message, keyObject(key), signature);
				case "rsa-pss-sha256": {
					const padding = crypto.constants.RSA_PKCS1_PSS_PADDING;
					return crypto.verify("sha256", message, {
						key: keyObject(key),
						padding,
						saltLength: PSS_SALT_BYTES
					}, signature);
				}
				case "ml-dsa-44":
				case "ml-dsa-65":
				case "ml-dsa-87": return verifyMlDsa(key, message, signature);
			}
		}
	};
}
/** A Buffer as the plain array that the interface promises, without a copy. */
function plain(buffer) {
	return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
// src/tuf/crypto/index.ts
/**
* Hashes and signature checks for the TUF core. This is the one place where Node's own cryptography takes over from
* the portable one; the tests hold the two to the same answers.
*/
/** The library in use. The portable one takes 20 ms to load, so Node does not load it at all. */
const provider = nodeProvider() ?? (await import("./shared-portable.js")).portableProvider;
/** SHA-512; a string is hashed as UTF-8. */
function sha512(data) {
	return provider.hash("sha512", data);
}
/** A hash in lower-case hex, as metadata has it. */
function hashHex(algorithm, data) {
	return provider.hashHex(algorithm, data);
}
/** Hashes a stream piece by piece, for artifacts that need not fit into memory. */
function createHasher(algorithm) {
	return provider.createHasher(algorithm);
}
/**
* Whether `signature` (raw bytes; DER for ECDSA) was made over `message` with this key. The answer comes at once
* where the library allows it, so that thousands of checks in a row wait for nothing.
*/
function verify(key, message, signature, by = provider) {
	return hasSignatureForm(key, signature) && by.verify(key, message, signature);
}
export { verify as a, sha512 as i, hashHex as n, provider as r, createHasher as t };

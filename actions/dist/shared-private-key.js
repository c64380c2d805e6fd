import { c as KeyError, i as keyFromSpki, t as verifySignature } from "./shared-signature.js";
import { t as SignerError } from "./shared-signer.js";
import { constants, createPrivateKey, createPublicKey, sign } from "node:crypto";
// src/signers/private-key.ts
/** Private keys in PEM text (RFC 7468, RFC 5958), for all signers that hold the key themselves. */
const TRIES = 3;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;
const PRIVATE = /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----/;
/** Whether the PEM text holds a private key that needs a passphrase. */
function isEncrypted(pem) {
	return ENCRYPTED.test(pem);
}
/**
* Opens the private key in `pem` as a signer. `what` names the place in messages, such as `the key file a.pem`.
* A person who is asked for the passphrase has three tries.
* @throws SignerError; neither the text nor the passphrase is ever part of it
*/
async function openPrivateKey(uri, pem, what, passphrase) {
	refuseOtherContent(pem, what);
	const privateKey = isEncrypted(pem) ? await decrypt(pem, what, passphrase) : read(pem);
	if (!privateKey) throw new SignerError("key-malformed", `${capital(what)} holds a damaged private key.`);
	return createSigner(uri, privateKey, what);
}
function refuseOtherContent(pem, what) {
	if (pem.includes("-----BEGIN OPENSSH PRIVATE KEY-----")) throw new SignerError("key-unsupported", `${capital(what)} holds a key in OpenSSH's own format. Keys are read as PKCS#8 PEM ("BEGIN PRIVATE KEY").`);
	if (PRIVATE.test(pem)) return;
	const found = pem.includes("-----BEGIN PUBLIC KEY-----") ? "a public key" : "no private key in PEM form";
	throw new SignerError("key-malformed", `${capital(what)} holds ${found}. To sign, name the private key ("BEGIN PRIVATE KEY" or "BEGIN ENCRYPTED PRIVATE KEY").`);
}
function read(pem, passphrase) {
	try {
		return createPrivateKey({
			key: pem,
			format: "pem",
			...passphrase === void 0 ? {} : { passphrase }
		});
	} catch {
		return;
	}
}
async function decrypt(pem, what, passphrase) {
	if (passphrase.given) {
		const privateKey = read(pem, passphrase.given.value);
		if (privateKey) return privateKey;
		throw new SignerError("passphrase-wrong", `The passphrase from ${passphrase.given.from} does not open ${what}.`);
	}
	if (!passphrase.ask) throw new SignerError("passphrase-missing", `${capital(what)} is encrypted. ${passphrase.advice}`);
	for (let tried = 1;; tried++) {
		const privateKey = read(pem, await passphrase.ask());
		if (privateKey) return privateKey;
		if (tried === TRIES) throw new SignerError("passphrase-wrong", `None of ${TRIES} passphrases opens ${what}. Run the command again.`);
		passphrase.warn(`That passphrase does not open ${what}. Try again.`);
	}
}
function createSigner(uri, privateKey, what) {
	const key = publicKeyOf(privateKey, what);
	return {
		uri,
		key,
		async sign(message) {
			const signature = rawSign(privateKey, message).toString("hex");
			const check = await verifySignature(key, message, signature);
			if (check.valid) return signature;
			throw new SignerError("signing-failed", `${capital(what)} made a signature that does not verify: ${check.reason}.`);
		}
	};
}
/** The TUF key of a private key. @throws SignerError for kinds and sizes that TUF clients do not verify */
function publicKeyOf(privateKey, what) {
	try {
		return keyFromSpki(createPublicKey(privateKey).export({
			type: "spki",
			format: "der"
		}));
	} catch (error) {
		if (!(error instanceof KeyError)) throw error;
		throw new SignerError("key-unsupported", `${capital(what)} cannot sign: ${error.message}`, { cause: error });
	}
}
function rawSign(privateKey, message) {
	switch (privateKey.asymmetricKeyType) {
		case "ed25519": return sign(null, message, privateKey);
		case "rsa": {
			const padding = constants.RSA_PKCS1_PSS_PADDING;
			return sign("sha256", message, {
				key: privateKey,
				padding,
				saltLength: 32
			});
		}
		default: return sign("sha256", message, {
			key: privateKey,
			dsaEncoding: "der"
		});
	}
}
function capital(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
export { openPrivateKey as n, isEncrypted as t };

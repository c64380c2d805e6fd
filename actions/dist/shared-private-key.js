import { f as decodePem, n as signedMessage, o as keyFromSpki, u as KeyError } from "./shared-signature.js";
import { t as checkedSignature } from "./shared-checked-signature.js";
import { t as SignerError } from "./shared-signer.js";
import { i as sshReader, n as positive, r as readSshPublicKey, t as SshFormatError } from "./shared-wire.js";
import { constants, createDecipheriv, createPrivateKey, createPublicKey, sign } from "node:crypto";
// src/signers/ssh/private-key-file.ts
/**
* Private keys in OpenSSH's own form, which `ssh-keygen` writes unless told otherwise (PROTOCOL.key in OpenSSH's
* sources): the public key, and the private one as it is or encrypted under a passphrase.
*/
const LABEL = "OPENSSH PRIVATE KEY";
const MAGIC = "openssh-key-v1\0";
const NONE = "none";
/** Bytes of key and initialisation vector, by OpenSSH's name for the cipher. */
const CIPHERS = /* @__PURE__ */ new Map([["aes256-ctr", {
	name: "aes-256-ctr",
	key: 32,
	iv: 16
}], ["aes256-cbc", {
	name: "aes-256-cbc",
	key: 32,
	iv: 16
}]]);
/** ssh-keygen writes 16 to 24 unless told otherwise; each takes about 0.02 seconds here. */
const MOST_ROUNDS = 1e3;
/** Whether the text is said to be an OpenSSH private key. */
function isOpenssh(pem) {
	return pem.includes(`-----BEGIN ${LABEL}-----`);
}
/** Whether the text is an OpenSSH private key that needs a passphrase. */
function isEncryptedOpenssh(pem) {
	const envelope = isOpenssh(pem) ? readEnvelope(pem) : void 0;
	return envelope !== void 0 && envelope.cipher !== NONE;
}
/**
* Why the key cannot sign, and what to do: its kind or its encryption is not supported. Undefined where nothing is
* known against it; the public key is readable without the passphrase, so this needs none.
*/
function opensshProblem(pem) {
	const envelope = isOpenssh(pem) ? readEnvelope(pem) : void 0;
	return envelope && problemOf(envelope);
}
/**
* Reads the private key.
* @returns why it cannot be used, as `opensshProblem` says it; undefined where the text is damaged or the passphrase
* does not open it
*/
async function readOpensshKey(pem, passphrase) {
	const envelope = readEnvelope(pem);
	if (!envelope) return void 0;
	const problem = problemOf(envelope);
	if (problem !== void 0) return problem;
	try {
		const plain = await decrypt$1(envelope, passphrase);
		return plain && readPrivatePart(plain);
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") throw error;
		return;
	}
}
/** Undefined where the text is damaged. */
function readEnvelope(pem) {
	const block = decodePem(pem);
	if (block?.label !== LABEL) return void 0;
	if (Buffer.from(block.der.subarray(0, 15)).toString("latin1") !== MAGIC) return void 0;
	try {
		const reader = sshReader(block.der.subarray(15));
		const [cipher, kdf] = [reader.name(), reader.name()];
		const options = readOptions(reader.string());
		if (reader.uint32() !== 1) return void 0;
		const publicKey = readSshPublicKey(reader.string());
		return {
			cipher,
			kdf,
			...options,
			publicKey,
			privatePart: reader.string()
		};
	} catch {
		return;
	}
}
/** Of bcrypt; without encryption there are none. */
function readOptions(bytes) {
	if (bytes.length === 0) return {
		salt: bytes,
		rounds: 0
	};
	const reader = sshReader(bytes);
	return {
		salt: reader.string(),
		rounds: reader.uint32()
	};
}
function problemOf({ publicKey, cipher, kdf, rounds }) {
	if (publicKey.problem !== void 0) {
		const problem = publicKey.problem.replace(/\.$/, "");
		return `it is of type ${publicKey.type}, and ${problem}. Make a key that can sign: ssh-keygen -t ed25519`;
	}
	if (cipher === NONE && kdf === NONE) return void 0;
	if (!CIPHERS.has(cipher) || kdf !== "bcrypt") return `it is encrypted with ${cipher}, which is not supported. Change that, and keep the passphrase: ssh-keygen -p -Z aes256-ctr -f <key file>`;
	if (rounds <= MOST_ROUNDS) return void 0;
	return `its passphrase goes through ${rounds} rounds of bcrypt, which takes too long here. Let ssh-agent open it: ssh-add <key file>; then sign with ssh-agent: instead of the file`;
}
async function decrypt$1(envelope, passphrase) {
	const cipher = CIPHERS.get(envelope.cipher);
	if (!cipher) return envelope.privatePart;
	const { salt, rounds } = envelope;
	const secret = Buffer.from(passphrase ?? "", "utf8");
	const derived = Buffer.alloc(cipher.key + cipher.iv);
	const { pbkdf } = await import("./shared-bcrypt.js");
	if (pbkdf(secret, secret.length, salt, salt.length, derived, derived.length, rounds) !== 0) return void 0;
	const key = derived.subarray(0, cipher.key);
	const decipher = createDecipheriv(cipher.name, key, derived.subarray(cipher.key)).setAutoPadding(false);
	return Buffer.concat([decipher.update(envelope.privatePart), decipher.final()]);
}
/** Starts with the same random number twice, by which a wrong passphrase is known. */
function readPrivatePart(plain) {
	const reader = sshReader(plain);
	const [first, second] = [reader.uint32(), reader.uint32()];
	if (first !== second) return void 0;
	const key = createPrivateKey({
		key: readJwk(reader),
		format: "jwk"
	});
	reader.string();
	return reader.rest().every((byte, index) => byte === index + 1) ? key : void 0;
}
const base64 = (bytes) => Buffer.from(bytes).toString("base64url");
function readJwk(reader) {
	const type = reader.name();
	switch (type) {
		case "ssh-ed25519": return {
			kty: "OKP",
			crv: "Ed25519",
			x: base64(reader.string()),
			d: base64(reader.string().subarray(0, 32))
		};
		case "ecdsa-sha2-nistp256": {
			reader.name();
			const point = reader.string();
			const [x, y] = [base64(point.subarray(1, 33)), base64(point.subarray(33))];
			return {
				kty: "EC",
				crv: "P-256",
				x,
				y,
				d: base64(padded(positive(reader.string()), 32))
			};
		}
		case "ssh-rsa": {
			const [n, e, d, qi, p, q] = [
				1,
				2,
				3,
				4,
				5,
				6
			].map(() => positive(reader.string()));
			if (!n || !e || !d || !qi || !p || !q) throw new SshFormatError("a number is missing");
			const [dp, dq] = [p, q].map((prime) => base64(bytesOf(toBigInt(d) % (toBigInt(prime) - 1n))));
			const [first, second] = [base64(p), base64(q)];
			const rest = {
				qi: base64(qi),
				...dp && dq ? {
					dp,
					dq
				} : {}
			};
			return {
				kty: "RSA",
				n: base64(n),
				e: base64(e),
				d: base64(d),
				p: first,
				q: second,
				...rest
			};
		}
		default: throw new SshFormatError(`a private key of type ${type}`);
	}
}
function padded(number, length) {
	return Buffer.concat([Buffer.alloc(Math.max(0, length - number.length)), number]);
}
function toBigInt(bytes) {
	return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}
function bytesOf(number) {
	const hex = number.toString(16);
	return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}
// src/signers/private-key.ts
/** Private keys in PEM text (RFC 7468, RFC 5958), for all signers that hold the key themselves. */
const TRIES = 3;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;
const PRIVATE = /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----/;
/** Whether the PEM text holds a private key that needs a passphrase. */
function isEncrypted(pem) {
	return ENCRYPTED.test(pem) || isEncryptedOpenssh(pem);
}
/**
* Opens the private key in `pem` as a signer. `what` names the place in messages, such as `the key file a.pem`.
* A person who is asked for the passphrase has three tries.
* @throws SignerError; neither the text nor the passphrase is ever part of it
*/
async function openPrivateKey(uri, pem, what, passphrase) {
	refuseOtherContent(pem, what);
	const privateKey = isEncrypted(pem) ? await decrypt(pem, what, passphrase) : await read(pem, what);
	if (!privateKey) throw new SignerError("key-malformed", `${capital(what)} holds a damaged private key.`);
	const signer = createSigner(uri, privateKey, what);
	return isOpenssh(pem) ? {
		...signer,
		isSshKey: true
	} : signer;
}
function refuseOtherContent(pem, what) {
	const problem = opensshProblem(pem);
	if (problem !== void 0) throw unusable(what, problem);
	if (PRIVATE.test(pem)) return;
	const found = pem.includes("-----BEGIN PUBLIC KEY-----") ? "a public key" : "no private key in PEM form";
	throw new SignerError("key-malformed", `${capital(what)} holds ${found}. To sign, name the private key ("BEGIN PRIVATE KEY" or "BEGIN ENCRYPTED PRIVATE KEY").`);
}
function unusable(what, problem) {
	return new SignerError("key-unsupported", `${capital(what)} cannot be used: ${problem}`);
}
async function read(pem, what, passphrase) {
	if (isOpenssh(pem)) {
		const found = await readOpensshKey(pem, passphrase);
		if (typeof found === "string") throw unusable(what, found);
		return found;
	}
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
		const privateKey = await read(pem, what, passphrase.given.value);
		if (privateKey) return privateKey;
		throw new SignerError("passphrase-wrong", `The passphrase from ${passphrase.given.from} does not open ${what}.`);
	}
	if (!passphrase.ask) throw new SignerError("passphrase-missing", `${capital(what)} is encrypted. ${passphrase.advice}`);
	for (let tried = 1;; tried++) {
		const privateKey = await read(pem, what, await passphrase.ask());
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
			return checkedSignature(key, message, rawSign(privateKey, message), capital(what));
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
		case "ml-dsa-44":
		case "ml-dsa-65":
		case "ml-dsa-87": return sign(null, signedMessage(privateKey.asymmetricKeyType, message), privateKey);
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

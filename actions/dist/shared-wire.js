import { o as keyFromSpki, u as KeyError } from "./shared-signature.js";
import { n as p256Spki, r as rsaSpki, t as ed25519Spki } from "./shared-spki.js";
import { createHash } from "node:crypto";
// src/signers/ssh/wire.ts
/**
* SSH's binary form (RFC 4251 section 5) and public keys in it (RFC 4253 section 6.6, RFC 5656, RFC 8709), for the
* agent and for OpenSSH's private key files.
*/
/** Bytes that are not in SSH's form. */
var SshFormatError = class extends Error {
	name = "SshFormatError";
	code = "ssh-format";
};
/** Reads one value after the other; every method throws SshFormatError where there is less than it needs. */
function sshReader(bytes) {
	let offset = 0;
	const take = (length) => {
		if (length > bytes.length - offset) throw new SshFormatError("the bytes end in the middle of a value");
		offset += length;
		return bytes.subarray(offset - length, offset);
	};
	const uint32 = () => take(4).reduce((sum, byte) => sum * 256 + byte, 0);
	const string = () => take(uint32());
	return {
		byte: () => take(1)[0] ?? 0,
		uint32,
		string,
		name: () => {
			const text = Buffer.from(string()).toString("latin1");
			if (!/^[!-~]{1,64}$/.test(text)) throw new SshFormatError("a name is not printable ASCII");
			return text;
		},
		rest: () => take(bytes.length - offset)
	};
}
function sshUint32(value) {
	return Uint8Array.of(value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255);
}
function sshString(bytes) {
	return Buffer.concat([sshUint32(bytes.length), bytes]);
}
/** The bytes of a positive number without leading zeros. @throws SshFormatError */
function positive(number) {
	const start = number.findIndex((byte) => byte !== 0);
	if (start === -1 || (number[0] ?? 0) >= 128) throw new SshFormatError("a number is not positive");
	return number.subarray(start);
}
/** `SHA256:` and base64 without padding, as `ssh-add -l` and `ssh-keygen -l` show it. */
function sshFingerprint(blob) {
	return `SHA256:${createHash("sha256").update(blob).digest("base64").replaceAll("=", "")}`;
}
const SECURITY_KEY = "a security key (sk-) signs a structure of its own around the content, which no TUF client verifies";
const CERTIFICATE = "it is an SSH certificate; the plain key beside it is what signs";
/** @throws SshFormatError where the bytes are no SSH public key at all */
function readSshPublicKey(blob) {
	const type = sshReader(blob).name();
	const fingerprint = sshFingerprint(blob);
	if (/-cert-v\d\d@openssh\.com$/.test(type)) return {
		type,
		fingerprint,
		problem: CERTIFICATE
	};
	if (type.startsWith("sk-")) return {
		type,
		fingerprint,
		problem: SECURITY_KEY
	};
	const spki = spkiOf(blob);
	if (!spki) return {
		type,
		fingerprint,
		problem: `${type} keys are not supported`
	};
	try {
		return {
			type,
			fingerprint,
			key: keyFromSpki(spki)
		};
	} catch (error) {
		if (!(error instanceof KeyError)) throw error;
		return {
			type,
			fingerprint,
			problem: error.message
		};
	}
}
function spkiOf(blob) {
	const reader = sshReader(blob);
	switch (reader.name()) {
		case "ssh-ed25519": return ed25519Spki(last(reader, reader.string()));
		case "ecdsa-sha2-nistp256":
			if (reader.name() !== "nistp256") throw new SshFormatError("the curve is not the one of the key type");
			return p256Spki(last(reader, reader.string()));
		case "ssh-rsa": {
			const exponent = positive(reader.string());
			return rsaSpki(positive(last(reader, reader.string())), exponent);
		}
		default: return;
	}
}
/** The value, where nothing follows it. @throws SshFormatError */
function last(reader, value) {
	if (reader.rest().length > 0) throw new SshFormatError("bytes follow after the end of the key");
	return value;
}
export { sshString as a, sshReader as i, positive as n, sshUint32 as o, readSshPublicKey as r, SshFormatError as t };

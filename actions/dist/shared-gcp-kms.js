import { n as signedMessage } from "./shared-signature.js";
import { t as checkedSignature } from "./shared-checked-signature.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
import { a as serviceKey, c as within, d as unreachable, i as saying, l as callService, n as member, o as text, r as oddAnswer, s as unsuitable, t as loginAdvice, u as networkCode } from "./shared-service.js";
import { createHash } from "node:crypto";
// src/signers/cloud/crc32c.ts
/** CRC-32C (Castagnoli; RFC 3720 appendix B.4), by which Google's services and their clients notice damage on the way. */
/** The polynomial, bits reversed. */
const POLYNOMIAL = 2197175160;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
	return value;
});
/** The checksum, a number of 32 bits. */
function crc32c(data) {
	let value = 4294967295;
	for (const byte of data) value = value >>> 8 ^ (TABLE[(value ^ byte) & 255] ?? 0);
	return (value ^ 4294967295) >>> 0;
}
// src/signers/cloud/gcp-errors.ts
/** What Google says no with, in words that lead on (Cloud APIs error model; Cloud KMS permissions and roles). */
/** The command that makes a fitting key. */
const CREATION = "gcloud kms keys create <name> --keyring <ring> --location <location> --purpose asymmetric-signing --default-algorithm ec-sign-p256-sha256";
/** Bytes that Google signs with Ed25519 (Cloud KMS documentation, "Quotas"). */
const LONGEST_DATA = 65536;
const LOGIN = {
	action: "google-github-actions/auth",
	elsewhere: "Log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to the path of a credentials file."
};
const ROLE = "Grant the role roles/cloudkms.signerVerifier on the key: gcloud kms keys add-iam-policy-binding <key> --keyring <ring> --location <location> --role roles/cloudkms.signerVerifier --member <identity>";
/** The error for an answer that is no success. */
function gcpError({ status, body }, { uri, signing, sent, environment }) {
	const error = member(body, "error");
	const said = saying(text(error, "message") ?? `status ${status}`);
	const kind = text(error, "status") ?? "";
	if (status === 401) return new SignerError("credentials-refused", `Google does not accept the credentials: they are unknown or have expired, or the clock of this machine is wrong. ${loginAdvice(environment, {
		...LOGIN,
		action: `${LOGIN.action} again`
	})}`);
	if (status === 403) return forbidden(said, uri, signing);
	if (status === 404) return new SignerError("key-missing", `There is no key version ${uri}. Check project, location, ring, key and number: gcloud kms keys versions list shows them. (${said})`);
	if (/is not enabled|DISABLED|DESTROY|PENDING/.test(said) && (kind === "FAILED_PRECONDITION" || status === 400)) return new SignerError("key-disabled", /DESTROY/.test(said) ? `The key version ${uri} is destroyed or about to be. If it is only scheduled: gcloud kms keys versions restore, then enable.` : `The key version ${uri} is not enabled. Enable it: gcloud kms keys versions enable <number> --key <key> --keyring <ring> --location <location>. (${said})`);
	if (status === 429 || status >= 500) return new SignerError("service-busy", `Google Cloud KMS is too busy for ${uri}, after several tries. Wait a minute, then try again. (${said})`);
	if (status === 400 && sent > LONGEST_DATA) return new SignerError("message-too-long", `Google Cloud KMS does not sign ${sent} bytes with an Ed25519 key, so ${uri} cannot sign this role. Replace the key by a P-256 one, which signs any length: ${CREATION}. (${said})`);
	return new SignerError("service-refused", `Google Cloud KMS refused to ${signing ? "sign with" : "show"} ${uri}: ${said}. Is the key one for asymmetric signing?`);
}
function forbidden(said, uri, signing) {
	if (/has not been used in project|API .*disabled/i.test(said)) return new SignerError("permission-denied", `The project has the Cloud KMS API switched off. Switch it on: gcloud services enable cloudkms.googleapis.com. (${said})`);
	const fallback = `cloudkms.cryptoKeyVersions.${signing ? "useToSign" : "viewPublicKey"}`;
	const needed = /cloudkms\.[A-Za-z.]+[A-Za-z]/.exec(said)?.[0] ?? fallback;
	return new SignerError("permission-denied", `The Google identity in use lacks the permission ${needed} for ${uri}, or the key does not exist. ${ROLE}`);
}
/** The error where no access token could be had; SignerErrors come through as they are. */
function googleLoginError(error, environment) {
	if (error instanceof SignerError) return error;
	const said = saying(error instanceof Error ? error.message : error);
	const advice = loginAdvice(environment, LOGIN);
	if (/aborted|timeout/i.test(said)) return new SignerError("timed-out", "Google's login did not answer in time. Check the network, then try again.");
	const code = networkCode(error);
	if (code === "ENOENT") return new SignerError("credentials-missing", `The credentials file that GOOGLE_APPLICATION_CREDENTIALS names is not there (${said}). ${advice}`);
	if (/default credentials|does not exist, or it is not a file|credentials.* not/i.test(said)) return new SignerError("credentials-missing", `No credentials for Google Cloud were found (${said}). ${advice}`);
	if (/reasonable timeframe|iat and exp/i.test(said)) return new SignerError("credentials-refused", "Google does not accept the login: the clock of this machine differs too much. Set the clock, then try again.");
	if (/getAccessToken/.test(said)) return new SignerError("permission-denied", `The Google identity in use may not act as the service account: it lacks iam.serviceAccounts.getAccessToken. Grant it roles/iam.workloadIdentityUser on the service account. (${said})`);
	if (code !== void 0 && /^E[A-Z_]+$|^TIMED_OUT$|CERT/.test(code)) return unreachable("Google's login", "its address", error);
	return new SignerError("credentials-refused", `Google does not accept the login (${said}). ${advice}`);
}
// src/signers/cloud/gcp-kms.ts
/**
* `gcpkms:projects/…/cryptoKeyVersions/N`: a key version in Google Cloud KMS (REST reference: cryptoKeyVersions
* getPublicKey, asymmetricSign). Google's library finds the credentials; the two requests are made here. Every request
* and answer carries checksums and is checked, as Google's guide to data integrity asks for.
*/
const SERVICE = "Google Cloud KMS";
const SCOPE = "https://www.googleapis.com/auth/cloudkms";
const ADDRESS = "https://cloudkms.googleapis.com/";
/** Milliseconds for the credentials, which may come over the network as well: for one request, and for all. */
const LOGIN_LIMITS = {
	request: 12e3,
	all: 3e4
};
/** How often an answer that was damaged on the way is asked for. */
const TRIES = 3;
const KEY = "projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+";
const NAME = /^projects\/[a-z0-9.:-]+\/locations\/[a-z0-9-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+\/cryptoKeyVersions\/[1-9]\d*$/;
/** The algorithms whose signatures TUF clients verify, and what Google takes of the content: its SHA-256, or itself. */
const ALGORITHMS = /* @__PURE__ */ new Map([
	["EC_SIGN_P256_SHA256", { digest: true }],
	["EC_SIGN_ED25519", { digest: false }],
	["RSA_SIGN_PSS_2048_SHA256", { digest: true }],
	["RSA_SIGN_PSS_3072_SHA256", { digest: true }],
	["RSA_SIGN_PSS_4096_SHA256", { digest: true }],
	["PQ_SIGN_ML_DSA_44", {
		digest: false,
		mlDsa: "ml-dsa-44"
	}],
	["PQ_SIGN_ML_DSA_65", {
		digest: false,
		mlDsa: "ml-dsa-65"
	}],
	["PQ_SIGN_ML_DSA_87", {
		digest: false,
		mlDsa: "ml-dsa-87"
	}]
]);
/** Opens a key version of Google Cloud KMS. @throws SignerError */
const openGcpKmsSigner = async (uri, context) => {
	const name = afterScheme(uri);
	if (!NAME.test(name)) throw malformed(name);
	const service = await connect(uri, context);
	const found = await service.undamaged("the public key", async () => {
		const answer = await service.ask("GET", `${name}/publicKey?publicKeyFormat=PEM`);
		const exported = member(answer, "publicKey");
		return {
			value: answer,
			intact: sameChecksum(exported, "crc32cChecksum", base64Of(exported, "data")) && isOf(answer, name)
		};
	});
	const algorithm = text(found, "algorithm") ?? "none";
	const way = ALGORITHMS.get(algorithm);
	if (!way) {
		const reason = `Its algorithm is ${algorithm}; TUF clients need one of ${[...ALGORITHMS.keys()].join(", ")}.`;
		throw unsuitable(uri, reason, CREATION);
	}
	const pem = base64Of(member(found, "publicKey"), "data").toString();
	const key = serviceKey(pem, uri, CREATION);
	return {
		uri,
		key,
		async sign(message) {
			const content = way.mlDsa ? signedMessage(way.mlDsa, message) : message;
			const bytes = way.digest ? createHash("sha256").update(content).digest() : content;
			const base64 = Buffer.from(bytes).toString("base64");
			const checksum = `${crc32c(bytes)}`;
			const body = way.digest ? {
				digest: { sha256: base64 },
				digestCrc32c: checksum
			} : {
				data: base64,
				dataCrc32c: checksum
			};
			const answer = await service.undamaged("the signature", async () => {
				const signed = await service.ask("POST", `${name}:asymmetricSign`, body);
				const received = member(signed, way.digest ? "verifiedDigestCrc32c" : "verifiedDataCrc32c") === true;
				const whole = sameChecksum(signed, "signatureCrc32c", base64Of(signed, "signature"));
				return {
					value: signed,
					intact: received && whole && isOf(signed, name)
				};
			});
			return checkedSignature(key, message, base64Of(answer, "signature"), SERVICE);
		}
	};
};
function malformed(name) {
	if (new RegExp(`^${KEY}$`).test(name)) return new SignerError("malformed-uri", `The signer URI names a key and not one of its versions, and a signature is made by a version. List them: gcloud kms keys versions list --key ${name}; then append /cryptoKeyVersions/<number> to the URI.`);
	return new SignerError("malformed-uri", "A signer URI for Google Cloud KMS has the form gcpkms:projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>/cryptoKeyVersions/<number>.");
}
async function connect(uri, { environment, hide }) {
	const address = addressOf(environment);
	const { GOOGLE_APPLICATION_CREDENTIALS: keyFilename } = environment;
	const login = async (work) => {
		try {
			return await within(LOGIN_LIMITS.all, "Google's login", work());
		} catch (error) {
			throw googleLoginError(error, environment);
		}
	};
	const headersFor = await login(async () => {
		const { GoogleAuth } = await import("./shared-google.js");
		const client = await new GoogleAuth({
			scopes: [SCOPE],
			clientOptions: { transporterOptions: { timeout: LOGIN_LIMITS.request } },
			...keyFilename ? { keyFilename } : {}
		}).getClient();
		return (url) => client.getRequestHeaders(url.href);
	});
	return {
		async ask(method, path, body) {
			const url = new URL(`v1/${path}`, address);
			const headers = Object.fromEntries(await login(() => headersFor(url)));
			hide?.((headers.authorization ?? "").replace(/^Bearer /, ""));
			const request = {
				service: SERVICE,
				method,
				url,
				headers,
				...body ? { body } : {}
			};
			const answer = await callService(request);
			if (answer.status === 200) return answer.body;
			throw gcpError(answer, {
				uri,
				signing: method === "POST",
				sent: sentBytes(body),
				environment
			});
		},
		async undamaged(what, ask) {
			for (let tried = 1;; tried++) {
				const { value, intact } = await ask();
				if (intact) return value;
				if (tried === TRIES) throw oddAnswer(SERVICE, `${what} does not fit its checksum, ${TRIES} times`);
			}
		}
	};
}
/** How long the content is that goes to Google as it is. */
function sentBytes(body) {
	return base64Of(body, "data").length;
}
/** Google's own variable, for private and regional endpoints; a token goes to no machine in the clear. */
function addressOf({ CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: other }) {
	if (!other) return new URL(ADDRESS);
	const url = URL.canParse(other) ? new URL(other) : void 0;
	const local = url?.protocol === "http:" && [
		"127.0.0.1",
		"[::1]",
		"localhost"
	].includes(url.hostname);
	if (url?.protocol === "https:" || url && local) return url;
	throw new SignerError("service-refused", `CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS is no https: address. Unset it, or write one such as ${ADDRESS}`);
}
function isOf(answer, name) {
	return text(answer, "name") === name;
}
/** Checksums are 64-bit numbers in Google's JSON, so they come as text. */
function sameChecksum(answer, field, data) {
	return `${member(answer, field)}` === `${crc32c(data)}`;
}
function base64Of(answer, field) {
	return Buffer.from(text(answer, field) ?? "", "base64");
}
export { openGcpKmsSigner };

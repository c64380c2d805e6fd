import { t as checkedSignature } from "./shared-checked-signature.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
import { t as ed25519Spki } from "./shared-spki.js";
import { a as serviceKey, i as saying, l as callService, n as member, o as text, r as oddAnswer, s as unsuitable, t as loginAdvice } from "./shared-service.js";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { homedir } from "node:os";
// src/signers/cloud/vault-connection.ts
/**
* Requests to HashiCorp Vault or OpenBao, as their own command line makes them: address, token and certificate come from
* `VAULT_ADDR`, `VAULT_TOKEN` or `~/.vault-token`, `VAULT_NAMESPACE` and `VAULT_CACERT` (or the same with `BAO_`).
*/
const LOGIN = {
	action: "hashicorp/vault-action (with exportToken: true)",
	elsewhere: "Log in with vault login, or set VAULT_TOKEN."
};
const TLS_ADVICE = "If Vault has a certificate of your own authority, set VAULT_CACERT to the path of that authority (PEM).";
const LOCAL = [
	"127.0.0.1",
	"[::1]",
	"localhost"
];
/** @throws SignerError where address, token or certificate are missing */
async function connectVault(uri, context) {
	const setting = (name) => context.environment[`VAULT_${name}`] || context.environment[`BAO_${name}`] || void 0;
	const address = addressOf(setting("ADDR"), context);
	const namespace = setting("NAMESPACE");
	const headers = {
		"x-vault-token": await tokenOf(setting("TOKEN"), context.environment),
		"x-vault-request": "true",
		...namespace === void 0 ? {} : { "x-vault-namespace": namespace }
	};
	const ca = await authorityOf(setting("CACERT"));
	const send = (method, path, body) => {
		const shared = {
			service: "Vault",
			method,
			url: new URL(`v1/${path}`, address),
			headers,
			ca,
			tlsAdvice: TLS_ADVICE
		};
		return callService({
			...shared,
			...body === void 0 ? {} : { body }
		});
	};
	return async (method, path, body) => {
		const answer = await send(method, path, body);
		if (answer.status === 200) return answer.body;
		throw vaultError(answer, {
			uri,
			method,
			path,
			known: answer.status !== 403 || (await send("GET", "auth/token/lookup-self")).status === 200,
			environment: context.environment
		});
	};
}
function addressOf(address, { warn }) {
	if (address === void 0) throw new SignerError("credentials-missing", "The address of Vault is not known. Set VAULT_ADDR, such as https://vault.example.com:8200.");
	const url = URL.canParse(address) ? new URL(address) : void 0;
	if (!url || !["http:", "https:"].includes(url.protocol)) throw new SignerError("service-refused", "VAULT_ADDR is no https: address. Write one such as https://vault.example.com:8200.");
	if (url.protocol === "http:" && !LOCAL.includes(url.hostname)) warn(`VAULT_ADDR begins with http: so whoever is on the way to ${url.host} can read the token. Use https:.`);
	if (!url.pathname.endsWith("/")) url.pathname += "/";
	return url;
}
async function tokenOf(token, environment) {
	if (token !== void 0) return token.trim();
	const file = join(environment.HOME || environment.USERPROFILE || homedir(), ".vault-token");
	const kept = (await readFile(file, "utf8").catch(() => "")).trim();
	if (kept !== "") return kept;
	throw new SignerError("credentials-missing", `No token for Vault was found. ${loginAdvice(environment, LOGIN)}`);
}
async function authorityOf(path) {
	if (path === void 0) return void 0;
	try {
		return await readFile(path, "utf8");
	} catch (cause) {
		const message = `The file ${path}, which VAULT_CACERT names, cannot be read. Check the path.`;
		throw new SignerError("service-unreachable", message, { cause });
	}
}
function vaultError({ status, body, headers }, asked) {
	const { uri, method, path, known, environment } = asked;
	const errors = member(body, "errors");
	const said = saying(Array.isArray(errors) && errors.length > 0 ? errors.join("; ") : `status ${status}`);
	if (status === 403 && !known) return new SignerError("credentials-refused", `Vault does not accept the token: it is unknown or has expired. ${loginAdvice(environment, {
		...LOGIN,
		action: `${LOGIN.action} again`
	})}`);
	if (status === 403) {
		const capability = method === "POST" ? "update" : "read";
		return new SignerError("permission-denied", `The token lacks the permission "${capability}" on ${path} for ${uri}. A policy of it has to say: path "${path}" { capabilities = ["${capability}"] }`);
	}
	if (status === 404 || /key not found|no handler for route|unsupported path/.test(said)) return new SignerError("key-missing", `Vault has no key at ${path} for ${uri}. Check the name, VAULT_NAMESPACE, and that the engine is there: vault secrets enable transit`);
	if (/minimum encryption key version|version is disallowed|minimum available/.test(said)) return new SignerError("key-disabled", `Vault lets this version of the key sign no longer, for ${uri}. Lower min_encryption_version (vault write transit/keys/<name>/config), or use a newer version.`);
	if (/sealed/i.test(said)) return new SignerError("service-busy", "Vault is sealed. It has to be unsealed before it signs: vault operator unseal");
	if (status >= 300 && status < 400) {
		const elsewhere = saying(headers.location);
		return new SignerError("service-refused", `Vault answers from another address: set VAULT_ADDR to the one in ${elsewhere}`);
	}
	if (status === 429 || status >= 500) return new SignerError("service-busy", `Vault is too busy for ${uri}, after several tries. Wait a minute, then try again. (${said})`);
	return new SignerError("service-refused", `Vault refused to work with ${uri}: ${said}`);
}
// src/signers/cloud/vault-transit.ts
/**
* `hv:<name>/<version>`: a key in the transit engine of HashiCorp Vault or OpenBao (API documentation: "Transit secrets
* engine", Read key, Sign data), mounted at `transit/`. The URI is securesystemslib's.
*/
const PATH = /^(?<name>[A-Za-z0-9_.-]{1,200})\/(?<version>[1-9]\d{0,8})$/;
const CREATION = "vault write transit/keys/<name> type=ed25519";
/** The kinds of key that TUF clients verify. */
const TYPES = /* @__PURE__ */ new Map([
	["ed25519", "ed25519"],
	["ecdsa-p256", "ecdsa"],
	["rsa-2048", "rsa"],
	["rsa-3072", "rsa"],
	["rsa-4096", "rsa"]
]);
/** Opens a key version of the transit engine. @throws SignerError */
const openVaultSigner = async (uri, context) => {
	const { name, version } = PATH.exec(afterScheme(uri))?.groups ?? {};
	if (name === void 0 || version === void 0) throw new SignerError("malformed-uri", "A signer URI for the transit engine of Vault has the form hv:<name>/<version>; vault read transit/keys/<name> shows the versions.");
	const ask = await connectVault(uri, context);
	const data = member(await ask("GET", `transit/keys/${name}`), "data");
	const type = text(data, "type") ?? "unknown";
	const way = TYPES.get(type);
	if (!way || member(data, "derived") === true) {
		const found = way ? `${type}, derived for each context` : type;
		throw unsuitable(uri, `Its type is ${found}; TUF clients need one of ${[...TYPES.keys()].join(", ")}.`, CREATION);
	}
	const publicKey = text(member(member(data, "keys"), version), "public_key");
	if (publicKey === void 0) {
		const newest = Number(member(data, "latest_version"));
		throw new SignerError("key-missing", `The key ${name} in Vault has no version ${version}; its newest is ${newest}. Correct the number in ${uri}.`);
	}
	const spki = way === "ed25519" ? ed25519Spki(Buffer.from(publicKey, "base64")) : publicKey;
	const key = serviceKey(spki, uri, CREATION);
	const leaves = ["exportable", "allow_plaintext_backup"].filter((flag) => member(data, flag) === true);
	return {
		uri,
		key,
		...leaves.length > 0 ? { advice: `Vault lets this key out (${leaves.join(", ")}), so others may hold a copy.` } : {},
		async sign(message) {
			const answer = await ask("POST", `transit/sign/${name}`, {
				key_version: Number(version),
				...way === "ed25519" ? { input: base64(message) } : {
					input: digest(message),
					prehashed: true,
					hash_algorithm: "sha2-256"
				},
				...way === "ecdsa" ? { marshaling_algorithm: "asn1" } : {},
				...way === "rsa" ? {
					signature_algorithm: "pss",
					salt_length: "hash"
				} : {}
			});
			const signature = text(member(answer, "data"), "signature") ?? "";
			const [, by, encoded] = /^vault:v(\d+):([A-Za-z0-9+/=]+)$/.exec(signature) ?? [];
			if (encoded === void 0 || by !== version) throw oddAnswer("Vault", "no signature by this version");
			return checkedSignature(key, message, Buffer.from(encoded, "base64"), "Vault");
		}
	};
};
function base64(bytes) {
	return Buffer.from(bytes).toString("base64");
}
function digest(message) {
	return createHash("sha256").update(message).digest("base64");
}
export { openVaultSigner };

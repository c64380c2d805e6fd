import { t as checkedSignature } from "./shared-checked-signature.js";
import { n as ecdsaDerFromRaw } from "./shared-ecdsa-der.js";
import { t as SignerError } from "./shared-signer.js";
import { a as serviceKey, c as within, d as unreachable, i as saying, l as callService, n as member, o as text, r as oddAnswer, s as unsuitable, t as loginAdvice, u as networkCode } from "./shared-service.js";
import { createHash, createPublicKey } from "node:crypto";
// src/signers/cloud/azure-errors.ts
/** What Azure Key Vault says no with, in words that lead on (Azure documentation, "Key Vault REST API error codes"). */
/** The command that makes a fitting key. */
const CREATION = "az keyvault key create --vault-name <vault> --name <name> --kty EC --curve P-256 --ops sign verify";
/** The error for an answer that is no success. @param signing whether a signature was asked for */
function azureError({ status, body }, uri, signing) {
	const error = member(body, "error");
	const said = saying(text(error, "message") ?? `status ${status}`);
	const inner = text(member(error, "innererror"), "code") ?? "";
	if (status === 401) return new SignerError("credentials-refused", `Azure Key Vault does not accept the login for ${uri}: it has expired, or belongs to another tenant than the vault. Log in again, with AZURE_TENANT_ID or az login --tenant. (${said})`);
	if (/KeyDisabled|KeyNotYetValid|KeyExpired/.test(inner) || /disabled key|is disabled/i.test(said)) return new SignerError("key-disabled", `The key ${uri} cannot be used now: it is disabled, has expired, or is not valid yet. Look at it: az keyvault key show, and az keyvault key set-attributes. (${said})`);
	if (status === 403 && inner === "ForbiddenByFirewall") return new SignerError("permission-denied", `The firewall of the vault lets no requests through from here, for ${uri}. Allow this network: az keyvault network-rule add. (${said})`);
	if (status === 403) {
		const needed = /Action: '([^']{1,100})'/.exec(said)?.[1] ?? (signing ? "keys/sign" : "keys/get");
		return new SignerError("permission-denied", `The Azure identity in use lacks the permission ${saying(needed)} for ${uri}. Grant the role "Key Vault Crypto User" on the key, or, in a vault with access policies: az keyvault set-policy --key-permissions get sign. A new grant takes a few minutes.`);
	}
	if (status === 404) return new SignerError("key-missing", `There is no key ${uri}, or it was deleted. Check vault, name and version: az keyvault key list-versions. (${said})`);
	if (status === 429 || status >= 500) return new SignerError("service-busy", `Azure Key Vault is too busy for ${uri}, after several tries. Wait a minute, then try again. (${said})`);
	return unsuitable(uri, `Azure Key Vault refused it: ${said}.`, CREATION);
}
// src/signers/cloud/azure-login.ts
/** Milliseconds: for one request, for the Azure CLI, which takes its time, and for a token with all tries. */
const LIMITS = {
	request: 12e3,
	cli: 3e4,
	all: 45e3
};
/** What Entra ID expects the token of a workflow to be meant for. */
const WORKFLOW_AUDIENCE = "api://AzureADTokenExchange";
const LOGIN = {
	action: "azure/login",
	elsewhere: "Log in with az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET."
};
/** An access token. @param scope such as `https://vault.azure.net/.default` @throws SignerError */
async function azureToken(environment, scope, hide) {
	try {
		const credential = await credentialOf(environment, hide);
		const token = await within(LIMITS.all, "Azure's login", credential.getToken(scope));
		if (!token) throw oddAnswer("Azure's login", "no token");
		hide?.(token.token);
		return token.token;
	} catch (error) {
		throw loginError(error, environment);
	}
}
async function credentialOf(environment, hide) {
	const library = await import("./shared-azure.js");
	const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId } = environment;
	const options = optionsOf(environment);
	if (environment.AZURE_TOKEN_CREDENTIALS === "ManagedIdentityCredential") return new library.ManagedIdentityCredential({
		...LIMITED,
		...clientId ? { clientId } : {}
	});
	if (tenantId && clientId) {
		const { AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE, ACTIONS_ID_TOKEN_REQUEST_URL } = environment;
		if (AZURE_CLIENT_SECRET) return new library.ClientSecretCredential(tenantId, clientId, AZURE_CLIENT_SECRET, options);
		if (AZURE_FEDERATED_TOKEN_FILE) {
			const tokenFilePath = AZURE_FEDERATED_TOKEN_FILE;
			return new library.WorkloadIdentityCredential({
				...options,
				tenantId,
				clientId,
				tokenFilePath
			});
		}
		if (ACTIONS_ID_TOKEN_REQUEST_URL) return new library.ClientAssertionCredential(tenantId, clientId, async () => {
			const token = await workflowToken(ACTIONS_ID_TOKEN_REQUEST_URL, environment);
			hide?.(token);
			return token;
		}, options);
	}
	const processTimeoutInMs = LIMITS.cli;
	return new library.AzureCliCredential({
		processTimeoutInMs,
		...tenantId ? { tenantId } : {}
	});
}
/** A request that nobody waits for any more would keep the process from ending, and the library sets no limit. */
const LIMITED = {
	retryOptions: { maxRetries: 1 },
	additionalPolicies: [{
		position: "perCall",
		policy: {
			name: "limit",
			sendRequest: (request, next) => {
				request.timeout = LIMITS.request;
				return next(request);
			}
		}
	}]
};
/** Other clouds have other logins; that of a private one knows nothing of Microsoft's list of clouds. */
function optionsOf({ AZURE_AUTHORITY_HOST: authorityHost }) {
	if (!authorityHost) return LIMITED;
	const known = /^https:\/\/login\.(?:microsoftonline|partner\.microsoftonline|chinacloudapi)\.(?:com|us|cn)\/?$/;
	return {
		...LIMITED,
		authorityHost,
		disableInstanceDiscovery: !known.test(authorityHost)
	};
}
/** GitHub's token for this job (GitHub documentation, OpenID Connect reference). */
async function workflowToken(address, environment) {
	const url = new URL(address);
	url.searchParams.set("audience", WORKFLOW_AUDIENCE);
	const headers = { authorization: `Bearer ${environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
	const service = "GitHub's identity service";
	const { body, status } = await callService({
		service,
		method: "GET",
		url,
		headers
	});
	const token = text(body, "value");
	if (status !== 200 || token === void 0) throw oddAnswer(service, `no token (status ${status})`);
	return token;
}
function loginError(error, environment) {
	if (error instanceof SignerError) return error;
	const said = saying(error instanceof Error ? error.message : error);
	const advice = loginAdvice(environment, LOGIN);
	const name = error instanceof Error ? error.name : "";
	const code = networkCode(error) ?? "";
	if (/^E[A-Z_]+$|CERT/.test(code)) return unreachable("Azure's login", "its address", error);
	if (/endpoints_resolution_error|network_error/.test(said)) return new SignerError("service-unreachable", `Azure's login cannot be reached, or does not know the tenant ${saying(environment.AZURE_TENANT_ID)}. Check the network, AZURE_TENANT_ID, and AZURE_AUTHORITY_HOST where it is set. (${said})`);
	if (name === "CredentialUnavailableError") return new SignerError("credentials-missing", `No credentials for Azure were found (${said}). ${advice}`);
	if (/AADSTS7002\d|AADSTS70021/.test(said)) return new SignerError("credentials-refused", `Azure does not accept this workflow's identity: no federated credential of the application fits its repository, branch or environment. Compare the subject with that of the federated credential. (${said})`);
	if (/AADSTS700024|AADSTS500133/.test(said)) return new SignerError("credentials-refused", `Azure does not accept the login: its time is past or to come. Check the clock of this machine. (${said})`);
	return new SignerError("credentials-refused", `Azure does not accept the login (${said}). ${advice}`);
}
// src/signers/cloud/azure-key-vault.ts
/**
* `azurekms://<vault>.vault.azure.net/keys/<name>/<version>`: a key in Azure Key Vault or a managed HSM (REST reference:
* Get Key, Sign). Azure's library gives the token; the two requests are made here. Azure has no Ed25519.
*/
const SERVICE = "Azure Key Vault";
const API_VERSION = "7.4";
const URI = /^azurekms:\/\/(?<host>[A-Za-z0-9.-]+(?::\d{1,5})?)\/keys\/(?<name>[A-Za-z0-9-]{1,127})(?:\/(?<version>[A-Za-z0-9]{1,64}))?\/?$/;
/**
* The machines that may see a token, and whose token they get (Azure documentation, "Key Vault DNS suffixes"). An
* emulator on this machine passes for a vault.
*/
const VAULTS = [
	[/^[a-z0-9-]+\.vault\.azure\.net$/, "https://vault.azure.net"],
	[/^[a-z0-9-]+\.vault\.azure\.cn$/, "https://vault.azure.cn"],
	[/^[a-z0-9-]+\.vault\.usgovcloudapi\.net$/, "https://vault.usgovcloudapi.net"],
	[/^[a-z0-9-]+\.managedhsm\.azure\.net$/, "https://managedhsm.azure.net"],
	[/^(?:localhost|127\.0\.0\.1)(?::\d+)?$/, "https://vault.azure.net"]
];
/** Opens a key version of Azure Key Vault. @throws SignerError */
const openAzureSigner = async (uri, { environment, hide }) => {
	const { host = "", name = "", version } = URI.exec(uri)?.groups ?? {};
	const resource = VAULTS.find(([pattern]) => pattern.test(host.toLowerCase()))?.[1];
	if (resource === void 0) throw new SignerError("malformed-uri", "A signer URI for Azure Key Vault has the form azurekms://<vault>.vault.azure.net/keys/<name>/<version>.");
	const token = await azureToken(environment, `${resource}/.default`, hide);
	const base = `https://${host}/keys/${name}`;
	const ask = async (path, body) => {
		const url = new URL(`${base}${path}?api-version=${API_VERSION}`);
		const headers = { authorization: `Bearer ${token}` };
		const method = body === void 0 ? "GET" : "POST";
		const answer = await callService({
			service: SERVICE,
			method,
			url,
			headers,
			...body ? { body } : {}
		});
		if (answer.status === 200) return answer.body;
		throw azureError(answer, uri, method === "POST");
	};
	const found = await ask(version === void 0 ? "" : `/${version}`);
	const jwk = member(found, "key");
	if (version === void 0) throw withoutVersion(uri, text(jwk, "kid"));
	if (member(member(found, "attributes"), "enabled") === false) throw new SignerError("key-disabled", `The key ${uri} is disabled. Enable it: az keyvault key set-attributes --enabled true --id https://${host}/keys/${name}/${version}`);
	const { spki, algorithm } = readKey(uri, jwk);
	const key = serviceKey(spki, uri, CREATION);
	return {
		uri,
		key,
		async sign(message) {
			const value = createHash("sha256").update(message).digest("base64url");
			const answer = text(await ask(`/${version}/sign`, {
				alg: algorithm,
				value
			}), "value");
			if (answer === void 0) throw oddAnswer(SERVICE, "no signature");
			const raw = Buffer.from(answer, "base64url");
			const signature = algorithm === "ES256" ? ecdsaDerFromRaw(raw) : raw;
			if (!signature) throw oddAnswer(SERVICE, "a signature of the wrong length");
			return checkedSignature(key, message, signature, SERVICE);
		}
	};
};
/** The version belongs to the URI: without it, a rotation in Azure would change the key under the metadata. */
function withoutVersion(uri, kid = "") {
	const newest = kid.startsWith("https://") ? kid.slice(8) : void 0;
	const advice = newest ? `The newest is: azurekms://${newest}` : "List them: az keyvault key list-versions.";
	return new SignerError("malformed-uri", `The signer URI ${uri} names a key and not one of its versions, and a signature is made by a version. ${advice}`);
}
/** RFC 7517, with Azure's own key types for keys that an HSM holds. */
function readKey(uri, jwk) {
	const kind = text(jwk, "kty")?.replace(/-HSM$/, "");
	const curve = text(jwk, "crv");
	const uses = member(jwk, "key_ops");
	if (Array.isArray(uses) && !uses.includes("sign")) throw unsuitable(uri, `It is allowed for ${uses.join(", ")} only, and not for sign.`, CREATION);
	if (kind !== "RSA" && !(kind === "EC" && curve === "P-256")) {
		const found = [text(jwk, "kty") ?? "unknown", curve].filter((part) => part !== void 0).join(" ");
		throw unsuitable(uri, `It is of the kind ${found}; TUF clients need EC P-256 or RSA of Azure.`, CREATION);
	}
	const numbers = Object.fromEntries((kind === "RSA" ? ["n", "e"] : ["x", "y"]).map((part) => [part, text(jwk, part) ?? ""]));
	try {
		return {
			spki: createPublicKey({
				key: {
					kty: kind,
					...kind === "EC" ? { crv: "P-256" } : {},
					...numbers
				},
				format: "jwk"
			}).export({
				type: "spki",
				format: "der"
			}),
			algorithm: kind === "EC" ? "ES256" : "PS256"
		};
	} catch {
		throw oddAnswer(SERVICE, "a public key that cannot be read");
	}
}
export { openAzureSigner };

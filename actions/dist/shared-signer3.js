import { n as toHex } from "./shared-hex.js";
import { o as sigstoreKey } from "./shared-sigstore.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
import { a as readElements, s as readSequence } from "./shared-signature-form.js";
import "./shared-crypto.js";
import { t as sigstoreTrust } from "./shared-trust.js";
import { t as bundleVerifier } from "./shared-verifier2.js";
import { createServer } from "node:http";
import { X509Certificate, createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { spawn } from "node:child_process";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/signers/sigstore/open-id.ts
/** What both ways to log in share (OpenID Connect Discovery 1.0, RFC 6749): asking an issuer, and reading its answers. */
/** The client that Sigstore's issuers know; it is public and has no secret. */
const CLIENT_ID = "sigstore";
const SCOPE = "openid email";
/** Milliseconds for one answer of a service. */
const TIMEOUT$1 = 2e4;
/** Where an issuer has its endpoints. @throws SignerError */
async function discover(issuer) {
	const { status, body } = await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
	const text = (name) => typeof body[name] === "string" ? body[name] : void 0;
	const [authorization, token] = [text("authorization_endpoint"), text("token_endpoint")];
	if (status !== 200 || !authorization || !token) throw new SignerError("service-refused", `${issuer} does not answer as an OpenID Connect issuer (HTTP ${status}). Check the Sigstore configuration.`);
	const device = text("device_authorization_endpoint");
	return {
		issuer: text("issuer") ?? issuer,
		authorization,
		token,
		...device ? { deviceAuthorization: device } : {}
	};
}
/** Asks an endpoint; with `form` by POST. Answers that are no JSON object count as empty. @throws SignerError */
async function ask(url, form, headers = {}) {
	try {
		const response = await fetch(url, {
			headers: {
				accept: "application/json",
				...headers
			},
			signal: AbortSignal.timeout(TIMEOUT$1),
			...form ? {
				method: "POST",
				body: new URLSearchParams(form)
			} : {}
		});
		const body = await response.json().catch(() => void 0);
		return {
			status: response.status,
			body: typeof body === "object" && body ? body : {}
		};
	} catch (error) {
		throw new SignerError("service-unreachable", `${new URL(url).origin} does not answer (${reasonOf(error)}). Check the network and try again.`, { cause: error });
	}
}
function reasonOf(error) {
	const { name, message, cause } = error;
	return name === "TimeoutError" ? `nothing in ${TIMEOUT$1 / 1e3} seconds` : cause?.code ?? message;
}
/** The identity token of a token endpoint's answer. @throws SignerError */
function idToken({ status, body }, issuer) {
	if (status === 200 && typeof body.id_token === "string") return body.id_token;
	throw refusal(issuer, body, status);
}
/** What an issuer's error means (RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section 3.5). */
function refusal(issuer, body, status) {
	const error = typeof body.error === "string" ? body.error : `HTTP ${status}`;
	if (error === "access_denied") return new SignerError("login-refused", `The login at ${issuer} was closed without a yes. Sign again.`);
	const shown = `${error}${typeof body.error_description === "string" ? `: ${body.error_description}` : ""}`.slice(0, 300).replace(/[^\x20-\x7e]/g, "?");
	return new SignerError("login-refused", `${issuer} refused the login (${shown}). Sign again.`);
}
/** The claims of a token, unchecked: whoever the token is for checks its signature. */
function claimsOf(token) {
	try {
		const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
		return typeof claims === "object" && claims ? claims : {};
	} catch {
		return {};
	}
}
// src/signers/sigstore/ambient.ts
/**
* The identity of the job that runs this: an identity token for Sigstore, from GitHub Actions
* (https://docs.github.com/actions/reference/security/oidc) or in `SIGSTORE_ID_TOKEN`, where other Sigstore tools look
* for one as well.
*/
/** @throws SignerError */
async function ambientToken(environment) {
	const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment;
	if (url && bearer) return actionsToken(url, bearer);
	if (environment.SIGSTORE_ID_TOKEN) return environment.SIGSTORE_ID_TOKEN;
	const message = environment.GITHUB_ACTIONS ? "This job may not have an identity, so it cannot sign with sigstore:. Give the job `permissions: id-token: write`." : "There is no workflow here whose identity could sign with sigstore:. A person signs with sigstore:?ambient=false.";
	throw new SignerError("credentials-missing", message);
}
async function actionsToken(requestUrl, bearer) {
	const url = new URL(requestUrl);
	url.searchParams.set("audience", CLIENT_ID);
	const { status, body } = await ask(url.href, void 0, { authorization: `Bearer ${bearer}` });
	if (status === 200 && typeof body.value === "string") return body.value;
	throw new SignerError("credentials-refused", `GitHub Actions gave this job no identity token (HTTP ${status}). Check that it has \`permissions: id-token: write\` and run it again.`);
}
// src/signers/sigstore/browser.ts
/** Opening a URL in the person's browser. */
/** How to open a URL here; undefined where no browser of the person can be reached, as over SSH. */
function browserCommand(environment, platform = process.platform) {
	if (environment.BROWSER) return [environment.BROWSER];
	if (environment.SSH_CONNECTION) return void 0;
	if (platform === "darwin") return ["open"];
	if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
	return environment.DISPLAY || environment.WAYLAND_DISPLAY ? ["xdg-open"] : void 0;
}
/** Starts the browser and does not wait for it. Whether it came up, nobody can tell: the URL is shown as well. */
function openBrowser([program = "", ...args], url) {
	const child = spawn(program, [...args, url], {
		stdio: "ignore",
		detached: true
	});
	child.on("error", () => void 0);
	child.unref();
}
// src/signers/sigstore/browser-login.ts
/**
* Logging in with the browser on this machine: the authorization code flow with PKCE (RFC 7636) and a redirect to a port
* of this machine that is open for the moment (RFC 8252 section 7.3).
*/
const CALLBACK = "/auth/callback";
/**
* Logs in and returns the identity token.
* @param open opens the URL in the browser
* @param timeout milliseconds for the person
* @throws SignerError
*/
async function logInWithBrowser(endpoints, open, timeout) {
	const [state, nonce, verifier] = [
		random(),
		random(),
		random()
	];
	await using redirect = await listen(state, endpoints.issuer);
	const url = new URL(endpoints.authorization);
	const parameters = {
		response_type: "code",
		client_id: CLIENT_ID,
		scope: SCOPE,
		redirect_uri: redirect.uri,
		state,
		nonce,
		code_challenge: createHash("sha256").update(verifier).digest("base64url"),
		code_challenge_method: "S256"
	};
	for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
	await open(url.href);
	const code = await within(timeout, redirect.code, endpoints.issuer);
	const token = idToken(await ask(endpoints.token, {
		grant_type: "authorization_code",
		client_id: CLIENT_ID,
		code,
		redirect_uri: redirect.uri,
		code_verifier: verifier
	}), endpoints.issuer);
	if (claimsOf(token).nonce !== nonce) throw new SignerError("login-refused", `${endpoints.issuer} answered with the token of another login. Sign again.`);
	return token;
}
const random = () => randomBytes(32).toString("base64url");
/** Waits for the browser to come back with a code. Requests that do not know the state change nothing. */
async function listen(state, issuer) {
	const { promise: code, resolve, reject } = Promise.withResolvers();
	code.catch(() => void 0);
	const server = createServer((request, response) => {
		const url = URL.parse(request.url ?? "/", "http://localhost");
		const end = (status, text) => response.writeHead(status, {
			"content-type": "text/plain; charset=utf-8",
			connection: "close"
		}).end(`${text}\n`);
		const answer = url?.pathname === CALLBACK ? url.searchParams : void 0;
		if (request.method !== "GET" || answer?.get("state") !== state) return end(404, "Nothing is here.");
		const [given, error] = [answer.get("code"), answer.get("error")];
		if (given && !error) {
			resolve(given);
			return end(200, "You are logged in. Close this window and go back to the terminal.");
		}
		reject(refusal(issuer, {
			error: error ?? "no code",
			error_description: answer.get("error_description")
		}));
		return end(200, "You are not logged in. Close this window and go back to the terminal.");
	});
	await new Promise((listening, failed) => {
		server.once("error", failed);
		server.listen(0, "127.0.0.1", listening);
	});
	const { port } = server.address();
	return {
		uri: `http://localhost:${port}${CALLBACK}`,
		code,
		[Symbol.asyncDispose]: () => close(server)
	};
}
function close(server) {
	return new Promise((closed) => {
		server.close(() => closed());
		server.closeIdleConnections();
	});
}
async function within(timeout, work, issuer) {
	let timer;
	const late = new Promise((_, reject) => {
		const message = `Nobody logged in at ${issuer} within ${Math.round(timeout / 6e4)} minutes. Sign again.`;
		timer = setTimeout(() => reject(new SignerError("timed-out", message)), timeout);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
// src/signers/sigstore/device-login.ts
/** Logging in where this machine has no browser: a code that is entered on any other device (RFC 8628). */
const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
/** Seconds between questions, where the issuer names none (section 3.2), and what `slow_down` adds (section 3.5). */
const INTERVAL = 5;
/**
* Logs in and returns the identity token.
* @param tell shows the person where to go and what to enter
* @param timeout milliseconds for the person; the issuer may give less
* @throws SignerError
*/
async function logInWithDevice({ issuer, token, deviceAuthorization }, tell, timeout) {
	if (deviceAuthorization === void 0) throw new SignerError("login-refused", `${issuer} offers no login without a browser on this machine. Run the command where there is one.`);
	const verifier = randomBytes(32).toString("base64url");
	const challenge = createHash("sha256").update(verifier).digest("base64url");
	const begun = await ask(deviceAuthorization, {
		client_id: CLIENT_ID,
		scope: SCOPE,
		code_challenge: challenge,
		code_challenge_method: "S256"
	});
	const { device_code: deviceCode, user_code: userCode, verification_uri: uri } = begun.body;
	if (begun.status !== 200 || typeof deviceCode !== "string" || !isShown(userCode) || !isShown(uri)) throw refusal(issuer, begun.body, begun.status);
	const seconds = positive(begun.body.expires_in) ?? timeout / 1e3;
	const ends = performance.now() + Math.min(timeout, seconds * 1e3);
	tell(`To log in, open ${uri} on any device and enter the code ${userCode}.`);
	let interval = positive(begun.body.interval) ?? INTERVAL;
	while (performance.now() < ends) {
		await setTimeout$1(interval * 1e3);
		const answer = await ask(token, {
			grant_type: GRANT,
			client_id: CLIENT_ID,
			device_code: deviceCode,
			code_verifier: verifier
		});
		const { error } = answer.body;
		if (error === "expired_token") break;
		if (error === "slow_down") interval += INTERVAL;
		else if (error !== "authorization_pending") return idToken(answer, issuer);
	}
	throw new SignerError("timed-out", `Nobody entered the code at ${uri} in time. Sign again.`);
}
/** Text for the terminal: it comes from a service, so it is shown only where it is harmless. */
function isShown(text) {
	return typeof text === "string" && /^[\x21-\x7e]{1,300}$/.test(text);
}
function positive(value) {
	return typeof value === "number" && value > 0 ? value : void 0;
}
// src/signers/sigstore/errors.ts
/** What went wrong with a Sigstore service, in words for the person. The library's own words can hold the token. */
/** By the library's code for the step that failed. */
const STEPS = /* @__PURE__ */ new Map([
	["CA_CREATE_SIGNING_CERTIFICATE_ERROR", "The certificate authority of Sigstore"],
	["TLOG_CREATE_ENTRY_ERROR", "The transparency log of Sigstore"],
	["TLOG_FETCH_ENTRY_ERROR", "The transparency log of Sigstore"],
	["TSA_CREATE_TIMESTAMP_ERROR", "The timestamp authority of Sigstore"]
]);
/** Seconds by which clocks may differ without anybody minding. */
const SKEW = 60;
/** @param token the identity token in use; only its times are looked at */
function signingError(error, token) {
	if (error instanceof SignerError) return error;
	const { code, cause } = error;
	if (code === "IDENTITY_TOKEN_PARSE_ERROR") return new SignerError("credentials-refused", "The identity token names nobody, or an e-mail address that its issuer has not verified. Verify the address there, and sign again.");
	const who = STEPS.get(code ?? "") ?? "A service of Sigstore";
	const status = typeof cause?.statusCode === "number" ? cause.statusCode : void 0;
	if (status === void 0) {
		const reason = typeof cause?.code === "string" ? ` (${cause.code})` : "";
		return new SignerError("service-unreachable", `${who} does not answer${reason}. Check the network and try again.`);
	}
	if (status === 429 || status >= 500) return new SignerError("service-busy", `${who} is busy or down (HTTP ${status}). Try again later.`);
	const clock = token === void 0 ? "" : clockHint(token);
	return new SignerError("service-refused", `${who} refused (HTTP ${status}).${clock} Sign again.`);
}
function clockHint(token) {
	const { iat, exp } = claimsOf(token);
	const now = Date.now() / 1e3;
	if (typeof exp === "number" && exp < now) return " The login has expired meanwhile.";
	if (typeof iat === "number" && Math.abs(now - iat) > SKEW) return ` This machine's clock and the issuer's differ by ${Math.round(Math.abs(now - iat))} seconds: set the clock.`;
	return " Is the identity token meant for this Sigstore?";
}
// src/signers/sigstore/services.ts
/** The highest versions of the interfaces that the library speaks. */
const VERSIONS = {
	ca: 1,
	log: 2,
	timestamp: 1,
	login: 1
};
const HTTP = {
	timeout: 2e4,
	retry: { retries: 2 }
};
/** The newest service that is in use now and speaks a version that we do. @throws SignerError */
function choose(services, version, what) {
	const now = Date.now();
	const begins = ({ validFor }) => validFor?.start?.getTime() ?? 0;
	const [newest] = services.filter(({ majorApiVersion, validFor }) => majorApiVersion <= version && (validFor?.end?.getTime() ?? now) >= now).filter((service) => begins(service) <= now).sort((a, b) => begins(b) - begins(a));
	if (newest) return newest;
	throw new SignerError("service-refused", `The signing configuration of Sigstore names no ${what} that this version can use. Update playground, or check the configuration.`);
}
function certificateAuthority({ caUrls }) {
	return choose(caUrls, VERSIONS.ca, "certificate authority").url;
}
function loginIssuer({ oidcUrls }) {
	return choose(oidcUrls, VERSIONS.login, "issuer to log in at").url;
}
/** Who testifies to a signature: a transparency log, and a timestamp authority where there is one. */
async function witnesses(config) {
	const { RekorWitness, TSAWitness } = await import("./shared-signing.js");
	const log = choose(config.rekorTlogUrls, VERSIONS.log, "transparency log");
	await one(config.rekorTlogConfig, "transparency log");
	const list = [new RekorWitness({
		rekorBaseURL: log.url,
		majorApiVersion: log.majorApiVersion,
		...HTTP
	})];
	if (config.tsaConfig && config.tsaUrls.length > 0) {
		await one(config.tsaConfig, "timestamp authority");
		const { url } = choose(config.tsaUrls, VERSIONS.timestamp, "timestamp authority");
		list.push(new TSAWitness({
			tsaBaseURL: url,
			...HTTP
		}));
	}
	return list;
}
/** The library's clients witness once; a configuration that asks for all services or for several is not for them. */
async function one(config, what) {
	const { ServiceSelector } = await import("./shared-verifying.js");
	if (!config || config.selector === ServiceSelector.ANY || config.count === 1) return;
	throw new SignerError("service-refused", `The signing configuration of Sigstore asks for more than one ${what}, which this version cannot do. Update playground.`);
}
// src/signers/sigstore/certificate.ts
/**
* Whom a certificate of Fulcio names: the one subject alternative name (RFC 5280 section 4.2.1.6) and the issuer that
* vouched for it (https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md). It tells a signer under which
* identity it signs; whether others may believe the certificate is for the verifier to say.
*/
const OCTET_STRING = 4;
const UTF8_STRING = 12;
/** [3], constructed: the extensions of a certificate. */
const EXTENSIONS = 163;
/** [1] and [6] of GeneralName: rfc822Name and uniformResourceIdentifier. */
const NAMES = [129, 134];
const SUBJECT_ALTERNATIVE_NAME = "551d11";
/** 1.3.6.1.4.1.57264.1.8, `Issuer (V2)`. */
const ISSUER = "2b0601040183bf300108";
/** @param der the certificate; undefined where it names no such identity */
function certificateIdentity(der) {
	const extensions = extensionsOf(der);
	const [name, ...more] = readSequence(extensions.get(SUBJECT_ALTERNATIVE_NAME) ?? /* @__PURE__ */ new Uint8Array()) ?? [];
	const [issuer] = readElements(extensions.get(ISSUER) ?? /* @__PURE__ */ new Uint8Array()) ?? [];
	if (!name || more.length > 0 || !NAMES.includes(name.tag) || issuer?.tag !== UTF8_STRING) return void 0;
	const decoder = new TextDecoder();
	return {
		identity: decoder.decode(name.content),
		issuer: decoder.decode(issuer.content)
	};
}
/** The values of the extensions, by object identifier in hex. */
function extensionsOf(der) {
	const [tbs] = readSequence(der) ?? [];
	const wrapped = readElements(tbs?.content ?? /* @__PURE__ */ new Uint8Array())?.find(({ tag }) => tag === EXTENSIONS);
	const values = /* @__PURE__ */ new Map();
	for (const extension of readSequence(wrapped?.content ?? /* @__PURE__ */ new Uint8Array()) ?? []) {
		const parts = extension.tag === 48 ? readElements(extension.content) ?? [] : [];
		const [id, value] = [parts.at(0), parts.at(-1)];
		if (id?.tag === 6 && value?.tag === OCTET_STRING) values.set(toHex(id.content), value.content);
	}
	return values;
}
// src/signers/sigstore/session.ts
/**
* A key pair that lives in memory and a certificate that binds it to the person or workflow. The certificate is asked for
* when the signer is opened, so that the identity it names is known before anything is signed, and again when it is
* about to expire.
*/
/** Milliseconds that a certificate must still hold for another signature: time for log and timestamp. */
const MARGIN = 6e4;
var SigningSession = class SigningSession {
	identity;
	#holder;
	#getToken;
	#authority;
	#bound;
	constructor(holder, authority, getToken, bound) {
		this.#holder = holder;
		this.#authority = authority;
		this.#getToken = getToken;
		this.#bound = bound;
		this.identity = bound.identity;
	}
	/**
	* Begins a session: gets a token and a certificate for it.
	* @param authority URL of the certificate authority
	* @throws SignerError
	*/
	static async begin(authority, getToken) {
		const holder = ephemeralKey();
		return new SigningSession(holder, authority, getToken, await certify(holder, authority, await getToken()));
	}
	/** Signs with the key and names the certificate. @throws SignerError */
	async sign(data) {
		if (this.#bound.ends - Date.now() < MARGIN) {
			const bound = await certify(this.#holder, this.#authority, await this.#getToken());
			const { identity, issuer } = bound.identity;
			if (identity !== this.identity.identity || issuer !== this.identity.issuer) throw new SignerError("credentials-refused", `This login is that of ${identity}; the signing was begun as ${this.identity.identity}. Log in as the same one.`);
			this.#bound = bound;
		}
		const { signature } = await this.#holder.sign(data);
		return {
			signature,
			key: {
				$case: "x509Certificate",
				certificate: this.#bound.certificate
			}
		};
	}
};
function ephemeralKey() {
	const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const pem = publicKey.export({
		format: "pem",
		type: "spki"
	}).toString();
	return { sign: async (data) => ({
		signature: sign("sha256", data, privateKey),
		key: {
			$case: "publicKey",
			publicKey: pem
		}
	}) };
}
async function certify(keyHolder, authority, token) {
	const { FulcioSigner } = await import("./shared-signing.js");
	const { key } = await new FulcioSigner({
		fulcioBaseURL: authority,
		identityProvider: { getToken: async () => token },
		keyHolder,
		...HTTP
	}).sign(Buffer.alloc(0)).catch((error) => {
		throw signingError(error, token);
	});
	const pem = key.$case === "x509Certificate" ? key.certificate : "";
	try {
		const certificate = new X509Certificate(pem);
		const identity = certificateIdentity(certificate.raw);
		if (identity) return {
			certificate: pem,
			identity,
			ends: certificate.validToDate.getTime()
		};
	} catch {}
	throw new SignerError("service-refused", `${authority} issued a certificate that names no identity as Sigstore does. Check the Sigstore configuration.`);
}
// src/signers/sigstore/signer.ts
/** Milliseconds that a person has to log in. */
const LOGIN_TIMEOUT = 3e5;
/** Logs in or takes the workflow's identity, and gets a certificate. @throws SignerError */
const openSigstoreSigner = async (uri, context) => {
	const ambient = isAmbient(uri);
	const { trustedRoot, signingConfig } = await sigstoreTrust(context.environment);
	const session = await SigningSession.begin(certificateAuthority(signingConfig), () => ambient ? hiddenAmbientToken(context) : logIn(loginIssuer(signingConfig), context));
	const { bundleToJSON, MessageSignatureBundleBuilder } = await import("./shared-signing.js");
	const verifier = await bundleVerifier(trustedRoot);
	const builder = new MessageSignatureBundleBuilder({
		signer: session,
		witnesses: await witnesses(signingConfig)
	});
	return {
		uri,
		key: sigstoreKey(session.identity),
		async sign(message) {
			const bundle = await builder.create({ data: Buffer.from(message) }).catch((error) => {
				throw signingError(error);
			});
			const made = bundledSignature(bundle, bundleToJSON(bundle));
			const problem = await verifier.check(session.identity, message, made.bundle);
			if (problem === void 0) return made;
			throw new SignerError("signing-failed", `Sigstore made a bundle that ${problem}.`);
		}
	};
};
/** @throws SignerError */
function isAmbient(uri) {
	switch (afterScheme(uri)) {
		case "":
		case "?ambient=true": return true;
		case "?ambient=false": return false;
		default: throw new SignerError("malformed-uri", "A signer URI for Sigstore is sigstore: (the identity of the workflow that runs) or sigstore:?ambient=false (a person logs in).");
	}
}
async function logIn(issuer, context) {
	const { tell, environment } = context;
	if (!tell) throw new SignerError("credentials-missing", "Nobody is here to log in. In a workflow sign with sigstore:, the identity of the workflow.");
	const endpoints = await discover(issuer);
	const browser = browserCommand(environment);
	if (!browser) return logInWithDevice(endpoints, (message) => tell.call(context, message), LOGIN_TIMEOUT);
	const open = async (url) => {
		tell.call(context, `Log in with your browser. If it does not open by itself, go to ${url}`);
		openBrowser(browser, url);
	};
	return logInWithBrowser(endpoints, open, LOGIN_TIMEOUT);
}
function bundledSignature(bundle, form) {
	const json = JSON.parse(JSON.stringify(form));
	const signature = bundle.content.$case === "messageSignature" ? bundle.content.messageSignature.signature : "";
	return {
		sig: Buffer.from(signature).toString("hex"),
		bundle: json
	};
}
async function hiddenAmbientToken(context) {
	const token = await ambientToken(context.environment);
	context.hide?.(token);
	return token;
}
export { openSigstoreSigner };

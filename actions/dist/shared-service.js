import { o as keyFromSpki, u as KeyError } from "./shared-signature.js";
import { t as SignerError } from "./shared-signer.js";
import { request } from "node:http";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { request as request$1 } from "node:https";
// src/signers/cloud/http.ts
/**
* One HTTP request to a key service, with what all of them need: limits of time and size, a few more tries where the
* service is busy or the network stumbles, and errors that say what to do. Making a signature twice does no harm, so
* every request may be tried again. Redirects are not followed: a token belongs to the address it was meant for.
*/
const PATIENCE = {
	limit: 15e3,
	pauses: [500, 2e3]
};
/** Bytes; the largest answer is a key with an RSA public key, a few thousand. */
const LARGEST_ANSWER = 1048576;
/** Milliseconds; a service that asks to wait longer is not waited for. */
const LONGEST_PAUSE = 1e4;
const BUSY = [
	408,
	429,
	500,
	502,
	503,
	504
];
const STUMBLES = [
	"ECONNRESET",
	"EPIPE",
	"ETIMEDOUT",
	"EAI_AGAIN",
	"TIMED_OUT"
];
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS|^ERR_SSL|^ERR_OSSL|^EPROTO$/;
/** Asks a service. Whatever status it answers with is returned. @throws SignerError where no answer comes */
async function callService(request, patience = PATIENCE) {
	for (let tried = 0;; tried++) {
		const wait = patience.pauses[tried];
		try {
			const answer = await send(request, patience.limit);
			if (wait === void 0 || !BUSY.includes(answer.status)) return answer;
			await setTimeout$1(askedPause(answer) ?? wait);
		} catch (error) {
			const code = networkCode(error) ?? "";
			if (wait === void 0 || !STUMBLES.includes(code)) throw unreachable(request.service, request.url.host, error, request.tlsAdvice);
			await setTimeout$1(wait);
		}
	}
}
function send(request$2, limit) {
	const { url, method, headers, body, ca } = request$2;
	const text = body === void 0 ? "" : JSON.stringify(body);
	const sent = {
		accept: "application/json",
		...body === void 0 ? {} : { "content-type": "application/json" },
		"content-length": `${Buffer.byteLength(text)}`,
		...headers
	};
	const start = url.protocol === "https:" ? request$1 : request;
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => outgoing.destroy(coded("no answer in time", "TIMED_OUT")), limit);
		const settle = (end) => {
			clearTimeout(timer);
			end();
		};
		const options = {
			method,
			headers: sent,
			...ca === void 0 ? {} : { ca }
		};
		const outgoing = start(url, options, (incoming) => {
			const pieces = [];
			let size = 0;
			incoming.on("data", (piece) => {
				pieces.push(piece);
				size += piece.length;
				if (size > LARGEST_ANSWER) outgoing.destroy(coded("the answer is too long", "TOO_LONG"));
			});
			incoming.on("error", (error) => settle(() => reject(error)));
			incoming.on("end", () => settle(() => resolve({
				status: incoming.statusCode ?? 0,
				headers: incoming.headers,
				body: parsed(Buffer.concat(pieces).toString("utf8"))
			})));
		});
		outgoing.on("error", (error) => settle(() => reject(error)));
		outgoing.end(text);
	});
}
function coded(message, code) {
	return Object.assign(new Error(message), { code });
}
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
/** The pause that the service asks for (RFC 9110 section 10.2.3), in milliseconds. */
function askedPause({ headers }) {
	const seconds = Number(headers["retry-after"] ?? NaN);
	return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1e3, LONGEST_PAUSE) : void 0;
}
/** The code of a network failure, wherever in the chain of causes it stands. */
function networkCode(error) {
	for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
		const { code, errors } = at;
		if (typeof code === "string") return code;
		const inner = errors?.[0];
		if (inner) return networkCode(inner);
	}
}
/** Nothing came back from the service, with what to look at first. */
function unreachable(service, host, error, tlsAdvice = "If a proxy of yours stands between, give its certificate in NODE_EXTRA_CA_CERTS.") {
	const code = networkCode(error) ?? "unknown error";
	const at = `${service} at ${host}`;
	const options = { cause: error };
	if (code === "TIMED_OUT" || code === "ETIMEDOUT") return new SignerError("timed-out", `${at} did not answer in time. Check the network, then try again.`, options);
	if (code === "TOO_LONG") return new SignerError("service-refused", `${at} gave an answer that is too long. Check the address.`, options);
	if (UNTRUSTED.test(code)) {
		const message = `The connection to ${at} is not trusted (${code}). ${tlsAdvice}`;
		return new SignerError("service-unreachable", message, options);
	}
	return new SignerError("service-unreachable", `${at} cannot be reached (${code}). ${code === "ENOTFOUND" ? "There is no machine of that name: check the name and the network." : "Check the network, then try again."}`, options);
}
// src/signers/cloud/service.ts
/** What the signers of all key services have in common: their public key, their limit of time, their words. */
/**
* The TUF key of a service's public key.
* @param spki DER bytes or PEM text
* @throws SignerError with `creation`, the command that makes a fitting key, for kinds that no new key may have
*/
function serviceKey(spki, uri, creation) {
	try {
		return keyFromSpki(spki);
	} catch (error) {
		if (!(error instanceof KeyError)) throw error;
		throw unsuitable(uri, error.message, creation);
	}
}
/** A key that cannot sign for TUF. @param reason a sentence */
function unsuitable(uri, reason, creation) {
	return new SignerError("key-unsupported", `The key ${uri} cannot sign here. ${reason} Make a fitting key: ${creation}`);
}
/** An answer without what its documentation promises. */
function oddAnswer(service, missing) {
	return new SignerError("service-refused", `${service} gave an answer that cannot be used: ${missing}. Check the address, then try again.`);
}
/** Ends the wait for libraries that know no limit themselves. @param limit milliseconds */
async function within(limit, service, work) {
	let timer;
	const late = new Promise((_resolve, reject) => {
		timer = setTimeout(() => {
			const message = `${service} did not answer within ${limit / 1e3} seconds. Check the network, then try again.`;
			reject(new SignerError("timed-out", message));
		}, limit);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
/** What a service says of itself, made fit for a message: one line, no control characters, not too long. */
function saying(text) {
	const plain = String(text ?? "").replace(/[\p{C}\p{Z}]+/gu, " ").trim();
	return plain.length > 500 ? `${plain.slice(0, 500)}…` : plain;
}
/**
* How to log in: in a GitHub workflow the step or the permission that is missing, elsewhere the command.
* @param action the action that logs in to the cloud, such as `azure/login`
*/
function loginAdvice(environment, { action, elsewhere }) {
	if (environment.GITHUB_ACTIONS !== "true") return elsewhere;
	return environment.ACTIONS_ID_TOKEN_REQUEST_URL ? `The job may ask for an identity (id-token: write), but nothing logged in with it: put a step that uses ${action} before this one.` : `The job has no identity to log in with: give it the permission id-token: write, and put a step that uses ${action} before this one.`;
}
/** A member of an answer, wherever the answer is an object. */
function member(value, name) {
	return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? value[name] : void 0;
}
/** A member that is a text and not empty. */
function text(value, name) {
	const found = member(value, name);
	return typeof found === "string" && found !== "" ? found : void 0;
}
export { serviceKey as a, within as c, unreachable as d, saying as i, callService as l, member as n, text as o, oddAnswer as r, unsuitable as s, loginAdvice as t, networkCode as u };

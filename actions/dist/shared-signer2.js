import { c as samePublicKey, f as decodePem, l as classifyKey, o as keyFromSpki, u as KeyError } from "./shared-signature.js";
import { t as checkedSignature } from "./shared-checked-signature.js";
import { n as ecdsaDerFromRaw } from "./shared-ecdsa-der.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
import { t as withReminder } from "./shared-waiting.js";
import { g as own } from "./shared-sigstore.js";
import "./shared-spki.js";
import { createRequire } from "node:module";
import { X509Certificate, createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { fork, spawn } from "node:child_process";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { existsSync, readFileSync, realpathSync } from "node:fs";
// src/signers/pkcs11/modules.ts
/** Where PKCS#11 modules are: named by the person, or in the places where the vendors' packages put them. */
const LINUX_LIBRARIES = [
	`/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`,
	"/usr/lib64",
	"/usr/lib",
	"/usr/local/lib"
];
const MAC_LIBRARIES = ["/opt/homebrew/lib", "/usr/local/lib"];
const within = (folders, ...names) => names.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
/**
* By platform, one list for each vendor, and in it the places from the likeliest on. YubiKey's own module comes before
* OpenSC's, which shows the same token with other key ids where it has more than PIV.
*/
const PLACES = {
	linux: [
		within(LINUX_LIBRARIES, "libykcs11.so.2", "libykcs11.so.1", "libykcs11.so"),
		within(LINUX_LIBRARIES, "opensc-pkcs11.so", "pkcs11/opensc-pkcs11.so"),
		within(LINUX_LIBRARIES, "softhsm/libsofthsm2.so", "pkcs11/libsofthsm2.so", "libsofthsm2.so")
	],
	darwin: [
		within(MAC_LIBRARIES, "libykcs11.dylib", "libykcs11.2.dylib"),
		["/Library/OpenSC/lib/opensc-pkcs11.so", ...within(MAC_LIBRARIES, "opensc-pkcs11.so", "pkcs11/opensc-pkcs11.so")],
		within(MAC_LIBRARIES, "softhsm/libsofthsm2.so")
	],
	win32: [
		["C:\\Program Files\\Yubico\\Yubico PIV Tool\\bin\\libykcs11.dll"],
		["C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll"],
		["C:\\SoftHSM2\\lib\\softhsm2-x64.dll"]
	]
};
const INSTALL = {
	linux: "sudo apt install opensc ykcs11",
	darwin: "brew install opensc yubico-piv-tool",
	win32: "the Yubico PIV Tool (winget install Yubico.YubikeyPIVTool) or OpenSC"
};
/**
* The modules to ask, in the order to ask them: the one of the URI, of PLAYGROUND_PKCS11_MODULE or of PYKCS11LIB
* (securesystemslib's variable); else all that are installed in the usual places.
* @throws SignerError where there is none
*/
function findModules(environment, wanted) {
	for (const [path, from] of [
		[wanted, "the signer URI"],
		[own(environment, "PLAYGROUND_PKCS11_MODULE"), "PLAYGROUND_PKCS11_MODULE"],
		[own(environment, "PYKCS11LIB"), "PYKCS11LIB"]
	]) {
		if (!path) continue;
		if (existsSync(path)) return [path];
		throw new SignerError("library-missing", `There is no PKCS#11 module ${path}, which ${from} names. Check the path.`);
	}
	const found = installedModules(PLACES[process.platform] ?? []);
	if (found.length > 0) return found;
	throw new SignerError("library-missing", `No PKCS#11 module was found in the usual places. Install your token's (${own(INSTALL, process.platform) ?? "the vendor's package"}), or name it in PLAYGROUND_PKCS11_MODULE.`);
}
/** Of each vendor the first that is there; the same file is not named twice. */
function installedModules(places) {
	const found = /* @__PURE__ */ new Map();
	for (const vendor of places) {
		const path = vendor.find((place) => existsSync(place));
		if (path !== void 0) found.set(realpathSync(path), path);
	}
	return [...found.values()];
}
// src/signers/pkcs11/token.ts
var TokenError = class extends Error {
	name = "TokenError";
	code;
	failure;
	constructor(failure, options) {
		super(failure.detail, options);
		this.code = failure.code;
		this.failure = failure;
	}
};
const GONE = /* @__PURE__ */ new Set([
	"CKR_TOKEN_NOT_PRESENT",
	"CKR_DEVICE_REMOVED",
	"CKR_SLOT_ID_INVALID",
	"CKR_SESSION_HANDLE_INVALID",
	"CKR_SESSION_CLOSED"
]);
const PIN = /* @__PURE__ */ new Set([
	"CKR_PIN_INCORRECT",
	"CKR_PIN_INVALID",
	"CKR_PIN_LEN_RANGE",
	"CKR_PIN_EXPIRED",
	"CKR_PIN_LOCKED",
	"CKR_USER_PIN_NOT_INITIALIZED"
]);
/** The kind of failure that a PKCS#11 return value stands for. */
function codeOfReturnValue(rv) {
	if (GONE.has(rv)) return "no-token";
	return PIN.has(rv) ? "pin" : "refused";
}
// src/signers/pkcs11/native.ts
/**
* Tokens through the library pkcs11js, an optional dependency with native code. Every question goes to a process of its
* own: a module that hangs can be ended, and one that crashes takes nothing else with it.
*/
const PROGRAM = fileURLToPath(new URL("./native-process.ts", import.meta.url));
/** Milliseconds. Card readers are slow; a token that waits for a touch gives up after 15 seconds. */
const LIMITS = {
	inspect: 3e4,
	sign: 9e4
};
/** Whether pkcs11js is installed and built, and this is run from its sources; the bundled actions have neither. */
function hasNativeAccess() {
	if (!existsSync(PROGRAM)) return false;
	try {
		createRequire(import.meta.url).resolve("pkcs11js/build/Release/pkcs11.node");
		return true;
	} catch {
		return false;
	}
}
function nativeAccess(environment, limits = LIMITS) {
	return {
		async inspect(module, login) {
			const answer = await ask({
				ask: "inspect",
				module,
				login
			}, module, environment, limits.inspect);
			if ("tokens" in answer) return answer.tokens;
			throw unexpected();
		},
		async sign(request) {
			const answer = await ask({
				ask: "sign",
				request
			}, request.token.module, environment, limits.sign);
			if ("signature" in answer) return answer.signature;
			throw unexpected();
		}
	};
}
function unexpected() {
	return new TokenError({
		code: "crashed",
		detail: "the answer was to another question"
	});
}
async function ask(question, module, environment, limit) {
	const { promise, resolve, reject } = Promise.withResolvers();
	const child = fork(PROGRAM, [], {
		env: environmentFor(module, environment),
		execArgv: [],
		serialization: "advanced",
		stdio: [
			"ignore",
			"ignore",
			"ignore",
			"ipc"
		]
	});
	const timer = setTimeout(() => reject(new TokenError(timedOut(limit))), limit);
	child.on("message", (answer) => resolve(answer));
	child.on("error", (cause) => reject(new TokenError({
		code: "crashed",
		detail: cause.message
	}, { cause })));
	child.on("exit", (status, signal) => reject(new TokenError({
		code: "crashed",
		detail: `its process ended with ${signal ?? `status ${status}`}`
	})));
	child.send(question, (error) => error && reject(new TokenError({
		code: "crashed",
		detail: error.message
	})));
	try {
		const answer = await promise;
		if ("failure" in answer) throw new TokenError(answer.failure);
		if ("unavailable" in answer) throw new TokenError({
			code: "module",
			detail: `pkcs11js cannot be loaded: ${answer.unavailable}`
		});
		return answer;
	} finally {
		clearTimeout(timer);
		child.kill("SIGKILL");
	}
}
function timedOut(limit) {
	return {
		code: "timed-out",
		detail: `no answer within ${limit / 1e3} seconds`
	};
}
/** The module's own settings come from the environment; a PIN there is not for it. */
function environmentFor(module, environment) {
	const { PLAYGROUND_PIN: _, ...rest } = environment;
	if (process.platform !== "win32") return rest;
	const name = Object.keys(rest).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
	return {
		...rest,
		[name]: `${dirname(module)};${own(rest, name) ?? ""}`
	};
}
// src/signers/pkcs11/public-key.ts
/** Public keys as tokens describe them (PKCS#11 3.0, sections 2.1.2 and 2.3.3), as SubjectPublicKeyInfo. */
/** @param certificate DER */
function certifiedPublicKey(certificate) {
	try {
		const { publicKey } = new X509Certificate(certificate);
		return { spki: publicKey.export({
			type: "spki",
			format: "der"
		}) };
	} catch {
		return { problem: "its certificate cannot be read" };
	}
}
// src/signers/pkcs11/tool-text.ts
/** What pkcs11-tool (OpenSC) writes for people, read: tokens, objects and errors. */
/** What an answer with a status other than 0 means. */
function failureOf(status, stderr) {
	if (typeof status === "string") return {
		code: "crashed",
		detail: `pkcs11-tool ended with ${status}`
	};
	const rv = /rv = (CKR_[A-Z0-9_]+)/.exec(stderr)?.[1];
	const detail = /^error: (.*)$/m.exec(stderr)?.[1]?.slice(0, 200) ?? `pkcs11-tool ended with status ${status}`;
	if (/Failed to load pkcs11 module|function C_Initialize failed/.test(stderr)) return {
		code: "module",
		detail
	};
	if (/Private key not found/.test(stderr)) return {
		code: "no-private-key",
		detail
	};
	return rv === void 0 ? {
		code: "refused",
		detail
	} : {
		code: codeOfReturnValue(rv),
		rv,
		detail: rv
	};
}
const SLOT = /^Slot \d+ \((0x[0-9a-f]+)\): (.*)$/;
const FIELD = /^ {2}([a-z /]+?) *: ?(.*)$/;
/** The slots with a token that is set up, of the answer to --list-token-slots. */
function readSlots(text, module) {
	const slots = [];
	for (const line of text.split(/\r?\n/)) {
		const [, number, slot = ""] = SLOT.exec(line) ?? [];
		if (number !== void 0) slots.push({
			number,
			slot,
			fields: /* @__PURE__ */ new Map()
		});
		const [, name, value] = FIELD.exec(line) ?? [];
		const fields = slots.at(-1)?.fields;
		if (fields && name !== void 0 && value !== void 0 && !fields.has(name)) fields.set(name, value);
	}
	return slots.flatMap(({ number, slot, fields }) => {
		const flags = fields.get("token flags")?.split(", ");
		if (!flags?.includes("token initialized")) return [];
		const [least = 0, most = 255] = (fields.get("pin min/max") ?? "").split("/").map(Number);
		return [{
			number,
			token: {
				module,
				slot: slot.trimEnd(),
				label: fields.get("token label")?.trimEnd() ?? "",
				serial: fields.get("serial num")?.trimEnd() ?? "",
				manufacturer: fields.get("token manufacturer")?.trimEnd() ?? "",
				model: fields.get("token model")?.trimEnd() ?? "",
				pin: {
					needed: flags.includes("login required"),
					pad: flags.includes("PIN pad present"),
					state: pinState(flags),
					least,
					most
				}
			}
		}];
	});
}
function pinState(flags) {
	if (flags.includes("user PIN locked")) return "locked";
	if (flags.includes("final user PIN try")) return "last-try";
	if (flags.includes("user PIN count low")) return "low";
	return flags.includes("PIN initialized") ? "good" : "not-set";
}
/** Ids (hex, as written) and labels of the answer to --list-objects. */
function readObjects(text) {
	return text.split(/^(?=\S.* Object)/m).map((object) => ({
		id: /^ {2}ID: +([0-9a-f]+)/m.exec(object)?.[1] ?? "",
		label: /^ {2}label: +(.*)$/m.exec(object)?.[1]?.trimEnd() ?? ""
	})).filter(({ id }) => id !== "");
}
// src/signers/pkcs11/tool.ts
/**
* Tokens through OpenSC's program pkcs11-tool, where pkcs11js could not be installed. Its answers are text for people;
* what is read from them is only which token and key to ask for, and the signature is verified like every other. The
* PIN goes to it through an environment variable of that process alone.
*/
const PIN_VARIABLE = "PLAYGROUND_TOKEN_PIN";
/** Bytes. What is longer, pkcs11-tool hands over in parts, which Ed25519 does not allow. */
const BUFFER = 1024;
const WINDOWS_FOLDER = "C:\\Program Files\\OpenSC Project\\OpenSC\\tools";
const HASHED = /* @__PURE__ */ new Set(["ecdsa-p256", "rsa-pss-sha256"]);
const MECHANISMS = {
	ed25519: ["EDDSA"],
	"ecdsa-p256": [
		"ECDSA",
		"--signature-format",
		"rs"
	],
	"rsa-pss-sha256": [
		"RSA-PKCS-PSS",
		"--hash-algorithm",
		"SHA256",
		"--mgf",
		"MGF1-SHA256",
		"--salt-len",
		"32"
	]
};
/** The program's path; undefined where it is not installed. */
function findTool(environment) {
	const name = process.platform === "win32" ? "pkcs11-tool.exe" : "pkcs11-tool";
	const folders = (own(environment, "PATH") ?? own(environment, "Path") ?? "").split(delimiter);
	if (process.platform === "win32") folders.push(WINDOWS_FOLDER);
	return folders.filter((folder) => folder !== "").map((folder) => join(folder, name)).find((path) => existsSync(path));
}
/**
* Whether this pkcs11-tool takes the PIN from a variable (`--pin env:NAME`). One that does not would send the text
* `env:NAME` to the token as the PIN, and use up a try; so the program itself is searched for the word.
*/
function takesPinFromEnvironment(tool) {
	try {
		return readFileSync(tool).includes("env:\0");
	} catch {
		return false;
	}
}
function toolAccess(tool, environment, limits = LIMITS) {
	const { PLAYGROUND_PIN: _, ...base } = environment;
	const run = (module, args, how = {}) => runTool({
		tool,
		args: [
			"--module",
			module,
			...args
		],
		limit: limits.inspect,
		environment: base,
		...how
	});
	async function list(module) {
		const { stdout } = await run(module, ["--list-token-slots"]);
		return readSlots(stdout.toString("utf8"), module);
	}
	async function keysOf(module, slot, pin) {
		const keys = [];
		for (const type of ["pubkey", "cert"]) {
			const { stdout } = await run(module, [
				"--slot",
				slot,
				...pin.args,
				"--list-objects",
				"--type",
				type
			], pin.how);
			const objects = readObjects(stdout.toString("utf8"));
			for (const { id, label } of objects) {
				const from = type === "cert" ? "certificate" : "public-key";
				const part = objects.filter((other) => other.id === id).length === 1 ? await readPublic(module, slot, pin, type, id) : SEVERAL;
				keys.push({
					id,
					label,
					from,
					public: part
				});
			}
		}
		return keys;
	}
	/** A key that the program cannot read must not hide the others. */
	async function readPublic(module, slot, pin, type, id) {
		const args = [
			"--slot",
			slot,
			...pin.args,
			"--read-object",
			"--type",
			type,
			"--id",
			id
		];
		try {
			return publicPart(type, (await run(module, args, pin.how)).stdout);
		} catch (error) {
			if (!(error instanceof TokenError) || error.code !== "refused") throw error;
			return { problem: `pkcs11-tool cannot read it (${error.message})` };
		}
	}
	return {
		async inspect(module, login) {
			const tokens = [];
			for (const { number, token } of await list(module)) {
				const withLogin = login !== void 0 && isNamed(token, login.token);
				try {
					const pin = withLogin ? pinArguments(base, login.pin) : NO_PIN;
					tokens.push({
						...token,
						keys: await keysOf(module, number, pin)
					});
				} catch (error) {
					if (withLogin || !(error instanceof TokenError)) throw error;
					tokens.push({
						...token,
						keys: [],
						problem: error.message
					});
				}
			}
			return tokens;
		},
		async sign({ token: wanted, id, algorithm, message, pin }) {
			const { module } = wanted;
			const slot = (await list(module)).find(({ token }) => isNamed(token, wanted));
			if (!slot) throw new TokenError({
				code: "no-token",
				detail: "the token is not there"
			});
			const login = slot.token.pin.needed ? pinArguments(base, pin) : NO_PIN;
			const args = [
				"--slot",
				slot.number,
				...login.args,
				"--sign",
				"--id",
				id,
				"--mechanism",
				...MECHANISMS[algorithm]
			];
			const input = HASHED.has(algorithm) ? createHash("sha256").update(message).digest() : message;
			try {
				return (await run(module, args, {
					...login.how,
					input,
					limit: limits.sign
				})).stdout;
			} catch (error) {
				if (!(error instanceof TokenError)) throw error;
				if (error.code === "refused" && algorithm === "ed25519" && message.length >= BUFFER) throw new TokenError({
					code: "no-mechanism",
					detail: `this pkcs11-tool does not sign ${message.length} bytes at once, as Ed25519 needs; the npm package pkcs11js does`
				}, { cause: error });
				if (error.code !== "pin" && error.code !== "refused") throw error;
				const after = (await list(module).catch(() => [])).find(({ token }) => isNamed(token, wanted));
				if (!after) throw new TokenError({
					code: "no-token",
					detail: error.message
				}, { cause: error });
				throw new TokenError({
					...error.failure,
					pinState: after.token.pin.state
				}, { cause: error });
			}
		}
	};
}
const isNamed = (token, wanted) => token.label === wanted.label && token.serial === wanted.serial;
const SEVERAL = { problem: "several keys on the token have its id" };
const NO_PIN = {
	args: [],
	how: {}
};
/** Without a PIN the token has its own keypad. */
function pinArguments(environment, pin) {
	if (pin === void 0) return {
		args: ["--login"],
		how: {}
	};
	return {
		args: [
			"--login",
			"--pin",
			`env:${PIN_VARIABLE}`
		],
		how: { environment: {
			...environment,
			[PIN_VARIABLE]: pin
		} }
	};
}
async function runTool(what) {
	const { promise, resolve, reject } = Promise.withResolvers();
	const child = spawn(what.tool, what.args, {
		env: { ...what.environment },
		stdio: "pipe"
	});
	const timer = setTimeout(() => {
		reject(new TokenError({
			code: "timed-out",
			detail: `no answer within ${what.limit / 1e3} seconds`
		}));
	}, what.limit);
	const output = [];
	const errors = [];
	child.stdout.on("data", (chunk) => output.push(chunk));
	child.stderr.on("data", (chunk) => errors.push(chunk));
	child.on("error", (cause) => reject(new TokenError({
		code: "crashed",
		detail: cause.message
	}, { cause })));
	child.on("close", (status, signal) => resolve(signal ?? status));
	child.stdin.on("error", () => void 0);
	child.stdin.end(what.input ?? "");
	try {
		const status = await promise;
		const stderr = Buffer.concat(errors).toString("utf8");
		if (status === 0 || /^No slots/m.test(stderr)) return { stdout: Buffer.concat(output) };
		throw new TokenError(failureOf(status, stderr));
	} finally {
		clearTimeout(timer);
		child.kill("SIGKILL");
	}
}
/** Some versions write public keys as DER and others as PEM, even of the same token. */
function publicPart(type, object) {
	const der = decodePem(object.toString("latin1"))?.der ?? object;
	if (type === "cert") return certifiedPublicKey(der);
	return der.length > 0 ? { spki: der } : { problem: "its public key cannot be read" };
}
// src/signers/pkcs11/access.ts
/** Which way leads to tokens on this machine, and all tokens that can be reached that way. */
/** Where the smart card service listens on Linux; without it no module sees a card. */
const PCSCD_SOCKET = "/run/pcscd/pcscd.comm";
/** pkcs11js where it is installed, else pkcs11-tool. @throws SignerError where there is neither */
function findAccess(environment) {
	if (hasNativeAccess()) return nativeAccess(environment);
	const tool = findTool(environment);
	if (tool !== void 0 && takesPinFromEnvironment(tool)) return toolAccess(tool, environment);
	const found = tool === void 0 ? "Neither is installed." : `This one, ${tool}, cannot take the PIN from the environment, and on a command line others could read it.`;
	throw new SignerError("library-missing", `Tokens are reached through the npm package pkcs11js or through OpenSC's pkcs11-tool (0.22 or later). ${found} Install one of them: npm install pkcs11js, or sudo apt install opensc.`);
}
/**
* All tokens that are set up. One that two modules show, as YubiKey's and OpenSC's do, is taken from the first.
* @param wanted the one module to ask; otherwise those of the environment or of the usual places
* @throws SignerError where no module is installed
*/
async function findTokens(access, environment, wanted) {
	const modules = findModules(environment, wanted);
	const tokens = [];
	const problems = [];
	for (const module of modules) try {
		const readers = new Set(tokens.map(({ slot }) => slot));
		tokens.push(...(await access.inspect(module)).filter(({ slot }) => !readers.has(slot)));
	} catch (error) {
		if (!(error instanceof TokenError)) throw error;
		problems.push(`${module}: ${describeProblem(error)}`);
	}
	return {
		tokens,
		problems,
		modules
	};
}
function describeProblem({ code, message }) {
	switch (code) {
		case "module": return `the module cannot be used (${message})`;
		case "crashed": return `the module crashed (${message})`;
		default: return message;
	}
}
/** The error for no token at all, with whatever may be the reason. */
function noToken({ modules, problems }) {
	const lines = [
		"No token was found. Plug yours in; if it is new, set it up first (a YubiKey: ykman piv keys generate).",
		`Asked: ${modules.join(", ")}.`,
		...problems
	];
	const needService = modules.some((module) => /ykcs11|opensc/.test(module));
	if (process.platform === "linux" && needService && !existsSync(PCSCD_SOCKET)) lines.push("The smart card service is not running, and cards and YubiKeys need it: sudo systemctl enable --now pcscd.socket (Debian: sudo apt install pcscd).");
	return new SignerError("token-missing", lines.join("\n"));
}
// src/signers/pkcs11/uri.ts
/**
* `hsm:<id>?label=<token label>`, as securesystemslib writes it: the key's CKA_ID as a decimal number (2, which is PIV
* slot 9c, where it is left out) and the token's label, form-encoded. Ours besides: `serial`, for tokens with the same
* label, and `module`, the path of the PKCS#11 module.
*/
/** PIV slot 9c, "digital signature", as YubiKey's module and OpenSC number it. */
const DEFAULT_ID = 2n;
const ID = /^\d{1,80}$/;
const PARAMETERS = [
	"label",
	"serial",
	"module"
];
/** @throws SignerError */
function parseTokenUri(uri) {
	const [number = "", ...query] = afterScheme(uri).split("?");
	if (query.length > 1 || number !== "" && !ID.test(number)) throw malformed("the id is a decimal number, such as 2 for PIV slot 9c");
	const parameters = new URLSearchParams(query[0] ?? "");
	for (const name of new Set(parameters.keys())) {
		if (/pin/i.test(name)) throw malformed("a PIN does not belong into it; it is asked for, or taken from PLAYGROUND_PIN");
		if (!PARAMETERS.includes(name)) throw malformed(`${JSON.stringify(name)} is no parameter of it`);
		if (parameters.getAll(name).length > 1) throw malformed(`${name} stands in it twice`);
		if (parameters.get(name) === "") throw malformed(`${name} is empty`);
	}
	const [label, serial, module] = PARAMETERS.map((name) => parameters.get(name));
	if (module && !isAbsolute(module)) throw malformed("the module is an absolute path");
	return {
		id: number === "" ? DEFAULT_ID : BigInt(number),
		...label ? { label } : {},
		...serial ? { serial } : {},
		...module ? { module } : {}
	};
}
function malformed(problem) {
	return new SignerError("malformed-uri", `A signer URI for a token has the form hsm:2?label=<token label>: ${problem}.`);
}
/** CKA_ID, given in hex, as the number that URIs have. */
function idNumber(id) {
	return BigInt(`0x${id || "0"}`);
}
/** The URI that opens the key `id` of a token; with its serial number where others have the same label. */
function tokenUri(token, id, others = []) {
	const alike = others.filter(({ label }) => label === token.label).length > 1;
	const query = new URLSearchParams({
		...token.label ? { label: token.label } : {},
		...(alike || !token.label) && token.serial ? { serial: token.serial } : {}
	}).toString();
	return `hsm:${id}${query && `?${query}`}`;
}
// src/signers/pkcs11/choose.ts
/** Which token and which key on it a signer URI means. Where it is not clear, the error shows what there is. */
/** A token's name for messages; what a token says of itself is quoted. */
function nameOf(token) {
	const label = token.label || token.model || "unnamed";
	return `${JSON.stringify(label)}${token.serial ? ` (serial number ${JSON.stringify(token.serial)})` : ""}`;
}
/** @throws SignerError where none or several fit */
function chooseToken(found, wanted) {
	if (found.tokens.length === 0) throw noToken(found);
	const fitting = found.tokens.filter(({ label, serial }) => (wanted.label === void 0 || label === wanted.label) && (wanted.serial === void 0 || serial === wanted.serial));
	const [token, ...more] = fitting;
	if (token && more.length === 0) return token;
	const asked = [wanted.label === void 0 ? "" : ` with the label ${JSON.stringify(wanted.label)}`, wanted.serial === void 0 ? "" : ` with the serial number ${JSON.stringify(wanted.serial)}`].join("");
	const list = (token ? fitting : found.tokens).map((one) => `  ${tokenUri(one, wanted.id, found.tokens)} is ${nameOf(one)}`).join("\n");
	if (token) throw new SignerError("token-ambiguous", `There are ${fitting.length} tokens${asked}. Name one:\n${list}`);
	throw new SignerError("token-missing", `There is no token${asked}. Plug it in. These are there:\n${[list, ...found.problems].join("\n")}`);
}
/** Whether a key on a token can sign for TUF. */
function judge({ public: part }) {
	if ("problem" in part) return part;
	try {
		return { key: keyFromSpki(part.spki) };
	} catch (error) {
		if (!(error instanceof KeyError)) throw error;
		return { problem: error.message };
	}
}
/** The key with this id; undefined where the token shows none. @throws SignerError where it cannot be used */
function chooseKey(token, id) {
	const named = token.keys.filter((key) => idNumber(key.id) === id);
	const first = named.find(({ from }) => from === "public-key") ?? named[0];
	if (!first) return void 0;
	const judged = judge(first);
	if ("problem" in judged) throw new SignerError("key-unsupported", `The key ${describe(first)} on the token ${nameOf(token)} cannot sign: ${judged.problem}.`);
	if (named.filter(({ from }) => from === first.from).map(judge).some((one) => "problem" in one || !samePublicKey(one.key, judged.key))) throw new SignerError("key-ambiguous", `The token ${nameOf(token)} has several keys with the id ${id}. Give them ids of their own, with the program that made them.`);
	return {
		key: judged.key,
		id: first.id
	};
}
/** The error for a token that shows no key with this id. */
function noKey(token, id) {
	const list = token.keys.map((key) => {
		const judged = judge(key);
		return `  ${tokenUri(token, idNumber(key.id))}: ${describe(key)}${"problem" in judged ? `, which cannot sign: ${judged.problem}` : ""}`;
	});
	const found = token.problem ? `Its keys could not be read: ${token.problem}.` : "It shows no key at all.";
	return new SignerError("key-missing", `The token ${nameOf(token)} shows no public key and no certificate with the id ${id}. ${list.length > 0 ? `It has:\n${list.join("\n")}` : `${found} To make one on a YubiKey: ykman piv keys generate -a ECCP256 9c public.pem, then ykman piv certificates generate -s me 9c public.pem.`}`);
}
function describe({ id, label, from }) {
	return `${from === "certificate" ? "certificate " : ""}${idNumber(id)} ${JSON.stringify(label)}`;
}
// src/signers/pkcs11/pin.ts
/**
* The PIN of a token: asked for or taken from `PLAYGROUND_PIN`, kept in memory for the next signature of the same run,
* and never tried where that could lock the token without the person knowing.
*/
const TRIES = 3;
const VARIABLE = "PLAYGROUND_PIN";
const UNLOCK = "Unblock it with its PUK (a YubiKey: ykman piv access unblock-pin), or with the program that came with it.";
/** The PIN for one token, from one place and kept for all signatures with it. `work` fails with TokenError. */
function pinFor(token, context) {
	let kept;
	let { state } = token.pin;
	return async (work) => {
		if (!token.pin.needed) return work({});
		if (token.pin.pad) {
			context.warn(`Enter the PIN of the token ${nameOf(token)} on its keypad.`);
			return work({});
		}
		for (let wrong = 0;;) {
			const pin = kept ?? await readPin(token, state, context);
			try {
				const result = await work({ pin: pin.value });
				kept = pin;
				state = "good";
				return result;
			} catch (error) {
				if (!(error instanceof TokenError) || error.code !== "pin") throw error;
				kept = void 0;
				state = error.failure.rv === "CKR_PIN_LOCKED" ? "locked" : error.failure.pinState ?? state;
				const problem = explainPin(token, error.failure, state, error);
				wrong += 1;
				if (problem.code !== "pin-wrong" || pin.from === "environment" || wrong === TRIES) throw problem;
				context.warn(`${problem.message} Try again.`);
			}
		}
	};
}
async function readPin(token, state, context) {
	if (state === "locked") throw locked(token);
	const given = own(context.environment, VARIABLE);
	if (given && state === "last-try") throw new SignerError("pin-missing", `One wrong PIN more and the token ${nameOf(token)} is locked, so ${VARIABLE} is not tried. Unset it and enter the PIN yourself.`);
	if (given) {
		const problem = lengthProblem(token, given);
		if (problem === void 0) return {
			value: given,
			from: "environment"
		};
		throw new SignerError("pin-wrong", `The PIN in ${VARIABLE} was not tried: ${problem}`);
	}
	const { askSecret } = context;
	if (!askSecret) throw new SignerError("pin-missing", `The token ${nameOf(token)} needs its PIN. Run the command in a terminal to be asked for it, or set ${VARIABLE}.`);
	const left = state === "last-try" ? " (the last try: a wrong PIN locks the token)" : "";
	for (let tried = 1;; tried++) {
		const value = await askSecret.call(context, `PIN of the token ${nameOf(token)}${left}`);
		const problem = lengthProblem(token, value);
		if (problem === void 0) return {
			value,
			from: "person"
		};
		if (tried === TRIES) throw new SignerError("pin-wrong", `No PIN was tried: ${problem}`);
		context.warn(`${problem} It was not tried. Enter it again.`);
	}
}
/** A PIN that cannot be right must not cost a try. */
function lengthProblem(token, pin) {
	const { least, most } = token.pin;
	const length = Buffer.byteLength(pin);
	if (length > 0 && length >= least && (most === 0 || length <= most)) return void 0;
	return `PINs of the token ${nameOf(token)} have ${Math.max(least, 1)} to ${most || "any number of"} characters.`;
}
function explainPin(token, failure, state, cause) {
	const name = nameOf(token);
	if (state === "locked") return locked(token, cause);
	switch (failure.rv) {
		case "CKR_PIN_EXPIRED": return new SignerError("pin-expired", `The PIN of the token ${name} has expired. Change it first.`, { cause });
		case "CKR_USER_PIN_NOT_INITIALIZED": return new SignerError("pin-expired", `The token ${name} has no PIN yet. Set one first.`, { cause });
		default: return new SignerError("pin-wrong", `The PIN of the token ${name} is wrong.${TRIES_LEFT[state]}`, { cause });
	}
}
/** Tokens tell no number, only these. */
const TRIES_LEFT = {
	good: "",
	low: " Few tries are left before it locks.",
	"last-try": " One try is left; another wrong PIN locks it.",
	locked: "",
	"not-set": ""
};
function locked(token, cause) {
	const message = `The PIN of the token ${nameOf(token)} is locked after too many wrong ones. ${UNLOCK}`;
	return new SignerError("pin-locked", message, { cause });
}
// src/signers/pkcs11/signer.ts
/**
* `hsm:<id>?label=…`: a key on a PKCS#11 token, such as a YubiKey's PIV slot 9c (`hsm:2`). The key never leaves the
* token; the PIN is asked for when something is to be signed.
*/
/** Opens a key on a token that is plugged in. @throws SignerError */
const openTokenSigner = async (uri, context) => {
	parseTokenUri(uri);
	return openThrough(findAccess(context.environment), uri, context);
};
/** `openTokenSigner` by a way to tokens that is given. @throws SignerError */
async function openThrough(access, uri, context) {
	const wanted = parseTokenUri(uri);
	const token = chooseToken(await findTokens(access, context.environment, wanted.module), wanted);
	const withPin = pinFor(token, context);
	const { key, id } = chooseKey(token, wanted.id) ?? await keyAfterLogin(access, token, wanted.id, withPin);
	const algorithm = algorithmOf(key);
	const what = `The token ${nameOf(token)}`;
	async function signOnce(message) {
		const raw = await explaining(token, message, () => withPin((pin) => withReminder(access.sign({
			token,
			id,
			algorithm,
			message,
			...pin
		}), () => context.warn(`Waiting for the token ${nameOf(token)}. If it blinks, touch it.`))));
		const signature = algorithm === "ecdsa-p256" ? ecdsaDerFromRaw(raw) ?? raw : raw;
		return checkedSignature(key, message, signature, what);
	}
	let last = Promise.resolve();
	return {
		uri,
		key,
		sign(message) {
			const signature = last.then(() => signOnce(message));
			last = signature.catch(() => void 0);
			return signature;
		}
	};
}
/** Some tokens show their public keys only to whoever has the PIN. */
async function keyAfterLogin(access, token, id, withPin) {
	if (token.keys.length > 0 || !token.pin.needed || token.problem !== void 0) throw noKey(token, id);
	const seen = await explaining(token, /* @__PURE__ */ new Uint8Array(), () => withPin(async (pin) => {
		return (await access.inspect(token.module, {
			token,
			...pin
		})).find(({ label, serial }) => label === token.label && serial === token.serial);
	}));
	const chosen = seen && chooseKey(seen, id);
	if (!chosen) throw noKey(seen ?? token, id);
	return chosen;
}
function algorithmOf(key) {
	const support = classifyKey(key);
	const algorithm = support.status === "supported" ? support.algorithm : support.name;
	switch (algorithm) {
		case "ed25519":
		case "ecdsa-p256":
		case "rsa-pss-sha256": return algorithm;
		default: throw new SignerError("key-unsupported", `${algorithm} keys on tokens are not supported.`);
	}
}
async function explaining(token, message, work) {
	try {
		return await work();
	} catch (error) {
		throw error instanceof TokenError ? explain(token, message, error) : error;
	}
}
function explain(token, message, cause) {
	const name = nameOf(token);
	const { rv, detail } = cause.failure;
	switch (cause.code) {
		case "no-token": return new SignerError("token-missing", `The token ${name} is no longer there. Plug it in again, and run the command again.`, { cause });
		case "no-private-key": return new SignerError("key-missing", `The token ${name} has the public key but not the private key to it: ${detail}.`, { cause });
		case "no-mechanism": return new SignerError("key-unsupported", `The token ${name} cannot sign as TUF wants it: ${detail}. Use a P-256 key.`, { cause });
		case "timed-out": return new SignerError("timed-out", `The token ${name} did not answer (${detail}). If it blinks, it waits for a touch; otherwise pull it out and plug it in again.`, { cause });
		case "module":
		case "crashed": return new SignerError("token-failed", `The PKCS#11 module ${token.module} failed: ${detail}. Pull the token out and plug it in again; if that does not help, update the module.`, { cause });
		default: return refused(name, message, rv, detail, cause);
	}
}
function refused(name, message, rv, detail, cause) {
	switch (rv) {
		case "CKR_DATA_LEN_RANGE": return new SignerError("message-too-long", `The token ${name} does not sign ${message.length} bytes at once, as an Ed25519 key has to. Use a P-256 key, which signs a hash.`, { cause });
		case "CKR_FUNCTION_CANCELED":
		case "CKR_FUNCTION_REJECTED": return new SignerError("signing-failed", `The token ${name} was not allowed to sign: it was not touched in time, or the use was declined. Run the command again.`, { cause });
		default: return new SignerError("signing-failed", `The token ${name} did not sign: ${detail}. If it was blinking, touch it in time; otherwise pull it out, plug it in and run the command again.`, { cause });
	}
}
export { openTokenSigner };

import { t as checkedSignature } from "./shared-checked-signature.js";
import { t as ecdsaDer } from "./shared-ecdsa-der.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
import { t as withReminder } from "./shared-waiting.js";
import { g as own } from "./shared-sigstore.js";
import { a as sshString, i as sshReader, n as positive, o as sshUint32, r as readSshPublicKey, t as SshFormatError } from "./shared-wire.js";
import { connect } from "node:net";
// src/signers/ssh/agent-connection.ts
/**
* One question to an ssh-agent and its answer (draft-ietf-sshm-ssh-agent, section 3): a length, a byte that says what
* it is, and its content, over a Unix socket or, on Windows, a named pipe.
*/
/** Where OpenSSH's agent listens on Windows, which sets no variable. */
const WINDOWS_PIPE = "\\\\.\\pipe\\openssh-ssh-agent";
/** Bytes; OpenSSH's own limit for messages of an agent. */
const LONGEST = 262144;
const HOW_TO_START = process.platform === "win32" ? "Start it and add your key: Start-Service ssh-agent; ssh-add <key file>" : "Start one and add your key: eval \"$(ssh-agent)\" && ssh-add <key file>";
/** The socket of the person's agent. @throws SignerError where there is none */
function agentSocket(environment) {
	const path = own(environment, "SSH_AUTH_SOCK") || (process.platform === "win32" ? WINDOWS_PIPE : "");
	if (path) return path;
	throw new SignerError("agent-missing", `No ssh-agent is known here: SSH_AUTH_SOCK is not set. ${HOW_TO_START}`);
}
/**
* Sends a message and waits for the answer.
* @param message its type and its content
* @param limit milliseconds
* @returns type and content of the answer
* @throws SignerError
*/
function askAgent(path, message, limit) {
	const { promise, resolve, reject } = Promise.withResolvers();
	let received = Buffer.alloc(0);
	const socket = connect(path);
	const timer = setTimeout(() => reject(noAnswer(path, limit)), limit);
	socket.on("connect", () => {
		socket.write(Buffer.concat([sshUint32(message.length), message]));
	});
	socket.on("data", (chunk) => {
		received = Buffer.concat([received, chunk]);
		const length = received.length < 4 ? void 0 : received.readUInt32BE(0);
		if (length === void 0) return;
		if (length === 0 || length > LONGEST) reject(noAgent(path, `it announces ${length} bytes`));
		else if (received.length >= 4 + length) resolve(received.subarray(4, 4 + length));
	});
	socket.on("error", (error) => reject(unreachable(path, error)));
	socket.on("close", () => reject(noAgent(path, "it closed the connection without an answer")));
	return promise.finally(() => {
		clearTimeout(timer);
		socket.destroy();
	});
}
function noAnswer(path, limit) {
	const message = `The ssh-agent at ${path} did not answer within ${limit / 1e3} seconds. If it shows a window that asks for confirmation or to be unlocked, answer it and run the command again; otherwise restart the agent.`;
	return new SignerError("timed-out", message);
}
function noAgent(path, found) {
	const message = `What answers at ${path} is no ssh-agent: ${found}. Check SSH_AUTH_SOCK; ssh-add -l asks the same agent.`;
	return new SignerError("agent-broken", message);
}
function unreachable(path, error) {
	const { code = "unknown error" } = error;
	const found = code === "ENOENT" || code === "ECONNREFUSED" ? `No ssh-agent is running at ${path} any more (${code}).` : `The ssh-agent at ${path} cannot be reached (${code}).`;
	return new SignerError("agent-missing", `${found} ${HOW_TO_START}`, { cause: error });
}
// src/signers/ssh/agent.ts
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
/** The last two are what older agents say. */
const FAILURES = [
	5,
	30,
	102
];
/** Milliseconds: a list comes at once, unless the agent asks to be unlocked; a signature may wait for a person. */
const LIMITS = {
	list: 3e4,
	sign: 12e4
};
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/;
const RSA_PROBLEM = "the agent signs with RSA in PKCS#1 v1.5 form only, and TUF's scheme is RSA-PSS; use an Ed25519 key";
const SIGNING_ONLY = "Use a key that was made for signing here only, not one that logs in to servers: whoever gets a forwarded agent could sign with it. Make one with: ssh-keygen -t ed25519 -f ~/.ssh/repository-signing; then add it with ssh-add -c ~/.ssh/repository-signing, so that the agent asks before each use.";
/** Opens a key of the running agent. @throws SignerError */
const openSshAgentSigner = (uri, context) => openWithLimits(uri, context, LIMITS);
/** `openSshAgentSigner` with other limits of time (milliseconds). */
async function openWithLimits(uri, context, limits) {
	const wanted = afterScheme(uri);
	if (wanted !== "" && !FINGERPRINT.test(wanted)) throw new SignerError("malformed-uri", "A signer URI for the ssh-agent has the form ssh-agent:SHA256:… with the fingerprint that ssh-add -l shows, or just ssh-agent: for its only key.");
	const socket = agentSocket(context.environment);
	const held = await listIdentities(socket, limits.list);
	const identity = wanted === "" ? onlyIdentity(held) : identityOf(held, wanted);
	const { key, publicKey } = identity;
	return {
		uri,
		key,
		advice: SIGNING_ONLY,
		isSshKey: true,
		async sign(message) {
			const answer = await withReminder(askAgent(socket, signRequest(identity, message), limits.sign), () => context.warn("Waiting for the ssh-agent. If it asks for confirmation, answer it."));
			if (FAILURES.includes(answer[0] ?? 0)) throw refused(identity, await listIdentities(socket, limits.list));
			return checkedSignature(key, message, readSignature(answer, publicKey.type), "The ssh-agent");
		}
	};
}
async function listIdentities(socket, limit) {
	const answer = await askAgent(socket, Uint8Array.of(REQUEST_IDENTITIES), limit);
	if (FAILURES.includes(answer[0] ?? 0)) throw new SignerError("agent-refused", "The ssh-agent does not tell which keys it holds. It may be locked: ssh-add -X unlocks it.");
	return reading("its list of keys", () => {
		const reader = sshReader(answer);
		if (reader.byte() !== IDENTITIES_ANSWER) throw new SshFormatError("an answer of another kind");
		return Array.from({ length: countOf(reader.uint32(), answer.length) }, () => {
			const blob = reader.string();
			return {
				blob,
				comment: Buffer.from(reader.string()).toString("utf8"),
				publicKey: readPublicKey(blob)
			};
		});
	});
}
/** Each identity has two lengths at least. */
function countOf(announced, bytes) {
	if (announced * 8 > bytes) throw new SshFormatError("more keys are announced than there are bytes");
	return announced;
}
/** One key that cannot be read must not hide the others. */
function readPublicKey(blob) {
	const type = sshReader(blob).name();
	try {
		const publicKey = readSshPublicKey(blob);
		if (publicKey.key?.keytype !== "rsa") return publicKey;
		return {
			type,
			fingerprint: publicKey.fingerprint,
			problem: RSA_PROBLEM
		};
	} catch (error) {
		return {
			type,
			fingerprint: "",
			problem: error instanceof Error ? error.message : String(error)
		};
	}
}
function onlyIdentity(held) {
	const usable = held.flatMap((identity) => withKey(identity) ?? []);
	const [identity, ...more] = usable;
	if (!identity) throw noneUsable(held);
	if (more.length === 0) return identity;
	throw new SignerError("key-ambiguous", `The ssh-agent holds ${usable.length} keys that could sign. Name one:\n${usable.map((one) => `  ssh-agent:${describe(one)}`).join("\n")}`);
}
function withKey(identity) {
	const { key } = identity.publicKey;
	return key && {
		...identity,
		key
	};
}
function noneUsable(held) {
	if (held.length === 0) return new SignerError("key-missing", "The ssh-agent holds no key, or it is locked. Add your key with ssh-add <key file>, or unlock the agent with ssh-add -X.");
	const reasons = held.map((identity) => `  ${describe(identity)}: ${identity.publicKey.problem}`);
	return new SignerError("key-unsupported", `None of the ssh-agent's keys can sign:\n${reasons.join("\n")}\nMake an Ed25519 key for signing: ssh-keygen -t ed25519`);
}
function identityOf(held, fingerprint) {
	const identity = held.find(({ publicKey }) => publicKey.fingerprint === fingerprint);
	const usable = identity && withKey(identity);
	if (usable) return usable;
	if (identity) throw new SignerError("key-unsupported", `The key ${fingerprint} in the ssh-agent cannot sign: ${identity.publicKey.problem}.`);
	const others = held.length === 0 ? ["  none, or the agent is locked (ssh-add -X)"] : held.map(describeLine);
	throw new SignerError("key-missing", `The ssh-agent does not hold the key ${fingerprint}. Add it with ssh-add <key file>. It holds:\n${others.join("\n")}`);
}
const describeLine = (identity) => `  ${describe(identity)}`;
/** A comment is whatever somebody wrote into a file, so it is quoted. */
function describe({ publicKey, comment }) {
	return `${publicKey.fingerprint || "unreadable"} ${publicKey.type} ${JSON.stringify(comment.slice(0, 100))}`;
}
function signRequest(identity, message) {
	const parts = [
		Uint8Array.of(SIGN_REQUEST),
		sshString(identity.blob),
		sshString(message),
		sshUint32(0)
	];
	return Buffer.concat(parts);
}
/** The agent says no without a reason; whether it still holds the key tells the two usual ones apart. */
function refused(identity, held) {
	const { fingerprint } = identity.publicKey;
	if (!held.some(({ publicKey }) => publicKey.fingerprint === fingerprint)) return new SignerError("agent-refused", `The ssh-agent was locked, or the key ${fingerprint} removed from it, before it signed. Unlock it with ssh-add -X, or add the key again with ssh-add.`);
	return new SignerError("agent-refused", `The ssh-agent refused to sign with ${fingerprint}. If the key was added with ssh-add -c, the confirmation was declined or could not be shown (it needs SSH_ASKPASS); if with ssh-add -h, it signs for those servers only. Run the command again to be asked again.`);
}
function readSignature(answer, type) {
	return reading("its signature", () => {
		const outer = sshReader(answer);
		if (outer.byte() !== SIGN_RESPONSE) throw new SshFormatError("an answer of another kind");
		const signature = sshReader(outer.string());
		const algorithm = signature.name();
		if (algorithm !== type) throw new SshFormatError(`a signature of type ${algorithm}`);
		const bytes = signature.string();
		if (type === "ssh-ed25519") return bytes;
		const numbers = sshReader(bytes);
		return ecdsaDer(positive(numbers.string()), positive(numbers.string()));
	});
}
function reading(what, read) {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof SshFormatError)) throw error;
		const message = `The ssh-agent gave an answer that cannot be read: ${what} is not as the protocol says (${error.message}). Restart the agent, or use another one.`;
		throw new SignerError("agent-broken", message, { cause: error });
	}
}
export { openSshAgentSigner };

import { _ as escapeMarkdown, d as getInput, g as warning, i as summary, m as notice, r as runAction } from "./shared-frame.js";
import { t as pagesUrl } from "./shared-pages.js";
import { t as RepositoryError } from "./shared-errors.js";
import { Worker } from "node:worker_threads";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { copyFile, mkdir, mkdtemp, readFile, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { tmpdir } from "node:os";
// src/client/error.ts
var ClientError = class extends Error {
	name = "ClientError";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
// src/client/source.ts
/**
* Where a published repository is read from: a directory on this machine, or a URL. Both hold `metadata/` and
* `targets/`, as a static site does.
*/
/**
* Reads what a person wrote as the place of a repository.
*
* Plain `http:` is for this machine only, unless `allowHttp` is set: TUF protects what is downloaded, but the
* first root of a run without a trusted one is only as good as the transport.
*
* @throws ClientError `bad-source` or `insecure-source`
*/
async function parseSource(source, allowHttp = false) {
	const text = source.toString();
	const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
	if (scheme === "http" || scheme === "https") return {
		kind: "url",
		url: checkedUrl(text, allowHttp)
	};
	if (scheme === "file" || scheme === void 0) return directory(scheme ? fromFileUrl(text) : text);
	if (!text.startsWith(`${scheme}://`)) return directory(text);
	throw new ClientError("bad-source", `${text}: ${scheme}: URLs cannot be read. Give an https URL or a directory.`);
}
async function directory(path) {
	const full = resolve(path);
	if (!(await stat(full).catch((cause) => {
		throw new ClientError("bad-source", `${full} cannot be read. Give the directory of a published tree.`, { cause });
	})).isDirectory()) throw new ClientError("bad-source", `${full} is a file. Give the directory that holds metadata/ and targets/.`);
	return {
		kind: "directory",
		directory: full
	};
}
function fromFileUrl(text) {
	try {
		return fileURLToPath(text);
	} catch (cause) {
		throw new ClientError("bad-source", `${text} is not a file URL of this machine. Give a directory.`, { cause });
	}
}
function checkedUrl(text, allowHttp) {
	if (!URL.canParse(text)) throw new ClientError("bad-source", `${text} is not a URL. Give one such as https://example.org/repository.`);
	const url = new URL(text);
	if (url.username || url.password || url.search || url.hash) throw new ClientError("bad-source", `${url.origin}${url.pathname}: the URL of a repository has no user, query or fragment, since file names are added to it. Leave them out.`);
	if (url.protocol === "http:" && !allowHttp && !isLoopback(url.hostname)) throw new ClientError("insecure-source", `${url.href} is plain http to another machine, where anyone on the way can change the first root. Use https, or allow http explicitly.`);
	return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
function isLoopback(hostname) {
	return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
// src/client/state.ts
/**
* What a client remembers between runs (its root, timestamp, snapshot and targets files, as tuf-js names them), and
* the rule that only a run that succeeded may change it: a state that was refused must not become the next
* run's trusted one.
*/
/** A client persists in the order in which it verifies; other roles follow. */
const ORDER = [
	"root.json",
	"timestamp.json",
	"snapshot.json",
	"targets.json"
];
/**
* Copies the state to where a run may change it. A directory that does not exist is an empty state.
*
* @returns whether it holds a trusted root
* @throws ClientError `bad-state`
*/
async function copyState(stateDir, to) {
	try {
		const files = await metadataFiles(stateDir);
		for (const file of files) await copyFile(join(stateDir, file), join(to, file));
		return files.includes("root.json");
	} catch (cause) {
		throw new ClientError("bad-state", `The client's state in ${stateDir} cannot be read. Check the directory.`, { cause });
	}
}
/**
* Makes the outcome of a successful run the state. Each file is replaced whole, in the order in which a client
* persists them, so being killed half-way leaves what a client that was killed there would leave: a state that
* the next run can continue from. (Exchanging the directory would leave a moment without any state, and a run
* that starts then would trust the first root that it is shown.)
*
* @throws ClientError `bad-state`
*/
async function keepState(from, stateDir) {
	try {
		await mkdir(stateDir, { recursive: true });
		const files = await metadataFiles(from);
		const rest = files.filter((file) => !ORDER.includes(file));
		for (const file of [...ORDER.filter((name) => files.includes(name)), ...rest]) {
			const draft = join(stateDir, `.${randomUUID()}.tmp`);
			await copyFile(join(from, file), draft);
			await rename(draft, join(stateDir, file)).catch(async (error) => {
				await rm(draft, { force: true });
				throw error;
			});
		}
	} catch (cause) {
		throw new ClientError("bad-state", `The client's state cannot be written to ${stateDir}. Check the directory.`, { cause });
	}
}
async function metadataFiles(directory) {
	try {
		return (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isFile() && entry.name.endsWith(".json")).map(({ name }) => name);
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
		throw error;
	}
}
// src/client/verify.ts
/**
* An independent TUF client for a published repository: updates, loads every role and downloads every artifact, as
* a stock client would (specification, section 5). The client is tuf-js and runs in a thread of its own; its
* worth is that it shares no code with what made the repository. Where it fails for want of signatures and there are
* some of a kind that it does not know, a second run says whether a client that does would go on.
*/
/**
* Runs the client once against a published repository.
*
* @returns what it loaded and what it refused; a refused repository is a result, not an error
* @throws ClientError where the client could not run; the signal's reason where it was aborted
*/
async function verifyRepository(request) {
	const { time, signal } = request;
	signal?.throwIfAborted();
	if (time && Number.isNaN(time.getTime())) throw new ClientError("bad-time", "The time given for the client is not a date. Write it as 2026-08-22T00:00:00Z.");
	const source = await parseSource(request.source, request.allowHttp);
	const rootsFrom = request.rootsFrom === void 0 ? void 0 : await parseSource(request.rootsFrom, request.allowHttp);
	const stock = await runOnce(request, {
		source,
		rootsFrom
	});
	if (stock.met.length === 0 || !stock.result.failures.some(({ code }) => code === "signature")) return stock.result;
	const sigstoreTrustedRoot = stock.met.includes("sigstore-oidc") ? await request.sigstoreTrustedRoot?.() : void 0;
	const { result, met } = await runOnce(request, {
		source,
		rootsFrom
	}, { sigstoreTrustedRoot });
	return {
		...result,
		furtherKeys: met
	};
}
/** One run from the client's state; a success is kept. */
async function runOnce(request, places, follow) {
	const { stateDir, time } = request;
	const workDir = await mkdtemp(join(await realpath(tmpdir()), "tuf-client-"));
	try {
		const metadataDir = join(workDir, "metadata");
		const scratchDir = join(workDir, "tmp");
		await mkdir(metadataDir);
		await mkdir(scratchDir);
		const rootOrigin = await prepareRoot(request, metadataDir);
		const run = await runWorker({
			session: {
				...places,
				metadataDir,
				rootOrigin,
				scratchDir,
				artifacts: request.artifacts,
				downloadDir: request.downloadDir === void 0 ? void 0 : resolve(request.downloadDir)
			},
			time,
			follow
		}, scratchDir, request);
		if (run.result.ok && stateDir !== void 0) await keepState(metadataDir, stateDir);
		return run;
	} finally {
		await rm(workDir, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	}
}
/** Puts the trusted root in place, unless only the source has one. */
async function prepareRoot({ root, stateDir }, metadataDir) {
	if (stateDir !== void 0 && await copyState(stateDir, metadataDir)) return "state";
	if (root === void 0) return "source";
	const bytes = typeof root === "string" ? await readFile(root).catch((cause) => {
		throw new ClientError("bad-root", `The trusted root ${root} cannot be read. Check the path.`, { cause });
	}) : root;
	await writeFile(join(metadataDir, "root.json"), bytes);
	return "given";
}
/** The thread's entry: a source file beside this one, or, in a bundle, the chunk that was built from it. */
const workerUrl = () => new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./client-worker.js", import.meta.url);
async function runWorker(input, tempDir, { onProgress, signal }) {
	signal?.throwIfAborted();
	const env = {
		...process.env,
		TMPDIR: tempDir,
		TEMP: tempDir,
		TMP: tempDir
	};
	const worker = new Worker(workerUrl(), {
		workerData: input,
		env,
		execArgv: []
	});
	const { promise, resolve: done, reject } = Promise.withResolvers();
	const abort = () => reject(signal?.reason);
	signal?.addEventListener("abort", abort, { once: true });
	worker.on("message", (message) => {
		if (message.type === "result") return done(message);
		try {
			onProgress?.(message.event);
		} catch (error) {
			reject(error);
		}
	});
	worker.on("error", (cause) => reject(crashed(cause)));
	worker.on("exit", () => reject(crashed()));
	try {
		return await promise;
	} finally {
		signal?.removeEventListener("abort", abort);
		await worker.terminate();
	}
}
const crashed = (cause) => new ClientError("client-crashed", `The client ended without a result${cause instanceof Error ? `: ${cause.message}` : ""}. This says nothing about the repository; run it again.`, { cause });
// src/client/mixes.ts
const BY_ONLINE_KEYS = /* @__PURE__ */ new Set([
	"root",
	"timestamp",
	"snapshot"
]);
/**
* Tries both mixes of two published trees.
* @param options for the client; it keeps no state and downloads nothing
*/
async function verifyMixes(previous, next, options = {}) {
	const look = async (sees, rootsFrom, source) => {
		return {
			sees,
			failure: onlineFailure(await verifyRepository({
				...options,
				source,
				rootsFrom,
				artifacts: []
			}))
		};
	};
	return [await look("the new root beside the timestamp that was published before", next, previous), await look("the old root beside the new timestamp", previous, next)];
}
function onlineFailure({ failures }) {
	return failures.find(({ stage }) => BY_ONLINE_KEYS.has(stage));
}
// src/client/result.ts
const KEYTYPE_NAMES = /* @__PURE__ */ new Map([["ml-dsa", "ML-DSA keys"], ["sigstore-oidc", "Sigstore identities"]]);
/** What a client has to know to accept what this run accepted, as a sentence; undefined where any stock client will do. */
function whatItTakes({ furtherKeys }) {
	if (!furtherKeys) return void 0;
	return `It takes a client that verifies ${furtherKeys.map((keytype) => KEYTYPE_NAMES.get(keytype) ?? keytype).join(" and ")}. Those that do not, among them tuf-js as it is, refuse this repository for want of signatures.`;
}
// src/actions/verify-repository.ts
/**
* Action `verify-repository`: tries a site with an independent client, from its first root and, where something is
* published already, from that state.
*/
await runAction(async ({ github }) => {
	const site = getInput("site", { required: true });
	const given = getInput("previous");
	const previous = given === "published" ? await pagesUrl(github) : given;
	const stateDir = await mkdtemp(join(tmpdir(), "client-state-"));
	try {
		const fresh = await verifyRepository({
			source: site,
			sigstoreTrustedRoot
		});
		refuseUnlessOk(fresh, site);
		const lines = [`A client that starts from the first root accepts ${site}.`];
		const takes = whatItTakes(fresh);
		if (takes) {
			warning(takes);
			lines.push(takes);
		}
		if (previous) {
			const before = await verifyRepository({
				source: previous,
				stateDir,
				sigstoreTrustedRoot
			});
			if (before.ok) {
				refuseUnlessOk(await verifyRepository({
					source: site,
					stateDir,
					sigstoreTrustedRoot
				}), site);
				lines.push("A client that has the published state accepts it as well.");
				if (before.versions.root !== fresh.versions.root) lines.push(...await tryMixes(previous, site));
			} else notice(`No published state to go on from: ${before.failure?.message ?? "unknown"}`);
		}
		await summary(`${lines.map(escapeMarkdown).join("\n\n")}\n`);
	} finally {
		await rm(stateDir, {
			recursive: true,
			force: true
		});
	}
});
/**
* Tries what caches may show for some minutes. A refusal is a warning: where an old online key is lost or was stolen
* nothing can be signed with it, and the new root must come out all the same.
*/
async function tryMixes(previous, site) {
	const lines = [];
	for (const { sees, failure } of await verifyMixes(previous, site, { sigstoreTrustedRoot })) if (!failure) lines.push(`A client accepts ${sees}.`);
	else {
		const line = `Until caches have caught up, a client that sees ${sees} refuses it: ${failure.message}`;
		warning(line);
		lines.push(line);
	}
	return lines;
}
/** Loaded where a repository has Sigstore identities. */
async function sigstoreTrustedRoot() {
	return (await import("./shared-trust2.js")).sigstoreTrustedRoot(process.env);
}
function refuseUnlessOk(result, site) {
	if (result.ok) return;
	const reasons = result.failures.map(({ stage, message }) => `${stage}: ${message}`).join(" ");
	throw new RepositoryError("invalid", `An independent client refuses ${site}. ${reasons}`);
}
export {};

import { o as __toESM } from "./shared-rolldown-runtime.js";
import { n as require_config, r as require_fetcher, t as require_dist } from "./shared-dist4.js";
import { t as require_error } from "./shared-error2.js";
import { Readable } from "node:stream";
import { createHash } from "node:crypto";
import { mkdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { createReadStream } from "node:fs";
// src/client/directory-fetcher.ts
/**
* Gives tuf-js the files of a directory as if a static site served them: what is not there is HTTP 404 (which is
* also how a client learns that it has the newest root, specification 5.3.3), and nothing outside is reachable.
*/
var import_config = require_config();
var import_dist = require_dist();
var import_error = /* @__PURE__ */ __toESM(require_error(), 1);
/** The URL that stands for the directory. The name is reserved (RFC 6761), so it can never be a real site. */
const DIRECTORY_URL = "http://directory.invalid/";
/** A request that leads out of the directory. Not a 404: that could pass for the end of the root chain. */
var UnsafePathError = class extends Error {
	name = "UnsafePathError";
};
var DirectoryFetcher = class extends import_dist.BaseFetcher {
	#directory;
	#onRequest;
	constructor(directory, onRequest) {
		super();
		this.#directory = directory;
		this.#onRequest = onRequest;
	}
	/**
	* @throws DownloadHTTPError 404 where there is no such file
	* @throws UnsafePathError where the URL, or a symbolic link, leads out of the directory
	*/
	async fetch(url) {
		this.#onRequest(url);
		const file = join(this.#directory, ...segmentsBelow(url));
		const root = await realpath(this.#directory);
		const real = await realpath(file).catch((cause) => {
			throw isAbsence(cause) ? notFound(url) : new import_error.DownloadError(`${file} cannot be read: ${textOf(cause)}`);
		});
		if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) throw new UnsafePathError(`${file} is a link to a place outside ${this.#directory}`);
		if (!(await stat(real)).isFile()) throw notFound(url);
		return Readable.toWeb(createReadStream(real));
	}
};
/** The path of a URL below the directory, as names of files. */
function segmentsBelow(url) {
	const { href, search, hash } = new URL(url);
	if (!href.startsWith("http://directory.invalid/") || search || hash) throw new UnsafePathError(`${url} is not the name of a file in the directory`);
	return href.slice(25).split("/").map((segment) => {
		const name = decoded(segment, url);
		if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name)) throw new UnsafePathError(`${url} has a part that is not a plain file name`);
		return name;
	});
}
function decoded(segment, url) {
	try {
		return decodeURIComponent(segment);
	} catch {
		throw new UnsafePathError(`${url} is not properly percent-encoded`);
	}
}
const notFound = (url) => new import_error.DownloadHTTPError(`${url.slice(25)}: there is no such file`, 404);
function isAbsence(error) {
	const code = error instanceof Error && "code" in error ? error.code : void 0;
	return code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG";
}
const textOf = (error) => error instanceof Error ? error.message : String(error);
// src/client/failure.ts
/**
* From an error of tuf-js to a failure that a person can act on: at which step of the client workflow, what kind,
* what it means, and what to do next. tuf-js's own words are kept beside it.
*/
/** Describes the error that ended a stage. */
function describeFailure(error, place) {
	const { name, detail } = unwrap(error);
	const stage = place.stage === "delegated" || place.stage === "artifact" ? place.stage : stageOf(detail, place.stage);
	const code = codeOf(name, detail, error);
	const message = `${subject(stage, place)} ${MEANING[code]}${reservedNameHint(place)}`;
	return {
		...place,
		stage,
		code,
		error: name,
		detail,
		message
	};
}
/** What tuf-js said, without the sentence that it wraps around errors of snapshot and targets. */
function unwrap(error) {
	if (!(error instanceof Error)) return {
		name: "Error",
		detail: String(error)
	};
	const wrapped = /^Unable to load (?:snapshot metadata|targets) error (?:([A-Za-z]+): )?(.*)$/s.exec(error.message);
	if (!wrapped) return {
		name: error.name,
		detail: error.message
	};
	return {
		name: wrapped[1] ?? error.name,
		detail: wrapped[2] ?? ""
	};
}
/**
* tuf-js looks at the final root when it loads the timestamp, and at the final timestamp when it loads the
* snapshot; its words tell which file is at fault. Everything else belongs to the file that it read last.
*/
function stageOf(detail, last) {
	if (detail.startsWith("Final root.json")) return "root";
	if (detail.startsWith("Final timestamp.json")) return "timestamp";
	if (isUnlistedRole(detail)) return "targets";
	return last;
}
/** tuf-js reads the length of a role's entry in the snapshot before it asks whether there is one. */
const isUnlistedRole = (detail) => /undefined \(reading 'length'\)/.test(detail);
function codeOf(name, detail, error) {
	if (isUnlistedRole(detail) || /^Missing .* in snapshot$/.test(detail)) return "missing";
	switch (name) {
		case "ExpiredMetadataError": return "expired";
		case "UnsignedMetadataError": return "signature";
		case "BadVersionError": return / is less than current version /.test(detail) ? "rollback" : "mismatch";
		case "LengthOrHashMismatchError":
		case "DownloadLengthMismatchError": return "mismatch";
		case "DownloadHTTPError": return isAbsent(detail, error) ? "missing" : "unreachable";
		case "DownloadError": return "unreachable";
		case "NotFoundError": return "not-found";
		case "UnsafePathError": return "unsafe";
		case "RepositoryError": return /^Missing file .* in new snapshot$/.test(detail) ? "rollback" : "malformed";
		case "TypeError": return detail === "terminated" ? "unreachable" : "malformed";
		case "SyntaxError":
		case "ValueError": return "malformed";
		default: return "other";
	}
}
function isAbsent(detail, error) {
	if (error instanceof import_error.DownloadHTTPError) return [
		403,
		404,
		410
	].includes(error.statusCode);
	return /(?:HTTP (?:403|404|410)|there is no such file)$/.test(detail);
}
/** Each continues a sentence whose subject is a file. */
const MEANING = {
	rollback: "takes back what this client has already accepted (a lower version, or a role that is gone). Either an old copy is served, perhaps by a cache, or somebody replays one: publish again with versions above the last published ones.",
	expired: "is past its expiry at the client's time: sign its next version and publish again.",
	signature: "does not carry enough valid signatures by the keys that are trusted for it: check which keys the delegating role names, and have the missing ones sign.",
	mismatch: "is not the version or not the bytes that the role above it vouches for: files of different publications are mixed, or one was changed. Build the tree again from one commit and publish all of it.",
	missing: "is missing: build the tree again and publish all of it.",
	"not-found": "is not found by a client that looks for it: no delegation with a matching path leads to the role that lists it, or a terminating delegation before it ends the search. Change the path or the delegation.",
	malformed: "is not a file of this kind that a client can read: check the file, and that the site answers 404, not a page, for files that it doesn't have.",
	unsafe: "leads out of the published tree: remove the link or the name that does.",
	unreachable: "could not be fetched, so nothing can be said about it: check the address and try again.",
	other: "failed with an error that has no other name here: see its detail."
};
function subject(stage, { role, path }) {
	if (stage === "artifact") return `Artifact "${path}"`;
	if (stage === "delegated") return `Metadata of the delegated role "${role}"`;
	return `Metadata of the role "${stage}"`;
}
/** tuf-js keeps roles and artifacts in plain objects, where a name such as `constructor` finds something else. */
function reservedNameHint({ role, path }) {
	const name = path ?? role ?? "";
	if (!(name in Object.prototype)) return "";
	return ` JavaScript clients take the name "${name}" for a built-in property: choose another.`;
}
// src/client/parallel.ts
/** A modest number of things at once: a published repository is often a free static site. */
const AT_ONCE = 4;
/** Runs `work` for every item, a few at a time, and gives the answers in the order of the items. */
async function inParallel(items, work) {
	const answers = [];
	const queue = items.entries();
	const worker = async () => {
		for (const [index, item] of queue) answers[index] = await work(item);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	return answers;
}
// src/client/artifacts.ts
/**
* Finds and downloads artifacts the way a client does (specification 5.6.7 and 5.7): the search through the
* delegations, the length and the hashes are tuf-js's.
*/
/** Downloads each artifact and has tuf-js verify it; one that fails does not stop the others. */
async function downloadArtifacts(updater, plan, onEvent) {
	const total = plan.paths.length;
	let done = 0;
	const outcomes = await inParallel([...plan.paths.entries()], async ([index, path]) => {
		const outcome = await downloadOne(updater, path, plan, join(plan.scratchDir, String(index)));
		done += 1;
		onEvent({
			type: "artifact",
			path,
			ok: outcome.artifact.ok,
			done,
			total
		});
		return outcome;
	});
	return {
		artifacts: outcomes.map(({ artifact }) => artifact),
		failures: outcomes.flatMap(({ failure }) => failure ?? [])
	};
}
async function downloadOne(updater, path, { downloadDir }, scratch) {
	let length;
	try {
		const info = await updater.getTargetInfo(path);
		if (!(info instanceof import_dist.TargetFile)) throw new NotFoundError(`no role that a client visits for ${path} lists it`);
		length = info.length;
		const place = downloadDir === void 0 ? scratch : placeBelow(downloadDir, path);
		if (downloadDir !== void 0) await mkdir(dirname(place), { recursive: true });
		await updater.downloadTarget(info, place);
		if (downloadDir === void 0) await rm(place, { force: true });
		return { artifact: {
			path,
			ok: true,
			length
		} };
	} catch (error) {
		const described = describeFailure(error, {
			stage: "artifact",
			path
		});
		return {
			artifact: {
				path,
				ok: false,
				error: described.message,
				...typeof length === "number" && { length }
			},
			failure: described
		};
	}
}
/** The walk ended without the artifact; tuf-js answers `undefined` and has no error for it. */
var NotFoundError = class extends Error {
	name = "NotFoundError";
};
/** @throws UnsafePathError where the path would lead out of the directory */
function placeBelow(directory, path) {
	const segments = path.split("/");
	if (segments.some((segment) => [
		"",
		".",
		".."
	].includes(segment) || /[\\\0]/.test(segment))) throw new UnsafePathError(`${path} cannot be kept under its name`);
	return join(directory, ...segments);
}
// src/client/tuf-js-internals.ts
function internals(updater) {
	const inside = updater;
	if (!inside.trustedSet || !inside.loadTargets) throw new Error("This version of tuf-js is built differently: adapt tuf-js-internals.ts to it.");
	return inside;
}
/** What the client trusts at the moment. The public methods answer for artifacts only. */
function trusted(updater) {
	return internals(updater).trustedSet;
}
/**
* Loads and verifies a role for one of its delegators: the step of a search (specification 5.6.7) that public
* methods reach only with the path of an artifact that leads there.
*/
async function loadRole(updater, role, delegator) {
	const metadata = await internals(updater).loadTargets(role, delegator);
	if (!metadata) throw new Error(`the client has no role ${role}`);
	return metadata;
}
/**
* Makes the client remember what it answered for each delegation. tuf-js verifies a role again whenever a search
* passes through it, in time that grows with the square of what the role lists: hours for a few thousand
* artifacts. It loads roles only when root, timestamp and snapshot are settled for the run, so a second answer would
* be the first.
*/
function rememberRoles(updater) {
	const inside = internals(updater);
	const load = inside.loadTargets.bind(updater);
	const answers = /* @__PURE__ */ new Map();
	inside.loadTargets = (role, delegator) => {
		const delegation = JSON.stringify([role, delegator]);
		const answer = answers.get(delegation) ?? load(role, delegator);
		answers.set(delegation, answer);
		return answer;
	};
}
// src/client/delegated-roles.ts
/**
* Loads all delegated roles, breadth first. A role that fails is reported and not followed; the others go on.
* Roles with several delegators are verified for each of them.
*/
async function loadDelegatedRoles(updater, onEvent) {
	const versions = /* @__PURE__ */ new Map();
	const artifacts = /* @__PURE__ */ new Set();
	const failures = [];
	const seen = /* @__PURE__ */ new Set();
	const follow = (delegator, { signed }) => {
		for (const path of Object.keys(signed.targets)) artifacts.add(path);
		const { roles, missingBins } = delegatedBy(signed, () => listedRoles(updater));
		if (missingBins) failures.push(missingBinsFailure(delegator, missingBins));
		return roles.map((role) => ({
			role,
			delegator
		})).filter((edge) => isNew(seen, edge));
	};
	const top = trusted(updater).targets;
	let level = top ? follow("targets", top) : [];
	while (level.length > 0) {
		const loaded = await inParallel(level, async (delegation) => {
			const { role } = delegation;
			const outcome = await attempt(updater, delegation);
			onEvent({
				type: "role",
				role,
				ok: "metadata" in outcome
			});
			return {
				role,
				...outcome
			};
		});
		level = [];
		for (const outcome of loaded) if ("failure" in outcome) failures.push(outcome.failure);
		else {
			versions.set(outcome.role, outcome.metadata.signed.version);
			level.push(...follow(outcome.role, outcome.metadata));
		}
	}
	return {
		versions: [...versions].map(([role, version]) => ({
			role,
			version
		})),
		artifacts: [...artifacts],
		failures
	};
}
async function attempt(updater, { role, delegator }) {
	try {
		return { metadata: await loadRole(updater, role, delegator) };
	} catch (error) {
		return { failure: describeFailure(error, {
			stage: "delegated",
			role
		}) };
	}
}
function isNew(seen, { role, delegator }) {
	const edge = JSON.stringify([role, delegator]);
	return !seen.has(edge) && Boolean(seen.add(edge));
}
function listedRoles(updater) {
	return Object.keys(trusted(updater).snapshot?.signed.meta ?? {}).map((file) => file.replace(/\.json$/, ""));
}
/**
* The roles that `signed` delegates to. Bins (TAP 15) can be 2^32 in a few bytes, so those are taken from the
* snapshot's list, which has a limit of its own, and the rest is only counted.
*/
function delegatedBy(signed, listed) {
	const { roles, succinctRoles } = signed.delegations ?? {};
	if (roles) return {
		roles: Object.values(roles).map((role) => role.name),
		missingBins: 0
	};
	if (!succinctRoles) return {
		roles: [],
		missingBins: 0
	};
	const bins = listed().filter((role) => succinctRoles.isDelegatedRole(role));
	return {
		roles: bins,
		missingBins: succinctRoles.numberOfBins - bins.length
	};
}
const missingBinsFailure = (delegator, missing) => ({
	stage: "delegated",
	code: "missing",
	error: "RepositoryError",
	detail: `${missing} bins of ${delegator} are not in the snapshot`,
	message: `The role "${delegator}" delegates to ${missing} hashed bins that the snapshot does not list: sign the missing bins, make a new snapshot, and publish all of it.`,
	role: delegator
});
// src/client/http-fetcher.ts
/**
* tuf-js's own HTTP fetcher with its own time limit and retries (a repository that needs more patience than a
* stock client has is one that stock clients cannot use), and with errors that say which URL failed, and how.
*/
var import_fetcher = require_fetcher();
var HttpFetcher = class extends import_fetcher.DefaultFetcher {
	#onRequest;
	constructor(onRequest) {
		super({
			userAgent: "repository-playground tuf-js",
			timeout: import_config.defaultConfig.fetchTimeout,
			retry: import_config.defaultConfig.fetchRetry
		});
		this.#onRequest = onRequest;
	}
	/**
	* @throws DownloadHTTPError with the status of an answer that is not a success
	* @throws DownloadError where there was no answer
	*/
	async fetch(url) {
		this.#onRequest(url);
		try {
			return await super.fetch(url);
		} catch (error) {
			if (error instanceof import_error.DownloadHTTPError) throw new import_error.DownloadHTTPError(`${url}: HTTP ${error.statusCode}`, error.statusCode);
			throw new import_error.DownloadError(`${url}: ${reason(error)}`);
		}
	}
};
/** `fetch` says only "fetch failed"; the cause says why. */
function reason(error) {
	if (!(error instanceof Error)) return String(error);
	const { cause } = error;
	if (!(cause instanceof Error)) return error.message;
	return cause.message || ("code" in cause ? String(cause.code) : error.message);
}
// src/client/mixed-fetcher.ts
/**
* What a client sees whose caches are of different ages: the roots of one place, and everything else of another. For
* some minutes after a publication a content delivery network may show either mix.
*/
const ROOT_VERSION = /^metadata\/\d+\.root\.json$/;
var MixedFetcher = class extends import_dist.BaseFetcher {
	#roots;
	#rest;
	constructor(roots, rest) {
		super();
		this.#roots = roots;
		this.#rest = rest;
	}
	/** @param url below the base of `rest` */
	fetch(url) {
		const path = url.startsWith(this.#rest.base) ? url.slice(this.#rest.base.length) : "";
		return ROOT_VERSION.test(path) ? this.#roots.fetcher.fetch(this.#roots.base + path) : this.#rest.fetcher.fetch(url);
	}
};
// src/client/session.ts
/**
* One run of the client: first root, update of the top-level metadata, every delegated role, every artifact. All
* verification is tuf-js's; nothing here, and nothing that this folder imports, is the project's own TUF code.
*/
/** Runs the client once. What the client refuses is in the result; only what no client could mend is thrown. */
async function runSession(options, onEvent) {
	const { source, metadataDir, rootOrigin, scratchDir, downloadDir } = options;
	const progress = { stage: "root" };
	const onRequest = (url) => {
		progress.stage = stageOfUrl(url) ?? progress.stage;
		onEvent({
			type: "fetch",
			file: url.slice(baseOf(source).length)
		});
	};
	const onRootRequest = () => {
		progress.stage = "root";
	};
	const rest = placeOf(source, onRequest);
	const { base } = rest;
	const fetcher = options.rootsFrom ? new MixedFetcher(placeOf(options.rootsFrom, onRootRequest), rest) : rest.fetcher;
	let updater;
	let firstRoot;
	try {
		if (rootOrigin === "source") await fetchFirstRoot(fetcher, base, metadataDir);
		updater = new import_dist.Updater({
			metadataDir,
			metadataBaseUrl: `${base}metadata/`,
			targetBaseUrl: `${base}targets/`,
			fetcher
		});
		firstRoot = await describeFirstRoot(updater, rootOrigin, metadataDir);
	} catch (error) {
		return result({ failures: [firstRootFailure(error, rootOrigin)] });
	}
	try {
		rememberRoles(updater);
		await updater.refresh();
	} catch (error) {
		return result({
			firstRoot,
			updater,
			failures: [describeFailure(error, progress)]
		});
	}
	const delegated = await loadDelegatedRoles(updater, onEvent);
	const paths = options.artifacts ?? delegated.artifacts;
	const { artifacts, failures } = await downloadArtifacts(updater, {
		paths,
		scratchDir,
		downloadDir
	}, onEvent);
	return result({
		firstRoot,
		updater,
		delegated: delegated.versions,
		artifacts,
		failures: [...delegated.failures, ...failures]
	});
}
function baseOf(source) {
	return source.kind === "url" ? source.url : DIRECTORY_URL;
}
function placeOf(source, onRequest) {
	const fetcher = source.kind === "url" ? new HttpFetcher(onRequest) : new DirectoryFetcher(source.directory, onRequest);
	return {
		base: baseOf(source),
		fetcher
	};
}
/** Trust on first use: the source's own first root, where neither the caller nor the state has one. */
async function fetchFirstRoot(fetcher, base, metadataDir) {
	const bytes = await fetcher.downloadBytes(`${base}metadata/1.root.json`, import_config.defaultConfig.rootMaxLength);
	await writeFile(join(metadataDir, "root.json"), bytes);
}
async function describeFirstRoot(updater, origin, metadataDir) {
	const bytes = await readFile(join(metadataDir, "root.json"));
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	return {
		origin,
		version: trusted(updater).root.signed.version,
		sha256
	};
}
/** The source is not to blame for a first root that did not come from it. */
function firstRootFailure(error, origin) {
	const failure = describeFailure(error, { stage: "root" });
	if (origin === "source") return failure;
	const which = origin === "given" ? "The trusted root that was given" : "The root in the client's state";
	return {
		...failure,
		message: `${which} is not one that a client can start from: check where it comes from, and start from one that you know.`
	};
}
/** The top-level role that a URL belongs to, so that an error of `refresh` can be placed. */
function stageOfUrl(url) {
	return /\/metadata\/(?:\d+\.)?(root|timestamp|snapshot|targets)\.json$/.exec(url)?.[1];
}
function result(outcome) {
	const { firstRoot, updater, delegated = [], artifacts = [], failures } = outcome;
	const { root, timestamp, snapshot, targets } = updater ? trusted(updater) : {};
	const [failure] = failures;
	return {
		ok: failure === void 0,
		...firstRoot && { firstRoot },
		versions: {
			...root && { root: root.signed.version },
			...timestamp && { timestamp: timestamp.signed.version },
			...snapshot && { snapshot: snapshot.signed.version },
			...targets && { targets: targets.signed.version },
			delegated
		},
		artifacts,
		...failure && { failure },
		failures
	};
}
export { runSession };

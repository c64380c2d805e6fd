import { t as GitError } from "./shared-errors2.js";
import { n as toHex } from "./shared-hex.js";
import { t as RepositoryError } from "./shared-errors.js";
import { _ as quoted, c as samePublicKey, d as parseKey, g as JsonError, h as parseJson, i as describeKey, l as classifyKey, m as formatJson, p as canonicalize, r as computeKeyid, s as publicKeyIdentity, t as verifySignature, u as KeyError } from "./shared-signature.js";
import { c as MetadataError, d as asHex, f as asInteger, g as own, h as eachMember, l as asArray, m as asString, p as asObject, u as asBoolean } from "./shared-sigstore.js";
import { n as hashHex, t as createHasher } from "./shared-crypto.js";
import { n as maxSignatureBytes } from "./shared-signature-form.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
import { D as periodsProblem, E as periodsOf, T as onlineUri, w as keyOwner } from "./shared-frame.js";
import { mkdir, mkdtemp, open, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
// src/tuf/names.ts
/**
* Which names of roles and artifacts every client treats alike. The specification leaves them open; clients quote,
* normalise and store names differently, so new names keep to a set in which no two clients disagree.
*/
const TOP_LEVEL_ROLES = [
	"root",
	"targets",
	"snapshot",
	"timestamp"
];
/** The roles whose key is used by a machine. */
const ONLINE_ROLES = ["snapshot", "timestamp"];
function isTopLevelRole(name) {
	return TOP_LEVEL_ROLES.includes(name);
}
const ROLE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const DOS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
/** Why a name cannot be that of a delegated role, in words that follow "the name"; undefined when it can. */
function roleNameProblem(name) {
	if (!ROLE_NAME.test(name)) return "may hold only letters, digits, dots, underscores and hyphens, and starts with a letter or digit";
	if (/^(0|[1-9]\d*)$/.test(name)) return "is a whole number; JavaScript clients move such roles before all others that a role delegates to";
	if (Object.hasOwn(Object.prototype, name)) return "is that of a property of every JavaScript object, which some clients take for a role";
	if (name.length > 100) return "is longer than 100 characters";
	if (isTopLevelRole(name.toLowerCase())) return "is that of a top-level role";
	if (DOS_DEVICE.test(name)) return "is a device name on Windows, where the file could not be stored";
	if (name.endsWith(".")) return "ends with a dot, which Windows drops";
}
const REFUSED_IN_PATH = /[^\x21-\x7e]|[!"#%*:<>?[\\\]{|}]/;
/** Characters of one segment: published, the last one has a sha512 hash and a dot before it, in 255 bytes. */
const LONGEST_SEGMENT = 126;
/** Why a path cannot be that of an artifact, in words that follow "the path"; undefined when it can. */
function targetPathProblem(path) {
	const refused = REFUSED_IN_PATH.exec(path);
	if (refused) return `holds ${JSON.stringify(refused[0])}, which clients quote and normalise differently`;
	for (const segment of path.split("/")) {
		if (segment === "") return "has an empty segment (it starts or ends with \"/\", or holds \"//\")";
		if (segment.length > LONGEST_SEGMENT) return `has a segment of more than ${LONGEST_SEGMENT} characters, too long for a file name with a hash`;
		if (segment === "." || segment === "..") return `has the segment "${segment}"`;
		if (segment.startsWith(".")) return "has a segment that starts with a dot: GitHub Pages leaves such files out";
	}
}
/** Why a delegation's path pattern is refused; undefined when it may stand. Patterns are literals, `*` and `?`. */
function pathPatternProblem(pattern) {
	if (/[*?+@]\(/.test(pattern)) return "holds a bracket after *, ?, + or @, which some clients read as a group";
	return targetPathProblem(pattern.replace(/[*?]/g, "x"));
}
// src/tuf/limits.ts
/**
* What clients accept at most. The byte limits are the defaults of python-tuf and tuf-js; a file beyond one of them
* exists for nobody.
*/
const MAX_BYTES = {
	root: 512e3,
	timestamp: 16384,
	snapshot: 2e6,
	targets: 5e6
};
/** The highest version: some clients keep versions in 32 bits. */
const MAX_VERSION = 2 ** 32 - 1;
/** The byte limit for a role's file; every role but the four top-level ones is a targets role. */
function maxBytesOf(role) {
	return role === "root" || role === "timestamp" || role === "snapshot" ? MAX_BYTES[role] : MAX_BYTES.targets;
}
// src/tuf/role-keys.ts
/** Checks the shape only; whether the threshold can be met is for the validator to say. */
function parseRoleKeys(value, where) {
	const object = asObject(value, where);
	asArray(object.keyids, `${where}.keyids`, asString);
	asInteger(object.threshold, `${where}.threshold`);
	return object;
}
// src/tuf/root.ts
function parseRoot(signed) {
	asBoolean(signed.consistent_snapshot, "signed.consistent_snapshot");
	eachMember(signed.keys, "signed.keys", (key, where) => parseKey(key, where));
	const roles = asObject(signed.roles, "signed.roles");
	for (const role of TOP_LEVEL_ROLES) if (!Object.hasOwn(roles, role)) throw new MetadataError("signed.roles", `the role ${role} is missing`);
	eachMember(roles, "signed.roles", (entry, where, role) => {
		if (!TOP_LEVEL_ROLES.includes(role)) throw new MetadataError(where, "root holds only the roles root, targets, snapshot and timestamp");
		parseRoleKeys(entry, where);
	});
	return signed;
}
// src/tuf/meta-file.ts
/** What snapshot and timestamp say of another metadata file (specification section 4.4, METAFILES). */
function parseMetaFiles(value, where) {
	return eachMember(value, where, (entry, place, name) => {
		if (!name.endsWith(".json")) throw new MetadataError(place, "expected the name of a .json file");
		const file = asObject(entry, place);
		asInteger(file.version, `${place}.version`, 1);
		if (file.length !== void 0) asInteger(file.length, `${place}.length`, 1);
		if (file.hashes === void 0) return;
		const hashes = eachMember(file.hashes, `${place}.hashes`, (hash, at) => void asHex(hash, at));
		if (Object.keys(hashes).length === 0) throw new MetadataError(`${place}.hashes`, "expected at least one hash");
	});
}
/**
* Why these bytes are not those that an entry describes by its optional length and hashes (sections 5.5.2 and 5.6.2),
* in words that follow the file; undefined where they are. The version is not looked at.
*/
function metaFileProblem(entry, bytes) {
	if (entry.length !== void 0 && entry.length !== bytes.length) return `has ${bytes.length} bytes, stated ${entry.length}`;
	for (const [algorithm, stated] of Object.entries(entry.hashes ?? {})) {
		if (algorithm !== "sha256" && algorithm !== "sha512") return `is stated with a hash by ${quoted(algorithm)}, which clients cannot check`;
		const found = hashHex(algorithm, bytes);
		if (found !== stated) return `has ${algorithm} ${found.slice(0, 12)}…, stated ${stated.slice(0, 12)}…`;
	}
}
// src/tuf/snapshot.ts
function parseSnapshot(signed) {
	parseMetaFiles(signed.meta, "signed.meta");
	return signed;
}
// src/tuf/path-pattern.ts
/**
* Path patterns of delegations (specification section 4.5, PATHPATTERN): `*` stands for any characters but `/`,
* `?` for one character but `/`, all else for itself.
*/
/** Whether the path of an artifact matches the pattern. Case counts. */
function matchesPattern(pattern, path) {
	const patterns = pattern.split("/");
	const segments = path.split("/");
	if (patterns.length !== segments.length) return false;
	return patterns.every((segmentPattern, index) => matchesSegment(segmentPattern, segments[index] ?? ""));
}
/**
* One segment. On a mismatch only the last star is tried again with one more character, so hostile patterns
* (`*a*a*a*b`) cost at most the product of the lengths, where a regular expression would explode.
*/
function matchesSegment(pattern, segment) {
	let p = 0;
	let s = 0;
	let star = -1;
	let afterStar = 0;
	while (s < segment.length) if (p < pattern.length && pattern[p] === "*") {
		star = p++;
		afterStar = s;
	} else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === segment[s])) {
		p++;
		s++;
	} else if (star >= 0) {
		p = star + 1;
		s = ++afterStar;
	} else return false;
	while (pattern[p] === "*") p++;
	return p === pattern.length;
}
// src/tuf/delegations.ts
/**
* Delegations (specification section 4.5; succinct hashed bins: TAP 15). A targets role hands part of the artifact
* paths to other roles: by path patterns, by prefixes of the hash of the path, or evenly over numbered bins.
*/
function parseDelegations(value, where) {
	const object = asObject(value, where);
	eachMember(object.keys, `${where}.keys`, (key, place) => parseKey(key, place));
	const hasRoles = object.roles !== void 0;
	if (hasRoles === (object.succinct_roles !== void 0)) throw new MetadataError(where, "expected either \"roles\" or \"succinct_roles\"");
	if (hasRoles) asArray(object.roles, `${where}.roles`, (role, place) => parseDelegatedRole(asObject(role, place), place));
	else {
		const place = `${where}.succinct_roles`;
		const succinct = parseRoleKeys(object.succinct_roles, place);
		const bits = asInteger(succinct.bit_length, `${place}.bit_length`, 1);
		if (bits > 16) throw new MetadataError(`${place}.bit_length`, `expected 1 to 16, found ${bits}`);
		asString(succinct.name_prefix, `${place}.name_prefix`);
	}
	return object;
}
function parseDelegatedRole(role, where) {
	parseRoleKeys(role, where);
	asString(role.name, `${where}.name`);
	asBoolean(role.terminating, `${where}.terminating`);
	if (role.paths !== void 0 === (role.path_hash_prefixes !== void 0)) throw new MetadataError(where, "expected either \"paths\" or \"path_hash_prefixes\"");
	if (role.paths !== void 0) asArray(role.paths, `${where}.paths`, asString);
	else asArray(role.path_hash_prefixes, `${where}.path_hash_prefixes`, asHexDigits);
}
/** Hash prefixes may end in the middle of a byte. */
function asHexDigits(value, where) {
	const text = asString(value, where);
	if (!/^[0-9a-f]{1,64}$/.test(text)) throw new MetadataError(where, "expected 1 to 64 lower-case hex digits");
	return text;
}
/** Whether this delegation covers the artifact path. */
function coversPath(role, path) {
	if (role.paths) return role.paths.some((pattern) => matchesPattern(pattern, path));
	const hash = pathHash(path);
	return (role.path_hash_prefixes ?? []).some((prefix) => hash.startsWith(prefix));
}
function pathHash(path) {
	return hashHex("sha256", path);
}
/** The name of bin `number`, padded so that all names are of one length (TAP 15). */
function binName(roles, number) {
	const digits = (2 ** roles.bit_length - 1).toString(16).length;
	return `${roles.name_prefix}-${number.toString(16).padStart(digits, "0")}`;
}
/** The bin that holds the artifact path: the first `bit_length` bits of the path's SHA-256. */
function binForPath(roles, path) {
	const first = Number.parseInt(pathHash(path).slice(0, 8), 16);
	return binName(roles, Math.floor(first / 2 ** (32 - roles.bit_length)));
}
/** Whether the name is that of one of the bins. */
function isBinName(roles, name) {
	const prefix = `${roles.name_prefix}-`;
	if (!name.startsWith(prefix)) return false;
	const digits = name.slice(prefix.length);
	return /^[0-9a-f]+$/.test(digits) && binName(roles, Number.parseInt(digits, 16)) === name ? Number.parseInt(digits, 16) < 2 ** roles.bit_length : false;
}
/** All bin names in order. */
function* binNames(roles) {
	for (let number = 0; number < 2 ** roles.bit_length; number++) yield binName(roles, number);
}
/** The delegation of that role here, if there is one. Where a name stands twice, the first counts. */
function findDelegation(delegations, name) {
	if (!delegations) return void 0;
	const { keys, succinct_roles: succinct } = delegations;
	if (succinct) return isBinName(succinct, name) ? {
		name,
		role: succinct,
		keys,
		terminating: true
	} : void 0;
	const role = delegations.roles?.find((candidate) => candidate.name === name);
	return role && {
		name,
		role,
		keys,
		terminating: role.terminating
	};
}
/** The delegations that cover an artifact path, in the order in which clients follow them. */
function delegationsForPath(delegations, path) {
	if (!delegations) return [];
	if (delegations.succinct_roles) return [{
		name: binForPath(delegations.succinct_roles, path),
		terminating: true
	}];
	return (delegations.roles ?? []).filter((role) => coversPath(role, path));
}
// src/tuf/targets.ts
/** A targets role (specification section 4.5): artifacts with their hashes and lengths, and delegations. */
function parseTargets(signed) {
	eachMember(signed.targets, "signed.targets", (value, where) => {
		const file = asObject(value, where);
		asInteger(file.length, `${where}.length`);
		const hashes = eachMember(file.hashes, `${where}.hashes`, (hash, place) => void asHex(hash, place));
		if (Object.keys(hashes).length === 0) throw new MetadataError(`${where}.hashes`, "expected at least one hash");
		if (file.custom !== void 0) asObject(file.custom, `${where}.custom`);
	});
	if (signed.delegations !== void 0) parseDelegations(signed.delegations, "signed.delegations");
	return signed;
}
// src/tuf/timestamp.ts
function parseTimestamp(signed) {
	const names = Object.keys(parseMetaFiles(signed.meta, "signed.meta"));
	if (names.length !== 1 || names[0] !== "snapshot.json") throw new MetadataError("signed.meta", "timestamp names snapshot.json and nothing else");
	return signed;
}
// src/tuf/metadata.ts
/**
* A metadata file (specification section 4.2): the signed part and its signatures. The model is the wire form itself,
* read-only: what is not known here is kept, and the bytes that signatures cover never depend on a conversion.
*/
/** The entry of a key in `signatures`, from what its signer gave. */
function signatureEntry(keyid, made) {
	return typeof made === "string" ? {
		keyid,
		sig: made
	} : {
		keyid,
		sig: made.sig,
		bundle: made.bundle
	};
}
const PARSERS = {
	root: parseRoot,
	targets: parseTargets,
	snapshot: parseSnapshot,
	timestamp: parseTimestamp
};
/** The `_type` that the file of this role must have. */
function typeOfRole(role) {
	return role === "root" || role === "snapshot" || role === "timestamp" ? role : "targets";
}
function parseMetadata(input, role) {
	return metadataFromJson(parseJson(input, { maxBytes: maxBytesOf(role) }), role);
}
function metadataFromJson(value, role) {
	const object = asObject(value, "the file");
	asArray(object.signatures, "signatures", (signature, where) => {
		const entry = asObject(signature, where);
		asString(entry.keyid, `${where}.keyid`);
		asString(entry.sig, `${where}.sig`);
		if (entry.bundle !== void 0) asObject(entry.bundle, `${where}.bundle`);
	});
	const signed = asObject(object.signed, "signed");
	const type = typeOfRole(role);
	if (asString(signed._type, "signed._type") !== type) throw new MetadataError("signed._type", `expected "${type}" in the file of ${role}, found ${JSON.stringify(signed._type)}`);
	asString(signed.spec_version, "signed.spec_version");
	asInteger(signed.version, "signed.version", 1);
	asString(signed.expires, "signed.expires");
	PARSERS[type](signed);
	return object;
}
/** The bytes that signatures cover. */
function signedBytes(metadata) {
	return canonicalize(metadata.signed);
}
/** The text of the file, in the form in which this repository format stores it. */
function formatMetadata(metadata) {
	return formatJson(metadata);
}
// src/tuf/threshold.ts
/**
* Threshold verification (specification section 5: "signed by a threshold of keys"). The answer says who signed, who
* did not and why a signature does not count, because that is what a signer wants to know.
*/
/**
* The signature checks of one file. Several thresholds can apply to it, such as those of the old root and of the new
* one; a signature that both ask about is checked once.
*/
var SignatureChecks = class {
	#message;
	#done = /* @__PURE__ */ new Map();
	/** @param message the bytes that the signatures cover */
	constructor(message) {
		this.#message = message;
	}
	check(key, { sig, bundle }) {
		const asked = JSON.stringify([
			key.keytype,
			key.scheme,
			key.keyval,
			sig,
			bundle
		]);
		const known = this.#done.get(asked);
		if (known !== void 0) return known;
		const check = verifySignature(key, this.#message, bundle ? {
			sig,
			bundle
		} : sig);
		this.#done.set(asked, check);
		return check;
	}
};
/**
* Checks the signatures of a file against the keys and threshold that its delegator gives. A public key counts once,
* whatever number of keyids it stands under; a threshold below 1 is never met.
*/
async function verifyThreshold(metadata, role, keys, checks = new SignatureChecks(signedBytes(metadata))) {
	const signatures = /* @__PURE__ */ new Map();
	for (const signature of metadata.signatures) if (!signatures.get(signature.keyid)?.sig) signatures.set(signature.keyid, signature);
	const verdicts = [];
	const counted = /* @__PURE__ */ new Set();
	for (const keyid of new Set(role.keyids)) {
		const key = own(keys, keyid);
		const signature = signatures.get(keyid);
		if (!signature?.sig) verdicts.push({
			keyid,
			key,
			status: "unsigned"
		});
		else if (!key) verdicts.push({
			keyid,
			key,
			status: "invalid",
			reason: "the role names this keyid, but no such key is given"
		});
		else {
			const check = await checks.check(key, signature);
			if (check.valid) {
				verdicts.push({
					keyid,
					key,
					status: "signed"
				});
				counted.add(publicKeyIdentity(key));
			} else verdicts.push({
				keyid,
				key,
				status: "invalid",
				reason: check.reason
			});
		}
	}
	return {
		threshold: role.threshold,
		count: counted.size,
		met: role.threshold >= 1 && counted.size >= role.threshold,
		keys: verdicts,
		others: [...signatures.keys()].filter((keyid) => signatures.get(keyid)?.sig && !role.keyids.includes(keyid))
	};
}
/**
* Checks one step of the root chain (specification section 5.3): signed by the thresholds of the old root and of the
* new one, version exactly one higher. An old root that has expired does not stop its successor.
*/
async function verifyRootSuccession(previous, next) {
	const checks = new SignatureChecks(signedBytes(next));
	const byOld = previous ? await verifyThreshold(next, previous.signed.roles.root, previous.signed.keys, checks) : void 0;
	const byNew = await verifyThreshold(next, next.signed.roles.root, next.signed.keys, checks);
	const versionFollows = !previous || next.signed.version === previous.signed.version + 1;
	return {
		old: byOld,
		new: byNew,
		versionFollows,
		ok: (byOld?.met ?? true) && byNew.met && versionFollows
	};
}
// src/tuf/time.ts
/**
* Times in metadata. The specification (section 4.2.1) asks for ISO 8601 in UTC without fractions,
* `YYYY-MM-DDTHH:MM:SSZ`. Old roots of real repositories have fractions and offsets; those are read but never written.
*/
const STRICT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const TOLERATED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
/** One day in milliseconds. */
const DAY = 864e5;
/** Reads an expiry time; undefined when it is no time at all (also for days such as 2026-02-30). */
function parseTime(text) {
	if (!TOLERATED.test(text)) return void 0;
	const time = new Date(text);
	if (Number.isNaN(time.getTime())) return void 0;
	const wallClock = `${text.slice(0, 19)}Z`;
	if (formatTime(new Date(wallClock)) !== wallClock) return void 0;
	return time;
}
/** Whether the text has exactly the form that the specification asks for. */
function isStrictTime(text) {
	return STRICT.test(text) && parseTime(text) !== void 0;
}
/** `YYYY-MM-DDTHH:MM:SSZ`; fractions of a second are cut. */
function formatTime(time) {
	return `${time.toISOString().slice(0, 19)}Z`;
}
// src/repository/layout.ts
/** Where things stand in a repository. The layout is the one that tuf-on-ci established. */
const METADATA = "metadata/";
const TARGETS = "targets/";
const INVITATION_FILE = "metadata/.signing-event-state";
const ROOT_HISTORY = "metadata/root_history/";
/** The folder of hardware attestations. */
const ATTESTATIONS = "attestations/";
/** The vendors' roots by which attestations are judged, on the main branch only. */
const ATTESTATION_ROOTS = `${ATTESTATIONS}roots.pem`;
/** Where the hardware attestation of a key stands; no client asks for it. */
function attestationPath(fingerprint) {
	return `${ATTESTATIONS}${fingerprint}.pem`;
}
/** Whether an event may bring this file as the attestation of a key. */
function isAttestation(path) {
	return path.startsWith("attestations/") && /^[0-9a-f]{32}\.pem$/.test(path.slice(13));
}
/** The file of a role's newest version. */
function rolePath(role) {
	return `${METADATA}${role}.json`;
}
/** The file of one root version. */
function rootHistoryPath(version) {
	return `${ROOT_HISTORY}${version}.root.json`;
}
/** What a file is, by its path from the top of the repository. */
function placeOf(path) {
	if (path.startsWith("targets/")) {
		const targetPath = path.slice(8);
		return isPlaceholder(targetPath) ? { kind: "keep" } : {
			kind: "artifact",
			targetPath
		};
	}
	if (path === "metadata/.signing-event-state") return { kind: "invitations" };
	const history = /^metadata\/root_history\/([1-9]\d{0,9})\.root\.json$/.exec(path);
	if (history) return {
		kind: "root-history",
		version: Number(history[1])
	};
	const role = /^metadata\/([^/]+)\.json$/.exec(path);
	if (role?.[1]) return {
		kind: "role",
		role: role[1]
	};
	return path.startsWith("metadata/") && isPlaceholder(path.slice(9)) ? { kind: "keep" } : { kind: "stray" };
}
/** Files that people put into folders for git's or a reader's sake; no client ever asks for them. */
function isPlaceholder(path) {
	return /(^|\/)\.git(keep|ignore|attributes)$/.test(path);
}
// src/repository/tree.ts
/** The tree of a repository that has nothing in it yet. */
const EMPTY_TREE = {
	files: [],
	read: () => Promise.reject(/* @__PURE__ */ new Error("the empty tree has no files")),
	stream: () => {
		throw new Error("the empty tree has no files");
	}
};
/** The tree of a commit. */
async function commitTree(repository, commit) {
	return {
		files: (await repository.listTree(commit, ["metadata", "targets"])).map(({ path, kind, oid, size, validName }) => ({
			path,
			kind,
			id: oid,
			size: size ?? 0,
			validName
		})),
		read: (file, maxBytes) => repository.readBlob(file.id, { maxBytes }),
		stream: (file) => repository.streamBlob(file.id)
	};
}
// src/repository/state.ts
/**
* A repository's offline part at one moment, read and parsed: roles, root history, artifacts, and what else lies
* there. What cannot be read is kept as a problem for the validator to name, so that one bad file hides no other.
*/
/** Reads the state of a tree. Never fails for what the files hold. */
async function loadState(tree) {
	const roles = /* @__PURE__ */ new Map();
	const rootHistory = /* @__PURE__ */ new Map();
	const artifacts = /* @__PURE__ */ new Map();
	const strays = [];
	let invitationFile;
	const reading = [];
	for (const file of tree.files) {
		const place = placeOf(file.path);
		if (place.kind === "role") reading.push(readRole(tree, file, place.role).then((role) => void roles.set(place.role, role)));
		else if (place.kind === "root-history") reading.push(readRole(tree, file, "root").then((role) => void rootHistory.set(place.version, role)));
		else if (place.kind === "artifact") artifacts.set(place.targetPath, file);
		else if (place.kind === "invitations") invitationFile = file;
		else if (place.kind === "stray") strays.push(file);
	}
	await Promise.all(reading);
	return {
		tree,
		roles: sorted(roles),
		rootHistory: sorted(rootHistory),
		artifacts,
		invitationFile,
		strays
	};
}
/** The state of a repository that holds nothing yet. */
const EMPTY_STATE = {
	tree: EMPTY_TREE,
	roles: /* @__PURE__ */ new Map(),
	rootHistory: /* @__PURE__ */ new Map(),
	artifacts: /* @__PURE__ */ new Map(),
	invitationFile: void 0,
	strays: []
};
/** Reads are answered in any order; the map is in the order of its keys. */
function sorted(map) {
	return new Map([...map].sort(([a], [b]) => a < b ? -1 : 1));
}
async function readRole(tree, file, role) {
	const unread = (kind, message) => ({
		role,
		file,
		metadata: void 0,
		problem: {
			kind,
			message
		}
	});
	if (file.kind !== "file" && file.kind !== "executable") return unread("not-regular", `is a ${file.kind}`);
	const limit = maxBytesOf(role);
	if (file.size > limit) return unread("too-large", `has ${file.size} bytes; clients accept ${limit}`);
	try {
		return {
			role,
			file,
			metadata: parseMetadata(await tree.read(file, limit), role)
		};
	} catch (error) {
		if (error instanceof JsonError) return unread("json", error.message);
		if (error instanceof MetadataError || error instanceof KeyError) return unread("shape", error.message);
		throw error;
	}
}
/** Whether two states have the same files with the same content. */
function sameFiles(a, b) {
	const text = ({ tree }) => tree.files.map(({ path, kind, id }) => `${path}\0${kind}\0${id}`).join("\n");
	return text(a) === text(b);
}
/** The newest root, if it can be read. */
function rootOf(state) {
	return state.roles.get("root")?.metadata;
}
/** The root version before the newest one. */
function previousRoot(state) {
	const version = rootOf(state)?.signed.version;
	if (version === void 0 || version <= 1) return void 0;
	return state.rootHistory.get(version - 1)?.metadata;
}
/** The metadata of a targets role, if it can be read. */
function targetsOf(state, role) {
	const metadata = state.roles.get(role)?.metadata;
	return metadata?.signed._type === "targets" ? metadata : void 0;
}
/** The names of the targets roles that have a file: `targets` first, then the others by name. */
function targetsRoles(state) {
	const names = [...state.roles.keys()].filter((role) => ![
		"root",
		"snapshot",
		"timestamp",
		"targets"
	].includes(role));
	return state.roles.has("targets") ? ["targets", ...names] : names;
}
// src/repository/delegators.ts
/** Who speaks for whom: root for the top-level roles, targets roles for the roles that they delegate to. */
/** All who delegate to the role in this state. A role's file must satisfy each of them. */
function delegatorsOf(state, role) {
	if (isTopLevelRole(role)) {
		const root = rootOf(state)?.signed;
		return root ? [{
			by: "root",
			role: root.roles[role],
			keys: root.keys
		}] : [];
	}
	const delegators = [];
	for (const by of delegatingRoles(state)) {
		const delegation = findDelegation(targetsOf(state, by)?.signed.delegations, role);
		if (delegation) delegators.push({
			by,
			role: delegation.role,
			keys: delegation.keys
		});
	}
	return delegators;
}
const delegating = /* @__PURE__ */ new WeakMap();
/** The targets roles that delegate at all. Kept for each state: of thousands of bins, none does. */
function delegatingRoles(state) {
	const known = delegating.get(state);
	if (known) return known;
	const roles = targetsRoles(state).filter((role) => targetsOf(state, role)?.signed.delegations !== void 0);
	delegating.set(state, roles);
	return roles;
}
/** The keys and threshold that `by` alone gives the role; undefined where it does not speak for it. */
function keysGivenBy(state, by, role) {
	if (isTopLevelRole(role)) return by === "root" ? rootOf(state)?.signed.roles[role] : void 0;
	return findDelegation(targetsOf(state, by)?.signed.delegations, role)?.role;
}
/** All whose threshold applies to the role's file: for root the version before it, then whoever delegates to it. */
function judgesOf(state, role) {
	const previous = role === "root" ? previousRoot(state)?.signed : void 0;
	return [...previous ? [{
		by: "previous-root",
		source: "previous-root",
		role: previous.roles.root,
		keys: previous.keys
	}] : [], ...delegatorsOf(state, role).map((delegator) => ({
		...delegator,
		source: "delegator"
	}))];
}
/** The names that a targets role delegates to, in order. */
function delegatedNames(state, by) {
	const delegations = targetsOf(state, by)?.signed.delegations;
	if (!delegations) return [];
	return delegations.succinct_roles ? [...binNames(delegations.succinct_roles)] : (delegations.roles ?? []).map((role) => role.name);
}
/** Every targets role that can be reached from top-level targets, each with a first delegator. */
function reachableRoles(state) {
	const reached = /* @__PURE__ */ new Map([["targets", "root"]]);
	for (const role of reached.keys()) for (const name of delegatedNames(state, role)) if (!reached.has(name)) reached.set(name, role);
	return reached;
}
// src/repository/validate/same.ts
/** Equality of JSON values by their canonical form. */
/** The canonical form as text, for comparison. */
function canonicalText(value) {
	return new TextDecoder().decode(canonicalize(value));
}
/** Whether two JSON values mean the same; undefined equals only undefined. */
function sameJson(a, b) {
	if (a === void 0 || b === void 0) return a === b;
	return a === b || canonicalText(a) === canonicalText(b);
}
// src/repository/edit.ts
/**
* Editing a role: open it, change its signed part, close it. Closing sets the next version and the expiry and clears
* the signatures; what comes out is the files to commit. Nothing here touches git.
*/
/** The specification version of new metadata: the one that every client takes. */
const SPEC_VERSION = "1.0.0";
const DEFAULT_PERIODS = {
	expiry: 365,
	signing: 60
};
/**
* Closes an edit: the version after the known-good one (so that a draft that is edited again keeps its version), the
* expiry that the role's period gives from now, and one empty signature for each key that is to sign — for root the
* keys of the old root and of the new one.
*/
function closeRole({ role, signed, draft, knownGood, now }) {
	const known = knownGood.roles.get(role)?.metadata?.signed;
	const { expiry } = periodsOf(signed) ?? DEFAULT_PERIODS;
	const closed = {
		...signed,
		version: (known?.version ?? 0) + 1,
		expires: formatTime(new Date(now.getTime() + expiry * DAY))
	};
	const signatures = emptySignatures(signersOf(role, closed, draft, knownGood));
	return {
		...draft.roles.get(role)?.metadata,
		signatures,
		signed: closed
	};
}
/** The keyids that are to sign the next version of a role, each once. */
function signersOf(role, signed, draft, knownGood) {
	const keyids = signed._type === "root" ? [...signed.roles.root.keyids, ...rootOf(knownGood)?.signed.roles.root.keyids ?? []] : delegatorsOf(draft, role).flatMap((delegator) => delegator.role.keyids);
	return [...new Set(keyids)];
}
function emptySignatures(keyids) {
	return keyids.map((keyid) => ({
		keyid,
		sig: ""
	}));
}
/** The files that hold a role's metadata: for root the copy in its history as well. */
function filesOf(role, metadata) {
	const text = formatMetadata(metadata);
	const files = /* @__PURE__ */ new Map([[rolePath(role), text]]);
	if (role === "root") files.set(rootHistoryPath(metadata.signed.version), text);
	return files;
}
/**
* A state in which some roles have other metadata, in memory only: edits of several roles build on each other
* without a commit between them.
*/
function withRoles(state, drafts) {
	const roles = new Map(state.roles);
	for (const [role, metadata] of drafts) {
		const id = `draft of ${role}`;
		const file = {
			path: rolePath(role),
			kind: "file",
			id,
			size: 0,
			validName: true
		};
		roles.set(role, {
			role,
			file,
			metadata
		});
	}
	return {
		...state,
		roles
	};
}
/** The state in which one role has other metadata, in memory only. */
function withRole(state, role, metadata) {
	return withRoles(state, /* @__PURE__ */ new Map([[role, metadata]]));
}
/** Several edits of one state, in order, gathered into one set of file changes. */
var Editor = class {
	knownGood;
	now;
	#draft;
	#files = /* @__PURE__ */ new Map();
	constructor(draft, knownGood, now) {
		this.#draft = draft;
		this.knownGood = knownGood;
		this.now = now;
	}
	/** The state with all edits so far. */
	get draft() {
		return this.#draft;
	}
	/** The files to commit. */
	get files() {
		return this.#files;
	}
	/** Opens a role, changes its signed part and closes it. A change that alters nothing leaves no trace. */
	edit(role, change) {
		const before = this.#draft.roles.get(role)?.metadata;
		if (!before) throw new RepositoryError("not-found", `There is no role ${role} here.`);
		const signed = change(before.signed);
		if (sameJson(signed, before.signed)) return;
		const draftBefore = this.#draft;
		this.put(role, signed);
		this.#renewDelegates(role, draftBefore);
	}
	/** Closes a role with this signed part, whether or not it existed before. */
	put(role, signed) {
		this.#putAll(/* @__PURE__ */ new Map([[role, signed]]));
	}
	/** Closes roles none of which gives keys to another. */
	#putAll(signedParts) {
		const drafts = /* @__PURE__ */ new Map();
		const { knownGood, now, draft } = this;
		for (const [role, signed] of signedParts) {
			const metadata = closeRole({
				role,
				signed,
				draft,
				knownGood,
				now
			});
			drafts.set(role, metadata);
			for (const [path, text] of filesOf(role, metadata)) this.#files.set(path, text);
		}
		this.#draft = withRoles(draft, drafts);
	}
	/** Writes a file that is no metadata. */
	write(path, text) {
		this.#files.set(path, text);
	}
	/** Where an edit changed who speaks for a role, that role is to be signed anew by its new keys. */
	#renewDelegates(by, draftBefore) {
		const renewed = /* @__PURE__ */ new Map();
		for (const [role, { metadata }] of this.#draft.roles) {
			const after = speakers$1(this.#draft, role, by);
			if (role === by || after === void 0 || sameJson(speakers$1(draftBefore, role, by), after)) continue;
			if (metadata?.signed._type === "targets") renewed.set(role, metadata.signed);
		}
		this.#putAll(renewed);
	}
};
function speakers$1(state, role, by) {
	const found = keysGivenBy(state, by, role);
	return found && {
		keyids: found.keyids,
		threshold: found.threshold
	};
}
// src/signers/online-uri.ts
/**
* Signer URIs that stand in metadata, those of online keys. People have agreed to them, but to keys, not to programs: one
* that names a library to load would run it on the machine that signs.
*/
/** @throws SignerError for a URI that must not stand in metadata */
function checkOnlineUri(uri) {
	const [, ...query] = afterScheme(uri).split("?");
	if (!uri.startsWith("hsm:") || !new URLSearchParams(query.join("&")).has("module")) return;
	throw new SignerError("malformed-uri", `The signer URI of an online key names a PKCS#11 module to load, and metadata does not decide what runs on the machine that signs. Leave module= out and set PLAYGROUND_PKCS11_MODULE there.`);
}
// src/repository/online-keys.ts
/**
* Online keys at work. Every key of a role whose signer can be opened signs; where that is not enough for the
* threshold, the error names each key that could not, and why.
*/
/** The keys of a role that a machine holds. */
function onlineKeysOf({ role, keys }) {
	return [...new Set(role.keyids)].flatMap((keyid) => {
		const key = own(keys, keyid);
		const uri = key && onlineUri(key);
		return key && uri !== void 0 ? [{
			keyid,
			key,
			uri
		}] : [];
	});
}
/** The online keys of one run: each signer is opened once, whatever it signs. */
var OnlineKeys = class {
	#open;
	#signers = /* @__PURE__ */ new Map();
	#troubles = /* @__PURE__ */ new Map();
	constructor(open) {
		this.#open = open;
	}
	/** Why keys could not sign, as sentences that begin with their URI. */
	get troubles() {
		return [...this.#troubles].map(([uri, { message }]) => `${uri}: ${message}`);
	}
	/** The signatures of those of these keys that can sign. `what` they sign is for messages. */
	async signatures(what, message, keys) {
		const made = [];
		for (const { keyid, key, uri } of keys) try {
			made.push(signatureEntry(keyid, await (await this.#signer(what, {
				keyid,
				key,
				uri
			})).sign(message)));
		} catch (error) {
			if (!(error instanceof SignerError || error instanceof RepositoryError)) throw error;
			this.#troubles.set(uri, error);
		}
		return made;
	}
	/**
	* Signs snapshot or timestamp with every key of the role, and with those of `also` as far as they can sign and as
	* clients read the file with them.
	* @throws where the role's threshold is not met
	*/
	async sign(signed, keySet, also = []) {
		const what = signed._type;
		const message = signedBytes({
			signatures: [],
			signed
		});
		const keys = onlineKeysOf(keySet);
		let metadata = {
			signatures: await this.signatures(what, message, keys),
			signed
		};
		const { met, count, threshold } = await verifyThreshold(metadata, keySet.role, keySet.keys);
		if (!met) throw this.#shortfall(what, keys, `${count} of the ${threshold} signatures that it needs`);
		for (const further of also) {
			if (metadata.signatures.some(({ keyid }) => keyid === further.keyid)) continue;
			const more = await this.signatures(what, message, [further]);
			const longer = {
				...metadata,
				signatures: [...metadata.signatures, ...more]
			};
			if (formatMetadata(longer).length <= MAX_BYTES[signed._type]) metadata = longer;
		}
		return metadata;
	}
	async #signer(what, { keyid, key, uri }) {
		checkOnlineUri(uri);
		const opened = this.#signers.get(uri) ?? this.#open(uri);
		this.#signers.set(uri, opened);
		const signer = await opened;
		if (samePublicKey(signer.key, key)) return signer;
		throw new RepositoryError("bad-request", `The key at ${uri} is not the ${what} key ${keyid.slice(0, 8)} that the metadata names. Give the private key that belongs to it, or replace the online key in a signing event.`);
	}
	#shortfall(role, keys, has) {
		const failed = keys.flatMap(({ uri }) => {
			const error = this.#troubles.get(uri);
			return error ? [{
				uri,
				error
			}] : [];
		});
		const [first, ...more] = failed;
		if (first && more.length === 0 && keys.length === 1) return first.error;
		const why = failed.length > 0 ? `These keys could not sign:\n${failed.map(({ uri, error }) => `- ${uri}: ${error.message}`).join("\n")}` : "Its other keys name no signer; only people could sign with them.";
		return new RepositoryError("bad-request", `${role} has ${has} from its ${keys.length} online keys. ${why}`, { cause: failed.length > 1 ? new AggregateError(failed.map(({ error }) => error)) : first?.error });
	}
};
/** The keys among `keys` that are not the same as one of `others`, whatever they are called. */
function withoutKeys(keys, others) {
	const known = new Set(others.map(({ key }) => publicKeyIdentity(key)));
	return keys.filter(({ key }) => !known.has(publicKeyIdentity(key)));
}
// src/repository/findings.ts
function always(means, why, mend) {
	return {
		severity: "error",
		whenUnchanged: "error",
		means,
		why,
		mend
	};
}
function whenChanged(means, why, mend) {
	return {
		severity: "error",
		whenUnchanged: "warning",
		means,
		why,
		mend
	};
}
function advice(means, why, mend) {
	return {
		severity: "warning",
		whenUnchanged: "warning",
		means,
		why,
		mend
	};
}
const FINDING_KINDS = {
	"not-a-regular-file": always("A symlink or submodule stands under metadata/ or targets/.", "What such an entry means depends on where it is checked out; the published site could serve something that nobody signed.", "Replace it by a plain file."),
	"executable-file": advice("A file under metadata/ or targets/ is marked as executable.", "Nothing here is ever run, and the published site does not keep the mark.", "Take the mark away: `git update-index --chmod=-x <file>`."),
	"stray-file": whenChanged("A file under metadata/ belongs to no role of the repository.", "Clients never read it, and a reviewer may take it for something that counts.", "Remove the file, or add the delegation that it was made for."),
	"file-name": whenChanged("The name of a role, an artifact or another file is one that clients or systems treat differently.", "Some clients would not find the file, or would find another one.", "Rename it: letters, digits, dots, underscores and hyphens are always safe."),
	"name-collision": whenChanged("Two names differ only by case.", "On Windows and macOS one file would replace the other.", "Rename one of them."),
	"file-too-large": always("A metadata file is larger than clients accept.", "Clients stop reading at their limit and refuse the repository.", "Divide the role: delegate some of its artifacts to other roles."),
	"invalid-json": always("A metadata file is not the strict JSON that TUF needs: malformed, not UTF-8, duplicate keys, fractions, nested too deeply.", "Parsers disagree on such text, so two clients could read two different things from one signed file.", "Restore the file from the last good commit and make the change again with the command line tool."),
	"invalid-metadata": always("A metadata file does not have the fields or types that the specification gives its role.", "Clients refuse the file.", "Restore the file from the last good commit and make the change again with the command line tool."),
	"spec-version": whenChanged("The spec_version of a role is not 1.x or 1.0.x.", "Clients refuse metadata of another major version.", "Set spec_version to \"1.0.0\", or to what it was before."),
	"invitation-file": always("The file of open invitations is malformed or names a role that does not exist.", "It decides who may add a key to which role.", "Restore the file, or make the invitation again with `playground delegate`."),
	"outside-event": always("The signing event changes something else than metadata/ and targets/.", "A signing event is reviewed as a change of the repository; code and workflows are reviewed elsewhere.", "Move that change to a pull request of its own."),
	"online-role-in-event": always("The signing event changes snapshot.json or timestamp.json.", "These roles are signed by a machine after the merge, on the branch `online`; in an event they would be unchecked input.", "Take the two files out of the event."),
	"event-behind": always("`main` has new metadata or artifacts since the signing event began.", "What was checked here is not what a merge would make.", "Merge main into the event branch, or start the event again, and sign what changed."),
	"role-missing": whenChanged("A role is delegated, or one of the four top-level roles, but has no metadata file.", "Clients that look for an artifact of the role stop with an error.", "Create the role’s metadata with `playground delegate`, or remove the delegation."),
	"role-not-delegated": whenChanged("A metadata file is there for a role to which nothing delegates.", "No keys are given for it, so nobody can tell whether it is genuine.", "Remove the file, or restore the delegation under its old name."),
	"version-rollback": always("The version of a role is lower than the known good one.", "Clients treat this as a rollback attack and refuse the repository.", "Make the change again on top of the newest version."),
	"version-unchanged": always("The content of a role changed but its version did not.", "Clients that have this version already would never see the change.", "Make the change with the command line tool, which sets the next version."),
	"version-too-high": whenChanged("The version of a role is higher than clients can store, or jumps ahead.", "Versions can only grow: a huge one leaves no room and is the mark of a fast-forward attack.", "Use the version that follows the known good one."),
	"expiry-format": whenChanged("The expiry time is not of the form YYYY-MM-DDTHH:MM:SSZ.", "Clients disagree on other forms or refuse them.", "Write the time in UTC without fractions."),
	expired: whenChanged("The role has expired. (Always an error for a top-level role.)", "Clients refuse expired metadata; for a top-level role that means the whole repository.", "Sign a new version of the role in a signing event."),
	"expiry-beyond-period": whenChanged("The role expires later than its own expiry period allows.", "A long life gives an attacker who holds back updates more time than the signers agreed to.", "Set the expiry to at most the expiry period from now, or change the period."),
	"expiry-earlier": advice("The role expires earlier than the version that it replaces.", "It is rarely meant, and clients may need an update sooner than planned.", "Nothing, if it is meant; otherwise set the expiry anew."),
	"period-invalid": whenChanged("The signing period is not shorter than the expiry period, or a period is no number of days.", "The role would always count as due for signing, or never.", "Choose a signing period shorter than the expiry period."),
	"keyid-mismatch": whenChanged("A keyid is not the hash of its key.", "Some clients compute the keyid and refuse the file; two keys could share a keyid.", "Add the key again with the command line tool."),
	"key-undefined": always("A role names a keyid for which no key is given.", "Some clients refuse the file, and the key can never sign.", "Add the key, or remove the keyid from the role."),
	"key-unsupported": whenChanged("A key has a type or scheme that stock clients cannot verify.", "Several clients refuse a whole file that holds one such key.", "Use an Ed25519, ECDSA P-256, RSA (2048 bits or more) or ML-DSA key."),
	"key-few-clients": advice("A role has a key that some stock clients do not know.", "Those clients refuse the file that names the key, or do not count its signatures: whoever uses one of them may not be able to follow the repository.", "Nothing, if that is meant. Else let the signer bring an Ed25519, ECDSA P-256 or RSA key."),
	"key-weak": always("A key is too weak to protect anything, or malformed.", "Signatures under it can be forged.", "Replace the key."),
	"key-shared": whenChanged("One public key stands under several keyids of a role.", "It would look like several signers; it is counted once.", "Let each signer use a key of their own."),
	"key-unused": advice("A key is defined but no role uses it.", "It protects nothing and confuses reviewers.", "Remove the key at the next change."),
	"keyid-duplicate": whenChanged("A role lists a keyid twice, or a file holds two signatures of one keyid.", "Clients refuse the file.", "Remove the duplicate."),
	"threshold-invalid": always("The threshold of a role is below 1 or above the number of its keys.", "Below 1 nothing is protected; above the number of keys nobody can ever sign.", "Choose a threshold from 1 to the number of keys."),
	"threshold-is-all": advice("The threshold of a role equals the number of its keys.", "One lost key is enough to lock the role.", "Invite one signer more than the threshold needs."),
	"keys-online-and-offline": whenChanged("An online key is used by root, or a signer’s key by snapshot or timestamp.", "Whoever controls the automation could then change who the signers are, or the automation would wait for a person.", "Use separate keys."),
	"online-keys-suffice": advice("The threshold of a targets role can be met by online keys alone.", "Whoever controls the workflows, or steals the key, decides what clients get from the role.", "Where that is not meant, add the key of a person and raise the threshold."),
	"tuf-on-ci-tool": advice("Roles have keys in a way that tuf-on-ci’s own signing tool does not know: snapshot and timestamp with different keys, or online keys in targets or beside those of people.", "Signers who use that tool can no longer sign here.", "Let all signers use `playground sign` or the signing page; or leave the keys as tuf-on-ci has them."),
	"threshold-not-met": whenChanged("Too few valid signatures. (Always an error for a top-level role.)", "Clients refuse the role; for a top-level role that means the whole repository.", "Let the missing signers sign: `playground sign <event>`."),
	"signature-invalid": whenChanged("A signature does not verify.", "The signed part was changed after signing, or the signature was made by another key.", "Sign again: `playground sign <event>`."),
	"signature-unknown": advice("A file holds a signature of a key that the role does not have.", "It counts for nothing.", "Nothing needs to be done; the next version goes without it."),
	"root-chain": always("A root version is not signed by the threshold of the version before it, or does not follow it.", "Clients that have the older root can never reach the new one.", "Make the change again with the command line tool, and let enough old and new signers sign."),
	"root-history": always("metadata/root_history is incomplete, or differs from what was known good or from root.json.", "Clients walk through every root version in turn.", "Restore the files from the last good commit."),
	"root-versions": advice("There are more root versions than a client follows in one update.", "A client that still has the first root needs several updates to reach the newest, and fails until then.", "Give new users a newer root to start from, and renew root less often."),
	"consistent-snapshot": always("consistent_snapshot is not true.", "The site is published with versioned file names, which clients only ask for if root says so.", "Set consistent_snapshot to true in root."),
	"artifact-missing": always("A role lists an artifact that is not under targets/.", "Clients would be promised a file that they cannot download.", "Restore the file, or run `playground update-targets <event>`."),
	"artifact-unlisted": whenChanged("A file under targets/ is listed in no role.", "Clients cannot find it.", "Run `playground update-targets <event>`, or remove the file."),
	"artifact-mismatch": always("An artifact has not the length or hash that its role states.", "Clients would refuse the download.", "Restore the file, or run `playground update-targets <event>` and sign the change."),
	"artifact-not-checked": advice("An artifact was not held against what its role states, since its content is not at hand.", "A browser fetches no large files. The signing action reads every artifact, and no event with a wrong one becomes ready.", "To check it yourself before you sign, use `playground sign` in a clone."),
	"artifact-hash-unsupported": whenChanged("An artifact is listed without a sha256 or sha512 hash.", "Stock clients know no other algorithm.", "Run `playground update-targets <event>`."),
	"artifact-unreachable": whenChanged("A role lists an artifact that clients look for in another role, or nowhere.", "The search of a client follows the delegations by path and never gets to this entry.", "Move the file below a path that is delegated to the role, or change the delegation."),
	"delegation-paths": whenChanged("A delegation has a path pattern that clients read differently.", "Clients would disagree on which role speaks for an artifact.", "Use literal characters, * and ? only."),
	"delegation-duplicate": whenChanged("A role is delegated to twice by the same role.", "Clients refuse the file or follow only one of the two.", "Remove one of them."),
	"snapshot-mismatch": always("Snapshot does not list exactly the current versions of the targets roles, or states another length or hash of one.", "Clients would miss a change, or refuse the repository as mixed from different moments.", "Run online signing again."),
	"snapshot-rollback": always("Snapshot lists a lower version of a role than before, or dropped a role.", "Clients treat this as a rollback attack.", "Restore the role’s last version and make the change on top of it."),
	"timestamp-mismatch": always("Timestamp does not name the current snapshot, or states another length or hash of it.", "Clients would look for a snapshot that is not there, or refuse the one that is.", "Run online signing again."),
	"online-missing": always("Snapshot or timestamp is missing.", "Without them clients cannot use the repository.", "Run `playground online-sign`.")
};
/** Makes a finding of its kind, with the weight that it has for changed or unchanged things. */
function finding(code, { changed = true, mend, ...details }) {
	const kind = FINDING_KINDS[code];
	return {
		code,
		severity: changed ? kind.severity : kind.whenUnchanged,
		...details,
		mend: mend ?? kind.mend
	};
}
// src/repository/validate/context.ts
/** What every check is given, and the one question that all of them ask: is this part of the change? */
/** Whether the role's file differs from the known-good one. */
function roleChanged({ proposed, knownGood }, role) {
	const before = knownGood.roles.get(role)?.file.id;
	return before === void 0 || proposed.roles.get(role)?.file.id !== before;
}
/**
* Whether a delegator had this very key under this keyid before: in its known-good version or, for root, in the
* version before the newest, which its own signers vouched for.
*/
function keyWasTrusted(context, by, keyid, key) {
	const before = keysOf(context.knownGood, by, keyid);
	if (before !== void 0 && canonicalText(before) === canonicalText(key)) return true;
	if (by !== "root") return false;
	const earlier = own(previousRoot(context.proposed)?.signed.keys, keyid);
	return earlier !== void 0 && canonicalText(earlier) === canonicalText(key);
}
function keysOf(state, by, keyid) {
	const signed = state.roles.get(by)?.metadata?.signed;
	const keys = signed?._type === "root" ? signed.keys : signed?._type === "targets" ? signed.delegations?.keys : void 0;
	return keys && Object.hasOwn(keys, keyid) ? keys[keyid] : void 0;
}
// src/repository/validate/roles.ts
/** Roles: each that is delegated exists, none exists that is not, versions grow, and expiry keeps to its period. */
function checkRoles(context) {
	const { proposed, knownGood } = context;
	const findings = [];
	const reachable = reachableRoles(proposed);
	const delegatedBefore = reachableRoles(knownGood);
	for (const role of ["root", ...reachable.keys()]) {
		if (proposed.roles.has(role)) continue;
		const by = reachable.get(role) ?? "root";
		const changed = isTopLevelRole(role) || !delegatedBefore.has(role) || knownGood.roles.has(role);
		const message = isTopLevelRole(role) ? `${rolePath(role)} is missing` : `${by} delegates to ${role}, but ${rolePath(role)} is missing`;
		findings.push(finding("role-missing", {
			role,
			path: rolePath(role),
			message,
			changed
		}));
	}
	if (proposed.roles.get("targets")?.metadata) for (const role of targetsRoles(proposed)) {
		if (reachable.has(role)) continue;
		const message = `${rolePath(role)} is there, but no role delegates to ${role}`;
		findings.push(finding("role-not-delegated", {
			role,
			path: rolePath(role),
			message,
			changed: roleChanged(context, role)
		}));
	}
	for (const role of ["root", ...targetsRoles(proposed)]) {
		const signed = proposed.roles.get(role)?.metadata?.signed;
		if (signed) findings.push(...checkVersion(context, role, signed), ...checkSigned(context, role, signed));
	}
	return findings;
}
function checkVersion(context, role, signed) {
	const known = context.knownGood.roles.get(role)?.metadata?.signed;
	const details = (message) => ({
		role,
		path: rolePath(role),
		message
	});
	const { version } = signed;
	if (version > MAX_VERSION) return [finding("version-too-high", {
		...details(`${role} has version ${version}; clients store at most ${MAX_VERSION}`),
		changed: roleChanged(context, role)
	})];
	if (known && version < known.version) return [finding("version-rollback", details(`${role} goes back from version ${known.version} to ${version}`))];
	if (known && version === known.version && !sameJson(known, signed)) return [finding("version-unchanged", details(`${role} changed, but still has version ${version}`))];
	const next = (known?.version ?? 0) + 1;
	if (context.singleStep && version > next) return [finding("version-too-high", details(`${role} jumps to version ${version}; the next version is ${next}`))];
	return [];
}
/** Whether clients take metadata of this specification version. */
function isSpecVersion(text) {
	return /^1\.\d+(\.\d+)?$/.test(text);
}
/** What can be said of the signed part of any role by itself. */
function checkSigned(context, role, signed) {
	const findings = [];
	const path = rolePath(role);
	const changed = roleChanged(context, role);
	const add = (code, message, weight = changed) => void findings.push(finding(code, {
		role,
		path,
		message,
		changed: weight
	}));
	if (!isSpecVersion(signed.spec_version)) add("spec-version", `${role} has spec_version ${JSON.stringify(signed.spec_version)}`);
	const expires = parseTime(signed.expires);
	if (!expires) {
		add("expiry-format", `${role} expires at ${JSON.stringify(signed.expires)}, which is no time`, changed || isTopLevelRole(role));
		return findings;
	}
	if (!isStrictTime(signed.expires)) add("expiry-format", `${role} expires at "${signed.expires}", in an unusual form`);
	if (expires <= context.now) add("expired", `${role} expired on ${signed.expires}`, changed || isTopLevelRole(role));
	const periods = signed._type === "root" || signed._type === "targets" ? periodsOf(signed) : void 0;
	for (const [name, fields] of periodFieldsIn(role, signed)) {
		const problem = periodsProblem(fields);
		if (problem) add("period-invalid", `${name} ${problem}`);
	}
	if (periods && changed && expires.getTime() > context.now.getTime() + (periods.expiry + 1) * 864e5) add("expiry-beyond-period", `${role} expires on ${signed.expires}, more than its ${periods.expiry} days from now`);
	const before = context.knownGood.roles.get(role)?.metadata?.signed;
	const expiredBefore = before && parseTime(before.expires);
	if (changed && expiredBefore && expires < expiredBefore) add("expiry-earlier", `${role} expires on ${signed.expires}, earlier than the version before it (${before.expires})`);
	return findings;
}
/** Where a role's file states periods: its own and, in root, those of the online roles. */
function periodFieldsIn(role, signed) {
	if (signed._type === "root") return [[role, signed], ...ONLINE_ROLES.map((name) => [`${role}: ${name}`, signed.roles[name]])];
	return signed._type === "targets" ? [[role, signed]] : [];
}
// src/repository/validate/online.ts
/** Snapshot and timestamp: signed by their keys, not expired, never going back, and in step with the targets roles. */
const AGAIN = "Run online signing again.";
/**
* Checks a published state: that the online roles belong to this offline state, at this time, and go on from the
* online state that was published before.
*/
async function checkOnline(offline, online, before, now) {
	const root = rootOf(offline)?.signed;
	const findings = [];
	if (!root) return findings;
	for (const role of ONLINE_ROLES) {
		const { metadata, problem } = online[role];
		const path = rolePath(role);
		if (!metadata) {
			findings.push(problem ? finding("invalid-metadata", {
				role,
				path,
				message: `${path} cannot be used: ${problem}`,
				mend: AGAIN
			}) : finding("online-missing", {
				role,
				path,
				message: `${path} is missing`
			}));
			continue;
		}
		findings.push(...await checkOnlineRole(role, metadata, root, now));
		const earlier = before?.[role].metadata?.signed.version ?? 0;
		if (metadata.signed.version < earlier) findings.push(finding("version-rollback", {
			role,
			path,
			message: `${role} goes back from version ${earlier} to ${metadata.signed.version}`
		}));
	}
	if (online.snapshot.metadata) findings.push(...await checkSnapshot(offline, online.snapshot.metadata, before?.snapshot.metadata), ...await checkTimestamp(online));
	return findings;
}
/** What can be said of an online role by itself; nothing where a client would take it. */
async function checkOnlineRole(role, { signatures, signed }, root, now) {
	const findings = [];
	const path = rolePath(role);
	const add = (code, message) => void findings.push(finding(code, {
		role,
		path,
		message,
		mend: AGAIN
	}));
	const result = await verifyThreshold({
		signatures,
		signed
	}, root.roles[role], root.keys);
	for (const { keyid, status, reason } of result.keys) if (status === "invalid") add("signature-invalid", `${role}: the signature of key ${keyid.slice(0, 8)} does not count: ${reason}`);
	if (!result.met) add("threshold-not-met", `${role} has ${result.count} of the ${result.threshold} signatures that it needs`);
	if (new Set(signatures.map(({ keyid }) => keyid)).size !== signatures.length) add("keyid-duplicate", `${role} holds two signatures of one keyid`);
	if (!isSpecVersion(signed.spec_version)) add("spec-version", `${role} has spec_version ${JSON.stringify(signed.spec_version)}`);
	const expires = parseTime(signed.expires);
	if (!expires) add("expiry-format", `${role} expires at ${JSON.stringify(signed.expires)}`);
	else if (expires <= now) add("expired", `${role} expired on ${signed.expires}`);
	return findings;
}
/** Entries of roles that clients cannot reach any more are legacy: nobody compares them with a file. */
async function checkSnapshot(offline, snapshot, before) {
	const findings = [];
	const path = rolePath("snapshot");
	for (const role of reachableRoles(offline).keys()) {
		const version = targetsOf(offline, role)?.signed.version;
		const file = offline.roles.get(role)?.file;
		if (version === void 0 || !file) continue;
		const entry = own(snapshot.signed.meta, `${role}.json`);
		const mismatch = entry?.version === version ? await contentProblem(entry, offline.tree, file, MAX_BYTES.targets) : `has version ${version}`;
		if (mismatch === void 0) continue;
		const listed = entry === void 0 ? `no ${role}` : `${role} in version ${entry.version}`;
		findings.push(finding("snapshot-mismatch", {
			role,
			path,
			message: `snapshot lists ${listed}; its file ${mismatch}`
		}));
	}
	for (const [name, file] of Object.entries(before?.signed.meta ?? {})) {
		const listed = own(snapshot.signed.meta, name)?.version;
		if (listed === void 0 || listed < file.version) {
			const what = listed === void 0 ? `drops ${name}` : `takes ${name} back to version ${listed}`;
			findings.push(finding("snapshot-rollback", {
				role: "snapshot",
				path,
				message: `snapshot ${what}; it was published with version ${file.version}`
			}));
		}
	}
	return findings;
}
async function checkTimestamp({ tree, snapshot, timestamp }) {
	if (!timestamp.metadata || !snapshot.metadata || !snapshot.file) return [];
	const { version } = snapshot.metadata.signed;
	const entry = own(timestamp.metadata.signed.meta, "snapshot.json");
	const mismatch = entry?.version === version ? await contentProblem(entry, tree, snapshot.file, MAX_BYTES.snapshot) : `has version ${version}`;
	if (mismatch === void 0) return [];
	const message = `timestamp names snapshot version ${entry?.version}; the file ${mismatch}`;
	return [finding("timestamp-mismatch", {
		role: "timestamp",
		path: rolePath("timestamp"),
		message
	})];
}
/** Compares a file with the length and hashes of its entry; it is read only where there are any. */
async function contentProblem(entry, tree, file, maxBytes) {
	if (entry.length === void 0 && entry.hashes === void 0) return void 0;
	return metaFileProblem(entry, await tree.read(file, maxBytes));
}
// src/repository/online.ts
/**
* Signing snapshot and timestamp (specification sections 4.4 and 4.6): the next versions that belong to an offline
* state, or nothing where what is there still holds.
*/
/** Periods in days where root states none. */
const DEFAULT_ONLINE_PERIODS = {
	snapshot: {
		expiry: 365,
		signing: 60
	},
	timestamp: {
		expiry: 4,
		signing: 2
	}
};
/** Signs what has to be signed. The offline state must have been validated. */
async function signOnline(request) {
	const root = rootOf(request.offline);
	if (!root) throw new RepositoryError("not-found", "There is no root metadata to sign for.");
	const reasons = [];
	const onlineKeys = new OnlineKeys(request.openSigner);
	const sign = (content) => onlineKeys.sign(content, keysFor(root.signed, content._type), [...request.also?.[content._type] ?? [], ...request.successor ? onlineKeysOf(keysFor(request.successor, content._type)) : []]);
	const old = {
		snapshot: request.before?.snapshot.metadata,
		timestamp: request.before?.timestamp.metadata
	};
	const meta = await snapshotMeta(request.offline, old.snapshot?.signed.meta);
	const snapshotReason = sameJson(old.snapshot?.signed.meta, meta) ? await whyRenew("snapshot", old.snapshot, root.signed, request) : "the targets roles changed";
	let snapshot = old.snapshot;
	if (!snapshot || snapshotReason) {
		reasons.push(`snapshot: ${snapshotReason ?? "there is none"}`);
		snapshot = await sign({
			...common(request, root.signed, old.snapshot, "snapshot"),
			_type: "snapshot",
			meta
		});
	}
	const names = { "snapshot.json": { version: snapshot.signed.version } };
	const timestampReason = isNamed(snapshot, own(old.timestamp?.signed.meta, "snapshot.json")) ? await whyRenew("timestamp", old.timestamp, root.signed, request) : "there is a new snapshot";
	let timestamp = old.timestamp;
	if (!timestamp || timestampReason) {
		reasons.push(`timestamp: ${timestampReason ?? "there is none"}`);
		timestamp = await sign({
			...common(request, root.signed, old.timestamp, "timestamp"),
			_type: "timestamp",
			meta: names
		});
	}
	return {
		snapshot,
		timestamp,
		reasons,
		troubles: onlineKeys.troubles
	};
}
function keysFor(root, role) {
	return {
		role: root.roles[role],
		keys: root.keys
	};
}
/** Every role that clients can reach, in its current version; what was listed before stays (section 5.5.5). */
async function snapshotMeta(offline, before = {}) {
	const meta = new Map(Object.entries(before));
	for (const role of reachableRoles(offline).keys()) {
		const version = targetsOf(offline, role)?.signed.version;
		const file = offline.roles.get(role)?.file;
		if (version === void 0 || !file) continue;
		const name = `${role}.json`;
		const entry = meta.get(name);
		if (!(entry?.version === version && await contentProblem(entry, offline.tree, file, MAX_BYTES.targets) === void 0)) meta.set(name, { version });
	}
	return Object.fromEntries(meta);
}
/** Whether an entry of timestamp describes this snapshot, as its file will be written. */
function isNamed(snapshot, entry) {
	return entry?.version === snapshot.signed.version && metaFileProblem(entry, new TextEncoder().encode(formatMetadata(snapshot))) === void 0;
}
/** Why a role that still says the right thing is signed anew all the same; undefined where it need not be. */
async function whyRenew(role, metadata, root, { now, floor, successor }) {
	if (!metadata) return "there is none";
	if (floor && floor[role] > metadata.signed.version) return `version ${floor[role]} is published already`;
	if (!(await verifyThreshold(metadata, root.roles[role], root.keys)).met) return "its key changed";
	if (successor && !(await verifyThreshold(metadata, successor.roles[role], successor.keys)).met) return `root ${successor.version} gives it other keys, which sign it beforehand`;
	const expires = parseTime(metadata.signed.expires)?.getTime() ?? 0;
	const { signing } = periodsOf(root.roles[role]) ?? DEFAULT_ONLINE_PERIODS[role];
	if (expires - now.getTime() <= signing * 864e5) return `it expires on ${metadata.signed.expires}`;
	const [problem] = await checkOnlineRole(role, metadata, root, now);
	return problem?.message;
}
function common({ now, floor }, root, before, role) {
	const { expiry } = periodsOf(root.roles[role]) ?? DEFAULT_ONLINE_PERIODS[role];
	return {
		...before?.signed,
		spec_version: before && isSpecVersion(before.signed.spec_version) ? before.signed.spec_version : SPEC_VERSION,
		version: Math.max(before?.signed.version ?? 0, floor?.[role] ?? 0) + 1,
		expires: formatTime(new Date(now.getTime() + expiry * DAY))
	};
}
// src/repository/handover.ts
/**
* The switch from old online keys to new ones. Caches show an old timestamp for a while beside a new root, and an old
* root beside a new timestamp, so around the switch both keys sign, in three steps:
*
*   prepare   what is published stays, and is signed by the old keys and the new ones
*   wait      until every cache has let go of what the old keys alone had signed
*   publish   the new root, with snapshot and timestamp signed by the new keys and, for a while, the old ones
*
* Clients ignore signatures of keys that their root does not give the role (specification 5.4.1, 5.5.3).
*/
const NO_KEYS = {
	snapshot: [],
	timestamp: []
};
/** What comes next on the way from what is published to the main branch. */
async function planHandover(request) {
	const { offline, before, now, cacheLifetime } = request;
	const root = rootOf(offline)?.signed;
	const rootBefore = before && rootOf(before.offline)?.signed;
	const online = before?.online;
	const timestamp = online?.timestamp.metadata;
	const snapshot = online?.snapshot.metadata;
	if (!root || !rootBefore || !timestamp || !snapshot || cacheLifetime <= 0) return {
		step: "publish",
		retiring: NO_KEYS
	};
	const settled = settledAt(timestamp, rootBefore, request);
	if (rootBefore.version === root.version) return {
		step: "publish",
		retiring: now < settled ? furtherSigners({
			timestamp,
			snapshot
		}, offline, root) : NO_KEYS
	};
	const retiring = retiringKeys(before, offline);
	if (!await meets(root, {
		timestamp,
		snapshot
	})) return { step: "prepare" };
	return (signedBeforehand(timestamp, rootBefore, root) || signedBeforehand(snapshot, rootBefore, root)) && now < settled ? {
		step: "wait",
		until: settled
	} : {
		step: "publish",
		retiring
	};
}
/** The online keys of what is published that the root of the main branch has no more. */
function retiringKeys(before, offline) {
	const [old, next] = [before && rootOf(before.offline)?.signed, rootOf(offline)?.signed];
	if (!old || !next) return NO_KEYS;
	return perRole((role) => withoutKeys(onlineKeysOf(keySet(old, role)), onlineKeysOf(keySet(next, role))));
}
/** Whether both online roles are signed as a root asks. */
async function meets(root, online) {
	for (const role of ONLINE_ROLES) if (!(await verifyThreshold(online[role], root.roles[role], root.keys)).met) return false;
	return true;
}
function keySet(root, role) {
	return {
		role: root.roles[role],
		keys: root.keys
	};
}
function perRole(keys) {
	return {
		snapshot: keys("snapshot"),
		timestamp: keys("timestamp")
	};
}
/**
* From when on no cache shows what was published before this timestamp. The time of signing is its expiry, which is
* signed too, less its period; never later than now.
*/
function settledAt({ signed }, root, { now, cacheLifetime }) {
	const { expiry } = periodsOf(root.roles.timestamp) ?? DEFAULT_ONLINE_PERIODS.timestamp;
	const signing = (parseTime(signed.expires)?.getTime() ?? 0) - expiry * DAY;
	return new Date(Math.min(signing, now.getTime()) + cacheLifetime);
}
/** Whether a key has signed that only the next root gives the role. */
function signedBeforehand({ signatures, signed }, before, next) {
	const { _type: role } = signed;
	return signatures.some(({ keyid }) => next.roles[role].keyids.includes(keyid) && !before.roles[role].keyids.includes(keyid));
}
/** The online keys of earlier roots whose signatures stand beside those of the role's own keys. */
function furtherSigners(online, { rootHistory }, root) {
	return perRole((role) => {
		const own = onlineKeysOf(keySet(root, role));
		const keyids = online[role].signatures.map(({ keyid }) => keyid);
		const known = /* @__PURE__ */ new Map();
		for (const { metadata } of rootHistory.values()) {
			const { signed } = metadata ?? {};
			for (const keyid of signed?.roles[role].keyids ?? []) {
				const key = signed && Object.hasOwn(signed.keys, keyid) ? signed.keys[keyid] : void 0;
				if (key && keyids.includes(keyid)) known.set(keyid, key);
			}
		}
		return withoutKeys(onlineKeysOf({
			role: {
				keyids: [...known.keys()],
				threshold: 1
			},
			keys: Object.fromEntries(known)
		}), own);
	});
}
// src/repository/live.ts
/**
* What the world sees: the online roles that a published site serves now. They count as a floor for the next versions
* only where they verify; a site is no more to be believed than a branch.
*/
const TIMEOUT_MS = 3e4;
/** Reads the versions that a site (URL, or folder of a build) serves, as far as this root vouches for them. */
async function readLive(site, root) {
	const bytes = await readSiteFile(site, "metadata/timestamp.json", MAX_BYTES.timestamp);
	if (!bytes) return { status: "nothing" };
	try {
		const timestamp = parseMetadata(bytes, "timestamp");
		const { met } = await verifyThreshold(timestamp, root.roles.timestamp, root.keys);
		if (!met) return {
			status: "unverified",
			why: "its timestamp is not signed by the timestamp key of the current root"
		};
		const snapshot = own(timestamp.signed.meta, "snapshot.json")?.version ?? 0;
		return {
			status: "verified",
			timestamp: timestamp.signed.version,
			snapshot
		};
	} catch (error) {
		if (error instanceof JsonError || error instanceof MetadataError) return {
			status: "unverified",
			why: error.message
		};
		throw error;
	}
}
/** One file of a site; undefined where it is not there. */
async function readSiteFile(site, path, maxBytes) {
	const refuse = (problem, cause) => {
		throw new RepositoryError("unreachable", `Cannot tell what is published at ${site}: ${problem}. Try again, or check the address.`, { cause });
	};
	if (!/^https?:/.test(site)) {
		const bytes = await readFile(join(site, path)).catch((error) => error.code === "ENOENT" ? void 0 : refuse(error.message, error));
		return bytes && bytes.length > maxBytes ? refuse(`${path} is larger than ${maxBytes} bytes`) : bytes;
	}
	const url = new URL(path, site.endsWith("/") ? site : `${site}/`);
	let response;
	try {
		response = await fetch(url, {
			signal: AbortSignal.timeout(TIMEOUT_MS),
			cache: "no-store"
		});
	} catch (error) {
		return refuse(error.message, error);
	}
	if (response.status === 404) return void 0;
	if (!response.ok || !response.body) return refuse(`it answers ${response.status}`);
	const pieces = [];
	let length = 0;
	for await (const piece of response.body) {
		length += piece.length;
		if (length > maxBytes) return refuse(`${path} is larger than ${maxBytes} bytes`);
		pieces.push(piece);
	}
	return Buffer.concat(pieces);
}
// src/repository/online-state.ts
/** The online roles among the files of a state. */
function onlineOf(state) {
	return {
		tree: state.tree,
		snapshot: roleOf(state, "snapshot"),
		timestamp: roleOf(state, "timestamp")
	};
}
function roleOf(state, role) {
	const found = state.roles.get(role);
	const problem = found?.problem?.message;
	return {
		file: found?.file,
		metadata: found?.metadata,
		...problem === void 0 ? {} : { problem }
	};
}
// src/repository/publication.ts
const ONLINE_BRANCH = "online";
const MAIN_COMMIT = "Main-Commit";
/** Where tuf-on-ci keeps the state that it published last: a commit in the history of main. */
const TUF_ON_CI_PUBLISH_BRANCH = "publish";
/**
* Reads a commit of the branch `online`.
* @throws {RepositoryError} `online-branch` where it names no commit of the main branch.
*/
async function readPublication(repository, commit, main) {
	const { trailers } = await repository.commitInfo(commit);
	const named = trailers.get("Main-Commit") ?? "";
	const mainCommit = /^[0-9a-f]{40,64}$/.test(named) ? await repository.resolve(named) : void 0;
	if (mainCommit === void 0 || !await repository.isAncestor(mainCommit, main)) throw new RepositoryError("online-branch", `The commit ${commit.slice(0, 12)} on the branch ${ONLINE_BRANCH} names no commit of the main branch in "${MAIN_COMMIT}:". Somebody else has pushed there; set the branch back to its last good commit.`);
	return {
		commit,
		mainCommit,
		offline: await loadState(await commitTree(repository, mainCommit)),
		online: onlineOf(await loadState(await commitTree(repository, commit)))
	};
}
/**
* The publication of a repository that was taken over from tuf-on-ci, which keeps its online roles on the main branch:
* that of the given commit. Undefined where there are none.
*/
async function readTakenOver(repository, commit) {
	const offline = await loadState(await commitTree(repository, commit));
	const online = onlineOf(offline);
	if (!online.timestamp.file || !online.snapshot.file) return void 0;
	return {
		commit,
		mainCommit: commit,
		offline,
		online
	};
}
/** Whether both online roles are signed as the root of that publication asks, whatever their age. */
async function isSigned({ offline, online }) {
	const root = rootOf(offline)?.signed;
	if (!root || !online) return false;
	for (const role of ONLINE_ROLES) {
		const { metadata } = online[role];
		if (!metadata || !(await verifyThreshold(metadata, root.roles[role], root.keys)).met) return false;
	}
	return true;
}
// src/repository/digest.ts
/** Length and hashes of an artifact, computed while its bytes stream by. */
/** The hash algorithms for artifacts that stock clients know. */
const SUPPORTED_HASHES = /* @__PURE__ */ new Set(["sha256", "sha512"]);
/** Hashes a file with each of the algorithms, which must be supported ones; `seen` is handed every piece. */
async function digestFile(tree, file, algorithms, seen) {
	const hashers = algorithms.map((name) => ({
		name,
		hasher: createHasher(name)
	}));
	let length = 0;
	for await (const piece of tree.stream(file)) {
		length += piece.length;
		for (const { hasher } of hashers) hasher.update(piece);
		await seen?.(piece);
	}
	return {
		length,
		hashes: Object.fromEntries(hashers.map(({ name, hasher }) => [name, toHex(hasher.digest())]))
	};
}
// src/repository/build.ts
/**
* The publishable tree: what a web server hands to TUF clients, with the versioned names of consistent snapshots
* (specification section 6.2). It appears complete or not at all.
*/
/** What marks a folder as a build of ours, so that the next build may replace it. */
const MARKS = ["metadata/timestamp.json", "sign/index.html"];
/** Builds the site of a publication. */
async function buildSite(request) {
	return buildWhole(request.directory, async (work, directory) => {
		const metadataFiles = await writeMetadata(request, join(work, "metadata"));
		const artifacts = await writeArtifacts(request.offline, join(work, "targets"));
		await writePages(request.pages ?? /* @__PURE__ */ new Map(), work);
		return {
			directory,
			metadataFiles,
			artifacts
		};
	});
}
/** Builds the site of a repository that has no metadata yet: the pages, with which its first event can be signed. */
async function buildPages(directory, pages) {
	await buildWhole(directory, (work) => writePages(pages, work));
}
/** Lets `write` fill a folder beside the place, and moves it there at the end. */
async function buildWhole(place, write) {
	const directory = resolve(place);
	await checkReplaceable(directory);
	await mkdir(dirname(directory), { recursive: true });
	const work = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
	try {
		const written = await write(work, directory);
		await replaceDirectory(work, directory);
		return written;
	} catch (error) {
		await rm(work, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
async function checkReplaceable(directory) {
	const names = (await readdir(directory, { recursive: true }).catch((error) => {
		if (error.code === "ENOENT") return [];
		throw new RepositoryError("bad-request", `Cannot build into ${directory}: ${error.message}. Name a folder that is empty or does not exist.`, { cause: error });
	})).map((name) => name.replaceAll("\\", "/"));
	if (names.length > 0 && !MARKS.some((mark) => names.includes(mark))) throw new RepositoryError("bad-request", `${directory} holds other files, which a build would delete. Name a folder that is empty, does not exist, or holds an earlier build.`);
}
async function replaceDirectory(work, directory) {
	const old = `${work}.old`;
	const hadOld = await rename(directory, old).then(() => true, () => false);
	try {
		await rename(work, directory);
	} catch (error) {
		if (hadOld) await rename(old, directory);
		throw error;
	}
	if (hadOld) await rm(old, {
		recursive: true,
		force: true
	});
}
async function writeMetadata({ offline, online }, directory) {
	await mkdir(directory, { recursive: true });
	let count = 0;
	const copy = async (tree, file, role, name) => {
		await writeFile(join(directory, name), await tree.read(file, maxBytesOf(role)));
		count++;
	};
	for (const [version, { file }] of offline.rootHistory) await copy(offline.tree, file, "root", `${version}.root.json`);
	for (const role of reachableRoles(offline).keys()) {
		const file = offline.roles.get(role)?.file;
		const version = targetsOf(offline, role)?.signed.version;
		if (file && version !== void 0) await copy(offline.tree, file, role, `${version}.${role}.json`);
	}
	for (const role of ONLINE_ROLES) {
		const { file, metadata } = online[role];
		if (!file || !metadata) throw new RepositoryError("not-found", `There is no ${role} to publish. Run \`playground online-sign\`.`);
		const name = role === "timestamp" ? "timestamp.json" : `${metadata.signed.version}.${role}.json`;
		await writeFile(join(directory, name), await online.tree.read(file, MAX_BYTES[role]));
		count++;
	}
	return count;
}
async function writePages(pages, work) {
	for (const [path, bytes] of pages) {
		if (!/^(?!metadata\/|targets\/)(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(path)) throw new Error(`no page can stand at ${path}`);
		await mkdir(dirname(join(work, path)), { recursive: true });
		await writeFile(join(work, path), bytes);
	}
}
async function writeArtifacts(offline, directory) {
	await mkdir(directory, { recursive: true });
	let count = 0;
	for (const role of reachableRoles(offline).keys()) for (const [path, entry] of Object.entries(targetsOf(offline, role)?.signed.targets ?? {})) {
		const file = offline.artifacts.get(path);
		if (!file) continue;
		await writeArtifact(offline.tree, file, entry, directory, path, role);
		count++;
	}
	return count;
}
/** Writes one artifact under the name of each hash that its role states, checking each while it is written. */
async function writeArtifact(tree, file, entry, directory, path, role) {
	const algorithms = Object.keys(entry.hashes).filter((name) => SUPPORTED_HASHES.has(name));
	const folder = join(directory, dirname(path));
	await mkdir(folder, { recursive: true });
	const names = algorithms.map((name) => join(folder, `${entry.hashes[name]}.${basename(path)}`));
	const outputs = [];
	let digest;
	try {
		for (const name of names) outputs.push(await open(name, "w"));
		digest = await digestFile(tree, file, algorithms, async (piece) => {
			for (const output of outputs) await output.writeFile(piece);
		});
	} finally {
		for (const output of outputs) await output.close();
	}
	if (digest.length !== entry.length || algorithms.some((name) => digest.hashes[name] !== entry.hashes[name])) {
		const message = `${TARGETS}${path} differs from what ${role} states`;
		throw new RepositoryError("invalid", `Nothing was built: ${message}.`, { findings: [finding("artifact-mismatch", {
			role,
			path: TARGETS + path,
			message
		})] });
	}
}
// src/tuf/walk.ts
/**
* The search that clients make for an artifact (specification section 5.6.7): top-level targets first, then the
* delegations that cover the path, depth first in order of priority, up to 32 roles.
*/
/** Searches for the artifact. `targetsOf` gives a role's signed part, or undefined where it cannot be loaded. */
function findTarget(path, targetsOf) {
	const visited = [];
	const stack = ["targets"];
	let terminated = false;
	for (let role = stack.pop(); role !== void 0; role = stack.pop()) {
		if (visited.includes(role)) continue;
		if (visited.length >= 32) return {
			visited,
			found: void 0,
			end: "too-many-roles"
		};
		visited.push(role);
		const targets = targetsOf(role);
		if (!targets) continue;
		const file = own(targets.targets, path);
		if (file) return {
			visited,
			found: {
				role,
				file
			}
		};
		const next = [];
		for (const delegation of delegationsForPath(targets.delegations, path)) {
			next.push(delegation.name);
			if (delegation.terminating) {
				stack.length = 0;
				terminated = true;
				break;
			}
		}
		stack.push(...next.reverse());
	}
	return {
		visited,
		found: void 0,
		end: terminated ? "terminated" : "exhausted"
	};
}
// src/repository/validate/artifacts.ts
/** Artifacts: what the roles list is there, whole, and found by the search that clients make; nothing else is there. */
async function checkArtifacts(context) {
	const { proposed, knownGood } = context;
	const findings = [];
	const listed = /* @__PURE__ */ new Set();
	const reachable = reachableRoles(proposed);
	const targets = (role) => targetsOf(proposed, role)?.signed;
	const targetsBefore = (role) => targetsOf(knownGood, role)?.signed;
	for (const role of targetsRoles(proposed)) for (const [path, entry] of Object.entries(targets(role)?.targets ?? {})) {
		listed.add(path);
		const file = proposed.artifacts.get(path);
		const at = TARGETS + path;
		if (!file) {
			findings.push(finding("artifact-missing", {
				role,
				path: at,
				message: `${role} lists ${at}, which is not there`
			}));
			continue;
		}
		const entryBefore = own(targetsBefore(role)?.targets, path);
		const changed = knownGood.artifacts.get(path)?.id !== file.id || !sameJson(entryBefore, entry);
		const algorithms = Object.keys(entry.hashes).filter((name) => SUPPORTED_HASHES.has(name));
		if (algorithms.length === 0) findings.push(finding("artifact-hash-unsupported", {
			role,
			path: at,
			message: `${role} gives no sha256 or sha512 hash for ${at}`,
			changed
		}));
		else if (changed && (file.kind === "file" || file.kind === "executable")) findings.push(...await checkContent(proposed.tree, file, role, entry, algorithms));
		const found = reachable.has(role) ? findTarget(path, targets).found?.role : role;
		if (found !== role) {
			const where = found ? `finds it in ${found}` : "never gets to this entry";
			findings.push(finding("artifact-unreachable", {
				role,
				path: rolePath(role),
				message: `${role} lists ${path}, but the search of a client ${where}`,
				changed: changed || roleChanged(context, role) || findTarget(path, targetsBefore).found?.role === role
			}));
		}
	}
	return [...findings, ...unlisted(proposed, knownGood, listed)];
}
/** Whether a file has the length and the hashes that its role states. */
async function checkContent(tree, file, role, entry, algorithms) {
	const { path } = file;
	const withheld = tree.withheld?.(file);
	if (withheld !== void 0) return [finding("artifact-not-checked", {
		role,
		path,
		message: `${path}, which ${role} lists, ${withheld}`
	})];
	const digest = await digestFile(tree, file, algorithms);
	if (digest.length === entry.length && algorithms.every((name) => digest.hashes[name] === entry.hashes[name])) return [];
	return [finding("artifact-mismatch", {
		role,
		path,
		message: `${path} differs from what ${role} states (${mismatch(entry, digest)})`
	})];
}
function mismatch(stated, found) {
	if (stated.length !== found.length) return `${found.length} bytes, stated ${stated.length}`;
	const name = Object.keys(found.hashes).find((algorithm) => found.hashes[algorithm] !== stated.hashes[algorithm]) ?? "";
	return `${name} ${found.hashes[name]?.slice(0, 12)}…, stated ${stated.hashes[name]?.slice(0, 12)}…`;
}
function unlisted(proposed, knownGood, listed) {
	const findings = [];
	for (const [path, file] of proposed.artifacts) {
		if (listed.has(path)) continue;
		const changed = knownGood.artifacts.get(path)?.id !== file.id;
		findings.push(finding("artifact-unlisted", {
			path: TARGETS + path,
			message: `${TARGETS}${path} is listed in no role`,
			changed
		}));
	}
	return findings;
}
// src/tuf/client-support.ts
/**
* What stock clients do with each kind of key that may be enrolled, read from their sources. It matters before a key is
* chosen: some clients refuse a whole file for one key that they do not know, also where others have met its threshold.
*
* The clients are those that a repository of this format serves. rust-tuf and php-tuf are not among them whatever the
* kind: they take no keys with fields beyond those of the specification.
*/
const CLIENTS = [
	"tuf-js",
	"python-tuf",
	"go-tuf",
	"tough"
];
const ML_DSA_REACTIONS = {
	"tuf-js": { does: "skip" },
	"python-tuf": {
		does: "verify",
		from: "with securesystemslib 1.6 and cryptography 48"
	},
	"go-tuf": {
		does: "verify",
		from: "of September 2026"
	},
	tough: { does: "refuse-file" }
};
const SIGSTORE_REACTIONS = {
	"tuf-js": { does: "skip" },
	"python-tuf": { does: "refuse-file" },
	"go-tuf": { does: "refuse-role" },
	tough: { does: "refuse-file" }
};
/** The reactions to keys that not every client verifies. */
function reactionsTo(key) {
	const support = classifyKey(key);
	if (support.status !== "supported") return void 0;
	if (support.algorithm === "sigstore") return SIGSTORE_REACTIONS;
	return support.algorithm.startsWith("ml-dsa-") ? ML_DSA_REACTIONS : void 0;
}
/** Whether all of these clients, in any version that is in use, verify the key. */
function isForEveryClient(key) {
	return reactionsTo(key) === void 0;
}
/**
* Which clients follow a repository that has such a key and which do not, in words that follow its name; undefined
* where all do.
*/
function clientsInWords(key) {
	const reactions = reactionsTo(key);
	if (!reactions) return void 0;
	const those = (does) => CLIENTS.filter((client) => reactions[client].does === does).map((client) => {
		const reaction = reactions[client];
		return reaction.does === "verify" && reaction.from ? `${client} (${reaction.from} or later)` : client;
	});
	return [
		[
			"verify",
			"is verified by",
			""
		],
		[
			"skip",
			"counts for nothing in",
			""
		],
		[
			"refuse-role",
			"makes",
			" refuse the roles that it signs"
		],
		[
			"refuse-file",
			"makes",
			" refuse the whole file that names it"
		]
	].flatMap(([does, before, after]) => {
		const clients = those(does);
		return clients.length > 0 ? [`${before} ${clients.join(" and ")}${after}`] : [];
	}).join(", ");
}
// src/repository/validate/keys.ts
/** Keys and thresholds: what root and the delegating roles say about who may sign. */
function checkKeys(context) {
	return keyBooks(context.proposed).flatMap((book) => [...checkKeyObjects(context, book), ...book.roles.flatMap(({ name, role }) => checkRoleKeys(context, book, name, role))]);
}
/** Every file that gives keys, with its keys and the roles that it gives them to. */
function keyBooks(proposed) {
	const books = [];
	const root = rootOf(proposed)?.signed;
	if (root) {
		const roles = Object.entries(root.roles).map(([name, role]) => ({
			name,
			role
		}));
		books.push({
			by: "root",
			keys: root.keys,
			roles
		});
	}
	for (const by of targetsRoles(proposed)) {
		const delegations = targetsOf(proposed, by)?.signed.delegations;
		if (!delegations) continue;
		const { keys, succinct_roles: succinct } = delegations;
		const roles = succinct ? [{
			name: `${succinct.name_prefix}-*`,
			role: succinct
		}] : (delegations.roles ?? []).map((role) => ({
			name: role.name,
			role
		}));
		books.push({
			by,
			keys,
			roles
		});
	}
	return books;
}
function checkKeyObjects(context, { by, keys, roles }) {
	const findings = [];
	const used = new Set(roles.flatMap(({ role }) => role.keyids));
	for (const [keyid, key] of Object.entries(keys)) {
		const changed = !keyWasTrusted(context, by, keyid, key);
		const add = (code, message) => void findings.push(finding(code, {
			role: by,
			path: rolePath(by),
			message,
			changed
		}));
		if (computeKeyid(key) !== keyid) add("keyid-mismatch", `${by}: keyid ${short(keyid)} is not the hash of its key`);
		const support = classifyKey(key);
		if (support.status === "unsupported") add("key-unsupported", `${by}: key ${short(keyid)} is ${support.name}: ${support.reason}`);
		else if (support.status !== "supported") add("key-weak", `${by}: key ${short(keyid)} cannot be used: ${support.reason}`);
		else if (!support.enrolable && changed) add("key-unsupported", `${by}: key ${short(keyid)} is in a form that is not accepted for new keys: ${support.reason}`);
		if (!used.has(keyid)) add("key-unused", `${by}: key ${short(keyid)} is used by no role`);
	}
	return findings;
}
function checkRoleKeys(context, book, name, role) {
	const findings = [];
	const changed = roleChanged(context, book.by);
	const add = (code, message) => void findings.push(finding(code, {
		role: name,
		path: rolePath(book.by),
		message,
		changed
	}));
	const online = name === "snapshot" || name === "timestamp";
	if (new Set(role.keyids).size !== role.keyids.length) add("keyid-duplicate", `${name}: a keyid stands twice`);
	const keys = [];
	for (const keyid of new Set(role.keyids)) {
		const key = own(book.keys, keyid);
		if (!key) {
			add("key-undefined", `${name} names the key ${short(keyid)}, which ${book.by} does not define`);
			continue;
		}
		if (keys.some((other) => samePublicKey(other, key))) add("key-shared", `${name}: ${describeKey(key)} stands under several keyids and counts once`);
		else keys.push(key);
		const isOnlineKey = onlineUri(key) !== void 0;
		if (book.by === "root" && (isOnlineKey ? name === "root" : online)) add("keys-online-and-offline", isOnlineKey ? `${name} is signed by people, but ${describeKey(key)} is an online key` : `${name} is signed by a machine, but ${describeKey(key)} is not an online key`);
	}
	const expected = keys.length + (context.invited.get(name) ?? 0);
	if (role.threshold < 1) add("threshold-invalid", `${name} has threshold ${role.threshold}: it needs no signature at all`);
	else if (role.threshold > expected) add("threshold-invalid", `${name} needs ${role.threshold} signatures but has ${expected} ${expected === 1 ? "key" : "keys"}`);
	else if (role.threshold === expected && expected > 1 && !online) add("threshold-is-all", `${name} needs all of its ${expected} keys: one lost key locks the role`);
	return findings;
}
function short(keyid) {
	return keyid.slice(0, 8);
}
// src/repository/validate/clients.ts
/** What stock clients would not follow although it is valid: keys that some of them do not know, and their limits. */
/**
* Bytes of a bundle in a metadata file: a certificate of GitHub’s workflows twice, the log entry with a proof of some
* thirty hashes, and a timestamp.
*/
const SIGSTORE_BUNDLE_BYTES = 9e3;
function checkClients(context) {
	const root = rootOf(context.proposed)?.signed;
	return [...keyBooks(context.proposed).flatMap(({ by, keys, roles }) => roles.flatMap(({ name, role }) => fewClients(by, name, role, keys))), ...root ? timestampSize(root) : []];
}
/** The keys of a role that not every client knows, and whether the role can do without them. */
function fewClients(by, name, role, keys) {
	const present = [...new Set(role.keyids)].map((keyid) => own(keys, keyid)).filter((key) => key !== void 0);
	const limited = Map.groupBy(present.filter((key) => !isForEveryClient(key)), (key) => clientsInWords(key) ?? "");
	const known = new Set(present.filter(isUsual).map(publicKeyIdentity)).size;
	return [...limited].map(([words, [first, ...more]]) => {
		const message = `${name}: ${`${first ? describeKey(first) : ""}${more.length > 0 ? ` and ${more.length} more` : ""}`} ${words}. ${known >= role.threshold ? `The threshold of ${role.threshold} can be met without it, by usual keys alone; so the role is as safe as those` : `The threshold of ${role.threshold} cannot be met without it`}`;
		return finding("key-few-clients", {
			role: name,
			path: rolePath(by),
			message
		});
	});
}
/** Whether every client counts the key. */
function isUsual(key) {
	return classifyKey(key).status === "supported" && isForEveryClient(key);
}
/** The timestamp that the keys in root would make: its limit is the one that large signatures reach. */
function timestampSize(root) {
	const keyids = [...new Set(root.roles.timestamp.keyids)];
	const bytes = formatMetadata({
		signatures: keyids.map((keyid) => {
			const key = own(root.keys, keyid);
			const support = key && classifyKey(key);
			if (support?.status !== "supported") return {
				keyid,
				sig: ""
			};
			if (support.algorithm === "sigstore") return {
				keyid,
				sig: "",
				bundle: { of: " ".repeat(SIGSTORE_BUNDLE_BYTES) }
			};
			return {
				keyid,
				sig: "00".repeat(maxSignatureBytes(support.publicKey))
			};
		}),
		signed: {
			_type: "timestamp",
			spec_version: root.spec_version,
			version: MAX_VERSION,
			expires: formatTime(/* @__PURE__ */ new Date(0)),
			meta: { "snapshot.json": { version: MAX_VERSION } }
		}
	}).length;
	if (bytes <= MAX_BYTES.timestamp) return [];
	const message = `timestamp will have up to ${bytes} bytes with the signatures of its ${keyids.length} keys; clients read ${MAX_BYTES.timestamp}`;
	return [finding("file-too-large", {
		role: "timestamp",
		path: rolePath("root"),
		message,
		mend: "Give timestamp fewer keys, or keys with smaller signatures: Ed25519, P-256, RSA or ML-DSA-44."
	})];
}
// src/repository/validate/delegations.ts
/** Delegations: names and path patterns that all clients read alike. */
function checkDelegations(context) {
	const findings = [];
	for (const by of targetsRoles(context.proposed)) {
		const delegations = targetsOf(context.proposed, by)?.signed.delegations;
		const add = (code, message) => void findings.push(finding(code, {
			role: by,
			path: rolePath(by),
			message,
			changed: roleChanged(context, by)
		}));
		const prefix = delegations?.succinct_roles?.name_prefix;
		const prefixProblem = prefix === void 0 ? void 0 : roleNameProblem(`${prefix}-0`);
		if (prefixProblem) add("file-name", `${by} delegates to bins named ${JSON.stringify(prefix)}; the name ${prefixProblem}`);
		const seen = /* @__PURE__ */ new Set();
		for (const { name, paths } of delegations?.roles ?? []) {
			const problem = roleNameProblem(name);
			if (problem) add("file-name", `${by} delegates to ${JSON.stringify(name)}; the name ${problem}`);
			if (seen.has(name)) add("delegation-duplicate", `${by} delegates to ${name} twice`);
			seen.add(name);
			for (const pattern of paths ?? []) {
				const patternProblem = pathPatternProblem(pattern);
				if (patternProblem) add("delegation-paths", `${by}: the path ${JSON.stringify(pattern)} of ${name} ${patternProblem}`);
			}
		}
	}
	return findings;
}
// src/repository/validate/files.ts
/** Files: nothing but plain files under names that mean the same everywhere, each of which belongs to something. */
const PROBLEM_CODES = {
	"not-regular": "not-a-regular-file",
	"too-large": "file-too-large",
	json: "invalid-json",
	shape: "invalid-metadata"
};
function checkFiles(context) {
	const { proposed, knownGood } = context;
	const before = new Map(knownGood.tree.files.map((file) => [file.path, file.id]));
	const changed = (file) => before.get(file.path) !== file.id;
	const findings = [];
	for (const file of proposed.tree.files) {
		const { path } = file;
		if (file.kind === "executable") findings.push(finding("executable-file", {
			path,
			message: `${shown(path)} is marked as executable`
		}));
		else if (file.kind !== "file") {
			const message = `${shown(path)} is a ${file.kind}, not a plain file`;
			findings.push(finding("not-a-regular-file", {
				path,
				message,
				changed: changed(file)
			}));
		}
		const problem = nameProblem(file);
		if (problem) {
			const weight = changed(file) || !file.validName;
			findings.push(finding("file-name", {
				path,
				message: `${shown(path)} ${problem}`,
				changed: weight
			}));
		}
	}
	for (const file of proposed.strays) {
		const message = `${shown(file.path)} belongs to no role`;
		findings.push(finding("stray-file", {
			path: file.path,
			message,
			changed: changed(file)
		}));
	}
	if (proposed.invitationFile && context.invited.size === 0) {
		const message = `${INVITATION_FILE} is there although no invitation is open`;
		findings.push(finding("invitation-file", {
			path: INVITATION_FILE,
			message,
			mend: "Remove the file."
		}));
	}
	for (const roleFile of [...proposed.roles.values(), ...proposed.rootHistory.values()]) {
		const { role, file, problem } = roleFile;
		if (!problem || problem.kind === "not-regular") continue;
		const message = `${shown(file.path)} cannot be used: ${problem.message}`;
		findings.push(finding(PROBLEM_CODES[problem.kind], {
			role,
			path: file.path,
			message
		}));
	}
	return [...findings, ...collisions(proposed.tree.files, changed)];
}
/** Why the name is refused, in words that follow the path. */
function nameProblem(file) {
	if (!file.validName) return "has a name that git would not check out: not UTF-8, there twice, or outside of its folder";
	const place = placeOf(file.path);
	if (place.kind === "artifact") return targetPathProblem(place.targetPath);
	if (place.kind !== "role" || /^(root|targets|snapshot|timestamp)$/.test(place.role)) return void 0;
	const problem = roleNameProblem(place.role);
	return problem && `is named after a role whose name ${problem}`;
}
function collisions(files, changed) {
	const byFolded = /* @__PURE__ */ new Map();
	const findings = [];
	for (const file of files) {
		const folded = file.path.toLowerCase();
		const other = byFolded.get(folded);
		if (other) {
			const message = `${shown(file.path)} and ${shown(other.path)} differ only by case`;
			findings.push(finding("name-collision", {
				path: file.path,
				message,
				changed: changed(file) || changed(other)
			}));
		} else byFolded.set(folded, file);
	}
	return findings;
}
/** A path for a message: control characters and odd letters are shown as escapes. */
function shown(path) {
	return /^[\x21-\x7e]+$/.test(path) ? path : JSON.stringify(path).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
// src/repository/validate/online-keys.ts
/**
* What a choice of online keys entails although it is valid. It is said when it is made, and not again.
*/
function checkOnlineKeys({ proposed, knownGood }) {
	const known = new Set(consequences(knownGood).map(identity));
	return consequences(proposed).filter((found) => !known.has(identity(found)));
}
function identity({ code, role, message }) {
	return JSON.stringify([
		code,
		role,
		message
	]);
}
function consequences(state) {
	const root = rootOf(state)?.signed;
	const findings = [];
	const [snapshot, timestamp] = ONLINE_ROLES.map((role) => [...root?.roles[role].keyids ?? []].sort());
	if (!sameJson(snapshot, timestamp)) findings.push(finding("tuf-on-ci-tool", {
		role: "root",
		path: rolePath("root"),
		message: "root gives snapshot and timestamp different keys"
	}));
	for (const { by, keys, roles } of keyBooks(state)) for (const { name, role } of roles) {
		if (by === "root" && name !== "targets") continue;
		const present = role.keyids.map((keyid) => own(keys, keyid)).filter((key) => key !== void 0);
		const online = new Set(present.filter((key) => onlineUri(key) !== void 0).map(publicKeyIdentity));
		if (online.size === 0) continue;
		const at = {
			role: name,
			path: rolePath(by)
		};
		const mixed = present.some((key) => onlineUri(key) === void 0);
		if (mixed || name === "targets") {
			const what = mixed ? "online keys beside those of people" : "an online key";
			findings.push(finding("tuf-on-ci-tool", {
				...at,
				message: `${name} has ${what}`
			}));
		}
		if (online.size < role.threshold) continue;
		const message = `${name} can be signed by online keys alone: no person has to agree to what clients get from it`;
		findings.push(finding("online-keys-suffice", {
			...at,
			message
		}));
	}
	return findings;
}
// src/repository/validate/root-history.ts
/** Root: its history is whole, unaltered, and a chain in which each version vouches for the next. */
async function checkRootHistory(context) {
	const { proposed, knownGood } = context;
	const root = rootOf(proposed)?.signed;
	if (!root) return [];
	const findings = [];
	const bad = (version, message) => void findings.push(finding("root-history", {
		role: "root",
		path: rootHistoryPath(version),
		message
	}));
	if (proposed.rootHistory.get(root.version)?.file.id !== proposed.roles.get("root")?.file.id) bad(root.version, `${rootHistoryPath(root.version)} is not the same file as ${rolePath("root")}`);
	for (let version = 1; version < root.version; version++) {
		if (!proposed.rootHistory.has(version)) bad(version, `${rootHistoryPath(version)} is missing`);
		if (findings.length > 10) return findings;
	}
	for (const [version, { file, metadata }] of proposed.rootHistory) {
		if (version > root.version) bad(version, `${file.path} is newer than ${rolePath("root")}, version ${root.version}`);
		if (metadata && metadata.signed.version !== version) bad(version, `${file.path} has version ${metadata.signed.version}`);
	}
	const knownVersion = rootOf(knownGood)?.signed.version ?? 0;
	for (const [version, { file }] of knownGood.rootHistory) if (version <= knownVersion && version <= root.version && proposed.rootHistory.get(version)?.file.id !== file.id) bad(version, `${file.path} differs from the known good copy`);
	const chain = findings.length === 0 ? await checkChain(context, root.version - 1) : [];
	return [
		...findings,
		...chain,
		...checkRoot(root)
	];
}
/** What clients do not take of the newest root, whatever came before it. */
function checkRoot({ version, consistent_snapshot }) {
	const at = {
		role: "root",
		path: rolePath("root")
	};
	const findings = [];
	if (!consistent_snapshot) {
		const message = "root has consistent_snapshot false";
		findings.push(finding("consistent-snapshot", {
			...at,
			message
		}));
	}
	if (version - 1 > 256) {
		const message = `root has version ${version}; a client that has the first one follows 256 of the ${version - 1} steps`;
		findings.push(finding("root-versions", {
			...at,
			message
		}));
	}
	return findings;
}
/** Checks versions 1 to `last` as a chain. What they say besides does not matter any more. */
async function checkChain({ proposed }, last) {
	const findings = [];
	let previous;
	for (let version = 1; version <= last; version++) {
		const next = proposed.rootHistory.get(version)?.metadata;
		if (!next) break;
		const { ok, old, new: own } = await verifyRootSuccession(previous, next);
		if (!ok) {
			const counts = [old && `${old.count} of ${old.threshold} by the keys before it`, `${own.count} of ${own.threshold} by its own keys`];
			const message = `root version ${version} does not follow: signatures ${counts.filter(Boolean).join(", ")}`;
			findings.push(finding("root-chain", {
				role: "root",
				path: rootHistoryPath(version),
				message
			}));
		}
		previous = next;
	}
	return findings;
}
// src/repository/validate/signatures.ts
/** Signatures: every role meets the threshold of each delegator; root that of its predecessor as well. */
/** All thresholds that apply to the files of root and the targets roles. */
async function checkThresholds(context) {
	const { proposed } = context;
	const thresholds = [];
	for (const role of ["root", ...targetsRoles(proposed)]) {
		const metadata = proposed.roles.get(role)?.metadata;
		if (!metadata) continue;
		const checks = new SignatureChecks(signedBytes(metadata));
		for (const { by, source, role: entry, keys } of judgesOf(proposed, role)) {
			const delegation = source === "delegator" && delegationChanged(context, role, by);
			const result = await verifyThreshold(metadata, entry, keys, checks);
			thresholds.push({
				role,
				by,
				source,
				changed: roleChanged(context, role) || delegation,
				result
			});
		}
	}
	return thresholds;
}
/** Whether the keys or the threshold that a delegator gives differ from the known-good ones. */
function delegationChanged(context, role, by) {
	const find = (state) => delegatorsOf(state, role).find((delegator) => delegator.by === by);
	const now = find(context.proposed);
	const before = find(context.knownGood);
	return !now || !before || !sameJson(speakers(now), speakers(before));
}
function speakers({ role, keys }) {
	const own = role.keyids.map((keyid) => [keyid, Object.hasOwn(keys, keyid) ? keys[keyid] : null]);
	return [role.threshold, own];
}
/** The findings that follow from the thresholds. */
function signatureFindings(state, thresholds) {
	const findings = [];
	const reported = /* @__PURE__ */ new Set();
	for (const { role, by, source, changed, result } of thresholds) {
		const path = rolePath(role);
		if (!result.met) {
			const whose = source === "previous-root" ? " of the root version before it" : role === "root" ? " of its own" : "";
			const message = `${role} has ${result.count} of the ${result.threshold} signatures${whose} that it needs${by === "root" || source === "previous-root" ? "" : ` by ${by}`}`;
			findings.push(finding("threshold-not-met", {
				role,
				path,
				message,
				changed: changed || isTopLevelRole(role)
			}));
		}
		for (const { keyid, key, status, reason } of result.keys) {
			if (status !== "invalid" || reported.has(`${role} ${keyid}`)) continue;
			reported.add(`${role} ${keyid}`);
			const who = (key && keyOwner(key)) ?? `key ${keyid.slice(0, 8)}`;
			findings.push(finding("signature-invalid", {
				role,
				path,
				message: `${role}: the signature of ${who} does not count: ${reason}`,
				changed
			}));
		}
	}
	const byRole = Map.groupBy(thresholds, ({ role }) => role);
	for (const [role, applying] of byRole) findings.push(...signatureList(role, state.roles.get(role)?.metadata, applying));
	return findings;
}
/** Duplicates, and signatures of keys that no delegator knows. */
function signatureList(role, metadata, applying) {
	if (!metadata) return [];
	const path = rolePath(role);
	const changed = applying.some((threshold) => threshold.changed);
	const findings = [];
	const keyids = metadata.signatures.map((signature) => signature.keyid);
	if (new Set(keyids).size !== keyids.length) findings.push(finding("keyid-duplicate", {
		role,
		path,
		message: `${role} holds two signatures of one keyid`,
		changed
	}));
	const unknown = applying[0]?.result.others.filter((keyid) => applying.every(({ result }) => result.others.includes(keyid)));
	for (const keyid of unknown ?? []) findings.push(finding("signature-unknown", {
		role,
		path,
		message: `${role} holds a signature of ${keyid.slice(0, 8)}, which is no key of the role`,
		changed
	}));
	return findings;
}
// src/repository/validate.ts
const CHECKS = [
	checkFiles,
	checkRoles,
	checkRootHistory,
	checkKeys,
	checkClients,
	checkOnlineKeys,
	checkDelegations,
	checkArtifacts
];
/**
* Judges a proposed state. What differs from the known-good state is held to every rule; a flaw that is published
* already and untouched is a warning, unless clients would refuse the whole repository for it.
*/
async function validate(proposed, knownGood, now, options = {}) {
	const context = {
		proposed: proposed.offline,
		knownGood: knownGood?.offline ?? EMPTY_STATE,
		now,
		invited: options.invited ?? /* @__PURE__ */ new Map(),
		singleStep: options.singleStep ?? false
	};
	const findings = [];
	for (const check of CHECKS) findings.push(...await check(context));
	const thresholds = await checkThresholds(context);
	findings.push(...signatureFindings(proposed.offline, thresholds));
	if (proposed.online) findings.push(...await checkOnline(proposed.offline, proposed.online, knownGood?.online, now));
	const errors = findings.filter((found) => found.severity === "error");
	const warnings = findings.filter((found) => found.severity === "warning");
	return {
		findings: [...errors, ...warnings],
		thresholds,
		ok: errors.length === 0
	};
}
// src/repository/publish.ts
/**
* How far live versions may be ahead of the branch `online`: a run whose push was lost may have published a version or
* two. More is the mark of a fast-forward attack.
*/
const PLAUSIBLE_STEP = 10;
/** Where the branch was lost, versions continue this far above what is live: a cache may hide the very last ones. */
const GAP_AFTER_LOSS = 10;
/** Validates the main branch and signs snapshot and timestamp for it, in a commit that is not pushed yet. */
async function onlineSign(request) {
	const { repository, main, tip, now } = request;
	const offline = await loadState(await commitTree(repository, main));
	if (offline.roles.size === 0 && tip === void 0) throw new RepositoryError("not-found", "The main branch has no metadata/root.json yet. Merge the first signing event.");
	const before = await lastPublication(request);
	const unpublished = tip === void 0 && !request.takenOver?.published;
	const knownGood = before && unpublished ? {
		offline: EMPTY_STATE,
		online: before.online
	} : before;
	const validation = refuseInvalid(await validate({ offline }, knownGood, now), "Nothing was signed: the main branch is not valid.");
	const floor = versionFloor(request, before);
	const troubles = [];
	const published = tip === void 0 ? void 0 : before;
	const handover = await planHandover({
		...request,
		offline,
		before: published
	});
	if (handover.step === "wait" && published) return {
		commit: void 0,
		reasons: [],
		troubles,
		warnings: [],
		versions: versionsOf(published.online),
		again: handover.until
	};
	if (handover.step === "prepare" && published) {
		const prepared = await prepareHandover(request, published, offline, floor);
		if (typeof prepared !== "string") return prepared;
		troubles.push(prepared);
	}
	const signed = await signOnline({
		offline,
		before: before?.online,
		also: handover.step === "publish" ? handover.retiring : retiringKeys(published, offline),
		...floor ? { floor } : {},
		now,
		openSigner: request.openSigner
	});
	troubles.push(...signed.troubles);
	const { snapshot, timestamp, reasons } = signed;
	const versions = versionsOf({
		snapshot: { metadata: snapshot },
		timestamp: { metadata: timestamp }
	});
	const described = before?.commit === tip ? before : void 0;
	if (described && reasons.length === 0 && sameFiles(described.offline, offline)) return {
		commit: void 0,
		reasons,
		troubles,
		warnings: validation.findings,
		versions
	};
	const commit = await commitOnline(request, signed, main);
	return {
		commit,
		reasons,
		troubles,
		warnings: refuseInvalid(await validate(await readPublication(repository, commit, main), knownGood, now), "Nothing was published: what was signed is not valid.").findings,
		versions
	};
}
/**
* Has the new online keys sign what is published, beside the old ones, before the root comes out that names them.
* @returns why that cannot be, where it cannot: then the new keys take over at once
*/
async function prepareHandover(request, before, offline, floor) {
	const { repository, main, now, openSigner } = request;
	const root = rootOf(before.offline)?.signed;
	const successor = rootOf(offline)?.signed;
	const impossible = (why) => `What is published could not be signed with the old and the new key (${why}), so the new key takes over at once: until caches have caught up, some clients may refuse what they see and try again.`;
	if (!root || !successor) return impossible("a root is missing");
	try {
		const signed = await signOnline({
			offline: before.offline,
			before: before.online,
			successor,
			...floor ? { floor } : {},
			now,
			openSigner
		});
		if (!await meets(successor, signed)) return impossible(signed.troubles.join("; ") || "too few new keys");
		const commit = await commitOnline(request, signed, before.mainCommit);
		const made = await readPublication(repository, commit, main);
		const { ok, findings } = await validate(made, before, now);
		if (!ok) return impossible(`what is published is not valid any more: ${findings[0]?.message}`);
		return {
			commit,
			reasons: signed.reasons,
			troubles: signed.troubles,
			warnings: findings,
			versions: versionsOf(made.online),
			again: settledAt(signed.timestamp, root, request)
		};
	} catch (error) {
		if (error instanceof SignerError || error instanceof RepositoryError) return impossible(error.message);
		throw error;
	}
}
function commitOnline({ repository, tip }, { snapshot, timestamp, reasons }, mainCommit) {
	const [s, t] = [snapshot.signed.version, timestamp.signed.version];
	return repository.writeCommit({
		parents: tip === void 0 ? [] : [tip],
		changes: /* @__PURE__ */ new Map([[rolePath("snapshot"), formatMetadata(snapshot)], [rolePath("timestamp"), formatMetadata(timestamp)]]),
		message: `Online signing: snapshot ${s}, timestamp ${t}\n\n${reasons.map((reason) => `- ${reason}`).join("\n") || "- the main branch moved on"}`,
		trailers: [[MAIN_COMMIT, mainCommit]]
	});
}
function versionsOf(online) {
	return {
		snapshot: online.snapshot.metadata?.signed.version ?? 0,
		timestamp: online.timestamp.metadata?.signed.version ?? 0
	};
}
/** The last publication that counts: signed as its root asks. */
async function lastPublication(request) {
	const { repository, main, tip, takenOver, live, first } = request;
	if (tip === void 0) {
		const nothingPublished = first || live?.status === "nothing";
		if (takenOver && (takenOver.published || nothingPublished)) {
			const found = await readTakenOver(repository, takenOver.commit);
			if (found && await isSigned(found)) return found;
		}
		if (nothingPublished || live?.status === "verified") return void 0;
		throw new RepositoryError("online-branch", live ? `There is no branch ${ONLINE_BRANCH}, and what is published does not help: ${live.why}. Restore the branch from a clone that still has it.` : `There is no branch ${ONLINE_BRANCH}. If nothing was ever published, say so with --first. If the branch was lost, give the published site with --published URL: versions then continue above it.`);
	}
	const problem = await readPublication(repository, tip, main).then(async (publication) => await isSigned(publication) ? publication : "its snapshot and timestamp are not signed by the online key", (error) => {
		if (error instanceof RepositoryError) return error.message;
		throw error;
	});
	if (typeof problem !== "string") return problem;
	if (live?.status === "verified") return void 0;
	throw new RepositoryError("online-branch", `The tip of ${ONLINE_BRANCH} (${tip.slice(0, 12)}) does not count: ${problem}. Set the branch back to its last good commit, or give the published site with --published URL.`);
}
/** The versions that the next ones must exceed because the world has seen them. */
function versionFloor({ live }, before) {
	if (live?.status !== "verified") return void 0;
	const known = before?.online;
	if (!known) return {
		snapshot: live.snapshot + GAP_AFTER_LOSS,
		timestamp: live.timestamp + GAP_AFTER_LOSS
	};
	for (const role of ["snapshot", "timestamp"]) {
		const version = known[role].metadata?.signed.version ?? 0;
		if (live[role] > version + PLAUSIBLE_STEP) throw new RepositoryError("online-branch", `The published ${role} has version ${live[role]}, the branch ${ONLINE_BRANCH} only ${version}: a fast-forward attack is suspected. Nothing was signed. Replace the online key in a root signing event; versions then go on from the branch.`);
	}
	return {
		snapshot: live.snapshot,
		timestamp: live.timestamp
	};
}
function refuseInvalid(validation, message) {
	if (validation.ok) return validation;
	throw new RepositoryError("invalid", message, { findings: validation.findings });
}
/** Validates what is to be published once more, from git alone, and builds the site. */
async function buildPublication(request) {
	const { repository, main, tip, directory, pages, now } = request;
	const publication = tip === void 0 ? request.takenOver && await readTakenOver(repository, request.takenOver.commit) : await readPublication(repository, tip, main);
	if (!publication) throw new RepositoryError("not-found", `There is nothing to build: no branch ${ONLINE_BRANCH}, and no snapshot and timestamp on the main branch. Run \`playground online-sign\`.`);
	const validation = refuseInvalid(await validate(publication, tip === void 0 ? void 0 : await publicationBefore(repository, tip, main), now), "Nothing was built: the repository is not valid.");
	return {
		...await buildSite({
			...publication,
			directory,
			...pages ? { pages } : {}
		}),
		warnings: validation.findings,
		mainCommit: publication.mainCommit
	};
}
/** The publication before this one, where it counts; it tells which flaws are published already. */
async function publicationBefore(repository, tip, main) {
	const parent = (await repository.commitInfo(tip)).parents[0];
	if (parent === void 0) return void 0;
	try {
		const publication = await readPublication(repository, parent, main);
		return await isSigned(publication) ? publication : void 0;
	} catch (error) {
		if (error instanceof RepositoryError) return void 0;
		throw error;
	}
}
// src/repository/remote.ts
/**
* Publishing against a remote: the branches from which it starts are fetched, the commit of online signing is pushed by
* compare-and-swap. The command line and the actions come here.
*/
/** Fetches one branch and tells where it stands; undefined where it is not there. */
async function fetchBranch({ repository, name, access }, branch) {
	const commit = await repository.remoteBranch(name, branch, access);
	if (commit !== void 0) await repository.fetch(name, [`+refs/heads/${branch}:refs/remotes/${name}/${branch}`], access);
	return commit;
}
/**
* Fetches main, `online`, and tuf-on-ci's `publish`. A clone without that remote is read by itself, so that a repository
* can be built from a plain `git init`; with `localOnline` a local branch `online` counts before the remote's.
*/
async function fetchPublication(remote, { localOnline = false } = {}) {
	const { repository, name, mainBranch } = remote;
	const hasRemote = await repository.remoteUrl(name) !== void 0;
	const find = (branch) => hasRemote ? fetchBranch(remote, branch) : repository.resolve(`refs/heads/${branch}`);
	const main = await find(mainBranch);
	if (main === void 0) {
		const where = hasRemote ? `The remote ${name}` : "This repository";
		throw new RepositoryError("not-found", `${where} has no branch ${mainBranch}. Name the main branch with --main.`);
	}
	const tip = (localOnline ? await repository.resolve(`refs/heads/online`) : void 0) ?? await find("online");
	if (tip !== void 0) return {
		main,
		tip,
		takenOver: void 0
	};
	const published = await find(TUF_ON_CI_PUBLISH_BRANCH);
	const known = published !== void 0 && await repository.isAncestor(published, main);
	return {
		main,
		tip,
		takenOver: {
			commit: known ? published : main,
			published: known
		}
	};
}
/** Runs whose push was overtaken start again from what is there then. */
const TRIES = 3;
/** Signs snapshot and timestamp for the newest main and puts the commit on `online`. Nothing is pushed where nothing is due. */
async function publishOnline(remote, request) {
	const { repository, name, access } = remote;
	const { site, first, push } = request;
	for (let triesLeft = TRIES;; triesLeft--) {
		const source = await fetchPublication(remote, { localOnline: !push });
		const root = rootOf(await loadState(await commitTree(repository, source.main)))?.signed;
		const live = root && site !== void 0 ? await readLive(site, root) : void 0;
		const result = await onlineSign({
			...request,
			...source,
			repository,
			live,
			first
		});
		if (result.commit === void 0) return result;
		try {
			if (push) await repository.push(name, result.commit, ONLINE_BRANCH, source.tip ?? null, access);
			else await moveLocalBranch(repository, result.commit, source.tip);
			return result;
		} catch (error) {
			if (!(error instanceof GitError && error.code === "push-rejected" && !error.declined) || triesLeft <= 1) throw error;
		}
	}
}
/** The tip may be the remote's, with no local branch yet. */
async function moveLocalBranch(repository, commit, tip) {
	const ref = `refs/heads/${ONLINE_BRANCH}`;
	const isHere = await repository.resolve(ref) !== void 0;
	await repository.updateRef(ref, commit, isHere ? tip ?? null : null);
}
export { rolePath as A, ATTESTATIONS as C, TARGETS as D, METADATA as E, signedBytes as F, delegationsForPath as I, TOP_LEVEL_ROLES as L, SignatureChecks as M, verifyThreshold as N, attestationPath as O, signatureEntry as P, isTopLevelRole as R, commitTree as S, INVITATION_FILE as T, judgesOf as _, validate as a, targetsOf as b, digestFile as c, onlineKeysOf as d, Editor as f, delegatorsOf as g, sameJson as h, buildPublication as i, DAY as j, isAttestation as k, finding as l, withRole as m, fetchPublication as n, buildPages as o, filesOf as p, publishOnline as r, SUPPORTED_HASHES as s, fetchBranch as t, OnlineKeys as u, loadState as v, ATTESTATION_ROOTS as w, targetsRoles as x, sameFiles as y };

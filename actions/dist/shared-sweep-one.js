import { C as onlineUri, S as keyOwner, _ as markdownReport, a as GitHubError, b as KEY_OWNER, d as info, f as notice, g as headline, h as escapeMarkdown, s as serverUrl, t as BOT, v as plain, x as SIGNING_PERIOD, y as EXPIRY_PERIOD } from "./shared-frame.js";
import { A as TOP_LEVEL_ROLES, D as verifyThreshold, E as SignatureChecks, O as signedBytes, S as INVITATION_FILE, T as rolePath, _ as loadState, a as validate, b as targetsRoles, c as withRole, f as finding, g as judgesOf, h as delegatorsOf, j as isTopLevelRole, k as delegationsForPath, l as sameJson, m as digestFile, o as Editor, p as SUPPORTED_HASHES, s as filesOf, t as fetchBranch, v as sameFiles, x as commitTree, y as targetsOf } from "./shared-remote.js";
import { t as RepositoryError } from "./shared-errors.js";
import { c as KeyError, d as hashHex, f as canonicalize, h as JsonError, l as parseKey, m as parseJson, n as computeKeyid, o as samePublicKey, s as classifyKey, t as verifySignature } from "./shared-signature.js";
import { a as asInteger, c as eachMember, i as asHex, l as own, n as asArray, o as asObject, s as asString, t as MetadataError } from "./shared-shape.js";
import { a as eventBranch, i as EVENT_PREFIX, r as pullRequest, t as ensurePullRequest } from "./shared-pull-requests.js";
import { t as GitError } from "./shared-errors2.js";
import { l as isValidBranchName } from "./shared-names.js";
// src/event/describe.ts
/**
* What a change means, in plain words: the lines that a signer reads before signing and a reviewer in the report. They
* are computed from the two versions of the metadata and from nothing else.
*/
/** The lines that describe the step from one version of a role (undefined: none) to the next. */
function describeChange(before, after) {
	const lines = [];
	if (before) lines.push(`version ${before.version} → ${after.version}`);
	else lines.push(`new role, version ${after.version}`);
	if (before?.expires !== after.expires) lines.push(`expires on ${after.expires}${before ? ` (before: ${before.expires})` : ""}`);
	lines.push(...periodLines("", before, after));
	if (after._type === "root") {
		const old = before?._type === "root" ? before : void 0;
		if (old?.consistent_snapshot !== after.consistent_snapshot && (old || !after.consistent_snapshot)) lines.push(`consistent_snapshot is ${after.consistent_snapshot}`);
		for (const role of TOP_LEVEL_ROLES) lines.push(...roleKeyLines(role, old?.roles[role], old?.keys, after.roles[role], after.keys));
		lines.push(...keyListLines(after.keys, old?.keys, Object.values(after.roles)));
	} else if (after._type === "targets") {
		const old = before?._type === "targets" ? before : void 0;
		lines.push(...artifactLines(old?.targets ?? {}, after.targets));
		lines.push(...delegationLines(old?.delegations, after.delegations));
	}
	const described = before ? DESCRIBED : /* @__PURE__ */ new Set([
		...DESCRIBED,
		"_type",
		"spec_version"
	]);
	return [...lines, ...otherFields("", before, after, described)];
}
function periodLines(prefix, before, after) {
	return Object.entries({
		[EXPIRY_PERIOD]: "expiry period",
		[SIGNING_PERIOD]: "signing period"
	}).flatMap(([field, label]) => {
		const [old, now] = [member(before, field), member(after, field)];
		if (sameJson(old, now)) return [];
		return [`${prefix}${label}: ${now === void 0 ? "none" : `${now} days`}${old === void 0 ? "" : ` (before: ${old})`}`];
	});
}
/** Who may sign a role, and how many must. */
function roleKeyLines(name, before, keysBefore, after, keys) {
	const lines = [];
	for (const keyid of after.keyids) if (!before?.keyids.includes(keyid)) lines.push(`${name}: + ${describeHolder(own(keys, keyid), keyid)}`);
	else if (!sameJson(own(keysBefore, keyid), own(keys, keyid))) lines.push(`${name}: changed key ${describeHolder(own(keys, keyid), keyid)}`);
	for (const keyid of before?.keyids ?? []) if (!after.keyids.includes(keyid)) lines.push(`${name}: − ${describeHolder(own(keysBefore, keyid), keyid)}`);
	if (before?.threshold !== after.threshold || !sameJson(before.keyids, after.keyids)) {
		const old = before && before.threshold !== after.threshold ? ` (before: ${before.threshold})` : "";
		lines.push(`${name}: needs ${after.threshold} of ${after.keyids.length} ${after.keyids.length === 1 ? "key" : "keys"}${old}`);
	}
	return [
		...lines,
		...periodLines(`${name}: `, before, after),
		...otherFields(`${name}: `, before, after, DESCRIBED_OF_ROLE)
	];
}
function describeHolder(key, keyid) {
	if (!key) return `undefined key ${keyid.slice(0, 8)}`;
	return `${keyOwner(key) ?? (onlineUri(key) === void 0 ? "key without owner" : `online key ${onlineUri(key)}`)} (${classifyKey(key).name}, keyid ${keyid.slice(0, 8)})`;
}
/** Keys that the lines about roles do not tell of: those that no role uses, and those that are gone. */
function keyListLines(keys, before, roles) {
	const used = new Set(roles.flatMap((role) => role.keyids));
	const idle = Object.entries(keys).filter(([keyid, key]) => !used.has(keyid) && !sameJson(own(before, keyid), key));
	const gone = Object.keys(before ?? {}).filter((keyid) => !Object.hasOwn(keys, keyid));
	return [...idle.map(([keyid, key]) => `key that no role uses: ${describeHolder(key, keyid)}`), ...gone.map((keyid) => `key ${keyid.slice(0, 8)} is no longer listed`)];
}
function artifactLines(before, after) {
	const lines = [];
	for (const [path, file] of Object.entries(after)) {
		const old = own(before, path);
		if (!old) lines.push(`artifact added: ${path} (${size(file)}, ${firstHash(file)})`);
		else if (!sameJson(old.hashes, file.hashes) || old.length !== file.length) lines.push(`artifact changed: ${path} (${size(file)}, ${firstHash(file)}; before: ${size(old)}, ${firstHash(old)})`);
		else if (!sameJson(old, file)) lines.push(`artifact ${path}: other details changed`);
	}
	for (const path of Object.keys(before)) if (!Object.hasOwn(after, path)) lines.push(`artifact removed: ${path}`);
	return lines;
}
function size(file) {
	return `${file.length} bytes`;
}
function firstHash(file) {
	const [algorithm, hash] = Object.entries(file.hashes)[0] ?? ["no hash", ""];
	return `${algorithm} ${hash.slice(0, 12)}…`;
}
function delegationLines(before, after) {
	const lines = [];
	const old = new Map((before?.roles ?? []).map((role) => [role.name, role]));
	for (const role of after?.roles ?? []) {
		const was = old.get(role.name);
		const covers = role.paths ? role.paths.join(", ") : `hash prefixes ${role.path_hash_prefixes?.join(", ")}`;
		if (!was) lines.push(`delegation added: ${role.name} for ${covers}${role.terminating ? "" : ", not terminating"}`);
		else if (!sameJson(was.paths, role.paths) || !sameJson(was.path_hash_prefixes, role.path_hash_prefixes)) lines.push(`delegation ${role.name}: now for ${covers}`);
		if (was && was.terminating !== role.terminating) lines.push(`delegation ${role.name}: terminating is now ${role.terminating}`);
		lines.push(...roleKeyLines(role.name, was, before?.keys, role, after?.keys ?? {}));
	}
	const names = (after?.roles ?? []).map((role) => role.name);
	for (const name of old.keys()) if (!names.includes(name)) lines.push(`delegation removed: ${name}`);
	const kept = [...old.keys()].filter((name) => names.includes(name));
	if (!sameJson([...kept, ...names.filter((name) => !old.has(name))], names)) lines.push(`order of delegations: ${names.join(", ")}`);
	const bins = after?.succinct_roles;
	if (!sameJson(before?.succinct_roles, bins)) {
		lines.push(bins ? `hashed bins: ${2 ** bins.bit_length} named ${bins.name_prefix}-…` : "hashed bins removed");
		if (bins) lines.push(...roleKeyLines(`${bins.name_prefix}-*`, before?.succinct_roles, before?.keys, bins, after?.keys ?? {}));
	}
	const speakers = [...after?.roles ?? [], ...bins ? [bins] : []];
	return [
		...lines,
		...keyListLines(after?.keys ?? {}, before?.keys, speakers),
		...otherFields("delegations: ", before, after, DESCRIBED_OF_DELEGATIONS)
	];
}
const DESCRIBED_OF_DELEGATIONS = /* @__PURE__ */ new Set([
	"keys",
	"roles",
	"succinct_roles"
]);
const DESCRIBED_OF_ROLE = /* @__PURE__ */ new Set([
	"name",
	"keyids",
	"threshold",
	"paths",
	"path_hash_prefixes",
	"terminating",
	"bit_length",
	"name_prefix",
	EXPIRY_PERIOD,
	SIGNING_PERIOD
]);
const DESCRIBED = /* @__PURE__ */ new Set([
	"version",
	"expires",
	"keys",
	"roles",
	"consistent_snapshot",
	"targets",
	"delegations",
	"meta",
	EXPIRY_PERIOD,
	SIGNING_PERIOD
]);
/** Fields that this page has no words for; a signer must not miss them all the same. */
function otherFields(prefix, before, after, described) {
	return [.../* @__PURE__ */ new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].flatMap((name) => {
		const [old, now] = [member(before, name), member(after, name)];
		if (described.has(name) || sameJson(old, now)) return [];
		return [`${prefix}field ${JSON.stringify(name)}: ${now === void 0 ? "removed" : shortJson(now)}`];
	});
}
/** A field's value, if it is the object's own. */
function member(object, name) {
	return own(object, name);
}
const LONGEST_VALUE = 1e3;
function shortJson(value) {
	const text = JSON.stringify(value);
	return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters in all)` : text;
}
// src/event/invitations.ts
/**
* Open invitations: who has been asked to bring a key for which roles. They live in a file on the event branch, in
* tuf-on-ci's form: `{"invites": {"@login": ["root", "targets"]}}`. The file is there only while one is open.
*/
const MAX_BYTES = 65536;
/** GitHub's rule for logins (accounts that a company manages have an underscore), and our `@` before it. */
const LOGIN = /^@[A-Za-z0-9](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9])){0,38}$/;
/** The login as metadata holds it, with one `@`; undefined when it can be no login. */
function normaliseLogin(login) {
	const withAt = login.startsWith("@") ? login : `@${login}`;
	return LOGIN.test(withAt) ? withAt : void 0;
}
/** Whether two logins are the same account: GitHub ignores case. */
function sameLogin(a, b) {
	return a.toLowerCase() === b.toLowerCase();
}
/**
* Reads the open invitations of a state; none where there is no file.
* @throws {RepositoryError} `invalid` where the file is malformed.
*/
async function readInvitations(state) {
	const file = state.invitationFile;
	if (!file) return /* @__PURE__ */ new Map();
	const refuse = (problem) => {
		const message = `${INVITATION_FILE} cannot be used: ${problem}`;
		const found = finding("invitation-file", {
			path: INVITATION_FILE,
			message
		});
		throw new RepositoryError("invalid", message, { findings: [found] });
	};
	if (file.kind !== "file") return refuse("it is not a plain file");
	if (file.size > MAX_BYTES) return refuse(`it is larger than ${MAX_BYTES} bytes`);
	try {
		return parseInvitations(await state.tree.read(file, MAX_BYTES));
	} catch (error) {
		if (error instanceof JsonError || error instanceof MetadataError) return refuse(error.message);
		throw error;
	}
}
function parseInvitations(bytes) {
	const invitations = /* @__PURE__ */ new Map();
	const file = eachMember(parseJson(bytes), "the file", (_value, where, name) => {
		if (name !== "invites") throw new MetadataError(where, "only \"invites\" may stand here");
	});
	eachMember(file.invites, "invites", (roles, where, login) => {
		if (!LOGIN.test(login)) throw new MetadataError(where, "expected a login such as @alice");
		const names = asArray(roles, where, asString);
		if (names.length === 0) throw new MetadataError(where, "expected at least one role");
		if (new Set(names).size !== names.length) throw new MetadataError(where, "a role stands twice");
		if ([...invitations.keys()].some((other) => sameLogin(other, login))) throw new MetadataError(where, "this login stands twice, in upper and lower case");
		invitations.set(login, names);
	});
	return invitations;
}
/** The file's text, or null where no invitation is open and the file goes away. */
function formatInvitations(invitations) {
	const open = [...invitations].filter(([, roles]) => roles.length > 0);
	return open.length === 0 ? null : JSON.stringify({ invites: Object.fromEntries(open) }, null, 2);
}
/** The invitations with some of one login's roles taken out. */
function withoutInvitation(invitations, login, roles) {
	const left = [...invitations].map(([invited, names]) => [invited, sameLogin(invited, login) ? names.filter((name) => !roles.includes(name)) : names]);
	return new Map(left.filter(([, names]) => names.length > 0));
}
/** The roles that this login is invited to. */
function invitedRoles(invitations, login) {
	return [...invitations].find(([invited]) => sameLogin(invited, login))?.[1] ?? [];
}
/** How many keys are still to come for each role. */
function invitedCounts(invitations) {
	const counts = /* @__PURE__ */ new Map();
	for (const roles of invitations.values()) for (const role of roles) counts.set(role, (counts.get(role) ?? 0) + 1);
	return counts;
}
// src/event/event.ts
/** Reads both sides of an event, given the commits of main and of the event's head. */
async function readEvent(repository, name, main, head) {
	const base = await repository.mergeBase(main, head);
	if (base === void 0) throw new RepositoryError("bad-request", `The event ${name} has no commit in common with the main branch. Start it again from there.`);
	const knownGood = await loadState(await commitTree(repository, base));
	const proposed = await loadState(await commitTree(repository, head));
	const changesTo = async (commit) => (await repository.changedPaths(base, commit)).map(({ path }) => path);
	return {
		name,
		main,
		base,
		head,
		knownGood,
		proposed,
		changedPaths: await changesTo(head),
		movedPaths: main === base ? [] : await changesTo(main)
	};
}
/** Evaluates an event at a moment. */
async function evaluateEvent(sides, now) {
	const { name, base, head, knownGood, proposed } = sides;
	const outside = branchFindings(sides);
	let invitations = /* @__PURE__ */ new Map();
	const invitationFindings = [];
	try {
		invitations = await readInvitations(proposed);
		invitationFindings.push(...unknownRoles(proposed, invitations));
	} catch (error) {
		if (!(error instanceof RepositoryError)) throw error;
		invitationFindings.push(...error.findings);
	}
	const options = {
		singleStep: true,
		invited: invitedCounts(invitations)
	};
	const validation = await validate({ offline: proposed }, { offline: knownGood }, now, options);
	const changes = roleChanges(knownGood, proposed);
	const artifacts = artifactChanges(knownGood, proposed);
	const changedRoles = new Set(changes.map((change) => change.role));
	const thresholds = validation.thresholds.filter((threshold) => threshold.changed || changedRoles.has(threshold.role));
	const findings = [
		...outside,
		...invitationFindings,
		...reportable(validation, thresholds)
	];
	return {
		name,
		base,
		head,
		state: eventState(changes.length > 0 || Object.values(artifacts).some((paths) => paths.length > 0) || invitations.size > 0, findings, invitations, thresholds),
		changes,
		artifacts,
		invitations,
		thresholds,
		findings,
		nextSteps: nextSteps(invitations, thresholds)
	};
}
/** Signatures that are still awaited are no mistake: the thresholds tell of them. */
function reportable(validation, thresholds) {
	const awaited = new Set(thresholds.map((threshold) => threshold.role));
	return validation.findings.filter((found) => !(found.code === "threshold-not-met" && found.role !== void 0 && awaited.has(found.role)));
}
function eventState(somethingChanged, findings, invitations, thresholds) {
	if (findings.some((found) => found.severity === "error")) return "invalid";
	if (!somethingChanged) return "empty";
	return invitations.size > 0 || thresholds.some((threshold) => !threshold.result.met) ? "waiting" : "ready";
}
/** What the states do not show: files outside the two folders, and a main branch that has moved on. */
function branchFindings({ changedPaths, movedPaths }) {
	const findings = [];
	for (const path of changedPaths) {
		if (path === rolePath("snapshot") || path === rolePath("timestamp")) findings.push(finding("online-role-in-event", {
			path,
			message: `the event changes ${path}`
		}));
		if (isRepositoryFile(path)) continue;
		const message = `the event changes ${JSON.stringify(path)}, which is no metadata and no artifact`;
		findings.push(finding("outside-event", {
			path,
			message
		}));
	}
	const moved = movedPaths.find(isRepositoryFile);
	if (moved !== void 0) findings.push(finding("event-behind", {
		path: moved,
		message: `main has a newer ${moved} than the event started from`
	}));
	return findings;
}
function isRepositoryFile(path) {
	return path.startsWith("metadata/") || path.startsWith("targets/");
}
function unknownRoles(state, invitations) {
	return [...invitations].flatMap(([login, roles]) => roles.filter((role) => delegatorsOf(state, role).length === 0).map((role) => finding("invitation-file", {
		role,
		path: INVITATION_FILE,
		message: `${login} is invited to ${JSON.stringify(role)}, which is no role of this repository`
	})));
}
function roleChanges(before, after) {
	const changes = [];
	for (const role of ["root", ...targetsRoles(after)]) {
		const [old, now] = [before.roles.get(role), after.roles.get(role)];
		if (!now || old?.file.id === now.file.id) continue;
		const lines = now.metadata ? describeChange(old?.metadata?.signed, now.metadata.signed) : ["the file cannot be read"];
		changes.push({
			role,
			kind: old ? "changed" : "added",
			lines
		});
	}
	for (const role of ["root", ...targetsRoles(before)]) if (before.roles.has(role) && !after.roles.has(role)) changes.push({
		role,
		kind: "removed",
		lines: ["the role’s metadata is removed"]
	});
	return changes;
}
function artifactChanges(before, after) {
	const paths = [...after.artifacts.keys()];
	return {
		added: paths.filter((path) => !before.artifacts.has(path)),
		changed: paths.filter((path) => before.artifacts.has(path) && before.artifacts.get(path)?.id !== after.artifacts.get(path)?.id),
		removed: [...before.artifacts.keys()].filter((path) => !after.artifacts.has(path))
	};
}
/** One step for each person: accept first, then sign once nobody else's key is awaited. */
function nextSteps(invitations, thresholds) {
	const steps = /* @__PURE__ */ new Map();
	for (const [login, roles] of invitations) steps.set(login, `accept the invitation to ${roles.join(", ")}`);
	if (invitations.size > 0) return steps;
	const toSign = /* @__PURE__ */ new Map();
	for (const { role, result } of thresholds) {
		if (result.met) continue;
		for (const { key, status } of result.keys) {
			const owner = key && keyOwner(key);
			if (owner && status !== "signed") toSign.set(owner, (toSign.get(owner) ?? /* @__PURE__ */ new Set()).add(role));
		}
	}
	for (const [login, roles] of toSign) steps.set(login, `sign ${[...roles].join(", ")}`);
	return steps;
}
// src/event/pull.ts
/**
* The event of a pull request, read by its number: `refs/pull/<number>/head` is there for heads in forks as well
* (https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/checking-out-pull-requests-locally).
*/
/**
* Both sides of a pull request into the main branch; undefined where one of them is gone.
* @param event the event's name
*/
async function readPull(remote, pull, event) {
	const main = await fetchBranch(remote, remote.mainBranch);
	const head = await fetchPullHead(remote, pull);
	return main === void 0 || head === void 0 ? void 0 : readEvent(remote.repository, event, main, head);
}
/** Fetches the head of a pull request and tells its commit; undefined where there is none. */
async function fetchPullHead({ repository, name, access }, pull) {
	const ref = `refs/playground/pull/${pull}`;
	try {
		await repository.fetch(name, [`+refs/pull/${pull}/head:${ref}`], access);
	} catch (error) {
		if (error instanceof GitError && error.code === "no-such-revision") return void 0;
		throw error;
	}
	return repository.resolve(ref);
}
// src/repository/artifacts.ts
/**
* Artifacts into metadata: what lies under `targets/` becomes what the roles list. An artifact belongs to the role
* that lists it already, else to the deepest role to which its path is delegated, else to top-level targets.
*/
/** The role that a new artifact of this path belongs to. */
function ownerOf(state, path) {
	const visited = /* @__PURE__ */ new Set();
	let role = "targets";
	while (!visited.has(role)) {
		visited.add(role);
		const next = delegationsForPath(targetsOf(state, role)?.signed.delegations, path).find(({ name }) => state.roles.has(name));
		if (!next) break;
		role = next.name;
	}
	return role;
}
/**
* Brings all targets roles in step with the artifacts of the draft's tree. Custom fields and the algorithms of
* existing entries are kept; artifacts that nobody touched are not read.
* @returns the roles that changed.
*/
async function updateArtifacts(editor) {
	const state = editor.draft;
	const wanted = /* @__PURE__ */ new Map();
	const listed = /* @__PURE__ */ new Set();
	for (const role of targetsRoles(state)) {
		const entries = /* @__PURE__ */ new Map();
		for (const [path, entry] of Object.entries(targetsOf(state, role)?.signed.targets ?? {})) {
			const file = state.artifacts.get(path);
			if (!file) continue;
			listed.add(path);
			entries.set(path, await updatedEntry(editor, role, path, file, entry));
		}
		wanted.set(role, entries);
	}
	for (const [path, file] of state.artifacts) {
		if (listed.has(path)) continue;
		wanted.get(ownerOf(state, path))?.set(path, await newEntry(state, file));
	}
	const changed = [];
	for (const [role, entries] of wanted) {
		const targets = Object.fromEntries(entries);
		if (sameJson(targets, targetsOf(state, role)?.signed.targets)) continue;
		editor.edit(role, (signed) => ({
			...signed,
			targets
		}));
		changed.push(role);
	}
	return changed;
}
async function newEntry(state, file) {
	const { length, hashes } = await digestFile(state.tree, file, ["sha256"]);
	return {
		hashes,
		length
	};
}
async function updatedEntry({ draft, knownGood }, role, path, file, entry) {
	const before = own(targetsOf(knownGood, role)?.signed.targets, path);
	if (knownGood.artifacts.get(path)?.id === file.id && sameJson(before, entry)) return entry;
	const known = Object.keys(entry.hashes).filter((name) => SUPPORTED_HASHES.has(name));
	const { length, hashes } = await digestFile(draft.tree, file, known.length > 0 ? known : ["sha256"]);
	return {
		...entry,
		length,
		hashes
	};
}
// src/event/upkeep.ts
/**
* What a machine may do to an event without a signer: write the metadata that changed artifacts ask for, and take away
* the empty signature entries of roles whose thresholds are met. Neither can make anything count that nobody signed.
*/
/** What following the artifacts mends. */
const MENDED = /* @__PURE__ */ new Set([
	"artifact-missing",
	"artifact-mismatch",
	"artifact-unlisted"
]);
/**
* What is to be done to the event now; undefined where nothing is. Where anything else is wrong, the event stays as it
* was pushed, so that the report names it: a new version made from forged metadata would look honest.
*/
async function planUpkeep(sides, status, now) {
	if (status.findings.some(({ severity, code }) => severity === "error" && !MENDED.has(code))) return void 0;
	return await followArtifacts(sides, now) ?? dropEmptySignatures(sides, status);
}
async function followArtifacts({ proposed, knownGood }, now) {
	const editor = new Editor(proposed, knownGood, now);
	const roles = await updateArtifacts(editor);
	if (roles.length === 0) return void 0;
	return {
		files: editor.files,
		message: `Update artifacts of ${roles.join(", ")}`
	};
}
function dropEmptySignatures({ proposed }, { changes, thresholds, invitations }) {
	if (invitations.size > 0) return void 0;
	const files = /* @__PURE__ */ new Map();
	const roles = [];
	for (const { role } of changes) {
		const metadata = proposed.roles.get(role)?.metadata;
		const applying = thresholds.filter((threshold) => threshold.role === role);
		if (!metadata?.signatures.some(({ sig }) => sig === "") || applying.length === 0) continue;
		if (!applying.every(({ result }) => result.met)) continue;
		const signatures = metadata.signatures.filter(({ sig }) => sig !== "");
		for (const [path, text] of filesOf(role, {
			...metadata,
			signatures
		})) files.set(path, text);
		roles.push(role);
	}
	return roles.length === 0 ? void 0 : {
		files,
		message: `Remove empty signatures of ${roles.join(", ")}`
	};
}
// src/github/comments.ts
/** GitHub refuses comments of more than 65,536 characters; the rest is room for the marker. */
const LONGEST_BODY = 65e3;
function cut$1(body) {
	if (body.length <= LONGEST_BODY) return body;
	const end = body.lastIndexOf("\n", 64900);
	return `${body.slice(0, end)}\n\n… and more: this report is too long for a comment.\n`;
}
function textOf({ marker, body }) {
	return `${cut$1(body)}\n\n<!-- ${marker} -->\n`;
}
/** Finds the comment. `since` (ISO 8601): it cannot be older, so that not all of a long discussion is read. */
function finder(issue, { marker, author }, since) {
	return async (octokit, at) => {
		const request = {
			...at,
			issue_number: issue,
			per_page: 100,
			...since === void 0 ? {} : { since }
		};
		return (await octokit.paginate(octokit.rest.issues.listComments, request)).find(({ user, body }) => user?.login === author && body?.includes(`<!-- ${marker} -->`));
	};
}
/** Writes a comment that was looked for and not found. */
async function create(repository, issue, comment, find) {
	let tried = false;
	await repository.call("write a comment", async (octokit, at) => {
		if (tried && await find(octokit, at)) return;
		tried = true;
		await octokit.rest.issues.createComment({
			...at,
			issue_number: issue,
			body: textOf(comment)
		});
	});
}
/**
* Writes the comment, or changes the one that was written before.
* @returns whether anything was changed
*/
async function keepComment(repository, issue, comment) {
	const find = finder(issue, comment);
	const mine = await repository.call("read the comments", find);
	const text = textOf(comment);
	if (mine?.body?.trim() === text.trim()) return false;
	if (mine) await repository.call("update the report", (octokit, at) => octokit.rest.issues.updateComment({
		...at,
		comment_id: mine.id,
		body: text
	}));
	else await create(repository, issue, comment, find);
	return true;
}
/**
* Writes the comment unless it is there already, whatever it says there.
* @param since when what it replies to was posted (ISO 8601): a reply is no older
* @returns whether it was written
*/
async function reply(repository, issue, comment) {
	const find = finder(issue, comment, comment.since);
	if (await repository.call("read the comments", find)) return false;
	await create(repository, issue, comment, find);
	return true;
}
/**
* Puts a reaction on a comment; once, however often it is asked for
* (https://docs.github.com/rest/reactions/reactions#create-reaction-for-an-issue-comment).
* @returns whether the comment is still there
*/
async function react(repository, comment, content) {
	return await repository.callOrNothing("react to a comment", (octokit, at) => octokit.rest.reactions.createForIssueComment({
		...at,
		comment_id: comment,
		content
	})) !== void 0;
}
// src/github/discussion.ts
/** What a reaction is called in REST, by its name in GraphQL (https://docs.github.com/graphql/reference/enums#reactioncontent). */
const REACTIONS = /* @__PURE__ */ new Map([
	["THUMBS_UP", "+1"],
	["THUMBS_DOWN", "-1"],
	["LAUGH", "laugh"],
	["HOORAY", "hooray"],
	["CONFUSED", "confused"],
	["HEART", "heart"],
	["ROCKET", "rocket"],
	["EYES", "eyes"]
]);
/** `databaseId` of a comment is an `Int`, for which the newest ids are too large; `fullDatabaseId` is a text of digits. */
const QUERY = `query Discussion($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          fullDatabaseId url body createdAt lastEditedAt isMinimized viewerDidAuthor
          author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
          reactionGroups { content viewerHasReacted }
        }
      }
    }
  }
}`;
/**
* All comments of a pull request, oldest first; one request for each hundred.
* @throws {GitHubError} `not-found` where there is no such pull request, and as every call
*/
async function readDiscussion(repository, pull) {
	const { owner, repo: name } = repository.address;
	const found = [];
	let after = null;
	do {
		const { nodes, pageInfo } = (await repository.call("read the discussion", (octokit) => octokit.graphql(QUERY, {
			owner,
			name,
			number: pull,
			after
		}))).repository.pullRequest.comments;
		for (const node of nodes ?? []) if (node) found.push(fromApi(node));
		after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
	} while (after !== null);
	return found;
}
function fromApi(comment) {
	const { author } = comment;
	const bot = author?.__typename === "Bot";
	const mine = (comment.reactionGroups ?? []).filter(({ viewerHasReacted }) => viewerHasReacted);
	return {
		id: Number(comment.fullDatabaseId),
		url: comment.url,
		body: comment.body,
		createdAt: comment.createdAt,
		edited: comment.lastEditedAt !== null,
		author: {
			login: author ? `${author.login}${bot && !author.login.endsWith("[bot]") ? "[bot]" : ""}` : "ghost",
			id: author?.databaseId ?? void 0,
			bot
		},
		mine: comment.viewerDidAuthor,
		minimized: comment.isMinimized,
		myReactions: new Set(mine.map(({ content }) => REACTIONS.get(content) ?? content))
	};
}
// src/github/statuses.ts
/** GitHub cuts descriptions at this many characters by refusing longer ones. */
const LONGEST_DESCRIPTION = 140;
/**
* Sets a commit's status unless it says the same already: GitHub keeps at most 1,000 statuses for a commit and context.
* @returns whether it was set
*/
async function setStatus(repository, sha, status) {
	const description = cut(status.description);
	const current = (await repository.call("read the commit status", (octokit, at) => octokit.rest.repos.getCombinedStatusForRef({
		...at,
		ref: sha,
		per_page: 100
	}))).data.statuses.find(({ context }) => context === status.context);
	if (current?.state === status.state && current.description === description) return false;
	await repository.call("set the commit status", (octokit, at) => octokit.rest.repos.createCommitStatus({
		...at,
		sha,
		context: status.context,
		state: status.state,
		description,
		...status.targetUrl === void 0 ? {} : { target_url: status.targetUrl }
	}));
	return true;
}
function cut(text) {
	return text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, 139)}…`;
}
// src/github/co-author.ts
/** Co-authors of commits, as GitHub knows them again. */
/**
* An account as a `Co-authored-by` trailer names it, by the address that GitHub gives every account
* (https://docs.github.com/account-and-profile/reference/email-addresses-reference#your-noreply-email-address).
* @param id the number that outlasts a change of login; undefined where the account is gone
*/
function coAuthor(login, id) {
	return `${login} <${id === void 0 ? "" : `${id}+`}${login}@users.noreply.github.com>`;
}
// src/actions/adopt.ts
/**
* Adopts the head as it was read.
* @param name of the event to make; by default that of the fork's branch
*/
async function adoptPull({ github, repository, remote, defaultBranch }, pull, sides, name = defaultName(pull)) {
	const refuse = (message) => ({
		done: false,
		message
	});
	const branch = eventBranch(name);
	if (!pull.fromFork) return refuse("This pull request is no fork’s: comments on it are recorded as they are.");
	if (!isValidBranchName(branch)) return refuse(`${branch} can be no branch. Name the event: \`/adopt <name>\`.`);
	const changes = adoptedChanges(sides);
	if (changes === void 0) return refuse("It holds a link or a submodule under metadata/ or targets/. Those are never adopted.");
	if (changes.size === 0) return refuse("It changes nothing under metadata/ or targets/.");
	const there = await fetchBranch(remote, branch);
	if (there === void 0) {
		const commit = await repository.writeCommit({
			parents: [sides.base],
			base: sides.base,
			changes,
			message: `Adopt the signing event of #${pull.number}\n\nmetadata/ and targets/ of ${sides.head}, from ${pull.headRepository ?? "a fork"}.`,
			trailers: [["Co-authored-by", coAuthor(pull.author, pull.authorId)]],
			author: BOT
		});
		await repository.push(remote.name, commit, branch, null, remote.access);
	} else if (!sameFiles(await loadState(await commitTree(repository, there)), sides.proposed)) return refuse(`There is another event ${branch} already. Choose a name: \`/adopt <name>\`.`);
	try {
		const opened = await ensurePullRequest(github, {
			head: branch,
			base: defaultBranch,
			title: `Signing event: ${name}`,
			body: `Adopted from #${pull.number} at commit ${sides.head}. Comments on this pull request are recorded.\n`
		});
		return {
			done: true,
			pull: opened.pull,
			message: `Adopted as #${opened.pull.number}: comments there count.`
		};
	} catch (error) {
		if (!(error instanceof GitHubError) || error.code !== "forbidden") throw error;
		return {
			done: true,
			pull: void 0,
			message: `Adopted as the branch \`${branch}\`. Actions may not open pull requests here, so please [open it](${`${serverUrl(process.env)}/${github.fullName}/compare/${defaultBranch}...${branch}?expand=1`}).`
		};
	}
}
function defaultName({ headRef, number }) {
	return headRef.startsWith("sign/") ? headRef.slice(EVENT_PREFIX.length) : `adopted-${number}`;
}
/** The files of the two folders that the head changes, as stored objects; undefined where one is no plain file. */
function adoptedChanges({ changedPaths, proposed }) {
	const files = new Map(proposed.tree.files.map((file) => [file.path, file]));
	const changes = /* @__PURE__ */ new Map();
	for (const path of changedPaths) {
		if (!path.startsWith("metadata/") && !path.startsWith("targets/")) continue;
		const file = files.get(path);
		if (file && file.kind !== "file" && file.kind !== "executable") return void 0;
		changes.set(path, file ? { oid: file.id } : null);
	}
	return changes;
}
// src/event/markdown-fences.ts
const RAW = {
	ends: /<\/(?:script|pre|style)>/i,
	mayEnd: /<\/textarea>/i
};
const COMMENT = { ends: /-->/ };
const INSTRUCTION = { ends: /\?>/ };
const DECLARATION = { ends: />/ };
const CDATA = { ends: /\]\]>/ };
const BLANK = /^[ \t]*$/;
const TAG = { ends: BLANK };
const TEXT = { kind: "text" };
/** More readings than a text that people write has; beyond them nothing is certain any more. */
const MOST_READINGS = 8;
/** The ``` blocks (exactly three, not indented) that are at the top level, in order. */
function* topLevelFences(text) {
	const lines = text.split(/\r\n|\n|\r/);
	let readings = [TEXT];
	let above = {
		list: false,
		blank: true
	};
	for (let index = 0; index < lines.length && readings.length <= MOST_READINGS; index++) {
		const line = lines[index] ?? "";
		const opening = /^```(?!`)([^`]*)$/.exec(line)?.[1];
		if (opening !== void 0 && readings.includes(TEXT)) {
			if (readings.length === 1) {
				const start = index + 1;
				for (index = start; index < lines.length && !closes(lines[index] ?? "", "```");) index++;
				const content = lines.slice(start, index).join("\n");
				yield {
					info: trimmed(opening),
					content,
					closed: index < lines.length,
					certain: true
				};
				above = {
					list: false,
					blank: true
				};
				continue;
			}
			yield {
				info: trimmed(opening),
				content: "",
				closed: false,
				certain: false
			};
		}
		const variants = index === 0 && line.startsWith("﻿") ? [line, line.slice(1)] : [line];
		readings = distinct(readings.flatMap((reading) => variants.flatMap((variant) => after(reading, variant, above))));
		above = {
			list: listAfter(line, above),
			blank: BLANK.test(line)
		};
	}
}
/** Without spaces and tabs around it. A regular expression would try them all from each one. */
function trimmed(text) {
	let [start, end] = [0, text.length];
	while (isSpace(text[start])) start++;
	while (end > start && isSpace(text[end - 1])) end--;
	return text.slice(start, end);
}
function isSpace(character) {
	return character === " " || character === "	";
}
function distinct(readings) {
	const known = /* @__PURE__ */ new Map();
	for (const reading of readings) known.set(reading.kind === "html" ? reading.html : reading.kind === "fence" ? reading.mark : "", reading);
	return [...known.values()];
}
/** What may be open after a line, where `reading` was open before it. */
function after(reading, line, above) {
	if (reading.kind === "fence") return closes(line, reading.mark) ? [TEXT] : [reading];
	if (reading.kind === "html") return within(reading, line);
	const indent = /^ */.exec(line)?.[0].length ?? 0;
	if (indent > 3) return [TEXT];
	const begun = opened(line.slice(indent), above);
	return above.list && indent > 1 ? [TEXT, ...begun] : begun;
}
function within(reading, line) {
	if (reading.html.ends.test(line)) return [TEXT];
	return reading.html.mayEnd?.test(line) ? [TEXT, reading] : [reading];
}
function opened(rest, above) {
	const mark = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(rest)?.[0];
	if (mark !== void 0) return [{
		kind: "fence",
		mark
	}];
	if (!rest.startsWith("<")) return [TEXT];
	return htmlOpened(rest, above).flatMap((html) => html === void 0 ? [TEXT] : within({
		kind: "html",
		html
	}, rest));
}
/** Tags that begin an HTML block in every version of the specification. */
const BLOCK_TAGS = new Set(`address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt
  fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link
  main menu menuitem nav noframes ol optgroup option p param section summary table tbody td tfoot th thead title tr
  track ul`.split(/\s+/));
/** Tags that begin one in some versions. */
const SOMETIMES_BLOCK_TAGS = /* @__PURE__ */ new Set([
	"meta",
	"search",
	"source",
	"textarea"
]);
/** The HTML blocks that a line beginning with `<` may begin; undefined stands for none. */
function htmlOpened(rest, above) {
	if (rest.startsWith("<!--")) return [COMMENT];
	if (rest.startsWith("<?")) return [INSTRUCTION];
	if (rest.startsWith("<![CDATA[")) return [CDATA];
	if (/^<![A-Z]/.test(rest)) return [DECLARATION];
	if (/^<![a-z]/.test(rest)) return [DECLARATION, void 0];
	const [, slash, tag = "", next = ""] = /^<(\/?)([A-Za-z][A-Za-z0-9-]*)(\/>|.?)/s.exec(rest) ?? [];
	const name = tag.toLowerCase();
	if (name === "") return [void 0];
	if (/^(?:script|pre|style)$/.test(name)) return slash === "" && /^[ \t>]?$/.test(next) ? [RAW] : [
		RAW,
		TAG,
		void 0
	];
	if (BLOCK_TAGS.has(name)) return /^(?:[ \t>]?|\/>)$/.test(next) ? [TAG] : [TAG, void 0];
	if (SOMETIMES_BLOCK_TAGS.has(name)) return [
		RAW,
		TAG,
		void 0
	];
	if (!rest.trimEnd().endsWith(">")) return [void 0];
	return above.blank && /^<\/?[A-Za-z][A-Za-z0-9-]*>[ \t]*$/.test(rest) ? [TAG] : [TAG, void 0];
}
/** Whether a list item may be open after a line. */
function listAfter(line, { list, blank }) {
	if (/^\ufeff? {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)/.test(line)) return true;
	const ended = /^(?:`{3,}[^`]*$|~~~)/.test(line) || blank && /^[^ \t]/.test(line);
	return list && !ended;
}
/** Whether a line closes the fence that these characters opened: as many or more of them, and nothing else. */
function closes(line, mark) {
	return (/^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1])?.startsWith(mark) === true;
}
// src/event/comment-block.ts
/**
* The wire form of a contribution in a comment: one fenced block with strict JSON in it, which anybody can write and the
* signing action reads (docs/comments.md). The text around the blocks is for people and is never read.
*/
/** The word after the opening fence. The number is the version of the form. */
const INFO = "tuf-contribution-v1";
/** Bytes of one block; an acceptance with an RSA key of 4096 bits has 2,300. */
const LARGEST_BLOCK = 16384;
/**
* What an acceptance proves to hold its key: the signature covers the canonical form of repository, event, login, role
* and key. Its `_type` is no role's, so that it can never pass for a signature of metadata.
*/
function acceptanceMessage({ repository, event, login, role, key }) {
	return canonicalize({
		_type: "invitation-acceptance",
		repository,
		event,
		login,
		role,
		key
	});
}
/**
* The blocks of a comment, in order. Only a fence at the top of the text counts, at the very start of its line: not
* what stands in a quotation, in a list, in another block of code, or in HTML. Whoever posts a comment has to have
* meant it, so everybody who reads it sees the block.
*/
function findBlocks(comment) {
	const blocks = [];
	for (const fence of topLevelFences(comment)) {
		if (!/^tuf-contribution/i.test(fence.info)) continue;
		if (blocks.length === 64) {
			blocks.push(refuse$1(`is one of more than 64; post the others in another comment`));
			break;
		}
		blocks.push(readBlock(fence));
	}
	return blocks;
}
/** What a comment holds may reach an answer only as printable ASCII, and no more of it than a person reads. */
function refuse$1(problem) {
	const ascii = problem.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
	return {
		ok: false,
		problem: ascii.length > 400 ? `${ascii.slice(0, 400)}...` : ascii
	};
}
function readBlock({ info, content, closed, certain }) {
	if (!certain) return refuse$1("stands where not every reader of Markdown shows it as a block of its own; post it alone, with nothing above it");
	if (info !== INFO) return refuse$1(`begins with ${shown(info)}; this repository reads ${shown(INFO)}`);
	if (!closed) return refuse$1("has no end: a line with ``` must close it");
	try {
		return {
			ok: true,
			contribution: readContribution(asObject(parseJson(content, {
				maxBytes: LARGEST_BLOCK,
				maxDepth: 4
			}), "the block"))
		};
	} catch (error) {
		if (error instanceof JsonError) return refuse$1(`is not strict JSON: ${error.message}`);
		if (error instanceof MetadataError || error instanceof KeyError) return refuse$1(`is not of the form that is read here: ${error.message}`);
		throw error;
	}
}
function readContribution(value) {
	const type = asString(value.type, "type");
	switch (type) {
		case "sign":
			exactly(value, [
				"type",
				"role",
				"version",
				"sha256",
				"keyid",
				"sig"
			]);
			return {
				type,
				role: name(value.role, "role", 256),
				version: asInteger(value.version, "version", 1),
				sha256: digest(value.sha256, "sha256"),
				keyid: digest(value.keyid, "keyid"),
				sig: asHex(value.sig, "sig")
			};
		case "accept":
			exactly(value, [
				"type",
				"repository",
				"event",
				"login",
				"role",
				"key",
				"proof"
			]);
			return {
				type,
				repository: name(value.repository, "repository", 256),
				event: name(value.event, "event", 256),
				login: name(value.login, "login", 64),
				role: name(value.role, "role", 256),
				key: plainKey(value.key),
				proof: asHex(value.proof, "proof")
			};
		default: throw new MetadataError("type", `expected "sign" or "accept", found ${shown(type)}`);
	}
}
function exactly(value, members) {
	for (const member of Object.keys(value)) if (!members.includes(member)) throw new MetadataError(shown(member), "a member that does not belong here");
	for (const member of members) if (!Object.hasOwn(value, member)) throw new MetadataError(member, "is missing");
}
/** Printable ASCII: names are held against names, and stand in answers. */
function name(value, where, longest) {
	const text = asString(value, where);
	if (text.length > longest || !/^[\x21-\x7e]+$/.test(text)) throw new MetadataError(where, `expected 1 to ${longest} visible ASCII characters`);
	return text;
}
function digest(value, where) {
	const text = asHex(value, where);
	if (text.length !== 64) throw new MetadataError(where, "expected 64 hex digits");
	return text;
}
/** A new key as `playground` writes it; its owner is added when it is recorded. */
function plainKey(value) {
	const key = parseKey(value, "key");
	exactly(key, [
		"keytype",
		"scheme",
		"keyval"
	]);
	exactly(key.keyval, ["public"]);
	name(key.keytype, "key.keytype", 64);
	name(key.scheme, "key.scheme", 64);
	if (!/^[\x20-\x7e\n]+$/.test(key.keyval.public ?? "")) throw new MetadataError("key.keyval.public", "expected hex digits or PEM");
	return key;
}
function shown(text) {
	return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
// src/event/contribution.ts
/**
* What a signer contributes to an event: a key for a role to which they are invited, and signatures. Both are edits of
* the event's state; an acceptance changes only the key and what follows from it, a signature only `signatures`.
*/
/** A key as metadata holds it, with its owner. */
function ownedKey(key, login) {
	return {
		...key,
		[KEY_OWNER]: login
	};
}
/**
* Accepts invitations of one login with a key: the key takes the place of any that the same login had in the role. The
* roles concerned get new drafts, whose signatures start anew.
*/
function acceptInvitations(editor, invitations, login, roles, publicKey) {
	for (const role of roles) addSigner(editor, role, login, publicKey);
	const left = withoutInvitation(invitations, login, roles);
	editor.write(INVITATION_FILE, formatInvitations(left));
	return left;
}
/** Puts a login's key into a role, in place of any that the login had there. */
function addSigner(editor, role, login, publicKey) {
	const key = ownedKey(publicKey, login);
	const keyid = computeKeyid(key);
	changeRoleKeys(editor, role, (entry, keys) => {
		const isTheirs = (id) => sameLogin(keyOwner(own(keys, id) ?? {}) ?? "", login);
		const [mine, ...more] = entry.keyids.filter(isTheirs);
		if (mine === keyid && more.length === 0) return {
			entry,
			keys
		};
		const others = entry.keyids.filter((id) => !isTheirs(id));
		const twin = others.find((id) => samePublicKey(own(keys, id) ?? key, key) && own(keys, id) !== void 0);
		if (twin !== void 0) throw new RepositoryError("bad-request", `The key of ${login} is in ${role} already, as that of ${keyOwner(own(keys, twin) ?? {}) ?? "another signer"}. Use a key of your own.`);
		return {
			entry: {
				...entry,
				keyids: [...others, keyid]
			},
			keys: {
				...keys,
				[keyid]: key
			}
		};
	});
}
/** Changes the keys and the threshold that the delegators of a role give it; keys that nobody uses any more go. */
function changeRoleKeys(editor, role, change) {
	const delegators = delegatorsOf(editor.draft, role);
	if (delegators.length === 0) throw new RepositoryError("not-found", `There is no role ${role} in this repository.`);
	for (const { by } of delegators) if (isTopLevelRole(role)) editor.edit("root", (root) => changeInRoot(root, role, change));
	else editor.edit(by, (targets) => changeInDelegations(targets, role, change));
}
function changeInRoot(root, role, change) {
	const changed = change(root.roles[role], root.keys);
	const roles = {
		...root.roles,
		[role]: changed.entry
	};
	return {
		...root,
		roles,
		keys: usedKeys(changed.keys, Object.values(roles))
	};
}
function changeInDelegations(targets, role, change) {
	const { delegations } = targets;
	if (!delegations?.roles) throw new RepositoryError("bad-request", `The keys of ${role} are those of all its bins; change them together.`);
	let keys = delegations.keys;
	const roles = delegations.roles.map((entry) => {
		if (entry.name !== role) return entry;
		const changed = change(entry, keys);
		keys = changed.keys;
		return {
			...entry,
			...changed.entry
		};
	});
	const next = {
		...delegations,
		roles,
		keys: usedKeys(keys, roles)
	};
	return {
		...targets,
		delegations: next
	};
}
function usedKeys(keys, roles) {
	const used = new Set(roles.flatMap((role) => role.keyids));
	return Object.fromEntries(Object.entries(keys).filter(([keyid]) => used.has(keyid)));
}
/** The roles whose files an open invitation will change: the invited role and whoever gives it keys. */
function unstableRoles(state, invitations) {
	const roles = new Set([...invitations.values()].flat());
	for (const role of [...roles]) for (const { by } of delegatorsOf(state, role)) roles.add(by);
	return roles;
}
/**
* Puts a signature into a role's file. Once every threshold of the role is met, empty entries go: some clients refuse
* them.
*/
async function addSignature(state, role, keyid, sig) {
	const metadata = state.roles.get(role)?.metadata;
	if (!metadata) throw new RepositoryError("not-found", `There is no role ${role} in this event.`);
	const signatures = metadata.signatures.some((signature) => signature.keyid === keyid) ? metadata.signatures.map((signature) => signature.keyid === keyid ? {
		...signature,
		sig
	} : signature) : [...metadata.signatures, {
		keyid,
		sig
	}];
	let signed = {
		...metadata,
		signatures
	};
	if (await everyThresholdMet(state, role, signed)) signed = {
		...signed,
		signatures: signatures.filter((signature) => signature.sig !== "")
	};
	return {
		metadata: signed,
		files: filesOf(role, signed)
	};
}
async function everyThresholdMet(state, role, metadata) {
	const judges = judgesOf(state, role);
	const checks = new SignatureChecks(signedBytes(metadata));
	for (const { role: entry, keys } of judges) if (!(await verifyThreshold(metadata, entry, keys, checks)).met) return false;
	return judges.length > 0;
}
// src/event/recording.ts
/**
* Contributions that came in comments, held against an event: which of them count, what they change, and for those that
* do not count, why not and what to do. Nothing here knows where a comment came from; a caller that cannot push (the
* head is in a fork) has the same answers and leaves the files.
*/
/**
* Judges contributions to an event, in the order in which they were posted; acceptances come before signatures, since a
* signature covers what they change.
* @param repository `owner/name` of the repository that the event belongs to
*/
async function recordContributions(sides, status, posted, { repository, now }) {
	const recorder = new Recorder(sides, status, repository, now);
	const judgements = /* @__PURE__ */ new Map();
	for (const one of posted) if (one.contribution.type === "accept") judgements.set(one, await recorder.accept(one.contribution, one.by));
	for (const one of posted) if (one.contribution.type === "sign") judgements.set(one, await recorder.sign(one.contribution));
	return {
		files: recorder.files,
		judgements: posted.map((one) => judgements.get(one)).filter((judgement) => judgement !== void 0)
	};
}
const SIGN_AGAIN = "Open the signing page again, or run `playground sign --comment`, and sign what is proposed now.";
var Recorder = class {
	#sides;
	#status;
	#repository;
	#now;
	#invitations;
	#draft;
	#files = /* @__PURE__ */ new Map();
	constructor(sides, status, repository, now) {
		this.#sides = sides;
		this.#status = status;
		this.#repository = repository;
		this.#now = now;
		this.#invitations = status.invitations;
		this.#draft = sides.proposed;
	}
	get files() {
		return this.#files;
	}
	async accept(accepted, by) {
		const { repository, event, login, role, key, proof } = accepted;
		const { name } = this.#sides;
		if (repository.toLowerCase() !== this.#repository.toLowerCase() || event !== name) return refuse(`It accepts an invitation to the event ${event} of ${repository}; this is ${name} of ${this.#repository}.`, "Accept the invitation on the page of this pull request.");
		if (!sameLogin(login, by)) return refuse(`It accepts an invitation of ${login}, and was posted by ${by}. An invitation is accepted from the invited account only.`, `Let ${login} post it.`);
		if (!invitedRoles(this.#invitations, login).includes(role)) {
			const held = this.#heldKeys(role, login);
			if (held.some((there) => samePublicKey(there, key))) return {
				outcome: "known",
				owner: login
			};
			return refuse(held.length > 0 ? `${login} is not invited to ${role} any more: another key of theirs is there already.` : `${login} is not invited to ${role}.`, "Ask a maintainer for an invitation: `playground delegate`.");
		}
		if (this.#status.state === "invalid") return refuse("The event has errors, so nothing new is built on it.", "When the errors of the report are mended, post this again.");
		const support = classifyKey(key);
		if (support.status !== "supported") return refuse(`The ${support.name} key cannot be used: ${support.reason}.`, "Use an Ed25519, P-256 or RSA key.");
		if (!support.enrolable) return refuse(`The ${support.name} key is in a form that no new key may have: ${support.reason}.`, "Make the block with the signing page or `playground sign --comment`.");
		const check = await verifySignature(key, acceptanceMessage(accepted), proof);
		if (!check.valid) return refuse(`The proof does not show that ${login} holds the key: ${check.reason}.`, "Make the block again, with the key itself at hand.");
		const editor = new Editor(this.#draft, this.#sides.knownGood, this.#now);
		try {
			this.#invitations = acceptInvitations(editor, this.#invitations, login, [role], key);
		} catch (error) {
			if (!(error instanceof RepositoryError)) throw error;
			return refuse(error.message, "Make a new key and accept the invitation with it.");
		}
		this.#take(editor.draft, editor.files);
		return {
			outcome: "recorded",
			owner: login
		};
	}
	#take(draft, files) {
		this.#draft = draft;
		for (const [path, text] of files) this.#files.set(path, text);
	}
	/** The keys that the login has with every delegator of the role. */
	#heldKeys(role, login) {
		const [first = [], ...others] = delegatorsOf(this.#draft, role).map(({ role: entry, keys }) => entry.keyids.map((keyid) => own(keys, keyid)).filter((key) => key !== void 0).filter((key) => sameLogin(keyOwner(key) ?? "", login)));
		return first.filter((key) => others.every((keys) => keys.some((there) => samePublicKey(there, key))));
	}
	async sign({ role, version, sha256, keyid, sig }) {
		const metadata = this.#draft.roles.get(role)?.metadata;
		if (!metadata || !this.#isPartOfTheChange(role)) return refuse(`${role} is no role that this event changes.`, "The report names the roles that are to be signed.");
		if (metadata.signed.version !== version) return refuse(`It signs version ${version} of ${role}; this event proposes version ${metadata.signed.version}.`, SIGN_AGAIN);
		const bytes = signedBytes(metadata);
		if (hashHex("sha256", bytes) !== sha256) return refuse(`It signs other content than version ${version} of ${role} has now: the draft has changed since, or it is that of another event or repository.`, SIGN_AGAIN);
		const keys = judgesOf(this.#draft, role).filter(({ role: entry }) => entry.keyids.includes(keyid)).map(({ keys }) => own(keys, keyid)).filter((key) => key !== void 0);
		const [first] = keys;
		if (!first) return refuse(`The key ${keyid.slice(0, 8)}… is none of those that sign ${role}.`, "Sign with the key that the report names for you.");
		const owner = keyOwner(first);
		const checks = await Promise.all(keys.map((key) => verifySignature(key, bytes, sig)));
		if (checks.every(({ valid }) => !valid)) {
			const reason = checks.map((check) => check.valid ? "" : check.reason)[0];
			return refuse(`The signature does not count: ${reason}.`, SIGN_AGAIN);
		}
		const before = metadata.signatures.find((signature) => signature.keyid === keyid)?.sig ?? "";
		if (before !== "" && await this.#verifies(keys, bytes, before)) return {
			outcome: "known",
			owner
		};
		const awaited = [...this.#invitations].filter((one) => unstableRoles(this.#draft, new Map([one])).has(role));
		if (awaited.length > 0) return refuse(`${role} will still change: ${awaited.map(([login]) => login).join(", ")} must accept first.`, "Sign again when all invitations are accepted.");
		const signed = await addSignature(this.#draft, role, keyid, sig);
		this.#take(withRole(this.#draft, role, signed.metadata), signed.files);
		return {
			outcome: "recorded",
			owner
		};
	}
	async #verifies(keys, bytes, sig) {
		for (const key of keys) if ((await verifySignature(key, bytes, sig)).valid) return true;
		return false;
	}
	#isPartOfTheChange(role) {
		const file = this.#draft.roles.get(role)?.file;
		return this.#sides.knownGood.roles.get(role)?.file.id !== file?.id || this.#status.thresholds.some((threshold) => threshold.role === role);
	}
};
function refuse(reason, next) {
	return {
		outcome: "refused",
		reason,
		next
	};
}
// src/actions/record-comments.ts
/**
* Contributions in comments: read from the pull request, judged, committed to the event's branch. Git tells what is
* recorded already, so that a lost or doubled run changes nothing.
*/
/**
* Reads the contributions of a discussion and judges them. The waking comment counts as it was posted; others count only
* if they were never edited. An acceptance is judged until it is answered, a signature always: it can only say one thing.
*/
async function takeComments({ github, now }, sides, status, discussion, waking) {
	const posted = /* @__PURE__ */ new Map();
	const found = discussion.filter(({ mine }) => !mine).map((comment) => {
		const body = comment.id === waking?.id ? waking.body : comment.body;
		const edited = comment.edited && comment.id !== waking?.id;
		const answered = isAnswered(comment);
		const blocks = findBlocks(body);
		for (const block of blocks) {
			if (!block.ok || edited || block.contribution.type === "accept" && answered) continue;
			posted.set(block, {
				contribution: block.contribution,
				by: `@${comment.author.login}`
			});
		}
		return {
			comment,
			answered,
			edited,
			blocks
		};
	}).filter(({ blocks }) => blocks.length > 0);
	if (found.length === 0) return {
		comments: [],
		change: void 0
	};
	const { files, judgements } = await recordContributions(sides, status, [...posted.values()], {
		repository: github.fullName,
		now
	});
	const judged = new Map([...posted.keys()].map((block, index) => [block, judgements[index]]));
	const comments = found.map((one) => ({
		...one,
		blocks: one.blocks.map((block) => {
			const judgement = judged.get(block);
			return judgement ? {
				block,
				judgement
			} : { block };
		})
	}));
	return {
		comments,
		change: files.size > 0 ? {
			files,
			...commitText(comments)
		} : void 0
	};
}
const ANSWER_MARKER = "answer-to-comment";
/** The invisible mark of the reply to a comment. */
function answerMarker(comment) {
	return `${ANSWER_MARKER} ${comment.id}`;
}
/**
* Whether a reaction of our own says that the comment was dealt with. It comes after the reply, which is written once: a
* run that is killed between the two leaves the comment to the next.
*/
function isAnswered({ myReactions }) {
	return [
		"+1",
		"confused",
		"eyes",
		"rocket"
	].some((content) => myReactions.has(content));
}
/** Who contributed what, with each commenter as co-author; their numeric id outlasts a change of login. */
function commitText(comments) {
	const lines = [];
	const authors = /* @__PURE__ */ new Set();
	for (const { comment, blocks } of comments) {
		const { login, id } = comment.author;
		const deeds = blocks.flatMap(({ block, judgement }) => block.ok && judgement?.outcome === "recorded" ? [deed(block.contribution, judgement, `@${login}`)] : []);
		if (deeds.length === 0) continue;
		lines.push(`- @${login} ${deeds.join(", ")} (${comment.url})`);
		authors.add(coAuthor(login, id));
	}
	return {
		message: `Record contributions from comments\n\n${lines.join("\n")}`,
		trailers: [...authors].map((author) => ["Co-authored-by", author])
	};
}
function deed(contribution, judgement, by) {
	const { role } = contribution;
	if (contribution.type === "accept") return `accepts the invitation to ${role}`;
	const owner = judgement.outcome === "refused" ? void 0 : judgement.owner;
	return `signs ${role}${owner === void 0 || sameLogin(owner, by) ? "" : ` for ${owner}`}`;
}
/** Signatures that somebody else than the key's owner posted: they count, and the report says who it was. */
function postedForOthers(comments) {
	const seen = /* @__PURE__ */ new Map();
	for (const { comment, blocks } of comments) for (const { block, judgement } of blocks) {
		if (!block.ok || block.contribution.type !== "sign") continue;
		if (judgement === void 0 || judgement.outcome === "refused") continue;
		const { role, keyid } = block.contribution;
		const id = `${role} ${keyid}`;
		if (!seen.has(id)) seen.set(id, {
			role,
			owner: judgement.owner,
			by: `@${comment.author.login}`
		});
	}
	return [...seen.values()].filter(({ owner, by }) => owner !== void 0 && !sameLogin(owner, by));
}
// src/actions/answer-comments.ts
/**
* Answers in one run: each is a request or two of the 1,000 that a job's token has in an hour, and somebody may post bad
* contributions by the hundred.
*/
const MOST_ANSWERS = 100;
/** Answers what was not answered yet, seen from a state in which everything that counts is recorded. */
async function answerComments(action, pull, status, comments) {
	for (const one of comments.filter(({ answered }) => !answered).slice(0, MOST_ANSWERS)) {
		const problems = problemsOf(one);
		const stranded = one.blocks.filter(({ judgement }) => judgement?.outcome === "recorded");
		if (problems.length > 0) await answer(action, pull, one.comment, "confused", "was not recorded", problems);
		else if (pull.fromFork && stranded.length > 0) await answer(action, pull, one.comment, "eyes", "is valid but not recorded", inFork(pull, status));
		else if (stranded.length === 0) await react(action.github, one.comment.id, "+1");
	}
}
function problemsOf({ edited, blocks }) {
	if (edited) return ["The comment was edited after it was posted, and others than its author can do that. Post the block again, in a new comment."];
	return blocks.flatMap(({ block, judgement }) => {
		if (!block.ok) return [`The block ${block.problem}. Copy it whole from the signing page or from \`playground sign --comment\`.`];
		if (judgement?.outcome !== "refused") return [];
		const { type, role } = block.contribution;
		return [`${type === "sign" ? "Signature of" : "Invitation to"} ${role}: ${judgement.reason} ${judgement.next}`];
	});
}
/** The two ways to get a valid contribution into a fork, where nothing of ours can push. */
function inFork(pull, status) {
	return [
		`The branch is in ${pull.headRepository ?? "a repository that is gone"}, where this repository cannot push.`,
		`${pull.author} can record it there: \`playground import-signature ${plain(status.name)} --pull ${pull.number}\`.`,
		"Or a maintainer comments `/adopt`: the change becomes an event of this repository, with a pull request of its own on which comments count."
	];
}
async function answer({ github }, pull, comment, reaction, verdict, lines) {
	const list = lines.map((line) => `- ${withCommands(escapeMarkdown(line))}`).join("\n");
	const body = `[This contribution](${comment.url}) of @${comment.author.login} ${verdict}:\n\n${list}\n`;
	const since = comment.createdAt;
	await reply(github, pull.number, {
		marker: answerMarker(comment),
		author: BOT.name,
		body,
		since
	});
	await react(github, comment.id, reaction);
}
/** Commands to copy, as code again: nothing that stands in one of these can act as anything else. */
function withCommands(escaped) {
	return escaped.replace(/&#96;([A-Za-z0-9 ./-]{1,200})&#96;/g, "`$1`");
}
// src/actions/ask.ts
/** Mentions in one comment; more than a role has signers, and little use to whoever wants to annoy many. */
const MOST_MENTIONS = 20;
/**
* Mentions who is awaited and was not asked yet, or not for `remindAfter` days. Only in events of this repository:
* whoever pushed those may mention people here anyway, a stranger's fork may not have us do it.
*/
async function askPeople({ github, now }, pull, status, discussion, { page, remindAfter }) {
	if (pull.fromFork || status.state !== "waiting") return;
	const asked = requestsMade(discussion);
	const isDue = (request, often) => {
		const last = asked.get(requestId(request));
		if (last === void 0) return !often;
		return often && remindAfter !== void 0 && now.getTime() - last.getTime() >= remindAfter * 864e5;
	};
	const requests = requestsOf(status);
	const first = requests.filter((request) => isDue(request, false));
	const again = requests.filter((request) => isDue(request, true));
	for (const [heading, group] of [["This signing event waits for you:", first], ["Still waiting for you:", again]]) {
		const people = group.slice(0, MOST_MENTIONS);
		if (people.length === 0) continue;
		const command = `playground sign ${plain(status.name)}`;
		const how = page === void 0 ? `Run \`${command}\`.` : `[Open the signing page](${page}), or run \`${command}\`.`;
		const lines = people.map(({ login, step }) => `- ${login}: please ${escapeMarkdown(step)}`);
		await reply(github, pull.number, {
			marker: `${ASKED} ${now.toISOString()} ${people.map(requestId).join(" ")}`,
			author: BOT.name,
			body: `${heading}\n\n${lines.join("\n")}\n\n${how}\n`
		});
	}
}
const ASKED = "asked";
function requestId({ kind, login }) {
	return `${kind}:${login.toLowerCase()}`;
}
function requestsOf(status) {
	return [...status.nextSteps].flatMap(([owner, step]) => {
		const login = normaliseLogin(owner);
		if (login === void 0) return [];
		return [{
			login,
			kind: status.invitations.has(owner) ? "accept" : "sign",
			step
		}];
	});
}
/** When each request was last made, read from our own comments. */
function requestsMade(discussion) {
	const made = /* @__PURE__ */ new Map();
	for (const { mine, body, createdAt } of discussion) {
		const [, requests = ""] = mine && new RegExp(`<!-- ${ASKED} \\S+ ([^>]*) -->`).exec(body) || [];
		for (const request of requests.split(" ")) made.set(request, new Date(createdAt));
	}
	return made;
}
// src/github/collaborators.ts
/**
* Whether an account may push to the repository. GitHub answers with the nearest of admin, write, read and none: write
* stands for maintain too, and for roles of an organisation's own making that may push
* (https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user).
*/
async function mayWrite(repository, login) {
	const answer = await repository.callOrNothing("read what an account may do", (octokit, at) => octokit.rest.repos.getCollaboratorPermissionLevel({
		...at,
		username: login
	}));
	return answer?.data.permission === "admin" || answer?.data.permission === "write";
}
// src/actions/commands.ts
const ADOPT = /^\/adopt(?:[ \t]+([A-Za-z0-9][A-Za-z0-9._-]{0,99}))?$/;
/**
* Obeys the commands that were not answered yet.
* @returns the pull requests that adoption opened
*/
async function obeyCommands(action, pull, sides, discussion, waking) {
	const opened = [];
	for (const comment of discussion) {
		const waked = comment.id === waking?.id;
		if (comment.mine || comment.edited && !waked || isAnswered(comment)) continue;
		const text = (waked ? waking.body : comment.body).trim();
		if (text === "/status") await react(action.github, comment.id, "rocket");
		const adopt = ADOPT.exec(text);
		if (!adopt) continue;
		const answer = await adoptFor(action, pull, sides, comment.author.login, adopt[1]);
		if (answer.done && answer.pull) opened.push(answer.pull);
		const body = `@${comment.author.login}: ${answer.message}\n`;
		const answered = {
			marker: answerMarker(comment),
			author: BOT.name,
			body,
			since: comment.createdAt
		};
		await reply(action.github, pull.number, answered);
		await react(action.github, comment.id, answer.done ? "rocket" : "confused");
	}
	return opened;
}
async function adoptFor(action, pull, sides, login, name) {
	if (!await mayWrite(action.github, login)) return {
		done: false,
		message: "Only somebody with write access to this repository can adopt a pull request."
	};
	return adoptPull(action, pull, sides, name);
}
// src/actions/sweep-one.ts
/**
* One open signing event as it stands now: records what came in comments, does what a machine may do, evaluates, shows
* the result as a commit status and one report, and answers and asks people.
*/
const STATUS_CONTEXT = "signing-event";
const REPORT_MARKER = "signing-event-report";
const STATES = {
	ready: "success",
	waiting: "pending",
	empty: "pending",
	invalid: "failure"
};
/** A head can move while it is looked at; then it is looked at again, a few times. */
const LOOKS = 5;
/** Looks at one event; undefined where it is gone, or keeps changing. */
async function sweepOne(action, pull, look) {
	const waking = look.waking?.pull === pull.number ? look.waking : void 0;
	for (let looksLeft = LOOKS; looksLeft > 0; looksLeft--) {
		const sides = await readPull(action.remote, pull.number, pull.headRef.slice(EVENT_PREFIX.length));
		if (!sides) return void 0;
		const discussion = await readDiscussion(action.github, pull.number);
		const obey = async () => [...await obeyCommands(action, pull, sides, discussion, waking), ...look.adopt ? await adoptOnRequest(action, pull, sides) : []];
		if (!pull.headRef.startsWith("sign/")) return {
			status: void 0,
			opened: await obey()
		};
		const status = await evaluateEvent(sides, action.now);
		const { comments, change } = await takeComments(action, sides, status, discussion, waking);
		if (change && await commit(action, pull, sides, change)) continue;
		const plan = pull.fromFork ? void 0 : await planUpkeep(sides, status, action.now);
		if (plan && await commit(action, pull, sides, plan)) continue;
		const page = pull.fromFork ? void 0 : await look.signingPage();
		const signingPage = page && `${page}#${action.github.fullName}/${pull.number}`;
		await report(action, pull, status, {
			signingPage,
			posted: postedForOthers(comments)
		});
		await answerComments(action, pull, status, comments);
		await askPeople(action, pull, status, discussion, {
			page: signingPage,
			remindAfter: look.remindAfter
		});
		const opened = await obey();
		const now = await pullRequest(action.github, pull.number);
		if (!now || now.headSha === status.head || opened.length > 0) return {
			status,
			opened
		};
	}
	notice(`#${pull.number} keeps changing; the next run looks at it again.`);
}
async function adoptOnRequest(action, pull, sides) {
	const adoption = await adoptPull(action, pull, sides);
	if (!adoption.done) throw new Error(adoption.message);
	notice(adoption.message);
	return adoption.pull ? [adoption.pull] : [];
}
/** Commits to the event's branch; false where it cannot be pushed to, because it is a fork's. */
async function commit({ repository, remote }, pull, sides, { files, message, trailers = [] }) {
	if (pull.fromFork) return false;
	const written = await repository.writeCommit({
		parents: [sides.head],
		base: sides.head,
		changes: files,
		message,
		trailers,
		author: BOT
	});
	try {
		await repository.push(remote.name, written, pull.headRef, sides.head, remote.access);
		info(`${message}: ${written}`);
	} catch (error) {
		if (!(error instanceof GitError) || error.code !== "push-rejected" || error.declined) throw error;
	}
	return true;
}
async function report({ github }, pull, status, context) {
	const run = process.env.GITHUB_RUN_ID;
	await setStatus(github, status.head, {
		context: STATUS_CONTEXT,
		state: STATES[status.state],
		description: headline(status),
		...run === void 0 ? {} : { targetUrl: `${process.env.GITHUB_SERVER_URL}/${github.fullName}/actions/runs/${run}` }
	});
	await keepComment(github, pull.number, {
		marker: REPORT_MARKER,
		author: BOT.name,
		body: markdownReport(status, context)
	});
	info(`${status.name}: ${headline(status)}`);
}
export { sweepOne };

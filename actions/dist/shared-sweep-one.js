import { _ as keyOwner, c as info, g as SIGNING_PERIOD, h as EXPIRY_PERIOD, l as notice, m as markdownReport, p as headline, t as BOT, v as onlineUri } from "./shared-frame.js";
import { S as TOP_LEVEL_ROLES, _ as INVITATION_FILE, a as validate, b as rolePath, c as sameJson, d as digestFile, f as delegatorsOf, g as commitTree, h as targetsRoles, l as finding, m as targetsOf, o as Editor, p as loadState, s as filesOf, t as fetchBranch, u as SUPPORTED_HASHES, x as delegationsForPath } from "./shared-remote.js";
import { t as RepositoryError } from "./shared-errors.js";
import { h as JsonError, m as parseJson, s as classifyKey } from "./shared-signature.js";
import { c as eachMember, l as own, n as asArray, s as asString, t as MetadataError } from "./shared-shape.js";
import { n as pullRequest, r as EVENT_PREFIX } from "./shared-pull-requests.js";
import { t as GitError } from "./shared-errors2.js";
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
// src/actions/sweep-one.ts
/**
* One open signing event as it stands now: does what a machine may do, evaluates, and shows the result as a commit status
* and one report.
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
async function sweepOne(action, pull) {
	for (let looksLeft = LOOKS; looksLeft > 0; looksLeft--) {
		const sides = await readPullRequest(action, pull);
		if (!sides) return void 0;
		const status = await evaluateEvent(sides, action.now);
		if (await upkeep(action, pull, sides, status)) continue;
		await report(action, pull, status);
		const now = await pullRequest(action.github, pull.number);
		if (!now || now.headSha === status.head) return status;
	}
	notice(`#${pull.number} keeps changing; the next run looks at it again.`);
}
/** Reads both sides of a pull request as git objects; undefined where its head is gone. */
async function readPullRequest({ repository, remote }, pull) {
	const main = await fetchBranch(remote, remote.mainBranch);
	const ref = `refs/playground/pull/${pull.number}`;
	try {
		await repository.fetch(remote.name, [`+refs/pull/${pull.number}/head:${ref}`], remote.access);
	} catch (error) {
		if (error instanceof GitError && error.code === "no-such-revision") return void 0;
		throw error;
	}
	const head = await repository.resolve(ref);
	if (main === void 0 || head === void 0) return void 0;
	return readEvent(repository, pull.headRef.slice(EVENT_PREFIX.length), main, head);
}
/** Commits what a machine may do. A fork's branch cannot be pushed to; its report says which command does it. */
async function upkeep({ repository, remote, now }, pull, sides, status) {
	if (pull.fromFork) return false;
	const plan = await planUpkeep(sides, status, now);
	if (!plan) return false;
	const commit = await repository.writeCommit({
		parents: [sides.head],
		base: sides.head,
		changes: plan.files,
		message: plan.message,
		author: BOT
	});
	try {
		await repository.push(remote.name, commit, pull.headRef, sides.head, remote.access);
		info(`${plan.message}: ${commit}`);
	} catch (error) {
		if (!(error instanceof GitError) || error.code !== "push-rejected" || error.declined) throw error;
	}
	return true;
}
async function report({ github }, pull, status) {
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
		body: markdownReport(status)
	});
	info(`${status.name}: ${headline(status)}`);
}
export { sweepOne };

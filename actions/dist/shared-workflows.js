import { C as SIGNING_PERIOD, S as KEY_OWNER, T as onlineUri, w as keyOwner, x as EXPIRY_PERIOD } from "./shared-frame.js";
import { c as MetadataError, g as own, h as eachMember, l as asArray, m as asString } from "./shared-sigstore.js";
import { t as RepositoryError } from "./shared-errors.js";
import { A as rolePath, F as signedBytes, L as TOP_LEVEL_ROLES, M as SignatureChecks, N as verifyThreshold, P as signatureEntry, R as isTopLevelRole, S as commitTree, T as INVITATION_FILE, _ as judgesOf, a as validate, d as onlineKeysOf, g as delegatorsOf, h as sameJson, k as isAttestation, l as finding, m as withRole, p as filesOf, u as OnlineKeys, v as loadState, x as targetsRoles } from "./shared-remote.js";
import { c as samePublicKey, g as JsonError, h as parseJson, l as classifyKey, r as computeKeyid, s as publicKeyIdentity } from "./shared-signature.js";
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
		if (isRepositoryFile(path) || isAttestation(path)) continue;
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
async function addSignature(state, role, keyid, made) {
	const metadata = state.roles.get(role)?.metadata;
	if (!metadata) throw new RepositoryError("not-found", `There is no role ${role} in this event.`);
	const known = metadata.signatures.some((signature) => signature.keyid === keyid);
	const entry = signatureEntry(keyid, made);
	const signatures = known ? metadata.signatures.map((signature) => signature.keyid === keyid ? entry : signature) : [...metadata.signatures, entry];
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
// src/event/online-signing.ts
/**
* Signatures of online keys in an event: for targets roles that are signed by a machine, alone or beside people. The
* machine signs last, when its signatures are all that a role's thresholds lack, and only what the validator has
* nothing against. It opens no key on the word of an event: who delegates must have been signed, or be as on the main
* branch. Who runs this with the keys must be a job of the main branch.
*/
/** The roles of an event for which signatures of online keys are all that is missing. */
function onlineRoles({ proposed }, status) {
	if (stoppingErrors(status).length > 0) return [];
	const unstable = unstableRoles(proposed, status.invitations);
	return [...Map.groupBy(status.thresholds, ({ role }) => role)].flatMap(([role, thresholds]) => {
		const unmet = thresholds.filter(({ result }) => !result.met);
		if (role === "root" || unstable.has(role) || unmet.length === 0) return [];
		if (!unmet.every(({ by }) => isAgreed(status, by))) return [];
		return unmet.every(({ result }) => result.count + missingOnline(result.keys).size >= result.threshold) ? [role] : [];
	});
}
/** Whether enough keys have signed what a role says now, its delegations included. */
function isAgreed({ thresholds }, role) {
	return thresholds.every((threshold) => threshold.role !== role || threshold.result.met);
}
/** The online keys that have not signed, each once. */
function missingOnline(keys) {
	const missing = keys.filter(({ status, key }) => status !== "signed" && key && onlineUri(key) !== void 0);
	return new Set(missing.map(({ key }) => key ? publicKeyIdentity(key) : ""));
}
/** All errors, but for signatures of online keys that do not count: signing again is what mends those. */
function stoppingErrors({ findings, thresholds }) {
	const mended = new Set(thresholds.filter(({ result }) => result.keys.some(({ status, key }) => status === "invalid" && key && onlineUri(key) !== void 0)).map(({ role }) => role));
	return findings.filter(({ severity, code, role }) => severity === "error" && !(code === "signature-invalid" && role !== void 0 && mended.has(role)));
}
/**
* Signs the roles that wait for online keys, each with every one of its online keys that can sign.
* @throws {RepositoryError} where the event is not valid, or where no key that is needed can sign
*/
async function signEventOnline(sides, status, openSigner) {
	const errors = stoppingErrors(status);
	if (errors.length > 0) throw new RepositoryError("invalid", `Nothing was signed: the event ${status.name} is not valid.`, { findings: errors });
	const keys = new OnlineKeys(openSigner);
	const wanted = onlineRoles(sides, status);
	const files = /* @__PURE__ */ new Map();
	const roles = [];
	let draft = sides.proposed;
	for (const role of wanted) {
		const metadata = draft.roles.get(role)?.metadata;
		if (!metadata) continue;
		const known = new Map(delegatorsOf(draft, role).flatMap(onlineKeysOf).map((key) => [key.keyid, key]));
		for (const { keyid, sig, bundle } of await keys.signatures(role, signedBytes(metadata), [...known.values()])) {
			const signed = await addSignature(draft, role, keyid, bundle ? {
				sig,
				bundle
			} : sig);
			draft = withRole(draft, role, signed.metadata);
			for (const [path, text] of signed.files) files.set(path, text);
			if (!roles.includes(role)) roles.push(role);
		}
	}
	if (wanted.length > 0 && roles.length === 0) throw new RepositoryError("bad-request", `No online key of ${wanted.join(", ")} could sign.\n${keys.troubles.map((trouble) => `- ${trouble}`).join("\n")}`);
	return {
		files,
		roles,
		troubles: keys.troubles
	};
}
// src/github/workflows.ts
/**
* Starts a workflow on a branch. Needs `actions: write`.
* @param workflow the name of its file
*/
async function startWorkflow(github, workflow, branch, inputs = {}) {
	await github.call(`start the workflow ${workflow}`, (octokit, at) => octokit.rest.actions.createWorkflowDispatch({
		...at,
		workflow_id: workflow,
		ref: branch,
		inputs
	}));
}
export { addSignature as a, readEvent as c, sameLogin as d, acceptInvitations as i, invitedRoles as l, onlineRoles as n, unstableRoles as o, signEventOnline as r, evaluateEvent as s, startWorkflow as t, normaliseLogin as u };

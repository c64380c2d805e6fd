import { _ as escapeMarkdown, b as plain, d as getInput, g as warning, l as serverUrl, m as notice, p as info, s as GitHubError, t as BOT, v as headline, w as keyOwner, y as markdownReport } from "./shared-frame.js";
import { n as toHex } from "./shared-hex.js";
import { C as ATTESTATIONS, F as signedBytes, I as delegationsForPath, O as attestationPath, S as commitTree, _ as judgesOf, b as targetsOf, c as digestFile, f as Editor, g as delegatorsOf, h as sameJson, m as withRole, p as filesOf$1, s as SUPPORTED_HASHES, t as fetchBranch, v as loadState, w as ATTESTATION_ROOTS, x as targetsRoles, y as sameFiles } from "./shared-remote.js";
import { n as hashHex } from "./shared-crypto.js";
import { a as fingerprintOf, c as samePublicKey, d as parseKey, f as decodePem, g as JsonError, h as parseJson, i as describeKey, l as classifyKey, o as keyFromSpki, p as canonicalize, t as verifySignature, u as KeyError } from "./shared-signature.js";
import { a as readElements, s as readSequence } from "./shared-signature-form.js";
import { a as addSignature, c as readEvent, d as sameLogin, i as acceptInvitations, l as invitedRoles, n as onlineRoles, o as unstableRoles, s as evaluateEvent, t as startWorkflow, u as normaliseLogin } from "./shared-workflows.js";
import { n as eventBranch, t as EVENT_PREFIX } from "./shared-name.js";
import { t as GitError } from "./shared-errors2.js";
import { c as MetadataError, d as asHex, f as asInteger, g as own, m as asString, p as asObject } from "./shared-sigstore.js";
import { r as pullRequest, t as ensurePullRequest } from "./shared-pull-requests.js";
import { l as isValidBranchName } from "./shared-names.js";
import { t as RepositoryError } from "./shared-errors.js";
import { X509Certificate } from "node:crypto";
// src/signers/certificate.ts
/**
* The parts of an X.509 certificate (RFC 5280 section 4.1) that Node does not show: its extensions and the algorithm it
* was signed with. Everything else is `node:crypto`'s.
*/
const BOOLEAN = 1;
const INTEGER = 2;
const OCTET_STRING = 4;
const EXPLICIT_EXTENSIONS = 163;
const BASIC_CONSTRAINTS = "551d13";
/** Characters, for all of a bundle; real ones have under 2,000 for each certificate. */
const LONGEST_BUNDLE = 65536;
const MOST_CERTIFICATES = 16;
/** All certificates of PEM text, in their order; undefined where it holds anything else, or too much. */
function readCertificates(pem) {
	if (pem.length > LONGEST_BUNDLE) return void 0;
	const blocks = pem.split(/(?<=-----END CERTIFICATE-----)\s*/).filter((block) => block.trim() !== "");
	if (blocks.length === 0 || blocks.length > MOST_CERTIFICATES) return void 0;
	const certificates = blocks.flatMap((block) => {
		const decoded = decodePem(block.trimStart());
		return decoded?.label === "CERTIFICATE" && readCertificate(decoded.der) || [];
	});
	return certificates.length === blocks.length ? certificates : void 0;
}
/** @param der undefined is the answer where it is not one certificate in strict DER */
function readCertificate(der) {
	const [signed, algorithm] = readSequence(der) ?? [];
	const fields = signed?.tag === 48 ? readElements(signed.content) : void 0;
	const [identifier] = algorithm?.tag === 48 && readElements(algorithm.content) || [];
	if (!fields || identifier?.tag !== 6) return void 0;
	const extensions = readExtensions(fields.find(({ tag }) => tag === EXPLICIT_EXTENSIONS));
	if (!extensions) return void 0;
	const pathLength = readPathLength(extensions.get(BASIC_CONSTRAINTS));
	if (pathLength === void 0) return void 0;
	try {
		return {
			x509: new X509Certificate(der),
			extensions,
			signatureAlgorithm: toHex(identifier.content),
			pathLength
		};
	} catch {
		return;
	}
}
function readExtensions(field) {
	const extensions = /* @__PURE__ */ new Map();
	if (!field) return extensions;
	for (const extension of readSequence(field.content) ?? []) {
		const [name, second, third] = extension.tag === 48 ? readElements(extension.content) ?? [] : [];
		const critical = second?.tag === BOOLEAN && second.content[0] === 255;
		const value = second?.tag === BOOLEAN ? third : second;
		if (name?.tag !== 6 || value?.tag !== OCTET_STRING) return void 0;
		const oid = toHex(name.content);
		if (extensions.has(oid)) return void 0;
		extensions.set(oid, {
			critical,
			value: value.content
		});
	}
	return extensions.size > 0 ? extensions : void 0;
}
/** BasicConstraints: a BOOLEAN and an INTEGER, both optional. */
function readPathLength(extension) {
	if (!extension) return Number.POSITIVE_INFINITY;
	const parts = readSequence(extension.value);
	if (!parts) return void 0;
	const limit = parts.find(({ tag }) => tag === INTEGER);
	if (!limit) return Number.POSITIVE_INFINITY;
	const [value = 128] = limit.content;
	return limit.content.length === 1 && value < 128 ? value : void 0;
}
// src/signers/attestation.ts
/**
* Hardware attestation: a YubiKey's certificate saying that a PIV key was made inside it and cannot leave it. It is
* signed by the device's own attestation key (slot f9), and that by Yubico. What the device says besides stands in
* extensions under 1.3.6.1.4.1.41482.3 (https://docs.yubico.com/hardware/oid/oid-piv-arc.html). The roots come from
* the repository: nobody is trusted here by default.
*/
/** More certificates than this stand in no vendor's path. */
const LONGEST_PATH = 6;
/** basicConstraints and keyUsage, the only critical extensions that are understood here. */
const UNDERSTOOD = /* @__PURE__ */ new Set(["551d13", "551d0f"]);
/** SHA-256, 384 and 512 with RSA and with ECDSA, and Ed25519 (object identifiers, contents in hex). */
const SIGNATURE_ALGORITHMS = /* @__PURE__ */ new Set([
	"2a864886f70d01010b",
	"2a864886f70d01010c",
	"2a864886f70d01010d",
	"2a8648ce3d040302",
	"2a8648ce3d040303",
	"2a8648ce3d040304",
	"2b6570"
]);
const refuse$2 = (code, reason) => ({
	valid: false,
	code,
	reason
});
/** Checks an attestation. Never throws, whatever the certificates hold. */
function checkAttestation(request) {
	const [attestation, ...others] = readCertificates(request.certificates) ?? [];
	if (!attestation) return refuse$2("malformed", "it is not a list of certificates in PEM form");
	const roots = readCertificates(request.roots);
	if (!roots) return refuse$2("roots-malformed", "the repository's roots are not certificates in PEM form");
	const facts = readFacts(attestation);
	if (!facts) return refuse$2("not-an-attestation", "its first certificate is not the attestation of a PIV key");
	if (attestation.x509.ca) return refuse$2("not-an-attestation", "its first certificate is that of an authority");
	const key = attestedKey(attestation);
	if (typeof key === "string") return refuse$2("other-key", key);
	if (!samePublicKey(key, request.key)) return refuse$2("other-key", "it is for another key than the role has");
	const path = findPath(attestation, others, roots);
	if (!path) return refuse$2("no-path", "it does not lead to any root that the repository accepts");
	const expired = path.find(({ x509 }) => request.now < x509.validFromDate || request.now > x509.validToDate);
	if (expired) return refuse$2("expired", `the certificate of ${subjectOf(expired)} is not valid at this time`);
	return {
		valid: true,
		facts: {
			...facts,
			concerns: concernsAbout(key, facts.firmware)
		}
	};
}
function attestedKey({ x509 }) {
	try {
		return keyFromSpki(x509.publicKey.export({
			type: "spki",
			format: "der"
		}));
	} catch (error) {
		return error instanceof KeyError ? error.message : "its public key cannot be read";
	}
}
/** Quoted and short, since whoever wrote the certificate chose it. */
function subjectOf({ x509 }) {
	return JSON.stringify(x509.subject.slice(0, 100));
}
/**
* From the attestation up to a root, the shortest way; the authorities between may stand in any order. Each of them is
* come to once: where all sign one another, there are more ways than could be gone.
*/
function findPath(attestation, others, roots) {
	const seen = /* @__PURE__ */ new Set();
	const paths = [[attestation]];
	for (const path of paths) {
		const top = path.at(-1);
		if (!top || path.length > LONGEST_PATH) return void 0;
		const root = roots.find((issuer) => isIssuedBy(top, issuer, path.length - 1));
		if (root) return [...path, root];
		for (const issuer of others) {
			if (seen.has(issuer) || !isIssuedBy(top, issuer, path.length - 1)) continue;
			seen.add(issuer);
			paths.push([...path, issuer]);
		}
	}
}
/** @param below how many authorities stand below the issuer on the path */
function isIssuedBy(certificate, issuer, below) {
	if (!issuer.x509.ca || issuer.pathLength < below) return false;
	if (!SIGNATURE_ALGORITHMS.has(certificate.signatureAlgorithm)) return false;
	if (![certificate, issuer].every(isUnderstood)) return false;
	try {
		return !isWeak(issuer) && certificate.x509.checkIssued(issuer.x509) && certificate.x509.verify(issuer.x509.publicKey);
	} catch {
		return false;
	}
}
function isUnderstood({ extensions }) {
	return [...extensions].every(([oid, { critical }]) => !critical || UNDERSTOOD.has(oid));
}
function isWeak({ x509 }) {
	const { modulusLength } = x509.publicKey.asymmetricKeyDetails ?? {};
	return modulusLength !== void 0 && modulusLength < 2048;
}
/** 1.3.6.1.4.1.41482.3 */
const PIV = "2b0601040182c40a03";
const PIN_POLICIES = /* @__PURE__ */ new Map([
	[1, "never"],
	[2, "once"],
	[3, "always"],
	[4, "match-once"],
	[5, "match-always"]
]);
const TOUCH_POLICIES = /* @__PURE__ */ new Map([
	[1, "never"],
	[2, "always"],
	[3, "cached"]
]);
const FORM_FACTORS = /* @__PURE__ */ new Map([
	[1, "USB-A keychain"],
	[2, "USB-A nano"],
	[3, "USB-C keychain"],
	[4, "USB-C nano"],
	[5, "Lightning and USB-C"],
	[6, "USB-A biometric"],
	[7, "USB-C biometric"]
]);
/** Of the form factor. */
const FIPS_BIT = 128;
/** Undefined where an extension that every attestation has is missing, or one is not in its form. */
function readFacts({ extensions, x509 }) {
	const yubico = (number) => extensions.get(`${PIV}${number}`)?.value;
	const firmware = yubico("03");
	const [pin = 0, touch = 0, ...more] = yubico("08") ?? [];
	const pinPolicy = PIN_POLICIES.get(pin);
	const touchPolicy = TOUCH_POLICIES.get(touch);
	if (firmware?.length !== 3 || !pinPolicy || !touchPolicy || more.length > 0) return void 0;
	const serialValue = yubico("07");
	const serial = serialValue && readInteger(serialValue);
	const form = yubico("09");
	if (serialValue && serial === void 0 || form && form.length !== 1) return void 0;
	const formFactor = FORM_FACTORS.get((form?.[0] ?? 0) & -129);
	const [, slot] = /^CN=YubiKey PIV Attestation ([0-9a-f]{2})$/m.exec(x509.subject) ?? [];
	return {
		firmware: firmware.join("."),
		pinPolicy,
		touchPolicy,
		fips: yubico("0a") !== void 0 || ((form?.[0] ?? 0) & FIPS_BIT) !== 0,
		...serial === void 0 ? {} : { serial },
		...slot === void 0 ? {} : { slot },
		...formFactor === void 0 ? {} : { formFactor }
	};
}
/** A DER INTEGER that is not negative and fits into 48 bits. */
function readInteger(der) {
	const [tag, length, first = 128] = der;
	if (tag !== 2 || length !== der.length - 2 || length > 6 || first >= 128) return void 0;
	return Number.parseInt(toHex(der.subarray(2)), 16);
}
/** RSA keys made by firmware 4.2.6 to 4.3.4 can be computed from the public key (ROCA, Yubico's YSA-2017-01). */
function concernsAbout(key, firmware) {
	const [major = 0, minor = 0, patch = 0] = firmware.split(".").map(Number);
	const number = (major * 256 + minor) * 256 + patch;
	const affected = number >= 262662 && number <= 262916;
	return key.keytype === "rsa" && affected ? ["RSA keys made by this firmware can be broken (ROCA, YSA-2017-01). Use a P-256 key, or another device."] : [];
}
// src/event/attestations.ts
/** Bytes of a file; a chain has some 6,000. */
const LARGEST = 65536;
/** The vendors' roots that a commit of the main branch gives, as PEM. */
async function attestationRoots(repository, main) {
	const file = (await filesOf(repository, main)).get(ATTESTATION_ROOTS);
	return file && textOf$1(repository, file);
}
/** The keys of an event's thresholds for which there is an attestation, each once. */
async function attestedKeys(repository, { head, main }, { thresholds }, now) {
	const files = await filesOf(repository, head);
	if (files.size === 0) return [];
	const keys = /* @__PURE__ */ new Map();
	for (const { result } of thresholds) for (const { key } of result.keys) if (key) keys.set(fingerprintOf(key), key);
	const roots = await attestationRoots(repository, main);
	const found = [];
	for (const [fingerprint, key] of keys) {
		const file = files.get(attestationPath(fingerprint));
		if (!file) continue;
		const certificates = await textOf$1(repository, file);
		const check = roots === void 0 ? "no-roots" : checkAttestation({
			certificates,
			roots,
			key,
			now
		});
		found.push({
			owner: keyOwner(key),
			key,
			check
		});
	}
	return found;
}
async function filesOf(repository, commit) {
	const files = await repository.listTree(commit, [ATTESTATIONS]);
	return new Map(files.map((file) => [file.path, file]));
}
/** A file that is too large, or no file, is read as an empty one. */
async function textOf$1(repository, { kind, size, oid }) {
	if (!["file", "executable"].includes(kind) || (size ?? 0) > LARGEST) return "";
	return Buffer.from(await repository.readBlob(oid, { maxBytes: LARGEST })).toString("utf8");
}
/** An attestation in words, such as `@alice: P-256 ab12… was made inside a YubiKey (…)`. */
function attestationLine({ owner, key, check }) {
	const whose = `${owner ?? "a key without owner"}: ${describeKey(key)}`;
	if (check === "no-roots") return `${whose} comes with an attestation that nobody can check: the main branch has no ${ATTESTATION_ROOTS}`;
	if (!check.valid) return `${whose} comes with an attestation that does not count: ${check.reason}`;
	const { firmware, serial, slot, formFactor, pinPolicy, touchPolicy, fips, concerns } = check.facts;
	return [`${whose} was made inside a YubiKey (${[
		`firmware ${firmware}`,
		...serial === void 0 ? [] : [`serial number ${serial}`],
		...slot === void 0 ? [] : [`slot ${slot}`],
		...formFactor === void 0 ? [] : [formFactor],
		...fips ? ["FIPS"] : [],
		`PIN ${pinPolicy}`,
		`touch ${touchPolicy}`
	].join(", ")})`, ...concerns].join(". ");
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
		for (const [path, text] of filesOf$1(role, {
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
/** Bytes of one block; an acceptance with an ML-DSA-87 key has 13,400. */
const LARGEST_BLOCK = 16384;
/** Objects and arrays inside one another; a Sigstore bundle has six. */
const DEEPEST_BLOCK = 8;
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
				maxDepth: DEEPEST_BLOCK
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
			], ["bundle"]);
			return {
				type,
				role: name(value.role, "role", 256),
				version: asInteger(value.version, "version", 1),
				sha256: digest(value.sha256, "sha256"),
				keyid: digest(value.keyid, "keyid"),
				sig: asHex(value.sig, "sig"),
				...bundleOf(value)
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
			], ["bundle"]);
			return {
				type,
				repository: name(value.repository, "repository", 256),
				event: name(value.event, "event", 256),
				login: name(value.login, "login", 64),
				role: name(value.role, "role", 256),
				key: plainKey(value.key),
				proof: asHex(value.proof, "proof"),
				...bundleOf(value)
			};
		default: throw new MetadataError("type", `expected "sign" or "accept", found ${shown(type)}`);
	}
}
function exactly(value, members, optional = []) {
	for (const member of Object.keys(value)) if (!members.includes(member) && !optional.includes(member)) throw new MetadataError(shown(member), "a member that does not belong here");
	for (const member of members) if (!Object.hasOwn(value, member)) throw new MetadataError(member, "is missing");
}
function bundleOf({ bundle }) {
	return bundle === void 0 ? {} : { bundle: asObject(bundle, "bundle") };
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
	name(key.keytype, "key.keytype", 64);
	name(key.scheme, "key.scheme", 64);
	if (key.keytype === "sigstore-oidc") {
		exactly(key.keyval, ["identity", "issuer"]);
		return key;
	}
	exactly(key.keyval, ["public"]);
	if (!/^[\x20-\x7e\n]+$/.test(key.keyval.public ?? "")) throw new MetadataError("key.keyval.public", "expected hex digits or PEM");
	return key;
}
function shown(text) {
	return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
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
		const { repository, event, login, role, key, proof, bundle } = accepted;
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
		if (support.status !== "supported") return refuse(`The ${support.name} key cannot be used: ${support.reason}.`, "Use an Ed25519, P-256, RSA or ML-DSA key.");
		if (!support.enrolable) return refuse(`The ${support.name} key is in a form that no new key may have: ${support.reason}.`, "Make the block with the signing page or `playground sign --comment`.");
		const check = await verifySignature(key, acceptanceMessage(accepted), value(proof, bundle));
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
	async sign({ role, version, sha256, keyid, sig, bundle }) {
		const metadata = this.#draft.roles.get(role)?.metadata;
		if (!metadata || !this.#isPartOfTheChange(role)) return refuse(`${role} is no role that this event changes.`, "The report names the roles that are to be signed.");
		if (metadata.signed.version !== version) return refuse(`It signs version ${version} of ${role}; this event proposes version ${metadata.signed.version}.`, SIGN_AGAIN);
		const bytes = signedBytes(metadata);
		if (hashHex("sha256", bytes) !== sha256) return refuse(`It signs other content than version ${version} of ${role} has now: the draft has changed since, or it is that of another event or repository.`, SIGN_AGAIN);
		const keys = judgesOf(this.#draft, role).filter(({ role: entry }) => entry.keyids.includes(keyid)).map(({ keys }) => own(keys, keyid)).filter((key) => key !== void 0);
		const [first] = keys;
		if (!first) return refuse(`The key ${keyid.slice(0, 8)}… is none of those that sign ${role}.`, "Sign with the key that the report names for you.");
		const owner = keyOwner(first);
		const made = value(sig, bundle);
		const checks = await Promise.all(keys.map((key) => verifySignature(key, bytes, made)));
		if (checks.every(({ valid }) => !valid)) {
			const reason = checks.map((check) => check.valid ? "" : check.reason)[0];
			return refuse(`The signature does not count: ${reason}.`, SIGN_AGAIN);
		}
		const before = metadata.signatures.find((signature) => signature.keyid === keyid);
		if (before?.sig && await this.#verifies(keys, bytes, before)) return {
			outcome: "known",
			owner
		};
		const awaited = [...this.#invitations].filter((one) => unstableRoles(this.#draft, new Map([one])).has(role));
		if (awaited.length > 0) return refuse(`${role} will still change: ${awaited.map(([login]) => login).join(", ")} must accept first.`, "Sign again when all invitations are accepted.");
		const signed = await addSignature(this.#draft, role, keyid, made);
		this.#take(withRole(this.#draft, role, signed.metadata), signed.files);
		return {
			outcome: "recorded",
			owner
		};
	}
	async #verifies(keys, bytes, made) {
		for (const key of keys) if ((await verifySignature(key, bytes, made)).valid) return true;
		return false;
	}
	#isPartOfTheChange(role) {
		const file = this.#draft.roles.get(role)?.file;
		return this.#sides.knownGood.roles.get(role)?.file.id !== file?.id || this.#status.thresholds.some((threshold) => threshold.role === role);
	}
};
/** A signature as it stands in a block. */
function value(sig, bundle) {
	return bundle ? {
		sig,
		bundle
	} : sig;
}
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
		const online = pull.fromFork ? [] : await askForOnlineSignatures(action, sides, status);
		await report(action, pull, status, {
			signingPage,
			posted: postedForOthers(comments),
			online,
			attestations: (await attestedKeys(action.repository, sides, status, action.now)).map(attestationLine)
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
/** Starts online signing of an event that lacks nothing else; answers the roles that it signs. */
async function askForOnlineSignatures({ github, defaultBranch }, sides, status) {
	const roles = onlineRoles(sides, status);
	const workflow = getInput("online-workflow");
	if (roles.length === 0 || workflow === "") return roles;
	try {
		await startWorkflow(github, workflow, defaultBranch, { event: sides.name });
		info(`${sides.name}: ${workflow} signs ${roles.join(", ")}`);
	} catch (error) {
		warning(`${roles.join(", ")} in ${sides.name} waits for an online key. ${error.message} Start ${workflow} by hand with the event's name.`);
	}
	return roles;
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

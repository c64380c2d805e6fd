import { n as cleanText, r as commandError, t as GitError } from "./shared-errors2.js";
import { a as checkedRefspec, c as isSafePath, i as checkedRef, n as checkedOid, o as checkedRemote, r as checkedPath, s as checkedRevision, t as branchRef } from "./shared-names.js";
import { Socket } from "node:net";
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { access as access$1, mkdir, mkdtemp, open, realpath, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join, relative, resolve as resolve$1, sep } from "node:path";
import { constants as constants$2, createReadStream, lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
// src/git/command.ts
/**
* Starting `git`: one program, an array of arguments, never a shell, and always the same surroundings, so that what
* a command does depends on its arguments and on the user's own configuration, not on the environment of a hook that
* started us, nor on anything that a fetched branch holds. Variables and options: git(1), git-config(1).
*/
/** The oldest git that has everything used here: `cat-file --batch-command`, `worktree list -z`, `safe.bareRepository`. */
const MINIMUM_GIT_VERSION = "2.39";
/** Options before every command. What they switch off could be set by a repository or reached from a branch. */
const FIXED_OPTIONS = [
	"--no-pager",
	"--no-replace-objects",
	...[
		"core.hooksPath=/dev/null",
		"core.fsmonitor=false",
		"core.quotePath=false",
		"core.protectNTFS=true",
		"core.protectHFS=true",
		"protocol.ext.allow=never",
		"i18n.commitEncoding=UTF-8",
		"color.ui=false",
		"advice.detachedHead=false",
		"user.useConfigOnly=true"
	].flatMap((setting) => ["-c", setting])
];
/**
* The variables of git that pass on: how to reach a remote, where the user's configuration is, who the user is.
* All others stay behind, above all those that a hook inherits and that name another repository, index or worktree.
*/
const INHERITED = /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|HTTP_\w+|PROXY_\w+|CURL_VERBOSE|TRACE\w*|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL))$/;
const FIXED_ENVIRONMENT = {
	LC_ALL: "C",
	GIT_LITERAL_PATHSPECS: "1",
	GIT_OPTIONAL_LOCKS: "0",
	GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
	GIT_TERMINAL_PROMPT: "0",
	GCM_INTERACTIVE: "never"
};
/** The environment of a git process: `outer` without what must not leak in, then the fixed part, then `extra`. */
function gitEnvironment(outer = process.env, extra = {}) {
	const inherited = Object.entries(outer).filter(([name]) => !/^GIT_/i.test(name) || INHERITED.test(name));
	return {
		...Object.fromEntries(inherited),
		...FIXED_ENVIRONMENT,
		...extra
	};
}
const DEFAULT_MAX_OUTPUT = 268435456;
const MAX_ERROR_OUTPUT = 65536;
/**
* Runs one git command to its end.
*
* @param dir the folder to run in; git finds the repository from there unless the arguments name one
* @param args arguments from the first global option or the subcommand on
* @throws GitError by what git said (errors.ts); the signal's reason if `signal` aborts
*/
async function runGit(dir, args, options = {}) {
	const { input, maxOutputBytes = DEFAULT_MAX_OUTPUT, okStatuses = [0], signal } = options;
	const child = startGit(dir, args, options, typeof input === "number" ? input : "pipe");
	const command = subcommand(args);
	const stdout = [];
	let size = 0;
	child.stdout.on("data", (chunk) => {
		size += chunk.length;
		if (size > maxOutputBytes) child.kill();
		else stdout.push(chunk);
	});
	const stderr = errorOutput(child);
	if (typeof input !== "number") finishInput(child.stdin, input ?? "");
	const status = await ended(child, command);
	signal?.throwIfAborted();
	if (size > maxOutputBytes) throw new GitError("too-large", `git ${command} answered more than the ${maxOutputBytes} bytes allowed here.`);
	if (!okStatuses.includes(status)) throw commandError(command, status, stderr());
	return {
		status,
		stdout: Buffer.concat(stdout),
		stderr: stderr()
	};
}
/** Starts git without waiting. The caller reads its output and then waits with {@link ended}. */
function startGit(dir, args, { env, outerEnv, signal } = {}, stdin = "pipe") {
	signal?.throwIfAborted();
	const options = {
		env: gitEnvironment(outerEnv, env),
		stdio: [
			stdin,
			"pipe",
			"pipe"
		],
		shell: false,
		windowsHide: true,
		...signal === void 0 ? {} : { signal }
	};
	return spawn("git", [
		"-C",
		dir,
		...FIXED_OPTIONS,
		...args
	], options);
}
/** Waits until a process has ended and its output is read. @returns its exit status; 128 after a signal */
function ended(child, command) {
	return new Promise((resolve, reject) => {
		child.once("error", (error) => {
			if (error.name === "AbortError") reject(error.cause ?? error);
			else if (error.code === "ENOENT" || error.code === "EACCES") reject(missingGit(error));
			else reject(new GitError("command-failed", `git ${command} could not be started.`, { cause: error }));
		});
		child.once("close", (status) => resolve(status ?? 128));
	});
}
function missingGit(cause) {
	return new GitError("git-missing", `The program git was not found. Install git ${MINIMUM_GIT_VERSION} or later and put it on the PATH.`, { cause });
}
/** Collects the beginning of a process's error output. */
function errorOutput(child) {
	let text = "";
	child.stderr.setEncoding("utf8").on("data", (chunk) => {
		if (text.length < MAX_ERROR_OUTPUT) text += chunk;
	});
	return () => text;
}
function finishInput(stdin, input) {
	stdin.on("error", () => void 0);
	stdin.end(input);
}
/** The name of the command for messages; never its arguments, which may hold a URL with a password. */
function subcommand(args) {
	return args.find((arg, at) => !arg.startsWith("-") && args[at - 1] !== "-c") ?? "git";
}
/**
* The version of the git program.
*
* @throws GitError `git-missing`, or `git-too-old` below {@link MINIMUM_GIT_VERSION}
*/
async function gitVersion(outerEnv) {
	const { stdout } = await runGit(".", ["version"], { outerEnv });
	const version = /^git version (\d+\.\d+(?:\.\d+)*)/.exec(stdout.toString())?.[1] ?? "0.0";
	const rank = (text) => text.split(".", 2).reduce((sum, part) => sum * 1e3 + Number(part), 0);
	if (rank(version) < rank(MINIMUM_GIT_VERSION)) throw new GitError("git-too-old", `This is git ${version}; ${MINIMUM_GIT_VERSION} or later is needed. Update git.`);
	return version;
}
// src/git/place.ts
/**
* Where a repository is. It is looked for once; every later command names it, so that nothing which appears in a
* folder afterwards can put another repository, with other configuration, in its place.
*/
/**
* Finds the repository that a folder is in: a clone, a linked worktree, or a bare repository (only its own folder,
* not one inside it).
*
* @throws GitError `not-a-repository`, `git-missing`, `git-too-old`
*/
async function findRepository(dir, outerEnv = process.env) {
	const question = [
		"rev-parse",
		"--path-format=absolute",
		"--absolute-git-dir",
		"--show-object-format"
	];
	const [, found] = await Promise.all([gitVersion(outerEnv), runGit(dir, [
		"-c",
		"safe.bareRepository=explicit",
		...question,
		"--show-toplevel"
	], {
		outerEnv,
		okStatuses: [0, 128]
	})]);
	if (found.status === 0) {
		const [gitDir = "", format, topLevel] = answerLines(found, 3, dir);
		return {
			gitDir,
			topLevel,
			idLength: idLength(format),
			outerEnv
		};
	}
	const [gitDir = "", format, isBare] = answerLines(await runGit(dir, [...question, "--is-bare-repository"], { outerEnv }), 3, dir);
	if (isBare !== "true" || gitDir !== await realpath(dir)) {
		const message = `${dir} is inside the administrative files of a git repository. Name the folder of its files.`;
		throw new GitError("not-a-repository", message);
	}
	return {
		gitDir,
		topLevel: void 0,
		idLength: idLength(format),
		outerEnv
	};
}
function idLength(format) {
	return format === "sha256" ? 64 : 40;
}
function answerLines({ stdout }, count, dir) {
	const lines = stdout.toString().replace(/\n$/, "").split("\n");
	if (lines.length === count) return lines;
	throw new GitError("bad-name", `The path of ${dir} has a line break in it. Move the repository to another folder.`);
}
/** Runs a git command in a repository. */
function git(place, args, options = {}) {
	return runGit(place.topLevel ?? place.gitDir, [...placeOptions(place), ...args], {
		...options,
		outerEnv: place.outerEnv
	});
}
/** The global options that name the repository. */
function placeOptions({ gitDir, topLevel }) {
	return [`--git-dir=${gitDir}`, ...topLevel === void 0 ? ["--bare"] : [`--work-tree=${topLevel}`]];
}
// src/git/remote.ts
/**
* Fetches from a remote. Only what the refspecs say happens: no tags, no submodules, no pruning, no `FETCH_HEAD`.
*
* @param refspecs `refs/heads/main:refs/remotes/origin/main`, `+` before it to go back as well; or a commit id alone
* @throws GitError `remote-unreachable`, `no-such-revision`, `bad-name`
*/
async function fetch(place, remote, refspecs, options = {}) {
	const { depth } = options;
	await git(place, [
		...[
			"fetch",
			"--quiet",
			"--no-tags",
			"--no-recurse-submodules",
			"--no-prune",
			"--no-write-fetch-head"
		],
		...[
			"--no-auto-maintenance",
			"--refmap=",
			...depth === void 0 ? [] : [`--depth=${Math.trunc(depth)}`]
		],
		...[
			"--",
			checkedRemote(remote),
			...refspecs.map(checkedRefspec)
		]
	], access(place, options));
}
/**
* Pushes a commit to a branch, if the branch is where it is expected. A branch that is there already is a success,
* so a push that was cut off can be repeated.
*
* @param expected the branch's commit as it was read; null: the branch must not exist yet
* @throws GitError `push-rejected`: someone else was first (read again and repeat), or, with `declined`, the
*   remote's rules forbid it (do not repeat); `remote-unreachable`
*/
async function push(place, remote, commit, branch, expected, options = {}) {
	const ref = branchRef(branch);
	const args = [
		...[
			"push",
			"--porcelain",
			"--no-verify",
			"--no-signed",
			"--no-follow-tags",
			"--recurse-submodules=no"
		],
		`--force-with-lease=${ref}:${expected === null ? "" : checkedOid(expected)}`,
		...[
			"--",
			checkedRemote(remote),
			`${checkedOid(commit)}:${ref}`
		]
	];
	try {
		const result = await git(place, args, {
			...access(place, options),
			okStatuses: [0, 1]
		});
		if (result.status !== 0) throw rejection(branch, result.stdout.toString(), result.stderr);
	} catch (error) {
		if (error instanceof GitError && error.code === "remote-unreachable" && NO_WRITE_ACCESS.test(error.message)) throw new GitError("push-rejected", error.message, {
			cause: error,
			declined: true
		});
		throw error;
	}
}
/**
* Whether the remote would take a push from us: a push is begun and not carried out (`--dry-run`), so that no rule of the
* remote about the branch is asked, only whether we may write there at all.
*
* @throws GitError `remote-unreachable` where there was no answer to that
*/
async function mayPush(place, remote, commit, branch, options = {}) {
	const args = [
		"push",
		"--dry-run",
		"--porcelain",
		"--no-verify",
		"--no-signed",
		"--no-follow-tags"
	];
	const what = [
		"--recurse-submodules=no",
		"--",
		checkedRemote(remote),
		`${checkedOid(commit)}:${branchRef(branch)}`
	];
	try {
		await git(place, [...args, ...what], {
			...access(place, options),
			okStatuses: [0, 1]
		});
		return true;
	} catch (error) {
		if (!(error instanceof GitError) || error.code !== "remote-unreachable") throw error;
		if (error.notLetIn || NO_WRITE_ACCESS.test(error.message)) return false;
		throw error;
	}
}
const NO_WRITE_ACCESS = /permission to .* denied|write access .* not granted|error: 403|marked as read.only|archived so it is read.only/i;
/** Reasons in `! [remote rejected] (<reason>)` which say that the branch moved while the push was under way. */
const LOST_RACE = /(?:cannot|failed to) lock|failed to update ref|is at .* but expected|reference already exists|incorrect old value/i;
/** A branch `sign` leaves no room for a branch `sign/x`; that does not pass by waiting. */
const NAME_TAKEN = /exists; cannot create/;
/** Reads the lines `! TAB <from>:<to> TAB [<kind>] (<reason>)` of a push that was not taken. */
function rejection(branch, report, stderr) {
	const [, kind = "", reason = ""] = /^!\t[^\t]*\t\[([^\]]*)\](?: \((.*)\))?$/m.exec(report) ?? [];
	const declined = !(kind === "rejected" || kind === "remote rejected" && LOST_RACE.test(reason)) || NAME_TAKEN.test(stderr + reason);
	const said = `${kind}${reason === "" ? "" : ` (${reason})`}`;
	const message = declined ? `The remote does not take this push to ${branch}: ${said}.\n${cleanText(stderr)}\nAsk whoever sets its rules.` : `Someone else changed ${branch} first: ${said}. Read the branch again and repeat.`;
	return new GitError("push-rejected", message, {
		status: 1,
		declined
	});
}
/**
* The URL of a configured remote; undefined if there is none. It may hold credentials: show it only through `cleanText`
* (errors.ts).
*/
async function remoteUrl(place, remote) {
	const { status, stdout } = await git(place, [
		"remote",
		"get-url",
		"--",
		checkedRemote(remote)
	], { okStatuses: [0, 2] });
	return status === 0 ? stdout.toString().replace(/\n$/, "") : void 0;
}
/** The branch that the remote's `HEAD` names; undefined if it is empty or on no branch. */
async function remoteDefaultBranch(place, remote, options = {}) {
	const { stdout } = await git(place, [
		"ls-remote",
		"--quiet",
		"--symref",
		"--",
		checkedRemote(remote),
		"HEAD"
	], access(place, options));
	return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout.toString())?.[1];
}
/** The commit that a branch of the remote is at; undefined if there is no such branch. */
async function remoteBranch(place, remote, branch, options = {}) {
	return (await listRefs(place, remote, branchRef(branch), options)).get(branchRef(branch));
}
/** The branches of the remote whose names begin with a prefix (`sign/`), with the commits that they are at. */
async function listRemoteBranches(place, remote, prefix, options = {}) {
	const start = branchRef(`${prefix}x`).slice(0, -1);
	const wanted = [...await listRefs(place, remote, `${start}*`, options)].filter(([ref]) => ref.startsWith(start));
	return new Map(wanted.map(([ref, commit]) => [ref.slice(11), commit]));
}
/** Git matches a pattern at the end of a name too (`refs/x/refs/heads/main`), so callers look for the exact name. */
async function listRefs(place, remote, pattern, options) {
	const { stdout } = await git(place, [
		"ls-remote",
		"--quiet",
		"--refs",
		"--",
		checkedRemote(remote),
		pattern
	], access(place, options));
	const lines = stdout.toString().split("\n").filter(Boolean);
	return new Map(lines.map((line) => line.split("	")).map(([commit = "", ref = ""]) => [ref, commit]));
}
function access(place, { interactive = false, token, signal }) {
	return {
		env: {
			...interactive ? {
				GIT_TERMINAL_PROMPT: "1",
				GCM_INTERACTIVE: "auto"
			} : {},
			...token === void 0 ? {} : tokenEnvironment(place.outerEnv, token)
		},
		signal
	};
}
/** Configuration through the environment (git-config(1), `GIT_CONFIG_COUNT`), after what is there already. */
function tokenEnvironment(outer, { origin, token }) {
	const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
	const key = `http.${new URL(origin).origin}/.extraHeader`;
	const count = Number(outer.GIT_CONFIG_COUNT ?? 0);
	return {
		GIT_CONFIG_COUNT: `${count + 2}`,
		[`GIT_CONFIG_KEY_${count}`]: key,
		[`GIT_CONFIG_VALUE_${count}`]: "",
		[`GIT_CONFIG_KEY_${count + 1}`]: key,
		[`GIT_CONFIG_VALUE_${count + 1}`]: `Authorization: Basic ${basic}`
	};
}
// src/git/bundle.ts
/**
* Bundles: one file with some refs and all objects that they need (gitformat-bundle(5)), for a machine without a
* network. Both ends work in a repository of their own in a temporary folder: refs get the names that the bundle is to
* have without touching the user's, and nothing of a bundle is checked out, configured or executed.
*/
/**
* Writes a bundle. A file that is there is overwritten.
*
* @param refs the commits, by the full refs under which the bundle is to have them
* @throws GitError `no-such-revision` where objects are missing, as in a shallow clone
*/
async function writeBundle(place, file, refs) {
	const objects = (await git(place, [
		"rev-parse",
		"--path-format=absolute",
		"--git-path",
		"objects"
	])).stdout;
	await inTemporaryRepository(place.idLength === 64 ? "sha256" : "sha1", place.outerEnv, async (temporary) => {
		await writeFile(join(temporary.gitDir, "objects", "info", "alternates"), objects);
		await git(temporary, ["update-ref", "--stdin"], { input: [...refs].map(([ref, commit]) => `create ${checkedRef(ref)} ${checkedOid(commit)}\n`).join("") });
		try {
			await git(temporary, [
				"bundle",
				"create",
				"--quiet",
				resolve$1(file),
				...refs.keys()
			]);
		} catch (error) {
			if (!(error instanceof GitError) || !/could not (?:read|parse)|unable to read|missing/i.test(error.message)) throw error;
			throw new GitError("no-such-revision", "Not all of the history is here, so that it cannot be bundled. In a shallow clone: git fetch --unshallow.", { cause: error });
		}
	});
}
async function inTemporaryRepository(objectFormat, outerEnv, work) {
	const folder = await mkdtemp(join(tmpdir(), "playground-bundle-"));
	try {
		await runGit(folder, [
			"init",
			"--quiet",
			"--bare",
			"--template=",
			`--object-format=${objectFormat}`,
			"."
		], { outerEnv });
		await mkdir(join(folder, "objects", "info"), { recursive: true });
		return await work(await findRepository(folder, outerEnv));
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}
// src/git/commits.ts
/**
* Commits and how they follow one another. A commit object is read and parsed as stored ("tree", "parent",
* "author" and "committer" lines, a blank line, the message); trailers are those of
* git-interpret-trailers(1), in its strictest reading.
*/
/** Commit objects that people and tools make stay far below this many bytes. */
const MAX_COMMIT_BYTES = 1048576;
/** The full id of the commit that a revision names (tags are followed); undefined if there is none. */
async function resolve(objects, revision) {
	return (await objects.info(`${checkedRevision(revision)}^{commit}`))?.oid;
}
/** @throws GitError `no-such-revision` */
async function commitInfo(objects, commit) {
	const { oid, data } = await objects.read(`${checkedRevision(commit)}^{commit}`, "commit", MAX_COMMIT_BYTES);
	return parseCommit(oid, data.toString());
}
/** Reads a commit object's text. */
function parseCommit(id, text) {
	const blank = text.indexOf("\n\n");
	const [treeLine = "", ...lines] = (blank < 0 ? text : text.slice(0, blank)).split("\n");
	const message = blank < 0 ? "" : text.slice(blank + 2);
	const afterParents = lines.findIndex((line) => !line.startsWith("parent "));
	const parents = afterParents < 0 ? lines : lines.slice(0, afterParents);
	const author = person(lines.find((line) => line.startsWith("author ")));
	const committer = person(lines.find((line) => line.startsWith("committer ")));
	return {
		id,
		tree: treeLine.slice(5),
		parents: parents.map((line) => line.slice(7)),
		authorName: author.name,
		authorEmail: author.email,
		authorTime: author.time,
		committerName: committer.name,
		committerEmail: committer.email,
		committerTime: committer.time,
		message,
		trailers: parseTrailers(message)
	};
}
/** `author <name> <<email>> <seconds> <zone>` */
function person(line = "") {
	const [, name = "", email = "", seconds = "0"] = /^\w+ ([^<]*?) ?<([^>]*)>(?: (\d+))?/.exec(line) ?? [];
	return {
		name,
		email,
		time: Number(seconds)
	};
}
/**
* The trailers of a message: its last paragraph, if every line of it is `Name: value` or continues one, and if it is
* not the title.
*/
function parseTrailers(message) {
	const trailers = /* @__PURE__ */ new Map();
	const paragraphs = message.trimEnd().split(/\n[ \t\r]*\n/);
	const lines = paragraphs.length > 1 ? (paragraphs.at(-1) ?? "").split("\n").filter((line) => line !== "") : [];
	let current;
	for (const line of lines) {
		const [, name, value = ""] = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/.exec(line) ?? [];
		if (name !== void 0) {
			current = name;
			trailers.set(name, value.trim());
		} else if (/^[ \t]/.test(line) && current !== void 0) trailers.set(current, `${trailers.get(current) ?? ""} ${line.trim()}`.trim());
		else return /* @__PURE__ */ new Map();
	}
	return trailers;
}
/**
* The best common ancestor of two commits; undefined if they have none (or, in a shallow clone, none that is here).
*
* @throws GitError `no-such-revision`
*/
async function mergeBase(place, a, b) {
	const { stdout } = await git(place, [
		"merge-base",
		"--end-of-options",
		checkedRevision(a),
		checkedRevision(b)
	], { okStatuses: [0, 1] });
	return stdout.toString().trim() || void 0;
}
/** True if `a` is `b` or comes before it. @throws GitError `no-such-revision` */
async function isAncestor(place, a, b) {
	return (await git(place, [
		"merge-base",
		"--is-ancestor",
		"--end-of-options",
		checkedRevision(a),
		checkedRevision(b)
	], { okStatuses: [0, 1] })).status === 0;
}
// src/git/config.ts
/**
* Settings in a repository's own configuration (`.git/config`), which travels to no one (git-config(1)).
*/
/** A value; undefined if it is not set. Of several the last counts. @throws GitError `bad-name` */
async function getConfig(place, key) {
	const { status, stdout } = await git(place, [
		"config",
		"--local",
		"-z",
		"--get",
		checkedKey(key)
	], { okStatuses: [0, 1] });
	return status === 0 ? stdout.toString().replace(/\0$/, "") : void 0;
}
/** All values, in the order in which they stand there. @throws GitError `bad-name` */
async function getAllConfig(place, key) {
	const { status, stdout } = await git(place, [
		"config",
		"--local",
		"-z",
		"--get-all",
		checkedKey(key)
	], { okStatuses: [0, 1] });
	return status === 0 ? stdout.toString().split("\0").slice(0, -1) : [];
}
/** In place of all values that are there. @throws GitError `bad-name` */
async function setConfig(place, key, value) {
	await git(place, [
		"config",
		"--local",
		"--replace-all",
		checkedKey(key),
		checkedValue(key, value)
	]);
}
/** Beside the values that are there. @throws GitError `bad-name` */
async function addConfig(place, key, value) {
	await git(place, [
		"config",
		"--local",
		"--add",
		checkedKey(key),
		checkedValue(key, value)
	]);
}
function checkedValue(key, value) {
	if (!value.includes("\0")) return value;
	throw new GitError("bad-name", `The value for ${key} has a NUL in it. Leave it out.`);
}
/** `section.name` or `section.any thing.name` */
function checkedKey(key) {
	if (/^[a-z0-9][a-z0-9-]*\.(?:[^\n\0]+\.)?[a-z][a-z0-9-]*$/i.test(key)) return key;
	throw new GitError("bad-name", `${JSON.stringify(key)} is not a configuration key. Write section.name.`);
}
// src/git/objects.ts
/** Objects up to this many bytes are read whole rather than by a process of their own. */
const SMALL$1 = 1048576;
var ObjectReader = class {
	#place;
	#batch;
	constructor(place) {
		this.#place = place;
	}
	/** What an object name (`<oid>`, `refs/heads/main^{commit}`) stands for; undefined if there is no such object. */
	async info(name) {
		return (await this.#ask("info", name))?.info;
	}
	/**
	* The content of an object.
	*
	* @param maxBytes larger ones fail without being read
	* @throws GitError `no-such-revision`, `too-large`
	*/
	async read(name, type, maxBytes) {
		const info = typed(name, type, await this.info(name));
		if (info.size > maxBytes) {
			const message = `The ${type} ${name} has ${info.size} bytes; at most ${maxBytes} are allowed here.`;
			throw new GitError("too-large", message);
		}
		const answer = await this.#ask("contents", info.oid);
		typed(name, type, answer?.info);
		return {
			oid: info.oid,
			data: answer?.data ?? Buffer.alloc(0)
		};
	}
	/**
	* A file's content piece by piece, for files of any size.
	*
	* @throws GitError `no-such-revision`
	*/
	async *stream(oid) {
		const { size } = typed(oid, "blob", await this.info(checkedOid(oid)));
		if (size <= SMALL$1) {
			yield (await this.read(oid, "blob", SMALL$1)).data;
			return;
		}
		const child = startCatFile(this.#place, ["blob", oid]);
		const stderr = errorOutput(child);
		const end = ended(child, "cat-file");
		end.catch(() => void 0);
		try {
			yield* child.stdout;
			const status = await end;
			if (status !== 0) throw commandError("cat-file", status, stderr());
		} finally {
			child.kill();
		}
	}
	/** Ends the process. A later request starts a new one. */
	async close() {
		const batch = this.#batch;
		this.#batch = void 0;
		await batch?.close();
	}
	async #ask(command, name) {
		checkedRevision(name);
		if (this.#batch === void 0 || this.#batch.over) this.#batch = new Batch(this.#place);
		return await this.#batch.ask(command, name);
	}
};
function startCatFile(place, args) {
	const options = [
		...placeOptions(place),
		"cat-file",
		...args
	];
	return startGit(place.topLevel ?? place.gitDir, options, { outerEnv: place.outerEnv });
}
function typed(name, type, info) {
	if (info?.type === type) return info;
	const found = info === void 0 ? "does not exist here" : `is a ${info.type}, not a ${type}`;
	throw new GitError("no-such-revision", `The ${type} ${name} ${found}. Fetch first, and check the name.`);
}
/** One running `cat-file --batch-command`, and the requests that it has not answered yet. */
var Batch = class {
	over = false;
	#child;
	#ended;
	#waiting = [];
	#unsent = "";
	#line = [];
	/** The content that is being received: its place, and how much of it is still to come, with the newline after it. */
	#content;
	constructor(place) {
		this.#child = startCatFile(place, ["--batch-command", "--buffer"]);
		const stderr = errorOutput(this.#child);
		this.#child.stdin.on("error", () => void 0);
		this.#child.stdout.on("data", (chunk) => this.#receive(chunk));
		this.#ended = ended(this.#child, "cat-file").then((status) => this.#finish(commandError("cat-file", status, stderr())), (error) => this.#finish(error));
		this.#keepAlive(false);
	}
	ask(command, name) {
		return new Promise((resolve, reject) => {
			this.#waiting.push({
				command,
				resolve,
				reject
			});
			if (this.#waiting.length === 1) this.#keepAlive(true);
			if (this.#unsent === "") process.nextTick(() => this.#send());
			this.#unsent += `${command} ${name}\n`;
		});
	}
	/** Requests made in one go are sent and answered in one go, which for thousands of them is many times faster. */
	#send() {
		if (this.#unsent === "") return;
		this.#child.stdin.write(`${this.#unsent}flush\n`);
		this.#unsent = "";
	}
	async close() {
		this.over = true;
		this.#keepAlive(true);
		this.#send();
		this.#child.stdin.end();
		await this.#ended;
	}
	/** Holds the program open while an answer is awaited, and only then. */
	#keepAlive(hold) {
		const { stdin, stdout, stderr } = this.#child;
		for (const thing of [
			this.#child,
			stdin,
			stdout,
			stderr
		]) {
			if (thing !== this.#child && !(thing instanceof Socket)) continue;
			if (hold) thing.ref();
			else thing.unref();
		}
	}
	#finish(error) {
		this.over = true;
		for (const { reject } of this.#waiting.splice(0)) reject(error);
	}
	#receive(chunk) {
		let rest = chunk;
		while (rest.length > 0) rest = this.#content === void 0 ? this.#receiveLine(rest) : this.#receiveContent(this.#content, rest);
	}
	#receiveLine(chunk) {
		const end = chunk.indexOf("\n");
		if (end < 0) {
			this.#line.push(chunk);
			return chunk.subarray(chunk.length);
		}
		const line = Buffer.concat([...this.#line, chunk.subarray(0, end)]).toString();
		this.#line = [];
		const [, oid, type, size] = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? [];
		if (oid === void 0) this.#answer(void 0);
		else {
			const info = {
				oid,
				type,
				size: Number(size)
			};
			if (this.#waiting[0]?.command === "info") this.#answer({
				info,
				data: void 0
			});
			else this.#content = {
				info,
				data: Buffer.allocUnsafeSlow(info.size + 1),
				filled: 0
			};
		}
		return chunk.subarray(end + 1);
	}
	#receiveContent(content, chunk) {
		const taken = chunk.copy(content.data, content.filled);
		content.filled += taken;
		if (content.filled === content.data.length) {
			this.#content = void 0;
			this.#answer({
				info: content.info,
				data: content.data.subarray(0, content.info.size)
			});
		}
		return chunk.subarray(taken);
	}
	#answer(answer) {
		this.#waiting.shift()?.resolve(answer);
		if (this.#waiting.length === 0 && !this.over) this.#keepAlive(false);
	}
};
// src/git/refs.ts
/**
* Refs of this repository, moved only from where they were seen to be (git-update-ref(1)).
*/
/** What the reflog says of a move. */
const REASON = ["-m", "playground"];
/**
* Sets a ref, if it is where it is expected.
*
* @param to full commit id
* @param expected where the ref is now; null: it must not exist yet
* @throws GitError `ref-moved`, `no-such-revision` if there is no such commit
*/
async function updateRef(place, ref, to, expected) {
	const old = expected === null ? "" : checkedOid(expected);
	await git(place, [
		"update-ref",
		"--no-deref",
		...REASON,
		checkedRef(ref),
		checkedOid(to),
		old
	]);
}
/** Deletes a ref, if it is where it is expected. @throws GitError `ref-moved` */
async function deleteRef(place, ref, expected) {
	await git(place, [
		"update-ref",
		"--no-deref",
		...REASON,
		"-d",
		checkedRef(ref),
		checkedOid(expected)
	]);
}
/**
* Moves a ref around an action: the ref is locked and found where it is expected, then the action runs, then the
* ref moves. If the action throws, the ref stays; if the ref is elsewhere, the action does not run.
*
* @throws GitError `ref-moved`; whatever the action throws
*/
async function moveRefAround(place, ref, to, expected, action) {
	const args = [
		...placeOptions(place),
		"update-ref",
		"--no-deref",
		...REASON,
		"--stdin"
	];
	const child = startGit(place.topLevel ?? place.gitDir, args, { outerEnv: place.outerEnv });
	const stderr = errorOutput(child);
	const end = ended(child, "update-ref");
	end.catch(() => void 0);
	child.stdin.on("error", () => void 0);
	const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const say = async (lines, lastReply) => {
		child.stdin.write(lines);
		for (;;) {
			const reply = await replies.next();
			if (reply.done) throw commandError("update-ref", await end, stderr());
			if (reply.value === lastReply) return;
		}
	};
	try {
		await say(`start\n${`update ${checkedRef(ref)} ${checkedOid(to)} ${checkedOid(expected)}`}\nprepare\n`, "prepare: ok");
		await action();
		await say("commit\n", "commit: ok");
	} finally {
		child.stdin.end();
		await end.catch(() => void 0);
	}
}
/** The branch that the worktree is on; undefined if it is on none (detached). */
async function currentBranch(place) {
	const { stdout } = await git(place, [
		"symbolic-ref",
		"--quiet",
		"HEAD"
	], { okStatuses: [0, 1] });
	return /^refs\/heads\/(.+)\n$/.exec(stdout.toString())?.[1];
}
// src/git/tree.ts
/**
* What a commit holds, and what differs between two commits, from git's own listings. Whatever a tree can hold shows
* here: links, submodules, and names that no file should have, marked so that a reader can refuse them. Formats:
* git-ls-tree(1) and git-diff-tree(1), with `-z`.
*/
/**
* All files of a commit below some paths, in git's order (by bytes).
*
* @param prefixes folders or files from the top; none means everything. A link or file in the place of a folder is
*   listed itself.
* @throws GitError `no-such-revision`, `bad-name`
*/
async function listTree(place, commit, prefixes) {
	const { stdout } = await git(place, [
		"ls-tree",
		"-r",
		"-z",
		"-l",
		"--full-tree",
		"--",
		checkedRevision(commit),
		...checkedPrefixes(prefixes)
	]);
	return withoutTwins(records(stdout).map(readEntry));
}
/**
* The paths at which two commits differ; a rename is a deletion and an addition.
*
* @param before undefined stands for the empty tree
* @param prefixes as for {@link listTree}
* @throws GitError `no-such-revision`, `bad-name`
*/
async function changedPaths(place, before, after, prefixes = []) {
	if (before === void 0) return (await listTree(place, after, prefixes)).map(({ path, validName, mode, oid }) => ({
		status: "added",
		path,
		validName,
		before: void 0,
		after: {
			mode,
			oid
		}
	}));
	const options = [
		"-r",
		"-z",
		"--raw",
		"--no-renames",
		"--no-abbrev",
		"--no-ext-diff",
		"--ignore-submodules=none"
	];
	const revisions = [checkedRevision(before), checkedRevision(after)];
	const { stdout } = await git(place, [
		"diff-tree",
		...options,
		"--end-of-options",
		...revisions,
		"--",
		...checkedPrefixes(prefixes)
	]);
	const fields = records(stdout);
	const changes = [];
	for (let at = 0; at + 1 < fields.length; at += 2) changes.push(readChange(fields[at], fields[at + 1]));
	return changes;
}
/** The prefixes as git takes them: one with `/` at its end would leave out a link of that name. @throws GitError */
function checkedPrefixes(prefixes) {
	return prefixes.map((prefix) => checkedPath(prefix.replace(/\/+$/, "")));
}
/** Parts that end with NUL. */
function records(output) {
	const parts = [];
	for (let start = 0; start < output.length;) {
		const end = output.indexOf(0, start);
		parts.push(output.subarray(start, end));
		start = end + 1;
	}
	return parts;
}
/** `<mode> SP <type> SP <oid> SP+ <size> TAB <path>` */
function readEntry(record) {
	const tab = record.indexOf("	");
	const [mode = "", , oid = "", size = ""] = record.subarray(0, tab).toString().split(/ +/);
	return {
		...readPath(record.subarray(tab + 1)),
		mode,
		kind: kindOf(mode),
		oid,
		size: size === "-" ? 0 : Number(size)
	};
}
/** `:<mode> SP <mode> SP <oid> SP <oid> SP <status>`, then the path. */
function readChange(header, path) {
	const [oldMode = "", newMode = "", oldOid = "", newOid = ""] = (header?.toString() ?? "").slice(1).split(" ");
	const before = oldMode === "000000" ? void 0 : {
		mode: oldMode,
		oid: oldOid
	};
	const after = newMode === "000000" ? void 0 : {
		mode: newMode,
		oid: newOid
	};
	return {
		status: before === void 0 ? "added" : after === void 0 ? "deleted" : "modified",
		...readPath(path ?? Buffer.alloc(0)),
		before,
		after
	};
}
/** What git itself makes of a mode when it checks a file out: any type that it does not know is a submodule. */
function kindOf(mode) {
	const bits = Number.parseInt(mode, 8);
	const type = bits & 61440;
	if (type === 32768) return (bits & 64) === 0 ? "file" : "executable";
	return type === 40960 ? "symlink" : "submodule";
}
const STRICT_UTF8 = new TextDecoder("utf-8", {
	fatal: true,
	ignoreBOM: true
});
/** A path as git has it, as text that two different paths cannot share unless one is marked. */
function readPath(bytes) {
	try {
		const path = STRICT_UTF8.decode(bytes);
		return {
			path,
			validName: isSafePath(path)
		};
	} catch {
		return {
			path: bytes.toString("latin1").replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`),
			validName: false
		};
	}
}
/** A malformed tree can hold a name twice; whoever looks one up must not see only the other. */
function withoutTwins(entries) {
	const count = /* @__PURE__ */ new Map();
	for (const { path } of entries) count.set(path, (count.get(path) ?? 0) + 1);
	return entries.map((entry) => count.get(entry.path) === 1 ? entry : {
		...entry,
		validName: false
	});
}
// src/git/index-lock.ts
/**
* The lock that git itself takes on a worktree's index (`index.lock`, made only if it is not there; renaming it to
* `index` is the commit). Work happens in the lock file, so until the commit the index is untouched, and no other git
* command changes it meanwhile.
*/
/**
* Locks the index in a git folder; undefined if there is no index.
*
* @throws GitError `dirty-worktree` if another command holds the lock
*/
async function lockIndex(gitDir) {
	const index = join(gitDir, "index");
	const file = join(gitDir, "index.lock");
	const before = await statIfThere(index);
	if (before === void 0) return void 0;
	const copy = await open(file, "wx", before.mode).catch((cause) => {
		throw new GitError("dirty-worktree", `The index is locked, or cannot be: ${file}. Wait for the other git command to end; if none is running, delete that file.`, { cause });
	});
	let held = true;
	const release = async () => {
		if (held) await rm(file, { force: true });
		held = false;
	};
	try {
		const original = await open(index, "r");
		try {
			await copy.writeFile(await original.readFile());
			const modified = Math.floor((await original.stat()).mtimeMs / 1e3);
			await copy.close();
			await utimes(file, modified, modified);
		} finally {
			await original.close();
		}
	} catch (error) {
		await copy.close().catch(() => void 0);
		await release();
		throw error;
	}
	return {
		file,
		release,
		commit: async () => {
			await rename(file, index);
			held = false;
		}
	};
}
async function statIfThere(path) {
	try {
		return await stat(path);
	} catch (error) {
		if (error.code === "ENOENT") return void 0;
		throw error;
	}
}
// src/git/on-disk.ts
/**
* What stands in a worktree at the paths of a commit, seen without following a link. A commit may touch thousands of
* small files, which the calls that wait read many times faster than those that do not; large ones are streamed.
*/
/** Files up to this many bytes are read whole. */
const SMALL = 1048576;
var FilesOnDisk = class {
	#topLevel;
	/** Paths known to be folders, so that each is looked at once. */
	#folders = /* @__PURE__ */ new Set();
	constructor(topLevel) {
		this.#topLevel = topLevel;
	}
	/** True if a path has exactly this content and kind. */
	async holds(path, { mode, oid }) {
		const found = this.#standing(path);
		if (found?.path !== path) return false;
		const kind = kindOf(mode);
		if (kind === "symlink" && found.stats.isSymbolicLink()) {
			const target = readlinkSync(join(this.#topLevel, path), { encoding: "buffer" });
			return blobHash(oid, target.length).update(target).digest("hex") === oid;
		}
		if (!found.stats.isFile() || kind !== "file" && kind !== "executable") return false;
		if (process.platform !== "win32" && (found.stats.mode & 64) !== (kind === "executable" ? 64 : 0)) return false;
		const hash = blobHash(oid, found.stats.size);
		const file = join(this.#topLevel, path);
		if (found.stats.size <= SMALL) hash.update(readFileSync(file));
		else for await (const chunk of createReadStream(file)) hash.update(chunk);
		return hash.digest("hex") === oid;
	}
	/**
	* What would be lost if a file came to stand at a path: the path of a file, or of one inside a folder, that is not
	* among those `leaving`. Undefined if the place is free.
	*
	* @param replaces true if a file that git knows stands there, which git looks after itself
	*/
	obstacle(path, replaces, leaving) {
		const found = this.#standing(path);
		if (found === void 0 || leaving.has(found.path)) return void 0;
		if (found.path !== path) return found.path;
		if (!found.stats.isDirectory()) return replaces ? void 0 : path;
		return readdirSync(join(this.#topLevel, path), {
			recursive: true,
			withFileTypes: true
		}).filter((entry) => !entry.isDirectory()).map((entry) => relative(this.#topLevel, join(entry.parentPath, entry.name)).replaceAll(sep, "/")).find((file) => !leaving.has(file));
	}
	/** What is at a path, or at the first of its folders that is not one; undefined if nothing. */
	#standing(path) {
		for (let end = path.indexOf("/"); end > 0; end = path.indexOf("/", end + 1)) {
			const folder = path.slice(0, end);
			if (this.#folders.has(folder)) continue;
			const stats = this.#lstat(folder);
			if (stats === void 0) return void 0;
			if (!stats.isDirectory()) return {
				path: folder,
				stats
			};
			this.#folders.add(folder);
		}
		const stats = this.#lstat(path);
		return stats && {
			path,
			stats
		};
	}
	#lstat(path) {
		return lstatSync(join(this.#topLevel, path), { throwIfNoEntry: false });
	}
};
/** A blob's id is the hash of its type, its size and its content; the length of the id says which hash. */
function blobHash(oid, size) {
	return createHash(oid.length === 40 ? "sha1" : "sha256").update(`blob ${size}\0`);
}
// src/git/worktree.ts
/**
* The user's worktree: what in it is not committed, and how it follows when a branch that is checked out moves to a
* commit made elsewhere. Nothing that exists only in the worktree is ever overwritten. Filters of the user's
* configuration (`filter.*`) do not run, because which files they apply to is decided by the `.gitattributes` of the
* branch, and because what is signed are the bytes on disk.
*/
/**
* The files below some paths that differ from `HEAD`, staged or not, and those that git does not know; ignored files
* are left out.
*
* @param prefixes folders or files from the top; none means everything
*/
async function worktreeChanges(place, prefixes) {
	const options = [
		"--porcelain=v1",
		"-z",
		"--untracked-files=all",
		"--ignored=no",
		"--no-renames"
	];
	const filters = await withoutFilters(place);
	const args = [
		"status",
		...options,
		"--ignore-submodules=dirty",
		"--",
		...checkedPrefixes(prefixes)
	];
	const { stdout } = await git(place, [...filters, ...args]);
	const changes = /* @__PURE__ */ new Map();
	for (let start = 0; start < stdout.length;) {
		const end = stdout.indexOf(0, start);
		const name = readPath(stdout.subarray(start + 3, end));
		const status = statusOf(stdout.toString("latin1", start, start + 2));
		const twice = changes.has(name.path);
		changes.set(name.path, {
			...name,
			status: twice ? "modified" : status
		});
		start = end + 1;
	}
	return [...changes.values()];
}
/** The two letters of git-status(1), "Short Format": staged, and not staged. */
function statusOf(letters) {
	if (letters === "??") return "untracked";
	if (/U|AA|DD/.test(letters)) return "conflicted";
	if (letters.includes("D")) return "deleted";
	return letters.includes("A") ? "added" : "modified";
}
/**
* Moves a branch from one commit to another. Where the branch is checked out, in this worktree or another of the
* repository, index and files follow; a file that already has its new content (because the commit was made from it)
* counts as followed. Uncommitted work on other paths stays as it is.
*
* @throws GitError `dirty-worktree` if uncommitted work is in the way; then nothing has changed. `ref-moved` if the
*   branch is not at `from`
*/
async function advanceCheckedOutBranch(place, branch, from, to) {
	const ref = branchRef(branch);
	const worktree = await worktreeOn(place, ref);
	const lock = worktree && await lockIndex(worktree.gitDir);
	if (worktree === void 0 || lock === void 0) return await updateRef(place, ref, to, from);
	try {
		await moveRefAround(worktree, ref, to, from, async () => {
			await carryOver(worktree, lock.file, from, to);
			await lock.commit();
		});
	} finally {
		await lock.release();
	}
}
/** Brings an index and the files on disk from one commit to another (git-read-tree(1), "Two Tree Merge"). */
async function carryOver(worktree, index, from, to) {
	const changes = await changedPaths(worktree, checkedOid(from), checkedOid(to));
	const done = await alreadyThere(worktree.topLevel, changes);
	const env = { GIT_INDEX_FILE: index };
	const filters = await withoutFilters(worktree);
	if (done.length > 0) await git(worktree, [
		"update-index",
		"-z",
		"--index-info"
	], {
		env,
		input: done.map(({ path, after }) => `${after?.mode} ${after?.oid}\t${path}\0`).join("")
	});
	await git(worktree, [
		...filters,
		"update-index",
		"-q",
		"--refresh"
	], {
		env,
		okStatuses: [0, 1]
	});
	const args = [
		"read-tree",
		"-m",
		"-u",
		"--no-recurse-submodules",
		from,
		to
	];
	const { status, stderr } = await git(worktree, [...filters, ...args], {
		env,
		okStatuses: [
			0,
			1,
			128
		]
	});
	if (status === 0) return;
	if (!IN_THE_WAY.test(stderr)) throw commandError("read-tree", status, stderr);
	throw inTheWay(worktree.topLevel, stderr.replace(/^(?:error|fatal): /gm, ""));
}
/** How read-tree says that a file on disk or in the index has something which neither commit has. */
const IN_THE_WAY = /cannot merge|would lose|would be (?:overwritten|removed)|resolve your current index/i;
/**
* The changes whose new content is on disk already. Looks at the same time for what git would overwrite without a
* word: ignored files.
*/
async function alreadyThere(topLevel, changes) {
	const disk = new FilesOnDisk(topLevel);
	const leaving = new Set(changes.filter(({ after }) => after === void 0).map(({ path }) => path));
	const done = [];
	for (const change of changes) {
		const { path, validName, before, after } = change;
		if (after === void 0) continue;
		if (!validName) throw new GitError("bad-name", `The new commit has a file ${path}, a name that must not be on disk. Look at the commit before you use it, and check it out by hand if you trust it.`);
		if (await disk.holds(path, after)) done.push(change);
		else {
			const obstacle = disk.obstacle(path, before !== void 0, leaving);
			if (obstacle !== void 0) throw inTheWay(topLevel, `${obstacle} would be lost to ${path} of the new commit.`);
		}
	}
	return done;
}
function inTheWay(topLevel, what) {
	return new GitError("dirty-worktree", `Uncommitted work in ${topLevel} is in the way: ${what.trim()}\nCommit these changes or move them away, then repeat. Nothing has been changed.`);
}
/** The worktree that has a ref checked out, if its folder is there. */
async function worktreeOn(place, ref) {
	const { stdout } = await git(place, [
		"worktree",
		"list",
		"--porcelain",
		"-z"
	]);
	for (const block of stdout.toString().split("\0\0")) {
		const lines = block.split("\0");
		const path = lines.find((line) => line.startsWith("worktree "))?.slice(9);
		if (path === void 0 || lines.includes("bare") || !lines.includes(`branch ${ref}`)) continue;
		const { topLevel, gitDir } = place;
		if (topLevel === path) return {
			...place,
			topLevel,
			gitDir
		};
		const other = await access$1(join(path, ".git")).then(() => true, () => false) ? await findRepository(path, place.outerEnv) : void 0;
		if (other?.topLevel !== void 0) return {
			...other,
			topLevel: other.topLevel
		};
	}
}
/** Options that make every filter in the user's configuration do nothing (gitattributes(5), "filter"). */
async function withoutFilters(place) {
	const { stdout } = await git(place, [
		"config",
		"-z",
		"--name-only",
		"--get-regexp",
		"^filter\\."
	], { okStatuses: [0, 1] });
	const keys = stdout.toString().split("\0");
	const drivers = new Set(keys.map((key) => /^(filter\..*)\.[^.]+$/s.exec(key)?.[1]).filter((key) => key !== void 0));
	const off = [
		"clean=",
		"smudge=",
		"process=",
		"required=false"
	];
	return [...drivers].flatMap((driver) => off.flatMap((setting) => ["-c", `${driver}.${setting}`]));
}
// src/git/write.ts
/**
* Writing: blobs, and commits that are made beside the user's work. A commit is put together in an index of its own
* in a temporary folder, so the user's index and worktree stay as they are; no hook runs, no filter changes a byte,
* and nothing points to the new commit until a ref is updated or pushed. (git-commit-tree(1) and its neighbours.)
*/
/**
* Stores a commit and returns its id. It is not signed by git.
*
* @throws GitError `bad-name` for a path or trailer that must not be, `no-such-revision` for a base or parent
*/
async function writeCommit(place, plan) {
	const paths = checkedChanges(plan.changes);
	const message = fullMessage(plan);
	const people = identity(plan);
	const temporary = await mkdtemp(join(tmpdir(), "playground-git-"));
	try {
		const env = { GIT_INDEX_FILE: join(temporary, "index") };
		await git(place, ["read-tree", ...plan.base === void 0 ? ["--empty"] : [checkedRevision(plan.base)]], { env });
		const stored = await storeContents(place, plan.changes);
		const noObject = "0".repeat(place.idLength);
		const lines = paths.map((path) => ({
			path,
			file: stored.get(path) ?? null
		})).sort((a, b) => Number(a.file !== null) - Number(b.file !== null)).map(({ path, file }) => `${file?.mode ?? (file === null ? "0" : "100644")} ${file?.oid ?? noObject}\t${path}\0`);
		if (lines.length > 0) await git(place, [
			"update-index",
			"-z",
			"--index-info"
		], {
			env,
			input: lines.join("")
		});
		const tree = answer(await git(place, ["write-tree"], { env }));
		return answer(await git(place, [
			"commit-tree",
			"--no-gpg-sign",
			...plan.parents.flatMap((parent) => ["-p", checkedRevision(parent)]),
			"-F",
			"-",
			tree
		], {
			env: people,
			input: message
		}));
	} finally {
		await rm(temporary, {
			recursive: true,
			force: true
		});
	}
}
/**
* Stores a file from disk as it is, whatever its size, and returns the object's id.
*
* @throws GitError `bad-name` if the path is a link or anything else that is not a file
*/
async function hashFile(place, path) {
	const flags = constants$2.O_RDONLY | (constants$2.O_NOFOLLOW ?? 0) | (constants$2.O_NONBLOCK ?? 0);
	const file = await open(path, flags).catch((cause) => {
		throw new GitError("bad-name", `${path} cannot be read as a file: give the path of a plain file.`, { cause });
	});
	try {
		if (!(await file.stat()).isFile()) throw new GitError("bad-name", `${path} is not a file: give the path of one.`);
		return answer(await git(place, [
			"hash-object",
			"-w",
			"--stdin"
		], { input: file.fd }));
	} finally {
		await file.close();
	}
}
/**
* Stores all new contents with one process, and returns what then stands at each path that is not deleted. Of the
* commands of git-fast-import(1) only `blob` is used, so no ref is touched; many files become one pack.
*/
async function storeContents(place, changes) {
	const stored = /* @__PURE__ */ new Map();
	const fresh = [];
	const stream = [];
	for (const [path, change] of changes) if (typeof change === "string" || change instanceof Uint8Array) {
		fresh.push(path);
		const content = typeof change === "string" ? Buffer.from(change) : change;
		const mark = `:${fresh.length}\n`;
		const before = Buffer.from(`blob\nmark ${mark}data ${content.length}\n`);
		stream.push(before, content, Buffer.from(`\nget-mark ${mark}`));
	} else if (change !== null) stored.set(path, {
		...change,
		oid: checkedOid(change.oid)
	});
	if (fresh.length > 0) {
		const { stdout } = await git(place, [
			"fast-import",
			"--quiet",
			"--done"
		], { input: Buffer.concat([...stream, Buffer.from("done\n")]) });
		const oids = stdout.toString().split("\n");
		for (const [at, path] of fresh.entries()) stored.set(path, { oid: checkedOid(oids[at] ?? "") });
	}
	return stored;
}
/** The paths of all changes, each of which may stand in a tree beside the others. */
function checkedChanges(changes) {
	const paths = [...changes.keys()].map(checkedPath);
	for (const path of paths) for (let end = path.indexOf("/"); end > 0; end = path.indexOf("/", end + 1)) {
		const folder = path.slice(0, end);
		if (changes.get(path) !== null && (changes.get(folder) ?? null) !== null) throw new GitError("bad-name", `${folder} cannot be both a file and the folder of ${path}.`);
	}
	return paths;
}
function fullMessage({ message, trailers = [] }) {
	const lines = trailers.map(([name, value]) => {
		if (!/^[A-Za-z0-9-]+$/.test(name) || /[\0\r\n]/.test(value)) throw new GitError("bad-name", `${JSON.stringify(name)} cannot be a trailer: a word and a value on one line can.`);
		return `${name}: ${value}`;
	});
	const text = message.replaceAll("\0", "").trimEnd();
	return `${lines.length === 0 ? text : `${text}\n\n${lines.join("\n")}`}\n`;
}
function identity({ author, committer, when }) {
	const seconds = when === void 0 ? void 0 : `@${Math.floor(when.getTime() / 1e3)} +0000`;
	const variables = (role, person) => ({
		...person === void 0 ? {} : {
			[`GIT_${role}_NAME`]: oneLine(person.name),
			[`GIT_${role}_EMAIL`]: oneLine(person.email)
		},
		...seconds === void 0 ? {} : { [`GIT_${role}_DATE`]: seconds }
	});
	return {
		...variables("AUTHOR", author),
		...variables("COMMITTER", committer)
	};
}
/** A name as an author line can hold it. */
function oneLine(text) {
	return text.replace(/[\s\0-\x1f\x7f<>]+/g, " ").trim();
}
function answer({ stdout }) {
	return stdout.toString().trim();
}
// src/git/repository.ts
/**
* A git repository as the rest of the project uses it: read a tree at a commit, write a commit, fetch, push. Every
* method is one idea of the file it comes from; this class only holds the place and the one long-lived process.
*/
/**
* Opens the repository that a folder is in: a clone, a linked worktree, or a bare repository.
*
* @throws GitError `not-a-repository`, `git-missing`, `git-too-old`
*/
async function openRepository(dir, { env } = {}) {
	return new GitRepository(await findRepository(dir, env));
}
var GitRepository = class {
	#place;
	#objects;
	constructor(place) {
		this.#place = place;
		this.#objects = new ObjectReader(place);
	}
	/** The top of the worktree; undefined in a bare repository. */
	get topLevel() {
		return this.#place.topLevel;
	}
	get gitDir() {
		return this.#place.gitDir;
	}
	/** The full id of the commit that a revision names; undefined if there is none. Best given as a full ref. */
	resolve(revision) {
		return resolve(this.#objects, revision);
	}
	/** @throws GitError `no-such-revision` */
	commitInfo(commit) {
		return commitInfo(this.#objects, commit);
	}
	/** See {@link commits.mergeBase}. */
	mergeBase(a, b) {
		return mergeBase(this.#place, a, b);
	}
	/** True if `a` is `b` or comes before it. */
	isAncestor(a, b) {
		return isAncestor(this.#place, a, b);
	}
	/** See {@link trees.listTree}. */
	listTree(commit, prefixes = []) {
		return listTree(this.#place, commit, prefixes);
	}
	/** See {@link trees.changedPaths}. */
	changedPaths(before, after, prefixes = []) {
		return changedPaths(this.#place, before, after, prefixes);
	}
	/**
	* A file's content. Many reads at once are answered by one process.
	*
	* @throws GitError `too-large` above `maxBytes`, without reading it; `no-such-revision`
	*/
	async readBlob(oid, { maxBytes }) {
		return (await this.#objects.read(checkedOid(oid), "blob", maxBytes)).data;
	}
	/** A file's content piece by piece. @throws GitError `no-such-revision` */
	streamBlob(oid) {
		return this.#objects.stream(oid);
	}
	/** See {@link write.writeCommit}. */
	writeCommit(plan) {
		return writeCommit(this.#place, plan);
	}
	/** See {@link write.hashFile}. */
	hashFile(path) {
		return hashFile(this.#place, path);
	}
	/** See {@link refs.updateRef}. */
	updateRef(ref, to, expected) {
		return updateRef(this.#place, ref, to, expected);
	}
	/** See {@link refs.deleteRef}. */
	deleteRef(ref, expected) {
		return deleteRef(this.#place, ref, expected);
	}
	/** The branch that the worktree is on; undefined if it is on none. */
	currentBranch() {
		return currentBranch(this.#place);
	}
	/** See {@link remotes.fetch}. */
	fetch(remote, refspecs, options) {
		return fetch(this.#place, remote, refspecs, options);
	}
	/** See {@link remotes.push}. */
	push(remote, commit, branch, expected, options) {
		return push(this.#place, remote, commit, branch, expected, options);
	}
	/** See {@link remotes.mayPush}. */
	mayPush(remote, commit, branch, options) {
		return mayPush(this.#place, remote, commit, branch, options);
	}
	/** See {@link remotes.remoteUrl}. */
	remoteUrl(remote) {
		return remoteUrl(this.#place, remote);
	}
	/** See {@link remotes.remoteDefaultBranch}. */
	remoteDefaultBranch(remote, options) {
		return remoteDefaultBranch(this.#place, remote, options);
	}
	/** See {@link remotes.remoteBranch}. */
	remoteBranch(remote, branch, options) {
		return remoteBranch(this.#place, remote, branch, options);
	}
	/** See {@link remotes.listRemoteBranches}. */
	listRemoteBranches(remote, prefix, options) {
		return listRemoteBranches(this.#place, remote, prefix, options);
	}
	/** A value of this repository's own configuration; undefined if it is not set. */
	getConfig(key) {
		return getConfig(this.#place, key);
	}
	/** All values of a setting that may be there several times. */
	getAllConfig(key) {
		return getAllConfig(this.#place, key);
	}
	/** Adds a value to a setting that may be there several times. */
	addConfig(key, value) {
		return addConfig(this.#place, key, value);
	}
	/** Sets a value of this repository's own configuration. */
	setConfig(key, value) {
		return setConfig(this.#place, key, value);
	}
	/** See {@link worktree.worktreeChanges}. */
	worktreeChanges(prefixes = []) {
		return worktreeChanges(this.#place, prefixes);
	}
	/** See {@link worktree.advanceCheckedOutBranch}. */
	advanceCheckedOutBranch(branch, from, to) {
		return advanceCheckedOutBranch(this.#place, branch, from, to);
	}
	/** See {@link writeBundle}. */
	writeBundle(file, refs) {
		return writeBundle(this.#place, file, refs);
	}
	/** Ends the process that reads objects. The repository stays usable: a later read starts another. */
	close() {
		return this.#objects.close();
	}
	[Symbol.asyncDispose]() {
		return this.close();
	}
};
export { openRepository };

// src/git/errors.ts
var GitError = class extends Error {
	name = "GitError";
	code;
	status;
	declined;
	notLetIn;
	constructor(code, message, details = {}) {
		super(cleanText(message), details.cause === void 0 ? void 0 : { cause: details.cause });
		this.code = code;
		this.status = details.status;
		this.declined = details.declined ?? false;
		this.notLetIn = details.notLetIn ?? false;
	}
};
/** Characters of git's error output that a message repeats at most. */
const LONGEST_MESSAGE = 2e3;
/** Controls (but not newline), and the characters that reorder or hide text on a terminal or a page. */
const UNPRINTABLE = /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
/** Takes passwords out of a text that may hold URLs: `https://user:secret@host/` becomes `https://host/`. */
function withoutCredentials(text) {
	return text.replace(/:\/\/[^/\s'"]*@/g, "://").replace(/\b(?:gh[a-z]_|github_pat_)[A-Za-z0-9_]{16,}/g, "[token]");
}
/** A text as it may be shown: no credentials, no control characters, not endless. */
function cleanText(text) {
	const clean = withoutCredentials(text.replace(/\r\n?/g, "\n").replaceAll("	", " ")).replace(UNPRINTABLE, "�").trim();
	return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean;
}
/**
* The error for a git command that failed.
*
* Lines that begin with `remote:` are the other side's words: they are shown, but do not decide the code.
*/
function commandError(command, status, stderr) {
	const said = stderr.trim() === "" ? `it ended with status ${status} and said nothing` : stderr.trim();
	const own = stderr.split(/[\r\n]+/).filter((line) => !line.startsWith("remote:")).join("\n");
	const { code, next } = classify(own);
	const notLetIn = code === "remote-unreachable" && NOT_LET_IN.test(own);
	return new GitError(code, `git ${command} failed: ${cleanText(said)}\n${next}`, {
		status,
		notLetIn
	});
}
function classify(stderr) {
	for (const [pattern, code, next] of SYMPTOMS) if (pattern.test(stderr)) return {
		code,
		next
	};
	return {
		code: "command-failed",
		next: "If the message does not explain itself, run the command by hand."
	};
}
/** Words of git and ssh for a remote that wants (other) credentials. */
const NOT_LET_IN = /terminal prompts disabled|authentication failed|permission denied|error: 40[13]|invalid credentials/i;
/** Words of git (with LC_ALL=C) that tell one failure from another. The first that fits counts. */
const SYMPTOMS = [
	[
		/transport '.*' not allowed|unable to find remote helper/i,
		"bad-name",
		"Only file, http, https, ssh and git remotes are used: correct the URL of the remote."
	],
	[
		/not a git repository|cannot change to|dubious ownership|cannot use bare repository/i,
		"not-a-repository",
		"Run this inside a clone of the repository."
	],
	[
		/couldn't find remote ref|not our ref|no such remote ref/i,
		"no-such-revision",
		"Check the name of the branch, and that it still exists on the remote."
	],
	[
		NOT_LET_IN,
		"remote-unreachable",
		"The remote wants credentials: check that the token or key is set and may do this."
	],
	[
		/could not resolve|unable to access|could not read from remote|unable to connect|connection (refused|reset|timed out)|hung up|early EOF|does not appear to be a git repository|repository '.*' (not found|does not exist)|no such remote/i,
		"remote-unreachable",
		"Check the URL of the remote and the network, then try again."
	],
	[
		/not a valid (object|commit) name|bad revision|bad object|unknown revision|invalid object name|not a tree object|nonexistent object|failed to unpack tree object/i,
		"no-such-revision",
		"Fetch first, and check the name."
	],
	[
		/cannot lock ref|reference already exists|unable to resolve reference/i,
		"ref-moved",
		"Read the branch again and repeat."
	],
	[
		/auto-detection is disabled|empty ident name|tell me who you are/i,
		"command-failed",
		"Set user.name and user.email with git config."
	]
];
export { cleanText as n, commandError as r, GitError as t };

import { b as plain, d as getInput, g as warning, i as summary, p as info } from "./shared-frame.js";
import { t as GitError } from "./shared-errors2.js";
import { t as RepositoryError } from "./shared-errors.js";
import { t as fetchBranch } from "./shared-remote.js";
import { c as readEvent, r as signEventOnline, s as evaluateEvent, t as startWorkflow } from "./shared-workflows.js";
import { n as eventBranch, t as EVENT_PREFIX } from "./shared-name.js";
import { l as isValidBranchName } from "./shared-names.js";
// src/event/branch.ts
/**
* The branch of a signing event, here and on the remote. A change is computed on the newest head, committed without a
* checkout and pushed only if nobody was faster; whoever loses the race computes it again on the new head.
*/
var EventBranch = class {
	repository;
	settings;
	branch;
	constructor(repository, settings, name) {
		this.repository = repository;
		this.settings = settings;
		this.branch = eventBranch(name);
	}
	/** The main branch's commit: the remote's, fetched; the local one where the work stays local and there is no remote. */
	async main() {
		const { mainBranch, pullRemote } = this.settings;
		const commit = await this.#remoteCommit(pullRemote, mainBranch);
		if (commit !== void 0) return commit;
		throw new RepositoryError("not-found", `The remote ${pullRemote} has no branch ${mainBranch}. Push a first commit to it, or name another branch with --main.`);
	}
	/**
	* The event's newest commit, or undefined where there is no such event yet. It may stand on the remote that is pushed
	* to, on the one that is read from (a signer with a fork), and here; one of them has to contain all the others.
	*/
	async head() {
		const { pullRemote, pushRemote, push } = this.settings;
		const remotes = await Promise.all([.../* @__PURE__ */ new Set([pushRemote, pullRemote])].map((remote) => this.#remoteCommit(remote, this.branch)));
		const local = await this.repository.resolve(`refs/heads/${this.branch}`);
		const heads = [.../* @__PURE__ */ new Set([...remotes, local])].filter((head) => head !== void 0);
		for (const head of heads) if ((await Promise.all(heads.map((other) => this.repository.isAncestor(other, head)))).every(Boolean)) return head;
		if (heads.length === 0) return void 0;
		const [first, ...others] = remotes.filter((head) => head !== void 0);
		if (!push && local !== void 0) return local;
		const whose = others.some((head) => head !== first) ? `${pullRemote} and ${pushRemote}` : `${pushRemote} and your clone`;
		throw new RepositoryError("bad-request", `The branch ${this.branch} has gone different ways in ${whose}. Bring them together, or take yours aside (git branch -m ${this.branch} my-copy), and try again.`);
	}
	/** Reads the event; an event that does not exist yet starts at the main branch. */
	async read(options = {}) {
		const main = await this.main();
		const head = await this.head();
		if (head === void 0 && !options.create) throw new RepositoryError("not-found", `There is no event ${this.branch}. Its branch would be ${this.branch} on ${this.settings.pushRemote}; \`git ls-remote ${this.settings.pushRemote} '${EVENT_PREFIX}*'\` lists the open ones. One in somebody's fork is read by the number of its pull request, with --pull.`);
		return readEvent(this.repository, this.branch.slice(EVENT_PREFIX.length), main, head ?? main);
	}
	/**
	* Commits what `change` computes and moves the branch there. `change` is called again with the new sides when
	* somebody else pushed in between; it answers undefined where nothing is left to do.
	* @returns the new commit, or undefined where there was nothing to do.
	*/
	async contribute(change, options = {}) {
		for (let triesLeft = options.tries ?? 5;; triesLeft--) {
			const sides = await this.read(options);
			const wanted = await change(sides);
			if (!wanted) return void 0;
			const commit = await this.repository.writeCommit({
				parents: [sides.head],
				base: sides.head,
				changes: wanted.files,
				message: wanted.message,
				trailers: wanted.trailers
			});
			try {
				await this.#publish(sides.head, commit);
				return commit;
			} catch (error) {
				if (!(error instanceof GitError) || error.code !== "push-rejected" || error.declined || triesLeft <= 1) throw error;
			}
		}
	}
	/** The event as it would be with these changes on top, committed to nothing that anybody sees. */
	async preview(sides, files, message) {
		const commit = await this.repository.writeCommit({
			parents: [sides.head],
			base: sides.head,
			changes: files,
			message
		});
		return readEvent(this.repository, sides.name, sides.main, commit);
	}
	async #publish(head, commit) {
		const { pushRemote, push } = this.settings;
		if (push) {
			const expected = await this.#remoteCommit(pushRemote, this.branch) ?? null;
			if (expected !== null && expected !== head && !await this.repository.isAncestor(expected, head)) throw new GitError("push-rejected", `${this.branch} moved while you were working`);
			await this.repository.push(pushRemote, commit, this.branch, expected, this.settings.access);
		}
		try {
			await this.#moveLocalBranch(commit);
		} catch (error) {
			if (!push || !(error instanceof GitError)) throw error;
			this.settings.warn(`The event was pushed, but your local branch ${this.branch} could not follow. ${error.message}`);
		}
	}
	async #moveLocalBranch(commit) {
		const ref = `refs/heads/${this.branch}`;
		const local = await this.repository.resolve(ref);
		if (local === void 0) {
			if (!this.settings.push) await this.repository.updateRef(ref, commit, null);
		} else if (await this.repository.isAncestor(local, commit)) await this.repository.advanceCheckedOutBranch(this.branch, local, commit);
	}
	#remoteCommit(name, branch) {
		const { mainBranch, access } = this.settings;
		return fetchBranch({
			repository: this.repository,
			name,
			mainBranch,
			...access ? { access } : {}
		}, branch);
	}
};
// src/actions/sign-event-online.ts
/**
* Signs the targets roles of a signing event that wait for an online key, and commits to the event's branch. It runs
* the default branch's code in an environment with the key; of the event it reads git objects and nothing else.
*/
async function signEvent({ github, openClone, defaultBranch, now }, name, openSigner) {
	if (!isValidBranchName(eventBranch(name))) throw new Error(`${JSON.stringify(name)} is the name of no event.`);
	const { repository, remote } = await openClone();
	const event = new EventBranch(repository, {
		pullRemote: remote.name,
		pushRemote: remote.name,
		mainBranch: defaultBranch,
		push: true,
		warn: (message) => warning(message),
		...remote.access ? { access: remote.access } : {}
	}, name);
	let signed = [];
	let troubles = [];
	const commit = await event.contribute(async (sides) => {
		const made = await signEventOnline(sides, await evaluateEvent(sides, now), openSigner);
		signed = made.roles;
		troubles = made.troubles;
		if (signed.length === 0) return void 0;
		return {
			files: made.files,
			message: `Sign ${signed.join(", ")} online`
		};
	});
	for (const trouble of troubles) warning(`An online key did not sign. ${trouble}`);
	if (commit === void 0) {
		info(`Nothing in ${event.branch} waits for an online key.`);
		await summary(`Nothing in \`${plain(event.branch)}\` waits for an online key.\n`);
		return;
	}
	info(`Signed ${signed.join(", ")} in ${event.branch}: ${commit}`);
	await summary(`Signed ${signed.map((role) => `\`${plain(role)}\``).join(", ")} in \`${plain(event.branch)}\`.\n`);
	const next = getInput("signing-event-workflow");
	if (next === "") return;
	await startWorkflow(github, next, defaultBranch).catch((error) => warning(`${error.message} The report is brought up to date by the next run of ${next}.`));
}
export { signEvent };

// src/github/pull-requests.ts
function fromApi(pull, repository) {
	const headRepository = pull.head.repo?.full_name;
	return {
		number: pull.number,
		url: pull.html_url,
		title: pull.title,
		state: pull.state === "open" ? "open" : "closed",
		headSha: pull.head.sha,
		headRef: pull.head.ref,
		headRepository,
		baseRef: pull.base.ref,
		author: pull.user?.login ?? "ghost",
		authorId: pull.user?.id,
		fromFork: headRepository?.toLowerCase() !== repository.fullName.toLowerCase()
	};
}
/** The open pull requests into a branch. */
async function openPullRequests(repository, base) {
	return (await repository.call("list the open pull requests", (octokit, at) => octokit.paginate(octokit.rest.pulls.list, {
		...at,
		state: "open",
		base,
		per_page: 100
	}))).map((pull) => fromApi(pull, repository));
}
/** One pull request, or undefined. */
async function pullRequest(repository, number) {
	const answer = await repository.callOrNothing(`read pull request ${number}`, (octokit, at) => octokit.rest.pulls.get({
		...at,
		pull_number: number
	}));
	return answer && fromApi(answer.data, repository);
}
/**
* Opens a pull request, or finds the one that is open already for the same branch.
* @param head the branch, with `owner:` before it where it is in a fork
* @throws {GitHubError} `forbidden` where the repository's settings do not let Actions do it; the message names the setting
*/
async function ensurePullRequest(repository, wanted) {
	const qualified = wanted.head.includes(":") ? wanted.head : `${repository.address.owner}:${wanted.head}`;
	const find = async () => {
		const { data } = await repository.call("look for the pull request", (octokit, at) => octokit.rest.pulls.list({
			...at,
			state: "open",
			base: wanted.base,
			head: qualified
		}));
		return data[0] && fromApi(data[0], repository);
	};
	const open = await find();
	if (open) return {
		pull: open,
		created: false
	};
	try {
		return {
			pull: fromApi((await repository.call("open the pull request", (octokit, at) => octokit.rest.pulls.create({
				...at,
				...wanted
			}))).data, repository),
			created: true
		};
	} catch (error) {
		const there = await find();
		if (there) return {
			pull: there,
			created: false
		};
		throw error;
	}
}
export { openPullRequests as n, pullRequest as r, ensurePullRequest as t };

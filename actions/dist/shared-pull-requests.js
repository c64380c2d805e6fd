// src/event/name.ts
/** Names of signing events: the event `init` lives on the branch `sign/init`. */
const EVENT_PREFIX = "sign/";
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
export { pullRequest as n, EVENT_PREFIX as r, openPullRequests as t };

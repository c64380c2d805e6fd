import { _ as escapeMarkdown, b as plain, d as getInput, f as group, i as summary, p as info, r as runAction, u as context, v as headline } from "./shared-frame.js";
import "./shared-name.js";
import { n as publishedPage } from "./shared-pages.js";
import { n as openPullRequests } from "./shared-pull-requests.js";
// src/actions/wake.ts
/** What woke the run, as far as it makes a difference: the sweep looks at everything that is open in any case. */
/** The comment whose creation started this run; undefined where something else did. */
function wakingComment() {
	const { eventName, payload } = context;
	if (eventName !== "issue_comment" || payload.action !== "created") return void 0;
	const { issue, comment } = payload;
	const body = comment?.body;
	if (!issue?.pull_request || comment === void 0 || typeof body !== "string") return void 0;
	return {
		pull: issue.number,
		id: comment.id,
		body
	};
}
/** The pull request that a maintainer asked to adopt when they started the workflow by hand. */
function pullToAdopt() {
	const input = getInput("adopt");
	if (input === "") return void 0;
	const number = Number(input.replace(/^#/, ""));
	if (Number.isSafeInteger(number) && number > 0) return number;
	throw new Error(`The input adopt is ${JSON.stringify(input)}. Give the number of an open pull request.`);
}
/** Days after which somebody who was asked to sign and has not is asked again; undefined for never. */
function reminderDays() {
	const input = getInput("remind-after-days");
	if (input === "" || input === "0") return void 0;
	const days = Number(input);
	if (Number.isFinite(days) && days > 0) return days;
	throw new Error(`The input remind-after-days is ${JSON.stringify(input)}. Give a number of days, or 0 for never.`);
}
// src/actions/sweep.ts
/**
* The sweep over open signing events: whatever woke it, it looks at each event as it stands now. Lost, doubled or late
* wake-ups change nothing.
*/
/**
* Sweeps all open events; one that fails stops no other. All, whichever woke it: of the runs that wait for their turn
* GitHub keeps only the newest.
*/
async function sweep(action) {
	const waking = wakingComment();
	const adopt = pullToAdopt();
	const remindAfter = reminderDays();
	const events = (await openPullRequests(action.github, action.defaultBranch)).filter(({ headRef, fromFork, number }) => headRef.startsWith("sign/") || fromFork && (number === waking?.pull || number === adopt));
	if (adopt !== void 0 && !events.some(({ number, fromFork }) => fromFork && number === adopt)) throw new Error(`#${adopt} is no open pull request from a fork into ${action.defaultBranch}.`);
	if (events.length === 0) return [];
	const { sweepOne } = await import("./shared-sweep-one.js");
	const opened = {
		...action,
		...await action.openClone()
	};
	const swept = [];
	const failures = [];
	let page;
	const signingPage = () => {
		page ??= publishedPage(action.github, "sign/");
		return page;
	};
	for (const pull of events) await group(`#${pull.number} ${pull.headRef}`, async () => {
		try {
			const look = {
				waking,
				adopt: pull.number === adopt,
				signingPage,
				remindAfter
			};
			const result = await sweepOne(opened, pull, look);
			if (result?.status) swept.push({
				pull,
				status: result.status
			});
			for (const other of result?.opened ?? []) if (!events.some(({ number }) => number === other.number)) events.push(other);
		} catch (error) {
			const message = `#${pull.number}: ${error.message}`;
			info(message);
			failures.push(new Error(message, { cause: error }));
		}
	});
	if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
	return swept;
}
// src/actions/signing-event.ts
/** Action `signing-event`: evaluates the open signing events and reports on their pull requests. */
await runAction(async (action) => {
	const lines = (await sweep(action)).map(({ pull, status }) => `- [#${pull.number}](${pull.url}) \`${plain(status.name)}\`: ${escapeMarkdown(headline(status))}`);
	await summary(lines.length > 0 ? `### Signing events\n\n${lines.join("\n")}\n` : "No open signing event to look at.\n");
});
export {};

import { c as info, f as escapeMarkdown, i as summary, p as headline, r as runAction, s as group } from "./shared-frame.js";
import { r as EVENT_PREFIX, t as openPullRequests } from "./shared-pull-requests.js";
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
	const events = (await openPullRequests(action.github, action.defaultBranch)).filter((pull) => pull.headRef.startsWith(EVENT_PREFIX));
	if (events.length === 0) return [];
	const { sweepOne } = await import("./shared-sweep-one.js");
	const opened = {
		...action,
		...await action.openClone()
	};
	const swept = [];
	const failures = [];
	for (const pull of events) await group(`#${pull.number} ${pull.headRef}`, async () => {
		try {
			const status = await sweepOne(opened, pull);
			if (status) swept.push({
				pull,
				status
			});
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
	const lines = (await sweep(action)).map(({ pull, status }) => `- [#${pull.number}](${pull.url}) \`${status.name.replace(/[^\w./-]/g, "?")}\`: ${escapeMarkdown(headline(status))}`);
	await summary(lines.length > 0 ? `### Signing events\n\n${lines.join("\n")}\n` : "No open signing event to look at.\n");
});
export {};

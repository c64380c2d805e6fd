// src/signers/waiting.ts
/** Waiting for a person or a device: a reminder after a moment, so that nobody wonders why nothing happens. */
const REMIND_AFTER = 2e3;
/** Calls `remind` once where `work` takes longer than two seconds. */
async function withReminder(work, remind) {
	const timer = setTimeout(remind, REMIND_AFTER);
	try {
		return await work;
	} finally {
		clearTimeout(timer);
	}
}
export { withReminder as t };

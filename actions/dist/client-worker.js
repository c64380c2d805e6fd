import { parentPort, workerData } from "node:worker_threads";
// src/client/clock.ts
/**
* A `Date` that starts at a given time. tuf-js takes the reference time of a run (specification, section 5.1) from
* `new Date()` and offers no other way, so the client's thread replaces its global `Date` by this one.
*/
/**
* A `Date` for which it is `start` now and whose time goes on from there; whatever names a time itself
* (`new Date('2026-01-01')`, `Date.parse`, `Date.UTC`) is as ever. The real `Date` is left alone.
*/
function dateStartingAt(start, RealDate = Date) {
	const ahead = start.getTime() - RealDate.now();
	const now = () => RealDate.now() + ahead;
	return new Proxy(RealDate, {
		construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
		apply: (target) => new target(now()).toString(),
		get: (target, property) => property === "now" ? now : Reflect.get(target, property)
	});
}
// src/client/worker.ts
/**
* The thread in which the client runs. It has its own globals, so the client's clock can be set without touching
* the rest of the process; the clock is set before tuf-js is loaded.
*/
const { session, time, follow } = workerData;
if (time) globalThis.Date = dateStartingAt(time);
const { nameTufErrors } = await import("./shared-tuf-js-errors.js");
nameTufErrors();
const { watchFurtherKeys } = await import("./shared-further-keys.js");
const met = await watchFurtherKeys(follow);
const { runSession } = await import("./shared-session.js");
const send = (message) => parentPort?.postMessage(message);
send({
	type: "result",
	result: await runSession(session, (event) => send({
		type: "event",
		event
	})),
	met: [...met]
});
export {};

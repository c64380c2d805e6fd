// src/event/name.ts
/** Names of signing events: the event `init` lives on the branch `sign/init`. */
const EVENT_PREFIX = "sign/";
/** The branch of an event; the name may be given with or without `sign/`. */
function eventBranch(name) {
	return name.startsWith("sign/") ? name : EVENT_PREFIX + name;
}
export { eventBranch as n, EVENT_PREFIX as t };

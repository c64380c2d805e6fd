/** Names of signing events: the event `init` lives on the branch `sign/init`. */

export const EVENT_PREFIX = 'sign/';

/** The branch of an event; the name may be given with or without `sign/`. */
export function eventBranch(name: string): string {
  return name.startsWith(EVENT_PREFIX) ? name : EVENT_PREFIX + name;
}

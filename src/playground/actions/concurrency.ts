/**
 * Concurrency groups: one member running, one pending that a newer one replaces, or up to 100 with `queue: max`.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 */

/** How many may wait with `queue: max`; further ones are cancelled. */
const LONGEST_QUEUE = 100;

export interface Member {
  /** Of a run or a job, unique among both. */
  readonly id: string;
  readonly cancelInProgress: boolean;
  readonly queue: 'single' | 'max';
}

/** What entering a group did. */
export interface Entry {
  readonly state: 'running' | 'pending' | 'refused';
  /** Pending members that were replaced. */
  readonly replaced: readonly string[];
  /** The running member, if it is to be cancelled. */
  readonly interrupted: string | undefined;
}

interface Group {
  running: string;
  pending: string[];
}

export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>();

  /** @param key repository and name of the group; names differ by more than case. */
  enter(key: string, member: Member): Entry {
    const group = this.#groups.get(key.toLowerCase());
    if (group === undefined) {
      this.#groups.set(key.toLowerCase(), { running: member.id, pending: [] });
      return { state: 'running', replaced: [], interrupted: undefined };
    }
    const interrupted = member.cancelInProgress ? group.running : undefined;
    if (member.queue === 'max') {
      if (group.pending.length >= LONGEST_QUEUE) return { state: 'refused', replaced: [], interrupted };
      group.pending.push(member.id);
      return { state: 'pending', replaced: [], interrupted };
    }
    const replaced = group.pending;
    group.pending = [member.id];
    return { state: 'pending', replaced, interrupted };
  }

  /** A member is done, or waits no longer. Returns who runs now instead, if anybody. */
  leave(key: string, id: string): string | undefined {
    const name = key.toLowerCase();
    const group = this.#groups.get(name);
    if (group === undefined) return undefined;
    group.pending = group.pending.filter((pending) => pending !== id);
    if (group.running !== id) return undefined;
    const next = group.pending.shift();
    if (next === undefined) this.#groups.delete(name);
    else group.running = next;
    return next;
  }
}

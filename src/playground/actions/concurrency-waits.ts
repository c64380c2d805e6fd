/** Concurrency groups with somebody in them: who is in one is told when it may run and when it has to go. */
import { ConcurrencyGroups, type Member } from './concurrency.ts';

interface Waiting {
  run(): void;
  /** @param message why, in GitHub's words. */
  cancel(message: string): void;
}

/** `concurrency` of a workflow or job, evaluated. */
export interface ConcurrencySettings extends Omit<Member, 'id'> {
  readonly group: string;
}

export class ConcurrencyWaits {
  readonly #groups = new ConcurrencyGroups();
  readonly #members = new Map<string, Waiting>();

  /** Calls `run` at once if the group is free, later if it is not; `cancel` if somebody else comes first. */
  enter(repository: string, id: string, settings: ConcurrencySettings, waiting: Waiting): void {
    this.#members.set(id, waiting);
    const { state, replaced, interrupted } = this.#groups.enter(keyOf(repository, settings.group), {
      ...settings,
      id,
    });
    const message = `Canceling since a higher priority waiting request for '${settings.group}' exists`;
    for (const other of [...replaced, ...(interrupted === undefined ? [] : [interrupted])]) {
      this.#members.get(other)?.cancel(message);
    }
    if (state === 'running') waiting.run();
    if (state === 'refused') waiting.cancel(`Canceling since the queue of '${settings.group}' is full`);
  }

  leave(repository: string, id: string, group: string): void {
    this.#members.delete(id);
    const next = this.#groups.leave(keyOf(repository, group), id);
    if (next !== undefined) this.#members.get(next)?.run();
  }
}

function keyOf(repository: string, group: string): string {
  return `${repository}\0${group}`;
}

/** How many jobs run at once: whoever comes first starts first. */
export class Slots {
  readonly #limit: number;
  #taken = 0;
  readonly #waiting = new Map<string, () => void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls `start` once there is room; whoever was started gives the place back with `release`. */
  request(id: string, start: () => void): void {
    this.#waiting.set(id, start);
    this.#next();
  }

  /** Takes back a request that was not started yet; false if it was. */
  withdraw(id: string): boolean {
    return this.#waiting.delete(id);
  }

  release(): void {
    this.#taken -= 1;
    this.#next();
  }

  #next(): void {
    for (const [id, start] of this.#waiting) {
      if (this.#taken >= this.#limit) return;
      this.#waiting.delete(id);
      this.#taken += 1;
      start();
    }
  }
}

/** Being told to stop: first politely, so that steps with `if: always()` still run; then for good. */

export class Cancellation {
  #level: 'none' | 'cancelled' | 'killed' = 'none';
  readonly #listeners = new Set<() => void>();

  get cancelled(): boolean {
    return this.#level !== 'none';
  }

  get killed(): boolean {
    return this.#level === 'killed';
  }

  cancel(): void {
    if (this.#level === 'none') this.#raise('cancelled');
  }

  kill(): void {
    if (this.#level !== 'killed') this.#raise('killed');
  }

  /** Calls back at each of the two; returns what ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #raise(level: 'cancelled' | 'killed'): void {
    this.#level = level;
    for (const listener of [...this.#listeners]) listener();
  }
}

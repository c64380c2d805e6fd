/** The list of a job's steps as GitHub shows it, kept up to date while they run. */
import type { Conclusion, WorkflowJob } from '../contract.ts';

type ShownStep = WorkflowJob['steps'][number];

export class JobSteps {
  #steps: readonly ShownStep[] = [];
  readonly #changed: (steps: readonly ShownStep[]) => void;

  constructor(changed: (steps: readonly ShownStep[]) => void) {
    this.#changed = changed;
  }

  /** Adds a step that waits; answers its number. */
  add(name: string): number {
    const number = this.#steps.length + 1;
    this.#set([...this.#steps, { name, status: 'queued', conclusion: null, number }]);
    return number;
  }

  start(number: number, name?: string): void {
    this.#update(number, { status: 'in_progress', ...(name === undefined ? {} : { name }) });
  }

  end(number: number, conclusion: Conclusion): void {
    this.#update(number, { status: 'completed', conclusion });
  }

  /** Whatever has not begun will not. */
  endRest(conclusion: Conclusion): void {
    this.#set(
      this.#steps.map((step) =>
        step.status === 'completed' ? step : { ...step, status: 'completed', conclusion },
      ),
    );
  }

  #update(number: number, change: Partial<ShownStep>): void {
    this.#set(this.#steps.map((step) => (step.number === number ? { ...step, ...change } : step)));
  }

  #set(steps: readonly ShownStep[]): void {
    this.#steps = steps;
    this.#changed(steps);
  }
}

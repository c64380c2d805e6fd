/** What the engine lends to runs. */
import type { ConcurrencyWaits } from './concurrency-waits.ts';
import type { JobServices } from './job-context.ts';
import type { RunRecord } from './records.ts';
import type { Slots } from './slots.ts';

export interface RunServices extends JobServices {
  readonly slots: Slots;
  readonly waits: ConcurrencyWaits;
  /** Tells the world what became of a run. */
  announce(run: RunRecord, action: 'in_progress' | 'completed'): void;
  /** The run is over and will not be heard of again. */
  ended(runId: number): void;
}

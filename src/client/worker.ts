/**
 * The thread in which the client runs. It has its own globals, so the client's clock can be set without touching
 * the rest of the process; the clock is set before tuf-js is loaded.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { dateStartingAt } from './clock.ts';
import type { FollowOptions } from './further-keys.ts';
import type { VerifyEvent, VerifyResult } from './result.ts';
import type { SessionOptions } from './session.ts';

export interface WorkerInput {
  readonly session: SessionOptions;
  readonly time?: Date | undefined;
  /** How kinds of key that tuf-js does not know are followed; not at all in a stock run. */
  readonly follow?: FollowOptions | undefined;
}

export type WorkerMessage =
  | { readonly type: 'event'; readonly event: VerifyEvent }
  /** `met`: the keytypes that tuf-js does not know, of which there was a signature. */
  | { readonly type: 'result'; readonly result: VerifyResult; readonly met: readonly string[] };

const { session, time, follow } = workerData as WorkerInput;
if (time) globalThis.Date = dateStartingAt(time);

const { nameTufErrors } = await import('./tuf-js-errors.ts');
nameTufErrors();
const { watchFurtherKeys } = await import('./further-keys.ts');
const met = await watchFurtherKeys(follow);
const { runSession } = await import('./session.ts');

const send = (message: WorkerMessage) => parentPort?.postMessage(message);
const result = await runSession(session, (event) => send({ type: 'event', event }));
send({ type: 'result', result, met: [...met] });

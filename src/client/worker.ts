/**
 * The thread in which the client runs. It has its own globals, so the client's clock can be set without touching
 * the rest of the process; the clock is set before tuf-js is loaded.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { dateStartingAt } from './clock.ts';
import type { VerifyEvent, VerifyResult } from './result.ts';
import type { SessionOptions } from './session.ts';

export interface WorkerInput {
  readonly session: SessionOptions;
  readonly time?: Date | undefined;
}

export type WorkerMessage =
  | { readonly type: 'event'; readonly event: VerifyEvent }
  | { readonly type: 'result'; readonly result: VerifyResult };

const { session, time } = workerData as WorkerInput;
if (time) globalThis.Date = dateStartingAt(time);

const { nameTufErrors } = await import('./tuf-js-errors.ts');
nameTufErrors();
const { runSession } = await import('./session.ts');

const send = (message: WorkerMessage) => parentPort?.postMessage(message);
send({ type: 'result', result: await runSession(session, (event) => send({ type: 'event', event })) });

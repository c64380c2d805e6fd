/** What every part of the host shares. */
import type { DatabaseSync } from 'node:sqlite';
import type { ActionsEngine, HostEvent } from '../contract.ts';
import type { Lock } from './lock.ts';

interface Urls {
  /** e.g. http://127.0.0.1:1234, without a slash at the end, as all of these. */
  readonly server: string;
  readonly api: string;
  readonly graphql: string;
  readonly pages: string;
}

export interface Context {
  readonly database: DatabaseSync;
  readonly dataDir: string;
  readonly urls: Urls;
  readonly now: () => Date;
  /** Held while refs move and while what follows from it is written. */
  readonly refLock: Lock;
  /** Tells the engine. */
  readonly emit: (event: HostEvent) => void;
  readonly engine: () => ActionsEngine;
}

/** The time as GitHub writes it: UTC, whole seconds. */
export function timestamp(context: Pick<Context, 'now'>): string {
  return toTimestamp(context.now());
}

export function toTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** An opaque global id, as GraphQL's and REST's `node_id`. */
export function nodeId(type: string, id: number | string): string {
  return Buffer.from(`0${type.length}:${type}${id}`).toString('base64');
}

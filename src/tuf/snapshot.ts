/** The snapshot role (specification section 4.4): the versions of all targets roles, at one moment. */
import type { JsonObject } from './json.ts';
import { type MetaFiles, parseMetaFiles } from './meta-file.ts';
import type { SignedCommon } from './signed.ts';

export interface Snapshot extends SignedCommon {
  readonly _type: 'snapshot';
  readonly meta: MetaFiles;
}

export function parseSnapshot(signed: JsonObject): Snapshot {
  parseMetaFiles(signed.meta, 'signed.meta');
  return signed as unknown as Snapshot;
}

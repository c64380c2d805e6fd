/** The timestamp role (specification section 4.6): the version of the newest snapshot. */
import type { JsonObject } from './json.ts';
import { type MetaFiles, parseMetaFiles } from './meta-file.ts';
import { MetadataError } from './shape.ts';
import type { SignedCommon } from './signed.ts';

export interface Timestamp extends SignedCommon {
  readonly _type: 'timestamp';
  readonly meta: MetaFiles;
}

export function parseTimestamp(signed: JsonObject): Timestamp {
  const names = Object.keys(parseMetaFiles(signed.meta, 'signed.meta'));
  if (names.length !== 1 || names[0] !== 'snapshot.json') {
    throw new MetadataError('signed.meta', 'timestamp names snapshot.json and nothing else');
  }
  return signed as unknown as Timestamp;
}

/** What snapshot and timestamp say of another metadata file (specification section 4.4, METAFILES). */
import type { Json, JsonObject } from './json.ts';
import { asHex, asInteger, asObject, eachMember, MetadataError } from './shape.ts';

export interface MetaFile {
  readonly version: number;
  /** Bytes. */
  readonly length?: number;
  readonly hashes?: { readonly [algorithm: string]: string };
  readonly [field: string]: unknown;
}

export type MetaFiles = { readonly [fileName: string]: MetaFile };

export function parseMetaFiles(value: Json | undefined, where: string): JsonObject {
  return eachMember(value, where, (entry, place, name) => {
    if (!name.endsWith('.json')) throw new MetadataError(place, 'expected the name of a .json file');
    const file = asObject(entry, place);
    asInteger(file.version, `${place}.version`, 1);
    if (file.length !== undefined) asInteger(file.length, `${place}.length`, 1);
    if (file.hashes !== undefined)
      eachMember(file.hashes, `${place}.hashes`, (hash, at) => void asHex(hash, at));
  });
}

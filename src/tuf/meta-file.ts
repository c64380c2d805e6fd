/** What snapshot and timestamp say of another metadata file (specification section 4.4, METAFILES). */
import { hashHex } from './crypto/index.ts';
import type { Json, JsonObject } from './json.ts';
import { quoted } from './plain-data.ts';
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
    if (file.hashes === undefined) return;
    const hashes = eachMember(file.hashes, `${place}.hashes`, (hash, at) => void asHex(hash, at));
    if (Object.keys(hashes).length === 0)
      throw new MetadataError(`${place}.hashes`, 'expected at least one hash');
  });
}

/**
 * Why these bytes are not those that an entry describes by its optional length and hashes (sections 5.5.2 and 5.6.2),
 * in words that follow the file; undefined where they are. The version is not looked at.
 */
export function metaFileProblem(entry: MetaFile, bytes: Uint8Array): string | undefined {
  if (entry.length !== undefined && entry.length !== bytes.length) {
    return `has ${bytes.length} bytes, stated ${entry.length}`;
  }
  for (const [algorithm, stated] of Object.entries(entry.hashes ?? {})) {
    if (algorithm !== 'sha256' && algorithm !== 'sha512') {
      return `is stated with a hash by ${quoted(algorithm)}, which clients cannot check`;
    }
    const found = hashHex(algorithm, bytes);
    if (found !== stated) return `has ${algorithm} ${found.slice(0, 12)}…, stated ${stated.slice(0, 12)}…`;
  }
  return undefined;
}

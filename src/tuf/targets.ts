/** A targets role (specification section 4.5): artifacts with their hashes and lengths, and delegations. */
import { type Delegations, parseDelegations } from './delegations.ts';
import type { JsonObject } from './json.ts';
import { asHex, asInteger, asObject, eachMember, MetadataError } from './shape.ts';
import type { SignedCommon } from './signed.ts';

export interface TargetFile {
  /** Bytes. */
  readonly length: number;
  /** Hex digests by algorithm; at least one. */
  readonly hashes: { readonly [algorithm: string]: string };
  readonly custom?: JsonObject;
  readonly [field: string]: unknown;
}

export interface Targets extends SignedCommon {
  readonly _type: 'targets';
  readonly targets: { readonly [path: string]: TargetFile };
  readonly delegations?: Delegations;
}

export function parseTargets(signed: JsonObject): Targets {
  eachMember(signed.targets, 'signed.targets', (value, where) => {
    const file = asObject(value, where);
    asInteger(file.length, `${where}.length`);
    const hashes = eachMember(file.hashes, `${where}.hashes`, (hash, place) => void asHex(hash, place));
    if (Object.keys(hashes).length === 0)
      throw new MetadataError(`${where}.hashes`, 'expected at least one hash');
    if (file.custom !== undefined) asObject(file.custom, `${where}.custom`);
  });
  if (signed.delegations !== undefined) parseDelegations(signed.delegations, 'signed.delegations');
  return signed as unknown as Targets;
}

/**
 * A metadata file (specification section 4.2): the signed part and its signatures. The model is the wire form itself,
 * read-only: what is not known here is kept, and the bytes that signatures cover never depend on a conversion.
 */
import { canonicalize } from './canonical.ts';
import { formatJson, type Json, type JsonObject, parseJson } from './json.ts';
import { maxBytesOf } from './limits.ts';
import { parseRoot, type Root } from './root.ts';
import { asArray, asInteger, asObject, asString, MetadataError } from './shape.ts';
import { parseSnapshot, type Snapshot } from './snapshot.ts';
import { parseTargets, type Targets } from './targets.ts';
import { parseTimestamp, type Timestamp } from './timestamp.ts';

export type Signed = Root | Targets | Snapshot | Timestamp;

export interface Signature {
  readonly keyid: string;
  /** Hex. An empty string stands for a signature that is still to come. */
  readonly sig: string;
  /** With a Sigstore identity the proof: the bundle, which is what is verified. */
  readonly bundle?: JsonObject;
}

/** A signature by itself, whoever made it. */
export type SignatureValue = Omit<Signature, 'keyid'>;

/** What a Sigstore identity signs with: `sig` repeats what the bundle holds. */
export type BundledSignature = Required<SignatureValue>;

/** The entry of a key in `signatures`, from what its signer gave. */
export function signatureEntry(keyid: string, made: string | BundledSignature): Signature {
  return typeof made === 'string' ? { keyid, sig: made } : { keyid, sig: made.sig, bundle: made.bundle };
}

export interface Metadata<T extends Signed = Signed> {
  readonly signatures: readonly Signature[];
  readonly signed: T;
}

const PARSERS: { readonly [type in Signed['_type']]: (signed: JsonObject) => Signed } = {
  root: parseRoot,
  targets: parseTargets,
  snapshot: parseSnapshot,
  timestamp: parseTimestamp,
};

/** The `_type` that the file of this role must have. */
export function typeOfRole(role: string): Signed['_type'] {
  return role === 'root' || role === 'snapshot' || role === 'timestamp' ? role : 'targets';
}

/**
 * Reads the metadata file of a role.
 * @throws {JsonError} when the text is not strict JSON or larger than clients accept.
 * @throws {MetadataError} when its shape is not that of the role.
 */
export function parseMetadata(input: Uint8Array | string, role: 'root'): Metadata<Root>;
export function parseMetadata(input: Uint8Array | string, role: 'snapshot'): Metadata<Snapshot>;
export function parseMetadata(input: Uint8Array | string, role: 'timestamp'): Metadata<Timestamp>;
export function parseMetadata(input: Uint8Array | string, role: 'targets'): Metadata<Targets>;
export function parseMetadata(input: Uint8Array | string, role: string): Metadata;
export function parseMetadata(input: Uint8Array | string, role: string): Metadata {
  return metadataFromJson(parseJson(input, { maxBytes: maxBytesOf(role) }), role);
}

function metadataFromJson(value: Json, role: string): Metadata {
  const object = asObject(value, 'the file');
  asArray(object.signatures, 'signatures', (signature, where) => {
    const entry = asObject(signature, where);
    asString(entry.keyid, `${where}.keyid`);
    asString(entry.sig, `${where}.sig`);
    if (entry.bundle !== undefined) asObject(entry.bundle, `${where}.bundle`);
  });
  const signed = asObject(object.signed, 'signed');
  const type = typeOfRole(role);
  if (asString(signed._type, 'signed._type') !== type) {
    throw new MetadataError(
      'signed._type',
      `expected "${type}" in the file of ${role}, found ${JSON.stringify(signed._type)}`,
    );
  }
  asString(signed.spec_version, 'signed.spec_version');
  asInteger(signed.version, 'signed.version', 1);
  asString(signed.expires, 'signed.expires');
  PARSERS[type](signed);
  return object as unknown as Metadata;
}

/** The bytes that signatures cover. */
export function signedBytes(metadata: Metadata): Uint8Array {
  return canonicalize(metadata.signed);
}

/** The text of the file, in the form in which this repository format stores it. */
export function formatMetadata(metadata: Metadata): string {
  return formatJson(metadata as unknown as Json);
}

/**
 * Hardware attestations of an event's keys: files beside the metadata, `attestations/<fingerprint>.pem`, which no client
 * downloads (decision 12). They are judged by the roots that the main branch gives in `attestations/roots.pem`; what an
 * event says of roots counts for nothing.
 */
import type { GitRepository } from '../git/repository.ts';
import { ATTESTATION_ROOTS, ATTESTATIONS, attestationPath } from '../repository/layout.ts';
import { type AttestationCheck, checkAttestation } from '../signers/attestation.ts';
import { keyOwner } from '../tuf/custom-fields.ts';
import { describeKey, fingerprintOf, type Key } from '../tuf/key.ts';
import type { EventSides, EventStatus } from './event.ts';

/** Bytes of a file; a chain has some 6,000. */
const LARGEST = 65_536;

/** What is known of one attested key. */
export interface AttestedKey {
  readonly owner: string | undefined;
  readonly key: Key;
  /** `no-roots`: the main branch gives none, so that nobody can check it. */
  readonly check: AttestationCheck | 'no-roots';
}

/** The vendors' roots that a commit of the main branch gives, as PEM. */
export async function attestationRoots(repository: GitRepository, main: string): Promise<string | undefined> {
  const file = (await filesOf(repository, main)).get(ATTESTATION_ROOTS);
  return file && textOf(repository, file);
}

/** The keys of an event's thresholds for which there is an attestation, each once. */
export async function attestedKeys(
  repository: GitRepository,
  { head, main }: Pick<EventSides, 'head' | 'main'>,
  { thresholds }: Pick<EventStatus, 'thresholds'>,
  now: Date,
): Promise<readonly AttestedKey[]> {
  const files = await filesOf(repository, head);
  if (files.size === 0) return [];
  const keys = new Map<string, Key>();
  for (const { result } of thresholds)
    for (const { key } of result.keys) if (key) keys.set(fingerprintOf(key), key);
  const roots = await attestationRoots(repository, main);
  const found: AttestedKey[] = [];
  for (const [fingerprint, key] of keys) {
    const file = files.get(attestationPath(fingerprint));
    if (!file) continue;
    const certificates = await textOf(repository, file);
    const check = roots === undefined ? 'no-roots' : checkAttestation({ certificates, roots, key, now });
    found.push({ owner: keyOwner(key), key, check });
  }
  return found;
}

type File = Awaited<ReturnType<GitRepository['listTree']>>[number];

async function filesOf(repository: GitRepository, commit: string): Promise<ReadonlyMap<string, File>> {
  const files = await repository.listTree(commit, [ATTESTATIONS]);
  return new Map(files.map((file) => [file.path, file]));
}

/** A file that is too large, or no file, is read as an empty one. */
async function textOf(repository: GitRepository, { kind, size, oid }: File): Promise<string> {
  if (!['file', 'executable'].includes(kind) || (size ?? 0) > LARGEST) return '';
  return Buffer.from(await repository.readBlob(oid, { maxBytes: LARGEST })).toString('utf8');
}

/** An attestation in words, such as `@alice: P-256 ab12… was made inside a YubiKey (…)`. */
export function attestationLine({ owner, key, check }: AttestedKey): string {
  const whose = `${owner ?? 'a key without owner'}: ${describeKey(key)}`;
  if (check === 'no-roots')
    return `${whose} comes with an attestation that nobody can check: the main branch has no ${ATTESTATION_ROOTS}`;
  if (!check.valid) return `${whose} comes with an attestation that does not count: ${check.reason}`;
  const { firmware, serial, slot, formFactor, pinPolicy, touchPolicy, fips, concerns } = check.facts;
  const facts = [
    `firmware ${firmware}`,
    ...(serial === undefined ? [] : [`serial number ${serial}`]),
    ...(slot === undefined ? [] : [`slot ${slot}`]),
    ...(formFactor === undefined ? [] : [formFactor]),
    ...(fips ? ['FIPS'] : []),
    `PIN ${pinPolicy}`,
    `touch ${touchPolicy}`,
  ];
  return [`${whose} was made inside a YubiKey (${facts.join(', ')})`, ...concerns].join('. ');
}

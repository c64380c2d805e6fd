/**
 * Signing with several keys of one person, as whoever moves to a new token has to: which there are, in which order, and
 * one after the other, so that two tokens can share a socket.
 */
import type { SigningPlan } from '../../event/signing.ts';
import { SignerError } from '../../signers/signer.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { bare, describeKey, fingerprintOf, type Key, samePublicKey } from '../../tuf/key.ts';
import type { BundledSignature } from '../../tuf/metadata.ts';
import type { KeyRing } from '../keys/ring.ts';
import { warn } from '../output.ts';
import { canAsk, confirm } from '../prompt.ts';

/** A key that a plan needs. */
export interface HeldKey {
  readonly uri: string;
  /** As the repository has it, extra fields included. */
  readonly key: Key;
  /** What it signs. */
  readonly roles: readonly string[];
}

/** The keys of a plan: those that are open already first, then the newest first. */
export async function keysInOrder(plan: SigningPlan, ring: KeyRing): Promise<readonly HeldKey[]> {
  const held = new Map<string, HeldKey>();
  const wanted = [
    ...(plan.acceptsWith ? [{ key: plan.acceptsWith, role: undefined }] : []),
    ...plan.toSign.map(({ key, role }) => ({ key, role })),
  ];
  for (const { key, role } of wanted) {
    const uri = await ring.holderOf(key);
    if (uri === undefined) continue;
    const roles = new Set([...(held.get(uri)?.roles ?? []), ...(role === undefined ? [] : [role])]);
    held.set(uri, { uri, key, roles: [...roles] });
  }
  const order = [...(await ring.uris())].reverse();
  return [...held.values()].sort(
    (a, b) =>
      Number(ring.isOpen(b.uri)) - Number(ring.isOpen(a.uri)) || order.indexOf(a.uri) - order.indexOf(b.uri),
  );
}

export interface Signed {
  /** By the sha256 of what is signed, then by the key's fingerprint. */
  readonly signatures: ReadonlyMap<string, ReadonlyMap<string, string | BundledSignature>>;
  /** The keyids that could not sign. */
  readonly failed: ReadonlySet<string>;
}

/**
 * Makes all signatures of a plan. Where a key cannot sign, a person is asked to mend it; without a person, or when they
 * give up, the others sign.
 * @throws {SignerError} where none can
 */
export async function signWithAll(
  plan: SigningPlan,
  held: readonly HeldKey[],
  ring: KeyRing,
  say: (line: string) => void,
): Promise<Signed> {
  const signatures = new Map<string, Map<string, string | BundledSignature>>();
  const failed = new Set<string>();
  let first: SignerError | undefined;
  for (const [index, one] of held.entries()) {
    const tasks = plan.toSign.filter(({ key }) => samePublicKey(key, one.key));
    if (tasks.length === 0) continue;
    if (held.length > 1) say(`Signing with key ${index + 1} of ${held.length}: ${one.uri}`);
    const problem = await withHelp(held.length > 1, async () => {
      for (const { bytes } of tasks) {
        const digest = hashHex('sha256', bytes);
        const made = signatures.get(digest) ?? new Map<string, string | BundledSignature>();
        made.set(fingerprintOf(one.key), await signOnce(one, bytes, ring));
        signatures.set(digest, made);
      }
      await ring.remember(one.uri);
    });
    if (problem === undefined) continue;
    // A key that cannot sign does not become part of a role.
    if (plan.acceptsWith && samePublicKey(one.key, plan.acceptsWith)) throw problem;
    first ??= problem;
    for (const { keyid } of tasks) failed.add(keyid);
  }
  if (first && signatures.size === 0 && plan.accepts.length === 0) throw first;
  if (first) warn(`Not everything was signed: ${first.message}`);
  return { signatures, failed };
}

async function signOnce(one: HeldKey, bytes: Uint8Array, ring: KeyRing): Promise<string | BundledSignature> {
  const signer = await ring.open(one.uri);
  if (samePublicKey(signer.key, one.key)) return signer.sign(bytes);
  throw new SignerError(
    'key-missing',
    `At ${one.uri} there is ${describeKey(signer.key)}, not ${describeKey(bare(one.key))}, which this waits for. Name the right key with --key; \`playground key list\` shows which are here.`,
  );
}

/** Does the work; where a signer fails, as often as a person wants. @returns why it was left */
async function withHelp(ask: boolean, work: () => Promise<void>): Promise<SignerError | undefined> {
  for (;;) {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (!(error instanceof SignerError)) throw error;
      if (!ask || !canAsk()) return error;
      warn(error.message);
      if (!(await confirm('Try this key again? (No: the other keys sign without it.)'))) return error;
    }
  }
}

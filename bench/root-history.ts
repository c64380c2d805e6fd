/**
 * Sigstore's production root history, followed as a client follows it: each file is parsed, brought into canonical
 * form, and all its signatures checked under the keys of the root before it and under its own. `@tufjs/models`, which
 * npm verifies with, does the same on the same files.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { canonicalize as tufjsCanonicalize } from '@tufjs/canonical-json';
import { type Key, MetadataKind, Metadata as TufjsMetadata, type Root as TufjsRoot } from '@tufjs/models';
import { classifyKey } from '../src/tuf/key.ts';
import { type Metadata, parseMetadata, signedBytes } from '../src/tuf/metadata.ts';
import type { Root } from '../src/tuf/root.ts';
import { SignatureChecks, verifyRootSuccession, verifyThreshold } from '../src/tuf/threshold.ts';
import { BenchError, type Benchmark, compare, inTurns, sameWork, type Work } from './measure.ts';

const HISTORY = new URL('../../shared/data/sigstore-root-signing/metadata/root_history/', import.meta.url);

const REPETITIONS = 40;
/** Times as fast as `@tufjs/models`. */
const AIM = 3;

type Files = readonly Buffer[];

/** The benchmark, or in words why it cannot run. */
export async function rootHistory(repetitions = REPETITIONS): Promise<Benchmark | string> {
  if (!existsSync(HISTORY)) return "Sigstore's root history (../shared/data) is not there";
  const files = readdirSync(HISTORY).map((_, index) =>
    readFileSync(new URL(`${index + 1}.root.json`, HISTORY)),
  );
  checkThatKeysAreForgotten(files);
  const work = sameWork(await ourWork(files), tufjsWork(files));
  const checks = await signatureChecks(files);
  if (checks.length !== work.ours.signatures)
    throw new BenchError('Not all signatures are among the checks.');
  const medians = await inTurns(
    { repetitions, warmUp: Math.min(repetitions, 5) },
    {
      ours: () => timed(() => followChain(files)),
      forgetful: () => followChainForgettingKeys(files),
      tufjs: () => timed(() => followTufjsChain(files)),
      ourForm: () => timed(() => canonicalForms(files)),
      tufjsForm: () => timed(() => tufjsCanonicalForms(files)),
      checks: () => timed(() => makeChecks(checks)),
    },
  );
  const rest = { unit: 'milliseconds', ratioOf: 'other/ours', repetitions } as const;
  return {
    name: 'root-history',
    title: `Sigstore's ${files.length} root versions: parse, canonical form, all ${work.ours.signatures} signature checks`,
    against: '@tufjs/models',
    notes: [
      'Cached on our side: imported public keys, by their content. Signature checks and canonical forms are not kept from',
      'one root to the next; a signature by a key of both the old root and the new one is checked once for both, where',
      '`@tufjs/models` checks it twice and imports a key each time; "importing keys anew" empties our cache, off the clock, before each threshold.',
      'Both sides check with node:crypto: the last line is what the whole chain would reach if all else took no time.',
    ],
    work,
    comparisons: [
      compare('the whole chain', [medians.ours, medians.tufjs], { ...rest, aim: AIM }),
      compare('the whole chain, importing keys anew', [medians.forgetful, medians.tufjs], rest),
      compare('parse and canonical form only', [medians.ourForm, medians.tufjsForm], rest),
      compare('nothing but the checks, by node:crypto', [medians.checks, medians.tufjs], rest),
    ],
  };
}

async function timed(work: () => void | Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function refuse(version: number): never {
  throw new BenchError(`Root version ${version} does not verify.`);
}

async function followChain(files: Files): Promise<void> {
  let previous: Metadata<Root> | undefined;
  for (const file of files) {
    const next = parseMetadata(file, 'root');
    if (!(await verifyRootSuccession(previous, next)).ok) refuse(next.signed.version);
    previous = next;
  }
}

/** The same checks one by one, the cache of keys being emptied before each while the clock stands still. */
async function followChainForgettingKeys(files: Files): Promise<number> {
  let time = 0;
  let previous: Metadata<Root> | undefined;
  for (const file of files) {
    const start = performance.now();
    const next = parseMetadata(file, 'root');
    const message = signedBytes(next);
    time += performance.now() - start;
    for (const { signed } of previous ? [previous, next] : [next]) {
      forgetKeys();
      time += await timed(async () => {
        if (!(await verifyThreshold(next, signed.roles.root, signed.keys, new SignatureChecks(message))).met)
          refuse(next.signed.version);
      });
    }
    previous = next;
  }
  return time;
}

/** The cache of imported keys holds a thousand of them, so that a thousand others leave nothing of what was there. */
function forgetKeys(): void {
  for (let number = 0; number <= 1000; number++) {
    classifyKey({ keytype: 'none', scheme: String(number), keyval: {} });
  }
}

function checkThatKeysAreForgotten(files: Files): void {
  const [key] = files.slice(0, 1).flatMap((file) => Object.values(parseMetadata(file, 'root').signed.keys));
  if (!key) throw new BenchError('The first root has no keys.');
  const before = classifyKey(key);
  forgetKeys();
  if (classifyKey(key) === before) throw new BenchError('Keys are still cached; empty the cache otherwise.');
}

function parseTufjs(file: Buffer): TufjsMetadata<TufjsRoot> {
  return TufjsMetadata.fromJSON(MetadataKind.Root, JSON.parse(file.toString('utf8')));
}

/** `verifyDelegate` throws where the threshold is not met. */
function followTufjsChain(files: Files): void {
  let previous: TufjsMetadata<TufjsRoot> | undefined;
  for (const file of files) {
    const next = parseTufjs(file);
    previous?.verifyDelegate('root', next);
    next.verifyDelegate('root', next);
    if (previous && next.signed.version !== previous.signed.version + 1) refuse(next.signed.version);
    previous = next;
  }
}

function canonicalForms(files: Files): void {
  for (const file of files) signedBytes(parseMetadata(file, 'root'));
}

function tufjsCanonicalForms(files: Files): void {
  for (const file of files) Buffer.from(tufjsCanonicalize(parseTufjs(file).signed.toJSON()));
}

interface Check {
  readonly key: KeyObject;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The checks that the chain makes, with everything ready for them. All keys of this history are P-256. */
async function signatureChecks(files: Files): Promise<readonly Check[]> {
  const checks: Check[] = [];
  let previous: Metadata<Root> | undefined;
  for (const file of files) {
    const next = parseMetadata(file, 'root');
    const signatures = new Map(next.signatures.map(({ keyid, sig }) => [keyid, sig]));
    const message = signedBytes(next);
    const { old, new: own } = await verifyRootSuccession(previous, next);
    for (const { keyid, key, status } of [...(old?.keys ?? []), ...own.keys]) {
      const support = key && classifyKey(key);
      if (status !== 'signed' || support?.status !== 'supported' || !support.publicKey) continue;
      const spki = Buffer.from(support.publicKey.spki);
      checks.push({
        key: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
        message,
        signature: Buffer.from(signatures.get(keyid) ?? '', 'hex'),
      });
    }
    previous = next;
  }
  return checks;
}

function makeChecks(checks: readonly Check[]): void {
  for (const { key, message, signature } of checks) {
    if (!verify('sha256', message, key, signature)) throw new BenchError('A signature does not verify.');
  }
}

/** Counts what the timed functions only do: valid signatures under old and new keys, and the bytes they cover. */
async function ourWork(files: Files): Promise<Work> {
  const forms = createHash('sha256');
  let signatures = 0;
  let previous: Metadata<Root> | undefined;
  for (const file of files) {
    const next = parseMetadata(file, 'root');
    forms.update(signedBytes(next));
    const { old, new: own } = await verifyRootSuccession(previous, next);
    const keys = [...(old?.keys ?? []), ...own.keys];
    signatures += keys.filter(({ status }) => status === 'signed').length;
    previous = next;
  }
  return { files: files.length, signatures, canonicalForms: forms.digest('hex') };
}

function tufjsWork(files: Files): Work {
  const forms = createHash('sha256');
  let signatures = 0;
  let previous: TufjsMetadata<TufjsRoot> | undefined;
  for (const file of files) {
    const next = parseTufjs(file);
    forms.update(tufjsCanonicalize(next.signed.toJSON()));
    for (const { signed } of previous ? [previous, next] : [next]) {
      const keys = signed.roles.root?.keyIDs.map((keyid) => signed.keys[keyid]) ?? [];
      signatures += keys.filter((key) => key && accepts(key, next)).length;
    }
    previous = next;
  }
  return { files: files.length, signatures, canonicalForms: forms.digest('hex') };
}

function accepts(key: Key, metadata: TufjsMetadata<TufjsRoot>): boolean {
  try {
    key.verifySignature(metadata);
    return true;
  } catch {
    return false;
  }
}

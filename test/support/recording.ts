/** Contributions to an event on the repository of signed-repository.ts: made, recorded, and held against the rules. */
import { createHash, generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto';
import { expect } from 'vitest';
import { setSigners } from '../../src/event/changes.ts';
import {
  type AcceptContribution,
  acceptanceMessage,
  type Contribution,
  type SignContribution,
} from '../../src/event/comment-block.ts';
import { type EventSides, type EventStatus, evaluateEvent } from '../../src/event/event.ts';
import { type Judgement, type Posted, recordContributions } from '../../src/event/recording.ts';
import { judgesOf } from '../../src/repository/delegators.ts';
import { Editor } from '../../src/repository/edit.ts';
import { INVITATION_FILE, placeOf } from '../../src/repository/layout.ts';
import type { Signer } from '../../src/signers/signer.ts';
import { keyOwner } from '../../src/tuf/custom-fields.ts';
import { type Key, keyFromSpki } from '../../src/tuf/key.ts';
import { type Metadata, signedBytes } from '../../src/tuf/metadata.ts';
import type { Root } from '../../src/tuf/root.ts';
import { own } from '../../src/tuf/shape.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { type Files, memoryState, withFiles } from './memory-tree.ts';
import { memorySigner, NOW, readRole, signedRepository } from './signed-repository.ts';

const REPOSITORY = 'Octo/tuf';
const EVENT = 'change';
export const LATER = new Date(NOW.getTime() + 3 * 3600_000);

/** The files of main, from which every event here starts. */
export const main = await signedRepository();

export async function sidesOf(event: Files): Promise<EventSides> {
  const paths = [...new Set([...main.keys(), ...event.keys()])];
  return {
    name: EVENT,
    main: 'a'.repeat(40),
    base: 'a'.repeat(40),
    head: 'b'.repeat(40),
    knownGood: await memoryState(main),
    proposed: await memoryState(event),
    changedPaths: paths.filter((path) => main.get(path) !== event.get(path)),
    movedPaths: [],
  };
}

interface Outcome {
  readonly judgements: readonly Judgement[];
  readonly files: Files;
  /** How the event stands with what was recorded. */
  readonly status: EventStatus;
}

/** Records contributions on an event, and holds what changed against the second invariant of the architecture. */
export async function record(event: Files, posted: readonly Posted[], now = LATER): Promise<Outcome> {
  const options = { repository: REPOSITORY, now };
  const sides = await sidesOf(event);
  const recording = await recordContributions(sides, await evaluateEvent(sides, now), posted, options);
  const files = withFiles(event, Object.fromEntries(recording.files));
  const counted = posted.filter((_, index) => recording.judgements[index]?.outcome === 'recorded');
  expect(recording.files.size > 0).toBe(counted.length > 0);
  expectOnlyWhatIsAllowed(
    event,
    files,
    counted.map(({ contribution }) => contribution),
  );

  // A second run finds everything there.
  const after = await sidesOf(files);
  const status = await evaluateEvent(after, now);
  const again = await recordContributions(after, status, counted, options);
  expect(again.files.size).toBe(0);
  expect(again.judgements.map(({ outcome }) => outcome)).toEqual(counted.map(() => 'known'));
  return { judgements: recording.judgements, files, status };
}

/**
 * A signature changes only `signatures` and for root its copy in the history; an acceptance only the key and keyids it
 * states, version, expiry, cleared signatures, and the invitation.
 */
function expectOnlyWhatIsAllowed(before: Files, after: Files, counted: readonly Contribution[]): void {
  const accepted = counted.filter(({ type }) => type === 'accept');
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) continue;
    if (path === INVITATION_FILE) {
      expect(accepted).not.toEqual([]);
      continue;
    }
    const place = placeOf(path);
    expect(place.kind).toMatch(/^role|root-history$/);
    const role = place.kind === 'role' ? place.role : 'root';
    if (place.kind === 'root-history') expect(now).toBe(after.get('metadata/root.json'));
    if (old === undefined) continue;
    const [was, is] = [readRole(before, path), readRole(after, path)];
    if (accepted.length === 0) {
      expect(counted.map((one) => one.role)).toContain(role);
      expect(is).toEqual({ ...was, signatures: is.signatures });
    } else {
      expect(withoutKeys(is)).toEqual(withoutKeys(was));
    }
  }
}

/** The signed part of a file without what an acceptance may change. */
function withoutKeys({ signed }: Metadata): unknown {
  const drop = new Set(['keys', 'keyids', 'version', 'expires']);
  return JSON.parse(JSON.stringify(signed, (name, value) => (drop.has(name) ? undefined : value)));
}

/** The event that one edit begins. */
export async function begun(change: (editor: Editor) => unknown): Promise<Files> {
  const state = await memoryState(main);
  const editor = new Editor(state, state, NOW);
  await change(editor);
  return withFiles(main, Object.fromEntries(editor.files));
}

export const noteTeam = (editor: Editor) =>
  editor.edit<Targets>('team', (signed) => ({ ...signed, 'x-note': 'new' }));
export const noteRoot = (editor: Editor) =>
  editor.edit<Root>('root', (signed) => ({ ...signed, 'x-note': 'new' }));
export const self = { login: '@alice', publicKey: async () => memorySigner('@alice').key };
export const signersOf = (role: string, logins: readonly string[], threshold: number) => (editor: Editor) =>
  setSigners(editor, new Map(), role, { logins, threshold }, self);

/** The keyid under which a login's key stands for a role. */
export async function keyidOf(files: Files, role: string, login: string): Promise<string> {
  for (const { role: entry, keys } of judgesOf(await memoryState(files), role)) {
    const found = entry.keyids.find((keyid) => keyOwner(own(keys, keyid) ?? {}) === login);
    if (found !== undefined) return found;
  }
  throw new Error(`${login} has no key in ${role}`);
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A signature contribution to what the event proposes, with some members other than they should be. */
export async function signing(
  files: Files,
  role: string,
  login: string,
  other: Partial<SignContribution> = {},
  signer: Signer = memorySigner(login),
): Promise<Posted> {
  const metadata = readRole(files, `metadata/${role}.json`);
  const bytes = signedBytes(metadata);
  const contribution: SignContribution = {
    type: 'sign',
    role,
    version: metadata.signed.version,
    sha256: sha256(bytes),
    keyid: other.keyid ?? (await keyidOf(files, role, login)),
    sig: hexOf(await signer.sign(bytes)),
    ...other,
  };
  return { contribution, by: login };
}

/** An acceptance; `states` is what the block says, `proves` what its proof covers where that is something else. */
export async function accepting(
  login: string,
  role: string,
  {
    signer = memorySigner(login),
    by = login,
    states = {},
    proves = {},
  }: {
    signer?: Pick<Signer, 'key' | 'sign'>;
    by?: string;
    states?: Partial<AcceptContribution>;
    proves?: Partial<AcceptContribution>;
  } = {},
): Promise<Posted> {
  const said = { repository: REPOSITORY, event: EVENT, login, role, key: signer.key, ...states };
  const proof = hexOf(await signer.sign(acceptanceMessage({ ...said, ...proves })));
  return { contribution: { type: 'accept', ...said, proof, ...states }, by };
}

/** A signer with a new ECDSA key, each of whose signatures is another. */
export function ecdsaSigner(namedCurve = 'P-256'): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return signerOf(privateKey, ecdsaKey(publicKey, namedCurve));
}

function ecdsaKey(publicKey: KeyObject, curve: string): Key {
  if (curve === 'P-256') return keyFromSpki(publicKey.export({ type: 'spki', format: 'der' }));
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp384', keyval: { public: pem } };
}

export function signerOf(privateKey: KeyObject, key: Key): Signer {
  return {
    uri: 'test:',
    key,
    sign: async (message) => signWith('sha256', message, privateKey).toString('hex'),
  };
}

export const refused = (reason: RegExp, next: RegExp = /./) => ({
  outcome: 'refused',
  reason: expect.stringMatching(reason),
  next: expect.stringMatching(next),
});
export const recordedFor = (owner: string) => ({ outcome: 'recorded', owner });
export const knownOf = (owner: string) => ({ outcome: 'known', owner });

/** Who has signed a role's file validly, and what else stands among its signatures. */
export function signedBy({ thresholds }: EventStatus, role: string): readonly string[] {
  const owners = thresholds
    .filter((threshold) => threshold.role === role)
    .flatMap(({ result }) => result.keys)
    .filter(({ status }) => status === 'signed')
    .map(({ key }) => (key && keyOwner(key)) ?? '?');
  return [...new Set(owners)].sort();
}

/** Signatures of keys in memory have no bundle. */
export function hexOf(made: Awaited<ReturnType<Signer['sign']>>): string {
  return typeof made === 'string' ? made : made.sig;
}

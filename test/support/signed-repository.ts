/**
 * A small repository, validly signed, held in memory: root in its third version (two of three signers), targets, one
 * delegated role, two artifacts, and the online roles. Its keys are made from names, so every run is the same.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { addDelegation, initRepository } from '../../src/event/changes.ts';
import { acceptInvitations, addSigner } from '../../src/event/contribution.ts';
import { invitedRoles } from '../../src/event/invitations.ts';
import { updateArtifacts } from '../../src/repository/artifacts.ts';
import { delegatorsOf } from '../../src/repository/delegators.ts';
import { Editor, filesOf } from '../../src/repository/edit.ts';
import { rolePath, rootHistoryPath } from '../../src/repository/layout.ts';
import { signOnline } from '../../src/repository/online.ts';
import { onlineOf } from '../../src/repository/online-state.ts';
import { EMPTY_STATE } from '../../src/repository/state.ts';
import { type ValidateOptions, type Validation, validate } from '../../src/repository/validate.ts';
import type { Signer } from '../../src/signers/signer.ts';
import { keyFromSpki } from '../../src/tuf/key.ts';
import {
  formatMetadata,
  type Metadata,
  parseMetadata,
  type Signed,
  signatureEntry,
  signedBytes,
} from '../../src/tuf/metadata.ts';
import type { Root } from '../../src/tuf/root.ts';
import { own } from '../../src/tuf/shape.ts';
import type { Snapshot } from '../../src/tuf/snapshot.ts';
import type { Timestamp } from '../../src/tuf/timestamp.ts';
import { type Files, memoryState, withFiles } from './memory-tree.ts';

/** The moment at which the repository was made and at which tests judge it. */
export const NOW = new Date('2030-01-01T00:00:00Z');

const PERIODS = { expiry: 365, signing: 60 };
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKeys = new Map<string, KeyObject>();

/** A signer with an Ed25519 key of its own, the same for the same name. */
export function memorySigner(name: string): Signer {
  const der = Buffer.concat([ED25519_PKCS8, hash('sha256', `key of ${name}`, 'buffer')]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const key = keyFromSpki(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  privateKeys.set(key.keyval.public ?? '', privateKey);
  return {
    uri: `memory:${name}`,
    key,
    sign: async (message) => sign(null, message, privateKey).toString('hex'),
  };
}

export const ONLINE = memorySigner('online');

/** Snapshot and timestamp are signed by that one key. */
const ONLINE_ROLE = { keys: [{ uri: ONLINE.uri, key: ONLINE.key }], threshold: 1 };
export const ONLINE_SIGNERS = { snapshot: ONLINE_ROLE, timestamp: ONLINE_ROLE };

/** The offline files of the repository. */
export async function signedRepository(): Promise<Files> {
  const editor = new Editor(EMPTY_STATE, EMPTY_STATE, NOW);
  const wanted = {
    root: { logins: ['@alice', '@bob', '@carol'], threshold: 2 },
    targets: { logins: ['@alice', '@bob'], threshold: 1 },
    periods: PERIODS,
    online: ONLINE_SIGNERS,
  };
  const self = { login: '@alice', publicKey: async () => memorySigner('@alice').key };
  let invitations = await initRepository(editor, wanted, self);
  for (const login of ['@bob', '@carol']) {
    const roles = invitedRoles(invitations, login);
    invitations = acceptInvitations(editor, invitations, login, roles, memorySigner(login).key);
  }
  addDelegation(editor, 'team', ['team/*'], PERIODS);
  for (const login of ['@dave', '@erin']) addSigner(editor, 'team', login, memorySigner(login).key);

  let files = withFiles(withFiles(new Map(), Object.fromEntries(editor.files)), {
    'targets/a.txt': 'artifact a',
    'targets/team/tool.txt': 'a tool',
  });
  const filling = new Editor(await memoryState(files), EMPTY_STATE, NOW);
  await updateArtifacts(filling);
  files = withFiles(files, Object.fromEntries(filling.files));
  for (const role of ['root', 'targets', 'team']) files = await rewrite(files, role, (signed) => signed, 0);
  for (const note of ['second', 'third']) {
    files = await rewrite<Root>(files, 'root', (root) => ({ ...root, 'x-note': note }));
  }
  return files;
}

/**
 * The files with the signed part of a role changed as wanted and signed by every key that is to sign it. The version
 * goes up by `step` before `change` sees it; nothing else is put right.
 */
export async function rewrite<T extends Signed>(
  files: Files,
  role: string,
  change: (signed: T) => T,
  step = 1,
): Promise<Files> {
  const before = readRole<T>(files, rolePath(role));
  const signed = change({ ...before.signed, version: before.signed.version + step });
  const unsigned: Metadata = { ...before, signed, signatures: [] };
  const draft = withFiles(files, Object.fromEntries(filesOf(role, unsigned)));
  const metadata = { ...unsigned, signatures: await signaturesFor(draft, role, unsigned) };
  return withFiles(files, Object.fromEntries(filesOf(role, metadata)));
}

async function signaturesFor(
  draft: Files,
  role: string,
  unsigned: Metadata,
): Promise<Metadata['signatures']> {
  const books = delegatorsOf(await memoryState(draft), role).map(({ role: entry, keys }) => ({
    entry,
    keys,
  }));
  const previous = rootHistoryPath(unsigned.signed.version - 1);
  if (role === 'root' && draft.has(previous)) {
    const { signed } = readRole<Root>(draft, previous);
    books.push({ entry: signed.roles.root, keys: signed.keys });
  }
  const signatures = new Map<string, string>();
  for (const { entry, keys } of books) {
    for (const keyid of entry.keyids) {
      const privateKey = privateKeys.get(own(keys, keyid)?.keyval.public ?? '');
      if (privateKey) signatures.set(keyid, sign(null, signedBytes(unsigned), privateKey).toString('hex'));
    }
  }
  return [...signatures].map(([keyid, sig]) => ({ keyid, sig }));
}

/** A metadata file of these files. */
export function readRole<T extends Signed>(files: Files, path: string): Metadata<T> {
  const text = files.get(path);
  if (typeof text !== 'string') throw new Error(`${path} is not there as text`);
  const role = /([^/]+)\.json$/.exec(path)?.[1] ?? '';
  return parseMetadata(text, /^\d+\.root$/.test(role) ? 'root' : role) as Metadata<T>;
}

/** The files with a role's metadata changed as a whole, signatures included; for root its copy in the history too. */
export function alter<T extends Signed>(
  files: Files,
  role: string,
  change: (metadata: Metadata<T>) => Metadata<T>,
): Files {
  return withFiles(files, Object.fromEntries(filesOf(role, change(readRole<T>(files, rolePath(role))))));
}

/** Snapshot and timestamp that belong to these files and follow those before them. */
export async function onlineFiles(files: Files, before?: Files): Promise<Files> {
  const { snapshot, timestamp } = await signOnline({
    offline: await memoryState(files),
    before: before && onlineOf(await memoryState(before)),
    now: NOW,
    openSigner: async () => ONLINE,
  });
  return new Map([
    [rolePath('snapshot'), formatMetadata(snapshot)],
    [rolePath('timestamp'), formatMetadata(timestamp)],
  ]);
}

/** The online files with one role's signed part changed as wanted and signed anew. */
export async function resignOnline<T extends Snapshot | Timestamp>(
  online: Files,
  role: T['_type'],
  change: (signed: T) => T,
): Promise<Files> {
  const { signatures, signed: before } = readRole<T>(online, rolePath(role));
  const signed = change(before);
  const made = await ONLINE.sign(signedBytes({ signatures: [], signed }));
  const renewed = { signatures: signatures.map(({ keyid }) => signatureEntry(keyid, made)), signed };
  return withFiles(online, { [rolePath(role)]: formatMetadata(renewed) });
}

/** The files with some artifacts changed (null removes one), listed anew in their roles, which are signed. */
export async function withArtifacts(
  files: Files,
  changes: Readonly<Record<string, string | null>>,
): Promise<Files> {
  const changed = withFiles(files, changes);
  const editor = new Editor(await memoryState(changed), await memoryState(files), NOW);
  const roles = await updateArtifacts(editor);
  let signed = withFiles(changed, Object.fromEntries(editor.files));
  for (const role of roles) signed = await rewrite(signed, role, (same) => same, 0);
  return signed;
}

export interface Judged {
  readonly offline: Files;
  readonly online?: Files | undefined;
}

/** What the validator says of these files, seen from those. */
export async function judge(
  proposed: Judged,
  knownGood: Judged | undefined,
  options: ValidateOptions & { readonly now?: Date } = {},
): Promise<Validation> {
  const read = async ({ offline, online }: Judged) => ({
    offline: await memoryState(offline),
    ...(online ? { online: onlineOf(await memoryState(online)) } : {}),
  });
  const known = knownGood && (await read(knownGood));
  return validate(await read(proposed), known, options.now ?? NOW, options);
}

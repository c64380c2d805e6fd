/** Signatures of online keys in events: when a machine signs, what it signs, and what it leaves to people. */
import { beforeAll, describe, expect, it } from 'vitest';
import { setOnlineKeys, setSigners } from '../../src/event/changes.ts';
import { type EventSides, type EventStatus, evaluateEvent } from '../../src/event/event.ts';
import { formatInvitations } from '../../src/event/invitations.ts';
import { onlineRoles, signEventOnline } from '../../src/event/online-signing.ts';
import { markdownReport } from '../../src/event/report.ts';
import { Editor } from '../../src/repository/edit.ts';
import { INVITATION_FILE } from '../../src/repository/layout.ts';
import { SignerError } from '../../src/signers/signer.ts';
import { signedBytes } from '../../src/tuf/metadata.ts';
import type { Root } from '../../src/tuf/root.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { type Files, memoryState, withFiles } from '../support/memory-tree.ts';
import {
  alter,
  memorySigner,
  NOW,
  readRole,
  rewrite,
  signedRepository,
  withArtifacts,
} from '../support/signed-repository.ts';

const machine = (name: string) => ({ uri: `memory:${name}`, key: memorySigner(name).key });
const self = { login: '@alice', publicKey: async () => memorySigner('@alice').key };

let plainFiles: Files;
beforeAll(async () => {
  plainFiles = await signedRepository();
});

/** The repository in which `team` is signed by these, all of it signed. */
async function withTeam(people: readonly string[], machines: readonly string[], threshold: number) {
  const state = await memoryState(plainFiles);
  const editor = new Editor(state, state, NOW);
  setOnlineKeys(editor, 'team', machines.map(machine), 1);
  await setSigners(editor, new Map(), 'team', { logins: people, threshold }, self);
  let files = withFiles(plainFiles, Object.fromEntries(editor.files));
  for (const role of ['targets', 'team']) files = await rewrite(files, role, (same) => same, 0);
  return files;
}

async function look(event: Files, main: Files): Promise<{ sides: EventSides; status: EventStatus }> {
  const paths = [...new Set([...main.keys(), ...event.keys()])];
  const sides = {
    name: 'change',
    main: 'a'.repeat(40),
    base: 'a'.repeat(40),
    head: 'b'.repeat(40),
    knownGood: await memoryState(main),
    proposed: await memoryState(event),
    changedPaths: paths.filter((path) => main.get(path) !== event.get(path)),
    movedPaths: [],
  };
  return { sides, status: await evaluateEvent(sides, NOW) };
}

/** The next version of `team`, signed by these people and by nobody else. */
async function nextTeam(main: Files, ...people: readonly string[]): Promise<Files> {
  const changed = await withArtifacts(main, { 'targets/team/tool.txt': 'a better tool' });
  return only(changed, 'team', people);
}

/** The files with only these people's signatures in a role; the others are awaited. */
async function only(files: Files, role: string, people: readonly string[]): Promise<Files> {
  const made = new Map<string, string>();
  const { signed } = readRole<Targets>(files, `metadata/${role}.json`);
  const message = signedBytes({ signatures: [], signed });
  for (const name of people) {
    const sig = await memorySigner(name).sign(message);
    made.set(memorySigner(name).key.keyval.public ?? '', typeof sig === 'string' ? sig : sig.sig);
  }
  const { delegations } = readRole<Targets>(files, 'metadata/targets.json').signed;
  const keys = { ...delegations?.keys, ...readRole<Root>(files, 'metadata/root.json').signed.keys };
  return alter(files, role, (metadata) => ({
    ...metadata,
    signatures: metadata.signatures.map(({ keyid }) => ({
      keyid,
      sig: made.get(keys[keyid]?.keyval.public ?? '') ?? '',
    })),
  }));
}

const openSigner = async (uri: string) => memorySigner(uri.replace('memory:', ''));

/** The event after the machine's turn. */
async function signedOnline(event: Files, main: Files, open = openSigner) {
  const { sides, status } = await look(event, main);
  const made = await signEventOnline(sides, status, open);
  const files = withFiles(event, Object.fromEntries(made.files));
  return { ...made, after: (await look(files, main)).status };
}

describe('a role that a machine signs alone', () => {
  it('is signed as soon as the event is valid, and the event is ready', async () => {
    const main = await withTeam([], ['robot'], 1);
    const event = await nextTeam(main);
    const { sides, status } = await look(event, main);
    expect(status.state).toBe('waiting');
    expect(onlineRoles(sides, status)).toEqual(['team']);
    expect(markdownReport(status, { online: ['team'] })).toMatch(
      /A workflow .* signs team with the online key/,
    );
    const { roles, after } = await signedOnline(event, main);
    expect(roles).toEqual(['team']);
    expect(after.state).toBe('ready');
  });

  it('is left alone once it is signed, and where nothing changes', async () => {
    const main = await withTeam([], ['robot'], 1);
    expect((await signedOnline(main, main)).roles).toEqual([]);
    const { files } = await signedOnline(await nextTeam(main), main);
    const signed = withFiles(await nextTeam(main), Object.fromEntries(files));
    expect((await signedOnline(signed, main)).roles).toEqual([]);
  });

  it('is not signed in an event that is not valid, and the error says why', async () => {
    const main = await withTeam([], ['robot'], 1);
    const event = withFiles(await nextTeam(main), { 'targets/team/other.txt': 'listed by nobody' });
    const { sides, status } = await look(event, main);
    expect(onlineRoles(sides, status)).toEqual([]);
    await expect(signEventOnline(sides, status, openSigner)).rejects.toMatchObject({
      code: 'invalid',
      findings: [expect.objectContaining({ code: 'artifact-unlisted' })],
    });
  });

  it('is signed again where a signature of the machine does not count, since nobody else can mend it', async () => {
    const main = await withTeam([], ['robot'], 1);
    const event = alter(await nextTeam(main), 'team', (metadata) => ({
      ...metadata,
      signatures: metadata.signatures.map((entry) => ({ ...entry, sig: '00'.repeat(64) })),
    }));
    expect((await look(event, main)).status.state).toBe('invalid');
    expect((await signedOnline(event, main)).after.state).toBe('ready');
  });

  it('is not signed while an open invitation will change it', async () => {
    const main = await withTeam([], ['robot'], 1);
    const event = withFiles(await nextTeam(main), {
      [INVITATION_FILE]: formatInvitations(new Map([['@dave', ['team']]])),
    });
    const { sides, status } = await look(event, main);
    expect(status.invitations.size).toBe(1);
    expect(onlineRoles(sides, status)).toEqual([]);
  });
});

describe('an online key that an event proposes', () => {
  /** Targets gives `team` another online key, and alice, bob or nobody has signed that. */
  async function proposed(...people: readonly string[]) {
    const main = await withTeam([], ['robot'], 1);
    const state = await memoryState(main);
    const editor = new Editor(state, state, NOW);
    setOnlineKeys(editor, 'team', [machine('thief')], 1);
    return { main, event: await only(withFiles(main, Object.fromEntries(editor.files)), 'targets', people) };
  }

  it('is not even opened before its delegator is signed', async () => {
    const { main, event } = await proposed();
    const opened: string[] = [];
    const open = async (uri: string) => {
      opened.push(uri);
      return openSigner(uri);
    };
    expect((await signedOnline(event, main, open)).roles).toEqual([]);
    expect(opened).toEqual([]);
  });

  it('signs when enough people have signed its delegator', async () => {
    const { main, event } = await proposed('@alice');
    const { roles, after } = await signedOnline(event, main);
    expect(roles).toEqual(['team']);
    expect(after.state).toBe('ready');
  });
});

describe('a role that needs a person and a machine', () => {
  it('is signed by the machine last, when the person has signed', async () => {
    const main = await withTeam(['@alice'], ['robot'], 2);
    const waiting = await nextTeam(main);
    const first = await look(waiting, main);
    expect(first.status.nextSteps).toEqual(new Map([['@alice', 'sign team']]));
    expect(onlineRoles(first.sides, first.status)).toEqual([]);
    expect((await signedOnline(waiting, main)).roles).toEqual([]);
    const { roles, after } = await signedOnline(await nextTeam(main, '@alice'), main);
    expect(roles).toEqual(['team']);
    expect(after.state).toBe('ready');
  });

  it('keeps its online key when its people change', async () => {
    const main = await withTeam(['@alice'], ['robot'], 2);
    const state = await memoryState(main);
    const editor = new Editor(state, state, NOW);
    await setSigners(editor, new Map(), 'team', { logins: ['@alice', '@bob'], threshold: 3 }, self);
    const [team] = JSON.parse(String(editor.files.get('metadata/targets.json'))).signed.delegations.roles;
    // Alice, the machine; Bob is invited.
    expect(team).toMatchObject({ threshold: 3, keyids: [expect.any(String), expect.any(String)] });
  });
});

describe('a role with several online keys', () => {
  it('is signed by those that can, and it says which cannot', async () => {
    const main = await withTeam([], ['one', 'two', 'three'], 2);
    const open = async (uri: string) => {
      if (uri === 'memory:two') throw new SignerError('key-missing', 'There is no key two here.');
      return openSigner(uri);
    };
    const { roles, troubles, after } = await signedOnline(await nextTeam(main), main, open);
    expect(roles).toEqual(['team']);
    expect(troubles).toEqual(['memory:two: There is no key two here.']);
    expect(after.state).toBe('ready');
  });

  it('is an error where none of them can', async () => {
    const main = await withTeam([], ['one', 'two'], 1);
    const open = async (): Promise<never> => {
      throw new SignerError('key-missing', 'There is no key here.');
    };
    await expect(signedOnline(await nextTeam(main), main, open)).rejects.toThrow(
      /No online key of team could sign\.\n- memory:one: .*\n- memory:two: /,
    );
  });
});

describe('root', () => {
  it('can have no online key', async () => {
    const state = await memoryState(plainFiles);
    const editor = new Editor(state, state, NOW);
    expect(() => setOnlineKeys(editor, 'root', [machine('robot')], 1)).toThrow('no machine may sign root');
  });

  it('is never signed by a machine, even if somebody wrote its key there by hand', async () => {
    const event = await rewrite<Root>(plainFiles, 'root', (root) => {
      const [keyid = ''] = root.roles.timestamp.keyids;
      const role = { ...root.roles.root, keyids: [...root.roles.root.keyids, keyid] };
      return { ...root, roles: { ...root.roles, root: role } };
    });
    const { sides, status } = await look(event, plainFiles);
    expect(onlineRoles(sides, status)).toEqual([]);
    await expect(signEventOnline(sides, status, openSigner)).rejects.toMatchObject({
      findings: [expect.objectContaining({ code: 'keys-online-and-offline', role: 'root' })],
    });
  });
});

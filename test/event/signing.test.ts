/** What a signer's plan comes to: as files to commit, and as contributions for a comment, which must be the same. */
import { beforeAll, describe, expect, it } from 'vitest';
import { setSigners } from '../../src/event/changes.ts';
import { findBlocks, formatBlock } from '../../src/event/comment-block.ts';
import {
  commentTexts,
  contributionsOf,
  joinComments,
  nextByComment,
  splitComments,
} from '../../src/event/contributions.ts';
import { type EventSides, evaluateEvent } from '../../src/event/event.ts';
import { formatInvitations } from '../../src/event/invitations.ts';
import { recordContributions } from '../../src/event/recording.ts';
import { carryOut, planSigning, stoppingErrors } from '../../src/event/signing.ts';
import { Editor } from '../../src/repository/edit.ts';
import { INVITATION_FILE } from '../../src/repository/layout.ts';
import { hashHex } from '../../src/tuf/crypto/index.ts';
import { KEY_OWNER } from '../../src/tuf/custom-fields.ts';
import { computeKeyid } from '../../src/tuf/key.ts';
import { signedBytes } from '../../src/tuf/metadata.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { type Files, memoryState, withFiles } from '../support/memory-tree.ts';
import {
  alter,
  memorySigner,
  NOW,
  readRole,
  rewrite,
  signedRepository,
} from '../support/signed-repository.ts';

const EVENT = { repository: 'octo/tuf', name: 'change' };

let main: Files;
beforeAll(async () => {
  main = await signedRepository();
});

async function sidesOf(event: Files, known = main): Promise<EventSides> {
  const paths = [...new Set([...known.keys(), ...event.keys()])];
  return {
    name: EVENT.name,
    main: 'a'.repeat(40),
    base: 'a'.repeat(40),
    head: 'b'.repeat(40),
    knownGood: await memoryState(known),
    proposed: await memoryState(event),
    changedPaths: paths.filter((path) => known.get(path) !== event.get(path)),
    movedPaths: [],
  };
}

async function planOf(event: Files, name: string, known = main) {
  const sides = await sidesOf(event, known);
  const status = await evaluateEvent(sides, NOW);
  const signer = memorySigner(name);
  return { sides, status, signer, plan: await planSigning(sides, status, name, signer.key, NOW) };
}

/** The files with a next version of `team` that nobody has signed. */
async function drafted(from = main): Promise<Files> {
  const editor = new Editor(await memoryState(from), await memoryState(from), NOW);
  editor.edit<Targets>('team', (signed) => ({ ...signed, 'x-note': 'new' }));
  return withFiles(from, Object.fromEntries(editor.files));
}

/** The repository with the key of @dave a second time in `team`, under another keyid. */
async function twinKeys(): Promise<Files> {
  const key = { ...memorySigner('@dave').key, [KEY_OWNER]: '@dave', 'x-since': '2029' };
  const files = await rewrite<Targets>(main, 'targets', (targets) => ({
    ...targets,
    delegations: {
      ...targets.delegations,
      keys: { ...targets.delegations?.keys, [computeKeyid(key)]: key },
      roles: (targets.delegations?.roles ?? []).map((role) => ({
        ...role,
        keyids: [...role.keyids, computeKeyid(key)],
      })),
    },
  }));
  return rewrite<Targets>(files, 'team', (team) => team);
}

describe('One key under two keyids of a role', () => {
  it('leaves both signatures in a commit', async () => {
    const known = await twinKeys();
    const { plan, signer } = await planOf(await drafted(known), '@dave', known);
    expect(plan.toSign).toHaveLength(2);
    const files = await carryOut(plan, signer);
    const { signatures } = readRole(new Map(files) as Files, 'metadata/team.json');
    const mine = plan.toSign.map(({ keyid }) => keyid);
    expect(new Set(mine).size).toBe(2);
    for (const keyid of mine) {
      expect(signatures.find((signature) => signature.keyid === keyid)?.sig).toMatch(/^[0-9a-f]{128}$/);
    }
  });

  it('leaves both by comment as well', async () => {
    const known = await twinKeys();
    const event = await drafted(known);
    const { plan, signer, sides, status } = await planOf(event, '@dave', known);
    const contributions = await contributionsOf(plan, signer, EVENT);
    const posted = contributions.map((contribution) => ({ contribution, by: '@dave' }));
    const recording = await recordContributions(sides, status, posted, { ...EVENT, now: NOW });
    expect(recording.judgements.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded']);
    expect(new Map(recording.files)).toEqual(new Map(await carryOut(plan, signer)));
  });
});

describe('A plan by comment', () => {
  it('says what was signed: role, version, hash of the bytes, key', async () => {
    const { plan, signer } = await planOf(await drafted(), '@erin');
    const contributions = await contributionsOf(plan, signer, EVENT);
    const team = readRole(await drafted(), 'metadata/team.json');
    const sha256 = hashHex('sha256', signedBytes(team));
    const sig = await signer.sign(signedBytes(team));
    const [task] = plan.toSign;
    expect(contributions).toEqual([
      { type: 'sign', role: 'team', version: team.signed.version, sha256, keyid: task?.keyid, sig },
    ]);
  });

  it('only accepts where there is something to accept: recording it changes what is to be signed', async () => {
    const editor = new Editor(await memoryState(main), await memoryState(main), NOW);
    const signers = { logins: ['@dave', '@erin', '@frank'], threshold: 1 };
    const self = { login: '@alice', publicKey: async () => memorySigner('@alice').key };
    const open = await setSigners(editor, new Map(), 'team', signers, self);
    const event = withFiles(withFiles(main, Object.fromEntries(editor.files)), {
      [INVITATION_FILE]: formatInvitations(open) ?? '',
    });
    const { plan, signer, sides, status } = await planOf(event, '@frank');
    expect(plan.toSign.map(({ role }) => role)).toEqual(['team']);
    expect(nextByComment(plan)).toMatchObject({ accepts: ['team'], toSign: [] });
    const contributions = await contributionsOf(plan, signer, EVENT);
    expect(contributions).toMatchObject([{ type: 'accept', role: 'team', login: '@frank', event: 'change' }]);
    const later = new Date(NOW.getTime() + 60_000);
    const record = (repository: string) => {
      const posted = contributions.map((contribution) => ({ contribution, by: '@Frank' }));
      return recordContributions(sides, status, posted, { repository, now: later });
    };
    expect((await record('Octo/TUF')).judgements).toMatchObject([{ outcome: 'recorded' }]);
    expect((await record('octo/other')).judgements).toMatchObject([{ outcome: 'refused' }]);
  });

  it('goes into as many comments as it needs, and is found in all of them', async () => {
    const { plan, signer } = await planOf(await drafted(), '@erin');
    const [one] = await contributionsOf(plan, signer, EVENT);
    if (!one) throw new Error('nothing to sign');
    const many = Array.from({ length: 150 }, () => one);
    const texts = commentTexts(many);
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(text.length).toBeLessThan(65_000);
    const found = splitComments(joinComments(texts).replaceAll('\n', '\r\n')).flatMap((text) => [
      ...findBlocks(text),
    ]);
    expect(found).toEqual(many.map((contribution) => ({ ok: true, contribution })));
    expect(commentTexts([one])).toEqual([formatBlock(one)]);
  });
});

describe('The errors that stop a signer', () => {
  const forge = (files: Files, ...owners: readonly string[]): Files =>
    alter(files, 'team', (metadata) => ({
      ...metadata,
      signatures: metadata.signatures.map(({ keyid, sig }, index) => ({
        keyid,
        sig: owners.includes(['@dave', '@erin'][index] ?? '') ? 'ab'.repeat(64) : sig,
      })),
    }));
  const stopping = async (files: Files, login: string) => {
    const status = await evaluateEvent(await sidesOf(files), NOW);
    return stoppingErrors(status, login).map(({ code }) => code);
  };

  it('are none where only signatures do not count and one of them is their own', async () => {
    const event = await drafted();
    expect(await stopping(event, '@dave')).toEqual([]);
    expect(await stopping(forge(event, '@dave'), '@DAVE')).toEqual([]);
    expect(await stopping(forge(event, '@dave'), '@erin')).toEqual(['signature-invalid']);
    expect(await stopping(forge(event, '@dave', '@erin'), '@erin')).toEqual([]);
    expect(await stopping(forge(event, '@dave'), '@mallory')).toEqual(['signature-invalid']);
  });

  it('are all of them where there is any other', async () => {
    const event = withFiles(forge(await drafted(), '@dave'), { 'metadata/note.txt': 'x' });
    expect(await stopping(event, '@dave')).toHaveLength(2);
  });
});

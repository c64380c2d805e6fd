/** Acceptances from comments, judged: which count, what they change and nothing else, and what the others are told. */
import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AcceptContribution } from '../../src/event/comment-block.ts';
import { formatInvitations } from '../../src/event/invitations.ts';
import { INVITATION_FILE } from '../../src/repository/layout.ts';
import { KEY_OWNER, keyOwner } from '../../src/tuf/custom-fields.ts';
import { computeKeyid, type Key, keyFromSpki } from '../../src/tuf/key.ts';
import { signedBytes } from '../../src/tuf/metadata.ts';
import { own } from '../../src/tuf/shape.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { type Files, withFiles } from '../support/memory-tree.ts';
import {
  accepting,
  begun,
  ecdsaSigner,
  knownOf,
  noteTeam,
  record,
  recordedFor,
  refused,
  signedBy,
  signerOf,
  signersOf,
  signing,
} from '../support/recording.ts';
import { memorySigner, readRole } from '../support/signed-repository.ts';

describe('an acceptance', () => {
  let event: Files;
  beforeAll(async () => {
    event = await begun(signersOf('team', ['@dave', '@erin', '@frank'], 2));
  });

  it('by the invited login is recorded: the key with its owner, a new draft, no invitation left', async () => {
    const { judgements, files, status } = await record(event, [await accepting('@frank', 'team')]);
    expect(judgements).toEqual([recordedFor('@frank')]);
    expect(files.has(INVITATION_FILE)).toBe(false);
    const { signed } = readRole<Targets>(files, 'metadata/targets.json');
    const key = { ...memorySigner('@frank').key, [KEY_OWNER]: '@frank' };
    expect(own(signed.delegations?.keys, computeKeyid(key))).toEqual(key);
    expect(status).toMatchObject({ state: 'waiting', findings: [], invitations: new Map() });
  });

  it('counts whatever the case of the letters of login and repository', async () => {
    const posted = await accepting('@FRANK', 'team', { by: '@Frank', states: { repository: 'octo/TUF' } });
    const { judgements, files } = await record(event, [posted]);
    expect(judgements).toEqual([recordedFor('@FRANK')]);
    expect(
      (await record(files, [await accepting('@frank', 'team', { signer: memorySigner('@FRANK') })]))
        .judgements,
    ).toEqual([knownOf('@frank')]);
  });

  it.each([
    ['P-256', () => ecdsaSigner()],
    [
      'RSA',
      () => {
        const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const key = keyFromSpki(publicKey.export({ type: 'spki', format: 'der' }));
        const options = { key: privateKey, padding: 6, saltLength: 32 };
        return {
          ...signerOf(privateKey, key),
          sign: async (message: Uint8Array) => signWith('sha256', message, options).toString('hex'),
        };
      },
    ],
  ])('brings a %s key as well', async (_kind, make) => {
    const signer = make();
    const { judgements, files } = await record(event, [await accepting('@frank', 'team', { signer })]);
    expect(judgements).toEqual([recordedFor('@frank')]);
    const signed = await record(files, [await signing(files, 'team', '@frank', {}, signer)]);
    expect(signedBy(signed.status, 'team')).toEqual(['@frank']);
  });

  it('posted by another login than it names is refused, whoever was invited', async () => {
    const { judgements } = await record(event, [
      await accepting('@frank', 'team', { by: '@mallory' }),
      await accepting('@mallory', 'team', { by: '@frank' }),
    ]);
    expect(judgements).toEqual([
      refused(/invitation of @frank, and was posted by @mallory/, /Let @frank post it/),
      refused(/invitation of @mallory, and was posted by @frank/),
    ]);
  });

  it('by somebody who is not invited, or not to this role, is refused', async () => {
    const { judgements } = await record(event, [
      await accepting('@mallory', 'team'),
      await accepting('@frank', 'root'),
      await accepting('@frank', 'constructor'),
      await accepting('@frank', '__proto__'),
    ]);
    expect(judgements).toEqual([
      refused(/@mallory is not invited to team/, /Ask a maintainer/),
      refused(/@frank is not invited to root/),
      refused(/@frank is not invited to constructor/),
      refused(/@frank is not invited to __proto__/),
    ]);
  });

  it('for another event or repository is refused', async () => {
    const { judgements } = await record(event, [
      await accepting('@frank', 'team', { states: { event: 'other' } }),
      await accepting('@frank', 'team', { states: { repository: 'mallory/tuf' } }),
    ]);
    expect(judgements).toEqual([
      refused(/to the event other of Octo\/tuf; this is change of Octo\/tuf/, /page of this pull request/),
      refused(/to the event change of mallory\/tuf; this is change of Octo\/tuf/),
    ]);
  });

  it.each([
    ['another event', { event: 'other' }],
    ['another repository', { repository: 'mallory/tuf' }],
    ['another login', { login: '@mallory' }],
    ['another role', { role: 'root' }],
    ['another key', { key: memorySigner('@mallory').key }],
  ])('whose proof was made for %s is refused', async (_what, proves) => {
    const { judgements } = await record(event, [await accepting('@frank', 'team', { proves })]);
    expect(judgements).toEqual([
      refused(/The proof does not show that @frank holds the key/, /Make the block again/),
    ]);
  });

  it('with a signature of metadata in place of its proof is refused', async () => {
    const { contribution } = await accepting('@frank', 'team');
    const proof = await memorySigner('@frank').sign(signedBytes(readRole(event, 'metadata/team.json')));
    const posted = { contribution: { ...contribution, proof } as AcceptContribution, by: '@frank' };
    expect((await record(event, [posted])).judgements).toEqual([refused(/The proof does not show/)]);
  });

  it('with the key of another signer of the role is refused, even by who holds that key', async () => {
    const posted = await accepting('@frank', 'team', { signer: memorySigner('@dave') });
    expect((await record(event, [posted])).judgements).toEqual([
      refused(/The key of @frank is in team already, as that of @dave/, /Make a new key/),
    ]);
  });

  it.each([
    [
      'weak',
      { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: `01${'00'.repeat(31)}` } },
      /cannot be used/,
    ],
    ['of P-384', ecdsaSigner('P-384').key, /The ECDSA P-384 key cannot be used/],
    [
      'of an unknown kind',
      { keytype: 'constructor', scheme: '__proto__', keyval: { public: 'x' } },
      /cannot be used/,
    ],
    [
      'that is no key',
      { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: 'none' } },
      /cannot be used/,
    ],
    ['spelt in upper case', upperCase(memorySigner('@frank').key), /in a form that no new key may have/],
  ])('with a key %s is refused', async (_what, key, reason) => {
    const signer = { key, sign: (message: Uint8Array) => memorySigner('@frank').sign(message) };
    const { judgements } = await record(event, [await accepting('@frank', 'team', { signer })]);
    expect(judgements).toEqual([refused(reason)]);
  });

  it('replaces the key that the login had in the role', async () => {
    const invites = withFiles(event, {
      [INVITATION_FILE]: formatInvitations(new Map([['@dave', ['team']]])),
    });
    const signer = memorySigner('new key of dave');
    const { judgements, files } = await record(invites, [await accepting('@dave', 'team', { signer })]);
    expect(judgements).toEqual([recordedFor('@dave')]);
    const keys = Object.values(
      readRole<Targets>(files, 'metadata/targets.json').signed.delegations?.keys ?? {},
    );
    expect(keys.map((key) => keyOwner(key)).sort()).toEqual(['@dave', '@erin']);
    expect(keys.map((key) => key.keyval.public)).toContain(signer.key.keyval.public);
  });

  it('with the key that the login has already ends the invitation and changes nothing else', async () => {
    const invites = withFiles(await begun(noteTeam), {
      [INVITATION_FILE]: formatInvitations(new Map([['@dave', ['team']]])),
    });
    const { judgements, files } = await record(invites, [await accepting('@dave', 'team')]);
    expect(judgements).toEqual([recordedFor('@dave')]);
    expect(files).toEqual(withFiles(invites, { [INVITATION_FILE]: null }));
  });

  it('of which the key is there already is known; another key needs another invitation', async () => {
    const { files } = await record(event, [await accepting('@frank', 'team')]);
    const { judgements } = await record(files, [
      await accepting('@frank', 'team'),
      await accepting('@frank', 'team', { signer: memorySigner('another of frank') }),
      await accepting('@erin', 'team', { signer: memorySigner('another of erin') }),
    ]);
    const another = refused(
      /is not invited to team any more: another key of theirs is there already/,
      /playground delegate/,
    );
    expect(judgements).toEqual([knownOf('@frank'), another, another]);
  });

  it('with a second key in the same minute finds the invitation taken by the first', async () => {
    const { judgements } = await record(event, [
      await accepting('@frank', 'team'),
      await accepting('@frank', 'team', { signer: memorySigner('another of frank') }),
    ]);
    expect(judgements).toEqual([recordedFor('@frank'), refused(/is not invited to team any more/)]);
  });

  it('of an event with errors is refused until they are mended', async () => {
    const broken = withFiles(event, { 'targets/a.txt': 'forged' });
    const { judgements } = await record(broken, [await accepting('@frank', 'team')]);
    expect(judgements).toEqual([refused(/The event has errors/, /post this again/)]);
  });

  it('that one of two delegators refuses leaves no trace of the other', async () => {
    const shared = (keys: { readonly [keyid: string]: Key }) => (signed: Targets) => {
      const role = {
        name: 'shared',
        keyids: Object.keys(keys),
        threshold: 1,
        terminating: true,
        paths: ['s/*'],
      };
      const before = signed.delegations;
      return {
        ...signed,
        delegations: { keys: { ...before?.keys, ...keys }, roles: [...(before?.roles ?? []), role] },
      };
    };
    const owned = (signer: string, login: string): { readonly [keyid: string]: Key } => {
      const key = { ...memorySigner(signer).key, [KEY_OWNER]: login };
      return { [computeKeyid(key)]: key };
    };
    const twice = await begun((editor) => {
      editor.edit<Targets>('targets', shared(owned('@erin', '@erin')));
      editor.edit<Targets>('team', shared(owned('@frank', '@heidi')));
      const empty = { ...editor.draft.roles.get('team')?.metadata?.signed, targets: {} } as Targets;
      const { delegations: _, ...signed } = empty;
      editor.put('shared', signed as Targets);
      editor.write(INVITATION_FILE, formatInvitations(new Map([['@frank', ['shared']]])));
    });
    const { judgements } = await record(twice, [await accepting('@frank', 'shared')]);
    expect(judgements).toEqual([refused(/The key of @frank is in shared already, as that of @heidi/)]);
    const mine = await accepting('@frank', 'shared', { signer: memorySigner('new key of frank') });
    expect((await record(twice, [mine])).judgements).toEqual([recordedFor('@frank')]);
  });
});

function upperCase(key: Key): Key {
  return { ...key, keyval: { public: key.keyval.public?.toUpperCase() ?? '' } };
}

/** Signatures from comments, judged: which count, what they change and nothing else, and what the others are told. */
import { describe, expect, it } from 'vitest';
import { setSigners } from '../../src/event/changes.ts';
import type { Posted } from '../../src/event/recording.ts';
import { judgesOf } from '../../src/repository/delegators.ts';
import { keyOwner } from '../../src/tuf/custom-fields.ts';
import { computeKeyid, type Key } from '../../src/tuf/key.ts';
import type { Targets } from '../../src/tuf/targets.ts';
import { memoryState, withFiles } from '../support/memory-tree.ts';
import {
  accepting,
  begun,
  ecdsaSigner,
  hexOf,
  keyidOf,
  knownOf,
  main,
  noteRoot,
  noteTeam,
  record,
  recordedFor,
  refused,
  self,
  sha256,
  signedBy,
  signersOf,
  signing,
} from '../support/recording.ts';
import { alter, memorySigner, readRole } from '../support/signed-repository.ts';

describe('a signature', () => {
  it('is recorded, whoever posted it, and the owner of the key is told', async () => {
    const event = await begun(noteTeam);
    const posted = { ...(await signing(event, 'team', '@dave')), by: '@mallory' };
    const { judgements, files, status } = await record(event, [posted]);
    expect(judgements).toEqual([recordedFor('@dave')]);
    expect(status.state).toBe('ready');
    expect(signedBy(status, 'team')).toEqual(['@dave']);
    expect(readRole(files, 'metadata/team.json').signatures).toHaveLength(1);
  });

  it('leaves the empty places of those still awaited, and clears the rest when enough have signed', async () => {
    const event = await begun(noteRoot);
    const first = await record(event, [await signing(event, 'root', '@alice')]);
    expect(readRole(first.files, 'metadata/root.json').signatures.map(({ sig }) => sig === '')).toEqual([
      false,
      true,
      true,
    ]);
    const second = await record(first.files, [await signing(event, 'root', '@carol')]);
    expect(second.status.state).toBe('ready');
    expect(readRole(second.files, 'metadata/root.json').signatures).toHaveLength(2);
    expect(second.files.get('metadata/root_history/4.root.json')).toBe(
      second.files.get('metadata/root.json'),
    );
    const third = await record(second.files, [await signing(event, 'root', '@bob')]);
    expect(third.judgements).toEqual([recordedFor('@bob')]);
    expect(signedBy(third.status, 'root')).toEqual(['@alice', '@bob', '@carol']);
  });

  it('of an older version is refused', async () => {
    const event = await begun(noteTeam);
    const { judgements } = await record(event, [await signing(main, 'team', '@dave')]);
    expect(judgements).toEqual([
      refused(/signs version 1 of team; this event proposes version 2/, /playground sign --comment/),
    ]);
  });

  it('of another draft with the same version is refused', async () => {
    const event = await begun(noteTeam);
    const other = await begun((editor) =>
      editor.edit<Targets>('team', (was) => ({ ...was, 'x-note': 'old' })),
    );
    const { judgements } = await record(event, [await signing(other, 'team', '@dave')]);
    expect(judgements).toEqual([
      refused(/other content than version 2 of team has now: the draft has changed/),
    ]);
  });

  it('of a draft that an acceptance changed in between is refused', async () => {
    const event = await begun(signersOf('team', ['@dave', '@erin', '@frank'], 2));
    const early = await signing(event, 'targets', '@alice');
    const { files } = await record(event, [await accepting('@frank', 'team')]);
    const { judgements } = await record(files, [early]);
    expect(judgements).toEqual([refused(/the draft has changed since/)]);
  });

  it('that names another hash than that of what it signs is refused, and so is one made over something else', async () => {
    const event = await begun(noteTeam);
    const { judgements } = await record(event, [
      await signing(event, 'team', '@dave', { sha256: sha256(Buffer.from('other')) }),
      await signing(event, 'team', '@dave', {
        sig: hexOf(await memorySigner('@dave').sign(Buffer.from('other'))),
      }),
    ]);
    expect(judgements).toEqual([
      refused(/other content/),
      refused(/does not match this key and this content/),
    ]);
  });

  it('of a role that the event leaves alone is refused, even over what the role holds', async () => {
    const event = await begun(noteTeam);
    const { judgements } = await record(event, [await signing(event, 'targets', '@alice')]);
    expect(judgements).toEqual([
      refused(/targets is no role that this event changes/, /report names the roles/),
    ]);
  });

  it.each(['nobody', 'constructor', '__proto__', 'snapshot', '../team', 'TEAM'])(
    'of the role %s, which is none here, is refused',
    async (role) => {
      const event = await begun(noteTeam);
      const posted = await signing(event, 'team', '@dave', { role });
      expect((await record(event, [posted])).judgements).toEqual([
        refused(/is no role that this event changes/),
      ]);
    },
  );

  it('by a key that is none of the role is refused: unknown, of another role, or taken out by the event', async () => {
    const event = await begun(noteTeam);
    const unknown = await signing(event, 'team', '@mallory', { keyid: 'ab'.repeat(32) });
    const alice = await keyidOf(event, 'targets', '@alice');
    const elsewhere = await signing(event, 'team', '@alice', { keyid: alice });
    const without = await begun(signersOf('team', ['@dave'], 1));
    const erin = await keyidOf(main, 'team', '@erin');
    const removed = await signing(without, 'team', '@erin', { keyid: erin });
    const root = await begun(async (editor) => {
      noteRoot(editor);
      await setSigners(editor, new Map(), 'targets', { logins: ['@frank', '@alice'], threshold: 1 }, self);
    });
    const { files: withFrank } = await record(root, [await accepting('@frank', 'targets')]);
    const frank = await keyidOf(withFrank, 'targets', '@frank');
    const inSameFile = await signing(withFrank, 'root', '@frank', { keyid: frank });
    expect((await record(withFrank, [inSameFile])).judgements).toEqual([
      refused(/none of those that sign root/),
    ]);
    const notAllowed = refused(/key \w{8}… is none of those that sign team/, /key that the report names/);
    expect((await record(event, [unknown, elsewhere])).judgements).toEqual([notAllowed, notAllowed]);
    expect((await record(without, [removed])).judgements).toEqual([notAllowed]);
  });

  it("under somebody else's keyid is refused", async () => {
    const event = await begun(noteTeam);
    const erin = await keyidOf(event, 'team', '@erin');
    const { judgements } = await record(event, [await signing(event, 'team', '@dave', { keyid: erin })]);
    expect(judgements).toEqual([refused(/^The signature does not count: /)]);
  });

  it('that is no signature at all is refused', async () => {
    const event = await begun(noteTeam);
    for (const sig of ['00', 'ab'.repeat(64), 'ff'.repeat(7000)]) {
      const { judgements } = await record(event, [await signing(event, 'team', '@dave', { sig })]);
      expect(judgements).toEqual([refused(/does not count/)]);
    }
  });

  it('takes the place of one that does not count, in the same comment or on the branch', async () => {
    const event = await begun(noteTeam);
    const wrong = await signing(event, 'team', '@dave', { sig: 'ab'.repeat(64) });
    const right = await signing(event, 'team', '@dave');
    const { judgements } = await record(event, [wrong, right]);
    expect(judgements).toEqual([refused(/does not count/), recordedFor('@dave')]);

    const keyid = await keyidOf(event, 'team', '@dave');
    const spoilt = alter(event, 'team', ({ signatures, ...rest }) => ({
      ...rest,
      signatures: signatures.map((one) => (one.keyid === keyid ? { ...one, sig: 'cd'.repeat(64) } : one)),
    }));
    const mended = await record(spoilt, [right]);
    expect(mended.judgements).toEqual([recordedFor('@dave')]);
    expect(mended.status.state).toBe('ready');
  });

  it('posted twice is recorded once', async () => {
    const event = await begun(noteTeam);
    const posted = await signing(event, 'team', '@dave');
    const { judgements } = await record(event, [posted, { ...posted, by: '@mallory' }]);
    expect(judgements).toEqual([recordedFor('@dave'), knownOf('@dave')]);
  });

  it('stays when another valid one by the same key follows, as ECDSA makes one each time', async () => {
    const frank = ecdsaSigner();
    const invited = await begun(signersOf('team', ['@dave', '@erin', '@frank'], 2));
    const { files: event } = await record(invited, [await accepting('@frank', 'team', { signer: frank })]);
    const [one, two] = [
      await signing(event, 'team', '@frank', {}, frank),
      await signing(event, 'team', '@frank', {}, frank),
    ];
    const sigOf = ({ contribution }: Posted) => (contribution.type === 'sign' ? contribution.sig : '');
    expect(sigOf(one)).not.toBe(sigOf(two));
    for (const [first, second] of [
      [one, two],
      [two, one],
    ] as const) {
      const { judgements, files } = await record(event, [first, second]);
      expect(judgements).toEqual([recordedFor('@frank'), knownOf('@frank')]);
      expect(readRole(files, 'metadata/team.json').signatures.map(({ sig }) => sig)).toContain(sigOf(first));
      const later = await record(files, [second]);
      expect(later.judgements).toEqual([knownOf('@frank')]);
    }
  });

  it('of a role whose file an open invitation will still change is refused, naming who is awaited', async () => {
    const event = await begun(async (editor) => {
      const open = await setSigners(
        editor,
        new Map(),
        'team',
        { logins: ['@dave', '@erin', '@frank'], threshold: 2 },
        self,
      );
      await setSigners(
        editor,
        open,
        'root',
        { logins: ['@alice', '@bob', '@carol', '@grace'], threshold: 3 },
        self,
      );
    });
    const { judgements } = await record(event, [
      await signing(event, 'targets', '@alice'),
      await signing(event, 'team', '@dave'),
      await signing(event, 'root', '@bob'),
    ]);
    expect(judgements).toEqual([
      refused(/^targets will still change: @frank must accept first/, /when all invitations are accepted/),
      refused(/^team will still change: @frank must/),
      refused(/^root will still change: @grace must/),
    ]);
  });

  it('of root by a signer who leaves, by one who stays and by one who comes all count', async () => {
    const invited = await begun(signersOf('root', ['@alice', '@bob', '@frank'], 2));
    const { files: event } = await record(invited, [await accepting('@frank', 'root')]);
    const posted = await Promise.all(
      ['@carol', '@bob', '@frank'].map((login) => signing(event, 'root', login)),
    );
    const halfway = await record(event, posted.slice(0, 2));
    expect(halfway.status.state).toBe('waiting');
    const { judgements, status, files } = await record(event, posted);
    expect(judgements).toEqual(['@carol', '@bob', '@frank'].map(recordedFor));
    expect(status.state).toBe('ready');
    expect(readRole(files, 'metadata/root.json').signatures.every(({ sig }) => sig !== '')).toBe(true);
  });

  it('may come twice from one key that stands under two keyids; it counts once', async () => {
    const event = await begun((editor) =>
      editor.edit<Targets>('targets', ({ delegations, ...signed }) => {
        const dave = Object.entries(delegations?.keys ?? {}).find(
          ([, key]) => keyOwner(key) === '@dave',
        )?.[1];
        const twin: Key = { ...(dave as Key), 'x-other': 'field' };
        const keys = { ...delegations?.keys, [computeKeyid(twin)]: twin };
        const roles = delegations?.roles?.map((role) => ({
          ...role,
          threshold: 2,
          keyids: [...role.keyids, computeKeyid(twin)],
        }));
        return { ...signed, delegations: { ...delegations, keys, roles } } as Targets;
      }),
    );
    const { role: entry } = judgesOf(await memoryState(event), 'team')[0] ?? {};
    const [first, , twin] = entry?.keyids ?? [];
    const { judgements, status } = await record(event, [
      await signing(event, 'team', '@dave', { keyid: first ?? '' }),
      await signing(event, 'team', '@dave', { keyid: twin ?? '' }),
    ]);
    expect(judgements).toEqual([recordedFor('@dave'), recordedFor('@dave')]);
    expect(status.thresholds.find(({ role }) => role === 'team')?.result).toMatchObject({
      count: 1,
      met: false,
    });
  });

  it('counts on an event with other errors; they are the report’s to tell', async () => {
    const event = withFiles(await begun(noteTeam), { 'targets/a.txt': 'forged' });
    const { judgements, status } = await record(event, [await signing(event, 'team', '@dave')]);
    expect(judgements).toEqual([recordedFor('@dave')]);
    expect(status.state).toBe('invalid');
  });
});

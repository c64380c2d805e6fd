/** Contributions of several people in one look, judged: who ends up recorded depends on nobody’s order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setSigners } from '../../src/event/changes.ts';
import { evaluateEvent } from '../../src/event/event.ts';
import type { Posted } from '../../src/event/recording.ts';
import { INVITATION_FILE } from '../../src/repository/layout.ts';
import { keyOwner } from '../../src/tuf/custom-fields.ts';
import type { Root } from '../../src/tuf/root.ts';
import { own } from '../../src/tuf/shape.ts';
import {
  accepting,
  begun,
  keyidOf,
  LATER,
  noteTeam,
  record,
  recordedFor,
  refused,
  self,
  sidesOf,
  signedBy,
  signersOf,
  signing,
} from '../support/recording.ts';
import { readRole } from '../support/signed-repository.ts';

describe('contributions of one look', () => {
  it('may accept and sign in any order: acceptances come first, and signatures are of what they lead to', async () => {
    const event = await begun(signersOf('team', ['@dave', '@erin', '@frank'], 2));
    const acceptance = await accepting('@frank', 'team');
    const { files: accepted } = await record(event, [acceptance]);
    const signatures = [
      await signing(accepted, 'team', '@frank'),
      await signing(accepted, 'team', '@dave'),
      await signing(accepted, 'targets', '@bob'),
    ];
    const { judgements, status } = await record(event, [...signatures, acceptance]);
    expect(judgements).toEqual(['@frank', '@dave', '@bob', '@frank'].map(recordedFor));
    expect(status.state).toBe('ready');
  });

  it('may accept several roles, each with a block of its own, and leave others open', async () => {
    const event = await begun(async (editor) => {
      const open = await setSigners(
        editor,
        new Map(),
        'root',
        { logins: ['@alice', '@bob', '@frank'], threshold: 2 },
        self,
      );
      const more = await setSigners(
        editor,
        open,
        'targets',
        { logins: ['@alice', '@frank', '@grace'], threshold: 1 },
        self,
      );
      await setSigners(editor, more, 'team', { logins: ['@dave', '@frank'], threshold: 1 }, self);
    });
    const { judgements, files } = await record(event, [
      await accepting('@frank', 'root'),
      await accepting('@frank', 'team'),
      await accepting('@grace', 'root'),
    ]);
    expect(judgements).toEqual([
      recordedFor('@frank'),
      recordedFor('@frank'),
      refused(/@grace is not invited/),
    ]);
    expect(JSON.parse(String(files.get(INVITATION_FILE)))).toEqual({
      invites: { '@frank': ['targets'], '@grace': ['targets'] },
    });
  });

  it('are one judgement each, in the order in which they were given', async () => {
    const event = await begun(noteTeam);
    const bad = await signing(event, 'team', '@dave', { version: 9 });
    const good = await signing(event, 'team', '@erin');
    const foreign = await accepting('@mallory', 'team');
    const { judgements } = await record(event, [bad, foreign, good, bad]);
    expect(judgements.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'recorded', 'refused']);
  });

  it('without any change nothing', async () => {
    const event = await begun(noteTeam);
    expect(await record(event, [])).toMatchObject({ judgements: [], files: event });
  });

  it('end in the same people recorded, in whatever order and portions they come', async () => {
    const event = await begun(signersOf('root', ['@alice', '@bob', '@carol', '@frank', '@grace'], 3));
    const acceptances = [await accepting('@frank', 'root'), await accepting('@grace', 'root')];
    const { files: stable } = await record(event, acceptances);
    const logins = ['@alice', '@bob', '@carol', '@frank', '@grace'];
    const good = await Promise.all(logins.map((login) => signing(stable, 'root', login)));
    const [alice, bob] = good;
    if (!alice || !bob) throw new Error('there are five');
    const posted: readonly Posted[] = [
      ...acceptances,
      ...good,
      { ...alice, by: '@mallory' },
      await signing(stable, 'root', '@bob', { sig: 'ab'.repeat(64) }),
      await signing(stable, 'root', '@carol', { keyid: await keyidOf(stable, 'root', '@alice') }),
      await signing(event, 'root', '@alice'),
      await accepting('@mallory', 'root'),
      await accepting('@frank', 'root', { by: '@mallory' }),
    ];
    // The order of the acceptances is that of the keys in root, and so part of what is signed.
    const order = fc
      .shuffledSubarray([...posted], { minLength: posted.length })
      .map((shuffled) => shuffled.map((one) => (acceptances.includes(one) ? undefined : one)))
      .map((shuffled) => {
        const left = [...acceptances];
        return shuffled.map((one) => one ?? left.shift()).filter((one) => one !== undefined);
      });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: posted.length }), async (shuffled, size) => {
        let files = event;
        // What came too early is judged again by the next look, as the sweep does.
        for (let look = 0; look <= Math.ceil(posted.length / size); look++) {
          files = (await record(files, shuffled.slice(0, (look + 1) * size))).files;
        }
        const status = await evaluateEvent(await sidesOf(files), LATER);
        expect(status.state).toBe('ready');
        expect(signedBy(status, 'root')).toEqual(logins);
        const { signed } = readRole<Root>(files, 'metadata/root.json');
        const owners = signed.roles.root.keyids.map((keyid) => keyOwner(own(signed.keys, keyid) ?? {}));
        expect(owners.sort()).toEqual(logins);
        expect(readRole(files, 'metadata/root.json').signatures).toHaveLength(5);
      }),
      { numRuns: 12 },
    );
  });

  it('accept for the same people in whatever order', async () => {
    const logins = ['@alice', '@frank', '@grace', '@heidi'];
    const event = await begun(signersOf('targets', logins, 2));
    const posted = await Promise.all([
      ...logins.slice(1).map((login) => accepting(login, 'targets')),
      accepting('@grace', 'targets', { by: '@heidi' }),
      accepting('@mallory', 'targets'),
      accepting('@frank', 'targets'),
    ]);
    const order = fc.shuffledSubarray(posted, { minLength: posted.length });
    await fc.assert(
      fc.asyncProperty(order, async (shuffled) => {
        const { files, judgements } = await record(event, shuffled);
        const outcomes = judgements.map(({ outcome }) => outcome).sort();
        expect(outcomes).toEqual(['known', 'recorded', 'recorded', 'recorded', 'refused', 'refused']);
        const { roles, keys } = readRole<Root>(files, 'metadata/root.json').signed;
        const owners = roles.targets.keyids.map((keyid) => keyOwner(own(keys, keyid) ?? {}));
        expect(owners.sort()).toEqual(logins);
      }),
      { numRuns: 12 },
    );
  });
});

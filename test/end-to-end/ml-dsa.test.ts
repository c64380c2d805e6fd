/** ML-DSA keys (TAP 21) from the first command to a published repository: what is said on the way, and who follows. */
import { beforeAll, describe, expect, it } from 'vitest';
import { allSign, newTeam, playInit, publishedTeam, type Team } from '../support/people.ts';

describe.concurrent('a repository whose keys are all ML-DSA', () => {
  let team: Team;
  beforeAll(async () => {
    team = await publishedTeam({
      signers: ['alice', 'bob'],
      threshold: 2,
      artifacts: { 'app.txt': 'signed for the next century' },
      keyTypes: { alice: 'ml-dsa-65', bob: 'ml-dsa-87', online: 'ml-dsa-44' },
    });
  });

  it('is published, and a client that verifies ML-DSA follows it', async () => {
    const seen = await team.verify();
    expect(seen.code).toBe(0);
    expect(seen.json).toMatchObject({ ok: true, furtherKeys: ['ml-dsa'], versions: { root: 1 } });
    expect(seen.json.artifacts).toEqual([{ path: 'app.txt', ok: true, length: 27 }]);
    expect(seen.stderr).toContain('tuf-js as it is, refuse this repository');
  });

  it('can change hands to a key that every client knows', async () => {
    const copy = team.copy();
    const alice = await copy.person('alice');
    const change = ['root', '--signers', '@alice,@bob,@carol', '--threshold', '2'];
    await alice.does('delegate', 'more', ...change, '--yes');
    await allSign(copy, 'more', 'carol', 'alice', 'bob');
    await copy.merge('more');
    await copy.publish();
    expect((await copy.verify()).json).toMatchObject({ ok: true, versions: { root: 2 } });
  });
});

describe.concurrent('a role with both kinds of key', () => {
  it('tells who begins it which clients follow, and whether usual keys are enough', async () => {
    const team = await newTeam({ quinn: 'ml-dsa-44' });
    const quinn = await team.person('quinn');
    const begun = await quinn.does('init', '--signers', '@quinn,@alice', '--threshold', '1', '--yes');
    expect(begun.stdout).toMatch(/root: ML-DSA-44 [0-9a-f]{8}… is verified by python-tuf/);
    expect(begun.stdout).toContain('makes tough refuse the whole file that names it');
    expect(begun.stdout).toContain('The threshold of 1 cannot be met without it');
    await allSign(team, 'init', 'alice');
    const { stdout } = await quinn.playground('status', 'init');
    expect(stdout).toContain('The threshold of 1 can be met without it, by usual keys alone');
  });

  it('is followed by tuf-js as it is where usual keys have met the threshold', async () => {
    const team = await newTeam({ quinn: 'ml-dsa-65' });
    await playInit(team, {
      signers: ['alice', 'bob', 'quinn'],
      threshold: 2,
      artifacts: { 'app.txt': 'for all' },
    });
    await team.merge('init');
    await team.publish('--first');
    const seen = await team.verify();
    expect(seen.json).toMatchObject({ ok: true });
    expect(seen.json.furtherKeys).toBeUndefined();
  });

  it('is followed by clients that know ML-DSA alone where it took such a key', async () => {
    const team = await newTeam({ quinn: 'ml-dsa-65' });
    const alice = await team.person('alice');
    await alice.does('init', '--signers', '@alice,@bob,@quinn', '--threshold', '2', '--yes');
    await allSign(team, 'init', 'bob', 'quinn', 'alice', 'bob');
    await team.merge('init');
    await team.publish('--first');
    expect((await team.verify()).json.furtherKeys).toBeUndefined();
    // The next version of targets is signed by one usual key and one ML-DSA key.
    await alice.does('delegate', 'slower', 'targets', '--expiry', '400', '--yes');
    await allSign(team, 'slower', 'alice', 'quinn');
    await team.merge('slower');
    await team.publish();
    expect((await team.verify()).json).toMatchObject({ ok: true, furtherKeys: ['ml-dsa'] });
  });
});

describe('a new ML-DSA key', () => {
  it('is shown with the clients that follow it', async () => {
    const team = await newTeam();
    const alice = await team.person('alice');
    const file = `${team.folder}/quantum.pem`;
    const made = await alice.does(
      ...['key', 'generate', '--type', 'ml-dsa-65', '--no-passphrase', '--out', file],
    );
    expect(made.stdout).toMatch(/Wrote ML-DSA-65 [0-9a-f]{8}… to .*quantum.pem/);
    expect(made.stdout).toContain('counts for nothing in tuf-js');
    const shown = await alice.does('key', 'show', `file2:${file}`, '--json');
    expect(shown.json.key).toMatchObject({ keytype: 'ml-dsa', scheme: 'ml-dsa-65/1' });
    const usual = await alice.does('key', 'show', `file2:${team.keyFile('alice')}`);
    expect(usual.stdout).not.toContain('Not every client');
  });
});

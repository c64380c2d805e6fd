/** An acceptance can carry a device's word that the key was made inside it; people see it as a fact. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasProgram, temporaryFolder } from '../signers/helpers.ts';
import { chain } from '../support/attestation.ts';
import { git } from '../support/git.ts';
import { allSign, newTeam, type Team } from '../support/people.ts';

const hasOpenssl = hasProgram('openssl', 'attestations made by openssl', 'version');

function written(name: string, text: string): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** An event that waits for Bob, whose key a device attests. */
async function invited(withRoots: boolean) {
  const team = await newTeam({ bob: 'ecdsa-p256' });
  const made = chain({ leaf: { keyFile: team.keyFile('bob') } });
  const alice = await team.person('alice');
  if (withRoots) await alice.push('main', { 'attestations/roots.pem': made.root.pem });
  await alice.does('init', '--signers', '@alice,@bob', '--threshold', '2', '--yes');
  return { team, made, bob: await team.person('bob') };
}

const statusOf = async (team: Team) =>
  (await team.person('alice')).playground('status', 'init', '--json') as Promise<{
    readonly json: { readonly attestations?: readonly string[]; readonly state?: string };
  }>;

describe.skipIf(!hasOpenssl)('a hardware attestation', () => {
  it('stands in the event and in its report, and in the way of nothing', async () => {
    const { team, made, bob } = await invited(true);
    const files = [written('leaf.pem', made.leaf.pem), written('device.pem', made.device.pem)];
    await bob.does('sign', 'init', '--attestation', ...files, '--yes');
    await allSign(team, 'init', 'alice');
    const { json } = await statusOf(team);
    expect(json.state).toBe('ready');
    expect(json.attestations).toEqual([
      expect.stringMatching(/^@bob: .* was made inside a YubiKey \(firmware 5\.7\.1, serial number 15835999/),
    ]);
    const report = await bob.playground('status', 'init', '--markdown');
    expect(report.stdout).toContain('**Hardware attestations**');
    await team.merge('init');
    await team.publish('--first');
    expect((await team.verify()).json).toMatchObject({ ok: true });
  });

  it.each([
    ['for another key', () => chain()],
    ['of another vendor', (team: Team) => chain({ leaf: { keyFile: team.keyFile('bob') } })],
  ])('is refused before anything is committed: %s', async (_what, other) => {
    const { team, bob } = await invited(true);
    const head = await team.branch('sign/init');
    const { leaf, device } = other(team);
    const file = written('chain.pem', leaf.pem + device.pem);
    const refused = await bob.playground('sign', 'init', '--attestation', file, '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('The attestation does not count');
    expect(await team.branch('sign/init')).toBe(head);
  });

  it('without roots is stored, and said to be unchecked; roots of the event itself are none', async () => {
    const { team, made, bob } = await invited(false);
    const file = written('chain.pem', made.leaf.pem + made.device.pem);
    const accepted = await bob.does('sign', 'init', '--attestation', file, '--yes');
    expect(accepted.stderr).toContain('nobody can check the attestation');
    await bob.push('sign/init', { 'attestations/roots.pem': made.root.pem });
    const { json } = (await (await team.person('alice')).playground('status', 'init', '--json')) as {
      json: { attestations?: readonly string[]; findings?: readonly { code: string; path?: string }[] };
    };
    expect(json.attestations).toEqual([expect.stringContaining('nobody can check')]);
    expect(json.findings?.map(({ code, path }) => [code, path])).toContainEqual([
      'outside-event',
      'attestations/roots.pem',
    ]);
  });

  it('that is changed afterwards no longer counts', async () => {
    const { team, made, bob } = await invited(true);
    await bob.does(
      'sign',
      'init',
      '--attestation',
      written('c.pem', made.leaf.pem + made.device.pem),
      '--yes',
    );
    const files = (await git(team.remote, 'ls-tree', '--name-only', 'sign/init', 'attestations/')).split(
      '\n',
    );
    const path = files.find((name) => !name.endsWith('roots.pem')) ?? '';
    await bob.push('sign/init', { [path]: `${readFileSync(team.keyFile('online'), 'utf8')}<script>` });
    const { json } = await statusOf(team);
    expect(json.attestations).toEqual([expect.stringContaining('does not count')]);
  });

  it('goes with an acceptance alone', async () => {
    const { made, bob } = await invited(true);
    const file = written('chain.pem', made.leaf.pem);
    for (const flags of [['--comment'], ['--web'], ['--bundle', 'x']]) {
      const outcome = await bob.playground('sign', 'init', '--attestation', file, '--yes', ...flags);
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain('--attestation');
    }
    await bob.does('sign', 'init', '--yes');
    await bob.does('delegate', 'init', 'targets', '--expiry', '99', '--yes');
    const nothing = await bob.playground('sign', 'init', '--attestation', file, '--yes');
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.stderr).toContain('no invitation to accept');
  });
});

/**
 * The files as they stand in git, byte for byte: the form that tuf-on-ci established, so that edits by other tools and
 * by ours give small diffs, and that its signers can keep their tool.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { git } from '../support/git.ts';
import { addArtifacts, allSign, publishedTeam, type Team } from '../support/people.ts';

const STATE = 'metadata/.signing-event-state';

/** What Python's json module makes of a JSON text, in the options that tuf-on-ci writes with. */
const PYTHON = `
import json, sys
value = json.loads(sys.stdin.buffer.read())
sys.stdout.write(json.dumps(value, indent=1, separators=(",", ": "), sort_keys=True))`;

const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import json'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

function python(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('python3', ['-c', PYTHON], (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.end(text);
  });
}

/** Sorted keys at every level, as the text has them. */
function expectSorted(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) expect(Object.keys(value)).toEqual(Object.keys(value).sort());
  for (const member of Object.values(value)) expectSorted(member);
}

/** A file's bytes as text; `git show` through a helper that trims would hide a newline at the end. */
async function bytes(team: Team, revision: string, path: string): Promise<string> {
  const size = Number(await git(team.remote, 'cat-file', '-s', `${revision}:${path}`));
  const text = await team.read(revision, path);
  expect(Buffer.byteLength(text), `${path} ends with a newline`).toBe(size);
  return text;
}

async function metadataPaths(team: Team, revision: string): Promise<readonly string[]> {
  const paths = await git(team.remote, 'ls-tree', '-r', '--name-only', revision, 'metadata');
  return paths.split('\n').filter((path) => path.endsWith('.json'));
}

async function signatures(team: Team, revision: string, path: string) {
  const { signatures: list } = JSON.parse(await bytes(team, revision, path));
  return list as readonly { readonly keyid: string; readonly sig: string }[];
}

/** The keyids of a role as root has them. */
async function keyids(team: Team, revision: string, role: string): Promise<readonly string[]> {
  return JSON.parse(await bytes(team, revision, 'metadata/root.json')).signed.roles[role].keyids;
}

let published: Team;
/** An event that replaces Bob by Carol in root and adds a role; nobody has done anything in it yet. */
let event: Team;

beforeAll(async () => {
  published = await publishedTeam({
    signers: ['alice', 'bob'],
    threshold: 2,
    artifacts: { 'app.txt': 'app' },
  });
  event = published.copy();
  const alice = await event.person('alice');
  await alice.does('delegate', 'change', 'root', '--signers', '@alice,@carol', '--threshold', '2', '--yes');
  await alice.does('delegate', 'change', 'team', '--signers', '@dave,@alice', '--threshold', '1', '--yes');
});

describe.concurrent('Metadata files', () => {
  const revisions = () =>
    [
      [published, 'main'],
      [published, 'online'],
      [event, 'sign/change'],
    ] as const;

  it('have sorted keys, an indent of one space, and no newline at the end', async () => {
    let files = 0;
    for (const [team, revision] of revisions()) {
      for (const path of await metadataPaths(team, revision)) {
        const text = await bytes(team, revision, path);
        const value = JSON.parse(text);
        expectSorted(value);
        expect(text).toBe(JSON.stringify(value, null, 1));
        files++;
      }
    }
    expect(files).toBe(3 + 2 + 5);
  });

  it.skipIf(!hasPython)('are what Python’s json module writes (skipped without python3)', async () => {
    for (const [team, revision] of revisions()) {
      for (const path of await metadataPaths(team, revision)) {
        const text = await bytes(team, revision, path);
        expect(await python(text)).toBe(text);
      }
    }
  });

  it.skipIf(!hasPython)(
    'keep to it with text beyond ASCII that came from elsewhere (skipped without python3)',
    async () => {
      const team = published.copy();
      const alice = await team.person('alice');
      await addArtifacts(alice, 'text', { 'app.txt': 'changed' });
      const file = JSON.parse(await team.read('sign/text', 'metadata/targets.json'));
      file.signed.targets['app.txt'].custom = {
        'x-naïve': 'café \u{1f600} \u2028 \u007f "\\',
        'x-a': [],
        'x-b': {},
      };
      await alice.push('sign/text', { 'metadata/targets.json': JSON.stringify(file) });
      await alice.does('sign', 'text', '--yes');
      const text = await bytes(team, 'sign/text', 'metadata/targets.json');
      expect(text).toMatch(/^[\n -~]*$/);
      expect(await python(text)).toBe(text);
      expect(JSON.parse(text).signed.targets['app.txt'].custom).toEqual(
        file.signed.targets['app.txt'].custom,
      );
    },
  );

  it('are left byte for byte as they are where nobody edited them', async () => {
    const before = await git(event.remote, 'ls-tree', '-r', 'main');
    const after = await git(event.remote, 'ls-tree', '-r', 'sign/change');
    const kept = (path: string) => (line: string) => line.endsWith(`\t${path}`);
    for (const path of ['metadata/root_history/1.root.json', 'targets/app.txt']) {
      expect(after.split('\n').find(kept(path))).toBe(before.split('\n').find(kept(path)));
    }
  });
});

describe.concurrent('A draft', () => {
  it('of root has one empty signature for each key of the old root and of the new one', async () => {
    const old = await keyids(event, 'main', 'root');
    expect(old).toHaveLength(2);
    const team = event.copy();
    const start = await signatures(team, 'sign/change', 'metadata/root.json');
    expect(start.map(({ keyid }) => keyid).sort()).toEqual([...old].sort());
    expect(start.map(({ sig }) => sig)).toEqual(['', '']);

    await allSign(team, 'change', 'dave');
    await (await team.person('carol')).does('sign', 'change', '--yes');
    const union = new Set([...old, ...(await keyids(team, 'sign/change', 'root'))]);
    expect(union.size).toBe(3);
    const now = await signatures(team, 'sign/change', 'metadata/root.json');
    expect(now.map(({ keyid }) => keyid).sort()).toEqual([...union].sort());
    expect(now.filter(({ sig }) => sig !== '')).toHaveLength(1);
  });

  it('of another role has one for each of its keys', async () => {
    const team = published.copy();
    await addArtifacts(await team.person('alice'), 'change', { 'app.txt': 'changed' });
    const draft = await signatures(team, 'sign/change', 'metadata/targets.json');
    expect(draft).toEqual((await keyids(team, 'main', 'targets')).map((keyid) => ({ keyid, sig: '' })));
  });

  it('keeps empty signatures until every threshold is met, and no longer', async () => {
    const team = event.copy();
    const unsigned = async (path: string) =>
      (await signatures(team, 'sign/change', path)).filter(({ sig }) => sig === '').length;
    await allSign(team, 'change', 'dave');
    // One of two is enough for this role, so the place that Alice had in it is gone; she may still sign.
    expect(await signatures(team, 'sign/change', 'metadata/team.json')).toHaveLength(1);
    await allSign(team, 'change', 'carol', 'alice');
    expect(await signatures(team, 'sign/change', 'metadata/team.json')).toHaveLength(2);
    expect(await unsigned('metadata/root.json')).toBe(1);
    expect(await unsigned('metadata/targets.json')).toBe(1);
    await allSign(team, 'change', 'bob');
    for (const path of await metadataPaths(team, 'sign/change')) expect(await unsigned(path)).toBe(0);
    expect(await (await team.person('bob')).playground('status', 'change')).toMatchObject({ code: 0 });
  });

  it('has a version one above the published one, however often it is edited', async () => {
    const team = event.copy();
    const alice = await team.person('alice');
    await alice.does('delegate', 'change', 'root', '--expiry', '100', '--yes');
    const { signed } = JSON.parse(await bytes(team, 'sign/change', 'metadata/root.json'));
    expect(signed).toMatchObject({ version: 2, 'x-tuf-on-ci-expiry-period': 100 });
    expect(signed.expires).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('of root is the same file as its copy in root_history, whoever has signed', async () => {
    const team = event.copy();
    const same = async (version: number) =>
      expect(await bytes(team, 'sign/change', `metadata/root_history/${version}.root.json`)).toBe(
        await bytes(team, 'sign/change', 'metadata/root.json'),
      );
    await same(2);
    for (const name of ['dave', 'carol', 'alice', 'bob']) {
      await allSign(team, 'change', name);
      await same(2);
    }
  });
});

describe.concurrent('The file of open invitations', () => {
  it('names who is invited to what, with an indent of two, and goes away with the last acceptance', async () => {
    const team = event.copy();
    const expected = { invites: { '@carol': ['root'], '@dave': ['team'] } };
    const text = await bytes(team, 'sign/change', STATE);
    expect(text).toBe(JSON.stringify(expected, null, 2));
    await allSign(team, 'change', 'carol');
    expect(await bytes(team, 'sign/change', STATE)).toBe(
      '{\n  "invites": {\n    "@dave": [\n      "team"\n    ]\n  }\n}',
    );
    await allSign(team, 'change', 'dave');
    expect(await git(team.remote, 'ls-tree', '--name-only', 'sign/change', STATE)).toBe('');
  });

  it('is not on main', async () => {
    expect(await git(published.remote, 'ls-tree', '--name-only', 'main', STATE)).toBe('');
  });
});

describe.concurrent('Keys', () => {
  it('carry their owner or their URI, and their keyid is the hash of all of it', async () => {
    const { keys } = JSON.parse(await bytes(published, 'main', 'metadata/root.json')).signed;
    const marks = Object.values<Record<string, string>>(keys).map(
      (key) => key['x-tuf-on-ci-keyowner'] ?? key['x-tuf-on-ci-online-uri'],
    );
    expect(marks.sort()).toEqual(['@alice', '@bob', 'env:ONLINE_KEY']);
    for (const [keyid, key] of Object.entries(keys)) {
      // PEM text is the one place where the canonical form differs from sorted, compact JSON: line breaks stand raw.
      const canonical = JSON.stringify(key, sortKeys).replaceAll('\\n', '\n');
      expect(keyid).toBe(createHash('sha256').update(canonical).digest('hex'));
    }
  });
});

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

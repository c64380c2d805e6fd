/** Comments that want what they must not get, through the real workflow: nothing of them reaches the event. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AcceptFields,
  acceptance,
  answerTo,
  block,
  post,
  postAndWait,
  type SignFields,
  signature,
  signersOf,
} from '../support/contributions.ts';
import { type LocalGitHub, publishedGitHub } from '../support/local-github.ts';

let copy: () => Promise<LocalGitHub>;
beforeAll(async () => {
  copy = await publishedGitHub();
});

/** An event with another artifact, waiting for Alice and Bob; its pull request. */
async function proposed(github: LocalGitHub, event: string, content = 'more'): Promise<number> {
  await github.proposes('alice', event, { 'more.txt': content });
  const pull = await github.openPull(event);
  await github.idle();
  return pull;
}

/** An event that invites Erin to a new role; its pull request. */
async function invited(github: LocalGitHub): Promise<number> {
  const alice = await github.person('alice');
  await alice.does('delegate', 'team', 'team-a', '--signers', '@erin', '--yes');
  const pull = await github.openPull('team');
  await github.idle();
  return pull;
}

interface Refused {
  readonly by?: string;
  readonly text: string;
  /** What the reply has to say. */
  readonly because: RegExp;
}

/** Posts all at once; each is refused, with a reason, and the branch stays where it was. */
async function allRefused(
  github: LocalGitHub,
  event: string,
  pull: number,
  cases: Readonly<Record<string, Refused>>,
): Promise<void> {
  const head = await github.branch(`sign/${event}`);
  const posted: (readonly [string, Refused, number])[] = [];
  for (const [name, one] of Object.entries(cases))
    posted.push([name, one, await post(github, one.by ?? 'mallory', pull, one.text)]);
  await github.idle();
  expect(github.lastRun('Signing event').conclusion).toBe('success');
  for (const [name, { because }, id] of posted) {
    const { reactions, replies } = await answerTo(github, pull, id);
    expect([name, reactions, replies.length]).toEqual([name, ['confused'], 1]);
    expect([name, decoded(replies[0])]).toEqual([name, expect.stringMatching(because)]);
  }
  expect(await github.branch(`sign/${event}`)).toBe(head);
}

/** The text of a reply as a reader sees it. */
function decoded(text = ''): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll('\u2060', '');
}

describe('An acceptance', () => {
  it('counts from the invited account alone, with the key it names, for this event', async () => {
    const github = await copy();
    const pull = await invited(github);
    const erin = (wrong: Partial<AcceptFields> = {}) => acceptance(github, 'erin', 'team', 'team-a', wrong);
    const mallory = acceptance(github, 'mallory', 'team', 'team-a');
    await allRefused(github, 'team', pull, {
      'by somebody who is not invited': {
        text: block(mallory),
        because: /@mallory is not invited to team-a/,
      },
      'that names the invited login, with a key of one’s own': {
        text: block(acceptance(github, 'mallory', 'team', 'team-a', { login: '@erin' })),
        because: /accepts an invitation of @erin, and was posted by @mallory/,
      },
      'of the invited, posted by another account': {
        text: block(erin()),
        because: /accepts an invitation of @erin, and was posted by @mallory/,
      },
      'to a role without an invitation': {
        by: 'erin',
        text: block(acceptance(github, 'erin', 'team', 'targets')),
        because: /@erin is not invited to targets/,
      },
      'to a role that inherits its name': {
        by: 'erin',
        text: block(acceptance(github, 'erin', 'team', '__proto__')),
        because: /@erin is not invited to __proto__/,
      },
      'for another event': {
        by: 'erin',
        text: block(erin({ event: 'other' })),
        because: /to the event other/,
      },
      'for another repository': {
        by: 'erin',
        text: block(erin({ repository: 'mallory/repository' })),
        because: /of mallory\/repository/,
      },
      'with somebody else’s key': {
        by: 'erin',
        text: block(erin({ key: mallory.key })),
        because: /does not show that @erin holds the key/,
      },
      'with the proof of another acceptance': {
        by: 'erin',
        text: block(erin({ proof: erin({ event: 'other' }).proof })),
        because: /does not show that @erin holds the key/,
      },
      'with a key that has more fields': {
        by: 'erin',
        text: block(erin({ key: { ...erin().key, 'x-tuf-on-ci-keyowner': '@alice' } })),
        because: /a member that does not belong here/,
      },
      'with a key of a kind that nobody uses': {
        by: 'erin',
        text: block(erin({ key: { keytype: 'rot13', scheme: 'rot13', keyval: { public: 'x' } } })),
        because: /rot13 key cannot be used/,
      },
    });
    // After all of that the one who is invited accepts.
    expect(await postAndWait(github, 'erin', pull, block(erin()))).toMatchObject({
      reactions: ['+1'],
      replies: [],
    });
    // A second key for an invitation that is accepted already is none.
    const other = acceptance(github, 'mallory', 'team', 'team-a', { login: '@erin' });
    await allRefused(github, 'team', pull, {
      'once more, with another key': {
        by: 'erin',
        text: block(other),
        because: /@erin is not invited to team-a/,
      },
    });
  });
});

describe('A signature', () => {
  it('counts for the very content that is proposed here, under a key of the role', async () => {
    const github = await copy();
    const pull = await proposed(github, 'more');
    await github.proposes('alice', 'other', { 'more.txt': 'something else' });
    const elsewhere = await copy();
    await proposed(elsewhere, 'more', 'of another repository');

    const bob = await signature(github, 'bob', 'more', 'targets');
    const stranger = await signature(github, 'mallory', 'more', 'targets');
    const other = await signature(github, 'bob', 'other', 'targets');
    const foreign = await signature(elsewhere, 'bob', 'more', 'targets');
    await elsewhere.close();
    const old = await signature(github, 'bob', 'more', 'targets', 'main');
    const root = await signature(github, 'bob', 'more', 'root');
    const sign = (fields: Partial<SignFields>) => block({ ...bob, ...fields });
    await allRefused(github, 'more', pull, {
      'for the version before': { text: block(old), because: /signs version 1 of targets; .* version 2/ },
      'for the version before, called the next': {
        text: block({ ...old, version: 2 }),
        because: /other content/,
      },
      'for a version to come': { text: sign({ version: 3 }), because: /signs version 3/ },
      'for another event': { text: block(other), because: /other content/ },
      'for another repository': { text: block(foreign), because: /other content/ },
      'for a role that does not change': {
        text: block(root),
        because: /root is no role that this event changes/,
      },
      'for another role than it says': {
        text: block({ ...root, role: 'targets' }),
        because: /version 1|other content/,
      },
      'for a role that is signed online': {
        text: sign({ role: 'snapshot' }),
        because: /no role that this event changes/,
      },
      'for no role at all': {
        text: sign({ role: 'constructor' }),
        because: /no role that this event changes/,
      },
      'under a key of nobody': { text: block(stranger), because: /none of those that sign targets/ },
      'under somebody’s keyid with another key': {
        text: block({ ...stranger, keyid: bob.keyid }),
        because: /does not count/,
      },
      'of other bytes': { text: sign({ sig: other.sig }), because: /does not count/ },
      'of the right length and nothing else': {
        text: sign({ sig: '00'.repeat(64) }),
        because: /does not count/,
      },
      'of no length': { text: sign({ sig: '00' }), because: /does not count/ },
    });
    expect(await signersOf(github, 'sign/more', 'targets')).toEqual([]);
  });
});

describe('A block', () => {
  it('of any other form is refused with what is wrong about it', async () => {
    const github = await copy();
    const pull = await proposed(github, 'more');
    const right = await signature(github, 'bob', 'more', 'targets');
    const text = JSON.stringify(right);
    const { keyid: _keyid, ...without } = right;
    await allRefused(github, 'more', pull, {
      'with a field more': {
        text: block({ ...right, comment: 'hi' }),
        because: /"comment".*does not belong here/,
      },
      'with a field less': { text: block(without), because: /keyid.*is missing/ },
      'with a field twice': {
        text: block(`${text.slice(0, -1)},"role":"root"}`),
        because: /not strict JSON/,
      },
      'of another type': {
        text: block({ ...right, type: 'merge' }),
        because: /expected "sign" or "accept", found "merge"/,
      },
      'with a number as text': { text: block({ ...right, version: '2' }), because: /version/ },
      'with a number that is none': {
        text: block(text.replace('"version":2', '"version":2e0')),
        because: /not strict JSON|version/,
      },
      'with letters that are no hex': {
        text: block({ ...right, sig: `${right.sig.slice(0, -1)}g` }),
        because: /sig/,
      },
      'with a list': { text: block('[]'), because: /the block/ },
      'with no JSON': { text: block('role: targets'), because: /not strict JSON/ },
      'with half a character': {
        text: block(text.replace('targets', '\\ud800')),
        because: /not strict JSON|role/,
      },
      'with a broken escape': { text: block(text.replace('targets', '\\x41')), because: /not strict JSON/ },
      'with letters that look like others': {
        text: block(text.replace('targets', 'tаrgets')),
        because: /visible ASCII/,
      },
      'with something invisible': {
        text: block(text.replace('targets', 'targets\u200b')),
        because: /visible ASCII/,
      },
      'with a byte order mark': { text: block(`\ufeff${text}`), because: /not strict JSON/ },
      'too large': {
        text: block({ ...right, sig: '00'.repeat(20_000) }),
        because: /not strict JSON: .*(?:large|long|bytes)/,
      },
      'too deep': { text: block('['.repeat(10_000)), because: /not strict JSON/ },
      'without an end': { text: `\`\`\`tuf-contribution-v1\n${text}\n`, because: /has no end/ },
      'of a version to come': {
        text: block(text, 'tuf-contribution-v2'),
        because: /reads "tuf-contribution-v1"/,
      },
      'with more words at its head': {
        text: block(text, 'tuf-contribution-v1 title=x'),
        because: /reads "tuf-contribution-v1"/,
      },
      'too often': { text: block('{}').repeat(65), because: /more than 64/ },
    });
  });

  it('that does not stand at the top of the text is no contribution', async () => {
    const github = await copy();
    const pull = await proposed(github, 'more');
    const head = await github.branch('sign/more');
    const valid = block(await signature(github, 'bob', 'more', 'targets'));
    const indented = (by: string) => valid.replaceAll(/^/gm, by);
    const hidden = {
      quoted: indented('> '),
      'in a comment of HTML': `Hello\n<!-- hidden\n\n${valid}\n-->`,
      'in a block of HTML': `<!--\n${valid}\n-->`,
      'in a script': `<script>\n\n${valid}\n</script>`,
      'in another block of code': `~~~~\n${valid}\n~~~~\n`,
      'in a longer fence': `\`\`\`\`markdown\n${valid}\n\`\`\`\`\n`,
      'in a block that has no end': `\`\`\`\`\n${valid}`,
      'in a list': `- see\n\n${indented('  ')}`,
      'as indented code': indented('    '),
      'of tildes': valid.replaceAll('```', '~~~'),
      'behind something': `x ${valid}`,
    };
    const ids = [];
    for (const [name, text] of Object.entries(hidden))
      ids.push([name, await post(github, 'bob', pull, text)] as const);
    await github.idle();
    await github.dispatch('signing-event.yml');
    await github.idle();
    for (const [name, id] of ids)
      expect([name, await answerTo(github, pull, id)]).toEqual([name, { reactions: [], replies: [] }]);
    expect(await github.branch('sign/more')).toBe(head);
  });
});

describe('A comment that is not what it was', () => {
  it('counts as it was posted where it wakes the run, and not at all where a later run finds it', async () => {
    const github = await copy();
    const pull = await proposed(github, 'more');
    const edit = (by: string, id: number, body: string) =>
      github.api(by, 'PATCH', `/issues/comments/${id}`, { body });
    const [alice, bob] = [
      block(await signature(github, 'alice', 'more', 'targets')),
      block(await signature(github, 'bob', 'more', 'targets')),
    ];

    // A maintainer makes another comment of it, before or after the run looks.
    const changed = await post(github, 'bob', pull, bob);
    await edit('alice', changed, 'Nothing to see.');
    await github.idle();
    expect(await signersOf(github, 'sign/more', 'targets')).toEqual(['@bob']);

    // A comment that became a contribution only later wakes nothing, and is refused when it is found.
    const grown = await post(github, 'mallory', pull, 'I have nothing to say.');
    await edit('mallory', grown, alice);
    await github.idle();
    expect(await answerTo(github, pull, grown)).toEqual({ reactions: [], replies: [] });
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(await answerTo(github, pull, grown)).toEqual({
      reactions: ['confused'],
      replies: [expect.stringMatching(/edited after it was posted/)],
    });
    expect(await signersOf(github, 'sign/more', 'targets')).toEqual(['@bob']);

    const deleted = await post(github, 'alice', pull, alice);
    await github.api('alice', 'DELETE', `/issues/comments/${deleted}`);
    await github.idle();
    expect(github.lastRun('Signing event').conclusion).toBe('success');
    expect(await signersOf(github, 'sign/more', 'targets')).toEqual(['@bob']);
  });

  it('an acceptance or a command that a maintainer puts into somebody’s mouth is none', async () => {
    const github = await copy();
    const pull = await invited(github);
    const head = await github.branch('sign/team');
    const innocent = await post(github, 'erin', pull, 'What is this about?');
    // Bob may write, so he may edit; his key would become Erin's.
    const key = acceptance(github, 'bob', 'team', 'team-a', { login: '@erin' });
    await github.api('bob', 'PATCH', `/issues/comments/${innocent}`, { body: block(key) });
    const other = await post(github, 'alice', pull, 'A word from the owner.');
    await github.api('bob', 'PATCH', `/issues/comments/${other}`, { body: '/status' });
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(await answerTo(github, pull, innocent)).toMatchObject({ reactions: ['confused'] });
    expect(await answerTo(github, pull, other)).toEqual({ reactions: [], replies: [] });
    expect(await github.branch('sign/team')).toBe(head);
  });
});

describe('A contribution in the wrong place', () => {
  it('on a pull request into another branch, or on one that is closed, is left alone', async () => {
    const github = await copy();
    await (await github.person('alice')).push('develop', { 'README.md': 'x\n' });
    await github.proposes('alice', 'more', { 'more.txt': 'more' });
    const valid = block(await signature(github, 'bob', 'more', 'targets'));
    const head = await github.branch('sign/more');
    const wanted = { title: 'Elsewhere', head: 'sign/more', base: 'develop' };
    const elsewhere = (await github.api('alice', 'POST', '/pulls', wanted)).number;
    await github.idle();
    expect(await postAndWait(github, 'bob', elsewhere, valid)).toMatchObject({ reactions: [], replies: [] });
    expect(await github.branch('sign/more')).toBe(head);
    expect(await github.comments(elsewhere)).toHaveLength(1);

    const pull = await github.openPull('more');
    await github.idle();
    await github.api('alice', 'PATCH', `/pulls/${pull}`, { state: 'closed' });
    expect(await postAndWait(github, 'bob', pull, valid)).toMatchObject({ reactions: [], replies: [] });
    expect(github.lastRun('Signing event').conclusion).toBe('skipped');
    expect(await github.branch('sign/more')).toBe(head);

    // What was said in between counts when it is open again.
    await github.api('alice', 'PATCH', `/pulls/${pull}`, { state: 'open' });
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(await signersOf(github, 'sign/more', 'targets')).toEqual(['@bob']);
  });

  it('in a comment of the bot’s own is never read', async () => {
    const github = await copy();
    const say = `
on: { workflow_dispatch: { inputs: { pull: { type: string }, body: { type: string } } } }
permissions: { pull-requests: write }
jobs:
  say:
    runs-on: ubuntu-latest
    steps:
      - env: { TOKEN: "\${{ github.token }}", PULL: "\${{ inputs.pull }}", BODY: "\${{ inputs.body }}" }
        run: |
          node -e '
            const { GITHUB_API_URL: api, GITHUB_REPOSITORY: name, TOKEN, PULL, BODY } = process.env;
            fetch(api + "/repos/" + name + "/issues/" + PULL + "/comments", { method: "POST",
              headers: { authorization: "Bearer " + TOKEN }, body: JSON.stringify({ body: BODY }) })
              .then(({ status }) => process.exit(status === 201 ? 0 : 1));
          '
`;
    await (await github.person('alice')).push('main', { '.github/workflows/say.yml': say });
    await github.idle();
    const pull = await proposed(github, 'more');
    const head = await github.branch('sign/more');
    const body = block(await signature(github, 'bob', 'more', 'targets'));
    for (const text of [body, '/status']) {
      const inputs = { pull: `${pull}`, body: text };
      await github.api('alice', 'POST', '/actions/workflows/say.yml/dispatches', { ref: 'main', inputs });
      await github.idle();
    }
    await github.dispatch('signing-event.yml');
    await github.idle();
    expect(await github.branch('sign/more')).toBe(head);
    const said = (await github.comments(pull)).filter(
      ({ body: text }) => text === body || text === '/status',
    );
    expect(said.map(({ user }) => user.login)).toEqual(['github-actions[bot]', 'github-actions[bot]']);
    for (const { id } of said)
      expect(await answerTo(github, pull, id)).toEqual({ reactions: [], replies: [] });
  });
});

/** Logins and the file of open invitations: what is read, what is refused, and that reading and writing agree. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatInvitations,
  invitedCounts,
  invitedRoles,
  normaliseLogin,
  readInvitations,
  withoutInvitation,
} from '../../src/event/invitations.ts';
import { RepositoryError } from '../../src/repository/errors.ts';
import { INVITATION_FILE } from '../../src/repository/layout.ts';
import { type Content, memoryState } from '../support/memory-tree.ts';

const read = async (content: Content) =>
  readInvitations(await memoryState(new Map([[INVITATION_FILE, content]])));

/** What the file's finding says. */
async function refusal(content: Content): Promise<string> {
  const error = await read(content).catch((caught: unknown) => caught);
  if (!(error instanceof RepositoryError)) return `no refusal: ${JSON.stringify(error)}`;
  expect(error.code).toBe('invalid');
  expect(error.findings).toMatchObject([
    { code: 'invitation-file', path: INVITATION_FILE, severity: 'error' },
  ]);
  return error.message;
}

describe('a login', () => {
  it('has one @, whether or not it was given', () => {
    expect(normaliseLogin('alice')).toBe('@alice');
    expect(normaliseLogin('@alice')).toBe('@alice');
  });

  it('follows the rules of GitHub, those for accounts that a company manages included', () => {
    const good = ['a', 'A1', 'a-b', 'octo-cat-2', 'alice_acme', 'x'.repeat(39)];
    for (const login of good) expect(normaliseLogin(login), login).toBe(`@${login}`);
    const bad = [
      '',
      '@',
      '@@a',
      '-a',
      'a-',
      'a--b',
      '_a',
      'a b',
      'a/b',
      'ä',
      'x'.repeat(40),
      'a\n',
      'org/team',
    ];
    for (const login of [...bad, '__proto__', '@__proto__', 'a@b'])
      expect(normaliseLogin(login), login).toBeUndefined();
  });
});

describe('the file of open invitations', () => {
  it('is read in the order in which it was written', async () => {
    const invitations = await read('{"invites": {"@zoe": ["root", "targets"], "@adam": ["team"]}}');
    expect([...invitations]).toEqual([
      ['@zoe', ['root', 'targets']],
      ['@adam', ['team']],
    ]);
    expect(invitedCounts(invitations).get('root')).toBe(1);
  });

  it('stands for no invitation where it is not there', async () => {
    expect(await readInvitations(await memoryState(new Map()))).toEqual(new Map());
  });

  it.each([
    ['no JSON', 'invites: {}'],
    ['nothing', ''],
    ['no object', '[]'],
    ['another member', '{"invites": {}, "more": 1}'],
    ['no invites', '{}'],
    ['invites that are a list', '{"invites": ["@alice"]}'],
    ['roles that are no list', '{"invites": {"@alice": "root"}}'],
    ['a role that is a number', '{"invites": {"@alice": [1]}}'],
    ['an invitation to nothing', '{"invites": {"@alice": []}}'],
    ['a login without @', '{"invites": {"alice": ["root"]}}'],
    ['a login that is a name of JavaScript', '{"invites": {"__proto__": ["root"]}}'],
    ['a login with a line break', '{"invites": {"@a\\nb": ["root"]}}'],
    ['a login twice', '{"invites": {"@alice": ["root"], "@alice": ["targets"]}}'],
    ['a login twice, in two spellings', '{"invites": {"@alice": ["root"], "@ALICE": ["targets"]}}'],
    ['a role twice', '{"invites": {"@alice": ["root", "root"]}}'],
    ['bytes that are no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['more bytes than anybody would write', `{"invites": {}}${' '.repeat(65_536)}`],
    ['a link', { content: 'root.json', kind: 'symlink' }],
    ['an executable', { content: '{"invites": {"@alice": ["root"]}}', kind: 'executable' }],
  ] as const)('is refused where it holds %s', async (_what, content) => {
    expect(await refusal(content)).toContain(`${INVITATION_FILE} cannot be used`);
  });

  it('comes back as it was written', async () => {
    const login = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/).map((name) => `@${name}`);
    const role = fc.constantFrom('root', 'targets', 'team', '__proto__', 'constructor', '10', '2');
    const roles = fc.uniqueArray(role, { minLength: 1 });
    const entries = fc.uniqueArray(fc.tuple(login, roles), {
      selector: ([name]) => name.toLowerCase(),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(entries, async (list) => {
        const invitations = new Map(list);
        expect([...(await read(formatInvitations(invitations) ?? ''))]).toEqual(list);
      }),
      { numRuns: 50 },
    );
  });

  it('goes away with the last invitation', () => {
    expect(formatInvitations(new Map())).toBeNull();
    expect(formatInvitations(new Map([['@alice', []]]))).toBeNull();
    expect(formatInvitations(new Map([['@alice', ['root']]]))).toBe(
      '{\n  "invites": {\n    "@alice": [\n      "root"\n    ]\n  }\n}',
    );
  });
});

describe('the invitations of one login', () => {
  const open = new Map([
    ['@Alice', ['root', 'targets']],
    ['@bob', ['root']],
  ]);

  it('are found whatever the case of the letters', () => {
    expect(invitedRoles(open, '@alice')).toEqual(['root', 'targets']);
    expect(invitedRoles(open, '@carol')).toEqual([]);
  });

  it('end one by one, and those of others stay', () => {
    const left = withoutInvitation(open, '@ALICE', ['root']);
    expect([...left]).toEqual([
      ['@Alice', ['targets']],
      ['@bob', ['root']],
    ]);
    expect([...withoutInvitation(left, '@alice', ['targets'])]).toEqual([['@bob', ['root']]]);
  });
});

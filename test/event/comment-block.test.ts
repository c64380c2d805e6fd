/** The wire form of a contribution: what is read, what is refused and with which words, what is never looked at. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Block,
  type Contribution,
  findBlocks,
  formatBlock,
  MOST_BLOCKS,
} from '../../src/event/comment-block.ts';
import { memorySigner } from '../support/signed-repository.ts';

const SIGN = {
  type: 'sign',
  role: 'targets',
  version: 3,
  sha256: 'ab'.repeat(32),
  keyid: 'cd'.repeat(32),
  sig: 'ef'.repeat(64),
} as const;

const ACCEPT = {
  type: 'accept',
  repository: 'alice/tuf',
  event: 'add-bob',
  login: '@bob',
  role: 'targets',
  key: memorySigner('@bob').key,
  proof: '01'.repeat(64),
} as const;

const fenced = (json: string, info = 'tuf-contribution-v1') => `\`\`\`${info}\n${json}\n\`\`\`\n`;
const block = (value: object) => fenced(JSON.stringify(value));

/** The only block of a comment, which has to be one that cannot be read; why not. */
function problemOf(comment: string): string {
  const blocks = findBlocks(comment);
  expect(blocks).toEqual([{ ok: false, problem: expect.any(String) }]);
  return (blocks[0] as Block & { ok: false }).problem;
}

const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex);
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const visible = (maxLength: number) =>
  fc
    .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength })
    .map((codes) => String.fromCharCode(...codes));
const signature = fc.integer({ min: 8, max: 300 }).chain(hex);
const contribution: fc.Arbitrary<Contribution> = fc.oneof(
  fc.record({
    type: fc.constant('sign' as const),
    role: visible(60),
    version: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    sha256: hex(32),
    keyid: hex(32),
    sig: signature,
  }),
  fc.record({
    type: fc.constant('accept' as const),
    repository: visible(60),
    event: visible(60),
    login: visible(39),
    role: visible(60),
    key: fc.record({
      keytype: visible(20),
      scheme: visible(20),
      keyval: fc.record({
        public: fc.constantFrom('ab'.repeat(32), '-----BEGIN X-----\nabc=\n-----END X-----\n'),
      }),
    }),
    proof: signature,
  }),
);
const prose = fc
  .array(
    fc.constantFrom('Hello', '', '# Title', 'I sign this.', '> quoted', '```js\n1\n```', 'a `b` c', '| x |'),
  )
  .map((lines) => lines.join('\n'));

describe('a block', () => {
  it('is read as it was written, with text for people around it', () => {
    fc.assert(
      fc.property(fc.array(contribution, { maxLength: 4 }), prose, (contributions, text) => {
        const comment = contributions.map((one) => `${text}\n\n${formatBlock(one)}`).join('') + text;
        for (const posted of [comment, comment.replaceAll('\n', '\r\n')]) {
          expect(findBlocks(posted)).toEqual(contributions.map((one) => ({ ok: true, contribution: one })));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('may be written on one line, with members in any order, and directly above and below text', () => {
    const { role, ...rest } = SIGN;
    expect(findBlocks(`I sign:\n${block({ ...rest, role })}Bye.`)).toEqual([
      { ok: true, contribution: SIGN },
    ]);
  });

  it('stands between text that ends lines as browsers and scripts do', () => {
    expect(findBlocks(`hello\r\n\r\n${formatBlock(SIGN)}`)).toEqual([{ ok: true, contribution: SIGN }]);
    expect(findBlocks(formatBlock(SIGN).trimEnd())).toEqual([{ ok: true, contribution: SIGN }]);
    expect(findBlocks(formatBlock(SIGN).replace('v1\n', 'v1  \n'))).toEqual([
      { ok: true, contribution: SIGN },
    ]);
  });

  it('may come with others; none hides another', () => {
    const blocks = findBlocks(`${formatBlock(SIGN)}\n${block({ ...SIGN, sig: 'x' })}${formatBlock(ACCEPT)}`);
    expect(blocks.map(({ ok }) => ok)).toEqual([true, false, true]);
  });

  it('is refused beyond the most that one comment may hold', () => {
    const blocks = findBlocks(formatBlock(SIGN).repeat(MOST_BLOCKS + 9));
    expect(blocks).toHaveLength(MOST_BLOCKS + 1);
    expect(blocks.at(-1)).toEqual({
      ok: false,
      problem: `is one of more than ${MOST_BLOCKS}; post the others in another comment`,
    });
  });
});

describe('text that is no block', () => {
  const inside = formatBlock(SIGN).trimEnd();
  it.each([
    ['a comment without one', 'Looks good to me.'],
    ['nothing', ''],
    ['a block in a quotation', inside.replace(/^/gm, '> ')],
    ['a block in a comment of HTML', `<!--\n${inside}\n-->`],
    ['a block in a comment of HTML without an end', `<!-- ${inside}\n\n${inside}`],
    ['a block in <details>', `<details>\n${inside}\n</details>`],
    ['a block in <pre>', `<pre>\n\n${inside}\n</pre>`],
    ['a block in a longer fence', `\`\`\`\`\n${inside}\n\`\`\`\``],
    ['a block between tildes', `~~~\n${inside}\n~~~`],
    ['a block in a list', `- a\n\n${inside.replace(/^/gm, '  ')}`],
    ['a block indented by one space', ` ${inside}`],
    ['a block of tildes', inside.replaceAll('```', '~~~')],
    ['a block of four backticks', inside.replaceAll('```', '````')],
    ['other code', fenced(JSON.stringify(SIGN), 'json')],
    ['code that only mentions it', fenced(JSON.stringify(SIGN), 'x-tuf-contribution-v1')],
  ])('is not looked at: %s', (_what, comment) => {
    expect(findBlocks(comment)).toEqual([]);
  });
});

describe('a block that was meant but cannot be read', () => {
  it.each([
    [
      'of another version',
      fenced('{}', 'tuf-contribution-v2'),
      /^begins with "tuf-contribution-v2"; this repo/,
    ],
    ['in upper case', fenced('{}', 'TUF-Contribution-v1'), /^begins with "TUF-Contribution-v1"/],
    [
      'with more on its first line',
      fenced('{}', 'tuf-contribution-v1 x'),
      /^begins with "tuf-contribution-v1 x"/,
    ],
    ['without an end', formatBlock(SIGN).replace(/```\n$/, ''), /has no end/],
    ['with an end that belongs to other fences', formatBlock(SIGN).replace(/```\n$/, '~~~\n'), /has no end/],
    ['right under HTML or not', `text\n<kbd>\n${formatBlock(SIGN)}`, /post it alone/],
    ['that is empty', fenced(''), /is not strict JSON: line 1/],
    ['with a comma too many', fenced('{"type":"sign",}'), /is not strict JSON: line 1, column 16/],
    ['with two values', fenced('{} {}'), /expected the end/],
    ['with a list', fenced('[]'), /expected an object, found an array/],
    ['with null', fenced('null'), /expected an object, found null/],
    ['of no type', block({ ...SIGN, type: undefined }), /type: expected a string, found nothing/],
    [
      'of another type',
      block({ ...SIGN, type: 'revoke' }),
      /type: expected "sign" or "accept", found "revoke"/,
    ],
    ['of a type of JavaScript', block({ ...SIGN, type: 'constructor' }), /found "constructor"/],
    ['with a member more', block({ ...SIGN, note: 1 }), /"note": a member that does not belong here/],
    ['with a member of the other kind', block({ ...SIGN, event: 'x' }), /"event": a member/],
    ['with a member of JavaScript', fenced('{"type":"sign","__proto__":{}}'), /"__proto__": a member/],
    [
      'with a member twice',
      fenced('{"type":"sign","type":"sign"}'),
      /the key "type" is in this object twice/,
    ],
    ['with a member twice, spelt differently', fenced('{"type":"sign","\\u0074ype":"sign"}'), /twice/],
    [
      'of version 0',
      block({ ...SIGN, version: 0 }),
      /version: expected a whole number of 1 or more, found 0/,
    ],
    [
      'of a version in quotes',
      block({ ...SIGN, version: '3' }),
      /version: expected a whole number, found a str/,
    ],
    ['of a fractional version', fenced(JSON.stringify(SIGN).replace(':3,', ':3.0,')), /"3.0" is not allowed/],
    ['of a version with an exponent', fenced(JSON.stringify(SIGN).replace(':3,', ':3e0,')), /is not allowed/],
    [
      'of a version beyond exact numbers',
      fenced(JSON.stringify(SIGN).replace(':3,', ':9007199254740993,')),
      /not/,
    ],
    ['with an empty role', block({ ...SIGN, role: '' }), /role: expected 1 to 256 visible ASCII characters/],
    ['with a role of two words', block({ ...SIGN, role: 'a b' }), /role: expected/],
    ['with a long role', block({ ...SIGN, role: 'r'.repeat(257) }), /role: expected/],
    ['with a short hash', block({ ...SIGN, sha256: 'ab' }), /sha256: expected 64 hex digits/],
    [
      'with a hash in upper case',
      block({ ...SIGN, sha256: 'AB'.repeat(32) }),
      /sha256: expected lower-case hex/,
    ],
    ['with a key id that is none', block({ ...SIGN, keyid: '__proto__' }), /keyid: expected lower-case hex/],
    ['with an empty signature', block({ ...SIGN, sig: '' }), /sig: expected lower-case hex/],
    ['with a signature in base64', block({ ...SIGN, sig: 'q83vEjQ=' }), /sig: expected lower-case hex/],
    ['with a signature of half a byte', block({ ...SIGN, sig: 'abc' }), /sig: expected lower-case hex/],
    [
      'with a long login',
      block({ ...ACCEPT, login: `@${'b'.repeat(64)}` }),
      /login: expected 1 to 64 visible/,
    ],
    ['with a key that is text', block({ ...ACCEPT, key: 'ssh-ed25519 AAAA' }), /key: expected a key object/],
    [
      'with a key without its kind',
      block({ ...ACCEPT, key: { ...ACCEPT.key, keytype: '' } }),
      /key.keytype: /,
    ],
    [
      'with a key that names an owner',
      block({ ...ACCEPT, key: { ...ACCEPT.key, 'x-tuf-on-ci-keyowner': '@m' } }),
      /"x-tuf-on-ci-keyowner": a member/,
    ],
    [
      'with a key with more in it',
      block({ ...ACCEPT, key: { ...ACCEPT.key, keyval: { ...ACCEPT.key.keyval, private: 'ab' } } }),
      /"private": a member/,
    ],
    [
      'with a key without the public one',
      block({ ...ACCEPT, key: { ...ACCEPT.key, keyval: {} } }),
      /public: is missing/,
    ],
    [
      'with a public key that is no text',
      block({ ...ACCEPT, key: { ...ACCEPT.key, keyval: { public: 1 } } }),
      /key.keyval.public: expected a string/,
    ],
    [
      'with an empty public key',
      block({ ...ACCEPT, key: { ...ACCEPT.key, keyval: { public: '' } } }),
      /expected hex digits or PEM/,
    ],
    ['that is deep', fenced(`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`), /more than 8 levels/],
    ['that is very deep', fenced('['.repeat(16_000)), /more than 8 levels/],
    ['that is large', block({ ...SIGN, sig: 'ab'.repeat(8_200) }), /more than 16384 bytes/],
    [
      'that is large in bytes, not in characters',
      fenced(`"${'\u20ac'.repeat(6_000)}"`),
      /more than 16384 bytes/,
    ],
    ['with a byte order mark', fenced(`\ufeff${JSON.stringify(SIGN)}`), /byte order mark/],
  ])('is told so: %s', (_what, comment, problem) => {
    expect(problemOf(comment)).toMatch(problem);
  });

  it.each(['role', 'version', 'sha256', 'keyid', 'sig'])('is told so: without %s', (member) => {
    expect(problemOf(block({ ...SIGN, [member]: undefined }))).toMatch(`${member}: is missing`);
  });

  it.each(['repository', 'event', 'login', 'role', 'key', 'proof'])('is told so: without %s', (member) => {
    expect(problemOf(block({ ...ACCEPT, [member]: undefined }))).toMatch(`${member}: is missing`);
  });
});

/** What a terminal, Markdown, HTML or a shell might take for more than text. */
const HOSTILE = [
  '\u001b[31m',
  '\u0000',
  '\u0007',
  '\u007f',
  '\u0085',
  '\u009b2J',
  '\u2028',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\ud800',
  '\udc00x',
  'Ｕ',
  '\u{1f600}',
  '\u{e0041}',
  '<img src=x onerror=alert(1)>',
  '$(touch /tmp/pwned)',
  '`id`',
  '@everyone',
  '](https://evil.example)',
];
const value = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 300, maxLength: 400 }),
);

describe('hostile text in a block', () => {
  it('reaches a problem only as printable ASCII of a limited length, and a contribution not at all', () => {
    const places = fc.constantFrom('type', 'role', 'keyid', 'sig', 'event', 'login', 'repository', 'proof');
    const inKey = fc.constantFrom('keytype', 'scheme', 'public', 'member', 'keyval');
    const written = fc.oneof(
      fc.record({ place: places, text: value }).map(({ place, text }) => block({ ...SIGN, [place]: text })),
      fc.record({ place: places, text: value }).map(({ place, text }) => block({ ...ACCEPT, [place]: text })),
      value.map((name) => block({ ...SIGN, [name]: 1 })),
      value.map((name) => fenced(`{"${name}":1}`)),
      value.map((text) => fenced(text)),
      value.map((text) => fenced('{}', `tuf-contribution-${text}`)),
      fc.record({ place: inKey, text: value }).map(({ place, text }) => {
        const { keytype, scheme, keyval } = ACCEPT.key;
        const inner = place === 'public' ? { public: text } : place === 'keyval' ? { [text]: 1 } : keyval;
        const key = { keytype, scheme, keyval: inner };
        const changed =
          place === 'keytype' || place === 'scheme'
            ? { ...key, [place]: text }
            : place === 'member'
              ? { ...key, [text]: text }
              : key;
        return block({ ...ACCEPT, key: changed });
      }),
    );
    fc.assert(
      fc.property(written, (comment) => {
        for (const found of findBlocks(comment)) {
          if (found.ok) expect(JSON.stringify(found.contribution)).toMatch(/^[\x20-\x7e]*$/);
          else expect(found.problem).toMatch(/^[\x20-\x7e]{1,403}$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('does not make one throw, whatever the comment', () => {
    const pieces = fc.oneof(
      fc.constantFrom(
        '```tuf-contribution-v1',
        '```',
        '\n',
        '\r',
        '{',
        '}',
        '"',
        '<!--',
        '-->',
        '> ',
        '  ',
        ...HOSTILE,
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        for (const found of findBlocks(parts.join(''))) if (found.ok) expect.fail('nothing here is complete');
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves the objects of the program alone', () => {
    findBlocks(fenced('{"type":"sign","__proto__":{"role":"polluted"}}'));
    findBlocks(block({ ...ACCEPT, key: JSON.parse('{"__proto__":{"keytype":"x"}}') }));
    expect(({} as { role?: string }).role).toBeUndefined();
    expect(({} as { keytype?: string }).keytype).toBeUndefined();
  });
});

describe('the longest comment that GitHub takes', () => {
  /** A measure of work that the speed of the machine does not change: the time for one, in times for a plain one. */
  function costOf(comment: string): number {
    const plain = 'Looks good to me, I have read all of it.\n'.repeat(Math.ceil(comment.length / 41));
    const time = (text: string) => {
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 5; run++) {
        const start = performance.now();
        findBlocks(text);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    return time(comment) / time(plain);
  }

  const LENGTH = 65_536;
  const fill = (piece: string, length: number) =>
    piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  it.each([
    ['fences', '```\n'],
    ['fences of our own', '```tuf-contribution-v1\n```\n'],
    ['fences of our own without an end', '```tuf-contribution-v1\n'],
    ['tildes', '~'],
    ['backticks', '`'],
    ['backticks before text', '`````x`'],
    ['less-than signs', '<'],
    ['lines of less-than signs', '<\n'],
    ['comments', '<!--\n'],
    ['tags', '<a>\n'],
    ['tags without an end', '<div '],
    ['doubtful tags', 'x\n<textarea>\n```\n  ~~~\n<!x\n'],
    ['list items', '- \n  ```\n'],
    ['spaces', ' '],
    ['quotes in a block', '```tuf-contribution-v1\n"""""""""""\n```\n'],
    ['carriage returns', '\r'],
    ['spaces after an opening fence', ' ', '```a', 'b'],
    ['spaces after what is no fence', ' ', '```', '`'],
    ['spaces after a closing fence', ' ', '```\n```', 'b'],
    ['spaces in a tag', ' ', '<b a', '='],
    ['empty lines in a comment', '\n', '<!--', ''],
    ['greater-than signs in a doubtful tag', '> ', 'x\n<b', 'b'],
  ])(
    'costs no more for each character than a shorter one, made of %s',
    (_what, piece, before = '', after = '') => {
      const filled = (length: number) => `${before}${fill(piece, length)}${after}`;
      const [short, long] = [costOf(filled(LENGTH / 16)), costOf(filled(LENGTH))];
      // Both are relative to plain text of the same length; quadratic work would be sixteen times as much.
      expect(long / short).toBeLessThan(8);
    },
  );

  it.each([
    ['one string', `"${'a'.repeat(60_000)}"`],
    ['brackets', '['.repeat(60_000)],
    ['escapes', `"${'\\u0061'.repeat(10_000)}"`],
    ['numbers', `[${'1,'.repeat(30_000)}1]`],
  ])('has no block of %s read', (_what, content) => {
    expect(problemOf(fenced(content))).toMatch(/more than 16384 bytes/);
  });
});

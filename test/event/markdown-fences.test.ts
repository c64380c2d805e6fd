/**
 * Which fenced blocks stand at the top level of a text. What GitHub shows there was looked up in the specification
 * (https://github.github.com/gfm/), and half a million generated texts were held against cmark-gfm, micromark and
 * commonmark.js: each block that is found for certain is one that all three show.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topLevelFences } from '../../src/event/markdown-fences.ts';

/** The blocks whose info is `here`: found for certain, found but doubtful, or not at all. */
function here(...lines: readonly string[]): 'shown' | 'doubtful' | 'hidden' {
  const found = [...topLevelFences(lines.join('\n'))].filter(({ info }) => info === 'here');
  if (found.length === 0) return 'hidden';
  return found.every(({ certain }) => certain) ? 'shown' : 'doubtful';
}

const BLOCK = ['```here', '{}', '```'];

describe('a fenced block at the top level', () => {
  it.each([
    ['alone', []],
    ['after a paragraph, which it ends', ['Here it is:']],
    ['after a heading', ['# Title']],
    ['after a rule', ['***']],
    ['after a list, which it ends', ['- one', '- two']],
    ['after a list with an empty line', ['- one', '']],
    ['after code in a list, which ends with the list', ['- one', '', '      code', '']],
    ['after code that begins a list item and ends with it', ['- ```', '  code']],
    ['after a quotation, which it ends', ['> one']],
    ['after code in a quotation, which ends with it', ['> ```', '> code']],
    ['after a comment in a quotation, which ends with it', ['> <!--']],
    ['after indented code', ['', '    ```', '']],
    ['after code indented by a tab', ['', '\t```', '']],
    ['after another block', ['```js', '1', '```']],
    ['after a block between tildes', ['~~~', '```', '~~~']],
    ['after a block between longer fences', ['`````', '```', '````', '`````']],
    ['after a block whose end is indented and followed by spaces', ['```', 'x', '   ```  \t']],
    ['after inline code of three backticks', ['``` code ```']],
    ['after backticks that are no fence, since others follow', ['```a`']],
    ['after a comment on one line', ['<!-- x -->']],
    ['after a comment of several lines', ['<!--', '', '-->']],
    ['after an empty comment', ['<!-->']],
    ['after a comment in a paragraph, which it ends', ['text <!--']],
    ['after HTML that an empty line ended', ['<details>', '<summary>Signature</summary>', '']],
    ['after a script', ['<script>', '', '</script>']],
    ['after <pre>', ['<pre>', '', 'x</pre>']],
    ['after a tag in a paragraph', ['see <b>', '']],
    ['after a tag with text behind it', ['<b>bold</b> text']],
    ['after a link in angle brackets', ['<https://example.com>', '']],
    ['after a table, which it ends', ['| a |', '| - |', '| b |']],
    ['after a footnote with code in it', ['[^1]: ```']],
    ['after a list that ended, and code that is indented', ['- one', '', 'text', '', '  ```', 'x', '  ```']],
  ])('is shown %s', (_where, above) => {
    expect(here(...above, ...BLOCK)).toBe('shown');
  });

  it.each([
    ['indented by one space', [' ```here', '{}', '```']],
    ['indented by a tab', ['\t```here', '{}', '```']],
    ['of tildes', ['~~~here', '{}', '~~~']],
    ['of four backticks', ['````here', '{}', '````']],
    ['in a quotation', ['> ```here', '> {}', '> ```']],
    ['in a quotation in a quotation', ['> > ```here', '> > {}', '> > ```']],
    ['in a list', ['- ```here', '  {}', '  ```']],
    ['in a list, on its own line', ['- text', '', '  ```here', '  {}', '  ```']],
    ['in a comment', ['<!--', ...BLOCK, '-->']],
    ['in a comment that begins on a line with text', ['<!-- text', ...BLOCK, '-->']],
    ['in a comment with empty lines', ['<!--', '', ...BLOCK, '', '-->']],
    ['in a comment without an end', ['<!--', '', ...BLOCK]],
    ['in a comment that is indented', ['   <!--', '', ...BLOCK]],
    ['in a comment right under a paragraph', ['text', '<!--', '', ...BLOCK]],
    ['in <details> without an empty line', ['<details>', ...BLOCK, '</details>']],
    ['in <DETAILS>', ['<DETAILS open>', ...BLOCK]],
    ['in <div', ['<div', ...BLOCK]],
    ['under a closing tag', ['</div>', ...BLOCK]],
    ['under a tag that is no block, alone on its line', ['<kbd>', ...BLOCK]],
    ['in <pre>', ['<pre>', '', ...BLOCK, '</pre>']],
    ['in <script>', ['<script type="text/plain">', '', ...BLOCK, '</script>']],
    ['in <style>', ['<StYlE>', '', ...BLOCK]],
    ['in a processing instruction', ['<?php', '', ...BLOCK, '?>']],
    ['in a declaration', ['<!DOCTYPE', '', ...BLOCK, '>']],
    ['in a CDATA section', ['<![CDATA[', '', ...BLOCK, ']]>']],
    ['in another block', ['```', '```here', '{}', '```']],
    ['in a block between longer fences', ['````', ...BLOCK, '````']],
    ['in a block between tildes', ['~~~', ...BLOCK, '~~~']],
    ['in a block without an end', ['~~~~', '~~~', ...BLOCK]],
    ['in an indented block', ['   ~~~', ...BLOCK, '   ~~~']],
    ['in a block whose opening line holds a line separator', ['```\u2028', ...BLOCK]],
    ['in a block that code in a list seems to end', ['- a', '  ```', '```', ...BLOCK]],
    [
      'in a block that code in a list seems to end, the list going on lazily',
      ['- a', 'lazy', '  ```', '```', ...BLOCK],
    ],
    [
      'in a block below a list that goes on with what is no fence',
      ['- a', '```x`', '  ```', '```', ...BLOCK],
    ],
    ['in a block that a tag which is none seems to swallow', ['<div.', '```', '', ...BLOCK]],
    ['in a block that a comment in a list seems to swallow', ['- a', '', '  <!--', '```', '-->', ...BLOCK]],
  ])('is not read %s', (_where, lines) => {
    expect(here(...lines)).not.toBe('shown');
  });

  it.each([
    ['a tag in a paragraph might begin HTML', ['text', '<kbd>', ...BLOCK]],
    ['versions of Markdown differ about a tag', ['<textarea>', '', ...BLOCK]],
    ['versions of Markdown differ about the end of raw text', ['<pre>', '</textarea>', ...BLOCK]],
    ['versions of Markdown differ about a declaration', ['<!doctype', '', ...BLOCK]],
    ['code might be in the list or below it', ['1. a', '', '  ```', ...BLOCK]],
  ])('is doubtful where %s', (_why, lines) => {
    expect(here(...lines)).toBe('doubtful');
  });

  it('is certain again after an empty line that ends all doubt', () => {
    expect(here('text', '<kbd>', '', ...BLOCK)).toBe('shown');
    expect(here('<kbd>Enter</kbd>', '', ...BLOCK)).toBe('shown');
  });

  it.each(['\n', '\r\n', '\r'])('has its lines ended by %j as well', (end) => {
    const text = ['<!--', '-->', '```here', '{', '}', '```', 'after', '<!--', ...BLOCK].join(end);
    const found = [...topLevelFences(text)];
    expect(found).toEqual([{ info: 'here', content: '{\n}', closed: true, certain: true }]);
  });

  it('is not read in a comment that only a lone carriage return begins', () => {
    expect(here('text\r<!--\r', ...BLOCK)).toBe('hidden');
  });

  it('is in doubt after a byte order mark that hides a fence or a list from some', () => {
    expect(here('\ufeff```', ...BLOCK)).not.toBe('shown');
    expect(here('\ufeff```', '```', ...BLOCK)).not.toBe('shown');
    expect(here('\ufeff- ', '   ```', '`````', ...BLOCK)).not.toBe('shown');
    expect(here('\ufefftext', ...BLOCK)).toBe('shown');
  });

  it('has no end where none comes', () => {
    expect([...topLevelFences('```here\n{}\n``\n ~~~\n```x')]).toEqual([
      { info: 'here', content: '{}\n``\n ~~~\n```x', closed: false, certain: true },
    ]);
  });
});

/** Pieces of which lines are made that mean something to Markdown. */
const PIECES = [
  '```',
  '```here',
  '````',
  '~~~',
  '<!--',
  '-->',
  '<div>',
  '<pre>',
  '</pre>',
  '<b>',
  '<?',
  '?>',
];
const MARKS = [
  '- ',
  '1. ',
  '> ',
  '  ',
  '    ',
  '\t',
  'text',
  '',
  '',
  '|',
  '#',
  '<',
  '\ufeff',
  '\r',
  '\u2028',
];
const line = fc
  .array(fc.constantFrom(...PIECES, ...MARKS), { maxLength: 3 })
  .map((pieces) => pieces.join(''));
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
const each = (from: string, prefix: string) =>
  from
    .split(/\r\n|\n|\r/)
    .map((one) => prefix + one)
    .join('\n');
const found = (from: string) => [...topLevelFences(from)].filter(({ certain }) => certain);

describe('whatever the text', () => {
  it('nothing in a quotation, in deep indentation, in an open comment or in an open block is read', () => {
    fc.assert(
      fc.property(text, (inside) => {
        expect(found(each(inside, '> '))).toEqual([]);
        expect(found(each(inside, '    '))).toEqual([]);
        expect(found(`<!--\n${inside.replaceAll('-->', '')}`)).toEqual([]);
        expect(found(`${'~'.repeat(99)}\n${inside}`)).toEqual([]);
        expect(found(`\`\`\`outer\n${inside.replaceAll('```', '')}`).map(({ info }) => info)).toEqual([
          'outer',
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('what stands below an open block of the text changes nothing above it', () => {
    fc.assert(
      fc.property(text, text, (first, second) => {
        const closed = found(first).filter((fence) => fence.closed);
        expect(found(`${first}\n${second}`).slice(0, closed.length)).toEqual(closed);
      }),
      { numRuns: 500 },
    );
  });
});

/**
 * The fenced code blocks that stand at the top level of a Markdown text, as GitHub shows it
 * (https://github.github.com/gfm/#fenced-code-blocks, https://github.github.com/gfm/#html-blocks).
 *
 * What a line means depends on what is open above it, and versions of the specification differ. Instead of a whole
 * parser, this keeps every reading that is possible at a line; most texts have one. A fence is certain where only one
 * is left, so that nothing is ever taken for a block that Markdown hides in a quotation, a list, HTML or other code.
 */

export interface Fence {
  /** What follows the opening ```, without spaces around it. */
  readonly info: string;
  readonly content: string;
  /** Whether a closing fence ends it; otherwise the end of the text does. */
  readonly closed: boolean;
  /** Whether every reading of the text shows this block. Otherwise the content is left out. */
  readonly certain: boolean;
}

/** What is open at the top level after a line. */
type Reading =
  | { readonly kind: 'text' }
  | { readonly kind: 'fence'; readonly mark: string }
  | { readonly kind: 'html'; readonly html: Html };

/** The seven kinds of HTML blocks: what ends them (section 4.6), and where versions do not agree about the end. */
interface Html {
  readonly ends: RegExp;
  readonly mayEnd?: RegExp;
}

const RAW: Html = { ends: /<\/(?:script|pre|style)>/i, mayEnd: /<\/textarea>/i };
const COMMENT: Html = { ends: /-->/ };
const INSTRUCTION: Html = { ends: /\?>/ };
const DECLARATION: Html = { ends: />/ };
const CDATA: Html = { ends: /\]\]>/ };
const BLANK = /^[ \t]*$/;
const TAG: Html = { ends: BLANK };

const TEXT: Reading = { kind: 'text' };

/** What else decides about a line of text. */
interface Above {
  /** A list item may be open, to which an indented line may belong. */
  readonly list: boolean;
  /** Nothing is above the line, or a blank line. */
  readonly blank: boolean;
}

/** More readings than a text that people write has; beyond them nothing is certain any more. */
const MOST_READINGS = 8;

/** The ``` blocks (exactly three, not indented) that are at the top level, in order. */
export function* topLevelFences(text: string): Generator<Fence> {
  const lines = text.split(/\r\n|\n|\r/);
  let readings: readonly Reading[] = [TEXT];
  let above: Above = { list: false, blank: true };
  for (let index = 0; index < lines.length && readings.length <= MOST_READINGS; index++) {
    const line = lines[index] ?? '';
    const opening = /^```(?!`)([^`]*)$/.exec(line)?.[1];
    if (opening !== undefined && readings.includes(TEXT)) {
      if (readings.length === 1) {
        const start = index + 1;
        for (index = start; index < lines.length && !closes(lines[index] ?? '', '```'); ) index++;
        const content = lines.slice(start, index).join('\n');
        yield { info: trimmed(opening), content, closed: index < lines.length, certain: true };
        above = { list: false, blank: true };
        continue;
      }
      yield { info: trimmed(opening), content: '', closed: false, certain: false };
    }
    // A byte order mark is taken away by some.
    const variants = index === 0 && line.startsWith('\ufeff') ? [line, line.slice(1)] : [line];
    readings = distinct(
      readings.flatMap((reading) => variants.flatMap((variant) => after(reading, variant, above))),
    );
    above = { list: listAfter(line, above), blank: BLANK.test(line) };
  }
}

/** Without spaces and tabs around it. A regular expression would try them all from each one. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return text.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function distinct(readings: readonly Reading[]): readonly Reading[] {
  const known = new Map<Html | string, Reading>();
  for (const reading of readings) {
    known.set(reading.kind === 'html' ? reading.html : reading.kind === 'fence' ? reading.mark : '', reading);
  }
  return [...known.values()];
}

/** What may be open after a line, where `reading` was open before it. */
function after(reading: Reading, line: string, above: Above): readonly Reading[] {
  if (reading.kind === 'fence') return closes(line, reading.mark) ? [TEXT] : [reading];
  if (reading.kind === 'html') return within(reading, line);
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  if (indent > 3) return [TEXT];
  const rest = line.slice(indent);
  const begun = opened(rest, above);
  // The content of a list item is indented by two columns or more.
  return above.list && indent > 1 ? [TEXT, ...begun] : begun;
}

function within(reading: Reading & { readonly kind: 'html' }, line: string): readonly Reading[] {
  if (reading.html.ends.test(line)) return [TEXT];
  return reading.html.mayEnd?.test(line) ? [TEXT, reading] : [reading];
}

function opened(rest: string, above: Above): readonly Reading[] {
  const mark = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(rest)?.[0];
  if (mark !== undefined) return [{ kind: 'fence', mark }];
  if (!rest.startsWith('<')) return [TEXT];
  return htmlOpened(rest, above).flatMap((html) =>
    html === undefined ? [TEXT] : within({ kind: 'html', html }, rest),
  );
}

/** Tags that begin an HTML block in every version of the specification. */
const BLOCK_TAGS: ReadonlySet<string> = new Set(
  `address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt
  fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link
  main menu menuitem nav noframes ol optgroup option p param section summary table tbody td tfoot th thead title tr
  track ul`.split(/\s+/),
);

/** Tags that begin one in some versions. */
const SOMETIMES_BLOCK_TAGS: ReadonlySet<string> = new Set(['meta', 'search', 'source', 'textarea']);

/** The HTML blocks that a line beginning with `<` may begin; undefined stands for none. */
function htmlOpened(rest: string, above: Above): readonly (Html | undefined)[] {
  if (rest.startsWith('<!--')) return [COMMENT];
  if (rest.startsWith('<?')) return [INSTRUCTION];
  if (rest.startsWith('<![CDATA[')) return [CDATA];
  if (/^<![A-Z]/.test(rest)) return [DECLARATION];
  if (/^<![a-z]/.test(rest)) return [DECLARATION, undefined];
  const [, slash, tag = '', next = ''] = /^<(\/?)([A-Za-z][A-Za-z0-9-]*)(\/>|.?)/s.exec(rest) ?? [];
  const name = tag.toLowerCase();
  if (name === '') return [undefined];
  if (/^(?:script|pre|style)$/.test(name))
    return slash === '' && /^[ \t>]?$/.test(next) ? [RAW] : [RAW, TAG, undefined];
  if (BLOCK_TAGS.has(name)) return /^(?:[ \t>]?|\/>)$/.test(next) ? [TAG] : [TAG, undefined];
  if (SOMETIMES_BLOCK_TAGS.has(name)) return [RAW, TAG, undefined];
  // Any other tag only where it is complete and alone on its line, and where no paragraph goes on.
  if (!rest.trimEnd().endsWith('>')) return [undefined];
  return above.blank && /^<\/?[A-Za-z][A-Za-z0-9-]*>[ \t]*$/.test(rest) ? [TAG] : [TAG, undefined];
}

/** Whether a list item may be open after a line. */
function listAfter(line: string, { list, blank }: Above): boolean {
  if (/^\ufeff? {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)/.test(line)) return true;
  const ended = /^(?:`{3,}[^`]*$|~~~)/.test(line) || (blank && /^[^ \t]/.test(line));
  return list && !ended;
}

/** Whether a line closes the fence that these characters opened: as many or more of them, and nothing else. */
function closes(line: string, mark: string): boolean {
  const found = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return found?.startsWith(mark) === true;
}

/**
 * A small, safe part of GitHub Flavored Markdown: headings, lists, quotes, tables, code, emphasis, links to https.
 * Everything is escaped first; tags are only ever written by this file. HTML in the text stays text, except
 * `<details>` and `<summary>` without attributes, and comments, which are left out.
 */

const MAX_DEPTH = 8;

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/**
 * Text outside code: a character reference such as `&#40;` stands for its character, which then marks nothing. It is
 * handed on as a reference, so it can open no tag either.
 */
function escapeText(text: string): string {
  return escapeHtml(text).replaceAll(/&#38;#(\d{2,6});/g, '&#$1;');
}

/** Renders Markdown to HTML. */
export function renderMarkdown(text: string): string {
  return blocks(withoutComments(text.replaceAll('\r\n', '\n')).split('\n'), 0);
}

function withoutComments(text: string): string {
  let rest = text;
  let out = '';
  for (;;) {
    const start = rest.indexOf('<!--');
    const end = start < 0 ? -1 : rest.indexOf('-->', start + 4);
    if (end < 0) return out + rest;
    out += rest.slice(0, start);
    rest = rest.slice(end + 3);
  }
}

type Block = readonly [html: string, next: number];
type Reader = (lines: readonly string[], at: number, depth: number) => Block | undefined;

function blocks(lines: readonly string[], depth: number): string {
  if (depth > MAX_DEPTH) return `<p>${escapeHtml(lines.join('\n'))}</p>`;
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    if (lines[at]?.trim() === '') {
      at += 1;
      continue;
    }
    const found = firstBlock(lines, at, depth);
    const [html, next] = found ?? paragraph(lines, at);
    out.push(html);
    at = next;
  }
  return out.join('\n');
}

function firstBlock(lines: readonly string[], at: number, depth: number): Block | undefined {
  for (const read of READERS) {
    const found = read(lines, at, depth);
    if (found) return found;
  }
  return undefined;
}

const line = (lines: readonly string[], at: number) => lines[at] ?? '';

const fence: Reader = (lines, at) => {
  const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line(lines, at)) ?? [];
  if (mark === undefined) return undefined;
  let end = at + 1;
  while (end < lines.length && !line(lines, end).trim().startsWith(mark)) end += 1;
  return [`<pre><code>${escapeHtml(lines.slice(at + 1, end).join('\n'))}</code></pre>`, end + 1];
};

const heading: Reader = (lines, at) => {
  const [, marks, text] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line(lines, at)) ?? [];
  if (marks === undefined || text === undefined) return undefined;
  // One level down: the page has its own first heading.
  const level = Math.min(marks.length + 1, 6);
  return [`<h${level}>${inline(text)}</h${level}>`, at + 1];
};

const rule: Reader = (lines, at) =>
  /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/.test(line(lines, at)) ? ['<hr>', at + 1] : undefined;

const quote: Reader = (lines, at, depth) => {
  let end = at;
  while (end < lines.length && /^ {0,3}>/.test(line(lines, end))) end += 1;
  if (end === at) return undefined;
  const inside = lines.slice(at, end).map((text) => text.replace(/^ {0,3}> ?/, ''));
  return [`<blockquote>${blocks(inside, depth + 1)}</blockquote>`, end];
};

const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/;

const list: Reader = (lines, at, depth) => {
  const first = ITEM.exec(line(lines, at));
  if (!first) return undefined;
  const ordered = /\d/.test(first[2] ?? '');
  const indent = first[1]?.length ?? 0;
  const items: string[][] = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const text = line(lines, end);
    const item = ITEM.exec(text);
    const deeper = (item?.[1]?.length ?? 0) > indent + 1;
    if (item && !deeper && /\d/.test(item[2] ?? '') === ordered) items.push([item[3] ?? '']);
    else if (/^\s{2,}\S/.test(text)) items.at(-1)?.push(text.replace(/^\s{2,4}/, ''));
    else if (
      text.trim() === '' &&
      (ITEM.test(line(lines, end + 1)) || /^\s{2,}\S/.test(line(lines, end + 1)))
    ) {
      items.at(-1)?.push('');
    } else break;
  }
  const tag = ordered ? 'ol' : 'ul';
  return [`<${tag}>${items.map((item) => listItem(item, depth)).join('')}</${tag}>`, end];
};

function listItem(lines: readonly string[], depth: number): string {
  const [first = '', ...rest] = lines;
  const [, mark, text] = /^\[([ xX])\]\s+(.*)$/.exec(first) ?? [];
  const box = mark === undefined ? '' : `<input type="checkbox" disabled${mark === ' ' ? '' : ' checked'}> `;
  const more = rest.some((part) => part.trim() !== '') ? blocks(rest, depth + 1) : '';
  return `<li>${box}${inline(text ?? first)}${more}</li>`;
}

const table: Reader = (lines, at) => {
  if (
    !line(lines, at).includes('|') ||
    !/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(line(lines, at + 1))
  ) {
    return undefined;
  }
  let end = at + 2;
  while (end < lines.length && line(lines, end).includes('|')) end += 1;
  const row = (text: string, tag: 'th' | 'td') =>
    `<tr>${cells(text)
      .map((cell) => `<${tag}>${inline(cell)}</${tag}>`)
      .join('')}</tr>`;
  const body = lines.slice(at + 2, end).map((text) => row(text, 'td'));
  return [`<table><thead>${row(line(lines, at), 'th')}</thead><tbody>${body.join('')}</tbody></table>`, end];
};

function cells(text: string): readonly string[] {
  return text
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

const disclosure: Reader = (lines, at) => {
  const text = line(lines, at).trim();
  const [, summary] = /^(?:<details>)?\s*<summary>(.*?)<\/summary>$/.exec(text) ?? [];
  if (summary !== undefined) {
    return [
      `${text.startsWith('<details>') ? '<details>' : ''}<summary>${inline(summary)}</summary>`,
      at + 1,
    ];
  }
  return /^<\/?details>$/.test(text) ? [text, at + 1] : undefined;
};

const READERS: readonly Reader[] = [fence, heading, rule, quote, list, table, disclosure];

/** Whether a line ends the paragraph before it. */
const STARTS_BLOCK = /^ {0,3}(?:`{3}|~{3}|#{1,6}\s|>|[-*+]\s|\d{1,9}[.)]\s|<\/?details>|<summary>)/;

function paragraph(lines: readonly string[], at: number): Block {
  let end = at + 1;
  while (end < lines.length && line(lines, end).trim() !== '' && !STARTS_BLOCK.test(line(lines, end))) {
    end += 1;
  }
  return [`<p>${lines.slice(at, end).map(inline).join('<br>\n')}</p>`, end];
}

/** Code first, since nothing inside it means anything; then links, then emphasis in what is left. */
function inline(text: string): string {
  return text
    .split(/(`+[^`]+`+)/)
    .map((part) => {
      const [, code] = /^`+\s?([^`]+?)\s?`+$/.exec(part) ?? [];
      return code === undefined ? links(part) : `<code>${escapeHtml(code)}</code>`;
    })
    .join('');
}

const LINK = /(\[[^\]\n]{1,500}\]\([^)\s]{1,2000}\)|https?:\/\/[^\s<>()]{1,2000}[^\s<>().,;:!?'"])/;

function links(text: string): string {
  return text
    .split(LINK)
    .map((part) => {
      const [, label, target] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
      const address = target ?? (LINK.test(part) ? part : undefined);
      if (address === undefined || !isLink(address)) return emphasis(escapeText(part));
      return `<a href="${escapeHtml(address)}" rel="nofollow noopener noreferrer">${emphasis(escapeText(label ?? part))}</a>`;
    })
    .join('');
}

/** https anywhere, http only on this machine, and places on the page's own site. */
function isLink(address: string): boolean {
  return /^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?\/|^#|^\/(?![/\\])/.test(address);
}

/** Of escaped text: the marks themselves need no escaping. */
function emphasis(text: string): string {
  return text
    .replaceAll(/\*\*(\S(?:[^*]*\S)?)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(^|[^\w*])\*(\S(?:[^*]*\S)?)\*(?![\w*])/g, '$1<em>$2</em>')
    .replaceAll(/(^|[^\w_])_(\S(?:[^_]*\S)?)_(?![\w_])/g, '$1<em>$2</em>')
    .replaceAll(/~~(\S(?:[^~]*\S)?)~~/g, '<del>$1</del>');
}

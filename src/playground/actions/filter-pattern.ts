/**
 * The patterns of `branches`, `tags` and `paths`: `*` stops at a slash, `**` does not, `?` and `+` repeat the
 * character before them, `[…]` is a class, `!` at the beginning takes back what an earlier pattern allowed.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */

/** Whether the last pattern that matches is a positive one. */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!');
    if (toRegExp(negative ? pattern.slice(1) : pattern).test(name)) matched = !negative;
  }
  return matched;
}

function toRegExp(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      at += 1;
      source += literal(pattern.charAt(at));
    } else if (character === '*' && pattern.charAt(at + 1) === '*') {
      // `**/` also stands for no folder at all.
      const folders = pattern.charAt(at + 2) === '/' && (at === 0 || pattern.charAt(at - 1) === '/');
      source += folders ? '(?:.*/)?' : '.*';
      at += folders ? 2 : 1;
    } else if (character === '*') source += '[^/]*';
    else if ((character === '?' || character === '+') && source !== '') source += character;
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 1);
      if (end < 0) source += '\\[';
      else {
        source += `[${pattern.slice(at + 1, end).replace(/[\\^\]]/g, '\\$&')}]`;
        at = end;
      }
    } else source += literal(character);
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    // A class or repetition that means nothing matches nothing.
    return /(?!)/;
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

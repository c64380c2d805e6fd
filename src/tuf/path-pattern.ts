/**
 * Path patterns of delegations (specification section 4.5, PATHPATTERN): `*` stands for any characters but `/`,
 * `?` for one character but `/`, all else for itself.
 */

/** Whether the path of an artifact matches the pattern. Case counts. */
export function matchesPattern(pattern: string, path: string): boolean {
  const patterns = pattern.split('/');
  const segments = path.split('/');
  if (patterns.length !== segments.length) return false;
  return patterns.every((segmentPattern, index) => matchesSegment(segmentPattern, segments[index] ?? ''));
}

/**
 * One segment. On a mismatch only the last star is tried again with one more character, so hostile patterns
 * (`*a*a*a*b`) cost at most the product of the lengths, where a regular expression would explode.
 */
function matchesSegment(pattern: string, segment: string): boolean {
  let p = 0;
  let s = 0;
  let star = -1;
  let afterStar = 0;
  while (s < segment.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      afterStar = s;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === segment[s])) {
      p++;
      s++;
    } else if (star >= 0) {
      p = star + 1;
      s = ++afterStar;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Equality of JSON values by their canonical form. */
import { canonicalize } from '../../tuf/canonical.ts';

/** The canonical form as text, for comparison. */
export function canonicalText(value: unknown): string {
  return new TextDecoder().decode(canonicalize(value));
}

/** Whether two JSON values mean the same; undefined equals only undefined. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a === b || canonicalText(a) === canonicalText(b);
}

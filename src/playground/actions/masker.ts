/**
 * Replaces secrets by `***` in everything that is written down, also where they are encoded in the usual ways.
 * https://docs.github.com/actions/reference/security/secure-use#use-secrets-for-sensitive-information
 */

export class Masker {
  #values: readonly string[] = [];

  /** A secret of several lines is masked as a whole and line by line. */
  add(secret: string): void {
    const values = new Set(this.#values);
    for (const value of [secret, ...secret.split(/\r?\n/)]) {
      if (value.trim() === '') continue;
      for (const form of encodings(value)) values.add(form);
    }
    this.#values = [...values].sort((a, b) => b.length - a.length);
  }

  apply(text: string): string {
    const ranges: [number, number][] = [];
    for (const value of this.#values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        ranges.push([at, at + value.length]);
      }
    }
    if (ranges.length === 0) return text;
    ranges.sort((a, b) => a[0] - b[0]);
    let masked = '';
    let end = 0;
    let open = false;
    for (const [from, to] of ranges) {
      // Overlapping secrets become one mask, so that no rest of either shows.
      if (!open || from > end) masked += `${text.slice(end, from)}***`;
      open = true;
      end = Math.max(end, to);
    }
    return masked + text.slice(end);
  }
}

/** The value itself, in JSON, in a URL, and in base64 at each of the three offsets it can have in a longer text. */
function encodings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      // What depends on the bytes before and after is not part of the value.
      .slice(offset === 0 ? 0 : offset + 1)
      .replace(/.?=+$/, ''),
  );
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    ...base64.filter((form) => form.length >= 4),
  ];
}

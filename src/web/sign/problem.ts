/** Why the page cannot go on: each a state of its own, in words that say what to do next. */

export type ProblemCode =
  /** The address names no pull request. */
  | 'no-address'
  /** The address names another repository than the one that this page belongs to. */
  | 'other-repository'
  /** There is no such pull request, or nobody may see it without a token. */
  | 'not-found'
  /** It was merged or closed. */
  | 'closed'
  /** It does not go into the default branch. */
  | 'other-base'
  /** Its branch is no `sign/<name>`. */
  | 'no-event'
  /** Main and the branch have nothing in common. */
  | 'no-common-commit'
  /** More files than GitHub lists in one answer. */
  | 'too-large'
  /** GitHub answers no more for a while. */
  | 'rate-limited'
  /** The token is not valid, or may not do this. */
  | 'forbidden'
  | 'unreachable'
  | 'server-error'
  /** What came is not what was asked for: its hash differs, or its form. */
  | 'wrong-content'
  /** The site's own first root cannot be read. */
  | 'site-unreachable'
  /** The first root is not the one that this browser knows. */
  | 'first-root-changed'
  /** Main's history of roots does not begin with the site's first root. */
  | 'other-first-root'
  /** Main's history of roots is no chain. */
  | 'broken-chain';

interface Details {
  /** What the person can do; a sentence or two each. */
  readonly next: readonly string[];
  readonly link?: { readonly href: string; readonly text: string };
  /** When the same request may succeed. */
  readonly resetAt?: Date;
  /** The fingerprint of a first root that nobody has agreed to, where one is known. */
  readonly newFirstRoot?: string;
  readonly cause?: unknown;
}

/** The message is a sentence that says what is wrong. */
export class PageProblem extends Error {
  override readonly name = 'PageProblem';
  readonly code: ProblemCode;
  readonly next: readonly string[];
  readonly link: { readonly href: string; readonly text: string } | undefined;
  readonly resetAt: Date | undefined;
  readonly newFirstRoot: string | undefined;

  constructor(code: ProblemCode, message: string, { next, link, resetAt, newFirstRoot, cause }: Details) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.next = next;
    this.link = link;
    this.resetAt = resetAt;
    this.newFirstRoot = newFirstRoot;
  }
}

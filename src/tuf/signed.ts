/** What the signed parts of all roles have in common (specification section 4.2). */
export interface SignedCommon {
  readonly spec_version: string;
  /** A whole number from 1 on; it grows with every change. */
  readonly version: number;
  /** When the role stops counting, e.g. `2027-01-20T13:57:33Z`. */
  readonly expires: string;
  readonly [field: string]: unknown;
}

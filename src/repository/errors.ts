/** What a repository operation can refuse to do. */
import type { Finding } from './findings.ts';

export type RepositoryErrorCode =
  /** The state breaks rules; `findings` says which. */
  | 'invalid'
  /** A role, signer or setting that was named does not exist. */
  | 'not-found'
  /** What was asked for makes no sense here. */
  | 'bad-request'
  /** The branch `online` and what is live cannot both be true. */
  | 'online-branch'
  /** What is published could not be read: nothing can be said about it. */
  | 'unreachable';

export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
  readonly code: RepositoryErrorCode;
  readonly findings: readonly Finding[];

  constructor(
    code: RepositoryErrorCode,
    message: string,
    options: { readonly findings?: readonly Finding[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.findings = options.findings ?? [];
  }
}

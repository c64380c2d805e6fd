/**
 * What keeps the client from running at all. A repository that the client refuses is not an error of this
 * kind: it is a result with a failure in it.
 */

export type ClientErrorCode =
  /** The source is neither a directory nor an http(s) URL that can be used. */
  | 'bad-source'
  /** Plain http to another machine, and nobody asked for it. */
  | 'insecure-source'
  /** The trusted root cannot be read. */
  | 'bad-root'
  /** The client's clock was set to no date. */
  | 'bad-time'
  /** The client's state cannot be read or written. */
  | 'bad-state'
  /** The client's thread ended without a result. */
  | 'client-crashed';

export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
